"""PandaLM: three people compare two answers to the same instruction (WeOpenML, Apache-2.0)."""

from __future__ import annotations

import pandas as pd

from annolib.datasets.files import read_json

_PEOPLE = ("annotator1", "annotator2", "annotator3")
_LABELS = {0: "tie", 1: "left", 2: "right"}


def load_pandalm(folder, texts=False):
    """The judgements as a tidy table, one row per judgement: every item has one by each of three people.

    The authors removed the items on which the three disagreed much, so agreement here is higher than among
    people; and there are no repeats.

    Parameters
    ----------
    folder : path-like
    texts : bool
        Whether to add `instruction`, `input`, `left_text` and `right_text`.

    Returns
    -------
    pandas.DataFrame
        `task` (int, the source's idx), `worker`, `label`, `left`, `right` (such as 12:1, an item's first
        answer), `left_model`, `right_model`.
    """
    columns = ["idx", "cmp_key", "instruction", "input", "response1", "response2", *_PEOPLE]
    items = read_json(folder / "testset-v1.json", columns, {person: set(_LABELS) for person in _PEOPLE})
    models = items["cmp_key"].str.split("_", n=1, expand=True)
    number = items["idx"].astype(str)
    tidy = {"task": items["idx"], "left": number + ":1", "right": number + ":2"}
    tidy |= {"left_model": models[0], "right_model": models[1]}
    if texts:
        tidy |= {"instruction": items["instruction"], "input": items["input"]}
        tidy |= {"left_text": items["response1"], "right_text": items["response2"]}
    parts = [
        pd.DataFrame(tidy | {"worker": person, "label": items[person].map(_LABELS)}) for person in _PEOPLE
    ]
    table = pd.concat(parts, ignore_index=True).sort_values(["task", "worker"], ignore_index=True)
    return table[["task", "worker", "label", *[name for name in tidy if name != "task"]]]
