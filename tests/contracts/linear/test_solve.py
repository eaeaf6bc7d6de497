"""Linear pay: the closed form for CARA, reference values, a naive search over lines."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.forms import Linear
from tests.contracts.kinked_costs import dipped, kinked


def cara_gap(problem, monitor, n, effort):
    """Gap of the uncut line that implements `effort`, from the binomial moment generating function, in high precision."""
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(50):
        eta, a = mpmath.mpf(effort), mpmath.mpf(problem.utility.aversion)
        q = mpmath.mpf(1) / 2 + 2 * mpmath.mpf(monitor.kappa) * eta**2
        slope = 4 * mpmath.mpf(monitor.kappa) * eta
        scale = mpmath.mpf(problem.cost.scale)
        room = 1 - a * scale * eta**2  # e^(−a·certainty equivalent)
        kappa = a * 2 * scale * eta / (slope * room)
        theta = kappa / (n + q * kappa)
        risk = n / a * (mpmath.log(1 - q * theta) - q * mpmath.log(1 - theta))
        best = mpmath.findroot(
            lambda e: mpmath.mpf("1.2") * (1 - e) - 2 * scale * e / (1 - a * scale * e**2), 0.5
        )

        def profit(e):
            return mpmath.mpf(0.6) * e * (2 - e) + mpmath.log(1 - a * scale * e**2) / a

        return float(profit(best) - profit(eta) + risk)


@pytest.mark.parametrize("n", [5, 100, 1000, 10**6, 10**9])
def test_closed_form(reference, n):
    pay = al.second_best(*reference, n, "linear", floor=None)
    assert pay.gap == pytest.approx(cara_gap(*reference, n, pay.effort), rel=1e-8)
    for other in (pay.effort - 1e-3, pay.effort + 1e-3):
        assert cara_gap(*reference, n, other) > pay.gap
    assert pay.rent == 0 and pay.converged


def test_reference_values(reference):
    info = al.rates.information(*reference)
    n = np.array([100, 1000, 1_000_000])
    pay = al.second_best(*reference, n, "linear", floor=None)
    assert [f"{x:.4f}" for x in pay.gap * n * info] == ["0.1719", "0.1724", "0.1724"]


@pytest.mark.parametrize("seed", [1, 7, 10, 16, 20, 28, 48, 49, 59])
def test_no_naive_line_earns_more(naive, seed):
    """The naive search lets the agent live on a coarse grid, which flatters; its line is then judged on a fine one."""
    rng = np.random.default_rng(2000 + seed)
    problem, monitor = naive.random_problem(rng, floor=seed % 3 > 0)
    n = int(rng.integers(1, 25))
    pay = al.second_best(problem, monitor, n, "linear")
    found, middle, slope = naive.linear(problem, monitor, n, size=401, rounds=4, points=21)
    assert pay.converged and pay.profit > found - 5e-3
    if not np.isnan(middle):
        share = float(monitor.pass_probability(0.5))
        base = middle - slope * (share if monitor.gain >= 0 else 1 - share)
        assert pay.profit >= naive.honest(problem, monitor, n, base, slope) - 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_lines_close_to_the_best_one_earn_less(naive, seed):
    """Local optimality seen from outside: honest profits of perturbed lines."""
    rng = np.random.default_rng(3000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    n = int(rng.integers(2, 60))
    pay = al.second_best(problem, monitor, n, "linear")
    if pay.family == "flat":
        pytest.skip("flat pay is best here")
    for _ in range(12):
        base, slope = pay.contract.base, pay.contract.slope
        moved = base + rng.normal(0, 0.02) * (abs(base) + slope), slope * np.exp(rng.normal(0, 0.02))
        assert naive.honest(problem, monitor, n, *moved, size=4001) <= pay.profit + 1e-7


@pytest.mark.parametrize("seed", range(12))
def test_one_check_makes_a_line_a_bonus(naive, seed):
    rng = np.random.default_rng(500 + seed)
    problem, monitor = naive.random_problem(rng)
    line, bonus = (al.second_best(problem, monitor, 1, family) for family in ("linear", "binary"))
    assert line.gap == pytest.approx(bonus.gap, rel=1e-10)
    np.testing.assert_allclose(line.contract.wage([0, 1]), bonus.contract.wage([0, 1]), rtol=1e-9)


@pytest.mark.parametrize("floor", [None, 0.0, 0.9])
def test_full_effort_without_risk(floor):
    """Golden questions that nobody attentive misses: a perfect record is certain, so the line costs no risk."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 2 * e, floor=floor)
    pay = al.second_best(problem, al.Golden(0.5), 40, "linear")
    best = al.first_best(problem)
    assert best.effort == 1 and pay.effort == 1 and pay.converged
    if floor != 0.9:
        assert pay.gap == pytest.approx(0, abs=1e-12)
    else:  # then v(40) − v(floor) must outweigh c(1) − c(e) against 1 − q(e)^40 for every e
        e = np.linspace(0, 1, 200_001)[:-1]
        bonus = np.max((0.1 - 0.1 * e**2) / (1 - (0.5 + 0.5 * e) ** 40))
        bonus = max(bonus, 0.2 / (40 * 0.5))
        wage = problem.utility.wage(problem.floor_utility + bonus)
        assert pay.expected_wage == pytest.approx(float(wage), rel=1e-7)


def test_wages_that_cannot_be_negative():
    """Log utility without a floor: steep lines would ask for negative wages, so the largest effort is that of wages proportional to the passes,
    but for a threat beyond all numbers.
    """
    from scipy.optimize import brentq
    from scipy.stats import binom

    problem = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), lambda e: e * (2 - e), outside=float(np.log(0.5)))
    monitor, n = al.Expert(0.15), 400
    pay = al.second_best(problem, monitor, n, "linear")
    k = np.arange(1, n + 1)

    def excess(effort):  # local incentive of wages proportional to the passes, beyond what is needed
        q = monitor.pass_probability(effort)
        score = (k - n * q) / (q * (1 - q)) * monitor.slope(effort)
        return binom.pmf(k, n, q) @ (score * np.log(k / n)) - problem.cost.slope(effort)

    edge = brentq(excess, 0.3, 0.9, xtol=1e-14)
    assert pay.effort == pytest.approx(edge, abs=1e-10)
    assert not pay.converged and "the best line that can be written down" in pay.message
    assert 0 < pay.suboptimality < pay.gap and "Mirrlees" in pay.message
    at = binom.pmf(k, n, monitor.pass_probability(edge))
    slope = np.exp(problem.reservation(edge) - at @ np.log(k / n))
    assert pay.profit == pytest.approx(float(problem.value(edge) - at @ (slope * k / n)), rel=1e-10)


@pytest.mark.parametrize(
    "scale, power, gain, outside, rho, n",
    [(0.691, 1.5, 0.497, -1.604, 0.1145, 26), (1.57, 3, 1.173, -2.44, -0.0846, 32)],
)
def test_a_line_that_lives_on_a_billionth_is_the_best(scale, power, gain, outside, rho, n):
    """A base wage of 1e-9 or less for no pass at all, which hardly ever happens, is worth half the gap."""
    problem = al.Problem(
        al.CRRA(2), al.PowerCost(scale, power), lambda e: gain * e * (2 - e), outside=outside
    )
    pay = al.second_best(problem, al.Expert(rho), n, "linear")
    assert pay.converged and 0 < pay.contract.base < 1e-6 and "next to nothing" in pay.message
    answer = al.best_answer(problem, al.Expert(rho), pay.contract)
    assert answer.profit == pytest.approx(pay.profit, abs=1e-7)
    milder = al.contracts.Linear(1e-3, pay.contract.slope, None, n, pay.contract.counts)
    assert al.best_answer(problem, al.Expert(rho), milder).profit < pay.profit - 1e-4
    assert al.second_best(problem.with_floor(0.01), al.Expert(rho), n, "linear").converged


def test_profit_is_what_the_contract_pays(reference):
    from scipy.stats import binom

    problem, monitor = reference
    pay = al.second_best(problem, monitor, 100, "linear")
    k = np.arange(101)
    wages = pay.contract.wage(k)
    at = binom.pmf(k, 100, monitor.pass_probability(pay.effort))
    assert problem.value(pay.effort) - at @ wages == pytest.approx(pay.profit, abs=1e-12)
    efforts = np.linspace(0, 1, 5001)
    pmf = binom.pmf(k, 100, monitor.pass_probability(efforts)[:, None])
    payoff = pmf @ problem.utility.utility(wages) - problem.cost.cost(efforts)
    own = at @ problem.utility.utility(wages) - problem.cost.cost(pay.effort)
    assert payoff.max() <= own + 1e-10


def test_far_from_the_floor_the_cut_does_not_matter(reference):
    cut = al.second_best(*reference, 10**7, "linear")
    free = al.second_best(*reference, 10**7, "linear", floor=None)
    assert cut.gap == pytest.approx(free.gap, rel=1e-10)


def test_risk_neutral_pay_reaches_the_first_best(reference):
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e))
    assert al.second_best(problem, al.Expert(0.2), 20, "linear").gap == pytest.approx(0, abs=1e-12)


def test_log_utility_without_a_floor_where_no_wage_comes_near_zero():
    outside = float(np.log(0.5))
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), lambda e: e * (2 - e), outside, floor=0.3)
    for n in (100, 10_000):
        cut = al.second_best(problem, al.SelfConsistency(0.15), n, "linear")
        free = al.second_best(problem, al.SelfConsistency(0.15), n, "linear", floor=None)
        assert free.gap == pytest.approx(cut.gap, rel=1e-8) and free.contract.base > 0.1


def test_a_line_whose_knot_sits_on_a_count(naive):
    """The expected wage has a corner where the knot passes a count; the best line may sit in it."""
    problem, monitor = naive.random_problem(np.random.default_rng(5016))
    pay = al.second_best(problem, monitor, 6, "linear")
    contract = pay.contract
    knot = 6 * (problem.floor - contract.base) / contract.slope
    assert knot == pytest.approx(4, abs=1e-6) and f"{pay.gap:.7f}" == "0.1735249"


@pytest.mark.parametrize("seed", range(30))
def test_the_agent_comes_and_stays(naive, seed):
    """Participation and the best answer from the wages alone, by plain sums."""
    from scipy.stats import binom

    rng = np.random.default_rng(6000 + seed)
    problem, monitor = naive.random_problem(rng)
    n = int(rng.integers(2, 120))
    pay = al.second_best(problem, monitor, n, "linear")
    efforts = np.append(np.linspace(0, 1, 2001), pay.effort)
    q = np.asarray(monitor.pass_probability(efforts))
    pmf = binom.pmf(np.arange(n + 1), n, q[:, None])
    payoff = pmf @ problem.utility.utility(pay.contract.wage(np.arange(n + 1))) - problem.cost.cost(efforts)
    assert payoff[-1] >= problem.outside - 1e-9 and payoff.max() <= payoff[-1] + 1e-9
    assert payoff[-1] - problem.outside == pytest.approx(pay.rent, abs=1e-9)


# a cost with a kink


def best_of_many_lines(problem, monitor, n, kink):
    """The most that lines earn which the agent takes: grids of shares and slopes, four times finer around the best, judged on 400 efforts."""
    from scipy.stats import binom

    efforts = np.unique(np.append(np.linspace(0, 1, 401), kink))
    k = np.arange(n + 1)
    law = binom.pmf(k, n, np.asarray(monitor.pass_probability(efforts))[:, None])
    x_low, x_high, b_low, b_high, best = -2.0, (n - 1) / n, np.log(0.05), np.log(30.0), -np.inf
    for _ in range(5):
        x, b = np.meshgrid(np.linspace(x_low, x_high, 121), np.exp(np.linspace(b_low, b_high, 161)))
        wages = problem.floor + b.ravel()[:, None] * np.maximum(k / n - x.ravel()[:, None], 0)
        payoff = problem.utility.utility(wages) @ law.T - problem.cost.cost(efforts)
        profit = np.asarray(problem.value(efforts)) - wages @ law.T
        willing = (payoff >= payoff.max(axis=1, keepdims=True) - 1e-9) & (payoff >= problem.outside - 1e-9)
        earned = np.where(willing, profit, -np.inf).max(axis=1)
        i = int(np.argmax(earned))
        best = max(best, float(earned[i]))
        x, b = x.ravel()[i], np.log(b.ravel()[i])
        dx, db = (x_high - x_low) / 8, (b_high - b_low) / 8
        x_low, x_high, b_low, b_high = x - dx, min(x + dx, (n - 1) / n), b - db, b + db
    return best


@pytest.mark.parametrize(
    "kink, slope, jump, n",
    [(0.4, 0.2, 1.0, 4), (0.5, 0.25, 0.4, 6), (0.6, 0.1, 1.5, 5), (0.4, 0.2, 1.0, 2), (0.4, 0.2, 1.0, 12)],
)
def test_a_kink_is_an_effort_of_its_own(kink, slope, jump, n):
    """There the incentive may be anything from c′ before to c′ after. A line for the kink earns .1944 in the first case, where one
    with the incentive of just before it earns .1827."""
    problem, monitor = kinked(kink, slope, jump, floor=0.0), al.Expert(0.2)
    pay = al.second_best(problem, monitor, n, "linear")
    found = best_of_many_lines(problem, monitor, n, kink)
    assert pay.converged and pay.effort == kink
    assert found - 1e-6 <= pay.profit <= found + 2e-4
    if n == 4:
        assert pay.profit > 0.194407


@pytest.mark.parametrize("utility", [al.CARA(1.0), al.RiskNeutral()])
@pytest.mark.parametrize("n", [1, 4, 9])
def test_a_kink_without_a_floor(utility, n):
    """The gentlest line that buys the kink, from the wages alone: base and slope by bisection."""
    from scipy.optimize import brentq
    from scipy.stats import binom

    kink, monitor = 0.4, al.Expert(0.2)
    problem = kinked(kink, 0.2, 1.0, None, utility)
    pay = al.second_best(problem, monitor, n, "linear")
    k, efforts = np.arange(n + 1), np.linspace(0, kink, 4001)[:-1]
    law = binom.pmf(k, n, np.asarray(monitor.pass_probability(efforts))[:, None])
    own = binom.pmf(k, n, monitor.pass_probability(kink))

    def base(slope):
        wanted = float(problem.reservation(kink))
        return brentq(lambda x: own @ utility.utility(x + slope * k / n) - wanted, -20, 20, xtol=1e-14)

    def keeps(slope):
        values = utility.utility(base(slope) + slope * k / n)
        payoff = law @ values - problem.cost.cost(efforts)
        return own @ values - float(problem.cost.cost(kink)) - payoff.max()

    slope = brentq(keeps, 0.05, 3.0, xtol=1e-12)
    profit = float(problem.value(kink)) - own @ (base(slope) + slope * k / n)
    assert pay.converged and pay.effort == kink and pay.profit == pytest.approx(profit, abs=2e-5)


@pytest.mark.parametrize("kink, slope, jump, n", [(0.6, 0.1, 1.5, 1), (0.5, 0.05, 0.4, 1)])
def test_with_a_kink_two_wages_are_a_line(kink, slope, jump, n):
    problem = kinked(kink, slope, jump, floor=0.0)
    line, bonus = (al.second_best(problem, al.Expert(0.2), n, family) for family in ("linear", "binary"))
    assert (
        line.suboptimality < 1e-9
        and line.profit == pytest.approx(bonus.profit, abs=1e-10)
        and line.profit > 0
    )


@pytest.mark.parametrize("kink, slope, jump, n", [(0.5, 0.25, 0.4, 4), (0.4, 0.2, 1, 3)])
def test_with_a_kink_the_best_pay_earns_at_least_what_a_line_does(kink, slope, jump, n):
    problem, monitor = kinked(kink, slope, jump, floor=0.0), al.Expert(0.2)
    line, best = (al.second_best(problem, monitor, n, family) for family in ("linear", "optimal"))
    assert line.converged and 0 < line.profit <= best.profit + 1e-9


def test_at_a_kink_what_tempts_joins_the_deviations():
    """Full effort gains by 6e-2 over the kink where only idling was thought of."""
    problem, monitor, n = kinked(0.8, 0.2, 0.4), al.SelfConsistency(0.2), 9
    pay = al.second_best(problem, monitor, n, "linear")
    most = best_of_many_lines(problem, monitor, n, 0.8)
    assert pay.converged and pay.effort == 0.8 and most - 1e-9 <= pay.profit <= most + 1e-4


def test_a_dip_of_the_cost_that_few_points_see_is_seen():
    """A line for an effort in the dip earns 9e-6 more than any outside; a proof from samples of the slope of c′/q′ said that none does."""
    at, wide, n, monitor = 0.42470849794158105, 5.0241494070013345e-05, 3, al.Expert(0.2)
    problem = dipped(at, wide)
    pay = al.second_best(problem, monitor, n, "linear")
    line = Linear(-0.6001406348707709, 1.106936926028155, -1.0, n, pay.contract.counts)
    answer = al.best_answer(problem, monitor, line)
    assert answer.accepts and abs(answer.effort - at) < 0.01 * wide
    assert answer.profit > 0.26004577  # outside the dip: 0.26003646
    assert (
        answer.profit <= pay.profit + pay.suboptimality + 5e-9
    )  # the effort of an answer is known up to 1e-12 of payoff
