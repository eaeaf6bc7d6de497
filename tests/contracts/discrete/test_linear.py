"""Lines for finitely many efforts: closed forms against grids, a fine list against the continuum, cut lines against a search."""

import mpmath
import numpy as np
import pytest

import annolib as al
from annolib.contracts import Linear
from tests.contracts.discrete import naive


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("money", [False, True])
def test_no_uncut_line_of_a_grid_earns_more(seed, money):
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.uniform(0, 0.25, 4))
    problem = al.Problem(
        al.CARA(1.2), cost, np.sort(rng.uniform(0, 1, 4)), 0.05, efforts=np.sort(rng.uniform(0, 1, 4))
    )
    if money:
        problem = al.Problem(
            al.CARA(1.2), al.MoneyCost(al.PowerCost(0.3, 2)), lambda e: e, 0.05, efforts=[0, 0.3, 0.6, 1]
        )
    monitor, n = al.SelfConsistency(0.2), int(rng.integers(2, 60))
    pay = al.second_best(problem, monitor, n, "linear")
    assert pay.converged and pay.suboptimality <= 1e-9 * pay.gap
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-9)
    p, k = naive.law(problem, monitor, n), np.arange(n + 1)
    for slope in np.geomspace(0.01, 20, 60):
        lines = [slope * k / n + base for base in np.linspace(-1, 1, 21) - slope * 0.6]
        for wages in lines:
            payoff = np.array([p[i] @ problem.payoff(wages, e) for i, e in enumerate(problem.efforts)])
            if payoff.max() >= 0.05:
                tied = payoff >= payoff.max() - 1e-12
                assert (
                    np.max(np.where(tied, problem._value(np.array(problem.efforts)) - p @ wages, -9))
                    <= pay.profit + 1e-9
                )


@pytest.mark.parametrize("n", [2, 10])
@pytest.mark.parametrize(
    "scale, dearer", [(1e-2, 3e-3), (1e-3, 1e-3), (1e-4, 1e-4), (1e-4, 0.03), (1e-9, 0.03)]
)
def test_an_effort_a_little_above_its_neighbours_is_bought_with_a_rent(n, scale, dearer):
    """Its cost lies above the chord of its neighbours: only an agent made rich keeps to it, at a wage that 40 digits tell."""
    cost = scale * np.array([0.0, 0.5 * (1 + dearer), 1.0])
    problem = al.Problem(al.CARA(1.0), cost, [0.0, 25.0, -10.0], 0.0, efforts=[0, 0.4, 0.8])
    pay = al.second_best(problem, al.Expert(0.2), n, "linear")
    with mpmath.workdps(40):
        q = [mpmath.mpf(float(x)) for x in al.Expert(0.2).pass_probability(np.array(problem.efforts))]
        lazier, keener = mpmath.mpf(float(cost[1])), mpmath.mpf(float(cost[2])) - mpmath.mpf(float(cost[1]))

        def share(y, d, i):  # s at which effort i is as good
            up = (1 + d / y) ** (mpmath.mpf(1) / n) - 1
            return up / (up * q[1] + q[1] - q[i])

        low, high = keener, 1 - lazier  # there is room at one, none at the other
        for _ in range(110):
            y = mpmath.sqrt(low * high)
            low, high = (y, high) if share(y, -keener, 2) >= share(y, lazier, 0) else (low, y)
        s = share(y, lazier, 0)
        wage = -mpmath.log(y) + n * (mpmath.log(1 - q[1] * s) - q[1] * mpmath.log(1 - s))
    assert pay.converged and pay.effort == 0.4
    assert pay.profit == pytest.approx(25 - float(wage), abs=1e-9)


@pytest.mark.parametrize("n", [50, 1_000])
def test_a_fine_list_is_nearly_the_continuum(reference, n):
    problem = reference[0].with_floor(None)
    best = al.second_best(problem, reference[1], n, "linear")
    listed = al.discrete_actions(
        problem, reference[1], n, np.unique(np.append(np.linspace(0, 1, 801), best.effort)), "linear"
    )
    assert listed.gap == pytest.approx(best.gap, rel=3e-3) and listed.gap <= best.gap * (1 + 1e-9)


def test_a_risk_neutral_agent_without_a_floor_reaches_the_first_best():
    problem = al.Problem(
        al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), efforts=[0, 0.5, 1]
    )
    pay = al.second_best(problem, al.Expert(0.2), 7, "linear")
    assert pay.gap == 0 and pay.converged and pay.effort == 0.5
    assert al.best_answer(problem, al.Expert(0.2), pay.contract).effort == 0.5


@pytest.mark.parametrize("middle, bought", [(0.19, 0.5), (0.21, 0.0)])
def test_a_neutral_agent_has_no_line_for_an_effort_above_its_neighbours(middle, bought):
    """The slope that pays for the middle effort would pay for the next one too: then nothing is bought, or what costs less."""
    problem = al.Problem(al.RiskNeutral(), [0, middle, 0.4], [0, 1.0, 0.1], efforts=[0, 0.5, 1])
    pay = al.second_best(problem, al.Expert(0.2), 9, "linear")
    assert pay.converged and pay.effort == bought
    assert al.best_answer(problem, al.Expert(0.2), pay.contract).profit == pytest.approx(pay.profit, abs=1e-9)


@pytest.mark.parametrize("utility", [al.CARA(1.0), al.CRRA(0.5), al.CRRA(1), al.RiskNeutral()])
@pytest.mark.parametrize("share", [1.0, 0.9])
def test_no_cut_line_of_a_grid_earns_more(utility, share):
    outside = float(utility.utility(0.5))
    unit = float(1 / utility.marginal_wage(outside))
    problem = al.Problem(
        utility, [0, 0.05 * unit, 0.2 * unit], [0, 0.4, 0.9], outside, 0.5 * share, efforts=[0, 0.5, 1]
    )
    monitor, n = al.SelfConsistency(0.22), 30
    pay = al.second_best(problem, monitor, n, "linear")
    answer = al.best_answer(problem, monitor, pay.contract)
    assert answer.profit == pytest.approx(pay.profit, abs=1e-7)
    found = pay.profit + pay.suboptimality
    best = -np.inf
    for kink in np.linspace(-15, 29, 23):
        for slope in np.geomspace(0.1, 30, 24):
            line = Linear(0.5 * share - slope * kink / n, slope, 0.5 * share, n)
            best = max(best, al.best_answer(problem, monitor, line).profit)
    assert best <= pay.profit + 1e-7 and found >= pay.profit


@pytest.mark.parametrize("floor", [None, 0.0])
def test_lines_that_fall_where_less_work_costs_more(floor):
    problem = al.Problem(al.CARA(1.0), [0.1, 0.05, 0.0], [1.0, 0.5, 0.0], 0.0, floor, efforts=[0, 0.5, 1.0])
    monitor = al.Expert(0.2)
    pay = al.second_best(problem, monitor, 20, "linear")
    assert pay.effort == 0 and (pay.converged or floor == 0.0)
    assert al.best_answer(problem, monitor, pay.contract).profit == pytest.approx(pay.profit, abs=1e-7)
    lines = [Linear(b, s, floor, 20) for s in np.linspace(-1, 1, 21) for b in np.linspace(-0.4, 0.7, 23)]
    best = max(al.best_answer(problem, monitor, line).profit for line in lines)
    assert 0.8 < best <= pay.profit + 1e-9


def test_what_is_not_solved_says_so():
    problem = al.Problem(
        al.CARA(1.0), al.MoneyCost(al.PowerCost(0.4, 2)), lambda e: e, floor=0.0, efforts=[0, 0.5, 1]
    )
    with pytest.raises(al.NoBestContract, match="binary"):
        al.second_best(problem, al.Expert(0.2), 20, "linear")
    deep = problem.with_floor(
        -5.0
    )  # the best whole line is above it; what cut ones could earn is bounded by the best of all pay
    pay, every = (al.second_best(deep, al.Expert(0.2), 20, family) for family in ("linear", "optimal"))
    assert pay.contract.base > -5 and not pay.converged and "cut ones are not searched" in pay.message
    assert pay.suboptimality == pytest.approx(pay.gap - every.gap, rel=1e-6) and pay.suboptimality > 0
