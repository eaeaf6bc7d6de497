"""The model with finitely many efforts: what each costs, is worth and shows.

Effort i of 1 … K has the law P_i of what is seen (of X, the number of passes, or of any outcome), the value V_i to the firm and a cost c_i. A
contract gives the utility v_k in state k, and effort i then leaves the agent

    u₀ + m_i(E_i v − r_i),      r_i  the utility that the wage must give to come and do i,   m_i > 0:

    cost in utility                r_i = u₀ + c_i,             m_i = 1
    cost in money, CARA            r_i = u(h(u₀) + c_i),       m_i = e^(a·c_i)

(u(w − c) = e^(ac)u(w) − (e^(ac) − 1)/a is what makes the second one linear in v too.) The firm that wants effort j solves, M_i = m_i/m_j,

    minimise E_j h(v)   over  v ≥ u_f   subject to
    E_j v ≥ r_j                                     participation
    E_j v − r_j ≥ M_i(E_i v − r_i)   for all i      no other effort is better: finitely many linear constraints,

and takes the j with the largest V_j − E_j h(v). Nothing need be convex in effort. The gap to the first best is a sum of terms ≥ 0, each with
its own digits: [loss of j] + [h(E_j v) − h(r_j)] + [E_j h(v) − h(E_j v)]. It falls like e^(−En), so it is reckoned in logs.

References
----------
S. Grossman, O. Hart, "An analysis of the principal-agent problem", Econometrica 51 (1983), doi:10.2307/1912246: finitely many actions, and
utilities of the form G(a) + K(a)·v(w), which is what both cases above are.
M. Frick, R. Iijima, Y. Ishii, "Monitoring with Rich Data", arXiv:2312.16789: finitely many efforts and exponential rates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.agency.problem import first_best
from annolib.agency.utilities import CARA, RiskNeutral
from annolib.contracts.forms import Flat
from annolib.contracts.incentives.certificates import result
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import FLOOR, PARTICIPATION, Certificate
from annolib.validation import SHARE, within

SHOWN = 1e-9  # of the gap: a bound that leaves so little open is a proof
EVERY = "every one of the finitely many efforts"


@dataclass(frozen=True, eq=False)
class Actions:
    """The efforts of one problem in numbers, all arrays (K,).

    Attributes
    ----------
    problem, best : Problem, FirstBest
    efforts : what they are called
    reservation, growth : r_i, m_i
    loss : what doing i loses against the first best if seen
    """

    problem: object
    best: object
    efforts: np.ndarray
    reservation: np.ndarray
    growth: np.ndarray
    loss: np.ndarray

    @classmethod
    def of(cls, problem):
        """Read off a problem with finitely many efforts."""
        best, efforts = first_best(problem), np.array(problem.efforts)
        cost = np.asarray(problem.cost.cost(efforts), dtype=float)
        growth = np.ones(efforts.size)
        if problem.in_money and not isinstance(problem.utility, RiskNeutral):
            if not isinstance(problem.utility, CARA):
                raise ValueError(
                    f"cost in money is solved for CARA and RiskNeutral agents; saw {problem.utility}. Give the cost in utility, or CARA."
                )
            growth = np.exp(problem.utility.aversion * cost)
        return cls(
            problem, best, efforts, np.asarray(problem.reservation(efforts), dtype=float) + 0.0 * cost, growth,
            np.asarray(problem.loss(efforts, best), dtype=float),
        )  # fmt: skip

    @property
    def floor(self):
        """u_f, −∞ without a floor."""
        return self.problem.floor_utility

    @property
    def lowest(self):
        """The effort that is cheapest to the agent; of equals the one worth most."""
        cheapest = np.flatnonzero(self.reservation <= self.reservation.min())
        return int(cheapest[np.argmin(self.loss[cheapest])])

    def payoffs(self, expected):
        """The agent's payoff above u₀ of each effort, from E_i v."""
        return self.growth * (np.asarray(expected) - self.reservation)

    def certificate(self, j, expected, suboptimality=None, rent=None):
        """How much any other effort gains under a contract with these E_i v."""
        payoff = self.payoffs(expected)
        gains = payoff - payoff[j]
        others = np.flatnonzero(np.arange(gains.size) != j)
        i = int(others[np.argmax(gains[others])])
        gain = float(gains[i])
        return Certificate(
            float(payoff[j] if rent is None else rent),
            float(self.efforts[i]),
            gain,
            max(gain, 0.0),
            EVERY,
            suboptimality,
        )

    def result(self, j, *, log_gap, **numbers):
        """A SecondBest for effort j whose gap has its own digits."""
        gap = float(np.exp(log_gap))
        found = result(self.problem, self.best, effort=self.efforts[j], gap=gap, **numbers)
        return replace(found, log_gap=float(log_gap))


def flat_pay(actions, n, counts="passes"):
    """The best flat wage: it buys the effort that costs least, and of equals the one worth most."""
    problem, j = actions.problem, actions.lowest
    needed = float(actions.reservation[j])
    paid = max(needed, actions.floor)
    rent = paid - needed
    rise = float(problem.utility.wage_rise(needed, rent)) if rent > 0 else 0.0
    certificate = actions.certificate(j, np.full(actions.efforts.size, paid), 0.0)
    with np.errstate(divide="ignore"):
        log_gap = float(np.log(actions.loss[j] + rise))
    found = actions.result(
        j, log_gap=log_gap, family="flat", n=n, rent=rent, contract=Flat(float(problem.utility.wage(paid)), n, counts),
        binding=(FLOOR,) if rent > 0 else (PARTICIPATION,), certificate=certificate, converged=True, iterations=0, residual=0.0,
        message="flat pay buys the cheapest effort",
    )  # fmt: skip
    return replace(found, suboptimality=0.0)


@dataclass(frozen=True, eq=False)
class CheckLaw:
    """q_i and 1 − q_i of one check at each effort, counting what effort raises (`turned`: what it lowers)."""

    success: np.ndarray
    failure: np.ndarray
    counts: str

    @classmethod
    def of(cls, problem, monitor):
        """Of a monitor or a `PassCurve`."""
        efforts, top = np.array(problem.efforts), problem.effort_max
        within("efforts", efforts, 0, top, SHARE)
        if hasattr(monitor, "inverse"):
            q = np.asarray(monitor._pass_probability(efforts), dtype=float)
            return cls(_probabilities(q, efforts), 1 - q, "passes")
        law = PassLaw.from_monitor(monitor)
        if top > 1 and law.at_no_effort + law.gain * efforts[-1] ** law.power > 1 + 1e-15:
            raise ValueError(
                f"efforts up to {efforts[-1]:g} are too much for these checks: more than all would pass. Lower them."
            )
        return cls(law.success(efforts), law.failure(efforts), law.counts)

    @property
    def turned(self):
        """The same checks, failures counted instead of passes or passes instead of failures."""
        return CheckLaw(self.failure, self.success, "failures" if self.counts == "passes" else "passes")

    @property
    def silent(self):
        """Do the checks say nothing about effort?"""
        return bool(np.ptp(self.success) == 0)


def _probabilities(q, efforts):
    if not np.all((q >= 0) & (q <= 1)):
        at = int(np.argmin((q >= 0) & (q <= 1)))
        raise ValueError(f"q must be a probability; saw {q[at]:.4g} at effort {efforts[at]:.4g}.")
    return q
