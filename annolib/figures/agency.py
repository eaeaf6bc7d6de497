"""Figures about an annotator who answers to pay: what risk costs, what effort is worth, and who gains.

Money is in euros here, 1 unit of the library = 100 euros per batch; the agent of the pictures has utility
CARA(a) and effort cost scale·η², and a batch is worth 0.6·η(2 − η).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem, reference_value
from annolib.agency.utilities import CARA
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREY, INK, ORANGE, RED, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EUROS = 100  # per unit of money
_EFFORTS = np.linspace(0, 1, 1001)
_TIE = 1e-6  # an agent this close to a tie does what was asked
_CHECKS = (6, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24, 27, 30, 35, 40, 45, 50, 60)
GUESSES = ("effort cost", "risk aversion", "strength of the items")


def certainty_equivalent(stake=1.0, chance=0.5, aversion=1.0) -> Figure:
    """What a lottery is worth to somebody who dislikes risk: the utility curve read sideways.

    Parameters
    ----------
    stake : float
        What the winner gets, in units of 100 euros; the loser gets nothing.
    chance : float
        Chance to win, in [0, 1].
    aversion : float
        Risk aversion a of u(w) = (1 − e^(−aw))/a.

    Examples
    --------
    >>> certainty_equivalent().description.split(". ")[1]
    'Its mean is 50 euros; it is worth as much as 38 sure euros.'
    """
    within("chance", chance, 0, 1, "It is a probability.")
    utility = CARA(aversion)
    mean, expected = stake * chance, chance * float(utility.utility(stake))
    sure = float(utility.wage(expected))
    grid = np.linspace(0, stake, 201)
    digits = 0 if EUROS * stake > 20 else 1
    figure, axes = canvas()
    axes.plot(EUROS * grid, utility.utility(grid), color=BLUE, linewidth=2.2, label="a sure wage")
    axes.plot([0, EUROS * stake], [0, utility.utility(stake)], color=GREY, linestyle="--", label="lotteries")
    axes.plot([EUROS * sure, EUROS * mean], [expected] * 2, color=ORANGE, linestyle=":", linewidth=1.6)
    axes.plot([EUROS * sure] * 2, [0, expected], color=ORANGE, linestyle=":", linewidth=1.6)
    axes.plot(
        [EUROS * mean],
        [expected],
        "s",
        color=GREY,
        markersize=8,
        clip_on=False,
        label=f"this one: mean {EUROS * mean:.{digits}f} euros",
    )
    label = f"as good: {EUROS * sure:.{digits}f} sure euros"
    axes.plot(
        [EUROS * sure], [expected], "o", color=ORANGE, markersize=9, clip_on=False, zorder=3, label=label
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.set(
        ylim=(0, 1.45 * float(utility.utility(stake))),
        xlabel="wage w (euros)",
        ylabel="utility u(w)",
        title=f"What risk costs, risk aversion {aversion:.2g}",
    )
    return describe(
        figure,
        f"A lottery: {EUROS * stake:.0f} euros with probability {chance:.0%}, else nothing; risk aversion {aversion:.2g}.",
        f"Its mean is {EUROS * mean:.{digits}f} euros; it is worth as much as {EUROS * sure:.{digits}f} sure euros.",
    )


def effort_worth(aversion=1.0, scale=0.5, outside=0.0) -> Figure:
    """What effort is worth and what it costs in wages, with the first best between them.

    Parameters
    ----------
    aversion : float
        Risk aversion a of the annotator.
    scale : float
        Effort cost of full effort, in utility.
    outside : float
        Outside option u₀, in utility.

    Examples
    --------
    >>> effort_worth().description.split(". ")[1]
    'The profit is largest at effort 0.51: worth 46 euros, wage 14 euros, profit 32 euros.'
    """
    problem = reference_problem(aversion=aversion, scale=scale, outside=outside, floor=None)
    best = first_best(problem)
    wages = EUROS * problem.utility.wage(problem.reservation(_EFFORTS))
    gain = EUROS * reference_value(best.effort)
    figure, axes = canvas()
    axes.plot(
        _EFFORTS, EUROS * reference_value(_EFFORTS), color=BLUE, linewidth=2.2, label="worth of a batch, V(η)"
    )
    axes.plot(
        _EFFORTS, wages, color=RED, linestyle="--", linewidth=2, label="flat wage that pays for the effort"
    )
    profit = f"profit {EUROS * best.profit:.0f} euros at effort {best.effort:.2f}"
    axes.plot([best.effort] * 2, [EUROS * best.wage, gain], color=ORANGE, linewidth=3, label=profit)
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.set(
        xlim=(0, 1.0),
        ylim=(0, 90),
        xlabel="effort η",
        ylabel="euros per batch",
        title="The first best: effort is seen and paid for",
    )
    return describe(
        figure,
        f"Worth of a batch and the flat wage that pays for the effort, risk aversion {aversion:.2g}.",
        f"The profit is largest at effort {best.effort:.2f}: worth {gain:.0f} euros, wage {EUROS * best.wage:.0f} "
        f"euros, profit {EUROS * best.profit:.0f} euros.",
    )


def agent_choice(low=0.0, bonus=0.54, threshold=18, checks=30, kappa=0.15) -> Figure:
    """What the annotator makes of a threshold bonus, and what the company is left with; a square is the other hill.

    Parameters
    ----------
    low : float
        Wage without the bonus, in units of 100 euros.
    bonus : float
        What is added if enough checks pass.
    threshold, checks : int
        The bonus is paid if at least `threshold` of `checks` repeats agree.
    kappa : float
        Strength κ of the items, in [0, ¼].

    Examples
    --------
    >>> agent_choice().description.split(". ")[1]
    'The annotator chooses effort 0.66 and has utility 0.0777'
    """
    checks = int(whole("checks", checks, 1))
    threshold = int(
        within("threshold", whole("threshold", threshold, 1), 1, checks, "It is a number of checks.")
    )
    chance = _bonus_chance(threshold, checks, kappa)
    payoff = _payoff(CARA(1.0), 0.5, low, low + bonus, chance)
    earned = EUROS * (reference_value(_EFFORTS) - low - bonus * chance)
    at = _answer(payoff)
    effort = _EFFORTS[at]
    figure, (left, right) = canvas(columns=2, width=8.0, height=3.6)
    left.plot(_EFFORTS, payoff, color=BLUE, linewidth=2.2)
    others = [hill for hill in _hills(payoff) if hill != at]
    left.plot(
        _EFFORTS[others],
        payoff[others],
        "s",
        mfc="white",
        mec=BLUE,
        color=BLUE,
        markersize=8,
        clip_on=False,
        zorder=3,
    )
    left.plot([effort], [payoff[at]], "o", color=ORANGE, markersize=10, clip_on=False, zorder=3)
    for i in others:
        left.annotate(
            f"{payoff[i]:.4f}",
            (_EFFORTS[i], payoff[i]),
            (4 if i == 0 else 0, 9),
            textcoords="offset points",
            ha="left" if i == 0 else "center",
            fontsize=9,
        )
    low_end, high_end = payoff.min(), payoff.max()
    room = max(high_end - low_end, 0.05)
    left.set(
        xlim=(0, 1),
        ylim=(low_end - 0.05 * room, high_end + 0.15 * room),
        xlabel="effort η",
        ylabel="utility of the annotator",
        title=f"effort {effort:.2f}, utility {payoff[at]:.4f}",
    )
    right.plot(_EFFORTS, earned, color=RED, linestyle="--", linewidth=2)
    right.axhline(0, color=GREY, linewidth=1.2, linestyle=":")
    right.plot([effort], [earned[at]], "o", color=ORANGE, markersize=10, clip_on=False, zorder=3)
    right.set(
        xlim=(0, 1),
        xlabel="effort η",
        ylabel="profit (euros a batch)",
        title=f"Halyard: {round(earned[at]):+d} euros".replace("+0 ", "0 "),
    )
    wages = f"{EUROS * low:.0f} euros, {EUROS * (low + bonus):.0f} if {threshold} of {checks} checks pass"
    figure.suptitle(f"{wages} (κ = {kappa:.2f})", fontsize=11)
    return describe(
        figure,
        f"Pay: {wages}; strength of the items {kappa:.2f}.",
        f"The annotator chooses effort {effort:.2f} and has utility {payoff[at]:.4f}.",
        *(f"The other hill, at effort {_EFFORTS[i]:.2f}, has {payoff[i]:.4f}." for i in others),
        f"The bonus is then paid with probability {chance[at]:.0%}, and Halyard's profit is {round(earned[at])} euros a batch.",
    )


def two_by_two(bonus=0.54, threshold=18, checks=30, kappa=0.15) -> Figure:
    """Monitoring or not, bonus or not: both payoffs in the four worlds.

    Parameters
    ----------
    bonus : float
        Paid on top of nothing, in units of 100 euros.
    threshold, checks : int
        The bonus is paid if at least `threshold` of `checks` repeats agree.
    kappa : float
        Strength κ of the items where there is monitoring; where there is none it is 0.

    Examples
    --------
    >>> two_by_two().description.split("; ")[-1]
    'monitoring, bonus: effort 0.66, Halyard 15, annotator 8.'
    """
    names, efforts, profits, gains = [], [], [], []
    for seen, strength in (("no monitoring", 0.0), ("monitoring", kappa)):
        chance = _bonus_chance(threshold, checks, strength)
        for paid, high in (("no bonus", 0.0), ("bonus", bonus)):
            payoff = _payoff(CARA(1.0), 0.5, 0.0, high, chance)
            at = _answer(payoff)
            names.append(f"{seen}, {paid}")
            efforts.append(_EFFORTS[at])
            profits.append(EUROS * (reference_value(_EFFORTS[at]) - high * chance[at]))
            gains.append(EUROS * float(CARA(1.0).wage(payoff[at])))
    figure, axes = canvas(height=3.4)
    rows = np.arange(4)
    axes.barh(rows - 0.19, profits, height=0.34, color=BLUE, label="Halyard's profit")
    axes.barh(
        rows + 0.19,
        gains,
        height=0.34,
        color=ORANGE,
        hatch="//",
        edgecolor="white",
        label="the annotator's gain",
    )
    for shift, values in ((-0.19, profits), (0.19, gains)):
        for row, value in zip(rows, values, strict=True):
            side = "left" if value > -0.5 else "right"
            axes.text(
                value + (0.5 if side == "left" else -0.5),
                row + shift,
                f"{value + 0.0:.0f}",
                ha=side,
                va="center",
                fontsize=9,
            )
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(
        rows, [f"{name}\n(effort {effort:.2f})" for name, effort in zip(names, efforts, strict=True)]
    )
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    reach = max(1.0, *np.abs(profits), *gains)
    axes.set(
        xlim=(-1.25 * reach, 1.6 * reach),
        xlabel="euros per batch (the annotator's as sure euros)",
        ylabel="world",
        title="Both must be there",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper right")
    told = zip(names, efforts, profits, gains, strict=True)
    return describe(
        figure,
        "Effort, profit and the annotator's gain in euros a batch, in four worlds.",
        "; ".join(
            f"{name}: effort {effort:.2f}, Halyard {p + 0.0:.0f}, annotator {g:.0f}"
            for name, effort, p, g in told
        )
        + ".",
    )


def who_gains(kappa=0.15, price=0.0) -> Figure:
    """Profit and the annotator's rent under the best threshold bonus, against the number of checks.

    Parameters
    ----------
    kappa : float
        Strength κ of the items, in (0, ¼].
    price : float
        What one check costs, in euros; above 0 the profit after the checks is drawn as well.

    Examples
    --------
    >>> who_gains().description.split(". ")[1]
    'Up to 14 checks flat pay is best and nobody gains'
    """
    within("price", price, 0, np.inf, "It is in euros a check.")
    profits, rents = (np.array(column) for column in zip(*_best_bonuses(float(kappa)), strict=True))
    ideal = EUROS * first_best(reference_problem()).profit
    figure, axes = canvas()
    axes.axhline(ideal, color=GREY, linestyle=":", linewidth=1.4)
    axes.text(
        _CHECKS[-1], ideal - 0.6, "profit if effort were seen", color=GREY, ha="right", va="top", fontsize=9
    )
    axes.plot(_CHECKS, profits, color=BLUE, marker="o", markersize=4, linewidth=2, label="Halyard's profit")
    label = "the annotator's rent, as sure euros"
    axes.plot(
        _CHECKS, rents, color=ORANGE, marker="s", markersize=4, linestyle="--", linewidth=2, label=label
    )
    net = profits - price * np.array(_CHECKS)
    if price:
        axes.axhline(0, color=GREY, linewidth=1)
        label = f"Halyard's profit less {price:.2f} euros a check"
        axes.plot(_CHECKS, net, color=RED, marker="^", markersize=4, linestyle="-.", linewidth=2, label=label)
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, 0.9))
    axes.set(
        ylim=(min(-1, 1.1 * net.min()), ideal + 3),
        xlabel="checks n per batch",
        ylabel="euros per batch",
        title="Who gains from the best bonus, over paying nothing",
    )
    flat = [n for n, rent in zip(_CHECKS, rents, strict=True) if rent == 0]
    peak = int(np.argmax(rents))
    return describe(
        figure,
        f"Gains from the best threshold bonus, {_CHECKS[0]} to {_CHECKS[-1]} checks, strength of the items {kappa:.2f}.",
        f"Up to {flat[-1]} checks flat pay is best and nobody gains."
        if flat
        else "A bonus is paid throughout.",
        f"The annotator gains most at {_CHECKS[peak]} checks, {rents[peak]:.0f} euros, "
        f"where Halyard gains {profits[peak]:.0f}.",
        f"At {_CHECKS[-1]} checks Halyard gains {profits[-1]:.0f} of at most {ideal:.0f} euros, and the annotator {rents[-1]:.0f}.",
        *([f"Less {price:.2f} euros a check, Halyard is left with {net[-1]:.0f} there."] if price else []),
    )


def wrong_guess(margin=0.0, guess="effort cost") -> Figure:
    """A contract designed for a guess about the annotator, and what it earns if the guess is off.

    Parameters
    ----------
    margin : float
        Share by which the best bonus is raised for safety, from 0 on.
    guess : {"effort cost", "risk aversion", "strength of the items"}
        What the company guessed wrongly.

    Examples
    --------
    >>> wrong_guess().description.split(". ")[1]
    'With the guess right it earns 16 euros a batch at effort 0.65'
    """
    within("margin", margin, 0, np.inf, "It is a share of the bonus.")
    if guess not in GUESSES:
        raise ValueError(f"guess must be one of {GUESSES}; saw {guess!r}.")
    contract = _designed()
    high = contract.high * (1 + margin)
    ratios = np.linspace(0.7, 1.3, 61)
    outcomes = [_outcome(contract, high, guess, ratio) for ratio in ratios]
    efforts, profits = (np.array(column) for column in zip(*outcomes, strict=True))
    working = efforts > 0
    figure, axes = canvas()
    axes.axhline(0, color=GREY, linestyle=":", linewidth=1.2)
    axes.plot(ratios[working], profits[working], color=BLUE, linewidth=2.4, label="the annotator works")
    axes.plot(
        ratios[~working],
        profits[~working],
        color=RED,
        linestyle="--",
        linewidth=2.4,
        label="the annotator clicks",
    )
    axes.plot([1, 1], [-22, 20], color=GREY, linewidth=1.2)
    middle, plus = ratios.size // 2, f" plus {margin:.0%}" if margin else ""
    axes.plot([1], [profits[middle]], "o", color=ORANGE, markersize=9, zorder=3, label="the guess is right")
    axes.legend(frameon=False, fontsize=9, loc="upper left", ncols=3, columnspacing=1.0)
    axes.set(
        ylim=(-22, 27),
        xlabel=f"true {guess}, divided by the guess",
        ylabel="Halyard's profit (euros a batch)",
        title=f"{EUROS * high:.2f} euros if {contract.threshold} of {contract.n} pass: the best bonus{plus}",
    )
    edge = ratios[working]
    reach = f"from {edge[0]:.2f} to {edge[-1]:.2f} times the guess" if edge.size else "nowhere"
    clicks = (
        f"elsewhere only clicks, and the profit is {profits[~working][0]:.0f} euros"
        if edge.size < ratios.size
        else "and nowhere only clicks"
    )
    return describe(
        figure,
        f"Profit of a bonus of {EUROS * high:.2f} euros, the best one{plus}, if the {guess} was guessed wrongly.",
        f"With the guess right it earns {profits[middle]:.0f} euros a batch at effort {efforts[middle]:.2f}.",
        f"The annotator works {reach}, {clicks}.",
    )


def _bonus_chance(threshold, checks, kappa):
    """P(X ≥ threshold) on the grid of efforts."""
    return betainc(threshold, checks - threshold + 1, SelfConsistency(kappa=kappa).pass_probability(_EFFORTS))


def _payoff(utility, scale, low, high, chance):
    """The agent's utility on the grid of efforts."""
    below = float(utility.utility(low))
    return below + (float(utility.utility(high)) - below) * chance - scale * _EFFORTS**2


def _answer(payoff):
    """Index of the best effort; where two hills tie, the agent does what was asked, which is the higher effort."""
    hills = _hills(payoff)
    return int(hills[payoff[hills] >= payoff.max() - _TIE][-1])


def _hills(payoff):
    """Indices of the efforts that beat their neighbours; a flat stretch counts where it ends."""
    inner = np.r_[-np.inf, payoff, -np.inf]
    return np.flatnonzero((payoff >= inner[:-2]) & (payoff > inner[2:]))


@lru_cache(maxsize=8)
def _best_bonuses(kappa):
    """For each n of the figure: profit and rent of the best bonus, in euros."""
    pays = second_best(reference_problem(), SelfConsistency(kappa=kappa), list(_CHECKS), "binary")
    return tuple((EUROS * pay.profit, EUROS * float(CARA(1.0).wage(pay.rent))) for pay in pays)


@lru_cache(maxsize=1)
def _designed():
    """The best threshold bonus at 30 checks, for the guesses a = 1, scale = 0.5, κ = 0.15."""
    return second_best(reference_problem(), SelfConsistency(kappa=0.15), 30, "binary").contract


def _outcome(contract, high, guess, ratio):
    """Effort and profit in euros if the truth is `ratio` times the guess."""
    factor = [ratio if guess == name else 1.0 for name in GUESSES]
    chance = _bonus_chance(contract.threshold, contract.n, 0.15 * factor[2])
    at = _answer(_payoff(CARA(factor[1]), 0.5 * factor[0], contract.low, high, chance))
    paid = contract.low + (high - contract.low) * chance[at]
    return _EFFORTS[at], EUROS * (reference_value(_EFFORTS[at]) - paid)
