"""The exact test with a fixed number of checks: against SciPy, the best level, exact tails."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

import annolib as al
from tests.oracles import exact_log_upper_tail

SELF = al.SelfConsistency(kappa=0.2)


@pytest.mark.parametrize("monitor", [SELF, al.Expert(0.15), al.Expert(-0.15), al.Golden()], ids=repr)
@given(checks=st.integers(1, 300), alpha=st.floats(1e-6, 0.5))
@settings(max_examples=40)
def test_the_test_is_the_best_of_its_level(monitor, checks, alpha):
    test = al.effort_test(checks, monitor, 0.3, 0.8, alpha)
    q0, q1 = monitor.pass_probability(0.3), monitor.pass_probability(0.8)
    if monitor.gain < 0:
        q0, q1 = 1 - q0, 1 - q1
    assert test.size == pytest.approx(binom.sf(test.critical - 1, checks, q0), rel=1e-9, abs=1e-300)
    assert test.size <= alpha < binom.sf(test.critical - 2, checks, q0) * (1 + 1e-9)
    assert test.power == pytest.approx(binom.sf(test.critical - 1, checks, q1), rel=1e-9, abs=1e-300)
    assert test.power + test.miss == pytest.approx(1)
    assert test.power_at([0.3, 0.8]).tolist() == [test.size, test.power]
    assert (np.diff(test.power_at(np.linspace(0, 1, 21))) >= -1e-15).all()
    passes = np.arange(checks + 1)
    assert (test.rejects(passes) == (test.p_value(passes) <= alpha)).all()
    assert ((test.verdict(passes) == "careful") == test.rejects(passes)).all()


def test_p_values_are_those_of_scipy():
    test = al.effort_test(60, SELF, 0.3, 0.8)
    for passes in (0, 30, 39, 60):
        expected = binomtest(passes, 60, SELF.pass_probability(0.3), alternative="greater").pvalue
        assert test.p_value(passes) == pytest.approx(expected, rel=1e-12)


def test_a_million_checks_and_errors_far_below_the_smallest_number():
    test = al.effort_test(10**6, SELF, 0.3, 0.8)
    assert test.power == 1 and test.miss == 0
    exact = exact_log_upper_tail(10**6 - test.critical + 1, 10**6, 1 - SELF.pass_probability(0.8))
    assert test.log_miss == pytest.approx(float(exact), rel=1e-11) and test.log_miss < -1e5


def test_too_few_checks_never_reject():
    test = al.effort_test(3, SELF, 0.3, 0.8, alpha=0.01)
    assert (test.critical, test.size, test.power) == (4, 0, 0) and "too few" in repr(test)
    assert al.effort_test(0, SELF, 0.3, 0.8).critical == 1


def test_the_saw_tooth_rises_within_a_tooth_and_falls_between():
    table = al.power_table(range(20, 400), SELF, 0.3, 0.8)
    stays = np.diff(table["critical"]) == 0
    for column in ("size", "power"):
        steps = np.diff(table[column])
        assert (steps[stays] >= 0).all() and (steps[~stays] <= 0).all()
    assert set(np.diff(table["critical"])) == {0, 1}
    assert np.abs(table["power"] - table["normal_power"]).max() < 0.15
    for n in (20, 77, 399):
        assert table.loc[n, "power"] == al.effort_test(n, SELF, 0.3, 0.8).power


def test_a_falling_monitor_counts_failures():
    mirrored, straight = (al.effort_test(60, al.Expert(rho), 0.3, 0.8) for rho in (-0.15, 0.15))
    assert mirrored.critical == straight.critical and mirrored.power == pytest.approx(straight.power)
    assert mirrored.verdict(60 - straight.critical) == "careful"
    assert straight.verdict(60 - straight.critical) == "undecided"
    assert f"at most {60 - straight.critical} passed" in repr(mirrored)


def test_bad_input_of_a_test():
    with pytest.raises(TypeError, match="checks must be one whole number"):
        al.effort_test([10, 20], SELF, 0.3, 0.8)
    with pytest.raises(TypeError, match="null must be one effort"):
        al.effort_test(10, SELF, [0.3], 0.8)
    with pytest.raises(TypeError, match="monitor must be a monitor"):
        al.effort_test(10, 0.2, 0.3, 0.8)
    with pytest.raises(ValueError, match="passes must not exceed the test's 60 checks; saw 61"):
        al.effort_test(60, SELF, 0.3, 0.8).verdict(61)
