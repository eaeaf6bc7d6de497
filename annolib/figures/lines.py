"""Figures about pay that is linear in agreements: the line, its floor, what it loses, how many checks to buy.

All are about the course's example: self-consistency checks, u(w) = 1 − e^(−w), effort costs η²/2, effort is worth
0.6·η(2 − η), walking away gives 0. One unit of money is 100 euros per batch of labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem, reference_value
from annolib.contracts.gaps.rates import linear_gap, monitoring_budget
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.numerics.binomials import log_pmf
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EUROS = 100
_EFFORTS = np.linspace(0, 1, 201)
_RISK = r"$C_{lin}/(n\,\mathcal{I})$"
_FAMILIES = (
    ("line, no floor", BLUE, "-", "o"),
    ("line, cut at 0", ORANGE, "--", "s"),
    ("threshold, floor 0", RED, ":", "^"),
)


def wage_line(base=-0.968, slope=1.916, checks=1000, floor=False) -> Figure:
    """A wage line with the passes of a coin flipper and of the agent, and the agent's payoff against effort.

    Parameters
    ----------
    base, slope : float
        The wage is base + slope · passes/checks, in units of 100 euros.
    checks : int
        Repeated items, at least 1; κ is 0.15.
    floor : bool
        Whether the wage is cut at 0.

    Examples
    --------
    >>> wage_line().description.split(". ")[1]
    'The best answer is effort 0.51, with 578 passes and 14.0 euros on average'
    """
    checks = int(whole("checks", checks, 1))
    monitor = SelfConsistency(kappa=0.15)
    payoff = _payoff(base, slope, checks, monitor, floor)
    best, highest = _best_answer(base, slope, checks, monitor, floor)
    stays = highest > -0.0005
    figure, (left, right) = canvas(columns=2, width=7.6, height=4.3)
    share = np.linspace(0.4, 0.8, 201)
    wage = base + slope * share
    wage = EUROS * (np.maximum(wage, 0) if floor else wage)
    bottom, top = min(-60, wage.min() - 5), max(80, 1.05 * wage.max())
    for effort, colour, width, name in ((0.0, GREY, 4, "a coin flipper"), (best, ORANGE, 1.6, "the agent")):
        label = f"passes of {name}, effort {effort:.2f}"
        _hump(left, checks, monitor, effort, colour, "-", bottom, top, label, width=width)
    left.plot(share, wage, color=BLUE, linewidth=2.2, label="wage")
    left.axhline(0, color=INK, linewidth=0.8)
    left.set(
        xlim=(0.4, 0.8), ylim=(bottom, top), xlabel="share of repeats that agree", ylabel="wage in euros"
    )
    left.set_title(f"{EUROS * slope / checks:,.3g} euros an agreement", fontsize=10)
    left.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    right.plot(_EFFORTS, payoff, color=BLUE, linewidth=2.2, label="utility − cost of effort")
    right.axhline(0, color=GREY, linestyle=":", label="walk away")
    right.plot([best], [highest], marker="o", color=ORANGE, markersize=8, clip_on=False)
    low, high = min(payoff.min(), -0.1), max(highest, 0.02)
    right.set(
        xlim=(0, 1),
        ylim=(low - 0.05, high + 0.3 * (high - low)),
        xlabel="effort η",
        ylabel="payoff of the agent",
    )
    right.set_title(f"best effort {best:.2f}" if stays else "best: walk away", fontsize=10)
    right.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    return describe(figure, *_line_in_words(base, slope, checks, monitor, floor, best, highest, stays))


def luck_of_the_floor(checks=1000, deposit=0.0) -> Figure:
    """The agent's payoff under the best line without a floor, and under the same line cut at minus the deposit.

    Parameters
    ----------
    checks : int
        Repeated items, at least 2.
    deposit : float
        Euros that the agent can lose, 0 to 100.

    Examples
    --------
    >>> luck_of_the_floor().description.split(". ")[2]
    'Cut at 0 euros, no effort gives 0.0077 and effort 0.51 gives 0.0000.'
    >>> luck_of_the_floor(60, 14).description.split(". ")[2]
    'Cut at -14 euros, no effort gives -0.0001 and effort 0.51 gives 0.0005.'
    """
    checks, monitor = int(whole("checks", checks, 2)), SelfConsistency(kappa=0.15)
    within("deposit", deposit, 0, EUROS, "It is in euros.")
    agreed = first_best(reference_problem()).effort
    base, slope = _line_for(agreed, monitor, checks)
    efforts = np.append(_EFFORTS, agreed)
    order = efforts.argsort()
    lowest = 0 - deposit
    figure, axes = canvas()
    ends = []
    for floor, colour, style, name in (
        (None, BLUE, "-", "no floor"),
        (lowest / EUROS, ORANGE, "--", f"the same line, cut at {lowest:g} euros"),
    ):
        payoff = _payoff(base, slope, checks, monitor, floor, efforts)
        axes.plot(efforts[order], payoff[order], color=colour, linestyle=style, linewidth=2.2, label=name)
        axes.plot([0, agreed], payoff[[0, -1]], color=colour, marker="o", linestyle="", clip_on=False)
        ends.append(payoff[[0, -1]])
    axes.axhline(0, color=GREY, linestyle=":", linewidth=1.6, label="walk away")
    low, top = min(-0.01, min(each.min() for each in ends)), max(each.max() for each in ends)
    axes.set(xlim=(0, 1), ylim=(min(4 * low, -0.8 * top), max(0.01, 1.6 * top)))
    tempted = ends[1][0] > ends[1][1]
    axes.set(
        xlabel="effort η",
        ylabel="payoff of the agent",
        title=f"{checks:,} checks, cut at {lowest:g} euros: {'idling pays' if tempted else 'working pays'}",
    )
    axes.legend(frameon=False, loc="lower center", fontsize=9)
    free, cut = (each + 0.0 for each in ends)
    return describe(
        figure,
        f"The agent's payoff against effort under the line that asks for effort {agreed:.2f}, {checks:,} checks.",
        f"Without a floor, no effort gives {_signed(free[0])} and effort {agreed:.2f} gives {_signed(free[1])}.",
        f"Cut at {lowest:g} euros, no effort gives {_signed(cut[0])} and effort {agreed:.2f} gives {_signed(cut[1])}.",
    )


def gaps_in_euros(line=None, cut=None, threshold=None) -> Figure:
    """What three kinds of pay lose against the first best, in euros per batch, against the number of checks.

    Parameters
    ----------
    line, cut, threshold : SecondBests, optional
        From `second_best` for several n: linear pay without a floor, linear pay and threshold pay with floor 0. Left out:
        100, 1,000 and 10,000 checks.

    Examples
    --------
    >>> gaps_in_euros().description.split(". ")[1]
    'line, no floor: 100 checks 0.447, 1,000 checks 0.0448, 10,000 checks 0.00448'
    """
    problem, monitor, few = reference_problem(), SelfConsistency(kappa=0.15), [100, 1_000, 10_000]
    line = second_best(problem, monitor, few, "linear", floor=None) if line is None else line
    cut = second_best(problem, monitor, few, "linear") if cut is None else cut
    threshold = second_best(problem, monitor, few, "binary") if threshold is None else threshold
    figure, axes = canvas(height=4.0)
    lines = []
    for (name, colour, style, marker), found in zip(_FAMILIES, (line, cut, threshold), strict=True):
        axes.loglog(
            found.n, EUROS * found.gap, color=colour, linestyle=style, marker=marker, linewidth=2, label=name
        )
        listed = ", ".join(
            f"{n:,} checks {EUROS * gap:.3g}" for n, gap in zip(found.n, found.gap, strict=True)
        )
        lines.append(f"{name}: {listed}.")
    formula = EUROS * linear_gap(problem, monitor, line.n)
    axes.loglog(line.n, formula, color=SKY, linewidth=9, alpha=0.45, zorder=1, label=f"formula {_RISK}")
    axes.set(xlabel="checks n", ylabel="loss in euros per batch", title="What not seeing effort costs")
    axes.legend(frameon=False, fontsize=9, loc="lower left")
    return describe(figure, "Loss against the first best in euros per batch, logarithmic axes.", *lines)


def wage_shapes(checks=1000) -> Figure:
    """Three wages that share floor 0 and one line without: what each pays for how many agreements.

    Parameters
    ----------
    checks : int
        Repeated items, at least 20. The range shown reaches from a little below a coin flipper's mean to four standard
        deviations above the mean at the first-best effort.

    Examples
    --------
    >>> wage_shapes().description.split(". ")[0]
    'Wages in euros for 480 to 640 agreements in 1,000 checks'
    """
    problem, monitor = reference_problem(), SelfConsistency(kappa=0.15)
    checks = int(whole("checks", checks, 20))
    agreed = float(monitor.pass_probability(first_best(problem).effort))
    low = round(checks / 2 - 0.63 * checks**0.5)
    high = min(round(checks * agreed + 1.95 * checks**0.5), checks)
    passes = np.arange(low, high + 1)
    found = [second_best(problem, monitor, checks, "linear", floor=None)]
    found += [second_best(problem, monitor, checks, family) for family in ("linear", "binary", "optimal")]
    figure, axes = canvas(height=4.0)
    styles = (*_FAMILIES, ("any wage, floor 0", GREEN, "-", ""))
    for pay, (name, colour, style, _) in zip(found, styles, strict=True):
        axes.plot(
            passes, EUROS * pay.contract.wage(passes), color=colour, linestyle=style, linewidth=2, label=name
        )
    wages = EUROS * np.array([pay.contract.wage(passes) for pay in found])
    bottom, top = min(wages.min(), 0) - 14, wages.max() * 1.05
    for effort, colour, style in ((0.0, GREY, "--"), (found[-1].effort, PURPLE, "-")):
        _hump(axes, checks, monitor, effort, colour, style, bottom, top, f"passes, effort {effort:.2f}", 1)
    axes.set(
        xlim=(low, high),
        ylim=(bottom, top),
        xlabel=f"agreements in {checks:,} checks",
        ylabel="wage in euros",
    )
    axes.set_title("What each kind of pay gives")
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    marks = (checks // 2, round(checks * monitor.pass_probability(found[0].effort)))
    said = [
        f"{name}: "
        + ", ".join(f"{mark} agreements {EUROS * pay.contract.wage(mark):.1f}" for mark in marks)
        + "."
        for pay, (name, *_) in zip(found, styles, strict=True)
    ]
    return describe(figure, f"Wages in euros for {low} to {high} agreements in {checks:,} checks.", *said)


def budget_curve(price=0.1, kappa=0.15) -> Figure:
    """Risk that is left plus checks bought, against the number of checks, with the best number marked.

    Whoever buys no checks and asks for no effort loses the first-best profit, so more than that is never worth losing.

    Parameters
    ----------
    price : float
        Euros for one check, above 0.
    kappa : float
        Strength κ of the items, in (0, ¼].

    Examples
    --------
    >>> budget_curve().description.split(". ")[1]
    'Best: 21 checks, which lose 4.23 euros per batch in all, one half for checks and one half for risk.'
    >>> budget_curve(price=2, kappa=0.05).description.split(". ")[1].split(";")[0]
    'Best: no checks and no effort, which lose the first-best profit of 31.66 euros'
    """
    problem, monitor = reference_problem(), SelfConsistency(kappa=kappa)
    budget = monitoring_budget(problem, monitor, price / EUROS)
    n = np.geomspace(budget.checks / 30, budget.checks * 30, 241)
    risk, bought = EUROS * linear_gap(problem, monitor, np.maximum(n, 1)), price * n
    n, risk, bought = n[n >= 1], risk[n >= 1], bought[n >= 1]
    figure, axes = canvas(height=4.0)
    axes.loglog(n, risk + bought, color=BLUE, linewidth=2.4, label="total")
    axes.loglog(n, risk, color=ORANGE, linestyle="--", linewidth=1.8, label=f"risk pay, {_RISK}")
    axes.loglog(n, bought, color=GREY, linestyle=":", linewidth=2, label="checks, price × n")
    loss, most = EUROS * budget.loss, EUROS * first_best(problem).profit
    worth = loss < most
    axes.plot(
        [max(budget.checks, 1)],
        [loss if budget.checks >= 1 else risk[0] + bought[0]],
        marker="o",
        color=RED,
        markerfacecolor=RED if worth else "white",
        markersize=9,
    )
    axes.axhline(most, color=INK, linestyle=(0, (1, 3)), linewidth=1.4, label="no checks, no effort")
    axes.set(xlabel="checks n", ylabel="loss in euros per batch", ylim=(loss / 60, loss * 60))
    buy = f"buy {budget.checks:,.0f} checks, lose {loss:.2f} euros"
    leave = f"no checks, no effort, lose {most:.2f} euros"
    axes.set_title(f"price {price:.2f} euros: {buy if worth else leave}", fontsize=11)
    axes.legend(frameon=False, fontsize=9, loc="upper center", ncols=4, bbox_to_anchor=(0.5, -0.17))
    advice = (
        f"Best: {budget.checks:,.0f} checks, which lose {loss:.2f} euros per batch in all, one half for checks and one half "
        "for risk."
    )
    if not worth:
        advice = (
            f"Best: no checks and no effort, which lose the first-best profit of {most:.2f} euros; "
            f"{budget.checks:,.0f} checks would lose {loss:.2f}."
        )
    return describe(
        figure,
        f"Loss against the number of checks at {price:.2f} euros a check and kappa {kappa:.2f}, logarithmic axes.",
        advice,
    )


def wrong_strength(kappa=0.10, checks=1000) -> Figure:
    """What the line written for κ = 0.15 does if the items are of another strength.

    Parameters
    ----------
    kappa : float
        The true strength κ, in (0, ¼].
    checks : int
        Repeated items, at least 2.

    Examples
    --------
    >>> wrong_strength().description.split(". ")[1]
    'If kappa is 0.10, the best answer is effort 0.00 with payoff -0.010: the agent walks away.'
    """
    within("kappa", kappa, 0, 0.25)
    checks, problem = int(whole("checks", checks, 2)), reference_problem()
    agreed = first_best(problem).effort
    base, slope = _line_for(agreed, SelfConsistency(kappa=0.15), checks)
    strengths = np.linspace(0.01, 0.25, 97)
    strengths = np.sort(np.append(strengths, 0.15))
    found = [_best_answer(base, slope, checks, SelfConsistency(each), False) for each in strengths]
    answers = np.array([effort for effort, _ in found])
    leaves, stays = strengths <= 0.15, strengths >= 0.15
    payoff = _payoff(base, slope, checks, SelfConsistency(kappa), False)
    best, highest = _best_answer(base, slope, checks, SelfConsistency(kappa), False)
    figure, (left, right) = canvas(columns=2, width=7.6, height=3.5)
    left.plot(strengths[leaves], answers[leaves], color=BLUE, linestyle="--", label="would walk away")
    left.plot(strengths[stays], answers[stays], color=BLUE, linewidth=2.4, label="stays")
    left.legend(frameon=False, fontsize=9, loc="upper left")
    left.axvline(0.15, color=GREY, linestyle=":")
    left.plot([kappa], [best], marker="o", color=ORANGE, markersize=9, clip_on=False, zorder=3)
    left.set(
        xlim=(0, 0.255),
        ylim=(0, 1.02),
        xlabel="true κ (dotted: κ of the contract)",
        ylabel="effort of the agent",
    )
    left.set_title(f"true κ {kappa:.2f}: effort {best:.2f}", fontsize=10)
    right.plot(_EFFORTS, payoff, color=BLUE, linewidth=2.2)
    right.axhline(0, color=GREY, linestyle=":")
    right.plot([best], [highest], marker="o", color=ORANGE, markersize=9, clip_on=False, zorder=3)
    right.set(xlim=(0, 1.02), ylim=(-0.42, 0.22), xlabel="effort η", ylabel="payoff of the agent")
    walks = highest < -0.0005
    right.set_title("below 0: the agent walks away" if walks else "the agent stays", fontsize=10)
    wage = EUROS * (base + slope * SelfConsistency(kappa).pass_probability(best))
    profit = EUROS * reference_value(best) - wage
    outcome = (
        "the agent walks away" if walks else f"the wage is {wage:.1f} euros, the profit {profit:.1f} euros"
    )
    return describe(
        figure,
        f"A line written for kappa 0.15 and effort {agreed:.2f}, {checks:,} checks.",
        f"If kappa is {kappa:.2f}, the best answer is effort {best:.2f} with payoff {highest:.3f}: {outcome}.",
    )


def _payoff(base, slope, checks, monitor, floor, efforts=_EFFORTS):
    """Expected utility minus effort cost on a grid; in closed form without a floor (None or False), as a binomial sum with one (a wage; True is 0)."""
    chance = np.asarray(monitor.pass_probability(efforts), dtype=float)
    if floor is None or floor is False:
        power = checks * np.log1p(chance * np.expm1(-slope / checks)) - base
        return -np.expm1(power) - efforts**2 / 2
    reach = 4.5 * np.sqrt(checks)  # nine standard deviations
    first, last = checks * chance.min() - reach, checks * chance.max() + reach
    passes = np.arange(max(int(first), 0), min(int(last) + 1, checks) + 1)
    law = np.exp(log_pmf(passes, checks, chance[:, None], 1 - chance[:, None]))
    return (
        law @ -np.expm1(-np.maximum(base + slope * passes / checks, float(floor is not True and floor)))
        - efforts**2 / 2
    )


def _best_answer(base, slope, checks, monitor, floor):
    """The agent's best effort, to a few thousandths, and what it gives: a grid, then a finer one around its best."""
    centre = _EFFORTS[_payoff(base, slope, checks, monitor, floor).argmax()]
    near = np.clip(np.linspace(centre - 0.005, centre + 0.005, 41), 0, 1)
    payoff = _payoff(base, slope, checks, monitor, floor, near)
    return float(near[payoff.argmax()]), float(payoff.max())


def _line_for(effort, monitor, checks):
    """Base and slope under which `effort` is a best answer and the agent just comes, for CARA(1) and cost η²/2."""
    q, paid = float(monitor.pass_probability(effort)), 1 - effort**2 / 2
    x = effort / (checks * float(monitor.slope(effort)) * paid + effort * q)
    return checks * np.log1p(-q * x) - np.log(paid), -checks * np.log1p(-x)


def _hump(axes, checks, monitor, effort, colour, style, bottom, top, label, scale=None, width=1.4):
    """The law of the passes along the bottom of the axes, as a share of checks (or as a count)."""
    passes = np.arange(checks + 1)
    chance = float(monitor.pass_probability(effort))
    law = np.exp(log_pmf(passes, checks, chance, 1 - chance))
    height = bottom + 0.3 * (top - bottom) * law / law.max()
    axes.plot(passes / (scale or checks), height, color=colour, linestyle=style, linewidth=width, label=label)


def _line_in_words(base, slope, checks, monitor, floor, best, payoff, stays):
    passes = np.arange(checks + 1)
    chance = float(monitor.pass_probability(best))
    law = np.exp(log_pmf(passes, checks, chance, 1 - chance))
    wage = base + slope * passes / checks
    paid = EUROS * float(law @ (np.maximum(wage, 0) if floor else wage))
    yield f"Base {EUROS * base:.0f} euros, {EUROS * slope / checks:,.3g} euros an agreement, {checks:,} checks{', cut at 0' if floor else ', no floor'}."
    yield f"The best answer is effort {best:.2f}, with {checks * chance:.0f} passes and {paid:.1f} euros on average."
    outcome = (
        f"Halyard's profit is {EUROS * reference_value(best) - paid:.1f} euros"
        if stays
        else "Below 0, so the agent walks away"
    )
    yield f"It gives the agent {_signed(payoff)}. {outcome}."


def _signed(number):
    return f"{number + 0.0:.4f}".replace("-0.0000", "0.0000")
