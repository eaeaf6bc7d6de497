"""How the lesson machine speaks in a notebook: each message as text, as HTML, and some for programs.

The text is the same in every run and carries no colour; in the HTML a sign and a word say what the
colour says. Learner's words are escaped.
"""

from __future__ import annotations

from html import escape

CHECK_MIME = "application/vnd.trustlabel.check+json"
KEPT_MIME = "application/vnd.trustlabel.kept+json"  # ticks and choices

_SIGNS = {
    # state: sign, headline, colour (Okabe and Ito)
    "not attempted": ("○", "Not attempted yet", "#8A8A8A"),
    "not right yet": ("✗", "Not right yet", "#D55E00"),
    "right": ("✓", "Right", "#009E73"),
    "attempted": ("✓", "Attempted, now mark it yourself", "#009E73"),
}


class Message:
    """Something to display: a text and an HTML form, and further forms by MIME type."""

    def __init__(self, text, html, **bundle):
        self.text, self.html, self.bundle = text, html, bundle

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, "text/html": self.html, **self.bundle}


def say(text, html, **bundle):
    """Display a message, in a notebook or, as text, anywhere else."""
    show_object(Message(text, html, **bundle))


def show_object(thing):
    """IPython's display where a shell runs, else print."""
    from IPython.core.getipython import get_ipython

    if get_ipython() is None:
        print(repr(thing))
    else:
        from IPython.display import display

        display(thing)


def updatable(thing):
    """Display a thing that can be exchanged later, in place; return the function that does it.

    Where no shell runs, it is printed once and the function does nothing.
    """
    from IPython.core.getipython import get_ipython

    if get_ipython() is None:
        print(repr(thing))
        return lambda thing: None
    from IPython.display import display

    return display(thing, display_id=True).update


def box(sign, headline, lines, colour="#0072B2"):
    """A message with a bar at its left; `lines` are HTML already."""
    body = "".join(f"<div>{line}</div>" for line in lines)
    return (
        f'<div role="status" style="border-left:5px solid {colour};padding:0.3em 0.8em;margin:0.2em 0">'
        f'<strong><span aria-hidden="true">{sign}</span> {headline}</strong>{body}</div>'
    )


def folded(summary, body):
    """A `<details>` block: closed until opened; works with the keyboard and without a kernel."""
    return f"<details><summary>{summary}</summary>{body}</details>"


def code_block(source):
    """Source code as HTML."""
    return f"<pre><code>{escape(source)}</code></pre>"


def outcome_bundle(outcome):
    """The MIME bundle of a check's outcome: for programs, as text, as HTML.

    >>> from annolib.course.checking.checks import Outcome
    >>> print(outcome_bundle(Outcome("square", "right", lesson=4))["text/plain"])
    ✓ Right: square. Your answer is used from here on.
    """
    sign, headline, colour = _SIGNS[outcome.state]
    lines = [*outcome.details, *outcome.remarks, _next_step(outcome)]
    lines = [line for line in lines if line]
    title = f"{headline}: {outcome.exercise}"
    return {
        CHECK_MIME: {"exercise": outcome.exercise, "outcome": outcome.state, "lesson": outcome.lesson},
        "text/plain": " ".join([f"{sign} {title}.", *lines]),
        "text/html": box(
            sign, f"{headline}: <code>{escape(outcome.exercise)}</code>", map(escape, lines), colour
        ),
    }


def _next_step(outcome):
    if outcome.self_marked:
        return "Replace the ... by your answer in words." if outcome.state == "not attempted" else ""
    return {
        "right": "Your answer is used from here on.",
        "not right yet": "Until it is right, the cells below use the course's own answer.",
        "not attempted": (
            "Replace the ... and run the cell again; until then the cells below use the course's own answer."
        ),
    }[outcome.state]
