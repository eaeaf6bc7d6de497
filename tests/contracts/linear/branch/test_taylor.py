"""The Lagrangian of a cell: its bound against the best of many lines by plain sums, and derivatives of a binomial law."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch import taylor
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.laws import nodes
from annolib.numerics.binomials import log_pmf

_STAIRS = 2.0**22


def _smooth(scale):
    """A slope that turns quickly at 0.65."""
    return al.ConvexCost(
        lambda e: scale * (e**2 / 2 + (np.logaddexp(0, 80 * (e - 0.65)) - np.logaddexp(0, -52)) / 80),
        lambda e: scale * (e + 1 / (1 + np.exp(-80 * (e - 0.65)))),
    )


def _stairs(scale):
    """A slope that no polynomial follows: of it only the ends of a cell are known."""
    return al.ConvexCost(
        lambda e: scale * e**2, lambda e: 2 * scale * (np.floor(np.asarray(e) * _STAIRS) + 0.5) / _STAIRS
    )


def _setting(seed, n, cost=None):
    rng = np.random.default_rng(seed)
    utility = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(2), al.RiskNeutral())[seed % 4]
    floor = 0.3
    power = al.PowerCost(rng.uniform(0.1, 0.4), float(rng.choice([1.5, 2, 3])))
    cost = power if cost is None else cost(power.scale)
    problem = al.Problem(utility, cost, lambda e: e * (2 - e), float(utility.utility(floor)), floor)
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    return rng, problem, evidence, CutLines(problem, evidence, n, (0.0, 0.2))


@pytest.mark.parametrize(
    ("seed", "cost"),
    [*((i, None) for i in range(12)), *((i, f) for i in range(6) for f in (_smooth, _stairs))],
)
def test_a_line_that_meets_the_constraints_earns_no_more(seed, cost):
    """Lines by plain sums at places of the cell, slopes that meet the known constraints: below the bound, whatever Taylor leaves out."""
    n = (6, 15, 40)[seed // 4]
    rng, problem, evidence, lines = _setting(seed, n, cost)
    effort, spread = rng.uniform(0.4, 0.9, 60), 0.5 / np.sqrt(n)
    size = 10 ** rng.uniform(-5, -0.5, (2, 60)) * spread
    share = np.clip(evidence.success(effort) + spread * rng.uniform(-5, 0, 60), 0.02, (n - 1) / n - 0.02)
    cells = Cells(effort, np.minimum(effort + size[0], 0.999), share, share + size[1], np.full(60, 1.0))
    with np.errstate(all="ignore"):
        law = nodes(lines, cells)
        most = np.full(60, 8.0)
        found = taylor.taylor_bounds(lines, cells, law, (np.zeros(60), most), -10.0)
    counts, tried = np.arange(n + 1.0), 0
    for i in range(60):
        for e, x in zip(
            np.linspace(cells.effort_low[i], cells.effort_high[i], 4),
            rng.permutation(np.linspace(cells.share_low[i], cells.share_high[i], 4)),
            strict=True,
        ):
            q, r = evidence.success(np.array([e, 0.0, 0.2])), evidence.failure(np.array([e, 0.0, 0.2]))
            laws = np.exp(log_pmf(counts, n, q[:, None], r[:, None]))
            y = np.maximum(counts / n - x, 0)
            slopes = np.linspace(1e-3, 8, 1500)[:, None]
            rise = problem.utility.utility_rise(problem.floor, slopes * y)
            pull = rise @ (laws[0] * (counts / q[0] - (n - counts) / r[0]))
            ask = float(lines.needed_incentive(e))
            means, cost = rise @ laws.T, problem.cost.cost(np.array([e, 0.0, 0.2]))
            ok = means[:, 0] >= problem.reservation(e) - problem.floor_utility
            ok &= (means[:, :1] - cost[0] >= means[:, 1:] - cost[1:]).all(axis=1)
            turn = np.flatnonzero((pull[1:] >= ask) != (pull[:-1] >= ask))
            for j in turn:  # the slope with just that incentive lies between two: the flatter one costs less
                if ok[j] and ok[j + 1]:
                    earned = float(problem._value(e)) - problem.floor - slopes[j + 1, 0] * (laws[0] @ y)
                    assert earned <= found.bound[i] + 1e-12
                    tried += 1
    assert tried > 5


@pytest.mark.parametrize("n", [5, 40, 200])
def test_derivatives_of_the_law_are_below_their_bounds(n):
    """|P′/P|, …, |P⁗/P| at places of the cell, from the falling factorials of the score's generating function."""
    _, _, evidence, lines = _setting(1, n)
    low = np.array([0.3, 0.5, 0.8])
    cells = Cells(low, low + 0.05, np.full(3, 0.5), np.full(3, 0.6), np.ones(3))
    law = nodes(lines, cells)
    bounds = taylor._score_polynomials(lines, cells, taylor.place_of(lines, cells, law))
    counts = np.arange(n + 1.0)
    for share in np.linspace(0, 1, 7):
        effort = cells.effort_low + share * 0.05
        q, r = evidence.success(effort)[:, None], evidence.failure(effort)[:, None]
        for order in (1, 2, 3, 4):
            got = np.zeros((3, n + 1))
            for j in range(order + 1):  # Leibniz: derivatives of q^k and of (1 − q)^(n − k)
                binomial = {1: (1, 1), 2: (1, 2, 1), 3: (1, 3, 3, 1), 4: (1, 4, 6, 4, 1)}[order][j]
                up = np.prod([counts - i for i in range(j)], axis=0) if j else 1.0
                down = np.prod([n - counts - i for i in range(order - j)], axis=0) if j < order else 1.0
                got = got + binomial * up / q**j * down / (-r) ** (order - j)
            assert np.all(np.abs(got) <= bounds[order - 1] * (1 + 1e-12))
