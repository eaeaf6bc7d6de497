"""Figures about a threshold bonus: the agent's payoff, the two constraints, the law of the gap, and fines.

All are about the course's reference problem: CARA(1), cost η²/2, value 0.6·η(2 − η), outside option and floor 0, checked
by self-consistency with κ = 0.15.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.gaps import rates
from annolib.contracts.optimal.first_order import first_order_wages
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.numerics.binomials import log_density, log_pmf, log_tails, tails
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PROBLEM = reference_problem()
MONITOR = SelfConsistency(0.15)
EUROS = 100  # one unit of money in the story


def agent_payoff(threshold=570, bonus=0.0755, n=1000) -> Figure:
    """What the agent gets on top of the base pay, against effort, with the best answer marked.

    Parameters
    ----------
    threshold : int
        Passes needed for the bonus, 1 to n.
    bonus : float
        Bonus in utility, ≥ 0.
    n : int
        Number of checks.

    Examples
    --------
    >>> agent_payoff(570, 0.075).description.split(". ")[1]
    'The best answer is effort 0.00, which gives +0.000'
    """
    n = int(whole("n", n, 1))
    threshold, bonus = int(whole("threshold", threshold, 1)), float(within("bonus", bonus, 0, np.inf))
    within("threshold", threshold, 1, n, "It is a number of passes.")
    effort = np.linspace(0, 1, 1001)
    payoff = _payoff(threshold, bonus, n, effort)
    humps = _humps(payoff)
    best = int(humps[np.argmax(payoff[humps])])
    target = first_best(PROBLEM).effort
    figure, axes = canvas()
    axes.axhline(0, color=GREY, linewidth=1)
    axes.axvline(target, color=GREY, linestyle=":", linewidth=1.4, label=f"effort asked for, {target:.2f}")
    axes.plot(effort, payoff, color=BLUE, linewidth=2.2)
    others = [hump for hump in humps if hump != best]
    if others:
        axes.plot(
            effort[others],
            payoff[others],
            "s",
            mfc="white",
            mec=BLUE,
            markersize=8,
            color=BLUE,
            clip_on=False,
            zorder=3,
            label="other hump",
        )
    axes.plot(
        effort[best], payoff[best], "o", color=RED, markersize=9, clip_on=False, zorder=3, label="best answer"
    )
    axes.set(
        xlim=(0, 1),
        ylim=(
            -0.3 if min(payoff[750], *payoff[humps]) < -0.11 else -0.12,
            max(0.1, 1.15 * payoff.max() + 0.02),
        ),
        xlabel="effort η",
        ylabel="payoff above base pay (utility)",
        title=f"{bonus:.3f} from {threshold:,} of {n:,} passes: effort {effort[best]:.2f} is best",
    )
    axes.legend(frameon=False, fontsize=9, loc="lower left")
    words = [f"The other hump, at effort {effort[i]:.2f}, gives {payoff[i]:+.3f}." for i in others]
    return describe(
        figure,
        f"The agent's payoff above base pay against effort, for a bonus of {bonus:.3f} from {threshold:,} passes of "
        f"{n:,}; effort {target:.2f} is asked for.",
        f"The best answer is effort {effort[best]:.2f}, which gives {payoff[best]:+.3f}.",
        *(words or ["There is no other hump."]),
    )


def two_constraints(n=1000) -> Figure:
    """The bonus that is right at the margin, and the bonus that stops shirking, against the threshold.

    Parameters
    ----------
    n : int
        Number of checks, at least 30. The effort asked for is the first best's; with few checks and no deposit the best contract
        asks for more.

    Examples
    --------
    >>> two_constraints(1000).description.split(". ")[1]
    'They meet at 558.9 passes, 1.24 standard deviations below the 578.2 that effort 0.51 passes on average'
    """
    n = int(whole("n", n, 30, "With fewer checks the two bonuses do not meet well below the mean."))
    mean, spread = _expected(n)
    meeting = _meeting(n)
    threshold = np.linspace(mean - 2.6 * spread, mean + 1.1 * spread, 300)
    height = float(np.exp(_log_bonuses(meeting, n)[0]))
    top = 3.4 * height  # the curves are drawn up to three quarters of it, below the legend
    local, stop = (np.exp(log) for log in _log_bonuses(threshold, n))
    keeps = local >= stop
    local, stop = (np.where(bonus < 0.74 * top, bonus, np.nan) for bonus in (local, stop))
    figure, axes = canvas(height=3.9)
    axes.plot(threshold, local, color=BLUE, linewidth=2.2, label="local: right at the margin")
    axes.plot(
        threshold,
        stop,
        color=ORANGE,
        linestyle="--",
        linewidth=2.2,
        label="global: effort 0.51 beats effort 0",
    )
    axes.plot(
        [mean, mean],
        [0, 0.65 * top],
        color=GREY,
        linestyle=":",
        linewidth=1.6,
        label="passes expected at effort 0.51",
    )
    axes.fill_between(threshold, 0, top, where=keeps, color=GREEN, alpha=0.12, linewidth=0)
    axes.plot(meeting, height, "o", color=RED, markersize=9, zorder=3, label=f"they meet at {meeting:,.1f}")
    axes.set(
        xlim=(threshold[0], threshold[-1]),
        ylim=(0, top),
        xlabel=f"threshold (passes of {n:,})",
        ylabel="bonus (utility)",
        title="Only a lenient threshold meets both constraints",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper center", ncols=2)
    return describe(
        figure,
        f"Two bonuses against the threshold, {n:,} checks: the one right at the margin for effort 0.51, and the one "
        "that makes it beat effort 0.",
        f"They meet at {meeting:,.1f} passes, {(mean - meeting) / spread:.2f} standard deviations below the {mean:,.1f} "
        "that effort 0.51 passes on average.",
        "Only to the left of it does the bonus that is right at the margin also stop shirking.",
    )


def strength_cliff(threshold=54, low=-0.06, high=0.21, n=100) -> Figure:
    """What a threshold contract earns if the strength κ of the items is not the 0.15 of the plan.

    Parameters
    ----------
    threshold : int
        Passes from which the high wage is paid, 1 to n.
    low, high : float
        The two wages, in units of 100 euros; a negative one is a deposit that is kept.
    n : int
        Number of checks, up to 2,000.

    Examples
    --------
    >>> strength_cliff().description.split(". ")[1]
    'Planned for 0.150 it earns 29 euros a batch there, and the annotator works down to 0.134'
    """
    n = int(whole("n", n, 1))
    within("n", n, 1, 2000, "It is the number of checks.")
    threshold = int(within("threshold", whole("threshold", threshold, 1), 1, n, "It is a number of passes."))
    if not low <= high:
        raise ValueError(f"high must be at least low; saw low={low!r} and high={high!r}.")
    kappa, states, profits = _by_strength(threshold, float(low), float(high), n)
    planned = int(np.argmin(np.abs(kappa - MONITOR.kappa)))
    works = states == _WORKS
    figure, axes = canvas()
    axes.axhline(0, color=GREY, linewidth=1)
    for state, colour, style, name in (
        (_WORKS, BLUE, "-", "works"),
        (_CLICKS, RED, "--", "takes it and clicks"),
        (_LEAVES, ORANGE, "-.", "does not take it"),
    ):
        if np.any(states == state):
            shown = np.where(states == state, profits, np.nan)
            axes.plot(kappa, shown, color=colour, linestyle=style, linewidth=2.4, label=f"annotator {name}")
    axes.plot([MONITOR.kappa] * 2, [-24, 36], color=GREY, linestyle=":", linewidth=1.4)
    axes.plot(
        [MONITOR.kappa],
        [profits[planned]],
        "o",
        color=INK,
        markersize=8,
        zorder=3,
        clip_on=False,
        label="as planned",
    )
    # the lowest strength from which on there is work up to the planned one
    before = np.flatnonzero(~works[: planned + 1])
    edge = kappa[before[-1] + 1] if before.size and before[-1] < planned else kappa[0]
    stands = f"stands down to κ = {edge:.3f}" if works[planned] else "as planned it buys nothing"
    axes.set(
        xlim=(kappa[0], kappa[-1]),
        ylim=(-24, 50),
        xlabel="true strength of the items κ",
        ylabel="Halyard's profit (euros a batch)",
        title=f"{EUROS * low:.2f} euros, {EUROS * high:.2f} from {threshold} of {n} on: {stands}".replace(
            "-", "−"
        ),
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    reach = (
        f"the annotator works down to {edge:.3f}" if works[planned] else "the annotator does not work there"
    )
    return describe(
        figure,
        f"Profit of {EUROS * low:.2f} euros, and {EUROS * high:.2f} from {threshold} of {n} passes on, against the true "
        "strength of the items.",
        f"Planned for {MONITOR.kappa:.3f} it earns {round(profits[planned]) + 0} euros a batch there, and {reach}.",
        f"At {kappa[0]:.2f} it earns {round(profits[0]) + 0} euros, at {kappa[-1]:.2f} {round(profits[-1]) + 0}.",
    )


def threshold_place(n=1000) -> Figure:
    """Where the threshold sits among the counts of somebody who works and of somebody who does not.

    Parameters
    ----------
    n : int
        Number of checks, at least 300.

    Examples
    --------
    >>> threshold_place(1000).description.split(". ")[1]
    'The two constraints meet 1.24 standard deviations below the mean of effort 0.51, which misses with chance 10.3%'
    """
    n = int(whole("n", n, 300, "For fewer checks the best contract asks for another effort."))
    mean, spread = _expected(n)
    place = (_meeting(n) - mean) / spread
    missed = float(np.exp(log_tails(mean + place * spread, n, *_odds(first_best(PROBLEM).effort))[1]))
    lazy, lazy_spread = (n / 2 - mean) / spread, np.sqrt(n / 4) / spread
    x = np.linspace(-7, 4, 600)
    works, shirks = _bell(x), _bell((x - lazy) / lazy_spread) / lazy_spread
    figure, axes = canvas()
    axes.plot(x, works, color=BLUE, linewidth=2.2, label="effort 0.51")
    away = "" if lazy > -7 else f": {-lazy:,.0f} to the left"
    axes.plot(x, shirks, color=GREY, linestyle="--", linewidth=1.8, label=f"effort 0{away}")
    axes.fill_between(x, 0, works, where=x < place, color=RED, alpha=0.35, linewidth=0)
    axes.plot(
        [place, place], [0, 0.43], color=RED, linewidth=1.8, label=f"threshold, {-place:.2f} below the mean"
    )
    chance = f"{100 * missed:.3g}%"
    axes.set(
        xlim=(-7, 4),
        ylim=(0, 0.62),
        xlabel="passes, in standard deviations from the mean of effort 0.51",
        ylabel="density",
        title=f"{n:,} checks: effort 0.51 misses with chance {chance}",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    return describe(
        figure,
        f"Passes of somebody with effort 0.51 and of somebody with effort 0, {n:,} checks, in standard deviations.",
        f"The two constraints meet {-place:.2f} standard deviations below the mean of effort 0.51, which misses with "
        f"chance {chance}.",
        f"The mean of effort 0 lies {-lazy:,.1f} below.",
    )


def binary_gap_laws(largest=9) -> Figure:
    """The gap of the best threshold bonus against the number of checks, beside two formulas.

    Parameters
    ----------
    largest : int
        The largest number of checks is ten to this power, 4 to 9.

    Examples
    --------
    >>> binary_gap_laws(6).description.split(". ")[1]
    'Scaled by the rate it is 1.55 times its limit at 1,000 checks and still 1.17 times at 1,000,000'
    """
    largest = int(whole("largest", largest, 4))
    within("largest", largest, 4, 9, "Exact gaps are computed up to ten to the ninth.")
    n = 10.0 ** np.arange(3, largest + 1)
    gap = _gaps(largest)
    line = np.geomspace(1e3, n[-1], 200)
    formula, limit = rates.binary_gap(PROBLEM, MONITOR, line), _law(line)
    scaled = gap / _law(n)
    figure, (left, right) = canvas(columns=2, width=8.2, height=3.7)
    left.loglog(n, gap * EUROS, "o", color=INK, markersize=6, label="exact")
    left.loglog(line, formula * EUROS, color=BLUE, linewidth=1.8, label="K Φ(−z)")
    left.loglog(
        line, limit * EUROS, color=ORANGE, linestyle="--", linewidth=1.8, label="rate with its constant"
    )
    left.legend(frameon=False, fontsize=9)
    left.set(xlabel="checks n", ylabel="gap (euros a batch)", title="The gap")
    right.semilogx(n, scaled, "o", color=INK, markersize=6)
    right.semilogx(line, formula / limit, color=BLUE, linewidth=1.8)
    right.axhline(1, color=ORANGE, linestyle="--", linewidth=1.8)
    right.set(
        ylim=(0.9, 1.65), xlabel="checks n", ylabel="gap / (rate with its constant)", title="The same, scaled"
    )
    return describe(
        figure,
        f"Gap of the best threshold bonus for 1,000 to {n[-1]:,.0f} checks, exact and by two formulas.",
        f"Scaled by the rate it is {scaled[0]:.2f} times its limit at 1,000 checks and still {scaled[-1]:.2f} times at "
        f"{n[-1]:,.0f}.",
        f"K Φ(-z) differs from the exact gap by {abs(formula[0] / gap[0] - 1):.1%} at 1,000 checks and "
        f"{abs(formula[-1] / gap[-1] - 1):.1e} of it at the largest.",
    )


def first_order_payoff(n=1000) -> Figure:
    """The agent's payoff under pay that solves the local condition alone, and under the best pay of all.

    Parameters
    ----------
    n : int
        Number of checks, 100 to 3,000.

    Examples
    --------
    >>> first_order_payoff(1000).description.split(". ")[1]
    'Under the first, effort 0 gains 0.0056 over effort 0.51'
    """
    n = int(whole("n", n, 100))
    within("n", n, 100, 3000, "The sums are taken count by count.")
    best = first_best(PROBLEM)
    local = PROBLEM.utility.utility(first_order_wages(PROBLEM, MONITOR, n, best.effort))
    pay = second_best(PROBLEM, MONITOR, n=n, family="optimal")
    sound = PROBLEM.utility.utility(pay.contract.wage(np.arange(n + 1)))
    effort = np.linspace(0, 0.8, 321)
    weights = np.exp(log_pmf(np.arange(n + 1.0), n, *(side[:, None] for side in _odds(effort))))
    first, second = (weights @ v - PROBLEM.cost.cost(effort) for v in (local, sound))
    own = int(np.argmin(np.abs(effort - best.effort)))
    gain = first[0] - first[own]
    figure, axes = canvas()
    axes.axvline(best.effort, color=GREY, linestyle=":", linewidth=1.4)
    axes.plot(effort, first, color=RED, linewidth=2.2, label="local condition alone")
    axes.plot(effort, second, color=BLUE, linestyle="--", linewidth=2.2, label="both constraints")
    axes.plot(0, first[0], "o", color=RED, markersize=9, clip_on=False, zorder=3)
    axes.text(0.03, first[0], f"effort 0 gains {gain:.4f}", color=INK, fontsize=9, va="bottom")
    low, high = min(first.min(), second.min()), max(first.max(), second.max())
    axes.set(
        xlim=(0, 0.8),
        ylim=(low - 0.1 * (high - low), high + 0.35 * (high - low)),
        xlabel="effort η (dotted: asked for)",
        ylabel="agent's payoff (utility)",
        title="Flat at the asked effort, and higher at 0",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper right")
    return describe(
        figure,
        f"The agent's payoff against effort, {n:,} checks: under pay from the local condition alone, and under the best "
        "pay with both constraints.",
        f"Under the first, effort 0 gains {gain:.4f} over effort {best.effort:.2f}.",
        f"Under the second it gains {abs(second[0] - second.max()):.4f} over the best effort.",
    )


def rare_fines(n=1000) -> Figure:
    """What the gap would be without a floor, by the size of the fine, for effort 0.51.

    Parameters
    ----------
    n : int
        Number of checks, 300 to 10,000.

    Examples
    --------
    >>> rare_fines(1000).description.split(". ")[2]
    'The largest fine, 85,618 euros with chance 10^-375, leaves a gap of 0.081 euros'
    """
    n = int(whole("n", n, 300))
    within("n", n, 300, 10_000)
    mean, spread = _expected(n)
    threshold = np.arange(1, int(mean - 1.3 * spread))
    chance, fine, gap = _fines(threshold, n)
    with_floor = second_best(PROBLEM, MONITOR, n=n, family="binary").gap * EUROS
    figure, axes = canvas()
    axes.semilogx(fine, gap, color=BLUE, linewidth=2.2)
    axes.axhline(with_floor, color=ORANGE, linestyle="--", linewidth=1.8)
    axes.text(fine.min() * 1.1, with_floor * 0.93, "best bonus with a floor", color=INK, fontsize=9, va="top")
    marks = [int(np.argmin(np.abs(chance - c))) for c in (-2, -5)] + [
        int(np.argmin(np.abs(threshold - n // 3))),
        0,
    ]
    for i, (side, up) in zip(marks, (("right", 4), ("left", 6), ("left", 6), ("right", -12)), strict=True):
        axes.plot(fine[i], gap[i], "o", color=RED, markersize=7, zorder=3)
        words = f"{10 ** chance[i]:.1%}" if chance[i] > -3 else f"$10^{{{chance[i]:.0f}}}$"
        axes.annotate(
            words,
            (fine[i], gap[i]),
            xytext=(8 if side == "left" else -8, up),
            textcoords="offset points",
            ha=side,
        )
    axes.set(
        ylim=(0, gap.max() * 1.2),
        xlabel="fine in euros (labels: chance that somebody who works pays it)",
        ylabel="gap (euros a batch)",
        title="Without a floor: larger fines, paid ever more rarely",
    )
    peak = int(np.argmax(gap))
    return describe(
        figure,
        f"Gap against the fine, threshold pay without a floor, {n:,} checks.",
        f"It rises to {gap[peak]:.2f} euros at a fine of {fine[peak]:,.0f} euros with chance 10^{chance[peak]:.0f}, and "
        "falls from there.",
        f"The largest fine, {fine[0]:,.0f} euros with chance 10^{chance[0]:.0f}, leaves a gap of {gap[0]:.3f} euros.",
        f"The best bonus with a floor leaves {with_floor:.3f} euros.",
    )


_WORKS, _CLICKS, _LEAVES = "works", "clicks", "leaves"
_TIE = 1e-9  # an agent this close to a tie does what was asked


def _by_strength(threshold, low, high, n):
    """For strengths 0.1 to 0.2: the strengths, what the agent does, and the profit in euros."""
    kappa, effort = np.linspace(0.1, 0.2, 201), np.linspace(0, 1, 501)
    chance = betainc(threshold, n - threshold + 1, 0.5 + 2 * kappa[:, None] * effort**2)
    utility = PROBLEM.utility.utility
    payoff = utility(low) + (utility(high) - utility(low)) * chance - PROBLEM.cost.cost(effort)
    tied = payoff >= payoff.max(axis=1, keepdims=True) - _TIE
    best = effort.size - 1 - np.argmax(tied[:, ::-1], axis=1)
    row = np.arange(kappa.size)
    states = np.where(
        payoff[row, best] < PROBLEM.outside - _TIE, _LEAVES, np.where(effort[best] > 0.05, _WORKS, _CLICKS)
    )
    earned = PROBLEM.value(effort[best]) - low - (high - low) * chance[row, best]
    return kappa, states, EUROS * np.where(states == _LEAVES, 0.0, earned)


def _odds(effort):
    """q and 1 − q."""
    q = MONITOR.pass_probability(effort)
    return np.asarray(q), 1 - np.asarray(q)


def _payoff(threshold, bonus, n, effort):
    return bonus * tails(threshold, n, *_odds(effort))[0] - PROBLEM.cost.cost(effort)


def _humps(payoff):
    """Indices of the local maxima; a flat start counts once."""
    padded = np.r_[-np.inf, payoff, -np.inf]
    return np.flatnonzero((payoff > padded[:-2]) & (payoff >= padded[2:]))


def _expected(n):
    q, r = _odds(first_best(PROBLEM).effort)
    return float(n * q), float(np.sqrt(n * q * r))


def _log_bonuses(threshold, n):
    """Logs of c′/P′ and of c/(P(η*) − P(0)), for real thresholds."""
    effort = first_best(PROBLEM).effort
    odds = _odds(effort)
    with np.errstate(all="ignore"):
        steepness = log_density(threshold, n, *odds) + np.log(MONITOR.slope(effort))
        local = np.log(PROBLEM.cost.slope(effort)) - steepness
        works, idles = tails(threshold, n, *odds), tails(threshold, n, *_odds(0.0))
        rise = np.where(works[0] > 0.5, idles[1] - works[1], works[0] - idles[0])  # small numbers, not 1 − 1
        return local, np.log(PROBLEM.cost.cost(effort)) - np.log(rise)


@lru_cache(maxsize=256)
def _meeting(n):
    """The real threshold, below the mean, at which both bonuses are the same."""
    mean, spread = _expected(n)

    def excess(place):
        local, stop = _log_bonuses(np.float64(mean + place * spread), n)
        return float(local - stop)

    return mean + spread * brentq(excess, -min(8.0, (mean - 1) / spread), 0, xtol=1e-10)


def _bell(x):
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)


@lru_cache(maxsize=8)
def _gaps(largest):
    return second_best(PROBLEM, MONITOR, n=[10**k for k in range(3, largest + 1)], family="binary").gap


def _law(n):
    information = rates.information(PROBLEM, MONITOR)
    return rates.binary_constant(PROBLEM, MONITOR) / np.sqrt(information * n * np.log(n))


def _fines(threshold, n):
    """log10 of the chance of the fine, the fine below the high wage and the gap, both in euros: all from logs."""
    best = first_best(PROBLEM)
    room = np.log1p(-best.utility)
    odds = _odds(best.effort)
    log_fail = log_tails(threshold, n, *odds)[1]
    log_bonus = _log_bonuses(threshold, n)[0]
    fail, wasted = np.exp(log_fail), np.exp(log_fail + log_bonus)
    low = -np.logaddexp(
        room, log_bonus + np.log1p(-fail)
    )  # the low wage −log(1 − v), v = ū − bonus·(1 − fail)
    high = PROBLEM.utility.wage(best.utility + wasted)
    punished = fail * (low + room) + wasted * (1 - fail) * np.exp(-room)
    gap = punished + (1 - fail) * PROBLEM.utility.waste(best.utility, wasted)
    return log_fail / np.log(10), (high - low) * EUROS, gap * EUROS
