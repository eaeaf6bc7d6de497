"""Figures about a contract on the desk: what it buys at every strength, what tricks earn, how cautious a pilot makes, what two rates teach.

All are about the crowd of lesson 13, `annolib.schemes.unseen_crowd(13)`, as the firm may believe it to be; money is in euros a batch.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy.special import betainc, ndtr

from annolib.agency.costs import PowerCost
from annolib.agency.problem import first_best
from annolib.contracts.forms import Binary
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, Figure, canvas, describe
from annolib.schemes.trials.stress import breaking_chance
from annolib.schemes.trials.unseen import unseen_crowd
from annolib.validation import whole, within

_SEED = 13
_DEARER = 1.1  # cost of the dearer people, as a share of the estimate
_PRICE = 0.05  # of a repeat
_DEPOSIT = 10.0  # the most that people lay down
_BUDGET = 4.0  # for the checks of a batch
_WANTED = 20.0  # left at worst, as the lesson asks
_TRICKS = {"presses left": 0.5, "remembers some": 0.55, "takes the longer": 1.0}
_STRENGTHS, _EFFORTS = np.linspace(0.13, 0.21, 81), np.linspace(0, 1, 501)
_LOW, _HIGH = 0.5, 0.7  # shares of passes that the desk offers as thresholds


@lru_cache(maxsize=1)
def _crowd():
    return unseen_crowd(_SEED)


@lru_cache(maxsize=1)
def _believed():
    """(problem, strengths): what the pilot and two rates of pay say of the crowd."""
    return _crowd().estimate(deposit=_DEPOSIT)


def design_desk(checks=60, share=0.53, bonus=33.0, deposit=10.0) -> Figure:
    """A threshold contract on repeats: effort and profit at every strength, and what tricks earn.

    Parameters
    ----------
    checks : int
        Repeats in a batch, in [10, 200].
    share : float
        Share of the checks that must agree for the bonus, in [0.5, 0.7].
    bonus : float
        What the bonus adds to the lowest pay, in euros, in [0, 80].
    deposit : float
        What people lay down; the lowest pay is that much below 0, in [0, 10].

    Examples
    --------
    >>> words = design_desk().description
    >>> words.split(". ")[1]
    'From κ .157 to .186 a dearer person gives effort 0.36 or more, and the worst profit is 22.5 euros after checks'
    >>> "refuse" in design_desk(share=0.6).description
    True
    """
    n = int(whole("checks", checks, 10))
    within("checks", n, 10, 200, "Repeats in a batch.")
    share = float(within("share", share, _LOW, _HIGH, "Of the checks."))
    bonus = float(within("bonus", bonus, 0, 80, "In euros."))
    deposit = float(within("deposit", deposit, 0, _DEPOSIT, "In euros."))
    contract = Binary(_threshold(share, n), 0.0 - deposit, bonus - deposit, n=n)
    problem, strengths = _believed()
    stated = _answers(contract, problem)
    dear = _answers(contract, _dearer(problem))
    inside = _within_the_range(strengths)
    nets = np.minimum(stated["net"], dear["net"])
    worst = float(nets[inside].min())
    at = float(_STRENGTHS[inside][np.argmin(nets[inside])])
    spent = _PRICE * n
    refuse = bool((~dear["accepts"][inside]).any() or (~stated["accepts"][inside]).any())
    idle = bool(min(dear["effort"][inside].min(), stated["effort"][inside].min()) < 0.1)
    verdict, color = _verdict(spent, refuse, idle, worst)
    figure, (left, middle, right) = canvas(columns=3, width=11.6, height=4.6)
    for axes in (left, middle):
        axes.axvspan(strengths.low.kappa, strengths.high.kappa, color=GREEN, alpha=0.13, linewidth=0)
        axes.set(xlim=(_STRENGTHS[0], _STRENGTHS[-1]), xlabel="strength κ of the repeats")
    for one, tint, style, name in (
        (stated, BLUE, "-", "as estimated"),
        (dear, ORANGE, "--", "a tenth dearer"),
    ):
        left.plot(_STRENGTHS, one["effort"], color=tint, linestyle=style, linewidth=2.4, label=name)
        middle.plot(_STRENGTHS, one["net"], color=tint, linestyle=style, linewidth=2.4)
    left.plot(
        _STRENGTHS, stated["paid"], color=GREY, linestyle=":", linewidth=1.8, label="bonus, as estimated"
    )
    left.set(ylim=(-0.03, 1.32), ylabel="effort η (0: refuse or idle); chance", title="What people do")
    left.set_yticks(np.linspace(0, 1, 6))
    left.legend(frameon=False, fontsize=9, loc="upper left")
    middle.axhline(_WANTED, color=GREY, linestyle=":", linewidth=1.6)
    middle.text(_STRENGTHS[-1], _WANTED - 2.2, f"{_WANTED:g} wanted", ha="right", fontsize=8, color=INK)
    middle.plot(at, worst, "o", color=RED, markersize=10, clip_on=False, zorder=4)
    low = min(-12.0, 1.15 * worst)
    middle.set(
        ylim=(low, 34),
        ylabel="euros a batch, after checks",
        title=f"What is left: {worst:.1f} at worst".replace("-", "−"),
    )
    names, kept, pays, tempted, joined = _earners(contract, problem, dear, inside)
    rows = np.arange(len(names))[::-1]
    tints = [BLUE, ORANGE, *(RED if one else GREY for one in tempted[2:])]
    right.barh(rows, kept, color=tints, height=0.62)
    reach = max(10.0, 1.5 * max(kept))
    work = kept[0]
    right.axvline(work, color=BLUE, linestyle="--", linewidth=1.4)
    for row, gain, comes, tempting in zip(rows, kept, joined, tempted, strict=True):
        mark = f" {gain:.1f}" + (", tempting" if tempting else "") if comes else " stays away"
        right.text(max(gain, work, 0.0) + 0.015 * reach, row, mark, va="center", fontsize=8.5, color=INK)
    right.set_yticks(rows, names, fontsize=9)
    right.set(xlim=(0, reach * 1.15), xlabel="euros, toil taken off", ylabel="people")
    right.set_title(f"Who gains: work leaves {work:.1f}")
    share_paid = float(stated["paid"][inside][len(stated["paid"][inside]) // 2])
    figure.suptitle(
        f"{contract.threshold} of {n} repeats pay {_signed(contract.high)}, fewer {_signed(contract.low)}.  {verdict}.",
        fontsize=12.5, color=color, fontweight="bold",
    )  # fmt: skip
    span = f"κ {_dotted(strengths.low.kappa)} to {_dotted(strengths.high.kappa)}"
    tempting = [name for name, one in zip(names, tempted, strict=True) if one]
    return describe(
        figure,
        f"A bonus of {bonus:.2f} euros for {contract.threshold} of {n} repeats with {deposit:.2f} laid down, against the strength of the repeats.",
        f"From {span} a dearer person gives effort {float(dear['effort'][inside].min()):.2f} or more, and the worst profit is {worst:.1f} euros after checks.",
        f"{'Some refuse there.' if refuse else 'All take part there.'} A batch gets the bonus with chance {share_paid:.2f}.",
        f"The verdict: {verdict[0].lower()}{verdict[1:]}.",
        "Expected pay: "
        + ", ".join(f"{name} {pay:.1f}" for name, pay in zip(names, pays, strict=True))
        + ".",
        "Worth to them, toil taken off: "
        + ", ".join(f"{name} {gain:.1f}" for name, gain in zip(names, kept, strict=True))
        + ".",
        f"More than work leaves: {', '.join(tempting) or 'nobody'}.",
    )


def _verdict(spent, refuse, idle, worst):
    """What the desk says of a contract, in words and a colour."""
    if spent > _BUDGET + 1e-9:
        return f"Over the budget: checks cost {spent:.2f} of {_BUDGET:g} euros", RED
    if refuse:
        return "Some refuse", RED
    if idle:
        return "Some come and idle", RED
    if worst < _WANTED:
        return f"All work, but it leaves {worst:.1f} at worst", ORANGE
    return f"It holds: {worst:.1f} euros at worst", GREEN


def caution_loss(checks=1000, caution=2.5) -> Figure:
    """What pay designed ζ standard errors below the pilot's strength loses: effort given away, and the cliff.

    Parameters
    ----------
    checks : int
        Checks of the pilot, in [50, 10,000].
    caution : float
        ζ, in [0, 4].

    Examples
    --------
    >>> caution_loss().description.split(". ")[1]
    'At ζ = 2.50 it is 1.45 euros: 1.26 for slack and 0.19 for the cliff, which comes with chance 0.6%'
    """
    m = int(whole("checks", checks, 50))
    within("checks", m, 50, 10_000, "Of the pilot.")
    caution = float(within("caution", caution, 0, 4, "In standard errors."))
    slope, profit, error = _stakes(m)
    zeta = np.linspace(0, 4, 401)
    slack, cliff = slope * error * zeta, profit * ndtr(-zeta)
    total = slack + cliff
    best = float(zeta[np.argmin(total)])
    here = slope * error * caution, profit * float(ndtr(-caution))
    figure, axes = canvas(height=4.0)
    axes.fill_between(
        zeta, 0, slack, color=ORANGE, alpha=0.35, linewidth=0, label="slack: a stronger check is overpaid"
    )
    axes.fill_between(
        zeta, slack, total, color=RED, alpha=0.3, linewidth=0, label="cliff: a weaker one buys nothing"
    )
    axes.plot(zeta, total, color=INK, linewidth=2.2)
    axes.plot(caution, sum(here), "o", color=BLUE, markersize=10, zorder=4)
    axes.plot([best, best], [0, float(total.min())], color=GREY, linestyle=":", linewidth=1.8)
    axes.set(
        xlim=(0, 4),
        ylim=(0, 16.5),
        xlabel="caution ζ, in standard errors below the estimate",
        ylabel="euros a batch lost",
    )
    axes.set_title(f"{m:,} checks in the pilot: {sum(here):.2f} euros lost at ζ = {caution:.2f}")
    axes.legend(frameon=False, fontsize=9, loc="upper right")
    return describe(
        figure,
        f"Loss against caution after a pilot of {m:,} checks, in two parts.",
        f"At ζ = {caution:.2f} it is {sum(here):.2f} euros: {here[0]:.2f} for slack and {here[1]:.2f} for the cliff, which comes with "
        f"chance {100 * float(ndtr(-caution)):.1f}%.",
        f"It is least at ζ = {best:.2f}.",
    )


def two_rates() -> Figure:
    """How two lines of pay show both what effort costs and how much risk is disliked.

    Examples
    --------
    >>> two_rates().description.split(". ")[1]
    'The line through both rises by 0.0110 a euro and meets the axis at 4.664, so that a = 0.0110 and the cost is 106.1.'
    """
    crowd = _crowd()
    seen = [float(passes.mean()) / line.n for passes, line in zip(crowd.passes, crowd.lines, strict=True)]
    passed, checks = crowd.pilot()
    kappa = (passed / checks - 0.5) / 2
    means = np.array([line.base + line.slope * share for line, share in zip(crowd.lines, seen, strict=True)])
    logs = np.log([4 * kappa * line.slope for line in crowd.lines])
    a = float((logs[1] - logs[0]) / (means[1] - means[0]))
    start = float(logs[0] - a * means[0])
    errors = [
        line.slope * np.sqrt(q * (1 - q) / (passes.size * line.n))
        for line, q, passes in zip(crowd.lines, seen, crowd.passes, strict=True)
    ]
    figure, axes = canvas(height=3.9)
    x = np.array([0.0, 30.0])
    axes.plot(x, start + a * x, color=BLUE, linewidth=2.0)
    axes.errorbar(means, logs, xerr=errors, fmt="o", color=RED, markersize=8, capsize=4)
    names = [
        f"rate {line.slope:.0f}: mean pay {mean:.1f}" for line, mean in zip(crowd.lines, means, strict=True)
    ]
    for mean, log, name in zip(means, logs, names, strict=True):
        axes.annotate(name, (mean, log), xytext=(8, -14), textcoords="offset points", fontsize=9)
    axes.annotate(
        "log of the cost", (0, start), xytext=(22, -4), textcoords="offset points", fontsize=9, color=BLUE
    )
    axes.set(xlim=(0, 34), xlabel="mean pay, euros a batch", ylabel="log(4κ · rate)")
    axes.set_title("Two rates make a line: its slope is the dislike of risk")
    return describe(
        figure,
        f"The logarithm of 4κ times the rate, at the mean pay that each rate led to: {means[0]:.1f} and {means[1]:.1f} euros, with their standard errors {errors[0]:.2f} and {errors[1]:.2f}.",
        f"The line through both rises by {a:.4f} a euro and meets the axis at {start:.3f}, so that a = {a:.4f} and the cost is {np.exp(start):.1f}.",
    )


def trick_and_work(threshold=32, low=-10.0, high=22.5, checks=60) -> Figure:
    """What a trick earns against how often it passes a check, beside what work leaves.

    Parameters
    ----------
    threshold, checks : int
        So many of so many repeats pay the bonus.
    low, high : float
        Pay below and from the threshold on, in euros.

    Examples
    --------
    >>> trick_and_work().description.split(". ")[1]
    'From 50.4% on a trick leaves more than work'
    """
    n = int(whole("checks", checks, 1))
    t = int(whole("threshold", threshold, 1))
    within("threshold", t, 1, n, "It is a number of passes.")
    contract = Binary(t, float(low), float(high), n=n)
    problem, strengths = _believed()
    work = _answers(contract, problem, np.array([strengths.low.kappa]))
    payoff = float(work["payoff"][0])
    breaks = breaking_chance(problem, contract, max(payoff, problem.outside))
    g = np.linspace(0.4, 1, 301)
    lowest, highest = (float(problem.utility.utility(w)) for w in (contract.low, contract.high))
    pays = lowest + (highest - lowest) * betainc(t, n - t + 1, g)
    figure, axes = canvas(height=3.9)
    axes.plot(g, pays, color=BLUE, linewidth=2.4, label="a trick")
    axes.axhline(
        payoff,
        color=GREEN,
        linestyle="--",
        linewidth=1.8,
        label=f"careful work, κ = {strengths.low.kappa:.3f}",
    )
    axes.axhline(0, color=GREY, linewidth=1)
    for (name, chance), color in zip(_TRICKS.items(), (GREY, PURPLE, RED), strict=True):
        value = lowest + (highest - lowest) * float(betainc(t, n - t + 1, chance))
        axes.plot(
            chance,
            value,
            "s",
            color=color,
            markersize=9,
            clip_on=False,
            zorder=4,
            label=f"{name}: {chance:.0%}",
        )
    axes.set(
        xlim=(0.4, 1), xlabel="chance that the trick passes a check", ylabel="worth to the person, in utility"
    )
    where = (
        "No trick beats work" if np.isnan(breaks) else f"A trick that passes {breaks:.1%} is as good as work"
    )
    axes.set_title(f"{t} of {n}: {where[0].lower()}{where[1:]}")
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    return describe(
        figure,
        f"What a trick is worth against how often it passes, for {high:.2f} euros from {t} of {n} passes and {low:.2f} below.",
        "No trick leaves more than work."
        if np.isnan(breaks)
        else f"From {breaks:.1%} on a trick leaves more than work.",
        f"Careful work leaves {payoff:.2f} where the checks are weakest.",
    )


_SHOWN = (
    ("naive", Binary(35, 0.0, 14.0, n=60)),
    ("textbook", Binary(33, -8.58, 23.24, n=60)),
    ("robust", Binary(32, -10.0, 22.83, n=60)),
)


def contracts_over_strengths(contracts=_SHOWN) -> Figure:
    """What threshold contracts leave at every strength the checks may have, with people a tenth dearer than estimated.

    Parameters
    ----------
    contracts : sequence of (str, Binary)
        Names and contracts on repeats, at most five.

    Examples
    --------
    >>> contracts_over_strengths().description.split(". ")[1]
    'naive: from -4.7 to -4.7'
    """
    named = tuple(contracts)
    if not 1 <= len(named) <= 5 or not all(isinstance(one, Binary) for _, one in named):
        raise ValueError(f"contracts must be one to five pairs of a name and a Binary; saw {contracts!r}.")
    problem, strengths = _believed()
    figure, axes = canvas(height=4.0, width=7.2)
    axes.axvspan(strengths.low.kappa, strengths.high.kappa, color=GREEN, alpha=0.13, linewidth=0)
    words, styles = [], ("-", "--", "-.", ":", (0, (5, 1, 1, 1)))
    inside = _within_the_range(strengths)
    for (name, contract), color, style in zip(named, (GREY, RED, BLUE, ORANGE, PURPLE), styles, strict=False):
        net = _answers(contract, _dearer(problem))["net"]
        axes.plot(_STRENGTHS, net, color=color, linestyle=style, linewidth=2.4, label=str(name))
        words.append(f"{name}: from {net[inside].min():.1f} to {net[inside].max():.1f}.")
    axes.set(
        xlim=(_STRENGTHS[0], _STRENGTHS[-1]),
        xlabel="strength κ of the repeats",
        ylabel="euros a batch, after checks",
    )
    axes.set_title("People a tenth dearer than estimated: what each leaves")
    axes.legend(frameon=False, fontsize=9)
    span = f"{_dotted(strengths.low.kappa)} to {_dotted(strengths.high.kappa)}"
    return describe(
        figure,
        f"Net profit against the strength of repeats; inside the range {span} that the pilot allows.",
        *words,
    )


def _within_the_range(strengths):
    """Which of the strengths shown the pilot allows."""
    low, high = strengths.low.kappa - 1e-9, strengths.high.kappa + 1e-9
    return (low <= _STRENGTHS) & (high >= _STRENGTHS)


def _threshold(share, n):
    """The least count that reaches the share; at least 1."""
    return int(np.clip(np.ceil(round(share * n, 6)), 1, n))


def _signed(money):
    return f"{money + 0.0:.2f}".replace("-", "−")


def _dotted(number):
    return f"{number:.3f}".lstrip("0")


def _dearer(problem):
    return replace(problem, cost=PowerCost(problem.cost.scale * _DEARER, problem.cost.power))


@lru_cache(maxsize=16)
def _stakes(checks):
    """What a unit of κ costs, the first-best profit, the standard error of κ after so many checks of full effort."""
    problem, _ = _believed()
    passed, seen = _crowd().pilot()
    q = passed / seen
    kappa, best = (q - 0.5) / 2, first_best(problem)
    marginal = float(problem.utility.marginal_wage(best.utility) * problem.cost.slope(best.effort))
    return marginal * best.effort / (2 * kappa), best.profit, float(np.sqrt(q * (1 - q) / checks) / 2)


def _answers(contract, problem, kappas=_STRENGTHS):
    """Best answers to a threshold at each strength, by all efforts of a grid: dict of arrays (K,)."""
    utility = problem.utility
    low, high = (float(utility.utility(w)) for w in (contract.low, contract.high))
    q = 0.5 + 2 * kappas[:, None] * _EFFORTS**2
    reached = betainc(contract.threshold, contract.n - contract.threshold + 1, q)
    payoffs = low + (high - low) * reached - problem.cost.cost(_EFFORTS)
    best = np.argmax(payoffs, axis=1)
    rows = np.arange(kappas.size)
    payoff, paid = payoffs[rows, best], reached[rows, best]
    accepts = payoff >= problem.outside - 1e-3  # as fine as the grid
    wage = contract.low + (contract.high - contract.low) * paid
    net = problem._value(_EFFORTS[best]) - wage - _PRICE * contract.n
    return {
        "effort": np.where(accepts, _EFFORTS[best], 0.0), "paid": np.where(accepts, paid, 0.0), "payoff": payoff,
        "accepts": accepts, "wage": np.where(accepts, wage, 0.0), "net": np.where(accepts, net, 0.0),
    }  # fmt: skip


def _earners(contract, problem, dear, inside):
    """Honest people at the weakest strength, and tricks: names, what it is worth to them in sure euros with the toil
    taken off, expected pay, whom it tempts more than work, and who comes at all. Who would be worse off stays away: 0 and 0."""
    utility = problem.utility
    stated = _answers(contract, problem)
    honest = max(float(stated["payoff"][inside][0]), problem.outside)

    def sure(payoff):
        return float(utility.wage(max(payoff, problem.outside)))

    names, kept, pays, tempted = ["as estimated", "a tenth dearer"], [], [], [False, False]
    joined = [bool(one["accepts"][inside][0]) for one in (stated, dear)]
    for one in (stated, dear):
        kept.append(sure(float(one["payoff"][inside][0])))
        pays.append(float(one["wage"][inside][0]))
    low, high = (float(utility.utility(w)) for w in (contract.low, contract.high))
    for name, chance in _TRICKS.items():
        reached = float(betainc(contract.threshold, contract.n - contract.threshold + 1, chance))
        payoff = low + (high - low) * reached
        joins = payoff >= problem.outside
        names.append(name)
        joined.append(bool(joins))
        kept.append(sure(payoff))
        pays.append(contract.low + (contract.high - contract.low) * reached if joins else 0.0)
        tempted.append(bool(joins and payoff > honest + 1e-6))
    return names, kept, pays, tempted, joined
