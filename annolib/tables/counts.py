"""The whole-number columns of a tally: arrays in, arrays out, one entry per worker."""

from __future__ import annotations

import numpy as np

from annolib.tables.cells import all_pairs, count_by, first_pairs, pairs_between, sort_cells
from annolib.tables.columns import LEFT, RIGHT, TIE


def count_judgements(judgements, pairs):
    """The columns of counts, name → ndarray (workers,), and the totals over pairs of workers."""
    rows = _own_rows(judgements)
    workers, tasks = len(judgements.workers), len(judgements.tasks)
    worker, task, content = rows["worker"], rows["task"], rows["content"]
    labels_of_worker = np.bincount(worker * 3 + rows["label"], minlength=3 * workers).reshape(-1, 3)
    labels_of_task = np.bincount(task * 3 + content, minlength=3 * tasks).reshape(-1, 3)
    cells = sort_cells(worker, task, tasks, rows["swapped"], content, rows["time"], pairs == "one")
    within = all_pairs(cells)
    columns = {"judgements": labels_of_worker.sum(1), "items": count_by(cells.worker, workers)}
    columns |= dict(zip(("left", "right", "ties"), labels_of_worker[:, [LEFT, RIGHT, TIE]].T, strict=True))
    columns |= _repeats(cells, within if pairs == "all" else first_pairs(cells), workers)
    columns |= _peers(cells, labels_of_task, workers)
    columns |= _experts(judgements, worker, task, content, workers, tasks)
    columns |= _checked_mix(judgements, rows, workers, tasks)
    between = pairs_between(cells, labels_of_task, within)
    return columns, _between(cells, labels_of_task, between)


def _repeats(cells, counts, workers):
    names = ("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements")
    by = {name: count_by(cells.worker, workers, count) for name, count in zip(names, counts, strict=True)}
    return {
        "repeat_items": count_by(cells.worker, workers, cells.size > 1),
        "repeat_pairs": by["same_pairs"] + by["swapped_pairs"],
        "repeat_agreements": by["same_agreements"] + by["swapped_agreements"],
    } | by


def _peers(cells, labels_of_task, workers):
    """Against the other judgements of items that the worker judged exactly once."""
    once = np.flatnonzero(cells.size == 1)
    worker, task, content = cells.worker[once], cells.task[once], cells.bin[cells.start[once]] % 3
    others, agreeing = labels_of_task.sum(1)[task] - 1, labels_of_task[task, content] - 1
    share = agreeing / np.maximum(others, 1)
    return {
        "peer_items": count_by(worker, workers, others > 0),
        "peer_pairs": count_by(worker, workers, others),
        "peer_agreements": count_by(worker, workers, agreeing),
        "peer_shares": np.bincount(worker, share, minlength=workers),
    }


def _experts(judgements, worker, task, content, workers, tasks):
    """Against the majority of the experts' verdicts on the item."""
    checked, agree = _against_experts(judgements, task, content, tasks)
    return {
        "expert_checks": count_by(worker, workers, checked),
        "expert_agreements": count_by(worker, workers, agree),
    }


def _against_experts(judgements, task, content, tasks):
    """For each row, whether the experts have a majority on its item, and whether the label agrees with it."""
    if not judgements.expert.any():
        return np.zeros((2, task.size), bool)
    known, verdict = _expert_verdicts(judgements, tasks)
    checked = known[task]
    return checked, checked & (verdict[task] == content)


def _expert_verdicts(judgements, tasks):
    """For each item, whether the experts have a majority, and the content that it says."""
    expert = judgements.expert
    votes = np.bincount(judgements.task[expert] * 3 + judgements.content[expert], minlength=3 * tasks)
    votes = votes.reshape(-1, 3)
    best = votes.max(1, keepdims=True)
    return (best[:, 0] > 0) & ((votes == best).sum(1) == 1), votes.argmax(1)


def _checked_mix(judgements, rows, workers, tasks):
    """On items with an expert's verdict: the sides that the worker said, and the sides that were right, as shown."""
    task = rows["task"]
    known, verdict = _expert_verdicts(judgements, tasks)
    content = verdict[task]
    right = np.where((content != TIE) & rows["swapped"], 1 - content, content)
    columns = {}
    for name, side in (("left", LEFT), ("right", RIGHT)):
        columns[f"checked_{name}"] = count_by(rows["worker"], workers, known[task] & (rows["label"] == side))
        columns[f"answer_{name}"] = count_by(rows["worker"], workers, known[task] & (right == side))
    return columns


def _own_rows(judgements):
    """The workers' own rows: name → array (rows,), or None where the table has no such column."""
    names = ("worker", "task", "label", "content", "swapped", "time", "screen")
    rows = {name: getattr(judgements, name) for name in names}
    own = ~judgements.expert
    if own.all():
        return rows
    return {name: array if array is None else array[own] for name, array in rows.items()}


def _between(cells, labels_of_task, counts):
    """Totals over items, and over the pairs of judgements of one item by two different workers."""
    repeated = np.zeros(len(labels_of_task), bool)
    repeated[cells.task[cells.size > 1]] = True
    totals = {"items": int(np.count_nonzero(labels_of_task.any(axis=1)))}
    for name, (pairs, agreements) in (("between", counts), ("between_repeated", counts[:, repeated])):
        count, agreeing = int(pairs.sum()), int(agreements.sum())
        rate = agreeing / count if count else float("nan")
        totals |= {f"{name}_pairs": count, f"{name}_agreements": agreeing, f"{name}_agreement": rate}
    return totals


def count_clusters(judgements, pairs):
    """Repeat pairs and expert checks by cluster: the judgements that a worker made at one sight.

    Screens on which a worker judged the same item are one cluster, for a pair of repeats depends on both. So pairs
    of different clusters have no screen in common.

    Parameters
    ----------
    judgements : Judgements
        With screens.
    pairs : {"all", "one"}

    Returns
    -------
    dict of str to ndarray (clusters,)
        worker (positions), then counts: screens, judgements, repeat_pairs, repeat_agreements, expert_checks,
        expert_agreements; sorted by worker.

    Examples
    --------
    >>> import pandas as pd
    >>> from annolib.tables.judgements import read_judgements
    >>> table = pd.DataFrame({"task": ["i", "j", "i", "j"], "worker": "ann", "label": "left"})
    >>> counted = count_clusters(read_judgements(table.assign(screen=[1, 1, 2, 2])), "all")
    >>> counted["screens"].tolist(), counted["repeat_pairs"].tolist()
    ([2], [2])
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, tasks = _own_rows(judgements), len(judgements.tasks)
    worker, task, content = rows["worker"], rows["task"], rows["content"]
    cells = sort_cells(worker, task, tasks, rows["swapped"], content, rows["time"], keep_order=True)
    keys, screen = np.unique(
        worker * (rows["screen"].max(initial=0) + 1) + rows["screen"], return_inverse=True
    )
    seen = screen[cells.order]
    again = np.ones(seen.size, bool)
    again[cells.start] = False
    links = np.flatnonzero(again)  # each judgement of a cell after the first, with the one before
    ends = (seen[links - 1], seen[links])
    graph = coo_array((np.ones(links.size), ends), (max(keys.size, 1),) * 2)
    clusters, cluster = connected_components(graph, directed=False)
    clusters = clusters if keys.size else 0
    cluster = cluster[: keys.size]
    owner = np.zeros(clusters, np.int64)
    owner[cluster[screen]] = worker
    counts = all_pairs(cells) if pairs == "all" else first_pairs(cells)
    of_cell, of_row = cluster[seen[cells.start]], cluster[screen]
    checked, agree = _against_experts(judgements, task, content, tasks)
    columns = {
        "worker": owner,
        "screens": count_by(cluster, clusters),
        "judgements": count_by(of_row, clusters),
        "repeat_pairs": count_by(of_cell, clusters, counts[0] + counts[2]),
        "repeat_agreements": count_by(of_cell, clusters, counts[1] + counts[3]),
        "expert_checks": count_by(of_row, clusters, checked),
        "expert_agreements": count_by(of_row, clusters, agree),
    }
    order = np.argsort(owner, kind="stable")
    return {name: column[order] for name, column in columns.items()}
