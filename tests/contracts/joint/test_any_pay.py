"""Any pay on two counts: the informativeness principle with its printed values, one kind as a special case, the bound against samples."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.incentives import cheapest_lottery
from annolib.contracts.joint.any_pay import AnyPay, _above_chord, _box, _off_chord_of_slope, best_pay, bound
from annolib.contracts.joint.family import JointLaw

REPEATS, COIN = al.SelfConsistency(0.15), al.SelfConsistency(0.0)


@pytest.fixture(scope="module")
def problem():
    return reference_problem().with_floor(-0.05)


class Mixture:
    """A law of one count that depends on which of several batches it came from; the batch is seen or not."""

    def __init__(self, monitors, shares, n, seen):
        self.laws = [JointLaw.of(al.Joint(one, COIN), (n, 0)) for one in monitors]
        self.shares, self.seen = shares, seen

    def _together(self, parts):
        parts = [share * part for share, part in zip(self.shares, parts, strict=True)]
        return np.concatenate(parts) if self.seen else np.sum(parts, axis=0)

    def law(self, effort):
        laws = [one.law(effort) for one in self.laws]
        return self._together([p for p, _ in laws]), self._together([d for _, d in laws])

    def log_law(self, effort):
        return np.log(self._together([np.exp(one.log_law(effort)) for one in self.laws]))

    def information(self, effort):
        p, slope = self.law(effort)
        return float(np.sum(slope**2 / p))

    def expected(self, values, efforts, orders=2):
        split = np.split(values, len(self.laws)) if self.seen else [values] * len(self.laws)
        parts = [one.expected(v, efforts, orders) for one, v in zip(self.laws, split, strict=True)]
        return sum(share * part for share, part in zip(self.shares, parts, strict=True))

    def norms(self, low, high):
        return np.max([one.norms(low, high) for one in self.laws], axis=0)

    def score_range(self, low, high):
        ranges = np.array([one.score_range(low, high) for one in self.laws])
        return float(ranges[:, 0].max()), float(ranges[:, 1].min())


def solve(problem, law):
    best = al.first_best(problem)
    with np.errstate(all="ignore"):
        solved, _, deviations, _, family = best_pay(problem, law, best, best.profit)
        excess, _ = bound(family, deviations, solved.gap, 1e-8 * solved.gap, solved.effort)
    return solved, excess


@pytest.mark.parametrize(("n", "gap"), [(50, 0.022323286540), (100, 0.004694743828)])
def test_what_tells_nothing_of_effort_is_worth_nothing(problem, n, gap):
    """Coins beside the passes: the optimum is that without them, to all digits printed, and pay does not look at them."""
    pay = al.second_best(problem, al.Joint(REPEATS, COIN), (n, 3), "optimal")
    assert pay.gap == pytest.approx(gap, abs=5e-13) and pay.converged and pay.suboptimality < 1e-10
    assert np.max(np.ptp(pay.contract.table(), axis=1)) < 1e-9
    alone = al.second_best(problem, REPEATS, n, "optimal")
    assert pay.gap == pytest.approx(alone.gap, abs=1e-12)


def test_what_tells_of_the_checks_is_worth_much(problem):
    """How hard the batch was (κ = .10 or .20) says nothing of effort by itself, and much beside the passes."""
    hard, easy = al.SelfConsistency(0.1), al.SelfConsistency(0.2)
    for seen, gap in ((True, 0.005103095), (False, 0.006240396)):
        solved, excess = solve(problem, Mixture((hard, easy), (0.5, 0.5), 100, seen))
        assert solved.gap == pytest.approx(gap, abs=5e-10) and excess < 1e-8 * solved.gap


def test_two_kinds_alike_are_one_kind(problem):
    pay = al.second_best(problem, al.Joint(REPEATS, REPEATS), (20, 30), "optimal")
    one = al.second_best(problem, REPEATS, 50, "optimal")
    assert pay.gap == pytest.approx(one.gap, abs=1e-11) and pay.converged
    assert pay.contract.wage(12, 18) == pytest.approx(one.contract.wage(30), abs=1e-6)


def test_cvxpy_finds_no_cheaper_pay_for_the_effort(problem):
    cvxpy = pytest.importorskip("cvxpy")
    law, effort = JointLaw.of(al.Joint(REPEATS, al.Golden()), (6, 5)), 0.45
    p, slope = law.law(effort)
    v = cvxpy.Variable(p.size)
    cost = problem.cost
    deviations = [np.exp(law.log_law(d)) for d in np.linspace(0, 1, 41) if abs(d - effort) > 0.02]
    efforts = [d for d in np.linspace(0, 1, 41) if abs(d - effort) > 0.02]
    demands = [
        p @ v >= float(problem.reservation(effort)),
        slope @ v == float(cost.slope(effort)),
        v >= problem.floor_utility,
    ]
    demands += [
        (p - q) @ v >= float(cost.cost(effort) - cost.cost(d))
        for d, q in zip(efforts, deviations, strict=True)
    ]
    programme = cvxpy.Problem(cvxpy.Minimize(-(p @ cvxpy.log(1 - v))), demands)
    programme.solve(solver="CLARABEL")
    family = AnyPay(problem, law, al.first_best(problem))
    with np.errstate(all="ignore"):
        ours = family.implement(effort, tuple(efforts))
    assert float(problem.value(effort)) - ours.bound == pytest.approx(programme.value, abs=1e-7)


def test_no_effort_earns_more_than_the_bound(problem):
    law, best = JointLaw.of(al.Joint(REPEATS, al.Golden()), (12, 10)), al.first_best(problem)
    with np.errstate(all="ignore"):
        solved, _, deviations, _, family = best_pay(problem, law, best, best.profit)
        excess, _ = bound(family, deviations, 1.02 * solved.gap, 1e-12, solved.effort)
        assert excess >= 0.0199 * solved.gap * 0.99  # a contract that is not the best is told so
        for effort in np.linspace(0.2, 0.9, 15):
            one = family.implement(effort, deviations)
            assert one.bound <= best.profit - solved.gap + 1e-12


def test_a_slope_of_cost_is_off_its_chord_by_no_more_than_is_said():
    dip = al.ConvexCost(
        lambda e: e**2 / 2 + np.logaddexp(0, 300 * (e - 0.57)) / 300,
        lambda e: e + 1 / (1 + np.exp(-300 * (e - 0.57))),
    )
    for cost in (al.PowerCost(0.5, 1.5), al.PowerCost(0.5, 3), al.ConvexCost(np.expm1, np.exp), dip):
        for low, high in ((0.5, 0.6), (0.3, 0.31), (0.0, 0.1), (0.569, 0.571)):
            x = np.linspace(low, high, 1001)
            chord = cost.slope(low) + (cost.slope(high) - cost.slope(low)) * (x - low) / (high - low)
            off = np.abs(cost.slope(x) - chord).max()
            assert off <= _off_chord_of_slope(cost, low, high) * (1 + 1e-9) + 1e-15


LINES = {  # value, cost: one of them bent, or neither
    "reference": (lambda e: 0.6 * e * (2 - e), al.PowerCost(0.5, 2)),
    "value bent": (lambda e: 1.2 * np.sqrt(e + 0.01), al.PowerCost(0.05, 1.0)),
    "cost bent": (lambda e: 0.9 * e, al.PowerCost(0.2, 8)),
    "marginal cost bent": (lambda e: 0.9 * e, al.PowerCost(0.3, 3)),
    "all straight": (lambda e: 0.9 * e, al.PowerCost(0.2, 1.0)),
}


@pytest.mark.parametrize(
    "kinds", [(REPEATS, al.Golden(0.3)), (al.Expert(0.2), al.Expert(0.1))], ids=["bent", "straight"]
)
@pytest.mark.parametrize("name", LINES)
def test_a_box_holds_what_its_own_prices_say_of_efforts_inside(name, kinds):
    """With prices on straight lines between those of the ends the dual bounds every effort of a box, and the box bounds that."""
    value, cost = LINES[name]
    problem = al.Problem(al.CARA(1.0), cost, value, 0.0, -0.3)
    family = AnyPay(problem, JointLaw.of(al.Joint(*kinds), (6, 4)), al.first_best(problem))
    for low, high in ((0.2, 0.5), (0.4, 0.9), (0.55, 0.6), (0.7, 1.0)):
        with np.errstate(all="ignore"):
            excess, solved = _box(family, (0.0,), low, high, 0.0)
            ends = [family.implement(e, (0.0,)) for e in (low, high)]
        assert solved
        above = excess - max(end.bound for end in ends)  # beyond the chord
        for share in (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95):
            effort = low + share * (high - low)
            programme, size = family.programme(effort, (0.0,))
            prices = (1 - share) * np.array(ends[0].prices) + share * np.array(ends[1].prices)
            prices[1] *= size
            with np.errstate(all="ignore"):
                least = cheapest_lottery._dual(programme, prices)[0]
            chord = (1 - share) * ends[0].bound + share * ends[1].bound
            assert float(problem.value(effort)) - least <= chord + above + 1e-11


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.1, 0.3), (0.2, 0.9)])
def test_a_concave_function_exceeds_its_chord_by_no_more(low, high):
    x = np.linspace(low, high, 2001)
    chord = np.sqrt(low) + (np.sqrt(high) - np.sqrt(low)) * (x - low) / (high - low)
    with np.errstate(all="ignore"):
        most = _above_chord(np.sqrt, lambda e: 0.5 / np.sqrt(np.float64(e)), low, high)
    assert np.max(np.sqrt(x) - chord) <= most < 3 * np.max(np.sqrt(x) - chord)
    bent = _above_chord(lambda e: np.minimum(e, 0.3), lambda e: float(e < 0.3), 0.0, 1.0)
    assert bent == pytest.approx(0.3 - 0.09)  # the tangents of a broken line are the line itself
