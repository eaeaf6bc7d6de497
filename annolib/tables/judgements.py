"""The tidy table of judgements, checked once at the door.

One row is one judgement: `task`, `worker`, `label`, and where known `left`, `right` (what stood on each
side), `time`, `judgement` (an id of the row) and `expert` (bool). A second row with the same worker and task
is a repeat. The three first names are those of crowd-kit (Ustalov, Pavlichenko, Tseitlin 2024,
DOI 10.21105/joss.06227).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.tables import columns as read
from annolib.tables.columns import LABELS, TIE
from annolib.tables.refusals import TableError

ALIASES = {
    "task": ("item", "item_id", "task_id", "comparison_id"),
    "worker": ("annotator", "annotator_id", "rater", "worker_id"),
    "label": ("winner", "choice"),
    "judgement": ("judgement_id", "judgment_id", "annotation_id"),
}
_NEEDED = ("task", "worker", "label")
_OPTIONAL = ("left", "right", "time", "judgement", "expert")


@dataclass(frozen=True, repr=False, eq=False)
class Judgements:
    """A checked table in codes; every array has one entry per judgement, in the order of the rows.

    Attributes
    ----------
    workers : pandas.Index
        The distinct worker ids, sorted (in order of appearance if they cannot be sorted).
    tasks : pandas.Index
        The distinct task ids, in order of appearance.
    worker, task : ndarray of int64
        Positions in `workers` and `tasks`.
    label : ndarray of int8
        The label as shown: 0 left, 1 right, 2 tie.
    content : ndarray of int8
        The label about the content: 0 first, 1 second, 2 tie. Which of an item's two contents is called
        first is arbitrary, but the same in every row of the item.
    swapped : ndarray of bool
        True where the second content stood on the left.
    expert : ndarray of bool
        True for an expert's verdict, which is no worker's judgement.
    time : ndarray of int64 or None
        The rank of the row's `time`. None without that column: then the order of the rows is taken for it.
    sided : bool
        Whether `left` and `right` were given.
    same_content : int
        The number of tasks with the same content on both sides. There the sides cannot be told apart:
        labels are compared as shown and nothing counts as swapped.
    aliases : dict
        Which of the table's columns was read for which name, where the two differ.
    """

    workers: pd.Index
    tasks: pd.Index
    worker: np.ndarray
    task: np.ndarray
    label: np.ndarray
    content: np.ndarray
    swapped: np.ndarray
    expert: np.ndarray
    time: np.ndarray | None
    sided: bool
    same_content: int
    aliases: dict

    def __len__(self):
        return self.label.size

    def __repr__(self):
        return f"Judgements({len(self):,} rows, {len(self.workers):,} workers, {len(self.tasks):,} tasks)"

    def to_frame(self):
        """The checked table: task, worker, label, content (first, second, tie), swapped, expert."""
        shown, about = np.array(LABELS, object), np.array(("first", "second", "tie"), object)
        ids = {"task": self.tasks[self.task], "worker": self.workers[self.worker]}
        labels = {"label": shown[self.label], "content": about[self.content]}
        return pd.DataFrame(ids | labels | {"swapped": self.swapped, "expert": self.expert})


def read_judgements(table):
    """Check a tidy table and return it in codes. The table itself is left as it is.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `task`, `worker` (hashable ids, one type in a column) and `label` (left, right or tie);
        optional `left` and `right` (both or neither), `time`, `judgement` and `expert`. Others are ignored.
        The names in `ALIASES` are accepted where the proper one is not there.

    Returns
    -------
    Judgements

    Raises
    ------
    TableError
        If a column is missing or stands there twice, has empty or mixed entries, if a label is unknown, if a
        task shows two different pairs of contents, or if a judgement was recorded twice.

    Notes
    -----
    What is a duplicate and what a repeat: with a `judgement` column, an id that occurs twice is an error.
    Without it, rows that are equal in everything including `time` are one judgement recorded twice, and an
    error. Without either column, equal rows are repeats with the same answer.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["i", "i"], "worker": ["ann", "ann"], "label": ["left", "tie"]})
    >>> read_judgements(table)
    Judgements(2 rows, 1 workers, 1 tasks)
    >>> read_judgements(table).aliases
    {'task': 'item'}
    >>> try:
    ...     read_judgements(table.replace("tie", "both"))
    ... except TableError as error:
    ...     print(str(error)[:50])
    column 'label': unknown label 'both' in row 1. Lab
    """
    found, aliases = _find_columns(table)
    tasks, task = read.read_ids(found["task"])
    workers, worker = read.read_ids(found["worker"], ordered=True)
    label = read.read_labels(found["label"])
    expert, swapped, same_content = np.zeros(label.size, bool), np.zeros(label.size, bool), 0
    if "expert" in found:
        expert = read.read_experts(found["expert"], workers, worker)
    if "left" in found:
        swapped, same_content = read.read_sides(found["left"], found["right"], task, len(tasks))
    content = np.where(swapped & (label != TIE), 1 - label, label)
    time = read.read_ids(found["time"], ordered=True)[1] if "time" in found else None
    if "judgement" in found:
        read.refuse_duplicate_ids(found["judgement"])
    elif time is not None:
        read.refuse_duplicate_records(found["time"], (worker, task, content, swapped, time))
    codes = (worker, task, label, content, swapped, expert, time)
    return Judgements(workers, tasks, *codes, "left" in found, same_content, aliases)


def _find_columns(table):
    """The table's columns by their proper names, and which aliases were used."""
    if not isinstance(table, pd.DataFrame):
        raise TableError(f"table must be a pandas DataFrame; saw {type(table).__name__}. Convert it first.")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise TableError(f"column {twice[0]!r} stands in the table twice. Drop or rename one of the two.")
    names, aliases = find_names(list(table.columns))
    return {name: table[own] for name, own in names.items()}, aliases


def find_names(columns):
    """Which column is read for which proper name, and of these the aliases.

    Examples
    --------
    >>> find_names(["item", "worker", "label", "colour"])
    ({'task': 'item', 'worker': 'worker', 'label': 'label'}, {'task': 'item'})
    """
    found = {}
    for name in _NEEDED + _OPTIONAL:
        own = [name] if name in columns else [alias for alias in ALIASES.get(name, ()) if alias in columns]
        if len(own) > 1:
            raise TableError(f"columns {own} could each be {name!r}. Rename the right one to {name!r}.")
        if own:
            found[name] = own[0]
        elif name in _NEEDED:
            message = f"column {name!r} (or {', '.join(ALIASES[name])}) is missing; saw {columns}."
            raise TableError(f"{message} Rename the column that holds it to {name!r}.")
    if ("left" in found) != ("right" in found):
        there, missing = ("left", "right") if "left" in found else ("right", "left")
        raise TableError(f"column {missing!r} is missing while {there!r} is there. Give both or neither.")
    return found, {name: own for name, own in found.items() if own != name}
