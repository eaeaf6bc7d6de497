"""A function as polynomials between its kinks: what it and its derivatives can be on whole ranges, not only at points.

A bound over a range of efforts needs the largest c″ on it, and a function that is only called at points never tells. A polynomial does. With x(t) the
line from [−1, 1] to the range, T_k(t) = cos(k·arccos t) and a polynomial p = Σ a_k T_k, no |T_k| is above 1, so that

    |p − a₀| ≤ Σ_{k ≥ 1} |a_k|,      and the same for p′, p″, …, whose coefficients follow from a.

So the range [0, 1] is cut at the kinks and into equal parts, and each part is halved until the polynomial through the function's values at 17
Chebyshev points is the function at 340 points in between, to rounding. On a box of efforts around m, of half width h, inside a part,

    p′(x) is within h·|p″(m)| + ½h²·max|p‴| of p′(m),      p″(x) within h·|p‴(m)| + ½h²·max|p⁗| of p″(m).

What is assumed is that the function between all these points, none of which is further than 2·10⁻⁴ from the next, is that polynomial, to rounding: a
bump that no point sees is not seen. Where halving does not help, at a point where no derivative exists, say, or where the values are noise, the part is
left *unknown*.

References
----------
L. N. Trefethen, Approximation Theory and Approximation Practice (2013): chapters 3, 4, 8.
R. Pachón, R. B. Platte, L. N. Trefethen, "Piecewise-smooth chebfuns", IMA Journal of Numerical Analysis 30 (2010), doi:10.1093/imanum/drp008: splitting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

_POINTS = 17  # of a polynomial, whose degree is one less
_CHECKS = 340  # points in between at which it must be the function
_EQUAL = 32  # parts at first
_NARROWEST = 2.0**-33  # no part is halved below it
_TURN = 1e-5  # wide, a part at least, for a turn worth looking at
_MOST = 2_048  # parts held at once: more are taken for noise
_SAME = 8e-15  # of the largest value on a part: what rounding is
_SPARE = (
    3  # times a part is halved where it is off by rounding of the largest value anywhere, but not of its own
)
_NOISE, _MOST_NOISE = 8.0, 1e-11  # times the noise seen; of the largest value anywhere
_BESIDE = 1e-9  # of a part: values so close together differ by a straight line and noise
_ORDERS = 4  # derivatives that are bounded
_EPS, _TINY = np.finfo(float).eps, 1e-290  # numbers below have few digits

_ANGLES = np.pi * (np.arange(_POINTS) + 0.5) / _POINTS
_BEYOND = 1e-5  # of a part: no point is nearer to its ends than half of that
_BETWEEN = np.pi * (np.arange(_CHECKS) + 0.5) / _CHECKS
_DEGREES = np.arange(_POINTS)
_TO_COEFFICIENTS = np.cos(np.outer(_DEGREES, _ANGLES)) * (2 / _POINTS)
_TO_COEFFICIENTS[0] /= 2
_TO_VALUES = np.cos(np.outer(_BETWEEN, _DEGREES))
_LOOKS = np.linspace(-0.93, 0.9, 8)  # where noise is looked for


@dataclass(frozen=True, eq=False)
class Ranges:
    """What is known of an increasing function's derivatives on boxes [low, high]; arrays (B,) and pairs of them (low, high).

    Attributes
    ----------
    middle : numpy.ndarray
        The first derivative in the middle of each box.
    first, second : pair
        The first and second derivative lie between these. Infinite where nothing is known.
    error : numpy.ndarray
        In the box the function is f(m) + (x − m)·middle + ½(x − m)²·(a number between `second`), up to this. m is the middle.
    """

    middle: np.ndarray
    first: tuple
    second: tuple
    error: np.ndarray

    def times(self, factor):
        """Those of `factor` ≥ 0 times the function."""
        return Ranges(
            factor * self.middle, *(tuple(_scaled(end, factor) for end in each) for each in (self.first, self.second)),
            factor * self.error,
        )  # fmt: skip

    def plus(self, other):
        """Those of the sum of two functions."""
        return Ranges(
            self.middle + other.middle,
            *(
                tuple(x + y for x, y in zip(*pairs, strict=True))
                for pairs in ((self.first, other.first), (self.second, other.second))
            ),
            self.error + other.error,
        )


def _scaled(end, factor):
    return end * factor if factor else np.zeros(np.shape(end))


@dataclass(frozen=True, eq=False)
class Pieces:
    """An increasing function on [0, 1] as polynomials on parts (P,); made by `pieces_of`.

    Attributes
    ----------
    edges : (P + 1,)
        Where parts end.
    known : (P,)
        Is the function a polynomial there?
    jumps : (P + 1,)
        At how many of the edges up to this one the function jumps.
    coefficients : (P, 3, 17)
        Of the first, second and third derivative.
    most : (P, 4)
        What derivatives 1 to 4 do not exceed in size.
    error : (P,)
        How far the function was seen from its polynomial, doubled.
    """

    edges: np.ndarray
    known: np.ndarray
    jumps: np.ndarray
    coefficients: np.ndarray
    most: np.ndarray
    error: np.ndarray

    def derivative(self, x):
        """The first derivative; NaN where it is not known. At a kink that from the left."""
        x = np.asarray(x, dtype=float)
        at = np.ravel(x)
        part = np.clip(np.searchsorted(self.edges, at) - 1, 0, self.known.size - 1)
        value = np.where(self.known[part], self._at(part, at)[0], np.nan)
        return value.reshape(x.shape) if x.ndim else value[0]

    def ranges(self, low, high):
        """`Ranges` on boxes [low, high], arrays (B,).

        A kink inside a box makes its first derivative infinite; one at an end does not count.
        """
        low, high = np.broadcast_arrays(
            np.atleast_1d(np.asarray(low, dtype=float)), np.atleast_1d(np.asarray(high, dtype=float))
        )
        last = self.known.size - 1
        i = np.clip(np.searchsorted(self.edges, low, side="right") - 1, 0, last)
        j = np.maximum(np.clip(np.searchsorted(self.edges, high, side="left") - 1, 0, last), i)
        several = np.flatnonzero(j > i)
        end = np.where(j > i, self.edges[i + 1], high) if several.size else high
        here = Ranges(*self._inside(i, low, end), self.error[i])
        return self._across(several, i, j, low, high, here) if several.size else here

    def doubtful(self):
        """Where the function may jump: the parts that are not known, and what lies between the last points looked at on either side of an edge, where
        values there do not fit together, and at the ends; (low, high).
        """
        out = np.diff(self.edges)[[0, *range(self.known.size), -1]] * _BEYOND
        look = np.append(np.diff(self.jumps, prepend=0) > 0, False)[: self.edges.size]
        look[[0, -1]] = True
        low, high = np.maximum(self.edges - out[:-1], 0.0), np.minimum(self.edges + out[1:], 1.0)
        return (
            np.append(self.edges[:-1][~self.known], low[look]),
            np.append(self.edges[1:][~self.known], high[look]),
        )

    def turns(self):
        """Points close together where the function turns quickly: four in each part that had to be halved, but for those next to a singular point."""
        width = np.diff(self.edges)
        some = (width < 0.75 / _EQUAL) & (width > _TURN)
        return np.ravel(self.edges[:-1][some, None] + width[some, None] * np.arange(4) / 4)

    def _at(self, part, x):
        """Derivatives 1, 2, 3 at x (B,) in these parts: (3, B)."""
        left, right = self.edges[part], self.edges[part + 1]
        t = np.clip((2 * x - left - right) / (right - left), -1.0, 1.0)
        powers = np.cos(np.arccos(t)[:, None] * _DEGREES)
        return np.einsum("bok,bk->ob", self.coefficients[part], powers)

    def _inside(self, part, low, high):
        """The first derivative in the middle, and the ranges of two, on boxes in one part each."""
        half, most, known = (high - low) / 2, self.most[part].T, self.known[part]
        at = self._at(part, (low + high) / 2)
        pairs = []
        for order in (0, 1):
            with np.errstate(invalid="ignore", over="ignore"):
                away = half * (np.abs(at[order + 1]) + half / 2 * most[order + 2])
                away = away + 8 * _POINTS * _EPS * most[order]
                lowest, highest = (
                    np.maximum(at[order] - away, -most[order]),
                    np.minimum(at[order] + away, most[order]),
                )
            pairs.append((np.where(known, lowest, -np.inf), np.where(known, highest, np.inf)))
        (lowest, highest), second = pairs
        lowest = np.maximum(lowest, 0.0)  # the function increases
        return np.where(known, at[0], 0.0), (lowest, np.maximum(highest, lowest)), second

    def _across(self, several, i, j, low, high, left):
        """The same where some boxes reach over edges, from what is known of their first parts: what all parts say, together."""
        rows, a, b = several, i[several], j[several]
        _, *right = self._inside(b, self.edges[b], high[rows])
        middle, error = np.array(left.middle), np.array(left.error)
        ends = [np.array(end) for pair in (left.first, left.second) for end in pair]
        for number, (end, other) in enumerate(
            zip(ends, [end for pair in right for end in pair], strict=True)
        ):
            pick = np.maximum if number % 2 else np.minimum
            end[rows] = pick(end[rows], other)
        width = (high - low)[rows] / np.minimum(
            (self.edges[a + 1] - self.edges[a]), (self.edges[b + 1] - self.edges[b])
        )
        off = np.maximum(self.error[a], self.error[b])
        inner = np.flatnonzero(b > a + 1)
        for k in inner:  # few: boxes wider than a part
            between = slice(a[k] + 1, b[k])
            known, row = self.known[between].all(), rows[k]
            most = self.most[between].max(axis=0) if known else np.full(_ORDERS, np.inf)
            ends[0][row] = 0.0
            ends[1][row] = max(ends[1][row], most[0])
            ends[2][row], ends[3][row] = min(ends[2][row], -most[1]), max(ends[3][row], most[1])
            off[k] = max(off[k], self.error[between].max())
            width[k] = np.inf
        # where two polynomials meet their slopes differ by what rounding does to a derivative: Markov's inequality
        error[rows] = off * (1 + 2 * _POINTS**2 * np.minimum(width, 1.0))
        jump = rows[self.jumps[b] > self.jumps[a]]
        ends[1][jump], ends[2][jump], ends[3][jump] = np.inf, -np.inf, np.inf
        middle[rows] = np.nan_to_num(self.derivative((low[rows] + high[rows]) / 2))
        return Ranges(middle, (ends[0], ends[1]), (ends[2], ends[3]), error)


def pieces_of(function, kinks=()):
    """An increasing `function` on [0, 1] as `Pieces`, cut at its kinks.

    Parameters
    ----------
    function : callable
        Of arrays.
    kinks : sequence of float
        Where it jumps, or its derivative does.

    Examples
    --------
    >>> exp = pieces_of(np.exp)
    >>> bool(exp.known.all())
    True
    >>> (low, high), (low2, high2) = exp.ranges(0.5, 0.51).first, exp.ranges(0.5, 0.51).second
    >>> bool(low[0] <= np.exp(0.5) and np.exp(0.51) <= high[0]), bool(high[0] - low[0] < 0.017)
    (True, True)
    """
    kinks = sorted({float(x) for x in kinks if _NARROWEST < x < 1 - _NARROWEST})
    grid = np.linspace(0, 1, _EQUAL + 1)
    if kinks:
        grid = grid[np.abs(grid[:, None] - kinks).min(axis=1) > _NARROWEST]
    edges = np.union1d(grid, kinks)
    low, high, done, scale = edges[:-1], edges[1:], [], None
    spare = np.full(low.size, _SPARE)
    while low.size:
        middle, half = (low + high)[:, None] / 2, (high - low)[:, None] / 2
        with np.errstate(all="ignore"):
            at = function(middle + half * np.cos(np.concatenate([_ANGLES, _BETWEEN])))
            values, between = at[:, :_POINTS], at[:, _POINTS:]
            coefficients = values @ _TO_COEFFICIENTS.T
            off = np.abs(coefficients @ _TO_VALUES.T - between).max(axis=1)
            size = np.abs(at).max(axis=1)
        scale = np.nanmax(size) if scale is None else scale
        known = off <= _SAME * size + _TINY
        noise, some = np.zeros(low.size), ~known
        noise[some] = _noise(function, middle[some], half[some], np.ptp(values[some], axis=1)[:, None])
        known |= off <= _SAME * size + np.minimum(_NOISE * noise, _MOST_NOISE * scale)
        next_to_nothing = off <= _SAME * scale
        known |= next_to_nothing & (spare == 0)
        split = ~known & ~(off <= _NOISE * noise) & (high - low > 2 * _NARROWEST)
        if np.sum(split) + sum(part[0].size for part in done) > _MOST:
            split = np.zeros(low.size, bool)
        keep = ~split
        done.append(
            (low[keep], high[keep], known[keep], coefficients[keep], (2 * off + 4 * _EPS * size)[keep])
        )
        spare = np.tile((spare - next_to_nothing)[split], 2)
        middle = middle[split, 0]
        low, high = np.concatenate([low[split], middle]), np.concatenate([middle, high[split]])
    return _put_together(done, kinks)


def _noise(function, middle, half, rise):
    """How far values close together are off a straight line, or are moved by the rounding of where they are asked, on parts with this rise."""
    x = middle + half * _LOOKS
    step = np.maximum(_BESIDE * half, 8 * _EPS * np.abs(x))
    with np.errstate(all="ignore"):
        off = function(x - step) - 2 * function(x) + function(x + step)
        off = np.fmax(np.abs(off).max(axis=1), _EPS * (rise / half * (middle + half))[:, 0])
        return np.nan_to_num(off, nan=np.inf)


def _put_together(done, kinks):
    low, high, known, coefficients, error = (np.concatenate(each) for each in zip(*done, strict=True))
    order = np.argsort(low)
    low, high, known, error = low[order], high[order], known[order], error[order]
    edges = np.append(low, high[-1])
    coefficients = np.where(known[:, None], coefficients[order], 0.0).T
    at_left, at_right = (coefficients.T * np.where(_DEGREES % 2, -1, 1)).sum(axis=1), coefficients.sum(axis=0)
    apart = np.abs(at_right[:-1] - at_left[1:]) > 4 * (error[:-1] + error[1:])
    jump = np.isin(edges, kinks)
    jump[1:-1] |= apart & known[:-1] & known[1:]
    derivatives, most = [], []
    for _ in range(_ORDERS):
        coefficients = chebyshev.chebder(coefficients) * (2 / (high - low))
        pad = np.zeros((_POINTS - coefficients.shape[0], low.size))
        derivatives.append(np.concatenate([coefficients, pad]).T)
        most.append(np.where(known, np.abs(coefficients).sum(axis=0), np.inf))
    jumps = np.cumsum(jump)
    return Pieces(
        edges,
        known,
        jumps,
        np.stack(derivatives[:3], axis=1),
        np.stack(most, axis=1),
        np.where(known, error, 0.0),
    )
