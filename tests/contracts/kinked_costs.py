"""Problems whose cost has a kink, and what any pay earns there by another program; and costs that dip where few points see it."""

import numpy as np
from scipy.special import erf

import annolib as al

# kink, slope, jump of the slope, checks of Expert(.2), and the profit by sequential quadratic programmes in the n + 1 utilities, each held
# against 402 efforts; two thresholds are enough for it
ANY_PAY = [(0.4, 0.2, 1.0, 4, 0.194411), (0.6, 0.1, 1.5, 5, 0.407948), (0.5, 0.25, 0.4, 6, 0.224648)]


def kinked(at, slope, jump, floor=0.0, utility=None):
    """A cost of `slope` up to an effort and `jump` more beyond, and a little that bends."""
    cost = al.ConvexCost(
        lambda e: slope * e + jump * np.maximum(e - at, 0) + 0.02 * e**2,
        lambda e: slope + 0.04 * e + jump * (e > at),
    )
    return al.Problem(utility or al.CARA(1.0), cost, lambda e: 0.6 * e * (2 - e), floor=floor, outside=0.0)


def dipped(at, wide, floor=-1.0):
    """Cost e²/2, but around one effort c′ is less by 1.1·wide: there c″ falls from 1 almost to 0, and rises to almost 2, on a stretch that narrow."""
    deep = 1.1 * wide

    def cost(e):
        return 0.5 * e**2 - deep * wide * np.sqrt(np.pi) / 2 * (erf((e - at) / wide) + erf(at / wide))

    spent = al.ConvexCost(cost, lambda e: e - deep * np.exp(-(((e - at) / wide) ** 2)))
    return al.Problem(al.CARA(1.0), spent, lambda e: 0.6 * e * (2 - e), floor=floor, outside=0.0)
