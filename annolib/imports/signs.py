"""What a file looks like, by the names in it: a suggestion for messages, never a choice."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from annolib.tables.files.delimited import encoding_of, open_bytes, read_names
from annolib.tables.files.opening import is_path, kind_of, read_file
from annolib.tables.files.records import read_json
from annolib.tables.names import ALIASES
from annolib.tables.refusals.faults import TableError

_HEAD = 1_000_000  # bytes of a file that are looked at

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


def sniff(source):
    """Which formats a file may be in, the likeliest first: a suggestion for a message, never a choice.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict

    Returns
    -------
    list of str
        Names in `FORMATS`; empty if nothing is known. The file's names are looked at, not its rows.

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
    return found


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
