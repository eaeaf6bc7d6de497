"""Figures about a strength that the firm does not know: what the range costs, and how large a pilot should be.

All are about the course's reference problem: CARA(1), cost η²/2, value 0.6·η(2 − η), outside option and floor 0, checked by repeats
whose strength is about κ = 0.15.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from annolib.agency.problem import first_best
from annolib.agency.reference import reference_problem
from annolib.contracts.gaps import rates
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREY, INK, ORANGE, RED, Figure, canvas, describe
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.monitors.two_labels import SelfConsistency
from annolib.validation import whole, within

KAPPA, EUROS = 0.15, 100  # one unit of money in the story
_WIDTHS = (0.01, 0.03, 0.05)  # at which the contract itself is solved


def cost_of_not_knowing(width=0.01, checks=1000) -> Figure:
    """What a range of strengths κ ± width costs a threshold: to first order, with many checks, and with n.

    Parameters
    ----------
    width : float
        Half the range, in [0.001, 0.05].
    checks : int
        Number of checks n of the contracts that are solved, in [30, 3,000].

    Examples
    --------
    >>> cost_of_not_knowing().description.split(". ")[1]
    'At a width of 0.010 it is 2.00 euros to first order and 2.00 with many checks'
    """
    width = float(within("width", width, 0.001, 0.05, "It is half the range of κ."))
    n = int(whole("checks", checks, 30))
    within("checks", n, 30, 3000, "More take long to solve.")
    problem, ideal = reference_problem(), first_best(reference_problem()).profit
    widths = np.linspace(0.001, 0.05, 50)
    first, limit = (EUROS * np.array(x) for x in zip(*(_costs(w) for w in widths), strict=True))
    at = EUROS * np.array(_costs(width))
    seen = EUROS * np.array([ideal - _profit(w, n) for w in _WIDTHS])
    known = EUROS * second_best(problem, SelfConsistency(KAPPA), n, "binary").gap
    figure, axes = canvas(height=4.0)
    axes.plot(widths, limit, color=BLUE, linewidth=2.4, label="many checks, exact")
    axes.plot(widths, first, color=ORANGE, linestyle="--", linewidth=1.8, label="first order")
    axes.plot(
        _WIDTHS, seen, "s", color=INK, markersize=6, clip_on=False, zorder=3, label=f"n = {n:,}, solved"
    )
    axes.axhline(known, color=GREY, linestyle=":", linewidth=1.6, label="κ known, effort not seen")
    axes.plot(width, at[1], "o", color=RED, markersize=9, clip_on=False, zorder=4)
    axes.set(
        xlim=(0, 0.051),
        ylim=(0, None),
        xlabel=f"width: κ is {KAPPA} ± so much",
        ylabel="euros per batch below first best",
    )
    axes.set_title(f"κ = {KAPPA} ± {width:.3f}: not knowing costs {at[1]:.2f} euros")
    axes.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        f"Worst profit of the best threshold below the first best, against half the width of the range of strengths around {KAPPA}.",
        f"At a width of {width:.3f} it is {at[0]:.2f} euros to first order and {at[1]:.2f} with many checks.",
        f"With {n:,} checks and a known strength it is {known:.2f} euros, with a width of 0.010 {seen[0]:.2f}.",
    )


@lru_cache(maxsize=256)
def _costs(width):
    """First order and limit, below the first best."""
    strengths = _range(width)
    problem = reference_problem()
    limit = first_best(problem).profit - rates.robust_threshold_limit(problem, strengths)
    return rates.price_of_not_knowing(problem, strengths), limit


@lru_cache(maxsize=64)
def _profit(width, n):
    return second_best(reference_problem(), _range(width), n, "binary").profit


def _range(width):
    return MonitorRange(SelfConsistency(KAPPA - width), SelfConsistency(KAPPA + width))


def pilot_checks(checks=1000, price=0.0005) -> Figure:
    """What is lost after a pilot of so many checks, and with their price: by formula, and exactly for normal errors.

    Parameters
    ----------
    checks : int
        Checks of people who are known to care, in [30, 100,000].
    price : float
        Euros for one of them, in [0.00001, 0.01].

    Examples
    --------
    >>> pilot_checks().description.split(". ")[1]
    'After 1,000 checks the formula says 1.77 euros and the exact loss is 1.88'
    """
    m = int(whole("checks", checks, 30))
    within("checks", m, 30, 100_000, "It is the size of the pilot.")
    price = float(within("price", price, 1e-5, 0.01, "It is in euros."))
    problem, monitor = reference_problem(), SelfConsistency(KAPPA)
    sizes = np.geomspace(30, 100_000, 41)
    formula, exact = (
        np.array([EUROS * rates.pilot(problem, monitor, s).loss for s in sizes]),
        EUROS * _lost(sizes),
    )
    here, true = EUROS * rates.pilot(problem, monitor, m).loss, float(EUROS * _lost(np.array([m]))[0])
    best = rates.pilot_size(problem, monitor, price / EUROS)
    total = EUROS * best.loss + price * best.checks
    figure, axes = canvas(height=4.0)
    axes.loglog(sizes, exact, color=BLUE, linewidth=2.4, label="loss, exact")
    axes.loglog(sizes, formula, color=ORANGE, linestyle="--", linewidth=1.8, label="loss, formula")
    axes.loglog(
        sizes, formula + price * sizes, color=GREY, linestyle=":", linewidth=2, label="with the price"
    )
    axes.plot(m, true, "o", color=RED, markersize=9, label=f"{m:,} checks")
    axes.plot(best.checks, total, "s", color=INK, markersize=7, label="least in all")
    axes.set(xlabel="checks of the pilot m", ylabel="euros per batch")
    axes.set_title(f"at {price:.5f} euros a check a pilot of {best.checks:,.0f} is best", fontsize=11)
    axes.legend(frameon=False, fontsize=9)
    return describe(
        figure,
        "Loss from pay that is made for what a pilot shows of the strength, against the size of the pilot, logarithmic axes.",
        f"After {m:,} checks the formula says {here:.2f} euros and the exact loss is {true:.2f}.",
        f"At {price:.5f} euros a check the best pilot has {best.checks:,.0f} checks and costs {total:.2f} euros in all.",
    )


def _lost(sizes):
    """Mean loss with the best caution, errors normal, many checks: pay for the strength shown less the caution."""
    best, problem = first_best(reference_problem()), reference_problem()
    z = np.linspace(-7, 7, 2801)
    chance = np.diff(ndtr(np.append(z - 0.0025, z[-1] + 0.0025)))
    caution = np.linspace(0.2, 4.5, 44)[:, None]
    out = []
    for size in sizes:
        error = np.sqrt((0.5 + 2 * KAPPA) * (0.5 - 2 * KAPPA) / size) / 2
        design = KAPPA + error * (z - caution)
        effort = best.effort * np.sqrt(np.clip(design / KAPPA, 0, 1))
        profit = np.where(design <= KAPPA, problem._value(effort) - best.wage, 0.0)
        out.append(best.profit - np.max(profit @ chance))
    return np.array(out)
