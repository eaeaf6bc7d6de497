"""The tidy table of judgements, validated once.

One row is one judgement: `task`, `worker`, `label`, and where known `left`, `right` (what stood on each
side), `time`, `screen` (what was judged at one sight), `judgement` (an id of the row) and `expert`. A second row
with the same worker and task is a repeat. The three first names are those of crowd-kit (Ustalov, Pavlichenko,
Tseitlin 2024, DOI 10.21105/joss.06227).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from annolib.tables import columns as read
from annolib.tables import notes
from annolib.tables.columns import LABELS, TIE
from annolib.tables.engines.checks import check_rows
from annolib.tables.engines.codes import lend, workshop_of
from annolib.tables.engines.table import collect, in_engine, open_table, unwrap
from annolib.tables.files.opening import from_file, is_path, open_file
from annolib.tables.names import find_names, needs_column
from annolib.tables.refusals import faults
from annolib.tables.refusals.faults import TableError
from annolib.tables.refusals.fixes import PANDAS

_LONG = 32  # characters: of a large file, longer contents are told apart by their digests


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


def read_judgements(table, *, columns=None, by=(), time_format=None, expert=None, large=None) -> Judgements:
    """Validate a tidy table or a file of one, and return it in codes. The table itself is left as it is.

    Parameters
    ----------
    table : pandas.DataFrame, path, or a table of another engine
        A path names a file in CSV, TSV, JSON, JSON Lines or Parquet, see `annolib.tables.files.read_file`: ids of CSV
        and TSV are text as it is written. Exports of annotation tools are read by `annolib.imports`. A table of Polars,
        PyArrow, DuckDB, Dask or Spark is validated where it is, then its rows are brought here.

        Columns `task`, `worker` (hashable ids, one type in a column) and `label` (left, right or tie);
        optional `left` and `right` (both or neither), `time`, `judgement`, `expert` and `screen`. Others are not
        read. The names in `ALIASES` are accepted where the proper one is not there.

        - time: real times (all with an offset from UTC, or all without), numbers, or text: of decimal numbers, in
          ISO 8601, or in `time_format`
        - expert: True or 1 for an expert's verdict, False or 0 for a worker's judgement; or any entries, of which
          `expert` names the one that marks a verdict
        - screen: which judgements of a worker were made at one sight, such as the pairs of one ranking
    columns : dict, optional
        From a proper name to the table's own, such as {"worker": "annotator_id"}.
    by : str or sequence of str
        Columns that are part of the item: with "turn", a task's first turn and its second are two items.
    time_format : str, optional
        How text in `time` is written, in the words of `datetime.strptime`, such as "%d/%m/%Y %H:%M".
    expert : object, optional
        The entry of the column `expert` that marks a verdict, such as "yes". In a file, the words true and false, or
        1 and 0, need no such entry.
    large : bool, optional
        Of a file: whether DuckDB reads it, piece by piece, so that it may be larger than memory. By default where its
        size says so. The result is the same; it has about 50 bytes a row, and every distinct id.

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
    reading = {"columns": columns, "by": by, "time_format": time_format, "expert": expert}
    if is_path(table):
        return from_file(table, open_file(table, large, number=False), _read_opened, reading)
    if large is not None:
        raise TableError("large is about a file, and this is a table. Leave the argument out:", "large=None")
    return _read_any(table, reading)


def _read_any(table, reading):
    if in_engine(table):
        table = unwrap(table)
        if in_engine(table):
            opened = open_table(table, **reading)
            return rows_of(check_rows(opened), opened)
    return _read_frame(table, **reading)


def _read_opened(table, reading):
    """An opened file: a pandas table, or a relation of DuckDB of which only what is needed is brought here."""
    if isinstance(table, pd.DataFrame):
        own = (reading["columns"] or {}).get("expert", "expert")
        return _read_frame(with_truths(table, own) if reading["expert"] is None else table, **reading)
    if reading["expert"] is None:
        table = truths_in_relation(table, (reading["columns"] or {}).get("expert", "expert"))
    opened = open_table(table, **reading)
    checked = check_rows(opened, workshop_of(table))
    chosen = [_as_chosen(own, short=name in ("left", "right")) for name, own in opened.names.items()]
    frame = table.project(", ".join(dict.fromkeys(chosen))).to_arrow_table().to_pandas()
    read_ = _read_frame(frame, **reading)
    return replace(read_, notes=tuple(dict.fromkeys((*read_.notes, *checked.notes))))


def _as_chosen(own, short):
    """A column in SQL; of contents that are long, their digest."""
    name = '"' + own.replace('"', '""') + '"'
    return f"case when length({name}) > {_LONG} then md5({name}) else {name} end as {name}" if short else name


def rows_of(checked, opened):
    """The rows of a validated table in an engine, as Judgements.

    Parameters
    ----------
    checked : annolib.tables.engines.table.EngineTable
        What `check_rows` made of `opened`: with times as numbers and experts as truths.
    opened : annolib.tables.engines.table.EngineTable
        With the task and its parts in columns of their own.
    """
    known = {name: checked.columns[name] for name in ("time", "expert") if name in checked}
    table = opened.reading(**known)
    kept = [name for name in table.columns if name != "judgement"]
    rows = table.numbered().sort("row") if table.ordered else table.frame
    frame = pd.DataFrame(collect(rows.select(*kept)))
    parts = [name for name in kept if name.startswith("part ")]
    read_ = _read_frame(frame, by=parts)
    return replace(read_, aliases=checked.aliases, by=checked.by, notes=checked.notes)


def _read_frame(table, *, columns=None, by=(), time_format=None, expert=None):
    """A pandas table as Judgements."""
    names, aliases, by, left_over = _open(table, columns, by)
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


def _open(table, columns, by):
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
    return find_names(list(table.columns), by, PANDAS, columns)


def with_truths(table, name="expert"):
    """The table with a column of the words true and false, or 1 and 0, as a file writes them, as truths.

    Examples
    --------
    >>> with_truths(pd.DataFrame({"expert": ["True", "false"]}))["expert"].tolist()
    [True, False]
    """
    if name not in table or table[name].dtype == bool or not len(table):
        return table
    entries = [entry.lower() if isinstance(entry, str) else entry for entry in table[name]]
    if not all(isinstance(entry, str) and entry in _TRUTHS for entry in entries):
        return table
    return table.assign(**{name: [_TRUTHS[entry] for entry in entries]})


def truths_in_relation(table, name="expert"):
    """The same for a relation of DuckDB."""
    if name not in table.columns:
        return table
    own = '"' + name.replace('"', '""') + '"'
    known = ", ".join(f"'{word}'" for word in _TRUTHS)
    strange = table.aggregate(
        f"count(*) filter (where coalesce(lower({own}) not in ({known}), true))"
    ).fetchall()[0][0]
    if strange:
        return table
    truths = table.project(f"* replace (lower({own}) in ('true', '1') as {own})")
    return lend(truths, workshop_of(table))


_TRUTHS = {"true": True, "false": False, "1": True, "0": False}
