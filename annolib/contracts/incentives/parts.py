"""Pay of any shape, split so that its incentives can be bounded: a part convex in the count and a part concave in it.

Expectations under binomial laws keep both shapes as functions of q: with v_k the utilities of the counts, X ~ Binomial(n, q),

    d/dq Σ v_k P(X = k)   = n Σ (v_{k+1} − v_k) P(Y = k),                       Y ~ Binomial(n − 1, q)
    d²/dq² Σ v_k P(X = k) = n(n − 1) Σ (v_{k+2} − 2v_{k+1} + v_k) P(Z = k),      Z ~ Binomial(n − 2, q),

so convex utilities give a function convex in q, and utilities that are convex and then concave one that is convex and then concave
(S. Karlin, Total Positivity, 1968: the second differences change sign once, and so does their expectation).

`split_parts` takes any utilities apart, `step_part` is a bonus at a threshold, `curve_part` pay that is flat and then concave.
"""

from __future__ import annotations

import numpy as np

from annolib.contracts.incentives.deviations import Part
from annolib.numerics.binomials import ALL, WIDTH, log_density, log_pmf, moments, tails

MOST = 1_000_000  # checks up to which every count has its utility in memory


def split_parts(evidence, n, utilities):
    """The two parts of E v(X) for utilities v_0 … v_n of the counts; n at most `MOST`.

    The convex part has the positive second differences, the concave part the negative ones. A straight line may go to either part:
    it is chosen so that the median slope of the convex part is 0, and little cancels in the sum.
    """
    v = np.asarray(utilities, dtype=float)
    bend = np.diff(v, 2)
    convex = np.zeros(n + 1)
    convex[2:] = np.cumsum(np.cumsum(np.maximum(bend, 0.0)))
    median_slope = (
        np.median(np.diff(convex)) if n else 0.0
    )  # a straight line moved from one part to the other
    convex = convex - median_slope * np.arange(n + 1)
    both = np.stack([convex, v - convex])
    value = _together(evidence, n, both)
    slope = _together(evidence, n - 1, n * np.diff(both))
    return [
        Part(lambda x: value(x)[0], lambda x: slope(x)[0], 2.0, 2.0),
        Part(lambda x: value(x)[1], lambda x: slope(x)[1], -1.0, -1.0),
    ]


def _together(evidence, n, values):
    """E values[X] at efforts for each row of `values`; the parts are asked one after the other at the same efforts, so the last is kept."""
    last = [None, None]

    def at(effort):
        effort = np.asarray(effort, dtype=float)
        if last[0] is None or not np.array_equal(last[0], effort):
            last[:] = effort.copy(), expected(n, evidence.success(effort), evidence.failure(effort), values)
        return last[1]

    return at


def expected(n, q, r, values):
    """Σ values[k]·P(X = k) for each q = 1 − r in arrays of one shape, every count within 12 standard deviations summed.

    `values` may have an axis in front; it is then the first of the result too.
    """
    q, r, values = (np.asarray(x, dtype=float) for x in (q, r, values))
    out, shape = np.empty((*values.shape[:-1], q.size)), (*values.shape[:-1], *q.shape)
    q, r = q.ravel(), r.ravel()
    half = n if n <= ALL else int(WIDTH * np.sqrt(n) / 2) + 40
    block = max(int(2e6 / (min(2 * half, n) + 1)), 1)
    for start in range(0, q.size, block):
        part = slice(start, start + block)
        if n <= ALL:
            k = np.arange(n + 1)[None, :]
        else:
            first = np.clip(np.round(n * q[part]).astype(int) - half, 0, max(n - 2 * half, 0))
            k = first[:, None] + np.arange(min(2 * half, n) + 1)
        p = np.exp(log_pmf(k, n, q[part, None], r[part, None]))
        out[..., part] = (p * values[..., k]).sum(axis=-1) / p.sum(axis=-1)
    return out.reshape(shape)


def step_part(evidence, n, threshold, bonus):
    """The part bonus·P(X ≥ threshold) of the agent's expected utility."""

    def value(effort):
        return bonus * tails(threshold, n, evidence.success(effort), evidence.failure(effort))[0]

    def slope(effort):
        return bonus * np.exp(log_density(threshold, n, evidence.success(effort), evidence.failure(effort)))

    inflection = (threshold - 1) / (n - 1) if n > 1 else 0.0
    return Part(value, slope, inflection, inflection)


def curve_part(evidence, n, utility_of_count, kink):
    """The part E v(X) for v flat up to the kink (NaN: none) and concave beyond."""

    def moment(effort, order):
        effort = np.asarray(effort, dtype=float)
        values = moments(n, evidence.success(effort), evidence.failure(effort), utility_of_count, kink, order)
        return values.reshape(effort.shape)

    return bent_part(evidence, n, moment, kink)


def bent_part(evidence, n, moment, kink, straight=False):
    """The part with value moment(effort, 0) and q-derivatives moment(effort, 1 and 2), for pay as in `curve_part`.

    If pay is `straight` beyond the kink, the part is convex.
    """
    if straight or n == 1:  # with one check the part is linear in q
        below, above = 2.0, 2.0
    else:
        below, above = (-1.0, -1.0) if np.isnan(kink) else _inflection(evidence, n, kink, moment)
    return Part(lambda x: moment(x, 0), lambda x: moment(x, 1), below, above)


def _inflection(evidence, n, kink, moment):
    """Between which two q the sign of d²/dq² E v turns from + to −, its only possible change: looked for around the kink, then halved
    as long as the signs are beyond rounding. Between the two the part is only taken to increase.
    """
    share = min(max(kink / n, 1e-12), 1 - 1e-12)
    near = share + np.sqrt(share * (1 - share) / n) * np.linspace(-9, 9, 37)
    low, high = evidence.at_no_effort, evidence.at_no_effort + evidence.gain
    hits = np.unique(
        np.clip(np.r_[near, np.linspace(low, high, 9)], low + 1e-9 * (high - low), high - 1e-9 * (high - low))
    )
    bend = moment(evidence.effort(hits), 2)
    sure = np.abs(bend) > 1e-7 * np.max(np.abs(bend))
    falls, rises = np.flatnonzero(sure & (bend < 0)), np.flatnonzero(sure & (bend > 0))
    if not falls.size:
        return (hits[rises[-1]] if rises.size else low), 2.0
    above, below = hits[falls[0]], (hits[rises[-1]] if rises.size else -1.0)
    if not rises.size:
        return (-1.0, -1.0) if falls[0] == 0 else (low, above)
    level = 1e-9 * np.max(np.abs(bend))
    for _ in range(20):  # eight parts at a time, as long as the signs are beyond rounding
        inner = np.linspace(below, above, 9)[1:-1]
        value = moment(evidence.effort(inner), 2)
        up, down = inner[value > level], inner[value < -level]
        old = above - below
        below, above = (up[-1] if up.size else below), (down[0] if down.size else above)
        if above - below > 0.5 * old or above - below < 1e-13:
            break
    return below, above
