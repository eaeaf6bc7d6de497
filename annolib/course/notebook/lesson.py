"""`Lesson(number)`: what a lesson's notebook calls."""

from __future__ import annotations

import os
from html import escape

from annolib.course.checking.checks import (
    ATTEMPTED,
    NOT_ATTEMPTED,
    NOT_RIGHT,
    RIGHT,
    Outcome,
    adapted,
    judge,
)
from annolib.course.checking.record import Record, graded_record
from annolib.course.checking.world import watch
from annolib.course.definitions import LessonDefinition, load_definition
from annolib.course.display import box, code_block, folded, outcome_bundle, say
from annolib.course.notebook.broken_cells import go_on
from annolib.course.notebook.claims import claim
from annolib.course.notebook.kept import Held, ask_later, asked_now, held_here
from annolib.course.notebook.predict import predict
from annolib.course.notebook.quiz import chosen, quiz
from annolib.course.notebook.rubric import show_rubric, ticked
from annolib.course.notebook.stand_in import is_the_courses, judging, stand_in
from annolib.course.notebook_files import solution_of
from annolib.course.variants import draw

THE_COURSES = "This is the course's own answer. Write yours above the check."
SEEN = "A later cell has used the course's value since, so this answer no longer counts."


QUIZ = "the quiz"
UNMARKED = "written, not marked yet: tick above what your answer has"
FEWEST_WORDS = 8  # of an answer in words: fewer open no model answer
TOO_SHORT = "{} words are a note. Write a sentence or two, then the criteria and a model answer open."


class Lesson:
    """The helper of one lesson: check, rubric, predict, claim, quiz, solution, progress, outcomes, variant.

    Parameters
    ----------
    number : int or LessonDefinition
        The number of the lesson, 0 for the opening.
    grading : bool, optional
        Whether work is graded: names keep the student's objects, and other cells than tests go on with the course's
        answers. By default the environment variable `ANNOLIB_GRADING` says so, if it is set and not 0.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """

    def __init__(self, number, grading=None):
        given = isinstance(number, LessonDefinition)
        self.definition = number if given else load_definition(number)
        self.grading = os.environ.get("ANNOLIB_GRADING", "") not in ("", "0") or bool(grading)
        self.record = graded_record(self.definition) if self.grading else Record(self.definition)
        self.asked = set()  # exercises whose check this cell has reached
        self.shown = set()  # values of the course that graded work has seen
        self._held = None
        watch()
        if self.grading:
            if _class_seed():
                self._draw(_class_seed())
            stand_in(_shell(), self)
        else:
            go_on(_shell(), self)

    def __repr__(self):
        return f"Lesson {self.definition.number:02d}: {self.definition.title}"

    def check(self, name, answer):
        """Judge the learner's function or value, show the outcome, and give back what to go on with.

        Parameters
        ----------
        name : str
            The name of the exercise.
        answer : callable or object

        Returns
        -------
        The learner's own answer if it is right, else the course's; where work is graded, always the student's own.
        A right answer that gives, say, a list where the course's gives an array comes back with its results made arrays.

        Raises
        ------
        KeyError
            If the lesson has no such exercise: the author's mistake. Nothing else is raised.
        """
        exercise, number = self._exercise(name), self.definition.number
        self.asked.add(name)
        if is_the_courses(exercise, answer):
            outcome = Outcome(name, NOT_ATTEMPTED, (THE_COURSES,), lesson=number)
        elif name in self.shown:
            outcome = Outcome(name, NOT_RIGHT, (SEEN,), lesson=number)
        else:
            with judging(name):
                outcome = judge(exercise, answer, number)
        self._record(outcome)
        if outcome.adapted:
            return adapted(exercise, answer)
        if outcome.state == RIGHT or self.grading or exercise in self.record.drawn:
            return answer
        return exercise.course_answer()

    def rubric(self, name, answer):
        """Show the criteria of an own answer in words as boxes to tick, and a model answer, folded."""
        rubric = self.definition.rubric(name)
        words = (
            len(str.split(answer)) if isinstance(answer, str) else 0
        )  # also if `split` is the learner's own
        written = words >= FEWEST_WORDS
        state = ATTEMPTED if written else NOT_ATTEMPTED
        short = (TOO_SHORT.format(words),) if 1 < words < FEWEST_WORDS else ()
        self._record(Outcome(name, state, short, lesson=self.definition.number, self_marked=True))
        if written:
            number = self.definition.number
            boxes = show_rubric(rubric, number, self._ticks(name))
            ask_later(number, name, lambda: ticked(boxes))

    def predict(self, question, guess, *options, **named):
        """Record a guess before the result is computed: see `annolib.course.notebook.predict.predict`."""
        made = predict(question, guess, *options, **named)
        self.record.predictions[question] = made.guess
        return made

    def solution(self, name):
        """Show the solved cell of an exercise, folded, from the folder of solutions beside the package."""
        if self.grading:
            text = "Solutions are not shown where work is graded."
            say(text, box("○", "No solution here.", [text], "#8A8A8A"))
            return
        code = solution_of(self.definition.number, name)
        if code is None:
            text = (
                "The solutions are not at hand: they lie in the folder solutions of the course's repository."
            )
            say(text, box("○", "No solution here.", [text], "#8A8A8A"))
            return
        say(
            f"Solution of {name}:\n\n{code}",
            folded(f"Solution of <code>{escape(name)}</code>", code_block(code)),
        )

    def variant(self, seed):
        """Show the lesson's questions with numbers of one's own; `lesson.check` takes their answers.

        Parameters
        ----------
        seed : int or str
            The same numbers for the same seed; for a class, say "course and name". Where `--collect --seed` grades,
            the seed of the class and the name of the submitted folder are taken in its place.

        Examples
        --------
        >>> Lesson(4).variant("autumn, anna")  # doctest: +ELLIPSIS
        own_pass_probability: ...
        """
        for one in self._draw((self.grading and _class_seed()) or seed):
            say(f"{one.name}: {one.text}", box("◇", f"<code>{one.name}</code>", [escape(one.text)]))

    def quiz(self):
        """Show the questions of the lesson, answered as they were left in this notebook."""
        number = self.definition.number
        now = asked_now(number, QUIZ)
        buttons = quiz(self.definition.quiz, number, self._kept().choices if now is None else now)
        ask_later(number, QUIZ, lambda: chosen(buttons))

    def outcomes(self):
        """Return how each exercise stands in this session, as a tuple of `Score`: exercise, state, points, tries.

        Examples
        --------
        >>> [(score.exercise, score.state, score.points, score.tries) for score in Lesson(0).outcomes()]
        [('agreement_rate', 'not attempted', 0.0, 0)]
        """
        return self.record.scores()

    def progress(self):
        """Show which exercises are done, in this session or, by what this notebook holds, in an earlier one.

        An answer in words is done when at least one criterion is ticked: until then nobody has marked it.
        """
        parts = (*self.definition.exercises, *self.definition.rubrics)
        now, earlier = self.record.states(), self._kept().states
        states = {part.name: now.get(part.name, earlier.get(part.name, NOT_ATTEMPTED)) for part in parts}
        for rubric in self.definition.rubrics:
            if states[rubric.name] == ATTEMPTED and not self._ticks(rubric.name):
                states[rubric.name] = UNMARKED
        done = sum(state in (RIGHT, ATTEMPTED) for state in states.values())
        headline = f"{done} of {len(states)} exercises done"
        lines = [
            f"{name}: {state}{'' if name in now or name not in earlier else ' (in an earlier session)'}"
            for name, state in states.items()
        ]
        sign = "✓" if done == len(states) else "○"
        say("\n".join([f"{sign} {headline}", *lines]), box(sign, headline, map(escape, lines)))

    def _draw(self, seed):
        drawn = draw(self.definition, seed)
        self.record.drawn = tuple(one.exercise for one in drawn)
        return drawn

    @property
    def _states(self):
        return self.record.states()

    def _exercise(self, name):
        own = (one for one in self.record.drawn if one.name == name)
        return next(own, None) or self.definition.exercise(name)

    def _kept(self):
        """What the notebook holds of earlier sessions; read once, before a run has overwritten it."""
        if self._held is None:
            self._held = Held() if self.grading else held_here(self.definition.number)
        return self._held

    def _ticks(self, name):
        """The criteria of a rubric that are ticked, in this session or, where it was not shown yet, in an earlier one."""
        now = asked_now(self.definition.number, name)
        return self._kept().ticks.get(name, ()) if now is None else now

    def _record(self, outcome):
        self._kept()
        self.record.add(outcome)
        bundle = outcome_bundle(outcome)
        say(bundle.pop("text/plain"), bundle.pop("text/html"), **bundle)

    claim = staticmethod(claim)


def _class_seed():
    """The seed of one student's numbers where submitted work is collected, or ""."""
    seed, student = (os.environ.get(name, "") for name in ("ANNOLIB_SEED", "ANNOLIB_STUDENT"))
    return f"{seed}, {student}" if seed and student else ""


def _shell():
    from IPython.core.getipython import get_ipython

    return get_ipython()
