"""The explorers of lesson 09: a threshold bonus and the agent's answer; where the threshold sits as n grows."""

from __future__ import annotations

from annolib.figures import thresholds
from annolib.widgets.controls import float_slider, int_slider
from annolib.widgets.explorer import Explorer


def threshold_bonus_explorer():
    """Lesson 09: the agent's payoff curve and best answer, by threshold and bonus, at 1,000 checks.

    Examples
    --------
    >>> threshold_bonus_explorer().set(threshold=559, bonus=0.15).description.split(". ")[1]
    'The best answer is effort 0.51, which gives +0.004'
    """
    return Explorer(
        thresholds.agent_payoff,
        suggestion="Raise the threshold to 590: what happens to the best answer?",
        threshold=int_slider("Threshold: passes of 1,000 for the bonus", 570, 530, 600),
        bonus=float_slider("Bonus, in utility", 0.075, 0.02, 0.3, step=0.005),
    )


def threshold_place_explorer():
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
