"""Prices of the constraints that make the Lagrangian of a cell low and level.

Any prices give a bound (`taylor`). Each constraint alone would be worth `per`; its share θ of that is sought. Where shares exist at which the
gradients in the effort and in the share of passes cancel, the Lagrangian is level: at the best line of all.

References
----------
R. T. Rockafellar, Convex Analysis (1970), section 28: Lagrange multipliers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from annolib.contracts.linear.branch.cut_lines import PARTICIPATION

_MOST = 9.0  # size of a share of the prices beyond which rounding would show
_KEEN = (0.5, 2.0, 8.0)  # prices on working more than asked that are always tried


def level_prices(alone, by_effort, by_share, d_eta, d_x, sign):
    """Shares of the prices, (constraints, cells), that make the Lagrangian low and level: the best of a few.

    One constraint alone; two whose gradients cancel in the effort or in the share; three whose gradients cancel in both; more than all for
    one constraint and less than nothing for another. A share must not have the opposite of `sign` (0 where it does not matter).
    """
    rows, size = alone.shape
    (one, two, three, keen), index = _mixtures(rows)
    (e_i, e_j), (s_i, s_j) = by_effort[two], by_share[two]
    pairs = [_two(b / (b - a)) for a, b in ((e_i, e_j), (s_i, s_j))]
    (e_i, e_j, e_k), (s_i, s_j, s_k) = by_effort[three], by_share[three]
    cross = np.stack([e_j * s_k - e_k * s_j, e_k * s_i - e_i * s_k, e_i * s_j - e_j * s_i])
    much = np.repeat(np.array(_KEEN), keen.shape[1])[:, None] + np.zeros(size)
    shares = np.concatenate(
        [_two(np.ones((one.shape[1], size))), *pairs, cross / cross.sum(axis=0), _two(1 + much)], axis=1
    )
    allowed = ((shares * sign[index] >= 0) & (np.abs(shares) < _MOST)).all(axis=0)

    def mixed(values):
        return np.where(shares == 0, 0.0, shares * values[index]).sum(axis=0)

    score = mixed(alone) + d_eta * np.abs(mixed(by_effort)) + d_x * np.abs(mixed(by_share))
    score = np.where(allowed & ~np.isnan(score), score, np.inf)
    best, cells = np.argmin(score, axis=0), np.arange(size)
    found = np.zeros((rows, size))
    for place in range(3):
        found[index[place, best], cells] += shares[place, best, cells]
    return found


def _two(weight):
    """The shares of a first constraint with this weight, a second that makes up the rest to 1, and no third."""
    return np.stack([weight, 1 - weight, 0 * weight])


@lru_cache(maxsize=16)
def _mixtures(rows):
    """Which constraints are mixed, (up to three, mixtures): alone, in pairs, in threes, and one at the cost of another; and all in a row."""
    one = np.array([[i, 0 if i else min(1, rows - 1)] for i in range(rows)]).T
    two = np.array([[i, j] for i in range(rows) for j in range(i)]).T
    three = np.array([[i, j, k] for i in range(rows) for j in range(i) for k in range(j)]).T.reshape(3, -1)
    others = [j for j in range(rows) if j != PARTICIPATION]
    keen = np.array([[i, j] for i in range(rows) for j in others if i != j]).T
    pad = lambda pairs: np.vstack([pairs, 0 * pairs[:1]])  # noqa: E731
    index = np.concatenate([pad(one), pad(two), pad(two), three, *[pad(keen)] * len(_KEEN)], axis=1)
    return (one, two, three, keen), index
