"""Explorers: a pure figure from `annolib.figures`, and controls that move its parameters.

An explorer that a lesson shows is a function in this package; it takes no required argument and returns
an `Explorer`. Both ends of every control of every such function are tested.
"""

from importlib import import_module

_HOME = {
    # name: the module it lives in
    "Explorer": "explorer",
    "bradley_terry_explorer": "lessons",
    "checkbox": "controls",
    "dropdown": "controls",
    "effort_interval_explorer": "lessons",
    "float_slider": "controls",
    "habits_explorer": "lessons",
    "int_slider": "controls",
    "pass_curve_explorer": "lessons",
    "taste_explorer": "lessons",
    "budget_explorer": "lines",
    "wage_line_explorer": "lines",
    "wrong_strength_explorer": "lines",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.widgets' has no attribute {name!r}")
    return getattr(import_module(f"annolib.widgets.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
