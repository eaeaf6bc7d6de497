"""The quiz, with a kernel and without one."""

from annolib.course import Lesson
from annolib.course.authoring.move_controls import living_widgets
from annolib.course.notebook.kept import KEPT_MIME, held_by
from annolib.course.notebook.quiz import feedback, quiz, right_choices, static_html, static_text


def test_the_quiz_answers_each_choice(demo, said):
    buttons = quiz(demo.QUIZ)
    assert len(buttons) == 5
    answers = [each for each in living_widgets() if type(each).__name__ == "HTML"]
    before = {id(each): each.value for each in answers}
    buttons[0].value = "Always."
    changed = [each.value for each in answers if each.value != before[id(each)]]
    assert len(changed) == 1 and "✗ Not “" in changed[0] and 'role="status"' in changed[0]
    buttons[0].value = "Half the time."
    assert any("✓ Right" in each.value for each in answers)
    assert changed[0].count("Two flips") == 0  # the reason comes with the right answer


def test_the_quiz_has_a_form_without_a_kernel(demo, said):
    quiz(demo.QUIZ)
    assert set(said[0]) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert said[0]["text/html"] == static_html(demo.QUIZ) and said[0]["text/html"].count("<details>") == 5
    assert "Half the time" in static_text(demo.QUIZ) and "Two flips are equal" not in static_text(demo.QUIZ)
    assert "✓" in feedback(demo.QUIZ[0], "Half the time.") and "✗" in feedback(demo.QUIZ[0], "Always.")


def test_choices_are_kept_as_data_and_come_back(demo, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "annolib.course.notebook.quiz.updatable", lambda thing: (shown.append(thing), shown.append)[1]
    )
    buttons = quiz(demo.QUIZ, 99)
    buttons[2].value = "Always."
    kept = shown[-1].bundle[KEPT_MIME]
    assert (
        kept == {"lesson": 99, "choices": {"2": "Always."}} and "1 of 5 questions answered" in shown[-1].text
    )
    held = held_by({"cells": [{"outputs": [{"data": {KEPT_MIME: kept}}]}]}, 99)
    again = quiz(demo.QUIZ, 99, {**held.choices, 3: "no such option", 17: "Always."})
    assert [button.value for button in again] == [None, None, "Always.", None, None]
    assert right_choices(demo.QUIZ, {0: "Half the time.", 1: "Always."}) == 1


def test_a_wrong_choice_is_not_told_the_reason(demo):
    for question in demo.QUIZ:
        assert question.why not in feedback(question, "Always.") and "Think again" in feedback(
            question, "Always."
        )
        assert question.why in feedback(question, "Half the time.")


def test_a_quiz_that_is_run_again_keeps_the_choices_of_this_session(demo, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "annolib.course.notebook.lesson.quiz", lambda *given: (asked.append(quiz(*given)), asked[-1])[1]
    )
    lesson = Lesson(99)
    lesson.quiz()
    asked[0][2].value = "Always."
    lesson.quiz()
    asked[1][3].value = demo.QUIZ[3].answer
    Lesson(99).quiz()
    assert [button.value for button in asked[2]] == [None, None, "Always.", demo.QUIZ[3].answer, None]
