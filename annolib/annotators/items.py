"""Items to label: laws about content, and how they look when the sides are swapped.

An item holds a law about *content* (first response, second response, tie). What an annotator sees is a
presentation: either the first response stands left, or, swapped, the second one does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.preferences.models import label_laws
from annolib.validation import within


@dataclass(frozen=True, eq=False, repr=False)
class Items:
    """Items to label: what attentive annotators think of them, and which response is longer.

    Parameters
    ----------
    law : array_like of shape (n, 2) or (n, 3)
        Attentive label law of each item over (first, second[, tie]).
    longer : array_like of shape (n,), optional
        −1 if the first response is longer, +1 if the second one is, 0 if neither (the default).
    first, second : array_like of str of shape (n,), optional
        Names of the responses, for the columns `left` and `right` of a table of judgements.

    Examples
    --------
    >>> items = Items(law=[[0.8, 0.1, 0.1], [0.2, 0.5, 0.3]], longer=[-1, 0])
    >>> items, len(items[[1]])
    (Items(2 items, 3 labels), 1)
    """

    law: np.ndarray
    longer: np.ndarray | None = None
    first: np.ndarray | None = None
    second: np.ndarray | None = None

    def __post_init__(self):
        law = label_laws("law", self.law)
        if law.ndim != 2 or law.shape[1] not in (2, 3):
            raise ValueError(
                f"law must have shape (items, 2) or (items, 3); saw {law.shape}. "
                "Give each item a row over (first, second) or (first, second, tie)."
            )
        sides = np.zeros(len(law)) if self.longer is None else within("longer", self.longer, -1, 1)
        if not np.isin(sides, (-1, 0, 1)).all():
            raise ValueError("longer must hold -1 (first), +1 (second) or 0 (neither).")
        columns = {"law": law.copy(), "longer": sides.astype(int)}
        for name in ("first", "second"):
            given = getattr(self, name)
            columns[name] = np.full(len(law), name) if given is None else np.array(given)
        for name, column in columns.items():
            if column.shape[:1] != law.shape[:1] or column.ndim != (2 if name == "law" else 1):
                raise ValueError(
                    f"{name} must have one entry for each of {len(law)} items; saw {column.shape}."
                )
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    @classmethod
    def from_probability(cls, p, longer=None):
        """Two-label items from the probabilities `p` of preferring the first response."""
        chance = within("p", p, 0, 1, "Give probabilities of preferring the first response.")
        return cls(np.stack([chance, 1 - chance], axis=-1), longer)

    @property
    def labels(self):
        """Number K of labels, 2 or 3."""
        return self.law.shape[1]

    def shown(self, swapped):
        """Attentive laws over (left, right[, tie]) as shown: the first two change places if swapped."""
        return _exchange_sides(self.law, self.flags(swapped))

    def flags(self, swapped):
        """`swapped` as one bool for each item, or an error."""
        given = np.asarray(swapped)
        if given.dtype != bool or given.shape not in ((), (len(self),)):
            raise ValueError(
                f"swapped must be True, False or one of them for each of {len(self)} items; "
                f"saw {given.dtype} of shape {given.shape}."
            )
        return np.broadcast_to(given, len(self))

    def __len__(self):
        return len(self.law)

    def __getitem__(self, rows):
        """The items at these positions, as Items; a position may come more than once."""
        rows = np.atleast_1d(np.arange(len(self))[rows])
        return Items(self.law[rows], self.longer[rows], self.first[rows], self.second[rows])

    def __repr__(self):
        return f"Items({len(self)} items, {self.labels} labels)"


def _exchange_sides(law, swapped):
    shown = law.copy()
    shown[swapped, :2] = law[swapped, 1::-1]
    return shown
