"""Annotators that label preference items: attentive ones, habits, copycats, and a crowd of them.

A behaviour answers about the side *shown*: 0 left, 1 right, 2 tie. See `annolib.annotators.items` for sides and content.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.preferences.models import label_law
from annolib.validation import generator, within

LABELS = ("left", "right", "tie")
NOBODY = -1  # in `others`: nobody to copy from


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
    >>> from annolib.annotators.items import Items
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
    >>> from annolib.annotators.items import Items
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
    >>> from annolib.annotators.items import Items
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
    >>> from annolib.annotators.items import Items
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
