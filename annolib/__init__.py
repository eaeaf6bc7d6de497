"""annolib: assess preference annotators without true labels, and pay them well.

Importing the package is light: a name is loaded when it is first used.

>>> import annolib as al
>>> al.SelfConsistency(kappa=0.2).pass_probability(0.5)
0.6
"""

from annolib.lazy import lazy

__version__ = "0.1.0"

_SUBMODULES = ("course", "datasets", "figures", "widgets")

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
    "Audit": "audits",
    "audit": "audits",
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
    "TableError": "refusals",
    "Judgements": "tables",
    "read_judgements": "tables",
    "Tally": "tallies",
    "tally": "tallies",
    "EffortEstimate": "estimation",
    "coverage": "interval_coverage",
    "coverage_table": "interval_coverage",
    "estimate_effort": "estimation",
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
__getattr__, __dir__ = lazy(__name__, _HOME, _SUBMODULES)
