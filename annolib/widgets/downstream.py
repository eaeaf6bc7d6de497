"""The explorer of lesson 03: what a label is worth to a reward model."""

from __future__ import annotations

from annolib.figures import downstream
from annolib.widgets.controls import float_slider
from annolib.widgets.explorer import Explorer


def worth_of_labels_explorer() -> Explorer:
    """Lesson 03: the worth of a label against its effort, for torn and for decided items.

    Examples
    --------
    >>> worth_of_labels_explorer().set(effort=0.5, logit_sd=0.5).description.split(", ")[-1]
    'so it takes 4.18 of them to replace one.'
    """
    return Explorer(
        downstream.worth_of_labels,
        suggestion="Move the effort from 1 to 0.5: how much of a label is left?",
        effort=float_slider("Effort η behind the label", 0.6, 0, 1, step=0.05),
        logit_sd=float_slider(
            "Standard deviation of the logits: how decided people are", 1, 0.1, 4, step=0.1
        ),
    )
