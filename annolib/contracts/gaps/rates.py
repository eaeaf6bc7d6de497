"""How fast the gap to the first best closes with the number of checks: constants, formulas, fits, budgets.

With 𝓘 = 𝓘(η*), c′ = c′(η*), Δ* = c(η*), ū = u₀ + c(η*) and h the inverse utility:

- linear:  gap · n𝓘 → C_lin = ½ h″(ū) c′², which no contract can beat (Cov(v, score) = c′ and Cauchy-Schwarz);
- binary with a floor at the outside option: gap ≈ K·Φ(−z_n), z_n = √(2 log(Δ*√(n𝓘)/(c′√(2π)))),
  K = h(u₀) − h(ū) + h′(ū)Δ*, to leading order (K c′/Δ*)/√(𝓘 n log n). The latter is off by about 1/log n, which is slow.

References
----------
S. Liu, H. Wang, Z. Ma, X. Li, "How Humans Help LLMs: Assessing and Incentivizing Human Preference Annotators",
arXiv:2502.06387 (the rates). The constants are derived in this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from annolib.agency.problem import first_best
from annolib.validation import as_given, within


def linear_constant(problem, monitor=None) -> float:
    """C_lin = ½ h″(ū) c′²: gap · n𝓘 of linear pay without a floor tends to it; a bound for any contract.

    `monitor` is accepted for symmetry with `binary_constant`; neither constant depends on it (𝓘 holds it all).
    """
    best = _interior(problem)
    return float(0.5 * problem.utility.wage_curvature(best.utility) * problem.cost.slope(best.effort) ** 2)


def failure_waste(problem) -> float:
    """K = h(u₀) − h(ū) + h′(ū)Δ*: what one failed threshold wastes, a Bregman divergence of h."""
    best = _interior(problem)
    return float(problem.utility.waste(best.utility, -problem.cost.cost(best.effort)))


def binary_constant(problem, monitor=None) -> float:
    """K c′/Δ*: gap · √(𝓘 n log n) of threshold pay tends to it, slowly. See `binary_gap` for a sharp formula."""
    best = _interior(problem)
    return float(failure_waste(problem) * problem.cost.slope(best.effort) / problem.cost.cost(best.effort))


def information(problem, monitor) -> float | np.ndarray:
    """𝓘(η*): Fisher information of one check at the first-best effort."""
    return float(monitor.fisher_information(_interior(problem).effort))


def linear_gap(problem, monitor, n) -> float | np.ndarray:
    """C_lin/(n𝓘), the leading term of the linear gap; n may be an array."""
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    return as_given(linear_constant(problem) / (checks * information(problem, monitor)), n)


def threshold_leniency(problem, monitor, n) -> float:
    """z_n: how many standard deviations below the expected passes the threshold sits; NaN while n is too small."""
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    best = _interior(problem)
    ratio = problem.cost.cost(best.effort) / problem.cost.slope(best.effort)
    inside = ratio * np.sqrt(checks * information(problem, monitor) / (2 * np.pi))
    with np.errstate(invalid="ignore"):
        return as_given(np.sqrt(2 * np.log(inside)), n)


def binary_gap(problem, monitor, n) -> float | np.ndarray:
    """K·Φ(−z_n): within 1 % from n = 10⁴ on in the reference problem; NaN while n is too small for the formula.

    Examples
    --------
    >>> from annolib import CARA, PowerCost, Problem, SelfConsistency
    >>> problem = Problem(CARA(1.0), PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> print(f"{binary_gap(problem, SelfConsistency(0.15), 10_000):.3e}")
    2.804e-04
    """
    return as_given(failure_waste(problem) * ndtr(-np.asarray(threshold_leniency(problem, monitor, n))), n)


@dataclass(frozen=True)
class RateFit:
    """A straight line through log gap: gap ≈ constant · n^(−exponent), or constant · e^(−exponent·n)."""

    exponent: float
    constant: float
    kind: str
    largest_misfit: float

    def __repr__(self):
        law = f"n^-{self.exponent:.4g}" if self.kind == "power" else f"exp(-{self.exponent:.4g} n)"
        return (
            f"RateFit(gap ~ {self.constant:.4g} {law}, largest misfit {self.largest_misfit:.2g} in log gap)"
        )


def fit_power(n, gap) -> RateFit:
    """Least-squares exponent of gap ≈ constant · n^(−exponent).

    Examples
    --------
    >>> fit_power([10, 100, 1000], [0.2, 0.02, 0.002])
    RateFit(gap ~ 2 n^-1, largest misfit 0 in log gap)
    """
    return _fit(np.log(within("n", n, 1, np.inf)), np.log(within("gap", gap, 1e-300, np.inf)), "power")


def fit_exponential(n, log_gap) -> RateFit:
    """Least-squares exponent of gap ≈ constant · e^(−exponent·n), from log gaps (the gaps may underflow)."""
    return _fit(within("n", n, 1, np.inf), within("log_gap", log_gap, -np.inf, np.inf), "exponential")


@dataclass(frozen=True)
class MonitoringBudget:
    """How many checks to buy and what monitoring and risk then lose together."""

    checks: float
    loss: float
    information_per_price: float

    def __repr__(self):
        return (
            f"MonitoringBudget(checks={self.checks:.6g}, loss={self.loss:.6g}, "
            f"information per price={self.information_per_price:.6g})"
        )


def monitoring_budget(problem, monitor, price) -> MonitoringBudget:
    """n* = √(C_lin/(k𝓘)) checks at price k each lose 2√(C_lin·k/𝓘): take the monitor with the largest 𝓘/k.

    Minimises C_lin/(n𝓘) + k·n, the leading terms under linear pay.
    """
    cost = within("price", price, 0, np.inf, "It is the cost of one check.")
    if cost.ndim != 0 or not 0 < cost < np.inf:
        raise ValueError(f"price must be one finite number above 0; saw {price!r}.")
    constant, info = linear_constant(problem), information(problem, monitor)
    if info == 0:
        raise ValueError(
            f"monitor {monitor} has no information at the first-best effort: no number of checks helps."
        )
    k = float(cost)
    return MonitoringBudget(
        float(np.sqrt(constant / (k * info))), float(2 * np.sqrt(constant * k / info)), info / k
    )


def _fit(x, y, kind):
    if x.shape != y.shape or x.size < 2:
        raise ValueError(f"n and gaps must be two or more of each; saw shapes {x.shape} and {y.shape}.")
    slope, start = np.polyfit(x, y, 1)
    misfit = float(np.max(np.abs(y - start - slope * x)))
    return RateFit(float(-slope), float(np.exp(start)), kind, 0.0 if misfit < 1e-12 else misfit)


def _interior(problem):
    best = first_best(problem)
    if best.corner:
        raise ValueError(f"the rates need a first-best effort inside (0, 1); here {best.corner}.")
    return best
