"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each; every lesson draws from here.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from annolib.lazy import lazy

_HOME = {
    # figure: the module it lives in
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
    "evidence_by_kind": "crowd_audit",
    "evidence_likelihood": "crowd_audit",
    "expert_verdict": "comparison",
    "first_order_payoff": "thresholds",
    "gaming_map": "gaming",
    "gaps_in_euros": "lines",
    "golden_looks": "crowd_audit",
    "habits_and_swaps": "monitoring",
    "information_by_item": "comparison",
    "information_curves": "comparison",
    "interval_coverage": "monitoring",
    "item_disagreement": "crowds",
    "kappa_misjudged": "plans",
    "leaderboard": "crowds",
    "luck_of_the_floor": "lines",
    "mix_alarms": "gaming",
    "monitor_map": "comparison",
    "named_by_rank": "plans",
    "one_accuracy_many_efforts": "downstream",
    "pairs_to_tell": "downstream",
    "pass_counts": "plans",
    "pass_curve": "monitoring",
    "power_saw": "plans",
    "rare_fines": "thresholds",
    "same_and_swapped": "workers",
    "sequential_path": "plans",
    "sequential_savings": "plans",
    "shared_items": "plans",
    "shrunken_weights": "downstream",
    "taste_and_majority": "tastes",
    "three_yardsticks": "downstream",
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
    "worth_of_labels": "downstream",
    "wrong_guess": "agency",
    "wrong_strength": "lines",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
