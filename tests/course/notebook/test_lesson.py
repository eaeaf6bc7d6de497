"""What a lesson's notebook calls: hand-back, claims, predictions, quiz, rubric, solution."""

import json

import nbformat
import numpy as np
import pytest

import annolib.course.notebook.lesson as lesson_module
import annolib.course.notebook_files as shelf
from annolib.course import Lesson
from annolib.course.definitions import Case, Exercise, LessonDefinition, Question, load_definition
from annolib.course.display import CHECK_MIME
from annolib.course.notebook.claims import ClaimError, claim
from annolib.course.notebook.predict import predict
from annolib.course.notebook.quiz import feedback, quiz, static_html, static_text


@pytest.fixture
def lesson(demo):
    return Lesson(99)


@pytest.fixture
def said(monkeypatch):
    """The MIME bundles that were displayed."""
    bundles = []
    monkeypatch.setattr(
        "annolib.course.display.show_object", lambda thing: bundles.append(thing._repr_mimebundle_())
    )
    monkeypatch.setattr(
        "annolib.course.notebook.quiz.show_object", lambda thing: bundles.append(thing._repr_mimebundle_())
    )
    return bundles


def right(chance):
    return chance**2 + (1 - chance) ** 2


def test_check_hands_back_the_answer_if_right_and_the_reference_otherwise(lesson, demo):
    reference = demo.AGREEMENT.reference
    assert lesson.check("agreement", right) is right
    assert lesson.check("agreement", ...) is reference
    assert lesson.check("agreement", lambda chance: 0.5) is reference
    assert lesson.check("fewest", 8) == 8
    assert lesson.check("fewest", ...) == 8


def test_the_shown_outcome_has_three_forms(lesson, said):
    lesson.check("agreement", right)
    lesson.check("agreement", lambda chance: chance + "<b>")
    bundle = said[0]
    assert bundle[CHECK_MIME] == {"exercise": "agreement", "outcome": "right", "lesson": 99}
    assert bundle["text/plain"] == "✓ Right: agreement. Your answer is used from here on."
    assert said[1][CHECK_MIME]["outcome"] == "not right yet"
    assert "the course's own answer" in said[1]["text/plain"]
    assert 'role="status"' in said[1]["text/html"] and "Not right yet" in said[1]["text/html"]
    json.dumps(said)


def test_what_a_learner_writes_is_escaped(lesson, said):
    lesson.check("agreement", lambda chance: "<script>alert(1)</script>")
    assert "<script>" in said[0]["text/plain"] and "<script>" not in said[0]["text/html"]


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


def test_progress_counts_what_is_done(lesson, capsys):
    lesson.check("agreement", right)
    lesson.rubric("verdict", answer="A coin would agree as often.")
    lesson.progress()
    shown = capsys.readouterr().out
    assert "2 of 4 exercises done" in shown
    assert "fewest: not attempted" in shown


def test_a_rubric_shows_criteria_and_a_folded_answer_only_after_an_attempt(lesson, said):
    lesson.rubric("verdict", answer=...)
    lesson.rubric("verdict", answer="My answer.")
    assert said[0][CHECK_MIME]["outcome"] == "not attempted"
    assert "habit agrees always" not in said[0]["text/html"]
    assert said[1][CHECK_MIME]["outcome"] == "attempted"
    assert "<details><summary>A model answer" in said[1]["text/html"]
    assert "☐ It names the chance of agreement of a coin." in said[1]["text/plain"]


@pytest.mark.parametrize("answer", ["", "  ", "...", None, 3])
def test_no_words_are_no_attempt(lesson, said, answer):
    lesson.rubric("verdict", answer)
    assert said[0][CHECK_MIME]["outcome"] == "not attempted"


def test_claims(capsys):
    claim("Two is even.", np.bool_(True))
    assert capsys.readouterr().out == "✓ Two is even.\n"
    claim("Two is even.", True, "Three is odd.", True)
    assert capsys.readouterr().out.split("\n")[-2] == "✓ Three is odd."
    with pytest.raises(ClaimError, match="Four is odd"):
        claim("Two is even.", True, "Four is odd.", False)
    with pytest.raises(TypeError, match="'Five is odd.' has no condition"):
        claim("Two is even.", True, "Five is odd.")
    with pytest.raises(ClaimError, match="Three is even"):
        claim("Three is even.", False)
    with pytest.raises(TypeError, match="array use .all"):
        claim("All are even.", np.array([True, False]))
    with pytest.raises(TypeError):
        claim("A number is no condition.", 1)


def test_a_prediction_is_recorded_and_revealed(capsys):
    guess = predict("How many?", 40, unit="%", low=0, high=100)
    guess.reveal(np.float64(45))
    shown = capsys.readouterr().out
    assert "Recorded" in shown
    assert "Close. Your guess: 40%. Result: 45%. Difference: -5 percentage points." in shown


@pytest.mark.parametrize("guess", [..., "forty", float("nan"), None, True, 140, -1, [40], np.arange(2)])
def test_what_is_no_guess_is_said_and_the_run_goes_on(capsys, guess):
    made = predict("How many?", guess, unit="%", low=0, high=100)
    made.reveal(45)
    shown = capsys.readouterr().out
    assert made.guess is None
    assert "a number from 0 to 100" in shown and "You made no guess" in shown and "45%" in shown


def test_a_guess_in_words(capsys):
    guess = predict("It …", "rises", choices=("rises", "falls"))
    assert (guess.verdict("rises"), guess.verdict("falls")[:3]) == ("Right", "Far")
    guess.reveal("falls")
    predict("It …", "stays", choices=("rises", "falls"))
    shown = capsys.readouterr().out
    assert "Your guess: rises. Result: falls." in shown
    assert "is not one of: rises, falls." in shown


def test_the_quiz_answers_each_choice(demo, said):
    buttons = quiz(demo.QUIZ)
    assert len(buttons) == 5
    from ipywidgets.widgets.widget import _instances

    answers = [each for each in _instances.values() if type(each).__name__ == "HTML"]
    before = {id(each): each.value for each in answers}
    buttons[0].value = "Always."
    changed = [each.value for each in answers if each.value != before[id(each)]]
    assert len(changed) == 1 and "✗ Not “" in changed[0] and 'role="status"' in changed[0]
    buttons[0].value = "Half the time."
    assert any("✓ Right" in each.value for each in answers)


def test_the_quiz_has_a_form_without_a_kernel(demo, said):
    quiz(demo.QUIZ)
    assert set(said[0]) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert said[0]["text/html"] == static_html(demo.QUIZ) and said[0]["text/html"].count("<details>") == 5
    assert "Half the time" in static_text(demo.QUIZ) and "Two flips are equal" not in static_text(demo.QUIZ)
    assert "✓" in feedback(demo.QUIZ[0], "Half the time.") and "✗" in feedback(demo.QUIZ[0], "Always.")


def test_the_solution_is_shown_folded(lesson, said, demo_source, tmp_path, monkeypatch):
    (tmp_path / "solutions").mkdir()
    nbformat.write(demo_source(), tmp_path / "solutions" / "99_count_coins.ipynb")
    monkeypatch.setattr(shelf, "ROOT", tmp_path)
    lesson.solution("agreement")
    lesson.solution("verdict")
    assert said[0]["text/html"].startswith("<details>")
    assert "return chance * chance + other * other" in said[0]["text/html"]
    assert "lesson.check" not in said[0]["text/plain"]
    assert "very little" in said[1]["text/plain"]


def test_without_a_checkout_the_solution_says_so(lesson, said, tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "ROOT", tmp_path)
    lesson.solution("agreement")
    assert "not at hand" in said[0]["text/plain"]
    assert lesson_module.solution_of(99, "agreement", tmp_path) is None


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda: Exercise("two words", len, len, ((1,),)), "name must be a Python name"),
        (lambda: Exercise("f", len, len, ((1,),), kind="class"), "kind must be"),
        (lambda: Exercise("f", 3, len, ((1,),)), "must be a function"),
        (lambda: Exercise("f", len), "needs an oracle or properties"),
        (lambda: Exercise("f", len, len), "at least one argument tuple"),
        (lambda: Exercise("f", len, len, (1,)), "tuples of arguments or Case"),
        (lambda: Question("?", ("a",), "a", "why"), "two or more different"),
        (lambda: Question("?", ("a", "b"), "c", "why"), "one of its options"),
        (lambda: LessonDefinition(1, "T", 1, 1, (Exercise("f", len, len, ((1,),)),) * 2), "share a name"),
    ],
)
def test_a_faulty_definition_is_refused(make, part):
    with pytest.raises((ValueError, TypeError), match=part):
        make()


def test_cases_and_definitions_are_values():
    assert Case("x", 1, 2) == Case("x", 1, 2)
    assert Case("x", 1, 2).arguments == (1, 2)
    with pytest.raises(ValueError, match="no module lesson_97"):
        load_definition(97)
