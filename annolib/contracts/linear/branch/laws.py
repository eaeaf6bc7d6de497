"""The laws of the passes in a cell: which counts are summed, and their chances at both ends and the middle of a range of efforts.

Up to `cut_lines.EVERY` checks every count is a node. Beyond, blocks of counts of a few standard deviations are summed by a Gauss rule for sums;
counts at which the line may leave the floor inside the cell come first. And what all sums over counts need: totals, ranges of products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.numerics.binomials import block_rule, log_pmf
from annolib.numerics.calculus import log1pmx

_WIDTH, _RARE = (
    9.0,
    12.0,
)  # standard deviations that are summed beyond that, and counts on top: rare failures are not normal
_BLOCK = 3.0  # standard deviations that one Gauss rule sums
_INSIDE = 14  # nodes of the counts inside a cell


@dataclass(frozen=True, eq=False)
class Laws:
    """Counts that are summed, arrays (cells or 1, nodes): shares y = k/n, laws at both ends and the centre, laws of the deviations."""

    share: np.ndarray
    low: np.ndarray  # P_k at η₀
    mid: np.ndarray
    high: np.ndarray
    least: np.ndarray  # the smallest and the largest P_k between η₀ and η₁
    most: np.ndarray
    others: list

    def take(self, index):
        """The nodes of some cells."""
        share, *laws = (
            x if x.shape[0] == 1 else x[index]
            for x in (self.share, self.low, self.mid, self.high, self.least, self.most, *self.others)
        )
        return Laws(share, *laws[:5], laws[5:])


def nodes(lines, cells):
    """The counts that are summed in these cells and their laws, `Laws`."""
    low, high = (lines.evidence.success(end) for end in (cells.effort_low, cells.effort_high))
    if lines.every_count:
        efforts, index = np.unique(
            np.concatenate([cells.effort_low, (cells.effort_low + cells.effort_high) / 2, cells.effort_high]),
            return_inverse=True,
        )
        hit, miss = lines.evidence.success(efforts), lines.evidence.failure(efforts)
        laws = np.exp(log_pmf(lines.counts, lines.n, hit[:, None], miss[:, None]))[index]
        first, mid, last = np.split(laws, 3)
        share, others = lines.counts[None, :] / lines.n, lines.other_laws
    else:
        share, first, mid, last, weights, others = _blocks(lines, cells)
    least, most = np.minimum(first, last), np.maximum(first, last)
    inside = (share > column(low)) & (share < column(high))  # the law is largest in between
    if inside.any() and lines.every_count:
        most = np.where(inside, lines.peaks, most)
    elif inside.any():
        at = share[inside]
        most[inside] = weights[inside] * np.exp(log_pmf(lines.n * at, lines.n, at, 1 - at))
    return Laws(share, first, mid, last, least, most, others)


def _blocks(lines, cells):
    """Counts for many checks: those inside the cell, then blocks of counts under each law, each block a Gauss rule for sums.

    Returns the shares, the laws at both ends and the middle of the efforts, their weights, and the laws of the deviations. A law is 0
    on the blocks of another.
    """
    n, ev = lines.n, lines.evidence
    first = np.clip(np.floor(n * cells.share_low) + 1, 0, n)
    clear = np.clip(np.ceil(n * cells.share_high), 0, n)
    inside, weights = _inside_counts(first, clear)
    low, high = ev.success(cells.effort_low), ev.success(cells.effort_high)
    spread = np.sqrt(n * np.maximum(low * (1 - low), high * (1 - high)))
    least = np.sqrt(n * np.min(np.minimum(low * (1 - low), high * ev.failure(cells.effort_high))))
    counts, rule = _block(lines, clear, n * low - _reach(spread), n * high + _reach(spread), least)
    parts, sizes = [np.concatenate([inside, counts], axis=1)], [weights.shape[1] + counts.shape[1]]
    own, others = np.concatenate([weights, rule], axis=1), []
    for e in lines.deviations:
        q, r = ev.success(e), ev.failure(e)
        wide = np.sqrt(n * q * (1 - q))
        counts, rule = _block(lines, clear, n * q - _reach(wide), n * q + _reach(wide), wide)
        law = np.exp(log_pmf(np.concatenate([inside, counts], axis=1), n, q, r))
        others.append((len(parts), np.concatenate([weights, rule], axis=1) * law))
        parts.append(counts)
        sizes.append(counts.shape[1])
    ends = np.cumsum(sizes)
    laws = np.zeros((3 + len(others), cells.size, ends[-1]))
    laws[:3, :, : ends[0]] = _laws_from_the_middle(lines, cells, parts[0], own)
    for i, (place, law) in enumerate(others):
        laws[3 + i, :, : weights.shape[1]] = law[:, : weights.shape[1]]
        laws[3 + i, :, ends[place - 1] : ends[place]] = law[:, weights.shape[1] :]
    full = np.zeros(laws.shape[1:])
    full[:, : ends[0]] = own
    return np.concatenate(parts, axis=1) / n, *laws[:3], full, list(laws[3:])


def _laws_from_the_middle(lines, cells, counts, weights):
    """Weighted laws at the low end, the middle and the high end of the efforts: one law, and its ratios to the two others.

    log P_k(q + δ) − log P_k(q) = δ·s_k + k·(log(1 + δ/q) − δ/q) + (n − k)·(log(1 − δ/r) + δ/r).
    """
    n, ev = lines.n, lines.evidence
    middle = (cells.effort_low + cells.effort_high) / 2
    q, r = column(ev.success(middle)), column(ev.failure(middle))
    log_mid = log_pmf(counts, n, q, r)
    score = (counts - n * q) / (q * r)
    found = [weights * np.exp(log_mid)]
    for end in (cells.effort_low, cells.effort_high):
        move = column(ev.success(end)) - q
        gone = column(ev.failure(end)) <= 0  # no failure at all: only n of n is left
        change = (
            move * score + counts * log1pmx(move / q) + (n - counts) * log1pmx(np.where(gone, 0.0, -move / r))
        )
        law = log_mid + change
        if gone.any():
            sure = log_pmf(counts, n, column(ev.success(end)), column(ev.failure(end)))
            law = np.where(gone, sure, law)
        found.append(weights * np.exp(law))
    return found[1], found[0], found[2]


def _reach(deviation):
    """How far from its mean a law is summed: what is left out has a chance below 1e-18, of rare failures (Poisson) too."""
    return _WIDTH * deviation + _RARE


def _block(lines, clear, bottom, top, deviation):
    """Counts from `bottom` or `clear` up to `top`, and their weights, in blocks of some deviations."""
    n, length = lines.n, max(int(_BLOCK * deviation), 1)
    start = np.clip(np.maximum(clear, np.floor(bottom)), 0, n)
    number = max(int(np.ceil(np.max((np.minimum(top, n) + 1 - start) / length))), 1)  # n itself is a count
    x, w = block_rule(length)
    k = (start[:, None, None] + length * np.arange(float(number))[:, None] + x).reshape(start.size, -1)
    used = (k <= n) & (k <= column(np.broadcast_to(top, start.shape)) + length)
    return np.minimum(k, n), np.where(used, np.tile(w, number), 0.0)


def _inside_counts(first, clear):
    """Counts from `first` up to but not `clear`, few of them with weights."""
    lengths = np.maximum(clear - first, 0).astype(int)
    size = int(min(lengths.max(initial=0), _INSIDE))
    counts, weights = np.repeat(first[:, None], size, axis=1), np.zeros((first.size, size))
    for length in np.unique(lengths[lengths > 0]):
        x, w = block_rule(int(length))
        rows = np.flatnonzero(lengths == length)
        counts[rows[:, None], np.arange(x.size)] = first[rows, None] + x
        weights[rows[:, None], np.arange(x.size)] = w
    return counts, weights


def column(a):
    return a[:, None]


def total(p, z):
    """Σ over the nodes."""
    return np.einsum("ij,ij->i", np.broadcast_to(p, z.shape), z)


def largest_product(low, high, least, most):
    """The largest c·z for c in [low, high] and z in [least, most]."""
    return np.maximum(np.maximum(low * least, low * most), np.maximum(high * least, high * most))


def smallest_product(low, high, least, most):
    """The smallest c·z for c in [low, high] and z in [least, most]."""
    return np.minimum(np.minimum(low * least, low * most), np.minimum(high * least, high * most))


def product_range(price, low, high):
    """The range of price·z for z in [low, high] and a price of any sign."""
    a, b = price * low, price * high
    return np.minimum(a, b), np.maximum(a, b)
