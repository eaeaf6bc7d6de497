"""Is a floor so low that no line which is cut there is worth looking at?"""

from __future__ import annotations

import numpy as np

from annolib.numerics.binomials import tails

_AWAY = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # standard deviations below the passes expected


def cut_lines_are_refused(problem, evidence, n, best, profit):
    """Is the floor so low that the agent refuses every line that is cut there and leaves the principal more than `profit`?

    At share x ≥ 0 of passes such a line meets the floor f, and it expects at most W = V(1) − profit at q. So it pays at most
    f + (W − f)·m/(nq) for m ≤ nq passes or fewer. If that happens too often, utility, at most its supremum elsewhere, is below u₀.
    """
    utility, floor = problem.utility, problem.floor
    if floor is None or not np.isfinite(utility.highest):
        return False
    gap = best.profit - profit
    efforts = np.linspace(0, 1, 201)
    low, high = evidence.success(efforts[:-1]), evidence.success(efforts[1:])
    kept = problem.loss(np.clip(best.effort, efforts[:-1], efforts[1:]), best) <= gap
    low, high = low[kept], high[kept]
    most = float(problem._value(1.0)) - profit
    refused = np.zeros(low.shape, bool)
    for away in _AWAY:
        passes = np.floor(n * low - away * np.sqrt(n * low * (1 - low)))
        inside = (passes >= 0) & (passes < n * low)
        passes = np.where(inside, passes, 0.0)
        chance = np.where(inside, tails(passes + 1, n, high, 1 - high)[1], 0.0)
        with np.errstate(over="ignore"):
            worth = utility.utility(floor + (most - floor) * passes / (n * low))
            refused |= chance * worth + (1 - chance) * utility.highest < problem.outside
    return bool(refused.all())
