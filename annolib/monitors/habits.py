"""Careless with a habit: who is lazy need not be uniform, and often says tie, or left.

Let a careless label have the law u (the habit) instead of the uniform one. A label of an item with attentive
law p then has the law ηp + (1 − η)u, and the two labels of a repeated item agree with probability

    E‖ηp + (1 − η)u‖² = Σm² + η²V,   m = ηE[p] + (1 − η)u,   V = E‖p‖² − ‖E p‖²

(derived here: E‖X‖² = ‖E X‖² + the variance of X, and only ηp varies over the items). m is the annotator's
own marginal law of labels, which is seen. So agreement minus Σm², the chance agreement with the annotator's
own marginals, is η²V **whatever the habit**: an always-tie annotator has an excess of 0, where 1/K + Γη²
would find full effort. The price: items on which everybody says the same (V = 0) tell nothing.

It holds for repeats with the sides the same. With swapped sides the habit is about the shown side; use the
tally's `chance_agreement`, which takes the pairs as they were shown, and balance the sides.
"""

from __future__ import annotations

import numpy as np

from annolib.preferences.models import label_laws
from annolib.validation import as_given, within

_SHARE = "It is a share of pairs."


def label_variance(law) -> float | np.ndarray:
    """V = E‖p‖² − ‖E p‖² of attentive label laws: how much the items differ, in [0, 1 − 1/K].

    Parameters
    ----------
    law : array_like of shape (items, K)

    Examples
    --------
    >>> round(label_variance([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), 4)
    0.6667
    """
    laws = label_laws("law", law)
    if laws.ndim != 2 or laws.size == 0:
        raise ValueError(f"law must have one row for each item; saw shape {laws.shape}.")
    return float(((laws - laws.mean(axis=0)) ** 2).sum(axis=1).mean())


def habit_agreement(law, effort, habit) -> tuple:
    """Probability that both labels of a repeated item agree, if careless labels follow a habit.

    Parameters
    ----------
    law : array_like of shape (items, K)
    effort : float
    habit : array_like of shape (K,)
        Law of a careless label.

    Returns
    -------
    agreement, chance : float
        The agreement, and the part Σm² of it that the annotator's marginals alone would give.

    Examples
    --------
    >>> habit_agreement([[1, 0, 0], [0, 1, 0]], effort=0, habit=[0, 0, 1])
    (1.0, 1.0)
    """
    laws, careless = label_laws("law", law), label_laws("habit", habit)
    if laws.ndim != 2 or careless.shape != laws.shape[1:]:
        raise ValueError(f"habit must have one entry per label; saw {careless.shape} for laws {laws.shape}.")
    eta = float(within("effort", effort, 0, 1, "Effort is a share."))
    said = eta * laws + (1 - eta) * careless
    return float((said**2).sum(axis=1).mean()), float((said.mean(axis=0) ** 2).sum())


def effort_despite_habit(agreement, chance, variance) -> float | np.ndarray:
    """Effort from agreement beyond chance, η = √((agreement − chance)/V), clipped to [0, 1].

    Parameters
    ----------
    agreement : float or array_like
        Share of repeat pairs that agree; a tally's `repeat_agreement`.
    chance : float or array_like
        Expected agreement from the annotator's own marginals; a tally's `chance_agreement`.
    variance : float
        V of the items, see `label_variance`. NaN comes out if it is 0: such items tell nothing.

    Examples
    --------
    >>> round(effort_despite_habit(agreement=0.62, chance=0.4, variance=0.5), 3)
    0.663
    """
    a, c = within("agreement", agreement, 0, 1, _SHARE), within("chance", chance, 0, 1, _SHARE)
    v = within("variance", variance, 0, 1, "See label_variance.")
    with np.errstate(divide="ignore", invalid="ignore"):
        effort = np.sqrt(np.clip((a - c) / np.where(v > 0, v, np.nan), 0, 1))
    return as_given(effort, agreement, chance, variance)
