"""The exact test of "careless" against "careful" with a fixed number of checks: its size and power.

H0: η ≤ null against H1: η ≥ alternative. The test says "careful" if at least `critical` of n checks pass.
Where more effort means fewer passes (an expert of opposed taste), failures take the place of passes
throughout.

References
----------
E. L. Lehmann, J. P. Romano, *Testing Statistical Hypotheses* (2005), section 3.4 (monotone likelihood ratio).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from annolib.monitors.base import Monitor
from annolib.numerics.tails import log_lower_tail, log_upper_tail, lower_tail, upper_tail
from annolib.planning.hypotheses import CAREFUL, UNDECIDED, pass_probabilities, success_probability
from annolib.planning.sample_size import critical_count
from annolib.validation import as_given, error_rate, one_whole, whole

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EffortTest:
    """One exact test with a fixed number of checks.

    Attributes
    ----------
    monitor : Monitor
    null, alternative : float
        H0: η ≤ null, H1: η ≥ alternative.
    alpha : float
        The size may not exceed it.
    checks : int
    critical : int
        "Careful" from this many passes on; checks + 1 if no count can reject at this level.
    size : float
        P("careful") at the null, the largest over H0.
    power : float
        P("careful") at the alternative, the smallest over H1.
    miss : float
        1 − power, computed as itself: exact where power rounds to 1.
    log_size, log_miss : float
        Natural logarithms, finite where the probabilities underflow.
    """

    monitor: Monitor
    null: float
    alternative: float
    alpha: float
    checks: int
    critical: int
    size: float
    power: float
    miss: float
    log_size: float
    log_miss: float

    def verdict(self, passes):
        """ "careful" where so many passes (of all checks) show care, else "undecided"; one word or an array."""
        shown = np.where(self.rejects(passes), CAREFUL, UNDECIDED)
        return str(shown) if shown.ndim == 0 else shown

    def rejects(self, passes):
        """True where so many passes (of all checks) reject the null; for a falling monitor few passes do."""
        hits = whole("passes", passes, 0, "Count the checks that passed.")
        if (hits > self.checks).any():
            raise ValueError(f"passes must not exceed the test's {self.checks} checks; saw {hits.max()}.")
        return as_given(self._successes(hits) >= self.critical, passes)

    def power_at(self, effort):
        """P("careful") at this effort, exact."""
        return as_given(
            upper_tail(self.critical, self.checks, success_probability(self.monitor, effort)), effort
        )

    def p_value(self, passes):
        """Probability under the null of at least this much evidence of care."""
        hits = whole("passes", passes, 0, "Count the checks that passed.")
        return as_given(
            upper_tail(self._successes(hits), self.checks, success_probability(self.monitor, self.null)),
            passes,
        )

    def _successes(self, hits):
        return self.checks - hits if self.monitor.gain < 0 else hits

    def __repr__(self):
        if self.critical > self.checks:
            return f"EffortTest({self.checks} checks: too few to reject at level {self.alpha:g} at all)"
        rule = f"at least {self.critical} passed"
        if self.monitor.gain < 0:
            rule = f"at most {self.checks - self.critical} passed"
        return (
            f"EffortTest(careful if {rule} of {self.checks}: size {self.size:.4g}, power {self.power:.4g}; "
            f"effort {self.null:g} against {self.alternative:g})"
        )


def effort_test(checks, monitor, null, alternative, alpha=0.05) -> EffortTest:
    """The exact binomial test of H0: η ≤ null against H1: η ≥ alternative.

    By the Neyman-Pearson lemma the most powerful without a coin toss, and monotone: its size is largest at
    the null and its power least at the alternative.

    Parameters
    ----------
    checks : int
    monitor : Monitor
    null, alternative : float
        Efforts with null < alternative.
    alpha : float
        Largest probability of calling the null careful, in (0, 1).

    Returns
    -------
    EffortTest

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> effort_test(60, SelfConsistency(kappa=0.2), null=0.3, alternative=0.8)
    EffortTest(careful if at least 39 passed of 60: size 0.04941, power 0.9771; effort 0.3 against 0.8)
    """
    low, high = pass_probabilities(monitor, null, alternative)
    level = error_rate("alpha", alpha)
    number = one_whole("checks", checks)
    critical = int(critical_count(number, low, level))
    return EffortTest(
        monitor=monitor,
        null=float(null),
        alternative=float(alternative),
        alpha=level,
        checks=number,
        critical=critical,
        size=float(upper_tail(critical, number, low)),
        power=float(upper_tail(critical, number, high)),
        miss=float(lower_tail(critical - 1, number, high)),
        log_size=float(log_upper_tail(critical, number, low)),
        log_miss=float(log_lower_tail(critical - 1, number, high)),
    )


def power_table(checks, monitor, null, alternative, alpha=0.05) -> pd.DataFrame:
    """Size and power of the exact test for each number of checks: the saw-tooth.

    With one more check the critical count stays, and both size and power rise, or it goes up by one, and
    both fall. Beside it the power the normal formula promises.

    Parameters
    ----------
    checks : array_like of int
        Numbers of checks, e.g. range(10, 200).
    monitor, null, alternative, alpha : as in `effort_test`

    Returns
    -------
    pandas.DataFrame with index `checks` and columns critical, size, power, normal_power.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> power_table([60, 61, 62], SelfConsistency(kappa=0.2), null=0.3, alternative=0.8).round(4)
    ... # doctest: +NORMALIZE_WHITESPACE
            critical    size   power  normal_power
    checks
    60            39  0.0494  0.9771        0.9802
    61            40  0.0393  0.9722        0.9817
    62            41  0.0311  0.9666        0.9831
    """
    import pandas as pd

    low, high = pass_probabilities(monitor, null, alternative)
    level = error_rate("alpha", alpha)
    n = np.atleast_1d(
        whole("checks", list(checks) if isinstance(checks, range) else checks, 0, "Count them.")
    )
    critical = critical_count(n, low, level)
    spread = np.sqrt(high * (1 - high))
    reach = np.sqrt(n) * (high - low) + ndtri(level) * np.sqrt(low * (1 - low))
    columns = {
        "critical": critical,
        "size": upper_tail(critical, n, low),
        "power": upper_tail(critical, n, high),
        "normal_power": ndtr(reach / spread) if spread > 0 else np.where(reach > 0, 1.0, 0.0),
    }
    return pd.DataFrame(columns, index=pd.Index(n, name="checks"))
