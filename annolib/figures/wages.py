"""A figure of any result: what is paid for what, and how likely it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annolib.agency.reference import reference_problem
from annolib.contracts.forms import Contract, JointContract
from annolib.contracts.solve import second_best
from annolib.figures.style import BLUE, GREEN, GREY, ORANGE, canvas, describe
from annolib.monitors.two_labels import SelfConsistency

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LIKELY = 1e-7
_MOST = 4000  # counts drawn


def contract_wages(pay=None) -> Figure:
    """What a result of `second_best` pays for how many passes, above how likely each number is.

    Parameters
    ----------
    pay : SecondBest, optional
        The result; left out, the best bonus of the course's example with 100 checks. With two kinds of checks the wage is drawn
        against the passes of the first, for few, as many as expected, and many passes of the second.

    Returns
    -------
    Figure

    Examples
    --------
    >>> contract_wages().description.split(". ")[0]
    'Pay of family binary for 100 checks, from 0 to 0.287 in units of money'
    """
    if pay is None:
        pay = second_best(reference_problem(), SelfConsistency(kappa=0.15), 100, "binary")
    contract = getattr(pay, "contract", None)
    if isinstance(contract, JointContract):
        return _of_two_kinds(pay)
    if not isinstance(contract, Contract):
        raise TypeError(
            f"pay must be a result of second_best whose contract pays by the checks; saw {pay!r}."
        )
    table = _thinned(pay.wage_table(_LIKELY if pay.n > _MOST else 0.0))
    figure, (top, bottom) = canvas(rows=2, height=4.8)
    stepwise = pay.family in ("binary", "tiered", "flat")
    top.plot(
        table["passes"],
        table["wage"],
        color=BLUE,
        linewidth=2,
        drawstyle="steps-mid" if stepwise else "default",
    )
    top.axhline(pay.expected_wage, color=GREY, linestyle=":", label="wage on average")
    _finish(top, pay)
    bottom.plot(table["passes"], table["probability"], color=ORANGE, linewidth=1.6)
    bottom.set(xlabel=f"passes of {pay.n:,} checks", ylabel="probability")
    bottom.set_title(f"passes at effort {pay.effort:.2f}", fontsize=10)
    return _described(figure, pay, table)


def _of_two_kinds(pay):
    n = pay.contract.n
    chances = pay.evidence.pass_probability(pay.effort)
    spreads = [np.sqrt(size * q * (1 - q)) for size, q in zip(n, chances, strict=True)]
    table = pay.wage_table(_LIKELY)
    figure, (top, bottom) = canvas(rows=2, height=4.8)
    low, high = int(table["first"].min()), int(table["first"].max())
    first = np.arange(low, high + 1)
    for away, colour, style in ((-2, GREY, ":"), (0, BLUE, "-"), (2, GREEN, "--")):
        second = int(np.clip(round(n[1] * chances[1] + away * spreads[1]), 0, n[1]))
        top.plot(
            first,
            pay.contract.wage(first, second),
            color=colour,
            linestyle=style,
            linewidth=2,
            label=f"{second} of the second kind",
        )
    _finish(top, pay)
    sums = table.groupby("first")["probability"].sum()
    bottom.plot(sums.index, sums, color=ORANGE, linewidth=1.6)
    bottom.set(xlabel=f"passes of {n[0]:,} checks of the first kind", ylabel="probability")
    bottom.set_title(f"passes at effort {pay.effort:.2f}", fontsize=10)
    return _described(figure, pay, table)


def _thinned(table):
    step = max(len(table) // _MOST, 1)
    return table.iloc[::step]


def _finish(axes, pay):
    axes.set(xlabel="passes", ylabel="wage")
    axes.set_title(f"pay of family {pay.family}", fontsize=10)
    axes.legend(frameon=False, fontsize=8)


def _described(figure, pay, table):
    checks = " and ".join(f"{n:,}" for n in np.atleast_1d(pay.n))
    low, high = (f"{float(x):.3g}" for x in (table["wage"].min(), table["wage"].max()))
    return describe(
        figure,
        f"Pay of family {pay.family} for {checks} checks, from {low} to {high} in units of money.",
        f"At effort {pay.effort:.3f} it is {pay.expected_wage:.3g} on average.",
    )
