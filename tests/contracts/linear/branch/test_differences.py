"""Largest derivatives in q over a cell, against plain sums with the derivatives of the binomial law at many of its places."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.differences import changes
from annolib.contracts.linear.branch.laws import nodes
from annolib.contracts.linear.branch.taylor import SlopeRange, place_of, range_of
from annolib.numerics.binomials import log_pmf

UTILITIES = (al.CARA(1.0), al.CRRA(0.5), al.CRRA(2.0), al.RiskNeutral())


def law(n, q, order):
    """dʲP/dqʲ at all counts, by d/dq P_n(k) = n·(P_{n−1}(k − 1) − P_{n−1}(k))."""
    if order == 0:
        return np.exp(log_pmf(np.arange(n + 1.0), n, q, 1 - q))
    fewer = law(n - 1, q, order - 1)
    return n * (np.append(0.0, fewer) - np.append(fewer, 0.0))


def random_cells(seed, n, size):
    """Cells of a random kind of problem, their laws and places, and what slopes between 1 and 1.3 mean in them."""
    rng = np.random.default_rng(60_000 + seed)
    utility, floor = UTILITIES[seed % 4], 0.4
    problem = al.Problem(utility, al.PowerCost(0.4, 2), lambda e: e, float(utility.utility(floor)), floor)
    evidence = PassLaw.from_monitor((al.SelfConsistency(0.15), al.Expert(0.2))[seed % 2])
    lines, spread = CutLines(problem, evidence, n, (0.0,)), 0.5 / np.sqrt(n)
    effort, width = rng.uniform(0.3, 0.8, size), spread * 10 ** rng.uniform(-3, -0.3, (2, size))
    share = np.clip(evidence.success(effort) + spread * rng.uniform(-5, 2, size), -0.1, (n - 1) / n - 0.05)
    counts = rng.random(size) < 0.3
    share = np.where(counts, np.round(share * n) / n, share)
    cells = Cells(effort, effort + width[0], share, share + width[1], np.full(size, 1.1))
    weights = nodes(lines, cells)
    place = place_of(lines, cells, weights)
    centre = type("Line", (), {"slope": cells.slope})
    range_ = range_of(
        lines, cells, weights, place, centre, np.zeros(size), np.full(size, 1.0), np.full(size, 1.3)
    )
    assert isinstance(range_, SlopeRange)
    return lines, cells, weights, place, range_


@pytest.mark.parametrize("n", [4, 9, 40])
@pytest.mark.parametrize("seed", range(8))
def test_no_derivative_in_a_cell_is_larger(seed, n):
    """At 27 places of each cell; in small cells the bounds are not much larger either."""
    lines, cells, weights, place, range_ = random_cells(seed, n, 40)
    with np.errstate(all="ignore"):
        found = changes(lines, cells, weights, place.d_share, range_)
    floor, utility, counts = lines.floor, lines.problem.utility, np.arange(n + 1.0)
    tight, checked = [], 0
    for i in range(cells.size):
        if not np.isfinite(found.own[:, i]).all():
            continue
        largest = {name: np.zeros(len(found.__dict__[name])) for name in found.__dict__}
        above = counts / n >= cells.share_high[i]
        for e in np.linspace(cells.effort_low[i], cells.effort_high[i], 3):
            laws = [law(n, float(lines.evidence.success(e)), j) for j in range(min(n, 4) + 1)]
            for x in np.linspace(cells.share_low[i], cells.share_high[i], 3):
                for b in (1.0, 1.15, 1.3):
                    y = np.where(above, counts / n - x, 0.0)
                    wage = b * y
                    marginal = np.where(above, lines.marginal(wage), 0.0)
                    averse = lines.aversion(wage)[0]
                    way = range_.d_slope[i] * y + b * place.d_share[i]
                    both = 2 * range_.d_slope[i] * place.d_share[i]
                    bends = marginal * (averse * way**2 + both)
                    sums = {
                        "own": (utility.utility(floor + wage) - utility.utility(floor), 2),
                        "by_slope": (y * marginal, 2),
                        "by_share": (b * marginal, 1),
                        "paid": (wage, 2),
                        "paid_by_slope": (y, 2),
                        "paid_by_share": (b * above, 1),
                        "moved": (bends * above, 1),
                        "paid_moved": (both * above, 1),
                    }
                    for name, (values, order) in sums.items():
                        for j in range(largest[name].size):
                            if order + j < len(laws):
                                now = abs(float(laws[order + j] @ values))
                                largest[name][j] = max(largest[name][j], now)
        for name, most in largest.items():
            bound = found.__dict__[name][:, i]
            assert np.all(most <= bound * (1 + 1e-9) + 1e-9 * np.array([n, n**2, n**3])[: most.size]), name
            checked += 1
        small = cells.effort_high[i] - cells.effort_low[i] < 0.02 * 0.5 / np.sqrt(n)
        if small and cells.share_low[i] > 0.05:
            tight.append(found.own[0, i] / max(largest["own"][0], 1e-300))
    assert checked > 100 and (not tight or np.median(tight) < 8)


def test_sums_that_do_not_begin_at_one_count_are_not_bounded():
    """Counts whose wages move too far are none of the smooth ones."""
    lines, cells, weights, place, range_ = random_cells(0, 9, 5)
    rough = SlopeRange(**(range_.__dict__ | {"smooth": range_.smooth & False}))
    with np.errstate(all="ignore"):
        assert np.isinf(changes(lines, cells, weights, place.d_share, rough).own).all()
