"""How far the pass rate of one item strays, at most: the variance for the least favourable items of a given strength.

**Repeats.** k labels of an item with label law p make k(k − 1)/2 pairs. With S₂ = Σp², S₃ = Σp³ a pair agrees with
variance S₂ − S₂², and two pairs that share a label have covariance S₃ − S₂²; two that share none are independent given
the item. So the rate U of agreeing pairs has

    Var(U | p) = [S₂ − S₂² + 2(k − 2)(S₃ − S₂²)] / (k(k − 1)/2)

and over random items Var U = E Var(U | p) + Var S₂. Collect the terms: E S₂² has the factor (k − 2)(k − 3)/(k(k − 1)) ≥ 0
and E S₃ a positive one. Both are largest, E S₂ being given by the strength, where every item is either certain (p a unit
law) or torn (p uniform): S₂² and S₃ are convex along the laws, and this spreads them furthest (derived here; up to three
judgements of an item S₂² drops out, so that with two labels the variance is the same for all items of that strength).

**Checks against somebody else's label.** m checks of one item pass with the same q_i, which effort η keeps in
[(1 − η)/K, (1 − η)/K + η]. With mean q, Var q_i ≤ (q − low)(high − q), all items being at the ends, and the rate has

    Var = Var q_i · (1 − 1/m) + q(1 − q)/m
"""

from __future__ import annotations

import numpy as np


def rate_variance(monitor, effort, checks):
    """Largest variance of one item's pass rate over all kinds of items of the monitor's strength.

    Parameters
    ----------
    monitor : Monitor
        Power 2: a check is a pair of the annotator's own labels. Power 1: a label beside another's.
    effort : float or array_like
    checks : int or array_like
        Pairs (or checks) of the item, at least 1; broadcast against `effort`. A number of pairs that is no k(k − 1)/2
        is taken for pairs that all share a label.

    Returns
    -------
    ndarray, in [0, ¼]

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> rate_variance(SelfConsistency(kappa=0.2), 0.9, [1, 3, 6, 15]).round(4)
    array([0.145 , 0.0864, 0.0666, 0.0506])
    """
    eta, number = np.asarray(effort, dtype=float), np.asarray(checks, dtype=float)
    labels = getattr(monitor, "labels", 2)
    if monitor.power == 1:
        return _others_label(monitor, eta, number, labels)
    chance, certain = 1 / labels, monitor.gain / (1 - 1 / labels)
    clicked = (1 - eta) / labels
    square = chance + (1 - chance) * eta**2
    cube = (eta + clicked) ** 3 + (labels - 1) * clicked**3
    torn = chance, chance**2
    second = sum(
        share * (_given_item(two, three, number) + two**2)
        for share, (two, three) in ((certain, (square, cube)), (1 - certain, torn))
    )
    return np.maximum(second - monitor.pass_probability(eta) ** 2, 0)


def _given_item(square, cube, pairs):
    """Variance of the rate of agreeing pairs of an item with Σp² = square, Σp³ = cube."""
    labels = (1 + np.sqrt(1 + 8 * pairs)) / 2
    whole = np.abs(labels - np.rint(labels)) < 1e-9
    sharing = np.where(whole, 2 * (labels - 2), pairs - 1)  # other pairs that share a label with a given one
    return (square - square**2 + sharing * (cube - square**2)) / pairs


def _others_label(monitor, eta, number, labels):
    q = monitor.pass_probability(eta)
    low = (1 - eta) / labels
    between = np.maximum((q - low) * (low + eta - q), 0)
    return between * (1 - 1 / number) + q * (1 - q) / number
