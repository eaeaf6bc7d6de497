"""The pay plan that a design ends with: what to buy, what to write, what it leaves, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.markup import html_report
from annolib.schemes.clauses import for_checks
from annolib.schemes.what_if import TIED

_IDLE = 0.05  # effort below which people do next to nothing
_SHOWN = 20  # annotators on the page of a report


@dataclass(frozen=True, repr=False, eq=False)
class PayPlan:
    """What `annolib.design_pay` hands back. All money is per batch, in the unit of the prices.

    Attributes
    ----------
    problem : Problem
        The agent that the plan assumes, with the floor less the deposit.
    kind : annolib.schemes.kinds.Kind
        Which checks to buy; `kind.name`, `kind.price`, and `kind.evidence`, a monitor or a range of them.
    checks : int
        How many checks a batch.
    family : str
    contract : Contract
        For so many checks; `for_checks` gives the contract of the same clause for another number.
    pay : SecondBest
        The solver's answer, with its certificate; the worst case over the strengths where they are a range.
    net : float
        The profit of a batch after pay and checks: the proved worst case, or less where the cents of the clause cost something.
    margin : float
        What people have above the pay elsewhere at the least, by design.
    deposit : float
        What annotators lay down, already in the contract's wages: those are what they have more or less than before.
    clause : tuple of str
        The words of the contract.
    notice : str
        The sentence that annotators should read beside it.
    options : pandas.DataFrame
        Every kind of check and class of contracts that was tried, with its best number of checks.
    strengths : pandas.DataFrame
        Effort, profit before checks, rent and expected wage at strengths from the weakest to the strongest.
    errors : pandas.DataFrame
        What it costs to be wrong: effort, profit, best and lost, for each mistake.
    by_checks : pandas.DataFrame
        What the same clause buys with other numbers of checks.
    earnings : pandas.DataFrame
        What each annotator of the table would have got for their own checks, by this clause: passes, checks, share, pay.
    assumptions : pandas.DataFrame
        What the plan takes for known: value, and how to learn it.
    """

    problem: object
    kind: object
    checks: int
    family: str
    contract: object
    pay: object
    net: float
    margin: float
    deposit: float
    clause: tuple
    notice: str
    options: pd.DataFrame
    strengths: pd.DataFrame
    errors: pd.DataFrame
    by_checks: pd.DataFrame
    earnings: pd.DataFrame
    assumptions: pd.DataFrame

    def wage(self, passes, checks):
        """What a person gets whose `checks` checks pass `passes` times; the deposit not counted as pay.

        Examples
        --------
        >>> import annolib as al
        >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.6), strength=0.6)
        >>> plan = al.design_pay(audit, value=60, cost=15, prices=0.2, outside=20, checks=40, families=("binary",))
        >>> bool(plan.wage(83, 83) > plan.wage(20, 83))
        True
        """
        return float(for_checks(self.contract, int(checks)).wage(int(passes)))

    def __repr__(self):
        bought = f"{self.checks:,} {self.kind.name} checks a batch, {self.family} pay"
        return f"PayPlan({bought}: profit {self.net:.4g} after pay and checks in the worst case; {self.pay.message})"

    def _repr_html_(self):
        return html_report(f"{self!r}. {' '.join(self.clause)} {self.notice}", self.options, max_rows=16)

    def to_frame(self):
        """A copy of `earnings`: one row an annotator."""
        return self.earnings.copy()

    def report_section(self):
        """The plan as a section of a report: words and tables."""
        from annolib.markup import Section

        low, high = (
            f"{float(end):.2f}" for end in (self.strengths["effort"].min(), self.strengths["effort"].max())
        )
        lead = (
            f"Buy {self.checks:,} {self.kind.name} checks a batch at {self.kind.price:g} each, and pay as below. "
            + (
                f"People then work with effort {low}"
                if low == high
                else f"By how strong the checks are, people then work with effort {low} to {high}"
            )
            + f" (1 is full care), and in the worst case {self.net:.4g} a batch is left after pay and checks."
        )
        if self.family == "flat":
            lead = f"Pay flat: no number of checks that was tried repays its price. {self.net:.4g} a batch is left."
        tables = (
            ("What the plan rests on, and how to learn it.", self.assumptions),
            (
                "What it costs to be wrong. profit: what this pay leaves if so; best: what the best pay for that case would; both before the "
                "price of the checks.",
                with_refusals(self.errors.round(3)),
            ),
            (
                f"Made for {self.checks:,} checks; what the same clause buys with other numbers, which may be no work at all.",
                with_refusals(self.by_checks.round(3)),
            ),
            *([self._shown_earnings()] if (self.earnings["checks"] > 0).any() else []),
        )
        refused, idle = self._if(self.errors["effort"].isna()), self._if(self.errors["effort"] < _IDLE)
        if refused:
            start = f"Its margin of {self.margin:g} is too little" if self.margin else "It has no slack"
            lead += f" {start}: people refuse {refused}. A larger margin makes room."
        if idle and self.family != "flat":
            lead += (
                f" They come and do next to nothing {idle}. Against dearer effort and risk a cost stated higher makes room, against weaker "
                "checks a wider range of strengths."
            )
        return Section("How to pay", (lead, " ".join(self.clause), self.notice), tables)

    def _if(self, chosen):
        """The mistakes that are chosen, as a condition in words; "" for none."""
        cases = self.errors.index[chosen]
        named = [words for words in cases if not (words.endswith(TIED) and words.removesuffix(TIED) in cases)]
        return "if " + ", or if ".join(named) if named else ""

    def _shown_earnings(self):
        """Those with the most checks, for a page."""
        checked = self.earnings[self.earnings["checks"] > 0].sort_values(
            "checks", ascending=False, kind="stable"
        )
        shown = checked.head(_SHOWN)
        some = (
            f"the {len(shown)} with the most checks; a file has everybody"
            if len(shown) < len(checked)
            else "all who were checked"
        )
        return f"What annotators would have got for their checks so far: {some}.", shown.round(2)


def with_refusals(frame):
    """A copy in which no effort at all, for want of people, is said in words.

    Examples
    --------
    >>> with_refusals(pd.DataFrame({"effort": [0.5, np.nan], "profit": [2.0, 0.0]}))["effort"].tolist()
    [0.5, 'they refuse']
    """
    efforts = [name for name in frame.columns if name.startswith("effort")]
    words = {name: frame[name].astype(object).where(frame[name].notna(), "they refuse") for name in efforts}
    return frame.assign(**words)


def earnings(frame, contract):
    """What the clause pays each annotator of an audit for their own checks; NaN without checks."""
    rows = []
    for row in frame.itertuples():
        n = int(row.checks)
        pay = float(for_checks(contract, n).wage(int(row.passes))) if n else np.nan
        rows.append((row.passes, n, row.passes / n if n else np.nan, pay))
    return pd.DataFrame(rows, columns=["passes", "checks", "share", "pay"], index=frame.index)
