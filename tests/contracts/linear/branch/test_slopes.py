"""Slopes that do not matter: what is ruled out gives too little or costs too much, by plain sums."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.laws import nodes
from annolib.contracts.linear.branch.slopes import least_for_incentive, too_rare, too_weak
from annolib.numerics.binomials import log_pmf

RARE = (
    al.Problem(al.CRRA(0.5), al.PowerCost(0.549, 2.5), lambda e: 0.8368 * e * (2 - e), 1.632, 0.6659),
    al.Expert(0.183),
    415,
)


@pytest.mark.parametrize("seed", range(6))
def test_lines_that_pay_too_rarely(seed):
    """What is called too rare gives too little utility at every slope that can be paid."""
    rng = np.random.default_rng(seed)
    problem, monitor, _ = RARE
    if seed % 2:
        problem = al.Problem(al.CARA(1.0), problem.cost, problem.value, 0.3, 0.1)
    n, profit = int(rng.integers(5, 400)), -0.5
    evidence = PassLaw.from_monitor(monitor)
    lines = CutLines(problem, evidence, n, (0.0,))
    low = rng.uniform(0.05, 0.95, 200)
    share = rng.uniform(0, 0.999, 200)
    cells = Cells(low, low + 0.01, share, np.minimum(share + 0.01, 1), np.ones(200))
    with np.errstate(all="ignore"):
        rare = too_rare(lines, cells, profit)
    assert 10 < rare.sum() < 190
    counts = np.arange(n + 1.0)
    for i in np.flatnonzero(rare):
        for effort in (low[i], low[i] + 0.01):
            law = np.exp(log_pmf(counts, n, evidence.success(effort), evidence.failure(effort)))
            rise = np.maximum(counts / n - share[i], 0)
            left = float(problem._value(effort)) - problem.floor - profit
            if law @ rise < 1e-200 or left <= 0:  # no slope can be paid at all
                continue
            largest = left / float(law @ rise)
            for slope in largest * np.geomspace(1e-4, 1, 30):
                utility = law @ problem.utility.utility_rise(problem.floor, slope * rise)
                assert utility < max(
                    float(problem.cost.cost(effort)),
                    float(problem.reservation(effort)) - problem.floor_utility,
                )


def _plain(problem, evidence, n, effort, share, slope):
    """Expected utility above the floor's, the incentive in q, and what is paid above the floor, by plain sums; arrays (slopes,)."""
    counts = np.arange(n + 1.0)
    q, r = float(evidence.success(effort)), float(evidence.failure(effort))
    law, y = np.exp(log_pmf(counts, n, q, r)), np.maximum(counts / n - share, 0)
    rise = problem.utility.utility_rise(problem.floor, slope[:, None] * y)
    return rise @ law, rise @ (law * (counts / q - (n - counts) / r)), slope * (law @ y)


@pytest.mark.parametrize("seed", range(8))
def test_slopes_that_are_ruled_out_give_too_little(seed):
    """Below the least slope for the incentive it is too small all over the cell; a cell that is too weak lacks utility or incentive at all slopes."""
    rng = np.random.default_rng(4_400 + seed)
    utility = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(2), al.RiskNeutral())[seed % 4]
    floor = 0.0 if seed % 4 in (0, 1, 3) else 0.2
    cost = al.PowerCost(rng.uniform(0.2, 0.6), 2)
    outside = float(utility.utility(floor + 0.1))
    problem, n = al.Problem(utility, cost, lambda e: e * (2 - e), outside, floor), int((6, 40)[seed // 4])
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    lines, spread, size = CutLines(problem, evidence, n, (0.0,)), 0.5 / np.sqrt(n), 80
    effort, width = rng.uniform(0.25, 0.9, size), 10 ** rng.uniform(-3, 0, size)
    share = np.clip(evidence.success(effort) + spread * rng.uniform(-3, 2, size), 0.01, (n - 1) / n - 0.01)
    cells = Cells(
        effort,
        np.minimum(effort + width * spread, 0.999),
        share,
        np.minimum(share + width * spread, 1),
        effort,
    )
    ask = np.minimum(*(lines.needed_incentive(e) for e in (cells.effort_low, cells.effort_high)))
    b_hi = np.exp(rng.uniform(-2, 2.5, size))
    with np.errstate(all="ignore"):
        law = nodes(lines, cells)
        least = least_for_incentive(lines, law, cells, b_hi, ask)
        weak = too_weak(lines, law, cells, b_hi, ask)
    assert (least > 0).all() and 0 < weak.sum() < size
    for i in range(size):
        for e in np.linspace(cells.effort_low[i], cells.effort_high[i], 3):
            for x in np.linspace(cells.share_low[i], cells.share_high[i], 3):
                slope = min(least[i], b_hi[i]) * np.linspace(0.02, 0.999, 12)
                assert np.all(_plain(problem, evidence, n, e, x, slope)[1] < lines.needed_incentive(e))
                if weak[i]:
                    got, pull, _ = _plain(problem, evidence, n, e, x, b_hi[i] * np.linspace(0.02, 1, 12))
                    need = lines.needed(np.array([e]), lines.needed_incentive(np.array([e])))
                    assert np.all((got < need[1:].max()) | (pull < need[0, 0]))
