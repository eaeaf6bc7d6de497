"""The tidy table of judgements, validated once.

One row is one judgement: `task`, `worker`, `label`, and where known `left`, `right` (what stood on each
side), `time`, `screen` (what was judged at one sight), `judgement` (an id of the row) and `expert`. A second row
with the same worker and task is a repeat. The three first names are those of crowd-kit (Ustalov, Pavlichenko,
Tseitlin 2024, DOI 10.21105/joss.06227).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.tables import columns as read
from annolib.tables import notes
from annolib.tables.columns import LABELS, TIE
from annolib.tables.refusals import faults
from annolib.tables.refusals.faults import TableError, listed, nearest
from annolib.tables.refusals.fixes import PANDAS

ALIASES = {
    "task": ("item", "item_id", "task_id", "comparison_id"),
    "worker": ("annotator", "annotator_id", "rater", "worker_id"),
    "label": ("winner", "choice"),
    "judgement": ("judgement_id", "judgment_id", "annotation_id"),
    "screen": ("screen_id", "batch", "batch_id"),
}
_NEEDED = ("task", "worker", "label")
_OPTIONAL = ("left", "right", "time", "judgement", "expert", "screen")
NAMES = _NEEDED + _OPTIONAL


@dataclass(frozen=True, repr=False, eq=False)
class Judgements:
    """A validated table in codes; every array has one entry per judgement, in the order of the rows.

    Attributes
    ----------
    workers : pandas.Index
        The distinct worker ids, sorted (in order of appearance if they cannot be sorted).
    tasks : pandas.Index
        The distinct task ids, in order of appearance; with `by`, tuples of a task and its parts.
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
    time : ndarray of int64 or float64, or None
        Orders the rows: the greater the later. None without that column: then the order of the rows is taken.
    screen : ndarray of int64 or None
        Rows of one worker with the same number were judged at one sight. None without that column.
    sided : bool
        Whether `left` and `right` were given.
    same_content : int
        The number of tasks with the same content on both sides. There the sides cannot be told apart:
        labels are compared as shown and nothing counts as swapped.
    aliases : dict
        Which of the table's columns was read for which name, where the two differ.
    by : tuple of str
        The columns that are part of the item.
    notes : tuple of str
        What is no error and should be looked at: ids that differ in spaces or capitals only, columns that vary
        inside a task, items that were judged at one sight.
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
    screen: np.ndarray | None
    sided: bool
    same_content: int
    aliases: dict
    by: tuple = ()
    notes: tuple = ()

    def __len__(self):
        return self.label.size

    def __repr__(self):
        seen = f"{len(self):,} rows, {len(self.workers):,} workers, {len(self.tasks):,} tasks"
        return f"Judgements({seen}{notes.count(self.notes)})"

    def to_frame(self):
        """The validated table: task, worker, label, content (first, second, tie), swapped, expert."""
        shown, about = np.array(LABELS, object), np.array(("first", "second", "tie"), object)
        ids = {"task": self.tasks[self.task], "worker": self.workers[self.worker]}
        labels = {"label": shown[self.label], "content": about[self.content]}
        return pd.DataFrame(ids | labels | {"swapped": self.swapped, "expert": self.expert})


def read_judgements(table, *, by=(), time_format=None, expert=None) -> Judgements:
    """Validate a tidy table and return it in codes. The table itself is left as it is.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `task`, `worker` (hashable ids, one type in a column) and `label` (left, right or tie);
        optional `left` and `right` (both or neither), `time`, `judgement`, `expert` and `screen`. Others are not
        read. The names in `ALIASES` are accepted where the proper one is not there.

        - time: real times (all with an offset from UTC, or all without), numbers, or text: of decimal numbers, in
          ISO 8601, or in `time_format`
        - expert: True or 1 for an expert's verdict, False or 0 for a worker's judgement; or any entries, of which
          `expert` names the one that marks a verdict
        - screen: which judgements of a worker were made at one sight, such as the pairs of one ranking
    by : str or sequence of str
        Columns that are part of the item: with "turn", a task's first turn and its second are two items.
    time_format : str, optional
        How text in `time` is written, in the words of `datetime.strptime`, such as "%d/%m/%Y %H:%M".
    expert : object, optional
        The entry of the column `expert` that marks a verdict, such as "yes".

    Returns
    -------
    Judgements

    Raises
    ------
    TableError
        If a column is missing or stands there twice, has empty, blank or mixed entries, if a label is unknown, if
        times cannot be put in order, if a task shows two different pairs of contents, or if a judgement was
        recorded twice. Its `fix` is code that helps, where code can.

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
    ...     print(str(error)[:50], error.fix, sep="\\n")
    column 'label': unknown label 'both' in row 1. Lab
    table = table.assign(**{'label': table['label'].map({'left': 'left', 'both': 'tie'})})
    """
    names, aliases, by, left_over = _open(table, by)
    column = {name: table[own] for name, own in names.items()}
    tasks, task = _read_items(column["task"], [table[name] for name in by])
    workers, worker = read.read_ids(column["worker"], ordered=True)
    sides = (column["left"], column["right"]) if "left" in column else None
    label = read.read_labels(column["label"], sides)
    experts = np.zeros(label.size, bool)
    if "expert" in column:
        experts = read.read_experts(column["expert"], expert)
        read.refuse_experts_who_work(column["expert"], experts, workers, worker, names, expert)
    elif expert is not None:
        raise needs_column("expert", "expert")
    swapped, same_content, contents = np.zeros(label.size, bool), 0, None
    if sides:
        *contents, swapped, same_content = read.read_sides(*sides, task, len(tasks), names)
    content = np.where(swapped & (label != TIE), 1 - label, label)
    time, text = read.read_times(column["time"], time_format) if "time" in column else (None, False)
    if time is None and time_format is not None:
        raise needs_column("time", "time_format")
    moments = np.zeros(0, np.int64) if time is None else read.same_moments(time)
    if "judgement" in column:
        read.refuse_duplicate_ids(column["judgement"])
    elif time is not None:
        fault = faults.recorded_before(names, by, text, PANDAS)
        codes = (time, worker, task, content, swapped)
        read.refuse_duplicate_records(column["time"], moments, codes, fault)
    screen = read.read_ids(column["screen"])[1] if "screen" in column else None
    found = [*notes.look_alikes("worker", workers), *([] if by else notes.look_alikes("task", tasks))]
    found += notes.columns_inside_tasks(table, left_over, task, worker)
    if screen is None and contents is not None:
        rows = moments[~experts[moments]]
        if rows.size:
            found += notes.one_sight(worker[rows], task[rows], time[rows], [side[rows] for side in contents])
    codes = (worker, task, label, content, swapped, experts, time, screen)
    return Judgements(workers, tasks, *codes, sides is not None, same_content, aliases, by, tuple(found))


def _read_items(task, parts):
    """Distinct items and each row's position among them; with `parts`, tuples."""
    ids, code = read.read_ids(task)
    if not parts:
        return ids, code
    read_parts = [(ids, code), *(read.read_ids(part) for part in parts)]
    item = code
    for values, position in read_parts[1:]:
        item = pd.factorize(item * len(values) + position)[0]
    first = np.flatnonzero(~pd.Series(item).duplicated().to_numpy())
    tuples = zip(*(values[position[first]] for values, position in read_parts), strict=True)
    return pd.Index(list(tuples), tupleize_cols=False), item.astype(np.int64, copy=False)


def needs_column(name, argument):
    """The error for an argument about a column that is not there."""
    message = f"{argument} is about a column {name!r}, which the table has not. Leave the argument out:"
    return TableError(message, f"{argument}=None")


def _open(table, by):
    """The table's columns by their proper names, which aliases were used, and the columns left over."""
    if not isinstance(table, pd.DataFrame):
        message = f"table must be a pandas DataFrame; saw {type(table).__name__}."
        rows = isinstance(table, list) and table and all(isinstance(row, dict) for row in table)
        if rows or isinstance(table, dict):
            raise TableError(f"{message} Make it one:", "table = pd.DataFrame(table)")
        raise TableError(f"{message} Convert it first.")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        message = f"column {twice[0]!r} stands in the table twice. Rename one of the two, or keep the first:"
        raise TableError(message, "table = table.loc[:, ~table.columns.duplicated()]")
    return find_names(list(table.columns), by, PANDAS)


def find_names(columns, by=(), dialect=PANDAS, named=None):
    """Which column is read for which proper name, which of these are aliases, the parts of the item, and the rest.

    `named` says it of some proper names: a dict from a proper name to the table's own.

    Examples
    --------
    >>> find_names(["item", "worker", "label", "turn", "colour"], by="turn")
    ({'task': 'item', 'worker': 'worker', 'label': 'label'}, {'task': 'item'}, ('turn',), ['colour'])
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    named = _check_named(named, columns)
    found, lacking = {}, []
    for name in NAMES:
        if name in named:
            found[name] = named[name]
            continue
        taken = (*by, *named.values())
        others = [alias for alias in ALIASES.get(name, ()) if alias in columns and alias not in taken]
        own = [name] if name in columns and name not in named.values() else others
        if len(own) > 1:
            message = f"columns {own} could each be {name!r}. Rename the right one, for example"
            raise TableError(message, dialect.rename(own[0], name))
        if own:
            found[name] = own[0]
        elif name in _NEEDED:
            lacking.append(name)
    for name in lacking:
        free = [column for column in columns if column not in found.values() and column not in by]
        raise faults.missing(name, ALIASES[name], columns, free, dialect)
    if ("left" in found) != ("right" in found):
        there, absent = ("left", "right") if "left" in found else ("right", "left")
        message = f"column {absent!r} is missing while {there!r} is there. Give both, or neither:"
        raise TableError(message, dialect.drop(found[there]))
    _check_parts(by, columns, found)
    left_over = [column for column in columns if column not in found.values() and column not in by]
    aliases = {name: own for name, own in found.items() if own != name}
    return found, aliases, by, left_over


def _check_named(named, columns):
    """The names that the caller gives to columns: proper ones, for columns that are there, each once."""
    if named is None:
        return {}
    if not isinstance(named, dict):
        raise TableError(f"columns must be a dict from a proper name to the table's own; saw {named!r}.")
    for name, own in named.items():
        if name not in NAMES:
            raise TableError(
                f"columns names {name!r}; the proper names are {listed(NAMES)}. Take one of these."
            )
        if own not in columns:
            seen = listed(nearest(str(own), list(columns))) or "none"
            raise TableError(f"columns says that {name!r} is {own!r}, which is no column; saw {seen}.")
        if list(named.values()).count(own) > 1:
            raise TableError(f"columns names {own!r} twice. A column stands for one thing.")
    return named


def with_truths(table):
    """The table with a column `expert` of words (True and False, or 1 and 0, as a file writes them) as truths.

    Examples
    --------
    >>> with_truths(pd.DataFrame({"expert": ["True", "false"]}))["expert"].tolist()
    [True, False]
    """
    if "expert" not in table or table["expert"].dtype == bool:
        return table
    words = {"true": True, "false": False, "1": True, "0": False}
    entries = [entry.lower() if isinstance(entry, str) else entry for entry in table["expert"]]
    if not entries or not all(isinstance(entry, str) and entry in words for entry in entries):
        return table
    return table.assign(expert=[words[entry] for entry in entries])


def _check_parts(by, columns, found):
    """The columns of `by` must be there, once, and say something of their own."""
    for name in by:
        kept = [other for other in by if other != name]
        if name in found.values():
            raise TableError(f"by names {name!r}, which is read as it is. Leave it out:", f"by={kept!r}")
        if name not in columns:
            free = [column for column in columns if column not in found.values()]
            seen = f"saw {listed(nearest(name, free))}" if free else "no other is left"
            raise TableError(f"by names {name!r}, which is no column; {seen}. Leave it out:", f"by={kept!r}")
        if by.count(name) > 1:
            raise TableError(f"by names {name!r} twice. Name it once:", f"by={list(dict.fromkeys(by))!r}")
