"""Tails, exact tests and sample sizes: against mpmath, scipy and the plain search over every n."""

import numpy as np
import pytest

import annolib as al
from annolib.numerics.tails import log_lower_tail, log_upper_tail

SELF = al.SelfConsistency(kappa=0.2)


# --- the test with a fixed number of checks -----------------------------------------------------------------


# --- the smallest number ----------------------------------------------------------------------------------


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
