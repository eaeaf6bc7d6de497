"""Answers on a scale as left, right and tie, with a cut that the caller states."""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.imports.building import Draft, label_mapping
from annolib.imports.entries import (
    called,
    is_blank,
    item_texts,
    used_columns,
)
from annolib.imports.sources import need, table_of
from annolib.tables.refusals.faults import TableError, plain


def likert(
    source,
    *,
    worker=None,
    task="task",
    value=None,
    scores=None,
    tie=None,
    higher="right",
    scale=None,
    labels=None,
    left=None,
    right=None,
    time=None,
    keep=(),
    skip=False,
) -> pd.DataFrame:
    """Answers on a scale as left, right and tie, with a cut that you state.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker : str
        The column of the annotator.
    task : str or sequence of str
        Columns that say which item a row is about.
    value : str
        The column of a scale about the pair, such as 1 (much rather left) to 7 (much rather right).
    scores : (str, str)
        In its place, two columns: how good the left content was found, and the right one. Then the value is the
        right score less the left one.
    tie : (float, float)
        Which values are a tie, both ends included: (4, 4) on a scale from 1 to 7, (0, 0) for scores.
    higher : {"right", "left"}
        Which side values above the tie favour. Where the best score is the lowest, "left".
    scale : (float, float), optional
        The ends of the scale; values beyond are refused.
    labels : dict, optional
        In place of `tie`, for a scale in words: {"Much rather A": "left", "No difference": "tie", …}.
    left, right : str, optional
        Columns with what stood on each side.
    time : str, optional
        A column that orders the judgements.
    keep, skip : as for `annolib.imports.arena`

    Returns
    -------
    pandas.DataFrame
        task, worker, label, and where named left, right and time.

    Raises
    ------
    TableError
        If a column is missing, no cut is stated, or rows cannot be read.

    Notes
    -----
    Lacks: how strongly a side was preferred, once the cut is made. A wide tie makes more repeats agree: state the cut
    before you look. Two scores agree about a pair more often than their numbers agree.

    Examples
    --------
    >>> table = pd.DataFrame({"task": ["i", "j"], "who": ["ann", "ann"], "v": ["2", "4"]})
    >>> likert(table, worker="who", value="v", tie=(4, 4), scale=(1, 7))["label"].tolist()
    ['left', 'tie']
    """
    table = table_of(source, "likert")
    draft = Draft("likert", list(table.index))
    draft.ids("worker", need(table, "likert", worker, "worker"), worker)
    draft.ids("task", item_texts(table, "likert", task), called(task))
    if (left is None) != (right is None):
        raise TableError("likert: name both sides, left= and right=, or neither.")
    for name, column in (("left", left), ("right", right)):
        if column is not None:
            draft.contents(name, need(table, "likert", column, name), column)
    if labels is not None:
        draft.labels(need(table, "likert", value, "value"), label_mapping(labels, {}, "likert"), value, (draft.columns.get("left"), draft.columns.get("right")))  # fmt: skip
    else:
        draft.columns["label"] = _cut(draft, table, value, scores, tie, higher, scale)
    if time is not None:
        draft.optional("time", need(table, "likert", time, "time"), time)
    draft.carry(table, used_columns(worker, task, value, scores, left, right, time), keep)
    return draft.table(skip)


def _cut(draft, table, value, scores, tie, higher, scale):
    """The side of each value."""
    low, high = _interval("tie", tie, "Say which values are a tie, for example", "tie=(4, 4)")
    if higher not in ("left", "right"):
        raise TableError(
            f"likert: higher must be 'left' or 'right'; saw {higher!r}. Say which side high values favour."
        )
    if (value is None) == (scores is None) and scores is not None:
        raise TableError("likert: give value= or scores=, not both.")
    if scores is not None:
        if isinstance(scores, str) or len(scores) != 2:
            raise TableError(f"likert: scores must be two columns; saw {scores!r}. Give scores=('score_left', 'score_right').")  # fmt: skip
        one, two = (_numbers(draft, need(table, "likert", name, "scores"), name, scale) for name in scores)
        number = two - one
    else:
        number = _numbers(draft, need(table, "likert", value, "value"), value, scale)
    above, below = ("right", "left") if higher == "right" else ("left", "right")
    label = np.where(number > high, above, np.where(number < low, below, "tie")).astype(object)
    label[np.isnan(number)] = None
    return label


def _interval(name, given, advice, fix):
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        raise TableError(f"likert: {name} must be two numbers; saw {given!r}. {advice}", fix) from None
    if not low <= high:
        raise TableError(f"likert: {name} must be two numbers, the lower first; saw {given!r}. {advice}", fix)
    return low, high


def _numbers(draft, column, name, scale):
    """A column as numbers; entries that are none, or lie beyond the scale, are refused."""
    number = pd.to_numeric(
        pd.Series(
            [None if isinstance(entry, (bool, list, dict)) else entry for entry in column],
            index=column.index,
            dtype=object,
        ),
        errors="coerce",
    )
    number = number.to_numpy(dtype=float, na_value=np.nan)
    empty = np.array([is_blank(entry) for entry in column], bool)
    draft.refuse(empty, f"no entry in {name!r}")
    draft.refuse(
        ~np.isfinite(number) & ~empty,
        lambda row: f"{name!r} is {plain(column.iloc[row])!r}, which is no number",
    )
    if scale is not None:
        low, high = _interval("scale", scale, "Give the ends of the scale, for example", "scale=(1, 7)")
        beyond = (number < low) | (number > high)
        draft.refuse(
            beyond,
            lambda row: f"{name!r} is {plain(column.iloc[row])!r}, beyond the scale from {low:g} to {high:g}",
        )
    return number
