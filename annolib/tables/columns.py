"""The columns of a table of judgements, one reader each: a wrong column is refused with its rows and the mend.

Every reader takes pandas Series and returns arrays of codes. Used by `annolib.tables`.
"""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from annolib.tables import refusals
from annolib.tables.refusals import bad_rows

LABELS = ("left", "right", "tie")
LEFT, RIGHT, TIE = 0, 1, 2


def read_ids(column, ordered=False):
    """The distinct ids of a column (sorted if `ordered`) and each row's position among them, int64.

    Ids that cannot be sorted stay in order of appearance. Empty entries, mixed types and entries that cannot
    be hashed are errors.

    Examples
    --------
    >>> ids, position = read_ids(pd.Series(["b", "a", "b"]), ordered=True)
    >>> list(ids), position.tolist()
    (['a', 'b'], [1, 0, 1])
    """
    _refuse_empty(column)
    if column.dtype == object:
        _refuse_mixture(column)
    try:
        codes, values = pd.factorize(column)
    except TypeError:
        raise refusals.no_ids(column.name, type(column.iloc[0]).__name__) from None
    if isinstance(values, pd.CategoricalIndex):
        values = values.astype(values.categories.dtype)
    ids = pd.Index(values, tupleize_cols=False)
    return (
        _sorted(ids, codes.astype(np.int64, copy=False))
        if ordered
        else (ids, codes.astype(np.int64, copy=False))
    )


def read_labels(column):
    """Labels as codes, int8: 0 left, 1 right, 2 tie.

    Examples
    --------
    >>> read_labels(pd.Series(["tie", "left"]))
    array([2, 0], dtype=int8)
    """
    _refuse_empty(column)
    codes, values = pd.factorize(column)
    known = [LABELS.index(value) if isinstance(value, str) and value in LABELS else -1 for value in values]
    label = np.array([*known, -1], np.int8)[codes]
    if (label < 0).any():
        seen = column.iloc[int(np.argmin(label))]
        raise bad_rows(column, label < 0, *refusals.unknown_label(column.name, seen))
    return label


def read_experts(column, workers, worker):
    """Which rows are verdicts of experts, bool; nobody may be both an expert and a worker."""
    strange = np.zeros(len(column), bool)
    if column.dtype != bool:
        strange = np.array([not isinstance(entry, (bool, np.bool_)) for entry in column], bool)
    if strange.any():
        raise bad_rows(column, strange, *refusals.not_a_truth(column.name))
    expert = column.to_numpy(bool)
    experts = np.zeros(len(workers), bool)
    experts[worker[expert]] = True
    both = experts[worker] & ~expert
    if both.any():
        raise bad_rows(column, both, *refusals.expert_and_worker(workers[worker[np.argmax(both)]]))
    return expert


def read_sides(left, right, task, tasks):
    """Which of a task's two contents stood left.

    Parameters
    ----------
    left, right : pandas.Series
        What stood on each side.
    task : ndarray of int64
        The task of each row, in 0 … `tasks` − 1.

    Returns
    -------
    swapped : ndarray of bool
        True where the task's second content stood left; which one is called second is arbitrary.
    same_content : int
        The number of tasks with the same content on both sides.
    """
    (lefts, left_code), (rights, right_code) = read_ids(left), read_ids(right)
    contents = lefts.append(rights[~rights.isin(lefts)])
    if contents.dtype == object and len(set(map(_kind, contents))) > 1:
        raise refusals.mixed_sides(_kind(lefts[0]).__name__, _kind(rights[0]).__name__)
    right_code = contents.get_indexer(rights)[right_code]
    for side in (np.minimum(left_code, right_code), np.maximum(left_code, right_code)):
        own = np.zeros(tasks, np.int64)
        own[task[::-1]] = side[::-1]  # the last write stays: the task's first row
        other = own[task] != side
        if other.any():
            raise bad_rows(left, other, *refusals.OTHER_CONTENT)
    same_content = np.zeros(tasks, bool)
    same_content[task[left_code == right_code]] = True
    return left_code > right_code, int(same_content.sum())


def refuse_duplicate_ids(column):
    """Refuse an id of a judgement that occurs twice."""
    _refuse_empty(column)
    twice = column.duplicated().to_numpy()
    if twice.any():
        raise bad_rows(column, twice, *refusals.SEEN_BEFORE)


def refuse_duplicate_records(column, codes):
    """Refuse rows that are equal in all `codes` (arrays), the time in `column` among them."""
    twice = pd.DataFrame(dict(enumerate(codes))).duplicated().to_numpy()
    if twice.any():
        raise bad_rows(column, twice, *refusals.RECORDED_BEFORE)


def _refuse_empty(column):
    empty = column.isna().to_numpy()
    if empty.any():
        raise bad_rows(column, empty, *refusals.EMPTY)


def _refuse_mixture(column):
    kinds = {kind: _kind_of_type(kind) for kind in set(map(type, column))}
    if len(set(kinds.values())) < 2:
        return
    first = kinds[type(column.iloc[0])]
    other = np.array([kinds[type(entry)] is not first for entry in column], bool)
    seen = " and ".join(sorted({kind.__name__ for kind in kinds.values()}))
    mend = f"Make them one type, for example table[{column.name!r}].astype(str)."
    raise bad_rows(column, other, f"mixed types ({seen})", mend)


def _kind(entry):
    return _kind_of_type(type(entry))


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
