"""Check until the matter is clear: Wald's sequential probability ratio test of effort, with exact properties.

References
----------
A. Wald, "Sequential tests of statistical hypotheses", Ann. Math. Statist. 16 (1945),
doi:10.1214/aoms/1177731118. A. Wald, J. Wolfowitz, "Optimum character of the sequential probability ratio
test" (1948), doi:10.1214/aoms/1177730197: no other test with these errors has a smaller mean number of checks
at either effort.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from annolib.monitors.base import Monitor
from annolib.numerics.divergences import divergence
from annolib.planning.hypotheses import (
    CAREFUL,
    CARELESS,
    UNDECIDED,
    pass_probabilities,
    success_probability,
)
from annolib.planning.sequential_walk import Band, log_ratio, verdicts
from annolib.validation import SHARE, error_rate, generator, one_effort, one_whole, within


@dataclass(frozen=True)
class SequentialTest:
    """Wald's test of H0: η ≤ null against H1: η ≥ alternative.

    After each check the log likelihood ratio goes up by `band.up` (success) or down by `band.down`; the test
    stops with "careful" at `band.upper` = log((1−β)/α), with "careless" at −`band.lower` = log(β/(1−α)). With
    a `maximum`, a test that gets there says "careful" if the ratio is above 0, else "careless".

    Attributes
    ----------
    monitor, null, alternative, alpha, beta, maximum : what was asked
    band : Band
    size, miss : float
        Exact probabilities of a wrong verdict at the null and at the alternative. Without a maximum they add
        up to at most alpha + beta (Wald), mostly to less: the ratio jumps over its bounds.
    mean_null, mean_alternative : float
        Exact mean numbers of checks.
    wald_null, wald_alternative : float
        Wald's approximations of these, which leave out the jump over the bound.
    """

    monitor: Monitor
    null: float
    alternative: float
    alpha: float
    beta: float
    maximum: int | None
    band: Band
    size: float
    miss: float
    mean_null: float
    mean_alternative: float
    wald_null: float
    wald_alternative: float

    def characteristic(self, efforts):
        """Exact operating characteristic: a pandas table with one row per effort.

        Columns: careful, careless (probabilities of the verdicts), cut (probability of reaching `maximum`
        undecided; without one, below 10⁻¹² and in neither verdict), mean_checks.
        """
        import pandas as pd

        eta = np.atleast_1d(within("efforts", efforts, 0, 1, SHARE))
        careful, careless, cut, mean = verdicts(
            self.band, success_probability(self.monitor, eta), self.maximum
        )
        columns = {"careful": careful, "careless": careless, "cut": cut, "mean_checks": mean}
        return pd.DataFrame(columns, index=pd.Index(eta, name="effort"))

    def stop_table(self, checks):
        """After each number of checks: careless at so many passes, careful at so many; a pandas table.

        For a falling monitor the columns count failures. An entry that cannot be reached is missing.
        """
        import pandas as pd

        n = np.atleast_1d(np.asarray(list(checks) if isinstance(checks, range) else checks))
        lost, won = self.band.counts(n)
        columns = {"careless_at_most": lost, "careful_at_least": won}
        table = pd.DataFrame(columns, index=pd.Index(n, name="checks"), dtype="Int64")
        return table.mask((table < 0) | table.gt(table.index.to_series(), axis=0))

    def follow(self, passed):
        """Run the test on outcomes in their order: (verdict, checks used, path of the log likelihood ratio).

        Parameters
        ----------
        passed : array_like of bool
            Whether each check passed. Outcomes after the verdict are not looked at.

        Returns
        -------
        verdict : {"careful", "careless", "undecided"}
        checks : int
        path : ndarray (checks + 1,)
            The ratio after 0, 1, … checks.
        """
        won = np.asarray(passed, dtype=bool) ^ (self.monitor.gain < 0)
        if won.ndim != 1:
            raise ValueError(f"passed must be a list of outcomes; saw shape {won.shape}.")
        n = np.arange(1, won.size + 1)
        low, high = self.band.counts(n)
        successes = np.cumsum(won)
        over = (successes <= low) | (successes >= high)
        if self.maximum is not None:
            over |= n >= self.maximum
        used = int(np.argmax(over)) + 1 if over.any() else won.size
        path = np.concatenate([[0.0], log_ratio(self.band, successes[:used], n[:used])])
        if not over.any():
            return UNDECIDED, used, path
        k = successes[used - 1]
        decided = k >= high[used - 1] or (k > low[used - 1] and path[-1] > 0)
        return (CAREFUL if decided else CARELESS), used, path

    def simulate(self, effort, runs, *, rng, longest=100_000):
        """Draw runs of the test at one effort: (careful ndarray of bool, checks ndarray of int)."""
        draw, q = generator(rng), float(success_probability(self.monitor, one_effort("effort", effort)))
        number = one_whole("runs", runs, 1, "Give the number of runs.")
        careful, used = np.zeros(number, bool), np.zeros(number, int)
        going, k = np.arange(number), np.zeros(number, int)
        end = longest if self.maximum is None else self.maximum
        for n in range(1, end + 1):
            k = k + (draw.random(going.size) < q)
            low, high = (int(count) for count in self.band.counts(n))
            won, lost = k >= high, k <= low
            if n == end:
                won |= ~lost & (log_ratio(self.band, k, n) > 0)
                lost = ~won
            careful[going[won]], used[going[won | lost]] = True, n
            going, k = going[~(won | lost)], k[~(won | lost)]
            if going.size == 0:
                break
        return careful, used

    def to_frame(self):
        """A pandas table with one row."""
        import pandas as pd

        return pd.DataFrame([{one.name: getattr(self, one.name) for one in fields(self)}])

    def __repr__(self):
        cut = "" if self.maximum is None else f", at most {self.maximum:,} checks"
        return (
            f"SequentialTest(effort {self.null:g} against {self.alternative:g}{cut}: size "
            f"{self.size:.4g}, miss {self.miss:.4g}; {self.mean_null:,.1f} checks on average "
            f"at {self.null:g}, "
            f"{self.mean_alternative:,.1f} at {self.alternative:g})"
        )


def sequential_test(monitor, null, alternative, alpha=0.05, beta=0.1, maximum=None) -> SequentialTest:
    """Wald's sequential probability ratio test of H0: η ≤ null against H1: η ≥ alternative.

    Parameters
    ----------
    monitor : Monitor
    null, alternative : float
        Efforts with null < alternative.
    alpha, beta : float
        Nominal probabilities of a wrong verdict; alpha + beta < 1.
    maximum : int, optional
        Stop there at the latest. The errors then are no longer Wald's: read `size` and `miss`.

    Returns
    -------
    SequentialTest

    Notes
    -----
    Work grows with the longest run, up to 2,000,000 checks: a mean of 100 checks takes some milliseconds, one of
    60,000 (effort .5 against .51) some seconds, with a progress bar. If full effort passes every check, one failure rules out an alternative of 1.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> sequential_test(SelfConsistency(kappa=0.2), null=0.3, alternative=0.8)
    ... # doctest: +NORMALIZE_WHITESPACE
    SequentialTest(effort 0.3 against 0.8: size 0.04268, miss 0.07581;
    20.3 checks on average at 0.3, 25.7 at 0.8)
    """
    q0, q1 = pass_probabilities(monitor, null, alternative)
    a, b = error_rate("alpha", alpha), error_rate("beta", beta)
    if a + b >= 1:
        raise ValueError(f"alpha and beta must add up to less than 1; saw {a:g} and {b:g}.")
    end = None if maximum is None else one_whole("maximum", maximum, 1, "Give the largest number of checks.")
    down = np.inf if q1 == 1 else float(np.log1p((q1 - q0) / (1 - q1)))
    band = Band(float(np.log(q1 / q0)), down, float(np.log((1 - b) / a)), float(np.log((1 - a) / b)))
    careful, careless, _, mean = verdicts(band, np.array([q0, q1]), end)
    wald_null = wald_alternative = np.nan
    if q1 < 1:  # else one failure decides: no steps small enough for the approximation
        wald_null = ((1 - a) * band.lower - a * band.upper) / divergence(q0, q1)
        wald_alternative = ((1 - b) * band.upper - b * band.lower) / divergence(q1, q0)
    return SequentialTest(
        monitor=monitor,
        null=float(null),
        alternative=float(alternative),
        alpha=a,
        beta=b,
        maximum=end,
        band=band,
        size=float(careful[0]),
        miss=float(careless[1]),
        mean_null=float(mean[0]),
        mean_alternative=float(mean[1]),
        wald_null=float(wald_null),
        wald_alternative=float(wald_alternative),
    )
