"""The firm and the agent: utility of money, cost of effort, value of labels (lesson 08)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "CARA": "utilities",
    "ConvexCost": "costs",
    "CRRA": "utilities",
    "first_best": "problem",
    "FirstBest": "problem",
    "ListedCost": "listed",
    "MoneyCost": "costs",
    "PowerCost": "costs",
    "Problem": "problem",
    "reference_problem": "reference",
    "reference_value": "reference",
    "RiskNeutral": "utilities",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
