"""Money on several kinds of checks: the closed forms, the gaming example, and a search over mixes that does not win."""

import numpy as np
import pytest
from scipy.optimize import minimize

import annolib as al
from annolib.agency.reference import reference_problem

KINDS, PRICES = (al.SelfConsistency(0.15), al.Golden()), (1.0, 5.0)
ALWAYS_LEFT = (1.0, 0.5)


def test_without_gaming_all_goes_to_the_most_information_for_its_price():
    problem = reference_problem()
    effort = al.first_best(problem).effort
    for prices in ((1.0, 5.0), (1.0, 2.0)):
        mix = al.best_mix(problem, KINDS, prices, 1000)
        ratio = [kind.fisher_information(effort) / price for kind, price in zip(KINDS, prices, strict=True)]
        assert mix.shares[int(np.argmax(ratio))] == 1.0
        assert mix.loss == pytest.approx(al.rates.linear_constant(problem) / (1000 * max(ratio)), rel=1e-9)


def test_the_gaming_example_and_its_end():
    mix = al.best_mix(reference_problem(), KINDS, PRICES, 1000, [ALWAYS_LEFT])
    assert (
        mix.shares[1] == pytest.approx(0.88, abs=0.005)
        and mix.deterred == (True,)
        and "gaming" in mix.message
    )
    assert np.dot(mix.checks, PRICES) == pytest.approx(1000, rel=1e-12)
    swapped = al.best_mix(reference_problem(), KINDS, PRICES, 1000, [(0.5, 0.5)])
    assert swapped.loss == pytest.approx(al.best_mix(reference_problem(), KINDS, PRICES, 1000).loss, rel=1e-9)


def test_no_other_mix_and_slopes_lose_less():
    problem, budget = reference_problem(), 1000.0
    best = al.first_best(problem)
    q = np.array([kind.pass_probability(best.effort) for kind in KINDS])
    slope = np.array([kind.slope(best.effort) for kind in KINDS])
    asked, saved = float(problem.cost.slope(best.effort)), float(problem.cost.cost(best.effort))
    bend = float(problem.utility.wage_curvature(best.utility))

    def loss(z):
        share, slopes = 1 / (1 + np.exp(-z[0])), z[1:] / 100
        n = budget * np.array([1 - share, share]) / PRICES
        short = np.sum(n * slope * slopes) - asked
        lead = np.sum(n * (q - ALWAYS_LEFT) * slopes) - saved
        return 0.5 * bend * np.sum(n * q * (1 - q) * slopes**2) * 1e4 + 1e6 * (short**2 + min(lead, 0) ** 2)

    mix = al.best_mix(problem, KINDS, PRICES, budget, [ALWAYS_LEFT])
    found = min(
        (
            minimize(
                loss, start, method="Nelder-Mead", options={"maxiter": 20_000, "xatol": 1e-10, "fatol": 1e-14}
            )
            for start in ([1, 0.2, 0.5], [3, 0.1, 0.3])
        ),
        key=lambda one: one.fun,
    )
    assert found.fun / 1e4 >= mix.loss * (1 - 2e-3)  # the penalty lets it miss by a little
    assert found.fun / 1e4 == pytest.approx(mix.loss, rel=0.02)


def test_the_exact_line_agrees_with_the_leading_term():
    mix = al.best_mix(reference_problem(), KINDS, PRICES, 100_000)
    pay = al.second_best(
        reference_problem().with_floor(None), al.Joint(*KINDS), tuple(round(n) for n in mix.checks), "linear"
    )
    assert pay.gap == pytest.approx(mix.loss, rel=1e-3)


def test_a_strategy_that_passes_as_often_as_work_cannot_be_deterred():
    with pytest.raises(al.NoBestContract, match="deters every gaming strategy"):
        al.best_mix(reference_problem(), (al.Golden(),), (1,), 100, [(1.0,)])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (((), (), 10), "monitors must hold at least one"),
        ((KINDS, (1,), 10), "prices must be one number above 0 for each of 2 kinds"),
        ((KINDS, (1, 0), 10), "prices must be"),
        ((KINDS, (1, 1), 0), "budget must be one finite number above 0"),
        ((KINDS, (1, 1), 10, [(0.5,)]), "gaming must hold one chance for each of 2 kinds"),
    ],
)
def test_bad_input(args, message):
    with pytest.raises(ValueError, match=message):
        al.best_mix(reference_problem(), *args)
