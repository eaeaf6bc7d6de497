"""Pay in parts: they sum to the expectation and have the shapes they claim."""

import numpy as np
import pytest
from scipy import stats

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


@pytest.mark.parametrize("n", [1, 2, 40, 2000])
def test_the_parts_sum_to_the_expectation_and_its_slope(n):
    """Against scipy's law, asked in any order: each part remembers what was asked last."""
    rng = np.random.default_rng(n)
    evidence, v = PassLaw(0.3, 0.5, 2, "passes"), rng.normal(0, 1, n + 1)
    parts = split_parts(evidence, n, v)
    efforts = np.array([0.2, 0.5, 0.9])
    for asked in (efforts, efforts[:2], efforts):
        law = stats.binom.pmf(np.arange(n + 1), n, evidence.success(asked)[:, None])
        fewer = stats.binom.pmf(np.arange(n), n - 1, evidence.success(asked)[:, None])
        assert sum(part.value(asked) for part in parts) == pytest.approx(law @ v, abs=1e-9)
        assert sum(part.slope(asked) for part in parts) == pytest.approx(n * fewer @ np.diff(v), abs=1e-6)
