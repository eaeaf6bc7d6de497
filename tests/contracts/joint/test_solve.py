"""The door for two kinds of checks: what it gives, what nests in what, what it refuses."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.joint.family import JointLaw
from annolib.contracts.joint.solve import least_gap

REPEATS, COIN = al.SelfConsistency(0.15), al.SelfConsistency(0.0)
BOTH = al.Joint(REPEATS, al.Golden())


def test_classes_nest_and_results_say_what_they_are():
    problem = reference_problem().with_floor(-0.05)
    found = {
        family: al.second_best(problem, BOTH, (15, 10), family)
        for family in ("flat", "binary", "linear", "optimal")
    }
    assert found["optimal"].gap < min(found["binary"].gap, found["linear"].gap) < found["flat"].gap
    for family, pay in found.items():
        assert pay.family in (family, "flat") and pay.n == (15, 10) and "(15, 10)" in repr(pay)
        assert family == "flat" or pay.gap - pay.suboptimality <= found["optimal"].gap * (1 + 1e-9)
        answer = al.best_answer(problem, BOTH, pay.contract)
        assert answer.payoff == pytest.approx(problem.outside + pay.rent, abs=1e-9)
        assert answer.profit == pytest.approx(pay.profit, abs=1e-7)


def test_several_pairs_give_a_table():
    several = al.second_best(reference_problem().with_floor(None), BOTH, [(50, 50), (100, 0)], "linear")
    assert len(several) == 2 and several[1].n == (100, 0)
    alone = al.second_best(reference_problem().with_floor(None), REPEATS, 100, "linear")
    assert several[1].gap == pytest.approx(alone.gap, rel=1e-10)
    assert several.to_frame().loc[(50, 50), "gap"] == several[0].gap


def test_failures_are_counted_where_tastes_are_opposed():
    problem = reference_problem().with_floor(-0.1)
    agree = al.second_best(problem, al.Joint(REPEATS, al.Expert(0.15)), (40, 40), "binary")
    oppose = al.second_best(problem, al.Joint(REPEATS, al.Expert(-0.15)), (40, 40), "binary")
    assert oppose.gap == pytest.approx(agree.gap, rel=1e-9) and oppose.contract.counts == (
        "passes",
        "failures",
    )
    assert oppose.contract.wage(30, 0) == pytest.approx(agree.contract.wage(30, 40))


def test_checks_that_say_nothing_leave_flat_pay():
    for family in ("linear", "binary", "optimal"):
        pay = al.second_best(reference_problem(), al.Joint(COIN, COIN), (5, 5), family)
        assert pay.family == "flat" and "say nothing about effort" in pay.message


def test_no_contract_has_a_gap_below_the_quick_bound():
    for floor, n in ((0.0, (15, 10)), (-0.1, (60, 60))):
        problem = reference_problem().with_floor(floor)
        law = JointLaw.of(BOTH, n)
        quick = least_gap(problem, law, al.first_best(problem))
        assert 0 < quick <= al.second_best(problem, BOTH, n, "optimal").gap


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"n": 500}, "n must be a pair"),
        ({"n": None}, "n must say how many checks of each kind"),
        ({"n": (0, 0)}, "at least one check"),
        ({"n": (5, 5, 5)}, "n must be a pair"),
        (
            {"n": (5, 5), "family": "tiered", "tiers": 2},
            "family must be 'flat', 'binary', 'linear' or 'optimal'",
        ),
        ({"n": (5000, 5000), "family": "optimal"}, "at most 3,000,000 pairs"),
        ({"n": (5, 5), "family": "binary", "floor": None}, "Mirrlees"),
        ({"n": (5, 5), "family": "optimal", "floor": None}, "Mirrlees"),
    ],
)
def test_what_cannot_be_asked_is_refused(how, message):
    how = {"family": "linear", **how}
    with pytest.raises(ValueError, match=message):
        al.second_best(reference_problem(), BOTH, **how)


def test_other_agents():
    neutral = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    with pytest.raises(al.NoBestContract, match="risk-neutral"):
        al.second_best(neutral, BOTH, (5, 5), "optimal")
    log = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), value=lambda e: 1.2 * e * (2 - e), outside=0.0)
    with pytest.raises(al.NoBestContract, match="Give a floor"):
        al.second_best(log, BOTH, (20, 20), "linear")
    for family in ("linear", "binary", "optimal"):
        pay = al.second_best(log.with_floor(0.7), BOTH, (20, 20), family)
        assert pay.certificate.gain_bound < 1e-9 and pay.certificate.participation_slack > -1e-9
        wages = pay.contract.table()
        assert np.min(wages) >= 0.7 - 1e-9
    assert pay.converged


def test_weights_are_for_lines_and_scores():
    with pytest.raises(ValueError, match="weights belong to 'linear' and 'binary'"):
        al.second_best(reference_problem(), al.Joint(REPEATS, al.Golden(), (1, 1)), (5, 5), "optimal")
