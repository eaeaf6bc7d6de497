"""Cost and risk aversion from behaviour: printed standard errors, own simulations, and what says nothing."""

import numpy as np
import pytest
from scipy.optimize import fsolve

import annolib as al
from annolib.agency.reference import reference_problem

REPEATS = al.SelfConsistency(0.15)


def line_for(effort, n=1000):
    """The line at participation that makes this effort stationary: a = 1, c = η²/2."""

    def off(x):
        q, fine = 0.5 + 0.3 * effort**2, np.exp(-x[1] / n)
        rest = np.exp(-x[0]) * (1 - q + q * fine) ** n
        return [1 - rest - effort**2 / 2, rest * n * (1 - fine) / (1 - q + q * fine) * 0.6 * effort - effort]

    base, slope = fsolve(off, [-0.9, 1.7], xtol=1e-11)
    return al.contracts.Linear(float(base), float(slope), None, n)


def limit_errors(contracts, efforts, annotators):
    """The formula for many checks, for repeats and c = c₀η²/2."""
    q = np.array([REPEATS.pass_probability(e) for e in efforts])
    slopes = np.array([one.slope for one in contracts])
    wages = np.array([one.base for one in contracts]) + slopes * q
    spread = slopes * np.sqrt(q * (1 - q) / (annotators * contracts[0].n))
    apart = wages[1] - wages[0]
    a = np.log(slopes[1] / slopes[0]) / apart
    return a * np.hypot(*spread) / apart, a * np.hypot(spread[0] * wages[1], spread[1] * wages[0]) / apart


def test_standard_errors_are_those_of_the_formula_and_of_simulation():
    efforts = (al.first_best(reference_problem()).effort, 0.777)
    lines = [line_for(e) for e in efforts]
    draws, found = np.random.default_rng(11), []
    for _ in range(100):
        passes = [draws.binomial(1000, REPEATS.pass_probability(e), 50) for e in efforts]
        one = al.estimate_cost(REPEATS, lines, passes)
        found.append((one.aversion, np.log(one.scale), one.aversion_error, one.log_scale_error))
    found = np.array(found)
    formula = limit_errors(lines, efforts, 50)
    assert formula == pytest.approx((0.02970, 0.00760), rel=0.005)
    as_expected = [np.full(50, 1000 * REPEATS.pass_probability(e)) for e in efforts]
    told = al.estimate_cost(REPEATS, lines, as_expected)
    assert (told.aversion_error, told.log_scale_error) == pytest.approx(
        formula, rel=0.006
    )  # the formula is for n → ∞
    assert (told.aversion, told.scale) == pytest.approx((1.0, 0.5), rel=1e-6)
    np.testing.assert_allclose(found[:, :2].std(axis=0), formula, rtol=0.2)  # of 100 draws: 7 % each
    centre = found[:, :2].mean(axis=0) - [1.0, np.log(0.5)]
    assert np.all(np.abs(centre) < 4 * np.array(formula) / np.sqrt(100))


def test_one_threshold_teaches_little_however_many_checks():
    problem, errors = reference_problem(), []
    for n in (1_000, 100_000):
        pay = al.second_best(problem, REPEATS, n, "binary")
        q = REPEATS.pass_probability(pay.effort)
        passes = np.full(50, round(n * q))
        one = al.estimate_cost(REPEATS, pay.contract, passes, utility=problem.utility)
        z = (n * q - pay.contract.threshold + 0.5) / np.sqrt(n * q * (1 - q))
        assert one.log_scale_error == pytest.approx(z / np.sqrt(50), rel=0.12)
        assert one.scale == pytest.approx(0.5, rel=3 * one.log_scale_error) and np.isnan(one.aversion)
        errors.append(one.log_scale_error)
    assert errors[1] > errors[0]


@pytest.mark.parametrize("monitor", [al.Golden(), al.Expert(-0.2), al.SelfConsistency(0.2)])
@pytest.mark.parametrize("power", [1.5, 3.0])
def test_exact_behaviour_gives_the_agent_back(monitor, power):
    """With passes in the exact share, whatever monitor, power and form of contract."""
    problem = al.Problem(al.CARA(1.3), al.PowerCost(0.4, power), value=lambda e: e, floor=-5.0)
    counts, n, contracts, shares = ("passes" if monitor.gain > 0 else "failures"), 400, [], []
    for base, slope in ((-0.5, 1.0), (-0.5, 1.6)):
        one = al.contracts.Linear(base, slope, None, n, counts)
        answer = al.best_answer(problem, monitor, one)
        if not 0.02 < answer.effort < 0.98:
            pytest.skip("no effort inside (0, 1)")
        contracts.append(one)
        shares.append(np.full(3, n * monitor.pass_probability(answer.effort)))
    found = al.estimate_cost(monitor, contracts, shares, power=power)
    assert found.aversion == pytest.approx(1.3, rel=1e-3) and found.scale == pytest.approx(0.4, rel=1e-3)
    assert found.annotators == (3, 3)
    frame = found.to_frame()
    assert frame.loc["aversion", "low"] < 1.3 < frame.loc["aversion", "high"]


@pytest.mark.parametrize(
    ("contracts", "passes", "how", "error", "message"),
    [
        (line_for(0.5), [575], {}, ValueError, "utility must be given for one contract"),
        (
            line_for(0.5),
            [400],
            {"utility": al.CARA(1)},
            ValueError,
            "passes must tell an effort between 0 and 1",
        ),
        ([line_for(0.5)] * 2, [[575], [575]], {}, ValueError, "contracts must differ"),
        ([line_for(0.5)] * 3, [[575]] * 3, {}, ValueError, "contracts must be one or two"),
        (
            al.contracts.Flat(0.1, 10),
            [6],
            {"utility": al.CARA(1)},
            TypeError,
            "contracts must pay by the checks",
        ),
        (line_for(0.5), [], {"utility": al.CARA(1)}, ValueError, "one count for each annotator"),
        (line_for(0.5), [575], {"utility": "CARA"}, TypeError, "utility must be CARA"),
        (line_for(0.5), [575], {"utility": al.CARA(1), "power": 0.5}, ValueError, "power"),
    ],
)
def test_what_says_nothing_is_refused(contracts, passes, how, error, message):
    with pytest.raises(error, match=message):
        al.estimate_cost(REPEATS, contracts, passes, **how)


def test_pay_that_bought_no_effort_tells_no_cost():
    """Idle people pass a little more than half by luck: that is no small effort, whose cost could be told to four digits."""
    repeats, rng = al.SelfConsistency(0.15), np.random.default_rng(4)
    flat = al.contracts.Linear(0.1, 0.3, None, n=100)
    for _ in range(20):
        seen = repeats.simulate([0.0] * 50, 100, rng=rng)
        with pytest.raises(ValueError, match="passes must"):
            al.estimate_cost(repeats, flat, seen, utility=al.CARA(1.0))
