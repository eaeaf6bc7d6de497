"""Figures about a true label that is not there: who takes the longer answer, and what Dawid and Skene make of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.estimation.intervals import binomial_interval
from annolib.figures.style import BLUE, GREY, INK, ORANGE, RED, canvas, describe
from annolib.monitors import SelfConsistency
from annolib.preferences.dawid_skene import dawid_skene, e_step, m_step, majority_beliefs
from annolib.preferences.observations import read_observations
from annolib.preferences.taste_groups import agreement_with_majority
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAIR = ("first", "second")
_LONGER, _SHORTER = ("15", "70"), ("58",)


def longer_answers(least=60) -> Figure:
    """How often each real worker takes the longer of two answers, with 95% Wilson intervals, sorted.

    Parameters
    ----------
    least : int
        Workers with fewer choices between answers of unequal length are left out.

    Examples
    --------
    >>> longer_answers(least=60).description.split(". ")[1]
    'From 14% (worker 47) to 85% (worker 15)'
    """
    least = int(whole("least", least, 1))
    counts = longer_counts()
    counts = counts[counts.choices >= least]
    counts = counts.assign(share=counts.longer / counts.choices).sort_values("share")
    low, high = binomial_interval(counts.longer, counts.choices, 0.95)
    figure, axes = canvas(height=4.8)
    rank = np.arange(len(counts))
    for colour, marker, who in ((GREY, "o", None), (RED, "D", _LONGER), (BLUE, "s", _SHORTER)):
        here = counts.index.isin(who or (*_LONGER, *_SHORTER)) ^ (who is None)
        axes.hlines(rank[here], low[here], high[here], color=colour, linewidth=2.2)
        axes.scatter(counts.share[here], rank[here], color=colour, marker=marker, zorder=3)
    axes.axvline(0.5, color=INK, linestyle=":", linewidth=1.2)
    axes.set_yticks(rank, [f"{who} ({n})" for who, n in counts.choices.items()], fontsize=8)
    axes.set(
        xlim=(0, 1),
        xlabel="share of choices that went to the longer answer (dotted: coin)",
        ylabel="worker (choices)",
        title="Some people take the longer answer, others the shorter",
    )
    ends = counts.index[0], counts.index[-1]
    return describe(
        figure,
        f"Share of choices that went to the longer answer, {len(counts)} workers with {least} choices or more.",
        f"From {counts.share.iloc[0]:.0%} (worker {ends[0]}) to {counts.share.iloc[-1]:.0%} (worker {ends[1]}).",
        f"For {int((high < 0.5).sum())} workers the whole interval lies below one half, "
        f"for {int((low > 0.5).sum())} above.",
    )


def accuracy_by_sweep(sweeps=12) -> Figure:
    """What Dawid and Skene's model thinks of four real workers, sweep by sweep.

    Parameters
    ----------
    sweeps : int
        How many sweeps of EM to draw, 2 to 60.

    Examples
    --------
    >>> accuracy_by_sweep(sweeps=12).description.split(". ")[1][:35]
    'After 12 sweeps: worker 58 at 0.93,'
    """
    sweeps = int(whole("sweeps", sweeps, 2, "Two sweeps make a line."))
    within("sweeps", sweeps, 2, 60, "More than 60 sweeps do not show a difference.")
    paths = _paths()[: sweeps + 1]
    figure, axes = canvas(width=6.8)
    style = {"58": (BLUE, "-"), "70": (ORANGE, "--"), "20": (GREY, "-."), "15": (RED, "-")}
    ends = np.array([paths[-1][who] for who in style])
    shown = ends.copy()
    for place in range(1, len(shown)):  # keep the names apart
        shown[place] = min(shown[place], shown[place - 1] - 0.045)
    for (who, (colour, line)), height in zip(style.items(), shown, strict=True):
        axes.plot([path[who] for path in paths], color=colour, linestyle=line, linewidth=2)
        axes.text(sweeps * 1.015, height, f"worker {who}", color=INK, va="center", fontsize=9)
    axes.plot([0, sweeps], [0.5, 0.5], color=INK, linestyle=":", linewidth=1.2)
    axes.set(
        xlim=(0, sweeps * 1.2),
        ylim=(0.3, 1),
        xlabel="sweeps of EM (0: agreement with the plain vote)",
        ylabel="accuracy, by the model",
        title="Sweep by sweep, worker 15 sinks below a coin",
    )
    words = ", ".join(f"worker {who} at {end:.2f}" for who, end in zip(style, ends, strict=True))
    first = ", ".join(f"worker {who} at {paths[0][who]:.2f}" for who in style)
    return describe(
        figure,
        f"Accuracy of four workers by the model, at the plain vote: {first}.",
        f"After {sweeps} sweeps: {words}.",
    )


def accuracy_and_repeats(least=10) -> Figure:
    """Accuracy by Dawid and Skene's model of three labels against self-agreement, a dot a worker.

    Parameters
    ----------
    least : int
        Workers with fewer repeat pairs (all pairs) are left out.

    Examples
    --------
    >>> accuracy_and_repeats(least=10).description.split(". ")[0]
    'Self-agreement and accuracy by the model, 19 workers: rank correlation 0.62'
    """
    least = int(whole("least", least))
    workers = datasets.load("llmfao-workers")
    workers = workers[workers.repeat_pairs >= least]
    own = workers.one_agreements / workers.one_pairs
    model = real_accuracy(ties=True)[workers.index]
    named = [who for who in ("15", "47", "20", "11") if who in workers.index]
    figure, axes = canvas(height=4)
    axes.scatter(own, model, s=workers.one_pairs * 6, color=BLUE, alpha=0.55, clip_on=False)
    for who in named:
        beside = {"xytext": (8, -3), "ha": "left"} if who == "47" else {"xytext": (-9, 0), "ha": "right"}
        place = {"textcoords": "offset points", "va": "center", **beside}
        axes.annotate(f"worker {who}", (own[who], model[who]), fontsize=9, **place)
    axes.set(
        xlim=(0.45, 1.02),
        ylim=(0.2, 1),
        xlabel="share of repeated items with the same label (area: items)",
        ylabel="accuracy, by the model",
        title="Grades and repeats go together, but loosely",
    )
    words = ", ".join(f"worker {who} {own[who]:.0%} and {model[who]:.2f}" for who in named)
    return describe(
        figure,
        f"Self-agreement and accuracy by the model, {len(workers)} workers: rank correlation "
        f"{own.rank().corr(model.rank()):.2f}.",
        f"Named: {words}.",
    )


def minority_accuracy(shared=0.3, certainty=0.35) -> Figure:
    """What a settled true label says of two careful groups, against the share of items on which they agree.

    Parameters
    ----------
    shared : float
        Share of the items on which both groups lean the same way, in [0, 1].
    certainty : float
        Distance γ of every preference from ½, in [0, ½].

    Examples
    --------
    >>> minority_accuracy(shared=0.3, certainty=0.35).description.split(". ")[1]
    'Marked: at 30% the larger group gets 0.85, the smaller group 0.36, a coin 0.50'
    """
    within("shared", shared, 0, 1, "It is a share of the items.")
    within("certainty", certainty, 0, 0.5, "It is the distance of a probability from one half.")
    small = [agreement_with_majority(end, certainty).smaller for end in (0, 1)]
    here = agreement_with_majority(shared, certainty)
    own = SelfConsistency(certainty**2).pass_probability(1.0)
    figure, axes = canvas(width=6.8, height=3.8)
    axes.plot([0, 1], [here.larger] * 2, color=ORANGE, linewidth=2, linestyle="--")
    axes.plot([0, 1], small, color=BLUE, linewidth=2.2)
    axes.plot([0, 1], [0.5, 0.5], color=INK, linestyle=":", linewidth=1.2)
    axes.plot([shared], [here.smaller], marker="o", color=BLUE, markersize=9, clip_on=False, zorder=3)
    axes.text(1.02, here.larger + 0.025, "larger group", color=INK, fontsize=9, va="bottom")
    axes.text(1.02, small[-1] - 0.025, "smaller group", color=INK, fontsize=9, va="top")
    axes.text(1.02, 0.5, "" if certainty < 0.12 else "a coin", color=INK, fontsize=9, va="center")
    lower, side = (
        here.smaller > 0.5,
        6 * (shared < 0.1) - 6 * (shared > 0.9),
    )  # clear of the axis and the names
    axes.annotate(
        f"{here.smaller:.2f}",
        (shared, here.smaller),
        xytext=(side, -30 if side < 0 else -18 if lower else 12),
        textcoords="offset points",
        ha="left" if side > 0 else "right" if side < 0 else "center",
        color=INK,
    )
    axes.set(
        xlim=(0, 1.28),
        ylim=(-0.05, 1.1),
        xticks=np.linspace(0, 1, 6),
        xlabel="share of items on which both groups lean the same way, s",
        ylabel="accuracy, by the model",
        title="Careful, and called worse than a coin while s is below one half"
        if certainty > 0
        else "Torn on every item: all are called coins",
    )
    return describe(
        figure,
        "Accuracy by a settled true label, for two groups that take full care; the smaller group's rises in a "
        f"straight line from {small[0]:.2f} to {small[-1]:.2f}.",
        f"Marked: at {shared:.0%} the larger group gets {here.larger:.2f}, the smaller group {here.smaller:.2f}, "
        "a coin 0.50.",
        f"Both groups repeat their own labels in {own:.1%}.",
    )


def three_worlds(effort=0.6, repeats=True) -> Figure:
    """How often two labels agree in three worlds whose tables look alike, by who gave the two.

    The share of left runs evenly from ½ − effort/2 to ½ + effort/2 over the items. World 1: everybody careful,
    certain, each with an own taste. World 2: one taste, certain, and this effort. World 3: one torn taste, careful.

    Parameters
    ----------
    effort : float
        Effort in world 2, in [0, 1].
    repeats : bool
        Whether to show the repeats, or only what single labels can tell.

    Examples
    --------
    >>> three_worlds(effort=0.6).description.split(". ")[1]
    'The same person twice: many tastes 100%, less care 56%, torn items 56%'
    """
    within("effort", effort, 0, 1, "Effort is a share.")
    people = 0.5 + effort**2 / 6  # ½ + 2 E(p̄ − ½)², p̄ − ½ uniform on ± effort/2
    names = ("many tastes", "less care", "torn items")
    rows = [("two people", (people, people, people), GREY, "//")]
    rows += [("the same person twice", (1.0, people, people), BLUE, "")] if repeats else []
    figure, axes = canvas(height=3.3)
    places, width = np.arange(3), 0.36 if repeats else 0.5
    for turn, (label, rates, colour, hatch) in enumerate(rows):
        at = places + (turn - 0.5) * 0.4 * repeats
        axes.barh(at, rates, width, color=colour, hatch=hatch, edgecolor="white", label=label)
        for place, rate in zip(at, rates, strict=True):
            axes.text(rate + 0.012, place, f"{rate:.0%}", va="center", color=INK)
    axes.set_yticks(places, [f"{number}: {name}" for number, name in enumerate(names, 1)])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    title = (
        "Repeats tell the first world from the others"
        if repeats
        else "Single labels: three worlds, one table"
    )
    axes.set(xlim=(0, 1.12), xlabel="chance that two labels of an item agree", ylabel="world", title=title)
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    said = [
        f"{label[0].upper()}{label[1:]}: "
        + ", ".join(f"{n} {r:.0%}" for n, r in zip(names, rates, strict=True))
        for label, rates, *_ in rows
    ]
    return describe(figure, *(f"{sentence}." for sentence in said), f"Effort in world 2: {effort:.2f}.")


@cache
def longer_counts():
    """Per real worker: how often the longer answer was taken, and of how many choices. First labels, no ties."""
    labels = datasets.load("llmfao-labels").dropna(subset="chose")
    longer = labels.chose == "longer"
    return longer.groupby(labels.worker).agg(["sum", "count"]).set_axis(["longer", "choices"], axis=1)


@cache
def real_accuracy(ties):
    """Accuracy of the real workers by Dawid and Skene's model, with ties as a third label or left out."""
    labels = datasets.load("llmfao-labels")
    labels = labels if ties else labels[labels.label != "tie"]
    return dawid_skene(labels, exchangeable=PAIR).to_frame().accuracy


@cache
def _paths():
    """Accuracies by worker after each of 60 plain sweeps, from the vote."""
    labels = datasets.load("llmfao-labels")
    votes = read_observations(labels[labels.label != "tie"])
    belief, swap, found = majority_beliefs(votes), np.array([1, 0]), []
    for _ in range(61):
        prior, confusion = m_step(votes, belief, swap=swap)
        found.append(dict(zip(votes.workers, confusion[:, 0, 0].tolist(), strict=True)))
        belief, _ = e_step(votes, prior, confusion)
    return found
