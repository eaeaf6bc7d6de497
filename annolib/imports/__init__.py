"""From the export of an annotation tool to the tidy table: a reader a format (lessons 04 and 07: your own crowd).

Every reader takes a path, a pandas table, or a list of records, and gives the table that `annolib.tally` and
`annolib.audit` read. What a file does not say is asked for or left open, never guessed. A row that cannot be read is
an error that names it; with `skip=True` it is left out, and a warning (`SkippedRows`) counts what was.

>>> import annolib as al
>>> votes = [{"question_id": "q1", "model_a": "m1", "model_b": "m2", "winner": "model_b", "judge": "u7"}]
>>> al.imports.arena(votes)["label"].tolist()
['right']
>>> print(*al.imports.FORMATS)
tidy wide label_studio argilla prodigy potato mturk qualtrics arena mt_bench rankings likert best_worst chosen_rejected
"""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    **dict.fromkeys(("FORMATS", "Format", "named"), "registry"),
    **dict.fromkeys(("sniff", "suggestion"), "signs"),
    **dict.fromkeys(("arena", "chosen_rejected", "mt_bench", "tidy", "wide"), "pairs"),
    **dict.fromkeys(("best_worst", "rankings"), "orders"),
    "likert": "scales",
    **dict.fromkeys(("argilla", "prodigy"), "tools.records"),
    "label_studio": "tools.studios",
    "mturk": "tools.platforms",
    "potato": "tools.states",
    "qualtrics": "tools.surveys",
    "SkippedRows": "building",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
