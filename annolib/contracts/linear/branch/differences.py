"""How fast expectations change with q, by differences of what is expected.

Sums such as Σ P_k′′′ D_k cancel: terms bounded one by one are far too large. But for X ~ Binomial(n, q)

    d/dq E h(X) = n·E(h(Y + 1) − h(Y)),  Y ~ Binomial(n − 1, q),     d²/dq² E h(X) = n(n − 1)·E(second difference of h),  n − 2,

and the utility of a line is 0 up to the count k₁ at which it is above the floor, and smooth from there: its differences are small but at k₁.
With the score polynomials P⁽ʲ⁾/P of the law of m counts, which are orthogonal with squared norm j!·m(m − 1)…(m − j + 1)/(qr)ʲ (Krawtchouk), and
h(k₁), h(k₁ + 1) − h(k₁) bounded by `jump` and `step`, and the smooth part |h″| in shares by φ,

    |dʲ⁺¹/dqʲ⁺¹ E h| ≤ n·jump·|P⁽ʲ⁾| + norm·√E φ²,                                     P at k₁ − 1 of n − 1 counts, φ for |h′|
    |dʲ⁺²/dqʲ⁺² E h| ≤ (n − 1)·n·step·|P⁽ʲ⁾| + n·jump·|P⁽ʲ⁺¹⁾| + norm·√E φ²,          P at k₁ − 1 of n − 2 and of n − 1 counts.

References
----------
G. Szegő, Orthogonal Polynomials (1939), section 2.82: Krawtchouk's polynomials.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.linear.branch.laws import column, total
from annolib.numerics.binomials import log_pmf

_CORNER = 0.01  # of a sum over blocks of counts, more than a rule for smooth laws may miss
_FEWEST = 4  # checks: with fewer there are no two differences


@dataclass(frozen=True, eq=False)
class Changes:
    """Largest derivatives in q over each cell, of sums over the counts that are above the floor in all of it; arrays (orders, cells).

    Orders from `d²/dq²` on for E u (`own`), its derivative in the slope (`by_slope`), and pay (`paid`, `paid_by_slope`); from `d/dq` on for the
    derivative in the share (`by_share`, `paid_by_share`).
    """

    own: np.ndarray
    by_slope: np.ndarray
    by_share: np.ndarray
    paid: np.ndarray
    paid_by_slope: np.ndarray
    paid_by_share: np.ndarray
    moved: np.ndarray  # of the second derivative along the way in share and slope, from d/dq on
    paid_moved: np.ndarray


def changes(lines, cells, law, d_share, range_):
    """`Changes` of cells for slopes in a range; inf where the sums do not begin at one count."""
    n, x0, x1 = lines.n, cells.share_low, cells.share_high
    if n < _FEWEST:
        none = np.full((3, cells.size), np.inf)
        return Changes(none, none[:2], none, none[:2], none[:1], none[:2], none[:2], none[:1])
    first = np.clip(np.ceil(n * x1), 0, n)
    first = np.where((first >= 1) & ((first - 1) / n >= x1), first - 1, first)
    two, one = (_largest(lines, cells, m, first - 1) for m in (n - 2, n - 1))
    high, low = range_.high, range_.low
    # at the first count: its wage, and utility and its slope there
    over = np.maximum(first / n - x0, 0.0)
    least = np.maximum(first / n - x1, 0.0) * low
    steep = lines.marginal(least)
    jump = lines.rise(high * over)
    whole = law.share >= column(x1)
    wage = column(low) * np.maximum(law.share - column(x1), 0.0)
    wage_most = column(high) * np.maximum(law.share + 2 / n - column(x0), 0.0)
    marginal = lines.marginal(wage)
    averse, curved = lines.aversion(wage)
    bent = np.where(whole, marginal * averse, 0.0)
    bent_slope = np.where(whole, marginal * np.maximum(2 * averse, wage_most * curved), 0.0)
    both = 2 * range_.d_slope * d_share
    move = column(range_.d_slope) * np.maximum(law.share + 2 / n - column(x0), 0.0) + column(high * d_share)
    bent_twice = column(high) * (curved * move * move + averse * column(both)) + 2 * averse * move * column(
        range_.d_slope
    )
    bent_twice = np.where(whole, marginal * bent_twice, 0.0)
    at_first = steep * (lines.aversion(least)[0] * (range_.d_slope * over + high * d_share) ** 2 + both)
    r = column(lines.evidence.failure(cells.effort_high))
    spare = 1.0 if lines.every_count else 1 + _CORNER  # for a Gauss rule over a law with a corner
    fewer = spare * law.most * ((1 - law.share) / r)  # of n − 1 counts: P_k·(n − k)/(n·r)
    fewest = fewer * (np.maximum(1 - law.share - 1 / n, 0.0) * (n / (n - 1)) / r)
    spread, spread_slope = (np.sqrt(total(fewest, each * each)) for each in (bent, bent_slope))
    spread_share, spread_twice = (np.sqrt(total(fewer, each * each)) for each in (bent, bent_twice))
    spread, spread_slope, spread_share = high**2 * spread, high * spread_slope, high**2 * spread_share
    norms_two, norms_one = (_norms(lines, cells, m) for m in (n - 2, n - 1))
    smooth = whole <= range_.smooth | (law.most == 0)
    lost = np.where(smooth.all(axis=1), 0.0, np.inf)

    def twice(jump, step, spread, orders):
        """Bounds of the second and further derivatives in q of E h."""
        return np.stack(
            [
                (n - 1) * step * two[j] + n * jump * one[j + 1] + norms_two[j] * spread + lost
                for j in range(orders)
            ]
        )

    def once(jump, spread, orders):
        """Bounds of the first and further derivatives in q of E h."""
        return np.stack([n * jump * one[j] + norms_one[j] * spread + lost for j in range(orders)])

    return Changes(
        twice(jump, high * steep, spread, 3),
        twice(over * steep, steep * 1.0, spread_slope, 2),
        once(high * steep, spread_share, 3),
        twice(high * over, high, 0.0, 2),
        twice(over, 1.0, 0.0, 1),
        once(high, 0.0, 2),
        once(at_first, spread_twice, 2),
        once(both, 0.0, 1),
    )


def _norms(lines, cells, m):
    """√(j!·m(m − 1)…(m − j + 1)/(qr)ʲ), j = 0, 1, 2: the norms of P⁽ʲ⁾/P, at their largest in the cell."""
    ev = lines.evidence
    spread = [ev.success(e) * ev.failure(e) for e in (cells.effort_low, cells.effort_high)]
    per = m / np.minimum(*spread)
    return np.ones(cells.size), np.sqrt(per), np.sqrt(2 * (m - 1) / m) * per


def _largest(lines, cells, m, count):
    """Largest |P⁽ʲ⁾|, j = 0 … 3, of the law of m counts at a count, over the efforts of each cell; 0 where there is no such count."""
    ev = lines.evidence
    q0, q1 = ev.success(cells.effort_low), ev.success(cells.effort_high)
    r0, r1 = ev.failure(cells.effort_low), ev.failure(cells.effort_high)
    there = (count >= 0) & (count <= m)
    k = np.clip(count, 0.0, m)
    fails = m - k
    peak = np.clip(k / m, q0, q1)
    chance = np.where(there, np.exp(log_pmf(k, m, peak, np.clip(fails / m, r1, r0))), 0.0)
    s = np.maximum(np.abs(k / q0 - fails / r0), np.abs(k / q1 - fails / r1))
    v = k / q0**2 + fails / r1**2
    z = 2 * np.maximum(np.abs(k / q1**3 - fails / r1**3), np.abs(k / q0**3 - fails / r0**3))
    square = s * s
    return chance, chance * s, chance * np.maximum(square, v), chance * (s * (square + 3 * v) + z)
