"""Checks on items whose preference laws are known: each item has its own pass curve.

From a calibrated reward model or a trusted pool one may know p_i, the probability that an attentive annotator
prefers left on item i. Then the check on item i passes with q_i(η) = chance + gain_i · η^power:

=============================  ==================  ==========================  =====
checks                         chance              gain_i                      power
=============================  ==================  ==========================  =====
self_consistency(p)            1/2                 2(p_i − ½)²                 2
expert(p, e)                   1/2                 2(p_i − ½)(e_i − ½)         1
golden(p)                      1/2                 abs(p_i − ½)                1
self_consistency_labels(law)   1/K                 ‖p_i‖² − 1/K                2
=============================  ==================  ==========================  =====

An expert's known label is a law, too: e_i = 1 if the expert said left. Everything here takes the p_i as true;
a reward model that is too sure of itself makes annotators look careless.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.monitors.base import Monitor
from annolib.monitors.many_labels import SelfConsistencyLabels
from annolib.monitors.two_labels import Expert, Golden, SelfConsistency
from annolib.preferences.models import label_laws
from annolib.validation import one_effort, within

_LEFT = "Give the probability of left for each item."


@dataclass(frozen=True, eq=False)
class ItemChecks:
    """One check for each of n items, with known pass curves.

    Attributes
    ----------
    gain : ndarray (n,)
        What full effort adds to the pass probability of each item.
    monitor : Monitor
        The check on an item drawn at random from these: its gain is the mean of the items' gains.
    ideal : Monitor
        The check on the best item there could be: one on which attentive annotators never differ.
    """

    gain: np.ndarray
    monitor: Monitor
    ideal: Monitor

    def __post_init__(self):
        self.gain.setflags(write=False)

    @classmethod
    def self_consistency(cls, p):
        """The same item twice; `p` are the probabilities of left."""
        left = _probabilities("p", p)
        return cls(2 * (left - 0.5) ** 2, SelfConsistency.from_preferences(left), SelfConsistency(0.25))

    @classmethod
    def expert(cls, p, e):
        """Compared with an expert; `e` are the expert's probabilities of left, or the labels as 1 and 0."""
        left, expert = _probabilities("p", p), _probabilities("e", e)
        monitor = Expert.from_preferences(left, expert)
        return cls(2 * (left - 0.5) * (expert - 0.5), monitor, Expert(0.25))

    @classmethod
    def golden(cls, p):
        """Compared with what most attentive annotators say: left where p > ½."""
        left = _probabilities("p", p)
        return cls(np.abs(left - 0.5), Golden.from_preferences(left), Golden(0.5))

    @classmethod
    def self_consistency_labels(cls, law):
        """The same item twice with K labels; `law` has shape (n, K)."""
        laws = label_laws("law", law)
        if laws.ndim != 2 or not laws.size:
            raise ValueError(f"law must have one row for each item; saw shape {laws.shape}.")
        labels = laws.shape[1]
        monitor = SelfConsistencyLabels.from_preferences(laws)
        return cls(
            ((laws - 1 / labels) ** 2).sum(axis=1), monitor, SelfConsistencyLabels(1 - 1 / labels, labels)
        )

    def __len__(self):
        return self.gain.size

    @property
    def chance(self):
        """Pass probability of a careless annotator, the same for all items."""
        return self.monitor.chance

    @property
    def power(self):
        """1, or 2 where both labels come from the annotator."""
        return self.monitor.power

    def pass_probability(self, effort):
        """q_i(η), shape (n,), at one effort."""
        return np.clip(self.chance + self.gain * one_effort("effort", effort) ** self.power, 0, 1)

    def slope(self, effort):
        """q_i′(η), shape (n,), at one effort."""
        return self.power * self.gain * one_effort("effort", effort) ** (self.power - 1)

    def fisher_information(self, effort):
        """𝓘_i(η) = q_i′²/(q_i(1 − q_i)), shape (n,); infinite where the check is certain."""
        q = self.pass_probability(effort)
        information = np.full(q.shape, np.inf)
        return np.divide(self.slope(effort) ** 2, q * (1 - q), out=information, where=q * (1 - q) > 0)

    def __repr__(self):
        return f"ItemChecks({len(self)} items, on average {self.monitor!r})"


def _probabilities(name, p):
    array = within(name, p, 0, 1, _LEFT)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must hold one probability for each item; saw shape {array.shape}. {_LEFT}")
    return array
