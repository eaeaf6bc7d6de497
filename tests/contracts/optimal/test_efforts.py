"""The best pay of all is proved over all efforts; what the proof says holds against other contracts."""

import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.efforts import Search
from annolib.contracts.optimal.family import AnyWage
from tests.contracts.kinked_costs import ANY_PAY, kinked


@pytest.mark.parametrize("n", [10, 30, 300, 1000, 10**6])
def test_proved_in_the_reference_problem(reference, n):
    pay = al.second_best(*reference, n, "optimal")
    assert pay.converged
    assert 0 <= pay.suboptimality <= max(1e-9 * pay.gap, 1e-12)


def test_a_tiny_effort_is_found_where_it_pays():
    problem = al.Problem(al.CRRA(2), al.PowerCost(0.858, 3), lambda e: 1.25 * e * (2 - e), -1.0, floor=1.0)
    pay, bonus = (
        al.second_best(problem, al.SelfConsistency(0.073), 2, family) for family in ("optimal", "binary")
    )
    assert pay.profit >= -0.998997972 - 5e-10 and pay.gap <= bonus.gap * (1 + 1e-9)
    assert pay.converged


@pytest.mark.parametrize("n", [2, 5, 10])
def test_no_floor_where_utility_has_no_floor_either(n):
    """A start outside the dual's domain once passed for punishments without limit."""
    problem = al.Problem(al.CRRA(2), al.PowerCost(0.3, 2), lambda e: 0.6 * e * (2 - e), -1.0)
    pay = al.second_best(problem, al.SelfConsistency(0.15), n, "optimal")
    line = al.second_best(problem, al.SelfConsistency(0.15), n, "linear")
    assert pay.converged and pay.gap <= line.gap * (1 + 1e-9)


def test_a_deep_floor(reference):
    pays = [al.second_best(*reference, 40, "optimal", floor=floor) for floor in (-5, -25)]
    assert all(pay.converged for pay in pays)
    assert pays[1].gap < pays[0].gap * (1 - 1e-5)


@pytest.mark.parametrize("seed", range(12))
def test_random_problems(naive, seed):
    """Proved, and never below a bonus or a line."""
    rng = np.random.default_rng(61_000 + seed)
    problem, monitor = naive.random_problem(rng, neutral=False)
    n = int(10 ** rng.uniform(0.3, 3))
    pay = al.second_best(problem, monitor, n, "optimal")
    assert pay.converged and pay.suboptimality <= 1e-9 * pay.gap + 1e-11
    for family in ("binary", "linear"):
        other = al.second_best(problem, monitor, n, family)
        assert pay.gap <= other.gap + pay.suboptimality + 1e-13


@pytest.mark.parametrize("worse", [1e-6, 1e-3])
def test_a_proof_does_not_close_below_what_can_be_earned(reference, worse):
    """A contract known that earns less than the best: the search finds a better one, or the bound says how far it is."""
    best, n = al.first_best(reference[0]), 300
    top = al.second_best(*reference, n, "optimal").gap
    search = Search(
        AnyWage(reference[0], PassLaw.from_monitor(reference[1]), n, best), 0.3166, gap=top + worse
    )
    excess = search.prove(1e-10, 1e-13)
    assert search.gap - excess <= top * (1 + 1e-9)
    assert search.gap == pytest.approx(top, rel=1e-8)


def test_a_rent_left_by_the_floor_is_in_the_bound():
    """With a floor above the outside option an idle effort far away leaves a rent that no price of a deviation stands for."""
    problem = al.Problem(
        al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), outside=0.0, floor=0.01
    )
    pay = al.second_best(problem, al.SelfConsistency(0.15), 10**5, "optimal")
    assert pay.converged and pay.rent > 0 and pay.suboptimality <= 1e-9 * pay.gap


def test_full_effort_that_passes_for_certain_is_ruled_out():
    """No box that ends there has bounds of second derivatives; the proof closes all the same."""
    cost = al.ConvexCost(
        lambda e: 0.322 * np.expm1(2 * e) / np.expm1(2), lambda e: 0.644 * np.exp(2 * e) / np.expm1(2)
    )
    problem = al.Problem(al.CRRA(0.3), cost, lambda e: 0.526 * np.sqrt(e + 0.01), outside=0.83, floor=0.535)
    pay = al.second_best(problem, al.Golden(0.5), 16, "optimal")
    assert pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 1e-12)
    assert pay.gap <= al.second_best(problem, al.Golden(0.5), 16, "binary").gap


def steep_beyond(steep):
    """A cost whose slope jumps at .4, where the best effort is; what it costs beyond is `steep`."""
    cost = al.ConvexCost(
        lambda e: 0.3 * (0.3 * e + steep * np.maximum(e - 0.4, 0)), lambda e: 0.3 * (0.3 + steep * (e > 0.4))
    )
    return al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), 0.0, 0.0)


@pytest.mark.parametrize(("monitor", "n"), [(al.Expert(0.2), 12), (al.Golden(0.4), 8)])
def test_at_a_kink_of_the_cost_the_left_slope_is_asked_for_at_least_and_all_is_proved(monitor, n):
    """More effort does not tempt there: however steep the cost is beyond, the best contract is the same."""
    pays = [al.second_best(steep_beyond(steep), monitor, n, "optimal") for steep in (1.0, 3.0)]
    for pay, steep in zip(pays, (1.0, 3.0), strict=True):
        assert pay.converged and abs(pay.effort - 0.4) < 1e-12 and pay.certificate.gain_bound < 1e-9
        answer = al.best_answer(steep_beyond(steep), monitor, pay.contract)
        assert answer.profit == pytest.approx(pay.profit, abs=1e-9)
        bonus = al.second_best(steep_beyond(steep), monitor, n, "binary")
        assert bonus.profit <= pay.profit + pay.suboptimality
    assert pays[0].profit == pytest.approx(pays[1].profit, abs=1e-9)


def test_at_a_kink_the_incentive_is_between_the_slopes_and_may_be_at_neither():
    """To stop the agent from idling takes more than c′ from the left; as an equation that condition cost .0127 of profit here."""
    monitor, n, effort = al.Golden(0.4), 8, 0.4
    pay = al.second_best(steep_beyond(3.0), monitor, n, "optimal")
    assert pay.profit == pytest.approx(0.333316, abs=1e-6)
    k, problem = np.arange(n + 1), steep_beyond(3.0)
    v = problem.utility.utility(pay.contract.wage(k))
    laws = [binom.pmf(k, n, monitor.pass_probability(effort + step)) for step in (-1e-6, 0.0, 1e-6)]
    left, right = ((laws[i + 1] - laws[i]) @ v / 1e-6 for i in (0, 1))
    assert 0.1 < left < 0.9 and right == pytest.approx(left, abs=1e-3)


@pytest.mark.parametrize(("kink", "low", "jump", "n", "profit"), ANY_PAY)
def test_kinks_against_a_general_optimiser_over_all_wages(kink, low, jump, n, profit):
    pay = al.second_best(kinked(kink, low, jump), al.Expert(0.2), n, "optimal")
    assert pay.converged and pay.effort == pytest.approx(kink, abs=1e-12)
    assert pay.profit == pytest.approx(profit, abs=1e-6)


def test_the_cap_on_a_box_is_above_it_wherever_its_peak_is(reference):
    problem, monitor = reference
    best = al.first_best(problem)
    search = Search(AnyWage(problem, PassLaw.from_monitor(monitor), 30, best), 0.3)
    share = np.array([-0.5, 0.0, 0.004, 0.01, 0.019, 0.03, 0.4, 0.97, 0.985, 0.999, 1.0, 1.5])
    for width in (0.2, 0.02):
        low = best.effort - share * width
        high = low + width
        top = search._cap_on(low, high)
        inner = search._cap(np.linspace(low, high, 2001)).max(axis=0)
        assert np.all(top >= inner - 1e-15) and np.all(top <= inner + 2 * width)


def test_full_effort_tried_before_anything_was_found_leaves_nothing_open():
    """Log utility, a cost concave in what repeats see: the first programmes fail, and full effort is held against flat pay at first."""
    cost = al.PowerCost(0.4369945052392102, 1.5)
    problem = al.Problem(
        al.CRRA(1.0),
        cost,
        lambda e: 0.49363313558608674 * e * (2 - e),
        -0.13349813260277044,
        0.4422530372132348,
    )
    pay = al.second_best(problem, al.SelfConsistency(kappa=0.2111032559093095), 385, "optimal")
    assert pay.converged and pay.effort == pytest.approx(0.512485, abs=1e-5)


@pytest.mark.parametrize(
    ("utility", "cost", "value", "outside", "floor", "n"),
    [
        (al.CARA(1.0), al.PowerCost(0.0940870932, 1.0), lambda e: 1.42251175 * e, 0.62830042831, None, 2),
        (al.CRRA(3.0), al.PowerCost(0.5912226877, 1.0), lambda e: 0.707 * e * (2 - e), -0.613655471, 1e-6, 4),
    ],
    ids=["no floor", "a floor of next to nothing"],
)
def test_fines_that_no_price_holds(utility, cost, value, outside, floor, n):
    """Few checks, every one passed for certain at full effort: a rare state whose price is not small."""
    problem = al.Problem(utility, cost, value, outside, floor)
    pay = al.second_best(problem, al.SelfConsistency(0.25), n, "optimal")
    assert pay.converged
    for family in ("binary", "linear") if floor is not None else ("linear",):
        assert pay.profit >= al.second_best(problem, al.SelfConsistency(0.25), n, family).profit - 1e-12
