"""What the checks of a session found, exercise by exercise: for progress, and for those who give points.

A `Record` takes outcomes in and gives scores out; there is no name under which a notebook could write into it by
mistake. Where work is graded, the lessons of one number share one record, so that running the setup cell again loses
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from annolib.course.checking.checks import ATTEMPTED, NOT_ATTEMPTED, NOT_RIGHT, RIGHT

_graded = {}  # number of the lesson: the record of this session


@dataclass(frozen=True)
class Score:
    """How one exercise stands.

    Attributes
    ----------
    exercise : str
    state : str
        "not attempted", "not right yet", "right"; "attempted" where a person marks.
    points : float or None
        Points reached: all or none. None where a person gives them.
    out_of : float
        Points for a right answer.
    tries : int
        How often an attempt was checked.
    words : str
        What the last check said of an answer that is not right.
    """

    exercise: str
    state: str
    points: float | None
    out_of: float
    tries: int
    words: str = ""


class Record:
    """The outcomes of one lesson's checks in this session.

    Parameters
    ----------
    definition : LessonDefinition
    """

    def __init__(self, definition):
        last, tries, remarks = {}, {}, {}

        def add(outcome):
            last[outcome.exercise] = outcome
            tries[outcome.exercise] = tries.get(outcome.exercise, 0) + (outcome.state != NOT_ATTEMPTED)
            remarks[outcome.exercise] = (*remarks.get(outcome.exercise, ()), *outcome.remarks)

        def score(name, points, self_marked):
            outcome = last.get(name)
            state = outcome.state if outcome else NOT_ATTEMPTED
            reached = None if self_marked else points if state == RIGHT else 0.0
            details = outcome.details if outcome and state == NOT_RIGHT else ()
            words = " ".join(dict.fromkeys((*details, *remarks.get(name, ()))))
            return Score(name, state, reached, points, tries.get(name, 0), words)

        def scores():
            parts = (*definition.exercises, *self.drawn, *definition.rubrics)
            return tuple(score(part.name, part.points, part in definition.rubrics) for part in parts)

        self.add, self.scores = add, scores
        self.states = lambda: {name: outcome.state for name, outcome in last.items()}
        self.drawn = ()  # exercises with numbers of the student's own
        self.predictions = {}  # question: the guess, or None

    def done(self):
        """The names of the exercises that are right or attempted."""
        return {name for name, state in self.states().items() if state in (RIGHT, ATTEMPTED)}


def graded_record(definition):
    """The one record of a graded lesson in this session."""
    return _graded.setdefault(definition.number, Record(definition))


def recorded(number):
    """The record of the graded lesson `number`, or None if no such lesson was opened here."""
    return _graded.get(number)
