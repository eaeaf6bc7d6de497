"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each; every lesson draws from here.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from annolib.lazy import lazy

_HOME = {
    # figure: the module it lives in
    "accuracy_and_repeats": "true_labels",
    "accuracy_by_sweep": "true_labels",
    "agent_choice": "agency",
    "agent_payoff": "thresholds",
    "binary_gap_laws": "thresholds",
    "audit_report": "audits",
    "bradley_terry_curve": "tastes",
    "budget_curve": "lines",
    "certainty_equivalent": "agency",
    "consistency_and_others": "workers",
    "consistency_ladder": "workers",
    "effort_interval": "monitoring",
    "effort_worth": "agency",
    "expert_verdict": "comparison",
    "first_order_payoff": "thresholds",
    "gaps_in_euros": "lines",
    "habits_and_swaps": "monitoring",
    "information_by_item": "comparison",
    "information_curves": "comparison",
    "interval_coverage": "monitoring",
    "item_disagreement": "crowds",
    "kappa_misjudged": "plans",
    "leaderboard": "crowds",
    "longer_answers": "true_labels",
    "luck_of_the_floor": "lines",
    "minority_accuracy": "true_labels",
    "monitor_map": "comparison",
    "named_by_rank": "plans",
    "pass_counts": "plans",
    "pass_curve": "monitoring",
    "power_saw": "plans",
    "rare_fines": "thresholds",
    "same_and_swapped": "workers",
    "sequential_path": "plans",
    "sequential_savings": "plans",
    "shared_items": "plans",
    "taste_and_majority": "tastes",
    "three_worlds": "true_labels",
    "threshold_place": "thresholds",
    "twin_recovery": "twin",
    "two_by_two": "agency",
    "two_constraints": "thresholds",
    "two_experts": "comparison",
    "two_pass_curves": "comparison",
    "wage_line": "lines",
    "wage_shapes": "lines",
    "who_gains": "agency",
    "worker_habits": "workers",
    "wrong_guess": "agency",
    "wrong_strength": "lines",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
