"""The explorers of lesson 12: the map of all laws, and levels of effort against a continuum."""

from __future__ import annotations

from annolib.figures import gaps
from annolib.widgets.controls import dropdown, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def gap_map_explorer() -> Explorer:
    """Lesson 12: every law of the gap and every solution, with the losses at your number of checks in order.

    Examples
    --------
    >>> gap_map_explorer().set(checks=100_000).description.split(". ")[1][:50]
    'At 100,000 checks: best pay 0.000448 euros, line, '
    """
    return Explorer(
        gaps.gap_map,
        suggestion="Set the checks to 30, to 1,000 and to a billion: who is first, and who is last?",
        checks=dropdown("Your number of checks", {f"{n:,}": n for n in gaps.SIZES}, 30),
        levels=dropdown("Levels of effort of the dotted curve", {str(n): n for n in gaps.LEVELS}, 2),
    )


def level_steps_explorer() -> Explorer:
    """Lesson 12: when levels of effort show, by the number of levels and of checks.

    Examples
    --------
    >>> level_steps_explorer().set(levels=9).description.split(". ")[-1]
    'It is 1 at 659 checks.'
    """
    return Explorer(
        gaps.level_steps,
        suggestion="Bring the product to 1 with 9 levels, then with 65: how many checks does it take?",
        levels=int_slider("Levels of effort", 33, 5, 129, step=4),
        power=float_slider("Checks: ten to the power of", 3.5, 2.5, 6, step=0.25),
    )
