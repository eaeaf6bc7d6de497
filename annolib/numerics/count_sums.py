"""Sums over the pass counts for many pass probabilities at once, cut where a line meets the floor.

A row is one law Binomial(n, q) and one count, the kink, up to which pay is the floor. What lies at or below the kink is one
lump: its probability, and its share of the score, are incomplete beta functions. Above it the counts are summed

- one by one where the standard deviation is small,
- by equally spaced counts where no kink is in sight (exact to rounding: Poisson's summation formula),
- else by blocks of counts that begin just above the kink, each with a Gauss rule for sums.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from annolib.numerics.binomials import ALL, STEP, WIDTH, block_rule, log_density, log_pmf, tails

_ONE_BY_ONE = 25.0  # up to this standard deviation every count is a node
_BLOCK = 3.0  # standard deviations a block holds; 14 Gauss nodes leave an error below 1e-15 there
_MARGIN = 40  # counts added to the window on either side


@dataclass(frozen=True, eq=False)
class Law:
    """Nodes k, probabilities p (weights included) and scores s = (k − nq)/√(nqr) of each row; all (rows, nodes).

    The first node is the lump: everything at or below the kink. Its k is NaN and its p and s are those of the lump.
    """

    nodes: np.ndarray
    p: np.ndarray
    scored: np.ndarray  # p·s


@dataclass(frozen=True, eq=False)
class Rows:
    """Laws of n checks at pass probabilities q = 1 − r, one a row."""

    n: int
    q: np.ndarray
    r: np.ndarray
    plain: tuple  # (law where no kink is in sight, is every count a node?) of all rows

    @classmethod
    def at(cls, n, q, r):
        """The rows for arrays q, r."""
        return _rows(n, np.ravel(q).astype(float).tobytes(), np.ravel(r).astype(float).tobytes())

    def take(self, index):
        """Some of the rows."""
        law, every = self.plain
        kept = Law(law.nodes[index], law.p[index], law.scored[index])
        return replace(self, q=self.q[index], r=self.r[index], plain=(kept, every[index]))

    def law(self, kink, block=_BLOCK):
        """The law of each row, cut at its kink (a real count; NaN for none).

        `block` standard deviations are summed by one Gauss rule; less for functions that change quickly beyond the kink.
        """
        law, every = self.plain
        deviation = np.sqrt(self.n * self.q * self.r)
        cut = ~every & (kink > self.n * self.q - WIDTH * deviation - _MARGIN)
        if not cut.any():
            return law
        blocks = _blocks(self.n, self.q[cut], self.r[cut], kink[cut], deviation[cut], block)
        return blocks if cut.all() else _together(law, blocks, cut)


def derivatives(rows, law, rise):
    """First and second derivative in q of E f(X), for f measured from its value at the lump: arrays (rows,)."""
    n, q, r = rows.n, rows.q, rows.r
    step = np.nan_to_num(law.nodes - n * q[:, None])
    weight = law.p * (step * (step - (r - q)[:, None]) - (n * q * r)[:, None])
    first = np.sqrt(n / (q * r)) * (law.scored * rise).sum(axis=1)
    return first, (weight * rise).sum(axis=1) / (q * r) ** 2


@lru_cache(maxsize=256)
def _rows(n, q, r):
    q, r = np.frombuffer(q), np.frombuffer(r)
    deviation = np.sqrt(n * q * r)
    every = (n <= ALL) | (deviation <= _ONE_BY_ONE)
    plain = _each_count(n, q, r, deviation) if every.all() else _spaced(n, q, r, deviation)
    return Rows(n, q, r, (plain, every))


def left_out(n, q):
    """Probability of the counts outside the window that is summed; 0 where every count is."""
    if n <= ALL or not 0 < q < 1:
        return 0.0
    half = WIDTH * np.sqrt(n * q * (1 - q)) + _MARGIN
    low, high = np.floor(n * q - half), np.ceil(n * q + half)
    below = float(tails(low, n, q, 1 - q)[1]) if low > 0 else 0.0
    return below + (float(tails(high + 1, n, q, 1 - q)[0]) if high < n else 0.0)


def _scored(n, q, r, nodes, p):
    return p * (nodes - n * q[:, None]) / np.sqrt(n * q * r)[:, None]


def _normalised(p):
    return p / p.sum(axis=1, keepdims=True)


def _with_no_lump(n, q, r, nodes, p):
    shape = (q.size, nodes.shape[1] + 1)
    law = Law(np.full(shape, np.nan), np.zeros(shape), np.zeros(shape))
    law.nodes[:, 1:], law.p[:, 1:] = nodes, _normalised(p)
    law.scored[:, 1:] = _scored(n, q, r, nodes, law.p[:, 1:])
    return law


def _each_count(n, q, r, deviation):
    """Every count of the window is a node."""
    if n <= ALL:
        nodes = np.broadcast_to(np.arange(n + 1.0), (q.size, n + 1))
        inside = np.ones(nodes.shape, bool)
    else:
        half = int(np.ceil(WIDTH * deviation.max())) + _MARGIN
        nodes = np.round(n * q)[:, None] + np.arange(-half, half + 1.0)
        inside = (nodes >= 0) & (nodes <= n)
        nodes = np.clip(nodes, 0, n)
    p = np.where(inside, np.exp(log_pmf(nodes, n, q[:, None], r[:, None])), 0.0)
    return _with_no_lump(n, q, r, nodes, p)


def _spaced(n, q, r, deviation):
    """Equally spaced counts, rows of small standard deviation apart."""
    few = deviation <= _ONE_BY_ONE
    steps = np.arange(-int(WIDTH / STEP) - 2, int(WIDTH / STEP) + 3.0)
    size = steps.size if not few.any() else 2 * (int(np.ceil(WIDTH * _ONE_BY_ONE)) + _MARGIN) + 1
    nodes, p = np.repeat(n * q[:, None], size, axis=1), np.zeros((q.size, size))
    many = np.flatnonzero(~few)
    wide = np.floor(STEP * deviation[many, None])
    inner = np.round(n * q[many, None]) + wide * steps
    nodes[many, : steps.size] = inner
    p[many, : steps.size] = wide * np.exp(log_pmf(inner, n, q[many, None], r[many, None]))
    if few.any():
        part = _each_count(n, q[few], r[few], np.full(1, _ONE_BY_ONE))
        nodes[few], p[few] = part.nodes[:, 1:], part.p[:, 1:]
    return _with_no_lump(n, q, r, nodes, p)


def _together(law, blocks, cut):
    """Rows of two kinds side by side, the shorter ones filled up with nodes of no weight."""
    size = max(law.nodes.shape[1], blocks.nodes.shape[1])
    parts = []
    for name in ("nodes", "p", "scored"):
        whole, some = getattr(law, name), getattr(blocks, name)
        out = np.zeros((cut.size, size)) if name != "nodes" else np.repeat(whole[:, 1:2], size, axis=1)
        out[~cut, : whole.shape[1]] = whole[~cut]
        out[cut, : some.shape[1]] = some
        parts.append(out)
    return Law(*parts)


def _blocks(n, q, r, kink, deviation, block):
    """Blocks of counts that begin just above the kink; the lump below it by the incomplete beta function."""
    length = int(block * deviation.min())
    low = np.maximum(np.floor(n * q - WIDTH * deviation) - _MARGIN, 0)
    below = np.floor(np.where(np.isnan(kink), -1.0, kink))
    start = np.clip(np.maximum(below + 1, low), 0, n)
    top = np.minimum(n * q + WIDTH * deviation + _MARGIN, n)
    number = max(int(np.ceil(np.max(top - start) / length)), 1)
    x, w = block_rule(length)
    nodes = (start[:, None, None] + length * np.arange(float(number))[:, None] + x).reshape(q.size, -1)
    inside = nodes <= n
    nodes = np.where(inside, nodes, start[:, None])
    p = np.where(inside, np.tile(w, number) * np.exp(log_pmf(nodes, n, q[:, None], r[:, None])), 0.0)
    lumped = below >= low
    t = np.clip(below + 1, 1, n)
    lump = np.where(lumped, tails(t, n, q, r)[1], 0.0)
    lump_score = np.where(lumped, -np.sqrt(q * r / n) * np.exp(log_density(t, n, q, r)), 0.0)
    total = (lump + p.sum(axis=1))[:, None]
    lump, p = lump[:, None] / total, p / total
    scored = np.concatenate([lump_score[:, None], _scored(n, q, r, nodes, p)], axis=1)
    nodes = np.concatenate([np.full((q.size, 1), np.nan), nodes], axis=1)
    return Law(nodes, np.concatenate([lump, p], axis=1), scored)
