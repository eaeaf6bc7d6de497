"""Explorers: a pure figure from `annolib.figures`, and controls that move its parameters; for every lesson.

An explorer that a lesson shows is a function in this package; it takes no required argument and returns
an `Explorer`. Both ends of every control of every such function are tested.
"""

from annolib.lazy import lazy

_HOME = {
    # name: the module it lives in
    "Explorer": "explorer",
    "agent_choice_explorer": "agency",
    "bradley_terry_explorer": "lessons",
    "budget_explorer": "lines",
    "caution_explorer": "desk",
    "certainty_equivalent_explorer": "agency",
    "checkbox": "controls",
    "deposit_explorer": "lines",
    "design_desk_explorer": "desk",
    "dropdown": "controls",
    "effort_interval_explorer": "lessons",
    "evidence_explorer": "crowd_audit",
    "expert_verdict_explorer": "comparison",
    "float_slider": "controls",
    "gap_map_explorer": "gaps",
    "habits_explorer": "lessons",
    "information_explorer": "comparison",
    "int_slider": "controls",
    "level_steps_explorer": "gaps",
    "minority_explorer": "true_labels",
    "mix_explorer": "crowd_audit",
    "monitor_map_explorer": "comparison",
    "pass_curve_explorer": "lessons",
    "power_saw_explorer": "plans",
    "score_cells_explorer": "best_pay",
    "sequential_path_explorer": "plans",
    "slope_alone_explorer": "best_pay",
    "taste_explorer": "lessons",
    "strength_cliff_explorer": "thresholds",
    "threshold_bonus_explorer": "thresholds",
    "threshold_place_explorer": "thresholds",
    "worth_of_labels_explorer": "downstream",
    "wage_line_explorer": "lines",
    "wrong_guess_explorer": "agency",
    "wrong_strength_explorer": "lines",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
