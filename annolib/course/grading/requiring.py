"""What a test cell of an assignment calls: it passes where the work has its points."""

from __future__ import annotations

import os
from pathlib import Path

from annolib.course.checking.checks import RIGHT
from annolib.course.checking.record import recorded


def require(number, name):
    """Raise unless exercise `name` of the graded lesson `number` is right in this session.

    It asks the record of the checks, not a name that the notebook could give to something else.

    Raises
    ------
    AssertionError
        With the words of the check.
    """
    record = recorded(number)
    scores = {score.exercise: score for score in record.scores()} if record else {}
    score = scores.get(name)
    if score is None:
        raise AssertionError(f"{name} was never asked: run the cells above it, the first one included.")
    if score.state != RIGHT:
        raise AssertionError(f"{name} is {score.state}. {score.words}".strip())


def own_seed(seed, student):
    """The seed of one student's numbers, from the seed of the class and the student's name.

    While nbgrader grades, the name must be that of the folder in which the work lies.

    Raises
    ------
    ValueError
        If there is no name yet, or it is another student's.

    Examples
    --------
    >>> own_seed("autumn", " anna ")
    'autumn, anna'
    """
    if not isinstance(student, str) or not student.strip():
        raise ValueError(
            'Write your name for the course between quotes, as in student = "anna", and run this again.'
        )
    owner = owner_here()
    if owner and owner != student.strip():
        raise ValueError(f"This is the work of {owner}, with the numbers of {student.strip()}.")
    return f"{seed}, {student.strip()}"


def owner_here():
    """Whose work is being graded, or "" where nobody grades or the grader does not tell."""
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return Path.cwd().parent.name  # autograded/STUDENT/ASSIGNMENT
    return os.environ.get("ANNOLIB_STUDENT", "")
