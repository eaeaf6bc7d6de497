"""Agreement by habit: what it adds, and effort in spite of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al

RNG = np.random.default_rng(1)


LAW, OTHER = RNG.dirichlet([0.4, 0.6, 0.3], 50), RNG.dirichlet([1, 1, 1], 50)


@given(st.floats(0, 1), st.integers(0, 1000))
@settings(max_examples=40)
def test_agreement_beyond_ones_own_marginals_is_effort_squared_times_the_variance(effort, seed):
    habit = np.random.default_rng(seed).dirichlet([0.5, 0.5, 0.5])
    agreement, chance = al.habit_agreement(LAW, effort, habit)
    assert agreement - chance == pytest.approx(effort**2 * al.label_variance(LAW), abs=1e-12)
    assert al.effort_despite_habit(agreement, chance, al.label_variance(LAW)) == pytest.approx(
        effort, abs=1e-6
    )


def test_a_tie_habit_fools_the_uniform_law_but_not_the_excess():
    """Simulated: effort 0.5, careless labels are ties; 200,000 repeated items."""
    rng, items = np.random.default_rng(5), RNG.integers(0, 50, 200_000)
    said = 0.5 * LAW[items] + 0.5 * np.array([0, 0, 1.0])
    ladder = said.cumsum(axis=1)[:, :2]
    labels = [(rng.random((items.size, 1)) > ladder).sum(axis=1) for _ in range(2)]
    agreement = (labels[0] == labels[1]).mean()
    chance = (np.bincount(np.concatenate(labels), minlength=3) / (2 * items.size)) ** 2
    assert al.effort_despite_habit(agreement, chance.sum(), al.label_variance(LAW)) == pytest.approx(
        0.5, abs=0.02
    )
    assert al.SelfConsistencyLabels.from_preferences(LAW).effort(agreement) > 0.6


def test_edges_of_the_excess():
    assert al.effort_despite_habit(0.3, 0.4, 0.5) == 0 and al.effort_despite_habit(1.0, 0.1, 0.5) == 1
    assert np.isnan(al.effort_despite_habit(0.5, 0.4, 0.0))
    assert al.effort_despite_habit([0.5, 0.6], 0.4, 0.5).shape == (2,)


def test_the_old_name_warns():
    with pytest.warns(DeprecationWarning, match="habit_excess is now annolib.effort_despite_habit"):
        assert al.habit_excess is al.effort_despite_habit
