"""Pure figures: `figure_name(parameters) -> Figure`, one palette, a text description in each.

A figure knows nothing of notebooks or sliders; explorers in `annolib.widgets` move its parameters.
"""

from importlib import import_module

_HOME = {
    # figure: the module it lives in
    "agent_choice": "agency",
    "bradley_terry_curve": "tastes",
    "certainty_equivalent": "agency",
    "consistency_and_others": "workers",
    "consistency_ladder": "workers",
    "effort_interval": "monitoring",
    "effort_worth": "agency",
    "habits_and_swaps": "monitoring",
    "interval_coverage": "monitoring",
    "item_disagreement": "crowds",
    "leaderboard": "crowds",
    "pass_curve": "monitoring",
    "same_and_swapped": "workers",
    "taste_and_majority": "tastes",
    "twin_recovery": "twin",
    "two_by_two": "agency",
    "who_gains": "agency",
    "worker_habits": "workers",
    "wrong_guess": "agency",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.figures' has no attribute {name!r}")
    return getattr(import_module(f"annolib.figures.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
