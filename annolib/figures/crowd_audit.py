"""Figures of an audit of the real crowd: the evidence kind by kind, golden candidates, and one likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annolib import datasets
from annolib.auditing.golden_questions import separation
from annolib.auditing.pool import CHANCE, COUNTS, evidence_of, pool_monitors
from annolib.estimation.evidence.checks import Evidence
from annolib.estimation.evidence.combined import combine_evidence
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, SKY, canvas, describe
from annolib.monitors.many_labels import PeerLabels
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = {
    # kind: in words, colour, line, marker
    "kept": ("repeat, sides kept", SKY, "-.", "s"),
    "swapped": ("repeat, sides swapped", BLUE, "--", "D"),
    "golden": ("golden, leave one out", ORANGE, "-", "^"),
    "peers": ("peers", GREEN, ":", "o"),
}
WORKERS = ("58", "14", "15", "20")
_OFFSETS = (0.33, 0.11, -0.11, -0.33)
_GRID = np.linspace(0, 1, 501)


def evidence_by_kind(evidence=None, workers=WORKERS) -> Figure:
    """Pass rates of a few workers, a panel a kind of check; the figures beside a mark are passes and checks.

    Parameters
    ----------
    evidence : pandas.DataFrame, optional
        Index `worker`, checks and passes of each kind; the shipped table `llmfao-evidence` if left out.
    workers : sequence of str
        Whom to draw, from the top down.

    Examples
    --------
    >>> evidence_by_kind().description.split(". ")[3]
    'Worker 15: repeat, sides kept 3 of 6; repeat, sides swapped 5 of 5; golden, leave one out 1 of 11; peers 81 of 273; \
random labels of the own mix, 13% ties, would pass 43% of golden'
    """
    table = (datasets.load("llmfao-evidence") if evidence is None else evidence).loc[list(workers)]
    figure, axes = canvas(width=7.2, height=1.5 + 0.8 * len(table))
    rank = np.arange(len(table))[::-1]
    told = {worker: [] for worker in table.index}
    ties = datasets.load("llmfao-workers").tie_rate if evidence is None else None
    for offset, (kind, (words, colour, _, marker)) in zip(_OFFSETS, KINDS.items(), strict=True):
        n, k = (table[name] for name in COUNTS[kind])
        some = (n > 0).to_numpy()
        axes.scatter(
            (k / n)[some], rank[some] + offset, color=colour, marker=marker, s=44, zorder=3, label=words
        )
        for worker, y in zip(table.index, rank, strict=True):
            count = f"{k[worker]:.0f} of {n[worker]}" if n[worker] else "none"
            rate = k[worker] / n[worker] if n[worker] else 0.0
            crossed = kind == "golden" and ties is not None and 0 < (1 - ties[worker]) / 2 - rate < 0.1
            place, side = (rate - 0.02, "right") if crossed else (rate + 0.02, "left")
            axes.text(place, y + offset, count, ha=side, va="center", fontsize=8)
            told[worker].append(f"{words} {count}")
    if ties is not None:  # golden questions never have a tie right
        own = (1 - ties[table.index]) / 2
        y = rank + _OFFSETS[list(KINDS).index("golden")]
        axes.scatter(own, y, color=INK, marker="|", s=110, linewidth=1.6, zorder=2)
        for worker, luck in own.items():
            told[worker].append(
                f"random labels of the own mix, {ties[worker]:.0%} ties, would pass {luck:.0%} of golden"
            )
    axes.axvline(CHANCE, color=GREY, linestyle=":", linewidth=1.2)
    axes.hlines(rank[:-1] - 0.5, 0, 1.12, color=GREY, linewidth=0.6)
    axes.set_yticks(rank, [f"worker {worker}" for worker in table.index])
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=4)
    axes.set(
        xlim=(0, 1.12),
        ylim=(-0.5, len(table) - 0.5),
        xlabel="share of checks passed (dotted: random labels; bars: random labels of the own mix)"
        if ties is not None
        else "share of checks passed (dotted: random labels)",
        ylabel="who",
        title="Four kinds of checks do not tell the same story",
    )
    return describe(
        figure,
        f"Shares of passed checks for {len(table)} workers and {len(KINDS)} kinds of checks; dotted: random labels, 33%.",
        *(f"Worker {worker}: {'; '.join(parts)}." for worker, parts in told.items()),
    )


def golden_looks(least=8, share=0.9) -> Figure:
    """Words in the shorter and in the longer answer of every real item; golden questions stand out, or do not.

    Parameters
    ----------
    least : int
        Others who must have judged the item, 4 or more.
    share : float
        Share of them that must give one answer, not a tie; .9 or more.

    Examples
    --------
    >>> golden_looks().description.split(". ")[0]
    'Words in the shorter and in the longer answer of 1,661 items, 10 of them golden questions'
    """
    least = int(whole("least", least, 4))
    share = float(within("share", share, 0.9, 1, "The shipped golden checks have nine in ten of one mind."))
    checks = datasets.load("llmfao-golden").query("side != 'tie'")
    kept = checks[(checks.others >= least) & (checks.agreeing >= share * checks.others - 1e-9)]
    items = datasets.load("llmfao-items").query("prompt != 'taiwan'")
    golden = items.task.isin(kept.task).to_numpy()
    if not golden.any():
        raise ValueError(
            f"least and share must leave a golden question; saw {least} and {share:g}. Ask for less."
        )
    words = np.sort(items[["first_words", "second_words"]].to_numpy(), axis=1)
    figure, axes = canvas(width=6.4, height=4.0)
    shorter, longer = words.T + 1
    axes.scatter(shorter[~golden], longer[~golden], color=GREY, s=9, alpha=0.35, linewidth=0)
    apart = (
        1.06 ** pd.DataFrame(words[golden]).groupby([0, 1]).cumcount().to_numpy()
    )  # those on one spot side by side
    axes.scatter(
        shorter[golden] * apart, longer[golden], color=ORANGE, marker="^", s=42, edgecolor=INK, linewidth=0.5
    )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="words in the shorter answer",
        ylabel="words in the longer answer",
        title=f"{golden.sum()} golden questions (triangles) among {golden.size:,} items",
    )
    for axis, marks in ((axes.xaxis, (0, 1, 3, 10, 30, 100, 200)), (axes.yaxis, (60, 100, 150, 200, 300))):
        axis.set_ticks(np.add(marks, 1), [str(mark) for mark in marks])
        axis.set_ticks([], minor=True)
    short = words[:, 0]
    told = separation(short[~golden], short[golden])
    return describe(
        figure,
        f"Words in the shorter and in the longer answer of {golden.size:,} items, {golden.sum()} of them golden questions.",
        f"The median length in words of the shorter answer is {np.median(short[golden]):.0f} for golden questions and "
        f"{np.median(short[~golden]):.0f} for the others; it is the golden question's that is shorter in {told:.0%} of "
        "comparisons.",
    )


def _chance(value):
    """Three decimals; nothing that is uncertain is called 0 or 1."""
    return "<0.001" if value < 0.0005 else ">0.999" if value >= 0.9995 else f"{value:.3f}"


def evidence_likelihood(worker="15", required=0.6, peer_strength=1.0, evidence=None) -> Figure:
    """Log likelihood of a worker's effort, kind by kind and all together, each measured from its top.

    Parameters
    ----------
    worker : str
    required : float
        The effort asked for; the share of the likelihood below it is told.
    peer_strength : float
        Factor on the strength of peer checks: 1 as in the pool, less if the pool shares a taste that others do not.
    evidence : pandas.DataFrame, optional
        Counts of the people to choose from, as in the shipped table `llmfao-evidence`; its workers with repeats if left
        out. The upper half by agreement with peers is taken for careful, see `annolib.pool_monitors`.

    Examples
    --------
    >>> evidence_likelihood("58").description.split(". ")[0]
    'Worker 58, log likelihood of effort from 9 kept, 9 swapped, 6 golden, 256 peers checks'
    """
    if evidence is None:
        evidence = datasets.load("llmfao-evidence")
        evidence = evidence[evidence.one_same_pairs + evidence.one_swapped_pairs > 0]
    agreement = evidence.peer_shares / evidence.peer_items
    monitors = pool_monitors(evidence[agreement > agreement.median()])
    monitors["peers"] = PeerLabels(peer_strength * monitors["peers"].rho, peer_effort=1.0)
    parts = evidence_of(evidence.loc[worker], monitors)
    figure, axes = canvas(width=6.4, height=3.9)
    for kind, part in parts.items():
        curve = Evidence(*part).log_likelihood(_GRID)
        words, colour, line, _ = KINDS[kind]
        label = f"{words} ({part[1]})"
        axes.plot(_GRID, curve - curve.max(), color=colour, linestyle=line, linewidth=1.8, label=label)
    found = combine_evidence(parts)
    axes.plot(_GRID, found.log_likelihood(_GRID), color=INK, linewidth=2.6, label="all together")
    below = found.probability_below(required)
    axes.axvline(required, color=GREY, linestyle=":", linewidth=1.2)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3)
    axes.set(
        xlim=(0, 1),
        ylim=(-10, 0.4),
        xlabel="effort",
        ylabel="log likelihood, from its top",
        title=f"Worker {worker}: chance {_chance(below)} of an effort below {required:g}",
    )
    counts = ", ".join(f"{part[1]} {kind}" for kind, part in parts.items())
    return describe(
        figure,
        f"Worker {worker}, log likelihood of effort from {counts} checks.",
        f"All together it is highest at effort {found.effort:.2f}; below {required:g} lies a chance of {_chance(below)}, all "
        "efforts being equally likely beforehand.",
    )
