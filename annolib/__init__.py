"""annolib: assess preference annotators without true labels, and pay them well.

Importing the package is light: a name is loaded when it is first used.

>>> import annolib as al
>>> al.SelfConsistency(kappa=0.2).pass_probability(0.5)
0.6
"""

from importlib import import_module

__version__ = "0.1.0"

_SUBMODULES = ("contracts", "course", "datasets", "figures", "rates", "widgets")

_HOME = {
    # name in annolib: the module it lives in
    "bradley_terry": "preferences",
    "davidson": "preferences",
    "fit_bradley_terry": "rankings",
    "item_pull": "preferences",
    "item_strength": "preferences",
    "label_concentration": "preferences",
    "label_law": "preferences",
    "shared_strength": "preferences",
    "AlwaysLeft": "annotators",
    "AlwaysTie": "annotators",
    "Attentive": "annotators",
    "Copycat": "annotators",
    "Crowd": "crowds",
    "full_design": "crowds",
    "Items": "items",
    "LongerOne": "annotators",
    "Expert": "monitors",
    "Golden": "monitors",
    "Monitor": "pass_curve",
    "Peer": "monitors",
    "SelfConsistency": "monitors",
    "SelfConsistencyLabels": "monitors",
    "TableError": "tables",
    "Judgements": "tables",
    "read_judgements": "tables",
    "Tally": "tallies",
    "tally": "tallies",
    "EffortEstimate": "estimation",
    "coverage": "interval_coverage",
    "coverage_table": "interval_coverage",
    "estimate_effort": "estimation",
    "CARA": "utilities",
    "CRRA": "utilities",
    "RiskNeutral": "utilities",
    "ConvexCost": "costs",
    "PowerCost": "costs",
    "FirstBest": "agents",
    "Problem": "agents",
    "first_best": "agents",
    "NoBestContract": "contracts.results",
    "SecondBest": "contracts.results",
    "second_best": "contracts.second",
    "two_actions": "contracts.two_actions",
    "cohen_kappa": "agreement",
    "corrected_agreement": "agreement",
    "fleiss_kappa": "agreement",
    "krippendorff_alpha": "agreement",
    "majority": "votes",
    "label_counts": "votes",
    "percent_agreement": "agreement",
    "Correlation": "correlation",
    "rank_correlation": "correlation",
    "win_matrix": "wins",
    "MajorityAgreement": "tastes",
    "agreement_with_majority": "tastes",
}

__all__ = [*_SUBMODULES, *_HOME]


def __getattr__(name):
    if name in _SUBMODULES:
        return import_module(f"annolib.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'annolib' has no attribute {name!r}")
    value = getattr(import_module(f"annolib.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted([*globals(), *__all__])
