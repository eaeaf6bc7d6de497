"""The checks of one kind: their likelihood with a pool, their information, what is refused."""

import numpy as np
import pytest

import annolib as al

SELF, GOLD = al.SelfConsistency(0.2), al.Golden(0.45)


@pytest.mark.parametrize(("passes", "checks"), [(39, 60), (47, 60), (31, 60)])
def test_a_pool_is_the_profile_over_two_binomials(passes, checks):
    """Another program: directions seen from the corner (chance, chance)."""
    other = al.estimate_effort_from_pool(passes, checks, 330, 400)
    found = al.combine_evidence({"repeats": al.Evidence(passes, checks, SELF, pool=(330, 400))})
    assert (found.effort, found.low, found.high) == pytest.approx(
        (other.effort, other.low, other.high), abs=1e-5
    )
    known = al.combine_evidence({"repeats": (passes, checks, al.SelfConsistency(0.1625))})
    assert found.high - found.low > known.high - known.low  # the pool's uncertainty is in it


def test_information_with_a_pool_is_the_inverse_variance_of_the_effort_from_it():
    part = al.Evidence(39, 60, SELF, pool=(330, 400))
    error = al.estimate_effort_from_pool(39, 60, 330, 400)
    assert part.information(error.effort) == pytest.approx(1 / error.standard_error**2, rel=1e-9)


def test_bad_arguments_of_a_part():
    for effect in (0.5, np.inf, np.nan, [1, 2]):
        with pytest.raises(ValueError, match="design_effect"):
            al.Evidence(3, 5, GOLD, design_effect=effect)
    with pytest.raises(TypeError, match="pool must be .passes, checks."):
        al.Evidence(3, 5, GOLD, pool=5)
    with pytest.raises(ValueError, match="passes must not exceed"):
        al.Evidence(3, 5, GOLD, pool=(5, 3))
    with pytest.raises(ValueError, match="confidence"):
        al.combine_evidence({"a": (3, 5, GOLD)}, confidence=1)
