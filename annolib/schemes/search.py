"""How many checks to buy, and which class of contracts to write: the largest worst-case profit less the price of the checks.

With k the price of a check, n checks leave

    worst(n) − k·n,    worst(n) = max over contracts of the class of the least profit over the strengths that there may be,

the robust second best of `annolib.second_best`. Where only the weakest strength is known the best n is about √(C_lin/(k𝓘))
(`annolib.rates.monitoring_budget`). From there n climbs in factors of 2, then of 1.3 and 1.1, as long as a step gains.

A range of strengths takes ten times as long to solve for as one strength. So the climb is made with the weakest strength alone
first, and with the range from there. No contract earns more than where effort is seen, Π* of `annolib.first_best`: a number of
checks with Π* − k·n no more than what is left already is passed over unsolved, and nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.gaps import rates
from annolib.contracts.results import NoBestContract
from annolib.contracts.solve import second_best
from annolib.monitors.evidence.unknown_strength import MonitorRange

_STEPS = (2, 1.3, 1.1)


@dataclass(frozen=True)
class Option:
    """The best pay of one class with checks of one kind.

    Attributes
    ----------
    kind : Kind
    family : str
    checks : int
    pay : SecondBest
        `pay.profit` is before the price of the checks; the worst case where the strength is a range.
    net : float
        After it.
    """

    kind: object
    family: str
    checks: int
    pay: object
    net: float


def best_option(problem, kind, family, most, fixed=None, tried=lambda: None, start=None):
    """The best number of checks of one kind for one class; None where no number up to `most` has a contract.

    Parameters
    ----------
    problem : Problem
    kind : Kind
    family : str
    most : int
        Largest number of checks a batch.
    fixed : int, optional
        The number, if it is not to be chosen.
    tried : callable
        Called once for each number that is solved for.
    start : int, optional
        Where the climb begins, such as the best number of another class; left out, at the best for the weakest strength alone.
    """
    if fixed is not None:
        tried()
        return _solve(problem, kind, family, fixed)
    if start is None:
        start = _first(problem, kind, most)
        if isinstance(kind.evidence, MonitorRange):
            alone = _best_from(
                start, problem, replace(kind, evidence=kind.weakest), family, most, lambda: None
            )
            start = start if alone is None else alone.checks
    return _best_from(start, problem, kind, family, most, tried)


def _best_from(start, problem, kind, family, most, tried):
    """The climb from one number of checks; None where there is no contract for it."""
    solved, highest = {}, first_best(problem).profit

    def better(n, least):
        """The option with n checks if it leaves more than `least`, else None."""
        if highest - kind.price * n <= least:
            return None
        if n not in solved:
            tried()
            solved[n] = _solve(problem, kind, family, n)
        return solved[n] if solved[n] is not None and solved[n].net > least else None

    here = better(start, -np.inf)
    for step in _STEPS if here is not None else ():
        here = _climb(better, here, step, most)
    return here


def _solve(problem, kind, family, n):
    try:
        pay = second_best(problem, kind.evidence, n, family)
    except NoBestContract:
        return None
    return Option(kind, family, n, pay, float(pay.profit) - kind.price * n)


def _first(problem, kind, most):
    """Where the climb begins: the asymptotic best number for the weakest strength."""
    best = first_best(problem)
    if not 0 < best.effort < 1:
        return int(min(most, 100))
    return int(np.clip(np.round(rates.monitoring_budget(problem, kind.weakest, kind.price).checks), 4, most))


def _climb(better, here, step, most):
    for stretch in (step, 1 / step):
        while True:
            n = round(here.checks * stretch)
            n += (n == here.checks) * (1 if stretch > 1 else -1)
            n = int(np.clip(n, 1, most))
            other = better(n, here.net)
            if other is None:
                break
            here = other
    return here
