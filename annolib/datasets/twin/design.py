"""The design of llmfao without its answers: who judged how many items, what came back, on which sides.

Built from the shipped counts alone. Who saw which item exactly once is not in them and is dealt out anew.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from annolib.datasets.shipped import load_table


def draw_design(rng):
    """A design with the numbers of llmfao.

    Each worker judges as many items, and repeats as many with as many pairs on the same and on swapped sides, as
    in llmfao; each item gets as many judgements.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        One row per judgement in random order: `worker` and `task` (positions in the shipped tables of
        workers and items), `swapped` (bool).
    """
    workers, items, repeats = (load_table(f"llmfao-{name}") for name in ("workers", "items", "repeats"))
    worker = workers.index.get_indexer(repeats["worker"])
    task = pd.Index(items["task"]).get_indexer(repeats["task"])
    size = repeats["judgements"].to_numpy()
    again = [_sides(k, pairs, rng) for k, pairs in zip(size, repeats["swapped_pairs"], strict=True)]
    judgements = items[["first", "second", "tie"]].sum(axis=1).to_numpy()
    open_items = judgements - np.bincount(task, size, len(items)).astype(int)
    open_workers = (workers["items"] - workers["repeat_items"]).to_numpy()
    taken = np.zeros((len(workers), len(items)), bool)
    taken[worker, task] = True
    once = _deal(open_workers, open_items, taken, rng)
    rows = pd.DataFrame(
        {
            "worker": np.concatenate([np.repeat(worker, size), once[0]]),
            "task": np.concatenate([np.repeat(task, size), once[1]]),
            "swapped": np.concatenate([*again, rng.random(once[0].size) < 0.5]),
        }
    )
    return rows.iloc[rng.permutation(len(rows))].reset_index(drop=True)


def _sides(judgements, swapped_pairs, rng):
    """Which of k judgements are swapped, so that j(k−j) pairs of them are; j is either root."""
    root = math.isqrt(judgements**2 - 4 * swapped_pairs)
    swapped = (judgements + (root if rng.random() < 0.5 else -root)) // 2
    return rng.permutation(np.arange(judgements) < swapped)


def _deal(workers, items, taken, rng):
    """Give every item its number of different workers and every worker their number of items.

    An item takes the workers with the most places left, ties at random; items come in random order. Without the
    cells in `taken` this always works out (Gale 1957, Ryser 1957); with them it is checked.
    """
    left, dealt = workers.copy(), []
    for item in rng.permutation(len(items)):
        free = np.where(taken[:, item], -1.0, left) + rng.random(left.size) / 2
        chosen = np.argsort(-free)[: items[item]]
        left[chosen] -= 1
        dealt.append((chosen, np.full(chosen.size, item)))
    if left.any() or (left < 0).any():
        raise RuntimeError(
            "the counts of llmfao could not be dealt out; this seed does not work, take another"
        )
    return tuple(np.concatenate(part) for part in zip(*dealt, strict=True))
