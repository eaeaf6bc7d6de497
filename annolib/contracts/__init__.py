"""The best contract of a class: flat, threshold bonus, linear, tiered, or any."""

from annolib.contracts.answers import Answer, best_answer
from annolib.contracts.forms import Binary, Flat, Linear, Optimal, Tiered
from annolib.contracts.results import Certificate, NoBestContract, SecondBest, SecondBests
from annolib.contracts.second import second_best
from annolib.contracts.two_actions import TwoActions, chernoff, relative_entropy, two_actions

__all__ = [
    "Answer",
    "Binary",
    "Certificate",
    "Flat",
    "Linear",
    "NoBestContract",
    "Optimal",
    "SecondBest",
    "SecondBests",
    "Tiered",
    "TwoActions",
    "best_answer",
    "chernoff",
    "relative_entropy",
    "second_best",
    "two_actions",
]
