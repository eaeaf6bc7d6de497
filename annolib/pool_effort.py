"""Effort when the strength of the items is known only from a trusted pool of annotators.

A pool that is trusted to work with a known effort (mostly 1) turns a ratio of efforts into an effort, and the
pool's own sampling error goes into the interval. The assumptions are those of `annolib.relative_effort`.
"""

from __future__ import annotations

import numpy as np

from annolib.estimation import (
    AT_CEILING,
    AT_CHANCE,
    NO_CHECKS,
    NOT_IDENTIFIED,
    OK,
    EffortEstimate,
    as_frozen,
    estimate_message,
)
from annolib.hypotheses import error_rate
from annolib.two_rates import TwoRates, ratio_interval
from annolib.validation import within


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
):
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
    own, pool = problem.best()
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
