"""Figures about planning: how many checks, what a wrong plan costs, when to stop, whom to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binom

from annolib import datasets
from annolib.auditing.discoveries import find_annotators
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.planning.check_plan import plan_checks
from annolib.planning.exact_test import effort_test, power_table
from annolib.planning.sequential import sequential_test
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LONGEST = 5_000


def pass_counts(checks=60, null=0.3, alternative=0.8, kappa=0.2, alpha=0.05) -> Figure:
    """How many checks a careless and a careful annotator pass, and where the exact test draws its line.

    Parameters
    ----------
    checks : int
    null, alternative : float
        Effort of the careless and of the careful annotator, null < alternative.
    kappa : float
        Strength κ of the items, in (0, ¼].
    alpha : float
        Largest chance that the careless one passes the test.

    Examples
    --------
    >>> pass_counts(checks=60).description.split(". ")[1]
    'The test says careful from 39 passes on: the careless annotator gets there in 4.9%, the careful one in 97.7%.'
    """
    test = effort_test(checks, SelfConsistency(kappa), null, alternative, alpha)
    counts = np.arange(test.checks + 1)
    figure, axes = canvas()
    shown = []
    for effort, colour, hatch in ((null, RED, "//"), (alternative, BLUE, "")):
        law = binom.pmf(counts, test.checks, test.monitor.pass_probability(effort))
        axes.bar(
            counts,
            law,
            width=0.9,
            color=colour,
            alpha=0.55,
            hatch=hatch,
            edgecolor="white",
            label=f"effort {effort:.2f}",
        )
        shown.append(counts[law > 1e-4])
    axes.axvline(test.critical - 0.5, color=INK, linestyle="--", linewidth=1.4, label="the test's line")
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    axes.set(
        xlim=(min(shown[0][0], shown[1][0]) - 1, max(shown[1][-1], test.critical) + 1),
        xlabel=f"passes in {test.checks} checks",
        ylabel="chance of this count",
        title=f"{test.critical} passes or more: “careful”",
    )
    return describe(
        figure,
        f"Chances of each number of passes in {test.checks} checks at efforts {null:.2f} and {alternative:.2f}, "
        f"kappa {kappa:.3g}.",
        f"The test says careful from {test.critical} passes on: the careless annotator gets there in "
        f"{test.size:.1%}, the careful one in {test.power:.1%}.",
    )


def power_saw(null=0.3, alternative=0.8, kappa=0.2, alpha=0.05, beta=0.1) -> Figure:
    """Power of the exact test against the number of checks: a saw, with the normal approximation beside it.

    Parameters
    ----------
    null, alternative : float
        Efforts of the careless and of the careful annotator, null < alternative.
    kappa : float
        Strength κ of the items, in (0, ¼].
    alpha, beta : float
        Largest chances that the careless one passes and that the careful one fails.

    Examples
    --------
    >>> power_saw().description.split(". ")[1]
    'It first reaches 90.0% with 43 checks, and keeps it from 46 checks on'
    """
    plan = plan_checks(SelfConsistency(kappa), null, alternative, alpha, beta)
    start, end = max(1, int(0.75 * plan.first) - 2), int(1.2 * plan.checks) + 3
    n = np.arange(start, end + 1)
    table = power_table(n, plan.monitor, null, alternative, alpha)
    figure, axes = canvas(height=4.0)
    axes.plot(
        n,
        table.power,
        color=BLUE,
        linewidth=1.1,
        marker="o" if n.size < 150 else None,
        markersize=3,
        label="exact test",
    )
    axes.plot(n, table.normal_power, color=GREY, linestyle="--", linewidth=1.3, label="normal approximation")
    axes.axhline(1 - beta, color=INK, linestyle=":", linewidth=1.3, label=f"wanted: {1 - beta:.0%}")
    for at, colour, marker, size, fill, words in (
        (plan.first, ORANGE, "o", 13, "none", "first reached"),
        (plan.checks, GREEN, "s", 8, "full", "kept from here on"),
    ):
        power = table.power.loc[at]
        axes.plot(
            [at],
            [power],
            color=colour,
            marker=marker,
            markersize=size,
            markeredgewidth=2,
            fillstyle=fill,
            linestyle="",
            label=f"{words}: {at:,}",
            zorder=3,
        )
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3)
    axes.set(
        xlabel="checks n",
        ylabel="power (the careful one passes)",
        title=f"The power of a test is a saw (effort {null:.2f} against {alternative:.2f})",
    )
    axes.xaxis.get_major_locator().set_params(integer=True)
    drops = int((np.diff(table.power) < 0).sum())
    return describe(
        figure,
        f"Power of the exact test of effort {null:.2f} against {alternative:.2f} at level {alpha:.2g}, kappa "
        f"{kappa:.3g}, for {start:,} to {end:,} checks.",
        f"It first reaches {1 - beta:.1%} with {plan.first:,} checks, and keeps it from {plan.checks:,} checks on.",
        f"In {drops:,} of {n.size - 1:,} steps one more check lowers the power.",
        f"The normal formula asks for {plan.normal:,.1f} checks.",
    )


def kappa_misjudged(planned=0.2, null=0.3, alternative=0.8, alpha=0.05, beta=0.1) -> Figure:
    """The errors that a plan really makes when the items have another strength κ than it assumed.

    Parameters
    ----------
    planned : float
        The κ of the plan, in (0, ¼].
    null, alternative : float
        Efforts of the careless and of the careful annotator, null < alternative.
    alpha, beta : float
        The errors that the plan promises at most.

    Examples
    --------
    >>> kappa_misjudged().description.split(". ")[2]
    'If kappa is 0.10, the careful one fails in 68% and the careless one passes in 2.4%.'
    """
    test = plan_checks(SelfConsistency(planned), null, alternative, alpha, beta).test()
    grid = np.linspace(0.02, 0.25, 116)
    miss, size = (np.array(rates) for rates in zip(*(_errors(test, kappa) for kappa in grid), strict=True))
    figure, axes = canvas()
    axes.plot(grid, miss, color=BLUE, linewidth=2.2, label=f"careful ({alternative:.2f}) fails")
    axes.plot(grid, size, color=RED, linestyle="--", linewidth=2.2, label=f"careless ({null:.2f}) passes")
    axes.axvline(planned, color=INK, linestyle=":", linewidth=1.4, label=f"planned κ = {planned:.2f}")
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    axes.set(
        xlim=(0.02, 0.25),
        ylim=(0, 1),
        xlabel="true strength κ of the items",
        ylabel="chance of a wrong verdict",
        title=f"{test.checks:,} checks, careful from {test.critical:,} passes",
    )
    half = planned / 2
    return describe(
        figure,
        f"Chances of a wrong verdict against the true kappa, for a plan of {test.checks:,} checks that assumed "
        f"{planned:.2f}.",
        f"As planned: the careful one fails in {test.miss:.1%}, the careless one passes in {test.size:.1%}.",
        f"If kappa is {half:.2f}, the careful one fails in {_errors(test, half)[0]:.0%} and the careless one "
        f"passes in {_errors(test, half)[1]:.1%}.",
    )


def shared_items(null=0.3, alternative=0.8, kappa=0.2, alpha=0.05) -> Figure:
    """Sixty pairs, taken from ever fewer items: the true errors of a test that treats them as independent.

    Every item has the same |p − ½|, and each showing is judged or not on its own; computed exactly.

    Parameters
    ----------
    null, alternative : float
        Efforts of the careless and of the careful annotator, null < alternative.
    kappa : float
        Strength κ of the items, in (0, ¼].
    alpha : float
        The level of the test.

    Examples
    --------
    >>> shared_items().description.split(". ")[2]
    '4 items shown 6 times: 10.5% and 14.6%.'
    """
    designs = ((60, 2), (20, 3), (10, 4), (6, 5), (4, 6))
    test = effort_test(60, SelfConsistency(kappa), null, alternative, alpha)
    size, power = (
        np.array([_tail_of_pairs(*design, effort, kappa, test.critical) for design in designs])
        for effort in (null, alternative)
    )
    figure, axes = canvas()
    place = np.arange(len(designs))
    bars = (
        (size, RED, "//", f"careless ({null:.2f}) passes", -0.2),
        (1 - power, BLUE, "", f"careful ({alternative:.2f}) fails", 0.2),
    )
    for rates, colour, hatch, label, shift in bars:
        axes.bar(place + shift, rates, 0.38, color=colour, hatch=hatch, edgecolor="white", label=label)
    axes.axhline(alpha, color=INK, linestyle=":", linewidth=1.3, label=f"level {alpha:.2g}")
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.28), ncols=3)
    axes.set_xticks(place, [f"{items} items,\n{times} labels each" for items, times in designs], fontsize=9)
    axes.grid(axis="x", visible=False)
    axes.set(
        xlabel="where the 60 pairs come from",
        ylabel="chance of a wrong verdict",
        title=f"60 pairs, careful from {test.critical} passes",
    )
    return describe(
        figure,
        "Chances that the careless annotator passes and that the careful one fails, in a test of 60 pairs.",
        f"60 items shown twice: {size[0]:.1%} and {1 - power[0]:.1%}.",
        f"4 items shown 6 times: {size[-1]:.1%} and {1 - power[-1]:.1%}.",
    )


def sequential_path(
    effort=0.8, person=6, null=0.3, alternative=0.8, kappa=0.2, alpha=0.05, beta=0.1
) -> Figure:
    """One annotator's sequential test, check by check, between its two bounds.

    Parameters
    ----------
    effort : float
        True effort of the annotator, in [0, 1].
    person : int
        Which annotator: the seed of the outcomes.
    null, alternative : float
        Efforts that the test tells apart, null < alternative.
    kappa : float
        Strength κ of the items, in (0, ¼].
    alpha, beta : float
        Nominal chances of a wrong verdict.

    Examples
    --------
    >>> sequential_path(effort=0.8, person=6).description.split(". ")[1]
    'Verdict after 32 checks: careful'
    """
    monitor = SelfConsistency(kappa)
    test = sequential_test(monitor, null, alternative, alpha, beta)
    plan = plan_checks(monitor, null, alternative, alpha, beta)
    seed = int(whole("person", person, 0, "Give the number of a person."))
    passed = np.random.default_rng(seed).random(_LONGEST) < monitor.pass_probability(effort)
    verdict, used, path = test.follow(passed)
    upper, lower = test.band.upper, -test.band.lower
    figure, axes = canvas(height=3.9)
    axes.axhline(upper, color=BLUE, linestyle="--", linewidth=1.5, label="stop: careful")
    axes.axhline(lower, color=RED, linestyle="-.", linewidth=1.5, label="stop: careless")
    axes.axvline(plan.checks, color=GREY, linestyle=":", linewidth=1.5, label=f"fixed plan: {plan.checks:,}")
    axes.plot(
        np.arange(used + 1), path, color=INK, linewidth=1.2, marker="." if used < 150 else None, markersize=4
    )
    axes.plot([used], [path[-1]], color=ORANGE, marker="o", markersize=9, zorder=3)
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3)
    axes.set(
        xlim=(-1, 1.05 * max(used, plan.checks) + 1),
        ylim=(lower - 1.2, upper + 1.2),
        xlabel="checks so far",
        ylabel="log likelihood ratio",
        title=f"“{verdict.capitalize()}” after {used:,} checks (true effort {effort:.2f})",
    )
    return describe(
        figure,
        f"A sequential test of an annotator with effort {effort:.2f}, kappa {kappa:.3g}, between the bounds "
        f"{lower:.2f} and {upper:.2f}.",
        f"Verdict after {used:,} checks: {verdict}.",
        f"{int(passed[:used].sum()):,} of these checks passed; the fixed plan takes {plan.checks:,}.",
    )


def sequential_savings(null=0.3, alternative=0.8, kappa=0.2, alpha=0.05, beta=0.1) -> Figure:
    """Sequential and fixed test over the whole range of effort: verdicts, and the mean number of checks.

    Parameters
    ----------
    null, alternative : float
        Efforts that the tests tell apart, null < alternative.
    kappa : float
        Strength κ of the items, in (0, ¼].
    alpha, beta : float
        Nominal chances of a wrong verdict.

    Examples
    --------
    >>> sequential_savings().description.split(". ")[1]
    'The fixed plan takes 46 checks for everybody; the sequential one 20.3 on average at effort 0.30, 25.7 at 0.80'
    """
    monitor = SelfConsistency(kappa)
    test = sequential_test(monitor, null, alternative, alpha, beta)
    plan = plan_checks(monitor, null, alternative, alpha, beta)
    table = test.characteristic(np.linspace(0, 1, 51))
    figure, (left, right) = canvas(columns=2, width=7.6, height=3.6)
    for axes, exact, fixed in (
        (left, table.careful, plan.test().power_at(table.index.to_numpy())),
        (right, table.mean_checks, np.full(len(table), plan.checks)),
    ):
        axes.plot(table.index, exact, color=BLUE, linewidth=2.0, label="sequential")
        axes.plot(table.index, fixed, color=ORANGE, linestyle="--", linewidth=1.6, label="fixed plan")
        for effort in (null, alternative):
            axes.axvline(effort, color=GREY, linestyle=":", linewidth=1.2)
    figure.legend(
        *left.get_legend_handles_labels(), frameon=False, fontsize=9, loc="outside lower center", ncols=2
    )
    left.set(xlabel="true effort", ylabel="chance of the verdict “careful”", title="Nearly the same verdicts")
    right.set(
        xlabel="true effort",
        ylabel="mean number of checks",
        title="for fewer checks",
        ylim=(0, 1.15 * max(plan.checks, table.mean_checks.max())),
    )
    worst = table.mean_checks.idxmax()
    return describe(
        figure,
        f"Sequential and fixed test of effort {null:.2f} against {alternative:.2f}, kappa {kappa:.3g}.",
        f"The fixed plan takes {plan.checks:,} checks for everybody; the sequential one {test.mean_null:,.1f} on "
        f"average at effort {null:.2f}, {test.mean_alternative:,.1f} at {alternative:.2f}.",
        f"It is longest at effort {worst:.2f}: {table.mean_checks.max():,.1f} on average.",
    )


def named_by_rank(checks=46, effort=0.8, rate=0.1, kappa=0.2, seed=5) -> Figure:
    """The twin's attentive workers, tested all at once: sorted p-values and the line of Benjamini and Hochberg.

    Parameters
    ----------
    checks : int
        Checks per worker, drawn from the worker's true effort.
    effort : float
        The test names workers as below it; the hypothesis is that they reach it.
    rate : float
        Accepted false discovery rate.
    kappa : float
        Strength κ of the items, in (0, ¼].
    seed : int

    Examples
    --------
    >>> named_by_rank().description.split(". ")[0]
    'P-values of 112 workers of the twin, 46 checks each, for effort below 0.80'
    """
    within("effort", effort, 0, 1, "Give an effort.")
    truth = datasets.load("twin-truth").query("behaviour == 'attentive'").effort.to_numpy()
    monitor = SelfConsistency(kappa)
    passes = monitor.simulate(truth, checks, rng=seed)
    found = find_annotators(passes, np.full(truth.size, checks), monitor, effort, rate=rate)
    order = np.argsort(found.p_value, kind="stable")
    p, below, named = found.p_value[order], truth[order] < effort, int(found.found.sum())
    plain = int((p <= 0.05).sum())
    shown = min(p.size, max(plain, named) + 12)
    rank = np.arange(1, p.size + 1)
    figure, axes = canvas(height=4.0)
    for some, colour, marker, label in (
        (below, BLUE, "o", f"effort below {effort:.2f}"),
        (~below, RED, "x", f"effort {effort:.2f} or more"),
    ):
        axes.plot(
            rank[:shown][some[:shown]],
            p[:shown][some[:shown]],
            color=colour,
            marker=marker,
            markersize=6,
            linestyle="",
            label=label,
        )
    axes.plot(rank[:shown], rate * rank[:shown] / p.size, color=INK, label=f"{rate:.2g} · rank / {p.size}")
    axes.axhline(0.05, color=GREY, linestyle="--", linewidth=1.3, label="0.05 for each")
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)
    axes.set(
        xlim=(0, shown + 1),
        yscale="log",
        ylim=(0.4 * min(float(p[0]), rate / p.size), 1.5),
        xlabel="rank of the p-value",
        ylabel="p-value (logarithmic)",
        title=f"Who is named as below effort {effort:.2f}?",
    )
    return describe(
        figure,
        f"P-values of {p.size} workers of the twin, {checks} checks each, for effort below {effort:.2f}.",
        f"{plain} are at most 0.05, {int((~below[:plain]).sum())} of them of workers who reach the effort.",
        f"Benjamini and Hochberg at rate {rate:.2g} name {named}, "
        f"{int((~below[:named]).sum())} of them wrongly.",
    )


def _errors(test, kappa):
    """(careful fails, careless passes) of a test when the items have strength `kappa`."""
    low, high = (SelfConsistency(kappa).pass_probability(effort) for effort in (test.null, test.alternative))
    n, c = test.checks, test.critical
    return float(binom.cdf(c - 1, n, high)), float(binom.sf(c - 1, n, low))


def _tail_of_pairs(items, times, effort, kappa, critical):
    """P(at least `critical` agreeing pairs) if each of some items is labelled several times."""
    left = np.arange(times + 1)
    agreeing = left * (left - 1) // 2 + (times - left) * (times - left - 1) // 2
    chance = binom.pmf(left, times, 0.5 + effort * np.sqrt(kappa))
    one = np.bincount(agreeing, weights=chance, minlength=times * (times - 1) // 2 + 1)
    law = np.ones(1)
    for _ in range(items):
        law = np.convolve(law, one)
    return float(law[critical:].sum())
