"""Figures about real and simulated annotators, one mark a worker."""

from __future__ import annotations

import numpy as np

from annolib import datasets
from annolib.figures.style import BLUE, GREY, INK, RED, canvas, describe
from annolib.intervals import binomial_interval
from annolib.validation import whole


def worker_habits(workers=None, least=30):
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
    for worker in dict.fromkeys(
        (workers.left_rate.idxmax(), workers.left_rate.idxmin(), workers.tie_rate.idxmax())
    ):
        place = workers.loc[worker, ["tie_rate", "left_rate"]]
        below = {"xytext": (0, -8), "ha": "center", "va": "top"}
        axes.annotate(f"worker {worker}", place, textcoords="offset points", fontsize=9, **below)
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
    )


def same_and_swapped(workers=None, least=10):
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
    axes.scatter(same[~far], swapped[~far], color=BLUE, alpha=0.6, s=45)
    axes.scatter(same[far], swapped[far], color=RED, marker="D", s=60)
    for worker in workers.index[far]:
        axes.annotate(
            f"worker {worker}",
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
        title="Same pair again: what if the sides trade places?",
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


def consistency_ladder(workers=None, least=10, confidence=0.95):
    """Self-agreement of each worker with a Wilson interval, sorted.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker with `repeat_pairs` and `repeat_agreements`; the shipped real table if left out.
    least : int
        Workers with fewer repeat pairs are left out.
    confidence : float
        Coverage of the intervals if the pairs were independent.

    Examples
    --------
    >>> consistency_ladder(least=10).description.split(". ")[0]
    'Self-agreement of 19 workers with 10 repeat pairs or more, from 53% to 100%; 8 are at exactly 100%'
    """
    workers = _rows(workers, "repeat_pairs", least)
    rate = workers.repeat_agreements / workers.repeat_pairs
    workers, rate = workers.loc[rate.sort_values().index], rate.sort_values()
    low, high = binomial_interval(workers.repeat_agreements, workers.repeat_pairs, confidence)
    figure, axes = canvas(height=4.6)
    rank = np.arange(len(workers))
    axes.hlines(rank, low, high, color=GREY, linewidth=2.4)
    axes.scatter(rate, rank, color=BLUE, zorder=3)
    axes.set_yticks(rank, [f"{w} ({n})" for w, n in workers.repeat_pairs.items()], fontsize=8)
    axes.axvline(1 / 3, color=INK, linestyle=":", linewidth=1.2)
    axes.text(1 / 3 + 0.01, len(workers) - 1, "random labels", fontsize=9, va="center")
    axes.set(
        xlim=(0.28, 1.02),
        xlabel="share of repeat pairs that agree",
        ylabel="worker (repeat pairs)",
        title=f"Self-agreement with {confidence:.0%} intervals",
    )
    width = high - low
    return describe(
        figure,
        f"Self-agreement of {len(workers)} workers with {least} repeat pairs or more, from {rate.min():.0%} to "
        f"{rate.max():.0%}; {int((rate == 1).sum())} are at exactly 100%.",
        f"The intervals are {width.min():.2f} to {width.max():.2f} wide.",
    )


def consistency_and_others(workers=None, against="peer", least=10):
    """Self-agreement against agreement with somebody else, a dot a worker.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker; the shipped real table if left out.
    against : {"peer", "key", "gpt4"}
        Other workers on items that were not repeated, the answer key, or GPT-4's verdicts.
    least : int
        Workers with fewer repeat pairs are left out; for the key also those with fewer than 8 keyed labels.

    Examples
    --------
    >>> consistency_and_others(against="peer").description.split(". ")[0]
    'Self-agreement and agreement with other workers, 19 workers'
    """
    shown = {"peer": "other workers", "key": "the answer key", "gpt4": "GPT-4"}
    if against not in shown:
        raise ValueError(f"against must be one of {', '.join(shown)}; saw {against!r}. Choose one of them.")
    workers = _rows(workers, "repeat_pairs", least)
    total = workers[COUNTS[against][0]]
    workers = workers[total >= (8 if against == "key" else 1)]
    own = workers.repeat_agreements / workers.repeat_pairs
    other = (
        workers.peer_agreement
        if against == "peer"
        else workers[COUNTS[against][1]] / workers[COUNTS[against][0]]
    )
    figure, axes = canvas(width=5.4, height=4.0)
    axes.scatter(own, other, s=workers.repeat_pairs * 2, color=BLUE, alpha=0.65)
    for worker in own.nsmallest(3).index:
        axes.annotate(
            f"worker {worker}",
            (own[worker], other[worker]),
            xytext=(9, -3),
            textcoords="offset points",
            fontsize=9,
        )
    axes.set(
        xlim=(0.45, 1.04),
        xlabel="repeats that agree (own labels)",
        ylabel=f"labels that agree with {shown[against]}",
        title=f"{len(workers)} workers (area: repeat pairs)",
    )
    rank = own.rank().corr(other.rank())
    return describe(
        figure,
        f"Self-agreement and agreement with {shown[against]}, {len(workers)} workers.",
        f"The rank correlation is {rank:.2f}.",
        f"At the ceiling of 100% self-agreement, agreement with {shown[against]} still goes from "
        f"{other[own == 1].min():.0%} to {other[own == 1].max():.0%}.",
    )


COUNTS = {
    "peer": ("peer_pairs", "peer_agreements"),
    "key": ("key_checks", "key_agreements"),
    "gpt4": ("gpt4_checks", "gpt4_agreements"),
}


def _rows(workers, column, least):
    least = int(whole("least", least))
    workers = datasets.load("llmfao-workers") if workers is None else workers
    return workers[workers[column] >= least]
