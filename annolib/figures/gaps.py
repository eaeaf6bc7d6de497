"""Figures of lesson 12: all laws of the gap on one map, levels of effort against a continuum, and exponents.

All are about the course's reference problem: CARA(1), cost η²/2, value 0.6·η(2 − η), outside option 0, checked by repeats of
strength κ = 0.15; the floor is 0 unless a deposit or no floor is named. The solved gaps of the map are those of `gap_table`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.ticker import NullLocator
from scipy.optimize import brentq

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.gaps import rates
from annolib.contracts.gaps.two_efforts import two_actions
from annolib.contracts.solve import discrete_actions, second_best
from annolib.figures.gap_table import EUROS, LEVELS, SIZES, solved_gaps
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, Figure, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information
from annolib.validation import whole, within

_REPEATS = SelfConsistency(0.15)
_LEAST = 1e-8  # euros, the lower edge of the map


def gap_map(checks=30, levels=2) -> Figure:
    """What each kind of pay loses against seen effort, from 20 to a billion checks, solved and by its law.

    Parameters
    ----------
    checks : int
        The number of checks whose losses the right panel shows, one of 20, 30, 50, 100, 300, 1,000, 3,000, 10,000, and
        ten to the fifth, sixth, seventh or ninth.
    levels : int
        How many levels of effort the annotator of the dotted curve has: 2, 9 or 33.

    Examples
    --------
    >>> gap_map(1000).description.split(". ")[1]
    'At 1,000 checks: line, no floor 0.0448 euros, best pay 0.0644, threshold 0.12, line, cut at 0 1.53, and with other annotators, threshold, 2 levels 0.0465'
    """
    n, count = int(whole("checks", checks, 1)), int(whole("levels", levels, 2))
    if n not in SIZES:
        raise ValueError(f"checks must be one of {SIZES}; saw {checks!r}.")
    if count not in LEVELS:
        raise ValueError(f"levels must be one of {LEVELS}; saw {levels!r}.")
    solved = solved_gaps()
    steps = f"threshold, {count} levels"
    shown = {
        "line, cut at 0": (ORANGE, "v", "-."),
        "threshold": (BLUE, "s", "-"),
        "best pay": (INK, "o", "-"),
        "line, no floor": (GREEN, "^", "--"),
        steps: (RED, "D", ":"),
    }
    figure, (left, right) = canvas(columns=2, width=10.2, height=5.2)
    left.get_gridspec().set_width_ratios([2.1, 1])
    left.axvspan(20, 1000, color=GREY, alpha=0.12, linewidth=0)
    left.text(1200, 2e-8, "← at most 1,000 checks", fontsize=9, color=INK)
    left.axhline(0.01, color=GREY, linewidth=1.0)
    left.text(1.5e9, 0.0125, "one cent a batch", fontsize=9, color=INK, ha="right")
    left.axvline(n, color=PURPLE, linestyle=(0, (2, 2)), linewidth=1.6)
    for name, (colour, marker, style) in shown.items():
        sizes, gaps = (np.array(x) for x in zip(*solved[name].items(), strict=True))
        kept = gaps > _LEAST
        left.plot(sizes[kept], gaps[kept], marker, color=colour, markersize=5, zorder=3)
        left.plot(*_curve(name, sizes[kept], gaps[kept]), style, color=colour, linewidth=1.8)
        end = (float(sizes[kept][-1]), float(gaps[kept][-1]))
        text, x, y, turn = _LABELS.get(name, (name, 1.35 * end[0], 0.8 * end[1], 0))
        left.text(x, y, text, fontsize=9, color=INK, rotation=turn)
    left.annotate(
        "best pay, floor 0", (1000, solved["best pay"][1000]), xytext=(25, 3e-3), fontsize=9, color=INK,
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8},
    )  # fmt: skip
    left.set(
        xscale="log", yscale="log", xlim=(15, 2e9), ylim=(_LEAST, 60), xlabel="checks n", ylabel="euros per batch below first best",
        title="Few checks: the floor decides. Many: the law. (Signs are solved.)",
    )  # fmt: skip
    here = {name: solved[name][n] for name in shown if n in solved[name]}
    order = [
        *sorted((name for name in here if name != steps), key=here.get),
        *([steps] if steps in here else []),
    ]
    for row, name in enumerate(order):
        colour, marker, _ = shown[name]
        loss = here[name]
        words = f"{loss:.3g} euros" if loss >= _LEAST else "below 1e-8 euros"
        told = f"{count} levels (others): {words}" if name == steps else f"{row + 1}. {name}: {words}"
        row += 0.35 * (name == steps)
        right.text(_LEAST * 1.4, row - 0.2, told, fontsize=10, color=INK)
        right.plot(max(loss, _LEAST), row, marker, color=colour, markersize=9, clip_on=False)
    right.set(
        xscale="log", xlim=(_LEAST, 60), ylim=(len(shown) - 0.1, -0.7), yticks=[], xlabel="euros per batch below first best",
        ylabel="least loss first",
        title=f"{n:,} checks",
    )  # fmt: skip
    for axis in (left.xaxis, left.yaxis, right.xaxis):
        axis.set_minor_locator(NullLocator())
    told = ", ".join(
        ("and with other annotators, " if name == steps else "")
        + (
            f"{name} {here[name]:.3g}{' euros' if name == order[0] else ''}"
            if here[name] >= _LEAST
            else f"{name} less than {_LEAST:g} euros"
        )
        for name in order
    )
    first, last = solved["threshold"][SIZES[0]], solved["threshold"][SIZES[-1]]
    return describe(
        figure,
        "Loss against seen effort for five kinds of pay, from 20 to 1,000,000,000 checks, both axes logarithmic; squares and other "
        "signs are solved, curves are formulas.",
        f"At {n:,} checks: {told}.",
        f"The threshold falls from {first:.3g} euros at 20 checks to {last:.2g} at 1,000,000,000; best pay follows it at first, and the "
        "line later.",
    )


_LABELS = {  # where the names of the curves stand: words, checks, euros, degrees
    "threshold": ("threshold, floor 0: 1/√(n log n)", 2e4, 2.9e-2, 0),
    "line, no floor": ("line, no floor: 1/n", 2e7, 1.1e-5, 0),
    "line, cut at 0": ("line, cut at 0", 150, 13, 0),
    "best pay": ("", 1, 1, 0),
}


def _curve(name, sizes, gaps):
    """The law of one kind of pay where it has one, else a curve through what is solved."""
    problem = reference_problem()
    if name == "threshold":
        return _threshold_curve()
    if name == "line, no floor":
        n = np.geomspace(20, 1e9, 50)
        return n, EUROS * rates.linear_gap(problem, _REPEATS, n)
    return sizes, gaps


@lru_cache(maxsize=1)
def _threshold_curve():
    """The formula for few checks up to 10,000, that for many beyond."""
    few, many = np.geomspace(20, 1e4, 40), np.geomspace(1.2e4, 1e9, 60)
    problem = reference_problem()
    gaps = [rates.crossing_gap(problem, _REPEATS, few), rates.binary_gap(problem, _REPEATS, many)]
    return np.concatenate([few, many]), EUROS * np.concatenate(gaps)


def level_steps(levels=33, power=3.5) -> Figure:
    """What a threshold must do where effort has levels: the step to the level below, the leniency, and the loss.

    Parameters
    ----------
    levels : int
        From idleness to the first best, evenly, in [5, 129].
    power : float
        The number of checks is ten to this power, in [2.5, 6].

    Examples
    --------
    >>> level_steps(33, 4).description.split(". ")[2]
    'One step of effort moves the passes by 0.99 standard deviations, the threshold lies 1.92 below the mean: the product is 1.90'
    """
    count = int(whole("levels", levels, 5))
    within("levels", count, 5, 129, "It is the number of levels of effort.")
    power = float(within("power", power, 2.5, 6, "It is the logarithm of the number of checks, to base ten."))
    problem, n = reference_problem(), 10.0**power
    best, one = first_best(problem), rates.information(problem, _REPEATS)
    grid = np.linspace(0, best.effort, count)
    d, z = float(grid[1] * np.sqrt(n * one)), float(rates.threshold_leniency(problem, _REPEATS, n))
    sizes = np.geomspace(10**2.5, 1e6, 120)
    free = EUROS * rates.binary_gap(problem, _REPEATS, sizes)
    some = EUROS * rates.level_gap(problem, _REPEATS, sizes, grid)
    meeting = np.ceil(sizes_where_levels_show(count))
    figure, (bells, losses) = canvas(columns=2, width=9.6, height=4.0)
    x = np.linspace(-6, 4, 400)
    bells.plot(x, _bell(x), color=BLUE, linewidth=2.2, label="works as asked")
    bells.plot(x, _bell(x + d), color=ORANGE, linestyle="--", linewidth=2.0, label="one level less")
    bells.fill_between(x, 0, _bell(x), where=x < -z, color=RED, alpha=0.35, linewidth=0)
    bells.plot([-z, -z], [0, 0.42], color=RED, linestyle="-.", linewidth=1.8, label="threshold")
    bells.set(
        xlim=(-6, 4), ylim=(0, 0.62), xlabel="passes, in standard deviations from the mean", ylabel="density",
        title=f"step {d:.2f} × leniency {z:.2f} = {d * z:.2f}",
    )  # fmt: skip
    bells.legend(frameon=False, fontsize=9, loc="upper left")
    losses.loglog(sizes, free, color=BLUE, linewidth=2.2, label="any effort")
    losses.loglog(sizes, some, color=ORANGE, linestyle="--", linewidth=2.0, label=f"{count} levels")
    losses.axvline(n, color=RED, linestyle="-.", linewidth=1.6)
    if meeting <= sizes[-1]:
        losses.axvline(meeting, color=GREY, linestyle=":", linewidth=1.6, label="product 1")
    losses.set(
        ylim=(1e-5, 2), xlabel="checks n", ylabel="euros per batch below first best", title=f"{count} levels: they show from about {meeting:,.0f} checks"
    )  # fmt: skip
    losses.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        f"Left, passes of somebody who works as asked and of somebody one of {count} levels below, {n:,.0f} checks. Right, the loss of a "
        "threshold against checks, by formula, for these levels and for any effort.",
        f"One step of effort moves the passes by {d:.2f} standard deviations, the threshold lies {z:.2f} below the mean: the product is {d * z:.2f}.",
        f"It is 1 at {meeting:,.0f} checks.",
    )


def sizes_where_levels_show(levels):
    """The number of checks at which d·z_n is 1, for so many even levels up to the first best; not rounded."""
    problem = reference_problem()
    step = first_best(problem).effort / (levels - 1)
    one = rates.information(problem, _REPEATS)

    def lead(log_n):
        n = np.exp(log_n)
        leniency = rates.threshold_leniency(problem, _REPEATS, n)
        return -1.0 if np.isnan(leniency) else float(step * np.sqrt(n * one) * leniency) - 1

    return float(np.exp(brentq(lead, 0.0, np.log(1e12), xtol=1e-12)))


def level_collapse(most=33) -> Figure:
    """Loss with levels over loss with a continuum against d·z, solved, for 9, 17 and more levels: one curve for all.

    Parameters
    ----------
    most : int
        The largest number of levels: 17 or 33.

    Examples
    --------
    >>> level_collapse().description.split(". ")[1]
    'Where the product is between 0.8 and 1.3 the ratio is between 0.41 and 0.58.'
    """
    most = int(whole("most", most, 17))
    if most not in (17, 33):
        raise ValueError(f"most must be 17 or 33; saw {most!r}.")
    figure, axes = canvas(height=4.0)
    looks = {9: (BLUE, "s"), 17: (GREEN, "^"), 33: (RED, "D")}
    near = []
    for count, (colour, marker) in looks.items():
        if count <= most:
            product, ratio = level_ratios(count)
            axes.semilogy(product, ratio, marker, color=colour, markersize=6, label=f"{count} levels, solved")
            near += [r for p, r in zip(product, ratio, strict=True) if 0.8 <= p <= 1.3]
    axes.axvline(1, color=GREY, linestyle=":", linewidth=1.6)
    axes.axhline(1, color=GREY, linewidth=1.0)
    axes.set(
        xlim=(0, 4), ylim=(0.02, 1.5), xlabel="step d times leniency z", ylabel="loss, of that with any effort",
        title="Levels halve the loss where step times leniency is about 1",
    )  # fmt: skip
    axes.legend(frameon=False, fontsize=9, loc="lower left")
    return describe(
        figure,
        "Loss of the best threshold with levels of effort over that with any effort, against the step times the leniency, 1,000 to 30,000 checks.",
        f"Where the product is between 0.8 and 1.3 the ratio is between {min(near):.2f} and {max(near):.2f}.",
    )


@lru_cache(maxsize=8)
def level_ratios(count):
    """d·z_n, and the solved gap with so many levels over that with any effort, at 1,000 to 30,000 checks while d·z_n is below 4."""
    problem = reference_problem()
    sizes = np.array([1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000])
    best = first_best(problem).effort
    pay = discrete_actions(problem, _REPEATS, sizes, np.linspace(0, best, count), "binary")
    free = second_best(problem, _REPEATS, sizes, "binary")
    d = best / (count - 1) * np.sqrt(sizes * rates.information(problem, _REPEATS))
    product, ratio = d * rates.threshold_leniency(problem, _REPEATS, sizes), np.asarray(pay.gap) / free.gap
    kept = product < 4
    return product[kept], ratio[kept]


def exponents_by_floor(deposit=0.05) -> Figure:
    """How fast the gap closes where effort has two levels, with the floor at the outside option and below.

    Shown is the fall of the logarithm of the gap per check, −Δ log gap/Δn between neighbours: it has no unit of money in it.

    Parameters
    ----------
    deposit : float
        How far below the outside option the lower floor is, in units of 100 euros, in [0.001, 0.5].

    Examples
    --------
    >>> exponents_by_floor().description.split(". ")[2]
    'With a deposit of 5 euros it is 0.0122 from 30,000 to 100,000 checks, and the divergence is 0.0124.'
    """
    deposit = float(
        within("deposit", deposit, 0.001, 0.5, "It is how far the floor is below the outside option.")
    )
    best = first_best(reference_problem()).effort
    q = _REPEATS.pass_probability(np.array([0.0, best]))
    limits = float(chernoff_information(*q)), float(bernoulli_divergence(*q))
    sizes, slow = _exponents(0.0)
    _, fast = _exponents(deposit)
    last = f"from {_SIZES[-2]:,} to {_SIZES[-1]:,} checks"
    figure, axes = canvas(height=4.0)
    axes.semilogx(
        sizes, fast, "o-", color=BLUE, linewidth=1.8, label=f"deposit of {EUROS * deposit:g} euros, solved"
    )
    axes.semilogx(sizes, slow, "s--", color=ORANGE, linewidth=1.8, label="no deposit, solved")
    axes.axhline(limits[1], color=BLUE, linestyle=":", linewidth=1.6, label=f"divergence, {limits[1]:.4f}")
    axes.axhline(
        limits[0], color=ORANGE, linestyle="-.", linewidth=1.4, label=f"Chernoff information, {limits[0]:.4f}"
    )
    axes.set(
        ylim=(0, 0.018), xlabel="checks n", ylabel="fall of log gap, per check", title="Two levels: a deposit makes the exponent four times as large"
        if 3.5 < limits[1] / limits[0] < 4.5 else "Two levels: what a deposit does to the exponent",
    )  # fmt: skip
    axes.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        "By how much the logarithm of the gap falls with each check, for the best threshold and two levels of effort.",
        f"Without a deposit it is {slow[-1]:.4f} {last}, and the Chernoff information is {limits[0]:.4f}.",
        f"With a deposit of {EUROS * deposit:g} euros it is {fast[-1]:.4f} {last}, and the divergence is {limits[1]:.4f}.",
    )


_SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


@lru_cache(maxsize=16)
def _exponents(deposit):
    """(between, fall): the middle of each pair of neighbours among `_SIZES`, and the fall of log gap per check there."""
    problem = reference_problem(floor=-deposit)
    pay = two_actions(problem, _REPEATS, _SIZES, 0, first_best(problem).effort)
    logs, sizes = np.array([one.log_gap for one in pay]), np.array(_SIZES, dtype=float)
    return np.sqrt(sizes[:-1] * sizes[1:]), -np.diff(logs) / np.diff(sizes)


def _bell(x):
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
