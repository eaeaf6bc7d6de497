"""Threshold pay: reference values, brackets by a naive search, the agent's global best answer, refusals."""

import numpy as np
import pytest
from scipy import special

import annolib as al
from annolib.contracts.incentives.certificates import proof_tolerance
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.threshold.family import Thresholds
from annolib.contracts.threshold.solve import likely_thresholds


@pytest.mark.parametrize(
    "n, gap, threshold",
    [
        (30, "1.59254429e-01", 18),
        (1000, "1.20136607e-03", 559),
        (10_000, "2.79131916e-04", 5686),
        (1_000_000, "2.03558145e-05", 576_798),
    ],
)
def test_reference_values(reference, n, gap, threshold):
    pay = al.second_best(*reference, n, "binary")
    assert f"{pay.gap:.8e}" == gap
    assert pay.contract.threshold == threshold
    assert pay.converged and pay.certificate.gain_bound < 1e-12


def test_reference_efforts_and_rent(reference):
    pay = al.second_best(*reference, [30, 1000, 10_000], "binary")
    assert f"{pay.rent[0]:.4f}" == "0.0746"
    assert [f"{x:.7f}" for x in pay.effort[1:]] == ["0.5109332", "0.5102540"]


def test_too_few_checks_leave_flat_pay(reference):
    pay = al.second_best(*reference, 10, "binary")
    assert pay.family == "flat" and pay.effort == 0 and f"{pay.gap:.9f}" == "0.316621034"
    assert "flat pay" in pay.message


@pytest.mark.parametrize("seed", range(25))
def test_between_the_naive_brackets(naive, seed):
    rng = np.random.default_rng(seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(1, 25))
    pay = al.second_best(problem, monitor, n, "binary")
    lowest, highest, *_ = naive.binary(problem, monitor, n, size=201)
    assert pay.converged
    assert lowest - 1e-7 <= pay.profit <= highest + 1e-3
    best = al.first_best(problem)
    assert pay.profit + pay.gap == pytest.approx(best.profit, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_every_threshold_was_worth_looking_at(naive, seed):
    """The coarse look and the zooming find what trying all thresholds finds."""
    from annolib.contracts.incentives.pass_law import PassLaw
    from annolib.contracts.threshold.family import Thresholds

    rng = np.random.default_rng(100 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(60, 400))
    pay = al.second_best(problem, monitor, n, "binary")
    family = Thresholds(problem, PassLaw.from_monitor(monitor), n, al.first_best(problem))
    with np.errstate(all="ignore"):
        every = family.cheapest(np.arange(1, n + 1))
    gap = np.where(np.isnan(every["gap"]), np.inf, every["gap"])
    assert pay.gap <= gap.min() * (1 + 1e-8)


def test_full_effort_may_need_more_than_its_slope_asks_for(naive):
    """With four checks the bonus for a perfect record either stops below the hump or lifts the agent all the way up."""
    problem = al.Problem(
        al.CRRA(0.7), al.PowerCost(0.505, 2), lambda e: 0.6 * e * (2 - e), outside=2.57, floor=0.427
    )
    monitor = al.Expert(0.206)
    pay = al.second_best(problem, monitor, 4, "binary")
    lowest, highest, threshold, effort = naive.binary(problem, monitor, 4, size=801)
    assert pay.converged and pay.contract.threshold == threshold == 4
    assert pay.effort == pytest.approx(effort, abs=2e-3) and lowest - 1e-9 <= pay.profit <= highest + 1e-3


@pytest.mark.parametrize("seed", range(20))
def test_where_the_bonus_falls_by_formula_and_by_grid(naive, seed):
    from annolib.contracts.incentives.pass_law import PassLaw
    from annolib.contracts.threshold.implementable import ThresholdEfforts

    rng = np.random.default_rng(700 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(2, 3000))
    family = ThresholdEfforts(problem, PassLaw.from_monitor(monitor), n)
    t = np.unique(rng.integers(1, n + 1, 30)).astype(float)
    with np.errstate(all="ignore"):
        formula, grid = family.decreasing_interval(t), family._decreasing_by_grid(t)
    wide = grid[1] - grid[0] > 0.05  # the grid may miss a short stretch
    np.testing.assert_allclose(formula[0][wide], grid[0][wide], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(formula[1][wide], grid[1][wide], rtol=1e-6, atol=1e-8)


def test_profit_is_what_the_contract_pays(reference):
    """Profit, rent and effort recomputed from the wages alone, by plain sums."""
    from scipy.stats import binom

    problem, monitor = reference
    pay = al.second_best(problem, monitor, 300, "binary")
    efforts = np.linspace(0, 1, 20001)
    pmf = binom.pmf(np.arange(301), 300, monitor.pass_probability(efforts)[:, None])
    wages = pay.contract.wage(np.arange(301))
    payoff = pmf @ problem.utility.utility(wages) - problem.cost.cost(efforts)
    at = binom.pmf(np.arange(301), 300, monitor.pass_probability(pay.effort))
    own = at @ problem.utility.utility(wages) - problem.cost.cost(pay.effort)
    assert payoff.max() <= own + 1e-12
    assert own - problem.outside == pytest.approx(pay.rent, abs=1e-12)
    assert problem.value(pay.effort) - at @ wages == pytest.approx(pay.profit, abs=1e-13)


def exact_failure(t, n, q):
    """P(X < t) in high precision, by its falling terms."""
    mpmath = pytest.importorskip("mpmath")
    q = mpmath.mpf(q) if not isinstance(q, mpmath.mpf) else q
    choose = mpmath.loggamma(n + 1) - mpmath.loggamma(t) - mpmath.loggamma(n - t + 2)
    term = mpmath.exp(choose + (t - 1) * mpmath.log(q) + (n - t + 1) * mpmath.log(1 - q))
    total, k = term, t - 1
    while k > 0 and term > total * mpmath.mpf(10) ** -25:
        term *= mpmath.mpf(k) / (n - k + 1) * (1 - q) / q
        k, total = k - 1, total + term
    return total


@pytest.mark.parametrize("n", [300, 10_000, 1_000_000])
def test_the_gap_in_high_precision(reference, n):
    """The gap is 1e-5 of the profit and less; its own digits are right."""
    mpmath = pytest.importorskip("mpmath")
    problem, monitor = reference
    pay = al.second_best(problem, monitor, n, "binary")
    with mpmath.workdps(40):
        half, kappa, eta, e = (mpmath.mpf(x) for x in ("0.5", "0.15", pay.effort, pay.certificate.deviation))
        t, cost = pay.contract.threshold, lambda x: x * x / 2
        value, wage = (lambda x: mpmath.mpf("0.6") * x * (2 - x)), (lambda v: -mpmath.log(1 - v))
        fail, luckless = (exact_failure(t, n, half + 2 * kappa * x * x) for x in (eta, e))
        bonus = (cost(eta) - cost(e)) / (luckless - fail)  # indifferent between working and shirking
        low = mpmath.mpf(max(0, cost(eta) - bonus * (1 - fail)))
        profit = value(eta) - (1 - fail) * wage(low + bonus) - fail * wage(low)
        top = mpmath.findroot(lambda x: mpmath.mpf("1.2") * (1 - x) - x / (1 - cost(x)), 0.5)
        gap = value(top) - wage(cost(top)) - profit
        assert pay.gap == pytest.approx(float(gap), rel=1e-9)


def test_no_floor_is_refused_with_the_reason(reference):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="Mirrlees.*floor"):
        al.second_best(problem, monitor, 1000, "binary", floor=None)


def test_opposed_tastes_count_failures(reference):
    problem, _ = reference
    with_taste = al.second_best(problem, al.Expert(0.15), 200, "binary")
    against = al.second_best(problem, al.Expert(-0.15), 200, "binary")
    assert against.gap == pytest.approx(with_taste.gap, rel=1e-12)
    assert against.contract.counts == "failures"
    np.testing.assert_array_equal(
        against.contract.wage(np.arange(201)), with_taste.contract.wage(200 - np.arange(201))
    )


def test_checks_that_say_nothing(reference):
    pay = al.second_best(reference[0], al.SelfConsistency(0.0), 100, "binary")
    assert pay.family == "flat" and "say nothing" in pay.message


def test_a_general_convex_cost_agrees_with_the_power_cost(reference):
    problem, monitor = reference
    general = al.Problem(
        problem.utility, al.ConvexCost(lambda e: 0.5 * e**2, lambda e: e), problem.value, 0.0, 0.0
    )
    for n in (30, 1000):
        assert al.second_best(general, monitor, n, "binary").gap == pytest.approx(
            al.second_best(problem, monitor, n, "binary").gap, rel=1e-9
        )


def test_smooth_in_n_to_a_thousand_million(reference):
    problem, monitor = reference
    n = 10 ** np.arange(4, 10)
    pay = al.second_best(problem, monitor, n, "binary")
    ratio = pay.gap / al.rates.binary_gap(problem, monitor, n)
    assert np.all(np.abs(ratio - 1) < 0.012) and np.all(np.diff(np.abs(ratio - 1)) < 0)


def test_rare_bonuses_have_their_best_effort_too():
    """A bonus that is paid once in 10^91: the best effort by the plain formula, bonus c′/P′ and rent ΔP − c, on a fine grid."""
    problem = al.Problem(
        al.RiskNeutral(),
        al.PowerCost(0.4757, 200),
        lambda e: 1.2 * np.sqrt(e + 0.01),
        outside=0.3358,
        floor=0.3901,
    )
    n, gain = 667, 0.2209
    pay = al.second_best(problem, al.Golden(gain), n, "binary")
    best = al.first_best(problem)
    evidence = PassLaw.from_monitor(al.Golden(gain))
    effort = pay.effort + np.linspace(-3e-4, 3e-4, 6001)
    t = pay.contract.threshold
    hit, miss = evidence.success(effort), evidence.failure(effort)
    density = special.xlogy(t - 1, hit) + special.xlogy(n - t, miss) - special.betaln(t, n - t + 1)
    bonus = problem.cost.slope(effort) / (np.exp(density) * evidence.slope(effort))
    profit = problem._value(effort) - 0.3901 - bonus * special.betainc(t, n - t + 1, hit)
    assert bonus.min() > 1e60
    assert pay.converged
    assert pay.profit == pytest.approx(profit.max(), abs=1e-11)
    assert best.profit - profit.max() > 0.0543  # who idles has the floor


@pytest.mark.parametrize(
    "utility, cost, outside, above, monitor, n",
    [
        (al.CARA(1.0), al.PowerCost(0.0287, 3), 0.6317, 0.045, al.Expert(0.245), 2_000_003),
        (al.RiskNeutral(), al.PowerCost(0.302, 8), 0.5526, 0.055, al.SelfConsistency(0.13), 25_201_596),
        (al.CRRA(0.5), al.PowerCost(0.447, 1.2), 1.66, 0.025, al.Golden(0.48), 115_939),
    ],
)
def test_a_floor_above_the_outside_option_is_proved_for_any_n(utility, cost, outside, above, monitor, n):
    """Even an agent who idles has the floor, so nobody works for less than that and the cost: h(f + c) − h(ū) is lost."""
    floor = float(utility.wage(outside + above))
    problem = al.Problem(utility, cost, lambda e: 0.6 * e * (2 - e), outside, floor)
    pay = al.second_best(problem, monitor, n, "binary")
    best = al.first_best(problem)
    assert pay.converged and pay.family == "binary"
    efforts = np.linspace(0.01, 1, 100_000)
    least = (
        problem.loss(efforts, best)
        + utility.wage(outside + above + cost.cost(efforts))
        - utility.wage(outside + cost.cost(efforts))
    )
    assert pay.gap >= least.min() * (1 - 1e-9)
    assert pay.gap < least.min() * 1.01


def test_a_kink_that_no_bonus_buys_is_ruled_out():
    """At the kink a bonus that beats idling tempts to more effort: known only if what tempts is looked for at that bonus."""
    at = 0.5108
    cost = al.ConvexCost(
        lambda e: 0.4155 * (0.3 * e + np.maximum(e - at, 0)), lambda e: 0.4155 * (0.3 + (e > at) * 1.0)
    )
    problem = al.Problem(al.RiskNeutral(), cost, lambda e: 0.6 * e * (2 - e), 0.5307, 0.5307)
    for n in (20, 22, 24):
        assert al.second_best(problem, al.SelfConsistency(0.2), n, "binary").converged


MANY = {  # problem, monitor: one of each way that a contract, a proof or a cost takes
    "reference": ({}, al.SelfConsistency(0.15)),
    "deep floor, golden": ({"floor": -3.0}, al.Golden(0.4)),
    "cost below square": ({"cost": al.PowerCost(0.3, 1.4)}, al.Expert(0.1)),
    "cost is no power": (
        {"cost": al.ConvexCost(lambda e: 0.4 * e**2 + 0.1 * e, lambda e: 0.8 * e + 0.1)},
        al.SelfConsistency(0.2),
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_several_numbers_of_checks_at_once_are_what_each_is_alone(name):
    changes, monitor = MANY[name]
    usual = {
        "utility": al.CARA(1.0),
        "cost": al.PowerCost(0.5, 2),
        "value": lambda e: 0.6 * e * (2 - e),
        "floor": 0.0,
    }
    problem = al.Problem(**(usual | changes))
    numbers = [1, 30, 30, 500, 4, 10**5]
    together = al.second_best(problem, monitor, numbers, "binary")
    for n, one in zip(numbers, together, strict=True):
        alone = al.second_best(problem, monitor, n, "binary")
        assert (one.n, one.contract, one.family) == (n, alone.contract, alone.family)
        assert (one.effort, one.gap, one.certificate.gain_bound) == (
            alone.effort,
            alone.gap,
            alone.certificate.gain_bound,
        )
        assert one.converged and alone.converged
        assert one.suboptimality <= proof_tolerance(problem, al.first_best(problem), one.gap)


def test_what_no_one_can_keep_is_refused_among_several_too(reference):
    problem, monitor = reference
    with pytest.raises(al.NoBestContract, match="n = 300"):
        al.second_best(problem, monitor, [10, 300, 400], "binary", floor=None)


def several(problem, monitor, *numbers):
    checks = np.array(numbers, dtype=float)
    return Thresholds(problem, PassLaw.from_monitor(monitor), checks, al.first_best(problem))


@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.15), al.Golden(0.4), al.Expert(0.1)], ids=repr)
@pytest.mark.parametrize(
    "cost", [al.PowerCost(0.5, 2), al.PowerCost(0.3, 1.5), al.PowerCost(0.2, 8)], ids=repr
)
def test_the_best_of_every_threshold_is_near_the_likely_ones(monitor, cost):
    """Near, as the gap may have a corner there; the solver goes on from the best of them as long as a neighbour is better."""
    problem = al.Problem(al.CARA(1.0), cost, value=lambda e: 0.6 * e * (2 - e), floor=-0.1)
    numbers = (60, 333)
    likely, case, tried = likely_thresholds(several(problem, monitor, *numbers))
    for i, n in enumerate(numbers):
        gaps = several(problem, monitor, n).at(np.zeros(n, int)).cheapest(np.arange(1.0, n + 1))["gap"]
        if np.isfinite(gaps).any():
            best = 1 + int(np.nanargmin(gaps))
            assert np.abs(likely[case == i] - best).min() <= 8
            assert al.second_best(problem, monitor, n, "binary").contract.threshold == best
        assert tried[i] < n


def test_few_checks_have_every_threshold_and_together_is_one_by_one(reference):
    problem, monitor = reference
    numbers = (5, 40, 47, 48, 700, 10**6)
    likely, case, _ = likely_thresholds(several(problem, monitor, *numbers))
    for i, n in enumerate(numbers):
        own = likely[case == i]
        alone, zero, _ = likely_thresholds(several(problem, monitor, n))
        assert np.array_equal(own, alone) and not zero.any()
        assert n > 47 or np.array_equal(own, np.arange(1, n + 1))


def test_no_threshold_worth_having_is_an_answer_too():
    """A bonus out of reach for all thresholds: nothing is likely, and the answer is flat pay."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(5.0, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.9)
    likely, _, _ = likely_thresholds(several(problem, al.SelfConsistency(0.02), 60))
    assert likely.size <= 10
    assert al.second_best(problem, al.SelfConsistency(0.02), [60, 70], "binary").gap[0] > 0


@pytest.mark.parametrize("n", [5, 20, 40, 100])
def test_of_bonuses_that_cost_the_same_the_least_is_taken(n):
    """A risk-neutral agent without a floor: every threshold earns the first best, some by a fine of hundreds of millions."""
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, al.SelfConsistency(0.15), n, "binary")
    assert pay.gap == 0 and pay.converged
    assert pay.contract.high - pay.contract.low < 1.5
    answer = al.best_answer(problem, al.SelfConsistency(0.15), pay.contract)
    assert answer.accepts and answer.profit == pytest.approx(pay.profit, abs=1e-12)
