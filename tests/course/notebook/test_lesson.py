"""What a lesson's notebook calls: hand-back, claims, predictions, quiz, rubric, solution."""

import nbformat
import pytest

import annolib.course.notebook.lesson as lesson_module
import annolib.course.notebook_files as shelf
from annolib.course import Lesson
from annolib.course.display import CHECK_MIME
from annolib.course.notebook.rubric import show_rubric


def right(chance):
    return chance**2 + (1 - chance) ** 2


def test_check_hands_back_the_answer_if_right_and_the_reference_otherwise(lesson, demo):
    reference = demo.AGREEMENT.reference
    assert lesson.check("agreement", right) is right
    assert lesson.check("agreement", ...) is reference
    assert lesson.check("agreement", lambda chance: 0.5) is reference
    assert lesson.check("fewest", 8) == 8
    assert lesson.check("fewest", ...) == 8


def test_an_unknown_exercise_or_lesson_is_the_authors_mistake(lesson):
    with pytest.raises(
        KeyError, match="Lesson 99 has no exercise 'agrement'; it has: agreement, all_agree, fewest"
    ):
        lesson.check("agrement", right)
    with pytest.raises(KeyError, match="has no rubric"):
        lesson.rubric("agreement", "…")
    with pytest.raises(ValueError, match="There is no lesson 98"):
        Lesson(98)


def test_checks_work_in_any_order_and_change_nothing(lesson, demo):
    before = [case.arguments for case in demo.AGREEMENT.cases]
    for _ in range(2):
        lesson.check("all_agree", ...)
        lesson.check("agreement", right)
    assert [case.arguments for case in demo.AGREEMENT.cases] == before
    assert Lesson(99)._states == {}


def test_progress_counts_what_is_done_and_an_answer_in_words_when_it_is_marked(lesson, capsys, monkeypatch):
    boxes = []
    monkeypatch.setattr(
        "annolib.course.notebook.lesson.show_rubric",
        lambda *given: (boxes.append(show_rubric(*given)), boxes[-1])[1],
    )
    lesson.check("agreement", right)
    lesson.rubric("verdict", answer="A coin would agree as often as this worker does.")
    lesson.progress()
    shown = capsys.readouterr().out
    assert "1 of 4 exercises done" in shown
    assert "fewest: not attempted" in shown and "verdict: written, not marked yet" in shown
    boxes[0][0].value = True
    lesson.progress()
    shown = capsys.readouterr().out
    assert "2 of 4 exercises done" in shown and "verdict: attempted" in shown


def test_a_rubric_shows_criteria_and_a_folded_answer_only_after_an_attempt(lesson, said):
    lesson.rubric("verdict", answer=...)
    lesson.rubric("verdict", answer="My answer, in as many words as it takes.")
    assert said[0][CHECK_MIME]["outcome"] == "not attempted"
    assert "habit agrees always" not in said[0]["text/html"]
    assert said[1][CHECK_MIME]["outcome"] == "attempted"
    assert "☐ It names the chance of agreement of a coin." in said[2]["text/plain"]
    assert "<details><summary>A model answer" in said[3]["text/html"]


@pytest.mark.parametrize("answer", ["", "  ", "...", None, 3])
def test_no_words_are_no_attempt(lesson, said, answer):
    lesson.rubric("verdict", answer)
    assert said[0][CHECK_MIME]["outcome"] == "not attempted"


def test_the_solution_is_shown_folded(lesson, said, demo_source, tmp_path, monkeypatch):
    (tmp_path / "solutions").mkdir()
    nbformat.write(demo_source(), tmp_path / "solutions" / "99_count_coins.ipynb")
    monkeypatch.setattr(shelf.environment, "course_folder", lambda name: tmp_path / name)
    lesson.solution("agreement")
    lesson.solution("verdict")
    assert said[0]["text/html"].startswith("<details>")
    assert "return chance * chance + other * other" in said[0]["text/html"]
    assert "lesson.check" not in said[0]["text/plain"]
    assert "very little" in said[1]["text/plain"]


def test_without_a_checkout_the_solution_says_so(lesson, said, tmp_path, monkeypatch):
    monkeypatch.setattr(shelf.environment, "course_folder", lambda name: tmp_path / name)
    lesson.solution("agreement")
    assert "not at hand" in said[0]["text/plain"]
    assert lesson_module.solution_of(99, "agreement", tmp_path) is None
