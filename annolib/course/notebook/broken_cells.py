"""A cell that breaks off before its check is reached: later cells go on, and one line says what to do.

Python reports what stands outside the function, a missing bracket or a name that nobody defined, before the check can
say a word, and the name of the exercise stays unbound or half written. So after such a cell the course's answer stands
under the name, as after a wrong answer; and a guess that could not be read is no guess yet.
"""

from __future__ import annotations

import re
from html import escape

from annolib.course.checking.checks import NOT_RIGHT, Outcome
from annolib.course.display import box, say
from annolib.course.notebook.predict import Prediction

_at_work = {}  # (kind of watch, number of the lesson): the one that is registered with the shell
BROKE_OFF = "{} came before the check. Mend the cell, or put the ... back, and run it again."
GO_ON = "The cells below use the course's own answer until then."


class CellWatch:
    """What a lesson does before and after each cell of an IPython shell."""

    def __init__(self, shell, lesson):
        self.shell, self.lesson = shell, lesson
        shell.events.register("pre_run_cell", self.before)
        shell.events.register("post_run_cell", self.after)

    @classmethod
    def start(cls, shell, lesson):
        """Watch from here on, in place of an earlier watch of this kind for this lesson; without a shell nothing is done."""
        if shell is None:
            return
        key = cls, lesson.definition.number
        if key in _at_work:
            _at_work.pop(key).leave()
        _at_work[key] = cls(shell, lesson)

    def leave(self):
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)

    def before(self, info):
        raise NotImplementedError

    def after(self, result):
        error = getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)
        if error is not None:
            self.broke_off(getattr(result.info, "raw_cell", "") or "", error)

    def broke_off(self, source, error):
        raise NotImplementedError


def go_on(shell, lesson):
    """Watch the cells of an IPython shell for those that break off; without a shell nothing is done."""
    _GoOn.start(shell, lesson)


def checks_in(source):
    """Names of the exercises whose check a cell calls, also where the cell is no Python.

    >>> checks_in('def rate(a, b)\\n    return a / b\\nrate = lesson.check("rate", rate)')
    ['rate']
    """
    return re.findall(r"""lesson\s*\.\s*check\(\s*["'](\w+)["']""", source)


def guesses_in(source):
    """Names under which a cell keeps a guess.

    >>> guesses_in('guess = lesson.predict("How many?", 50%, low=0)')
    ['guess']
    """
    return re.findall(r"(?m)^(\w+)\s*=\s*lesson\s*\.\s*predict\(", source)


class _GoOn(CellWatch):
    def before(self, info):
        self.lesson.asked.clear()

    def broke_off(self, source, error):
        names = self.shell.user_ns
        for guess in guesses_in(source):
            names.setdefault(guess, Prediction("", None))
        known = {exercise.name: exercise for exercise in self.lesson.definition.exercises}
        for name in checks_in(source):
            if name in known and name not in self.lesson.asked:
                names[name] = known[name].course_answer()
                self._tell(name, type(error).__name__)

    def _tell(self, name, kind):
        words = BROKE_OFF.format(kind)
        self.lesson.record.add(Outcome(name, NOT_RIGHT, (words,), lesson=self.lesson.definition.number))
        headline = f"Not tried: {name}"
        say(f"✗ {headline}. {words} {GO_ON}", box("✗", escape(headline), [escape(words), GO_ON], "#D55E00"))
