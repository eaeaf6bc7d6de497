"""The columns of a table of judgements, one reader each: a wrong column is refused with its rows and the fix.

Every reader takes pandas Series and returns arrays of codes. Used by `annolib.tables.judgements`.
"""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from annolib.tables import times
from annolib.tables.refusals import faults
from annolib.tables.refusals.faults import bad_rows
from annolib.tables.refusals.fixes import PANDAS

LABELS = ("left", "right", "tie")
LEFT, RIGHT, TIE = 0, 1, 2
EXACT = 2**53  # from here on floats leave whole numbers out
LISTED = 1_000  # distinct entries that a proposal reads
WHITE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"  # fmt: skip


def read_ids(column, ordered=False):
    """The distinct ids of a column (sorted if `ordered`) and each row's position among them, int64.

    Ids that cannot be sorted stay in order of appearance. Errors are: empty and blank entries, mixed types,
    floats beyond 2⁵³, text that is not Unicode, entries that cannot be hashed.

    Examples
    --------
    >>> ids, position = read_ids(pd.Series(["b", "a", "b"]), ordered=True)
    >>> list(ids), position.tolist()
    (['a', 'b'], [1, 0, 1])
    """
    codes, ids = _factorize(column)
    _refuse_strange(column, codes, ids)
    return _sorted(ids, codes) if ordered else (ids, codes)


def read_labels(column, sides=None):
    """Labels as codes, int8: 0 left, 1 right, 2 tie. `sides`: the columns left and right, for the message.

    Examples
    --------
    >>> read_labels(pd.Series(["tie", "left"]))
    array([2, 0], dtype=int8)
    """
    _refuse_empty(column)
    codes, values = _distinct(column)
    if values is None:
        bad = np.array([not (isinstance(entry, str) and entry in LABELS) for entry in column], bool)
        fault = faults.unknown_label(column.name, [], column.iloc[int(np.argmax(bad))], None, PANDAS)
        raise bad_rows(column, bad, fault)
    known = [LABELS.index(value) if isinstance(value, str) and value in LABELS else -1 for value in values]
    label = np.array([*known, -1], np.int8)[codes]
    if (label < 0).any():
        bad = label < 0
        unknown = column.iloc[int(np.argmax(bad))]
        named = (
            sides is not None
            and isinstance(unknown, str)
            and any(_holds(side, unknown) for side in map(_by_value, sides))
        )
        names = tuple(side.name for side in sides) if named else None
        fault = faults.unknown_label(column.name, list(values[:LISTED]), unknown, names, PANDAS)
        raise bad_rows(column, bad, fault)
    return label


def _holds(side, label):
    """Whether a column has the text `label`; lone surrogates are no text that Arrow's strings could be compared with."""
    try:
        label.encode()
    except UnicodeEncodeError:
        return any(isinstance(entry, str) and entry == label for entry in side)
    return bool((side == label).fillna(False).any())


def read_experts(column, named=None):
    """Which rows are verdicts of experts, bool: True or 1, or the entry `named`."""
    if named is None and column.dtype == bool:
        expert = column.to_numpy(bool)
    elif named is None:
        expert = _truths(column)
    else:
        expert = np.array([isinstance(entry, type(named)) and entry == named for entry in column], bool)
        if len(column) and not expert.any():
            codes, values = _distinct(column)
            seen = list(values[:LISTED]) if values is not None else []
            fault = faults.no_such_expert(column.name, named, seen, PANDAS)
            raise bad_rows(column, ~expert, fault)
    if len(column) and expert.all():
        raise bad_rows(column, expert, faults.only_experts(column.name, PANDAS))
    return expert


def _truths(column):
    codes, values = _distinct(column)
    if values is None:
        strange = np.array([not isinstance(entry, (bool, np.bool_)) for entry in column], bool)
        raise bad_rows(column, strange, faults.not_a_truth(column.name, list(column[strange])[:1], PANDAS))
    truth = [isinstance(value, (bool, np.bool_, numbers.Real)) and value in (0, 1) for value in values]
    strange = ~np.array([*truth, False], bool)[codes]
    if strange.any():
        fault = faults.not_a_truth(column.name, list(values[:LISTED]), PANDAS)
        raise bad_rows(column, strange, fault)
    return np.array([*(bool(value) for value in values), False], bool)[codes]


def refuse_experts_who_work(column, expert, workers, worker, names, named=None):
    """Nobody may be both an expert and a worker."""
    experts = np.zeros(len(workers), bool)
    experts[worker[expert]] = True
    both = experts[worker] & ~expert
    if both.any():
        who = workers[worker[np.argmax(both)]]
        raise bad_rows(column, both, faults.expert_and_worker(who, names, named, PANDAS))


def read_sides(left, right, task, tasks, names):
    """Which of a task's two contents stood left.

    Parameters
    ----------
    left, right : pandas.Series
        What stood on each side.
    task : ndarray of int64
        The task of each row, in 0 … `tasks` − 1.
    names : dict
        Proper name → the table's own, for the message.

    Returns
    -------
    low, high : ndarray of int64
        The codes of the task's two contents, the lower first; which one that is, is arbitrary.
    swapped : ndarray of bool
        True where the higher stood left.
    same_content : int
        The number of tasks with the same content on both sides.
    """
    sides = [_by_value(side) for side in (left, right)]
    for side in sides:
        _refuse_empty(side)
        _refuse_mixture(side)
    kinds = [_kind_of_column(side) for side in sides]
    if len(left) and kinds[0] != kinds[1]:
        raise faults.mixed_sides(*kinds, names, PANDAS)
    codes, contents = _factorize(pd.concat(sides, ignore_index=True).rename(left.name))
    left_code, right_code = codes[: len(left)], codes[len(left) :]
    for side, code in zip(sides, (left_code, right_code), strict=True):
        _refuse_strange(side, code, contents)
    low, high = np.minimum(left_code, right_code), np.maximum(left_code, right_code)
    for side in (low, high):
        own = np.zeros(tasks, np.int64)
        own[task[::-1]] = side[::-1]  # the last write stays: the task's first row
        other = own[task] != side
        if other.any():
            raise bad_rows(left, other, faults.other_content(names, PANDAS))
    same_content = np.zeros(tasks, bool)
    same_content[task[low == high]] = True
    return low, high, left_code > right_code, int(same_content.sum())


def read_times(column, time_format=None):
    """Numbers that order the rows in time, equal for equal times; and whether they were read from text.

    Real times, numbers, or text that `annolib.tables.times` can read. All else is refused.

    Examples
    --------
    >>> read_times(pd.Series(["10", "9"])), read_times(pd.Series(["9:58"]), "%H:%M")[1]
    ((array([10,  9]), True), True)
    """
    column = _by_value(column)
    _refuse_empty(column)
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "?"
    if kind in "iu":
        return column.to_numpy(), False
    if kind in "mM":
        return column.to_numpy().view(np.int64), False
    codes, values = _distinct(column)
    if values is None:
        fault = faults.no_order(column.name, times.ENTRIES, [], PANDAS)
        raise bad_rows(column, np.ones(len(column), bool), fault)
    entries = list(values)
    text = bool(entries) and all(isinstance(entry, str) for entry in entries)
    if text:
        numbers_, bad, what = times.read_text(pd.Series(entries, dtype=object), time_format)
    else:
        numbers_, bad, what = times.read_objects(entries)
    if what:
        texts = entries[:LISTED] if text else []
        fault = faults.no_order(column.name, what, texts, PANDAS, time_format)
        raise bad_rows(column, bad[codes], fault)
    return numbers_[codes], text


def refuse_duplicate_ids(column):
    """Refuse an id of a judgement that occurs twice."""
    codes, ids = _factorize(column)
    if len(ids) == len(column):
        _refuse_strange(column, codes, ids)
        return
    raise bad_rows(column, column.duplicated().to_numpy(), faults.seen_before(column.name, PANDAS))


def same_moments(time):
    """The rows whose time is another row's too: all that can be recorded twice, or judged at one sight."""
    return np.flatnonzero(pd.Series(time).duplicated(keep=False).to_numpy())


def refuse_duplicate_records(column, rows, codes, fault):
    """Refuse rows that are equal in all `codes` (arrays); only those at `rows` can be."""
    if not rows.size:
        return
    twice = np.zeros(len(column), bool)
    records = {place: code[rows] for place, code in enumerate(codes)}
    twice[rows] = pd.DataFrame(records).duplicated().to_numpy()
    if twice.any():
        raise bad_rows(column, twice, fault)


def _factorize(column):
    """Codes and distinct ids; empty, mixed and uncountable entries are refused."""
    _refuse_empty(column)
    column = _by_value(column)
    _refuse_mixture(column)
    codes, values = _distinct(column)
    if values is None:
        fault = faults.no_ids(column.name, type(column.iloc[0]).__name__, PANDAS)
        raise bad_rows(column, np.ones(len(column), bool), fault)
    return codes.astype(np.int64, copy=False), pd.Index(values, tupleize_cols=False)


def _distinct(column):
    """`pandas.factorize`; None for the values where the entries cannot be told apart by hashing."""
    try:
        codes, values = pd.factorize(_by_value(column))
        hash(values[0]) if len(values) else None
    except Exception:  # lists, dicts, nested Arrow types …: each array type has its own error for them
        return None, None
    return codes, values


def _by_value(column):
    """Categories as what they stand for."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(column.cat.categories.dtype)
    return column


def _refuse_empty(column):
    empty = column.isna().to_numpy(bool)
    if empty.any():
        raise bad_rows(column, empty, faults.empty(column.name, PANDAS))


def _refuse_mixture(column):
    if column.dtype != object or not pd.api.types.infer_dtype(column, skipna=False).startswith("mixed"):
        return
    kinds = {kind: _kind_of_type(kind) for kind in set(map(type, column))}
    if len(set(kinds.values())) < 2:
        return
    first = kinds[type(column.iloc[0])]
    other = np.array([kinds[type(entry)] is not first for entry in column], bool)
    seen = {kind.__name__ for kind in kinds.values()}
    digits = set(kinds.values()) == {int, str} and all(
        not isinstance(entry, str) or entry.isdecimal() for entry in column
    )
    raise bad_rows(column, other, faults.mixed_types(column.name, seen, digits, PANDAS))


def _refuse_strange(column, codes, ids):
    """Refuse ids that are there and yet say nothing certain: blank, beyond 2⁵³, or not Unicode."""
    if ids.dtype.kind == "f":
        strange = np.abs(np.asarray(ids, float)) >= EXACT
        _refuse_where(column, strange[codes], faults.inexact(column.name))
    if not len(ids) or not isinstance(ids[0], str):
        return
    if ids.dtype == object and not _encodes("".join(ids)):
        strange = np.array([not _encodes(text) for text in ids], bool)
        _refuse_where(column, strange[codes], faults.not_unicode(column.name, PANDAS))
        return
    texts = ids.astype("str") if ids.dtype == object else ids
    strange = (texts.str.strip(WHITE) == "").astype(bool)
    _refuse_where(column, np.asarray(strange)[codes], faults.blank(column.name, PANDAS))


def _refuse_where(column, bad, fault):
    if bad.any():
        raise bad_rows(column, bad, fault)


def _encodes(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind_of_column(column):
    """A word for what the entries are, the same for all numbers."""
    if column.dtype == object:
        kind = _kind_of_type(type(column.iloc[0])) if len(column) else object
        return "number" if kind in (int, float) else kind.__name__
    types = pd.api.types
    for name, test in (
        ("bool", types.is_bool_dtype),
        ("number", types.is_numeric_dtype),
        ("str", types.is_string_dtype),
    ):
        if test(column.dtype):
            return name
    return str(column.dtype)


def _kind_of_type(kind):
    """Python's own type for numpy's scalars; a truth value is not a number."""
    for ours, family in ((bool, np.bool_), (int, numbers.Integral), (float, numbers.Real), (str, str)):
        if kind is not bool and issubclass(kind, family):
            return ours
    return kind


def _sorted(ids, codes):
    try:
        order = np.asarray(ids.argsort())
    except TypeError:
        return ids, codes
    position = np.empty(len(ids), np.int64)
    position[order] = np.arange(len(ids))
    return ids[order], position[codes]
