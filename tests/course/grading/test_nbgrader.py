"""Round trip with nbgrader itself: generate, release, three students, autograde, feedback.

It needs the extra `grading`: pip install "annolib[grading]", best in an environment of its own.
"""

import os
import subprocess
import sys

import nbformat
import pytest

from annolib.course.grading.assign import assign
from annolib.course.notebook_files import ROOT
from annolib.course.variants import variant

pytest.importorskip("nbgrader", reason='nbgrader is not installed: pip install "annolib[grading]"')

LESSON = "lesson_04"


def nbgrader(course, *words):
    folder = os.path.dirname(sys.executable)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": folder + os.pathsep + os.environ["PATH"],
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def graded(tmp_path_factory, students):
    """A course folder after all steps."""
    course = tmp_path_factory.mktemp("course")
    assign("nbgrader", course, seed="autumn", numbers=(4,), tell=lambda words: None)
    nbgrader(course, "generate_assignment", LESSON)
    released = next((course / "release" / LESSON).glob("*.ipynb"))
    for name, notebook in students(released).items():
        for cell in notebook.cells:
            if cell.source == 'student = ""':
                cell.source = f'student = "{name}"'
            for one in variant(4, f"autumn, {name}") if name == "right" else ():
                if cell.source.startswith(f"{one.name} = ("):
                    check = cell.source.splitlines()[-1]
                    cell.source = f"{one.name} = {round(one.key, 3)}\n{check}"
        home = course / "submitted" / name / LESSON
        home.mkdir(parents=True)
        nbformat.write(notebook, home / released.name)
    thief = nbformat.read(course / "submitted" / "right" / LESSON / released.name, as_version=4)
    (course / "submitted" / "thief" / LESSON).mkdir(parents=True)
    nbformat.write(thief, course / "submitted" / "thief" / LESSON / released.name)
    nbgrader(course, "autograde", LESSON)
    nbgrader(course, "generate_feedback", LESSON)
    return course


@pytest.fixture(scope="module")
def table(graded):
    """Student to {test: (score, most)}."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{graded}/gradebook.db") as book:
        return {
            one.student.id: {
                grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade)
                for notebook in one.notebooks
                for grade in notebook.grades
            }
            for one in book.assignment_submissions(LESSON)
        }


def test_the_released_notebook_holds_no_solution(graded, solved):
    released = next((graded / "release" / LESSON).glob("*.ipynb")).read_text(encoding="utf-8")
    assert "SOLUTION" not in released and "lesson.solution" not in released
    assert "0.5 + 2 * kappa" not in released.replace("0.5 + 2 * kappa * np.asarray(effort) ** 2` here", "")


def test_points(table):
    totals = {
        student: (
            sum(auto or 0 for auto, _, _ in grades.values()),
            sum(most for name, (_, most, _) in grades.items() if name.startswith("test-")),
        )
        for student, grades in table.items()
    }
    print(totals)
    assert totals == {"right": (7, 7), "empty": (0, 7), "wrong": (0, 7), "thief": (5, 7)}


def test_only_the_answer_in_words_waits_for_a_person(table):
    waiting = {name for name, (_, _, manual) in table["right"].items() if manual}
    assert waiting == {"judge_worker"}


def test_the_feedback_says_why(graded):
    page = next((graded / "feedback" / "wrong" / LESSON).glob("*.html")).read_text(encoding="utf-8")
    assert "pass_probability(0, 0.2) gave 0.25, expected 0.5" in page
