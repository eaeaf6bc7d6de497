"""Lesson 13: design a scheme."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import comb, exp, log, pi, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv
from scipy.stats import binom, norm

from annolib.agency.costs import PowerCost
from annolib.contracts.forms import Binary
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
from annolib.schemes.trials.stress import stress_test
from annolib.schemes.trials.unseen import unseen_crowd

SEED, DEPOSIT, PRICE, DEARER = 13, 10.0, 0.05, 1.1
LEAST = 20.0  # euros a batch, asked for at worst
BUDGET = 4.0  # euros a batch, for all checks
ROOM = 0.20  # euros of pay that a contract must stand above its cliff; contract B stands 16 cents or less


# the pilot


def _caution(price, error, profit):
    inside = profit / (price * error * sqrt(2 * pi)) if error > 0 else np.inf
    return sqrt(2 * log(inside)) if 1 < inside < np.inf else float("nan")


def _pilot(passes, checks):
    q = passes / checks
    return (q - 0.5) / 2, sqrt(q * (1 - q) / checks) / 2


def _cautious_strength(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    return strength, error, strength - _caution(price, error, profit) * error


def _cautious_strength_by_search(passes, checks, price, profit):
    """κ at which q is the share; σ from the slope of κ in q; ζ where one step more costs what it saves."""
    share = passes / checks
    strength = brentq(lambda kappa: 0.5 + 2 * kappa - share, -0.25, 0.25, xtol=1e-15)
    error = float(np.std(np.repeat([0.5, 0.0], [passes, checks - passes])) / np.sqrt(checks))

    def gain(zeta):
        return profit * norm.pdf(zeta) - price * error

    zeta = brentq(gain, 0, 40, xtol=1e-13) if gain(0) > 0 else float("nan")
    return strength, error, strength - zeta * error


def _pilot_variant(double=2.0, spread=2.0, inside=None, root=True, sign=-1.0, zeta=None, halves=True):
    def wrong(passes, checks, price, profit):
        q = passes / checks
        strength = (q - 0.5 * halves) / double
        error = sqrt(q * (1 - q) / (checks if root else 1)) / spread
        if zeta is not None:
            return strength, error, strength + sign * zeta * error
        ratio = (inside or (lambda a, s, p: p / (a * s * sqrt(2 * pi))))(price, error, profit)
        size = sqrt(2 * log(ratio)) if ratio > 1 else float("nan")
        return strength, error, strength + sign * size * error

    return wrong


def _no_two_in_root(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    return strength, error, strength - _caution(price, error, profit) / sqrt(2) * error


def _caution_alone(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    return strength, error, strength - _caution(price, error, profit)


def _caution_itself(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    return strength, error, _caution(price, error, profit)


def _no_root(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    return strength, error, strength - _caution(price, error, profit) ** 2 * error


def _tail_for_density(passes, checks, price, profit):
    """ζ where the chance of the cliff, not its density, is Aσ/Π: the quantile of a newsvendor."""
    strength, error = _pilot(passes, checks)
    chance = price * error / profit
    return strength, error, strength - (norm.isf(chance) if chance < 1 else float("nan")) * error


def _error_of_kappa(passes, checks, price, profit):
    strength, _ = _pilot(passes, checks)
    error = sqrt(max(strength * (1 - strength), 0) / checks)
    return strength, error, strength - _caution(price, error, profit) * error


def _at_the_estimate(passes, checks, price, profit):
    strength, error = _pilot(passes, checks)
    size = _caution(price, error, profit)
    return strength, error, strength - (0.0 if np.isnan(size) else size) * error


CAUTIOUS_STRENGTH = Exercise(
    name="cautious_strength",
    reference=_cautious_strength,
    oracle=_cautious_strength_by_search,
    probes=(
        Case("a thousand checks", 829, 1000, 215.0, 30.6),
        Case("a hundred checks", 80, 100, 200.0, 31.66),
        Case("ten thousand checks", 8_000, 10_000, 200.0, 31.66),
        Case("weak checks", 590, 1000, 300.0, 20.0),
        Case("a mistake that costs little", 700, 1000, 20.0, 50.0),
        Case("a pilot too small to be cautious after", 7, 10, 400.0, 30.0),
        Case("a pilot hardly large enough", 75, 100, 400.0, 32.0),
        Case("numbers as an array holds them", np.int64(829), np.int64(1000), np.float64(215.0), np.float64(30.6)),
    ),
    parts=("strength", "error", "design"),
    mistakes=(
        Mistake("error of the share", _pilot_variant(spread=1.0),
                "The error is that of the share that passes. κ is half of what the share has above ½: so is its error."),
        Mistake("error without the root of checks", _pilot_variant(root=False),
                "That is the spread of one check. A share of `checks` of them has √checks times less."),
        Mistake("strength twice as large", _pilot_variant(double=1.0),
                "At full effort a check passes with ½ + 2κ: halve what the share has above ½."),
        Mistake("chance level forgotten", _pilot_variant(halves=False),
                "A click at random agrees in half the repeats: take the ½ away first."),
        Mistake("two in the root forgotten", _no_two_in_root,
                "Solve Aσ = Π·φ(ζ) once more: φ(ζ) has ζ²/2 in its exponent, so a 2 stays under the root."),
        Mistake("root forgotten", _no_root, "That is ζ²: the equation for φ(ζ) gives the square."),
        Mistake("root of two pi forgotten", _pilot_variant(inside=lambda a, s, p: p / (a * s)),
                "The normal density at ζ is e^(−ζ²/2)/√(2π): its √(2π) belongs into the logarithm."),
        Mistake("error left out of the ratio", _pilot_variant(inside=lambda a, s, p: p / (a * sqrt(2 * pi))),
                "One step is σ of κ, and costs Aσ, not A: put the error beside the price."),
        Mistake("added", _pilot_variant(sign=1.0),
                "Being above the true strength is the cliff: go down from the estimate."),
        Mistake("five per cent", _pilot_variant(zeta=1.96),
                "1.96 is the habit of another field. How far to go down depends here on what both mistakes cost."),
        Mistake("five per cent, one side", _pilot_variant(zeta=1.645),
                "1.645 is the habit of another field. How far to go down depends here on what both mistakes cost."),
        Mistake("caution not in errors", _caution_alone, "ζ counts standard errors: multiply it by the error."),
        Mistake("caution handed back", _caution_itself, "The third entry is the strength to design for, not ζ."),
        Mistake("the tail in place of the density", _tail_for_density,
                "This sets the chance Φ(−ζ) to Aσ/Π. One step more saves Π·φ(ζ): the density, not the tail."),
        Mistake("spread of the strength", _error_of_kappa,
                "√(κ(1 − κ)/m) is for a share of κ. What is counted is the share q: take its error, and half of it."),
        Mistake("price doubled", _pilot_variant(inside=lambda a, s, p: p / (2 * a * s * sqrt(2 * pi))),
                "One step costs Aσ, not 2Aσ: the half is in σ already."),
        Mistake("no caution where there is no best one", _at_the_estimate,
                "Where Aσ√(2π) is Π or more, the formula has no solution: hand back nan and ask for a larger pilot."),
    ),
)  # fmt: skip


# two rates


def _cost_from_lines(lines, shares, kappa):
    (base1, slope1), (base2, slope2) = lines
    pay1, pay2 = base1 + slope1 * shares[0], base2 + slope2 * shares[1]
    aversion = log(slope2 / slope1) / (pay2 - pay1)
    return float(4 * kappa * slope1 * exp(-aversion * pay1)), float(aversion)


def _cost_from_lines_by_equations(lines, shares, kappa):
    """log(4κβ) = log c₀ + a·w̄ for both rates, as two equations for (log c₀, a)."""
    pays = [base + slope * share for (base, slope), share in zip(lines, shares, strict=True)]
    left = np.array([[1.0, pay] for pay in pays])
    right = np.log([4 * kappa * slope for _, slope in lines])
    start, aversion = np.linalg.solve(left, right)
    return float(np.exp(start)), float(aversion)


def _lines_variant(
    mean=lambda b, s, q: b + s * q,
    times=4.0,
    sign=1.0,
    logs=log,
    after=lambda c, a: (c, a),
    back=-1.0,
    ratio=True,
    of=0,
):
    def wrong(lines, shares, kappa):
        pays = [mean(b, s, q) for (b, s), q in zip(lines, shares, strict=True)]
        change = logs(lines[1][1] / lines[0][1]) if ratio else lines[1][1] - lines[0][1]
        if pays[1] == pays[0]:
            return after(float("nan"), float("nan"))
        a = sign * change / (pays[1] - pays[0])
        return after(times * kappa * lines[of][1] * exp(back * a * pays[0]), a)

    return wrong


def _with_effort(lines, shares, kappa):
    cost, aversion = _cost_from_lines(lines, shares, kappa)
    return cost * sqrt((shares[0] - 0.5) / (2 * kappa)), aversion


COST_FROM_LINES = Exercise(
    name="cost_from_lines",
    reference=_cost_from_lines,
    oracle=_cost_from_lines_by_equations,
    probes=(
        Case("two rates of one crowd", ((-83.33, 170.98), (-101.92, 203.03)), (0.541, 0.624), 0.165),
        Case("the steeper rate first", ((-101.92, 203.03), (-83.33, 170.98)), (0.624, 0.541), 0.165),
        Case("weak checks", ((-120.0, 260.0), (-150.0, 320.0)), (0.52, 0.56), 0.10),
        Case("in hundreds of euros", ((-0.88, 1.79), (-1.22, 2.35)), (0.55, 0.60), 0.15),
        Case("risk is liked", ((-80.0, 170.0), (-60.0, 165.0)), (0.55, 0.58), 0.15),
        Case("numbers as an array holds them", np.array([[-83.0, 170.0], [-102.0, 203.0]]), np.array([0.54, 0.62]), 0.17),
    ),
    parts=("cost", "aversion"),
    tolerance=1e-7,
    mistakes=(
        Mistake("order", _lines_variant(after=lambda c, a: (a, c)), "Right, in the other order: the cost comes first."),
        Mistake("base forgotten", _lines_variant(mean=lambda b, s, q: s * q),
                "The mean pay is base + slope·share: the base is missing."),
        Mistake("share forgotten", _lines_variant(mean=lambda b, s, q: b + s),
                "That is the pay of somebody whose checks all agree. The mean pay takes the share that agreed."),
        Mistake("half", _lines_variant(times=2.0),
                "That is half of it. q = ½ + 2κη² has the slope 4κη, not 2κη; and c₀ of c₀·η²/2 is asked, not what stands before η²."),
        Mistake("sign", _lines_variant(sign=-1.0, back=-1.0),
                "The sign of a: the steeper rate brings the higher pay, where a euro is worth less, e^(−a·w̄)."),
        Mistake("a euro worth more", _lines_variant(back=1.0),
                "The worth of one more euro is e^(−a·w̄): it falls with pay. Look at the sign in the cost."),
        Mistake("no logarithm", _lines_variant(ratio=False),
                "Taking the difference of the slopes is not enough: divide one equation by the other, then take the logarithm."),
        Mistake("base ten", _lines_variant(logs=np.log10), "The natural logarithm, np.log, is meant."),
        Mistake("logarithm of the cost", _lines_variant(after=lambda c, a: (log(c), a)), "That is log c₀: take the exponential."),
        Mistake("effort left in", _with_effort,
                "Here the cost is still multiplied by the effort. In a repeat q′ = 4κη: divide both sides by η."),
        Mistake("two lines mixed", _lines_variant(of=1),
                "The cost mixes the slope of one rate with the mean pay of the other."),
        Mistake("risk forgotten", lambda lines, shares, kappa: (4 * kappa * lines[0][1], _cost_from_lines(lines, shares, kappa)[1]),
                "The cost is that of people who do not mind risk: the factor e^(−a·w̄) is missing."),
    ),
)  # fmt: skip


# a trick


def _tempting_chance(threshold, checks, bonus, work):
    if work <= 0:
        return 0.0
    return (
        float(betaincinv(threshold, checks - threshold + 1, work / bonus)) if work <= bonus else float("nan")
    )


def _tempting_chance_by_sums(threshold, checks, bonus, work):
    """The chance of so many passes as a sum of whole numbers of ways, and bisection."""
    if work <= 0:
        return 0.0
    if work > bonus:
        return float("nan")

    def above(g):
        ways = sum(comb(checks, k) * g**k * (1 - g) ** (checks - k) for k in range(threshold, checks + 1))
        return bonus * ways - work

    return float(brentq(above, 0.0, 1.0, xtol=1e-14))


def _by_chance(chance):
    """The least root in g of bonus·chance(threshold, checks, g) = work, with the guards of the exercise."""

    def wrong(threshold, checks, bonus, work):
        if work <= 0:
            return 0.0
        if work > bonus:
            return float("nan")
        for end in (0.0, 1.0):  # as a root search looks first: the curve is too flat there for signs
            if bonus * chance(threshold, checks, end) == work:
                return end
        low, high = 0.0, 1.0
        for _ in range(6):
            grid = np.linspace(low, high, 401)
            values = bonus * chance(threshold, checks, grid) - work
            turns = np.flatnonzero(values[:-1] * values[1:] <= 0)
            if not turns.size:
                return float("nan")
            low, high = float(grid[turns[0]]), float(grid[turns[0] + 1])
        return low

    return wrong


def _normal_tail(t, n, g):
    return norm.sf((t - n * g) / np.sqrt(np.maximum(n * g * (1 - g), 1e-12)))


def _guarded(value):
    return lambda t, n, bonus, work: (
        0.0 if work <= 0 else float("nan") if work > bonus else value(t, n, bonus, work)
    )


def _by_root(low_guard, high_guard):
    """A root search without one of the two guards, or without both: brentq then finds no change of sign."""

    def wrong(threshold, checks, bonus, work):
        if low_guard and work <= 0:
            return 0.0
        if high_guard and work > bonus:
            return float("nan")
        return float(brentq(lambda g: bonus * binom.sf(threshold - 1, checks, g) - work, 0, 1))

    return wrong


def _on_a_grid(threshold, checks, bonus, work):
    grid = np.linspace(0, 1, 1001)
    return float(grid[np.abs(bonus * binom.sf(threshold - 1, checks, grid) - work).argmin()])


TEMPTING_CHANCE = Exercise(
    name="tempting_chance",
    reference=_tempting_chance,
    oracle=_tempting_chance_by_sums,
    probes=(
        Case("eight of ten", 8, 10, 10.0, 3.0),
        Case("a lenient threshold", 32, 60, 31.0, 12.5),
        Case("golden questions", 10, 14, 38.0, 12.0),
        Case("all of five", 5, 5, 20.0, 1.0),
        Case("one of three", 1, 3, 20.0, 5.0),
        Case("work is worth nearly the bonus", 8, 10, 10.0, 9.9),
        Case("work is worth the bonus", 8, 10, 10.0, 10.0),
        Case("work is worth more than the bonus", 8, 10, 10.0, 12.0),
        Case("work leaves nothing", 8, 10, 10.0, 0.0),
        Case("work leaves less than the lowest pay", 8, 10, 10.0, -3.0),
        Case("numbers as an array holds them", np.int64(8), np.int64(10), np.float64(10.0), np.float64(3.0)),
    ),
    mistakes=(
        Mistake("more than the threshold", _by_chance(lambda t, n, g: binom.sf(t, n, g)),
                "`binom.sf(t, …)` is the chance of more than t passes. The bonus is paid for t already."),
        Mistake("one less", _by_chance(lambda t, n, g: binom.sf(t - 2, n, g)),
                "You pay for threshold − 1 passes too."),
        Mistake("exactly so many", _by_chance(lambda t, n, g: binom.pmf(t, n, g)),
                "That is the chance of exactly so many passes; more are paid too."),
        Mistake("density one below", _by_chance(lambda t, n, g: binom.pmf(t - 1, n, g)),
                "That is the chance of one exact count. Asked is the chance of the threshold or more."),
        Mistake("the chance to miss", _by_chance(lambda t, n, g: binom.cdf(t - 1, n, g)),
                "That is the chance to miss the bonus."),
        Mistake("normal law", _by_chance(_normal_tail),
                "With so few checks the normal law is not good enough: use the binomial one.", 1e-4),
        Mistake("normal law, half a pass in between", _by_chance(lambda t, n, g: _normal_tail(t - 0.5, n, g)),
                "With so few checks the normal law is not good enough, with the half pass neither: use the binomial one.", 1e-4),
        Mistake("chance of the bonus", _guarded(lambda t, n, bonus, work: work / bonus),
                "That is the chance of the bonus at which both are as good. Which chance to pass one check leads to it?"),
        Mistake("share of the threshold", _guarded(lambda t, n, bonus, work: t / n),
                "Who passes that share on average gets the bonus in about half the batches. How often must it be?"),
        Mistake("mean pay", _guarded(lambda t, n, bonus, work: t / n * work / bonus),
                "A bonus is not paid in proportion: use the chance of the threshold or more."),
        Mistake("one at most", lambda t, n, bonus, work: 1.0 if work > bonus else _tempting_chance(t, n, bonus, work),
                "Where work is worth more than the bonus, no trick is as good: hand back nan."),
        Mistake("a sure trick forgotten", lambda t, n, bonus, work: float("nan") if work >= bonus else _tempting_chance(t, n, bonus, work),
                "Where work is worth just the bonus, a trick that always passes is as good: 1. Hand back nan only where work > bonus."),
        Mistake("a root search without guards", _by_root(False, False),
                "`brentq` stops where there is no crossing between 0 and 1. Ask first: work <= 0 gives 0, work > bonus gives nan."),
        Mistake("a root search without the lower guard", _by_root(False, True),
                "`brentq` finds no crossing where work leaves less than the lowest pay. Hand back 0 where work <= 0, before the search."),
        Mistake("a root search without the upper guard", _by_root(True, False),
                "`brentq` finds no crossing where work is worth more than the bonus. Hand back nan where work > bonus, before the search."),
        Mistake("a grid", _guarded(_on_a_grid),
                "A thousand values of g are too coarse: halve the range until it is narrow, or use `brentq` or `betaincinv`.", 1.1e-3),
        Mistake("nothing left", lambda t, n, bonus, work: float("nan") if work <= 0 else _tempting_chance(t, n, bonus, work),
                "Where work leaves nothing above the lowest pay, any trick is as good, even one that never passes: 0."),
    ),
)  # fmt: skip


# a contract


@lru_cache(maxsize=1)
def _believed():
    problem, strengths = unseen_crowd(SEED).estimate(deposit=DEPOSIT)
    return (
        problem,
        strengths,
        replace(problem, cost=PowerCost(problem.cost.scale * DEARER, problem.cost.power)),
    )


@lru_cache(maxsize=256)
def _tested(checks, threshold, low, high):
    problem, strengths, dearer = _believed()
    return stress_test(
        Binary(threshold, low, high, n=checks), problem, strengths, {"dearer": dearer}, price=PRICE
    )


def _test_of(contract):
    return _tested(
        *(int(contract[name]) for name in ("checks", "threshold")),
        float(contract["low"]),
        float(contract["high"]),
    )


_PARTS = ("checks", "threshold", "low", "high")


def _is_a_contract(contract):
    if not isinstance(contract, dict) or set(contract) != set(_PARTS):
        return False
    return all(
        isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        for value in contract.values()
    )


def _counts_checks(contract):
    whole = all(float(contract[name]).is_integer() for name in ("checks", "threshold"))
    return whole and 1 <= contract["threshold"] <= contract["checks"] <= 2_000


def _all_come(contract):
    frame = _test_of(contract).frame
    return bool(frame["accepts"].all())


def _all_work(contract):
    return bool(_test_of(contract).frame["effort"].min() > 0.1)


def _has_room(contract):
    """With 20 cents less for a passed batch, all come and work still."""
    less = dict(contract, high=float(contract["high"]) - ROOM)
    return less["low"] < less["high"] and _all_come(less) and _all_work(less)


def _worst_is_at_the_left(contract):
    test = _test_of(contract)
    honest = test.frame[test.frame["honest"]]
    strengths = honest["strength"]
    return strengths[honest["net"].idxmin()] < (strengths.min() + strengths.max()) / 2


CONTRACT = Exercise(
    name="contract",
    kind="value",
    reference=lambda: {"checks": 60, "threshold": 32, "low": -10.0, "high": 23.0},
    seconds=60.0,
    properties=(
        Property("names the four numbers", _is_a_contract,
                 'Give a dict of four numbers: {"checks": …, "threshold": …, "low": …, "high": …}.'),
        Property("counts checks", _counts_checks,
                 "Checks and threshold are whole numbers, the threshold from 1 to the checks, and at most 2,000 checks."),
        Property("asks for no more than 10 euros", lambda contract: contract["low"] >= -DEPOSIT and np.isfinite(contract["low"]),
                 "People lay down 10 euros at most: the lowest pay is −10 or more."),
        Property("pays more for more passes", lambda contract: contract["low"] < contract["high"] < 1_000,
                 "The higher pay must be above the lower one, and finite."),
        Property(f"keeps to the budget of {BUDGET:g} euros", lambda contract: PRICE * contract["checks"] <= BUDGET + 1e-9,
                 f"Checks may cost {BUDGET:g} euros a batch: at 5 cents these are {BUDGET / PRICE:.0f} repeats. Buy fewer."),
        Property("all take part", _all_come,
                 "The dearer people refuse, where the checks are weakest at the least: pay a higher bonus, lay down less, or ask for fewer passes."),
        Property("all work", _all_work,
                 "They come and idle, where the checks are weakest at the least: luck pays as well as work. A larger bonus, or more checks, helps."),
        Property("has room", _has_room,
                 "It stands just above a cliff, as contract B does: with 20 cents less they idle or refuse. Add some cents to `high`."),
        Property(f"leaves {LEAST:g} euros or more at the left end",
                 lambda contract: _test_of(contract).worst >= LEAST or not _worst_is_at_the_left(contract),
                 "All come and work, but less than 20 euros are left where the checks are weakest, at the left: people work little "
                 "there. Ask for more passes, pay a little more bonus, or buy more checks."),
        Property(f"leaves {LEAST:g} euros or more at worst", lambda contract: _test_of(contract).worst >= LEAST,
                 "All come and work, but at the right end of the band less than 20 euros are left: people are paid more than needed. "
                 "Lower the bonus, lay down more, or change the threshold or the checks."),
    ),
)  # fmt: skip

LETTERS = Rubric(
    name="write_letters",
    criteria=(
        "To the annotators: what is counted, the threshold and both amounts, in plain words and with the deposit.",
        "To the annotators: how often the work that is paid for misses the bonus, and that one missed batch proves nothing.",
        "To the annotators: when the deposit comes back, and until when a count may be disputed.",
        "To the manager: what is left at worst, and for which strengths and costs that holds.",
        "To the manager: which trick pays as well as work, and what outside the pay stops it.",
        "To the manager: one number that is believed and not known, and how it will be measured.",
        "It says what the checks do not show: good taste, the reasons of a person, or what happens outside the range.",
    ),
    model_answer=(
        "Dear annotators, in a batch 60 comparisons come twice, with the sides drawn anew. You lay down 10 euros; with 32 agreements or "
        "more you get them back and 23.00 more on the next Friday, else nothing. The work that it pays for gets there in three of five to "
        "nearly four of five batches, clicking at random in one of three. So a missed batch is luck and proves nothing; ask for a "
        "second look within two weeks.\n"
        "Dear manager, 22 euros a batch or more are left after 3 of the 4 euros for checks. "
        "That holds for strengths from .157 to .186 at the cost that we estimate, and for people a tenth dearer; below .157 a batch "
        "of the dearer may lose 4.5 euros. Who passes 51 in 100 without care does better than by work; for the dearer half is enough. So repeats lie a week apart, "
        "and a few golden questions look for those who take the longer answer. That nobody is more than a tenth dearer is believed and not "
        "known: a third rate in spring will test it. Agreement with oneself shows care and not taste: a low count starts a talk and "
        "nothing else."
    ),
)

QUIZ = (
    Question(
        "Cost is known; a pilot shows κ = .17. You write the best pay for exactly .17. How often does it buy no work at all?",
        ("Hardly ever.", "In about half of all cases.", "Always."),
        "In about half of all cases.",
        "The estimate is above the truth as often as below it, and above it is the cliff.",
    ),
    Question(
        "The next pilot has four times as many checks. The step down from the estimate is then",
        ("half as long.", "a little more than half as long.", "a quarter as long."),
        "a little more than half as long.",
        "σ halves, and ζ = √(2 log(Π/(Aσ√2π))) grows a little: a small step is cheap, so one takes it in more standard errors.",
    ),
    Question(
        "Cost is read off two rates with a strength that is 3% too high. What happens to pay that is written for both?",
        ("It buys no work.", "It pays 3% too much.", "It holds: the cost is 3% too high as well."),
        "It holds: the cost is 3% too high as well.",
        "The rates show c₀/κ, and what a share of passes costs people hangs on that alone.",
    ),
    Question(
        "A trick without work passes 55% of the repeats. Where is it stopped most cheaply?",
        ("In the pay, by a higher threshold.", "In the pay, by a smaller bonus.", "In the design of the checks, such as repeats far apart."),
        "In the design of the checks, such as repeats far apart.",
        "Pay that deters .55 here takes more checks than the budget buys and several euros a batch. Spacing the repeats costs next to nothing.",
    ),
    Question(
        "Somebody always takes the longer answer. Which contract on this desk pays that person least?",
        ("A higher threshold on repeats.", "More repeats.", "A threshold on balanced golden questions."),
        "A threshold on balanced golden questions.",
        "The rule agrees with itself in every repeat; on golden questions of both kinds it is a coin.",
    ),
)  # fmt: skip

VARIANTS = (
    Variant(
        "cautious_strength",
        "In a pilot {passes} of {checks} repeats of trusted people agree. A unit of κ is worth {price:.0f} euros a batch and the cliff "
        "costs {profit:.1f} euros. For which strength do you design the pay? Give four decimals.",
        lambda rng: {
            "passes": int(rng.integers(740, 880)),
            "checks": 1000,
            "price": between(rng, 150, 260, 0),
            "profit": between(rng, 24, 36, 1),
        },
        part=2,
        tolerance=1e-4,
    ),
    Variant(
        "tempting_chance",
        "A bonus worth {bonus:.1f} is paid from {threshold} of {checks} passes, and work leaves {work:.1f} above the lowest pay. From which "
        "chance to pass a check on is a trick as good as work? Give three decimals.",
        lambda rng: {
            "threshold": int(rng.integers(11, 16)),
            "checks": 20,
            "bonus": between(rng, 20, 40, 1),
            "work": between(rng, 3, 15, 1),
        },
        tolerance=6e-4,
    ),
)

LESSON = LessonDefinition(
    number=13,
    title="Design a scheme",
    minutes_to_read=40,
    minutes_to_do=35,
    exercises=(CAUTIOUS_STRENGTH, COST_FROM_LINES, CONTRACT, TEMPTING_CHANCE),
    quiz=QUIZ,
    rubrics=(LETTERS,),
    variants=VARIANTS,
)
