"""Which pairs a model does not see: whole items, or whole prompts, are held out together.

Two pairs of one item are almost the same question, and pairs of one prompt share their answers. A test
pair whose twin was in the training set tells how well the model remembers.
"""

from __future__ import annotations

import numpy as np

from annolib.validation import generator, within


def hold_out(groups, share=0.25, *, rng):
    """Choose whole groups at random and mark their pairs as held out.

    Parameters
    ----------
    groups : array_like of shape (pairs,)
        The group of each pair: its item, or its prompt.
    share : float
        Share of the groups, in (0, 1); at least one group is held out and at least one is kept.
    rng : numpy.random.Generator or int

    Returns
    -------
    numpy.ndarray of bool, of shape (pairs,)
        True where the pair is held out.

    Examples
    --------
    >>> items = np.array(["a", "a", "b", "c", "c", "d"])
    >>> hold_out(items, share=0.5, rng=1)
    array([False, False,  True,  True,  True, False])
    """
    column = np.asarray(groups)
    if column.ndim != 1:
        raise ValueError(f"groups must hold one name a pair; saw shape {column.shape}.")
    share = float(within("share", share, 0, 1, "Give the share of groups to hold out."))
    names, place = np.unique(column, return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"groups must name at least 2 groups; saw {len(names)}. Split by something finer.")
    count = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = generator(rng).choice(len(names), count, replace=False)
    return np.isin(place, chosen)
