"""No line earns more than the best one: what branch and bound proves, and a random search that tries to win."""

import numpy as np
import pytest
from scipy.optimize import minimize

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear import bound as module
from annolib.contracts.linear.bound import bound_lines
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.uncut.ranges import bound_uncut
from annolib.numerics.binomials import log_pmf


def closed(problem, pay):
    """Is the bound closed: to a billionth of the gap, or 1e-12 of the scale of profit?"""
    scale = max(abs(al.first_best(problem).profit), float(problem.value(1.0) - problem.value(0.0)))
    return pay.suboptimality <= max(1e-9 * pay.gap, 1e-12 * scale)


def attack(problem, monitor, n, rng, size=60, polish=3):
    """The most that a random search over lines earns, polished by Nelder and Mead and judged by `best_answer`."""
    evidence = PassLaw.from_monitor(monitor)
    wage = float(problem.utility.wage(max(problem.outside, problem.floor_utility)))

    def earned(x):
        slope = np.exp(x[1])
        if problem.floor is None and x[0] - 0.5 * slope < problem.utility.lowest_wage:
            return -np.inf
        try:
            answer = al.best_answer(
                problem,
                monitor,
                al.contracts.Linear(x[0] - 0.5 * slope, slope, problem.floor, n, evidence.counts),
            )
        except ValueError:  # a wage that the utility does not know
            return -np.inf
        return answer.profit if answer.accepts else -np.inf

    lines = np.column_stack([wage + rng.normal(0.1, 0.3, size), rng.normal(0.3, 1.2, size)])
    worth = np.array([earned(x) for x in lines])
    for i in np.argsort(-worth)[:polish]:
        if np.isfinite(worth[i]):
            found = minimize(
                lambda x: -max(earned(x), -1e6),
                lines[i],
                method="Nelder-Mead",
                options={"maxiter": 80, "xatol": 1e-9, "fatol": 1e-12},
            )
            worth[i] = max(worth[i], -found.fun)
    return float(np.max(worth))


def full_effort(kappa, n):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 1.0 * e, floor=0.0)
    return problem, al.SelfConsistency(kappa), n


def root_utility():
    return (
        al.Problem(al.CRRA(0.5), al.PowerCost(1, 3), lambda e: np.sqrt(e + 0.01), floor=0.0),
        al.Expert(0.05),
        100,
    )


@pytest.mark.parametrize(
    "case, least",
    [(full_effort(0.15, 100), 0.89428340), (full_effort(0.06, 5), 0.71424660), (root_utility(), 0.64453763)],
)
def test_lines_that_were_missed(case, least):
    """Full effort, where the incentive may be more than needed; root utility, whose floor has no finite marginal utility."""
    pay = al.second_best(*case, "linear")
    assert pay.profit >= least and pay.converged
    assert closed(case[0], pay)
    np.testing.assert_allclose(al.best_answer(*case[:2], pay.contract).profit, pay.profit, rtol=1e-8)


def test_a_line_that_is_not_the_best_is_beaten(reference):
    """From a lower profit to beat, a better line is shown; from a higher one, none is."""
    problem, monitor = reference[0].with_floor(-0.1), reference[1]
    best, n = al.first_best(problem), 60
    pay = al.second_best(problem, monitor, n, "linear")
    counts = PassLaw.from_monitor(monitor)

    def agent(effort, share, slope):
        line = al.contracts.Linear(problem.floor - slope * share, slope, problem.floor, n)
        answer = al.best_answer(problem, monitor, line)
        return answer.effort, 0.0 if abs(answer.effort - effort) < 0.05 else 1.0, answer.profit

    worse = bound_lines(problem, counts, n, best, pay.profit - 0.01, 0.0, agent)
    assert worse.better is not None and agent(*worse.better)[2] > pay.profit - 0.01
    assert worse.excess >= 0.01
    higher = bound_lines(problem, counts, n, best, pay.profit + 1e-6, 0.0, None)
    assert higher.better is None and higher.excess <= 1e-9 * pay.gap + 1e-12
    blind = bound_lines(problem, counts, n, best, pay.profit - 1e-4, 0.0, None)
    # the line found lets the agent gain the little that its certificate says, which the bound does not
    assert (
        blind.excess >= 1e-4 - 10 * max(pay.certificate.gain_bound, 1e-13)
        and pay.certificate.gain_bound < 5e-11
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_random_search_never_wins(naive, seed):
    rng = np.random.default_rng(81_000 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.choice([2, 3, 6, 15, 40, 120]))
    pay = al.second_best(problem, monitor, n, "linear")
    assert closed(problem, pay)
    assert attack(problem, monitor, n, rng, 25, 1) <= pay.profit + 1e-9 + pay.suboptimality


@pytest.mark.parametrize("seed", range(6))
def test_flat_pay_is_a_line(naive, seed):
    """A line cut at a lower floor is another line: the floors do not nest, but flat pay is in each class."""
    rng = np.random.default_rng(91_000 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(2, 40))
    for one in (problem, problem.with_floor(0.5 * problem.floor)):
        pay, flat = (al.second_best(one, monitor, n, family) for family in ("linear", "flat"))
        assert pay.profit >= flat.profit - 1e-12


def test_checks_that_pass_for_certain():
    """Golden questions at full effort: the law of the passes has no score there."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.3, 2), lambda e: 1.0 * e, floor=0.0)
    pay = al.second_best(problem, al.Golden(0.5), 10, "linear")
    assert pay.converged and closed(problem, pay)


@pytest.mark.parametrize("gamma", [0.45, 0.49])
def test_a_threshold_at_the_last_count_is_a_line(gamma):
    """Where the proof stays open, its bound still covers the bonus for n passes, which a steep line pays too."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.3, 2), lambda e: 1.0 * e, floor=0.0)
    monitor = al.Golden(gamma)
    pay = al.second_best(problem, monitor, 10, "linear")
    bonus = al.second_best(problem, monitor, 10, "binary").contract.high
    line = al.best_answer(problem, monitor, al.contracts.Linear(-9 * bonus, 10 * bonus, 0.0, 10))
    assert line.profit <= pay.profit + pay.suboptimality + 1e-9
    assert pay.converged or "may earn up to" in pay.message


def test_a_deep_floor_is_no_floor(reference):
    deep, free = (
        al.second_best(reference[0].with_floor(f), reference[1], 50, "linear") for f in (-100.0, None)
    )
    assert deep.converged and closed(reference[0], deep)
    assert deep.gap == pytest.approx(free.gap, rel=1e-9)


@pytest.mark.parametrize("n", [5, 40])
def test_uncut_lines_under_log_utility(n):
    """A wage of 0 is unbearable: lines are looked at down to a base of 1e-13 of the slope."""
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), lambda e: e * (2 - e), outside=float(np.log(0.5)))
    pay = al.second_best(problem, al.SelfConsistency(0.15), n, "linear")
    assert pay.converged and closed(problem, pay)


PROVED = {
    # pay far above the count that is likely, where a floor is near and the blocks of counts end; its gap by a random search and simplex
    "rare pay": (
        al.Problem(al.CRRA(0.5), al.PowerCost(0.549, 2.5), lambda e: 0.8368 * e * (2 - e), 1.632, 0.6659),
        al.Expert(0.183),
        415,
    ),
    # lines at which the agent works as asked, if at all, only at the bottom of its payoff: full effort tempts
    "full effort tempts": (
        al.Problem(
            al.CRRA(0.3), al.PowerCost(0.196, 8), lambda e: 1.0593 * np.sqrt(e + 0.01), 0.8133, 0.4811
        ),
        al.SelfConsistency(0.25),
        10,
    ),
}


@pytest.mark.parametrize("name", PROVED)
def test_kinds_of_lines_that_stayed_open(name):
    """They are proved, and a random search of lines finds none better and one nearly as good."""
    problem, monitor, n = PROVED[name]
    pay = al.second_best(problem, monitor, n, "linear")
    assert pay.converged and pay.family == "linear"
    near = pay.contract.base, pay.contract.slope
    rng = np.random.default_rng(3)
    counts = np.arange(n + 1.0)
    law = np.exp(log_pmf(counts, n, *(np.array(x)[:, None] for x in _odds(monitor))))
    best = -np.inf
    for size in (0.3, 0.03, 0.003):
        for _ in range(150):
            base, slope = near[0] + size * rng.normal(), near[1] * np.exp(size * rng.normal())
            wages = np.maximum(base + slope * counts / n, problem.floor)
            payoff = law @ problem.utility.utility(wages) - problem.cost.cost(_GRID)
            i = int(np.argmax(payoff))
            if payoff[i] >= problem.outside:
                best = max(best, float(problem._value(_GRID[i]) - law[i] @ wages))
    assert best <= pay.profit + 1e-5  # the grid of efforts favours the firm by so much at most
    assert best > pay.profit - 2e-3


_GRID = np.linspace(0, 1, 4001)


def _odds(monitor):
    evidence = PassLaw.from_monitor(monitor)
    return evidence.success(_GRID), evidence.failure(_GRID)


def test_lines_that_are_never_cut(reference):
    """What is called never cut is cut with a chance below 1e-18, and utility below the floor, had it gone on, would not be felt."""
    problem, monitor = reference[0].with_floor(0.0), reference[1]
    evidence, n, rng = PassLaw.from_monitor(monitor), 20_000, np.random.default_rng(4)
    lines = CutLines(problem, evidence, n, (0.0,))
    low = rng.uniform(0.3, 0.7, 300)
    share = evidence.success(low) - rng.uniform(-2, 20, 300) * 0.5 / np.sqrt(n)
    cells = Cells(low, low + 1e-3, share - 1e-3, share, np.ones(300))
    never = module._never_cut(lines, cells, 0.1)
    assert 50 < never.sum() < 250
    counts = np.arange(n + 1.0)
    for i in np.flatnonzero(never)[::8]:
        law = np.exp(log_pmf(counts, n, evidence.success(low[i]), evidence.failure(low[i])))
        slope = (float(problem._value(1.0)) - 0.1) / (law @ np.maximum(counts / n - share[i], 0))
        cut = counts < n * share[i]
        wage = slope * (counts / n - share[i])
        lost = problem.utility.utility(0.0) - problem.utility.utility(wage)
        score = np.abs(counts - n * evidence.success(low[i])) / (
            evidence.success(low[i]) * evidence.failure(low[i])
        )
        assert law[cut].sum() < 1e-18 and (law * lost * np.maximum(score, 1))[cut].sum() < 1e-16


def test_very_many_checks_with_and_without_what_is_known_of_uncut_lines(reference):
    """The best line is not cut, in effect: with its bound known the cells left are few, and without it all cells say the same."""
    problem, monitor, n = reference[0].with_floor(0.0), reference[1], 1_000_000
    pay, best = al.second_best(problem, monitor, n, "linear"), al.first_best(problem)
    assert pay.converged and closed(problem, pay)
    near = pay.effort, -pay.contract.base / pay.contract.slope, pay.contract.slope
    evidence = PassLaw.from_monitor(monitor)
    ask = (problem, evidence, n, best, pay.profit, 0.0, None, (), near)
    slack = module.tolerance(problem, best, pay.profit)
    some, every = bound_lines(*ask, uncut=0.0), bound_lines(*ask)
    assert max(some.excess, every.excess) <= slack and 2 * some.cells < every.cells
    worse = (*ask[:4], pay.profit - 1e-7, *ask[5:8], near)
    assert bound_lines(*worse).excess >= 1e-7 - slack


@pytest.mark.parametrize("cells", [10, 400, 900])
def test_a_search_that_is_given_up_still_bounds(reference, monkeypatch, cells):
    """However few cells are looked at, the bound is at least what a better line earns and at most what the first best leaves."""
    problem, monitor, n = reference[0].with_floor(0.0), reference[1], 30
    best, pay = al.first_best(problem), al.second_best(problem, monitor, 30, "linear")
    monkeypatch.setattr(module, "_CELLS", cells)
    less = pay.profit - 1e-4
    known = bound_lines(problem, PassLaw.from_monitor(monitor), n, best, less, 0.0, None)
    assert 1e-4 - 1e-10 <= known.excess <= best.profit - less
    assert known.cells <= cells and (cells > 10 or known.excess == best.profit - less)


EXTREME = {  # shares of passes over hundreds of standard deviations, and a cost that asks for next to no incentive
    "steep cost": (
        al.Problem(al.CRRA(1.0), al.PowerCost(0.169, 200.0), lambda e: e * (2 - e), -0.254, 0.875), al.Golden(0.4), 13_756_674
    ),
    "no risk aversion": (
        al.Problem(al.RiskNeutral(), al.PowerCost(0.4, 1.2), lambda e: e * (2 - e), 0.593, 0.686), al.Expert(0.06), 14_188_113
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTREME)
def test_extreme_problems_end_with_a_true_bound(name):
    """They are answered, and what is said of other lines is no more than the first best leaves."""
    problem, monitor, n = EXTREME[name]
    pay = al.second_best(problem, monitor, n, "linear")
    assert 0 <= pay.suboptimality <= pay.gap
    assert pay.profit >= al.second_best(problem, monitor, n, "flat").profit - 1e-12


def test_a_kink_is_a_range_of_its_own():
    ends = np.array([0.1, 0.3, 0.4 - 1e-15, 0.6])
    low, high = module._ranges(ends, (0.4, 0.8))
    assert low[-1] == high[-1] == 0.4
    np.testing.assert_allclose(np.stack([low, high])[:, :-1], [[0.1, 0.3, 0.4], [0.3, 0.4, 0.6]], rtol=1e-14)
    assert high[1] == 0.4 < low[2]
    low, high = module._ranges(ends, ())
    assert low.tolist() == ends[:-1].tolist() and high.tolist() == ends[1:].tolist()


@pytest.mark.parametrize(
    "monitor, kink, slope, n, floor, earned",
    [
        (al.Expert(0.2), 0.4, 0.2, 4, 0.0, 0.194407),
        (al.SelfConsistency(0.15), 0.5, 0.1, 6, None, 0.381857),
    ],
)
def test_lines_for_a_kink_are_bounded_too(monitor, kink, slope, n, floor, earned):
    """Lines that buy the kink earn this much; a bound for lower profits to beat must leave room for them."""
    cost = al.ConvexCost(
        lambda e: slope * e + np.maximum(e - kink, 0) + 0.02 * e**2, lambda e: slope + 0.04 * e + (e > kink)
    )
    problem = al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), outside=0.0, floor=floor)
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    for profit in (earned - 0.01, earned - 1e-4):
        if floor is None:
            found = bound_uncut(problem, evidence, n, best, profit)
        else:
            found = bound_lines(problem, evidence, n, best, profit, 0.0, None)
        assert found.excess >= earned - profit
