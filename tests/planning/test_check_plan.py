"""Tails, exact tests and sample sizes: against mpmath, scipy and the plain search over every n."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

import annolib as al
from annolib.numerics import bernoulli_divergence
from annolib.numerics.tails import log_lower_tail, log_upper_tail, lower_tail
from annolib.planning.sample_size import chernoff_size, critical_count, normal_size, smallest_size
from tests.oracles import exact_log_upper_tail

SELF = al.SelfConsistency(kappa=0.2)


# --- the test with a fixed number of checks -----------------------------------------------------------------


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


# --- the smallest number ----------------------------------------------------------------------------------


def plain_search(q0, q1, alpha, beta, longest):
    n = np.arange(1, longest)
    critical = binom.isf(alpha, n, q0).astype(int) + 1
    critical -= binom.sf(critical - 2, n, q0) <= alpha
    good = binom.cdf(critical - 1, n, q1) <= beta
    return int(n[~good][-1]) + 1, int(n[good][0])


@pytest.mark.parametrize(
    ("q0", "q1", "alpha", "beta"),
    [
        (0.5, 0.7, 0.05, 0.1),
        (0.536, 0.756, 0.05, 0.2),
        (0.6, 0.65, 0.01, 0.1),
        (0.9, 0.99, 0.05, 0.05),
        (0.5, 0.55, 0.3, 0.3),
        (0.95, 1.0, 0.05, 0.1),
        (0.34, 0.4, 0.05, 0.1),
        (0.05, 0.2, 0.001, 0.01),
    ],
)
def test_the_smallest_number_is_that_of_the_plain_search(q0, q1, alpha, beta):
    size = smallest_size(q0, q1, alpha, beta)
    assert (size.checks, size.first) == plain_search(q0, q1, alpha, beta, 3 * size.proven_from)
    assert size.least <= size.first <= size.checks <= size.proven_from


@given(st.floats(0.3, 0.9), st.floats(0.05, 0.3), st.floats(0.001, 0.5), st.floats(0.001, 0.5))
@settings(max_examples=40, deadline=None)
def test_power_holds_from_there_on_and_not_before(q0, step, alpha, beta):
    q1 = min(q0 + step, 1.0)
    size = smallest_size(q0, q1, alpha, beta)
    n = np.arange(1, 2 * size.proven_from)
    miss = lower_tail(critical_count(n, q0, alpha) - 1, n, q1)
    assert (miss[size.checks - 1 :] <= beta).all()
    assert size.checks == 1 or miss[size.checks - 2] > beta
    assert (miss[: size.first - 1] > beta).all() and miss[size.first - 1] <= beta


def test_the_inequality_that_closes_the_search():
    """Zubkov and Serov, on every count of several laws."""
    from scipy.special import ndtr

    for n, q in ((5, 0.5), (40, 0.55), (300, 0.9), (1000, 0.6)):
        k = np.arange(1, n)
        score = np.sign(k / n - q) * np.sqrt(2 * n * bernoulli_divergence(k / n, np.full(k.shape, q)))
        cdf = binom.cdf(k, n, q)
        score, cdf = score[cdf > 1e-250], cdf[cdf > 1e-250]
        slack = 1 + 1e-9
        assert (ndtr(score) <= cdf * slack).all() and (cdf[:-1] <= ndtr(score[1:]) * slack).all()


def test_normal_and_chernoff_beside_it():
    plan = al.plan_checks(SELF, 0.5, 0.503)
    assert plan.checks > 10**6 and plan.checks == pytest.approx(plan.normal, rel=2e-3)
    assert plan.chernoff > plan.proven_from
    q0, q1 = 0.55, 0.7
    reach = 1.6448536269514722 * np.sqrt(q0 * (1 - q0)) + 1.2815515655446004 * np.sqrt(q1 * (1 - q1))
    assert normal_size(q0, q1, 0.05, 0.1) == pytest.approx((reach / (q1 - q0)) ** 2, rel=1e-12)
    same = chernoff_size(q0, q1, 0.01, 0.01)
    assert same == pytest.approx(-np.log(0.01) / al.chernoff_information(q0, q1), rel=1e-9)
    assert np.isfinite(al.plan_checks(SELF, 0.5, 0.6, 1e-30, 1e-100).normal)


def test_the_exponent_is_the_chernoff_information():
    """The larger error of the best threshold falls like exp(−nC): its logarithm over n tends to −C."""
    q0, q1, n = 0.55, 0.75, 10**6
    counts = np.arange(int(n * q0), int(n * q1), 50)
    worse = np.maximum(log_upper_tail(counts, n, q0), log_lower_tail(counts - 1, n, q1))
    assert -worse.min() / n == pytest.approx(al.chernoff_information(q0, q1), rel=1e-3)


def test_a_plan_reads_well_and_leads_to_its_test():
    plan = al.plan_checks(SELF, 0.3, 0.8)
    assert (plan.checks, plan.first, plan.least, plan.critical) == (46, 43, 40, 31)
    test = plan.test()
    assert (test.checks, test.critical, test.power) == (plan.checks, plan.critical, plan.power)
    assert plan.to_frame().loc[0, "checks"] == 46 and "46 checks" in repr(plan)
    assert al.plan_checks(al.Golden(), 0.5, 1.0).power == 1


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SELF, 0.8, 0.3), "null must be below alternative; saw 0.8 and 0.3"),
        ((SELF, 0.5, 0.5), "null must be below alternative"),
        ((SELF, 0.5, 1.2), r"alternative must lie in \[0, 1\]; saw 1.2"),
        ((al.Expert(0), 0.3, 0.8), "monitor must have a strength above zero"),
        ((SELF, 0.3, 0.8, 0), r"alpha must be one number in \(0, 0.5\]; saw 0"),
        ((SELF, 0.3, 0.8, 0.05, 0.7), r"beta must be one number in \(0, 0.5\]; saw 0.7"),
        ((SELF, 0.5, 0.5 + 1e-9), "alternative is too close to null"),
    ],
)
def test_bad_input_gets_one_clear_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        al.plan_checks(*arguments)


def test_bad_input_of_a_test():
    with pytest.raises(TypeError, match="checks must be one whole number"):
        al.effort_test([10, 20], SELF, 0.3, 0.8)
    with pytest.raises(TypeError, match="null must be one effort"):
        al.effort_test(10, SELF, [0.3], 0.8)
    with pytest.raises(TypeError, match="monitor must be a monitor"):
        al.effort_test(10, 0.2, 0.3, 0.8)
    with pytest.raises(ValueError, match="passes must not exceed the test's 60 checks; saw 61"):
        al.effort_test(60, SELF, 0.3, 0.8).verdict(61)
