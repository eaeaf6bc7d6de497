"""Crowds whose truth is known: two groups of taste, and three worlds whose single labels look alike.

*Two tastes.* Every preference is ½ ± γ. Item i has a lean; the larger group follows it everywhere, the smaller one
on a share s of the items, and leans away from it on the rest. Clickers flip coins.

*Three worlds.* With m_i the share of left on item i, a label is left with chance m_i

1. where everybody is careful and has an own, certain taste for each item, left with chance m_i;
2. where all share one taste p_i and have effort η, with ½ + η(p_i − ½) = m_i;
3. where all are careful and torn, p_i = m_i.

With at most one label for each person and item all labels are independent, and a table has the same law in each
world. Two labels by one person agree with chance 1 − 2 m(1 − m) + 2 Var(p), the variance taken over people: it is
m(1 − m) in world 1, and 0 in 2 and 3, which repeats therefore cannot tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.preferences.models import label_law
from annolib.validation import generator, whole, within


@dataclass(frozen=True, eq=False)
class World:
    """People of one effort and their tastes.

    Attributes
    ----------
    p : ndarray of shape (people, items)
        Chance of left, when judging.
    effort : float
    """

    p: np.ndarray
    effort: float

    def label(self, *, rng):
        """One label by everybody for every item: 1 for left, 0 for right; an array of the shape of `p`."""
        return (generator(rng).random(self.p.shape) < label_law(self.p, self.effort)).astype(int)


def three_worlds(share, effort, people, *, rng) -> dict:
    """The three worlds in which labels are left with the chances `share`.

    Parameters
    ----------
    share : array_like of shape (items,)
        m_i, within `effort`/2 of one half: less care cannot make a clearer item.
    effort : float
        Effort of everybody in world 2, in (0, 1].
    people : int
    rng : numpy.random.Generator or int
        Draws the tastes of world 1.

    Returns
    -------
    dict of str to World

    Examples
    --------
    >>> worlds = three_worlds([0.3, 0.7], effort=0.5, people=3, rng=1)
    >>> [(name, world.effort, world.p[0].round(2).tolist()) for name, world in worlds.items()][1:]
    [('less care', 0.5, [0.1, 0.9]), ('torn items', 1.0, [0.3, 0.7])]
    """
    effort = float(within("effort", effort, 1e-9, 1, "In world 2 people judge at times."))
    least, most = 0.5 - effort / 2, 0.5 + effort / 2
    remedy = f"With effort {effort:g} no item is clearer: raise the effort."
    m = within("share", share, least - 1e-12, most + 1e-12, remedy)
    if m.ndim != 1:
        raise ValueError(f"share must have one entry an item, shape (items,); saw {m.shape}.")
    number = int(whole("people", people, 1))
    own = (generator(rng).random((number, m.size)) < m).astype(float)
    common = np.clip(0.5 + (m - 0.5) / effort, 0, 1)
    return {
        "many tastes": World(own, 1.0),
        "less care": World(np.tile(common, (number, 1)), effort),
        "torn items": World(np.tile(m, (number, 1)), 1.0),
    }


def two_tastes(
    larger, smaller, clickers, *, items, shared, certainty, labels_per_item=None, rng
) -> np.ndarray:
    """Labels of a crowd of two tastes, everybody careful but for the clickers.

    Parameters
    ----------
    larger, smaller, clickers : int
        People of each kind, in the order of the rows.
    items : int
    shared : float
        s, the chance that the groups lean the same way on an item, in [0, 1].
    certainty : float
        γ, in [0, ½].
    labels_per_item : int, optional
        How many people, drawn anew for each item, label it; everybody if left out.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray of shape (people, items)
        1 for first, 0 for second, NaN where there is no label.

    Examples
    --------
    >>> says = two_tastes(3, 2, 1, items=4, shared=0, certainty=0.5, rng=1)
    >>> says.shape, bool((says[0] == 1 - says[4]).all())
    ((6, 4), True)
    """
    sizes = [
        int(whole(name, n))
        for name, n in zip(("larger", "smaller", "clickers"), (larger, smaller, clickers), strict=True)
    ]
    count = int(whole("items", items, 1))
    same = float(within("shared", shared, 0, 1, "It is a share of the items."))
    sure = float(within("certainty", certainty, 0, 0.5, "It is the distance of a probability from one half."))
    people = sum(sizes)
    most = people if labels_per_item is None else int(whole("labels_per_item", labels_per_item, 1))
    if most > people:
        raise ValueError(f"labels_per_item must be at most {people}, the people there are; saw {most}.")
    draw = generator(rng)
    lean = np.where(draw.random(count) < 0.5, 1, -1)
    follow = np.where(draw.random(count) < same, 1, -1)
    rows = (lean, lean * follow, np.zeros(count))
    chance = 0.5 + sure * np.vstack([np.tile(row, (size, 1)) for row, size in zip(rows, sizes, strict=True)])
    said = (draw.random(chance.shape) < chance).astype(float)
    said[draw.random(chance.shape).argsort(axis=0).argsort(axis=0) >= most] = np.nan
    return said
