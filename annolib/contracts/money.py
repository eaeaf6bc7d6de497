"""From a lottery over utilities to profit and gap, without cancellation.

With v the lottery of utilities a contract gives at effort η, ū = u₀ + c(η) and v̄ = E v = ū + rent,

    gap = [loss of agreeing on η]  +  [h(v̄) − h(ū)]  +  [E h(v) − h(v̄)]
        =  Problem.loss(η)         +   price of rent  +   price of risk,

three terms ≥ 0, each computed by itself.
"""

from __future__ import annotations

import numpy as np


def gap(problem, best, effort, rent, mean, probabilities, offsets):
    """The gap of a lottery v = mean + offset_k with probability P_k, E offset = 0.

    Parameters
    ----------
    effort, rent, mean : arrays of one shape
        What the agent does, what it gets above the outside option, and E v.
    probabilities, offsets : arrays with one more axis at the end

    Returns
    -------
    numpy.ndarray; +inf where a utility is out of reach.
    """
    utility = problem.utility
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        waste = utility.waste(np.asarray(mean)[..., None], offsets)
        risk = np.where(probabilities > 0, probabilities * waste, 0.0).sum(axis=-1)
        total = problem.loss(effort, best) + utility.wage_rise(problem.reservation(effort), rent) + risk
    return np.where(np.isnan(total), np.inf, total)
