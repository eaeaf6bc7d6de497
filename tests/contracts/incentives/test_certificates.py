"""Numbers put together: flat pay by hand, and certificates that tell a contract that is not obeyed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives import certificates
from annolib.contracts.incentives.certificates import certify, flat_best, proof_tolerance
from annolib.contracts.incentives.deviations import ProvedOptimum
from annolib.contracts.incentives.parts import step_part
from annolib.contracts.incentives.pass_law import PassLaw


@pytest.mark.parametrize("floor", [-0.5, 0.0, 0.3])
def test_flat_pay_by_hand(reference, floor):
    problem = replace(reference[0], floor=floor)
    best = al.first_best(problem)
    flat = flat_best(problem, PassLaw.from_monitor(reference[1]), 7, best)
    wage = max(floor, 0.0)  # the outside option is worth a wage of 0
    assert flat.contract.pay == pytest.approx(wage) and flat.effort == 0
    assert flat.profit == pytest.approx(problem.value(0.0) - wage, abs=1e-14)
    assert flat.rent == pytest.approx(float(problem.utility.utility(wage)), abs=1e-15)
    assert flat.binding == (("floor",) if floor > 0 else ("participation",))
    assert flat.suboptimality == 0 and flat.expected_wage == pytest.approx(wage)


@pytest.mark.parametrize("bonus", [0.4, 0.9])
@pytest.mark.parametrize("effort", [0.2, 0.55, 0.9])
def test_the_bound_is_the_largest_gain_of_a_dense_grid(reference, bonus, effort):
    """A threshold of 18 in 30: the agent is told any effort, and the certificate says what leaving it gains."""
    problem, monitor = reference
    evidence, n = PassLaw.from_monitor(monitor), 30
    found = certify(problem, evidence, [step_part(evidence, n, 18, bonus)], effort, 0.0, search="boxes")
    grid = np.r_[effort, np.linspace(0, 1, 20_001)]
    payoff = bonus * stats.binom.sf(17, n, monitor.pass_probability(grid)) - problem.cost.cost(grid)
    gain = payoff.max() - payoff[0]
    assert gain > 1e-4, "a case where nothing tempts shows nothing"
    assert found.gain_bound == pytest.approx(gain, abs=1e-7) and found.gain_bound >= gain - 1e-13
    assert found.gain <= found.gain_bound + 1e-13


def test_a_search_that_proves_nothing_says_so(reference):
    problem, monitor = reference
    evidence = PassLaw.from_monitor(monitor)
    part = step_part(evidence, 30, 18, 0.5)
    found = certify(problem, evidence, [part], 0.5, 0.0, search="boxes", proved=False)
    assert np.isnan(found.gain_bound) and "not proved" in found.search


def test_the_tolerance_of_a_proof(reference):
    problem, _ = reference
    best = al.first_best(problem)
    scale = max(abs(best.profit), 0.6)
    assert proof_tolerance(problem, best, 0.5) == pytest.approx(5e-10, rel=1e-9, abs=0)
    assert proof_tolerance(problem, best, 0.0) == pytest.approx(1e-12 * scale, rel=1e-9, abs=0)
    worthless = replace(
        problem, outside=problem.utility.utility(best.profit)
    )  # then no profit is left to make
    none = al.first_best(worthless)
    assert abs(none.profit) < 0.05
    assert proof_tolerance(worthless, none, 0.0) == pytest.approx(6e-13, rel=1e-9, abs=0)


def test_what_a_search_left_open_is_in_the_gain(reference, monkeypatch):
    """The bound of the search counts, not the best effort that it saw."""
    problem, monitor = reference
    evidence = PassLaw.from_monitor(monitor)
    monkeypatch.setattr(certificates, "proved_optimum", lambda *_: ProvedOptimum(0.4, 0.2, 0.7, 9))
    part = step_part(evidence, 30, 18, 0.5)
    found = certify(problem, evidence, [part], 0.5, 0.0, search="boxes", payoff=0.1)
    assert found.gain_bound == pytest.approx(0.6)


def test_flat_pay_buys_what_costs_nothing(reference):
    cost = al.ConvexCost(lambda e: np.maximum(e - 0.3, 0) ** 2, lambda e: 2 * np.maximum(e - 0.3, 0))
    problem = replace(reference[0], cost=cost)
    best = al.first_best(problem)
    flat = flat_best(problem, PassLaw.from_monitor(reference[1]), 7, best)
    assert flat.effort == pytest.approx(0.3) and "costs nothing" in flat.message
    assert flat.profit == pytest.approx(problem.value(0.3)) and flat.gap == pytest.approx(
        best.profit - flat.profit
    )


def test_the_deviation_that_is_shown_is_the_highest_other_peak(reference):
    """Idleness, a low step and a high one: told to stop at the low step, the agent is shown the high one, and the other way round."""
    problem, monitor = replace(reference[0], cost=al.PowerCost(0.2, 2)), al.Expert(0.25)
    evidence, n = PassLaw.from_monitor(monitor), 2000
    parts = [step_part(evidence, n, t, bonus) for t, bonus in ((1_470, 0.1), (1_770, 0.2))]
    grid = np.linspace(0, 1, 20_001)
    payoff = sum(part.value(grid) for part in parts) - problem.cost.cost(grid)
    peaks = [float(grid[part][np.argmax(payoff[part])]) for part in (grid < 0.65, grid > 0.65)]
    assert 0.4 < peaks[0] < 0.6 and 0.7 < peaks[1] < 0.95
    for told, other in (peaks, peaks[::-1]):
        found = certify(problem, evidence, parts, told, 0.0, search="boxes")
        assert found.deviation == pytest.approx(other, abs=0.01)
