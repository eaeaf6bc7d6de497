"""annolib: assess preference annotators without true labels, and pay them well.

Importing the package is light: a name is loaded when it is first used.

>>> import annolib as al
>>> al.SelfConsistency(kappa=0.2).pass_probability(0.5)
0.6
"""

from annolib.lazy import lazy, provide

__version__ = "0.1.0"

_SUBMODULES = {
    # name in annolib: the room or module
    **{room: room for room in ("contracts", "course", "datasets", "figures", "imports", "reward", "widgets")},
    "rates": "contracts.gaps.rates",
}

_HOME = {
    # name in annolib: the file it lives in
    "bradley_terry": "preferences.models",
    "davidson": "preferences.models",
    "fit_bradley_terry": "preferences.ranking",
    "item_pull": "preferences.models",
    "item_strength": "preferences.models",
    "label_concentration": "preferences.models",
    "label_law": "preferences.models",
    "shared_strength": "preferences.models",
    "Audit": "auditing.report",
    "audit": "auditing.report",
    "AlwaysLeft": "annotators.behaviours",
    "AlwaysTie": "annotators.behaviours",
    "Attentive": "annotators.behaviours",
    "Copycat": "annotators.behaviours",
    "Crowd": "annotators.crowds",
    "full_design": "annotators.crowds",
    "Items": "annotators.items",
    "LongerOne": "annotators.behaviours",
    "CheckDesign": "annotators.gaming",
    "CheckStrengths": "annotators.gaming",
    "gaming_table": "annotators.gaming",
    "mix_designs": "annotators.gaming",
    "simulate_gaming": "annotators.gaming",
    "Expert": "monitors.two_labels",
    "Golden": "monitors.two_labels",
    "Monitor": "monitors.base",
    "Peer": "monitors.two_labels",
    "SelfConsistency": "monitors.two_labels",
    "SelfConsistencyLabels": "monitors.many_labels",
    "TableError": "tables.refusals",
    "Judgements": "tables.judgements",
    "read_judgements": "tables.judgements",
    "Tally": "tables.tallies",
    "tally": "tables.tallies",
    "combine_evidence": "estimation.evidence.combined",
    "CombinedEvidence": "estimation.evidence.combined",
    "Evidence": "estimation.evidence.checks",
    "EffortEstimate": "estimation.effort",
    "coverage": "estimation.interval_coverage",
    "coverage_table": "estimation.interval_coverage",
    "estimate_effort": "estimation.effort",
    "EffortTest": "planning.exact_test",
    "effort_test": "planning.exact_test",
    "power_table": "planning.exact_test",
    "CheckPlan": "planning.check_plan",
    "plan_checks": "planning.check_plan",
    "CheckMix": "planning.check_mix",
    "alarm_chance": "planning.check_mix",
    "alarm_line": "planning.check_mix",
    "cheapest_mix": "planning.check_mix",
    "chernoff_information": "numerics.divergences",
    "SequentialTest": "planning.sequential",
    "sequential_test": "planning.sequential",
    "Discoveries": "auditing.discoveries",
    "find_annotators": "auditing.discoveries",
    "GoldenChecks": "auditing.golden_questions",
    "balance_golden": "auditing.golden_questions",
    "balanced_pass_rates": "auditing.golden_questions",
    "golden_checks": "auditing.golden_questions",
    "golden_items": "auditing.golden_questions",
    "separation": "auditing.golden_questions",
    "evidence_of": "auditing.pool",
    "pool_monitors": "auditing.pool",
    "ItemChecks": "monitors.known_items",
    "estimate_effort_by_item": "estimation.known_items",
    "InformationGain": "planning.item_choice",
    "information_gain": "planning.item_choice",
    "ItemChoice": "planning.item_choice",
    "choose_items": "planning.item_choice",
    "information_table": "monitors.comparison",
    "self_consistency_margin": "monitors.comparison",
    "winning_efforts": "monitors.comparison",
    "checks_to_buy": "monitors.comparison",
    "EffortRatio": "estimation.unknown_strength",
    "relative_effort": "estimation.unknown_strength",
    "estimate_effort_from_pool": "estimation.unknown_strength",
    "ratio_coverage": "estimation.interval_coverage",
    "StrengthSensitivity": "estimation.sensitivity",
    "flip_strengths": "estimation.sensitivity",
    "bootstrap_effort": "estimation.repeats.bootstrap",
    "estimate_effort_from_repeats": "estimation.repeats.effective_checks",
    "pair_counts": "estimation.repeats.bootstrap",
    "repeat_coverage": "estimation.interval_coverage",
    "ExpertLabels": "monitors.many_labels",
    "PeerLabels": "monitors.many_labels",
    "GoldenLabels": "monitors.many_labels",
    "shared_concentration": "monitors.many_labels",
    "label_pull": "monitors.many_labels",
    "label_variance": "monitors.habits",
    "habit_agreement": "monitors.habits",
    "effort_despite_habit": "monitors.habits",
    "CARA": "agency.utilities",
    "CRRA": "agency.utilities",
    "RiskNeutral": "agency.utilities",
    "ConvexCost": "agency.costs",
    "PowerCost": "agency.costs",
    "FirstBest": "agency.problem",
    "Problem": "agency.problem",
    "first_best": "agency.problem",
    "best_answer": "contracts.best_answers",
    "NoBestContract": "contracts.results",
    "SecondBest": "contracts.results",
    "second_best": "contracts.solve",
    "two_actions": "contracts.gaps.two_efforts",
    "cohen_kappa": "preferences.agreement",
    "corrected_agreement": "preferences.agreement",
    "fleiss_kappa": "preferences.agreement",
    "krippendorff_alpha": "preferences.agreement",
    "majority": "preferences.votes",
    "label_counts": "preferences.votes",
    "percent_agreement": "preferences.agreement",
    "Correlation": "estimation.correlation",
    "rank_correlation": "estimation.correlation",
    "win_matrix": "preferences.ranking",
    "MajorityAgreement": "preferences.taste_groups",
    "agreement_with_majority": "preferences.taste_groups",
    "DawidSkene": "preferences.dawid_skene",
    "bootstrap_accuracy": "preferences.dawid_skene",
    "dawid_skene": "preferences.dawid_skene",
    "TasteTest": "preferences.shared_taste",
    "three_worlds": "annotators.worlds",
    "two_tastes": "annotators.worlds",
    "taste_test": "preferences.shared_taste",
}

_RENAMED = {
    # old name, which warns: the new one
    "habit_excess": "annolib.effort_despite_habit",
}

provide(
    {  # what a result can do by a room above its own: the room knows the name, only this file the place
        "Audit.to_html": "annolib.reports.page:audit_page",
        "Audit.save": "annolib.reports.saving:save_audit",
    }
)

__all__ = [*_SUBMODULES, *_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME, _SUBMODULES, _RENAMED)
