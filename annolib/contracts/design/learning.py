"""Who is the agent? Cost of effort and risk aversion from what annotators do under contracts that are known.

Annotators answer a contract by the effort at which pay rewards a little more of it as much as it costs:

    dE u_a(w(X))/dη = c′(η),     c(η) = scale · η^p.

The left side is known but for the risk aversion a, once η is known; and η is known from the share of checks passed. So each contract gives

    log scale = log[ dE u_a(w)/dη / (p·η^(p−1)) ] =: L_j(a),     j = 1, 2.

- Two contracts of different steepness: L₁(a) = L₂(a) gives a, and then the scale. In the limit of many checks a line of slope β and mean pay w̄ has
  L = log(β·q′(η)/(p·η^(p−1))) − a·w̄, so that for repeats and p = 2, â = log(β₂/β₁)/(w̄₂ − w̄₁) and log ĉ₀ = log(4κβ₁) − âw̄₁, c = c₀η²/2.
- One contract, and a known utility: the scale.

Standard errors follow from those of the shares passed, √(q(1 − q)/(Nn)), by the slopes of L_j in q (delta method). Under a threshold d log P′/dη = z√(n𝓘),
and the effort has standard error 1/√(Nn𝓘): log ĉ₀ has z/√N, however large n is. A threshold is robust because it teaches little.

The strength of the checks is not identified beside the cost. With checks x times as strong the same shares fit efforts x^(−1/m) times as large and
a scale x^(p/m) times as large, m the power of effort in the pass rate: of repeats (m = 2) and a square cost only scale/κ is known. The aversion is not
touched: both L_j move by the same amount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from annolib.agency.utilities import CARA, RiskNeutral, Utility
from annolib.contracts.forms import Contract, Flat
from annolib.contracts.incentives.parts import MOST, expected
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.validation import within

_CLEAR = 4.0  # standard errors above chance, from which on an effort is taken for one
_STEP = 1e-5
_GRID = np.concatenate([[1e-6], np.geomspace(1e-2, 50, 24)])


@dataclass(frozen=True)
class CostEstimate:
    """Cost of effort and risk aversion from behaviour.

    Attributes
    ----------
    scale : float
        Of c(η) = scale · η^power, in utility.
    aversion : float
        a of CARA, per unit of money; NaN where the utility was given.
    log_scale_error, aversion_error : float
        Standard errors of log(scale) and of the aversion.
    correlation : float
        Of the two; NaN where only the scale was estimated.
    effort : tuple of float
        Estimated effort under each contract.
    annotators : tuple of int
        How many were watched under each.
    message : str
    """

    scale: float
    aversion: float
    log_scale_error: float
    aversion_error: float
    correlation: float
    effort: tuple
    annotators: tuple
    message: str

    def __repr__(self):
        averse = (
            "" if np.isnan(self.aversion) else f", aversion={self.aversion:.4g} ± {self.aversion_error:.2g}"
        )
        return f"CostEstimate(scale={self.scale:.4g} ± {self.scale * self.log_scale_error:.2g}{averse}; {self.message})"

    def to_frame(self):
        """One row for each parameter: estimate, standard error, and the interval of ± 1.96 of them."""
        import pandas as pd

        scale = [self.scale, self.scale * self.log_scale_error]
        wide = 1.96 * self.log_scale_error
        rows = {"scale": [*scale, self.scale * np.exp(-wide), self.scale * np.exp(wide)]}
        if not np.isnan(self.aversion):
            wide = 1.96 * self.aversion_error
            rows["aversion"] = [
                self.aversion,
                self.aversion_error,
                self.aversion - wide,
                self.aversion + wide,
            ]
        return pd.DataFrame.from_dict(
            rows, orient="index", columns=["estimate", "standard error", "low", "high"]
        )


def estimate_cost(monitor, contracts, passes, *, utility=None, power=2.0) -> CostEstimate:
    """Cost scale and risk aversion from the passes of annotators under one or two known contracts.

    Parameters
    ----------
    monitor : Monitor
        What a check is.
    contracts : Contract, or a pair of them
        What was paid: any of `Flat`'s relatives (`Linear`, `Binary`, …), with their n checks. A pair estimates the risk aversion
        as well; they should differ much in steepness.
    passes : array_like of int, or a pair of them
        How many of its n checks each annotator passed under a contract.
    utility : Utility, optional
        The utility of money where it is known; needed for one contract, and then only the scale is estimated.
    power : float
        p of c(η) = scale · η^p.

    Returns
    -------
    CostEstimate

    Raises
    ------
    ValueError
        Passes that say no effort, or full effort (then pay was more than enough, or none); two contracts between which no risk
        aversion tells.

    Notes
    -----
    The strength of `monitor` is taken for known, and the standard errors do not hold its own. The data cannot correct it: for repeats and
    power=2 only scale/κ is identified, so that with a κ a tenth too large the scale is a tenth too large as well (in general x^(p/m), see
    above); the aversion stays. A plan that rests on both errs with both: `annolib.design_pay` has a line for that in its `errors`. Where
    full care can pass as many checks as planned, the passes and the pay are then those of the plan; the effort behind them is not.

    Examples
    --------
    Fifty annotators on each of two lines. Their cost is 0.5·effort² and their risk aversion 1.

    >>> import annolib as al
    >>> repeats, rng = al.SelfConsistency(0.15), np.random.default_rng(0)
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e))
    >>> lines = [al.contracts.Linear(base, slope, None, n=1000) for base, slope in ((-0.88, 1.79), (-1.22, 2.35))]
    >>> efforts = [al.best_answer(problem, repeats, line).effort for line in lines]
    >>> seen = [repeats.simulate([effort] * 50, 1000, rng=rng) for effort in efforts]
    >>> found = estimate_cost(repeats, lines, seen)
    >>> bool(abs(found.aversion - 1) < 3 * found.aversion_error), bool(abs(found.scale - 0.5) < 1.5 * found.log_scale_error)
    (True, True)

    Had the repeats been taken for a fifth stronger, the same people would seem to have a fifth more cost:

    >>> other = estimate_cost(al.SelfConsistency(0.18), lines, seen)
    >>> round(other.scale / found.scale, 6), round(other.aversion / found.aversion, 6)
    (1.2, 1.0)
    """
    evidence = PassLaw.from_monitor(monitor)
    pair, seen = _read(contracts, passes)
    p = within("power", power, 1, np.inf, "It is the power of effort in its cost.")
    if p.ndim != 0 or not np.isfinite(p):
        raise ValueError(f"power must be one finite number, at least 1; saw {power!r}.")
    if evidence.gain == 0:
        raise ValueError(f"monitor {monitor} says nothing about effort: no behaviour is seen through it.")
    watched = [_Watched.of(evidence, one, counts, float(p)) for one, counts in zip(pair, seen, strict=True)]
    efforts, numbers = tuple(one.effort for one in watched), tuple(int(np.size(x)) for x in seen)
    if utility is not None:
        if not isinstance(utility, Utility):
            raise TypeError(f"utility must be CARA, CRRA or RiskNeutral; saw {utility!r}.")
        return _scale_alone(watched, utility, efforts, numbers)
    if len(watched) == 1:
        raise ValueError(
            "utility must be given for one contract: risk aversion shows only between two. Say utility=CARA(1)."
        )
    return _both(watched, efforts, numbers)


@dataclass(frozen=True, eq=False)
class _Watched:
    """A contract and what was seen under it."""

    evidence: PassLaw
    contract: object
    power: float
    share: float  # of checks that counted
    error: float  # its standard error

    @classmethod
    def of(cls, evidence, contract, counts, power):
        n = contract.n
        counts = within("passes", counts, 0, n, f"Count the passes of each annotator in {n} checks.")
        if counts.size == 0:
            raise ValueError("passes must hold one count for each annotator; saw none.")
        share = float(np.mean(counts)) / n
        share = share if evidence.counts == "passes" else 1 - share
        low, high = evidence.at_no_effort, evidence.at_no_effort + evidence.gain
        if not low < share < high:
            raise ValueError(
                f"passes must tell an effort between 0 and 1; a share of {share:.4g} is outside ({low:.4g}, {high:.4g}). "
                "Watch more annotators, or pay differently."
            )
        error = float(np.sqrt(share * (1 - share) / (n * counts.size)))
        if share - low < _CLEAR * error:
            raise ValueError(
                f"passes must show effort: a share of {share:.4g} lies within {_CLEAR:g} standard errors of {low:.4g}, which no effort "
                "gives. This pay bought little or none: a steeper one is needed, more annotators do not help."
            )
        return cls(evidence, contract, power, share, error)

    @property
    def effort(self):
        return float(self.evidence.effort(self.share))

    def log_scale(self, utility, share=None):
        """L: log of the cost scale that makes the effort seen the agent's choice; NaN where more effort pays nothing."""
        share = self.share if share is None else share
        n, evidence = self.contract.n, self.evidence
        effort = float(evidence.effort(share))
        k = np.arange(n + 1)
        wages = self.contract.wage(k if evidence.counts == "passes" else n - k)
        v = utility.utility(np.asarray(wages, dtype=float))
        rise = float(expected(n - 1, np.array([share]), np.array([1 - share]), n * np.diff(v))[0])
        rewarded = rise * float(evidence.slope(effort))
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.log(rewarded) - np.log(self.power * effort ** (self.power - 1)))

    def slope(self, utility):
        """dL/dq by a central difference."""
        step = _STEP * min(self.share - self.evidence.at_no_effort, 1 - self.share)
        return (self.log_scale(utility, self.share + step) - self.log_scale(utility, self.share - step)) / (
            2 * step
        )


def _scale_alone(watched, utility, efforts, numbers):
    logs = np.array([one.log_scale(utility) for one in watched])
    if not np.all(np.isfinite(logs)):
        raise ValueError(
            "contracts must pay more for more effort where the annotators are; one of them does not."
        )
    errors = np.array([abs(one.slope(utility)) * one.error for one in watched])
    weights = 1 / np.maximum(errors, 1e-300) ** 2
    log_scale = float(weights @ logs / weights.sum())
    error = float(1 / np.sqrt(weights.sum()))
    message = "the scale, for a utility that is given"
    return CostEstimate(float(np.exp(log_scale)), np.nan, error, np.nan, np.nan, efforts, numbers, message)


def _both(watched, efforts, numbers):
    def off(a):
        utility = _cara(a)
        return watched[1].log_scale(utility) - watched[0].log_scale(utility)

    with np.errstate(all="ignore"):
        values = np.array([off(a) for a in _GRID])
        turns = np.flatnonzero(
            (values[:-1] * values[1:] < 0) & np.isfinite(values[:-1]) & np.isfinite(values[1:])
        )
        if not turns.size:
            raise ValueError(
                "contracts must differ in what they pay for effort: no risk aversion explains both behaviours. "
                "Watch more annotators, or compare a flat line with a steep one."
            )
        a = float(brentq(off, _GRID[turns[0]], _GRID[turns[0] + 1], xtol=1e-13))
        utility, step = _cara(a), 1e-5 * max(a, 1e-2)
        by_a = [
            (one.log_scale(_cara(a + step)) - one.log_scale(_cara(a - step))) / (2 * step) for one in watched
        ]
        by_q = [one.slope(utility) for one in watched]
    apart = by_a[1] - by_a[0]
    da = np.array([by_q[0], -by_q[1]]) / apart  # of a in both shares
    dc = by_a[0] * da + np.array([by_q[0], 0.0])
    variance = np.array([one.error**2 for one in watched])
    error_a, error_c = float(np.sqrt(da**2 @ variance)), float(np.sqrt(dc**2 @ variance))
    correlation = float((da * dc) @ variance / (error_a * error_c))
    scale = float(np.exp(watched[0].log_scale(utility)))
    message = "risk aversion and the scale, from two contracts"
    return CostEstimate(scale, a, error_c, error_a, correlation, efforts, numbers, message)


def _cara(a):
    return CARA(a) if a > 1e-9 else RiskNeutral()


def _read(contracts, passes):
    """Both as lists of the same length, one or two."""
    pair = [contracts] if isinstance(contracts, Contract) else list(contracts)
    seen = [passes] if isinstance(contracts, Contract) else list(passes)
    if len(pair) not in (1, 2) or len(seen) != len(pair):
        raise ValueError(
            f"contracts must be one or two, and passes the counts under each; saw {len(pair)} and {len(seen)}."
        )
    for one in pair:
        if not isinstance(one, Contract) or isinstance(one, Flat):
            raise TypeError(f"contracts must pay by the checks, such as Linear or Binary; saw {one!r}.")
        if one.n > MOST:
            raise ValueError(f"contracts must not rest on more than {MOST:,} checks; saw n={one.n:,}.")
    return pair, seen
