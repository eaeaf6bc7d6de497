"""A self-marked exercise: the criteria as boxes to tick, kept in the notebook, and a model answer, folded."""

from __future__ import annotations

from html import escape

from annolib.course.display import KEPT_MIME, Message, folded, say, updatable
from annolib.views import view


def show_rubric(rubric, number, already=()):
    """Show the boxes of an attempted exercise, those of `already` (counted from 0) ticked.

    Returns
    -------
    list of ipywidgets.Checkbox, one a criterion.
    """
    from ipywidgets import Checkbox, Layout, VBox

    wide = Layout(width="auto", max_width="100%")
    boxes = [
        Checkbox(
            value=place in already,
            description=criterion,
            indent=False,
            layout=wide,
            style={"description_width": "auto"},
        )
        for place, criterion in enumerate(rubric.criteria)
    ]
    lines = [f"{'☑' if place in already else '☐'} {text}" for place, text in enumerate(rubric.criteria)]
    html = "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
    say("\n".join(lines), html, **view(VBox(boxes)))
    say("Compare with a model answer.", folded("A model answer", f"<p>{escape(rubric.model_answer)}</p>"))
    update = updatable(_count(rubric, number, boxes))
    for box in boxes:
        box.observe(lambda change: update(_count(rubric, number, boxes)), names="value")
    return boxes


def ticked(boxes):
    """The places of the boxes that are ticked, counted from 0."""
    return [place for place, box in enumerate(boxes) if box.value]


def _count(rubric, number, boxes):
    places = ticked(boxes)
    text = f"{len(places)} of {len(boxes)} ticked"
    return Message(
        text, f"<p>{text}</p>", **{KEPT_MIME: {"lesson": number, "rubric": rubric.name, "ticked": places}}
    )
