"""The lesson machine: checks, hints, claims, predictions, quizzes; build and lint; the two commands.

Importing it loads nothing but the standard library: `annolib.course.environment` and
`annolib.course.workspace` run before anything is installed.
"""

from importlib import import_module

_HOME = {
    # name in annolib.course: the module it lives in
    "Lesson": "lesson",
}

__all__ = [*_HOME]


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'annolib.course' has no attribute {name!r}")
    return getattr(import_module(f"annolib.course.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
