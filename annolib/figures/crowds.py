"""Figures about a crowd as a whole: how it splits over items, and which models it prefers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.figures.style import BLUE, GREY, INK, ORANGE, canvas, describe, literal
from annolib.preferences.ranking import fit_bradley_terry, win_matrix
from annolib.validation import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def item_disagreement(items=None, least=4) -> Figure:
    """How many items have which share of labels on their most common label.

    Parameters
    ----------
    items : pandas.DataFrame, optional
        One row an item with counts `first`, `second`, `tie`; the shipped real table if left out.
    least : int
        Items with fewer labels are left out.

    Examples
    --------
    >>> item_disagreement(least=4).description.split(". ")[0]
    'Items with 4 labels or more, by the share of their most common label: 1,420 items'
    """
    least = int(whole("least", least, 2))
    items = datasets.load("llmfao-items") if items is None else items
    votes = items[["first", "second", "tie"]].to_numpy()
    votes = votes[votes.sum(axis=1) >= least]
    top = votes.max(axis=1) / votes.sum(axis=1)
    heights = Counter(map(Fraction, votes.max(axis=1).tolist(), votes.sum(axis=1).tolist()))
    full, highest = heights[Fraction(1)], max(heights.values())
    figure, axes = canvas()
    bars = axes.bar([float(share) for share in heights], list(heights.values()), 0.012, color=BLUE)
    for share, bar in zip(heights, bars, strict=True):
        if share == 1:
            bar.set(color=ORANGE, hatch="//", edgecolor="white")
        if heights[share] >= highest / 20:
            axes.annotate(
                str(share) if share < 1 else f"all of one mind:\n{full} items",
                (float(share), heights[share]),
                xytext=(0 if share < 1 else 6, 4),
                textcoords="offset points",
                ha="center" if share < 1 else "right",
                color=INK,
                fontsize=9,
            )
    axes.set(
        ylim=(0, highest * 1.15),
        xlabel="share of an item's labels on its most common label",
        ylabel="items",
        title=f"{len(top):,} real items with {least} labels or more",
    )
    axes.grid(axis="x", visible=False)
    return describe(
        figure,
        f"Items with {least} labels or more, by the share of their most common label: {len(top):,} items.",
        f"On {full} of them, {full / len(top):.0%}, all labels are the same.",
        f"The mean share of the most common label is {top.mean():.0%}.",
    )


def leaderboard(wins=None, top=8) -> Figure:
    """Bradley-Terry strengths of the best and the worst models, with 95% intervals.

    Parameters
    ----------
    wins : pandas.DataFrame, optional
        Square table, entry (i, j): how often i was preferred to j, a tie counted half; the shipped real one
        if left out.
    top : int
        How many models to show from either end.

    Examples
    --------
    >>> leaderboard(top=8).description.split(". ")[0]
    'Bradley-Terry strengths of the 8 strongest and 8 weakest of 59 models'
    """
    wins = win_matrix(datasets.load("llmfao-models")) if wins is None else wins
    top = int(whole("top", top, 1))
    board = fit_bradley_terry(wins)
    order = np.argsort(board.ratings)
    ends = order if len(order) <= 2 * top else np.r_[order[:top], order[-top:]]
    ratings, half = board.ratings[ends], 1.96 * board.standard_errors[ends]
    rank = np.arange(len(ends))
    figure, axes = canvas(height=4.6)
    axes.hlines(rank, ratings - half, ratings + half, color=GREY, linewidth=2.4)
    axes.scatter(ratings, rank, color=BLUE, zorder=3)
    if len(order) > 2 * top:
        axes.axhline(top - 0.5, color=INK, linestyle=":", linewidth=1.2)
    axes.set_yticks(rank, [literal(wins.index[i]) for i in ends], fontsize=8)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set(
        xlabel="Bradley-Terry strength (logits, mean 0)",
        ylabel="model",
        title=f"The two ends of a leaderboard of {len(order)} models",
    )
    best, second = order[-1], order[-2]
    return describe(
        figure,
        f"Bradley-Terry strengths of the {top} strongest and {top} weakest of {len(order)} models.",
        f"Strongest: {wins.index[best]} with {board.ratings[best]:.2f} ± {1.96 * board.standard_errors[best]:.2f}, "
        f"then {wins.index[second]} with {board.ratings[second]:.2f} ± {1.96 * board.standard_errors[second]:.2f}.",
        f"Weakest: {wins.index[order[0]]} with {board.ratings[order[0]]:.2f}.",
    )
