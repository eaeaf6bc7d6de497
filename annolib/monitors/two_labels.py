"""Monitors: one check of an annotator passes with a probability that depends on effort.

Every monitor here has the form q(η) = chance + gain · η^power, with η the effort in [0, 1]:

===========================  ==========================================  =========  =====  =====
monitor                      a check passes when                         chance     gain   power
===========================  ==========================================  =========  =====  =====
SelfConsistency(κ)           both labels of a repeated item agree        1/2        2κ     2
Expert(ρ)                    the label agrees with an expert's           1/2        2ρ     1
Peer(ρ, η′)                  the label agrees with a peer's, effort η′   1/2        2ρη′   1
Golden(γ)                    the label is the one all attentive give     1/2        γ      1
SelfConsistencyLabels(Γ, K)  both of K-valued labels agree               1/K        Γ      2
===========================  ==========================================  =========  =====  =====

With effort η a label is left with probability ½ + η(p − ½), and two labels of one item are independent given
the item; q follows by averaging over the items.

References
----------
S. Liu, H. Wang, Z. Ma, X. Li, "How Humans Help LLMs: Assessing and Incentivizing Human Preference
Annotators", arXiv:2502.06387 (self-consistency and expert monitoring). S. Liu, Z. Cai, H. Wang, Z. Ma, X. Li,
"Incentivizing High-Quality Human Annotations with Golden Questions", arXiv:2505.19134.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from annolib.monitors.base import Monitor
from annolib.preferences.models import item_pull, item_strength, shared_strength
from annolib.validation import SHARE


@dataclass(frozen=True)
class SelfConsistency(Monitor):
    """Ask the same item twice; the check passes if both labels agree: q(η) = ½ + 2κη².

    Parameters
    ----------
    kappa : float
        Strength κ = E[(p − ½)²] of the repeated items, in [0, ¼]; see `annolib.item_strength`.

    Examples
    --------
    >>> monitor = SelfConsistency(kappa=0.2)
    >>> monitor.pass_probability([0, 0.5, 1])
    array([0.5, 0.6, 0.9])
    >>> round(monitor.effort(0.75), 3), round(monitor.fisher_information(0.5), 3)
    (0.791, 0.667)
    """

    kappa: float
    power: ClassVar[int] = 2

    def __post_init__(self):
        self._hold("kappa", 0, 0.25, "It is the mean of (p - 1/2)², p the probability of left.")

    @classmethod
    def from_preferences(cls, p):
        """The monitor on items that an attentive annotator labels left with probabilities `p`."""
        return cls(kappa=item_strength(p))

    @property
    def gain(self):
        return 2 * self.kappa


@dataclass(frozen=True)
class Expert(Monitor):
    """Compare with an expert's label; the check passes if both agree: q(η) = ½ + 2ρη.

    Parameters
    ----------
    rho : float
        Shared strength ρ = E[(p − ½)(e − ½)] of the annotator's and the expert's preferences, in
        [−¼, ¼]; see `annolib.shared_strength`. Negative if their tastes are opposed: then more effort
        means fewer passes.

    Examples
    --------
    >>> Expert(rho=0.15).pass_probability(0.5)
    0.65
    """

    rho: float

    def __post_init__(self):
        self._hold("rho", -0.25, 0.25, "It is the mean of (p - 1/2)(e - 1/2).")

    @classmethod
    def from_preferences(cls, p, expert):
        """The monitor from both preference laws on the same items: probabilities of left."""
        return cls(rho=shared_strength(p, expert))

    @property
    def gain(self):
        return 2 * self.rho


@dataclass(frozen=True)
class Peer(Monitor):
    """Compare with another annotator's label of the same item: q(η) = ½ + 2ρη′η.

    Parameters
    ----------
    rho : float
        Shared strength ρ of the two annotators' preferences, in [−¼, ¼].
    peer_effort : float
        The peer's effort η′, in [0, 1].

    Examples
    --------
    >>> Peer(rho=0.15, peer_effort=0.5).pass_probability(0.5)
    0.575
    """

    rho: float
    peer_effort: float

    def __post_init__(self):
        self._hold("rho", -0.25, 0.25, "It is the mean of (p - 1/2)(p' - 1/2).")
        self._hold("peer_effort", 0, 1, SHARE)

    @classmethod
    def from_preferences(cls, p, peer, peer_effort):
        """The monitor from both preference laws on the same items and the peer's effort."""
        return cls(rho=shared_strength(p, peer), peer_effort=peer_effort)

    @property
    def gain(self):
        return 2 * self.rho * self.peer_effort


@dataclass(frozen=True)
class Golden(Monitor):
    """Ask an item whose answer everybody attentive knows: q(η) = ½ + γη.

    Parameters
    ----------
    gamma : float
        Pull γ = E|p − ½| of the golden questions, in [0, ½]; ½ if an attentive annotator never misses.

    Examples
    --------
    >>> Golden().pass_probability(0.5), Golden().fisher_information(1.0)
    (0.75, inf)
    """

    gamma: float = 0.5

    def __post_init__(self):
        self._hold("gamma", 0, 0.5, "It is the mean of |p - 1/2|.")

    @classmethod
    def from_preferences(cls, p):
        """The monitor on golden questions that are labelled left with probabilities `p`."""
        return cls(gamma=item_pull(p))

    @property
    def gain(self):
        return self.gamma
