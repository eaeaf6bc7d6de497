"""The explorers of lesson 06. Each takes no argument and shows one figure that its controls move."""

from __future__ import annotations

from annolib.figures import plans
from annolib.widgets.controls import dropdown, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def power_saw_explorer() -> Explorer:
    """How many checks tell careless from careful, with the saw of the exact power.

    Examples
    --------
    >>> power_saw_explorer().set(kappa=0.2, beta=0.1).description.split(". ")[1]
    'It first reaches 90.0% with 43 checks, and keeps it from 46 checks on'
    """
    return Explorer(
        plans.power_saw,
        suggestion="Halve κ: how many times as many checks does it take?",
        null=float_slider("Effort of the careless annotator", 0.3, 0, 0.5, step=0.05),
        alternative=float_slider("Effort of the careful annotator", 0.8, 0.6, 1, step=0.05),
        kappa=float_slider("Strength κ of the items", 0.2, 0.1, 0.25, step=0.01),
        beta=dropdown("Power", {"80%": 0.2, "90%": 0.1, "95%": 0.05, "99%": 0.01}, 0.1),
    )


def sequential_path_explorer() -> Explorer:
    """The sequential test of one annotator, live: whom, with which effort, on which items.

    Examples
    --------
    >>> sequential_path_explorer().set(effort=0.8, person=6).description.split(". ")[1]
    'Verdict after 32 checks: careful'
    """
    return Explorer(
        plans.sequential_path,
        suggestion="Set the effort to 0.55, between the two: how long does the test take?",
        effort=float_slider("True effort of the annotator", 0.8, 0, 1, step=0.05),
        person=int_slider("Annotator number", 6, 1, 40),
        kappa=float_slider("Strength κ of the items", 0.2, 0.1, 0.25, step=0.01),
    )
