"""The explorers of lesson 08: what risk costs, what an annotator makes of a bonus, and what a wrong guess costs."""

from __future__ import annotations

from math import ceil

from annolib.figures import agency
from annolib.widgets.controls import dropdown, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def certainty_equivalent_explorer() -> Explorer:
    """Lesson 08: what a lottery is worth, by chance and risk aversion.

    Examples
    --------
    >>> certainty_equivalent_explorer().set(aversion=2).description.split("; ")[-1]
    'it is worth as much as 28 sure euros.'
    """
    return Explorer(
        agency.certainty_equivalent,
        suggestion="Move the chance to 0, then to 1: where does risk cost nothing?",
        stake=float_slider("Wage of the winner (100 euros)", 1.0, 0.1, 2, step=0.1),
        chance=float_slider("Chance to win", 0.5, 0, 1, step=0.05),
        aversion=float_slider("Risk aversion a", 1.0, 0.1, 4, step=0.1),
    )


def agent_choice_explorer() -> Explorer:
    """Lesson 08: set pay and monitor, watch the effort and both payoffs.

    Examples
    --------
    >>> agent_choice_explorer().set(kappa=0).description.split(". ")[1]
    'The annotator chooses effort 0.00 and has utility 0.0754'
    """

    def agent_choice(low, bonus, share, checks, kappa):
        threshold = max(1, ceil(share * checks - 1e-9))
        return agency.agent_choice(
            low=low / 100, bonus=bonus / 100, threshold=threshold, checks=checks, kappa=kappa
        )

    return Explorer(
        agent_choice,
        suggestion="Set κ to 0, then the bonus to 0: what is left of the effort?",
        low=int_slider("Wage without the bonus (euros)", 0, 0, 30),
        bonus=int_slider("Bonus (euros)", 54, 0, 150),
        share=float_slider("Share of the checks that must pass", 0.6, 0.4, 0.9, step=0.02),
        checks=int_slider("Checks n per batch", 30, 5, 200, step=5),
        kappa=float_slider("Strength κ of the items; 0: no monitoring", 0.15, 0, 0.25, step=0.01),
    )


def wrong_guess_explorer() -> Explorer:
    """Lesson 08: the best bonus when the annotator is not as guessed, with a margin for safety.

    Examples
    --------
    >>> wrong_guess_explorer().set(margin=0.2).description.split(". ")[1]
    'With the guess right it earns 5 euros a batch at effort 0.70'
    """
    return Explorer(
        agency.wrong_guess,
        suggestion="Raise the margin step by step: how wrong may the guess be then?",
        margin=float_slider("Margin on top of the best bonus", 0.0, 0, 0.4, step=0.02),
        guess=dropdown("What was guessed wrongly", agency.GUESSES),
    )
