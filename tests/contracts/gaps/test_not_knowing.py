"""What not knowing the strength costs: leading order against exact limits, against contracts, and against a simulated pilot."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

import annolib as al
from annolib.agency import reference_problem

R1 = reference_problem()


def kappas(low, high):
    return al.MonitorRange(al.SelfConsistency(low), al.SelfConsistency(high))


def rhos(low, high):
    return al.MonitorRange(al.Expert(low), al.Expert(high))


@pytest.mark.parametrize(
    "strengths, threshold, line",
    [
        (kappas(0.14, 0.16), 0.2966017, 0.2904170),
        (kappas(0.12, 0.18), 0.2563820, None),
        (rhos(0.14, 0.16), 0.27670, 0.28375),
    ],
)
def test_limits(strengths, threshold, line):
    digits = 5.1e-8 if line is None or line == 0.2904170 else 5.1e-6
    assert al.rates.robust_threshold_limit(R1, strengths) == pytest.approx(threshold, abs=digits)
    if line is not None:
        assert al.rates.robust_line_limit(R1, strengths) == pytest.approx(line, abs=digits)


def test_the_threshold_limit_by_grid():
    effort = np.linspace(0, 1, 100_001)
    less = effort * np.sqrt(0.1 / 0.2)
    naive = np.max(0.6 * less * (2 - less) + np.log1p(-(effort**2) / 2))
    assert al.rates.robust_threshold_limit(R1, kappas(0.1, 0.2)) == pytest.approx(naive, abs=1e-9)


def test_contracts_come_to_the_limits():
    strengths = kappas(0.14, 0.16)
    gaps = [
        al.rates.robust_threshold_limit(R1, strengths) - al.second_best(R1, strengths, n, "binary").profit
        for n in (1000, 4000)
    ]
    assert 0 < gaps[1] < 0.5 * gaps[0] < 1e-3
    line = R1.with_floor(None)
    limit = al.rates.robust_line_limit(line, strengths)
    assert limit - al.second_best(line, strengths, 20_000, "linear").profit == pytest.approx(0, abs=5e-5)


@pytest.mark.parametrize("width, off", [(0.01, 0.002), (0.03, 0.006), (0.05, 0.01)])
def test_the_price_of_not_knowing(width, off):
    strengths = kappas(0.15 - width, 0.15 + width)
    exact = al.first_best(R1).profit - al.rates.robust_threshold_limit(R1, strengths)
    ratio = al.rates.price_of_not_knowing(R1, strengths) / exact
    assert 1 - off < ratio < 1


def test_not_knowing_costs_far_more_than_not_seeing():
    known = al.second_best(R1, al.SelfConsistency(0.15), 1000, "binary").gap
    price = al.rates.price_of_not_knowing(R1, kappas(0.14, 0.16))
    assert price == pytest.approx(0.01999, abs=5e-6) and 16 < price / known < 17


def test_the_margin_is_what_the_solver_takes():
    strengths = kappas(0.14, 0.16)
    margins = al.rates.robust_margin(R1, strengths, [1000, 3000])
    assert margins.round().tolist() == [5, 16] and isinstance(
        al.rates.robust_margin(R1, strengths, 10), float
    )
    for n, predicted, seen in zip((1000, 3000), margins, (6, 17), strict=True):
        known = al.second_best(R1, al.SelfConsistency(0.15), n, "binary").contract.threshold
        taken = known - al.second_best(R1, strengths, n, "binary").contract.threshold
        assert taken == seen and abs(taken - predicted) < 1.5


NODES = np.linspace(-8, 8, 2001)
CHANCES = norm.pdf(NODES) / norm.pdf(NODES).sum()


def lost(checks, caution, kappa=0.15):
    """The mean loss of a threshold, with many checks, for the strength that a pilot shows less its caution."""
    best = al.first_best(R1)
    error = np.sqrt((0.5 + 2 * kappa) * (0.5 - 2 * kappa) / checks) / 2
    design = kappa + error * (NODES - caution)
    effort = best.effort * np.sqrt(np.clip(design / kappa, 0, 1))
    profit = np.where(design <= kappa, R1.value(effort) - best.wage, 0.0)
    return best.profit - CHANCES @ profit


@pytest.mark.parametrize(
    "checks, loss, off", [(100, 0.0471, 0.15), (1000, 0.01775, 0.06), (10_000, 0.00639, 0.025)]
)
def test_pilots(checks, loss, off):
    found = al.rates.pilot(R1, al.SelfConsistency(0.15), checks)
    assert found.loss == pytest.approx(loss, abs=6e-5 if checks == 100 else 6e-6)
    exact = minimize_scalar(lambda z: lost(checks, z), bounds=(0.5, 5), method="bounded")
    assert found.caution == pytest.approx(exact.x, rel=0.1)
    assert -off < found.loss / exact.fun - 1 < 0


def test_a_pilot_of_any_check():
    """In relative terms: an expert check of the same pass rate teaches as much, and asks for half the power."""
    one, two = (al.rates.pilot(R1, monitor, 1000) for monitor in (al.SelfConsistency(0.15), al.Expert(0.15)))
    assert one.error == two.error and two.loss > one.loss
    sure = al.rates.pilot(R1, al.Golden(0.5), 10)
    assert (sure.error, sure.loss) == (0, 0)
    assert np.isnan(al.rates.pilot(R1, al.SelfConsistency(0.001), 10).loss)


@pytest.mark.parametrize("price", [1e-4, 1e-5, 1e-6])
def test_the_size_of_a_pilot(price):
    monitor = al.SelfConsistency(0.15)
    found = al.rates.pilot_size(R1, monitor, price)
    least = minimize_scalar(
        lambda x: al.rates.pilot(R1, monitor, np.exp(x)).loss + price * np.exp(x),
        bounds=(4, 14),
        method="bounded",
    )
    assert found.checks == pytest.approx(np.exp(least.x), rel=1e-3)
    assert found.loss + price * found.checks == pytest.approx(least.fun, rel=1e-7)
    assert np.isnan(al.rates.pilot_size(R1, monitor, 10.0).checks)
    assert "caution" in repr(found)


@pytest.mark.parametrize(
    "call, words",
    [
        (
            lambda: al.rates.price_of_not_knowing(R1, al.SelfConsistency(0.1)),
            "strengths must be a MonitorRange",
        ),
        (lambda: al.rates.pilot(R1, 0.15, 10), "monitor must be a monitor"),
        (lambda: al.rates.pilot(R1, al.SelfConsistency(0.15), 0), "checks must lie in"),
        (lambda: al.rates.pilot(R1, al.SelfConsistency(0.15), [1, 2]), "checks must be one number"),
        (
            lambda: al.rates.pilot_size(R1, al.SelfConsistency(0.15), 0.0),
            "price must be one finite number above 0",
        ),
        (lambda: al.rates.pilot_size(R1, al.SelfConsistency(0.0), 1e-3), "must say something of effort"),
        (lambda: al.rates.robust_margin(R1, kappas(0.1, 0.2), 0), "n must lie in"),
        (
            lambda: al.rates.price_of_not_knowing(
                al.Problem(al.CARA(1), al.PowerCost(0.1, 2), lambda e: 2 * e), kappas(0.1, 0.2)
            ),
            "first-best effort inside",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_lines_without_a_limit():
    assert np.isnan(al.rates.robust_line_limit(reference_problem(power=1.5), kappas(0.1, 0.2)))
    assert np.isfinite(al.rates.robust_line_limit(reference_problem(power=1.5), rhos(0.1, 0.2)))
