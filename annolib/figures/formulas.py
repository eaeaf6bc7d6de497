"""Figures that hold a formula of `annolib.rates` against the exact solution: few checks, levels of effort, the deposit of a line.

All are about the course's reference problem: CARA(1), cost η²/2, value 0.6·η(2 − η), outside option 0, checked by repeats of
strength κ = 0.15; the floor is 0 but for deposits.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.gaps import rates
from annolib.contracts.solve import discrete_actions, second_best
from annolib.figures.style import BLUE, GREY, INK, ORANGE, RED, Figure, canvas, describe
from annolib.monitors.two_labels import SelfConsistency
from annolib.validation import whole, within

EUROS = 100  # one unit of money in the story
_REPEATS = SelfConsistency(0.15)
_DEPOSITS = (0.0, 0.5, 0.8, 1.0, 1.25, 1.6, 2.0)  # of the rule's


def crossing_and_gap(most=1000) -> Figure:
    """What a threshold loses against seen effort, exactly and by two formulas.

    Parameters
    ----------
    most : int
        Largest number of checks, in [100, 100,000].

    Examples
    --------
    >>> crossing_and_gap().description.split(". ")[1]
    'At 20 checks it is 23.36 euros, 23.65 by the formula for few checks'
    """
    most = int(whole("most", most, 100))
    within("most", most, 100, 100_000, "It is the largest number of checks.")
    n = np.unique(np.round(np.geomspace(20, most, 9)).astype(int))
    exact = EUROS * np.array([_binary(int(x)) for x in n])
    fine = np.geomspace(20, most, 120)
    few = EUROS * rates.crossing_gap(reference_problem(), _REPEATS, fine)
    many = EUROS * rates.binary_gap(reference_problem(), _REPEATS, fine)
    figure, axes = canvas(height=4.0)
    axes.loglog(fine, few, color=BLUE, linewidth=2.2, label="from 20 checks on")
    axes.loglog(fine, many, color=ORANGE, linestyle="--", linewidth=1.8, label="for many checks: K·Φ(−z)")
    axes.loglog(n, exact, "s", color=INK, markersize=6, clip_on=False, zorder=3, label="solved")
    axes.set(xlabel="checks n", ylabel="euros per batch below first best")
    axes.set_title("One formula holds from 20 checks on")
    axes.legend(frameon=False, fontsize=9)
    first, last = (EUROS * float(rates.crossing_gap(reference_problem(), _REPEATS, x)) for x in (20, most))
    return describe(
        figure,
        "Gap of the best threshold bonus against the number of checks, both logarithmic, with two formulas.",
        f"At 20 checks it is {exact[0]:.2f} euros, {first:.2f} by the formula for few checks.",
        f"At {most:,} checks it is {exact[-1]:.3f} euros, {last:.3f} by that formula. The formula for many checks begins at "
        f"{fine[np.isfinite(many)][0] if np.isfinite(many).any() else np.nan:,.0f}.",
    )


def levels_of_effort(levels=33) -> Figure:
    """What a threshold loses where effort has so many levels, against a continuum, exactly and by formula.

    Parameters
    ----------
    levels : int
        From idleness to the first best, evenly, in [5, 129].

    Examples
    --------
    >>> levels_of_effort(33).description.split(". ")[1]
    'With 33 levels it is 7.08e-03 euros at 10,000 checks, with a continuum 2.79e-02'
    """
    number = int(whole("levels", levels, 5))
    within("levels", number, 5, 129, "It is the number of levels of effort.")
    n = np.array([300, 1_000, 3_000, 10_000, 30_000])
    grid = np.linspace(0, first_best(reference_problem()).effort, number)
    exact, free = EUROS * _levels(number), EUROS * np.array([_binary(int(x)) for x in n])
    formula = EUROS * rates.level_gap(reference_problem(), _REPEATS, n, grid, tails="binomial")
    figure, axes = canvas(height=4.0)
    axes.loglog(n, free, color=GREY, linestyle=":", linewidth=1.8, label="any effort between 0 and 1, solved")
    axes.loglog(
        n, exact, "s", color=INK, markersize=6, clip_on=False, zorder=3, label=f"{number} levels, solved"
    )
    axes.loglog(n, formula, color=BLUE, linewidth=2.2, label=f"{number} levels, by the formula")
    axes.set(xlabel="checks n", ylabel="euros per batch below first best")
    axes.set_title(f"{number} levels of effort: few checks do not tell them from a continuum")
    axes.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        f"Gap of the best threshold bonus against the number of checks, both logarithmic, for {number} levels of effort and a continuum.",
        f"With {number} levels it is {exact[3]:.2e} euros at 10,000 checks, with a continuum {free[3]:.2e}.",
        f"The formula says {formula[3]:.2e}.",
    )


def deposit_and_gap(checks=30) -> Figure:
    """What a line loses against seen effort, by the deposit that annotators lay down, and the rule's, in whole euros.

    Parameters
    ----------
    checks : int
        Number of checks, in [20, 300].

    Examples
    --------
    >>> deposit_and_gap().description.split(". ")[1]
    'The rule says 22 euros for 30 checks; then 1.50 are lost, without a deposit 25.56'
    """
    n = int(whole("checks", checks, 20))
    within("checks", n, 20, 300, "It is the number of checks.")
    rule = _whole_euros(n)
    deposits = rule * np.array(_DEPOSITS)
    lost = EUROS * _lines(n)
    figure, axes = canvas(height=4.0)
    axes.plot(
        EUROS * deposits, lost, "s-", color=BLUE, linewidth=1.8, markersize=6, label="the best line, solved"
    )
    at = _DEPOSITS.index(1.0)
    axes.plot(EUROS * rule, lost[at], "o", color=RED, markersize=10, label="the deposit of the rule")
    axes.axhline(EUROS * _uncut(n), color=GREY, linestyle=":", linewidth=1.6, label="no floor at all")
    axes.set(xlabel="deposit in euros", ylabel="euros per batch below first best", ylim=(0, None))
    axes.set_title(f"{n} checks: a deposit of {EUROS * rule:.0f} euros does nearly all that deposits do")
    axes.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        f"Gap of the best line with {n} checks against the deposit.",
        f"The rule says {EUROS * rule:.0f} euros for {n} checks; then {lost[at]:.2f} are lost, without a deposit {lost[0]:.2f}.",
        f"With twice the rule's deposit {lost[-1]:.2f} are lost, without any floor {EUROS * _uncut(n):.2f}.",
    )


@lru_cache(maxsize=128)
def _binary(n):
    return second_best(reference_problem(), _REPEATS, n, "binary").gap


@lru_cache(maxsize=16)
def _levels(number):
    grid = np.linspace(0, first_best(reference_problem()).effort, number)
    found = discrete_actions(
        reference_problem(), _REPEATS, [300, 1_000, 3_000, 10_000, 30_000], grid, "binary"
    )
    return np.array([one.gap for one in found.results])


def _whole_euros(n):
    """The rule's deposit, rounded up to whole euros as lesson 10 does, in units of money."""
    return float(np.ceil(EUROS * rates.deposit_rule(reference_problem(), _REPEATS, n))) / EUROS


@lru_cache(maxsize=16)
def _lines(n):
    rule = _whole_euros(n)
    return np.array(
        [
            second_best(reference_problem(), _REPEATS, n, "linear", floor=-rule * share).gap
            for share in _DEPOSITS
        ]
    )


@lru_cache(maxsize=16)
def _uncut(n):
    return second_best(reference_problem(), _REPEATS, n, "linear", floor=None).gap
