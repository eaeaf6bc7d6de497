"""Pay in parts: they sum to the expectation and have the shapes they claim."""

import numpy as np
import pytest

from annolib.contracts.incentives.parts import split_parts
from annolib.contracts.incentives.pass_law import PassLaw


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_have_the_shapes_they_claim(naive, seed):
    rng = np.random.default_rng(60 + seed)
    problem, monitor = naive.random_problem(rng)
    evidence, n = PassLaw.from_monitor(monitor), 40
    parts = split_parts(evidence, n, rng.normal(0, 1, n + 1))
    hits = np.linspace(evidence.at_no_effort + 1e-6, evidence.at_no_effort + evidence.gain - 1e-6, 200)
    convex, concave = (np.diff(part.value(evidence.effort(hits)), 2) for part in parts)
    assert convex.min() > -1e-9 and concave.max() < 1e-9
