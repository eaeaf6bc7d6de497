"""Preference laws: what an attentive annotator thinks of an item, and what effort makes of it.

With two labels an item is one number p, the probability of choosing left; with three it is a law over
(left, right, tie), the last axis of an array. An annotator of effort η judges with probability η and
otherwise picks a label uniformly.

References
----------
R. A. Bradley, M. E. Terry, "Rank analysis of incomplete block designs", Biometrika 39 (1952),
doi:10.2307/2334029.
R. R. Davidson, "On extending the Bradley-Terry model to accommodate ties in paired comparison experiments",
JASA 65 (1970), eq. 2.3, doi:10.1080/01621459.1970.10481082.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from annolib.validation import as_given, paired, within

_PROBABILITY = "Give probabilities of choosing left."


def bradley_terry(difference) -> float | np.ndarray:
    """Probability of preferring left when its reward exceeds the right one's by `difference`: σ(difference).

    Parameters
    ----------
    difference : float or array_like
        Reward of left minus reward of right, in logits.

    Examples
    --------
    >>> round(bradley_terry(1.0), 4), bradley_terry(0)
    (0.7311, 0.5)
    """
    return as_given(expit(within("difference", difference, -np.inf, np.inf)), difference)


def davidson(difference, tie) -> float | np.ndarray:
    """Law over (left, right, tie) of Davidson's model: weights e^(d/2), e^(−d/2) and the tie weight ν.

    Parameters
    ----------
    difference : float or array_like
        Reward of left minus reward of right, d, in logits.
    tie : float or array_like
        Tie weight ν ≥ 0: between equal rewards a tie is ν times as likely as left. ν = 0 is Bradley-Terry.

    Returns
    -------
    numpy.ndarray of shape (..., 3), each law summing to 1.

    Examples
    --------
    >>> davidson(0.0, tie=1.0).round(4)
    array([0.3333, 0.3333, 0.3333])
    """
    d = within("difference", difference, -np.inf, np.inf)
    weight = within("tie", tie, 0, np.finfo(float).max, "It is a weight: 0 for no ties.")
    weights = np.broadcast_arrays(
        np.exp(-np.maximum(-d, 0)), np.exp(-np.maximum(d, 0)), weight * np.exp(-np.abs(d) / 2)
    )
    law = np.stack(weights, axis=-1)
    return law / law.sum(axis=-1, keepdims=True)


def label_law(p, effort, labels=None) -> float | np.ndarray:
    """What is really labelled at this effort: η · attentive law + (1 − η) · uniform.

    Parameters
    ----------
    p : float or array_like
        Two labels: probabilities of left, of any shape. Otherwise laws of shape (..., labels).
    effort : float or array_like
        Effort η in [0, 1], broadcast against the items.
    labels : int, optional
        2 if `p` holds probabilities of left, 3 if it holds laws over (left, right, tie). Needed only
        where both are possible: rows of three numbers that sum to 1.

    Returns
    -------
    Probabilities of left, ½ + η(p − ½), or laws of shape (..., labels), as `p` was given.

    Examples
    --------
    >>> label_law(0.9, effort=0.5)
    0.7
    >>> label_law([0.8, 0.1, 0.1], effort=0.25, labels=3).round(3)
    array([0.45 , 0.275, 0.275])
    """
    eta = within("effort", effort, 0, 1, "Effort is a share: 0 is careless, 1 is full care.")
    if labels is None:
        _refuse_ambiguity(within("p", p, 0, 1, _PROBABILITY))
        labels = 2
    if labels == 2:
        left = within("p", p, 0, 1, _PROBABILITY)
        return as_given(0.5 + eta * (left - 0.5), p, effort)
    law = label_laws("p", p)
    if law.shape[-1] != labels:
        raise ValueError(f"p must have {labels} labels in its last axis; saw shape {law.shape}.")
    return 1 / labels + eta[..., None] * (law - 1 / labels)


def item_strength(p, axis=None) -> float | np.ndarray:
    """Strength κ = E[(p − ½)²] of items, in [0, ¼]: how far attentive preferences are from a coin flip.

    Parameters
    ----------
    p : float or array_like
        Probabilities of left.
    axis : int, optional
        Average over this axis only; over all entries by default.

    Examples
    --------
    >>> round(item_strength([0.9, 0.5, 0.2]), 4)
    0.0833
    """
    return _mean("p", (within("p", p, 0, 1, _PROBABILITY) - 0.5) ** 2, axis, 0.25)


def shared_strength(p, e, axis=None) -> float | np.ndarray:
    """Shared strength ρ = E[(p − ½)(e − ½)] of two preferences on the same items, in [−¼, ¼].

    Positive if they lean the same way, negative if they are opposed; |ρ| ≤ √(κ_p κ_e).

    Examples
    --------
    >>> round(shared_strength([0.9, 0.5, 0.2], [0.8, 0.9, 0.1]), 4)
    0.08
    """
    p, e = paired(p, e, ("p", "e"))
    first, second = within("p", p, 0, 1, _PROBABILITY), within("e", e, 0, 1, _PROBABILITY)
    if first.shape != second.shape:
        raise ValueError(
            f"p and e must be about the same items; saw shapes {first.shape} and {second.shape}. "
            "Give one probability for each item in both."
        )
    return _mean("p", (first - 0.5) * (second - 0.5), axis, 0.25)


def item_pull(p, axis=None) -> float | np.ndarray:
    """Pull γ = E|p − ½| of items, in [0, ½]: ½ if every attentive annotator gives the same label.

    Examples
    --------
    >>> round(item_pull([0.9, 0.5, 0.2]), 4)
    0.2333
    """
    return _mean("p", np.abs(within("p", p, 0, 1, _PROBABILITY) - 0.5), axis, 0.5)


def label_concentration(law) -> float | np.ndarray:
    """Concentration Γ = E‖p‖² − 1/K of label laws, in [0, 1 − 1/K].

    Parameters
    ----------
    law : array_like of shape (..., K)
        Attentive label laws; averaged over all items.

    Examples
    --------
    >>> round(label_concentration([[1, 0, 0], [0.4, 0.4, 0.2]]), 4)
    0.3467
    """
    laws = label_laws("law", law)
    uniform = 1 / laws.shape[-1]
    return _mean("law", ((laws - uniform) ** 2).sum(axis=-1), None, 1 - uniform)


def label_laws(name, law):
    """Return `law` as a float array of shape (..., K), K ≥ 2, whose last axis sums to 1, or raise."""
    laws = within(name, law, 0, 1, "Give probabilities.")
    if laws.ndim == 0 or laws.shape[-1] < 2:
        raise ValueError(
            f"{name} must hold a probability for each label in its last axis; saw shape {laws.shape}."
        )
    totals = laws.sum(axis=-1)
    if not np.allclose(totals, 1, rtol=0, atol=1e-8):
        seen = totals.flat[np.abs(totals - 1).argmax()]
        raise ValueError(
            f"{name} must sum to 1 over its last axis; saw a sum of {seen:.9g}. Normalise each law."
        )
    return laws


def _mean(name, values, axis, limit):
    """The mean over `axis`, kept in [-limit, limit] against rounding."""
    if values.size == 0:
        raise ValueError(f"{name} must hold at least one item; saw none.")
    mean = np.clip(values.mean(axis=axis), -limit, limit)
    return float(mean) if np.ndim(mean) == 0 else mean


def _refuse_ambiguity(p):
    if p.ndim and p.shape[-1] == 3 and np.allclose(p.sum(axis=-1), 1, rtol=0, atol=1e-8):
        raise ValueError(
            "p holds three numbers that sum to 1 and can be read in two ways. "
            "Say labels=3 for laws over (left, right, tie), or labels=2 for probabilities of left."
        )
