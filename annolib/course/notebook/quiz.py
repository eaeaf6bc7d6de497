"""The quiz at the end of a lesson: radio buttons with explained answers, and a form without a kernel.

One output carries both: a notebook with a kernel shows the widgets; a page without one shows the
questions with their answers folded. A second one counts the questions that are answered and keeps the
choices in the notebook.
"""

from __future__ import annotations

from html import escape

from annolib.course.display import KEPT_MIME, Message, folded, show_object, updatable
from annolib.views import hover, view


def quiz(questions, number=None, choices=None):
    """Display the questions.

    Parameters
    ----------
    questions : sequence of annolib.course.definitions.Question
    number : int, optional
        The lesson, under which the choices are kept.
    choices : dict of int to str, optional
        Earlier choices, by question counted from 0: they are shown as they were left.

    Returns
    -------
    list of ipywidgets.RadioButtons, one a question.
    """
    from ipywidgets import VBox

    pairs = [_question_widget(place, question) for place, question in enumerate(questions, 1)]
    buttons = [button for _, button in pairs]
    shown = view(VBox([box for box, _ in pairs]))
    show_object(Message(static_text(questions), static_html(questions), **shown))
    for place, choice in (choices or {}).items():
        if place < len(questions) and choice in questions[place].options:
            buttons[place].value = choice
    update = updatable(_count(questions, number, buttons))
    for button in buttons:
        button.observe(lambda change: update(_count(questions, number, buttons)), names="value")
    return buttons


def right_choices(questions, choices):
    """How many of the choices, by question counted from 0, are right.

    >>> from annolib.course.definitions import Question
    >>> right_choices([Question("Is 2 even?", ("yes", "no"), "yes", "It is 2 times 1.")], {0: "yes", 7: "no"})
    1
    """
    return sum(choices.get(place) == question.answer for place, question in enumerate(questions))


def feedback(question, choice):
    """What the learner reads after choosing `choice`: the reason comes with the right one.

    >>> from annolib.course.definitions import Question
    >>> even = Question("Is 2 even?", ("yes", "no"), "yes", "It is 2 times 1.")
    >>> feedback(even, "no"), feedback(even, "yes")
    ('✗ Not “no”. Think again.', '✓ Right. It is 2 times 1.')
    """
    if choice == question.answer:
        return f"✓ Right. {question.why}"
    return f"✗ Not “{choice.rstrip('.')}”. Think again."


def chosen(buttons):
    """The choices, by question counted from 0."""
    return {place: button.value for place, button in enumerate(buttons) if button.value is not None}


def _count(questions, number, buttons):
    choices = {str(place): choice for place, choice in chosen(buttons).items()}
    text = f"{len(choices)} of {len(questions)} questions answered"
    return Message(text, f"<p>{text}</p>", **{KEPT_MIME: {"lesson": number, "choices": choices}})


def static_html(questions):
    """The quiz as HTML, each answer folded."""
    return "".join(_static_question(number, question) for number, question in enumerate(questions, 1))


def static_text(questions):
    """The quiz as text, without the answers."""
    blocks = [
        f"{number}. {question.text}\n" + "\n".join(f"   ( ) {option}" for option in question.options)
        for number, question in enumerate(questions, 1)
    ]
    return "\n".join(blocks)


def _question_widget(number, question):
    from ipywidgets import HTML, Layout, RadioButtons, VBox

    wide = Layout(width="auto", max_width="100%")
    title = HTML(f"<p><strong>{number}. {escape(question.text)}</strong></p>")
    buttons = RadioButtons(
        options=question.options, value=None, layout=wide, **hover(RadioButtons, question.text)
    )
    answer = HTML("")

    def respond(change):
        if change["new"] is not None:
            answer.value = f'<p role="status">{escape(feedback(question, change["new"]))}</p>'

    buttons.observe(respond, names="value")
    return VBox([title, buttons, answer]), buttons


def _static_question(number, question):
    options = "".join(f"<li>{escape(option)}</li>" for option in question.options)
    answer = folded("Answer", f"<p>{escape(question.answer.rstrip('.'))}. {escape(question.why)}</p>")
    return f"<p><strong>{number}. {escape(question.text)}</strong></p><ul>{options}</ul>{answer}"
