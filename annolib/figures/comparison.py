"""Figures about two monitors: self checks, in which an item comes twice, against checks by an expert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch

from annolib import datasets
from annolib.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RED, canvas, describe, literal
from annolib.monitors.comparison import self_consistency_margin, winning_efforts
from annolib.monitors.two_labels import Expert, Golden, SelfConsistency
from annolib.validation import whole, within

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FLOOR = 1e-3


def two_pass_curves(kappa=0.25, rho=0.15) -> Figure:
    """How often a self check and an expert check pass, against effort.

    Parameters
    ----------
    kappa : float
        Strength κ of the items, in [0, ¼].
    rho : float
        Shared strength ρ of annotator and expert, in [−¼, ¼].

    Examples
    --------
    >>> two_pass_curves(kappa=0.25, rho=0.15).description.split(". ")[1]
    'At effort 1 a self check passes in 100%, an expert check in 80%.'
    """
    own, expert = SelfConsistency(kappa), Expert(rho)
    grid = np.linspace(0, 1, 201)
    figure, axes = canvas()
    for monitor, colour, style, name in (
        (own, BLUE, "-", f"self check, κ = {kappa:.3g}"),
        (expert, ORANGE, "--", f"expert check, ρ = {rho:.3g}"),
    ):
        axes.plot(
            grid, monitor.pass_probability(grid), color=colour, linestyle=style, linewidth=2.2, label=name
        )
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1.2, label="coin flips")
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    axes.set(
        xlim=(0, 1),
        ylim=(min(0.45, expert.ceiling - 0.03), 1.02),
        xlabel="effort η",
        ylabel="chance that a check passes",
        title="A curve and a straight line",
    )
    return describe(
        figure,
        f"Chance that a check passes, against effort: self checks with kappa {kappa:.3g} bend upwards from 50%, "
        f"expert checks with rho {rho:.3g} follow a straight line from 50%.",
        f"At effort 1 a self check passes in {own.ceiling:.0%}, an expert check in {expert.ceiling:.0%}.",
    )


def information_curves(kappa=0.25, rho=0.25) -> Figure:
    """Information of one check about effort, and how many expert checks one self check is worth.

    Parameters
    ----------
    kappa : float
        Strength κ of the items, in [0, ¼].
    rho : float
        Shared strength ρ of annotator and expert, in [−¼, ¼].

    Examples
    --------
    >>> information_curves(0.25, 0.25).description.split(". ")[1]
    'One self check is worth 0.15 expert checks at effort 0.2, 0.80 at 0.5, 1.79 at 0.9'
    """
    grid = np.linspace(0.02, 0.995, 300)
    own, expert = SelfConsistency(kappa), Expert(rho)
    shared = rho**2 <= kappa / 4 + 1e-12
    figure, (left, right) = canvas(columns=2, width=8.8, height=3.9)
    for monitor, colour, style, name in (
        (own, BLUE, "-", "self check"),
        (expert, ORANGE, "--", "expert check"),
    ):
        values = np.maximum(monitor.fisher_information(grid), _FLOOR / 10)
        left.plot(grid, values, color=colour, linestyle=style, linewidth=2.2, label=name)
    left.legend(frameon=False, fontsize=9, loc="upper left")
    left.set(
        yscale="log",
        xlim=(0, 1),
        ylim=(_FLOOR, 300),
        xlabel="effort η",
        ylabel="information of one check",
        title=f"κ = {kappa:.3g}, ρ = {rho:.3g}" + (not shared) * ": no such expert",
    )
    worth = own.fisher_information(grid) / expert.fisher_information(grid) if rho != 0 else np.array([4.0])
    top = 4 if worth.max() > 2.2 else 2.4
    right.axhspan(1, top, color=BLUE, alpha=0.1, linewidth=0)
    right.axhline(1, color=GREY, linestyle=":", linewidth=1.2)
    if rho != 0:
        right.plot(grid, np.where(worth <= 4.2, worth, np.nan), color=INK, linewidth=2.2)
    right.text(0.03, 0.96 * top, "self check tells more", fontsize=9, va="top", color=INK)
    right.text(0.97, 0.06, "expert check tells more", fontsize=9, ha="right", va="bottom", color=INK)
    right.set(
        xlim=(0, 1),
        ylim=(0, top),
        xlabel="effort η",
        ylabel="worth, in expert checks",
        title="What one self check is worth",
    )
    return describe(
        figure,
        f"Information of one check about effort, for kappa {kappa:.3g} and rho {rho:.3g}, on a logarithmic scale.",
        _worth_in_words(own, expert),
        _winner_in_words(kappa, rho, 1.0)
        + (not shared) * f" No real expert shares more than {np.sqrt(kappa) / 2:.2f} with such an annotator.",
    )


def monitor_map(kappa=0.1, price=1.0, effort=0.7, rho=0.14) -> Figure:
    """Which monitor tells more per euro, over effort and shared strength: a map with its border.

    Parameters
    ----------
    kappa : float
        Strength κ of the items, in (0, ¼].
    price : float
        Price of an expert check, in self checks, positive.
    effort, rho : float
        A point to mark; it is left out where abs(ρ) exceeds √κ/2, the most that an expert can share.

    Examples
    --------
    >>> monitor_map(kappa=0.1, price=5, effort=0.7, rho=0.14).description.split(". ")[-1]
    'Marked: effort 0.70 and rho 0.14, where the self check is the better buy.'
    """
    within("kappa", kappa, 1e-6, 0.25, "Without strength a self check tells nothing.")
    within("price", price, 1e-6, 1e6, "Give a positive price.")
    grid = np.linspace(0, 1, 401)
    border, top = _border(grid, kappa, price), np.sqrt(kappa) / 2
    figure, axes = canvas(height=4.2)
    hatched = {"facecolor": ORANGE, "alpha": 0.35, "hatch": "//", "edgecolor": "white", "linewidth": 0}
    axes.fill_between(grid, np.minimum(border, top), top, **hatched)
    axes.fill_between(grid, 0, np.minimum(border, top), facecolor=BLUE, alpha=0.3, linewidth=0)
    axes.plot(grid, np.where(border <= top, border, np.nan), color=INK, linewidth=2.2)
    axes.axhline(kappa, color=GREY, linestyle="--", linewidth=1.4)
    handles = [
        Patch(**hatched, label="expert check"),
        Patch(facecolor=BLUE, alpha=0.3, label="self check"),
        axes.lines[-1],
    ]
    axes.lines[-1].set_label("ρ = κ: same taste")
    marked = abs(rho) <= top
    if marked:
        point = axes.plot([effort], [abs(rho)], "o", color=RED, markersize=9, clip_on=False, zorder=3)
        point[0].set_label(f"η = {effort:.2f}, |ρ| = {abs(rho):.2f}")
        handles.append(point[0])
    else:
        handles.append(Patch(facecolor="none", edgecolor="none", label=f"no expert shares {abs(rho):.2f}"))
    axes.legend(
        handles=handles,
        frameon=False,
        fontsize=9,
        ncols=len(handles),
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
    )
    axes.set(
        xlim=(0, 1),
        ylim=(0, top),
        xlabel="effort η",
        ylabel="shared strength |ρ|",
    )
    figure.suptitle(f"The better buy: κ = {kappa:.3g}, an expert check costs {_times(price)}", fontsize=12)
    share = float(np.mean(np.minimum(border, top)) / top)
    better = marked and self_consistency_margin(np.clip(effort, 1e-9, 1 - 1e-9), kappa, rho, 1 / price) > 0
    return describe(
        figure,
        f"Which check tells more per euro, over effort 0 to 1 and shared strength 0 to {top:.2f}, for kappa "
        f"{kappa:.3g}, when an expert check costs {_times(price)}.",
        f"The self check is the better buy on {share:.0%} of the map, below a border that rises from 0 at effort 0 "
        f"to {min(border.max(), top):.2f}.",
        f"Marked: effort {effort:.2f} and rho {rho:.2f}, where the {'self' if better else 'expert'} check is the "
        "better buy."
        if marked
        else f"No mark: no expert shares {abs(rho):.2f} with annotators of this kappa.",
    )


def information_by_item(effort=0.7) -> Figure:
    """Information of one check on one item, against the chance that an attentive annotator prefers left.

    Parameters
    ----------
    effort : float
        Effort at which the information counts, in (0, 1).

    Examples
    --------
    >>> information_by_item(effort=0.7).description.split(". ")[1]
    'A self check tells 0.12 at 0.75 and 2.58 at 1; a golden question 0.28 and 1.96.'
    """
    within("effort", effort, 1e-6, 1 - 1e-6, "At 0 or 1 information is 0 or infinite.")
    p = np.linspace(0, 1, 401)
    eta = float(effort)
    own = np.array([SelfConsistency((one - 0.5) ** 2).fisher_information(eta) for one in p])
    golden = np.array([Golden(abs(one - 0.5)).fisher_information(eta) for one in p])
    figure, axes = canvas()
    axes.plot(p, own, color=BLUE, linewidth=2.2, label="self check")
    axes.plot(
        p, golden, color=GREEN, linewidth=2.2, linestyle="--", label="compared with the likelier answer"
    )
    axes.legend(frameon=False, fontsize=9, loc="upper center")
    axes.set(
        xlim=(0, 1),
        ylim=(0, 1.05 * max(own.max(), golden.max())),
        xlabel="chance that an attentive annotator prefers left",
        ylabel="information of one check",
        title=f"Torn items tell little (effort {eta:.2f})",
    )
    three_quarters = 300
    return describe(
        figure,
        f"Information of one check about effort at effort {eta:.2f}, against the chance of left on the item: a valley "
        "with its floor, 0, at one half.",
        f"A self check tells {own[three_quarters]:.2f} at 0.75 and {own[-1]:.2f} at 1; a golden question "
        f"{golden[three_quarters]:.2f} and {golden[-1]:.2f}.",
    )


def expert_verdict(assumed=0.14, effort=1.0) -> Figure:
    """The effort that an expert check reads off, if the annotator shares less taste than assumed.

    Parameters
    ----------
    assumed : float
        The shared strength that the reader believes in, in (0, ¼].
    effort : float
        The annotator's true effort, in [0, 1].

    Examples
    --------
    >>> expert_verdict(assumed=0.14, effort=1.0).description.split(". ")[1]
    'At a true rho of -0.10 it reads 0.00, at 0.00 0.00, at 0.07 0.50, at 0.14 1.00'
    """
    within("effort", effort, 0, 1, "Give the share of labels that are judged.")
    reader = Expert(within("assumed", assumed, 1e-6, 0.25, "A reader must believe in some shared strength."))
    true = np.linspace(-0.15, 0.25, 401)
    read = _read(reader, true, effort)
    figure, axes = canvas()
    axes.axhline(effort, color=BLUE, linewidth=2.2, label="self checks with the right κ")
    axes.plot(
        true,
        read,
        color=ORANGE,
        linewidth=2.2,
        linestyle="--",
        label=f"expert checks, ρ = {assumed:.2f} believed",
    )
    axes.axvline(assumed, color=GREY, linestyle=":", linewidth=1.2)
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    axes.set(
        xlim=(-0.15, 0.25),
        ylim=(-0.03, 1.05),
        xlabel="true ρ: what annotator and expert really share",
        ylabel="effort that many checks read off",
    )
    figure.suptitle(f"One annotator with effort {effort:.2f}, experts of many tastes", fontsize=12)
    places = [*((-0.1, 0.0, 0.07) if abs(assumed - 0.07) > 0.005 else (-0.1, 0.0)), float(assumed)]
    listed = ", ".join(f"at {place:.2f} {float(_read(reader, place, effort)):.2f}" for place in places)
    return describe(
        figure,
        f"The effort that many expert checks read off for an annotator with effort {effort:.2f}, against the true "
        f"shared strength, when {assumed:.2f} is believed.",
        f"At a true rho of {listed.removeprefix('at ').replace(' ', ' it reads ', 1)}.",
        f"Self checks with the right kappa read {effort:.2f} everywhere.",
    )


def two_experts(workers=None, least=8) -> Figure:
    """Two experts' opinions of the same workers: the answer key and GPT-4, with ties and without.

    Parameters
    ----------
    workers : pandas.DataFrame, optional
        One row a worker, with the columns of `llmfao-workers`; that shipped real table if left out.
    least : int
        Workers with fewer keyed labels are left out, and those whose keyed labels are all ties.

    Examples
    --------
    >>> two_experts(least=8).description.split(". ")[0]
    'Agreement with the answer key against agreement with GPT-4, 14 workers with 8 keyed labels or more'
    """
    least = int(whole("least", least, 1))
    workers = datasets.load("llmfao-workers") if workers is None else workers
    workers = workers[(workers.key_checks >= least) & (workers.key_decided_checks > 0)]
    figure, panels = canvas(columns=2, width=8.8, height=4.2)
    extremes = workers.key_agreement.idxmin(), workers.tie_rate.idxmax()
    sentences = []
    for axes, kind, title in (
        (panels[0], "", "Every label counts"),
        (panels[1], "decided_", "Ties left out"),
    ):
        seen, keyed = workers[f"gpt4_{kind}agreement"], workers[f"key_{kind}agreement"]
        area = 6 * workers[f"key_{kind}checks"]
        axes.scatter(seen, keyed, s=area, color=BLUE, alpha=0.6, clip_on=False)
        for worker in extremes:
            place = seen[worker], keyed[worker]
            axes.scatter(*place, s=60, color=RED, marker="D", zorder=3, clip_on=False)
            axes.annotate(
                f"worker {literal(worker)}",
                place,
                xytext=(0, -20 if keyed[worker] > 0.5 else 14),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.8},
            )
        room = 0.12 * (seen.max() - seen.min())
        axes.set(
            xlim=(seen.min() - room, seen.max() + room),
            ylim=(workers[["key_agreement", "key_decided_agreement"]].min(axis=None) - 0.08, 1.04),
            xlabel="share that agrees with GPT-4",
            ylabel="share that agrees with the answer key",
            title=title,
        )
        rank = seen.rank().corr(keyed.rank())
        sentences.append(
            f"{title}: rank correlation {rank:.2f}; "
            + ", ".join(f"worker {w} {seen[w]:.0%} by GPT-4 and {keyed[w]:.0%} by the key" for w in extremes)
            + "."
        )
    figure.suptitle(
        f"{len(workers)} workers with at least {least} keyed labels (area: keyed labels)", fontsize=12
    )
    return describe(
        figure,
        f"Agreement with the answer key against agreement with GPT-4, {len(workers)} workers with {least} keyed "
        "labels or more.",
        *sentences,
    )


def _times(price):
    return f"{price:.3g} self check{'' if price == 1 else 's'}"


def _read(reader, rho, effort):
    """The effort at which the reader's curve passes as often as the true one; clipped to [0, 1]."""
    return reader.effort(np.clip(0.5 + 2 * np.asarray(rho) * effort, 0, 1))


def _border(effort, kappa, price):
    """The abs(ρ) at which both checks tell the same per euro: 2κη/√(r(1 − 16κ²η⁴) + 64κ²η⁴), r = 1/price."""
    ratio = 1 / price
    below = ratio * (1 - 16 * kappa**2 * effort**4) + 64 * kappa**2 * effort**4
    return 2 * kappa * effort / np.sqrt(below)


def _worth_in_words(own, expert):
    if expert.rho == 0:
        return "An expert check tells nothing: rho is 0."
    places = np.array([0.2, 0.5, 0.9])
    worth = own.fisher_information(places) / expert.fisher_information(places)
    first, *others = (f"{one:.2f}" for one in worth)
    told = ", ".join(f"{one} at {place}" for one, place in zip(others, places[1:], strict=True))
    return f"One self check is worth {first} expert checks at effort 0.2, {told}."


def _winner_in_words(kappa, rho, ratio):
    low, high = winning_efforts(kappa, rho, ratio)
    if np.isnan(low):
        return "The self check tells more at no effort."
    return f"The self check tells more from effort {low:.2f} to {high:.2f}."
