"""Effort relative to another annotator's, where the strength of the items is unknown.

Both pass rates exceed chance by strength · η^power with the same unknown strength, so it cancels:

    (η_a/η_b)^power = (q_a − chance)/(q_b − chance).

It is assumed that both judged items of the same kind, that careless labels are uniform, and that checks are
independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from annolib.estimation import as_frozen
from annolib.hypotheses import error_rate
from annolib.two_rates import TwoRates, ratio_interval
from annolib.validation import within


@dataclass(frozen=True, eq=False)
class EffortRatio:
    """How much effort the first gives relative to the second, one number or an array.

    Attributes
    ----------
    ratio : float or numpy.ndarray
        η_a/η_b; 0 if the first is at or below chance, infinite if only the second is, NaN if both are.
    low, high : float or numpy.ndarray
        Interval; high is infinite where the second cannot be told from chance.
    confidence : float
    method : str
        "profile" or "bonferroni".
    index : pandas.Index or None
    """

    ratio: float | np.ndarray
    low: float | np.ndarray
    high: float | np.ndarray
    confidence: float
    method: str
    index: object = None

    def to_frame(self):
        """A pandas table with one row for each ratio."""
        import pandas as pd

        columns = {name: np.ravel(getattr(self, name)) for name in ("ratio", "low", "high")}
        return pd.DataFrame(columns, index=self.index)

    def __repr__(self):
        kind = f"{self.confidence:.6g} interval, {self.method}"
        if np.ndim(self.ratio):
            return f"EffortRatio({np.size(self.ratio)} ratios, {kind})"
        return f"EffortRatio(ratio={self.ratio:.3f}, low={self.low:.3f}, high={self.high:.3f}, {kind})"

    def _repr_html_(self):
        return f"{self.to_frame()._repr_html_()}<p>Effort of the first over that of the second; {self!r}</p>"


def relative_effort(
    passes, checks, other_passes, other_checks, chance=0.5, power=2, confidence=0.95, method="profile"
):
    """Effort of one annotator relative to another's, whatever the strength of the items.

    Parameters
    ----------
    passes, checks, other_passes, other_checks : int or array_like
        Counts of the first and of the second, broadcast.
    chance : float
        Pass probability of a careless annotator: ½, or 1/K with K labels.
    power : {1, 2}
        2 for self-consistency, 1 for checks against an expert, peer or golden answer.
    confidence : float
    method : {"profile", "bonferroni"}
        "profile": every ratio whose profile likelihood on the two binomials is within half a chi-square
        quantile of the best; too narrow just below effort 1 if κ is near ¼ (at κ = ¼ and 20 checks it keeps .82,
        not .95: see `annolib.ratio_coverage`). "bonferroni": both Clopper-Pearson intervals at half the error each; keeps at
        least what it promises.

    Returns
    -------
    EffortRatio

    Notes
    -----
    The pairs of pass probabilities above chance that explain the counts well form a convex set, so the ratios
    form an interval of directions seen from the corner (chance, chance). If the corner belongs to the set,
    every ratio does: [0, ∞]. For what the intervals keep see `annolib.ratio_coverage`.

    Examples
    --------
    >>> relative_effort(39, 60, 330, 400)
    EffortRatio(ratio=0.679, low=0.276, high=0.907, 0.95 interval, profile)
    """
    problem = TwoRates(passes, checks, other_passes, other_checks, chance, power)
    level = error_rate("confidence", confidence, high=1 - 1e-15)
    low, high = ratio_interval(problem, level, method)
    best = problem.best()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (best[0] / best[1]) ** (1 / power)
        ratio = np.where((problem.checks == 0).any(axis=0), np.nan, ratio)
        ends = [as_frozen(end ** (1 / power), *problem.given) for end in (low, high)]
    return EffortRatio(as_frozen(ratio, *problem.given), *ends, float(confidence), method, problem.index)


def ratio_coverage(
    effort, other_effort, gain, checks, other_checks, chance=0.5, power=2, confidence=0.95, method="profile"
):
    """Exact probability that the interval of `relative_effort` holds the true ratio; no simulation.

    The sum of the probabilities of all pairs of counts whose interval holds it.

    Parameters
    ----------
    effort, other_effort : float
        True efforts, not both 0.
    gain : float
        q(1) − q(0): 2κ for self-consistency, 2ρ for an expert.
    checks, other_checks : int

    Returns
    -------
    float

    Notes
    -----
    Lowest to highest coverage of 95 % intervals over 36 efforts from 0 to 1, denser towards 1, self-consistency,
    against 400 checks of a pool of effort 1 (`tests/benchmarks/results/coverage.md` has more):

    =====  ======  =============  =============
    κ      checks  profile        bonferroni
    =====  ======  =============  =============
    0.03   20      .969 to .979   .990 to .997
    0.03   200     .951 to .977   .985 to .999
    0.15   20      .938 to .982   .985 to .998
    0.15   60      .947 to .978   .981 to .998
    0.15   200     .948 to .977   .979 to .999
    0.2    20      .891 to .982   .982 to .999
    0.2    60      .946 to .981   .980 to .998
    0.25   20      .823 to 1      .977 to 1
    0.25   60      .878 to 1      .980 to 1
    0.25   200     .875 to 1      .981 to 1
    =====  ======  =============  =============

    **Poor**: where full effort passes nearly every check (κ near ¼) "profile" keeps too little just below effort
    1, with few checks in a broad strip and with many in a narrow one. There take "bonferroni", which never keeps
    less than it promises.

    Examples
    --------
    >>> round(ratio_coverage(0.6, 1.0, gain=0.3, checks=60, other_checks=400), 3)
    0.95
    """
    eta, other = (
        float(within(n, v, 0, 1, "")) for n, v in (("effort", effort), ("other_effort", other_effort))
    )
    if eta == other == 0:
        raise ValueError("effort and other_effort must not both be 0; saw 0 and 0. Their ratio has no value.")
    q, s = (chance + float(within("gain", gain, 0, 1 - chance, "")) * x**power for x in (eta, other))
    first, second = np.arange(checks + 1)[:, None], np.arange(other_checks + 1)
    problem = TwoRates(first, checks, second, other_checks, chance, power)
    angle = np.arctan2(q - chance, s - chance)
    if method == "profile":
        drop = ndtri((1 + error_rate("confidence", confidence, high=1 - 1e-15)) / 2) ** 2 / 2
        holds = problem.top() - problem.profile(np.full(problem.shape, angle)) <= drop
    else:
        low, high = ratio_interval(problem, confidence, method)
        holds = (np.arctan(low) <= angle + 1e-12) & (angle <= np.arctan(high) + 1e-12)
    from scipy.stats import binom

    weight = binom.pmf(first, checks, q) * binom.pmf(second, other_checks, s)
    return float((weight * holds).sum())
