"""Uncut lines of a CARA agent: the closed form of their wages, and that nothing falls below the bound."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear import uncut
from annolib.contracts.linear.uncut import bound_uncut, cut_lines_are_refused


def test_price_of_risk_is_what_a_line_costs_beyond_its_certainty_equivalent():
    n, averse, q, b = 7, 1.3, 0.7, 2.0
    k = np.arange(n + 1)
    wage = b * k / n
    at = binom.pmf(k, n, q)
    certain = -np.log(at @ np.exp(-averse * wage)) / averse
    y = -np.expm1(-averse * b / n) / (1 + q * np.expm1(-averse * b / n))
    assert uncut.price_of_risk(n, averse, q, y) == pytest.approx(at @ wage - certain, rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_no_line_has_a_smaller_gap_than_the_range_of_its_effort(reference, seed):
    """Lines at random, the agent's answer from the wages, the gap from plain sums."""
    rng = np.random.default_rng(4_200 + seed)
    problem = al.Problem(
        al.CARA(rng.uniform(0.3, 2)), al.PowerCost(rng.uniform(0.1, 0.4), rng.choice([1.5, 2, 3])),
        lambda e: e * (2 - e) / 2,
    )  # fmt: skip
    monitor = [al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.4)][seed % 3]
    evidence, best, n = PassLaw.from_monitor(monitor), al.first_best(problem), int(rng.integers(1, 60))
    seen = 0
    for _ in range(60):
        line = al.contracts.Linear(rng.uniform(-1, 0.5), np.exp(rng.normal(0.5, 0.8)), None, n)
        answer = al.best_answer(problem, monitor, line)
        if answer.rent < 0 or answer.effort < 1e-3:
            continue
        low = np.array([max(answer.effort - rng.uniform(0, 0.02), 1e-6)])
        high = np.array([min(answer.effort + rng.uniform(0, 0.02), 1.0)])
        gap = uncut._gap_at_least(problem, evidence, n, best, low, high, (0.0, 0.3))[0]
        if answer.effort > 1 - 1e-6:
            gap = min(gap, uncut._gap_at_point(problem, evidence, n, best, (0.0, 0.3), 1.0))
        assert gap <= best.profit - answer.profit + 1e-9
        seen += 1
    assert seen


@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2, 30, 10**6])
def test_the_best_uncut_line_is_proved(reference, power, n):
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, power), reference[0].value)
    pay = al.second_best(problem, reference[1], n, "linear")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 2e-12)
    if pay.effort == 0:  # flat pay is best, and no line that buys an effort comes near it
        return
    worse = bound_uncut(
        problem, PassLaw.from_monitor(reference[1]), n, al.first_best(problem), pay.profit - 1e-5
    )
    assert worse.excess >= 1e-5 * (1 - 1e-6)


def test_a_risk_neutral_agent_that_lines_cannot_move_everywhere():
    """Cost e^1.5 seen through agreements: c is concave in q, so lines buy all or nothing; V(1) − c(1) = 0.1 is best."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 1.5), lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, al.SelfConsistency(0.15), 30, "linear")
    assert pay.profit == pytest.approx(0.1, abs=1e-9) and pay.suboptimality <= 1e-9 * pay.gap


def test_floors_that_no_line_can_touch(reference):
    problem, monitor = reference
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    assert cut_lines_are_refused(problem.with_floor(-100.0), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-0.2), evidence, 50, best, best.profit - 0.01)
    assert not cut_lines_are_refused(problem.with_floor(-1.0), evidence, 2, best, 0.0)
    # the bound behind it: a line cut at −100 that leaves the principal so much is refused
    rng = np.random.default_rng(1)
    for _ in range(50):
        share = rng.uniform(0, 0.6)
        line = al.contracts.Linear(-100 - (slope := np.exp(rng.uniform(4, 6))) * share, slope, -100.0, 50)
        answer = al.best_answer(problem.with_floor(-100.0), monitor, line)
        assert not (answer.accepts and answer.profit > best.profit - 0.01)


def _terror(aversion, start=0.5, cost=0.3, gain=1.0, power=2.0):
    """A CRRA agent without a floor, whose cost is a share of what a wage at the start is worth."""
    utility = al.CRRA(aversion)
    outside = float(utility.utility(start))
    scale = cost / float(utility.marginal_wage(outside))
    return al.Problem(utility, al.PowerCost(scale, power), lambda e: gain * e * (2 - e), outside)


@pytest.mark.parametrize(
    "n, p, theta, q", [(1, 0.5, 0.2, 0.6), (2, 1.0, 0.1, 0.7), (12, 1.3, 0.3, 0.6), (40, 4.0, 2.0, 0.55)]
)
def test_sums_over_shapes_are_derivatives_of_one_another(n, p, theta, q):
    """M and its derivatives in q and θ, from plain sums and differences; all are positive and fall with θ and with q."""

    def sums(theta, q):
        return np.array(uncut._sums(n, p, np.array([theta]), np.array([q]), np.array([1 - q])))[:, 0]

    k, h = np.arange(n + 1), 1e-5
    mean, mean_steep, pull, pull_steep, pull_bend = sums(theta, q)
    assert mean == pytest.approx(binom.pmf(k, n, q) @ (theta + k / n) ** -p, rel=1e-12)
    by_theta = (sums(theta * (1 + h), q) - sums(theta * (1 - h), q)) / (2 * h * theta)
    by_q = (sums(theta, q + h) - sums(theta, q - h)) / (2 * h)
    assert by_theta[0] == pytest.approx(-p * mean_steep, rel=1e-6)
    assert by_theta[2] == pytest.approx(-pull_steep, rel=1e-6)
    assert by_q[0] == pytest.approx(-p * pull, rel=1e-6)
    assert by_q[2] == pytest.approx(-pull_bend, rel=1e-6, abs=1e-9)
    assert np.all(by_theta <= 0) and np.all(by_q <= 1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_no_line_of_a_crra_agent_has_a_smaller_gap_than_the_range_of_its_effort(seed):
    """Lines at random, down to a base of a millionth, the agent's answer by `best_answer`, ranges of all widths around it."""
    rng = np.random.default_rng(5_300 + seed)
    problem = _terror(
        rng.choice([1.2, 1.5, 2, 3, 5]),
        rng.uniform(0.3, 1),
        rng.uniform(0.1, 0.5),
        power=rng.choice([1.5, 2, 3]),
    )
    monitor = [al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.4)][seed % 3]
    evidence, best, n = PassLaw.from_monitor(monitor), al.first_best(problem), int(rng.integers(1, 40))
    seen = 0
    for _ in range(60):
        slope = np.exp(rng.normal(0, 0.6))
        line = al.contracts.Linear(slope * 10 ** rng.uniform(-6, 0.5), slope, None, n)
        answer = al.best_answer(problem, monitor, line)
        if not answer.accepts or answer.effort < 1e-3:
            continue
        width = 10 ** rng.uniform(-6, -0.5)
        low = np.array([max(answer.effort - rng.uniform(0, width), 1e-6)])
        high = np.array([min(answer.effort + rng.uniform(0, width), 1.0)])
        gap = uncut._gap_of_shapes(problem, evidence, n, best, low, high)[0]
        lost = best.profit - answer.profit
        assert np.isfinite(gap) and gap <= lost + 1e-8  # `best_answer` knows the effort to about that
        seen += 1
    assert seen


@pytest.mark.parametrize("aversion, start, n", [(2, 0.5, 10), (2, 1.0, 20), (3, 0.5, 15), (1.5, 1.0, 100)])
def test_the_best_line_of_a_crra_agent_is_proved_and_found_by_plain_search(aversion, start, n):
    """By hand: for an effort the shape from the two equations, by plain sums and a root; then the best effort."""
    problem, monitor = _terror(aversion, start), al.SelfConsistency(0.15)
    pay = al.second_best(problem, monitor, n, "linear")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 2e-12)
    k, p, h = np.arange(n + 1), aversion - 1, 1e-6

    def line(effort):
        def power(log_theta, q):
            return binom.pmf(k, n, q) @ (np.exp(log_theta) + k / n) ** -p

        q, promise = float(monitor.pass_probability(effort)), -p * float(problem.reservation(effort))
        ask = float(problem.cost.slope(effort)) / float(monitor.slope(effort))

        def short(x):
            pull = (power(x, q - h) - power(x, q + h)) / (2 * h * p)
            return np.log(power(x, q) / pull * ask / promise)

        if promise <= 0 or not short(-15.0) <= 0:
            return np.nan, np.nan
        theta = brentq(short, -15.0, 5.0, xtol=1e-13)
        slope = (power(theta, q) / promise) ** (1 / p)
        return float(problem.value(effort)) - slope * (np.exp(theta) + q), slope

    efforts = np.linspace(0.1, 0.99, 50)
    worth = np.array([line(e)[0] for e in efforts])
    at = efforts[np.nanargmax(worth)]
    found = minimize(
        lambda x: -line(x[0])[0], [at], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}
    )
    assert pay.profit == pytest.approx(-found.fun, abs=1e-7)
    assert pay.contract.slope == pytest.approx(line(found.x[0])[1], rel=1e-3)
    worse = bound_uncut(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem), pay.profit - 1e-5)
    assert worse.excess >= 1e-5 * (1 - 1e-5)


def test_a_cost_that_is_not_convex_in_the_checks_is_not_bounded():
    """Then other efforts tempt, which the shapes do not know."""
    problem = _terror(2.0, power=1.5)
    labels = PassLaw.from_monitor(al.SelfConsistencyLabels(0.3, 3))
    assert labels.power > 1.5 and not uncut.explicit_without_floor(problem, labels)
    assert uncut.explicit_without_floor(_terror(2.0, power=3.0), labels)
    kinked = al.ConvexCost(lambda e: 0.3 * e + np.maximum(e - 0.4, 0), lambda e: 0.3 + (e > 0.4) * 1.0)
    bent = al.Problem(al.CRRA(2), kinked, lambda e: e, -2.0)
    assert not uncut.explicit_without_floor(bent, PassLaw.from_monitor(al.SelfConsistency(0.15)))
