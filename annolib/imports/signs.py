"""What a file looks like, by the names and the first rows in it: a suggestion for messages, never a choice."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from annolib.tables.columns import LABELS
from annolib.tables.files.delimited import encoding_of, open_bytes, read_names
from annolib.tables.files.opening import is_path, kind_of, read_file
from annolib.tables.files.records import frame_of, read_json
from annolib.tables.names import ALIASES
from annolib.tables.refusals.faults import TableError

_HEAD = 1_000_000  # bytes of a file that are looked at
_ROWS = 200

_SIGNS = (
    # format, what a record of it holds: all of one of the sets
    ("label_studio", ({"annotations", "data"}, {"annotation_id", "annotator"})),
    ("prodigy", ({"answer", "_task_hash"}, {"answer", "_input_hash"}, {"answer", "options", "accept"})),
    ("potato", ({"instance_id", "user_id"}, {"instance_id", "user"}, {"instance_id_to_label_to_value"})),
    ("mturk", ({"WorkerId", "AssignmentId"}, {"WorkerId", "HITId"})),
    ("qualtrics", ({"ResponseId", "RecordedDate"}, {"ResponseId", "StartDate"}, {"PROLIFIC_PID"})),
    ("mt_bench", ({"model_1", "model_2", "g1_winner"}, {"model_a", "model_b", "winner", "turn"})),
    ("arena", ({"model_a", "model_b", "winner"},)),
    ("chosen_rejected", ({"chosen", "rejected"},)),
    ("best_worst", ({"best", "worst"},)),
    ("rankings", ({"ranking"}, {"rank"})),
)


def sniff(source) -> list[str]:
    """Which formats a file may be in, the likeliest first: a suggestion for a message, never a choice.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict

    Returns
    -------
    list of str
        Names in `FORMATS`; empty if nothing is known. The names are looked at; where they say nothing, the first rows:
        a table with several columns of nothing but labels is wide.

    Examples
    --------
    >>> sniff(pd.DataFrame(columns=["question_id", "model_a", "model_b", "winner", "judge", "turn"]))
    ['mt_bench', 'arena']
    """
    names = _names(source)
    found = [name for name, signs in _SIGNS if any(sign <= names for sign in signs)]
    if any(name.endswith(".responses") for name in names) or {"responses", "fields"} <= names:
        found.insert(0, "argilla")
    if (
        all(names & {name, *ALIASES[name]} for name in ("task", "worker", "label"))
        and "mt_bench" not in found
    ):
        found.insert(0, "tidy")
    return found or ["wide"] * bool(label_columns(source))


def label_columns(source):
    """The columns that hold nothing but labels, if there are two or more: those of the annotators of a wide table.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
        The first rows are looked at. A file that is neither CSV nor TSV must have fewer than a million bytes.

    Returns
    -------
    list of str

    Examples
    --------
    >>> label_columns([{"item": 1, "ann": "left", "bob": "tie"}, {"item": 2, "ann": "right", "bob": None}])
    ['ann', 'bob']
    """
    table = first_rows(source)
    if table is None or not table.columns.is_unique:
        return []
    kinds = {name: set(table[name].dropna().map(str)) - {""} for name in table.columns}
    found = [str(name) for name, words in kinds.items() if words and words <= set(LABELS)]
    return found if len(found) > 1 else []


def columns_of(source):
    """The names of a table's columns in their order; none where the first rows cannot be had.

    Examples
    --------
    >>> columns_of([{"item": 1, "ann": "left"}])
    ['item', 'ann']
    """
    table = first_rows(source)
    return [] if table is None else [str(name) for name in table.columns]


def first_rows(source):
    """Some rows of a table; None where they are no table, or that would need all of a large file."""
    if not is_path(source):
        if isinstance(source, pd.DataFrame):
            return source.head(_ROWS)
        records = [source] if isinstance(source, dict) else source
        return frame_of([record for record in records if isinstance(record, dict)][:_ROWS])
    path = Path(source)
    if path.is_dir():
        return None
    kind = kind_of(path)
    if kind not in ("csv", "tsv"):
        return read_file(path) if path.stat().st_size <= _HEAD else None
    form = {"sep": "," if kind == "csv" else "\t", "encoding": encoding_of(path), "on_bad_lines": "skip"}
    try:
        return pd.read_csv(path, dtype=str, nrows=_ROWS, **form)
    except ValueError:  # nothing in it, or nothing that pandas takes for a table
        return None


def suggestion(source, asked=""):
    """A sentence for a message about a file that is not in the format `asked`; empty if nothing is known.

    Examples
    --------
    >>> suggestion(pd.DataFrame(columns=["WorkerId", "AssignmentId"]), "arena")
    'It looks like mturk: annolib.imports.mturk.'
    """
    try:
        found = sniff(source)
    except (TableError, OSError):
        return ""
    if not found or asked in found:
        return ""
    return f"It looks like {' or '.join(found)}: {', '.join(f'annolib.imports.{name}' for name in found)}."


def _names(source):
    """The names of the columns, or of the first records."""
    if is_path(source):
        path = Path(source)
        if path.is_dir():
            return {"instance_id_to_label_to_value"} if any(path.glob("**/user_state.json")) else set()
        kind = kind_of(path)
        if kind in ("csv", "tsv"):
            return set(read_names(path, "," if kind == "csv" else "\t", encoding_of(path)))
        if kind == "jsonl":
            with open_bytes(path) as file:
                head = file.read(_HEAD).split(b"\n")[:20]
            return _names_of_lines(head)
        source = read_json(path) if kind == "json" else read_file(path)
    if isinstance(source, pd.DataFrame):
        return set(map(str, source.columns))
    source = [source] if isinstance(source, dict) else source
    if not isinstance(source, list):
        raise TableError(f"source must be a path to a file, a pandas DataFrame or a list of objects; saw {type(source).__name__}.")  # fmt: skip
    return {str(name) for record in source[:100] if isinstance(record, dict) for name in record}


def _names_of_lines(lines):
    names = set()
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        names |= set(record) if isinstance(record, dict) else set()
    return names
