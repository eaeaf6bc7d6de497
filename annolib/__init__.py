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
    "EffortTest": "effort_tests",
    "effort_test": "effort_tests",
    "power_table": "effort_tests",
    "CheckPlan": "planning",
    "plan_checks": "planning",
    "chernoff_information": "binomial_tails",
    "SequentialTest": "sequential",
    "sequential_test": "sequential",
    "Discoveries": "discoveries",
    "find_annotators": "discoveries",
    "ItemChecks": "item_checks",
    "estimate_effort_by_item": "item_likelihood",
    "InformationGain": "item_choice",
    "information_gain": "item_choice",
    "ItemChoice": "item_choice",
    "choose_items": "item_choice",
    "information_table": "monitor_comparison",
    "self_consistency_margin": "monitor_comparison",
    "boundary_strength": "monitor_comparison",
    "winning_efforts": "monitor_comparison",
    "checks_to_buy": "monitor_comparison",
    "EffortRatio": "effort_ratios",
    "relative_effort": "effort_ratios",
    "estimate_effort_from_pool": "pool_effort",
    "ratio_coverage": "effort_ratios",
    "StrengthSensitivity": "strength_sensitivity",
    "flip_strengths": "strength_sensitivity",
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
