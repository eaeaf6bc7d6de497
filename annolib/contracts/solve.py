"""second_best: the best contract of a class for n checks, with its certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import NoBestContract, SecondBest, SecondBests
from annolib.validation import whole


class _AsInProblem:
    def __repr__(self):
        return "the problem's floor"


AS_IN_PROBLEM = _AsInProblem()
FAMILIES = {  # name: where its solver is, imported when it is first used
    "flat": "incentives.certificates:flat_best",
    "binary": "threshold.solve:binary_best",
    "linear": "linear.solve:linear_best",
    "tiered": "tiered.solve:tiered_best",
    "optimal": "optimal.solve:optimal_best",
}
HELD = {
    "linear": (),
    "tiered": ("binary",),
    "optimal": ("binary", "linear"),
}  # classes within a class, beside flat pay


def second_best(
    problem, monitor, n, family, *, floor=AS_IN_PROBLEM, tiers=None, progress=False
) -> SecondBest | SecondBests:
    """The most profitable contract of a class when effort is only seen through n checks.

    Parameters
    ----------
    problem : Problem
    monitor : Monitor
        What one check is, e.g. `SelfConsistency(kappa=0.15)`.
    n : int or array_like of int
        Number of checks, at least 1; for several, one result each.
    family : {"flat", "binary", "linear", "tiered", "optimal"}
        "linear" is cut at the floor if there is one. "tiered" takes the number of thresholds as `tiers`; "tiered(3)" says the
        same.
    floor : float or None
        Instead of the problem's floor; None for none.
    progress : bool
        Show a progress bar over the values of n.

    Returns
    -------
    SecondBest, or SecondBests for several n. Every class holds flat pay, which is the answer where nothing better pays.

    Raises
    ------
    NoBestContract
        Threshold pay without a floor, where its best fine would be all but never applied (Mirrlees; with few checks there is an
        answer, whose message names the fine); optimal pay without a floor where punishments grow without limit; the optimal
        contract of a risk-neutral agent: the message explains.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> pay = second_best(problem, al.SelfConsistency(kappa=0.15), n=1000, family="binary")
    >>> print(pay.contract.threshold, f"{pay.gap:.8e}")
    559 1.20136607e-03
    """
    if not isinstance(floor, _AsInProblem):
        problem = problem.with_floor(floor)
    solver = _solver(family, tiers)
    evidence = PassLaw.from_monitor(monitor)
    checks = whole("n", n, 1, "Give the number of checks.")
    best = first_best(problem)
    if evidence.gain == 0:
        solver = partial(
            _imported("flat"), message="these checks say nothing about effort: only flat pay is left"
        )
    if checks.ndim == 0:
        return solver(problem, evidence, int(checks), best)
    numbers = [int(x) for x in checks.ravel()]
    if progress:
        from tqdm.auto import tqdm

        numbers = tqdm(numbers, desc=f"{family}, n", leave=False)
    return SecondBests(tuple(solver(problem, evidence, x, best) for x in numbers))


def _solver(family, tiers):
    if isinstance(family, str) and family.startswith("tiered(") and family[7:-1].isdigit():
        family, tiers = "tiered", int(family[7:-1])
    if family == "tiered":
        if tiers is None or np.ndim(tiers) != 0 or int(whole("tiers", tiers, 1)) < 1:
            raise ValueError(
                f"tiers must be the number of thresholds, at least 1; saw {tiers!r}. Say tiers=3."
            )
        return partial(_best_of, family, tiers=int(tiers))
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {tuple(FAMILIES)}; saw {family!r}.")
    if tiers is not None:
        raise ValueError(f"tiers belongs to family='tiered'; saw family={family!r}.")
    return partial(_best_of, family)


def _imported(family):
    module, name = FAMILIES[family].split(":")
    return getattr(import_module(f"annolib.contracts.{module}"), name)


def _best_of(family, problem, evidence, n, best, **how):
    """What the solver of the family finds; where it leaves anything open, no less than the best of the classes within it."""
    found = _imported(family)(problem, evidence, n, best, **how)
    if found.converged:
        return found
    for name in HELD.get(family, ()):
        try:
            other = _imported(name)(problem, evidence, n, best)
        except NoBestContract:
            continue
        if other.gap < found.gap and other.certificate.gain_bound < 1e-9:
            message = f"{found.message}; the best known is a {other.family} contract"
            found = replace(other, family=family, converged=False, message=message, suboptimality=np.nan)
    return found
