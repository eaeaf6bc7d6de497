"""What a refused column probably means, read from the entries that were seen: a proposal to check, never an act.

Pure functions of the distinct entries. The door itself reads none of this: it puts the proposal into the message
that refuses the table, and whoever brought the table decides.
"""

from __future__ import annotations

import difflib
import re
from datetime import datetime

_LEFT = {"left", "l", "a", "first", "1st", "one", "1"}
_RIGHT = {"right", "r", "b", "second", "2nd", "two", "2"}
_BETTER = {"better", "win", "wins", "won", "agree", "yes", "true"}
_WORSE = {"worse", "lose", "loses", "lost", "disagree", "no", "false"}
_TIE = (
    "tie",
    "draw",
    "both",
    "equal",
    "same",
    "neither",
    "neutral",
    "similar",
    "no preference",
    "=",
    "undecided",
)
_TRUE = {"true", "t", "yes", "y", "1", "1.0", "x", "expert", "gold", "golden", "ja", "oui", "si", "on"}
_FALSE = {"false", "f", "no", "n", "0", "0.0", "", "worker", "crowd", "nein", "non", "off", "none", "nan"}
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%H:%M:%S.%f")
_DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y", "%d/%m/%y", "%m/%d/%y")  # fmt: skip
FORMATS = (
    *_CLOCKS,
    *_DAYS,
    *(f"{day} {clock}" for day in _DAYS for clock in _CLOCKS),
    *("%a, %d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %Y", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%S%z"),
)


def propose_labels(seen):
    """Which of left, right and tie the entries probably say; those of which nothing can be read are left out.

    Parameters
    ----------
    seen : sequence
        The distinct entries of a column of labels.

    Returns
    -------
    dict
        Entry → label. Of two or three entries of which nothing can be read, the first is called left, the second
        right, the third tie: a form to fill in.

    Examples
    --------
    >>> propose_labels(["model_a", "tie (bothbad)", "model_b"])
    {'model_a': 'left', 'tie (bothbad)': 'tie', 'model_b': 'right'}
    >>> propose_labels(["right is slightly better", "left is worse"])
    {'right is slightly better': 'right', 'left is worse': 'right'}
    >>> propose_labels([1, 2]), propose_labels([1, 2, 3, 4, 5])
    ({1: 'left', 2: 'right'}, {1: 'left', 2: 'left', 3: 'tie', 4: 'right', 5: 'right'})
    """
    numbers = {entry: number for entry in seen if (number := _number(entry)) is not None}
    found = _scale(numbers) if len(numbers) == len(seen) else {}
    found = found or {entry: label for entry in seen if (label := _side(entry))}
    if not found and len(seen) <= 3:
        found = dict(zip(seen, ("left", "right", "tie"), strict=False))
    return {entry: found[entry] for entry in seen if entry in found}


def _number(entry):
    if isinstance(entry, bool):
        return None
    try:
        number = float(entry)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 1e9 else None


def _scale(numbers):
    """Numbers as sides: 0, 1, 2 or 1, 2, 3 in the order of `LABELS`; longer scales from left to right."""
    values = set(numbers.values())
    first = 0 if 0 in values else 1
    order = {first: "left", first + 1: "right", first + 2: "tie"}
    if values <= set(order):
        return {entry: order[value] for entry, value in numbers.items()}
    middle = 0 if min(values) < 0 else (min(values) + max(values)) / 2
    sides = {-1: "left", 0: "tie", 1: "right"}
    return {entry: sides[(value > middle) - (value < middle)] for entry, value in numbers.items()}


def _side(entry):
    """The side that an entry names, or ''."""
    if isinstance(entry, bool):
        return "left" if entry else "right"
    if isinstance(entry, bytes):
        entry = entry.decode("utf-8", "replace")
    if not isinstance(entry, str):
        return ""
    text = entry.strip().casefold()
    if written := re.fullmatch(r"b(['\"])(.*)\1", text):  # as Python writes bytes
        text = written[2]
    if winner := re.fullmatch(r"(\w+)\s*([<>])+\s*(\w+)", text):  # as A>>B
        text = winner[1] if winner[2] == ">" else winner[3]
    if any(word in text for word in _TIE):
        return "tie"
    words = set(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=\d)", " ", text)))
    left, right = bool(words & _LEFT), bool(words & _RIGHT)
    better, worse = bool(words & _BETTER), bool(words & _WORSE)
    if left != right:
        return "left" if left != worse else "right"
    return "" if better == worse else "left" if better else "right"


def propose_truths(seen):
    """Which entries probably mark an expert's verdict, and which a worker's judgement.

    Returns
    -------
    dict
        Entry → bool; entries of which nothing can be read are left out.

    Examples
    --------
    >>> propose_truths(["no", "Yes", "maybe"])
    {'no': False, 'Yes': True}
    """
    words = {entry: str(entry).strip().casefold() for entry in seen}
    return {entry: word in _TRUE for entry, word in words.items() if word in _TRUE or word in _FALSE}


def propose_formats(seen):
    """Formats of time in which all the texts can be read, in the words of `datetime.strptime`.

    Examples
    --------
    >>> propose_formats(["9:58", "10:02"]), propose_formats(["3/4/2024", "25/4/2024"])
    (['%H:%M'], ['%d/%m/%Y'])
    >>> propose_formats(["yesterday"])
    []
    """
    texts = [text for text in seen if isinstance(text, str)]
    return [form for form in FORMATS if texts and all(_reads(text, form) for text in texts)]


def _reads(text, form):
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def nearest(name, columns, others=(), most=10):
    """At most `most` of the columns, those first that look most like `name` or one of the `others`.

    Examples
    --------
    >>> nearest("worker", ["colour", "Worker ID", "x"], ["annotator"], most=2)
    ['Worker ID', 'colour']
    """
    wanted = [word.casefold() for word in (name, *others)]

    def likeness(column):
        text = str(column).strip().casefold()
        same = max(difflib.SequenceMatcher(None, text[:80], word).ratio() for word in wanted)
        return same + any(word in re.split(r"[\W_]+", text) for word in wanted)

    return sorted(columns, key=likeness, reverse=True)[:most]
