"""The explorers of lesson 13. Each takes no argument and shows one figure that its controls move."""

from __future__ import annotations

from annolib.figures import desk
from annolib.widgets.controls import float_slider, int_slider
from annolib.widgets.explorer import Explorer


def design_desk_explorer() -> Explorer:
    """Checks, threshold, bonus and deposit of a contract: what it buys at every strength, and whom it tempts.

    Examples
    --------
    >>> design_desk_explorer().set(checks=60, share=0.53, bonus=33, deposit=10).description.split(". ")[2]
    'All take part there'
    """
    return Explorer(
        desk.design_desk,
        suggestion="Move the deposit to 10, then the bonus until the verdict turns green; then try 90 repeats, and a share of 0.58.",
        checks=int_slider("Repeats in a batch, 5 cents each", 40, 10, 200, step=10),
        share=float_slider("Share that must agree", 0.55, 0.5, 0.7, step=0.01),
        bonus=float_slider("Bonus, euros", 20, 0, 80, step=0.5),
        deposit=float_slider("Deposit, euros", 0, 0, 10, step=0.5),
    )


def caution_explorer() -> Explorer:
    """How far below the pilot's estimate to design, and what the step costs.

    Examples
    --------
    >>> caution_explorer().set(checks=4_000).description.split(". ")[-1]
    'It is least at ζ = 2.79.'
    """
    return Explorer(
        desk.caution_loss,
        suggestion="Take the caution to 0, then find the lowest point; do it again with 50 checks.",
        checks=int_slider("Checks in the pilot", 1000, 50, 10_000, step=50),
        caution=float_slider("Caution ζ, standard errors below the estimate", 2.5, 0, 4, step=0.05),
    )
