"""Figures about real and simulated annotators, one mark a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.estimation.intervals import binomial_interval
from annolib.figures.style import BLUE, GREY, INK, RED, canvas, describe, literal
from annolib.validation import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def worker_habits(workers=None, least=30) -> Figure:
    """Share of ties against share of left among the other labels, a dot a worker.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker with `judgements`, `tie_rate` and `left_rate`; the shipped real table if left out.
    least : int
        Workers with fewer judgements are left out.

    Examples
    --------
    >>> worker_habits(least=30).description.split(". ")[0]
    'Share of ties and share of left among the other labels for 49 workers with 30 judgements or more'
    """
    workers = _rows(workers, "judgements", least)
    figure, axes = canvas()
    axes.scatter(workers.tie_rate, workers.left_rate, s=workers.judgements / 5, color=BLUE, alpha=0.65)
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1.2)
    axes.text(0.79, 0.505, "no preferred side", color=GREY, ha="right", va="bottom", fontsize=9)
    evidence = (workers.left - workers.right) / np.sqrt(workers.left + workers.right)
    named = {workers.left_rate.idxmax(): (46, 14), evidence.idxmax(): (52, -24)}
    for worker, side in named.items():
        axes.annotate(
            f"worker {literal(worker)}",
            workers.loc[worker, ["tie_rate", "left_rate"]],
            xytext=side,
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8},
            ha="center",
            fontsize=9,
        )
    axes.set(
        xlim=(-0.02, 0.8),
        ylim=(0.3, 0.85),
        xlabel="share of ties among all labels",
        ylabel="share of left among the rest",
        title=f"{len(workers)} workers, {least} judgements or more (area: judgements)",
    )
    return describe(
        figure,
        f"Share of ties and share of left among the other labels for {len(workers)} workers with {least} "
        "judgements or more.",
        f"Ties go from {workers.tie_rate.min():.0%} to {workers.tie_rate.max():.0%}, "
        f"left from {workers.left_rate.min():.0%} to {workers.left_rate.max():.0%}.",
        f"The strongest evidence of a preferred side is worker {evidence.idxmax()}'s, "
        f"{evidence.max():.1f} standard errors from one half.",
    )


def same_and_swapped(workers=None, least=10) -> Figure:
    """Self-agreement with the sides kept against self-agreement with the sides swapped.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker with `repeat_pairs` and pairs and agreements of both kinds; the shipped real table
        if left out.
    least : int
        Workers with fewer repeat pairs are left out.

    Examples
    --------
    >>> same_and_swapped(least=10).description.split(". ")[1]
    'Far below the diagonal: worker 11 (100% and 24%), worker 20 (89% and 17%)'
    """
    workers = _rows(workers, "repeat_pairs", least)
    workers = workers[(workers.same_pairs > 0) & (workers.swapped_pairs > 0)]
    same = workers.same_agreements / workers.same_pairs
    swapped = workers.swapped_agreements / workers.swapped_pairs
    far = same - swapped > 0.4
    figure, axes = canvas(width=5.4, height=4.2)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2)
    area = 2 * workers.repeat_pairs
    axes.scatter(same[~far], swapped[~far], color=BLUE, alpha=0.5, s=area[~far], clip_on=False)
    axes.scatter(same[far], swapped[far], color=RED, marker="D", s=area[far], clip_on=False)
    both = int(((same == 1) & (swapped == 1)).sum())
    axes.annotate(
        f"{both} workers\nat 100% and 100%",
        (0.97, 1),
        (0.62, 0.88),
        ha="right",
        va="center",
        fontsize=9,
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8},
    )
    for worker in workers.index[far]:
        axes.annotate(
            f"worker {literal(worker)}",
            (same[worker], swapped[worker]),
            xytext=(-9, 0),
            textcoords="offset points",
            ha="right",
            va="center",
        )
    axes.set(
        xlim=(0, 1.05),
        ylim=(0, 1.05),
        xlabel="repeats agree, sides kept",
        ylabel="repeats agree, sides swapped",
        title="The same item again, sides kept or swapped (area: pairs)",
    )
    named = (
        ", ".join(f"worker {w} ({same[w]:.0%} and {swapped[w]:.0%})" for w in workers.index[far]) or "nobody"
    )
    return describe(
        figure,
        f"Self-agreement with sides kept and with sides swapped, {len(workers)} workers with {least} repeat "
        "pairs or more.",
        f"Far below the diagonal: {named}.",
        f"The others lie near it, {same[~far].min():.0%} or more with sides kept and "
        f"{swapped[~far].min():.0%} or more with sides swapped.",
    )


def consistency_ladder(workers=None, least=10, confidence=0.95) -> Figure:
    """Self-agreement of each worker with a Wilson interval, sorted; one pair an item, so that pairs are independent.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker with `repeat_pairs`, `one_pairs` and `one_agreements`; the shipped real table if left out.
    least : int
        Workers with fewer repeat pairs (all pairs) are left out.
    confidence : float
        Coverage that the intervals promise.

    Examples
    --------
    >>> consistency_ladder(least=10).description.split(". ")[0]
    'Self-agreement of 19 workers, one pair an item, from 56% to 100%; 8 are at exactly 100%'
    """
    workers = _rows(workers, "repeat_pairs", least)
    rate = workers.one_agreements / workers.one_pairs
    order = workers.assign(rate=rate).sort_values(["rate", "one_pairs"]).index
    workers, rate = workers.loc[order], rate[order]
    low, high = binomial_interval(workers.one_agreements, workers.one_pairs, confidence)
    figure, axes = canvas(height=4.6)
    rank = np.arange(len(workers))
    axes.hlines(rank, low, high, color=GREY, linewidth=2.4)
    axes.scatter(rate, rank, color=BLUE, zorder=3, clip_on=False)
    axes.set_yticks(rank, [f"{literal(w)} ({n})" for w, n in workers.one_pairs.items()], fontsize=8)
    axes.axvline(1 / 3, color=INK, linestyle=":", linewidth=1.2)
    axes.text(1 / 3 + 0.01, len(workers) - 1, "random labels", fontsize=9, va="center")
    axes.set(
        xlim=(0.15, 1.02),
        xlabel="share of repeated items whose first two labels agree",
        ylabel="worker (repeated items)",
        title=f"Self-agreement with {confidence:.0%} intervals",
    )
    width = high - low
    return describe(
        figure,
        f"Self-agreement of {len(workers)} workers, one pair an item, from {rate.min():.0%} to "
        f"{rate.max():.0%}; {int((rate == 1).sum())} are at exactly 100%.",
        f"The intervals are {width.min():.2f} to {width.max():.2f} wide.",
    )


def consistency_and_others(workers=None, least=10) -> Figure:
    """Self-agreement against agreement with other workers (left) and with the answer key (right), a dot a worker.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker; the shipped real table if left out.
    least : int
        Workers with fewer repeat pairs are left out; on the right also those with fewer than 8 keyed labels.

    Examples
    --------
    >>> consistency_and_others().description.split(". ")[0]
    'Self-agreement and agreement with other workers, 19 workers: rank correlation 0.60'
    """
    workers = _rows(workers, "repeat_pairs", least)
    keyed = workers[workers.key_checks >= 8]
    panels = (
        ("other workers", workers.peer_agreement),
        ("the answer key", keyed.key_agreements / keyed.key_checks),
    )
    own = workers.repeat_agreements / workers.repeat_pairs
    figure, axes = canvas(columns=2, width=8.6, height=3.8)
    sentences = []
    for each, (whom, other) in zip(axes, panels, strict=True):
        mine = own[other.index]
        each.scatter(
            mine, other, s=workers.repeat_pairs[other.index] * 2, color=BLUE, alpha=0.6, clip_on=False
        )
        for worker in mine.nsmallest(3).index:
            place = {"xytext": (9, -3), "textcoords": "offset points"}
            each.annotate(f"worker {literal(worker)}", (mine[worker], other[worker]), fontsize=9, **place)
        each.set(
            xlim=(0.45, 1.02),
            xlabel="repeats that agree (all pairs)",
            ylabel=f"labels that agree with {whom}",
            title=f"{len(other)} workers (area: repeat pairs)",
        )
        rank = mine.rank().corr(other.rank())
        sentences.append(
            f"Self-agreement and agreement with {whom}, {len(other)} workers: rank correlation {rank:.2f}. "
            f"At 100% self-agreement, agreement with {whom} goes from {other[mine == 1].min():.0%} "
            f"to {other[mine == 1].max():.0%}."
        )
    return describe(figure, *sentences)


def _rows(workers, column, least):
    least = int(whole("least", least))
    workers = datasets.load("llmfao-workers") if workers is None else workers
    return workers[workers[column] >= least]
