"""The quiz, with a kernel and without one."""

from annolib.course.notebook.quiz import feedback, quiz, static_html, static_text


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
