"""Figures about one check: how often it passes, and what a count of passes says about effort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib.estimation.effort import OK, estimate_effort
from annolib.estimation.interval_coverage import coverage
from annolib.estimation.intervals import binomial_interval
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pass_curve(effort=0.6, kappa=0.15) -> Figure:
    """How often a repeated item gets the same label, against effort.

    Parameters
    ----------
    effort : float
        The effort that is marked, in [0, 1].
    kappa : float
        Strength κ of the items, in [0, ¼].

    Examples
    --------
    >>> pass_curve(effort=1.0, kappa=0.15).description
    'Chance that both labels of a repeated item agree, against effort, for kappa 0.15. It starts at 50% for \
effort 0 and curves up to 80% for effort 1. Marked: effort 1.00 gives 80.0%.'
    """
    monitor = SelfConsistency(kappa=kappa)
    chance = monitor.pass_probability(effort)
    grid = np.linspace(0, 1, 201)
    figure, axes = canvas()
    certain = SelfConsistency(kappa=0.25).pass_probability(grid)
    axes.plot(grid, certain, color=GREY, linestyle="--", linewidth=1.2, label="certain items, κ = ¼")
    axes.plot(
        grid, monitor.pass_probability(grid), color=BLUE, linewidth=2.2, label=f"these items, κ = {kappa:.3g}"
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(0.99, 0.495, "coin flips", color=GREY, ha="right", va="top", fontsize=9)
    axes.plot([effort, effort, 0], [0.45, chance, chance], color=ORANGE, linestyle="--", linewidth=1.2)
    axes.plot([effort], [chance], marker="o", color=ORANGE, markersize=9, clip_on=False, zorder=3)
    axes.annotate(
        f"effort {effort:.2f} → {chance:.1%}",
        (effort, chance),
        xytext=(-9, 7) if effort > 0.6 else (9, -5),
        textcoords="offset points",
        ha="right" if effort > 0.6 else "left",
        va="bottom" if effort > 0.6 else "top",
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0},
        color=INK,
    )
    axes.set(
        xlim=(0, 1.02),
        ylim=(0.45, 1.14),
        yticks=np.linspace(0.5, 1, 6),
        xlabel="effort η (chance that a showing is judged)",
        ylabel="chance that a repeat agrees",
        title="A repeat as a check",
    )
    return describe(
        figure,
        f"Chance that both labels of a repeated item agree, against effort, for kappa {kappa:.3g}.",
        f"It starts at 50% for effort 0 and curves up to {monitor.ceiling:.0%} for effort 1.",
        f"Marked: effort {effort:.2f} gives {chance:.1%}.",
    )


def effort_interval(passes=45, checks=60, kappa=0.2, confidence=0.95) -> Figure:
    """From a pass rate back to effort: the curve read sideways, with its interval.

    Parameters
    ----------
    passes, checks : int
        Agreements among repeated pairs.
    kappa : float
        Strength κ of the items, in (0, ¼].
    confidence : float
        Coverage of the interval, in (0, 1).

    Examples
    --------
    >>> effort_interval(45, 60, 0.2).description.split(". ")[1]
    'Read back through the curve: effort 0.79'
    """
    passes, checks = int(whole("passes", passes)), int(whole("checks", checks, 1))
    monitor = SelfConsistency(kappa=kappa)
    estimate = estimate_effort(passes, checks, monitor, confidence=confidence)
    grid = np.linspace(0, 1, 201)
    figure, axes = canvas()
    axes.plot(grid, monitor.pass_probability(grid), color=BLUE, linewidth=2.2)
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1.2)
    rate = passes / checks
    axes.vlines(0, *binomial_interval(passes, checks, confidence), color=ORANGE, linewidth=6, alpha=0.5)
    axes.plot([0, estimate.effort], [rate, rate], color=ORANGE, linestyle="--", linewidth=1.2)
    axes.plot([estimate.effort] * 2, [0.3, rate], color=ORANGE, linestyle="--", linewidth=1.2)
    axes.plot([estimate.effort], [rate], marker="o", color=ORANGE, markersize=8, clip_on=False, zorder=3)
    axes.axvspan(estimate.low, estimate.high, color=ORANGE, alpha=0.18, linewidth=0)
    misfit = estimate.low == estimate.high
    interval = f"{confidence:.0%} interval\n{estimate.low:.2f} to {estimate.high:.2f}"
    axes.text(
        np.clip((estimate.low + estimate.high) / 2, 0.16, 0.86),
        0.34,
        "no effort explains\nsuch a rate" if misfit else interval,
        ha="center",
        va="bottom",
        fontsize=9,
        color=INK,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.5},
    )
    axes.set(
        xlim=(0, 1.02),
        ylim=(0.3, 1.05),
        xlabel="effort η",
        ylabel="share of repeats that agree",
        title=f"{passes} of {checks} repeats agree: effort ≈ {estimate.effort:.2f}",
    )
    return describe(
        figure,
        f"{passes} of {checks} repeats agree, {rate:.1%}.",
        f"Read back through the curve: effort {estimate.effort:.2f}.",
        f"The {confidence:.0%} interval goes from {estimate.low:.2f} to {estimate.high:.2f}.",
        *([] if estimate.status == OK else [f"The rate is {estimate.status}."]),
        *(["No effort explains such a rate: suspect a rule, memory or a wrong kappa."] if misfit else []),
    )


def interval_coverage(checks=60, kappa=0.2, confidence=0.95) -> Figure:
    """How often the interval holds the true effort, computed exactly, over the whole range of effort.

    Parameters
    ----------
    checks : int
        Checks per annotator.
    kappa : float
        Strength κ of the items, in (0, ¼].
    confidence : float
        The coverage that the interval promises.

    Examples
    --------
    >>> interval_coverage(checks=60).description.split(". ")[0]
    'Exact coverage of two 95% intervals for effort, 60 checks, kappa 0.2, over effort 0 to 1'
    """
    monitor = SelfConsistency(kappa=kappa)
    grid = np.linspace(0, 1, 20_001)
    figure, axes = canvas()
    lines, lowest = [], confidence
    for method, colour, style in (("wilson", BLUE, "-"), ("clopper-pearson", RED, "--")):
        covered = coverage(monitor, grid, checks, confidence=confidence, method=method)
        axes.plot(grid, covered, color=colour, linestyle=style, linewidth=1.3, label=method)
        lowest = min(lowest, covered.min())
        lines.append(
            f"{method}: lowest {covered.min():.3f} at effort {grid[covered.argmin()]:.3f}, "
            f"mean {covered.mean():.3f}."
        )
    axes.axhline(confidence, color=GREY, linestyle=":", linewidth=1.2)
    axes.set(
        xlim=(0, 1),
        ylim=(min(lowest, confidence - 0.05) - 0.02, 1.005),
        xlabel="true effort η",
        ylabel="share of intervals that hold it",
        title=f"Does a {confidence:.0%} interval keep its promise? ({checks} checks)",
    )
    axes.legend(frameon=False, loc="lower left", fontsize=9)
    return describe(
        figure,
        f"Exact coverage of two {confidence:.0%} intervals for effort, {checks} checks, kappa {kappa:.3g}, "
        "over effort 0 to 1.",
        *lines,
    )


def habits_and_swaps(swapped=0.5, effort=0.8, concentration=0.6) -> Figure:
    """How self-consistent four annotators look, by the share of repeats with swapped sides.

    Labels are left, right or tie. The attentive one passes with 1/3 + Γη² whatever the sides;
    a habit passes or fails by its rule alone. Outlined: the same with all sides kept.

    Parameters
    ----------
    swapped : float
        Share of repeats shown with the two sides exchanged, in [0, 1].
    effort : float
        Effort of the attentive annotator, in [0, 1].
    concentration : float
        Strength Γ of the items for three labels, in [0, ⅔].

    Examples
    --------
    >>> habits_and_swaps(swapped=1.0).description.split(". ")[1]
    'attentive, effort 0.80: 72%; always left: 0%; always tie: 100%; the longer one: 100%'
    """
    within("swapped", swapped, 0, 1, "Give the share of repeats whose sides are exchanged.")
    within("effort", effort, 0, 1)
    within("concentration", concentration, 0, 2 / 3)
    names = (f"attentive, effort {effort:.2f}", "always left", "always tie", "the longer one")
    rates = np.array([1 / 3 + concentration * effort**2, 1 - swapped, 1.0, 1.0])
    figure, axes = canvas(height=2.9)
    axes.barh(names, [rates[0], 1, 1, 1], height=0.6, color="white", edgecolor=INK, linewidth=0.8)
    bars = axes.barh(names, rates, color=[BLUE, RED, PURPLE, GREEN], height=0.6)
    for bar, hatch in zip(bars, ("", "//", "..", "xx"), strict=True):
        bar.set(hatch=hatch, edgecolor="white")
    for rank, rate in enumerate(rates):
        axes.text(rate + 0.015, rank, f"{rate:.0%}", va="center", color=INK)
    axes.axvline(1 / 3, color=INK, linestyle=":", linewidth=1.2)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(
        xlim=(0, 1.12),
        xlabel=f"share of repeats that agree, Γ = {concentration:.2f}\n(dotted: random labels; outlined: all sides kept)",
        ylabel="annotator",
        title=f"{swapped:.0%} of the repeats swap sides",
    )
    listed = "; ".join(f"{name}: {rate:.0%}" for name, rate in zip(names, rates, strict=True))
    return describe(
        figure,
        f"Self-agreement of four annotators when {swapped:.0%} of the repeats swap sides.",
        f"{listed}.",
        "Outlined: with all sides kept always left has 100% as well. Random labels would agree in 33%.",
    )
