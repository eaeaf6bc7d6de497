"""A lower floor is never worse where the solver says that it is done, and where it is not it says so."""

import pytest

import annolib as al

PROBLEM = al.Problem(
    utility=al.CARA(1.0), cost=al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), outside=0.0, floor=0.0
)
MONITOR = al.SelfConsistency(kappa=0.15)


def test_a_lower_floor_is_never_worse():
    solved = [al.second_best(PROBLEM, MONITOR, 40, "optimal", floor=floor) for floor in (0, -1, -5, -20)]
    assert all(each.converged for each in solved)
    gaps = [each.gap for each in solved]
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.parametrize("floor", [-30, -100, -700])
def test_a_dual_that_stopped_early_is_not_called_solved(floor):
    better = al.second_best(PROBLEM, MONITOR, 40, "optimal", floor=-20).gap
    found = al.second_best(PROBLEM, MONITOR, 40, "optimal", floor=floor)
    assert found.gap <= better * (1 + 1e-6)  # whatever holds for a floor holds for a lower one
    assert found.converged or "stopped early" in found.message or "stays open (Mirrlees)" in found.message


@pytest.mark.parametrize("seed", range(6))
def test_one_check_makes_it_a_bonus(naive, seed):
    import numpy as np

    problem, monitor = naive.random_problem(np.random.default_rng(900 + seed), neutral=False)
    pay, bonus = (al.second_best(problem, monitor, 1, family) for family in ("optimal", "binary"))
    assert pay.gap == bonus.gap and pay.family == ("flat" if bonus.family == "flat" else "optimal")


def test_efforts_far_from_the_first_best_are_not_looked_at():
    """Whatever its contract costs, the effort's own distance from the first best is lost."""
    from annolib.contracts.incentives.pass_law import PassLaw
    from annolib.contracts.optimal.efforts import Search
    from annolib.contracts.optimal.family import AnyWage

    best = al.first_best(PROBLEM)
    search = Search(AnyWage(PROBLEM, PassLaw.from_monitor(MONITOR), 10**6, best), 0.3, gap=1e-6)
    search._tolerance = 0.0, 0.0
    low, high = search._worth_a_look()
    assert low < best.effort < high and high - low < 0.01
    for effort in (low, high):
        assert PROBLEM.loss(effort, best) >= 0.9e-6


def test_floors_nearer_by_stop_short_of_the_unbearable():
    """Log utility, no floor: the search for a floor that is low enough must not end at a wage of 0."""
    problem = al.Problem(al.CRRA(1), al.PowerCost(0.83, 2), lambda e: 0.9 * e * (2 - e), outside=-0.5)
    try:
        pay = al.second_best(problem, al.Expert(-0.18), 11, "optimal")
    except al.NoBestContract as refusal:
        assert "Mirrlees" in str(refusal)
    else:
        assert pay.converged or "Mirrlees" in pay.message
