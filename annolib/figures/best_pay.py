"""Figures about the best pay of all: pay by the slope alone, steps against curves, a score in cells, two kinds of checks.

All are about the course's example: self-consistency checks, u(w) = 1 − e^(−w), effort costs η²/2, effort is worth
0.6·η(2 − η), walking away gives 0. One unit of money is 100 euros per batch of labels.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.optimal.first_order import first_order_wages
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, canvas, describe
from annolib.monitors.two_labels import Golden, SelfConsistency
from annolib.numerics.binomials import log_pmf
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EUROS = 100  # one unit of money in the story
REPEATS = SelfConsistency(kappa=0.15)
_EFFORTS = np.linspace(0, 1, 251)
_STYLES = ((RED, ":"), (ORANGE, "--"), (PURPLE, "-."), (BLUE, "-"))


def slope_alone(checks=60, deposit=0.0) -> Figure:
    """The cheapest pay with the right slope at the first-best effort, and what each effort gives the agent under it.

    Parameters
    ----------
    checks : int
        Repeated items, 30 to 1,000; κ is 0.15.
    deposit : float
        Euros that the agent can lose, 0 to 50: no wage is lower than minus this.

    Examples
    --------
    >>> slope_alone().description.split(". ")[1]
    'Effort 0.00 gains 0.0323 over the effort asked for, 0.51'
    >>> slope_alone(60, 20).description.split(". ")[1]
    'No effort gains anything over the effort asked for, 0.51'
    """
    n = int(whole("checks", checks, 30))
    within("checks", n, 30, 1000, "It is the number of checks.")
    within("deposit", deposit, 0, 50, "It is in euros.")
    problem, asked = reference_problem(), first_best(reference_problem()).effort
    wages = first_order_wages(problem.with_floor(-deposit / EUROS), REPEATS, n, asked)
    payoff = _payoffs(wages, n, _EFFORTS)
    own = float(_payoffs(wages, n, np.array([asked]))[0])
    top = int(payoff.argmax())
    gain = float(payoff[top] - own)
    figure, (left, right) = canvas(columns=2, width=7.6, height=3.8)
    k = _window(n, (0.0, asked))
    floor, ceiling = _humps(left, n, asked, EUROS * wages[k])
    left.plot(k, EUROS * wages[k], color=BLUE, linewidth=2.2)
    left.axhline(0, color=INK, linewidth=0.8)
    left.set(xlim=(k[0], k[-1]), ylim=(floor, ceiling), xlabel=f"passes of {n:,}", ylabel="wage in euros")
    left.set_title(f"right slope at effort {asked:.2f}, no wage below {0 - deposit:.0f}", fontsize=10)
    left.legend(frameon=False, fontsize=8, loc="upper left")
    right.plot(_EFFORTS, payoff - own, color=BLUE, linewidth=2.2)
    right.axhline(0, color=GREY, linestyle=":")
    right.plot([asked], [0], marker="s", color=GREEN, markersize=8, zorder=3)
    beaten = gain > 1e-6
    if beaten:
        right.plot([_EFFORTS[top]], [gain], marker="o", color=RED, markersize=9, clip_on=False, zorder=3)
    high = max(gain, 0.01)
    right.set(xlim=(0, 1), ylim=(-2.5 * high, 1.6 * high), xlabel="effort η (square: asked for)")
    right.set_ylabel("gain over the effort asked for")
    right.set_title(
        f"effort {_EFFORTS[top]:.2f} gains {gain:.4f}" if beaten else "no effort gains", fontsize=10
    )
    first = (
        f"Effort {_EFFORTS[top]:.2f} gains {gain:.4f} over the effort asked for, {asked:.2f}."
        if beaten
        else f"No effort gains anything over the effort asked for, {asked:.2f}."
    )
    return describe(
        figure,
        f"Pay for 0 to {n:,} passes that solves the local condition alone, no wage below {0 - deposit:.0f} euros.",
        first,
        f"{round(n / 2)} passes pay {EUROS * wages[round(n / 2)]:.1f} euros, {k[-1]} passes {EUROS * wages[k[-1]]:.1f}.",
    )


def pay_shapes(pays=None) -> Figure:
    """What several contracts pay for how many passes, with the passes of an idle agent and of one who works.

    Parameters
    ----------
    pays : dict of str to SecondBest, optional
        Up to four results of `second_best` for the same n, by name. Left out: one and two thresholds and the best of all
        wages for 60 checks, with a deposit of 20 euros.

    Examples
    --------
    >>> pay_shapes().description.split(". ")[1]
    'one threshold: loses 1.19 euros a batch, pays from -8.6 to 24.4 euros'
    """
    pays = _three() if pays is None else dict(pays)
    if not 1 <= len(pays) <= len(_STYLES) or len({pay.n for pay in pays.values()}) != 1:
        raise ValueError(f"pays must be one to {len(_STYLES)} results for the same n; saw {list(pays)}.")
    last = list(pays.values())[-1]
    n, k = last.n, _window(last.n, (0.0, last.effort))
    wages = {name: EUROS * np.asarray(pay.contract.wage(k)) for name, pay in pays.items()}
    figure, axes = canvas(height=4.0)
    floor, ceiling = _humps(axes, n, last.effort, np.concatenate(list(wages.values())))
    for (name, pay), (colour, style) in zip(pays.items(), _STYLES[-len(pays) :], strict=True):
        steps = pay.family in ("binary", "tiered", "flat")
        axes.plot(
            k,
            wages[name],
            color=colour,
            linestyle=style,
            linewidth=2,
            drawstyle="steps-mid" if steps else "default",
            label=f"{name}, loses {EUROS * pay.gap:.2f}",
        )
    axes.set(xlim=(k[0], k[-1]), ylim=(floor, ceiling), xlabel=f"passes of {n:,}", ylabel="wage in euros")
    axes.set_title("The same effort bought with steps and with a curve")
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    said = [
        f"{name}: loses {EUROS * pay.gap:.2f} euros a batch, pays from {wages[name].min():.1f} to {wages[name].max():.1f} euros."
        for name, pay in pays.items()
    ]
    return describe(figure, f"Wages in euros for {k[0]} to {k[-1]} passes of {n:,} checks.", *said)


def score_cells(first=0.0, second=0.0) -> Figure:
    """The score as a normal variable, cut into cells: what one step of pay in each cell keeps of it.

    Parameters
    ----------
    first, second : float
        Where the thresholds lie, in standard deviations of the score, −3 to 3; equal ones are one threshold.

    Examples
    --------
    >>> score_cells().description.split(". ")[1]
    '1 threshold keeps 64 % of the variance of the score, so the gap is 1.57 times that of the best pay'
    """
    cuts = np.unique([float(within("first", first, -3, 3)), float(within("second", second, -3, 3))])
    masses, means = cells(cuts)
    kept = float(masses @ means**2)
    s = np.linspace(-3.2, 3.2, 400)
    figure, axes = canvas(height=4.0)
    bell = np.exp(-0.5 * s * s)
    axes.fill_between(s, -3.2, -3.2 + 1.4 * bell, color=GREY, alpha=0.3, linewidth=0)
    axes.plot(s, s, color=GREY, linestyle=":", linewidth=1.8, label="best pay: the score itself")
    axes.plot(
        s, means[np.searchsorted(cuts, s)], color=BLUE, linewidth=2.4, label="steps: the mean of each cell"
    )
    for cut in cuts:
        axes.axvline(cut, color=ORANGE, linestyle="--", linewidth=1.4)
    axes.set(
        xlim=(-3.2, 3.2),
        ylim=(-3.2, 3.2),
        xlabel="score of the passes, in standard deviations",
        ylabel="pay, as a deviation from its mean",
    )
    word = "threshold" if cuts.size == 1 else "thresholds"
    verb = "keeps" if cuts.size == 1 else "keep"
    axes.set_title(
        f"{cuts.size} {word}: {kept:.0%} of the score kept, {1 / kept:.2f} times the best gap", fontsize=11
    )
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    return describe(
        figure,
        f"The score of the passes with {cuts.size} {word} at {' and '.join(f'{cut:.2f}' for cut in cuts)} standard deviations.",
        f"{cuts.size} {word} {verb} {100 * kept:.0f} % of the variance of the score, so the gap is {1 / kept:.2f} times that of the best pay.",
        f"The cells are met with probability {', '.join(f'{mass:.2f}' for mass in masses)}.",
    )


def two_kinds(repeats=30, golden=10) -> Figure:
    """Passes of two kinds of checks that the best line pays alike, and passes that are alike if all are counted once.

    Parameters
    ----------
    repeats, golden : int
        Checks of each kind, at least 2.

    Examples
    --------
    >>> two_kinds().description.split(". ")[1]
    'The score counts a golden pass as 2.15 passes of a repeat; counted alike, 12 % of the information is lost'
    """
    sizes = [int(whole("repeats", repeats, 2)), int(whole("golden", golden, 2))]
    effort = first_best(reference_problem()).effort
    kinds = (REPEATS, Golden())
    q, rise = (np.array([float(each(effort)) for each in side]) for side in _sides(kinds))
    spread = q * (1 - q)
    weight = rise / spread
    kept = (np.sum(sizes * rise) ** 2 / np.sum(sizes * spread)) / np.sum(sizes * rise**2 / spread)
    figure, axes = canvas(height=4.2)
    around = np.linspace(0, 2 * np.pi, 120)
    for one, colour, style in ((0.0, GREY, "--"), (effort, ORANGE, "-")):
        q1 = np.array([float(kind.pass_probability(one)) for kind in kinds])
        sd = np.sqrt(sizes * q1 * (1 - q1))
        axes.plot(
            *(sizes[i] * q1[i] + 1.5 * sd[i] * wave(around) for i, wave in enumerate((np.cos, np.sin))),
            color=colour,
            linestyle=style,
            linewidth=1.8,
            label=f"passes at effort {one:.2f}",
        )
    x = np.linspace(0, sizes[0], 3)
    for ratio, colour, style, name in (
        (weight[0] / weight[1], BLUE, "-", "paid alike by the score"),
        (1.0, RED, ":", "paid alike if all passes count once"),
    ):
        for shift in (-3, 0, 3):
            y = sizes[1] * (0.5 + q[1]) / 2 + shift + ratio * (sizes[0] * (0.5 + q[0]) / 2 - x)
            axes.plot(x, y, color=colour, linestyle=style, linewidth=1.8, label=name if shift == 0 else None)
    axes.set(xlim=(0.25 * sizes[0], 0.85 * sizes[0]), ylim=(0, sizes[1] + 0.3))
    axes.set(xlabel=f"repeats that agree, of {sizes[0]}", ylabel=f"golden questions right, of {sizes[1]}")
    axes.set_title(f"A golden pass weighs {weight[1] / weight[0]:.2f} passes of a repeat")
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    return describe(
        figure,
        f"Passes of {sizes[0]} repeats and {sizes[1]} golden questions, with lines of equal pay and where an idle and a working agent lie.",
        f"The score counts a golden pass as {weight[1] / weight[0]:.2f} passes of a repeat; counted alike, {1 - kept:.0%} of the "
        "information is lost.".replace("%", " %"),
        f"At effort {effort:.2f} a repeat agrees with probability {q[0]:.2f} and a golden question is right with {q[1]:.2f}.",
    )


def cells(cuts):
    """Probability and mean of a standard normal variable in each cell between sorted cuts.

    Examples
    --------
    >>> masses, means = cells([0.0])
    >>> [round(float(mean), 4) for mean in means]
    [-0.7979, 0.7979]
    """
    edges = np.concatenate([[-np.inf], np.asarray(cuts, dtype=float), [np.inf]])
    bell = np.exp(-0.5 * edges**2) / np.sqrt(2 * np.pi)
    masses = np.where(edges[1:] > 0, ndtr(-edges[:-1]) - ndtr(-edges[1:]), ndtr(edges[1:]) - ndtr(edges[:-1]))
    return masses, -np.diff(bell) / masses


def _sides(kinds):
    return [kind.pass_probability for kind in kinds], [kind.slope for kind in kinds]


@lru_cache(maxsize=1)
def _three():
    problem = reference_problem()
    return {
        "one threshold": second_best(problem, REPEATS, 60, "binary", floor=-0.2),
        "two thresholds": second_best(problem, REPEATS, 60, "tiered", tiers=2, floor=-0.2),
        "best of all": second_best(problem, REPEATS, 60, "optimal", floor=-0.2),
    }


def _law(n, efforts):
    """Probabilities of 0, …, n passes, a row for each effort."""
    q = np.asarray(REPEATS.pass_probability(efforts), dtype=float)[:, None]
    return np.exp(log_pmf(np.arange(n + 1.0), n, q, 1 - q))


def _payoffs(wages, n, efforts):
    return _law(n, efforts) @ -np.expm1(-wages) - efforts**2 / 2


def _window(n, efforts):
    """The counts from 2.5 standard deviations below the lower mean to as many above the higher."""
    q = [float(REPEATS.pass_probability(effort)) for effort in efforts]
    reach = 1.25 * np.sqrt(n)
    return np.arange(max(int(n * min(q) - reach), 0), min(int(n * max(q) + reach), n) + 1)


def _humps(axes, n, effort, wages):
    """Draws how likely each count is along the bottom; the limits of the wages that leave room for it."""
    low, high = min(float(wages.min()), 0.0), float(wages.max())
    room = max(high - low, 1.0)
    floor, k = low - 0.35 * room, np.arange(n + 1)
    for one, colour, style in ((0.0, GREY, "--"), (effort, GREEN, "-")):
        law = _law(n, np.array([one]))[0]
        axes.plot(
            k,
            floor + 0.28 * room * law / law.max(),
            color=colour,
            linestyle=style,
            linewidth=1.4,
            label=f"passes at effort {one:.2f}",
        )
    return floor, high + 0.45 * room
