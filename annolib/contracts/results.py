"""What the solvers hand back: the second best, its certificate, and a table of them for several n."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

PARTICIPATION = "participation"
FLOOR = "floor"
EFFORT = "effort (local incentive)"
NO_SHIRKING = "no shirking (global incentive)"


class NoBestContract(ValueError):
    """The class holds no best contract for this problem; the message says why and what to do."""


@dataclass(frozen=True)
class Certificate:
    """Why the agent takes the deal and works, checked apart from the solver.

    Attributes
    ----------
    participation_slack : float
        Agent's utility above the outside option; ≥ 0 up to rounding.
    deviation : float
        The best effort other than the one asked for (NaN if none was in sight).
    gain : float
        What the agent gains by it; ≤ 0 up to rounding if the contract is incentive compatible.
    gain_bound : float
        No effort in [0, 1] gains more than this: a proved bound up to rounding.
    search : str
        How the deviations were searched so that none can be missed.
    suboptimality : float or None
        Weak duality: at this effort no contract of the class costs less by more than this. None if not computed.
    left_out : float
        Probability of the pass counts left out of sums.
    """

    participation_slack: float
    deviation: float
    gain: float
    gain_bound: float
    search: str
    suboptimality: float | None = None
    left_out: float = 0.0

    def __repr__(self):
        bound = "" if self.suboptimality is None else f", suboptimality ≤ {self.suboptimality:.2g}"
        return (
            f"Certificate(participation slack {self.participation_slack:.3g}, best deviation {self.deviation:.4g} "
            f"gains {self.gain:.2g}, none gains more than {self.gain_bound:.2g}{bound})"
        )


@dataclass(frozen=True)
class SecondBest:
    """The best contract of a class for n checks.

    Attributes
    ----------
    family, n : str, int
        With two kinds of checks n is a pair.
    effort : float
        What the agent does.
    profit, gap, log_gap : float
        V(η) − E wage; first-best profit minus it, with its own digits; log of the gap (it may underflow).
    rent : float
        Agent's utility above the outside option.
    rent_in_money : float
        h(ū + rent) − h(ū), ū = u₀ + c(η): what a flat wage for the same effort would have to rise by.
    expected_wage : float
    contract : Flat, Binary, Linear, Tiered or Optimal
    binding : tuple of str
        Which constraints bind.
    certificate : Certificate
    converged, iterations, residual, message
        How the solver ended; `residual` is the largest violated equation.
    suboptimality : float
        A proved bound: no other contract of the class earns more than this on top of `profit`. NaN if not known. The proof takes the problem
        at its word: V increases and is concave; a cost given as a function is, between the ten thousand efforts at which it is looked at, the
        smooth curve through them (`ConvexCost`).
    evidence : Monitor or other evidence
        What a check is, as it was asked for.
    """

    family: str
    n: int
    effort: float
    profit: float
    gap: float
    log_gap: float
    rent: float
    expected_wage: float
    contract: object
    binding: tuple
    certificate: Certificate
    converged: bool
    iterations: int
    residual: float
    message: str
    suboptimality: float = np.nan
    rent_in_money: float = np.nan
    evidence: object = field(default=None, repr=False, compare=False)

    def __repr__(self):
        return (
            f"SecondBest({self.family}, n={_counted(self.n)}: effort={self.effort:.6f}, profit={self.profit:.6f}, "
            f"gap={self.gap:.6g}, rent={self.rent:.4g}; {self.message})"
        )

    def to_frame(self):
        """One row: n, effort, profit, gap, rent, expected wage, what binds, how the solver ended."""
        return SecondBests((self,)).to_frame()

    def wage_table(self, at_least=0.0):
        """What is paid for what: a row for each count, or each pair of counts.

        Parameters
        ----------
        at_least : float
            Leave out counts that are less likely than this at the effort asked for. With more than ten million rows it must
            be above 0, such as 1e-12.

        Returns
        -------
        pandas.DataFrame
            Columns `passes` and `share` of the checks (`first` and `second` for two kinds of checks), `wage` in money, and
            `probability` at the effort asked for; NaN where the evidence is not one monitor or two, and then `at_least` leaves
            nothing out. For `Outcomes`: `outcome`, how often each came if they are drawn several times, and `wage`.

        Examples
        --------
        >>> import annolib as al
        >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=-0.2)
        >>> pay = al.second_best(problem, al.SelfConsistency(0.25), 5, "binary")
        >>> pay.wage_table().round(3)
           passes  share   wage  probability
        0       0    0.0 -0.200        0.013
        1       1    0.2 -0.200        0.091
        2       2    0.4 -0.200        0.250
        3       3    0.6  0.415        0.344
        4       4    0.8  0.415        0.237
        5       5    1.0  0.415        0.065
        """
        from annolib.contracts.wage_tables import wage_table

        return wage_table(self, at_least)

    def to_csv(self, path, at_least=0.0):
        """Write `wage_table` to a file, with every digit of the numbers; `pandas.read_csv(path)` gives it back.

        Parameters
        ----------
        path : str, Path or text buffer
        at_least : float
            As in `wage_table`.
        """
        self.wage_table(at_least).to_csv(path, index=False)

    def _repr_html_(self):
        return self.to_frame()._repr_html_() + f"<p>{self.contract!r}</p><p>{self.certificate!r}</p>"


def _counted(n):
    return "(" + ", ".join(f"{one:,}" for one in n) + ")" if isinstance(n, tuple) else f"{n:,}"


_COLUMNS = ("n", "effort", "profit", "gap", "log_gap", "rent", "expected_wage", "converged", "message")


@dataclass(frozen=True, eq=False)
class SecondBests:
    """One `SecondBest` for each n; the attributes `n`, `effort`, `profit`, `gap`, … are arrays."""

    results: tuple = field(repr=False)

    def __len__(self):
        return len(self.results)

    def __iter__(self):
        return iter(self.results)

    def __getitem__(self, index):
        return self.results[index]

    def __getattr__(self, name):
        if name in _COLUMNS:
            return np.array([getattr(result, name) for result in self.results])
        if name in ("contract", "certificate", "binding"):
            return tuple(getattr(result, name) for result in self.results)
        raise AttributeError(f"SecondBests has no attribute {name!r}")

    def to_frame(self):
        """One row per n."""
        import pandas as pd

        columns = {name: [getattr(result, name) for result in self.results] for name in _COLUMNS[1:]}
        columns["rent_in_money"] = [result.rent_in_money for result in self.results]
        columns["binding"] = [", ".join(result.binding) for result in self.results]
        n = [result.n for result in self.results]
        if isinstance(n[0], tuple):
            return pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(n, names=("n first", "n second")))
        return pd.DataFrame(columns, index=pd.Index(n, name="n"))

    def __repr__(self):
        return (
            f"SecondBests({self.results[0].family}, {len(self)} values of n)\n{self.to_frame().to_string()}"
        )

    def _repr_html_(self):
        return self.to_frame()._repr_html_()
