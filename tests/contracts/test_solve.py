"""second_best as a whole: the words of the door, tables, results that can be read."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import annolib as al
from annolib.contracts.solve import _left
from tests.contracts import adversary


def test_several_n_in_one_call(reference):
    pay = al.second_best(*reference, n=[100, 10_000, 1_000_000], family="linear", floor=None)
    assert len(pay) == 3 and pay.gap.shape == (3,) and pay[1].n == 10_000
    frame = pay.to_frame()
    assert frame.index.tolist() == [100, 10_000, 1_000_000] and frame["converged"].all()
    assert "linear" in repr(pay) and "SecondBest(" in repr(pay[0]) and "gap" in pay[0]._repr_html_()


def test_flat_pay_at_and_above_the_outside_option(reference):
    problem, monitor = reference
    assert al.second_best(problem, monitor, 5, "flat").rent == 0
    rich = al.second_best(problem.with_floor(0.2), monitor, 5, "flat")
    assert rich.rent == pytest.approx(float(problem.utility.utility(0.2)))
    assert rich.profit == pytest.approx(-0.2, abs=1e-15)
    assert rich.contract.wage(3) == pytest.approx(0.2)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"family": "bonus"}, "family must be one of"),
        ({"n": 0}, "n must be a whole number of at least 1"),
        ({"n": 2.5}, "n must be a whole number"),
        ({"monitor": 0.3}, "monitor must be one of"),
    ],
)
def test_bad_input(reference, change, words):
    given = {"problem": reference[0], "monitor": reference[1], "n": 10, "family": "binary"}
    with pytest.raises((TypeError, ValueError), match=words):
        al.second_best(**{**given, **change})


@pytest.mark.parametrize("family", ["binary", "linear", "optimal"])
def test_a_sure_check_at_full_effort(family):
    """Golden questions nobody attentive misses: q touches 1 at full effort."""
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.1, 2), lambda e: 2 * e, floor=0.0)
    pay = al.second_best(problem, al.Golden(0.5), 50, family)
    assert np.isfinite(pay.gap) and pay.gap >= 0
    assert pay.effort == 1 and pay.gap == pytest.approx(0, abs=1e-12) and pay.converged


@pytest.mark.parametrize("family", ["binary", "linear", "optimal"])
def test_one_check(reference, family):
    pay = al.second_best(reference[0], al.Golden(0.5), 1, family)
    assert pay.n == 1 and np.isfinite(pay.profit)


def test_certificates_can_be_read(reference):
    text = repr(al.second_best(*reference, 100, "binary").certificate)
    assert "best deviation" in text and "none gains more" in text


@pytest.mark.parametrize("bound, left", [(np.nan, 0.25), (np.inf, 0.25), (-0.1, 0.25), (0.1, 0.1)])
def test_what_is_left_open_is_no_more_than_the_first_best_leaves(reference, bound, left):
    pay = replace(al.second_best(*reference, 100, "binary"), gap=0.25)
    assert _left(pay, bound) == left


@pytest.mark.parametrize(("bound", "proved"), [(1e-13, True), (1e-9, False), (-1.0, False)])
def test_a_class_within_one_that_is_left_open_is_handed_back_with_what_is_left_of_the_bound(
    reference, bound, proved
):
    """The bound of the wider class holds for what is within; one that says less than was found is no bound."""
    from annolib.contracts.incentives.certificates import flat_best
    from annolib.contracts.incentives.pass_law import PassLaw
    from annolib.contracts.solve import _no_less_than_within

    problem, monitor = reference
    evidence, best = PassLaw.from_monitor(monitor), al.first_best(problem)
    line, bonus = (al.second_best(problem, monitor, 10**6, name) for name in ("linear", "binary"))
    assert line.gap < bonus.gap
    open_ = flat_best(problem, evidence, 10**6, best)
    open_ = replace(open_, converged=False, message="in doubt", suboptimality=open_.gap - line.gap + bound)
    chosen = _no_less_than_within(open_, "optimal", problem, evidence, 10**6, best)
    assert chosen.gap == line.gap and chosen.family == "optimal" and chosen.converged is proved
    assert chosen.message == ("solved (a linear contract)" if proved else chosen.message)
    assert proved or "in doubt" in chosen.message and "best known is a linear" in chosen.message
    assert chosen.suboptimality == pytest.approx(bound if bound > 0 else line.gap, rel=1e-2)


PROBLEMS, BLOCK = 520, 40  # of `adversary.numbered`
OTHER = {2: "optimal", 3: "linear", 6: "tiered(2)"}  # by number mod 8: solved beside flat pay and a bonus
MOST_TIERED = 12  # checks


def corners(problem, monitor, n):
    """The corners that a problem stands in, by name: {name: whether}."""
    listed, cost, utility = problem.efforts is not None, problem.cost, problem.utility
    efforts = np.array(problem.efforts if listed else np.linspace(0, 1, 21))
    rises, effort = np.diff(problem._value(efforts)), al.first_best(problem).effort
    power, gain = getattr(cost, "power", np.nan), monitor.gain
    return {
        "full effort": effort == 1,
        "tiny effort": 0 < effort < 0.1,
        "free effort": not listed and cost.free_effort > 0,
        "value capped": rises[-1] == 0 < rises[0],
        "value straight": not listed and np.ptp(rises) < 1e-12,
        "value falling": rises[-1] < 0,
        "cost steep": power >= 8,
        "cost kinked": not listed and len(cost.kinks) > 0,
        "cost concave in checks": power < monitor.power,
        "floor 0 or below": problem.floor is not None and problem.floor <= 0,
        "floor -100": problem.floor == -100,
        "no floor": problem.floor is None,
        "floor above the outside option": problem.floor_utility > problem.outside,
        "an outside option": utility.wage(problem.outside) > 0.01,
        "one check": n == 1,
        "a thousand million checks": n == 10**9,
        "repeats without noise": getattr(monitor, "kappa", 0) == 0.25,
        "an expert": isinstance(monitor, al.Expert) and gain > 0,
        "an expert of opposed taste": gain < 0,
        "golden questions": isinstance(monitor, al.Golden) and gain < 0.5,
        "golden questions never missed": isinstance(monitor, al.Golden) and gain == 0.5,
        "several labels": isinstance(monitor, al.SelfConsistencyLabels),
        "risk neutral": isinstance(utility, al.RiskNeutral),
        "CARA": isinstance(utility, al.CARA),
        "CRRA": isinstance(utility, al.CRRA),
    }


def test_every_corner_is_among_the_problems():
    seen = Counter()
    for number in range(PROBLEMS):
        seen.update({name: int(bool(holds)) for name, holds in corners(*adversary.numbered(number)).items()})
    assert len(seen) == 25 and min(seen.values()) >= 5, seen
    problem = adversary.numbered(0)[0]
    with pytest.raises(ValueError, match="value must increase with effort"):  # where efforts fill [0, 1]
        replace(problem, value=lambda e: e * (1.2 - e), value_slope=None)


def solved(problem, monitor, n, family):
    """The result, its bound looked at; None where the class is refused."""
    try:
        pay = al.second_best(problem, monitor, n, family)
    except al.NoBestContract:
        assert family == "tiered(2)" or not np.isfinite(problem.floor_utility)
        return None
    assert 0 <= pay.suboptimality <= max(pay.gap, 1e-12) and np.isfinite(pay.profit)
    if pay.converged:
        scale = max(abs(al.first_best(problem).profit), float(np.ptp(problem._value(np.array([0.0, 1.0])))))
        assert pay.suboptimality <= max(1e-9 * pay.gap, 1e-12 * scale)
    return pay


def freer(problem):
    """The problem with a lower floor, where there is a lower one that utility knows."""
    if problem.floor is None:
        return None
    lower = problem.floor - 0.3 if problem.utility.lowest_wage < 0 else 0.7 * problem.floor
    return problem.with_floor(lower) if lower < problem.floor else None


@pytest.mark.parametrize("block", range(PROBLEMS // BLOCK))
def test_properties_of_random_problems(block):
    """Classes within classes, lower floors, one check: nothing earns more than what is stated."""
    for number in range(BLOCK * block, BLOCK * (block + 1)):
        problem, monitor, n = adversary.numbered(number)
        words = f"number {number}"
        other = OTHER.get(number % 8)
        flat = solved(problem, monitor, n, "flat")
        bonus = solved(problem, monitor, n, "binary") if other != "linear" or n == 1 else None
        found = {"flat": flat, "binary": bonus}
        small = n <= (MOST_TIERED if other == "tiered(2)" else 1_000)
        if other and small and (n > 1 or other != "tiered(2)"):
            found[other] = solved(problem, monitor, n, other)
        found = {family: pay for family, pay in found.items() if pay is not None}
        for family, pay in found.items():
            assert flat.profit <= pay.profit + 1e-12, (words, family)
            asked = number % 16 < 8 and family == (other or "binary") != "linear"
            lower = freer(problem) if asked else None
            free = None if lower is None else solved(lower, monitor, n, family)
            assert free is None or pay.profit <= free.profit + free.suboptimality + 1e-9, (words, family)
        for within, family in (("binary", "tiered(2)"), ("binary", "optimal")):
            if within in found and family in found:
                assert found[within].profit <= found[family].profit + found[family].suboptimality + 1e-9, (
                    words
                )
        if n == 1 and other in ("linear", "optimal") and other in found and bonus is not None:
            room = found[other].suboptimality + bonus.suboptimality + 1e-8
            assert bonus.profit == pytest.approx(found[other].profit, abs=room), (
                words
            )  # every contract is a bonus
