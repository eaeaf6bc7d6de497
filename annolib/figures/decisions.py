"""Figures for a decision after an audit: verdicts by the strength of the checks, and by their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib.auditing.decisions.checks_to_add import verdict_chances
from annolib.auditing.decisions.priorities import pass_rate
from annolib.auditing.decisions.strengths import verdicts_by_strength
from annolib.figures.audits import twin_audit
from annolib.figures.style import BLUE, GREY, INK, RED, SKY, canvas, describe
from annolib.planning.hypotheses import CAREFUL, CARELESS
from annolib.validation import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def strengths_and_verdicts(audit=None, points=201) -> Figure:
    """How many annotators would be careless, and how many careful, by how clear the items are.

    Clear is said as how often a fully careful annotator passes a check; the band is what the audit allows for.

    Parameters
    ----------
    audit : annolib.Audit, optional
        The report to draw; the shipped twin's if left out.
    points : int
        Strengths from none to the largest there is.

    Examples
    --------
    >>> strengths_and_verdicts().description.split(". ")[1]
    'If the items are as hard as the audit allows for (full effort passes 59%), 0 are careless and 13 careful'
    """
    audit = twin_audit() if audit is None else audit
    table = verdicts_by_strength(audit, int(whole("points", points, 2)))
    low, high = (pass_rate(audit.monitor, end, 1.0) for end in (audit.strength.low, audit.strength.high))
    figure, axes = canvas(width=6.4, height=3.2)
    rates = 100 * table["full_effort"].to_numpy()
    axes.axvspan(*sorted((100 * low, 100 * high)), color=GREY, alpha=0.18, linewidth=0)
    if low == high:
        axes.axvline(100 * low, color=INK, linestyle=":", linewidth=1.2)
    axes.step(rates, table["careful"], where="post", color=BLUE, linewidth=2, label="careful")
    axes.step(
        rates, table["careless"], where="post", color=RED, linewidth=2, linestyle="--", label="careless"
    )
    most = max(1, int(table[["careless", "careful"]].to_numpy().max()))
    axes.set(
        xlabel="how often a fully careful annotator passes a check, %",
        ylabel="annotators",
        ylim=(-0.03 * most, 1.08 * most),
        title="Verdicts by how clear the items are; shaded: what is allowed for",
    )
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, fontsize=9)
    said = [f"Verdicts on {len(audit):,} annotators by how often full effort passes a check."]
    for words, rate, strength in (
        ("as hard as the audit allows for", low, audit.strength.low),
        ("as clear as the audit allows for", high, audit.strength.high),
    ):
        row = table.iloc[np.abs(np.abs(table.index) - abs(strength)).argmin()]
        said.append(
            f"If the items are {words} (full effort passes {rate:.0%}), {row[CARELESS]:.0f} are careless and "
            f"{row[CAREFUL]:.0f} careful."
        )
    return describe(figure, *said)


def checks_and_verdicts(audit=None, most=320) -> Figure:
    """The chance of a verdict by the number of checks of one annotator, for full effort and for random answers.

    Parameters
    ----------
    audit : annolib.Audit, optional
        Whose rules are drawn; those of the shipped twin's if left out.
    most : int
        The largest number of checks.

    Examples
    --------
    >>> checks_and_verdicts().description.split(". ")[1]
    'With 20 checks full effort is called careful with a chance of 23% to 100%, random answers are called careless with 6%'
    """
    audit = twin_audit() if audit is None else audit
    most = int(whole("most", most, 10, "Count the checks."))
    sizes = np.unique(np.geomspace(1, most, 120).round().astype(int))
    table = 100 * verdict_chances(audit, sizes)
    figure, axes = canvas(width=6.4, height=3.2)
    ends = table["cleared_weakest"], table["cleared_strongest"]
    axes.fill_between(sizes, *ends, color=SKY, alpha=0.25, linewidth=0)
    axes.plot(sizes, ends[1], color=BLUE, linewidth=2, label="full care is cleared, clear items")
    axes.plot(
        sizes, ends[0], color=BLUE, linewidth=2, linestyle="--", label="full care is cleared, hard items"
    )
    axes.plot(
        sizes,
        table["accused"],
        color=RED,
        linewidth=2,
        linestyle="-.",
        label="random answers are called careless",
    )
    marks = [mark for mark in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if mark <= most]
    axes.set_xscale("log")
    axes.xaxis.set_ticks(marks, [f"{mark:,}" for mark in marks])
    axes.xaxis.set_ticks([], minor=True)
    axes.set(
        xlabel="checks of one annotator",
        ylabel="chance, %",
        ylim=(-3, 108),
        title="What more checks buy",
    )
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=1)
    shown = [size for size in (20, 80, 320) if size <= most] or [most]
    said = ["The chance of a verdict by the number of checks of one annotator."]
    for size, row in verdict_chances(audit, shown).iterrows():
        low, high = row["cleared_weakest"], row["cleared_strongest"]
        span = f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"
        said.append(
            f"With {size} checks full effort is called careful with a chance of {span}, "
            f"random answers are called careless with {row['accused']:.0%}."
        )
    return describe(figure, *said)
