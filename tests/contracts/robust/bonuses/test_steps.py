"""Best answers to a bonus, both branches, against fine grids."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.robust.bonuses.steps import StepAnswers

GRID = np.linspace(0, 1, 20_001)


@pytest.mark.parametrize("monitor", [al.SelfConsistency(0.15), al.Expert(0.2), al.Golden(0.5)], ids=repr)
@pytest.mark.parametrize("power", [1.5, 2.0, 3.0])
def test_the_better_branch_is_the_best_effort(monitor, power):
    answers = StepAnswers(reference_problem(power=power), PassLaw.from_monitor(monitor), 60)
    t = np.array([28.0, 34.0, 40.0, 50.0])
    with np.errstate(all="ignore"):
        turns = answers.turns(t)
        for shift in (-0.3, -0.02, 0.02, 0.3, 1.0):
            x = np.where(np.isfinite(turns["cliff"]), turns["cliff"], -2.0) + shift
            up = answers.upper(t, x, turns["start"], np.ones(4))
            down = np.minimum(answers.best_low_effort(t, x, turns["fall_start"]), turns["lower"])
            effort = np.where(x >= turns["cliff"], up, down)
            own = answers.payoff(t, x, effort)[2]
            payoffs = answers.payoff(t[:, None], x[:, None], GRID[None])[2]
            assert np.all(own >= payoffs.max(axis=1) - 1e-9)
            assert np.all(own <= payoffs.max(axis=1) + 1e-6)


def test_at_the_cliff_both_branches_are_as_good():
    answers = StepAnswers(reference_problem(), PassLaw.from_monitor(al.SelfConsistency(0.15)), 200)
    t = np.arange(100.0, 125.0)
    with np.errstate(all="ignore"):
        turns = answers.turns(t)
        high = answers.payoff(t, turns["cliff"], turns["start"])[2]
        low = answers.payoff(t, turns["cliff"], turns["lower"])[2]
    assert np.isfinite(turns["cliff"]).any()
    assert high == pytest.approx(low, abs=1e-14)


def test_growth_lies_between_its_bounds():
    answers = StepAnswers(reference_problem(), PassLaw.from_monitor(al.SelfConsistency(0.15)), 200)
    t = np.arange(100.0, 125.0)
    with np.errstate(all="ignore"):
        turns = answers.turns(t)
        x = turns["cliff"] + 0.2
        low, mid, high = (answers.upper(t, x + d, turns["start"], np.ones(25)) for d in (0.0, 0.05, 0.1))
        quick, slow = answers.growth(t, low, high)
        seen = (answers.upper(t, x + 0.05 + 1e-6, turns["start"], np.ones(25)) - mid) / 1e-6
    inside = (high < 1) & (low > 0)
    assert inside.sum() > 10
    assert np.all(seen[inside] <= quick[inside] * (1 + 1e-6)) and np.all(
        seen[inside] >= slow[inside] * (1 - 1e-6)
    )
    assert np.median(quick[inside] / slow[inside]) < 1.6


def test_other_costs_have_no_bound_of_growth():
    cost = al.ConvexCost(lambda e: np.expm1(e) / 4, lambda e: np.exp(e) / 4)
    problem = al.Problem(al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), floor=0.0)
    answers = StepAnswers(problem, PassLaw.from_monitor(al.Expert(0.2)), 50)
    quick, slow = answers.growth(np.array([30.0, 30.0]), np.array([0.2, 0.4]), np.array([0.3, 0.4]))
    assert quick.tolist() == [np.inf, 0.0] and slow.tolist() == [0.0, 0.0]
