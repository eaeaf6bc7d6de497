"""What no contract with m thresholds earns under given prices, for blocks of thresholds and boxes of effort at once.

A *block* lets threshold j be anywhere from a_j to b_j. Whatever it is, pay is constant below a_1, from b_1 to a_2, …, and anything at all on the counts
from a_j to b_j − 1: more than the class allows, so its best is a bound. Prices as in `annolib.contracts.optimal.price_lines`, with cells in the
place of counts:

    p h*(x),   x = N + β E[k − nq | cell] − Σ ν_d p(d)/p,   N = λ + Σ ν.

On the counts a_j … b_j − 1 the mean of h*(x) is at most h* of the mean of x and ½ var(x) · max v′ more (Taylor: v′ is the second derivative of h*), and a
variance is at most a quarter of the squared range (Popoviciu). So these counts are a cell too, with an *excess* of ⅛ (range of x)² · max v′; it is of
the third order in the block's width, and zero for a single tuple. v′ = 1/h″ is monotone for CARA and CRRA: its maximum is at an end.

Narrow blocks have a closer bound. A cell with Σ p = P and Σ p x = W earns φ(W, P) = P h*(W/P), which is convex in both, with slope v in W. Let a
threshold move through its block of counts with p(block) and mean x̄: of these counts the lower cell gets a part P′, W′ = x̄ P′ + δ, and
|δ| ≤ ¼ p(block) · range of x (a part θ has a mean off by at most 1 − θ of the range). At δ = 0 it would move on the straight line between the two
ends, for all thresholds at once: a convex function is highest at a corner. From there to the real place it is at most δ times its slope there, the
step of utility across the block. So no tuple of the block earns more than the best of its corners and the *bows* ¼ p(block) · range of x · step:
of the second order in the block's width where pay at will on its counts is worth one of the first, and none for blocks of two.

All of it comes from the values at the edges t of F = P(X ≥ t), whose derivatives in q are closed: with f = F′ (a Beta density), G = Σ_{k ≥ t}
(k − nq) P_k = q r f (as dP_k/dq = P_k (k − nq)/(q r)), s = (t − 1)/q −
(n − t)/r and y = t − (n + 1) q,

    p = −ΔF,   p E[k − nq | cell] = −ΔG,   F″ = f s,   G′ = f y,   G″ = f (s y − n − 1).

Summed by parts over the cells, the second derivative of Σ p h*(x) in q is

    Σ_t f { s [N Δv − Δh] + Δv [2N′ + 2β′y + β(s y − n − 1)] } + Σ_cells p v′(x) x′²,     Δ from below the edge to above,

and interval arithmetic bounds it: f has one peak, s and y fall in q, E[k | cell] rises, log p(q) has slope E[k − nq | cell]/(q r).
There is no sum over counts, so a billion checks take as long as a hundred.

References
----------
R. E. Moore, Interval Analysis (1966). The monotone mean of a cell: S. Karlin, H. Rubin, "The theory of decision procedures for distributions with
monotone likelihood ratio", Annals of Mathematical Statistics 27 (1956), doi:10.1214/aoms/1177728259.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.contracts.optimal.price_lines import _ROUNDING as _UNIT
from annolib.contracts.optimal.price_lines import PriceLine, _products
from annolib.contracts.tiered.family import between
from annolib.numerics.binomials import log_density, tails

ROUNDING = 2e-15  # of each term: products and sums of a few numbers
_TINY = 1e-290
_KEPT, _LARGE = 48, 10_000  # laws that are kept, of so many edges


def law_error(n):
    """What values at edges may be off by, relative to themselves: three times what probabilities and densities are.

    Once for U, and once each for its slope and curvature times half a box, which is no wider than a standard deviation where that counts. The
    logarithms in a law of n checks know the mean nq to a rounding, so that they lose digits as √n does; a test holds that against more digits.

    Examples
    --------
    >>> f"{law_error(10_000):.1e}"
    '2.1e-13'
    """
    return 3 * (2e-14 + 5e-16 * float(n) ** 0.5)


@dataclass(frozen=True, eq=False)
class BlockLines(PriceLine):
    """One price line and one block a row; `first` and `last` (rows, m) are the ends of each threshold.

    Thresholds with the same ends are in the same place: any of those counts, in their order.
    """

    first: np.ndarray = None
    last: np.ndarray = None

    def _part(self, rows):
        pairs = [tuple(x[rows] for x in pair) for pair in (self.participation, self.incentive)]
        return replace(
            self, effort=self.effort[rows], participation=pairs[0], incentive=pairs[1], shirking=self.shirking[rows],
            shirking_slopes=self.shirking_slopes[rows], first=self.first[rows], last=self.last[rows],
        )  # fmt: skip

    def _pieces(self, low, high):
        yield slice(None), None, None

    def _plain(self, low, high):
        """By monotone parts alone, for boxes that end where every check is passed for certain: scores have no bound there."""
        problem, ev = self.family.problem, self.family.evidence
        if self._level != problem.floor_utility:
            return np.full(low.shape, np.inf)
        z_low, z, z_high = (x**ev.power for x in (low, (low + high) / 2, high))
        terms, bends, lost = self._costs((low + high) / 2, low, high)
        total = problem._value(high) + lost + bends / 2 * np.maximum(z - z_low, z_high - z) ** 2
        for c, a in terms:
            total = total + np.maximum(c * z_low**a, c * z_high**a) + ROUNDING * np.abs(c) * z_high**a
        edges = self._edges()
        box = Box.of(self, edges, low, high, self._given(edges))
        rise = self._rise(self._utility(box.x[1]), box.x[1])  # rises in x, from 0 at the floor
        most = np.where(box.p[1] > 0, box.p[1] * np.maximum(rise, 0.0), 0.0)
        total = total + most.sum(axis=1) * (1 + ROUNDING)
        return np.where(np.isnan(total), np.inf, total)

    def _near_certainty(self, low, high):
        return np.full(low.shape, np.inf)  # of any pay, whose prices are others

    def value(self, effort):
        e = np.asarray(effort, dtype=float)
        return self._taylor(e, e, bent=False)[0]

    def ceilings(self, low, high):
        """An upper bound of what the block earns on each box of efforts, its value in the middle, and the excess for each place: (rows, m)."""
        bound, value = super().ceilings(low, high)
        excess = self.excess(low, high)
        return bound + excess.sum(axis=1), value, excess

    def _edges(self):
        """(rows, 2m): where cells end; a block that several thresholds share ends once."""
        return self._edges_of(self.first, self.last)

    @staticmethod
    def _edges_of(first, last):
        shared = np.concatenate([np.zeros((len(first), 1), bool), first[:, 1:] == first[:, :-1]], axis=1)
        return np.stack([np.where(shared, last, first), last], axis=-1).reshape(len(first), -1)

    def _law(self, edges, efforts):
        """A `Law` of each row's cells at its effort."""
        return Law.at(self.family, edges, efforts)

    def _fixed(self, q):
        """N, β, ν at pass probabilities q: (rows, 1), (rows, 1), (rows, D)."""
        participation, incentive, shirking = self.prices(q)
        return (participation + shirking.sum(axis=-1))[:, None], incentive[:, None], shirking

    def _given(self, edges):
        """p(d) of every cell for each deviation: (D, rows, cells)."""
        return [chances(self.family, edges, d) for d in self.deviations]

    def _sums(self, low, middle, high, k, weights, bent=True):
        edges = self._edges()
        law, given = self._law(edges, middle), self._given(edges)
        base, beta, shirking = self._fixed(law.q[:, 0])
        paid = sum((shirking[:, j, None] * x for j, x in enumerate(given)), np.zeros(1))
        turned = sum((self.shirking_slopes[:, j, None] * x for j, x in enumerate(given)), np.zeros(1))
        weight = base * law.p + beta * law.moment - paid
        x = weight / np.maximum(law.p, _TINY)
        v = self._utility(np.where(law.p > _TINY, x, np.sign(weight) * 1e300))
        v = np.where((law.p > _TINY) | (weight < 0), v, self._level)
        rise = v - self._level
        wages = np.where(law.p > _TINY, self._wage_rise(v), 0.0)
        value = (weight * rise - law.p * wages).sum(axis=1)
        fixed = (self.participation[1] + self.shirking_slopes.sum(axis=-1))[:, None]  # N′
        turn = self.incentive[1][:, None]
        d_weight = fixed * law.p + base * law.slope + turn * law.moment + beta * law.moment_slope - turned
        slope = (rise * d_weight - wages * law.slope).sum(axis=1)
        # summed by parts over the cells, an error at an edge counts by what changes there, from one cell with counts to the next
        heights, steps = _changes(edges, self.family.n, base * rise - wages, rise)
        changes = law.rarer * heights + np.abs(beta) * law.q * law.r * law.density * steps
        error = law_error(self.family.n) * (changes.sum(axis=1) + (paid * np.abs(rise)).sum(axis=1))
        terms = (np.abs(base) * law.p + paid) * np.abs(rise) + np.abs(law.p * wages)
        magnitude = (error + ROUNDING * terms.sum(axis=1)) / _UNIT
        if not bent:
            return value, slope, np.zeros(low.size), magnitude
        box = Box.of(self, edges, low, high, given)
        return value, slope, box.bend(fixed, turn), magnitude

    def _wage_rise(self, v):
        return self.family.problem.utility.wage(v) - self._level_wage

    def excess(self, low, high):
        """What blocks may earn more than if pay were constant on each of their places, place by place: (rows, m)."""
        return self._excesses(low, high)[0]

    def bows(self, low, high):
        """What blocks may earn more than the best of their corners, place by place: (rows, m); infinite where thresholds share a place."""
        bows = self._excesses(low, high)[1]
        shared = (self.first[:, 1:] == self.first[:, :-1]) & (self.last > self.first)[:, 1:]
        bows[:, 1:][shared] = np.inf
        return bows

    def corners(self, low, high, most):
        """An upper bound of what the block earns on each box, by its corners, that of the best corner in the middle, and the bows.

        Rows whose bows come to more than `most` are left out: infinite.
        """
        bows = self.bows(low, high)
        bound = np.full(low.size, np.inf)
        rows = np.flatnonzero(bows.sum(axis=1) < most)
        value = bound.copy()
        if not rows.size:
            return bound, value, bows
        ends = self.first[rows]
        for j in range(ends.shape[1]):  # every place at its first and, if there is another, its last count
            wide = np.flatnonzero(self.last[rows, j] > self.first[rows, j])
            more = ends[wide].copy()
            more[:, j] = self.last[rows[wide], j]
            ends, rows = np.concatenate([ends, more]), np.concatenate([rows, rows[wide]])
        line = self._part(rows)
        found = PriceLine.ceilings(replace(line, first=ends, last=ends), low[rows], high[rows])
        for known, new in zip((bound, value), found, strict=True):
            known[rows] = -np.inf
            np.maximum.at(known, rows, np.where(np.isnan(new), np.inf, new))
        rows = np.unique(rows)
        bound[rows] += bows[rows].sum(axis=1)
        return bound, value, bows

    def _excesses(self, low, high):
        """`excess` and `bows`."""
        out = np.zeros((2, *self.first.shape))
        wide = np.flatnonzero((self.last > self.first).any(axis=1))
        if wide.size:
            out[:, wide] = self._part(wide)._of_wide(low[wide], high[wide])
        return out

    def _of_wide(self, low, high):
        edges = self._edges()
        box = Box.of(self, edges, low, high, self._given(edges))
        n, ev = self.family.n, self.family.evidence
        out, ranges = np.zeros(self.first.shape), []
        for j in range(self.first.shape[1]):
            cell = 2 * j + 1
            a, b = edges[:, 2 * j], edges[:, 2 * j + 1] - 1  # counts a … b
            some = b >= a
            apart = np.maximum(b - a, 0.0)
            reach = np.maximum(*(np.abs(x[:, 0]) for x in box.beta)) * apart
            ends = [x * (k - n * box.middle) for x in (box.beta[0][:, 0], box.beta[1][:, 0]) for k in (a, b)]
            top = box.level[1][:, 0] + np.maximum.reduce(ends)
            bottom = box.level[0][:, 0] + np.minimum.reduce(ends)
            for i, d in enumerate(self.deviations):
                hit, miss = float(ev.success(d)), float(ev.failure(d))
                logs, reach_here = [], np.zeros(low.size)
                with np.errstate(all="ignore"):
                    for q, r in zip(box.q, box.r, strict=True):
                        up, down = np.log(hit / q[:, 0]), np.log(miss / r[:, 0])
                        both = [k * up + (n - k) * down for k in (a, b)]
                        fall = np.exp(np.minimum(np.maximum(*both), 690.0)) * -np.expm1(
                            -np.abs(up - down) * apart
                        )
                        reach_here, logs = np.maximum(reach_here, fall), logs + both
                    sharp = np.maximum.reduce([np.abs(k - n * q[:, 0]) for k in (a, b) for q in box.q])
                    aside = sharp / box.variance_low[:, 0] * (box.q[1] - box.q[0])[:, 0] / 2
                    least = np.exp(np.minimum(np.minimum.reduce(logs) - aside, 690.0))
                    most = np.exp(np.minimum(np.maximum.reduce(logs), 690.0))
                nu = box.shirking[1][:, i]
                reach = reach + nu * np.where(np.isnan(reach_here), np.inf, reach_here)
                top = top - box.shirking[0][:, i] * np.nan_to_num(least)
                bottom = bottom - nu * np.where(np.isnan(most), np.inf, most)
            steep = np.maximum(self._steepness(top), self._steepness(bottom))
            steep = np.where(top > self._lowest_price, steep, 0.0)
            p = box.p[1][:, cell]
            with np.errstate(all="ignore"):
                by_bend = np.where(steep > 0, p * steep * reach**2 / 8, 0.0)
                low_x = box.x[0][:, cell]
                by_ends = p * (self._rise(self._utility(top), top) - self._rise(self._utility(low_x), low_x))
                if self._level != self.family.problem.floor_utility:
                    by_ends = np.full(p.shape, np.inf)
            more = np.fmin(by_bend, np.where(np.isnan(by_ends), np.inf, np.maximum(by_ends, 0.0)))
            out[:, j] = np.where(some & (p > 0), np.where(np.isnan(more), np.inf, more), 0.0)
            ranges.append(
                (np.where(some, bottom, np.inf), np.where(some, top, -np.inf), np.fmin(reach, top - bottom))
            )
        return out, self._bows(box, ranges)

    def _bows(self, box, ranges):
        """See the file's top: a quarter of p(block) · range of x · the step of utility across the block."""
        out, counts = np.zeros(self.first.shape), _width(box.edges, self.family.n)
        below = [self._wage_range(box, counts, ranges, j) for j in range(len(ranges) + 1)]
        for j, (_, _, reach) in enumerate(ranges):
            (low, high), (next_low, next_high) = below[j : j + 2]
            step = np.maximum(np.maximum(high - next_low, next_high - low), 0.0)
            bow = box.p[1][:, 2 * j + 1] * reach * step / 4 * (1 + ROUNDING * 1e3)
            some = counts[:, 2 * j + 1] > 1
            out[:, j] = np.where(some, np.where(np.isnan(bow), np.inf, bow), 0.0)
        return out

    def _wage_range(self, box, counts, ranges, j):
        """Between which utilities the cell between the thresholds j and j + 1 is paid, wherever in their blocks these are."""
        with np.errstate(all="ignore"):
            some = counts[:, 2 * j] > 0
            low, high = (np.where(some, box.x[i][:, 2 * j], end) for i, end in ((0, np.inf), (1, -np.inf)))
            lower, upper = low.copy(), high.copy()
            for i in (j - 1, j):
                if 0 <= i < len(ranges):
                    bottom, top, _ = ranges[i]
                    part = box.p[1][:, 2 * i + 1]
                    share = np.where(some, part / (box.p[0][:, 2 * j] + part), 1.0)
                    share = np.where(np.isnan(share), 1.0, share)
                    down, up = np.maximum(low - bottom, 0.0), np.maximum(top - high, 0.0)
                    lower = np.where(some, lower - share * down, np.minimum(lower, bottom))
                    upper = np.where(some, upper + share * up, np.maximum(upper, top))
            return self._utility(lower), self._utility(upper)


@dataclass(frozen=True, eq=False)
class Law:
    """Cells between edges, at one effort a row.

    Attributes
    ----------
    p, slope : (rows, cells), P(cell) and its derivative in q
    moment, moment_slope : (rows, cells), P·E[k − nq | cell] and its derivative
    mean : (rows, cells), E[k | cell] − nq, between the ends of the cell
    q, r : (rows, 1)
    density, rarer : (rows, edges), dP(X ≥ t)/dq, and the smaller of P(X ≥ t) and P(X < t)
    """

    p: np.ndarray
    slope: np.ndarray
    moment: np.ndarray
    moment_slope: np.ndarray
    mean: np.ndarray
    q: np.ndarray
    r: np.ndarray
    density: np.ndarray
    rarer: np.ndarray

    @classmethod
    def at(cls, family, edges, efforts):
        """The law of each row; the last ones asked for are kept with the family."""
        return _kept(family, edges, efforts.tobytes(), lambda: cls._of(family, edges, efforts))

    @classmethod
    def _of(cls, family, edges, efforts):
        n, ev = family.n, family.evidence
        up, down, density = _on_pairs(family, edges, efforts)
        q, r = ev.success(efforts)[:, None], ev.failure(efforts)[:, None]
        zero = np.zeros((edges.shape[0], 1))
        p = _chances(edges, n, up, down)
        first = q * r * density
        second = density * (edges - (n + 1) * q)
        slope, moment, moment_slope = (
            -np.diff(np.concatenate([zero, x, zero], axis=1)) for x in (density, first, second)
        )
        low = np.concatenate([zero, edges], axis=1) - n * q
        high = np.concatenate([edges - 1, zero + n], axis=1) - n * q
        with np.errstate(all="ignore"):
            mean = np.clip(np.nan_to_num(moment / np.maximum(p, _TINY)), low, np.maximum(low, high))
        return cls(p, slope, moment, moment_slope, mean, q, r, density, np.minimum(up, down))


def chances(family, edges, effort):
    """P(cell) for each row's cells at one effort: (rows, cells)."""

    def found():
        t, of_t = np.unique(edges, return_inverse=True)
        up, down, _ = (x[of_t.reshape(edges.shape)] for x in _remembered(family, t, float(effort)))
        return _chances(edges, family.n, up, down)

    return _kept(family, edges, float(effort), found)


def _kept(family, edges, efforts, found):
    """What was found for these edges and efforts, if it is among the last that were; few rows are asked for again and again."""
    if edges.size > _LARGE:
        return found()
    known, key = family.laws, (edges.shape, edges.tobytes(), efforts)
    if key not in known:
        if len(known) >= _KEPT:
            known.pop(next(iter(known)))
        known[key] = found()
    return known[key]


def _chances(edges, n, up, down):
    zero, one = np.zeros((edges.shape[0], 1)), np.ones((edges.shape[0], 1))
    p = between(*_pairs_of(one, up, zero), *_pairs_of(zero, down, one))
    return np.where(_width(edges, n) > 0, np.maximum(p, 0.0), 0.0)


def _changes(edges, n, *values):
    """|Δ| of values of cells at each edge; a cell without counts is worth what the one below it is."""
    none, out = _width(edges, n) == 0, []
    for x in values:
        x = x.copy()
        for j in range(1, x.shape[1]):
            x[:, j] = np.where(none[:, j], x[:, j - 1], x[:, j])
        out.append(np.abs(np.diff(x, axis=1)))
    return out


def _pairs_of(left, inner, right):
    whole = np.concatenate([left, inner, right], axis=1)
    return whole[:, :-1], whole[:, 1:]


def _width(edges, n):
    """How many counts each cell holds."""
    zero = np.zeros((edges.shape[0], 1))
    return np.diff(np.concatenate([zero, edges, zero + n + 1], axis=1))


def _on_pairs(family, edges, efforts):
    """P(X ≥ t), P(X < t) and dP(X ≥ t)/dq for each row's edges at its effort; what several rows share is found once."""
    t, of_t = np.unique(edges, return_inverse=True)
    of_t = of_t.reshape(edges.shape)
    if np.all(efforts == efforts[0]):  # of deviations, mostly, that are asked for again and again
        return tuple(x[of_t] for x in _remembered(family, t, float(efforts[0])))
    e, of_e = np.unique(efforts, return_inverse=True)
    key = of_t + t.size * of_e.reshape(-1, 1)
    if t.size * e.size <= 2 * edges.size:
        which, place = np.arange(t.size * e.size), key
    else:
        which, place = np.unique(key, return_inverse=True)
        place = place.reshape(edges.shape)
    return tuple(x[place] for x in _tails_and_density(family, t[which % t.size], e[which // t.size]))


def _tails_and_density(family, t, efforts):
    n, q, r = family.n, family.evidence.success(efforts), family.evidence.failure(efforts)
    with np.errstate(all="ignore"):
        return *tails(t, n, q, r), np.exp(log_density(t, n, q, r))


def _remembered(family, t, effort):
    """The same for thresholds t (rising) at one effort, of which those found before are kept with the family."""
    known = family.remembered.get(effort)
    if known is None:
        known = np.zeros(0), np.zeros((3, 0))
    new = t[~np.isin(t, known[0])]
    if new.size:
        every = np.append(known[0], new)
        values = np.concatenate(
            [known[1], _tails_and_density(family, new, np.full(new.shape, effort))], axis=1
        )
        order = np.argsort(every)
        known = every[order], values[:, order]
        family.remembered[effort] = known
    return known[1][:, np.searchsorted(known[0], t)]


@dataclass(frozen=True, eq=False)
class Box:
    """Intervals, on boxes of effort, of what second derivatives and excesses are made of: pairs (low, high).

    `level` is x without its part in E[k | cell]: N − βn(q − middle), a parabola in q where λ and β move. It is between its values at the ends, but
    for as much as a parabola bows off its chord; where p turns inside the box it stays as close to its ends as its largest slope allows.
    """

    lines: BlockLines
    edges: np.ndarray
    q: tuple
    r: tuple
    middle: np.ndarray
    p: tuple
    mean: tuple  # E[k | cell] − n·middle: rises with q
    own: tuple  # E[k | cell] − n q: falls
    ratio: tuple  # p(d)/p for each deviation
    base: tuple
    level: tuple  # N − β n (q − middle)
    beta: tuple
    shirking: tuple
    x: tuple
    density: tuple
    variance_low: np.ndarray

    @classmethod
    def of(cls, lines, edges, low, high, given):
        family, n = lines.family, lines.family.n
        ends = [Law.at(family, edges, e) for e in (low, high)]
        q, r = tuple(x.q for x in ends), tuple(x.r for x in ends)
        width, middle = q[1] - q[0], (q[0] + q[1])[:, 0] / 2
        variance = np.minimum(q[0] * r[0], q[1] * r[1])
        with np.errstate(all="ignore"):
            sharp = np.maximum(*(np.abs(x.mean) for x in ends)) / variance
            turns = ends[0].mean * ends[1].mean < 0  # elsewhere p is monotone
            aside = np.where(turns, np.exp(np.minimum(sharp * width / 2, 600.0)), 1.0)
            p = np.minimum(ends[0].p, ends[1].p), np.minimum(np.maximum(ends[0].p, ends[1].p) * aside, 1.0)
            shift = n * (q[0] - middle[:, None]), n * (q[1] - middle[:, None])
            mean = tuple(x.mean + s for x, s in zip(ends, shift, strict=True))
            prices = [lines._fixed(x[:, 0]) for x in q]
            base, beta, shirking = (
                (np.minimum(prices[0][i], prices[1][i]), np.maximum(prices[0][i], prices[1][i]))
                for i in range(3)
            )
            bow = np.abs(lines.incentive[1])[:, None] * n * width**2 / 4
            at_ends = [x[0] - x[1] * s for x, s in zip(prices, shift, strict=True)]
            level = np.minimum(*at_ends) - bow, np.maximum(*at_ends) + bow
            tilt = _products(beta, mean)
            x_low, x_high = level[0] + tilt[0], level[1] + tilt[1]
            ratios = []
            for j, other in enumerate(given):
                at = [other / np.maximum(x.p, _TINY) for x in ends]
                ratio = np.minimum(*at) / aside, np.maximum(*at)
                ratios.append(ratio)
                x_low = x_low - np.maximum(shirking[1][:, j, None], 0) * ratio[1]
                x_high = x_high - np.maximum(shirking[0][:, j, None], 0) * ratio[0]
            t, inner = edges, (edges - 1) / max(n - 1, 1)
            peaks = (inner > q[0]) & (inner < q[1])
            top = np.maximum(ends[0].density, ends[1].density)
            if peaks.any():
                top[peaks] = np.exp(log_density(t[peaks], n, inner[peaks], 1 - inner[peaks]))
        density = np.minimum(ends[0].density, ends[1].density), top
        own = ends[1].mean, ends[0].mean
        return cls(
            lines, edges, q, r, middle, p, mean, own, tuple(ratios), base, level, beta, shirking, (x_low, x_high), density, variance
        )  # fmt: skip

    def bend(self, fixed, turn):
        """An upper bound of the second derivative of Σ p h*(x) in q; N′ = `fixed`, β′ = `turn`."""
        with np.errstate(all="ignore"):
            return self._of_edges(fixed, turn) + self._of_cells(fixed, turn)

    def _scores(self):
        n, t = self.lines.family.n, self.edges
        fall = [np.where(t < n, (n - t) / r, 0.0) for r in self.r]
        rise = [np.where(t > 1, (t - 1) / q, 0.0) for q in self.q]
        return (rise[1] - fall[1], rise[0] - fall[0]), tuple(t - (n + 1) * q for q in self.q[::-1])

    def _of_edges(self, fixed, turn):
        lines, n = self.lines, self.lines.family.n
        v = tuple(lines._utility(x) for x in self.x)
        base = (self.base[0] + self.base[1]) / 2
        peak = np.clip(lines._utility(np.broadcast_to(base, v[0].shape)), *v)  # N v − h(v) is highest there
        heights = [base * (y - lines._level) - lines._wage_rise(y) for y in (*v, peak)]
        heights = np.minimum.reduce(heights), np.maximum.reduce(heights)
        steps = v[0][:, 1:] - v[1][:, :-1], v[1][:, 1:] - v[0][:, :-1]
        climbs = heights[0][:, 1:] - heights[1][:, :-1], heights[1][:, 1:] - heights[0][:, :-1]
        s, y = self._scores()
        aside = (self.base[1] - self.base[0]) / 2
        uncertain = _products((-aside, aside), steps)
        first = _products(s, (climbs[0] + uncertain[0], climbs[1] + uncertain[1]))
        square = _products(s, y)
        push = _products(self.beta, (square[0] - (n + 1), square[1] - (n + 1)))
        drift = _products((turn, turn), y)
        push = push[0] + 2 * fixed + 2 * drift[0], push[1] + 2 * fixed + 2 * drift[1]
        second = _products(steps, push)
        total = first[1] + second[1]
        most = np.where(total > 0, self.density[1], self.density[0]) * total
        return np.where(self.density[1] > 0, most, 0.0).sum(axis=1)

    def _of_cells(self, fixed, turn):
        lines, n = self.lines, self.lines.family.n
        counts = _width(self.edges, n)
        zero = np.zeros((self.edges.shape[0], 1))
        left, right = (
            np.concatenate([zero, self.edges], axis=1),
            np.concatenate([self.edges, zero + n + 1], axis=1),
        )
        middle = n * self.middle[:, None]
        # −n < d E[k − nq | cell]/dq = −[f_a (E k − a + q) + f_b (b − q − E k)]/p ≤ 0 for cells a … b − 1
        above = tuple(m + middle - left + q for m, q in zip(self.mean, self.q, strict=True))
        below = tuple(right - q - m - middle for m, q in zip(self.mean[::-1], self.q[::-1], strict=True))
        f_left = tuple(np.concatenate([zero, x], axis=1) for x in self.density)
        f_right = tuple(np.concatenate([x, zero], axis=1) for x in self.density)
        p = tuple(np.maximum(x, _TINY) for x in self.p)
        falls = tuple(
            (f_left[i] * np.maximum(above[i], 0) + f_right[i] * np.maximum(below[i], 0)) / p[1 - i]
            for i in (0, 1)
        )
        spread = (
            np.maximum(n - falls[1], 0.0),
            np.minimum(n - falls[0], np.maximum(counts - 1, 0) ** 2 / (4 * self._variances()[0])),
        )
        spread = np.minimum(spread[0], spread[1]), spread[1]  # d E[k | cell]/dq = variance/(q r)
        # x′ = (N′ − n β) + β d E[k | cell]/dq + β′ E[k − nq | cell] − Σ ν′ p(d)/p + Σ ν p(d)/p · E[k − nq | cell]/(q r)
        own = [fixed - n * b for b in (self.beta[1], self.beta[0])]
        lift = _products(self.beta, spread)
        off = self.own
        drift = _products((turn, turn), off)
        low, high = own[0] + lift[0] + drift[0], own[1] + lift[1] + drift[1]
        for j, ratio in enumerate(self.ratio):
            slopes = lines.shirking_slopes[:, j, None]
            fall = _products((slopes, slopes), ratio)
            score = _products(off, tuple(1 / x for x in self._variances()[::-1]))
            nu = tuple(x[:, j, None] for x in self.shirking)
            push = _products(nu, _products(ratio, score))
            low, high = low - fall[1] + push[0], high - fall[0] + push[1]
        steep = np.maximum(*(lines._steepness(x) for x in self.x))
        steep = np.where(self.x[1] > lines._lowest_price, steep, 0.0)
        last = self.p[1] * steep * np.maximum(low**2, high**2)
        last = np.where(np.isnan(last), np.inf, last)
        return np.where((steep > 0) & (self.p[1] > 0), last, 0.0).sum(axis=1)

    def _variances(self):
        """q r on the box."""
        low, high = self.q[0] * self.r[0], self.q[1] * self.r[1]
        return np.minimum(low, high), np.where(
            (self.q[0] < 0.5) & (self.q[1] > 0.5), 0.25, np.maximum(low, high)
        )
