"""Outcomes with a probability for each under every action: evidence as textbooks write it."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from annolib.validation import within

_CLOSE = 1e-9  # rounding of probabilities that are written as decimals
_MOST = 20_000


@dataclass(frozen=True, eq=False)
class Outcomes:
    """A matrix of outcomes by actions: which outcome is seen is drawn with the probabilities of the action taken.

    Parameters
    ----------
    probabilities : array_like, (actions, outcomes)
        P_ik, the probability of outcome k under action i; each row sums to one. Rows in the order of the problem's efforts.
    values : array_like, (outcomes,), optional
        What each outcome is worth to the firm, in money. Without them the problem's own `value` says what each action is worth.

    Raises
    ------
    ValueError
        If a row does not sum to one, a probability is negative, there is one action only, or the lengths differ.

    Examples
    --------
    >>> outcomes = Outcomes([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], values=[0, 100, 500])
    >>> outcomes.worth()
    array([ 80., 330.])
    """

    probabilities: np.ndarray
    values: np.ndarray | None = None

    def __post_init__(self):
        law = within("probabilities", self.probabilities, 0, 1, "Give one row for each action.")
        if law.ndim != 2 or law.shape[1] < 1:
            raise ValueError(f"probabilities must be a matrix, actions by outcomes; saw shape {law.shape}.")
        if law.shape[0] < 2:
            raise ValueError(
                "probabilities must have two or more actions (rows); saw 1. With one there is nothing to choose."
            )
        sums = law.sum(axis=1)
        bad = np.abs(sums - 1) > _CLOSE
        if bad.any():
            at = int(np.argmax(bad))
            raise ValueError(
                f"probabilities must sum to one in each row; row {at} sums to {sums[at]:.9g}. Divide it by its sum."
            )
        object.__setattr__(self, "probabilities", law / sums[:, None])
        if self.values is not None:
            values = within(
                "values", self.values, -np.inf, np.inf, "Give the money that each outcome is worth."
            )
            if values.shape != (law.shape[1],):
                raise ValueError(
                    f"values must have one entry for each of {law.shape[1]} outcomes; saw shape {values.shape}."
                )
            object.__setattr__(self, "values", values)

    def __repr__(self):
        actions, outcomes = self.probabilities.shape
        return f"Outcomes({actions} actions, {outcomes} outcomes{'' if self.values is None else ', with values'})"

    def worth(self):
        """Expected value of each action, (actions,); None without values."""
        return None if self.values is None else self.probabilities @ self.values

    def drawn(self, n):
        """n independent draws as one: `Outcomes` over how often each outcome came, with their sum for value, and those counts (states, outcomes)."""
        size = self.probabilities.shape[1]
        number = comb(n + size - 1, size - 1)
        if number > _MOST:
            raise ValueError(
                f"n must leave at most {_MOST:,} different counts of outcomes; {n} draws of {size} outcomes have {number:,}. Draw less often."
            )
        counts = np.array(list(_compositions(n, size)))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(counts[:, None, :] > 0, counts[:, None, :] * np.log(self.probabilities), 0.0).sum(
                axis=2
            )
        ways = np.array([_ways(row) for row in counts])
        law = (ways[:, None] * np.exp(logs)).T
        return Outcomes(
            law / law.sum(axis=1, keepdims=True), None if self.values is None else counts @ self.values
        ), counts


def _compositions(total, parts):
    """Every way to write `total` as a sum of so many counts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _ways(counts):
    ways, left = 1, int(np.sum(counts))
    for k in counts:
        ways *= comb(left, int(k))
        left -= int(k)
    return float(ways)
