"""The lesson machine: checks, hints, claims, predictions, quizzes; build and lint; the two commands.

Importing it loads nothing but the standard library: `annolib.course.setup` and
`annolib.course.workspace` run before anything is installed.
"""

from annolib.lazy import lazy

_HOME = {
    # name in annolib.course: the module it lives in
    "Lesson": "notebook.lesson",
    "variant": "variants",
    "require": "grading.requiring",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
