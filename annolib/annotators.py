"""Annotators that label preference items: attentive ones, habits, copycats, and a crowd of them.

An item holds a law about *content* (first response, second response, tie). What an annotator sees is a
presentation: either the first response stands left, or, swapped, the second one does. A behaviour answers
about the side *shown*: 0 left, 1 right, 2 tie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.preferences import label_law, label_laws
from annolib.validation import generator, within

LABELS = ("left", "right", "tie")
NOBODY = -1  # in `others`: nobody to copy from


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


class Behaviour:
    """How an annotator labels. A subclass gives the law of its labels; labels are drawn from it."""

    def law(self, items, swapped, others=None):
        """Exact law of the label as shown.

        Parameters
        ----------
        items : Items, n of them
        swapped : bool or array of bool of shape (n,)
            True where the second response stands left.
        others : array of int of shape (n,), optional
            For a copycat: what somebody else answered, about content (0 first, 1 second, 2 tie, -1 nobody).

        Returns
        -------
        numpy.ndarray of shape (n, K), over (left, right[, tie]).
        """
        raise NotImplementedError

    def label(self, items, swapped, *, rng, others=None):
        """Draw one label as shown for each item: 0 left, 1 right, 2 tie. Arguments as in `law`."""
        return draw_labels(self.law(items, swapped, others), generator(rng).random(len(items)))


@dataclass(frozen=True)
class Attentive(Behaviour):
    """Judges the item with probability `effort`, otherwise picks a label uniformly.

    Examples
    --------
    >>> Attentive(effort=0.5).law(Items([[0.8, 0.1, 0.1]]), swapped=True).round(3)
    array([[0.217, 0.567, 0.217]])
    """

    effort: float

    def __post_init__(self):
        _hold_share(self, "effort")

    def law(self, items, swapped, others=None):
        return label_law(items.shown(swapped), self.effort, labels=items.labels)


@dataclass(frozen=True)
class AlwaysLeft(Behaviour):
    """Answers left, whatever is shown.

    Examples
    --------
    >>> AlwaysLeft().label(Items.from_probability([0.1, 0.9]), swapped=False, rng=1)
    array([0, 0])
    """

    def law(self, items, swapped, others=None):
        items.flags(swapped)
        return _certain(np.zeros(len(items), int), items.labels)


@dataclass(frozen=True)
class AlwaysTie(Behaviour):
    """Answers tie, whatever is shown; needs items with three labels."""

    def law(self, items, swapped, others=None):
        items.flags(swapped)
        if items.labels != 3:
            raise ValueError(
                "items must have three labels for AlwaysTie; saw two. Give laws of shape (n, 3)."
            )
        return _certain(np.full(len(items), 2), 3)


@dataclass(frozen=True)
class LongerOne(Behaviour):
    """Chooses the longer response; with probability `slip`, or if neither is longer, picks a label uniformly.

    Examples
    --------
    >>> LongerOne().label(Items([[0.9, 0.1]] * 2, longer=[1, -1]), swapped=False, rng=1)
    array([1, 0])
    """

    slip: float = 0.0

    def __post_init__(self):
        _hold_share(self, "slip")

    def law(self, items, swapped, others=None):
        content = np.select([items.longer == -1, items.longer == 1], [0, 1], NOBODY)
        return _follow(content, self.slip, items, swapped)


@dataclass(frozen=True)
class Copycat(Behaviour):
    """Repeats what somebody else answered about the same item; with probability `slip` labels uniformly.

    Where there is nobody to copy from, labels uniformly.

    Examples
    --------
    >>> Copycat().label(Items([[0.9, 0.1]] * 2), [False, True], others=[0, 0], rng=1)
    array([0, 1])
    """

    slip: float = 0.0

    def __post_init__(self):
        _hold_share(self, "slip")

    def law(self, items, swapped, others=None):
        if others is None:
            raise ValueError("others must be given for a Copycat: what somebody else answered on each item.")
        content = np.asarray(others)
        if content.shape != (len(items),) or not np.isin(content, range(NOBODY, items.labels)).all():
            raise ValueError(
                f"others must hold one code from -1 (nobody) to {items.labels - 1} for each of {len(items)} "
                f"items; saw {others!r}."
            )
        return _follow(content, self.slip, items, swapped)


def draw_labels(law, uniforms):
    """The label of each row of `law` (n, K) that its uniform number in [0, 1) points at."""
    return (uniforms[:, None] >= np.cumsum(law, axis=1)[:, :-1]).sum(axis=1)


def exchange_codes(codes, swapped):
    """From content to side or back: left and right change places where swapped; ties and -1 stay."""
    return np.where(swapped & ((codes == 0) | (codes == 1)), 1 - codes, codes)


def _exchange_sides(law, swapped):
    shown = law.copy()
    shown[swapped, :2] = law[swapped, 1::-1]
    return shown


def _certain(codes, labels):
    return np.eye(labels)[codes]


def _follow(content, slip, items, swapped):
    """Law of following the `content` codes up to slips; uniform where there is nothing to follow."""
    codes = exchange_codes(content, items.flags(swapped))
    rule = np.where((codes == NOBODY)[:, None], 1 / items.labels, _certain(codes, items.labels))
    return (1 - slip) * rule + slip / items.labels


def _hold_share(behaviour, name):
    value = getattr(behaviour, name)
    if np.ndim(value) != 0:
        raise TypeError(f"{name} must be one number; saw {value!r}. Make one behaviour for each annotator.")
    object.__setattr__(behaviour, name, float(within(name, value, 0, 1, "It is a share.")))
