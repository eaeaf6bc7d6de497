"""Checks where a label is one of K: left, right and tie are three.

An attentive annotator's label of an item has the law p over the K labels, a careless one is uniform; so a
label has the law ηp + (1 − η)/K. Averaging over the items, a check passes with

===================================  =====================================  ==================================
monitor                              a check passes when                    q(η)
===================================  =====================================  ==================================
SelfConsistencyLabels(Γ, K)          both labels agree                      1/K + Γη²,   Γ = E‖p‖² − 1/K
ExpertLabels(ρ, K)                   the label is the expert's              1/K + ρη,    ρ = E[p·e] − 1/K
PeerLabels(ρ, η′, K)                 the label is the peer's, effort η′     1/K + ρη′η,  ρ = E[p·p′] − 1/K
GoldenLabels(γ, K)                   the label is the one most give         1/K + γη,    γ = E[max p] − 1/K
===================================  =====================================  ==================================

(derived here: the cross terms of the product of two such laws are 1/K, since every law sums to 1). What they
assume: labels independent given the item; a careless label uniform on all K (who is lazy with a habit needs
`annolib.effort_despite_habit`); for experts and peers the labels of both independent given the item, and the expert's
own care inside e. With K = 2, p = (p₁, 1 − p₁): Γ = 2κ, and ρ, γ here are 2ρ and γ of the monitors for two
labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from annolib.monitors.base import Monitor
from annolib.preferences.models import (
    label_concentration,
    label_laws,
)
from annolib.validation import SHARE, whole


def shared_concentration(law, other) -> float | np.ndarray:
    """ρ = E[p·e] − 1/K of two sets of label laws on the same items, in [−1/K, 1 − 1/K].

    Examples
    --------
    >>> round(shared_concentration([[0.8, 0.1, 0.1]], [[1, 0, 0]]), 4)
    0.4667
    """
    first, second = label_laws("law", law), label_laws("other", other)
    if first.shape != second.shape or first.size == 0:
        raise ValueError(
            f"law and other must be about the same items and labels; "
            f"saw shapes {first.shape} and {second.shape}."
        )
    return float((first * second).sum(axis=-1).mean() - 1 / first.shape[-1])


def label_pull(law) -> float | np.ndarray:
    """γ = E[max p] − 1/K of label laws, in [0, 1 − 1/K]: 1 − 1/K if attentive annotators never differ.

    Examples
    --------
    >>> round(label_pull([[0.8, 0.1, 0.1], [0, 0, 1]]), 4)
    0.5667
    """
    laws = label_laws("law", law)
    if laws.size == 0:
        raise ValueError("law must hold at least one item; saw none.")
    return float(laws.max(axis=-1).mean() - 1 / laws.shape[-1])


class _Labels(Monitor):
    """What the monitors with K labels share."""

    @property
    def chance(self):
        return 1 / self.labels

    def _hold_labels(self):
        if np.ndim(self.labels) != 0:
            raise TypeError(f"labels must be one whole number; saw {self.labels!r}.")
        object.__setattr__(self, "labels", int(whole("labels", self.labels, 2, "Left, right and tie are 3.")))


@dataclass(frozen=True)
class ExpertLabels(_Labels):
    """Compare with an expert's label, K possible ones: q(η) = 1/K + ρη.

    Parameters
    ----------
    rho : float
        ρ = E[p·e] − 1/K, in [−1/K, 1 − 1/K]; see `annolib.shared_concentration`.
    labels : int
        K, at least 2.

    Examples
    --------
    >>> round(ExpertLabels(rho=0.3).pass_probability(0.5), 4)
    0.4833
    """

    rho: float
    labels: int = 3

    def __post_init__(self):
        self._hold_labels()
        low, high = -1 / self.labels, 1 - 1 / self.labels
        self._hold("rho", low, high, f"It is E[p·e] - 1/K with K = {self.labels}.")

    @classmethod
    def from_preferences(cls, law, expert):
        """The monitor from both label laws, each of shape (..., K); a known label is a law, too."""
        return cls(rho=shared_concentration(law, expert), labels=np.shape(law)[-1])

    @property
    def gain(self):
        return self.rho


@dataclass(frozen=True)
class PeerLabels(_Labels):
    """Compare with another annotator's label, K possible ones: q(η) = 1/K + ρη′η.

    Parameters
    ----------
    rho : float
        ρ = E[p·p′] − 1/K of both attentive laws, in [−1/K, 1 − 1/K].
    peer_effort : float
        The peer's effort η′, in [0, 1].
    labels : int

    Examples
    --------
    >>> round(PeerLabels(rho=0.3, peer_effort=0.5).pass_probability(0.5), 4)
    0.4083
    """

    rho: float
    peer_effort: float
    labels: int = 3

    def __post_init__(self):
        self._hold_labels()
        low, high = -1 / self.labels, 1 - 1 / self.labels
        self._hold("rho", low, high, f"It is E[p·p'] - 1/K with K = {self.labels}.")
        self._hold("peer_effort", 0, 1, SHARE)

    @classmethod
    def from_preferences(cls, law, peer, peer_effort):
        """The monitor from both label laws on the same items and the peer's effort."""
        return cls(shared_concentration(law, peer), peer_effort, np.shape(law)[-1])

    @property
    def gain(self):
        return self.rho * self.peer_effort


@dataclass(frozen=True)
class GoldenLabels(_Labels):
    """Ask an item with a known answer out of K: q(η) = 1/K + γη.

    Parameters
    ----------
    gamma : float
        γ = E[max p] − 1/K, in [0, 1 − 1/K]; see `annolib.label_pull`. The largest if an attentive annotator
        never misses.
    labels : int

    Examples
    --------
    >>> round(GoldenLabels(gamma=2 / 3).pass_probability(0.5), 4)
    0.6667
    """

    gamma: float
    labels: int = 3

    def __post_init__(self):
        self._hold_labels()
        self._hold("gamma", 0, 1 - 1 / self.labels, f"It is E[max p] - 1/K with K = {self.labels}.")

    @classmethod
    def from_preferences(cls, law):
        """The monitor on golden questions with attentive label laws `law`, of shape (..., K)."""
        return cls(gamma=label_pull(law), labels=np.shape(law)[-1])

    @property
    def gain(self):
        return self.gamma


@dataclass(frozen=True)
class SelfConsistencyLabels(Monitor):
    """Ask the same item twice, K possible labels; passes if both agree: q(η) = 1/K + Γη².

    Parameters
    ----------
    concentration : float
        Γ = E‖p‖² − 1/K of the attentive label laws, in [0, 1 − 1/K]; see `annolib.label_concentration`.
    labels : int
        Number K of labels, at least 2; 3 for left, right and tie. With K = 2, Γ is 2κ.

    Examples
    --------
    >>> round(SelfConsistencyLabels(concentration=0.3).pass_probability(0.5), 4)
    0.4083
    """

    concentration: float
    labels: int = 3
    power: ClassVar[int] = 2

    def __post_init__(self):
        if np.ndim(self.labels) != 0:
            raise TypeError(f"labels must be one whole number; saw {self.labels!r}.")
        object.__setattr__(self, "labels", int(whole("labels", self.labels, 2, "Left, right and tie are 3.")))
        self._hold("concentration", 0, 1 - 1 / self.labels, f"It is E‖p‖² - 1/K with K = {self.labels}.")

    @classmethod
    def from_preferences(cls, law):
        """The monitor on items with attentive label laws `law`, of shape (..., K)."""
        return cls(concentration=label_concentration(law), labels=np.shape(law)[-1])

    @property
    def chance(self):
        return 1 / self.labels

    @property
    def gain(self):
        return self.concentration
