"""Votes: how often each label was given to an item, and what a majority of them says."""

from __future__ import annotations

import numbers
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from annolib.markup import html_table, html_words
from annolib.validation import whole

if TYPE_CHECKING:
    import pandas as pd


def label_counts(ratings) -> pd.DataFrame:
    """Count labels per item from a table with one column per annotator.

    Parameters
    ----------
    ratings : array_like of shape (items, annotators) or pandas.DataFrame
        Labels of one type; None or NaN where an annotator has not labelled an item.

    Returns
    -------
    pandas.DataFrame, one row per item and one column per label, sorted.

    Raises
    ------
    ValueError
        If labels are of several types, or the table is a tidy one, with a row for each judgement.

    Notes
    -----
    From a tidy table of judgements the counts come by content, so that an item's labels mean the same after the
    sides were swapped: `frame = annolib.read_judgements(table).to_frame()`, then
    `pandas.crosstab(frame.task, frame.content)`. A cross table of the labels as shown mixes what two sides say.

    Examples
    --------
    >>> label_counts([["left", "tie", None], ["left", "left", "right"]]).to_numpy().tolist()
    [[1, 0, 1], [2, 1, 0]]
    """
    import pandas as pd

    grid = pd.DataFrame(ratings)
    if {"worker", "label"} <= set(grid.columns) or {"task", "label"} <= set(grid.columns):
        raise ValueError(
            "ratings must have one row per item and one column per annotator; saw a tidy table of judgements. Count "
            "its labels by content: frame = annolib.read_judgements(ratings).to_frame(), then "
            "pandas.crosstab(frame.task, frame.content)."
        )
    entries = grid.to_numpy(dtype=object).ravel()
    kinds = sorted({_kind(entry) for entry in entries[~pd.isna(entries)]})
    if len(kinds) > 1 or set(kinds) & {"list", "dict", "set", "ndarray"}:
        raise ValueError(
            f"ratings must hold labels of one type that can be compared; saw {' and '.join(kinds)}. Make them text."
        )
    codes, labels = pd.factorize(entries, sort=True)
    rows = np.repeat(np.arange(len(grid)), grid.shape[1])[codes >= 0]
    table = np.zeros((len(grid), len(labels)), int)
    np.add.at(table, (rows, codes[codes >= 0]), 1)
    return pd.DataFrame(table, index=grid.index, columns=labels)


def _kind(entry):
    """A word for the type of a label, the same for all numbers."""
    if isinstance(entry, (bool, np.bool_)):
        return "bool"
    return "number" if isinstance(entry, numbers.Real) else type(entry).__name__


@dataclass(frozen=True, eq=False, repr=False)
class Majority:
    """The label with the most votes on each item.

    Attributes
    ----------
    label : numpy.ndarray of object of shape (items,)
        None where the vote is split or nobody voted: no winner is invented. Missing in `to_frame()`.
    votes, total : numpy.ndarray of int
        Votes for the most frequent label, and all votes.
    share : numpy.ndarray of float
        votes / total; NaN without votes.
    split : numpy.ndarray of bool
        True where two or more labels share the most votes.
    """

    label: np.ndarray
    votes: np.ndarray
    total: np.ndarray
    share: np.ndarray
    split: np.ndarray
    index: object = field(default=None)

    def to_frame(self):
        """A pandas table, one row per item."""
        import pandas as pd

        names = ("label", "votes", "total", "share", "split")
        return pd.DataFrame({name: getattr(self, name) for name in names}, index=self.index)

    def __len__(self):
        return len(self.label)

    def __repr__(self):
        empty = int((self.total == 0).sum())
        return f"Majority({len(self)} items, {int(self.split.sum())} split votes, {empty} without votes)"

    def _repr_html_(self):
        return html_table(self.to_frame()) + html_words(repr(self))


def majority(counts) -> Majority:
    """Majority label of each item; split votes stay split.

    Parameters
    ----------
    counts : array_like of shape (items, categories) or pandas.DataFrame
        As for `krippendorff_alpha`; the labels are the DataFrame's columns, else 0, 1, ….

    Returns
    -------
    Majority

    Examples
    --------
    >>> result = majority(label_counts([["left", "left", "tie"], ["left", "right", None]]))
    >>> result, result.label.tolist()
    (Majority(2 items, 1 split votes, 0 without votes), ['left', None])
    """
    table = count_table(counts)
    named = hasattr(counts, "columns")
    names = list(counts.columns) if named else list(range(table.shape[1]))
    labels = np.empty(len(names) + 1, object)
    labels[:-1] = names
    votes, total = table.max(axis=1, initial=0), table.sum(axis=1)
    split = ((table == votes[:, None]).sum(axis=1) > 1) & (total > 0)
    winner = table.argmax(axis=1) if names else np.zeros(len(table), int)
    share = np.full(len(table), np.nan)
    np.divide(votes, total, out=share, where=total > 0)
    chosen = labels[np.where(split | (total == 0), -1, winner)]
    columns = (chosen, votes, total, share, split)
    for column in columns:
        column.setflags(write=False)
    return Majority(*columns, counts.index if named else None)


def count_table(counts):
    """Return `counts` as an int array of shape (items, categories), or raise."""
    table = whole("counts", counts, 0, "Count the labels: one row per item, one column per label.")
    if table.ndim != 2:
        raise ValueError(f"counts must have shape (items, categories); saw {table.shape}.")
    return table
