"""Effort relative to another annotator's, where the strength of the items is unknown.

Both pass probabilities exceed chance by strength · η^power with the same unknown strength, so it cancels:

    (η_a/η_b)^power = (q_a − chance)/(q_b − chance) = tan φ,    (q_a, q_b) = chance + r·(sin φ, cos φ).

A ratio is a direction φ seen from the corner (chance, chance), and r ≥ 0 is the nuisance parameter. With ℓ(q_a, q_b) the log likelihood of both
counts, the profile interval at a level holds the directions with

    max over r of ℓ ≥ max ℓ − ½χ²₁(level),    χ²₁ the quantile of one degree of freedom.

ℓ is concave, so the pairs above the cutoff form a convex set, and these directions an interval: `TwoRates.profile` finds the best r by
halving (the slope of ℓ along a direction falls), and `_end` each end of the interval by halving again. If the corner itself is above the cutoff,
every ratio is.

It is assumed that both judged items of the same kind, that careless labels are uniform, and that checks are
independent.

References
----------
S. S. Wilks, "The large-sample distribution of the likelihood ratio for testing composite hypotheses", Annals of Mathematical Statistics 9 (1938),
doi:10.1214/aoms/1177732360. The limit does not hold at an edge of the parameters: see `annolib.ratio_coverage` for what is kept there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, xlog1py, xlogy

from annolib.estimation.effort import (
    AT_CEILING,
    AT_CHANCE,
    NO_CHECKS,
    NOT_IDENTIFIED,
    OK,
    EffortEstimate,
    as_frozen,
    common_index,
    estimate_message,
)
from annolib.estimation.intervals import binomial_interval, counts
from annolib.markup import html_table, html_words
from annolib.validation import error_rate, within


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
        words = f"Effort of the first over that of the second; {self!r}"
        return html_table(self.to_frame()) + html_words(words)


def relative_effort(
    passes, checks, other_passes, other_checks, chance=0.5, power=2, confidence=0.95, method="profile"
) -> EffortRatio:
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
        not .95: see `annolib.ratio_coverage`), and with 10 checks or fewer on one side beside hundreds on the other (.84 to
        .92 at worst, `tests/benchmarks/results/coverage.md`). "bonferroni": both Clopper-Pearson intervals at half the error each; keeps at
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
    best = problem.excess_rates()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (best[0] / best[1]) ** (1 / power)
        ratio = np.where((problem.checks == 0).any(axis=0), np.nan, ratio)
        ends = [as_frozen(end ** (1 / power), *problem.given) for end in (low, high)]
    return EffortRatio(as_frozen(ratio, *problem.given), *ends, float(confidence), method, problem.index)


METHODS = ("profile", "bonferroni")
_HALVINGS = 45


class TwoRates:
    """Two binomials whose pass probabilities are chance + r·(sin φ, cos φ): the tangent of φ is the ratio."""

    def __init__(self, passes, checks, other_passes, other_checks, chance, power):
        if power not in (1, 2):
            raise ValueError(f"power must be 1 or 2; saw {power!r}. Take 2 for self-consistency, else 1.")
        if np.ndim(chance) != 0 or not 0 < float(within("chance", chance, 0, 1, "")) < 1:
            raise ValueError(
                f"chance must be one number between 0 and 1; saw {chance!r}. Give 1/K for K labels."
            )
        self.given, self.chance = (passes, checks, other_passes, other_checks), float(chance)
        self.index = common_index(*self.given)
        both = [counts(passes, checks), counts(other_passes, other_checks)]
        hits, total, other_hits, other_total = np.broadcast_arrays(*both[0], *both[1])
        self.passes, self.checks = np.stack([hits, other_hits]), np.stack([total, other_total])
        self.fails, self.shape = self.checks - self.passes, hits.shape

    def excess_rates(self):
        """Excess of both pass rates over chance, not below 0."""
        return np.maximum(self.passes / np.maximum(self.checks, 1) - self.chance, 0)

    def log_likelihood(self, excess):
        """ℓ at pass probabilities chance + excess, less the binomial coefficients."""
        q = np.clip(self.chance + excess, 0, 1)
        return (xlogy(self.passes, q) + xlog1py(self.fails, -q)).sum(axis=0)

    def top(self):
        """max ℓ over pass probabilities not below chance."""
        return self.log_likelihood(self.excess_rates())

    def profile(self, angle):
        """max over r ≥ 0 of ℓ in the direction φ = `angle`; its slope in r falls, so halving finds the zero."""
        direction = np.stack([np.sin(angle), np.cos(angle)])
        near = np.zeros(angle.shape)
        far = (1 - self.chance) / direction.max(axis=0)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            q = np.clip(self.chance + middle * direction, 1e-300, 1)
            with np.errstate(divide="ignore", invalid="ignore"):
                up = self.passes * direction / q
                down = np.where(self.fails > 0, self.fails * direction / (1 - q), 0.0)
            rises = (up - down).sum(axis=0) > 0
            near, far = np.where(rises, middle, near), np.where(rises, far, middle)
        return self.log_likelihood((near + far) / 2 * direction)


def ratio_interval(problem, level, method):
    """Ends of the interval for the ratio of the excesses."""
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}; saw {method!r}.")
    if method == "bonferroni":
        ends = binomial_interval(problem.passes, problem.checks, (1 + level) / 2, "clopper-pearson")
        low, high = (np.maximum(end - problem.chance, 0) for end in ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            bottom = np.where(high[1] > 0, low[0] / high[1], 0.0)
            return bottom, np.where(low[1] > 0, high[0] / low[1], np.inf)
    cutoff = problem.top() - ndtri((1 + level) / 2) ** 2 / 2
    zero, right = np.zeros(problem.shape), np.full(problem.shape, np.pi / 2)
    middle = np.arctan2(*problem.excess_rates())
    corner = problem.log_likelihood(np.zeros((2, *problem.shape))) >= cutoff
    low, high = _end(problem, cutoff, middle, zero), _end(problem, cutoff, middle, right)
    low = np.where(corner | (problem.profile(zero) >= cutoff), 0.0, np.tan(low))
    high = np.where(corner | (problem.profile(right) >= cutoff), np.inf, np.tan(high))
    return low, high


def _end(problem, cutoff, inside, outside):
    """The direction between `inside` and `outside` at which the profile falls below the cutoff."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        holds = problem.profile(middle) >= cutoff
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    return inside


def estimate_effort_from_pool(
    passes,
    checks,
    pool_passes,
    pool_checks,
    pool_effort=1.0,
    chance=0.5,
    power=2,
    confidence=0.95,
    method="profile",
) -> EffortEstimate:
    """Effort when the strength of the items is known only from a trusted pool.

    Parameters
    ----------
    passes, checks : int or array_like
        Of each annotator.
    pool_passes, pool_checks : int
        All checks of the trusted pool, on items of the same kind.
    pool_effort : float
        The effort the pool is trusted to give, in (0, 1]. Everything scales with it.
    chance, power, confidence, method : as in `relative_effort`

    Returns
    -------
    EffortEstimate
        `method` is "pool, profile" or "pool, bonferroni". The standard error is the delta method's for both
        samples.

    Notes
    -----
    The intervals of several annotators share the pool's error and are not independent. "profile" keeps too little
    where full effort passes nearly every check (κ near ¼): .82 instead of .95 at worst with 20 checks. "bonferroni"
    is the remedy, see `annolib.ratio_coverage`.

    Examples
    --------
    >>> estimate_effort_from_pool(39, 60, pool_passes=330, pool_checks=400)
    ... # doctest: +NORMALIZE_WHITESPACE
    EffortEstimate(effort=0.679, low=0.276, high=0.907, 39 of 60 passed, 0.95 interval, pool, profile; ok)
    """
    trusted = float(within("pool_effort", pool_effort, 0, 1, "It is the effort you trust the pool to give."))
    if np.ndim(pool_effort) != 0 or trusted == 0:
        raise ValueError(f"pool_effort must be one number in (0, 1]; saw {pool_effort!r}.")
    problem = TwoRates(passes, checks, pool_passes, pool_checks, chance, power)
    level = error_rate("confidence", confidence, high=1 - 1e-15)
    low, high = (
        np.minimum(trusted * end ** (1 / power), 1) for end in ratio_interval(problem, level, method)
    )
    own, pool = problem.excess_rates()
    n, m = np.maximum(problem.checks, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = trusted * (own / pool) ** (1 / power)
        q, s = own + problem.chance, pool + problem.chance
        error = raw * np.sqrt(q * (1 - q) / (n * own**2) + s * (1 - s) / (m * pool**2)) / power
    status = np.where(raw >= 1, AT_CEILING, OK).astype("<U20")
    status[own == 0] = AT_CHANCE
    status[pool == 0] = NOT_IDENTIFIED
    status[problem.checks[0] == 0] = NO_CHECKS
    known = (status != NO_CHECKS) & (status != NOT_IDENTIFIED)
    effort = np.where(known, np.minimum(raw, 1), np.nan)
    low, high = np.where(known, low, 0.0), np.where(known, high, 1.0)
    columns = [
        effort,
        low,
        high,
        np.where(status == OK, error, np.nan),
        problem.passes[0],
        problem.checks[0],
        status,
    ]
    frozen = [as_frozen(column, passes, checks) for column in columns]
    message = estimate_message(status, known & (low == high))
    return EffortEstimate(
        *frozen[:-1], float(confidence), f"pool, {method}", frozen[-1], message, problem.index
    )
