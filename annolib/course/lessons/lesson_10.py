"""Lesson 10: pay for every agreement."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, comb, exp, floor, fsum, log, pi, sqrt

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import binom

from annolib.course.definitions import (
    Case,
    Exercise,
    LessonDefinition,
    Mistake,
    Property,
    Question,
    Rubric,
    Variant,
    between,
)


def _expected_utility(base, slope, checks, chance):
    chance = np.asarray(chance, dtype=float)
    return -np.expm1(checks * np.log1p(chance * np.expm1(-slope / checks)) - base)


def _utility_by_counts(base, slope, checks, chance):
    """Every count written out with its probability, in exact integers."""

    def one(q):
        law = (comb(checks, k) * q**k * (1 - q) ** (checks - k) for k in range(checks + 1))
        return fsum(p * (1 - exp(-base - slope * k / checks)) for k, p in enumerate(law))

    return one(float(chance)) if np.ndim(chance) == 0 else np.array([one(float(q)) for q in chance])


def _falls_with_risk(function):
    """Ten checks are a riskier wage than a hundred with the same mean."""
    return function(-0.9, 1.9, 10, 0.6) < function(-0.9, 1.9, 100, 0.6)


EXPECTED_UTILITY = Exercise(
    name="expected_utility",
    reference=_expected_utility,
    oracle=_utility_by_counts,
    probes=(
        Case("one check", 0.0, 1.0, 1, 0.6),
        Case("the line of the text, 60 checks", -0.96, 1.91, 60, 0.577),
        Case("nearly every check passes", -0.5, 1.0, 20, 0.98),
        Case("a flat wage", 0.3, 0.0, 10, 0.7),
        Case("an array of chances", -0.9, 1.9, 50, np.array([0.5, 0.6, 0.7])),
    ),
    mistakes=(
        Mistake(
            "utility of the mean wage",
            lambda base, slope, checks, chance: 1 - np.exp(-base - slope * np.asarray(chance)),
            "This is the utility of the average wage. A risky wage is worth less to the agent than its average.",
        ),
        Mistake(
            "normal pay",
            lambda base, slope, checks, chance: (
                1
                - np.exp(
                    -base
                    - slope * np.asarray(chance)
                    + slope**2 * np.asarray(chance) * (1 - np.asarray(chance)) / (2 * checks)
                )
            ),
            "This is right for normal pay, mean − ½·variance. With few checks the pay is not normal: multiply the n factors.",
        ),
        Mistake(
            "not divided by the checks",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope)) ** checks
            ),
            "One agreement pays slope/n, and here it pays the whole slope.",
        ),
        Mistake(
            "one check only",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope / checks))
            ),
            "Only one check has been averaged. There are n independent factors.",
        ),
        Mistake(
            "forgot one minus",
            lambda base, slope, checks, chance: (
                np.exp(-base) * (1 - chance + np.asarray(chance) * np.exp(-slope / checks)) ** checks
            ),
            "This is E e^(−w). The utility is 1 − e^(−w).",
        ),
        Mistake(
            "chances exchanged",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * (chance + (1 - np.asarray(chance)) * np.exp(-slope / checks)) ** checks
            ),
            "A check that passes is paid, one that fails is not: the two chances are exchanged.",
        ),
        Mistake(
            "base forgotten",
            lambda base, slope, checks, chance: _expected_utility(0.0, slope, checks, chance),
            "Your result does not change with the base. Put e^(−base) in front.",
        ),
        Mistake(
            "base with the wrong sign",
            lambda base, slope, checks, chance: _expected_utility(-base, slope, checks, chance),
            "The base has the wrong sign: a higher base must give a higher utility, so it stands as e^(−base).",
        ),
        Mistake(
            "certainty equivalent",
            lambda base, slope, checks, chance: -np.log1p(-_expected_utility(base, slope, checks, chance)),
            "This is the certainty equivalent, a wage. Asked for is the expected utility: stop one step earlier.",
        ),
        Mistake(
            "mean minus half the variance",
            lambda base, slope, checks, chance: (
                base
                + slope * np.asarray(chance)
                - slope**2 * np.asarray(chance) * (1 - np.asarray(chance)) / (2 * checks)
            ),
            "Mean − ½·variance is a wage, nearly the certainty equivalent. Asked for is the expected utility, and exactly: "
            "multiply the n factors.",
        ),
        Mistake(
            "n times instead of power n",
            lambda base, slope, checks, chance: (
                1 - np.exp(-base) * checks * (1 - chance + np.asarray(chance) * np.exp(-slope / checks))
            ),
            "Your factor is taken n times. Independent factors are multiplied: it stands to the power n.",
        ),
    ),
    properties=(
        Property(
            "fewer checks, more risk, less utility", _falls_with_risk, "A riskier wage of the same mean."
        ),
    ),
)


def _line_for(effort, kappa, checks):
    chance, steepness = 0.5 + 2 * kappa * effort**2, 4 * kappa * effort
    left = 1 - effort**2 / 2
    x = effort / (checks * steepness * left + effort * chance)
    return checks * log(1 - chance * x) - log(left), -checks * log(1 - x)


def _line_by_search(effort, kappa, checks):
    """Binomial sums; the base by participation, then the slope by bisection on the local incentive."""
    chance = 0.5 + 2 * kappa * effort**2
    law = [comb(checks, k) * chance**k * (1 - chance) ** (checks - k) for k in range(checks + 1)]
    fewer = [comb(checks - 1, k) * chance**k * (1 - chance) ** (checks - 1 - k) for k in range(checks)]

    def base_for(slope):
        mean = fsum(p * exp(-slope * k / checks) for k, p in enumerate(law))
        return log(mean / (1 - effort**2 / 2))

    def excess(slope):
        base = base_for(slope)
        values = [1 - exp(-base - slope * k / checks) for k in range(checks + 1)]
        rise = fsum(p * (values[k + 1] - values[k]) for k, p in enumerate(fewer))
        return checks * 4 * kappa * effort * rise - effort

    slope = brentq(excess, 1e-6, 40.0, xtol=1e-13)
    return base_for(slope), slope


def _line_without_premium(effort, kappa, checks):
    _, slope = _line_for(effort, kappa, checks)
    return -log(1 - effort**2 / 2) - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_in_utility(effort, kappa, checks):
    """Slope c'/q', as if one unit of money were one unit of utility."""
    slope = 1 / (4 * kappa)
    x = 1 - exp(-slope / checks)
    chance = 0.5 + 2 * kappa * effort**2
    return checks * log(1 - chance * x) - log(1 - effort**2 / 2), slope


def _line_per_agreement(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return base, slope / checks


def _line_with_cost_left_out(effort, kappa, checks):
    _, slope = _line_for(effort, kappa, checks)
    chance = 0.5 + 2 * kappa * effort**2
    return checks * log(1 - chance * (1 - exp(-slope / checks))), slope


def _line_all_straight(effort, kappa, checks):
    """Slope c′/q′, and a base that makes the mean wage pay for the effort."""
    slope = 1 / (4 * kappa)
    return -log(1 - effort**2 / 2) - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_in_utility_only(effort, kappa, checks):
    slope = 1 / (4 * kappa)
    return effort**2 / 2 - slope * (0.5 + 2 * kappa * effort**2), slope


def _line_from(x, effort, kappa, checks, slope=None):
    """Base by (P) and slope for one pass's share x of e^(−w)."""
    base = checks * log(1 - (0.5 + 2 * kappa * effort**2) * x) - log(1 - effort**2 / 2)
    return base, -checks * log(1 - x) if slope is None else slope


def _line_with_power_n(effort, kappa, checks):
    return _line_from(1 / (checks * 4 * kappa * (1 - effort**2 / 2)), effort, kappa, checks)


def _line_with_half_steepness(effort, kappa, checks):
    chance, left = 0.5 + 2 * kappa * effort**2, 1 - effort**2 / 2
    x = effort / (checks * 2 * kappa * effort * left + effort * chance)
    return _line_from(x, effort, kappa, checks)


def _line_without_logarithm(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return base, checks * (1 - exp(-slope / checks))


def _line_with_base_turned(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return -base, slope


def _line_for_many_checks(effort, kappa, checks):
    """The limit of the slope, c′/(q′(1 − c)), with the base that (P) gives for it."""
    slope = 1 / (4 * kappa * (1 - effort**2 / 2))
    return _line_from(1 - exp(-slope / checks), effort, kappa, checks)


def _line_with_utility_unpaid(effort, kappa, checks):
    """c′ in place of c′/(1 − c) in the divided equation."""
    chance = 0.5 + 2 * kappa * effort**2
    return _line_from(1 / (checks * 4 * kappa + chance), effort, kappa, checks)


def _line_with_cost_in_the_base(effort, kappa, checks):
    base, slope = _line_for(effort, kappa, checks)
    return base + log(1 - effort**2 / 2) + effort**2 / 2, slope


LINE_FOR = Exercise(
    name="line_for",
    reference=_line_for,
    oracle=_line_by_search,
    parts=("base", "slope"),
    probes=(
        Case("the numbers of the text, 60 checks", 0.51, 0.15, 60),
        Case("few checks", 0.4, 0.2, 8),
        Case("high effort on certain items", 0.9, 0.25, 60),
        Case("little effort", 0.1, 0.15, 200),
    ),
    mistakes=(
        Mistake(
            "no premium for risk",
            _line_without_premium,
            "The slope is right. The base makes the average wage just enough, as if the wage were safe: use (P).",
        ),
        Mistake(
            "utility taken for money",
            _line_in_utility,
            "The slope c′/q′ is in utility. A unit of money gives less than a unit of utility at a positive wage: divide (L) by (P).",
        ),
        Mistake(
            "slope per agreement",
            _line_per_agreement,
            "This is the pay for one agreement. The slope is what all n of them pay together.",
        ),
        Mistake(
            "effort cost left out",
            _line_with_cost_left_out,
            "The base makes the expected utility 0. It must pay for the effort as well.",
        ),
        Mistake(
            "slope first",
            lambda effort, kappa, checks: _line_for(effort, kappa, checks)[::-1],
            "The two numbers are exchanged. Return (base, slope).",
        ),
        Mistake(
            "all in straight lines",
            _line_all_straight,
            "Your slope is c′/q′ and your base pays for the effort on average: neither knows of risk. Use (P) and (L).",
        ),
        Mistake(
            "all in utility",
            _line_in_utility_only,
            "Base and slope are counted in utility here. The agent gets money: start from (P) and (L), where it is.",
        ),
        Mistake(
            "power n in both",
            _line_with_power_n,
            "In (L) the factor 1 − qx has the power n − 1: one check is the one that changes.",
        ),
        Mistake(
            "logarithm forgotten",
            _line_without_logarithm,
            "The base is right. The slope is n·x here: solve x = 1 − e^(−slope/n) for it.",
        ),
        Mistake(
            "base with the wrong sign",
            _line_with_base_turned,
            "The slope is right. The base has the wrong sign: in (P) it stands as e^(−base).",
        ),
        Mistake(
            "slope of q halved",
            _line_with_half_steepness,
            "q = ½ + 2κη² has the slope q′ = 4κη. Yours is half of that.",
        ),
        Mistake(
            "slope of many checks",
            _line_for_many_checks,
            "Your slope is c′/(q′(1 − c)), which is right for endlessly many checks. With n of them solve the divided equation for x.",
        ),
        Mistake(
            "one less the cost forgotten",
            _line_with_utility_unpaid,
            "Your slope is too small: on the right of the divided equation stands c′/(1 − c), and not c′.",
        ),
        Mistake(
            "cost in the base",
            _line_with_cost_in_the_base,
            "The slope is right. The base has the cost itself, c; from (P) it is −log(1 − c), the wage that pays for it.",
        ),
        Mistake(
            "kappa of the text",
            lambda effort, kappa, checks: _line_for(effort, 0.15, checks),
            "Your line does not change with kappa: 0.15 is written into it. Use the argument.",
        ),
    ),
)


def _linear_constant(cost, cost_slope, aversion=1.0):
    return 0.5 * aversion / (1 - aversion * cost) ** 2 * cost_slope**2


def _constant_by_differences(cost, cost_slope, aversion=1.0):
    """The second derivative of h from five values of h."""

    def wage(utility):
        return -log(1 - aversion * utility) / aversion

    step, weights = 2e-3 * (1 / aversion - cost), (-1, 16, -30, 16, -1)
    bend = fsum(w * wage(cost + k * step) for w, k in zip(weights, range(-2, 3), strict=True)) / (
        12 * step**2
    )
    return cost_slope * bend * cost_slope / 2


LINEAR_CONSTANT = Exercise(
    name="linear_constant",
    reference=_linear_constant,
    oracle=_constant_by_differences,
    probes=(
        Case("the numbers of the text", 0.13, 0.51),
        Case("a dear effort", 0.4, 0.9),
        Case("a more cautious agent", 0.2, 0.5, 2.0),
        Case("hardly cautious", 0.3, 0.7, 0.1),
    ),
    tolerance=1e-6,
    mistakes=(
        Mistake(
            "cost and slope exchanged",
            lambda cost, cost_slope, aversion=1.0: (
                0.5 * aversion / (1 - aversion * cost_slope) ** 2 * cost**2
            ),
            "Cost and slope are exchanged: the cost comes first and goes into h″, the slope is squared.",
        ),
        Mistake(
            "a squared",
            lambda cost, cost_slope, aversion=1.0: aversion * _linear_constant(cost, cost_slope, aversion),
            "With a = 1 yours is right. Differentiate once more: h′ = 1/(1 − a·v) has no a on top, h″ has one, and yours has two.",
        ),
        Mistake(
            "the cost squared",
            lambda cost, cost_slope, aversion=1.0: 0.5 * aversion / (1 - aversion * cost) ** 2 * cost**2,
            "This squares the cost. The variance grows with the square of its slope c′.",
        ),
        Mistake(
            "h prime",
            lambda cost, cost_slope, aversion=1.0: 0.5 / (1 - aversion * cost) * cost_slope**2,
            "This has h′ in it, the price of utility. The price of risk is h″: differentiate once more.",
        ),
        Mistake(
            "half forgotten",
            lambda cost, cost_slope, aversion=1.0: 2 * _linear_constant(cost, cost_slope, aversion),
            "The second term of the Taylor series has a ½.",
        ),
        Mistake(
            "slope not squared",
            lambda cost, cost_slope, aversion=1.0: _linear_constant(cost, cost_slope, aversion) / cost_slope,
            "The variance grows with the square of c′.",
        ),
        Mistake(
            "bend at zero",
            lambda cost, cost_slope, aversion=1.0: 0.5 * aversion * cost_slope**2,
            "This takes h″ at utility 0, as the textbooks do where effort costs money (½a·variance). Take it at ū, the utility that the agreed effort needs.",
        ),
        Mistake(
            "aversion forgotten",
            lambda cost, cost_slope, aversion=1.0: 0.5 / (1 - aversion * cost) ** 2 * cost_slope**2,
            "With a = 1 yours is right. Differentiate h(v) = −log(1 − a·v)/a again, with the a.",
        ),
        Mistake(
            "bracket not squared",
            lambda cost, cost_slope, aversion=1.0: 0.5 * aversion / (1 - aversion * cost) * cost_slope**2,
            "The bracket 1 − a·c stands to the power 1, as in h′. The price of risk is h″: differentiate h′ = 1/(1 − a·v) once more.",
        ),
        Mistake(
            "no half, and h prime",
            lambda cost, cost_slope, aversion=1.0: cost_slope**2 / (1 - aversion * cost),
            "This has h′ in it and no ½. The price of risk is h″, and the second term of the Taylor series has a ½.",
        ),
        Mistake(
            "aversion nowhere",
            lambda cost, cost_slope, aversion=1.0: 0.5 / (1 - cost) ** 2 * cost_slope**2,
            "Your result does not change with the aversion. Differentiate h(v) = −log(1 − a·v)/a, with the a.",
        ),
    ),
)


def _deposit_for(shortfall, spread):
    def lacking(x):
        return spread * (exp(-0.5 * x * x) / sqrt(2 * pi) - x * ndtr(-x)) - shortfall

    x = brentq(lacking, -shortfall / spread - 1, 40.0, xtol=1e-14)
    deposit = max(ceil(shortfall + spread * x), 1)
    return deposit - (deposit > 1 and lacking((deposit - 1 - shortfall) / spread) <= 0)


def _deposit_by_integrals(shortfall, spread):
    """Euro by euro: the mean of normal pay that is cut at minus the deposit, by numerical integration, must not be above 0."""

    def density(w):
        return exp(-0.5 * ((w + shortfall) / spread) ** 2) / (spread * sqrt(2 * pi))

    def mean(deposit):
        below, _ = quad(density, -shortfall - 12 * spread, -deposit, epsabs=1e-12, epsrel=1e-12)
        edge = max(-deposit, -shortfall - 12 * spread)
        above, _ = quad(
            lambda w: w * density(w), edge, -shortfall + 12 * spread, epsabs=1e-12, epsrel=1e-12, limit=200
        )
        return above - deposit * (below if -deposit > -shortfall - 12 * spread else 0.0)

    deposit = 0
    while mean(deposit) > 0:
        deposit += 1
    return deposit


def _by_rule(least, rounded=ceil):
    """Somebody whose deposit is the least D ≥ 0 with `least(D, M, sd)` at most 0, found by halving and then rounded."""

    def answer(shortfall, spread):
        low, high = 0.0, 2000.0
        if least(low, shortfall, spread) <= 0:
            return rounded(low)
        if least(high, shortfall, spread) > 0:
            return rounded(high)
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (low, middle) if least(middle, shortfall, spread) <= 0 else (middle, high)
        return rounded(high - 1e-9)

    return answer


def _option(x):
    return exp(-0.5 * x * x) / sqrt(2 * pi) - x * ndtr(-x)


def _exactly(d, m, sd):
    return sd * _option((d - m) / sd) - m


def _other_tail(shortfall, spread):
    """Φ(x) in place of Φ(−x): falls faster than G, so that too little seems enough."""
    deposit, kept = 0, np.inf
    while kept > shortfall:
        deposit += 1
        x = (deposit - shortfall) / spread
        kept = spread * (exp(-0.5 * x * x) / sqrt(2 * pi) - x * ndtr(x))
    return deposit


DEPOSIT_FOR = Exercise(
    name="deposit_for",
    reference=_deposit_for,
    oracle=_deposit_by_integrals,
    tolerance=1e-9,
    probes=(
        Case("the line of the text, 60 checks", 1.023, 12.32),
        Case("30 checks", 1.023, 17.4),
        Case("1,000 checks", 1.023, 3.03),
        Case("a large shortfall", 8.0, 12.0),
        Case("a tiny shortfall", 0.05, 20.0),
        Case("less luck than shortfall", 3.4, 2.5),
        Case("just above a whole number", 2.0, 9.0),
        Case("a small firm: cents", 0.2, 0.9),
        Case("more than a hundred euros", 0.2, 50.0),
    ),
    mistakes=(
        Mistake(
            "rounded to the nearest",
            _by_rule(_exactly, round),
            "You rounded to the nearest euro. Rounded down, the deposit is too small: take the first whole euro that is enough.",
        ),
        Mistake(
            "rounded down",
            _by_rule(_exactly, floor),
            "Yours is one euro too little: rounded down, the deposit is not enough.",
        ),
        Mistake(
            "not whole",
            _by_rule(_exactly, float),
            "The amount is right, but whole euros are asked for: the first one that is enough.",
            tolerance=1e-5,
        ),
        Mistake(
            "one standard deviation",
            lambda shortfall, spread: ceil(spread),
            "This is one standard deviation, the rule of thumb. Compute with G: the shortfall matters too.",
        ),
        Mistake(
            "a standard deviation below the mean",
            lambda shortfall, spread: ceil(shortfall + spread),
            "This is the shortfall and one standard deviation. Compute x from sd·G(x) ≤ M.",
        ),
        Mistake(
            "the cut from 0",
            _by_rule(lambda d, m, sd: sd * _option(d / sd) - m),
            "Your x is D/sd. The cut lies at −D and the mean of idle pay at −M: their distance is D − M.",
        ),
        Mistake(
            "the cut on the other side",
            _by_rule(lambda d, m, sd: sd * _option((d + m) / sd) - m),
            "Your x is (D + M)/sd. The mean of idle pay is −M, below 0, so it is nearer to the cut: D − M.",
        ),
        Mistake(
            "the cut on the other side, from 1 on",
            lambda m, sd: max(_by_rule(lambda d, m, sd: sd * _option((d + m) / sd) - m)(m, sd), 1),
            "Your x is (D + M)/sd: too little by two shortfalls. Idle pay lies around −M, so the cut is D − M below it.",
        ),
        Mistake(
            "the other tail",
            _other_tail,
            "You take Φ(x). Of pay below the cut there is Φ(−x), which falls with the deposit.",
        ),
        Mistake(
            "no standard deviation in front",
            _by_rule(lambda d, m, sd: _option((d - m) / sd) - m),
            "G is in standard deviations. What the cut gives in euros is sd·G(x).",
        ),
        Mistake(
            "the density alone",
            _by_rule(lambda d, m, sd: sd * exp(-0.5 * ((d - m) / sd) ** 2) / sqrt(2 * pi) - m),
            "Only φ(x) is there. G(x) is φ(x) − xΦ(−x).",
        ),
        Mistake(
            "the chance of the cut",
            _by_rule(lambda d, m, sd: sd * ndtr((m - d) / sd) - m),
            "This uses how often the cut is met, Φ(−x). What counts is how much it gives: G(x) = φ(x) − xΦ(−x).",
        ),
        Mistake(
            "the shortfall alone",
            lambda shortfall, spread: ceil(shortfall),
            "This is the shortfall. The luck of idle pay is as large as sd, and the cut keeps a part of it.",
        ),
        Mistake(
            "arguments exchanged",
            lambda shortfall, spread: next(
                d for d in range(5000) if shortfall * _option((d - spread) / shortfall) <= spread
            ),
            "Shortfall and spread are exchanged: the shortfall M comes first.",
        ),
        Mistake(
            "one euro more",
            lambda shortfall, spread: _deposit_for(shortfall, spread) + 1,
            "Yours is one euro too much: at most the shortfall is enough.",
        ),
    ),
)

_COUNTS_EFFORTS = np.linspace(0, 1, 1001)


@lru_cache(maxsize=64)
def _laws(kappa, checks):
    """The law of the count at each effort of the grid."""
    return binom.pmf(np.arange(checks + 1), checks, 0.5 + 2 * kappa * _COUNTS_EFFORTS[:, None] ** 2)


def _payoffs(base, slope, checks, kappa, floor, cost=1.0):
    wages = np.maximum(base + slope * np.arange(checks + 1) / checks, floor)
    return _laws(kappa, checks) @ (1 - np.exp(-wages)) - cost * _COUNTS_EFFORTS**2 / 2


def _best(payoffs):
    return float(_COUNTS_EFFORTS[np.argmax(payoffs)])


def _effort_bought(base, slope, checks, kappa, floor):
    return _best(_payoffs(base, slope, checks, kappa, floor))


def _bought_by_convolution(base, slope, checks, kappa, floor):
    """The law of the count check by check on a grid of its own, and then ever finer around its best effort."""
    wages = [max(base + slope * k / checks, floor) for k in range(checks + 1)]
    worth = np.array([-exp(-wage) for wage in wages])

    def payoff(effort):
        q = 0.5 + 2 * kappa * np.asarray(effort) ** 2
        law = np.zeros((checks + 1, q.size))
        law[0] = 1.0
        for _ in range(checks):
            law[1:] = law[1:] * (1 - q) + law[:-1] * q
            law[0] *= 1 - q
        return worth @ law - effort**2 / 2

    efforts = np.linspace(0, 1, 401)
    for _ in range(3):
        best = efforts[np.argmax(payoff(efforts))]
        step = efforts[1] - efforts[0]
        efforts = np.linspace(max(best - step, 0), min(best + step, 1), 41)
    return float(best)


def _upper_hill(*line):
    payoffs = _payoffs(*line)
    hills = np.flatnonzero((payoffs[1:-1] > payoffs[:-2]) & (payoffs[1:-1] >= payoffs[2:]))
    return float(_COUNTS_EFFORTS[hills[-1] + 1]) if hills.size else _best(payoffs)


def _mean_cut(base, slope, checks, kappa, floor):
    """The floor under the mean wage, with the risk of the uncut line."""
    q = 0.5 + 2 * kappa * _COUNTS_EFFORTS**2
    return _best(1 - np.exp(-np.maximum(base + slope * q, floor)) - _COUNTS_EFFORTS**2 / 2)


def _utility_cut(base, slope, checks, kappa, floor):
    values = np.maximum(1 - np.exp(-base - slope * np.arange(checks + 1) / checks), floor)
    return _best(_laws(kappa, checks) @ values - _COUNTS_EFFORTS**2 / 2)


def _in_money(base, slope, checks, kappa, floor):
    wages = np.maximum(base + slope * np.arange(checks + 1) / checks, floor)
    return _best(_laws(kappa, checks) @ wages - _COUNTS_EFFORTS**2 / 2)


def _unpaid_below(base, slope, checks, kappa, floor):
    wages = base + slope * np.arange(checks + 1) / checks
    return _best(
        _laws(kappa, checks) @ (1 - np.exp(-np.where(wages < floor, 0.0, wages))) - _COUNTS_EFFORTS**2 / 2
    )


def _last_count_left_out(base, slope, checks, kappa, floor):
    wages = np.maximum(base + slope * np.arange(checks) / checks, floor)
    return _best(_laws(kappa, checks)[:, :-1] @ (1 - np.exp(-wages)) - _COUNTS_EFFORTS**2 / 2)


EFFORT_BOUGHT = Exercise(
    name="effort_bought",
    reference=_effort_bought,
    oracle=_bought_by_convolution,
    tolerance=2e-3,
    probes=(
        Case("the line of the text, a deposit of 14 euros", -0.957, 1.909, 60, 0.15, -0.14),
        Case("a deposit of 13 euros", -0.957, 1.909, 60, 0.15, -0.13),
        Case("no deposit", -0.957, 1.909, 60, 0.15, 0.0),
        Case("a deposit that is never touched", -0.8, 1.9, 30, 0.2, -0.9),
        Case("golden strength, few checks", -1.2, 2.2, 20, 0.25, -0.3),
        Case("nearly full effort", -2.6, 4.2, 30, 0.25, -0.5),
        Case("a gentle line", -0.5, 1.2, 60, 0.15, -0.1),
        Case("a guaranteed wage", -3.0, 4.2, 30, 0.2, 0.05),
    ),
    mistakes=(
        Mistake(
            "floor forgotten",
            lambda base, slope, checks, kappa, floor: _effort_bought(base, slope, checks, kappa, -np.inf),
            "The floor changes nothing in your answer. Every wage below it is the floor: `np.maximum`.",
        ),
        Mistake(
            "the mean is cut",
            _mean_cut,
            "You cut the mean wage. The floor cuts the wage of every single count, and the lucky ones stay.",
        ),
        Mistake(
            "the utility is cut",
            _utility_cut,
            "You cut the utility at the floor. The floor is a wage: cut the wages, then take u.",
        ),
        Mistake(
            "nothing below the floor",
            _unpaid_below,
            "Below the floor you pay 0. What is paid there is the floor itself, which may be below 0.",
        ),
        Mistake(
            "the sign of the floor",
            lambda base, slope, checks, kappa, floor: _effort_bought(base, slope, checks, kappa, -floor),
            "The floor has the wrong sign: a deposit of 14 euros is a floor of −0.14, and the floor is what you are given.",
        ),
        Mistake(
            "the smaller of both",
            lambda base, slope, checks, kappa, floor: _best(
                _laws(kappa, checks)
                @ (1 - np.exp(-np.minimum(base + slope * np.arange(checks + 1) / checks, floor)))
                - _COUNTS_EFFORTS**2 / 2
            ),
            "You cut from above: no wage is *less* than the floor, so take the larger of both.",
        ),
        Mistake(
            "money in place of utility",
            _in_money,
            "You weigh euros against the cost. The agent weighs utilities: 1 − e^(−w) for each wage first.",
        ),
        Mistake(
            "the hill of work",
            _upper_hill,
            "You take the hill of work wherever there is one. At effort 0 the agent may be better off: compare all efforts.",
        ),
        Mistake(
            "effort for free",
            lambda base, slope, checks, kappa, floor: _best(_payoffs(base, slope, checks, kappa, floor, 0.0)),
            "The cost of effort is missing.",
        ),
        Mistake(
            "cost doubled",
            lambda base, slope, checks, kappa, floor: _best(_payoffs(base, slope, checks, kappa, floor, 2.0)),
            "The cost is η²/2, and yours is twice that.",
        ),
        Mistake(
            "slope for one agreement",
            lambda base, slope, checks, kappa, floor: _effort_bought(
                base, slope * checks, checks, kappa, floor
            ),
            "One agreement pays slope/n, and here it pays the whole slope.",
        ),
        Mistake(
            "payoff instead of effort",
            lambda *line: float(_payoffs(*line).max()),
            "This is the best payoff. The question is at which effort it is reached.",
        ),
        Mistake(
            "place instead of effort",
            lambda *line: int(np.argmax(_payoffs(*line))),
            "This is the place in the list of efforts. Read the effort that stands there.",
        ),
        Mistake(
            "kappa of the text",
            lambda base, slope, checks, kappa, floor: _effort_bought(base, slope, checks, 0.15, floor),
            "Your answer does not change with `kappa`: 0.15 is written into it.",
        ),
        Mistake(
            "grid of hundredths",
            lambda *line: float(_COUNTS_EFFORTS[::10][np.argmax(_payoffs(*line)[::10])]),
            "Your grid of efforts is too coarse: its steps are hundredths. Take a thousand.",
        ),
        Mistake(
            "effort 0 left out",
            lambda *line: float(_COUNTS_EFFORTS[10:][np.argmax(_payoffs(*line)[10:])]),
            "Your list of efforts starts above 0. Not to work at all is an answer too.",
        ),
        Mistake(
            "efforts from .3 on",
            lambda *line: float(_COUNTS_EFFORTS[300:][np.argmax(_payoffs(*line)[300:])]),
            "Your efforts start at .3. Not to work at all is an answer too, and a floor can make it the best one.",
        ),
        Mistake(
            "last count left out",
            _last_count_left_out,
            "The count at which every check passes is missing: there are `checks + 1` counts, from 0 on.",
        ),
    ),
)

GAME_THE_LINE = Rubric(
    name="game_the_line",
    criteria=(
        "It names a way to agree with oneself without judging: remembering, notes, one button, a fixed rule.",
        "It gives each a remedy: space the repeats, swap sides, golden questions; and says which way a remedy does not catch.",
        "It says that agreement with oneself is paid, and not good taste or usefulness.",
        "It says who bears the luck or the loss of a wrong κ, and who holds the deposit until when.",
        "It proposes something that can be measured before the contract is signed.",
    ),
    model_answer=(
        "Every agreement is paid, so the cheapest agreement wins: remember or note the first answer, always press one "
        "button, always take the longer answer. "
        "One button gets about 96 euros if no repeat is swapped, and about nothing if half of them are. "
        "Space the repeats and swap the sides of half of them, which takes care of memory in part and of the button; the "
        "rule *longer one* passes every swap, so mix in golden questions that it gets wrong. "
        "We pay for agreement with oneself, and should say so: it is no sign of good taste. "
        "Careful people get nothing or less in one batch of seven, and more often if κ is lower than we think; let a third party "
        "hold the deposit, and name the day on which it goes back. "
        "Before signing, estimate κ on repeats by trusted people, leave a margin, and let somebody try to beat the contract."
    ),
)

QUIZ = (
    Question(
        "What is C_lin/(n𝓘), in words?",
        (
            "What the risk in the wage costs, to leading order, with n checks.",
            "The share of labels that are wrong.",
            "The bonus for each agreement.",
        ),
        "What the risk in the wage costs, to leading order, with n checks.",
        "A safe wage would be cheaper. C_lin holds the agent, n𝓘 the checks.",
    ),
    Question(
        "Twice as many checks. What happens to the gap of a line without a floor?",
        ("It falls by about 30%.", "It is about halved.", "It stays."),
        "It is about halved.",
        "The gap is about C_lin/(n𝓘). A fall of 30% would be 1/√n.",
    ),
    Question(
        "Why does a floor at 0 hurt the line of this lesson so much?",
        (
            "Careful people often fall below it.",
            "It makes the checks less informative.",
            "A coin flipper keeps the lucky batches and is spared the unlucky ones.",
        ),
        "A coin flipper keeps the lucky batches and is spared the unlucky ones.",
        "The floor pays the one who does nothing, and so whoever works needs a rent.",
    ),
    Question(
        "60 repeats, and pay has a standard deviation of 12.3 euros. How large should the deposit be?",
        ("About 1 euro.", "About 14 euros.", "About 100 euros."),
        "About 14 euros.",
        "About one standard deviation of pay, and a little more with so few checks. Less leaves idling tempting, and more buys next to nothing.",
    ),
    Question(
        "The base of a line rises and the slope stays. What does the agent of this lesson do?",
        ("The same as before.", "Work less.", "Work more, out of gratitude."),
        "Work less.",
        "The next euro counts less the more there are already. Only where effort costs money does the base not matter.",
    ),
)

VARIANTS = (
    Variant(
        "expected_utility",
        "The wage is {base:.2f} + {slope:.2f} X/{checks}, where X of {checks} checks pass, each with chance {chance:.2f}. "
        "What is its expected utility, with u(w) = 1 − e^(−w)? Give four decimals.",
        lambda rng: {
            "base": between(rng, -0.5, 0.3, 2),
            "slope": between(rng, 0.5, 3.0, 2),
            "checks": int(rng.integers(10, 61)),
            "chance": between(rng, 0.55, 0.95, 2),
        },
        tolerance=5e-5,
    ),
    Variant(
        "deposit_for",
        "To somebody idle the uncut line is worth −{shortfall:.2f} euros, and idle pay has a standard deviation of {spread:.1f} "
        "euros. What is the smallest deposit, in whole euros, that makes idling no better than walking away?",
        lambda rng: {"shortfall": between(rng, 0.5, 3.0, 2), "spread": between(rng, 5.0, 20.0, 1)},
        tolerance=1e-9,
    ),
)

LESSON = LessonDefinition(
    number=10,
    title="Pay for every agreement",
    minutes_to_read=25,
    minutes_to_do=50,
    exercises=(EXPECTED_UTILITY, LINE_FOR, LINEAR_CONSTANT, DEPOSIT_FOR, EFFORT_BOUGHT),
    quiz=QUIZ,
    rubrics=(GAME_THE_LINE,),
    variants=VARIANTS,
)
