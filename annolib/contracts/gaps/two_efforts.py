"""Two efforts only: the agent works (η_H) or shirks (η_L < η_H), and a threshold bonus separates them.

With P_H, P_L the probabilities of X ≥ t, F_H = 1 − P_H, u_f = u(w_floor), and Δ the bonus in utility:

    work is a best answer iff Δ(P_H − P_L) ≥ c_H − c_L: the bonus is the least that does, and leaves the agent indifferent;
    the agent then gets u_L + ΔP_L − c_L either way, and u_L ≥ u_f for the low wage, so the rent above u₀ is

        rent = max(r₀ + ΔP_L, 0),    r₀ = u_f − u₀ − c_L    (`rent_without_luck`: of a shirker who never passes by luck)

    gap  = [h(ū + rent) − h(ū)] + [E h(v) − h(E v)],    ū = u₀ + c_H.

A failure of work wastes a fixed amount, so the risk is about F_H times that. Checks tell the two efforts apart at an exponential rate, so all is
reckoned in logs. The rate −log gap/n tends to

- KL(q_L‖q_H) if r₀ < 0: luck may be left to a shirker, so the threshold goes down to just above n·q_L, where P(X < t) at η_H has that rate;
- the Chernoff information if r₀ = 0: the rent ΔP_L must vanish as well, and the best threshold balances P_L and F_H;
- 0 if r₀ > 0: a rent stays, whatever n.

References
----------
The first: M. Frick, R. Iijima, Y. Ishii, "Monitoring with Rich Data", arXiv:2312.16789. The second: H. Chernoff, "A measure of asymptotic
efficiency for tests of a hypothesis based on the sum of observations", Annals of Mathematical Statistics 23 (1952), doi:10.1214/aoms/1177729330.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.forms import Binary
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import NoBestContract
from annolib.numerics.binomials import log_tails
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information
from annolib.numerics.roots import whole_minimum
from annolib.validation import whole, within

_ALL = 2_000  # up to so many checks every threshold is tried
_NO_GAP = -1e10  # a log gap below all that occur


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


def two_actions(problem, monitor, n, low, high) -> TwoActions | tuple[TwoActions, ...]:
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
    evidence = PassLaw.from_monitor(monitor)
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
        _solve(_TwoEfforts(problem, evidence, int(x), float(efforts[0]), float(efforts[1])))
        for x in checks.ravel()
    )
    return results[0] if checks.ndim == 0 else results


@dataclass(frozen=True)
class _TwoEfforts:
    """The problem in numbers; `low` is η_L, `high` η_H."""

    problem: object
    evidence: object
    n: int
    low: float
    high: float

    @property
    def wanted(self):
        """ū = u₀ + c_H, the utility that work must expect."""
        return float(self.problem.reservation(self.high))

    @property
    def saved(self):
        """c_H − c_L, the cost that shirking saves."""
        return float(self.problem.cost.cost(self.high)) - float(self.problem.cost.cost(self.low))

    @property
    def rent_without_luck(self):
        """r₀: rent of an agent who shirks and never passes, if the low wage is the floor; below 0 if the floor leaves room."""
        return self.problem.floor_utility - self.problem.outside - float(self.problem.cost.cost(self.low))

    @property
    def pass_probabilities(self):
        """q and 1 − q at both efforts."""
        efforts = np.array([self.low, self.high])
        return self.evidence.success(efforts), self.evidence.failure(efforts)


def _solve(deal):
    with np.errstate(all="ignore"):
        threshold, priced = _choose(deal)
    if priced["log_gap"] == np.inf:
        raise NoBestContract(
            f"no threshold separates efforts {deal.low:g} and {deal.high:g} with n = {deal.n}: the bonus is out of reach."
        )
    return _report(deal, threshold, priced)


def _price(deal, t):
    """Log gap, log rent, log failure and bonus of each threshold, by the formulas at the top: "luck" is P_L, "pass" P_H, "fail" F_H.

    P_H − P_L is taken from the tails that are not near 1, so that nothing cancels.
    """
    utility, wanted = deal.problem.utility, deal.wanted
    rent_without_luck = deal.rent_without_luck
    q, r = deal.pass_probabilities
    log_luck, log_no_luck = log_tails(t, deal.n, q[0], r[0])
    log_pass, log_fail = log_tails(t, deal.n, q[1], r[1])
    log_rise = np.where(
        log_luck < np.log(0.5),
        log_pass + np.log1p(-np.exp(np.minimum(log_luck - log_pass, 0))),
        log_no_luck + np.log1p(-np.exp(np.minimum(log_fail - log_no_luck, 0))),
    )
    log_bonus = np.log(deal.saved) - log_rise
    rent = np.maximum(rent_without_luck + np.exp(log_bonus + log_luck), 0.0)
    log_rent = np.where(rent_without_luck == 0, log_bonus + log_luck, np.log(rent))
    bonus, fail = np.exp(log_bonus), np.exp(log_fail)
    mean = wanted + rent
    reachable = np.isfinite(bonus) & (mean + bonus * fail < utility.highest)
    safe_mean, safe_bonus = np.where(reachable, mean, wanted), np.where(reachable, bonus, 0.0)
    waste_fail = utility.waste(safe_mean, -safe_bonus * np.exp(log_pass))
    waste_pass = utility.waste(safe_mean, safe_bonus * fail)
    log_risk = np.logaddexp(log_fail + np.log(waste_fail), log_pass + np.log(waste_pass))
    share = np.where(rent > 0, utility.wage_rise(wanted, rent) / np.maximum(rent, 1e-300), 0.0)
    slope = float(utility.marginal_wage(wanted))
    log_gap = np.logaddexp(log_risk, log_rent + np.log(np.where(rent > 1e-290, share, slope)))
    return {
        "log_gap": np.where(reachable & ~np.isnan(log_gap), log_gap, np.inf),
        "log_rent": log_rent,
        "log_fail": log_fail,
        "log_bonus": log_bonus,
        "bonus": bonus,
    }


def _choose(deal):
    """The best threshold and its price: all of them up to 2,000 checks, else the basins of a scan.

    Where several leave no gap at all (a risk-neutral agent), the one with the smallest bonus.
    """

    def order(t):
        priced = _price(deal, t)
        return np.where(priced["log_gap"] == -np.inf, _NO_GAP + priced["log_bonus"], priced["log_gap"])

    (q, r), n = deal.pass_probabilities, deal.n
    if n <= _ALL:
        candidates = np.arange(1.0, n + 1)
    else:
        spread = np.sqrt(n * q * r)
        extra = [n * q[0] + spread[0] * np.linspace(-6, 12, 37), np.linspace(n * q[0], n * q[1], 40)]
        candidates = whole_minimum(order, 1, n, extra=np.concatenate(extra)).astype(float)
    priced = _price(deal, candidates)
    none = priced["log_gap"] == -np.inf
    i = int(np.argmin(np.where(none, priced["log_bonus"], np.inf) if none.any() else priced["log_gap"]))
    return int(candidates[i]), {
        name: float(value[0]) for name, value in _price(deal, candidates[i : i + 1]).items()
    }


def _report(deal, threshold, priced):
    problem, n = deal.problem, deal.n
    rent, bonus = float(np.exp(priced["log_rent"])), priced["bonus"]
    low = max(problem.floor_utility, deal.wanted + rent - bonus * -np.expm1(priced["log_fail"]))
    wages = problem.utility.wage(np.array([low, low + bonus]))
    contract = Binary(threshold, float(wages[0]), float(wages[1]), n, deal.evidence.counts)
    exponent, message = _exponent(deal.pass_probabilities[0], deal.rent_without_luck)
    return TwoActions(
        n, float(np.exp(priced["log_gap"])), priced["log_gap"], rent, priced["log_rent"], priced["log_fail"], contract,
        exponent, message,
    )  # fmt: skip


def _exponent(q, rent_without_luck):
    """What −log gap / n tends to, and in words why."""
    if rent_without_luck > 0:
        return 0.0, "the floor is above what shirking deserves: the rent stays, so the gap does not vanish"
    if rent_without_luck < 0:
        return float(bernoulli_divergence(*q)), "exponent KL(q_L‖q_H)"
    return float(chernoff_information(*q)), "the floor leaves a rent: exponent is the Chernoff information"
