"""The best answer to a contract in hand: against the solvers' own contracts, fine grids, and bad input."""

import numpy as np
import pytest
from scipy import stats

import annolib as al

FAMILIES = ("flat", "binary", "linear", "tiered(2)", "optimal")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [30, 100, 700])
def test_the_answer_to_a_best_contract_is_what_it_asks_for(reference, family, n):
    """Where shirking is as good, the agent does what the principal likes, as everywhere in this library."""
    problem, monitor = reference
    pay = al.second_best(problem, monitor, n, family)
    answer = al.best_answer(problem, monitor, pay.contract)
    assert answer.accepts
    assert answer.effort == pytest.approx(pay.effort, abs=2e-5)  # the payoff is flat there
    assert answer.profit == pytest.approx(pay.profit, abs=1e-7)
    assert answer.rent == pytest.approx(pay.rent, abs=1e-10)
    assert answer.expected_wage == pytest.approx(pay.expected_wage, abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_against_a_fine_grid(naive, seed):
    rng = np.random.default_rng(500 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(1, 80))
    low = float(problem.utility.wage(problem.outside)) * rng.uniform(0.4, 1.0)
    wages = low + np.sort(rng.uniform(0, 1, 3)) * rng.uniform(0, 2)
    thresholds = tuple(sorted(rng.choice(np.arange(1, n + 1), 2, replace=False).tolist())) if n > 1 else (1,)
    counts = "passes" if monitor.gain >= 0 else "failures"
    contract = al.contracts.Tiered(thresholds, tuple(wages[: len(thresholds) + 1].tolist()), n, counts)
    answer = al.best_answer(problem, monitor, contract)
    efforts, k = np.linspace(0, 1, 20_001), np.arange(n + 1)
    law = stats.binom.pmf(k, n, monitor.pass_probability(efforts)[:, None])
    paid = law @ contract.wage(k)
    payoff = law @ problem.utility.utility(contract.wage(k)) - problem.cost.cost(efforts)
    assert payoff.max() <= answer.bound + 1e-13
    assert answer.payoff == pytest.approx(payoff.max(), abs=1e-7) and answer.payoff >= payoff.max() - 1e-10
    assert answer.accepts == (answer.payoff >= problem.outside - 1e-12)
    if answer.accepts:
        i = int(np.argmin(np.abs(efforts - answer.effort)))
        assert answer.profit == pytest.approx(problem.value(efforts[i]) - paid[i], abs=1e-3)
    else:
        assert answer.profit == 0.0 and "refuses" in repr(answer)


def test_too_lenient_a_threshold_buys_nothing(reference):
    problem, monitor = reference
    lenient = al.contracts.Binary(threshold=55, low=0.0, high=0.2, n=100)
    strong = al.contracts.Binary(threshold=55, low=0.0, high=0.3, n=100)
    assert al.best_answer(problem, monitor, lenient).effort == 0
    answer = al.best_answer(problem, monitor, strong)
    assert 0.5 < answer.effort < 0.52 and answer.profit > 0.2


@pytest.mark.parametrize(
    "contract, error, words",
    [
        ("a bonus", TypeError, "contract must be one of annolib's contracts"),
        (
            al.contracts.Binary(1_200_000, 0.3, 0.1, 2_000_000),
            ValueError,
            "must not pay less for more passes beyond a million checks",
        ),
        (
            al.contracts.JointFlat(0.1, (5, 5)),
            TypeError,
            "monitor must be a Joint for a contract on two kinds of checks",
        ),
    ],
)
def test_bad_input(reference, contract, error, words):
    with pytest.raises(error, match=words):
        al.best_answer(*reference, contract)


def test_a_wage_the_utility_does_not_know():
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.5, 2), lambda e: 0.8 * e * (2 - e), 0.0, floor=0.05)
    contract = al.contracts.Binary(threshold=5, low=-0.1, high=1.0, n=10)
    with pytest.raises(ValueError, match="contract pays -0.1 for 0 passes, a wage that .* does not know"):
        al.best_answer(problem, al.Expert(0.2), contract)


@pytest.mark.parametrize("monitor", [al.SelfConsistency(kappa=0), al.Expert(0.0), al.Golden(0.0)])
def test_checks_that_say_nothing_buy_no_effort(reference, monitor):
    problem = reference[0]
    contract = al.contracts.Binary(18, 0.0, 0.54, 30)
    answer = al.best_answer(problem, monitor, contract)
    luck = stats.binom.sf(17, 30, 0.5)
    assert answer.effort == 0 and answer.accepts
    assert answer.expected_wage == pytest.approx(0.54 * luck, rel=1e-12)
    assert answer.payoff == pytest.approx(luck * float(problem.utility.utility(0.54)), rel=1e-12)


def test_what_costs_nothing_is_done_as_the_principal_likes():
    free = al.ConvexCost(lambda e: np.maximum(e - 0.3, 0) ** 2, lambda e: 2 * np.maximum(e - 0.3, 0))
    problem = al.Problem(al.CARA(1.0), free, lambda e: 0.6 * e * (2 - e), floor=0.0)
    answer = al.best_answer(problem, al.SelfConsistency(0.15), al.contracts.Flat(0.0, 100))
    flat = al.second_best(problem, al.SelfConsistency(0.15), 100, "flat")
    assert answer.effort == flat.effort == pytest.approx(0.3, abs=1e-12)
    assert answer.profit == pytest.approx(0.306, abs=1e-12) and flat.profit == pytest.approx(0.306, abs=1e-12)


def test_a_peak_close_to_no_effort_is_kept():
    """The payoff falls fast on both sides of an effort of 4e-7: rounding it to 0 would lose it."""
    cost = al.PowerCost(1.0, 1.2)
    problem = al.Problem(al.CARA(1.0), cost, lambda e: e, floor=0.0)
    contract = al.contracts.Binary(1, 0.0, 0.1166, 1)
    answer = al.best_answer(problem, al.Expert(0.25), contract)
    slope = 0.5 * float(problem.utility.utility(0.1166))
    assert answer.effort == pytest.approx((slope / 1.2) ** 5, rel=1e-3)


def test_two_kinds_of_checks_are_answered_too():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), 0.0)
    joint = al.Joint(al.SelfConsistency(0.15), al.Golden())
    pay = al.second_best(problem, joint, (200, 100), "linear")
    answer = al.best_answer(problem, joint, pay.contract)
    assert answer.effort == pytest.approx(pay.effort, abs=1e-5) and answer.profit == pytest.approx(
        pay.profit, abs=1e-9
    )


@pytest.mark.parametrize(
    ("monitor", "power"), [(al.SelfConsistency(0.2), 2.0), (al.Expert(0.2), 1.0), (al.Golden(), 1.0)]
)
@pytest.mark.parametrize("scale", [0.1, 0.137, 0.3])
def test_an_agent_indifferent_among_all_efforts_works_as_the_firm_likes(monitor, power, scale):
    """One check, a cost in proportion to its chance to pass: full effort is as good as any, and no peak to rounding."""
    problem = al.Problem(
        al.CRRA(0.7), al.PowerCost(scale, power), lambda e: 2 * e, al.CRRA(0.7).utility(0.4), 0.1
    )
    pay = al.second_best(problem, monitor, 1, "binary")
    answer = al.best_answer(problem, monitor, pay.contract)
    assert pay.effort == answer.effort == 1 and answer.profit == pytest.approx(pay.profit, abs=1e-12)


def test_a_tie_at_a_kink_of_the_cost_is_seen():
    """A peak that no grid hits: idling is as good to the agent, the firm likes the kink."""
    at = 0.16041157510650933
    cost = al.ConvexCost(
        lambda e: 0.0531 * (0.3 * e + np.maximum(e - at, 0)), lambda e: 0.0531 * (0.3 + (e > at) * 1.0)
    )
    problem = al.Problem(al.RiskNeutral(), cost, lambda e: e, outside=0.0, floor=0.0)
    monitor, n, t = al.Expert(0.2), 6, 4
    law = [
        float(np.sum(stats.binom.pmf(np.arange(t, n + 1), n, monitor.pass_probability(e)))) for e in (0.0, at)
    ]
    bonus = float(cost.cost(at)) / (law[1] - law[0])  # as good as idling
    answer = al.best_answer(problem, monitor, al.contracts.Binary(t, 0.0, bonus, n))
    assert answer.effort == pytest.approx(at, abs=1e-12)
    assert answer.profit == pytest.approx(at - bonus * law[1], abs=1e-12)
