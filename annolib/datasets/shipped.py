"""The small tables in the repository: computed from llmfao, written, read and compared.

They hold counts and names, no texts. `python3 datasets figures` recomputes them from the real files.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from annolib.annotators.evidence import audit_tables, word_counts
from annolib.datasets.llmfao import key_verdicts, load_llmfao, read_pairs
from annolib.datasets.registry import DataError, info, shipped_folder
from annolib.reward.features import FEATURES, answer_features
from annolib.tables.cells import all_pairs, pairs_between, sort_cells
from annolib.tables.judgements import read_judgements
from annolib.tables.tallies import tally, with_rates

TABLES = ("llmfao-workers", "llmfao-items", "llmfao-models", "llmfao-repeats", "llmfao-labels")
TABLES += ("llmfao-features", "llmfao-evidence", "llmfao-golden", "llmfao-pairs")
_TEXTS = ("left_text", "right_text")
_CONTESTED = "taiwan"  # politically contested: in the counts, not among single labels
_KEPT = (
    *("judgements", "items", "left", "right", "ties", "repeat_items", "repeat_pairs", "repeat_agreements"),
    *("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements"),
    *("peer_items", "peer_pairs", "peer_agreements"),
)


def compute_tables(folder) -> dict:
    """All tables of figures, from the folder with the real files of llmfao.

    Returns
    -------
    dict
        Name → DataFrame with an ordinary index, whole numbers and text but for two rates and the features.
    """
    table, texts = load_llmfao(folder), load_llmfao(folder, texts=True)
    return {
        "llmfao-workers": _workers(table, folder),
        "llmfao-items": _items(table, word_counts(texts)),
        "llmfao-models": _models(table),
        "llmfao-repeats": _repeats(table),
        "llmfao-features": _features(table, folder),
        **audit_tables(texts),
        "llmfao-labels": _labels(table, folder),
    }


def differences(tables):
    """Which shipped tables differ from these: name → what differs, "" where nothing does."""
    found = {}
    for name, frame in tables.items():
        path = shipped_folder() / info(name).files[0].name
        found[name] = _difference(path, _as_text(frame))
    return found


def write_tables(tables, target=None):
    """Write tables as CSV into the folder `target`, by default over the shipped ones."""
    for name, frame in tables.items():
        path = (target or shipped_folder()) / info(name).files[0].name
        path.write_text(_as_text(frame), encoding="utf-8", newline="\n")


def load_table(name):
    """A shipped table, ready to use: workers' tables have the worker as index and the rates of a tally.

    Raises
    ------
    DataError
        If the file is missing or is no such table.
    """
    path = shipped_folder() / info(name).files[0].name
    text = {"worker": str, "task": str, "other": str} | (
        {"left": str, "right": str} if name == "twin" else {}
    )
    try:
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read: {error}. It belongs to the repository: restore it."
        ) from error
    if name == "llmfao-workers":
        return with_rates(frame.set_index("worker"))
    if name == "llmfao-golden":
        return frame.assign(longer=frame["longer"].fillna(""))
    return frame.set_index("worker") if name in ("twin-truth", "llmfao-evidence") else frame


def _workers(table, folder):
    counts = tally(table).to_frame()
    first = tally(table, pairs="one")
    shares = (counts["peer_agreement"] * counts["peer_items"]).fillna(0).round(6)
    frame = counts[list(_KEPT)].assign(
        peer_shares=shares, one_pairs=first["repeat_pairs"], one_agreements=first["repeat_agreements"]
    )
    pairs = read_pairs(folder)
    gpt4 = load_llmfao(folder, experts=("gpt4",)).query("expert").set_index("pair")["label"]
    key = key_verdicts(pairs).set_index("id")["winner"]
    for name, verdicts in (("key", key), ("gpt4", gpt4)):
        frame = frame.join(_against(table, verdicts, name))
    return _by_number(frame.rename_axis("worker").reset_index(), "worker")


def _against(table, verdicts, name):
    """Per worker: judgements with a verdict on the same comparison, agreements, the same without ties, items."""
    verdict = table["pair"].map(verdicts)
    checked, agree = verdict.notna(), table["label"] == verdict
    decided = checked & (table["label"] != "tie") & (verdict != "tie")
    columns = {
        "checks": checked,
        "agreements": agree,
        "decided_checks": decided,
        "decided_agreements": decided & agree,
    }
    counts = pd.DataFrame(columns).groupby(table["worker"]).sum().astype(int)
    counts["items"] = table["task"].where(checked).groupby(table["worker"]).nunique()
    return counts.add_prefix(f"{name}_")


def _features(table, folder):
    """Per comparison: the left answer's features minus the right one's, and the labels; without taiwan."""
    pairs = read_pairs(folder).query("prompt != 'taiwan'").sort_values("id").reset_index(drop=True)
    left, right = (np.array([answer_features(text) for text in pairs[side]]) for side in _TEXTS)
    differences = pd.DataFrame(
        np.round(left - right, 4) + 0.0, columns=list(FEATURES)
    )  # + 0.0: no minus zero
    labels = pd.crosstab(table["pair"], table["label"]).reindex(pairs["id"], fill_value=0)
    counts = labels.rename(columns={"tie": "ties"})[["left", "right", "ties"]].astype(int)
    names = pairs[["id", "task", "prompt", "left_model", "right_model"]].rename(columns={"id": "pair"})
    return pd.concat([names, differences, counts.reset_index(drop=True)], axis=1)


def _items(table, words):
    """Per item: who said what, and the words in either answer. `first` is the answer whose name comes first."""
    judgements = read_judgements(table)
    cells, about = _cells(judgements)
    between = pairs_between(cells, about, all_pairs(cells))
    counts = pd.crosstab(table["task"], _about_content(table))[["first", "second", "tie"]]
    repeated = np.bincount(cells.task, cells.size > 1, len(judgements.tasks)).astype(int)
    by_code = pd.DataFrame(
        {"repeat_workers": repeated, "between_pairs": between[0], "between_agreements": between[1]},
        index=judgements.tasks,
    )
    grouped = table.groupby("task").agg(
        prompt=("prompt", "first"), comparisons=("pair", "nunique"), workers=("worker", "nunique")
    )
    frame = grouped.join(counts).join(by_code).join(words).rename_axis("task").reset_index()
    return frame.sort_values("task", ignore_index=True)


def _about_content(table):
    """Each label about the content: first is the answer whose name comes first."""
    chosen = np.where(table["label"] == "left", table["left"], table["right"])
    first = table[["left", "right"]].min(axis=1)
    said = np.where(table["label"] == "tie", "tie", np.where(chosen == first, "first", "second"))
    return pd.Series(said, table.index)


def _labels(table, folder):
    """The first label of each worker for each item, without the contested prompt; sorted by item.

    `chose` says whether the answer with more words was taken, or the other; empty at ties and equal lengths.
    """
    pairs = read_pairs(folder).set_index("id")[["left_text", "right_text"]]
    words = pairs.map(lambda text: len(text.split())).loc[table["pair"]].to_numpy()
    gain = np.where(table["label"] == "left", 1, -1) * (words[:, 0] - words[:, 1])
    gain[(table["label"] == "tie").to_numpy()] = 0
    chose = np.array(("shorter", "", "longer"), object)[np.sign(gain) + 1]
    kept = table.assign(label=_about_content(table), chose=chose)[table["prompt"] != _CONTESTED]
    first = kept.drop_duplicates(["worker", "task"])[["task", "worker", "label", "chose"]]
    return _by_number(first, "worker", "task").sort_values("task", kind="stable", ignore_index=True)


def _cells(judgements):
    about = np.bincount(judgements.task * 3 + judgements.content, minlength=3 * len(judgements.tasks))
    cells = sort_cells(
        judgements.worker, judgements.task, len(judgements.tasks), judgements.swapped, judgements.content
    )
    return cells, about.reshape(-1, 3)


def _models(table):
    """Per pair of models, in alphabetical order: wins and losses of the first, ties."""
    swap = table["left_model"] > table["right_model"]
    model = np.where(swap, table["right_model"], table["left_model"])
    opponent = np.where(swap, table["left_model"], table["right_model"])
    won = table["label"].map({"left": 0, "right": 1, "tie": 2}).to_numpy()
    won = np.where(swap & (won < 2), 1 - won, won)
    outcomes = np.array(("wins", "losses", "ties"), object)[won]
    frame = pd.DataFrame({"model": model, "opponent": opponent, "outcome": outcomes})
    counts = frame.groupby(["model", "opponent", "outcome"]).size().unstack(fill_value=0)
    return counts[["wins", "losses", "ties"]].rename_axis(columns=None).reset_index()


def _repeats(table):
    """Per worker and item judged at least twice: how often, and the pairs."""
    judgements = read_judgements(table)
    cells, _ = _cells(judgements)
    often = cells.size > 1
    names = ("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements")
    pairs = dict(zip(names, all_pairs(cells)[:, often], strict=True))
    ids = {"worker": judgements.workers[cells.worker[often]], "task": judgements.tasks[cells.task[often]]}
    return _by_number(pd.DataFrame(ids | {"judgements": cells.size[often]} | pairs), "worker", "task")


def _by_number(frame, column, *then):
    """Sorted by a column of numbers in text, then by others."""
    number = frame[column].astype(int).rename("_number")
    order = frame.assign(_number=number).sort_values(["_number", *then]).index
    return frame.loc[order].reset_index(drop=True)


def _as_text(frame):
    return frame.to_csv(index=False, lineterminator="\n")


def _difference(path, now):
    if not path.is_file():
        return "the file is missing"
    then, now = path.read_text(encoding="utf-8").splitlines(), now.splitlines()
    changed = [number for number, pair in enumerate(zip(then, now, strict=False), 1) if pair[0] != pair[1]]
    if changed:
        return f"line {changed[0]} differs" + (f", and {len(changed) - 1:,} more" if len(changed) > 1 else "")
    return "" if len(then) == len(now) else f"{len(then):,} lines instead of {len(now):,}"
