"""Figures of people who game the checks: which check whom, and what a mix of checks catches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annolib.annotators.gaming import HONEST, STRATEGIES, CheckStrengths, gaming_table, mix_designs
from annolib.figures.style import BLUE, GREY, INK, RED, canvas, describe
from annolib.planning.check_mix import ABOVE, BELOW, alarm_chance, alarm_line
from annolib.validation import one_whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def gaming_map(kappa=0.15, gamma=0.45) -> Figure:
    """How often each strategy passes each kind of check: a map of squares, the rate in each.

    Parameters
    ----------
    kappa : float
        Strength of the ordinary items, in [0, ¼].
    gamma : float
        Strength of the golden questions, in [0, ½].

    Examples
    --------
    >>> gaming_map().description.split(": ")[1].split("; ")[:3]
    ['remembers by 2 of 9 kinds', 'knows golden by 2 of 9 kinds', 'copies by 7 of 9 kinds']
    """
    table = gaming_table(strengths=CheckStrengths(kappa, gamma))
    figure, axes = canvas(width=8.4, height=4.6)
    axes.grid(visible=False)
    fooled = {}
    for column, who in enumerate(table):
        fits = table[who] > table["careful"] - 0.05
        fooled[who] = int(fits.sum())
        for row, rate in enumerate(table[who]):
            passes = bool(fits.iloc[row])
            colour = BLUE if who in HONEST and passes else RED if passes else GREY
            axes.scatter(
                column, row, marker="s", s=880, color=colour, alpha=0.85 if passes else 0.25, linewidth=0
            )
            ink = "#ffffff" if passes else INK
            axes.text(column, row, f"{rate:.2f}", ha="center", va="center", fontsize=10, color=ink)
    axes.set_xticks(range(table.shape[1]), table.columns, fontsize=9)
    axes.set_yticks(range(len(table)), table.index, fontsize=9)
    axes.set(
        xlim=(-0.5, table.shape[1] - 0.5),
        ylim=(len(table) - 0.5, -0.5),
        xlabel="who",
        ylabel="kind of check",
        title="Share of checks passed; filled: no worse than the careful",
    )
    cheats = [f"{who} by {count} of {len(table)} kinds" for who, count in fooled.items() if who not in HONEST]
    return describe(
        figure,
        f"Shares of passed checks for {table.shape[1]} people and {len(table)} kinds of checks.",
        f"Taken for careful, within 5 points or above: {'; '.join(cheats)}.",
        f"The minority is as good as the careful by {fooled['minority']} kinds; private peers pass it in "
        f"{table.loc['peer, private', 'minority']:.0%}.",
    )


def mix_alarms(
    repeats=20, golden=0, peers=0, peer_alarm=BELOW, hidden=True, error_rate=0.05, power=0.9
) -> Figure:
    """Chance that a mix of checks raises an alarm about each person; one exact test for each kind that is used.

    Parameters
    ----------
    repeats, golden, peers : int
        Checks of each kind; 0 leaves the kind out.
    peer_alarm : {"below", "above"}
        Whether too few agreements with peers raise an alarm, or too many.
    hidden : bool
        As for `annolib.mix_designs`.
    error_rate : float
        Bound on the chance that an honest person is accused; the tests share it.
    power : float
        The chance wanted for each who games.

    Examples
    --------
    >>> mix_alarms(golden=10, repeats=0).description.split(". ")[0]
    '10 checks: caught with 90% or more: 5 of 5 who game'
    """
    table = gaming_table(mix_designs(bool(hidden)))
    error_rate = float(within("error_rate", error_rate, 0, 0.5, "Give 0.05, say."))
    if peer_alarm not in (BELOW, ABOVE):
        raise ValueError(f"peer_alarm must be {BELOW!r} or {ABOVE!r}; saw {peer_alarm!r}.")
    counts = {
        name: one_whole(name, number)
        for name, number in (("repeats", repeats), ("golden", golden), ("peers", peers))
    }
    missed, used = pd.Series(1.0, table.columns), sum(number > 0 for number in counts.values())
    for (kind, rates), number in zip(table.iterrows(), counts.values(), strict=True):
        if number:
            alarm = peer_alarm if kind == "peer" else BELOW
            line = alarm_line(number, rates[list(HONEST)], error_rate / used, alarm)
            missed *= 1 - alarm_chance(line, number, rates.to_numpy(), alarm)
    caught = 1 - missed
    honest = caught.index.isin(HONEST)
    figure, axes = canvas(width=6.4, height=3.6)
    place = np.arange(len(caught))[::-1]
    axes.hlines(place, 0, caught, color=GREY, linewidth=1.2)
    axes.scatter(caught[honest], place[honest], color=BLUE, marker="o", s=64, zorder=3, clip_on=False)
    axes.scatter(caught[~honest], place[~honest], color=RED, marker="D", s=56, zorder=3, clip_on=False)
    axes.vlines(error_rate, place[honest].min() - 0.4, place[honest].max() + 0.4, color=INK, linestyle=":")
    axes.vlines(power, place[~honest].min() - 0.4, place[~honest].max() + 0.4, color=INK, linestyle=":")
    axes.set_yticks(place, STRATEGIES)
    good = int((caught[~honest] >= power).sum())
    total = sum(counts.values())
    axes.set(
        xlim=(-0.02, 1.02),
        xlabel="chance of an alarm (dotted: what is wanted)",
        ylabel="who",
        title=f"{total} checks: {good} of {(~honest).sum()} who game are caught",
    )
    worst = caught[~honest].idxmin()
    return describe(
        figure,
        f"{total} checks: caught with {power:.0%} or more: {good} of {(~honest).sum()} who game.",
        f"The hardest to catch is {worst}, {caught[worst]:.1%}; an honest person is accused with at most "
        f"{caught[honest].max():.2%}. "
        + " ".join(f"{who} {chance:.3f};" for who, chance in caught.items()).rstrip(";")
        + ".",
    )
