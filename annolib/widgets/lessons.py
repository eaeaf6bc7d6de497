"""The explorers of the lessons. Each takes no argument and shows one figure that its sliders move."""

from __future__ import annotations

from annolib.figures import monitoring, tastes
from annolib.widgets.controls import dropdown, float_slider, int_slider
from annolib.widgets.explorer import Explorer


def pass_curve_explorer() -> Explorer:
    """Lessons 00 and 04: how often a repeat agrees, against effort.

    Examples
    --------
    >>> pass_curve_explorer().set(effort=0, kappa=0.25).description.split(". ")[2]
    'Marked: effort 0.00 gives 50.0%.'
    """
    return Explorer(
        monitoring.pass_curve,
        suggestion="Move κ to 0.25, then to 0.05: where does the curve begin, and how high does it get?",
        effort=float_slider("Effort η: chance that a showing is judged", 0.6, 0, 1, step=0.05),
        kappa=float_slider("Strength κ: how decided people are on the items", 0.15, 0, 0.25, step=0.01),
    )


def effort_interval_explorer() -> Explorer:
    """Lesson 04: from the share of agreeing repeats to effort, with its interval.

    Examples
    --------
    >>> effort_interval_explorer().set(rate=0.75, checks=60).description.split(", ")[0]
    '45 of 60 repeats agree'
    """

    def effort_interval(rate, checks, kappa):
        return monitoring.effort_interval(passes=round(rate * checks), checks=checks, kappa=kappa)

    return Explorer(
        effort_interval,
        suggestion="Leave the share at 0.75 and double the repeats: how much narrower is the interval?",
        rate=float_slider("Share of repeats that agree", 0.75, 0.4, 1, step=0.05),
        checks=int_slider("Repeats", 60, 20, 400, step=20),
        kappa=float_slider("Strength κ of the items", 0.2, 0.02, 0.25, step=0.01),
    )


def habits_explorer() -> Explorer:
    """Lesson 04: what a habit looks like to the monitor, by the share of swapped repeats.

    Examples
    --------
    >>> habits_explorer().set(swapped=1).description.split("; ")[1]
    'always left: 0%'
    """
    return Explorer(
        monitoring.habits_and_swaps,
        suggestion="Move the share of swapped repeats from 0 to ½: which people look alike no more?",
        swapped=float_slider("Share of repeats with swapped sides", 0, 0, 1, step=0.05),
        effort=float_slider("Effort η of the attentive annotator", 0.8, 0, 1, step=0.05),
    )


def bradley_terry_explorer() -> Explorer:
    """Lesson 01: from a difference of rewards to a chance.

    Examples
    --------
    >>> bradley_terry_explorer().set(difference=0).description.split(". ")[1]
    'Marked: a difference of +0.0 gives 50.0%; the same difference the other way round gives 50.0%.'
    """
    return Explorer(
        tastes.bradley_terry_curve,
        suggestion="Find the difference at which nine in ten prefer the left answer.",
        difference=float_slider(
            "Reward of the left answer minus reward of the right one", 1, -5, 5, step=0.1
        ),
    )


def taste_explorer() -> Explorer:
    """Lesson 01: what the majority and what repeats say about two groups of careful annotators.

    Examples
    --------
    >>> taste_explorer().set(shared=1).description.split(". ")[0]
    'Agreement with the majority of 1,001 others: larger group 90%, smaller group 90%, coin flipper 50%'
    """
    return Explorer(
        tastes.taste_and_majority,
        suggestion="Set the number of other people to 1, then to 101: who gains by the crowd?",
        shared=float_slider("Share of items on which both groups lean the same way", 0.3, 0, 1, step=0.05),
        others=dropdown(
            "Other people who vote on an item", {"1": 1, "5": 5, "25": 25, "101": 101, "1,001": 1001}, 1001
        ),
        minority=float_slider("Share of the smaller group in the crowd", 0.4, 0.05, 0.45, step=0.05),
    )
