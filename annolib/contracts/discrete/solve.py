"""Finitely many efforts: from a problem with `efforts` and a monitor to the best contract of a class."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from annolib.contracts.discrete.family import Actions, CheckLaw, flat_pay
from annolib.contracts.results import SecondBests
from annolib.validation import whole

CLASSES = {
    "binary": "threshold:binary_pay",
    "linear": "linear:linear_pay",
    "tiered": "tiers:tiered_pay",
    "optimal": "optimal:optimal_pay",
}


def discrete_best(problem, monitor, n, family, tiers=None, ask=None):
    """The best contract of a class for an agent with the problem's efforts and no others; a SecondBest, or one for each n.

    Solved is a proof as for a continuum: `suboptimality` bounds what another contract of the class could earn more. `log_gap` has its own digits.
    """
    law = CheckLaw.of(problem, monitor)
    actions = Actions.of(problem)
    checks = whole("n", np.nan if n is None else n, 1, "Give the number of checks.")
    solve = _flat if family == "flat" or law.silent else _class(family)
    found = [solve(actions, law, int(x), tiers) for x in checks.ravel()]
    return found[0] if checks.ndim == 0 else SecondBests(tuple(found))


def _flat(actions, law, n, tiers):
    return flat_pay(actions, n, law.counts)


def _class(family):
    module, name = CLASSES[family].split(":")
    return getattr(import_module(f"annolib.contracts.discrete.{module}"), name)
