"""Two efforts only: the agent works (η_H) or shirks (η_L < η_H), and a threshold bonus separates them.

The smallest case of finitely many efforts (`discrete_actions`), seen from the cost side: work is wanted, whatever it is worth.

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

from dataclasses import dataclass, replace

import numpy as np

from annolib.contracts.discrete.family import Actions, CheckLaw
from annolib.contracts.discrete.threshold import Bonuses, best_bonus, report
from annolib.contracts.forms import Binary
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import NoBestContract
from annolib.numerics.divergences import bernoulli_divergence, chernoff_information
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
        _solve(problem, monitor, int(x), float(efforts[0]), float(efforts[1])) for x in checks.ravel()
    )
    return results[0] if checks.ndim == 0 else results


def _solve(problem, monitor, n, low, high):
    """The bonus for the higher of two listed efforts, whatever work is worth: `annolib.contracts.discrete.threshold` has the proof."""
    listed = replace(problem, efforts=(low, high), value=(0.0, 0.0), value_slope=None)
    actions = replace(Actions.of(listed), loss=np.zeros(2))
    law = CheckLaw.of(listed, monitor)
    bonuses = Bonuses(actions, law, n)
    if actions.reservation[1] <= actions.reservation[0]:  # effort that costs no more needs no bonus
        return _free(actions, law, n)
    with np.errstate(all="ignore"):
        log_gap, where, priced, _, looked = best_bonus(bonuses, [1])
    if where is None:
        raise NoBestContract(
            f"no threshold separates efforts {low:g} and {high:g} with n = {n}: the bonus is out of reach."
        )
    found = report(bonuses, where, priced, looked)
    room = actions.floor - float(actions.reservation[0])
    exponent, message = _exponent(law.success, room)
    return TwoActions(
        n, found.gap, log_gap, priced["rent"], priced["log_rent"], priced["log_fail"], found.contract, exponent, message,
    )  # fmt: skip


def _free(actions, law, n):
    rent = max(actions.floor - float(actions.reservation[1]), 0.0)
    pay = float(actions.problem.utility.wage(actions.reservation[1] + rent))
    rise = float(actions.problem.utility.wage_rise(actions.reservation[1], rent)) if rent > 0 else 0.0
    exponent, message = _exponent(law.success, actions.floor - float(actions.reservation[0]))
    with np.errstate(divide="ignore"):
        return TwoActions(
            n,
            rise,
            float(np.log(rise)),
            rent,
            float(np.log(rent)),
            -np.inf,
            Binary(1, pay, pay, n, law.counts),
            exponent,
            message,
        )


def _exponent(q, rent_without_luck):
    """What −log gap / n tends to, and in words why."""
    if rent_without_luck > 0:
        return 0.0, "the floor is above what shirking deserves: the rent stays, so the gap does not vanish"
    if rent_without_luck < 0:
        return float(bernoulli_divergence(*q)), "exponent KL(q_L‖q_H)"
    return float(chernoff_information(*q)), "the floor leaves a rent: exponent is the Chernoff information"
