"""Bounds of what lines of a cell earn: no line breaks them, and they close in on the best line."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.bounds import bounds
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines


def _offered(problem, monitor, n, share, slope):
    floor = problem.utility.lowest_wage if problem.floor is None else problem.floor
    counts = PassLaw.from_monitor(monitor).counts
    return al.best_answer(
        problem, monitor, al.contracts.Linear(floor - slope * share, slope, problem.floor, n, counts)
    )


def _cell(*ends):
    return Cells(*(np.array([float(x)]) for x in ends))


def _problem(naive, rng):
    """A random problem whose lines can be described by a share and a slope."""
    problem, monitor = naive.random_problem(rng, floor=bool(rng.random() < 0.8))
    if problem.floor is None:
        if isinstance(problem.utility, al.CRRA) and problem.utility.aversion < 1:
            return problem, monitor
        problem = problem.with_floor(0.2)
    return problem, monitor


@pytest.mark.parametrize("seed", range(40))
def test_no_line_earns_more_than_the_bound_of_its_cell(naive, seed):
    """Lines at random, the agent's answer by `best_answer`, cells of all sizes around both."""
    rng = np.random.default_rng(71_000 + seed)
    problem, monitor = _problem(naive, rng)
    n = int(rng.choice([1, 2, 4, 9, 25, 80, 350, 700]))
    evidence = PassLaw.from_monitor(monitor)
    lines = CutLines(problem, evidence, n, (0.0, float(rng.uniform(0.05, 0.6))))
    top = (n - 1) / n if problem.floor is not None else 0.0
    tried = 0
    for _ in range(40):
        q = float(evidence.success(rng.uniform(0.2, 1)))
        slope = np.exp(rng.normal(0.3, 0.8))
        paid = float(problem.utility.wage(max(problem.outside, problem.floor_utility))) + 0.3 * abs(
            rng.normal()
        )
        share = min(q - (paid - (problem.floor or 0.0)) / slope, top)
        answer = _offered(problem, monitor, n, share, slope)
        if not answer.accepts or answer.effort < 1e-3 or answer.effort > 0.999:
            continue
        size = 10.0 ** rng.uniform(-5, -0.7, 2)
        low, high = (
            max(answer.effort - size[0] * rng.random(), 1e-4),
            min(answer.effort + size[0] * rng.random(), 1.0),
        )
        below, above = share - size[1] * rng.random(), min(share + size[1] * rng.random(), top)
        cell = _cell(low, high, below, above, slope * np.exp(rng.normal(0, 0.2)))
        bound = bounds(lines, cell, answer.profit - abs(rng.normal()) * 0.05 - 1e-9).bound[0]
        assert bound >= answer.profit - 1e-8  # `best_answer` knows the effort to about that
        tried += 1
    if not tried:
        pytest.skip("the agent takes none of these lines")


@pytest.mark.parametrize("n", [12, 100, 1000])
def test_bounds_close_in_with_the_square_of_the_size(reference, n):
    """Around the best line, where it just pays for an effort inside (0, 1): a tenth of the size, a hundredth of the excess."""
    problem, monitor = reference[0].with_floor(-0.3), reference[1]
    pay = al.second_best(problem, monitor, n, "linear")
    share = (problem.floor - pay.contract.base) / pay.contract.slope
    lines = CutLines(problem, PassLaw.from_monitor(monitor), n, (0.0,))
    excess = []
    for size in np.array([1e-3, 1e-4, 1e-5]):
        cell = _cell(pay.effort - size, pay.effort + size, share - size, share + size, pay.contract.slope)
        excess.append(bounds(lines, cell, pay.profit).bound[0] - pay.profit)
    assert excess[0] > 0 and excess[1] < 0.03 * excess[0] and excess[2] < 0.03 * excess[1]


def test_many_checks_in_blocks_are_summed_as_counts_are(reference, monkeypatch):
    """The same cells with every count a node and with blocks of counts."""
    from annolib.contracts.linear.branch import cut_lines as module

    problem, monitor = reference
    evidence, profit = PassLaw.from_monitor(monitor), 0.25
    rng = np.random.default_rng(5)
    effort, n = rng.uniform(0.4, 0.6, 200), 280
    share = np.round((evidence.success(effort) - rng.uniform(-0.5, 4, 200) * 0.03) * n) / n
    cells = Cells(effort - 0.002, effort + 0.002, share, share + 1 / n, np.full(200, 2.0))
    every = bounds(CutLines(problem, evidence, n, (0.0, 0.2)), cells, profit)
    monkeypatch.setattr(module, "EVERY", 100)
    blocks = bounds(CutLines(problem, evidence, n, (0.0, 0.2)), cells, profit)
    np.testing.assert_allclose(blocks.relaxed, every.relaxed, atol=1e-12)
    np.testing.assert_allclose(blocks.slope, every.slope, rtol=1e-11)
    finite = np.isfinite(every.bound)
    assert finite.sum() > 10
    # the largest values inside a cell are bounded block by block: never below the bound with every count
    assert np.all(blocks.bound[finite] >= every.bound[finite] - 1e-12)
    np.testing.assert_allclose(blocks.bound[finite], every.bound[finite], rtol=2e-3)


def test_at_full_effort_more_incentive_than_needed_is_no_fault(reference):
    """There the agent cannot work more: cells that only hold full effort must not charge for too much incentive."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 1.0 * e, floor=0.0)
    monitor, n = al.SelfConsistency(0.06), 5
    answer = _offered(problem, monitor, n, 0.6, 3.0791)
    slope = 3.0792
    share = 1.8476 / slope
    lines = CutLines(problem, PassLaw.from_monitor(monitor), n, (0.0,))
    bound = bounds(lines, _cell(1, 1, share - 1e-4, share + 1e-4, slope), 0.71).bound[0]
    assert bound >= 0.7142466 and answer.profit < 0.7142467
