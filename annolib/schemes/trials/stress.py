"""What a contract does to people whom it was not written for: other costs, other strengths of the checks, tricks without work.

An honest agent takes its best answer, `annolib.best_answer`: no effort is missed. Who games does not work; each check passes with a
chance g that effort does not move, so that X ~ Binomial(n, g), and the pay expected is E w(X), the payoff E u(w(X)). Both refuse if the
payoff is below the outside option.

A trick is tempting if its payoff is above that of the honest agent. E u(w(X)) rises with g where the wages rise with the passes, so there
is one chance g at which it begins to be: `breaks_at`. For a threshold t of n with bonus Δ in utility it solves P(X ≥ t | g) = (U − u_low)/Δ,
U the honest payoff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from annolib.agency.problem import Problem
from annolib.contracts.best_answers import best_answer
from annolib.contracts.forms import Contract, Flat
from annolib.contracts.incentives.parts import MOST, expected
from annolib.monitors.base import Monitor
from annolib.monitors.evidence.unknown_strength import MonitorRange
from annolib.schemes.plan import PayPlan
from annolib.validation import within

STATED = "as stated"
_STRENGTHS, _REFUSES, _GRID = 5, 1e-12, np.linspace(0, 1, 401)


@dataclass(frozen=True, repr=False, eq=False)
class StressTest:
    """What `annolib.stress_test` hands back. All money is per batch.

    Attributes
    ----------
    contract : Contract
    frame : pandas.DataFrame
        A row for each agent at each strength: `agent`, `strength`, `honest`, `accepts`, `effort` (NaN if refused), `paid` (chance of more
        than the lowest wage), `wage` (what the firm expects to pay), `net` (value less wage and checks; 0 for who refuses), `payoff` (in
        utility), `tempting` (does the trick leave more than honest work, as stated, at this strength?).
    price : float
        Of all checks of a batch.
    breaks_at : float
        The least chance of passing a check without work at which gaming leaves more than honest work, at the strength where that is
        least; NaN if even who passes all checks gains nothing.
    """

    contract: object
    frame: pd.DataFrame
    price: float
    breaks_at: float

    @property
    def worst(self):
        """The least that honest agents leave after the price of the checks, over all strengths and costs."""
        return float(self.frame.loc[self.frame["honest"], "net"].min())

    def crowd(self, shares):
        """What a batch leaves on average where so large a share of the crowd is each agent, at the strength where that is least.

        Parameters
        ----------
        shares : mapping of str to float
            Of each agent, not negative, with sum 1.
        """
        names = list(self.frame["agent"].unique())
        if not isinstance(shares, Mapping) or set(shares) != set(names):
            raise ValueError(f"shares must name each of {names}; saw {shares!r}.")
        weights = within("shares", [shares[name] for name in names], 0, 1, "They are shares of the crowd.")
        if abs(float(weights.sum()) - 1) > 1e-9:
            raise ValueError(f"shares must sum to 1; they sum to {float(weights.sum()):g}.")
        nets = self.frame.pivot(index="strength", columns="agent", values="net")[names]
        return float((nets.to_numpy() @ weights).min())

    def to_frame(self):
        """A copy of `frame`."""
        return self.frame.copy()

    def summary(self):
        """A row for each agent: the least effort and net profit over the strengths, the most wage, whether it is ever tempting."""
        groups = self.frame.groupby("agent", sort=False)
        return pd.DataFrame(
            {
                "takes part": groups["accepts"].all(),
                "least effort": groups["effort"].min(),
                "most paid": groups["wage"].max(),
                "least net": groups["net"].min(),
                "tempting": groups["tempting"].any(),
            }
        )

    def __repr__(self):
        refuse = sorted(set(self.frame.loc[self.frame["honest"] & ~self.frame["accepts"], "agent"]))
        idle = self.frame["honest"] & self.frame["accepts"] & (self.frame["effort"] < 1e-6)
        said = [f"worst honest profit {self.worst:.4g} after checks"]
        if refuse:
            said.append(f"refused by {', '.join(refuse)}")
        if idle.any():
            said.append(f"no work from {', '.join(sorted(set(self.frame.loc[idle, 'agent'])))}")
        said.append(
            "no trick pays"
            if np.isnan(self.breaks_at)
            else f"a trick that passes {self.breaks_at:.1%} of the checks pays as well as work"
        )
        return f"StressTest({'; '.join(said)})"

    def _repr_html_(self):
        from annolib.markup import html_report

        return html_report(repr(self), self.summary().round(3).reset_index(), max_rows=30)


def stress_test(pay, problem, monitors, agents=None, *, price=0.0) -> StressTest:
    """Try a contract on agents and strengths other than those that it was written for.

    Parameters
    ----------
    pay : Contract or PayPlan
        Any contract on one kind of checks, from a solver or written by hand.
    problem : Problem
        The agent that the firm has in mind; its value of effort counts for all.
    monitors : Monitor, MonitorRange or sequence of Monitor
        What one check is: each strength that there may be; of a range five, evenly.
    agents : mapping of str to Problem or float, optional
        Whom to try: a problem is somebody honest, with a cost and a taste of their own; a number is the chance that somebody passes a check
        without any work, such as an entry of `annolib.gaming_table`. If left out: nobody else. The agent as stated is always there.
    price : float
        Of one check, in money.

    Returns
    -------
    StressTest

    Raises
    ------
    TypeError, ValueError
        No contract on one kind of checks; an agent that is neither; a wage that a utility does not know.

    Examples
    --------
    Pay that is right for κ = .15 and for nothing below.

    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(0.01), al.PowerCost(50, 2), value=lambda e: 60 * e * (2 - e), floor=-10.0)
    >>> pay = al.second_best(problem, al.SelfConsistency(0.15), 60, "binary").contract
    >>> for kappa in (0.15, 0.14):
    ...     print(stress_test(pay, problem, al.SelfConsistency(kappa), {"longer one": 1.0}, price=0.05))
    StressTest(worst honest profit 27.48 after checks; a trick that passes 50.6% of the checks pays as well as work)
    StressTest(worst honest profit 0 after checks; refused by as stated; a trick that passes 50.6% of the checks pays as well as work)
    """
    contract = pay.contract if isinstance(pay, PayPlan) else pay
    if not isinstance(contract, Contract):
        raise TypeError(
            f"pay must be a contract on one kind of checks, such as Binary, or a PayPlan; saw {pay!r}."
        )
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be a Problem; saw {problem!r}.")
    if contract.n > MOST:
        raise ValueError(f"pay must rest on at most {MOST:,} checks; saw n={contract.n:,}.")
    cost = within("price", price, 0, np.inf, "It is the cost of one check, in money.")
    if cost.ndim != 0 or not np.isfinite(cost):
        raise ValueError(f"price must be one finite number, at least 0; saw {price!r}.")
    strengths = _strengths(monitors)
    everybody = {STATED: problem, **_agents(agents)}
    spent = 0.0 if isinstance(contract, Flat) else float(cost) * contract.n
    passes = np.arange(contract.n + 1)
    wages = np.asarray(contract.wage(passes), dtype=float)
    rows, stated = [], []
    for label, monitor in strengths:
        for name, agent in everybody.items():
            if isinstance(agent, Problem):
                one = _honest(agent, problem, monitor, contract, wages, spent)
                if name == STATED:
                    stated.append(max(one["payoff"], problem.outside))
            else:
                one = _gaming(agent, problem, contract.n, wages, spent, stated[-1])
            rows.append({"agent": name, "strength": label, **one})
    return StressTest(contract, pd.DataFrame(rows), spent, breaking_chance(problem, contract, min(stated)))


def breaking_chance(problem, contract, payoff):
    """The least chance of passing a check without work at which E u(w(X)) exceeds `payoff`; NaN if none does.

    Parameters
    ----------
    problem : Problem
    contract : Contract
    payoff : float
        What honest work leaves, in utility.

    Examples
    --------
    Ten checks, 10 euros for 8 passes, and honest work worth 3: a trick must pass two in three.

    >>> import annolib as al
    >>> problem = al.Problem(al.RiskNeutral(), al.PowerCost(5, 2), value=lambda e: 20 * e, floor=0.0)
    >>> round(breaking_chance(problem, al.contracts.Binary(8, 0.0, 10.0, n=10), 3.0), 3)
    0.667
    """
    n = contract.n
    utilities = _utility(problem, np.asarray(contract.wage(np.arange(n + 1)), dtype=float))

    def above(g):
        return expected(n, g, 1 - np.asarray(g), utilities) - payoff

    gains = above(_GRID)
    reached = np.flatnonzero(gains > 0)
    if not reached.size:
        return float("nan")
    first = int(reached[0])
    if first == 0:
        return 0.0
    return float(brentq(lambda g: float(above(np.array([g]))[0]), _GRID[first - 1], _GRID[first], xtol=1e-13))


def _honest(agent, problem, monitor, contract, wages, spent):
    answer = best_answer(agent, monitor, contract)
    value = float(problem._value(answer.effort))
    q = float(monitor.pass_probability(answer.effort))
    return _row(True, answer.accepts, answer.effort, _paid(contract.n, q, wages), answer.expected_wage,
                value - answer.expected_wage - spent, answer.payoff, False)  # fmt: skip


def _gaming(chance, problem, n, wages, spent, honest):
    g = np.array([chance])
    payoff = float(expected(n, g, 1 - g, _utility(problem, wages))[0])
    wage = float(expected(n, g, 1 - g, wages)[0])
    accepts = payoff >= problem.outside - _REFUSES
    net = float(problem._value(0.0)) - wage - spent
    return _row(
        False, accepts, 0.0, _paid(n, chance, wages), wage, net, payoff, accepts and payoff > honest + 1e-9
    )


def _row(honest, accepts, effort, paid, wage, net, payoff, tempting):
    """Who refuses costs nothing, is not checked, and does nothing."""
    kept = (effort, paid, wage, net) if accepts else (np.nan, 0.0, 0.0, 0.0)
    names = ("effort", "paid", "wage", "net")
    return {"honest": honest, "accepts": bool(accepts), **dict(zip(names, kept, strict=True)), "payoff": payoff,
            "tempting": bool(tempting)}  # fmt: skip


def _paid(n, q, wages):
    """The chance of more than the lowest wage."""
    more = (wages > wages.min() + 1e-12).astype(float)
    return float(expected(n, np.array([q]), np.array([1 - q]), more)[0])


def _utility(problem, wages):
    with np.errstate(all="ignore"):
        utilities = np.asarray(problem.utility.utility(wages), dtype=float)
    if not np.all(np.isfinite(utilities)):
        raise ValueError(
            f"pay holds a wage of {float(wages[~np.isfinite(utilities)][0]):.4g}, which {problem.utility} does not know. Raise the lowest wage."
        )
    return utilities


def _strengths(monitors):
    """(label, monitor) for each strength."""
    if isinstance(monitors, MonitorRange):
        shown = [monitors.at(float(share)) for share in np.linspace(0, 1, _STRENGTHS)]
        return [(float(getattr(one, monitors.strength)), one) for one in shown]
    listed = [monitors] if isinstance(monitors, Monitor) else list(monitors)
    if not listed or not all(isinstance(one, Monitor) for one in listed):
        raise TypeError(f"monitors must be a monitor, a MonitorRange or some monitors; saw {monitors!r}.")
    labels = [str(one) for one in listed]
    if len(set(labels)) != len(labels):
        raise ValueError(f"monitors must differ; saw {labels}.")
    return list(zip(labels, listed, strict=True))


def _agents(agents):
    found = {}
    for name, agent in dict(agents or {}).items():
        if name == STATED:
            raise ValueError(f"agents must not be called {STATED!r}: that is the problem's own agent.")
        if isinstance(agent, Problem):
            found[name] = agent
            continue
        chance = within(
            f"agents[{name!r}]", agent, 0, 1, "A number is the chance to pass a check without work."
        )
        if chance.ndim != 0:
            raise TypeError(f"agents[{name!r}] must be a Problem or one number; saw {agent!r}.")
        found[name] = float(chance)
    return found
