"""`Lesson(number)`: what a lesson's notebook calls."""

from __future__ import annotations

from html import escape

from annolib.course.checking.checks import ATTEMPTED, NOT_ATTEMPTED, RIGHT, Outcome, judge
from annolib.course.definitions import VALUE, LessonDefinition, load_definition
from annolib.course.display import box, code_block, folded, outcome_bundle, say
from annolib.course.notebook.claims import claim
from annolib.course.notebook.predict import predict
from annolib.course.notebook.quiz import quiz
from annolib.course.notebook_files import solution_of


class Lesson:
    """The helper of one lesson: check, rubric, predict, claim, quiz, solution, progress.

    Parameters
    ----------
    number : int or LessonDefinition
        The number of the lesson, 0 for the opening.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """

    def __init__(self, number):
        given = isinstance(number, LessonDefinition)
        self.definition = number if given else load_definition(number)
        self._states = {}

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
        The learner's own answer if it is right, else the course's.

        Raises
        ------
        KeyError
            If the lesson has no such exercise: the author's mistake. Nothing else is raised.
        """
        exercise = self.definition.exercise(name)
        outcome = judge(exercise, answer, self.definition.number)
        self._record(outcome)
        if outcome.state == RIGHT:
            return answer
        return exercise.reference() if exercise.kind == VALUE else exercise.reference

    def rubric(self, name, answer):
        """Show the criteria by which the learner marks an own answer in words, and a model answer, folded."""
        rubric = self.definition.rubric(name)
        written = isinstance(answer, str) and answer.strip() not in ("", "...")
        state = ATTEMPTED if written else NOT_ATTEMPTED
        details = tuple(f"☐ {criterion}" for criterion in rubric.criteria) if written else ()
        outcome = Outcome(name, state, details, lesson=self.definition.number, self_marked=True)
        self._record(
            outcome, folded("A model answer", f"<p>{escape(rubric.model_answer)}</p>") if written else ""
        )

    def solution(self, name):
        """Show the solved cell of an exercise, folded, from the folder of solutions beside the package."""
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

    def quiz(self):
        """Show the questions of the lesson."""
        quiz(self.definition.quiz)

    def progress(self):
        """Show which exercises are done in this session."""
        parts = (*self.definition.exercises, *self.definition.rubrics)
        states = {part.name: self._states.get(part.name, NOT_ATTEMPTED) for part in parts}
        done = sum(state in (RIGHT, ATTEMPTED) for state in states.values())
        headline = f"{done} of {len(states)} exercises done"
        lines = [f"{name}: {state}" for name, state in states.items()]
        sign = "✓" if done == len(states) else "○"
        say("\n".join([f"{sign} {headline}", *lines]), box(sign, headline, map(escape, lines)))

    def _record(self, outcome, extra_html=""):
        self._states[outcome.exercise] = outcome.state
        bundle = outcome_bundle(outcome)
        say(bundle.pop("text/plain"), bundle.pop("text/html") + extra_html, **bundle)

    claim = staticmethod(claim)
    predict = staticmethod(predict)
