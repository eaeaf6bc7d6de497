"""How many checks? The smallest number that tells "careless" from "careful", beside two approximations.

References
----------
H. Chernoff (1952), doi:10.1214/aoms/1177729330. A. M. Zubkov, A. A. Serov, "A complete proof of universal
inequalities for the distribution function of the binomial law", Theory Probab. Appl. 57 (2013),
doi:10.1137/S0040585X97986138 (the bound that closes the search).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from annolib.monitors.base import Monitor
from annolib.planning.exact_test import effort_test
from annolib.planning.hypotheses import pass_probabilities
from annolib.planning.sample_size import chernoff_size, normal_size, smallest_size
from annolib.validation import error_rate


@dataclass(frozen=True)
class CheckPlan:
    """How many checks tell the null from the alternative, exact and by two approximations.

    Attributes
    ----------
    monitor, null, alternative, alpha, beta : what was asked
    checks : int
        Smallest n such that the exact test has power ≥ 1 − beta with n checks **and with every larger
        number**.
    first : int
        Smallest n whose exact test has that power; a few more checks may lose it again (saw-tooth).
    least : int
        No rule of level alpha reaches that power with fewer checks, not even one that tosses a coin.
    proven_from : int
        From here on the inequality of Zubkov and Serov gives the power; in between every n was computed.
    critical, size, power : of the test with `checks` checks
    normal : float
        (z_α√(q₀(1−q₀)) + z_β√(q₁(1−q₁)))²/(q₁−q₀)².
    chernoff : float
        log(1/α)/KL(x‖q₀) = log(1/β)/KL(x‖q₁): enough by Chernoff's bound, too many in practice.
    """

    monitor: Monitor
    null: float
    alternative: float
    alpha: float
    beta: float
    checks: int
    first: int
    least: int
    proven_from: int
    critical: int
    size: float
    power: float
    normal: float
    chernoff: float

    def test(self):
        """The exact test with that many checks, an EffortTest."""
        return effort_test(self.checks, self.monitor, self.null, self.alternative, self.alpha)

    def to_frame(self):
        """A pandas table with one row."""
        import pandas as pd

        return pd.DataFrame([{one.name: getattr(self, one.name) for one in fields(self)}])

    def __repr__(self):
        return (
            f"CheckPlan({self.checks:,} checks, careful from {self.critical:,} passes: size {self.size:.4g}, "
            f"power {self.power:.4g} and at least {1 - self.beta:.6g} from there on; normal formula "
            f"{self.normal:,.1f}, Chernoff bound {self.chernoff:,.1f})"
        )


def plan_checks(monitor, null, alternative, alpha=0.05, beta=0.1) -> CheckPlan:
    """The smallest number of checks such that the exact test keeps power ≥ 1 − beta from there on.

    Parameters
    ----------
    monitor : Monitor
    null, alternative : float
        Efforts with null < alternative.
    alpha, beta : float
        Largest probabilities of calling the null careful and of missing the alternative, in (0, 1).

    Returns
    -------
    CheckPlan

    Notes
    -----
    "From there on" is proven: see `annolib.planning.sample_size.smallest_size`. The time grows with the number of
    candidates between `least` and `proven_from`, a few multiples of 1/(q₁ − q₀), not with the answer.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> plan_checks(SelfConsistency(kappa=0.2), null=0.3, alternative=0.8)
    ... # doctest: +NORMALIZE_WHITESPACE
    CheckPlan(46 checks, careful from 31 passes: size 0.0408, power 0.9253 and at least 0.9 from there on;
    normal formula 38.8, Chernoff bound 96.8)
    """
    low, high = pass_probabilities(monitor, null, alternative)
    level, miss = error_rate("alpha", alpha), error_rate("beta", beta)
    found = smallest_size(low, high, level, miss)
    test = effort_test(found.checks, monitor, null, alternative, level)
    return CheckPlan(
        monitor=monitor,
        null=float(null),
        alternative=float(alternative),
        alpha=level,
        beta=miss,
        **found._asdict(),
        critical=test.critical,
        size=test.size,
        power=test.power,
        normal=normal_size(low, high, level, miss),
        chernoff=chernoff_size(low, high, level, miss),
    )
