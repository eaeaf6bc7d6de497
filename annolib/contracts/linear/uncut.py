"""What no uncut line can earn, for CARA, risk-neutral and CRRA agents (γ > 1): everything is explicit but for the effort.

**CARA.** Lines are described by the slope b and the utility v that the agent expects from the wage. With absolute risk aversion a, and

    y = (1 − e^(−ab/n)) / (1 − q(1 − e^(−ab/n))),      which rises with b,

- the local incentive c′ = dE u(w)/dη says (1 − a·v)·n·y = a·T, T = c′/q′: a richer agent needs a steeper line;
- the wage is h(v) + ρ, with the price of risk ρ(q, y) = −(n/a)·[(1 − q)·log(1 + qy) + q·log(1 − (1 − q)y)], which rises with y;
- participation, v ≥ ū, then says y ≥ a·T/(n(1 − aū));
- the agent does not prefer the effort e iff T·g(y) ≥ c(η) − c(e), g(y) = ((1 + dy)ⁿ − 1)/(ny), d = q − q(e): g rises with y.

So both constraints ask for a steep line, both terms of the wage rise with y, and the smallest y that will do is best. For a risk-neutral agent g = d and
no line costs more than h(ū) = ū + 0: the gap is the loss of the effort, which must only be one that lines can buy.

Over a range of efforts all of this is bounded by its values at the ends: V − h(ū) is concave, q, c and ū rise, T lies between its values at
the ends for a power cost, else between c′(low)/q′(high) and c′(high)/q′(low), and ρ is concave in q as long as y²(1 − q(1 − q)) < 1 (elsewhere its
slope is bounded). Ranges are halved until each loses more
than the gap to beat. The bounds are of first order in the width, so a few tens of thousands of ranges are looked at, each with a few operations.

**CRRA, γ = 1 + p > 1.** A line is β·(θ + X/n): its size β and its shape θ = base/slope > 0, steep where θ is small. With z = θ + X/n and

    M = E z^(−p),    G = −(∂M/∂q)/p = E n·[z^(−p) − (z + 1/n)^(−p)]/p, counts now of n − 1 checks,    A = −p·ū > 0,

- the local incentive says β^(−p)·G = T (at η = 1: at least that), and participation β^(−p)·M ≤ A. Together: M/G ≤ A/T;
- M = ∫ ψⁿ dμ and p·G = ∫ ψⁿ⁻¹·n(1 − e^(−s/n)) dμ with ψ = 1 − q(1 − e^(−s/n)), dμ = e^(−θs) s^(p−1) ds/Γ(p). The ratio of the integrands rises with s,
  and θ moves weight to small s: M/G rises with θ. So a line for η is steep enough, θ ≤ θ̂(η), where θ̂ solves M/G = A/T;
- participation says that the wage β·(θ + q) is at least h(ū)·ρ, with the premium ρ = M^(1/p)·(θ + q) ≥ 1; and ρ falls with θ, as E z^(−p−1)/E z^(−p) ≥ 1/E z.

So no line for η earns more than P(η) = V − h(ū)·ρ(θ̂(η), q). Over a range of efforts P′ lies between bounds: M, G and their derivatives all fall with θ
and with q, so that two corners bound them. P then lies below a line from either end of the range, with an excess that falls with the square of the width.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.optimize import brentq

from annolib.agency.costs import PowerCost
from annolib.agency.utilities import CARA, CRRA
from annolib.contracts.linear.bound import LineBound, tolerance
from annolib.contracts.linear.branch.cut_lines import incentives_between
from annolib.numerics.binomials import tails
from annolib.numerics.count_sums import Rows

_RANGES = 64  # of efforts at first
_ROUNDS = 60  # of halving at most: below rounding
_MOST, _MOST_SHAPES = 400_000, 3_000  # ranges looked at before giving up
_BISECTIONS = 60
_AT, _AFTER = (
    1e-12,
    1e-15,
)  # efforts so close to a kink of the cost are the kink; the range to its right begins there
_NEWTON = 80  # steps at most
_LEAST_SHAPE = -600.0  # of log θ
_AWAY = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # standard deviations below the passes expected


def bound_uncut(problem, evidence, n, best, profit, deviations=(0.0,), near=None):
    """How much more than `profit` can an uncut line earn? A `LineBound`; the agent is CARA, risk neutral, or CRRA above 1."""
    gap, slack = best.profit - profit, tolerance(problem, best, profit)

    def over(effort):
        return float(problem.loss(effort, best)) - gap

    least_effort = min(0.25 * slack / max(float(problem._value_slope(0.0)), 1e-300), 1e-3)
    low = 0.0 if over(0.0) <= 0 else brentq(over, 0.0, best.effort, xtol=1e-15)
    high = 1.0 if over(1.0) <= 0 else brentq(over, best.effort, 1.0, xtol=1e-15)
    kinks = [x for x in problem.cost.kinks if low - _AT <= x <= high + _AT]
    cuts = [x for x in (best.effort, near) if x is not None and low < x < high]
    cuts = [x for x in cuts if min((abs(x - kink) for kink in kinks), default=1.0) > _AT]
    cuts += [x for x in kinks if low < x < high]
    ends = np.linspace(low, high, _RANGES + 1)
    if low < least_effort:  # below it no effort is worth more than flat pay by the tolerance
        ends = np.append(np.geomspace(least_effort, ends[1], 30), ends[2:])
    ends = np.unique(np.concatenate([ends, cuts]))
    low, high = ends[:-1] + _AFTER * np.isin(ends[:-1], kinks), ends[1:]
    total, least, enough = 0, np.inf, _MOST
    if isinstance(problem.utility, CRRA):
        enough = _MOST_SHAPES
        gap_at_least = partial(_gap_of_shapes, problem, evidence, n, best)
    else:
        gap_at_least = partial(_gap_at_least, problem, evidence, n, best, deviations=deviations)
        if high[-1] == 1:
            least = _gap_at_point(problem, evidence, n, best, deviations, 1.0)
        for kink in kinks:
            least = min(least, _gap_at_point(problem, evidence, n, best, deviations, kink))
    for _ in range(_ROUNDS):
        total += low.size
        gaps = gap_at_least(low, high)
        open_ = ~(gaps > gap - slack)
        least = min(least, float(np.min(gaps[~open_], initial=np.inf)))
        if not open_.any() or total > enough:
            break
        low, high = low[open_], high[open_]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    if open_.any():
        least = min(least, float(np.min(np.where(np.isnan(gaps), -np.inf, gaps))))
    return LineBound(max(gap - least, 0.0), None, total)


def explicit_without_floor(problem, evidence):
    """Does the problem belong to those above? A CRRA agent with γ > 1 only where the cost is smooth and convex in q: then no other effort tempts."""
    if problem.floor is not None:
        return False
    utility, cost = problem.utility, problem.cost
    if not isinstance(utility, CRRA):
        return True
    convex = evidence.power == 1 or (isinstance(cost, PowerCost) and cost.power >= evidence.power)
    return utility.aversion > 1 and convex and not len(cost.kinks)


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
    ask_low, ask_high = incentives_between(problem.cost, evidence, low, high)
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


def gentlest_uncut(problem, evidence, n, deviations, effort):
    """The least y of lines that buy full effort or a kink of the cost (CARA), where the incentive may be more than c′; inf where none does.

    Participation then gives (1 − a·v)·((1 + dy)ⁿ − 1)/a ≥ c(η) − c(e) with v ≥ ū.
    """
    utility = problem.utility
    room = 1 - utility.aversion * float(problem.reservation(effort))
    if room <= 0:
        return np.inf
    q = float(evidence.success(effort))
    y = utility.aversion * float(problem.cost.slope(effort) / evidence.slope(effort)) / (n * room)
    for e in deviations:
        d = q - float(evidence.success(e))
        rise = float(problem.cost.cost(effort) - problem.cost.cost(e))
        if d > 0:
            y = max(y, np.expm1(np.log1p(utility.aversion * rise / room) / n) / d)
    return y


def _gap_at_point(problem, evidence, n, best, deviations, effort):
    """A lower bound of the gap of lines that buy full effort, or a kink of the cost."""
    loss, utility = float(problem.loss(effort, best)), problem.utility
    if not isinstance(utility, CARA):
        return loss
    y, q = gentlest_uncut(problem, evidence, n, deviations, effort), float(evidence.success(effort))
    if not y * (1 - q) < 1:
        return np.inf
    return loss + float(_least_risk(n, utility.aversion, *(np.array([x]) for x in (q, q, y)))[0])


def _least_risk(n, averse, low, high, y):
    """A lower bound of the price of risk for q in [low, high]: its least end where it is concave, else from the low end by its slope."""
    concave = y * y * (1 - np.minimum(low * (1 - low), high * (1 - high))) < 1
    first, last = price_of_risk(n, averse, low, y), price_of_risk(n, averse, high, y)
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


def price_of_risk(n, averse, q, y):
    """ρ(q, y) of the file's top."""
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


# CRRA above 1


@np.errstate(all="ignore")  # shapes beyond what floats hold give no number, which is read as no bound
def _gap_of_shapes(problem, evidence, n, best, low, high):
    """A lower bound of the gap of lines that buy an effort in [low, high], for a CRRA agent with γ > 1.

    Without a premium it is the loss of the effort; with the least premium, at a shape that is too flat, more; and by P′ most of all.
    """
    p, utility = problem.utility.aversion - 1, problem.utility
    ends, index = np.unique(np.concatenate([low, high]), return_inverse=True)
    shape = _steep_enough(problem, evidence, n, ends)
    gap = _gap_of(problem, evidence, n, best, ends, shape)
    first, last = np.split(shape[index], 2)
    theta = _shapes_between(problem, evidence, n, low, high, first, last)
    q, r = ([of(e) for e in (low, high)] for of in (evidence.success, evidence.failure))
    corners = [np.concatenate(x) for x in ((theta[0], theta[0], theta[1], theta[1]), q * 2, r * 2)]
    sums = np.reshape(_sums(n, p, *corners), (5, 4, low.size))
    samples = (low, (low + high) / 2, high)
    ask = _range(*(_incentive_and_promise(problem, evidence, e)[0] for e in samples))
    promise = _range(*(_incentive_and_promise(problem, evidence, e)[1] for e in (low, high)))
    # for every effort of the range: is the flatter shape too flat, the steeper one steep enough?
    too_flat = sums[0, 3] / sums[2, 2] > promise[1] / ask[0]
    enough = sums[0, 0] / sums[2, 1] < promise[0] / ask[1]

    premium = np.where(too_flat, sums[0, 3] ** (1 / p) * (theta[1] + q[0]), 1.0)
    loss = problem.loss(np.clip(best.effort, low, high), best)
    least = loss + utility.wage(problem.reservation(low)) * np.fmax(premium - 1, 0.0)
    down, up = _profit_slope(problem, evidence, (low, high), theta, q, sums)
    gap_low, gap_high = np.split(gap[index], 2)
    width = high - low
    by_slope = -_highest_of_lower(-gap_low, up * width, -gap_high - down * width, down * width)
    least = np.fmax(least, np.where(too_flat & enough, by_slope, np.nan))
    return np.where(_no_shape(problem, evidence, n, low, high), np.inf, least)


def _incentive_and_promise(problem, evidence, effort):
    """T = c′/q′, and A = −p·ū, which falls with the effort."""
    p = problem.utility.aversion - 1
    return problem.cost.slope(effort) / evidence.slope(effort), -p * problem.reservation(effort)


def _no_shape(problem, evidence, n, low, high):
    """Is M/G above A/T at every θ and every effort in [low, high]? At θ = 0 it is least: p(1 − q)/n."""
    ask = np.min(
        [_incentive_and_promise(problem, evidence, e)[0] for e in (low, (low + high) / 2, high)], axis=0
    )
    promise = _incentive_and_promise(problem, evidence, low)[1]
    p = problem.utility.aversion - 1
    return (promise <= 0) | (p * evidence.failure(high) * ask > n * promise)


def _steep_enough(problem, evidence, n, effort):
    """θ̂(η), by Newton's method in log θ from a line with little risk, kept between two bounds; 0 where no line is steep enough."""
    p = problem.utility.aversion - 1
    ask, promise = _incentive_and_promise(problem, evidence, effort)
    q, r = evidence.success(effort), evidence.failure(effort)
    goal = promise / ask
    low, high = np.full(q.shape, _LEAST_SHAPE), np.log(2 * goal + 2)
    found = np.log(np.maximum(goal - q, 0.1 * goal))
    for _ in range(_NEWTON):
        theta = np.exp(found)
        mean, mean_steep, pull, pull_steep, _ = _sums(n, p, theta, q, r)
        off = np.log(mean / pull / goal)
        low, high = np.where(off < 0, found, low), np.where(off < 0, high, found)
        move = -off / (theta * (pull_steep / pull - p * mean_steep / mean))
        found, old = found + move, found
        found = np.where((found >= low) & (found <= high), found, (low + high) / 2)
        if not np.any(np.abs(off) > 1e-14) or not np.any(np.abs(found - old) > 1e-15 * np.abs(found)):
            break
    return np.where((promise > 0) & (goal > p * r / n), np.exp(found), 0.0)


def _sums(n, p, theta, q, r):
    """M, M₁ = E z^(−p−1), G, −∂G/∂θ and −∂G/∂q, arrays (rows,): all positive, and all fall with θ and with q.

    Counts of n − 1 checks are those of n, weighed: n·P(Y = k − 1) = k·P(X = k)/q.
    """
    law = Rows.at(n, q, r).plain[0]
    k, chance = law.nodes[:, 1:], law.p[:, 1:]
    z, q = theta[:, None] + k / n, q[:, None]
    once, twice = np.where(k >= 1, z, 1 + 1 / n), np.where(k >= 2, z, 1 + 2 / n)

    def fall(x, power):
        """(x − 1/n)^(−power) − x^(−power)."""
        return x**-power * np.expm1(-power * np.log1p(-1 / (n * x)))

    first, second = chance * k / q, chance * np.maximum(k * (k - 1), 0) / q**2
    terms = (
        chance * z**-p,
        chance * z ** (-p - 1),
        first * fall(once, p) / p,
        first * fall(once, p + 1),
        second * (fall(twice - 1 / n, p) - fall(twice, p)) / p,
    )
    return tuple(term.sum(axis=1) for term in terms)


def _gap_of(problem, evidence, n, best, effort, theta):
    """What P(η) loses on the first best: the loss of the effort, and h(ū)·(ρ − 1)."""
    p, q = problem.utility.aversion - 1, evidence.success(effort)
    law = Rows.at(n, q, evidence.failure(effort)).plain[0]
    away = (law.nodes[:, 1:] / n - q[:, None]) / (theta + q)[:, None]
    premium = np.log1p((law.p[:, 1:] * np.expm1(-p * np.log1p(away))).sum(axis=1)) / p
    risk = problem.utility.wage(problem.reservation(effort)) * np.expm1(premium)
    return np.where(theta > 0, problem.loss(effort, best) + np.maximum(risk, 0.0), np.inf)


def _shapes_between(problem, evidence, n, low, high, first, last):
    """Two shapes that θ̂ most likely lies between on the whole range [low, high], from those at its ends."""
    p = problem.utility.aversion - 1
    (ask_low, promise_low), (ask_high, promise_high) = (
        _incentive_and_promise(problem, evidence, e) for e in (low, high)
    )
    mean, mean_steep, pull, pull_steep, pull_bend = _sums(
        n, p, first, evidence.success(low), evidence.failure(low)
    )
    drift = (evidence.success(high) - evidence.success(low)) * (p * pull / mean + pull_bend / pull)
    drift = drift + np.abs(np.log(ask_high / ask_low)) + np.abs(np.log(promise_high / promise_low))
    room = np.exp(1.5 * drift / (first * (pull_steep / pull - p * mean_steep / mean)))
    return np.minimum(first, last) / room, np.maximum(first, last) * room


def _profit_slope(problem, evidence, efforts, theta, q, sums):
    """Bounds (low, high) of P′ over ranges of efforts (low, high) on which θ̂ lies between two shapes (low, high); NaN where none are known.

    With K = h(ū)·ρ and Φ = log(M/G) − log(A/T), which is 0 at θ̂:

        P′ = V′ − K·[c′·h′(ū)/h(ū) + q′·(1/(θ + q) − G/M) + θ·(1/(θ + q) − M₁/M)·(log θ̂)′],    (log θ̂)′ = −Φ_η/Φ_{log θ},
        Φ_η = q′·(G₂/G − p·G/M) + c′/(−ū) + (log T)′,    Φ_{log θ} = θ·(G₁/G − p·M₁/M) > 0,    M₁ = E z^(−p−1), G₁ = −∂G/∂θ, G₂ = −∂G/∂q.

    M, M₁, G, G₁ and G₂ fall with θ and with q; c′, −1/ū and h rise with the effort; V′ falls. (log T)′ and T are taken at both ends and the middle.
    """
    p, cost, utility = problem.utility.aversion - 1, problem.cost, problem.utility
    mean, mean_steep, pull, pull_steep, pull_bend = ((each[3], each[0]) for each in sums)
    slope = _range(*(evidence.slope(e) for e in efforts))
    one_over = 1 / (theta[1] + q[1]), 1 / (theta[0] + q[0])
    samples = (efforts[0], (efforts[0] + efforts[1]) / 2, efforts[1])
    growth = _range(*(cost.curvature(e) / cost.slope(e) - (evidence.power - 1) / e for e in samples))
    promised = [problem.reservation(e) for e in efforts]
    by_promise = _range(*(cost.slope(e) / -u for e, u in zip(efforts, promised, strict=True)))
    bent = _less(_over(pull_bend, pull), _times((p, p), _over(pull, mean)))
    by_effort = _sum(_times(slope, bent), by_promise, growth)
    by_shape = _times(theta, _less(_over(pull_steep, pull), _times((p, p), _over(mean_steep, mean))))
    moves = _less((0.0, 0.0), _over(by_effort, by_shape))
    wages, marginal = (np.array(of(np.array(promised))) for of in (utility.wage, utility.marginal_wage))
    by_cost = _range(*(cost.slope(e) * m / w for e, m, w in zip(efforts, marginal, wages, strict=True)))
    by_q = _times(slope, _less(one_over, _over(pull, mean)))
    flatter = _times(theta, _less(one_over, _over(mean_steep, mean)))
    paid = tuple(wages[i] * mean[i] ** (1 / p) * (theta[i] + q[i]) for i in (0, 1))
    rises = _times(paid, _sum(by_cost, by_q, _times(flatter, moves)))
    found = _less((problem._value_slope(efforts[1]), problem._value_slope(efforts[0])), rises)
    return tuple(np.where(by_shape[0] > 0, end, np.nan) for end in found)


def _highest_of_lower(a, b, c, d):
    """max over s in [0, 1] of min(a + b·s, c + d·s)."""
    best = np.maximum(np.minimum(a, c), np.minimum(a + b, c + d))
    meet = (c - a) / (b - d)
    return np.maximum(best, np.where((meet > 0) & (meet < 1), a + b * meet, best))


# ranges (low, high)


def _range(*values):
    return np.min(values, axis=0), np.max(values, axis=0)


def _sum(*ranges):
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def _less(a, b):
    return a[0] - b[1], a[1] - b[0]


def _times(a, b):
    return _range(*(x * y for x in a for y in b))


def _over(a, b):
    """a/b for b > 0."""
    return _times(a, (1 / b[1], 1 / b[0]))
