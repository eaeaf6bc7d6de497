"""Count, for every worker, what their judgements show: repeats, ties, sides, peers, experts.

The time is linear but for one sort (`annolib.tables.cells`); no table of workers by tasks is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from annolib.markup import html_report
from annolib.tables import notes
from annolib.tables.counts import count_clusters, count_judgements
from annolib.tables.engines.checks import check_rows
from annolib.tables.engines.codes import workshop_of
from annolib.tables.engines.counts import count_rows
from annolib.tables.engines.table import in_engine, open_table, unwrap
from annolib.tables.files.opening import from_file, is_path, open_file
from annolib.tables.judgements import Judgements, read_judgements, rows_of, truths_in_relation, with_truths
from annolib.tables.refusals.faults import TableError

COLUMNS = (
    *("judgements", "items", "left", "right", "ties", "left_rate", "tie_rate"),
    *("repeat_items", "repeat_pairs", "repeat_agreements"),
    *("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements"),
    *("repeat_agreement", "chance_agreement", "corrected_agreement"),
    *("peer_items", "peer_pairs", "peer_agreements", "peer_agreement"),
    *("expert_checks", "expert_agreements", "expert_agreement", "expert_chance"),
)
_TREATMENTS = {
    "all": "k judgements of an item by the same worker are all k(k-1)/2 pairs, which are not independent",
    "one": "of the judgements of an item by the same worker the first two are one pair, later ones none",
}


@dataclass(frozen=True, repr=False, eq=False)
class Tally:
    """Counts and rates, one row per worker, sorted by worker id.

    Take a column with `counts["repeat_pairs"]`, the whole table with `counts.to_frame()`.

    Attributes
    ----------
    totals : dict
        workers, judgements, items, ties, tie_rate; repeat_workers, repeat_items and the repeats of all workers
        together; between_pairs, between_agreements, between_agreement: the judgements of one item by two
        different workers, over all items and (between_repeated_…) over the items that somebody repeated.
    treatment : str
        How repeats, ties and sides were counted, in words; with the `notes`.
    aliases : dict
        Which of the table's columns was read for which name, where the two differ.
    notes : tuple of str
        What is no error and should be looked at, see `annolib.Judgements`.
    clusters : pandas.DataFrame or None
        Only of a table with a column `screen`: one row per cluster of judgements that are not independent, by
        worker (index). A cluster is what a worker judged at one sight; screens that share an item are one cluster,
        since a pair of repeats depends on both. Columns screens, judgements, repeat_pairs, repeat_agreements,
        expert_checks, expert_agreements. Checks of different clusters are independent.
    pairs : {"all", "one"}
        What k > 2 judgements of an item by one worker count as.
    """

    totals: dict
    treatment: str
    aliases: dict
    _frame: pd.DataFrame
    notes: tuple = ()
    clusters: pd.DataFrame | None = None
    pairs: str = "all"

    def __len__(self):
        return len(self._frame)

    def __iter__(self):
        return iter(self._frame.columns)

    def __getitem__(self, column):
        if column not in self._frame:
            raise KeyError(f"a tally has no column {column!r}; it has {', '.join(self)}")
        return self._frame[column].copy()

    def to_frame(self):
        """A copy of the table: index `worker`, the columns that `annolib.tally` lists."""
        return self._frame.copy()

    def __repr__(self):
        total = self.totals
        repeats = f"{total['repeat_pairs']:,} repeat pairs"
        if total["repeat_pairs"]:
            repeats += f" (repeat_agreement {total['repeat_agreement']:.4f})"
        counted = f"{total['workers']:,} workers, {total['judgements']:,} judgements, {repeats}"
        return f"Tally({counted}{notes.count(self.notes)})"

    def _repr_html_(self):
        return html_report(f"{self!r}. {self.treatment}.", self._frame, max_rows=12)


def tally(table, pairs="all", *, columns=None, by=(), time_format=None, expert=None) -> Tally:
    """Count repeats, agreements, ties and sides for every worker of a tidy table.

    Parameters
    ----------
    table : pandas.DataFrame, Judgements, path, or a table of another engine
        One row per judgement, see `annolib.read_judgements`. A path names a file in CSV, TSV, JSON, JSON Lines or
        Parquet; one that is large is counted by DuckDB, piece by piece, its rows in the order of the file. A table of Polars (also lazy), PyArrow, DuckDB,
        Dask or Spark is counted where it is, and only the workers come back; needs `pip install
        'annolib[scale]'`.
    pairs : {"all", "one"}
        What k > 2 judgements of an item by one worker count as: all k(k−1)/2 pairs (dependent ones), or one
        pair, the first two judgements (by `time`; without it, and within one time, in the order of the rows.
        Tables of DuckDB, Dask and Spark have no such order: there `time` is needed, and must tell them apart).
    columns : dict, optional
        From a proper name to the table's own, such as {"worker": "annotator_id"}.
    by : str or sequence of str
        Columns that are part of the item, such as "turn". A column that varies inside a task and is not among them
        is named in `treatment`.
    time_format : str, optional
        How text in `time` is written, such as "%d/%m/%Y %H:%M"; ISO 8601 and numbers need none.
    expert : object, optional
        The entry of the column `expert` that marks a verdict, where it is not True or 1.

    Returns
    -------
    Tally
        Columns, all about the worker's own judgements (an expert's verdict is none):

        - judgements, items; left, right, ties (as shown), left_rate (of those that are no ties), tie_rate
        - repeat_items (judged at least twice), repeat_pairs, repeat_agreements; of these same_pairs,
          same_agreements (sides the same) and swapped_pairs, swapped_agreements. Labels are compared by
          content: after a swap, left agrees with right. Two ties agree, a tie and a side do not.
        - repeat_agreement; chance_agreement, if the worker drew each label from their own mix of shown
          labels m: Σm² with the sides the same, 2·m_left·m_right + m_tie² after a swap, averaged over their
          pairs; corrected_agreement = (repeat − chance) / (1 − chance), NaN where chance is 1
        - peer_items (judged exactly once by the worker, and by another worker), peer_agreement: the mean
          over these of the share of the other workers' judgements that agree; peer_pairs and
          peer_agreements count the same judgements one by one, so that crowded items weigh more
        - expert_checks: judgements of items with an expert's verdict, expert_agreements, expert_agreement.
          Several verdicts on an item are replaced by their majority, without a majority there is no check.
          expert_chance: what expert_agreement would be on average if the worker's labels on these items, as shown,
          were dealt out among them at random. Who only says left agrees by that with experts who mostly do.

        A rate over nothing is NaN.

    Raises
    ------
    TableError
        If the table cannot be read, see `annolib.read_judgements`; if `by` and the like are given for Judgements,
        which have been read already.
    ModuleNotFoundError
        If the table is another engine's and Narwhals is not installed.
    ValueError
        If `pairs` is neither "all" nor "one".

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "task": ["i", "i", "i"], "worker": ["ann", "ann", "bob"], "label": ["left", "right", "tie"],
    ...     "left": ["x", "y", "x"], "right": ["y", "x", "y"],
    ... })
    >>> counts = tally(table)
    >>> counts
    Tally(2 workers, 3 judgements, 1 repeat pairs (repeat_agreement 1.0000))
    >>> counts["swapped_agreements"].to_dict()
    {'ann': 1, 'bob': 0}
    """
    if pairs not in _TREATMENTS:
        raise ValueError(f"pairs must be 'all' or 'one'; saw {pairs!r}.")
    reading = {"columns": columns, "by": by, "time_format": time_format, "expert": expert}
    if is_path(table):
        return from_file(table, open_file(table), _tally_file, pairs, reading)
    return _tally_any(table, pairs, reading)


def _tally_file(table, pairs, reading):
    """An opened file, in which the words true and false mark the experts."""
    own = (reading["columns"] or {}).get("expert", "expert")
    if reading["expert"] is None:
        table = with_truths(table, own) if isinstance(table, pd.DataFrame) else truths_in_relation(table, own)
    return _tally_any(table, pairs, reading)


def _tally_any(table, pairs, reading):
    if in_engine(table):
        table = unwrap(table)
        if in_engine(table):
            return _tally_in_engine(table, pairs, reading)
    if isinstance(table, Judgements):
        refuse_reading_again(reading)
        judgements = table
    else:
        judgements = read_judgements(table, **reading)
    columns, between = count_judgements(judgements, pairs)
    frame = pd.DataFrame(columns, index=judgements.workers.rename("worker"))
    frame = with_rates(frame[frame["judgements"] > 0])[list(COLUMNS)]
    return _result(frame, between, pairs, judgements, judgements.notes)


def _tally_in_engine(table, pairs, reading):
    """The same, counted where the table is; only the workers come back, and with screens also the rows."""
    opened = open_table(table, **reading)
    checked = check_rows(opened, workshop_of(table))
    frame, between = count_rows(checked, pairs)
    frame = with_rates(frame)[list(COLUMNS)]
    found = (*notes.look_alikes("worker", frame.index), *checked.notes)
    return _result(frame, between, pairs, checked, found, opened)


def _result(frame, between, pairs, source, found, opened=None):
    """The tally of a frame; `source` is Judgements or a checked table in an engine, which was `opened`."""
    words = _treatment(source, pairs)
    clusters = None
    if source.screen is not None:
        judgements = source if isinstance(source, Judgements) else rows_of(source, opened)
        clusters = pd.DataFrame(count_clusters(judgements, pairs))
        clusters["worker"] = judgements.workers[clusters["worker"]]
        clusters = clusters.set_index("worker")
        some = int((clusters["repeat_pairs"] > 0).sum())
        total = int(clusters["repeat_pairs"].sum())
        words += (
            f"; judgements of one screen are one cluster, screens that share an item too: {total:,} repeat pairs in "
            f"{some:,} clusters, so rates by worker are less certain than their pairs suggest"
        )
    words = "; ".join([words, *found])
    return Tally(_totals(frame) | between, words, source.aliases, frame, tuple(found), clusters, pairs)


def refuse_reading_again(reading):
    """Raise a TableError if one of the arguments says how a table is read that has been read."""
    for name, value in reading.items():
        if value is not None and value != ():
            raise TableError(
                f"{name} says how a table is read, but this one has been read already. Give it where that was done: "
                "to read_judgements, or to tally."
            )


def with_rates(frame):
    """A table of a tally's counts with their rates; a rate over nothing is NaN.

    Needs the columns of counts that `tally` lists, and `peer_shares`: the sum of the shares whose mean is
    `peer_agreement`. Other columns stay.
    """
    frame = frame.assign(
        left_rate=_rate(frame["left"], frame["left"] + frame["right"]),
        tie_rate=_rate(frame["ties"], frame["judgements"]),
        repeat_agreement=_rate(frame["repeat_agreements"], frame["repeat_pairs"]),
        chance_agreement=_chance_agreement(frame),
        peer_agreement=_rate(frame["peer_shares"], frame["peer_items"]),
    )
    if "checked_left" in frame:
        frame["expert_chance"] = _expert_chance(frame)
    gain = frame["repeat_agreement"] - frame["chance_agreement"]
    frame["corrected_agreement"] = _rate(gain, 1 - frame["chance_agreement"])
    for checks in [name for name in frame if name.endswith("_checks")]:
        stem = checks.removesuffix("checks")
        frame[f"{stem}agreement"] = _rate(frame[f"{stem}agreements"], frame[checks])
    return frame


def _chance_agreement(frame):
    left, right, tie = (frame[name] / frame["judgements"] for name in ("left", "right", "ties"))
    same = frame["same_pairs"] * (left**2 + right**2 + tie**2)
    swapped = frame["swapped_pairs"] * (2 * left * right + tie**2)
    return _rate(same + swapped, frame["repeat_pairs"])


def _expert_chance(frame):
    """Agreement with the experts if the worker's own labels on their items were shuffled."""
    checks = frame["expert_checks"]
    by_luck = frame["checked_left"] * frame["answer_left"] + frame["checked_right"] * frame["answer_right"]
    ties = (checks - frame["checked_left"] - frame["checked_right"]) * (
        checks - frame["answer_left"] - frame["answer_right"]
    )
    return _rate(by_luck + ties, checks**2)


def _rate(part, whole):
    """part / whole, NaN where the whole is 0."""
    return part / whole.where(whole != 0)


def _totals(frame):
    summed = ("judgements", "ties", "repeat_items", "repeat_pairs", "repeat_agreements")
    summed += ("same_pairs", "same_agreements", "swapped_pairs", "swapped_agreements")
    sums = {name: int(frame[name].sum()) for name in summed}
    repeaters = int((frame["repeat_items"] > 0).sum())
    totals = {"workers": len(frame), "repeat_workers": repeaters} | sums
    for rate, part, whole in (
        ("tie_rate", "ties", "judgements"),
        ("repeat_agreement", "repeat_agreements", "repeat_pairs"),
        ("same_agreement", "same_agreements", "same_pairs"),
        ("swapped_agreement", "swapped_agreements", "swapped_pairs"),
    ):
        totals[rate] = sums[part] / sums[whole] if sums[whole] else float("nan")
    return totals


def _treatment(source, pairs):
    sides = "labels are compared by content, so that swapped sides are understood"
    if not source.sided:
        sides = "no columns left and right: sides are taken as never swapped"
    elif source.same_content:
        sides += f"; {source.same_content:,} items show the same content twice and are compared as shown"
    items = f"; an item is a task and its {', '.join(map(repr, source.by))}" if source.by else ""
    return f"{_TREATMENTS[pairs]}; ties are a third label, two ties agree; {sides}{items}"
