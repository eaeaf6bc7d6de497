"""From a table of judgements to a report: who works with the required care, who does not, and what is undecided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.auditing.strength import strength_limits
from annolib.auditing.verdicts import checks_of, count_checks, judge
from annolib.lazy import provided
from annolib.markup import html_report
from annolib.monitors.base import require_monitor
from annolib.monitors.many_labels import PeerLabels
from annolib.monitors.two_labels import Peer
from annolib.planning.hypotheses import VERDICTS
from annolib.tables.tallies import Tally, refuse_reading_again, tally
from annolib.validation import within

COLUMNS = ("passes", "checks", "effort", "low", "high", "careless_p", "careful_p", "verdict", "holds")
COLUMNS += ("careful_below", "careless_above", "reasons")


@dataclass(frozen=True, repr=False, eq=False)
class Audit:
    """A report on the annotators of a table, one row each, sorted by id.

    Attributes
    ----------
    monitor : Monitor
        What a check was taken to be.
    strength : annolib.auditing.strength.StrengthLimits
        Which strengths the verdicts allow for, and where they come from.
    required : float
        The effort asked for, in (0, 1).
    error_rate : float
    false_discovery : bool
        Whether the error rate is one of verdicts (true) or of each annotator alone (false).
    meaning : str
        What the verdicts promise, in words.
    treatment : str
        How the table was counted, in words.
    aliases : dict
        Which of the table's columns was read for which name, where the two differ.
    tally : Tally
        The counts that the verdicts stand on.
    """

    monitor: object
    strength: object
    required: float
    error_rate: float
    false_discovery: bool
    meaning: str
    treatment: str
    aliases: dict
    tally: Tally
    _frame: pd.DataFrame

    def __len__(self):
        return len(self._frame)

    @property
    def counts(self):
        """How many annotators got which verdict."""
        return {verdict: int((self._frame["verdict"] == verdict).sum()) for verdict in VERDICTS}

    def to_frame(self):
        """A copy of the table: index `worker`; the columns that `annolib.audit` lists."""
        return self._frame.copy()

    def to_html(self, *, source=None, plan=None, date=None, most=50):
        """The report as one page of HTML that stands alone: whom to talk to, what is open, and the evidence.

        No script, no file beside it; light or dark as the reader's screen is, and made to be printed. Everything
        that comes from the table is shown sign by sign.

        Parameters
        ----------
        source : str, optional
            What was read, in words: a file's name, say.
        plan : object, optional
            A pay plan: anything whose method `report_section()` gives an `annolib.markup.Section`.
        date : datetime.date, optional
            Today if left out.
        most : int
            So many annotators at most stand in one table of the page; `to_frame` and `save` have all of them.

        Returns
        -------
        str

        Raises
        ------
        ModuleNotFoundError
            If Jinja2 is not installed.

        Examples
        --------
        >>> import annolib as al
        >>> report = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
        >>> page = report.to_html(source="twin.csv")
        >>> page.splitlines()[0], "<script" in page
        ('<!DOCTYPE html>', False)
        """
        return provided("Audit.to_html")(self, source=source, plan=plan, date=date, most=most)

    def save(self, path, **options):
        """Write the report to a file: a page (.html), the table for spreadsheets (.csv), or all numbers (.json).

        Parameters
        ----------
        path : str or path
            What it ends in says what is written. In CSV a text that a spreadsheet would take for a formula gets
            an apostrophe before it, see `annolib.reports.spreadsheets`.
        **options
            For a page, as in `to_html`.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ValueError
            If the name ends in something else.
        """
        return provided("Audit.save")(self, path, **options)

    def __repr__(self):
        kind = "false discovery rate" if self.false_discovery else "error rate"
        parts = ", ".join(f"{count:,} {verdict}" for verdict, count in self.counts.items())
        return (
            f"Audit({len(self):,} annotators: {parts}; required effort {self.required:g}, "
            f"{kind} {self.error_rate:g}, {self.monitor!r})"
        )

    def _repr_html_(self):
        order = self._frame["verdict"].map(VERDICTS.index)
        rows = (
            self._frame.assign(order=order)
            .sort_values(["order", "effort"], kind="stable")
            .drop(columns="order")
        )
        return html_report(f"{self!r}. {self.meaning} {self.treatment}.", rows, max_rows=16)


def audit(
    table,
    monitor,
    required=0.5,
    error_rate=0.05,
    *,
    strength=None,
    trusted=(),
    pairs="one",
    false_discovery=False,
    columns=None,
    by=(),
    time_format=None,
    expert=None,
) -> Audit:
    """Judge every annotator of a table by how often their checks pass.

    Against the required effort η₀, two exact binomial tests for each annotator with X passes in n checks:

    - *careless* if "η ≥ η₀" is rejected for the **weakest** checks there may be: P(X or fewer passes | η₀, low limit of
      the strength) ≤ the error rate. The upper limit of effort lies below η₀, however hard the items.
    - *careful* if "η ≤ η₀" is rejected for the **strongest** checks there may be: P(X or more passes | η₀, high limit) ≤
      the error rate; and if the passes are more than the annotator's own mix of labels explains (`chance_agreement`
      and `expert_chance` of the tally), by the same test. Who always says tie agrees with themselves always; who always
      says left agrees with golden answers that are mostly left; both prove nothing.
    - *undecided* otherwise

    [low, high] is Clopper and Pearson's interval with confidence 1 − 2·error rate, low for the high limit of the strength
    and high for the low limit: it lies below η₀ for the careless and above it for the careful (before any control of
    false discoveries).

    Parameters
    ----------
    table : pandas.DataFrame, path or any table that `annolib.tally` reads, or a Tally
        A Tally is what was counted already, its `pairs` too: count once, judge by several requirements.
    monitor : SelfConsistency, SelfConsistencyLabels, Expert, ExpertLabels, Golden or GoldenLabels
        What a check is: a repeated item, or an item with an expert's verdict (rows with `expert` True; for
        golden questions the known answer). Its number is the strength that you assume.
    required : float
        Effort asked for, in (0, 1).
    error_rate : float
        In (0, ½).
    strength : None, number, (low, high), "range" or "pool"
        How sure the monitor's number is.

        - None: it is the largest there may be; the smallest is what the crowd shows itself. Nobody gives more than
          full effort, so the crowd's pass rate above chance bounds the strength from below. Nobody is accused where
          hard items would explain the failures.
        - "range": nothing is assumed. From what the crowd shows to the largest there is.
        - "pool": from the checks of the annotators in `trusted`, whose effort you take to be full, with exact limits.
        - a number, or two: known from elsewhere. The verdicts are conditional on it.
    trusted : collection of ids
        The pool. If its effort is less than full, accusing stays safe, and clearing is relative to the pool.
    pairs : {"one", "all"}
        As in `annolib.tally`. The tests take pairs for independent, which only "one" makes them; with "all" the
        error rate is not kept. Nor is it with experts if an item that the expert judged comes more than once: at
        effort .9 and 60 checks on 10 items an error rate of .05 came to .09 (careless) and .12 (careful), `meaning`
        says so. If the table tells which judgements were made at one sight (a column `screen`), the checks of one
        cluster count as one.
    false_discovery : bool
        False: the error rate is each annotator's. Of 100 who do what is required, 5 may be called careless at
        0.05. True: of those called careless at most this share is wrong in expectation, likewise of those called
        careful (Benjamini and Hochberg over the annotators with checks, each direction for itself).
    columns, by, time_format, expert
        How the table is read, as in `annolib.tally`.

    Returns
    -------
    Audit
        Its table has the columns passes, checks; effort (at the assumed strength), low, high; careless_p, careful_p
        (adjusted if false discoveries are controlled); verdict; holds: for which strengths it holds, in words; careful_below,
        careless_above: the annotator would be called careful for strengths below the one and careless above the other
        (NaN: for none); and reasons, joined by "; ": see `annolib.auditing.reasons`. `meaning` says what the verdicts
        promise.

    Raises
    ------
    TableError, TypeError, ValueError
        If the table cannot be read; if the monitor is no such; if a rate or a strength is out of range; if the table has
        ties and the monitor knows two labels only; if the monitor knows more than three; if `trusted` names nobody.

    Notes
    -----
    What an estimated limit may err is a tenth of the error rate; it is added to the p-values (Berger and Boos). It
    assumes that items were dealt at random, and that at most a tenth of the annotators agrees by a rule (they are left
    out of the bound, see `annolib.auditing.strength`).

    Repeats cannot tell careless people on clear items from careful ones on hard items: a crowd of which nobody is trusted
    and most are careless is undecided, not careless. Self-consistency separates the careful from the careless, not
    good taste from bad: who follows a rule, such as taking the longer answer, is called careful. Scored against the truth on
    20 twins (`annolib.datasets.simulate_twin`, seeds 0 … 19; required effort ½, error rate 0.05), annotators with four
    checks or more, the strength known up to the crowd's bound (None):

    =====================  ========  =======  =========
    truth                  careless  careful  undecided
    =====================  ========  =======  =========
    attentive, ½ or more   0         156      141
    attentive, less        0         0        44
    always left            1         0        16
    always tie             0         0        22
    takes the longer one   0         34       6
    =====================  ========  =======  =========

    So no careful annotator is accused and nobody lazy is praised but by a rule; and with at most 19 pairs, one an
    item, a verdict of careless is rare: half of the required effort passes nearly as often.

    References
    ----------
    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995),
    doi:10.1111/j.2517-6161.1995.tb02031.x. R. L. Berger, D. D. Boos, JASA 89 (1994),
    doi:10.1080/01621459.1994.10476836.

    Examples
    --------
    >>> import annolib as al
    >>> monitor = al.SelfConsistencyLabels(al.datasets.twin_concentration("one"))
    >>> report = audit(al.datasets.load("twin"), monitor)
    >>> report.counts
    {'careless': 0, 'careful': 10, 'undecided': 114}
    >>> print(*report.to_frame().loc["t112", ["passes", "checks", "verdict", "holds"]], sep=", ")
    11, 15, careful, if concentration is below 0.624
    """
    require_monitor(monitor)
    if isinstance(monitor, (Peer, PeerLabels)):
        raise TypeError(
            "monitor: several peers judge one item, so peer checks are not independent, and no error rate holds. "
            "Take SelfConsistencyLabels, Expert or Golden."
        )
    required = _inside("required", required, 1, "It is an effort, such as 0.5.")
    error_rate = _inside("error_rate", error_rate, 0.5, "Give 0.05, say.")
    reading = {"columns": columns, "by": by, "time_format": time_format, "expert": expert}
    if isinstance(table, Tally):
        refuse_reading_again(reading)
        counts = table
    else:
        counts = tally(table, pairs, **reading)
    _refuse_labels(counts, monitor)
    clusters = counts.clusters
    frame = count_checks(counts.to_frame(), monitor, clusters)
    members = _members(trusted, frame.index, strength)
    limits = strength_limits(strength, monitor, frame, members, error_rate)
    frame = judge(frame, monitor, required, error_rate, false_discovery, limits)
    meaning = _meaning(frame, required, error_rate, false_discovery, counts.pairs, monitor, limits, clusters)
    settings = (monitor, limits, required, error_rate, bool(false_discovery), meaning)
    return Audit(*settings, counts.treatment, counts.aliases, counts, frame[list(COLUMNS)])


def _members(trusted, workers, strength):
    """Who belongs to the trusted pool, bool."""
    if isinstance(trusted, str):
        raise TypeError(f"trusted must be a collection of ids; saw {trusted!r}. Give [{trusted!r}].")
    names = list(trusted)
    strangers = [name for name in names if name not in workers]
    if strangers:
        raise ValueError(
            f"trusted names {strangers[0]!r}, who has no judgements in the table. Leave the id out."
        )
    pool = isinstance(strength, str) and strength == "pool"
    if pool != bool(names):
        fix = "Name the annotators you trust." if pool else "Give strength='pool', or leave trusted out."
        raise ValueError(f"strength={strength!r} and trusted={names!r} do not go together. {fix}")
    return np.isin(workers, names) if names else np.zeros(len(workers), bool)


def _refuse_labels(counts, monitor):
    """Labels that the monitor does not know, or that no table has."""
    labels = getattr(monitor, "labels", 2)
    if labels > 3:
        raise ValueError(
            f"monitor knows {labels} labels, but a table has left, right and tie; saw {monitor!r}. Take labels=3."
        )
    ties = counts.totals["ties"]
    if ties and labels == 2:
        fix = (
            "Take SelfConsistencyLabels, which knows three"
            if checks_of(monitor) == "repeat"
            else "Take ExpertLabels or GoldenLabels, which know three, or leave these rows out"
        )
        raise ValueError(
            f"monitor knows two labels, but the table has {ties:,} ties; saw {monitor!r}. {fix}."
        )


def _inside(name, value, high, remedy):
    """One number strictly between 0 and `high`."""
    number = within(name, value, 0, high, remedy)
    if number.ndim != 0 or not 0 < number < high:
        raise ValueError(f"{name} must be one number between 0 and {high:g}; saw {value!r}. {remedy}")
    return float(number)


def _meaning(frame, required, error_rate, false_discovery, pairs, monitor, limits, clusters):
    checked = int((frame["checks"] > 0).sum())
    words = (
        f"Careless: effort below {required:g}, also with the weakest checks there may be; careful: above, also with the "
        f"strongest. Their strength, {limits.name}, is {limits.source}. "
    )
    if false_discovery:
        words += (
            f"Of the verdicts in each direction a share of at most {error_rate:g} is wrong in expectation"
        )
    else:
        words += (
            f"Each annotator's verdict is wrong with a chance of at most {error_rate:g}: of {checked:,} with checks, "
            f"up to {error_rate * checked:,.1f} in expectation"
            if checked
            else f"Nobody has a check yet; a verdict would be wrong with a chance of at most {error_rate:g}"
        )
    words += f", {limits.condition}." if limits.condition else "."
    if clusters is not None:
        words += (
            f" The checks made at one sight count as one: {int(frame['checks'].sum()):,} checks are worth "
            f"{int(frame['counted'].sum()):,}."
        )
    elif pairs == "all" and checks_of(monitor) == "repeat":
        words += " But all pairs were used, which are not independent: the true rate is higher."
    if checks_of(monitor) == "expert" and ((frame["expert_checks"] > 0) & (frame["repeat_items"] > 0)).any():
        words += (
            " But some annotators judged an item more than once: their checks on it are not independent, and the "
            "true rate may be higher. Keep one judgement of each item."
        )
    return words
