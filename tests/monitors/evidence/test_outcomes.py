"""A matrix of outcomes by actions, drawn once or more often; one error for each fault."""

from itertools import product

import numpy as np
import pytest

import annolib as al


def test_several_draws_are_counted():
    outcomes = al.Outcomes([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], [0, 1, 5])
    drawn, counts = outcomes.drawn(3)
    assert counts.shape == (10, 3) and counts.sum(axis=1).tolist() == [3] * 10
    for row, law in zip(drawn.probabilities, outcomes.probabilities, strict=True):
        want = dict.fromkeys(map(tuple, counts.tolist()), 0.0)
        for path in product(range(3), repeat=3):
            want[tuple(np.bincount(path, minlength=3))] += np.prod(law[list(path)])
        assert row == pytest.approx(list(want.values()), rel=1e-12)
    assert drawn.worth() == pytest.approx(3 * outcomes.worth(), rel=1e-12)
    assert (
        "2 actions, 3 outcomes, with values" in repr(outcomes)
        and al.Outcomes([[1, 0], [0, 1]]).worth() is None
    )


@pytest.mark.parametrize(
    "probabilities, values, words",
    [
        ([[0.5, 0.4], [0.3, 0.7]], None, "must sum to one in each row; row 0 sums to 0.9"),
        ([[1.2, -0.2], [0.3, 0.7]], None, "probabilities must lie in .0, 1."),
        ([[0.5, 0.5]], None, "two or more actions"),
        ([0.5, 0.5], None, "must be a matrix"),
        ([[0.5, 0.5], [0.3, 0.7]], [1.0], "values must have one entry for each of 2 outcomes"),
        ("many", None, "probabilities must be a number"),
    ],
)
def test_refusals(probabilities, values, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.Outcomes(probabilities, values)


def test_too_many_counts():
    with pytest.raises(ValueError, match="n must leave at most 20,000"):
        al.Outcomes(np.full((2, 6), 1 / 6)).drawn(100)
