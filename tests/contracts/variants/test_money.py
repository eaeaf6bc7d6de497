"""Cost in money inside u: lines against fine lists and grids, and their normal limit."""

import numpy as np
import pytest

import annolib as al


@pytest.mark.parametrize("n", [10, 200])
@pytest.mark.parametrize("monitor", [al.Expert(0.2), al.SelfConsistency(0.15), al.Golden(0.5)])
def test_a_fine_list_of_efforts_is_nearly_the_same(monitor, n):
    problem = al.Problem(al.CARA(1.5), al.MoneyCost(al.PowerCost(0.5, 2)), lambda e: 0.6 * e * (2 - e), 0.05)
    pay = al.second_best(problem, monitor, n, "linear")
    listed = problem.with_efforts(np.unique(np.append(np.linspace(0, 1, 1_001), pay.effort)))
    same = al.second_best(listed, monitor, n, "linear")
    assert pay.converged and pay.suboptimality <= 1e-8 * pay.gap
    assert same.gap == pytest.approx(pay.gap, rel=3e-3) and same.gap <= pay.gap * (1 + 1e-8)
    answer = al.best_answer(listed, monitor, pay.contract)
    assert answer.effort == pytest.approx(pay.effort, abs=1.1e-3)


def test_the_linear_exponential_normal_slope():
    """x = η + noise of variance σ²: slope 1/(1 + r·c″·σ²). Checks ever weaker and ever more, n·gain² fixed: the count becomes normal."""
    aversion, bend, size = 2.0, 1.2, 4.0
    problem = al.Problem(al.CARA(aversion), al.MoneyCost(al.PowerCost(bend / 2, 2)), lambda e: e)
    want = 1 / (1 + aversion * bend * 0.25 / size)
    off = []
    for n in (10**3, 10**5, 10**7):
        gain = np.sqrt(size / n)
        pay = al.second_best(problem, al.Expert(gain / 2), n, "linear")
        off.append(pay.contract.slope * gain / want - 1)
        assert pay.converged and pay.effort == pytest.approx(pay.contract.slope * gain / bend, rel=0.02)
    assert abs(off[2]) < 1e-6 and abs(off[2]) < abs(off[1]) / 10 < abs(off[0]) / 100


def test_a_risk_neutral_agent_does_not_mind_which():
    plain = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), floor=0.0)
    money = al.Problem(
        al.RiskNeutral(), al.MoneyCost(al.PowerCost(0.5, 2)), lambda e: 0.6 * e * (2 - e), floor=0.0
    )
    one, two = (al.second_best(p, al.Expert(0.2), 100, "binary") for p in (plain, money))
    assert one.gap == two.gap and one.contract == two.contract
    assert al.best_answer(money, al.Expert(0.2), two.contract).profit == pytest.approx(two.profit, abs=1e-9)


def test_flat_pay_and_refusals():
    problem = al.Problem(al.CARA(1.0), al.MoneyCost(al.PowerCost(0.5, 2)), lambda e: e, 0.1)
    assert al.second_best(problem, al.Expert(0.2), 10, "flat").profit == pytest.approx(float(np.log1p(-0.1)))
    with pytest.raises(al.NoBestContract, match="with_efforts"):
        al.second_best(problem, al.Expert(0.2), 10, "optimal")
    with pytest.raises(al.NoBestContract, match="a line with a floor"):
        al.second_best(problem, al.Expert(0.2), 10, "linear", floor=0.0)
    rich = al.Problem(al.CRRA(0.5), al.MoneyCost(al.PowerCost(0.5, 2)), lambda e: e, 1.0)
    with pytest.raises(al.NoBestContract, match="CARA and RiskNeutral"):
        al.second_best(rich, al.Expert(0.2), 10, "linear")
    with pytest.raises(ValueError, match="list its efforts"):
        al.best_answer(problem, al.Expert(0.2), al.contracts.Flat(0.1, 10))
