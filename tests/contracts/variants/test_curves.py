"""Any increasing pass probability: where it has the usual form the usual answer, else the agent's own choice on a fine grid."""

import numpy as np
import pytest
from scipy import stats

import annolib as al
from annolib.contracts.variants.curves import changed

UNIT = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)


@pytest.mark.parametrize("family", ["binary", "optimal"])
def test_a_curve_of_the_usual_form(family):
    one = al.second_best(UNIT, al.SelfConsistency(0.15), 30, family)
    two = al.second_best(UNIT, al.PassCurve(lambda e: 0.5 + 0.3 * e**2, lambda e: 0.6 * e), 30, family)
    assert two.gap == pytest.approx(one.gap, rel=1e-9) and two.effort == pytest.approx(one.effort, rel=1e-7)
    assert two.converged and two.suboptimality <= 1e-8 * two.gap


def curve(e):
    return 0.5 + 0.4 * (e + 0.5 * e * e) / 1.5


def test_no_bonus_of_a_grid_earns_more():
    """Wages and thresholds of a grid; the agent chooses from the curve itself on 2,001 efforts."""
    monitor, n = al.PassCurve(curve), 15
    pay = al.second_best(UNIT, monitor, n, "binary")
    assert pay.converged
    e = np.linspace(0, 1, 2_001)

    def earns(t, bonus, tie):
        p = stats.binom.sf(t - 1, n, curve(e))
        payoff = p * bonus - UNIT.cost.cost(e)
        paid = UNIT.value(e) - p * float(UNIT.utility.wage(bonus))
        return np.max(np.where(payoff >= payoff.max() - tie, paid, -9))

    best = max(earns(t, bonus, 1e-9) for t in range(1, n + 1) for bonus in np.linspace(0.02, 0.9, 300))
    assert pay.profit - 5e-3 <= best <= pay.profit + 1e-6
    assert pay.contract.low == 0  # at the tie with idleness, which the grid only comes near to
    own = earns(pay.contract.threshold, float(UNIT.utility.utility(pay.contract.high)), 1e-6)
    assert own == pytest.approx(pay.profit, abs=5e-4)
    answer = al.best_answer(UNIT, monitor, pay.contract)
    assert answer.effort == pytest.approx(pay.effort, abs=1e-6)


def test_the_change_of_variable_goes_back(rng=np.random.default_rng(1)):  # noqa: B008
    for m, q in (
        (1.0, curve),
        (2.0, lambda e: 0.2 + 0.3 * np.expm1(e) / np.expm1(2)),
        (1.0, lambda e: 0.1 + 0.8 * e**3),
    ):
        problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 4), lambda e: e, effort_max=m)
        change = changed(problem, al.PassCurve(q))
        x = rng.uniform(0, 1, 50)
        e = change.back(x)
        assert q(e) == pytest.approx(change.evidence.success(x), rel=1e-14)
        assert change.problem.cost.cost(x) == pytest.approx(0.1 * e**4, rel=1e-9)
        step = 1e-6
        quotient = (change.problem.cost.cost(x + step) - change.problem.cost.cost(x - step)) / (2 * step)
        assert change.problem.cost.slope(x) == pytest.approx(quotient, rel=1e-4, abs=1e-7)


def test_where_cost_and_curve_do_not_fit_it_says_so():
    """Half of the effort nearly always passes: then V is not concave in what the check sees, and a list of efforts is asked for."""
    steep = al.PassCurve(lambda e: 0.5 + 0.45 * (1 - np.exp(-4 * e)))
    with pytest.raises(ValueError, match="do not fit together.*with_efforts"):
        al.second_best(UNIT, steep, 50, "binary")
    pay = al.second_best(UNIT.with_efforts(np.linspace(0, 1, 33)), steep, 50, "binary")
    assert pay.converged and 0 < pay.effort < 1
    root = al.PassCurve(lambda e: 0.5 + 0.4 * np.sqrt(e), lambda e: 0.2 / np.sqrt(np.maximum(e, 1e-300)))
    with pytest.raises(ValueError, match="start like"):
        al.second_best(UNIT, root, 50, "binary")
