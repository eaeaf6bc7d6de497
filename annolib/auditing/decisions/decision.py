"""What an audit says to do, in numbers and sentences: the report, its JSON and the command all show this."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from annolib.auditing.decisions.checks_to_add import MoreChecks, more_checks
from annolib.auditing.decisions.priorities import CONDITIONAL, SHOWN, people_to_talk_to, signs_of
from annolib.auditing.decisions.strengths import verdicts_by_strength
from annolib.auditing.decisions.undecided import CHECKS, DESIGN, STRENGTH, open_cases
from annolib.auditing.verdicts import checks_of
from annolib.planning.hypotheses import CAREFUL, CARELESS, UNDECIDED


@dataclass(frozen=True, eq=False)
class Decision:
    """What to do after an audit.

    Attributes
    ----------
    headline : tuple of str
        How many are careless, careful and open, a sentence each.
    steps : tuple of str
        What to do next, the first thing first.
    talk : pandas.DataFrame
        Whom to talk to, see `people_to_talk_to`.
    signs : pandas.DataFrame
        Signs worth a look beside how many luck brings, see `signs_of`.
    open : pandas.DataFrame
        What is undecided and what settles it, see `open_cases`.
    strengths : pandas.DataFrame
        Verdicts by the strength of the checks, see `verdicts_by_strength`.
    more : MoreChecks
    """

    headline: tuple
    steps: tuple
    talk: pd.DataFrame
    signs: pd.DataFrame
    open: pd.DataFrame
    strengths: pd.DataFrame
    more: MoreChecks


def decide(audit):
    """From an audit to what to do.

    Parameters
    ----------
    audit : annolib.Audit

    Returns
    -------
    Decision

    Examples
    --------
    >>> import annolib as al
    >>> decision = decide(al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range"))
    >>> print(*decision.headline, decision.steps[0], sep="\\n")
    Nobody is shown to be careless.
    9 annotators are shown to work with the required care.
    115 annotators are open: their checks do not decide.
    Ask 4 annotators how they work, in the order of the list: luck does not explain what their answers show. It is no proof of a lack of care.
    """
    talk, cases, more = people_to_talk_to(audit), open_cases(audit), more_checks(audit)
    parts = (_headline(audit.counts) + _unsided(audit), tuple(_steps(audit, talk, cases, more)))
    return Decision(*parts, talk, signs_of(audit), cases, verdicts_by_strength(audit), more)


def _unsided(audit):
    """A warning where repeats were compared by button, for want of sides."""
    repeats = audit.tally.totals.get("repeat_pairs", 1)
    if "taken as never swapped" not in audit.treatment or not repeats:
        return ()
    return (
        "No columns left and right were read: if sides were ever swapped, the agreements below are wrong.",
    )


def _headline(counts):
    careless, careful, undecided = (counts[name] for name in (CARELESS, CAREFUL, UNDECIDED))
    return (
        f"{people(careless)} {_is(careless)} shown to work with less care than required."
        if careless
        else "Nobody is shown to be careless.",
        f"{people(careful)} {_is(careful)} shown to work with the required care."
        if careful
        else "Nobody is shown to work with the required care yet.",
        f"{people(undecided)} {_is(undecided)} open: their checks do not decide."
        if undecided
        else "Nobody is left open.",
    )


def _steps(audit, talk, cases, more):
    """What to do, in order: talk where the evidence is, then what settles most."""
    accused = talk["grounds"].isin([SHOWN, CONDITIONAL])
    if accused.any():
        yield f"Talk to {people(int(accused.sum()))} first, in the order of the list."
    elif talk["beyond_luck"].any():
        number = int(talk["beyond_luck"].sum())
        yield (
            f"Ask {people(number)} how they work, in the order of the list: luck does not explain what their answers "
            "show. It is no proof of a lack of care."
        )
    elif len(talk):
        yield "There is no evidence of a lack of care. The list names whose answers are worth a look, and why."
    if not (audit.to_frame()["checks"] > 0).any() and audit.monitor.gain:
        yield _check_somebody(audit, more)
        return
    settled = cases.groupby("settled_by")["annotators"].sum()
    total = int(cases["annotators"].sum())
    for what, number in settled.sort_values(ascending=False, kind="stable").items():
        yield _SETTLE[what](audit, int(number), total, more)


def _check_somebody(audit, more):
    known = more.enough["clear_known"].dropna()
    each = (
        f"{_span(known)} each clear full care, by how clear the items are"
        if len(known)
        else "As many as you can"
    )
    if checks_of(audit.monitor) == "expert":
        return f"Nobody was checked: no item has an expert's verdict. Let an expert judge items of theirs. {each}."
    return (
        "Nobody was checked: no annotator met an item twice. Show each of them items again, with the sides swapped in "
        f"half of them. {each}. An item that comes back keeps its id, whatever the sides."
    )


def _learn_strength(audit, number, total, more):
    return (
        f"Find out how clear the items are: that can settle {_of(number, total)}. "
        "Name annotators whom you trust, and audit again."
    )


def _add_checks(audit, number, total, more):
    start = f"Add checks: they are what is missing in {_of(number, total)}."
    need = more.to_reach("clear_now")
    known = more.enough["clear_known"].dropna()
    if need is not None:
        words = f"{start} {need:,} for each annotator clear full care with a chance of {1 - more.miss:.0%}"
        if len(known) and 2 * known.max() <= need:
            words += f"; {int(known.max()):,} would do if you knew how clear the items are"
        return f"{words}."
    start += " But if the items are as hard as they may be, no number of checks clears anybody"
    if not len(known):
        return f"{start}."
    return f"{start}: find out first how clear they are; then {_span(known)} for each annotator are enough."


def _change_checks(audit, number, total, more):
    return (
        f"Use other checks in {_of(number, total)}: these cannot show care there. "
        "Swap the sides in half of the repeats, and take items whose answers differ."
    )


_SETTLE = {STRENGTH: _learn_strength, CHECKS: _add_checks, DESIGN: _change_checks}


def people(number):
    """So many annotators, in words.

    >>> people(1), people(1200)
    ('1 annotator', '1,200 annotators')
    """
    return f"{number:,} annotator{'' if number == 1 else 's'}"


def _span(numbers):
    low, high = int(numbers.min()), int(numbers.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _of(number, total):
    if number < total:
        return f"{number:,} of the {total:,} open cases"
    return "the one open case" if total == 1 else f"all {total:,} open cases"


def _is(number):
    return "is" if number == 1 else "are"
