"""Which check should I buy? Information per check and per unit of cost, and where self-consistency wins.

With 𝓘 the Fisher information of a check about effort and k its price, the better monitor has the larger 𝓘/k.
For self-consistency (strength κ) against an expert (shared strength ρ), with price ratio r = k_self/k_expert:

    𝓘_self/k_self > 𝓘_expert/k_expert  ⇔  4κ²η²(1 − 16ρ²η²) − rρ²(1 − 16κ²η⁴) > 0,

derived here from 𝓘_self = 64κ²η²/(1 − 16κ²η⁴) and 𝓘_expert = 16ρ²/(1 − 16ρ²η²) by multiplying out both
positive denominators. With r = 1 it is 4κ²η² − 48κ²ρ²η⁴ − ρ² > 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from annolib.monitors.base import Monitor
from annolib.validation import SHARE, as_given, within

if TYPE_CHECKING:
    import pandas as pd

_KAPPA = "It is the mean of (p - 1/2)²."
_RHO = "It is the mean of (p - 1/2)(e - 1/2)."
_MOST = np.finfo(float).max


class Purchase(NamedTuple):
    """How much monitoring to buy: number of checks (not rounded), its cost, and the loss with the gap."""

    checks: float
    cost: float
    loss: float


def information_table(monitors, efforts, costs=None) -> pd.DataFrame:
    """Information of each monitor's check, per check and per unit of cost, and the best at each effort.

    Parameters
    ----------
    monitors : dict of str to Monitor
    efforts : array_like
        The rows.
    costs : dict of str to float, optional
        Price of a check of each monitor, positive; 1 by default.

    Returns
    -------
    pandas.DataFrame with index `effort` and column levels (quantity, monitor): "information", "per cost", and
    "best"
        with the name of the largest per cost ("" where all are 0).

    Examples
    --------
    >>> from annolib.monitors import Expert, SelfConsistency
    >>> pair = {"self": SelfConsistency(0.25), "expert": Expert(0.25)}
    >>> table = information_table(pair, [0.3, 0.9], costs={"self": 1, "expert": 5})
    >>> table["information"].round(3).to_dict("list"), table["best", ""].tolist()
    ({'self': [0.363, 9.421], 'expert': [1.099, 5.263]}, ['self', 'self'])
    """
    import pandas as pd

    if not isinstance(monitors, dict) or not monitors:
        raise TypeError(f"monitors must be a dict of names and monitors; saw {monitors!r}.")
    for name, monitor in monitors.items():
        if not isinstance(monitor, Monitor):
            raise TypeError(f"monitors must hold monitors; saw {monitor!r} under {name!r}.")
    prices = dict.fromkeys(monitors, 1.0) if costs is None else costs
    if set(prices) != set(monitors):
        raise ValueError(f"costs must name the same monitors; saw {sorted(prices)} for {sorted(monitors)}.")
    eta = np.atleast_1d(within("efforts", efforts, 0, 1, SHARE))
    information = {name: monitor.fisher_information(eta) for name, monitor in monitors.items()}
    worth = {
        name: value / within(f"costs[{name!r}]", prices[name], 1e-300, _MOST, "Give a positive price.")
        for name, value in information.items()
    }
    names, values = np.array(list(worth)), np.stack(list(worth.values()))
    best = np.where(values.max(axis=0) > 0, names[values.argmax(axis=0)], "")
    columns = {("information", name): value for name, value in information.items()}
    columns |= {("per cost", name): value for name, value in worth.items()} | {("best", ""): best}
    return pd.DataFrame(columns, index=pd.Index(eta, name="effort"))


def self_consistency_margin(effort, kappa, rho, cost_ratio=1.0) -> float | np.ndarray:
    """Positive where self-consistency tells more per unit of cost than an expert, negative where the expert
    does.

    4κ²η²(1 − 16ρ²η²) − rρ²(1 − 16κ²η⁴); for r = 1 it is 4κ²η² − 48κ²ρ²η⁴ − ρ². Broadcasts: give a column of ρ
    and a row of η for a map.

    Parameters
    ----------
    effort : float or array_like, in [0, 1]
    kappa : float or array_like
        Strength of the repeated items, in [0, ¼].
    rho : float or array_like
        Shared strength with the expert, in [−¼, ¼]. A real expert has abs(ρ) ≤ √(κκ_e) ≤ √κ/2 on the same
        items.
    cost_ratio : float or array_like
        Price of a self check (one more label) over that of an expert check (an expert's label).

    Examples
    --------
    >>> self_consistency_margin([0.5, 0.58, 0.9], kappa=0.25, rho=0.25).round(4)
    array([-0.0117,  0.0004,  0.017 ])
    """
    eta, k, r, price = _checked(effort, kappa, rho, cost_ratio)
    margin = 4 * k**2 * eta**2 * (1 - 16 * r**2 * eta**2) - price * r**2 * (1 - 16 * k**2 * eta**4)
    return as_given(margin, effort, kappa, rho, cost_ratio)


def winning_efforts(kappa, rho, cost_ratio=1.0) -> tuple:
    """Between which efforts self-consistency wins: (low, high), or (nan, nan) if nowhere in [0, 1].

    `cost_ratio` r is the price of a self-consistency check over the price of an expert check; the winner tells more
    per unit of cost. The margin is a parabola in y = η², −(64 − 16r)κ²ρ²·y² + 4κ²·y − rρ²; low and high are the roots of its
    positive part, cut to [0, 1]. For r = 1 the roots are y = (1 ± √(1 − 12ρ⁴/κ²))/(24ρ²): none unless κ >
    2√3·ρ².

    Examples
    --------
    >>> low, high = winning_efforts(kappa=0.25, rho=0.25)
    >>> round(low**2, 6), high
    (0.333333, 1.0)

    Items with κ up to 1/12 and a certain expert of the annotator's taste, ρ = √κ/2: nowhere, at equal prices. A self
    check at a fifth of the price wins from effort .51 on:

    >>> rho = 0.05**0.5 / 2
    >>> winning_efforts(kappa=0.05, rho=rho), round(winning_efforts(0.05, rho, cost_ratio=1 / 5)[0], 2)
    ((nan, nan), 0.51)
    """
    _, k, r, price = _checked(0.0, kappa, rho, cost_ratio)
    bend, slope, level = (64 - 16 * price) * k**2 * r**2, 4 * k**2, price * r**2
    root = slope**2 - 4 * bend * level
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.where(root > 0, root, np.nan))
        low = 2 * level / (slope + spread)  # the smaller root, also where the parabola is a line
        high = np.where(bend > 0, (slope + spread) / (2 * bend), np.inf)
    wins = (low < 1) & (k > 0) & (root > 0)
    low, high = np.where(wins, np.sqrt(low), np.nan), np.where(wins, np.minimum(np.sqrt(high), 1), np.nan)
    inputs = (kappa, rho, cost_ratio)
    return as_given(low, *inputs), as_given(high, *inputs)


def checks_to_buy(constant, information, cost) -> Purchase:
    """How many checks a principal should buy if the loss with n checks is constant/(n𝓘) + n·cost.

    n* = √(constant/(cost·𝓘)), with a total loss of 2√(constant·cost/𝓘): so buy the monitor with the largest
    information per unit of cost. With linear contracts the constant is ½h″(ū)c′(η*)².

    Parameters
    ----------
    constant : float
        Gap times n𝓘, in money, at least 0.
    information : float
        Fisher information of a check at the wanted effort, positive.
    cost : float
        Price of a check, positive.

    Returns
    -------
    Purchase

    Examples
    --------
    >>> bought = checks_to_buy(0.17241149, 0.384926789, cost=1e-4)
    >>> round(bought.checks, 1), round(bought.loss, 5)
    (66.9, 0.01339)
    """
    c = within("constant", constant, 0, _MOST, "It is a loss.")
    i = within("information", information, 1e-300, _MOST, "Without information no number of checks helps.")
    k = within("cost", cost, 1e-300, _MOST, "Give a positive price.")
    number, inputs = np.sqrt(c / (k * i)), (constant, information, cost)
    return Purchase(*(as_given(value, *inputs) for value in (number, number * k, 2 * np.sqrt(c * k / i))))


def _checked(effort, kappa, rho, cost_ratio):
    return (
        within("effort", effort, 0, 1, SHARE),
        within("kappa", kappa, 0, 0.25, _KAPPA),
        within("rho", rho, -0.25, 0.25, _RHO),
        within(
            "cost_ratio", cost_ratio, 0, _MOST, "It is price of a self check over price of an expert check."
        ),
    )
