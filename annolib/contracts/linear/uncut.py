"""What no uncut line can earn, for CARA and risk-neutral agents: everything is explicit but for the effort.

Uncut lines are described by the slope b and the utility v that the agent expects from the wage. With constant absolute risk aversion a, and

    y = (1 − e^(−ab/n)) / (1 − q(1 − e^(−ab/n))),      which rises with b,

- the local incentive c′ = dE u(w)/dη says (1 − a·v)·n·y = a·T, T = c′/q′: a richer agent needs a steeper line;
- the wage is h(v) + ρ, with the price of risk ρ(q, y) = −(n/a)·[(1 − q)·log(1 + qy) + q·log(1 − (1 − q)y)], which rises with y;
- participation, v ≥ ū, then says y ≥ a·T/(n(1 − aū));
- the agent does not prefer the effort e iff T·g(y) ≥ c(η) − c(e), g(y) = ((1 + dy)ⁿ − 1)/(ny), d = q − q(e): g rises with y.

So both constraints ask for a steep line, both terms of the wage rise with y, and the smallest y that will do is best. For a risk-neutral agent g = d and
no line costs more than h(ū) = ū + 0: the gap is the loss of the effort, which must only be one that lines can buy.

Over a range of efforts all of this is bounded by its values at the ends: V − h(ū) is concave, q, c and ū rise, T lies between its values at
the ends (a power, or bounded by samples for other costs), and ρ is concave in q as long as y²(1 − q(1 − q)) < 1 (elsewhere its
slope is bounded). Ranges are halved until each loses more
than the gap to beat. The bounds are of first order in the width, so a few tens of thousands of ranges are looked at, each with a few operations.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from annolib.agency.utilities import CARA
from annolib.contracts.linear.bound import LineBound, tolerance
from annolib.numerics.binomials import tails

_RANGES = 64
_ROUNDS = 60
_MOST = 400_000
_BISECTIONS = 60
_AWAY = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # standard deviations below the passes expected


def bound_uncut(problem, evidence, n, best, profit, deviations=(0.0,), near=None):
    """How much more than `profit` can an uncut line earn? A `LineBound`; the agent is CARA or risk neutral."""
    gap, slack = best.profit - profit, tolerance(problem, best, profit)

    def over(effort):
        return float(problem.loss(effort, best)) - gap

    least_effort = min(0.25 * slack / max(float(problem._value_slope(0.0)), 1e-300), 1e-3)
    low = 0.0 if over(0.0) <= 0 else brentq(over, 0.0, best.effort, xtol=1e-15)
    high = 1.0 if over(1.0) <= 0 else brentq(over, best.effort, 1.0, xtol=1e-15)
    cuts = [x for x in (best.effort, near) if x is not None and low < x < high]
    ends = np.linspace(low, high, _RANGES + 1)
    if low < least_effort:  # below it no effort is worth more than flat pay by the tolerance
        ends = np.append(np.geomspace(least_effort, ends[1], 30), ends[2:])
    ends = np.unique(np.concatenate([ends, cuts]))
    low, high = ends[:-1], ends[1:]
    total, least = 0, np.inf
    if high[-1] == 1:
        least = _gap_at_full_effort(problem, evidence, n, best, deviations)
    for _ in range(_ROUNDS):
        total += low.size
        gaps = _gap_at_least(problem, evidence, n, best, low, high, deviations)
        open_ = ~(gaps > gap - slack)
        least = min(least, float(np.min(gaps[~open_], initial=np.inf)))
        if not open_.any() or total > _MOST:
            break
        low, high = low[open_], high[open_]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    if open_.any():
        least = float(np.min(np.where(np.isnan(gaps), -np.inf, gaps)))
    return LineBound(max(gap - least, 0.0), None, total)


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


@np.errstate(all="ignore")  # a y that no line can have gives no number, which is read as no bound
def _gap_at_least(problem, evidence, n, best, low, high, deviations):
    """A lower bound of the gap of lines that buy an effort in [low, high]."""
    cost, utility = problem.cost.cost, problem.utility
    inside = np.clip(best.effort, low, high)
    loss = problem.loss(inside, best)  # V − h(ū) is concave: least at the end nearer to the first best
    q0, q1 = evidence.success(low), evidence.success(high)
    samples = np.stack([problem.cost.slope(e) / evidence.slope(e) for e in (low, (low + high) / 2, high)])
    ask_low, ask_high = samples.min(axis=0), samples.max(axis=0)
    averse = utility.aversion if isinstance(utility, CARA) else 0.0
    wanted = problem.outside + cost(low)
    y = averse * ask_low / (n * (1 - averse * wanted))
    impossible = np.zeros(low.shape, bool)
    for e in deviations:
        rise, d = cost(low) - cost(e), q1 - evidence.success(e)
        goal = np.where((rise > 0) & (d > 0), rise / ask_high, 0.0)
        short = (goal > 0) & (goal > (_temptation(n, d, y) if averse else d))
        if averse == 0:
            impossible |= short
        elif short.any():
            y[short] = _smallest(n, d[short], goal[short], y[short])
    if averse == 0:
        return np.where(impossible, np.inf, loss)
    expected = (1 - averse * ask_high / (n * y)) / averse
    promised = problem.outside + cost(high)
    rent = np.where(expected > promised, utility.wage_rise(promised, np.maximum(expected - promised, 0)), 0.0)
    return np.where(y * (1 - q1) >= 1, np.inf, loss + rent + _least_risk(n, averse, q0, q1, y))


def _gap_at_full_effort(problem, evidence, n, best, deviations):
    """A lower bound of the gap of lines that buy full effort, where the incentive may be more than needed.

    Participation then gives (1 − a·v)·((1 + dy)ⁿ − 1)/a ≥ c(1) − c(e) with v ≥ ū.
    """
    loss, utility = float(problem.loss(1.0, best)), problem.utility
    if not isinstance(utility, CARA):
        return loss
    room = 1 - utility.aversion * float(problem.reservation(1.0))
    if room <= 0:
        return np.inf
    q = float(evidence.success(1.0))
    y = utility.aversion * float(problem.cost.slope(1.0) / evidence.slope(1.0)) / (n * room)
    for e in deviations:
        d = q - float(evidence.success(e))
        rise = float(problem.cost.cost(1.0) - problem.cost.cost(e))
        if d > 0:
            y = max(y, np.expm1(np.log1p(utility.aversion * rise / room) / n) / d)
    at = np.array([q]), np.array([y])
    return (
        np.inf if y * (1 - q) >= 1 else loss + float(_least_risk(n, utility.aversion, at[0], at[0], at[1])[0])
    )


def _least_risk(n, averse, low, high, y):
    """A lower bound of the price of risk for q in [low, high]: its least end where it is concave, else from the low end by its slope."""
    concave = y * y * (1 - np.minimum(low * (1 - low), high * (1 - high))) < 1
    first, last = _risk(n, averse, low, y), _risk(n, averse, high, y)
    steepest = (
        -np.log1p(low * y)
        + (1 - low) * y / (1 + low * y)
        + np.log1p(-(1 - high) * y)
        + high * y / (1 - (1 - low) * y)
    )
    sloped = first - (n / averse) * np.maximum(steepest, 0) * (high - low)
    price = np.where(
        concave | (low == high), np.minimum(first, last), np.where(np.isnan(sloped), 0.0, sloped)
    )
    return np.maximum(price, 0.0)


def _risk(n, averse, q, y):
    r = 1 - q
    return -(n / averse) * (r * np.log1p(q * y) + q * np.log1p(-r * y))


def _temptation(n, d, y):
    """g(y): what an effort with d fewer passes in a check loses, in units of the incentive."""
    return np.expm1(n * np.log1p(d * y)) / (n * y)


def _smallest(n, d, goal, low):
    """A y with g(y) just below the goal; g(low) is below it."""
    high = np.maximum(2 * low, 1e-300)
    for _ in range(100):
        short = ~(_temptation(n, d, high) >= goal)
        if not short.any():
            break
        low, high = np.where(short, high, low), np.where(short, 2 * high, high)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        enough = _temptation(n, d, middle) >= goal
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low
