"""The quiz at the end of a lesson: radio buttons with explained answers, and a form without a kernel.

One output carries both: a notebook with a kernel shows the widgets; a page without one shows the
questions with their answers folded.
"""

from __future__ import annotations

from html import escape

from annolib.course.display import Message, folded, show_object


def quiz(questions):
    """Display the questions.

    Parameters
    ----------
    questions : sequence of annolib.course.definitions.Question

    Returns
    -------
    list of ipywidgets.RadioButtons, one a question.
    """
    pairs = [_question_widget(number, question) for number, question in enumerate(questions, 1)]
    from ipywidgets import VBox

    whole = VBox([box for box, _ in pairs])
    bundle = {
        **whole._repr_mimebundle_(),
        "text/html": static_html(questions),
        "text/plain": static_text(questions),
    }
    text, html = bundle.pop("text/plain"), bundle.pop("text/html")
    show_object(Message(text, html, **bundle))
    return [buttons for _, buttons in pairs]


def feedback(question, choice):
    """What the learner reads after choosing `choice`.

    >>> from annolib.course.definitions import Question
    >>> feedback(Question("Is 2 even?", ("yes", "no"), "yes", "It is 2 times 1."), "no")
    '✗ Not “no”. Think again, or read why: It is 2 times 1.'
    """
    if choice == question.answer:
        return f"✓ Right. {question.why}"
    return f"✗ Not “{choice.rstrip('.')}”. Think again, or read why: {question.why}"


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
    buttons = RadioButtons(options=question.options, value=None, layout=wide, tooltip=question.text)
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
