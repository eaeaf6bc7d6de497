"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from importlib import import_module

_HOME = {
    # figure: the module it lives in
    "agent_payoff": "thresholds",
    "binary_gap_laws": "thresholds",
    "bradley_terry_curve": "tastes",
    "consistency_and_others": "workers",
    "consistency_ladder": "workers",
    "effort_interval": "monitoring",
    "first_order_payoff": "thresholds",
    "habits_and_swaps": "monitoring",
    "interval_coverage": "monitoring",
    "item_disagreement": "crowds",
    "leaderboard": "crowds",
    "pass_curve": "monitoring",
    "rare_fines": "thresholds",
    "same_and_swapped": "workers",
    "taste_and_majority": "tastes",
    "threshold_place": "thresholds",
    "twin_recovery": "twin",
    "two_constraints": "thresholds",
    "worker_habits": "workers",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.figures' has no attribute {name!r}")
    return getattr(import_module(f"annolib.figures.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
