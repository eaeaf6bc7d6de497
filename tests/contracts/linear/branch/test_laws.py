"""The laws in a cell: sums over their nodes are sums over all counts, and their ranges hold in between."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.branch.cells import Cells
from annolib.contracts.linear.branch.cut_lines import CutLines
from annolib.contracts.linear.branch.laws import largest_product, nodes, smallest_product, total
from annolib.numerics.binomials import log_pmf


def _setting(n, monitor=None):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    evidence = PassLaw.from_monitor(monitor or al.SelfConsistency(0.15))
    rng = np.random.default_rng(n)
    effort = rng.uniform(0.3, 0.7, 12)
    share = np.round((evidence.success(effort) - rng.uniform(-1, 3, 12) * 0.5 / np.sqrt(n)) * n) / n
    cells = Cells(effort, effort + 0.1 / np.sqrt(n), share, share + 1 / n, np.ones(12))
    return CutLines(problem, evidence, n, (0.0, 0.35)), cells


@pytest.mark.parametrize("n", [20, 250, 301, 2000, 40_000])
def test_sums_of_what_is_paid_are_those_over_all_counts(n):
    lines, cells = _setting(n)
    law, counts = nodes(lines, cells), np.arange(n + 1.0)
    middle = (cells.effort_low + cells.effort_high) / 2
    efforts = [cells.effort_low, middle, cells.effort_high, *(np.full(12, e) for e in lines.deviations)]
    for effort, p in zip(efforts, [law.low, law.mid, law.high, *law.others], strict=True):
        got = total(p, np.maximum(law.share - cells.share_high[:, None], 0) + 0 * law.low)
        for i in range(12):
            q, r = lines.evidence.success(effort[i]), lines.evidence.failure(effort[i])
            want = np.exp(log_pmf(counts, n, q, r)) @ np.maximum(counts / n - cells.share_high[i], 0)
            assert got[i] == pytest.approx(want, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("n", [20, 300])
def test_a_law_between_the_ends_lies_in_its_range(n):
    lines, cells = _setting(n)
    law, counts = nodes(lines, cells), np.arange(n + 1.0)
    for share in np.linspace(0, 1, 21):
        effort = cells.effort_low + share * (cells.effort_high - cells.effort_low)
        q, r = lines.evidence.success(effort), lines.evidence.failure(effort)
        p = np.exp(log_pmf(counts, n, q[:, None], r[:, None]))
        assert np.all(p <= law.most * (1 + 1e-12)) and np.all(p >= law.least * (1 - 1e-12))


@pytest.mark.parametrize("n", [301, 302, 303, 500, 1000])
def test_the_last_count_is_summed(n):
    """Checks that nearly always pass: n of n is the likeliest count, and no law may lose it where the blocks end."""
    lines, _ = _setting(n, al.Golden(0.5))
    effort = np.linspace(0.9, 0.999, 60)
    share = np.round(n * (lines.evidence.success(effort) - 3 / n)) / n - 0.5
    cells = Cells(effort, np.append(effort[:-1] + 1e-4, 1.0), share, share + 1 / n, np.ones(60))
    for i in range(60):  # alone, as the blocks of cells that are looked at together are of one length
        law = nodes(lines, cells.take(np.array([i])))
        for p in (law.low, law.mid, law.high):
            assert total(p, np.ones(p.shape))[0] == pytest.approx(1, abs=1e-12)


def test_ranges_of_products():
    rng = np.random.default_rng(1)
    low, least = rng.normal(size=(2, 500))
    high, most = low + rng.exponential(size=500), least + rng.exponential(size=500)
    inside = (low + rng.random((99, 500)) * (high - low)) * (least + rng.random((99, 500)) * (most - least))
    assert np.all(inside <= largest_product(low, high, least, most) + 1e-15)
    assert np.all(inside >= smallest_product(low, high, least, most) - 1e-15)
    for found in (largest_product, smallest_product):
        ends = np.array([low * least, low * most, high * least, high * most])
        assert np.all(np.isclose(found(low, high, least, most), ends).any(axis=0))
