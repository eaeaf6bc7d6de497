"""Efforts on [0, m] for another largest effort m: the same problem in the unit x = η/m.

    c(mx), V(mx), q(mx)  on  [0, 1];        η = m·x.

Nothing is lost or gained: every contract buys the same effort in both units, so bounds and proofs carry over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from annolib.contracts.forms import Optimal
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import SecondBests


@dataclass(frozen=True, eq=False)
class Change:
    """A problem in another variable x ∈ [0, 1]: `problem`, its `evidence`, and `back`, the effort of each x."""

    problem: object
    evidence: object
    back: object

    def restore(self, found):
        """The result in efforts."""
        if isinstance(found, SecondBests):
            return SecondBests(tuple(self.restore(one) for one in found))
        certificate = found.certificate
        if not np.isnan(certificate.deviation):
            certificate = replace(certificate, deviation=self._effort(certificate.deviation))
        contract = found.contract
        if isinstance(contract, Optimal):
            others = tuple(self._effort(x) for x in contract.deviations)
            contract = replace(contract, effort=self._effort(contract.effort), deviations=others)
        return replace(found, effort=self._effort(found.effort), certificate=certificate, contract=contract)

    def _effort(self, x):
        return float(self.back(np.array(x)))


def stretched(problem, monitor):
    """The `Change` to x = η/effort_max, for a monitor of the form chance + gain·η^power."""
    law, top = PassLaw.from_monitor(monitor), problem.effort_max
    gain = law.gain * top**law.power
    if law.at_no_effort + gain > 1 + 1e-15:
        raise ValueError(
            f"effort_max = {top:g} is too much for these checks: one would pass with probability {law.at_no_effort + gain:.4g}. "
            "Lower effort_max, or describe the checks by a PassCurve on [0, effort_max]."
        )
    return Change(in_unit(problem), replace(law, gain=gain), lambda x: top * x)


def in_unit(problem):
    """The problem in the unit x = η/effort_max."""
    top, value, slope = problem.effort_max, problem.value, problem.value_slope
    return replace(
        problem,
        cost=problem.cost.stretched(top),
        value=lambda x: value(top * x),
        value_slope=None if slope is None else lambda x: top * slope(top * x),
        effort_max=1.0,
    )


def stretched_best(problem, monitor, n, family, tiers, ask):
    """The best contract for efforts on [0, effort_max]."""
    change = stretched(problem, monitor)
    return change.restore(ask(change.problem, change.evidence, n, family, tiers=tiers))
