"""The figure of an audit: every annotator's effort interval, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib import datasets
from annolib.auditing.report import audit as make_audit
from annolib.figures.style import BLUE, GREY, INK, RED, canvas, describe, literal
from annolib.markup import shortened
from annolib.monitors.many_labels import SelfConsistencyLabels
from annolib.planning.hypotheses import CAREFUL, CARELESS, UNDECIDED, VERDICTS
from annolib.validation import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARKS = {CARELESS: (RED, "v"), CAREFUL: (BLUE, "^"), UNDECIDED: (GREY, "o")}


def audit_report(audit=None, least=5, most=30) -> Figure:
    """Effort intervals of the annotators of an audit, sorted by estimate, marked by verdict.

    Parameters
    ----------
    audit : annolib.Audit, optional
        The report to draw; the shipped twin's if left out.
    least : int
        Annotators with fewer checks are left out.
    most : int
        Of more annotators than this, those with the most checks are drawn.

    Examples
    --------
    >>> audit_report().description.split(". ")[0]
    'Effort intervals of 20 annotators with 5 checks or more: 0 careless, 10 careful, 10 undecided'
    """
    least, most = int(whole("least", least, 1)), int(whole("most", most, 1))
    audit = twin_audit() if audit is None else audit
    frame = audit.to_frame()
    frame = frame[frame.checks >= least].nlargest(most, "checks").sort_values(["effort", "low", "checks"])
    figure, axes = canvas(width=6.4, height=max(2.6, 1.4 + 0.17 * len(frame)))
    place = np.arange(len(frame))
    counts = {}
    for verdict in VERDICTS:
        some = (frame.verdict == verdict).to_numpy()
        counts[verdict] = int(some.sum())
        colour, marker = _MARKS[verdict]
        axes.hlines(place[some], frame.low[some], frame.high[some], color=colour, alpha=0.5, linewidth=2.4)
        axes.scatter(
            frame.effort[some], place[some], color=colour, marker=marker, s=36, label=f"{verdict} ({counts[verdict]})",
            zorder=3, clip_on=False,
        )  # fmt: skip
    axes.axvline(audit.required, color=INK, linestyle=":", linewidth=1.2)
    axes.set_yticks(
        place, [f"{literal(worker)} ({checks})" for worker, checks in frame.checks.items()], fontsize=7
    )
    axes.legend(
        frameon=False,
        fontsize=9,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.62 / figure.get_figheight()),
        ncols=3,
    )
    axes.set(
        xlim=(-0.03, 1.03),
        ylim=(-0.8, max(len(frame), 1) - 0.2),
        xlabel="effort",
        ylabel="annotator (checks)",
        title=f"Effort with {1 - 2 * audit.error_rate:.0%} intervals; dotted: required, {audit.required:g}",
    )
    listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    sentences = [f"Effort intervals of {len(frame)} annotators with {least} checks or more: {listed}."]
    sentences.append(f"The required effort is {audit.required:g}, the error rate {audit.error_rate:g}.")
    doubted = [
        f"{shortened(str(worker))} ({why})"
        for worker, why in frame.reasons[frame.verdict == UNDECIDED].items()
        if why
    ]
    sentences += [f"Undecided for a reason: {', '.join(doubted)}."] if doubted else []
    return describe(figure, *sentences)


def twin_audit():
    """The audit of the shipped twin that figures draw when they are given none."""
    monitor = SelfConsistencyLabels(datasets.twin_concentration("one"))
    return make_audit(datasets.load("twin"), monitor)
