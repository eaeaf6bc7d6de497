"""Figures about the simulated twin, in which the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.estimation.effort import estimate_effort
from annolib.figures.style import BLUE, GREEN, GREY, INK, PURPLE, RED, canvas, describe
from annolib.monitors.many_labels import SelfConsistencyLabels
from annolib.tables.tallies import tally
from annolib.validation import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARKS = {
    "attentive": (BLUE, "o"),
    "always-left": (RED, "<"),
    "always-tie": (PURPLE, "s"),
    "longer-one": (GREEN, "D"),
}


def twin_recovery(least=10, confidence=0.95) -> Figure:
    """Estimated against true effort for the twin's workers, with intervals; habits are marked.

    Parameters
    ----------
    least : int
        Workers with fewer repeat pairs are left out.
    confidence : float
        Coverage that the intervals promise for independent pairs.

    Examples
    --------
    >>> twin_recovery(least=10).description.split(". ")[0]
    'Estimated against true effort for 19 workers of the twin with 10 repeat pairs or more'
    """
    least = int(whole("least", least, 1))
    truth = datasets.load("twin-truth")[["behaviour", "effort"]]
    workers = truth.join(tally(datasets.load("twin")).to_frame())
    workers = workers[workers.repeat_pairs >= least]
    monitor = SelfConsistencyLabels(datasets.twin_concentration())
    found = estimate_effort(workers.repeat_agreements, workers.repeat_pairs, monitor, confidence=confidence)
    workers = workers.assign(found=found.effort, low=found.low, high=found.high)
    figure, axes = canvas(width=5.6, height=4.4)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2)
    workers = workers.sort_values("behaviour")
    habit = workers.behaviour != "attentive"
    aside = workers.effort - 0.04 * np.where(habit, habit.cumsum(), 0)
    left = -0.04 * (habit.sum() + 1)
    axes.axvspan(left, -0.02, color=GREY, alpha=0.12, linewidth=0)
    axes.text(left / 2 - 0.01, 0.02, "habits", color=INK, ha="center", va="bottom", fontsize=9)
    for behaviour, (colour, marker) in _MARKS.items():
        some = workers[workers.behaviour == behaviour]
        axes.vlines(aside[some.index], some.low, some.high, color=colour, alpha=0.4, linewidth=2)
        axes.scatter(
            aside[some.index],
            some.found,
            color=colour,
            marker=marker,
            s=45,
            label=behaviour,
            zorder=3,
            clip_on=False,
        )
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)
    axes.set(
        xlim=(left, 1.03),
        xticks=np.linspace(0, 1, 6),
        ylim=(-0.03, 1.05),
        xlabel="true effort",
        ylabel=f"estimated effort with {confidence:.0%} interval",
        title=f"{len(workers)} workers of the twin (habits: true effort 0)",
    )
    judging = workers[workers.behaviour == "attentive"]
    held = int(((judging.low <= judging.effort) & (judging.effort <= judging.high)).sum())
    habits = workers[workers.behaviour != "attentive"]
    listed = ", ".join(
        f"{kind} {effort:.2f}" for kind, effort in zip(habits.behaviour, habits.found, strict=True)
    )
    return describe(
        figure,
        f"Estimated against true effort for {len(workers)} workers of the twin with {least} repeat pairs or more.",
        f"Of {len(judging)} attentive workers {held} have an interval that holds the true effort.",
        f"Workers with a habit have true effort 0 and get: {listed}.",
    )
