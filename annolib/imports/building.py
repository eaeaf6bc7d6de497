"""From what a reader found to the tidy table: labels in words, ids as text, and no row lost without a word."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd

from annolib.imports.entries import as_content, as_text, codes_of, hashable, text_of
from annolib.tables.columns import LABELS
from annolib.tables.names import ALIASES, NAMES
from annolib.tables.notes import varying_columns
from annolib.tables.refusals.faults import MOST_LISTED, TableError, listed, plain
from annolib.tables.refusals.proposals import propose_labels

_LISTED = 1_000


class SkippedRows(UserWarning):
    """Rows of a source that were left out because the caller said skip=True.

    Attributes
    ----------
    rows : pandas.DataFrame
        `row` (where it stands in the source, as text) and `reason`, one line for each that was left out.
    """

    def __init__(self, message, rows):
        super().__init__(message)
        self.rows = rows


class Draft:
    """A tidy table in the making: columns of one length, and which rows cannot be read and why.

    Parameters
    ----------
    reader : str
        Who reads, for the message.
    places : sequence
        Where each row stands in the source: its number, or words such as "task 3, annotation 1".
    unit : str
        What a number in `places` counts.

    Examples
    --------
    >>> draft = Draft("wide", [0, 1])
    >>> draft.ids("worker", pd.Series(["ann", None]), "worker")
    >>> draft.labels(pd.Series(["A", "B"]), {"A": "left", "B": "right"}, "choice")
    >>> draft.table()
    Traceback (most recent call last):
        ...
    annolib.tables.refusals.faults.TableError: wide: 1 of 2 rows cannot be read: row 1: no entry in 'worker'. Correct it, or leave it out with skip=True
    """

    def __init__(self, reader, places, unit="row"):
        self.reader, self.unit = reader, unit
        self.places = places
        self.columns = {}
        self.lost = []  # (place, reason) of what never became a row
        self._reasons = {}
        self._unknown, self._understood = (
            [],
            {},
        )  # labels that the mapping does not know, and those that it does
        self.asks_labels = True  # whether the reader has an argument labels=

    def __len__(self):
        return len(self.places)

    def refuse(self, bad, reason):
        """Say of the rows where `bad` is true that they cannot be read; the first reason stays."""
        for row in np.flatnonzero(bad):
            self._reasons.setdefault(int(row), reason(int(row)) if callable(reason) else reason)

    def refuse_each(self, reasons):
        """Say of each row why it cannot be read; None or "" of one that can."""
        for row, reason in enumerate(reasons):
            if reason:
                self._reasons.setdefault(row, reason)

    def ids(self, name, values, column, why="no entry in {!r}"):
        """Ids or contents as text, as they are written; those that say nothing certain are refused.

        Parameters
        ----------
        name : str
            The column of the tidy table.
        values : pandas.Series or list
        column : str
            What the source calls it, for the message.
        why : str
            The reason where there is none.
        """
        texts, empty, strange = as_text(values)
        self.refuse(empty, why.format(column))
        self.refuse(strange, lambda row: f"{column!r} is {_described(_at(values, row))}, which is no id")
        self.columns[name] = texts

    def labels(self, values, mapping, column, contents=None):
        """Labels in the words left, right and tie.

        Parameters
        ----------
        values : pandas.Series or list
        mapping : dict or "content"
            From the source's words to ours. "content": a label names the winning content.
        column : str
            What the source calls it, for the message.
        contents : pair of array, optional
            What stood left and right, for "content".
        """
        values = pd.Series(values, dtype=object) if not isinstance(values, pd.Series) else values
        if isinstance(mapping, str):
            self._labels_by_content(values, column, contents)
            return
        codes, seen = codes_of(values)
        known = [mapping.get(entry) if hashable(entry) else None for entry in seen]
        known = [_label_of(entry, mapping) if label is None else label for entry, label in zip(seen, known, strict=True)]  # fmt: skip
        words = np.array([*known, None], dtype=object)[codes]
        empty = codes < 0
        self.refuse(empty, f"no entry in {column!r}")
        unknown = np.array([*(label is None for label in known), False], bool)[codes]
        self._unknown = [entry for entry, label in zip(seen, known, strict=True) if label is None][:_LISTED]
        self._understood = {
            entry: label for entry, label in zip(seen, known, strict=True) if label is not None
        }
        self.refuse(unknown, lambda row: f"unknown label {_short(values.iloc[row])} in {column!r}")
        self.columns["label"] = words

    def _labels_by_content(self, values, column, contents):
        texts, empty, strange = as_text(values)
        texts, left, right = (np.asarray(side, dtype=object) for side in (texts, *contents))
        same = left == right
        label = np.where(texts == left, "left", np.where(texts == right, "right", np.where(texts == "tie", "tie", None)))  # fmt: skip
        self.refuse(empty | strange, f"no entry in {column!r}")
        self.refuse(
            same & (label != "tie"), "both sides are the same, so that the winner's name says no side"
        )
        unknown = label == None  # noqa: E711  elementwise
        self.refuse(
            unknown, lambda row: f"{column!r} names {_short(texts[row])}, which stood on neither side"
        )
        self.asks_labels = False
        self.columns["label"] = label

    def optional(self, name, values, column):
        """A column that may be missing as a whole; where only some entries are, these rows are refused."""
        values = pd.Series(values, dtype=object) if not isinstance(values, pd.Series) else values
        empty = _empty(values)
        if len(values) and empty.all():
            return
        self.refuse(empty, f"no entry in {column!r} (leave the column out with {name}=None)")
        self.columns[name] = values

    def keep(self, name, values):
        """A further column, as it is."""
        self.columns[name] = values

    def contents(self, name, values, column):
        """What stood on a side: text, or a conversation (a list or an object), which becomes text as JSON.

        An empty text is an answer too, if it stands there: "" in JSON; an empty cell of a CSV is none.
        """
        values = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object)
        if values.dtype == object or (values.dtype == "str" and (values.str.strip() == "").any()):
            values = pd.Series([as_content(entry) for entry in values], dtype=object)
        self.ids(name, values, column)

    def carry(self, table, used, keep=()):
        """Carry on further columns: those in `keep`, and those that may be part of the item (a turn, a criterion).

        The latter vary inside tasks and inside workers and have few values: left out, judgements of two items would
        pass for repeats of one. A name that the tidy table would read as something else gets "source " before it.
        """
        ids = [pd.factorize(np.asarray(self.columns[name], dtype=object))[0] for name in ("task", "worker")]
        there = [row for row in zip(*ids, strict=True) if min(row) < 0]
        others = [name for name in table.columns if name not in used and name not in keep]
        found = {} if there else varying_columns(table, others, *(code.astype(np.int64) for code in ids))
        for name in [*keep, *found]:
            if name not in table.columns:
                seen = listed(others)
                raise TableError(f"{self.reader}: keep names {name!r}, which is no column; saw {seen}.")
            own = f"source {name}" if name in _RESERVED and name not in keep else name
            self.columns.setdefault(own, table[name])

    def table(self, skip=False):
        """The tidy table; refused rows are an error, or with `skip` left out with a warning that counts them.

        Raises
        ------
        TableError
        """
        total = len(self) + len(self.lost)
        if self._reasons or self.lost:
            failed = [(self._place(row), reason) for row, reason in sorted(self._reasons.items())]
            failed += [(self._named(place), reason) for place, reason in self.lost]
            if not skip:
                raise self._refusal(failed, total)
            self._warn(failed, total)
        frame = pd.DataFrame({name: _column(values) for name, values in self.columns.items()})
        if self._reasons:
            kept = np.ones(len(self), bool)
            kept[list(self._reasons)] = False
            frame = frame[kept]
        for name in ("task", "worker", "label", "left", "right", "first", "second"):
            if name in frame:
                frame[name] = _as_str(frame[name])
        first = [name for name in _ORDER if name in frame]
        return frame[[*first, *(name for name in frame if name not in first)]].reset_index(drop=True)

    def _place(self, row):
        places = self.places
        return self._named(places.iloc[row] if isinstance(places, pd.Series) else places[row])

    def _named(self, place):
        return place if isinstance(place, str) else f"{self.unit} {place}"

    def _refusal(self, failed, total):
        by_reason = {}
        for place, reason in failed:
            by_reason.setdefault(reason, []).append(place)
        groups = list(by_reason.items())
        shown = "; ".join(f"{_first_places(places)}: {reason}" for reason, places in groups[:MOST_LISTED])
        rest = sum(len(places) for _, places in groups[MOST_LISTED:])
        more = f"; and {rest:,} more for other reasons" if rest else ""
        message = f"{self.reader}: {len(failed):,} of {total:,} {self.unit}s cannot be read: {shown}{more}."
        it = "it" if len(failed) == 1 else "them"
        labels = sum(reason.startswith("unknown label") for _, reason in failed)
        if not labels or not self.asks_labels:
            return TableError(f"{message} Correct {it}, or leave {it} out with", "skip=True")
        if 2 * labels <= len(self):  # most labels are understood: these are something else
            words = "say with labels= which words are left, right and tie (all of them)"
            return TableError(f"{message} Correct {it}, {words}, or leave {it} out with", "skip=True")
        proposal = propose_labels([plain(entry) for entry in self._unknown if hashable(entry)])
        fix = (
            f"labels={self._understood | proposal!r}"
            if proposal
            else "labels={'…': 'left', '…': 'right', '…': 'tie'}"
        )
        seen = (
            f"Labels are 'left', 'right' and 'tie', about the side shown; these are {listed(self._unknown)}."
        )
        return TableError(f"{message} {seen} Say which is which, and check it:", fix)

    def _warn(self, failed, total):
        rows = pd.DataFrame(failed, columns=["row", "reason"])
        counts = rows["reason"].value_counts()
        reasons = "; ".join(f"{count:,} × {reason}" for reason, count in counts.head(MOST_LISTED).items())
        rest = int(counts.iloc[MOST_LISTED:].sum())
        reasons += f"; {rest:,} × other reasons" if rest else ""
        message = f"{self.reader}: left out {len(failed):,} of {total:,} {self.unit}s: {reasons}."
        warnings.warn(SkippedRows(message, rows), stacklevel=_outside())


_RESERVED = {*NAMES, *(alias for others in ALIASES.values() for alias in others)}
_ORDER = (
    "task",
    "worker",
    "label",
    "left",
    "right",
    "first",
    "second",
    "time",
    "screen",
    "judgement",
    "expert",
)


def _label_of(entry, mapping):
    """Numbers are known by their digits too: a mapping written for text serves numbers, and the other way round."""
    text = text_of(entry)
    if text is None or isinstance(entry, str):
        return None
    return mapping.get(text)


def label_mapping(labels, default, reader):
    """The mapping that a reader works with: the caller's, else its own.

    Raises
    ------
    TableError
        If it is no dict to left, right and tie.

    Examples
    --------
    >>> label_mapping({"A": "left"}, {}, "potato")
    {'A': 'left'}
    """
    if labels is None:
        return default
    if isinstance(labels, str) and labels == "content":
        return labels
    wrong = None if isinstance(labels, dict) else labels
    if isinstance(labels, dict):
        wrong = next((label for label in labels.values() if label not in LABELS), None) if labels else labels
    if wrong is not None:
        raise TableError(
            f"{reader}: labels must be a dict from the source's words to 'left', 'right' and 'tie', or 'content'; "
            f"saw {wrong!r}. Give, for example",
            "labels={'A': 'left', 'B': 'right', 'Same': 'tie'}",
        )
    return dict(labels)


OWN_WORDS = {"left": "left", "right": "right", "tie": "tie"}


def _first_places(places):
    """At most three places, and how many more there are.

    Examples
    --------
    >>> _first_places(["row 1", "row 2", "row 5", "row 7"])
    'row 1, row 2, row 5 and 1 more'
    """
    more = f" and {len(places) - 3:,} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more


def _empty(values):
    missing = np.asarray(values.isna(), bool)
    if values.dtype != object:
        return missing
    return missing | np.array([isinstance(entry, str) and not entry.strip() for entry in values], bool)


def _column(values):
    return values.reset_index(drop=True) if isinstance(values, pd.Series) else pd.Series(values, dtype=object)


def _as_str(column):
    try:
        return column.astype("str")
    except UnicodeEncodeError:  # lone surrogates
        return column


def _at(values, row):
    return values.iloc[row] if isinstance(values, pd.Series) else values[row]


def _described(entry):
    kind = type(entry.item() if isinstance(entry, np.generic) else entry)
    if kind in (int, float):
        return f"the number {entry!r}"
    return f"a {kind.__name__}"


def _short(entry):
    return listed([entry.item() if isinstance(entry, np.generic) else entry])


def _outside():
    """How many frames above `Draft._warn` the caller's own code is."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("annolib.imports"):
        depth, frame = depth + 1, frame.f_back
    return depth
