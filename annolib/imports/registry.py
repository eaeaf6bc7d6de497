"""The formats that can be read: a name, its reader, one line of what it is, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from annolib.imports.orders import best_worst, rankings
from annolib.imports.pairs import arena, chosen_rejected, mt_bench, tidy, wide
from annolib.imports.scales import likert
from annolib.imports.tools.platforms import mturk
from annolib.imports.tools.records import argilla, prodigy
from annolib.imports.tools.states import potato
from annolib.imports.tools.studios import label_studio
from annolib.imports.tools.surveys import qualtrics
from annolib.tables.files.delimited import encoding_of, open_bytes, read_names
from annolib.tables.files.opening import is_path, kind_of, read_file
from annolib.tables.files.records import read_json
from annolib.tables.names import ALIASES
from annolib.tables.refusals.faults import TableError, listed

_HEAD = 1_000_000  # bytes of a file that are looked at


@dataclass(frozen=True)
class Format:
    """A format of judgements.

    Attributes
    ----------
    name : str
    reader : callable
        `reader(source, *, …, skip=False)` gives the tidy table; `source` is a path, a table or a list of records.
    what : str
        One line.
    needs : str
        What you must say: the arguments without which the file cannot be read. Empty if none.
    lacks : str
        What the format does not hold, or often does not.
    """

    name: str
    reader: Callable
    what: str
    needs: str
    lacks: str

    def __call__(self, source, **options):
        """Read `source`: `FORMATS["arena"](path)` is `arena(path)`."""
        return self.reader(source, **options)


FORMATS = {
    entry.name: entry
    for entry in (
        Format("tidy", tidy, "a row a judgement: task, worker, label", "columns, if they have other names", "nothing, if it has left, right and time"),
        Format("wide", wide, "a row an item, a column an annotator", "workers", "times, mostly the sides"),
        Format("label_studio", label_studio, "Label Studio: JSON, JSON_MIN, CSV; Pairwise and Choices", "labels for Choices; left and right for the sides", "which field stood left; ties of Pairwise; in JSON_MIN and CSV ground truth"),
        Format("argilla", argilla, "Argilla 2: records as a list or JSON", "labels; left and right for the sides", "times; without flatten=True the status of a response"),
        Format("prodigy", prodigy, "Prodigy: JSONL of choice (two options) or compare", "labels, if an option is a tie", "the annotator, if sessions had no names; the sides of compare"),
        Format("potato", potato, "Potato: CSV, TSV, JSONL, Parquet, user_state.json or their folder", "items for the sides", "the sides, which the task's data hold; times"),
        Format("mturk", mturk, "Mechanical Turk: batch CSV with WorkerId, Input.*, Answer.*", "label; left and right for the sides; labels", "which input stood left"),
        Format("qualtrics", qualtrics, "Qualtrics, with Prolific or without: a row a person, a column a question", "items; labels", "the time of a judgement; shuffled sides"),
        Format("arena", arena, "battles: model_a, model_b, winner with both kinds of tie", "", "repeats; in public sets often the voter"),
        Format("mt_bench", mt_bench, "MT-bench: battles with a turn, by people or by a model in both orders", "", "times of people's judgements"),
        Format("rankings", rankings, "rankings of k, as pairs with their screen", "worker; ranking, ranks, or item and rank", "mostly the order shown"),
        Format("likert", likert, "a scale about a pair, or a score for each side", "worker; value or scores; tie", "the strength of a preference, once cut"),
        Format("best_worst", best_worst, "best and worst of several, as pairs with their screen", "worker; items", "the order of those between"),
        Format("chosen_rejected", chosen_rejected, "a chosen and a rejected answer", "worker", "ties; mostly the annotator and the side"),
    )
}  # fmt: skip

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
        found = [name for name in sniff(source) if name != asked]
    except (TableError, OSError):
        return ""
    if not found:
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
    import json

    names = set()
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        names |= set(record) if isinstance(record, dict) else set()
    return names


def named(name):
    """The format of this name, or the error that lists them.

    Examples
    --------
    >>> named("arena").what
    'battles: model_a, model_b, winner with both kinds of tie'
    """
    key = str(name).strip().lower().replace("-", "_").replace(" ", "_")
    key = {
        "labelstudio": "label_studio",
        "mtbench": "mt_bench",
        "turk": "mturk",
        "prolific": "qualtrics",
    }.get(key, key)
    if key not in FORMATS:
        raise TableError(f"no format {name!r}; known are {listed(FORMATS)}, {', '.join(list(FORMATS)[10:])}.")
    return FORMATS[key]
