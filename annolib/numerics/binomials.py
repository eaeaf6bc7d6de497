"""Binomial laws that keep their digits for any n: probabilities, tails in logs, expectations by few nodes.

The number of passes X ~ Binomial(n, q). Everywhere `q` and `r` = 1 − q are given together, each with full digits.

References
----------
C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
P. L. Chebyshev's discrete orthogonal polynomials: W. Gautschi, Orthogonal Polynomials (2004), table 1.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betainc, betaincc, gammaln, xlogy

from annolib.numerics.calculus import UNIT_NODES, UNIT_WEIGHTS, log1pmx

WIDTH = 12.0  # standard deviations kept on either side; what is left out has probability below 1e-32
ALL = 600  # up to this many checks every count is kept
STEP = 0.45  # in standard deviations: smooth sums take every so-many-th count; error e^(−2π²/STEP²) < 1e-42
_BLOCK, _NODES = 0.75, 14  # a block of integers of this many standard deviations is summed with so many nodes
_QUADRATURE_FROM = 20_000  # below, scipy's incomplete beta function is the faster one
_PANELS = (0.0, 0.1, 0.3, 1.0)
_PANEL_NODES = np.concatenate(
    [low + (high - low) * UNIT_NODES for low, high in zip(_PANELS, _PANELS[1:], strict=False)]
)
_PANEL_WEIGHTS = np.concatenate(
    [(high - low) * UNIT_WEIGHTS for low, high in zip(_PANELS, _PANELS[1:], strict=False)]
)


def stirling_error(k):
    """log k! − (k + ½) log k + k − ½ log 2π, for k > 0."""
    k = np.asarray(k, dtype=float)
    small = k < 16
    some = small.any()
    big = np.where(small, 16.0, k) if some else k
    inverse = 1 / (big * big)
    series = (
        1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))
    ) / big
    if not some:
        return series
    few = np.maximum(k[small], 1e-300)
    series = np.array(series)
    series[small] = gammaln(few + 1) - (few + 0.5) * np.log(few) + few - 0.5 * np.log(2 * np.pi)
    return series


def _deviances(a, b, mean_a, mean_b):
    """a log(a/mean_a) + mean_a − a, and the same for b, summed; exact for counts near their means."""
    with np.errstate(divide="ignore", invalid="ignore"):
        off_a, off_b = (mean_a - a) / a, (mean_b - b) / b
        off = np.empty((2, *np.broadcast_shapes(off_a.shape, off_b.shape)))
        off[0], off[1] = off_a, off_b
        off = log1pmx(off)
    return -(a * off[0] + b * off[1])


def log_pmf(k, n, q, r):
    """log P(X = k); k may be real (the smooth extension by gamma functions)."""
    k, q, r = (np.asarray(a, dtype=float) for a in (k, q, r))
    rest = n - k
    inner, sure = (k > 0) & (rest > 0), (q <= 0) | (r <= 0)
    plain = inner.all() and not sure.any()
    if plain:
        a, b, m, p, s = k, rest, np.asarray(n, dtype=float), q, r
    else:
        a, b, m = np.where(inner, k, 1.0), np.where(inner, rest, 1.0), np.where(inner, n, 2.0)
        p, s = np.where(sure, 0.5, q), np.where(sure, 0.5, r)
    start = _every_start(int(n)).reshape(k.shape) if _is_every(k, n) else _start(m, a, b)
    value = start - _deviances(a, b, m * p, m * s)
    if plain:
        return value
    value = np.array(value)
    value[np.broadcast_to(sure, value.shape)] = -np.inf
    edge = np.broadcast_to(~inner, value.shape)
    k, rest, q, r = (np.broadcast_to(each, value.shape)[edge] for each in (k, rest, q, r))
    with np.errstate(invalid="ignore"):
        value[edge] = xlogy(k, q) + xlogy(rest, r)
    return value


def _start(m, a, b):
    """log P(X = a) where the deviances are none: a successes of m, b failures."""
    return stirling_error(m) - stirling_error(a) - stirling_error(b) + 0.5 * np.log(m / (2 * np.pi * a * b))


def _is_every(k, n):
    """Are these all counts from 0 to n, in their order?"""
    n = np.asarray(n)
    if n.ndim or k.size != n + 1 or k.size > ALL:
        return False
    return np.array_equal(k.ravel(), _every_count(k.size))


@lru_cache(maxsize=64)
def _every_count(size):
    return np.arange(float(size))


@lru_cache(maxsize=64)
def _every_start(n):
    """`_start` for all counts; at the ends, where it is not used, that of 1 success and 1 failure of 2."""
    k = _every_count(n + 1)
    inner = (k > 0) & (k < n)
    return _start(*(np.where(inner, x, y) for x, y in ((float(n), 2.0), (k, 1.0), (n - k, 1.0))))


def log_density(t, n, q, r):
    """log of dP(X ≥ t)/dq, the Beta(t, n − t + 1) density at q; 1 ≤ t ≤ n."""
    return np.log(n) + log_pmf(np.asarray(t) - 1.0, np.asarray(n) - 1.0, q, r)


def tails(t, n, q, r):
    """P(X ≥ t) and P(X < t), the smaller one with full relative digits; 1 ≤ t ≤ n; n may be an array too."""
    t, n, q, r = (np.asarray(a, dtype=float) for a in (t, n, q, r))
    few = n < _QUADRATURE_FROM
    if few.all():
        return _tails_by_beta(t, n, q, r)
    if not few.any():
        return _tails_by_quadrature(t, n, q, r)
    t, n, q, r = np.broadcast_arrays(t, n, q, r)
    out = np.empty((2, *n.shape))
    for where, method in (
        (n < _QUADRATURE_FROM, _tails_by_beta),
        (n >= _QUADRATURE_FROM, _tails_by_quadrature),
    ):
        out[:, where] = method(t[where], n[where], q[where], r[where])
    return out[0], out[1]


def _tails_by_beta(t, n, q, r):
    """`tails` by the incomplete beta function, asked for at the smaller of q and r."""
    flip = q < 0.5
    if flip.any():
        a, b, x = np.where(flip, t, n - t + 1.0), np.where(flip, n - t + 1.0, t), np.where(flip, q, r)
    else:
        a, b, x = n - t + 1.0, t, r
    one = np.asarray(betainc(a, b, x))
    other = 1 - one
    rare = one > 0.5  # here the difference would lose digits
    if rare.any():
        a, b, x = (np.broadcast_to(each, one.shape)[rare] for each in (a, b, x))
        other = np.array(other)
        other[rare] = betaincc(a, b, x)
    return (np.where(flip, one, other), np.where(flip, other, one)) if flip.any() else (other, one)


def _tails_by_quadrature(t, n, q, r):
    t, n, q, r = np.broadcast_arrays(t, n, q, r)
    high = (t - 1) < (n - 1) * q
    with np.errstate(under="ignore"):
        small = np.exp(_log_tail(np.where(high, t, n - t + 1), n, np.where(high, q, r), np.where(high, r, q)))
    return np.where(high, 1 - small, small), np.where(high, small, 1 - small)


def log_tails(t, n, q, r):
    """log P(X ≥ t) and log P(X < t), also where a probability underflows; 1 ≤ t ≤ n."""
    t, q, r = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (t, q, r)))
    high = (t - 1) < (n - 1) * q
    small = _log_tail(np.where(high, t, n - t + 1), n, np.where(high, q, r), np.where(high, r, q))
    with np.errstate(divide="ignore", under="ignore"):
        large = np.log1p(-np.exp(np.minimum(small, 0)))
    return np.where(high, large, small), np.where(high, small, large)


def _log_tail(t, n, q, r):
    """log P(X < t) on the side where it is the small one: density at q times ∫ density(x)/density(q) dx, x > q.

    The log of that ratio falls at `steepness` and faster with `curvature`; by `length` it has fallen by 40.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        steepness = ((n - 1) * q - (t - 1)) / (q * r)
        curvature = (t - 1) / (q * q) + (n - t) / (r * r)
        length = np.minimum(80 / (steepness + np.sqrt(steepness**2 + 80 * curvature)), r)
        x = length[..., None] * _PANEL_NODES
        rise = (t - 1)[..., None] * np.log1p(x / q[..., None])
        rise = rise + (n - t)[..., None] * np.log1p(-x / r[..., None])
        mass = (np.exp(rise) * _PANEL_WEIGHTS).sum(axis=-1) * length
        value = log_density(t, n, q, r) + np.log(mass)
        return np.where(r == 0, -np.inf, np.where(q == 0, 0.0, value))


@dataclass(frozen=True, eq=False)
class Counts:
    """Where the number of passes lives: real nodes k and the weight each has in a sum over all integers.

    Σ_k f(k)·P(X = k) over the window is Σ weight · f(node)·P(node), exactly if every integer is a node, else to
    rounding for f smooth on the scale of a standard deviation: by Poisson's summation formula equally spaced nodes do
    without a break in the window; with one, blocks of integers are summed by Gauss rules.

    Attributes
    ----------
    n : int
    nodes, weights : numpy.ndarray
    left_out : float
        Probability of the counts outside the window, under the q it was made for.
    """

    n: int
    nodes: np.ndarray
    weights: np.ndarray
    left_out: float

    def probabilities(self, q, r):
        """Weighted P(X = k) at each node; q, r may have leading axes."""
        q, r = np.asarray(q, dtype=float)[..., None], np.asarray(r, dtype=float)[..., None]
        return self.weights * np.exp(log_pmf(self.nodes, self.n, q, r))


def counts_near(n, q, r, breaks=(), others=()):
    """The window of counts around n·q that carries all but a negligible probability.

    Parameters
    ----------
    n : int
    q, r : float
        Pass probability the window is made for, and 1 − q.
    breaks : tuple of float
        Counts at which the functions to be summed have a kink: no block of integers straddles them.
    others : tuple of (q, r)
        Further pass probabilities whose windows are wanted too.
    """
    if n <= ALL:
        return Counts(n, np.arange(n + 1.0), np.ones(n + 1), 0.0)
    windows = sorted(window(n, *pair) for pair in ((q, r), *others))
    merged = [windows[0]]
    for low, high, deviation in windows[1:]:
        first, last, smallest = merged[-1]
        if low <= last + 1:
            merged[-1] = (first, max(last, high), min(smallest, deviation))
        else:
            merged.append((low, high, deviation))
    nodes, weights = zip(*(_sum_rule(*piece, n, breaks) for piece in merged), strict=True)
    low, high, _ = window(n, q, r)
    left_out = float(tails(low, n, q, r)[1]) if low > 0 else 0.0
    left_out += float(tails(high + 1, n, q, r)[0]) if high < n else 0.0
    return Counts(n, np.concatenate(nodes), np.concatenate(weights), left_out)


def window(n, q, r):
    """First and last count that matter under Binomial(n, q), and the standard deviation."""
    deviation = float(np.sqrt(n * q * r))
    half = WIDTH * deviation + 40
    return max(0, int(np.floor(n * q - half))), min(n, int(np.ceil(n * q + half))), deviation


def _sum_rule(low, high, deviation, n, breaks):
    """Nodes and weights for Σ over the integers low … high of something smooth on the scale of `deviation`."""
    size = int(_BLOCK * deviation)
    if size <= 2 * _NODES:
        return np.arange(low, high + 1.0), np.ones(high - low + 1)
    edges = sorted({low, high + 1} | {int(np.floor(b)) + 1 for b in breaks if low <= b < high})
    if len(edges) == 2 and low > 0 and high < n:
        step = float(int(STEP * deviation))  # whole, so that the nodes are exactly equally spaced
        nodes = np.arange(low, high + step, step)
        return nodes, np.full(nodes.size, step)
    nodes, weights = [], []
    for start, stop in zip(edges, edges[1:], strict=False):
        pieces = -(-(stop - start) // size)
        ends = start + ((stop - start) * np.arange(pieces + 1)) // pieces
        for first, length in zip(ends[:-1], np.diff(ends), strict=True):
            x, w = block_rule(int(length))
            nodes.append(first + x)
            weights.append(w)
    return np.concatenate(nodes), np.concatenate(weights)


def moments(n, q, r, function, kink=np.nan, order=0):
    """E f(X)·S_order(X) for each q in an array: the expectation of f (order 0) or its first or second q-derivative.

    Parameters
    ----------
    function : callable
        f on arrays of real counts, smooth but for one kink.
    kink : float
        Where; NaN for nowhere.
    order : {0, 1, 2}
        Derivatives are centred on the mean of f, so that they do not cancel.
    """
    q, r = np.ravel(q).astype(float), np.ravel(r).astype(float)
    out = np.empty(q.shape)
    sure = r == 0
    if order and sure.any():
        out[sure] = at_certainty(n, function, order)
        out[~sure] = moments(n, q[~sure], r[~sure], function, kink, order) if (~sure).any() else 0.0
        return out
    if n <= ALL:
        nodes = np.arange(n + 1.0)
        value = np.asarray(function(nodes), dtype=float)
        return _weigh(np.exp(log_pmf(nodes, n, q[:, None], r[:, None])), nodes, value, n, q, r, order)
    deviation = np.sqrt(n * q * r)
    half = WIDTH * deviation + 40
    smooth = (deviation > 2 * _NODES / _BLOCK) & ~(np.abs(n * q - kink) <= half + 1)
    if smooth.any():
        steps = np.arange(-int(WIDTH / STEP) - 2, int(WIDTH / STEP) + 3.0)
        nodes = np.round(n * q[smooth, None]) + np.floor(STEP * deviation[smooth, None]) * steps
        p = np.exp(log_pmf(nodes, n, q[smooth, None], r[smooth, None]))
        out[smooth] = _weigh(p, nodes, function(nodes), n, q[smooth], r[smooth], order)
    for i in np.flatnonzero(~smooth):
        counts = counts_near(n, q[i], r[i], () if np.isnan(kink) else (kink,))
        p = counts.probabilities(q[i : i + 1], r[i : i + 1])
        out[i] = _weigh(p, counts.nodes, function(counts.nodes), n, q[i : i + 1], r[i : i + 1], order)[0]
    return out


def at_certainty(n, function, order):
    """First or second q-derivative of E f(X) at q = 1: n(f(n) − f(n − 1)), and n(n − 1) times the second difference."""
    last = np.asarray(function(np.array([n, n - 1.0, max(n - 2.0, 0.0)])), dtype=float)
    if order == 1:
        return n * (last[0] - last[1])
    return n * (n - 1) * (last[0] - 2 * last[1] + last[2])


def _weigh(p, nodes, value, n, q, r, order):
    p = p / p.sum(axis=-1, keepdims=True)
    mean = (p * value).sum(axis=-1)
    if order == 0:
        return mean
    q, r = q[:, None], r[:, None]
    step = nodes - n * q
    with np.errstate(divide="ignore", invalid="ignore"):
        score = step / (q * r) if order == 1 else (step * step - step * (r - q) - n * q * r) / (q * r) ** 2
        return (p * (value - mean[:, None]) * score).sum(axis=-1)


@lru_cache(maxsize=4096)
def block_rule(length, nodes=_NODES):
    """Gauss rule for Σ_{i=0}^{length−1} f(i): exact for polynomials of degree below 2·nodes.

    Examples
    --------
    >>> x, w = block_rule(1000)
    >>> round(float(w @ x**3)) == sum(i**3 for i in range(1000))
    True
    """
    if length <= nodes:
        return np.arange(float(length)), np.ones(length)
    from scipy.linalg import eigh_tridiagonal  # slow to import, and seldom needed

    j = np.arange(1, nodes, dtype=float)
    side = j / 2 * np.sqrt((length**2 - j * j) / (4 * j * j - 1))
    roots, vectors = eigh_tridiagonal(np.zeros(nodes), side)
    return roots + (length - 1) / 2, length * vectors[0] ** 2
