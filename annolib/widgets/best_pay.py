"""The explorers of lesson 11: pay by the slope alone, and a score cut into cells. Each takes no argument."""

from __future__ import annotations

from annolib.figures import best_pay
from annolib.widgets.controls import float_slider, int_slider
from annolib.widgets.explorer import Explorer


def slope_alone_explorer() -> Explorer:
    """Lesson 11: checks and deposit; the pay with the right slope, and whether the agent takes it.

    Examples
    --------
    >>> slope_alone_explorer().set(deposit=20).description.split(". ")[1]
    'No effort gains anything over the effort asked for, 0.51'
    """
    return Explorer(
        best_pay.slope_alone,
        suggestion="Raise the deposit until no effort gains: how many euros are that?",
        checks=int_slider("Checks n", 60, 30, 1000, step=10),
        deposit=float_slider("Deposit in euros", 0, 0, 30, step=0.5),
    )


def score_cells_explorer() -> Explorer:
    """Lesson 11: two thresholds on the score, and what their steps keep of it.

    Examples
    --------
    >>> score_cells_explorer().set(first=-0.6, second=0.6).description.split(" keep ")[1][:4]
    '81 %'
    """
    return Explorer(
        best_pay.score_cells,
        suggestion="Move both thresholds until the steps keep as much as they can.",
        first=float_slider("First threshold, in standard deviations", -1.5, -3, 3, step=0.05),
        second=float_slider("Second threshold, in standard deviations", 1.5, -3, 3, step=0.05),
    )
