"""Whole groups are held out together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.reward import hold_out


@given(
    st.lists(st.integers(0, 8), min_size=2, max_size=60).filter(lambda g: len(set(g)) > 1), st.floats(0, 1)
)
def test_no_group_is_torn_and_the_share_is_kept(groups, share):
    held = hold_out(groups, share, rng=1)
    groups = np.array(groups)
    assert held.shape == groups.shape and held.dtype == bool
    assert not set(groups[held]) & set(groups[~held])
    count = len(set(groups.tolist()))
    assert len(set(groups[held].tolist())) == min(max(round(share * count), 1), count - 1)


def test_every_group_has_the_same_chance():
    draws = np.mean([hold_out(list("aabcdd"), 0.5, rng=seed) for seed in range(2_000)], axis=0)
    assert np.abs(draws - 0.5).max() < 0.05


def test_a_seed_and_its_generator_give_the_same():
    groups = np.arange(50) // 2
    assert (hold_out(groups, rng=3) == hold_out(groups, rng=np.random.default_rng(3))).all()
    assert (hold_out(groups, rng=3) != hold_out(groups, rng=4)).any()


def test_bad_input():
    with pytest.raises(ValueError, match="at least 2 groups; saw 1"):
        hold_out(["a", "a"], rng=1)
    with pytest.raises(ValueError, match="one name a pair; saw shape"):
        hold_out(np.eye(2), rng=1)
    with pytest.raises(ValueError, match="share must lie in"):
        hold_out(["a", "b"], 1.5, rng=1)
    with pytest.raises(TypeError, match="rng must be"):
        hold_out(["a", "b"], rng="x")
