"""A simulated twin of llmfao: the same numbers of everything, and a truth that is known.

Items are Davidson's (1970): a difference in strength and a weight of ties. Two groups of annotators differ
in taste. Attentive annotators put in a known effort; a few follow a habit instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.annotators.behaviours import AlwaysLeft, AlwaysTie, Attentive, LongerOne
from annolib.annotators.crowds import Crowd
from annolib.datasets.shipped import load_table
from annolib.datasets.twin.design import draw_design
from annolib.datasets.twin.population import TASTES, draw_items, draw_workers
from annolib.tables.cells import all_pairs, first_pairs, sort_cells
from annolib.validation import generator

SEED = 2026
_SLIP = 0.1  # of those who take the longer one


@dataclass(frozen=True, repr=False, eq=False)
class Twin:
    """A simulated table of judgements with its truth.

    Attributes
    ----------
    table : pandas.DataFrame
        Tidy: task, worker, label, left, right.
    truth : pandas.DataFrame
        Index worker; columns

        - `behaviour`: attentive, always-left, always-tie or longer-one
        - `effort`: the probability to judge instead of picking a label uniformly; 0 for a habit
        - `taste`: majority or minority
        - `repeat_pairs`, and `concentration`: Γ = E‖p‖² − 1/3 over these pairs, for the worker's own taste;
          NaN without repeats
        - `one_pairs`, and `one_concentration`: the same with one pair per repeated item
    items : dict
        Taste → Items: the attentive label laws (1785, 3) about (first, second, tie), and which is longer.
    """

    table: pd.DataFrame
    truth: pd.DataFrame
    items: dict

    def __repr__(self):
        kinds = (
            self.truth["behaviour"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        )
        mix = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        return f"Twin({len(self.table):,} judgements, {len(self.truth)} workers: {mix})"

    def concentration(self, pairs="all"):
        """Γ over all repeat pairs of all workers together; `pairs` as in `annolib.tally`."""
        return _pooled(self.truth, pairs)


def simulate_twin(*, rng=SEED) -> Twin:
    """Simulate a twin of llmfao.

    1. The design: as in llmfao, from the shipped counts (`annolib.datasets.twin.design`).
    2. Items: strength differences d ~ N(0, 3.2²), for the minority (30 % of the annotators) others with
       correlation 0.8; tie weights log ν ~ N(1.2, 1.8²). Items that somebody repeats are clear to everybody, as
       the short answers of llmfao are: |d| ~ 7 + N(0, 1) and ν = 0.3, but in a quarter of them a tie is nearly
       certain. In 60 % of the items the better response (for the majority) is the longer one.
    3. Workers: of the 19 with ten repeat pairs or more, one answers always left, one always tie, and two take
       the longer one; so do twice as many of the others. The rest are attentive: a quarter with efforts
       spread evenly over 0.25 … 0.75, the others over 0.75 … 1.
    4. Labels: `annolib.Crowd.annotate`.

    Parameters
    ----------
    rng : numpy.random.Generator or int
        The default gives the tables that come with the repository.

    Returns
    -------
    Twin

    Examples
    --------
    >>> simulate_twin()
    Twin(8,931 judgements, 124 workers: 112 attentive, 6 longer-one, 3 always-left, 3 always-tie)
    """
    rng = generator(rng)
    design = draw_design(rng)
    cells = _cells(design)
    items = draw_items(len(load_table("llmfao-items")), np.unique(cells.task[cells.size > 1]), rng)
    truth = draw_workers(_pairs_per_worker(cells), rng)
    crowd = Crowd({worker: _behaviour(*row) for worker, *row in truth[["behaviour", "effort"]].itertuples()})
    tastes = {worker: items[taste] for worker, taste in truth["taste"].items()}
    design["worker"] = truth.index.to_numpy()[design["worker"]]
    table = crowd.annotate(tastes, design, rng=rng)
    table["task"] = table["left"].str[:-1]
    return Twin(table, truth.join(_concentration(cells, items, truth)).sort_index(), items)


def shipped_tables():
    """The tables of the twin as they come with the repository: name → DataFrame with an ordinary index."""
    twin = simulate_twin()
    return {"twin": twin.table, "twin-truth": twin.truth.reset_index()}


def twin_concentration(pairs="all") -> float | np.ndarray:
    """Γ over all repeat pairs of the shipped twin, the `concentration` of its self-consistency monitor.

    Parameters
    ----------
    pairs : {"all", "one"}
        As in `annolib.tally`.

    Examples
    --------
    >>> 0 < twin_concentration() < 2 / 3
    True
    """
    return _pooled(load_table("twin-truth"), pairs)


def _pooled(truth, pairs):
    if pairs not in ("all", "one"):
        raise ValueError(f"pairs must be 'all' or 'one'; saw {pairs!r}.")
    weight, column = (
        ("repeat_pairs", "concentration") if pairs == "all" else ("one_pairs", "one_concentration")
    )
    known = truth[truth[weight] > 0]
    return float(np.average(known[column], weights=known[weight]))


def _cells(design):
    worker, task, swapped = (design[name].to_numpy() for name in ("worker", "task", "swapped"))
    return sort_cells(worker, task, task.max() + 1, swapped, np.zeros(len(design), np.int8), keep_order=True)


def _pairs_per_worker(cells):
    return np.bincount(cells.worker, cells.size * (cells.size - 1) // 2).astype(int)


def _behaviour(kind, effort):
    habits = {"always-left": AlwaysLeft(), "always-tie": AlwaysTie(), "longer-one": LongerOne(_SLIP)}
    return habits.get(kind) or Attentive(effort)


def _concentration(cells, items, truth):
    """Γ of each worker's repeated items: per pair, and per item."""
    own = np.stack([(items[taste].law ** 2).sum(axis=1) - 1 / 3 for taste in TASTES])
    taste = (truth["taste"] == TASTES[1]).to_numpy().astype(int)
    strength = own[taste[cells.worker], cells.task]
    columns = {}
    for name, counts in (("", all_pairs(cells)), ("one_", first_pairs(cells))):
        pairs = counts[0] + counts[2]
        total = np.bincount(cells.worker, pairs)
        columns[f"{name}pairs" if name else "repeat_pairs"] = total.astype(int)
        mean = np.bincount(cells.worker, pairs * strength) / np.where(total > 0, total, np.nan)
        columns[f"{name}concentration"] = mean.round(6)
    return pd.DataFrame(columns, index=truth.index)
