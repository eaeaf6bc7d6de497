"""Figures of an audit of the real crowd: the evidence kind by kind, golden candidates, and one likelihood."""

from __future__ import annotations

import numpy as np

from annolib import datasets
from annolib.auditing.golden_questions import separation
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, SKY, canvas, describe
from annolib.validation import whole, within

KINDS = {
    # kind: columns of checks and passes in llmfao-evidence, in words, colour, line, marker, labels' power of effort
    "same": ("one_same_pairs", "one_same_agreements", "repeat, sides kept", SKY, "-.", "s", 2),
    "swapped": ("one_swapped_pairs", "one_swapped_agreements", "repeat, sides swapped", BLUE, "--", "D", 2),
    "golden": ("golden_checks", "golden_passes", "golden, leave one out", ORANGE, "-", "^", 1),
    "peer": ("peer_items", "peer_shares", "peers", GREEN, ":", "o", 1),
}
WORKERS = ("58", "14", "15", "20")
CHANCE = 1 / 3
_GRID = np.linspace(0, 1, 501)


def evidence_by_kind(evidence=None, workers=WORKERS):
    """Pass rates of a few workers, a panel a kind of check; the figures beside a mark are passes and checks.

    Parameters
    ----------
    evidence : pandas.DataFrame, optional
        Index `worker`, checks and passes of each kind; the shipped table `llmfao-evidence` if left out.
    workers : sequence of str
        Whom to draw, from the top down.

    Examples
    --------
    >>> evidence_by_kind().description.split(". ")[1]
    'Worker 15: repeat, sides kept 3 of 6; repeat, sides swapped 5 of 5; golden, leave one out 1 of 11; peers 82 of 284'
    """
    table = (datasets.load("llmfao-evidence") if evidence is None else evidence).loc[list(workers)]
    figure, axes = canvas(columns=len(KINDS), width=9.2, height=1.6 + 0.45 * len(table))
    for each in axes[1:]:
        each.sharey(axes[0])
    rank = np.arange(len(table))[::-1]
    told = {worker: [] for worker in table.index}
    for place, (each, (checks, passes, words, colour, _, marker, _)) in enumerate(
        zip(axes, KINDS.values(), strict=True)
    ):
        n, k = table[checks], table[passes]
        each.scatter((k / n)[n > 0], rank[n > 0], color=colour, marker=marker, s=48, clip_on=False, zorder=3)
        for worker, y in zip(table.index, rank, strict=True):
            count = f"{k[worker]:.0f} of {n[worker]}" if n[worker] else "none"
            each.text(0.5, y + 0.22, count, ha="center", va="bottom", fontsize=8)
            told[worker].append(f"{words} {count}")
        each.axvline(CHANCE, color=GREY, linestyle=":", linewidth=1.2)
        each.set(xlim=(0, 1.03), ylim=(-0.5, len(table) - 0.3), xlabel="share passed", title=words)
        each.tick_params(labelleft=place == 0)
        each.set_xticks([0, 0.5, 1])
        each.title.set_fontsize(10)
    axes[0].set_yticks(rank, [f"worker {worker}" for worker in table.index])
    axes[0].set_ylabel("who")
    return describe(
        figure,
        f"Shares of passed checks for {len(table)} workers and {len(KINDS)} kinds of checks; dotted: random labels, 33%.",
        *(f"Worker {worker}: {'; '.join(parts)}." for worker, parts in told.items()),
    )


def golden_looks(least=8, share=0.9):
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
        raise ValueError(f"least and share must leave a golden question; saw {least} and {share:g}. Ask for less.")
    words = np.sort(items[["first_words", "second_words"]].to_numpy(), axis=1)
    figure, axes = canvas(width=6.4, height=4.0)
    shorter, longer = words.T + 1
    axes.scatter(shorter[~golden], longer[~golden], color=GREY, s=9, alpha=0.35, linewidth=0)
    axes.scatter(shorter[golden], longer[golden], color=ORANGE, marker="^", s=42, edgecolor=INK, linewidth=0.5)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="1 + words in the shorter answer",
        ylabel="1 + words in the longer answer",
        title=f"{golden.sum()} golden questions (triangles) among {golden.size:,} items",
    )
    short = words[:, 0]
    told = separation(short[~golden], short[golden])
    return describe(
        figure,
        f"Words in the shorter and in the longer answer of {golden.size:,} items, {golden.sum()} of them golden questions.",
        f"The shorter answer has {np.median(short[golden]):.0f} words in the middle for golden questions and "
        f"{np.median(short[~golden]):.0f} for the others; it is the golden question's that is shorter in {told:.0%} of "
        "comparisons.",
    )


def pool_rates(evidence, kinds=tuple(KINDS)):
    """Pass rates of the pool that is taken for careful: the upper half by agreement with peers.

    Parameters
    ----------
    evidence : pandas.DataFrame
        As `llmfao-evidence`.
    kinds : sequence of str

    Returns
    -------
    dict of str to float
    """
    peers = evidence["peer_shares"] / evidence["peer_items"]
    pool = evidence[peers > peers.median()]
    return {kind: float(pool[KINDS[kind][1]].sum() / pool[KINDS[kind][0]].sum()) for kind in kinds}


def evidence_likelihood(worker="15", required=0.6, peer_strength=1.0, evidence=None):
    """Log likelihood of a worker's effort, kind by kind and all together, each measured from its top.

    Parameters
    ----------
    worker : str
    required : float
        The effort asked for; the share of the likelihood below it is told.
    peer_strength : float
        Factor on the strength of peer checks: 1 as in the pool, less if the pool is more of one taste than the worker.
    evidence : pandas.DataFrame, optional
        The shipped table `llmfao-evidence`, workers with repeats only, if left out.

    Examples
    --------
    >>> evidence_likelihood("58").description.split(". ")[0]
    'Worker 58, log likelihood of effort from 9 same, 9 swapped, 6 golden, 262 peer checks'
    """
    if evidence is None:
        evidence = datasets.load("llmfao-evidence")
        evidence = evidence[evidence.one_same_pairs + evidence.one_swapped_pairs > 0]
    rates, row = pool_rates(evidence), evidence.loc[worker]
    figure, axes = canvas(width=6.4, height=3.9)
    total, parts = np.zeros(_GRID.size), []
    for kind, (checks, passes, words, colour, line, _, power) in KINDS.items():
        strength = (rates[kind] - CHANCE) * (peer_strength if kind == "peer" else 1)
        curve = log_likelihood(_GRID, row[passes], row[checks], strength, power)
        total += curve
        parts.append(f"{row[checks]:.0f} {kind}")
        axes.plot(_GRID, curve - curve.max(), color=colour, linestyle=line, linewidth=1.8, label=f"{words} ({row[checks]:.0f})")
    axes.plot(_GRID, total - total.max(), color=INK, linewidth=2.6, label="all together")
    below = share_below(total, required)
    axes.axvline(required, color=GREY, linestyle=":", linewidth=1.2)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3)
    axes.set(
        xlim=(0, 1),
        ylim=(-10, 0.4),
        xlabel="effort",
        ylabel="log likelihood, from its top",
        title=f"Worker {worker}: {below:.0%} of the likelihood lies below {required:g}",
    )
    return describe(
        figure,
        f"Worker {worker}, log likelihood of effort from {', '.join(parts)} checks.",
        f"All together it is highest at effort {_GRID[total.argmax()]:.2f}, and {below:.0%} of it lies below {required:g}.",
    )


def log_likelihood(effort, passes, checks, strength, power):
    """Σ of passes·log q + failures·log(1 − q) with q = 1/3 + strength·effort^power, kept inside (0, 1)."""
    q = np.clip(CHANCE + strength * effort**power, 1e-12, 1 - 1e-12)
    return passes * np.log(q) + (checks - passes) * np.log1p(-q)


def share_below(log_likelihood, required):
    """Share of a likelihood on the grid of efforts that lies below `required`, all efforts alike before."""
    weight = np.exp(log_likelihood - log_likelihood.max())
    weight[[0, -1]] /= 2
    return float(weight[_GRID < required].sum() / weight.sum())
