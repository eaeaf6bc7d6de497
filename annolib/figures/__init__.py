"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from importlib import import_module

_HOME = {
    # figure: the module it lives in
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
    "budget_curve": "lines",
    "gaps_in_euros": "lines",
    "luck_of_the_floor": "lines",
    "wage_line": "lines",
    "wage_shapes": "lines",
    "wrong_strength": "lines",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.figures' has no attribute {name!r}")
    return getattr(import_module(f"annolib.figures.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
