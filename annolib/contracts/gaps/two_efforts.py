"""Two actions only: the agent works at one effort or another, and a threshold bonus separates them.

With checks that tell the two apart at rate KL the gap closes exponentially, so it is reported in logs. Work is the best
answer iff Δ·(P_H − P_L) ≥ c_H − c_L, P = P(X ≥ t); then failing costs P(X < t | H) · waste, and where the floor binds the agent
keeps a rent Δ·P_L. If the floor leaves room below the outside option the exponent is KL(q_L‖q_H) (the threshold sits just
above n·q_L); if it does not, the rent must vanish too and the exponent is the Chernoff information.

References
----------
M. Frick, R. Iijima, Y. Ishii, "Monitoring with Rich Data", arXiv:2312.16789.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.forms import Binary
from annolib.contracts.incentives.evidence import Evidence
from annolib.contracts.results import NoBestContract
from annolib.numerics.binomials import log_tails
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information
from annolib.numerics.roots import whole_minimum
from annolib.validation import whole, within


@dataclass(frozen=True)
class TwoActions:
    """The best threshold bonus when the agent can only choose between two efforts.

    Attributes
    ----------
    n : int
    gap, log_gap : float
        Cost above paying a flat wage for seen work; the log where the gap itself underflows.
    rent, log_rent, log_failure : float
        Agent's utility above the outside option; its log; log of the probability that work fails the threshold.
    contract : Binary
    exponent : float
        KL(q_L‖q_H) or the Chernoff information, whichever the floor allows: −log_gap/n tends to it.
    message : str
    """

    n: int
    gap: float
    log_gap: float
    rent: float
    log_rent: float
    log_failure: float
    contract: Binary
    exponent: float
    message: str

    def __repr__(self):
        return (
            f"TwoActions(n={self.n:,}: log gap={self.log_gap:.8g}, threshold={self.contract.threshold}, "
            f"exponent={self.exponent:.6g}; {self.message})"
        )

    def to_frame(self):
        """One row."""
        import pandas as pd

        names = ("gap", "log_gap", "rent", "log_rent", "log_failure", "exponent", "message")
        return pd.DataFrame(
            {name: [getattr(self, name)] for name in names}, index=pd.Index([self.n], name="n")
        )


def two_actions(problem, monitor, n, low, high):
    """The best threshold bonus that makes the agent choose effort `high` rather than `low`.

    Parameters
    ----------
    problem : Problem
        Its value function is not used: the gap is on the cost side.
    n : int or array_like of int
    low, high : float
        The two efforts, low < high.

    Returns
    -------
    TwoActions, or a tuple of them for several n.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: e, floor=-1.0)
    >>> deal = two_actions(problem, al.SelfConsistency(kappa=0.15), 1000, low=0.0, high=0.8)
    >>> bool(deal.log_gap < -10)
    True
    """
    efforts = within("low, high", [low, high], 0, 1)
    if efforts.shape != (2,) or not efforts[0] < efforts[1]:
        raise ValueError(f"low must be one effort below high; saw low={low!r}, high={high!r}.")
    evidence = Evidence.from_monitor(monitor)
    if evidence.gain == 0:
        raise NoBestContract(
            "these checks say nothing about effort: no bonus makes the agent prefer the higher one."
        )
    if not np.isfinite(problem.floor_utility):
        raise NoBestContract(
            "two actions without a floor have no best threshold: fewer and harsher punishments cost ever less "
            "(Mirrlees). Give a floor."
        )
    checks = whole("n", n, 1, "Give the number of checks.")
    results = tuple(
        _solve(problem, evidence, int(x), float(efforts[0]), float(efforts[1])) for x in checks.ravel()
    )
    return results[0] if checks.ndim == 0 else results


def _solve(problem, evidence, n, low, high):
    wanted, lazy = float(problem.reservation(high)), float(problem.cost.cost(low))
    cost = float(problem.cost.cost(high)) - lazy
    spare = problem.floor_utility - problem.outside - lazy  # rent without luck, if the low wage is the floor
    q = evidence.hit(np.array([low, high]))
    r = evidence.miss(np.array([low, high]))

    def price(t):
        log_luck, log_no_luck = log_tails(t, n, q[0], r[0])
        log_pass, log_fail = log_tails(t, n, q[1], r[1])
        log_rise = np.where(
            log_luck < np.log(0.5),
            log_pass + np.log1p(-np.exp(np.minimum(log_luck - log_pass, 0))),
            log_no_luck + np.log1p(-np.exp(np.minimum(log_fail - log_no_luck, 0))),
        )
        log_bonus = np.log(cost) - log_rise
        luck = np.exp(log_bonus + log_luck)  # what shirking earns by luck
        rent = np.maximum(spare + luck, 0.0)
        log_rent = np.where(spare == 0, log_bonus + log_luck, np.log(rent))
        bonus, fail = np.exp(log_bonus), np.exp(log_fail)
        mean = wanted + rent
        reachable = np.isfinite(bonus) & (mean + bonus * fail < problem.utility.highest)
        safe_mean, safe_bonus = np.where(reachable, mean, wanted), np.where(reachable, bonus, 0.0)
        waste_fail = problem.utility.waste(safe_mean, -safe_bonus * np.exp(log_pass))
        waste_pass = problem.utility.waste(safe_mean, safe_bonus * fail)
        log_risk = np.logaddexp(log_fail + np.log(waste_fail), log_pass + np.log(waste_pass))
        share = np.where(rent > 0, problem.utility.wage_rise(wanted, rent) / np.maximum(rent, 1e-300), 0.0)
        slope = float(problem.utility.marginal_wage(wanted))
        log_gap = np.logaddexp(log_risk, log_rent + np.log(np.where(rent > 1e-290, share, slope)))
        return {
            "log_gap": np.where(reachable, log_gap, np.inf),
            "log_rent": log_rent,
            "log_fail": log_fail,
            "bonus": bonus,
        }

    spread = np.sqrt(n * q * r)
    extra = np.concatenate(
        [n * q[0] + spread[0] * np.linspace(-6, 12, 37), np.linspace(n * q[0], n * q[1], 40)]
    )
    with np.errstate(all="ignore"):
        candidates = whole_minimum(lambda t: price(t)["log_gap"], 1, n, extra=extra).astype(float)
        values = price(candidates)
    i = int(np.nanargmin(np.where(np.isnan(values["log_gap"]), np.inf, values["log_gap"])))
    if not np.isfinite(values["log_gap"][i]) and values["log_gap"][i] > 0:
        raise NoBestContract(
            f"no threshold separates efforts {low:g} and {high:g} with n = {n}: the bonus is out of reach."
        )
    at = {name: float(value[i]) for name, value in values.items()}
    rent = float(np.exp(at["log_rent"]))
    luckless = max(problem.floor_utility, wanted + rent - at["bonus"] * -np.expm1(at["log_fail"]))
    wages = problem.utility.wage(np.array([luckless, luckless + at["bonus"]]))
    contract = Binary(int(candidates[i]), float(wages[0]), float(wages[1]), n, evidence.counts)
    kl = float(bernoulli_divergence(q[0], q[1]))
    room = spare < 0
    exponent = kl if room else float(chernoff_information(q[0], q[1]))
    message = (
        "exponent KL(q_L‖q_H)" if room else "the floor leaves a rent: exponent is the Chernoff information"
    )
    message = (
        message
        if spare <= 0
        else "the floor is above what shirking deserves: the rent stays, so the gap does not vanish"
    )
    exponent = 0.0 if spare > 0 else exponent
    return TwoActions(
        n,
        float(np.exp(at["log_gap"])),
        at["log_gap"],
        rent,
        at["log_rent"],
        at["log_fail"],
        contract,
        exponent,
        message,
    )
