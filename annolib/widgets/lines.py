"""The explorers of lessons 10 and 13: the line, its deposit, the wrong strength, the budget. Each takes no argument."""

from __future__ import annotations

from annolib.figures import lines
from annolib.widgets.controls import checkbox, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def wage_line_explorer() -> Explorer:
    """Lesson 10: base, slope, checks and floor; the agent answers.

    Examples
    --------
    >>> wage_line_explorer().set(taken_off=80).description.split(", ")[3].split(". ")[1]
    'The best answer is effort 0.00'
    """

    def wage_line(taken_off, slope, checks, floor):
        return lines.wage_line(-taken_off / lines.EUROS, slope / lines.EUROS, checks, floor)

    return Explorer(
        wage_line,
        suggestion="Cut the wage at 0: what does the agent do now?",
        taken_off=float_slider("Euros taken off first (minus the base)", 95.6, 80, 120, step=0.4),
        slope=float_slider("Slope: euros if all repeats agree", 190.8, 150, 260, step=0.4),
        checks=int_slider("Checks n", 60, 20, 2000, step=20),
        floor=checkbox("Cut the wage at 0"),
    )


def deposit_explorer() -> Explorer:
    """Lesson 10: checks and deposit; does the line for effort 0.51 still keep the agent from idling?

    Examples
    --------
    >>> deposit_explorer().set(deposit=14).description.split(". ")[2]
    'Cut at -14 euros, no effort gives -0.0001 and effort 0.51 gives 0.0005.'
    """
    return Explorer(
        lines.luck_of_the_floor,
        suggestion="Raise the deposit until working pays; then buy 300 checks: how much is enough now?",
        checks=int_slider("Checks n", 60, 20, 1000, step=20),
        deposit=float_slider("Deposit in euros", 0, 0, 30, step=0.5),
    )


def wrong_strength_explorer() -> Explorer:
    """Lesson 10: the line written for κ = 0.15 on items of another strength.

    Examples
    --------
    >>> wrong_strength_explorer().set(kappa=0.15).description.split(" with ")[0].split(", ")[-1]
    'the best answer is effort 0.51'
    """
    return Explorer(
        lines.wrong_strength,
        suggestion="Move κ from .15 to .14: does the agent still come?",
        kappa=float_slider("True strength κ of the items", 0.15, 0.02, 0.25, step=0.01),
        checks=int_slider("Checks n", 1000, 20, 2000, step=20),
    )


def budget_explorer() -> Explorer:
    """Lesson 10: from the price of a check to the number of checks.

    Examples
    --------
    >>> budget_explorer().set(price=0.4).description.split(": ")[1].split(",")[0]
    '11 checks'
    """
    return Explorer(
        lines.budget_curve,
        suggestion="Double the price of a check: by how much does the number of checks fall?",
        price=float_slider("Euros for one check", 0.1, 0.01, 2, step=0.01),
        kappa=float_slider("Strength κ of the items", 0.15, 0.05, 0.25, step=0.01),
    )
