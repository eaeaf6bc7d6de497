"""A crowd: named annotators who label a design, giving a tidy table of judgements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annolib.annotators.behaviours import LABELS, NOBODY, Behaviour, Copycat, draw_labels, exchange_codes
from annolib.annotators.items import Items
from annolib.validation import generator, whole, within

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Crowd:
    """Named annotators and how each of them labels.

    Parameters
    ----------
    behaviours : dict
        From a worker's name to a `Behaviour`.

    Examples
    --------
    >>> from annolib.annotators import AlwaysLeft, Attentive
    >>> crowd = Crowd({"ann": Attentive(effort=1.0), "bob": AlwaysLeft()})
    >>> items = Items.from_probability([1.0, 0.0])
    >>> crowd.annotate(items, full_design(crowd, items, swap=0.0, rng=1), rng=1)
       task worker  label   left   right
    0     0    ann   left  first  second
    1     1    ann  right  first  second
    2     0    bob   left  first  second
    3     1    bob   left  first  second
    """

    behaviours: dict

    def __post_init__(self):
        for worker, behaviour in self.behaviours.items():
            if not isinstance(behaviour, Behaviour):
                raise TypeError(
                    f"behaviours must map each worker to a behaviour such as Attentive(0.8); "
                    f"saw {behaviour!r} for {worker!r}."
                )

    def __len__(self):
        return len(self.behaviours)

    def __iter__(self):
        return iter(self.behaviours)

    def annotate(self, items, design, *, rng):
        """Label every row of a design.

        Parameters
        ----------
        items : Items, or a dict from worker to Items
            One set of items for all, or each worker's own tastes about the same items.
        design : pandas.DataFrame
            Columns `worker`, `task` (position in `items`) and `swapped` (True: second response left).
        rng : numpy.random.Generator or int
            One uniform number is drawn for each row of the design, in its order.

        Returns
        -------
        pandas.DataFrame
            Columns task, worker, label, left, right; the rows and index of the design.

        Notes
        -----
        A copycat repeats the first judgement of the task in the design that is not by a copycat.
        """
        import pandas as pd

        rows = _rows_by_worker(design, self.behaviours)
        tasks = whole("design.task", design["task"], 0, "Give positions in items.")
        swapped = design["swapped"].to_numpy()
        uniforms = generator(rng).random(len(design))
        codes = np.full(len(design), NOBODY)
        left, right = np.empty(len(design), object), np.empty(len(design), object)
        copycats = [worker for worker in rows if isinstance(self.behaviours[worker], Copycat)]
        answers = None
        for worker in [*(worker for worker in rows if worker not in copycats), *copycats]:
            here = rows[worker]
            mine = _items_of(worker, items, tasks[here])
            if worker in copycats and answers is None:  # everybody else has answered by now
                answers = _first_answers(tasks, exchange_codes(codes, swapped))
            others = answers[here] if worker in copycats else None
            law = self.behaviours[worker].law(mine, swapped[here], others)
            codes[here] = draw_labels(law, uniforms[here])
            left[here] = np.where(swapped[here], mine.second, mine.first)
            right[here] = np.where(swapped[here], mine.first, mine.second)
        label = np.array(LABELS)[codes]
        table = {"task": tasks, "worker": design["worker"], "label": label, "left": left, "right": right}
        return pd.DataFrame(table, index=design.index).infer_objects()


def full_design(workers, items, repeats=1, swap=0.5, *, rng) -> pd.DataFrame:
    """A design in which every worker judges every item `repeats` times, in rounds.

    Parameters
    ----------
    workers : iterable
        Names, or a Crowd.
    items : Items or int
        The items, or how many there are.
    repeats : int
        Rounds; in each a worker sees all items once, so that repeats lie far apart.
    swap : float
        Probability that the sides of a row are swapped.
    rng : numpy.random.Generator or int

    Returns
    -------
    pandas.DataFrame with columns worker, task, swapped.

    Examples
    --------
    >>> full_design(["ann"], 2, repeats=2, swap=0, rng=1).task.tolist()
    [0, 1, 0, 1]
    """
    import pandas as pd

    names = list(workers)
    number = len(items) if isinstance(items, Items) else int(whole("items", items, 0))
    rounds = int(whole("repeats", repeats, 1))
    chance = float(within("swap", swap, 0, 1, "It is the share of swapped rows."))
    rows = len(names) * rounds * number
    return pd.DataFrame(
        {
            "worker": [name for name in names for _ in range(rounds * number)],
            "task": np.tile(np.arange(number), len(names) * rounds),
            # a stream of its own: the same seed given to `annotate` must not tie labels to sides
            "swapped": generator(rng).spawn(1)[0].random(rows) < chance,
        }
    )


def _rows_by_worker(design, behaviours):
    """Positions of each worker's rows; every worker must be known and every column present."""
    missing = [name for name in ("worker", "task", "swapped") if name not in design.columns]
    if missing:
        raise ValueError(f"design must have columns worker, task and swapped; missing: {', '.join(missing)}.")
    if len(design) and design["swapped"].dtype != bool:
        raise TypeError(f"design.swapped must hold True or False; saw {design['swapped'].dtype}.")
    strangers = [worker for worker in design["worker"].unique().tolist() if worker not in behaviours]
    if strangers:
        raise ValueError(f"design.worker must name workers of this crowd; saw {strangers[0]!r}.")
    return design.groupby("worker", sort=False).indices


def _items_of(worker, items, tasks):
    if isinstance(items, dict):
        if worker not in items:
            raise ValueError(f"items must hold every worker's items; none for {worker!r}.")
        items = items[worker]
    if tasks.size and tasks.max() >= len(items):
        raise ValueError(
            f"design.task must be a position in items, 0 to {len(items) - 1}; saw {tasks.max()}."
        )
    return items[tasks]


def _first_answers(tasks, content):
    """For each row, the first content code that was given to its task so far, or -1."""
    answered = np.flatnonzero(content != NOBODY)
    first = np.full(tasks.max(initial=-1) + 1, NOBODY)
    first[tasks[answered][::-1]] = content[answered][::-1]  # of several, the last write is the first answer
    return first[tasks]
