"""The whole-number columns of a tally: arrays in, arrays out, one entry per worker."""

from __future__ import annotations

import numpy as np

from annolib.tables.cells import all_pairs, count_by, first_pairs, pairs_between, sort_cells
from annolib.tables.columns import LEFT, RIGHT, TIE


def count_judgements(judgements, pairs):
    """The columns of counts, name → ndarray (workers,), and the totals over pairs of workers."""
    own = ~judgements.expert
    names = ("worker", "task", "label", "content", "swapped", "time")
    rows = {name: getattr(judgements, name) for name in names}
    if not own.all():
        rows = {name: array if array is None else array[own] for name, array in rows.items()}
    workers, tasks = len(judgements.workers), len(judgements.tasks)
    worker, task, content = rows["worker"], rows["task"], rows["content"]
    shown = np.bincount(worker * 3 + rows["label"], minlength=3 * workers).reshape(-1, 3)
    about = np.bincount(task * 3 + content, minlength=3 * tasks).reshape(-1, 3)
    cells = sort_cells(worker, task, tasks, rows["swapped"], content, rows["time"], pairs == "one")
    within = all_pairs(cells)
    columns = {"judgements": shown.sum(1), "items": count_by(cells.worker, workers)}
    columns |= {"left": shown[:, LEFT], "right": shown[:, RIGHT], "ties": shown[:, TIE]}
    columns |= _repeats(cells, within if pairs == "all" else first_pairs(cells), workers)
    columns |= _peers(cells, about, workers)
    columns |= _experts(judgements, worker, task, content, workers, tasks)
    columns |= _checked_mix(judgements, rows, workers, tasks)
    return columns, _between(cells, about, pairs_between(cells, about, within))


def _repeats(cells, counts, workers):
    names = ("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements")
    by = {name: count_by(cells.worker, workers, count) for name, count in zip(names, counts, strict=True)}
    return {
        "repeat_items": count_by(cells.worker, workers, cells.size > 1),
        "repeat_pairs": by["same_pairs"] + by["swapped_pairs"],
        "repeat_agreements": by["same_agreements"] + by["swapped_agreements"],
    } | by


def _peers(cells, about, workers):
    """Against the other judgements of items that the worker judged exactly once."""
    once = np.flatnonzero(cells.size == 1)
    worker, task, content = cells.worker[once], cells.task[once], cells.bin[cells.start[once]] % 3
    others, agreeing = about.sum(1)[task] - 1, about[task, content] - 1
    share = agreeing / np.maximum(others, 1)
    return {
        "peer_items": count_by(worker, workers, others > 0),
        "peer_pairs": count_by(worker, workers, others),
        "peer_agreements": count_by(worker, workers, agreeing),
        "peer_shares": np.bincount(worker, share, minlength=workers),
    }


def _experts(judgements, worker, task, content, workers, tasks):
    """Against the majority of the experts' verdicts on the item."""
    expert = judgements.expert
    if not expert.any():
        return dict.fromkeys(("expert_checks", "expert_agreements"), np.zeros(workers, np.int64))
    verdict = judgements.task[expert] * 3 + judgements.content[expert]
    votes = np.bincount(verdict, minlength=3 * tasks).reshape(-1, 3)
    best = votes.max(1, keepdims=True)
    known = (best[:, 0] > 0) & ((votes == best).sum(1) == 1)
    checked = known[task]
    agree = checked & (votes.argmax(1)[task] == content)
    return {
        "expert_checks": count_by(worker, workers, checked),
        "expert_agreements": count_by(worker, workers, agree),
    }


def _checked_mix(judgements, rows, workers, tasks):
    """On items with an expert's verdict: the sides that the worker said, and the sides that were right, as shown."""
    expert, task = judgements.expert, rows["task"]
    votes = np.bincount(judgements.task[expert] * 3 + judgements.content[expert], minlength=3 * tasks)
    votes = votes.reshape(-1, 3)
    best = votes.max(1, keepdims=True)
    known = (best[:, 0] > 0) & ((votes == best).sum(1) == 1)
    content = votes.argmax(1)[task]
    right = np.where((content != TIE) & rows["swapped"], 1 - content, content)
    columns = {}
    for name, side in (("left", LEFT), ("right", RIGHT)):
        columns[f"checked_{name}"] = count_by(rows["worker"], workers, known[task] & (rows["label"] == side))
        columns[f"answer_{name}"] = count_by(rows["worker"], workers, known[task] & (right == side))
    return columns


def _between(cells, about, counts):
    """Totals over items, and over the pairs of judgements of one item by two different workers."""
    repeated = np.zeros(len(about), bool)
    repeated[cells.task[cells.size > 1]] = True
    totals = {"items": int(np.count_nonzero(about.any(axis=1)))}
    for name, (pairs, agreements) in (("between", counts), ("between_repeated", counts[:, repeated])):
        count, agreeing = int(pairs.sum()), int(agreements.sum())
        rate = agreeing / count if count else float("nan")
        totals |= {f"{name}_pairs": count, f"{name}_agreements": agreeing, f"{name}_agreement": rate}
    return totals
