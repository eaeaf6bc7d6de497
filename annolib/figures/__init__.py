"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from annolib.lazy import lazy

_HOME = {
    # figure: the module it lives in
    "audit_report": "audits",
    "bradley_terry_curve": "tastes",
    "consistency_and_others": "workers",
    "consistency_ladder": "workers",
    "effort_interval": "monitoring",
    "habits_and_swaps": "monitoring",
    "interval_coverage": "monitoring",
    "item_disagreement": "crowds",
    "leaderboard": "crowds",
    "pass_curve": "monitoring",
    "same_and_swapped": "workers",
    "taste_and_majority": "tastes",
    "twin_recovery": "twin",
    "worker_habits": "workers",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
