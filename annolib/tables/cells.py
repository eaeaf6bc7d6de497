"""Counts of pairs of judgements from one sort of packed integers: within a worker, between workers.

A cell is one worker's judgements of one task. Its six bins count them by (swapped, content); every number of
pairs is a sum of products of bins, so nothing grows with the square of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_BLOCK = 1 << 18  # cells at a time: bounds the memory of the bins


@dataclass(frozen=True, repr=False, eq=False)
class Cells:
    """The (worker, task) cells of a table, sorted by worker and then by task.

    Attributes
    ----------
    worker, task, size, start : ndarray of int64 (cells,)
        Whose judgements of what, how many, and where they begin among the sorted rows.
    bin : ndarray of int8 (rows,)
        3·swapped + content of each sorted row, in 0 … 5.
    order : ndarray of int64 (rows,) or None
        Where each sorted row stood, if the cells were sorted with `keep_order`.
    """

    worker: np.ndarray
    task: np.ndarray
    size: np.ndarray
    start: np.ndarray
    bin: np.ndarray
    order: np.ndarray | None = None


def sort_cells(worker, task, tasks, swapped, content, time=None, keep_order=False):
    """Sort rows into cells. With `keep_order`, the rows of a cell stay in the order of `time`, then of rows.

    Without it the packed key (worker·tasks + task)·6 + 3·swapped + content is sorted in place; 64 bits hold it
    for every table that fits into memory.

    Examples
    --------
    >>> cells = sort_cells(*np.array([[1, 0, 1], [0, 0, 0]]), 1, np.array([0, 0, 1]), np.array([2, 0, 0]))
    >>> cells.worker.tolist(), cells.size.tolist(), cells.bin.tolist()
    ([0, 1], [1, 2], [0, 2, 3])
    """
    key, order = worker * tasks, None
    key += task
    if keep_order:
        in_time = time is None or bool((time[1:] >= time[:-1]).all())
        order = np.argsort(key, kind="stable") if in_time else np.lexsort((time, key))
        key, rank = key[order], (swapped * np.int8(3) + content)[order].astype(np.int8)
    else:
        key *= 6
        key += swapped * np.int8(3) + content
        key.sort()
        packed, key = key, key // 6
        rank = (packed - key * 6).astype(np.int8)
    start = np.flatnonzero(np.diff(key, prepend=-1))
    owner, item = np.divmod(key[start], max(tasks, 1))
    return Cells(owner, item, np.diff(start, append=key.size), start, rank, order)


def all_pairs(cells):
    """For each cell, all k(k−1)/2 pairs of its k judgements, counted from its bins.

    Returns
    -------
    ndarray of int64 (4, cells)
        Pairs and agreements with the sides the same, pairs and agreements with the sides swapped.

    Examples
    --------
    >>> cells = sort_cells(*np.zeros((2, 3), int), 1, np.array([0, 0, 1]), np.array([2, 0, 0]))
    >>> all_pairs(cells).ravel().tolist()
    [1, 0, 2, 1]
    """
    counts = np.zeros((4, cells.size.size), np.int64)
    repeated = np.flatnonzero(cells.size > 1)
    for low in range(0, repeated.size, _BLOCK):
        chosen = repeated[low : low + _BLOCK]
        size = cells.size[chosen]
        row = np.repeat(cells.start[chosen] - np.cumsum(size) + size, size) + np.arange(size.sum())
        place = np.repeat(np.arange(chosen.size), size) * 6 + cells.bin[row]
        bins = np.bincount(place, minlength=6 * chosen.size).reshape(-1, 2, 3)
        total = bins.sum(2)
        counts[0, chosen] = _pairs(total).sum(1)
        counts[1, chosen] = _pairs(bins).sum((1, 2))
        counts[2, chosen] = total[:, 0] * total[:, 1]
        counts[3, chosen] = (bins[:, 0] * bins[:, 1]).sum(1)
    return counts


def first_pairs(cells):
    """For each cell with two or more judgements the pair of its first two; as `all_pairs`.

    The cells must have been sorted with `keep_order`.
    """
    counts = np.zeros((4, cells.size.size), np.int64)
    repeated = np.flatnonzero(cells.size > 1)
    one, two = cells.bin[cells.start[repeated]], cells.bin[cells.start[repeated] + 1]
    same, agree = one // 3 == two // 3, one % 3 == two % 3
    counts[:, repeated] = same, same & agree, ~same, ~same & agree
    return counts


def pairs_between(cells, task_labels, within):
    """For each task, the pairs of judgements by different workers and how many of them agree.

    Parameters
    ----------
    cells : Cells
    task_labels : ndarray of int64 (tasks, 3)
        How many judgements of the task say first, second, tie.
    within : ndarray of int64 (4, cells)
        What `all_pairs` returns.

    Returns
    -------
    ndarray of int64 (2, tasks)
    """
    tasks = len(task_labels)
    pairs = _pairs(task_labels.sum(1)) - count_by(cells.task, tasks, within[0] + within[2])
    agreements = _pairs(task_labels).sum(1) - count_by(cells.task, tasks, within[1] + within[3])
    return np.array([pairs, agreements])


def count_by(group, groups, weights=None):
    """Sums of whole weights (or plain counts) per group, exact up to 2⁵³."""
    counts = np.bincount(group, weights, minlength=groups)
    return counts if weights is None else np.rint(counts).astype(np.int64)


def _pairs(count):
    return count * (count - 1) // 2
