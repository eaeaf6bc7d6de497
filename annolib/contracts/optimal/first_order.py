"""The first-order approach: the cheapest pay for which an effort is a stationary point, and only that."""

from __future__ import annotations

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage
from annolib.validation import one_effort, one_whole


def first_order_wages(problem, monitor, n, effort) -> np.ndarray:
    """The cheapest wages under which `effort` is a stationary point of the agent's payoff, not a best answer.

    Minimise Σ P_k h(v_k) subject to Σ P_k v_k = u₀ + c(η), Σ P′_k v_k = c′(η) and v_k ≥ u(floor). The agent may gain by
    quite another effort: these wages show why the global condition is needed, and are no contract to offer. For that see
    `annolib.second_best`.

    Parameters
    ----------
    problem : Problem
        With a floor.
    monitor : Monitor
    n : int
        Number of checks, at least 1.
    effort : float
        In (0, 1).

    Returns
    -------
    numpy.ndarray of float, shape (n + 1,)
        The wage for each count of passes.

    References
    ----------
    W. Rogerson, "The first-order approach to principal-agent problems", Econometrica 53 (1985), doi:10.2307/1913212.

    Examples
    --------
    >>> import annolib as al
    >>> from annolib.agency.reference import reference_problem
    >>> wages = first_order_wages(reference_problem(), al.SelfConsistency(kappa=0.15), 100, effort=0.5)
    >>> wages.shape, bool((wages >= 0).all())
    ((101,), True)
    """
    number, target = one_whole("n", n, 1, "Give the number of checks."), one_effort("effort", effort)
    problem.require_plain("for wages by the first-order condition")
    family = AnyWage(problem, PassLaw.from_monitor(monitor), number, first_best(problem))
    found = family.implement(target, (), search=False)
    if found is None:
        raise ValueError(
            f"effort must be one that pay can make stationary; saw {effort!r}. Take a lower one."
        )
    return np.asarray(problem.utility.wage(found.pay.utility(np.arange(number + 1))))
