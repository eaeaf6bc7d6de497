"""Golden questions from the crowd itself: items on which everybody else agrees.

A golden question has an answer that everybody attentive gives; nobody wrote one into this table, so the others are
asked. Three rules keep that honest. **Leave one out**: whoever is checked has no vote on the answer, else people are
compared with themselves. **Balance**: if nearly all golden answers stand left, or are the shorter ones, a habit
passes; `balance_golden` chooses as many of each, `balanced_pass_rates` weighs them alike. **The same look**: if
golden questions can be told from the others at sight, people take care there and nowhere else; `separation` says how
well one feature tells them apart.

What agreement of the others cannot show is that they are right, or that who differs is careless: on an item of taste
a majority of four is easily of one mind by luck.

References
----------
S. Liu, Z. Cai, H. Wang, Z. Ma, X. Li, "Incentivizing High-Quality Human Annotations with Golden Questions",
arXiv:2505.19134: golden questions must be certain, and of the same format as the other questions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.tables.judgements import Judgements, read_judgements
from annolib.validation import one_whole, within

_LABELS, _CONTENTS, _TIE = ("left", "right", "tie"), ("first", "second", "tie"), 2
CHECK_COLUMNS = (
    *("worker", "task", "answer", "side", "others", "agreeing", "label", "passed", "opposite", "judgements"),
)


@dataclass(frozen=True, repr=False, eq=False)
class GoldenChecks:
    """Every first judgement of an item on which the others are of one mind, checked against them.

    Attributes
    ----------
    least : int
        Others who must have judged the item.
    share : float
        Share of them that must agree, above one half.
    ties : bool
        Whether "tie" may be the golden answer.
    """

    least: int
    share: float
    ties: bool
    _frame: pd.DataFrame

    def __len__(self):
        return len(self._frame)

    def to_frame(self):
        """A copy of the checks, one row each: worker and task; `answer`, the golden one (first, second or tie), and
        `side`, where it stood for this worker; `others` who judged, `agreeing` among them; `label` as given; `passed`;
        `opposite`, whether the other answer was chosen (a tie is not); `judgements` by this worker on this item."""
        return self._frame.copy()

    def by_worker(self):
        """Checks and passes of each worker, sorted by id: columns checks, passes, opposite."""
        grouped = self._frame.groupby("worker", sort=True)
        sums = grouped.agg(checks=("passed", "size"), passes=("passed", "sum"), opposite=("opposite", "sum"))
        return sums.astype(int)

    def __repr__(self):
        passed = f", {self._frame['passed'].mean():.3f} passed" if len(self) else ""
        return (
            f"GoldenChecks({len(self):,} checks of {self._frame['worker'].nunique():,} workers on "
            f"{self._frame['task'].nunique():,} items{passed}; {self.least} others or more, {self.share:g} of one mind)"
        )


def golden_checks(table, least=4, share=0.9, ties=False) -> GoldenChecks:
    """Check every worker on the items on which all others are of one mind, leaving the worker's own vote out.

    Only first judgements count (in order of time, else of rows), so that everybody has one vote and one check an item.

    Parameters
    ----------
    table : pandas.DataFrame or Judgements
        A tidy table, see `annolib.tables`; experts' rows are left out.
    least : int
        Others who must have judged the item.
    share : float
        Share of the others that must give one answer, in (½, 1].
    ties : bool
        Whether that answer may be "tie".

    Returns
    -------
    GoldenChecks

    Raises
    ------
    TableError, TypeError, ValueError
        If the table cannot be read, or an argument is out of range.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "task": ["i"] * 4 + ["j"] * 2, "worker": ["ann", "bob", "cy", "dee", "ann", "bob"],
    ...     "label": ["left", "left", "left", "right", "left", "left"],
    ... })
    >>> golden_checks(table, least=3, share=1).to_frame()[["worker", "task", "others", "passed", "opposite"]]
      worker task  others  passed  opposite
    0    dee    i       3   False      True
    """
    least, share = one_whole("least", least, 1, "Count the others."), _majority_share(share)
    ties = _truth(ties)
    first, judgements = _first_judgements(table)
    votes = np.zeros((len(judgements.tasks), 3), int)
    np.add.at(votes, (first.task, first.content), 1)
    others = votes[first.task]
    others[np.arange(len(first)), first.content] -= 1
    answer, agreeing, asked = others.argmax(1), others.max(1), others.sum(1)
    golden = _of_one_mind(agreeing, asked, least, share) & (ties | (answer != _TIE))
    chosen, answer = first[golden], answer[golden]
    side = np.where(answer == _TIE, _TIE, answer ^ chosen.swapped)
    frame = pd.DataFrame(
        {
            "worker": judgements.workers[chosen.worker],
            "task": judgements.tasks[chosen.task],
            "answer": np.array(_CONTENTS, object)[answer],
            "side": np.array(_LABELS, object)[side],
            "others": asked[golden],
            "agreeing": agreeing[golden],
            "label": np.array(_LABELS, object)[chosen.label],
            "passed": (chosen.content == answer).to_numpy(),
            "opposite": ((chosen.content == 1 - answer) & (answer != _TIE)).to_numpy(),
            "judgements": chosen.judgements,
        }
    )
    return GoldenChecks(least, share, ties, frame.reset_index(drop=True)[list(CHECK_COLUMNS)])


def golden_items(table, least=8, share=0.9, ties=False) -> pd.DataFrame:
    """Items on which all who judged them are of one mind: candidates to ask people who have not seen them.

    Parameters
    ----------
    table, least, share, ties : as for `golden_checks`, but everybody who judged the item has a vote.

    Returns
    -------
    pandas.DataFrame
        Index `task`; `answer` (first, second or tie), `agreeing`, `workers`, `share`; the surest first.

    Examples
    --------
    >>> table = pd.DataFrame({"task": ["i"] * 3, "worker": ["ann", "bob", "cy"], "label": ["left"] * 3})
    >>> golden_items(table, least=3).to_dict("index")
    {'i': {'answer': 'first', 'agreeing': 3, 'workers': 3, 'share': 1.0}}
    """
    least, share = one_whole("least", least, 1, "Count those who judged it."), _majority_share(share)
    ties = _truth(ties)
    first, judgements = _first_judgements(table)
    votes = np.zeros((len(judgements.tasks), 3), int)
    np.add.at(votes, (first.task, first.content), 1)
    answer, agreeing, asked = votes.argmax(1), votes.max(1), votes.sum(1)
    golden = _of_one_mind(agreeing, asked, least, share) & (ties | (answer != _TIE))
    columns = {"answer": np.array(_CONTENTS, object)[answer], "agreeing": agreeing, "workers": asked}
    frame = pd.DataFrame(columns, index=judgements.tasks.rename("task"))[golden]
    frame = frame.assign(share=frame["agreeing"] / frame["workers"])
    return frame.sort_values(["share", "workers"], ascending=False, kind="stable")


def balance_golden(candidates, by, most=None) -> pd.DataFrame:
    """The largest choice of golden questions with as many of each kind, in the order given within a kind.

    Parameters
    ----------
    candidates : pandas.DataFrame
        One row a question, the best first.
    by : str or list of str
        Columns whose combinations must come equally often, such as the side of the right answer and whether it is
        the longer one. Rows with a missing value there are left out.
    most : int, optional
        Questions at most; rounded down so that all kinds have as many.

    Returns
    -------
    pandas.DataFrame
        The chosen rows, in their order. Empty if a combination of values that occur has no candidate.

    Examples
    --------
    >>> candidates = pd.DataFrame({"side": ["left", "left", "left", "right"], "task": ["a", "b", "c", "d"]})
    >>> balance_golden(candidates, "side").task.tolist()
    ['a', 'd']
    """
    columns = [by] if isinstance(by, str) else list(by)
    missing = [name for name in columns if name not in candidates.columns]
    if missing or not columns:
        raise ValueError(f"by must name columns of candidates, {list(candidates.columns)}; saw {by!r}.")
    known = candidates[candidates[columns].notna().all(axis=1)]
    kinds = int(np.prod([known[name].nunique() for name in columns]))
    sizes = known.groupby(columns, sort=False).size()
    each = int(sizes.min()) if len(sizes) == kinds and kinds else 0
    if most is not None:
        each = min(each, one_whole("most", most, 1, "Count the questions.") // max(kinds, 1))
    return known[known.groupby(columns, sort=False).cumcount() < each]


def balanced_pass_rates(checks, by) -> pd.DataFrame:
    """Pass rates of each worker if every kind of golden question counted alike.

    Always taking the longer answer passes all golden questions whose right answer is the longer one: with 80 % of
    them it looks good. Weighed alike, it passes one half.

    Parameters
    ----------
    checks : pandas.DataFrame
        Columns `worker`, `passed` and those in `by`; see `GoldenChecks.to_frame`.
    by : str or list of str
        What makes a kind; rows with a missing value there are left out.

    Returns
    -------
    pandas.DataFrame
        Index `worker`, sorted; `checks`, `passes`, `rate`; `fewest`, the checks of the rarest kind; `balanced`, the
        mean of the pass rates of the kinds, NaN for who met only some of them.

    Examples
    --------
    >>> checks = pd.DataFrame({
    ...     "worker": ["ann"] * 5, "passed": [True, True, True, True, False],
    ...     "longer": [True, True, True, True, False],
    ... })
    >>> balanced_pass_rates(checks, "longer").loc["ann", ["rate", "balanced"]].tolist()
    [0.8, 0.5]
    """
    columns = [by] if isinstance(by, str) else list(by)
    missing = [name for name in ("worker", "passed", *columns) if name not in checks.columns]
    if missing or not columns:
        raise ValueError(f"checks must have the columns worker, passed and those in by; missing: {missing}.")
    known = checks[checks[columns].notna().all(axis=1)]
    kind = known.groupby(columns, sort=True).ngroup().rename("kind")
    grouped = known["passed"].astype(int).groupby([known["worker"], kind])
    passes, sizes = grouped.sum().unstack("kind"), grouped.size().unstack("kind")
    total = sizes.fillna(0).sum(axis=1)
    columns = {
        "checks": total.astype(int),
        "passes": passes.fillna(0).sum(axis=1).astype(int),
        "rate": passes.fillna(0).sum(axis=1) / total,
        "fewest": sizes.fillna(0).min(axis=1).astype(int),
        "balanced": (passes / sizes).mean(axis=1, skipna=False),
    }
    return pd.DataFrame(columns).rename_axis("worker")


def separation(golden, others) -> float:
    """How well one feature tells golden questions from the others: P(golden > other) + ½P(equal).

    ½: not at all. 1 or 0: always, from one side or the other. It is the area under the ROC curve, and the statistic
    of Mann and Whitney divided by the number of pairs.

    Parameters
    ----------
    golden, others : array_like of shape (n,), (m,)
        The feature on either kind of question, such as the number of words.

    Examples
    --------
    >>> separation([3, 5, 5], [1, 5])
    0.6666666666666666
    """
    one, other = (np.asarray(values, dtype=float) for values in (golden, others))
    for name, values in (("golden", one), ("others", other)):
        if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
            raise ValueError(
                f"{name} must be a list of finite numbers, at least one; saw shape {values.shape}."
            )
    order = np.sort(other)
    below = np.searchsorted(order, one, "left") + np.searchsorted(order, one, "right")
    return float(below.mean() / (2 * other.size))


def _first_judgements(table):
    """One row for each worker and item: codes of the first judgement, and how many there are."""
    judgements = table if isinstance(table, Judgements) else read_judgements(table)
    names = ("worker", "task", "label", "content", "swapped")
    frame = pd.DataFrame({name: getattr(judgements, name) for name in names}).astype(int)
    frame["time"] = np.arange(len(frame)) if judgements.time is None else judgements.time
    frame = frame[~judgements.expert].sort_values("time", kind="stable")
    grouped = frame.groupby(["worker", "task"], sort=True)
    first = grouped.first().assign(judgements=grouped.size()).reset_index()
    return first, judgements


def _of_one_mind(agreeing, asked, least, share):
    """Enough of them, and a large enough share; the share in whole numbers of people, without rounding errors."""
    return (asked >= least) & (agreeing >= np.ceil(share * asked - 1e-9))


def _truth(ties):
    if isinstance(ties, (bool, np.bool_)):
        return bool(ties)
    raise TypeError(f"ties must be True or False; saw {ties!r}.")


def _majority_share(share):
    if np.ndim(share) != 0 or not 0.5 < float(within("share", share, 0, 1, "It is a share.")) <= 1:
        raise ValueError(f"share must be one number above 1/2, up to 1; saw {share!r}.")
    return float(share)
