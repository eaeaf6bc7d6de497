"""Whom to talk to first, and why: evidence against somebody first, then habits, then what hard items may explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.auditing import reasons as why
from annolib.auditing.decisions.words import REASON_WORDS
from annolib.auditing.verdicts import Tests, checks_of, count_checks, success_at
from annolib.numerics.tails import lower_tail, upper_tail
from annolib.planning.hypotheses import CAREFUL, CARELESS

SHOWN = "careless, however hard the items"
CONDITIONAL = "careless, unless the items are harder than assumed"
HABIT = "a habit shows"
FAILURES = "fails more than clear items explain"
ALIKE = "answers too much alike to prove care"
GROUNDS = (SHOWN, CONDITIONAL, HABIT, FAILURES, ALIKE)
TALK_COLUMNS = (
    "grounds",
    "beyond_luck",
    "why",
    "judgements",
    "passes",
    "checks",
    "effort",
    "low",
    "high",
    "verdict",
)
TALK_COLUMNS += ("holds", "careful_below", "careless_above", "reasons")

_HABITS = (why.SAME_SIDE, why.SIDES_DISAGREE, why.BELOW_CHANCE)
SIGNS = (*_HABITS, why.HARD_ITEMS, why.MISFIT, why.TIE_HABIT, why.OWN_CHANCE)


def people_to_talk_to(audit):
    """The annotators with a ground for a talk: verdicts first, then what luck does not explain, then the rest.

    Parameters
    ----------
    audit : annolib.Audit

    Returns
    -------
    pandas.DataFrame
        Index `worker`, with the columns `TALK_COLUMNS`: grounds, one of `GROUNDS`; beyond_luck: a sign that is so clear
        that nobody of so many annotators would show it by luck (at the audit's error rate, Bonferroni); why, in
        sentences with the counts; judgements; and columns of the audit. A ground is a reason for a talk, not a verdict: only the first two are one.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> people_to_talk_to(audit)["grounds"].value_counts().to_dict()
    {'a habit shows': 3, 'answers too much alike to prove care': 3}
    """
    frame = audit.to_frame()
    has = {name: has_reason(frame, name) for name in SIGNS}
    careless = (frame["verdict"] == CARELESS).to_numpy()
    careful = (frame["verdict"] == CAREFUL).to_numpy()
    always = careless & frame["holds"].astype(str).str.startswith("for every").to_numpy(bool)
    grounds = np.select(
        [always, careless, np.any([has[name] for name in _HABITS], axis=0), has[why.HARD_ITEMS]],
        [SHOWN, CONDITIONAL, HABIT, FAILURES],
        np.where(~careful & (has[why.OWN_CHANCE] | has[why.TIE_HABIT]), ALIKE, ""),
    ).astype(object)
    beyond = np.any(list(_beyond_luck(audit).values()), axis=0)
    order = pd.Series(grounds, frame.index).map({name: place for place, name in enumerate(GROUNDS)})
    order = np.where(careless, order - len(GROUNDS), order)  # a verdict comes before any sign
    frame = frame.assign(
        grounds=grounds, beyond_luck=beyond, order=order, judgements=audit.tally["judgements"]
    )
    frame = frame.assign(signs=beyond & ~careless)
    found = frame[grounds != ""]
    found = found.assign(later=(found["order"] >= 0) & ~found["signs"])
    found = found.sort_values(["later", "order", "careless_p", "effort"], kind="stable")
    found["why"] = _sentences(audit, found)
    return found[list(TALK_COLUMNS)]


def _sentences(audit, found):
    """What was seen of each annotator, with the counts."""
    own = {end: pass_rate(audit.monitor, end, audit.required) for end in _ends(audit)}
    luck = pass_rate(audit.monitor, 0, 0.0)
    counts = audit.tally.to_frame().loc[found.index]
    alike = counts["chance_agreement" if checks_of(audit.monitor) == "repeat" else "expert_chance"]
    said = []
    for row, seen, chance in zip(found.itertuples(), counts.itertuples(), alike, strict=True):
        names = row.reasons.split("; ")
        words, passed = [], []
        if row.grounds in (SHOWN, CONDITIONAL, FAILURES):
            end = audit.strength.high if row.grounds == FAILURES else audit.strength.low
            where = {FAILURES: " on the clearest items", CONDITIONAL: " on the hardest items assumed"}
            passed.append(
                f"the required effort passes {own[end] * row.checks:,.1f}{where.get(row.grounds, '')}"
            )
        if why.BELOW_CHANCE in names:
            passed.append(f"random answers pass {luck * row.checks:,.1f}")
        if why.OWN_CHANCE in names:
            passed.append(f"answers so much alike pass {chance:.0%} by luck")
        if passed:
            words.append(f"Passed {row.passes:,} of {row.checks:,} checks; on average {', '.join(passed)}.")
        if why.SAME_SIDE in names:
            words.append(f"All {seen.left + seen.right:,} choices are {'left' if seen.left else 'right'}.")
        if why.SIDES_DISAGREE in names:
            words.append(
                f"Agrees with the own first answer in {seen.same_agreements:,} of {seen.same_pairs:,} repeats with the "
                f"sides kept, and in {seen.swapped_agreements:,} of {seen.swapped_pairs:,} with the sides swapped."
            )
        if why.TIE_HABIT in names:
            words.append(f"{seen.ties:,} of {seen.judgements:,} answers are ties.")
        said.append(" ".join(words))
    return said


def signs_of(audit):
    """How many annotators show each sign that is worth a look, and how many would by luck.

    Parameters
    ----------
    audit : annolib.Audit

    Returns
    -------
    pandas.DataFrame
        Index `sign`, those that somebody shows; annotators; by_luck: so many at most in expectation if there is nothing in
        it, at the audit's error rate for each (NaN for a sign that is no test); beyond_luck: how many show it so clearly
        that nobody would by luck (likewise); meaning; ask.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> signs_of(audit)[["annotators", "by_luck"]].loc["always the same side"].round(1).tolist()
    [3.0, 6.2]
    """
    frame, tested, beyond = audit.to_frame(), _tested(audit), _beyond_luck(audit)
    rows = []
    for name in SIGNS:
        number = int(has_reason(frame, name).sum())
        if number and name == why.OWN_CHANCE:
            rows.append((name, number, np.nan, np.nan, *REASON_WORDS[name]))
        elif number:
            rows.append(
                (name, number, audit.error_rate * tested[name], beyond[name].sum(), *REASON_WORDS[name])
            )
    columns = ["sign", "annotators", "by_luck", "beyond_luck", "meaning", "ask"]
    return pd.DataFrame(rows, columns=columns).set_index("sign")


def _tested(audit):
    """Of how many annotators each sign was asked."""
    counts, frame = audit.tally.to_frame(), audit.to_frame()
    tested = dict.fromkeys(SIGNS, int((frame["checks"] > 0).sum()))
    both_ways = int(((counts["same_pairs"] > 0) & (counts["swapped_pairs"] > 0)).sum())
    return tested | {why.SAME_SIDE: len(frame), why.TIE_HABIT: len(frame), why.SIDES_DISAGREE: both_ways}


def _beyond_luck(audit):
    """Who shows each sign at the error rate shared among all who were asked, as arrays of bool."""
    tested, limits = _tested(audit), audit.strength
    rate = {name: audit.error_rate / max(number, 1) for name, number in tested.items()}
    counts = count_checks(audit.tally.to_frame(), audit.monitor, audit.tally.clusters)
    tests = Tests(counts, audit.monitor, audit.required, False)
    some = tests.counted > 0
    found = {
        name: why.habits(counts, rate[name])[name]
        for name in (why.SAME_SIDE, why.SIDES_DISAGREE, why.TIE_HABIT)
    }
    if audit.monitor.gain:
        too_many = upper_tail(tests.fewest, tests.counted, tests.success(limits.high, 1.0))
        too_few = lower_tail(tests.most, tests.counted, tests.success(0))
        found[why.MISFIT] = some & (too_many <= rate[why.MISFIT])
        found[why.BELOW_CHANCE] = some & (too_few <= rate[why.BELOW_CHANCE])
        found[why.HARD_ITEMS] = some & (tests.careless(limits.high) <= rate[why.HARD_ITEMS])
    frame = audit.to_frame()
    return {name: mark & has_reason(frame, name) for name, mark in found.items()}


def has_reason(frame, name):
    """Whose reasons hold this one, bool (annotators,)."""
    return np.array([name in given.split("; ") for given in frame["reasons"]], bool)


def pass_rate(monitor, strength, effort):
    """How often checks of this strength pass at this effort."""
    success = success_at(monitor, strength, effort)
    return 1 - success if monitor.gain < 0 else success


def _ends(audit):
    return audit.strength.low, audit.strength.high
