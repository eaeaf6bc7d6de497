"""Less effort put on top of real labels, and what the accuracy of a reward model makes of it."""

from __future__ import annotations

import numpy as np

from annolib.reward.held_out import hold_out
from annolib.reward.model import _column, _label_counts, _matrix, _scale, agreeing_share, maximise
from annolib.validation import generator, whole, within


def degrade_labels(left, right, effort, *, habit=None, rng):
    """Replace each label, with probability 1 − effort, by the flip of a fair coin, or by a habit.

    Half of the labels that a coin replaces come out as they were, so a label changes sides with probability
    (1 − effort)/2, each on its own. Whoever gave the labels had an effort of their own; this one multiplies it.

    Parameters
    ----------
    left, right : array_like of whole numbers
        Labels for each side, one entry a pair.
    effort : float
        In [0, 1].
    habit : array_like of shape (pairs,), optional
        What replaced labels say in place of a coin: left where it is above 0, right where it is below, a coin
        at 0. For the habit of taking the longer answer: words of left minus words of right.
    rng : numpy.random.Generator or int

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        New counts, with the same number of labels on every pair.

    Examples
    --------
    >>> degrade_labels([40, 3], [0, 1], effort=0.5, rng=1)
    (array([30,  1]), array([10,  3]))
    >>> degrade_labels([40, 0], [0, 9], effort=0, habit=[-1, 2], rng=1)
    (array([0, 9]), array([40,  0]))
    """
    left, right = (whole(name, side) for name, side in (("left", left), ("right", right)))
    effort = float(within("effort", effort, 0, 1, "Give the share of labels that stay as they are."))
    random, says_right = generator(rng), 0.5
    if habit is not None:
        habit = within("habit", habit, -np.inf, np.inf, "Give a number for each pair: above 0 for left.")
        if habit.shape != left.shape:
            raise ValueError(f"habit must have the shape of left, {left.shape}; saw {habit.shape}.")
        says_right = (1 - np.sign(habit)) / 2
    to_right = random.binomial(left, (1 - effort) * says_right)
    to_left = random.binomial(right, (1 - effort) * (1 - says_right))
    return left - to_right + to_left, right + to_right - to_left


def degradation_study(
    features,
    left,
    right,
    groups,
    efforts=(1.0, 0.8, 0.6, 0.4, 0.2),
    splits=60,
    share=0.25,
    ridge=1.0,
    keep=1.0,
    *,
    habit=None,
    rng,
    progress=False,
):
    """Train on labels of less and less effort, and test against three yardsticks.

    For each split a share of the groups is held out. For each effort the labels, held-out ones included,
    are degraded, a reward model is trained on the rest, and it is tested on the held-out pairs. The model has
    one weight for each feature, and one more, without a penalty, for the left side.

    Parameters
    ----------
    features, left, right
        As in `fit_reward_model`.
    groups : array_like of shape (pairs,)
        What is held out together: the item of each pair, or its prompt.
    efforts : sequence of float
    splits : int
    share : float
        Share of the groups to hold out.
    ridge : float
    keep : float
        Share of the training labels that are used, each kept or dropped on its own.
    habit : array_like of shape (pairs,), optional
        As in `degrade_labels`: what careless labels say in place of a coin.
    rng : numpy.random.Generator or int
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        One row a split and effort: `effort`, `split`, and the share of held-out labels that the model agrees
        with: `as_they_were` (not degraded), `majority` (one verdict for each pair with 3 labels or more and no
        draw), `degraded` (as noisy as the training labels).

    Examples
    --------
    >>> x = np.linspace(-2, 2, 80)[:, None]
    >>> left = np.where(x[:, 0] > 0, 4, 1)
    >>> table = degradation_study(x, left, 5 - left, groups=np.arange(80), efforts=(1, 0.5), splits=20, rng=1)
    >>> table.groupby("effort").as_they_were.mean().round(2).to_dict()
    {0.5: 0.77, 1.0: 0.79}
    """
    import pandas as pd
    from tqdm import tqdm

    x, _ = _matrix(features)
    groups = _column("groups", groups, features, len(x))
    left, right = _label_counts(features, x, left, right)
    labelled = left + right > 0
    x, groups, left, right = x[labelled], groups[labelled], left[labelled], right[labelled]
    if habit is not None:
        habit = _column("habit", habit, features, len(labelled))[labelled]
    left, right = (whole(name, side) for name, side in (("left", left), ("right", right)))
    efforts = [float(one) for one in np.ravel(within("efforts", efforts, 0, 1, "Give shares."))]
    keep = float(within("keep", keep, 0, 1, "Give the share of the training labels to use."))
    ridge = float(within("ridge", ridge, 0, np.finfo(float).max, "Give the weight of the penalty."))
    splits, random = int(whole("splits", splits, 1)), generator(rng)
    design = np.column_stack([np.ones(len(x)), x / _scale(x, left + right)])
    penalty = np.r_[0, np.full(x.shape[1], ridge)]
    rows = []
    for split in tqdm(range(splits), desc="splits", disable=not progress):
        test = hold_out(groups, share, rng=random)
        for effort in efforts:
            given = degrade_labels(left, right, effort, habit=habit, rng=random)
            taught = (random.binomial(side[~test], keep) if keep < 1 else side[~test] for side in given)
            beta, _, _ = maximise(design[~test], *taught, penalty)
            logits = design[test] @ beta
            clean = left[test], right[test]
            rows.append(
                {
                    "effort": effort,
                    "split": split,
                    "as_they_were": agreeing_share(logits, *clean),
                    "majority": agreeing_share(logits, *_majorities(*clean)),
                    "degraded": agreeing_share(logits, given[0][test], given[1][test]),
                }
            )
    return pd.DataFrame(rows)


def _majorities(left, right, least=3):
    """One verdict for each pair with enough labels and no draw."""
    enough = left + right >= least
    return (enough & (left > right)).astype(int), (enough & (right > left)).astype(int)
