"""Contracts side by side on one desk: the same crowd, the same doubts, the same prices; a try never changes another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from annolib.agency.problem import Problem
from annolib.schemes.kinds import Kind
from annolib.schemes.trials.stress import STATED, StressTest, stress_test
from annolib.validation import within


@dataclass(frozen=True)
class Try:
    """One contract that was tried: its name, the kind of check it rests on, and its stress test."""

    name: str
    kind: str
    test: StressTest


@dataclass(frozen=True, repr=False, eq=False)
class Desk:
    """Where contracts are held against each other. Nothing on it changes: `sign` gives a new desk with one more try.

    Parameters
    ----------
    problem : Problem
        The agent that the firm has in mind.
    kinds : sequence of Kind
        The checks on offer: name, price, and a monitor or a range of them.
    agents : mapping of str to (share, agent)
        The rest of the crowd: an agent is a `Problem`, a chance to pass a check without work, or a mapping of such chances by kind of check
        (a column of `annolib.gaming_table`). The agent as stated is what the shares leave of 1.
    budget : float
        What the checks of a batch may cost at most, in money; `sign` refuses a contract over it. No limit if left out.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(0.01), al.PowerCost(50, 2), value=lambda e: 60 * e * (2 - e), floor=-10.0)
    >>> repeats = al.schemes.Kind("repeat", 0.05, al.SelfConsistency(0.15), "a pilot")
    >>> desk = Desk(problem, [repeats], {"left button": (0.1, {"repeat": 0.5})})
    >>> desk = desk.sign("nothing for work", "repeat", al.contracts.Flat(1.0, n=60))
    >>> desk = desk.sign("half a chance", "repeat", al.contracts.Binary(33, -8.5, 24.5, n=60))
    >>> desk.board()["crowd"].round(2).to_dict()
    {'half a chance': 24.65, 'nothing for work': -1.0}
    """

    problem: Problem
    kinds: tuple
    agents: dict
    tries: tuple = ()
    budget: float = np.inf

    def __post_init__(self):
        kinds = tuple(self.kinds)
        if not kinds or not all(isinstance(kind, Kind) for kind in kinds):
            raise TypeError(f"kinds must be some of annolib.schemes.Kind; saw {self.kinds!r}.")
        if len({kind.name for kind in kinds}) != len(kinds):
            raise ValueError(f"kinds must have names of their own; saw {[kind.name for kind in kinds]}.")
        object.__setattr__(self, "kinds", kinds)
        agents = {}
        for name, entry in dict(self.agents).items():
            if not isinstance(entry, tuple) or len(entry) != 2:
                raise TypeError(f"agents[{name!r}] must be a pair (share, agent); saw {entry!r}.")
            share = within(f"the share of agents[{name!r}]", entry[0], 0, 1, "It is a share of the crowd.")
            agents[name] = (float(share), entry[1])
        if sum(share for share, _ in agents.values()) > 1 + 1e-9:
            raise ValueError(
                "agents must have shares with a sum of at most 1: the rest is the agent as stated."
            )
        object.__setattr__(self, "agents", agents)
        budget = within("budget", self.budget, 0, np.inf, "It is money for the checks of one batch.")
        if budget.ndim != 0:
            raise TypeError(f"budget must be one number; saw {self.budget!r}.")
        object.__setattr__(self, "budget", float(budget))
        for one in self.tries:
            self._afford(one)

    @property
    def shares(self):
        """The share of each agent, the agent as stated first."""
        others = {name: share for name, (share, _) in self.agents.items()}
        return {STATED: max(1 - sum(others.values()), 0.0), **others}

    def kind(self, name):
        """The kind of check of that name."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise KeyError(
            f"{name!r} is no kind of check on this desk; there are {[kind.name for kind in self.kinds]}."
        )

    def test(self, kind, contract):
        """The stress test of a contract on checks of a kind, on everybody here: a `StressTest`."""
        one = self.kind(kind)
        agents = {name: self._as(kind, name, agent) for name, (_, agent) in self.agents.items()}
        return stress_test(contract, self.problem, one.evidence, agents, price=one.price)

    def sign(self, name, kind, contract):
        """A desk with one more try; a try of the same name is replaced.

        Raises
        ------
        ValueError
            The checks of a batch cost more than the budget.
        """
        kept = tuple(one for one in self.tries if one.name != name)
        return replace(self, tries=(*kept, Try(str(name), kind, self.test(kind, contract))))

    def _afford(self, one):
        spent, price = one.test.price, self.kind(one.kind).price
        if spent > self.budget * (1 + 1e-9):
            raise ValueError(
                f"{one.name!r} rests on {one.test.contract.n} checks at {price:g}, which cost {spent:g} a batch: more than the budget of "
                f"{self.budget:g}. At most {int(self.budget / price * (1 + 1e-9))} checks of kind {one.kind!r} are in it."
            )

    def board(self):
        """The tries, the best for the crowd first.

        Returns
        -------
        pandas.DataFrame
            Index `name`; `kind`; `checks`; `spent`, on the checks of a batch; `honest`, the least that honest agents leave at any strength; `crowd`, what the crowd leaves on
            average at the worst strength; `takes_part`, do all who are honest; `breaks_at`, see `StressTest`. Money after checks.
        """
        rows = {}
        for one in self.tries:
            frame = one.test.frame
            checks = one.test.contract.n if one.test.price > 0 else 0
            part = bool(frame.loc[frame["honest"], "accepts"].all())
            crowd = one.test.crowd(self.shares)
            rows[one.name] = (
                one.kind,
                checks,
                one.test.price,
                one.test.worst,
                crowd,
                part,
                one.test.breaks_at,
            )
        columns = ["kind", "checks", "spent", "honest", "crowd", "takes_part", "breaks_at"]
        board = pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("name")
        return board.sort_values("crowd", ascending=False, kind="stable")

    def to_frame(self):
        """The same as `board`."""
        return self.board()

    def __repr__(self):
        kinds = ", ".join(f"{kind.name} at {kind.price:g}" for kind in self.kinds)
        budget = f"budget {self.budget:g}; " if np.isfinite(self.budget) else ""
        return f"Desk({kinds}; {budget}{len(self.agents) + 1} agents; {len(self.tries)} tries)"

    def _repr_html_(self):
        from annolib.markup import html_report

        return html_report(repr(self), self.board().round(2).reset_index(), max_rows=30)

    def _as(self, kind, name, agent):
        """An agent as it is with this kind of check."""
        if isinstance(agent, Problem) or np.ndim(agent) == 0 and not isinstance(agent, Mapping):
            return agent
        try:
            return float(agent[kind])
        except (KeyError, TypeError, IndexError):
            raise ValueError(
                f"agents[{name!r}] must say how often a {kind!r} check passes; saw {agent!r}."
            ) from None
