"""Lines in both counts without a floor: printed values, one kind as a special case, the explicit formulas against sums."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.joint.family import JointLaw, PayTable
from annolib.contracts.joint.uncut import Uncut, excess

REPEATS = al.SelfConsistency(0.15)


@pytest.fixture(scope="module")
def problem():
    return reference_problem().with_floor(None)


@pytest.mark.parametrize(
    ("joint", "gap", "constant"),
    [
        (al.Joint(REPEATS, al.Expert(0.15)), 4.403961508e-4, 0.1722441),
        (al.Joint(REPEATS, al.Golden()), 1.982685463e-4, 0.1722636),
        (al.Joint(REPEATS, al.Golden(), weights=(1, 1)), 2.271536610e-4, None),
    ],
)
def test_the_reference_values(problem, joint, gap, constant):
    pay = al.second_best(problem, joint, (500, 500), "linear")
    assert pay.gap == pytest.approx(gap, rel=1e-9)
    assert pay.certificate.gain_bound < 1e-12
    if constant is not None:
        assert pay.converged and pay.suboptimality < 1e-12
        information = joint.fisher_information(al.first_best(problem).effort, (500, 500))
        assert pay.gap * information == pytest.approx(constant, abs=5e-8)
        assert pay.gap * information == pytest.approx(al.rates.linear_constant(problem), rel=2e-3)


def test_two_kinds_alike_are_one_kind(problem):
    two = al.second_best(problem, al.Joint(REPEATS, REPEATS), (400, 600), "linear")
    one = al.second_best(problem, REPEATS, 1000, "linear")
    assert two.gap == pytest.approx(one.gap, rel=1e-10) and two.effort == pytest.approx(one.effort, abs=1e-8)
    assert two.contract.wage(300, 200) == pytest.approx(one.contract.wage(500), abs=1e-8)


def test_expected_utility_is_the_sum_over_counts(problem):
    law = JointLaw.of(al.Joint(REPEATS, al.Golden()), (12, 9))
    family = Uncut(problem, law, al.first_best(problem))
    y, _ = family.split(0.5)
    pay = family.pay(0.5, y)
    wage = pay.base + pay.slopes[0] * np.arange(13)[:, None] / 12 + pay.slopes[1] * np.arange(10) / 9
    table = PayTable(law, problem.utility.utility(wage))
    at = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(pay.expected(at), table.expected(at), rtol=1e-10, atol=1e-12)
    p, slope = law.law(0.5)
    assert slope @ table.utilities.ravel() == pytest.approx(float(problem.cost.slope(0.5)), rel=1e-12)
    lost = float(p @ wage.ravel()) - float(problem.utility.wage(problem.reservation(0.5)))
    assert float(family.risk(np.float64(0.5), y)) == pytest.approx(lost, rel=1e-9)


def test_no_sampled_line_for_an_effort_costs_less(problem):
    law = JointLaw.of(al.Joint(REPEATS, al.Golden()), (50, 30))
    family = Uncut(problem, law, al.first_best(problem))
    for effort in (0.3, 0.51, 0.8):
        y, price = family.split(effort)
        least, target = float(family.risk(np.float64(effort), y)), float(family.demand(effort))
        steep = [kind.n * float(kind.evidence.slope(effort)) for kind in law.kinds]
        assert steep[0] * y[0] + steep[1] * y[1] == pytest.approx(target, rel=1e-12) and price > 0
        for share in np.linspace(0, 1, 41):
            other = np.array([share * target / steep[0], (1 - share) * target / steep[1]])
            assert float(family.risk(np.float64(effort), other)) >= least - 1e-15


def test_a_line_that_is_not_the_best_is_not_called_so(problem):
    law = JointLaw.of(al.Joint(REPEATS, al.Golden()), (50, 50))
    family = Uncut(problem, law, al.first_best(problem))
    least = al.second_best(problem, al.Joint(REPEATS, al.Golden()), (50, 50), "linear")
    bound, _ = excess(family, 1.01 * least.gap, least.effort)
    assert 0.0099 * least.gap <= bound <= 0.011 * least.gap


def test_a_risk_neutral_agent_loses_nothing():
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, al.Joint(REPEATS, al.Golden()), (20, 20), "linear")
    assert pay.gap < 1e-12 and pay.converged
    assert al.best_answer(problem, pay.evidence, pay.contract).effort == pytest.approx(pay.effort, abs=1e-6)
