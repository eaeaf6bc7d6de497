"""Pay of any shape, split so that its incentives can be bounded: a part convex in the count and a part concave in it.

Expectations under binomial laws keep both shapes as functions of q: with v_k the utilities,
d²/dq² Σ v_k P(X = k) = n(n − 1) Σ (v_{k+2} − 2v_{k+1} + v_k) P(Y = k), Y ~ Binomial(n − 2, q).
"""

from __future__ import annotations

import numpy as np

from annolib.binomials import ALL, WIDTH, log_pmf
from annolib.contracts.deviations import Part

MOST = 1_000_000  # checks up to which every count has its utility in memory


def split_parts(evidence, n, utilities):
    """The two parts of E v(X) for utilities v_0 … v_n of the counts; n at most `MOST`."""
    v = np.asarray(utilities, dtype=float)
    bend = np.diff(v, 2)
    convex = np.zeros(n + 1)
    convex[2:] = np.cumsum(np.cumsum(np.maximum(bend, 0.0)))
    lean = np.median(np.diff(convex)) if n else 0.0  # a straight line moved from one part to the other
    convex = convex - lean * np.arange(n + 1)
    return [_part(evidence, n, convex, 2.0, 2.0), _part(evidence, n, v - convex, -1.0, -1.0)]


def _part(evidence, n, values, convex_below, concave_above):
    steps = n * np.diff(values)

    def value(effort):
        return expected(n, evidence.hit(effort), evidence.miss(effort), values)

    def slope(effort):
        return expected(n - 1, evidence.hit(effort), evidence.miss(effort), steps)

    return Part(value, slope, convex_below, concave_above)


def expected(n, q, r, values):
    """Σ values[k]·P(X = k) for each q = 1 − r in arrays of one shape, every count within 12 standard deviations summed."""
    q, r = np.asarray(q, dtype=float), np.asarray(r, dtype=float)
    out, shape = np.empty(q.size), q.shape
    q, r = q.ravel(), r.ravel()
    half = n if n <= ALL else int(WIDTH * np.sqrt(n) / 2) + 40
    block = max(int(2e6 / (min(2 * half, n) + 1)), 1)
    for start in range(0, q.size, block):
        part = slice(start, start + block)
        if n <= ALL:
            k = np.broadcast_to(np.arange(n + 1), (q[part].size, n + 1))
        else:
            first = np.clip(np.round(n * q[part]).astype(int) - half, 0, max(n - 2 * half, 0))
            k = first[:, None] + np.arange(min(2 * half, n) + 1)
        p = np.exp(log_pmf(k, n, q[part, None], r[part, None]))
        out[part] = (p * values[k]).sum(axis=1) / p.sum(axis=1)
    return out.reshape(shape)
