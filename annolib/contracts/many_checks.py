"""Expected utility and wage of a contract on more checks than there is memory for: sums in closed form, or by blocks of counts.

    Flat       a constant
    Binary     low + Δ·P(X ≥ t), the regularised incomplete beta function
    Tiered     a sum of such steps, each upwards
    Linear     E u(base + slope·X/n): concave beyond the kink at the floor; Gauss rules on blocks of counts (`annolib.numerics.binomials`)
    Optimal    concave in the count beyond its kink, where that is so; by blocks

so that U is a sum of parts that are convex and then concave in q, as `annolib.contracts.incentives.deviations` asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.forms import Binary, Flat, Linear, Optimal, Tiered
from annolib.contracts.incentives.parts import curve_part, step_part
from annolib.numerics.binomials import moments, tails

_SAMPLES = 4001


@dataclass(frozen=True, eq=False)
class PayInParts:
    """A contract in parts: U = base + Σ parts.

    Attributes
    ----------
    base : float
    parts : tuple of Part
    wage : callable
        Expected wage at an array of efforts.
    guesses : tuple of float
        Efforts worth trying first.
    proved : bool
        Is the curvature of every part known?
    """

    base: float
    parts: tuple
    wage: object
    guesses: tuple
    proved: bool = True

    def utility(self, efforts):
        """U at an array of efforts."""
        return self.base + sum((part.value(efforts) for part in self.parts), np.zeros(np.shape(efforts)))


def in_parts(problem, evidence, contract):
    """The contract as `PayInParts`.

    Raises
    ------
    ValueError
        Wages that fall with the count, or that the utility does not know; a contract of another form.
    """
    if contract.counts != evidence.counts:
        raise ValueError(
            f"contract counts {contract.counts}, and more effort means more {evidence.counts} of {evidence}; give its wages for those."
        )
    build = {Flat: _flat, Binary: _steps, Tiered: _steps, Linear: _line, Optimal: _any}.get(type(contract))
    if build is None:
        raise ValueError(
            f"contract must be Flat, Binary, Tiered, Linear or Optimal beyond a million checks; saw {contract!r}."
        )
    return build(problem, evidence, contract)


def _known(problem, wages):
    """Utilities of wages, or the error that one has none."""
    with np.errstate(all="ignore"):
        v = np.asarray(problem.utility.utility(np.asarray(wages, dtype=float)), dtype=float)
    if not np.all(np.isfinite(v)):
        raise ValueError(
            f"contract pays {np.min(wages):.4g}, a wage that {problem.utility} does not know. Raise its lowest wage."
        )
    return v


def _flat(problem, evidence, contract):
    paid = float(contract.pay)
    return PayInParts(float(_known(problem, paid)), (), lambda e: np.full(np.shape(e), paid), ())


def _steps(problem, evidence, contract):
    binary = isinstance(contract, Binary)
    edges = (contract.threshold,) if binary else contract.thresholds
    wages = np.array([contract.low, contract.high] if binary else contract.wages, dtype=float)
    v, n = _known(problem, wages), contract.n
    inside = [(t, dv, dw) for t, dv, dw in zip(edges, np.diff(v), np.diff(wages), strict=True) if 0 < t <= n]
    below = [(dv, dw) for t, dv, dw in zip(edges, np.diff(v), np.diff(wages), strict=True) if t <= 0]
    if any(dv < 0 for _, dv, _ in inside):
        raise ValueError(
            f"contract must not pay less for more {contract.counts} beyond a million checks; saw wages {wages.tolist()}."
        )
    base, least = v[0] + sum(dv for dv, _ in below), wages[0] + sum(dw for _, dw in below)
    parts = tuple(step_part(evidence, n, t, dv) for t, dv, _ in inside if dv > 0)

    def wage(efforts):
        q, r = evidence.success(efforts), evidence.failure(efforts)
        return least + sum((dw * tails(t, n, q, r)[0] for t, _, dw in inside), np.zeros(np.shape(efforts)))

    spread = np.sqrt(0.25 / n)
    away = np.array([t / n for t, *_ in inside])[:, None] + spread * np.linspace(-8, 8, 33)
    low, high = evidence.at_no_effort, evidence.at_no_effort + evidence.gain
    guesses = tuple(evidence.effort(np.clip(away.ravel(), low, high))) if evidence.gain else ()
    return PayInParts(float(base), parts, wage, guesses)


def _line(problem, evidence, contract):
    n, floor = contract.n, contract.floor
    ends = np.array([contract.base, contract.base + contract.slope])
    _known(problem, ends if floor is None else np.maximum(ends, floor))
    if floor is not None and contract.slope < 0:
        raise ValueError(
            f"contract must not pay less for more {contract.counts} beyond a million checks; saw slope {contract.slope:g}."
        )
    if contract.cap is not None and max(ends) > contract.cap:
        raise ValueError(
            "contract must not be cut at a cap beyond a million checks. Give a line below its cap, without one."
        )
    kink = np.nan
    if floor is not None and contract.slope > 0 and 0 < (floor - contract.base) / contract.slope < 1:
        kink = (floor - contract.base) / contract.slope * n

    def paid(k):
        return contract._wage(k)

    def wage(efforts):
        q, r = evidence.success(efforts), evidence.failure(efforts)
        if np.isnan(kink):
            whole = contract.base + contract.slope * q
            return whole if floor is None else np.maximum(whole, floor)
        return moments(n, q, r, paid, kink).reshape(np.shape(efforts))

    part = curve_part(evidence, n, lambda k: problem.utility.utility(paid(k)), kink)
    return PayInParts(0.0, (part,), wage, ())


def _any(problem, evidence, contract):
    pay, n = getattr(contract._pay, "__self__", None), contract.n
    if pay is None:
        raise ValueError(
            f"contract must come from a solver for more than a million checks; saw {contract!r}. Solve again."
        )
    kink = pay.kink
    low, high = (0.0 if np.isnan(kink) else kink), float(n)
    v = problem.utility.utility(contract._wage(np.linspace(low, high, _SAMPLES)))
    bend = np.diff(v, 2)
    concave = bool(
        np.all(bend <= 16 * np.finfo(float).eps * np.max(np.abs(v)) + 1e-300) and np.all(np.diff(v) >= -1e-15)
    )
    q = float(evidence.success(contract.effort))
    near = n * q + np.sqrt(n * q * (1 - q)) * np.linspace(-12, 12, 241)  # where pay moves
    near = near[(near > low) & (near < high)]
    bend = np.diff(problem.utility.utility(contract._wage(near)), 2)
    concave &= bool(np.all(bend <= 1e-12 * np.max(np.abs(bend), initial=0.0) + 1e-16))
    part = curve_part(evidence, n, lambda k: problem.utility.utility(contract._wage(k)), kink)

    def wage(efforts):
        q, r = evidence.success(efforts), evidence.failure(efforts)
        return moments(n, q, r, contract._wage, kink).reshape(np.shape(efforts))

    return PayInParts(0.0, (part,), wage, (contract.effort,), concave)
