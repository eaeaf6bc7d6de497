"""Exact tests of all evidence against a required effort.

The statistic is the score at the required effort η₀, a weighted count of successes,

    S = Σ w_k x_k,   w_k = q_k′(η₀)/[q_k(1 − q_k)],

the locally most powerful one. Every w_k x_k rises with effort in law, so the largest P(S ≤ s) over all efforts of at least
η₀, and the largest P(S ≥ s) over all of at most η₀, are those at η₀: sums over the binomial laws, carried on a lattice
and rounded to the safe side. Where a strength comes from a pool, accusing takes its lower limit and clearing its upper
one, and the limits' error is added (R. L. Berger, D. D. Boos, JASA 89 (1994), doi:10.1080/01621459.1994.10476836).
Dependent checks count as checks/design effect, what is not whole being rounded to the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.estimation.intervals import binomial_interval
from annolib.numerics.binomials import log_pmf

POOL_ERROR = 0.005  # that all pools' limits together may err on either side
_CELLS = 20_000


@dataclass(frozen=True)
class _Count:
    """Successes of one part: how many of how many, with which probability and slope at η₀."""

    won: int
    number: int
    q: float
    slope: float

    @property
    def weight(self):
        return self.slope / (self.q * (1 - self.q))


def p_values(parts, required):
    """p-values of "effort is at least `required`" and of "effort is at most `required`".

    Parameters
    ----------
    parts : dict
        Kind → Evidence, those that inform.
    required : float
        In (0, 1).

    Returns
    -------
    careless, careful : float
    """
    pools = sum(part.pool is not None for part in parts.values())
    share = POOL_ERROR / max(pools, 1)
    found = []
    for side in (0, 1):
        counts = [_count(part, required, side, share) for part in parts.values()]
        counts = [count for count in counts if count.slope > 0 and count.number > 0]
        found.append(min(_tail(counts, side) + POOL_ERROR * (pools > 0), 1.0) if counts else 1.0)
    return tuple(found)


def _count(part, required, side, share):
    """The part's successes; side 0 for accusing: rounded up, weakest checks; 1 for clearing: down, strongest."""
    monitor, chance, falls = part.monitor, part.monitor.chance, part.monitor.gain < 0 and part.pool is None
    gain = abs(monitor.gain)
    if part.pool is not None:
        end = binomial_interval(*part.pool, 1 - 2 * share, "clopper-pearson")[side]
        gain = max(end - chance, 0.0)
    if falls:
        chance = 1 - chance
    won = (part.checks - part.passes if falls else part.passes) / part.design_effect
    number = int(np.floor(part.checks / part.design_effect + 1e-9))
    won = int(np.ceil(won - 1e-9) if side == 0 else np.floor(won + 1e-9))
    q = min(chance + gain * required**monitor.power, 1 - 1e-12)
    return _Count(min(won, number), number, q, gain * monitor.power * required ** (monitor.power - 1))


def _tail(counts, side):
    """P(S ≤ s) or P(S ≥ s) at the required effort; scores are rounded towards the side that is asked about."""
    step = sum(count.weight * count.number for count in counts) / _CELLS
    if len(counts) == 1:
        step = counts[0].weight  # one binomial: no rounding
    law, seen = np.ones(1), 0
    for count in counts:
        scores = count.weight * np.arange(count.number + 1) / step
        place = (np.floor(scores + 1e-9) if side == 0 else np.ceil(scores - 1e-9)).astype(int)
        chance = np.exp(log_pmf(np.arange(count.number + 1), count.number, count.q, 1 - count.q))
        law = np.convolve(law, np.bincount(place, chance))
        seen += count.weight * count.won / step
    if side == 0:
        return float(law[: int(np.floor(seen + 1e-6)) + 1].sum())
    return float(law[int(np.ceil(seen - 1e-6)) :].sum())
