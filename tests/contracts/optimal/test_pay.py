"""Optimal pay where a deviation tempts however small it is: costs that are concave in what the checks see, many checks.

Everything is checked from the wages alone: sums over all counts with scipy.stats, and a dual value that bounds every contract.
"""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage
from annolib.contracts.optimal.pay import SECOND_ORDER, Pay, derivative_rows
from annolib.numerics.minimise import best_effort

MONITOR = al.SelfConsistency(
    kappa=0.25
)  # 1,528 checks and a cost of power 1.5: concave in effort², which is what repeats see
N = 1528


@pytest.fixture(scope="module")
def problem():
    return al.Problem(
        al.CRRA(0.7), al.PowerCost(0.37, 1.5), value=lambda e: 0.75 * e * (2 - e), outside=2.63, floor=0.23
    )


@pytest.fixture(scope="module")
def pay(problem):
    return al.second_best(problem, MONITOR, N, "optimal")


def test_no_effort_does_better_for_the_agent(problem, pay):
    k = np.arange(N + 1)
    utilities = problem.utility.utility(pay.contract.wage(k))
    near = pay.effort + np.r_[-np.geomspace(1e-5, 0.1, 60), 0, np.geomspace(1e-5, 0.1, 60)]
    efforts = np.r_[pay.effort, np.linspace(0, 1, 401), near]
    payoff = stats.binom.pmf(k, N, MONITOR.pass_probability(efforts)[:, None]) @ utilities
    payoff = payoff - problem.cost.cost(efforts)
    assert payoff.max() - payoff[0] < 1e-11
    assert payoff[0] == pytest.approx(problem.outside, abs=1e-12)
    assert pay.converged and pay.certificate.gain_bound < 1e-9
    law = stats.binom.pmf(k, N, MONITOR.pass_probability(pay.effort))
    assert problem.value(pay.effort) - law @ pay.contract.wage(k) == pytest.approx(pay.profit, abs=1e-13)


def test_the_agent_is_all_but_indifferent_around_it(problem, pay):
    """This is what makes it hard: no single deviation binds, the payoff is flat over several standard deviations."""
    k = np.arange(N + 1)
    utilities = problem.utility.utility(pay.contract.wage(k))
    efforts = pay.effort + np.linspace(-0.05, 0.05, 41)
    payoff = stats.binom.pmf(k, N, MONITOR.pass_probability(efforts)[:, None]) @ utilities
    cost = problem.cost.cost(efforts)
    assert np.ptp(payoff - cost) < 1e-6 * np.ptp(cost)
    assert len(pay.contract.derivative_prices) > 4 and pay.contract.derivative_prices[0] > 0
    assert "no shirking" in " ".join(pay.binding).lower()


def test_pay_rises_and_ends_where_nothing_is_ever_seen(problem, pay):
    wages = pay.contract.wage(np.arange(N + 1))
    assert np.all(np.diff(wages) >= 0)
    q = float(MONITOR.pass_probability(pay.effort))
    assert wages[pay.contract.forfeit - 1] == pytest.approx(problem.floor)
    assert wages[-1] == wages[pay.contract.cap]
    assert stats.binom.cdf(pay.contract.forfeit - 1, N, q) < 1e-20
    assert stats.binom.sf(pay.contract.cap, N, q) < 1e-20


def test_weak_duality_bounds_every_contract(problem, pay):
    """Prices of local incentive, second derivative and two deviations close by: whatever they are, the dual value is a bound."""
    best = al.first_best(problem)
    family = AnyWage(problem, PassLaw.from_monitor(MONITOR), N, best)
    step = 0.3 / np.sqrt(N * MONITOR.fisher_information(pay.effort))
    others = np.array([pay.effort - step, pay.effort + step])
    with np.errstate(all="ignore"):
        prices = family.implement(pay.effort, (SECOND_ORDER, *others), search=False).lottery.prices
    k, q = np.arange(N + 1), float(MONITOR.pass_probability(pay.effort))
    law = stats.binom.pmf(k, N, q)
    z, lean = (k - N * q) / np.sqrt(N * q * (1 - q)), (1 - 2 * q) / np.sqrt(N * q * (1 - q))
    ratios = [(h / q) ** k * ((1 - h) / (1 - q)) ** (N - k) for h in MONITOR.pass_probability(others)]
    rows = np.array([np.ones(N + 1), z, 1 - z * (z - lean), *(1 - ratio for ratio in ratios)])
    slope, cost = float(MONITOR.slope(pay.effort)), problem.cost
    unit = slope / np.sqrt(q * (1 - q) / N)  # standard deviations of the share per effort
    bend = cost.curvature(pay.effort) - cost.slope(pay.effort) / pay.effort
    targets = [problem.reservation(pay.effort), cost.slope(pay.effort) / unit, -bend / unit**2]
    targets = np.array([*targets, *(cost.cost(pay.effort) - cost.cost(others))], dtype=float)
    x = prices @ rows
    v = np.maximum(problem.utility.utility_at(np.maximum(x, 1e-9)), problem.floor_utility)
    assert np.all(prices[[0, 2, 3, 4]] >= 0)
    bound = law @ (problem.utility.wage(v) - x * v) + prices @ targets
    paid = float(law @ pay.contract.wage(k))
    assert -1e-13 < paid - bound < 1e-8 * pay.gap
    assert pay.certificate.suboptimality < 1e-8 * pay.gap


@pytest.mark.parametrize("seed, n", [(3, 7510), (10, 152_000), (38, 4_169_417), (83, 1_782_552)])
def test_solved_at_any_number_of_checks(naive, seed, n):
    problem, monitor = naive.random_problem(np.random.default_rng(seed), neutral=False)
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.family == "optimal" and pay.converged
    assert pay.certificate.gain_bound < 1e-9 and pay.certificate.suboptimality < 1e-6 * pay.gap
    best = al.first_best(problem)
    limit = al.rates.linear_constant(problem, monitor) / (n * monitor.fisher_information(best.effort))
    assert pay.gap == pytest.approx(limit, rel=10 / np.sqrt(n))


def test_derivatives_of_the_law_by_exact_differences():
    """P_k is a polynomial in q: its derivatives from integer coefficients."""
    n, q = 12, 0.3
    binomial = stats.binom.pmf(np.arange(n + 1), n, q)
    z = (np.arange(n + 1) - n * q) / np.sqrt(n * q * (1 - q))
    rows = derivative_rows(z, n, (1 - 2 * q) / np.sqrt(n * q * (1 - q)), 7)
    for k in range(n + 1):
        law = np.polynomial.Polynomial([0, 1]) ** k * np.polynomial.Polynomial([1, -1]) ** (n - k)
        for j in range(8):
            exact = law.deriv(j)(q) / law(q) * (q * (1 - q) / n) ** (j / 2) if j else 1.0
            assert rows[j][k] == pytest.approx(exact, rel=1e-7, abs=1e-7)
    assert binomial @ np.array(rows[1:]).T == pytest.approx(0, abs=1e-12)


def test_far_deviations_need_no_price(reference):
    """At a million checks nothing that an idle annotator shows is ever seen of a careful one."""
    problem, monitor = reference
    problem = problem.with_floor(-0.5)
    best = al.first_best(problem)
    family = AnyWage(problem, PassLaw.from_monitor(monitor), 10**6, best)
    assert family.far(best.effort, 0.0) and not family.far(best.effort, best.effort - 0.01)
    solved = family.implement(best.effort)
    assert solved.pay.deviations == () and solved.gain < 1e-12


def test_the_effort_is_found_to_all_digits_that_count():
    """A loss of 1e-8 of a gap of 1e-10 is an effort wrong by 1e-9: less than Brent's method resolves on the effort itself."""
    effort, gap, _ = best_effort(lambda e: 1e-10 + (e - 0.6 - 3e-7) ** 2, 0.6)
    assert gap == pytest.approx(1e-10, rel=1e-9)
    assert effort == pytest.approx(0.6 + 3e-7, abs=1e-9)


HARD = {  # close deviations bind at a finite distance, beside the idle effort; and costs that are almost straight
    "both": (al.SelfConsistency(0.1145), al.CRRA(0.7), 0.805, 1.5, 0.465, 2.365, 0.157, 1431),
    "few checks": (al.SelfConsistencyLabels(0.375, 3), al.CRRA(0.7), 0.325, 1.2, 0.937, 3.264, 0.598, 447),
    "almost straight": (al.SelfConsistency(0.102), al.CRRA(2), 0.211, 1.05, 0.878, -1.169, 0.0855, 13_928),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_problems_hold_against_every_effort(name):
    monitor, utility, scale, power, gain, outside, floor, n = HARD[name]
    problem = al.Problem(
        utility, al.PowerCost(scale, power), lambda e: gain * e * (2 - e), outside=outside, floor=floor
    )
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.family == "optimal" and pay.converged and pay.certificate.suboptimality < 1e-9 * pay.gap
    k = np.arange(n + 1)
    utilities = problem.utility.utility(pay.contract.wage(k))
    efforts = np.r_[pay.effort, np.linspace(0, 1, 201), pay.effort + np.linspace(-0.05, 0.05, 41)]
    payoff = stats.binom.pmf(k, n, monitor.pass_probability(efforts)[:, None]) @ utilities
    payoff = payoff - problem.cost.cost(efforts)
    assert payoff.max() - payoff[0] < 1e-11
    assert payoff[0] >= problem.outside - 1e-12
    flat, binary = (al.second_best(problem, monitor, n, family).gap for family in ("flat", "binary"))
    assert pay.gap < min(flat, binary)


def test_what_pay_promises_is_summed_right_with_both_ends(problem):
    """Pay that falls again before its cap, a step at the forfeit: expectations against sums over every count."""
    best = al.first_best(problem)
    for n in (1431, 6000):
        family = AnyWage(problem, PassLaw.from_monitor(MONITOR), n, best)
        solved = family.implement(0.7, (0.75,), search=False).pay
        q = float(MONITOR.pass_probability(0.7))
        spread = np.sqrt(n * q * (1 - q))
        prices = np.array([solved.prices[0], solved.prices[1], 0.02 * solved.prices[0]])
        ends = int(n * q - 3 * spread), int(n * q + 4 * spread)
        pay = Pay(family, 0.7, prices, (0.75,), *ends)
        k = np.arange(n + 1.0)
        utilities = pay.utility(k)
        peak = utilities.max()
        assert utilities[ends[1]] < peak and np.all(utilities[: ends[0]] == problem.floor_utility)
        efforts = 0.7 + np.linspace(-0.25, 0.25, 21)
        law = stats.binom.pmf(k, n, MONITOR.pass_probability(efforts)[:, None])
        np.testing.assert_allclose(pay.expected(efforts), law @ utilities, rtol=1e-11)
        past_the_peak = int(np.argmax(utilities) + 0.3 * spread)  # here it has fallen, but not to the floor
        pay = Pay(family, 0.7, prices, (0.75,), ends[0], past_the_peak)
        utilities = pay.utility(k)
        assert problem.floor_utility < utilities[past_the_peak] < utilities.max()
        np.testing.assert_allclose(pay.expected(efforts), law @ utilities, rtol=1e-9)


def test_derivatives_that_ask_too_much_say_how_much():
    """Here close deviations bind at a distance: the quick way with derivatives costs more, by no more than it says."""
    monitor, utility, scale, power, gain, outside, floor, n = HARD["both"]
    problem = al.Problem(
        utility, al.PowerCost(scale, power), lambda e: gain * e * (2 - e), outside=outside, floor=floor
    )
    family = AnyWage(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    with np.errstate(all="ignore"):
        quick, exact = family.implement(0.48), family.implement(0.48, exact=True)
    assert min(quick.pay.deviations) < SECOND_ORDER <= min(exact.pay.deviations)
    assert max(quick.gain, exact.gain) < 1e-11
    extra = quick.gap - exact.gap
    assert 1e-12 < extra <= quick.lottery.suboptimality * (1 + 1e-6)


def test_a_floor_above_the_outside_option_leaves_a_rent_at_any_number_of_checks(reference):
    """One who does nothing earns the floor: whoever works must get that and the cost of effort."""
    problem, monitor = reference
    problem = problem.with_floor(0.01)
    for n in (10**5, 10**7):
        pay = al.second_best(problem, monitor, n, "optimal")
        assert pay.converged and pay.rent == pytest.approx(problem.floor_utility, rel=1e-9)
        assert "no shirking" in " ".join(pay.binding) and "participation" not in pay.binding
