"""Explorers of threshold pay: the agent's answer, what a wrong strength costs, where the threshold sits as n grows."""

from __future__ import annotations

from annolib.figures import thresholds
from annolib.widgets.controls import float_slider, int_slider
from annolib.widgets.explorer import Explorer


def threshold_bonus_explorer() -> Explorer:
    """Lesson 09: the agent's payoff curve and best answer, by threshold and bonus, at 100 checks.

    Examples
    --------
    >>> threshold_bonus_explorer().set(threshold=55, bonus=0.26).description.split(". ")[1]
    'The best answer is effort 0.51, which gives +0.065'
    """

    def agent_payoff(threshold, bonus):
        return thresholds.agent_payoff(threshold, bonus, n=100)

    return Explorer(
        agent_payoff,
        suggestion="Lower the threshold pass by pass: where does the best answer jump?",
        threshold=int_slider("Threshold: passes of 100 for the bonus", 57, 48, 66),
        bonus=float_slider("Bonus, in utility", 0.215, 0.1, 0.5, step=0.005),
    )


def strength_cliff_explorer() -> Explorer:
    """Lesson 09: what a contract on 100 checks earns where the strength is not as planned.

    Examples
    --------
    >>> strength_cliff_explorer().set(threshold=54, low=-6, high=21).description.split(". ")[1]
    'Planned for 0.150 it earns 29 euros a batch there, and the annotator works down to 0.134'
    """

    def strength_cliff(threshold, low, high):
        return thresholds.strength_cliff(threshold, low / 100, high / 100, n=100)

    return Explorer(
        strength_cliff,
        suggestion="Make it stand down to .135: with the price alone, then with the threshold, then with both.",
        threshold=int_slider("Threshold: passes of 100", 55, 48, 62),
        low=int_slider("Pay below it (euros; negative: deposit kept)", -5, -10, 5),
        high=int_slider("Pay from it on (euros)", 22, 10, 40),
    )


def threshold_place_explorer() -> Explorer:
    """Lesson 09: where the threshold sits and how often somebody who works misses it, by the number of checks.

    Examples
    --------
    >>> threshold_place_explorer().set(power=9).description.split(",000 checks")[0][-9:]
    '1,000,000'
    """

    def threshold_place(power):
        return thresholds.threshold_place(n=round(10**power))

    return Explorer(
        threshold_place,
        suggestion="Go from 3 to 9: how far from the mean does the threshold sit?",
        power=float_slider("Checks: ten to the power of", 3, 2.5, 9, step=0.25),
    )
