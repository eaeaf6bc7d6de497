"""How fast the gap to the first best closes with the number of checks: constants, formulas, fits, budgets.

With 𝓘 = 𝓘(η*), c′ = c′(η*), Δ* = c(η*), ū = u₀ + c(η*) and h the inverse utility:

- linear:  gap · n𝓘 → C_lin = ½ h″(ū) c′², which no contract can beat (Cov(v, score) = c′ and Cauchy-Schwarz);
- binary with a floor at the outside option: gap ≈ K·Φ(−z_n), z_n = √(2 log(Δ*√(n𝓘)/(c′√(2π)))),
  K = h(u₀) − h(ū) + h′(ū)Δ*, to leading order (K c′/Δ*)/√(𝓘 n log n). The latter is off by about 1/log n, which is slow.

What not knowing the strength of the checks costs is in `annolib.contracts.gaps.not_knowing`; its names are here too.
What holds from a few checks on (`crossing_gap`, `deposit_rule`), or without a floor (`fine_constant`, `line_and_fine_constant`), is derived in
`annolib.contracts.gaps.small_samples`.

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
from annolib.contracts.gaps.not_knowing import (
    Pilot,
    pilot,
    pilot_size,
    price_of_not_knowing,
    robust_line_limit,
    robust_margin,
    robust_threshold_limit,
)
from annolib.contracts.gaps.small_samples import (
    crossing_gap,
    deposit_rule,
    fine_constant,
    line_and_fine_constant,
)
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.monitors.base import Monitor
from annolib.numerics.binomials import log_tails
from annolib.numerics.roots import bracketed_root
from annolib.validation import as_given, within

__all__ = [
    "MonitoringBudget",
    "Pilot",
    "RateFit",
    "binary_constant",
    "binary_gap",
    "crossing_gap",
    "deposit_rule",
    "failure_waste",
    "fine_constant",
    "fit_exponential",
    "fit_power",
    "information",
    "level_gap",
    "line_and_fine_constant",
    "linear_constant",
    "linear_gap",
    "monitoring_budget",
    "pilot",
    "pilot_size",
    "price_of_not_knowing",
    "robust_line_limit",
    "robust_margin",
    "robust_threshold_limit",
    "threshold_leniency",
]


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
    if not isinstance(monitor, Monitor):
        raise TypeError(
            f"monitor must be one kind of checks of known strength, such as SelfConsistency(0.15); saw {monitor!r}. Of two kinds "
            "the gap is about C_lin/(n₁𝓘₁ + n₂𝓘₂): add up their checks' information."
        )
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


def level_gap(problem, monitor, n, efforts, tails="normal") -> float | np.ndarray:
    """K·Φ(−z): the gap of threshold pay where efforts are a finite list that ends at the first best, floor at the outside option.

    With d = (η* − η_{J−1})·√(n𝓘) and r = (c(η*) − c(η_{J−1}))/Δ*, η_{J−1} the level next below η*, z is the lenient root (the larger one) of

        Φ(z) − Φ(z − d) = r:

    the bonus Δ*, which idleness sets, must also make the last step worth it. d → 0 gives the law of a continuum, `binary_gap`; for large d the gap falls
    like e^(−d²/2). With J even steps d = η*√(n𝓘)/J: beyond about J = z·η*√(n𝓘) steps more levels make no difference (d·z ≈ 1).

    Parameters
    ----------
    efforts : sequence of float
        At least three, increasing, the last one the first best (to 1e-6).
    n : int or array_like of int
    tails : {"normal", "binomial"}
        The formula above, or the same with the count's own tails: P(X ≥ t | η*) − P(X ≥ t | η_{J−1}) = r, gap K·P(X < t | η*).

    Returns
    -------
    float or numpy.ndarray; NaN where there is no root, Φ(d/2) − Φ(−d/2) < r: too few checks. For the reference problem with 33 levels
    within 13 % of the exact answer from 1,000 to 30,000 checks, 21 % low at 100,000; few levels with many checks (d above 3) need the tails
    of the count itself, which are within 9 % from 3,000 checks and 9 levels on.

    Examples
    --------
    >>> import numpy as np
    >>> from annolib import CARA, PowerCost, Problem, SelfConsistency
    >>> problem = Problem(CARA(1.0), PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> levels = np.linspace(0, first_best(problem).effort, 33)
    >>> print(f"{level_gap(problem, SelfConsistency(0.15), 10_000, levels):.2e}")
    6.71e-05
    """
    checks = within("n", n, 1, np.inf, "Give the number of checks.")
    levels = within("efforts", efforts, 0, np.inf, "List the levels of effort.")
    best = _interior(problem)
    if levels.ndim != 1 or levels.size < 3 or not np.all(np.diff(levels) > 0):
        raise ValueError(
            f"efforts must be three or more, increasing; saw {efforts!r}. For two use annolib.two_actions."
        )
    if abs(levels[-1] - best.effort) > 1e-6:
        raise ValueError(
            f"efforts must end at the first best, {best.effort:.6f}; saw {levels[-1]:.6f}. Scale the list."
        )
    cost, step = problem.cost.cost, float(levels[-1] - levels[-2])
    ratio = float((cost(levels[-1]) - cost(levels[-2])) / cost(levels[-1]))
    if tails == "binomial":
        gaps = [
            failure_waste(problem) * _failure(PassLaw.from_monitor(monitor), int(x), levels[-2:], ratio)
            for x in checks.ravel()
        ]
        return as_given(np.reshape(gaps, checks.shape), n)
    if tails != "normal":
        raise ValueError(f"tails must be 'normal' or 'binomial'; saw {tails!r}.")
    d = step * np.sqrt(checks * information(problem, monitor))
    spread = 40.0 + d
    z = bracketed_root(lambda z: ratio - _between(z, d), d / 2, d / 2 + spread)
    return as_given(np.where(_between(d / 2, d) < ratio, np.nan, failure_waste(problem) * ndtr(-z)), n)


def _failure(law, n, levels, ratio):
    """P(X < t) at the higher level where it and the lower one differ by `ratio` in P(X ≥ t), at the lenient t; NaN where they never do."""
    q, r = law.success(levels), law.failure(levels)

    def rise(t):
        high, low = (log_tails(t, n, q[i], r[i])[0] for i in (1, 0))
        return np.exp(high) - np.exp(low)

    odds = np.log(q[1] / q[0]) + np.log(r[0] / r[1])
    most = np.clip(np.array([n * np.log(r[0] / r[1]) / odds + 0.5]), 1.0, n)  # there both laws are equal
    if not rise(most)[0] >= ratio:
        return np.nan
    t = bracketed_root(lambda t: rise(t) - ratio, np.ones(1), most)
    return float(np.exp(log_tails(t, n, q[1], r[1])[1])[0])


def _between(z, d):
    """Φ(z) − Φ(z − d), from the side where it does not cancel."""
    return np.where(z > d / 2, ndtr(d - z) - ndtr(-z), ndtr(z) - ndtr(z - d))


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
    problem.require_plain("for the rates (for listed efforts see level_gap)")
    best = first_best(problem)
    if best.corner:
        raise ValueError(f"the rates need a first-best effort inside (0, 1); here {best.corner}.")
    return best
