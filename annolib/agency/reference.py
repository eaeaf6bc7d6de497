"""The course's reference problem: one annotator and one firm, on which every result of lessons 08 to 13 is shown."""

from __future__ import annotations

from annolib.agency.costs import PowerCost
from annolib.agency.problem import Problem
from annolib.agency.utilities import CARA


def reference_value(effort):
    """V(η) = 0.6·η(2 − η): what a batch of labels is worth, in units of money; effort in [0, 1]."""
    return 0.6 * effort * (2 - effort)


def reference_problem(*, aversion=1.0, scale=0.5, power=2.0, outside=0.0, floor=0.0) -> Problem:
    """u(w) = (1 − e^(−a·w))/a, c(η) = scale·η^power, V(η) = 0.6·η(2 − η).

    Parameters
    ----------
    aversion : float
        a > 0, per unit of money.
    scale, power : float
        Of the cost of effort, in utility.
    outside : float
        u₀, the utility of walking away.
    floor : float or None
        The least wage, in units of money; None for none.

    Returns
    -------
    Problem

    Examples
    --------
    >>> from annolib.agency.problem import first_best
    >>> print(f"{first_best(reference_problem()).effort:.10f}")
    0.5106530944
    """
    return Problem(
        CARA(aversion), PowerCost(scale, power), value=reference_value, outside=outside, floor=floor
    )
