"""What robust pay is handed back as: a `SecondBest` for an agent who knows more than the firm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annolib.contracts.results import SecondBest


@dataclass(frozen=True)
class RobustPay(SecondBest):
    """The contract of a class that is best in the worst case over a range, or best on average over several kinds of agents.

    All attributes of `SecondBest` are there; where they speak of one agent, it is the one with the least profit:

    Attributes
    ----------
    profit : float
        What the contract is proved to leave: in the worst case over the whole range, whatever an indifferent agent does; or on average.
    gap : float
        The same aim if the firm knew the agent and saw the effort, minus `profit`.
    effort, expected_wage : float
        In the worst case; on average where the aim is that.
    rent : float
        The least of all kinds, in utility: every kind takes part.
    aim : {"worst case", "expected"}
    worst : object
        The strength, cost or type with the least profit.
    named : str
        What the kinds are told apart by: "kappa", "cost", "type", ….
    labels, efforts, profits, rents, wages : tuple
        One entry for each kind looked at; eleven, evenly, over a range.
    suboptimality : float
        A proved bound: no other contract of the class has an aim higher by more than this.
    """

    aim: str = "worst case"
    worst: object = None
    named: str = "kind"
    labels: tuple = ()
    efforts: tuple = ()
    profits: tuple = ()
    rents: tuple = ()
    wages: tuple = ()

    def __repr__(self):
        where = f" at {self.named} {_short(self.worst)}" if self.aim == "worst case" else ""
        return f"RobustPay({self.family}, n={self.n:,}: {self.aim} profit={self.profit:.6f}{where}, gap={self.gap:.6g}; {self.message})"

    def to_frame(self):
        """One row for each kind of agent: effort, profit, rent, expected wage."""
        import pandas as pd

        columns = {
            "effort": self.efforts, "profit": self.profits, "rent": self.rents, "expected_wage": self.wages,
        }  # fmt: skip
        return pd.DataFrame(columns, index=pd.Index(list(self.labels), name=self.named))


def _short(label):
    return f"{label:.6g}" if isinstance(label, float | np.floating) else str(label)
