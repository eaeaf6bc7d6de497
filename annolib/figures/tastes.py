"""Figures about taste: what Bradley-Terry says of one pair, and what a majority says of a minority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib.figures.style import BLUE, GREY, INK, ORANGE, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.preferences.models import bradley_terry
from annolib.preferences.taste_groups import agreement_with_majority
from annolib.validation import within

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bradley_terry_curve(difference=1.0) -> Figure:
    """The chance of preferring the left answer, against the difference of two rewards.

    Parameters
    ----------
    difference : float
        Reward of the left answer minus reward of the right one, in [-5, 5].

    Examples
    --------
    >>> bradley_terry_curve(difference=1.0).description.split(". ")[1]
    'Marked: a difference of +1.0 gives 73.1%; the same difference the other way round gives 26.9%.'
    """
    within("difference", difference, -5, 5, "The figure shows differences from -5 to 5.")
    grid = np.linspace(-5, 5, 201)
    chance = bradley_terry(difference)
    figure, axes = canvas()
    axes.plot(grid, bradley_terry(grid), color=BLUE, linewidth=2.2)
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1.2)
    axes.plot([difference, difference, -5], [0, chance, chance], color=ORANGE, linestyle="--", linewidth=1.2)
    axes.plot([difference], [chance], marker="o", color=ORANGE, markersize=9, clip_on=False, zorder=3)
    beside = {"xytext": (12, -14), "ha": "left"}
    if abs(difference) > 2.5:
        beside = {"xytext": (8, 14), "ha": "left"} if difference < 0 else {"xytext": (-8, -22), "ha": "right"}
    axes.annotate(
        f"{difference:+.1f} → {chance:.1%}",
        (difference, chance),
        textcoords="offset points",
        color=INK,
        **beside,
    )
    axes.set(
        xlim=(-5, 5),
        ylim=(0, 1.02),
        xlabel="reward of the left answer − reward of the right answer",
        ylabel="chance of choosing left",
        title="Bradley-Terry: from rewards to a preference",
    )
    return describe(
        figure,
        "Chance of choosing the left answer, an S-curve through 50% at equal rewards.",
        f"Marked: a difference of {difference:+.1f} gives {chance:.1%}; "
        f"the same difference the other way round gives {1 - chance:.1%}.",
    )


def taste_and_majority(shared=0.3, certainty=0.4, others=101, minority=0.4) -> Figure:
    """Agreement with the majority, and with oneself, of three annotators; two of them take full care.

    A crowd has two taste groups. On a share of the items both groups lean to the same answer, on the rest to
    opposite ones. On every item each group's preference is ½ ± `certainty`.

    Parameters
    ----------
    shared : float
        Share of items on which both groups lean the same way, in [0, 1].
    certainty : float
        How far a preference is from ½, in [0, ½].
    others : int
        How many other people vote on an item, odd.
    minority : float
        Share of the smaller group, in [0, ½].

    Examples
    --------
    >>> print(taste_and_majority(shared=0.3, certainty=0.4, others=101).description)
    Agreement with the majority of 101 others: larger group 87%, smaller group 37%, coin flipper 50%. \
Agreement with one's own earlier label: larger group 82%, smaller group 82%, coin flipper 50%. \
Both groups take full care; the smaller one is 40% of the crowd.
    """
    panel = agreement_with_majority(shared, certainty, minority=minority, others=others)
    names = ("larger group", "smaller group", "coin flipper")
    majority = np.array([panel.larger, panel.smaller, panel.coin])
    careful = SelfConsistency(certainty**2).pass_probability(1.0)
    own = np.array([careful, careful, 0.5])
    figure, axes = canvas(height=3.3)
    places = np.arange(3)
    for shift, rates, colour, hatch, label in (
        (-0.2, majority, ORANGE, "//", "agrees with the majority"),
        (0.2, own, BLUE, "", "agrees with their own repeat"),
    ):
        axes.barh(places + shift, rates, 0.36, color=colour, hatch=hatch, edgecolor="white", label=label)
        for place, rate in zip(places + shift, rates, strict=True):
            axes.text(rate + 0.012, place, f"{rate:.0%}", va="center", color=INK)
    axes.axvline(0.5, color=INK, linestyle=":", linewidth=1.2)
    shares = (f"\n({1 - minority:.0%} of the crowd)", f"\n({minority:.0%} of the crowd)", "")
    axes.set_yticks(places, [name + share for name, share in zip(names, shares, strict=True)])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(
        xlim=(0, 1.1),
        xlabel="share of labels (dotted: coin flips)",
        ylabel="annotator",
        title=f"Same lean on {shared:.0%} of the items; {others:,} other voter{'s' * (others > 1)}",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    shown = [
        ", ".join(f"{n} {r:.0%}" for n, r in zip(names, rates, strict=True)) for rates in (majority, own)
    ]
    return describe(
        figure,
        f"Agreement with the majority of {others:,} others: {shown[0]}.",
        f"Agreement with one's own earlier label: {shown[1]}.",
        f"Both groups take full care; the smaller one is {minority:.0%} of the crowd.",
    )
