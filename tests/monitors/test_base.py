"""What all monitors share: slope, information, inverse, shapes, simulation, errors."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import annolib as al
from tests.monitors.kinds import each, efforts, inside, opposed, positive


@given(positive, st.lists(efforts, min_size=2, max_size=2, unique=True))
def test_pass_probability_rises_from_chance_and_stays_a_probability(monitor, pair_of_efforts):
    low, high = sorted(pair_of_efforts)
    q_low, q_high = monitor.pass_probability(np.array([low, high]))
    assert monitor.chance == pytest.approx(1 / getattr(monitor, "labels", 2))
    assert monitor.chance <= q_low <= q_high <= monitor.ceiling <= 1
    if high - low > 1e-6 and high > 1e-3:
        assert q_low < q_high


@given(st.one_of(positive, opposed), inside)
def test_slope_is_the_numeric_derivative(monitor, effort):
    step = 1e-5
    numeric = (monitor.pass_probability(effort + step) - monitor.pass_probability(effort - step)) / (2 * step)
    assert monitor.slope(effort) == pytest.approx(numeric, rel=1e-7, abs=1e-9)


@given(st.one_of(positive, opposed), inside)
def test_information_is_the_expected_curvature_of_the_log_likelihood(monitor, effort):
    """−E[d²/dη² log P(X | η)] by central differences, X one check at this effort."""
    step = 1e-3

    def log_likelihoods(eta):
        q = monitor.pass_probability(eta)
        return np.log([q, 1 - q])

    q = monitor.pass_probability(effort)
    points = [log_likelihoods(effort + k * step) for k in (-2, -1, 0, 1, 2)]
    curvature = np.tensordot([-1, 16, -30, 16, -1], points, axes=1) / (12 * step**2)
    assert monitor.fisher_information(effort) == pytest.approx(-curvature @ [q, 1 - q], rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    "certain",
    [
        al.SelfConsistency(0.25),
        al.Golden(0.5),
        al.Expert(0.25),
        al.Expert(-0.25),
        al.Peer(0.25, 1.0),
        al.SelfConsistencyLabels(2 / 3),
        *(al.SelfConsistencyLabels(1 - 1 / k, k) for k in (2, 5, 7, 49)),
    ],
    ids=repr,
)
def test_information_is_infinite_where_a_check_is_certain(certain):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert certain.fisher_information(1.0) == np.inf
        assert np.isfinite(certain.fisher_information([0.0, 0.5, 0.999])).all()
    assert certain.ceiling in (0.0, 1.0)


@given(st.one_of(positive, opposed), inside)
def test_effort_inverts_the_pass_probability(monitor, effort):
    assert monitor.effort(monitor.pass_probability(effort)) == pytest.approx(effort, abs=1e-10)


@given(st.one_of(positive, opposed), st.floats(0, 1))
def test_effort_is_clipped_and_monotone(monitor, rate):
    estimate = monitor.effort(rate)
    assert 0 <= estimate <= 1
    beyond = (rate - monitor.ceiling) * np.sign(monitor.gain)
    below = (rate - monitor.chance) * np.sign(monitor.gain)
    if beyond >= 0:
        assert estimate == pytest.approx(1, abs=1e-12)
    if below <= 0:
        assert estimate == 0


def test_effort_is_unknown_without_strength():
    assert np.isnan(al.Expert(0).effort(0.7))
    assert np.isnan(al.Peer(0.2, 0).effort([0.5, 0.7])).all()


def test_a_strength_next_to_nothing_overflows_nowhere():
    tiny = al.SelfConsistency(5e-324)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tiny.effort(1.0) == 1 and tiny.effort(0.3) == 0
        assert tiny.fisher_information(1.0) == 0


@each
def test_scalars_give_numbers_and_arrays_keep_their_shape(monitor):
    grid = np.array([[0.0, 0.5, 1.0], [0.1, 0.2, 0.3]])
    for method in (monitor.pass_probability, monitor.slope, monitor.fisher_information, monitor.effort):
        assert type(method(0.5)) is float
        assert method(grid).shape == grid.shape
        assert method(grid)[1, 2] == method(0.3)
        assert method([]).shape == (0,)
    assert type(monitor.simulate(0.5, 10, rng=1)) is int
    assert monitor.simulate(grid, 10, rng=1).shape == grid.shape
    assert monitor.simulate(0.5, [10, 20], rng=1).shape == (2,)


@each
def test_simulation_is_the_binomial_law_and_depends_on_the_seed_alone(monitor):
    counts = monitor.simulate(np.full(40_000, 0.6), 6, rng=8)
    seen = np.bincount(counts, minlength=7) / counts.size
    law = binom.pmf(np.arange(7), 6, monitor.pass_probability(0.6))
    assert np.abs(seen - law).max() < 5 * 0.5 / np.sqrt(counts.size)
    np.testing.assert_array_equal(
        counts, monitor.simulate(np.full(40_000, 0.6), 6, rng=np.random.default_rng(8))
    )


@each
@pytest.mark.parametrize("bad", [-0.1, 1.0001, np.nan, [0.5, 2]])
def test_efforts_outside_the_range_are_refused(monitor, bad):
    for method in (monitor.pass_probability, monitor.slope, monitor.fisher_information):
        with pytest.raises(ValueError, match=r"effort must lie in \[0, 1\]; saw"):
            method(bad)
    with pytest.raises(ValueError, match="effort must lie"):
        monitor.simulate(bad, 10, rng=1)


def test_monitors_are_frozen_values():
    assert al.SelfConsistency(kappa=0.2) == al.SelfConsistency(np.float64(0.2))
    assert repr(al.Peer(0.1, 1)) == "Peer(rho=0.1, peer_effort=1.0)"
    with pytest.raises(AttributeError):
        al.SelfConsistency(0.2).kappa = 0.1
