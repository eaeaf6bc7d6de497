"""The formats that can be read: a name, its reader, one line of what it is, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annolib.imports.orders import best_worst, rankings
from annolib.imports.pairs import arena, chosen_rejected, mt_bench, tidy, wide
from annolib.imports.scales import likert
from annolib.imports.tools.platforms import mturk
from annolib.imports.tools.records import argilla, prodigy
from annolib.imports.tools.states import potato
from annolib.imports.tools.studios import label_studio
from annolib.imports.tools.surveys import qualtrics
from annolib.tables.refusals.faults import TableError, listed


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
