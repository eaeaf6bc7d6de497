"""What a contract on two kinds of checks buys: the agent's best answer, from the contract alone."""

from __future__ import annotations

import numpy as np

from annolib.agency.utilities import CARA, RiskNeutral
from annolib.contracts.forms import JointLinear
from annolib.contracts.joint.family import JointLaw, PayTable, other_peak, proved_answer
from annolib.contracts.joint.uncut import UncutPay

_TIE = 1e-10
_MOST = 30_000_000  # pairs of counts in a table


def best_joint_answer(problem, monitor, contract):
    """(effort, payoff, bound of the payoff, expected wage); at a tie the effort that the principal likes best."""
    if not hasattr(monitor, "kinds"):
        raise TypeError(f"monitor must be a Joint for a contract on two kinds of checks; saw {monitor!r}.")
    problem.require_plain("where checks are of two kinds")
    law = JointLaw.of(monitor, contract.n)
    pay = _pay(problem, law, contract)
    with np.errstate(all="ignore"):
        found = proved_answer(problem, pay, (0.0, 1.0))
        other, gain = other_peak(problem, pay, found.effort)
        efforts = [found.effort]
        if gain >= -_TIE:
            efforts.append(other)
        free = problem.cost.free_effort
        if float(pay.expected(np.array([free]))[0, 0] - problem.cost.cost(free)) >= found.payoff - _TIE:
            efforts.append(free)
        wages = [_paid(law, contract, e) for e in efforts]
    i = int(np.argmax([float(problem._value(e)) - w for e, w in zip(efforts, wages, strict=True)]))
    own = float(pay.expected(np.array([efforts[i]]))[0, 0] - problem.cost.cost(efforts[i]))
    return float(efforts[i]), own, found.bound, float(wages[i])


def _whole(contract):
    """A line that is nowhere cut."""
    return isinstance(contract, JointLinear) and contract.floor is None and contract.cap is None


def _explicit(problem, contract):
    return _whole(contract) and isinstance(problem.utility, CARA | RiskNeutral)


def _pay(problem, law, contract):
    """Expected utility, by formula where there is one."""
    if _explicit(problem, contract):
        averse = getattr(problem.utility, "aversion", 0.0)
        return UncutPay(law, averse, contract.base, contract.slopes)
    if law.shape[0] * law.shape[1] > _MOST:
        raise ValueError(
            f"contract must not rest on more than {_MOST:,} pairs of counts; saw n={contract.n}."
        )
    with np.errstate(all="ignore"):
        utilities = problem.utility.utility(contract.table())
    if not np.all(np.isfinite(utilities)):
        raise ValueError(
            f"contract pays {np.min(contract.table()):.4g} for some counts, a wage that {problem.utility} does not know. Raise its lowest wage."
        )
    return PayTable(law, utilities)


def _paid(law, contract, effort):
    """Expected wage."""
    if _whole(contract):
        chances = (float(kind.evidence.success(effort)) for kind in law.kinds)
        return contract.base + sum(s * q for s, q in zip(contract.slopes, chances, strict=True))
    return float(law.expected(contract.table(), np.array([effort]), 0)[0, 0])
