"""Who gave which label to which item: a tidy table in codes, for models that weigh many labellers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.tables import TableError, find_names, read_judgements

REPEATS = ("refuse", "first", "count")
CONTENTS = ("first", "second", "tie")


@dataclass(frozen=True, eq=False, repr=False)
class Observations:
    """Votes in codes, one entry a vote.

    Attributes
    ----------
    worker, task, label : ndarray of int of shape (votes,)
        Positions in `workers`, `tasks` and `labels`.
    workers, tasks, labels : pandas.Index
    sided : bool
        Whether the labels are about content: first, second and tie.
    """

    worker: np.ndarray
    task: np.ndarray
    label: np.ndarray
    workers: pd.Index
    tasks: pd.Index
    labels: pd.Index
    sided: bool


def read_observations(table, repeats="refuse") -> Observations:
    """Read a tidy table: `task`, `worker`, `label`; with `left` and `right`, labels by content.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows without a label are left out; so are experts' rows, where the sides are given.
    repeats : {"refuse", "first", "count"}
        What to do with a second label of the same worker for the same task.

    Returns
    -------
    Observations

    Raises
    ------
    annolib.TableError
        If a column is missing or has empty entries, if there are fewer than two kinds of labels, or if
        labels are repeated and repeats are refused.

    Examples
    --------
    >>> table = pd.DataFrame({"task": [1, 1, 2], "worker": ["a", "b", "a"], "label": ["yes", "no", None]})
    >>> votes = read_observations(table)
    >>> votes.label.tolist(), votes.labels.tolist(), votes.tasks.tolist()
    ([1, 0], ['no', 'yes'], [1])
    """
    if repeats not in REPEATS:
        raise ValueError(f"repeats must be one of {', '.join(map(repr, REPEATS))}; saw {repeats!r}.")
    names = _names(table)
    given = table[table[names["label"]].notna()]
    votes = _by_content(given) if "left" in names else _as_named(given, names)
    if len(votes.labels) < 2:
        raise TableError(
            f"column {names['label']!r}: {len(votes.labels)} kind of label; there is nothing to tell apart. "
            "Give labels of two kinds or more."
        )
    return _without_repeats(votes, repeats)


def _names(table):
    if not isinstance(table, pd.DataFrame):
        raise TableError(f"table must be a pandas DataFrame; saw {type(table).__name__}. Convert it first.")
    return find_names(list(table.columns))[0]


def _by_content(table):
    read = read_judgements(table)
    own = ~read.expert
    kinds = np.unique(read.content[own])
    label = np.searchsorted(kinds, read.content[own])
    labels = pd.Index(CONTENTS).take(kinds)
    return _compact(read.worker[own], read.task[own], label, read.workers, read.tasks, labels, True)


def _as_named(table, names):
    codes, index = [], []
    for name in ("worker", "task", "label"):
        column = table[names[name]]
        if column.isna().any():
            place = int(np.flatnonzero(column.isna())[0])
            raise TableError(
                f"column {names[name]!r}: empty entries in row {place}. Fill or drop these rows."
            )
        try:
            code, known = pd.factorize(column, sort=name != "task")
        except TypeError:
            raise TableError(
                f"column {names[name]!r}: entries that cannot be ids or labels, such as {column.iloc[0]!r}. "
                "Use text or numbers of one type."
            ) from None
        codes.append(code)
        index.append(pd.Index(known))
    return Observations(*codes, *index, False)


def _compact(worker, task, label, workers, tasks, labels, sided):
    """Only workers and tasks that have a vote, in the order they had."""
    there, worker = np.unique(worker, return_inverse=True)
    items, task = np.unique(task, return_inverse=True)
    return Observations(worker, task, label, workers.take(there), tasks.take(items), labels, sided)


def _without_repeats(votes, repeats):
    cell = votes.worker.astype(np.int64) * len(votes.tasks) + votes.task
    _, first = np.unique(cell, return_index=True)
    if first.size == cell.size or repeats == "count":
        return votes
    if repeats == "refuse":
        again = np.setdiff1d(np.arange(cell.size), first)
        who, what = votes.workers[votes.worker[again[0]]], votes.tasks[votes.task[again[0]]]
        raise TableError(
            f"{again.size} labels are repeats, such as worker {who!r} on task {what!r}: the model takes votes to "
            "be independent, and two labels by one person are not. Give repeats='first' to keep the first label, "
            "or repeats='count' to count each label as a vote."
        )
    keep = np.sort(first)
    return Observations(
        votes.worker[keep],
        votes.task[keep],
        votes.label[keep],
        votes.workers,
        votes.tasks,
        votes.labels,
        votes.sided,
    )
