"""Which items to check: how much the single items say about effort, and the best of them for a budget.

Golden questions are the limit: items on which attentive annotators never differ.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from annolib.monitors.known_items import ItemChecks
from annolib.validation import one_effort, within


@dataclass(frozen=True)
class InformationGain:
    """Fisher information about effort in one check of every item, used in three ways.

    By the Cauchy-Schwarz inequality likelihood ≥ count ≥ average.

    Attributes
    ----------
    effort : float
    items : int
    likelihood : float
        Σ 𝓘_i: with the likelihood over items, which item passed is used.
    count : float
        (Σ q_i′)²/Σ q_i(1 − q_i): the number of passes on exactly these items.
    average : float
        n · 𝓘 of the check on a random item: what `estimate_effort` with the mean strength reckons with.
    """

    effort: float
    items: int
    likelihood: float
    count: float
    average: float

    @property
    def ratio(self):
        """How many plainly counted checks one check with the likelihood is worth: likelihood/average."""
        return self.likelihood / self.average if self.average > 0 else np.nan

    def __repr__(self):
        return (
            f"InformationGain(effort {self.effort:g}, {self.items} items: likelihood {self.likelihood:.4g}, "
            f"count {self.count:.4g}, average {self.average:.4g}; one check is worth {self.ratio:.3g})"
        )


@dataclass(frozen=True, eq=False)
class ItemChoice:
    """The items to check.

    Attributes
    ----------
    chosen : ndarray of int
        Their numbers, the most informative (per cost) first.
    information : float
        Fisher information about effort of one check of each.
    ideal : float
        The same of as many ideal items, on which attentive annotators never differ.
    random : float
        The same, on average, of as many items drawn at random.
    spent : float
    effort : float
    """

    chosen: np.ndarray
    information: float
    ideal: float
    random: float
    spent: float
    effort: float

    def to_frame(self):
        """A pandas table with one row."""
        import pandas as pd

        names = [one.name for one in fields(self) if one.name != "chosen"]
        return pd.DataFrame([{"items": self.chosen.size, **{name: getattr(self, name) for name in names}}])

    def __repr__(self):
        return (
            f"ItemChoice({self.chosen.size} items for {self.spent:g}: information "
            f"{self.information:.4g} at effort {self.effort:g}; random items "
            f"{self.random:.4g}, ideal items {self.ideal:.4g})"
        )


def information_gain(items, effort) -> InformationGain:
    """What the likelihood over items gains against the plain count, at one effort.

    Parameters
    ----------
    items : ItemChecks
    effort : float

    Returns
    -------
    InformationGain

    Examples
    --------
    >>> information_gain(ItemChecks.self_consistency([0.5, 0.6, 0.8, 0.99]), effort=0.7)
    ... # doctest: +NORMALIZE_WHITESPACE
    InformationGain(effort 0.7, 4 items: likelihood 2.587, count 0.9681, average 0.9327;
    one check is worth 2.77)
    """
    _require_items(items)
    eta = one_effort("effort", effort)
    q, slope = items.pass_probability(eta), items.slope(eta)
    spread = (q * (1 - q)).sum()
    return InformationGain(
        effort=eta,
        items=len(items),
        likelihood=float(items.fisher_information(eta)[slope != 0].sum()),
        count=float(slope.sum() ** 2 / spread) if spread > 0 else np.inf,
        average=len(items) * items.monitor.fisher_information(eta),
    )


def choose_items(items, budget, effort=0.5, costs=None) -> ItemChoice:
    """The most informative items that the budget pays.

    Parameters
    ----------
    items : ItemChecks
    budget : float
        Number of checks, or money if `costs` are given.
    effort : float
        Where the information counts, in (0, 1). Without costs the choice is the same for every effort: an
        item of larger abs(gain) is more informative, as long as all gains have the same sign.
    costs : array_like, optional
        Cost of a check of each item, positive.

    Returns
    -------
    ItemChoice

    Notes
    -----
    With unequal costs items are taken in the order of information per cost while they fit: a good choice, not
    always the best one (that is a knapsack problem).

    Examples
    --------
    >>> choose_items(ItemChecks.golden([0.6, 0.99, 0.2, 0.5]), budget=2, effort=0.5)
    ItemChoice(2 items for 2: information 1.659 at effort 0.5; random items 0.8499, ideal items 2.667)
    """
    _require_items(items)
    eta = one_effort("effort", effort)
    if not 0 < eta < 1:
        raise ValueError(
            f"effort must lie inside (0, 1); saw {eta:g}. At the edges information is 0 or infinite."
        )
    if np.ndim(budget) != 0:
        raise TypeError(f"budget must be one number; saw {budget!r}.")
    money = float(within("budget", budget, 0, np.inf, "Give the number of checks, or money with costs."))
    price = within("costs", np.ones(len(items)) if costs is None else costs, 1e-300, np.finfo(float).max)
    if price.shape != items.gain.shape:
        raise ValueError(f"costs must have one entry for each of the {len(items)} items; saw {price.shape}.")
    information = items.fisher_information(eta)
    chosen, spent = [], 0.0
    for item in np.argsort(-information / price, kind="stable"):
        if spent + price[item] <= money * (1 + 1e-12):
            chosen.append(item)
            spent += price[item]
    chosen = np.array(chosen, dtype=np.int64)
    return ItemChoice(
        chosen=chosen,
        information=float(information[chosen].sum()),
        ideal=chosen.size * items.ideal.fisher_information(eta),
        random=chosen.size * float(information.mean()),
        spent=float(spent),
        effort=eta,
    )


def _require_items(items):
    if not isinstance(items, ItemChecks):
        raise TypeError(f"items must be ItemChecks, e.g. ItemChecks.golden(p); saw {items!r}.")
