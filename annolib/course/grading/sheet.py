"""The table of grades: one row a student and exercise, as a file that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass, fields
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """One student's standing in one exercise, or one notebook that could not be graded.

    Attributes
    ----------
    student : str
    lesson : int or None
    exercise : str
        Empty if the whole notebook is meant.
    state : str
    points : float or None
        None where a person gives them.
    out_of : float or None
    tries : int or None
    quiz : str
        Right answers of the quiz, such as "3 of 5"; empty without one.
    predictions : str
        Guesses that were made, likewise.
    error : str
    file : str
        The notebook, relative to the folder that was collected.
    """

    student: str
    lesson: int | None = None
    exercise: str = ""
    state: str = ""
    points: float | None = None
    out_of: float | None = None
    tries: int | None = None
    quiz: str = ""
    predictions: str = ""
    error: str = ""
    file: str = ""


def as_csv(rows):
    """The table as text: commas, quotes where needed, a mark at the start by which spreadsheets know UTF-8.

    No cell is taken for a formula: a text that could be one gets an apostrophe in front.

    >>> print(as_csv([Row("=1+1", 4, "f", "right", 1.0, 1.0, 2)]).splitlines()[1])
    '=1+1,4,f,right,1,1,2,,,,
    """
    stream = StringIO(newline="")
    table = csv.writer(stream)
    table.writerow([field.name for field in fields(Row)])
    for row in rows:
        table.writerow([_cell(value) for value in astuple(row)])
    return "\ufeff" + stream.getvalue()


def cell_text(text):
    """A text for one cell: on one line, without control characters, and no formula.

    >>> cell_text("@SUM(A1)"), cell_text("two\\nlines"), cell_text("3 of 5")
    ("'@SUM(A1)", 'two lines', '3 of 5')
    """
    risky = text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA)
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    plain = plain.encode("utf-8", "replace").decode()
    return ("'" if risky or plain.startswith(_FORMULA) else "") + plain[:1000]


def totals(rows):
    """Lines for the screen: one a student and lesson, with points and what went wrong."""
    groups = {}
    for row in rows:
        groups.setdefault((row.student, row.lesson), []).append(row)
    width = max((len(student) for student, _ in groups), default=7)
    lines = [f"{'student':<{width}}  lesson  points    right  quiz    predictions  error"]
    for (student, lesson), own in groups.items():
        reached = sum(row.points or 0 for row in own)
        whole = sum(row.out_of or 0 for row in own if row.points is not None)
        right = sum(row.state == "right" for row in own)
        points = f"{reached:g} of {whole:g}"
        error = next((row.error for row in own if row.error and not row.exercise), "")
        lines.append(
            f"{student:<{width}}  {'?' if lesson is None else f'{lesson:02d}':<6}  {points:<8}  {right:<5}  "
            f"{own[0].quiz:<6}  {own[0].predictions:<11}  {error}".rstrip()
        )
    return lines


def _cell(value):
    if value is None:
        return ""
    return cell_text(value) if isinstance(value, str) else f"{value:g}"
