"""The cheapest lottery for one of finitely many efforts: another solver, weak duality, digits far below rounding."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.discrete.family import Actions, CheckLaw
from annolib.contracts.discrete.optimal import count_states
from annolib.contracts.discrete.programme import Programme, States
from tests.contracts.discrete import naive

mpmath = pytest.importorskip("mpmath")


def solved(problem, monitor, n, j, hint=-1.0):
    actions = Actions.of(problem)
    _, states = count_states(CheckLaw.of(problem, monitor), n)
    return actions, states, Programme(actions, states, j).solve(hint=hint)


@pytest.mark.parametrize("seed", range(8))
def test_no_lottery_that_keeps_the_constraints_is_cheaper(seed):
    """Weak duality: random lotteries made feasible by a linear programme never go below the bound."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    problem, monitor, n = naive.random_actions(rng, n=6, size=3)
    actions, p = Actions.of(problem), naive.law(problem, monitor, 6)
    for j in range(3):
        _, _, found = solved(problem, monitor, 6, j)
        bound = np.exp(found.log_bound)
        need = actions.reservation
        rows = -np.vstack([p[j], p[j] - np.delete(p, j, 0)])
        targets = -np.r_[need[j], need[j] - np.delete(need, j)]
        top = min(problem.utility.highest - 1e-6, problem.outside + 50 * np.ptp(need) + 1)
        for _ in range(8):
            lottery = linprog(rng.normal(size=7), rows, targets, bounds=(problem.floor_utility, top))
            if lottery.status == 0:
                cost = p[j] @ problem.utility.wage(lottery.x)
                gap = actions.best.profit - (problem._value(actions.efforts[j]) - cost)
                assert gap >= bound - 1e-7 * (1 + abs(bound))


@pytest.mark.parametrize("floor", [0.0, -0.05])
@pytest.mark.parametrize("n", [300, 2_000])
def test_prices_by_ordinary_numbers_and_by_their_logs_agree(reference, floor, n):
    problem = (
        reference[0].with_floor(floor).with_efforts(np.linspace(0, al.first_best(reference[0]).effort, 5))
    )
    *_, plain = solved(problem, reference[1], n, 4, hint=-1.0)
    *_, logs = solved(problem, reference[1], n, 4, hint=-1e4)
    assert plain.log_gap == pytest.approx(logs.log_gap, rel=1e-11)
    for one in (plain, logs):
        assert one.log_bound == pytest.approx(one.log_gap, rel=1e-10) and one.residual <= 1e-12


@pytest.mark.parametrize("floor", [0.0, -0.05])
def test_a_gap_far_below_rounding_has_its_digits(reference, floor):
    """Two levels, CARA: the first-order conditions solved in 60 digits."""
    problem = reference[0].with_floor(floor).with_efforts([0.0, al.first_best(reference[0]).effort])
    monitor, n = al.SelfConsistency(0.25), 1_200
    actions, _, found = solved(problem, monitor, n, 1, hint=-1e4)
    assert found.log_gap < -15
    with mpmath.workdps(60):
        need = [mpmath.mpf(float(x)) for x in actions.reservation]
        low = mpmath.mpf(problem.floor_utility)
        q = [mpmath.mpf(1) / 2 + mpmath.mpf(float(e)) ** 2 / 2 for e in actions.efforts]
        ways = [mpmath.binomial(n, k) for k in range(n + 1)]
        lazy, own = ([w * x**k * (1 - x) ** (n - k) for k, w in enumerate(ways)] for x in q)
        ratio = [a / b for a, b in zip(lazy, own, strict=True)]

        def lottery(top, price):
            x = [1 / (1 - top) - price * r for r in ratio]
            return [max(low, 1 - 1 / y) if y > 0 else low for y in x]

        def mean(law, v):
            return mpmath.fsum(p * y for p, y in zip(law, v, strict=True))

        def bound(price):  # participation binds
            top = need[1]
            for _ in range(6):
                top = need[1] + top - mean(own, lottery(top, price))
            return lottery(top, price)

        if floor < 0:
            log_price = mpmath.findroot(
                lambda s: mean(lazy, bound(mpmath.e**s)) - need[0], float(found.log_prices[0])
            )
            v = bound(mpmath.e**log_price)
        else:  # the agent keeps what luck gives the idle: the price of the deviation is all there is
            top = need[1]
            for _ in range(8):
                v = lottery(top, 1 / (1 - top))
                top = top - (mean(own, v) - mean(lazy, v) - need[1] + need[0])
        gap = mean(own, [-mpmath.log(1 - y) for y in v]) + mpmath.log(1 - need[1])
        assert found.log_gap == pytest.approx(float(mpmath.log(gap)), rel=1e-10)


def test_prices_that_are_off_give_a_lower_bound_and_say_who_gains(reference, monkeypatch):
    """At other prices than the best the dual value lies below, and its lottery breaks a constraint by as much as is said."""
    problem = reference[0].with_efforts([0.0, 0.3, al.first_best(reference[0]).effort])
    actions = Actions.of(problem)
    _, states = count_states(CheckLaw.of(problem, reference[1]), 200)
    programme = Programme(actions, states, 2)
    best = programme.solve(hint=-1.0)
    for shift in (-1.0, -0.4, -0.1):  # the price of participation is what is left
        point = programme._point(best.top - programme.target, best.active, best.log_prices + shift, True)
        found = programme._solution(point, -np.inf)
        assert found.log_bound < best.log_gap - 1e-6
        assert programme._solution(point, found.log_gap + 1).log_bound <= found.log_gap
    poor = programme._point(best.top - programme.target - 0.05, best.active, best.log_prices, True)
    short = programme._solution(poor, -np.inf)
    gains = short.expected - actions.reservation  # cost in utility: all masses are 1
    assert short.residual == pytest.approx(max((gains - gains[2])[:2].max(), -gains[2]), abs=1e-12)
    assert short.residual > 1e-3
    monkeypatch.setattr(type(point), "dual", lambda self, scale: np.nan)
    assert programme._solution(point, -np.inf).log_bound == -np.inf  # no loss, and nothing known


def test_three_outcomes_by_hand():
    """u = 2√w, one deviation: three linear equations in three unknown utilities (participation, incentive, first-order conditions)."""
    problem = al.Problem(al.CRRA(0.5), cost=[0, 10], value=[0, 1000], outside=18)
    law = np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    found = Programme(Actions.of(problem), States(np.log(law)), 1).solve(hint=-1.0)
    # h′(v) = v/2 = λ + ν(1 − R): v linear in 1 − R = (−5, 0, 5/6)
    rise = np.array([-5.0, 0.0, 5 / 6])
    nu = 10 / ((law[1] - law[0]) @ (2 * rise))
    v = 28 + 2 * nu * (rise - law[1] @ rise)
    assert found.utilities == pytest.approx(v, rel=1e-12)
    assert np.exp(found.log_prices[0]) == pytest.approx(nu, rel=1e-10)


def test_an_effort_that_no_pay_buys_is_left_out():
    """Its law is a mixture of two cheaper ones: whatever pays for it pays for one of them."""
    law = np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]])
    problem = al.Problem(al.CRRA(0.5), cost=[0, 1, 2.0], value=[0, 1, 500.0], outside=4)
    found = Programme(Actions.of(problem), States(np.log(law)), 2).solve(ceiling=10.0, hint=-1.0)
    assert found.log_gap == np.inf
