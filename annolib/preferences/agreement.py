"""Measures of agreement between labels.

All are nominal: labels are equal or not. Where agreement by chance is certain (only one label is ever
used) a chance-corrected measure is 0/0, and the answer is NaN, without a warning.

References
----------
J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
(1960), doi:10.1177/001316446002000104.
J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971),
doi:10.1037/h0031619.
K. Krippendorff, "Content Analysis: An Introduction to Its Methodology", 4th ed., Sage (2018), chapter 12,
doi:10.4135/9781071878781.
"""

from __future__ import annotations

import numpy as np

from annolib.preferences.votes import count_table
from annolib.validation import as_given, paired, within


def percent_agreement(first, second) -> float:
    """Share of items on which two sequences of labels agree.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Labels of the same items, of any type; items where either is missing (None, NaN) are left out. Two pandas
        Series are paired by their index, anything else by position.

    Returns
    -------
    float in [0, 1]; NaN if no item has both labels.

    Examples
    --------
    >>> percent_agreement(["left", "tie", "left", None], ["left", "left", "left", "tie"])
    0.6666666666666666
    """
    table = _contingency(first, second)
    return float(np.trace(table) / table.sum()) if table.sum() else float("nan")


def corrected_agreement(agreement, chance) -> float | np.ndarray:
    """Agreement beyond chance: (agreement − chance) / (1 − chance).

    1 is perfect, 0 is chance, below 0 is worse than chance.

    Parameters
    ----------
    agreement, chance : float or array_like
        Shares in [0, 1]; NaN stays NaN. For self-agreement, `chance` is how often an annotator who uses
        labels as often as this one, but at random, would repeat a label.

    Returns
    -------
    float or numpy.ndarray; NaN where chance is 1, for then nothing can be told from chance.

    Examples
    --------
    >>> round(corrected_agreement(0.9, 0.5), 3), corrected_agreement(1.0, 1.0)
    (0.8, nan)
    """
    agreement, chance = paired(agreement, chance, ("agreement", "chance"))
    seen, by_chance = _share("agreement", agreement), _share("chance", chance)
    room = np.asarray(1 - by_chance)
    result = np.full(np.broadcast_shapes(seen.shape, room.shape), np.nan)
    np.divide(seen - by_chance, room, out=result, where=room > 0)
    return as_given(result, agreement, chance)


def cohen_kappa(first, second) -> float:
    """Cohen's κ: agreement of two annotators beyond what their own label shares give by chance.

    Parameters
    ----------
    first, second : array_like of shape (n,)
        Labels of the same items; items where either is missing (None, NaN) are left out. Two pandas Series are
        paired by their index, anything else by position.

    Returns
    -------
    float; NaN if no item has both labels, or both only ever use the same one label.

    Examples
    --------
    >>> round(cohen_kappa(["left", "left", "right", "tie"], ["left", "right", "right", "tie"]), 3)
    0.636
    """
    table = _contingency(first, second)
    if not table.sum():
        return float("nan")
    chance = (table.sum(axis=0) / table.sum()) @ (table.sum(axis=1) / table.sum())
    return corrected_agreement(np.trace(table) / table.sum(), chance)


def fleiss_kappa(counts) -> float:
    """Fleiss' κ of items that all have the same number of labels, by whomever.

    Parameters
    ----------
    counts : array_like of shape (items, categories) or pandas.DataFrame
        counts[i, c] annotators gave item i the label c, as from `label_counts`. Every row has the same
        sum, at least 2; for unequal sums use `krippendorff_alpha`.

    Returns
    -------
    float; NaN if only one label is ever used.

    Examples
    --------
    >>> round(fleiss_kappa([[3, 0], [0, 3], [2, 1]]), 3)
    0.55
    """
    table = count_table(counts)
    raters = table.sum(axis=1)
    if (raters != raters[:1]).any() or (raters < 2).any():
        raise ValueError(
            "counts must have the same number of labels, at least 2, for every item; "
            f"saw {raters.min()} to {raters.max()}. Use krippendorff_alpha for unequal numbers."
        )
    if not raters.size:
        return float("nan")
    agreeing = (table * (table - 1)).sum() / (raters * (raters - 1)).sum()
    shares = table.sum(axis=0) / table.sum()
    return corrected_agreement(agreeing, shares @ shares)


def krippendorff_alpha(counts) -> float:
    """Krippendorff's α for nominal labels: 1 − observed disagreement / expected disagreement.

    Parameters
    ----------
    counts : array_like of shape (items, categories) or pandas.DataFrame
        counts[i, c] annotators gave item i the label c, as from `label_counts`. Rows may have any sum:
        a missing label is just not counted, and items with fewer than two labels say nothing.

    Returns
    -------
    float; NaN if no item has two labels, or only one label is ever used.

    Examples
    --------
    >>> round(krippendorff_alpha([[2, 0], [0, 3], [1, 1], [1, 0]]), 3)
    0.5
    """
    table = count_table(counts)
    table = table[table.sum(axis=1) >= 2]
    used = table.sum(axis=0)
    total = used.sum()
    if total - used.max(initial=0) == 0:
        return float("nan")
    weights = 1 / (table.sum(axis=1, keepdims=True) - 1)
    disagreeing = (table * (table.sum(axis=1, keepdims=True) - table) * weights).sum() / total
    expected = (used * (total - used)).sum() / (total * (total - 1))
    return float(1 - disagreeing / expected)


def _contingency(first, second):
    """Table of counts, first label by second label, of the items that have both."""
    import pandas as pd

    one, two = (np.asarray(given, dtype=object) for given in paired(first, second))
    if one.ndim != 1 or one.shape != two.shape:
        raise ValueError(
            f"first and second must be two sequences of labels of the same items; saw shapes {one.shape} "
            f"and {two.shape}."
        )
    try:
        codes, labels = pd.factorize(np.concatenate([one, two]))
    except TypeError as error:
        raise TypeError(
            f"first and second must hold labels that can be compared; {error}. Make them text."
        ) from None
    left, right = codes[: one.size], codes[one.size :]
    both = (left >= 0) & (right >= 0)
    size = len(labels)
    return np.bincount(left[both] * size + right[both], minlength=size**2).reshape(size, size)


def _share(name, value):
    """`value` as floats in [0, 1]; NaN may pass, for it says that there was nothing to compare."""
    shares = np.asarray(value)
    if shares.dtype.kind == "f":
        shares = np.where(np.isnan(shares), 0.0, shares)
        return np.where(np.isnan(value), np.nan, within(name, shares, 0, 1, "Give a share."))
    return within(name, value, 0, 1, "Give a share.")
