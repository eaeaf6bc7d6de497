"""The best contract of a class: flat, threshold bonus, linear, tiered, or any (lessons 09 to 13)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Answer": "best_answers",
    "Binary": "forms",
    "Certificate": "results",
    "Flat": "forms",
    "Linear": "forms",
    "NoBestContract": "results",
    "Optimal": "forms",
    "SecondBest": "results",
    "SecondBests": "results",
    "Tiered": "forms",
    "TwoActions": "gaps.two_efforts",
    "best_answer": "best_answers",
    "first_order_wages": "optimal.first_order",
    "second_best": "solve",
    "two_actions": "gaps.two_efforts",
}

_RENAMED = {
    "chernoff": "annolib.numerics.chernoff_information",
    "relative_entropy": "annolib.numerics.bernoulli_divergence",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME, renamed=_RENAMED)
