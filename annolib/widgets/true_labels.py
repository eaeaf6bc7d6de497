"""The explorer of lesson 02: two careful groups before one true label."""

from __future__ import annotations

from annolib.figures import true_labels
from annolib.widgets.controls import float_slider
from annolib.widgets.explorer import Explorer


def minority_explorer() -> Explorer:
    """Lesson 02: what one true label says of a careful minority.

    Examples
    --------
    >>> minority_explorer().set(shared=0.5).description.split(". ")[1]
    'Marked: at 50% the larger group gets 0.85, the smaller group 0.50, a coin 0.50'
    """
    return Explorer(
        true_labels.minority_accuracy,
        suggestion="Move the share s below ½: where does the careful minority stand?",
        shared=float_slider("Share s of items on which both groups lean the same way", 0.3, 0, 1, step=0.05),
        certainty=float_slider(
            "Certainty γ: distance of a preference from one half", 0.35, 0, 0.5, step=0.05
        ),
    )
