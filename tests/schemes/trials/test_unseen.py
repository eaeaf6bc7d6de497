"""A crowd with a truth that stays closed: what it shows is what that truth makes likely, and the same for the same seed."""

import numpy as np
import pytest

import annolib as al
from annolib.schemes.trials.unseen import AVERSIONS, COSTS, KAPPAS, PAST, unseen_crowd, worth

SEEDS = range(6)


@pytest.fixture(scope="module")
def towns():
    return {seed: unseen_crowd(seed) for seed in SEEDS}


def test_the_same_seed_the_same_crowd(towns):
    again = unseen_crowd(3)
    assert again.table.equals(towns[3].table) and np.array_equal(again.passes, towns[3].passes)
    assert not unseen_crowd(4).table.equals(again.table)
    assert "kappa" not in repr(again)


def test_the_truth_lies_in_its_ranges_and_the_pilot_shows_it(towns):
    for town in towns.values():
        problem, monitor = town.open()
        assert KAPPAS[0] <= monitor.kappa <= KAPPAS[1]
        assert AVERSIONS[0] <= problem.utility.aversion <= AVERSIONS[1]
        assert COSTS[0] <= problem.cost.scale <= COSTS[1]
        passes, checks = town.pilot()
        q = 0.5 + 2 * monitor.kappa
        assert checks == 1000 and abs(passes / checks - q) < 4 * np.sqrt(q * (1 - q) / checks)


def test_the_pilot_counts_the_repeats_of_trusted_people_by_content(towns):
    """By hand: for each task of a trusted worker, is the same response chosen twice?"""
    town = towns[1]
    mine = town.table[town.table["worker"].isin(town.trusted)]
    chosen = np.where(mine["label"] == "left", mine["left"], mine["right"])
    same = mine.assign(chosen=chosen).groupby("task")["chosen"].nunique() == 1
    assert town.pilot() == (int(same.sum()), len(same))


def test_people_worked_as_the_lines_reward_it(towns):
    for town in towns.values():
        problem, monitor = town.open()
        for line, passes, effort in zip(town.lines, town.passes, PAST, strict=True):
            answer = al.best_answer(problem, monitor, line)
            assert answer.accepts and answer.effort == pytest.approx(effort, abs=2e-3)
            q = 0.5 + 2 * monitor.kappa * effort**2
            assert abs(passes.mean() / line.n - q) < 5 * np.sqrt(q * (1 - q) / (passes.size * line.n))


def test_what_the_firm_believes_is_near_the_truth(towns):
    inside = 0
    for town in towns.values():
        truth, monitor = town.open()
        problem, strengths = town.estimate(deposit=10)
        assert problem.floor == -10 and problem.value is worth
        assert problem.cost.scale == pytest.approx(truth.cost.scale, rel=0.12)
        assert problem.utility.aversion == pytest.approx(truth.utility.aversion, rel=0.25)
        inside += strengths.low.kappa <= monitor.kappa <= strengths.high.kappa
    assert inside == len(towns)


def test_work_is_drawn_for_the_true_agent(towns):
    town = towns[2]
    problem, monitor = town.open()
    contract = al.contracts.Binary(32, -10.0, 30.0, n=60)
    passes = town.work_for(contract, batches=2_000, rng=5)
    effort = al.best_answer(problem, monitor, contract).effort
    assert passes.shape == (2_000,) and abs(passes.mean() / 60 - 0.5 - 2 * monitor.kappa * effort**2) < 0.01
    assert np.array_equal(passes, town.work_for(contract, batches=2_000, rng=5))
    assert town.work_for(al.contracts.Flat(-1.0, n=60), rng=5).size == 0


def test_bad_input_is_told(towns):
    with pytest.raises(TypeError, match="contract must be one on repeats"):
        towns[0].work_for(5, rng=1)
    for seed in (-1, 2.5, "x"):
        with pytest.raises((TypeError, ValueError), match="seed"):
            unseen_crowd(seed)


def test_the_rule_agrees_with_itself_in_nearly_all_repeats(towns):
    for town in towns.values():
        pairs = al.tally(town.table).to_frame()
        others = pairs[~pairs.index.isin(town.trusted)]
        assert others["repeat_agreement"].max() > 0.9
        assert (others["left_rate"] == 1).sum() == 1
