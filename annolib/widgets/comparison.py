"""The explorers of lesson 05: self checks beside expert checks."""

from __future__ import annotations

from annolib.figures import comparison
from annolib.widgets.controls import float_slider
from annolib.widgets.explorer import Explorer


def information_explorer() -> Explorer:
    """Lesson 05: information of both checks, and what one self check is worth.

    Examples
    --------
    >>> information_explorer().set(rho=0).description.split(". ")[1]
    'An expert check tells nothing: rho is 0'
    """
    return Explorer(
        comparison.information_curves,
        suggestion="Lower ρ to 0.14: from which effort does a repeat tell more?",
        kappa=float_slider("Strength κ: how decided the annotator is on the items", 0.25, 0, 0.25, step=0.01),
        rho=float_slider("Shared strength ρ with the expert", 0.25, -0.25, 0.25, step=0.01),
    )


def monitor_map_explorer() -> Explorer:
    """Lesson 05: the map of the better buy, by strength of the items and price of an expert.

    Examples
    --------
    >>> monitor_map_explorer().set(price=1).description.split(". ")[-1]
    'Marked: effort 0.30 and rho 0.14, where the expert check is the better buy.'
    """
    return Explorer(
        comparison.monitor_map,
        suggestion="Lower the price of an expert check to 1, then raise it to 10: on which side is the mark?",
        kappa=float_slider("Strength κ of the items", 0.1, 0.02, 0.25, step=0.01),
        price=float_slider("Price of an expert check, in self checks", 5, 0.5, 10, step=0.5),
        effort=float_slider("Effort η of the mark", 0.3, 0, 1, step=0.05),
        rho=float_slider("Shared strength ρ of the mark", 0.14, 0, 0.25, step=0.01),
    )


def expert_verdict_explorer() -> Explorer:
    """Lesson 05: what an expert of another taste reads off.

    Examples
    --------
    >>> expert_verdict_explorer().set(effort=0.5).description.split(". ")[-1]
    'Self checks with the right kappa read 0.50 everywhere.'
    """
    return Explorer(
        comparison.expert_verdict,
        suggestion="Leave the effort at 1 and move ρ: what does the reader believe about the annotator?",
        assumed=float_slider("Shared strength ρ that the reader believes in", 0.14, 0.02, 0.25, step=0.01),
        effort=float_slider("True effort η of the annotator", 1, 0, 1, step=0.05),
    )
