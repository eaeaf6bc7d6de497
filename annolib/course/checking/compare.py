"""Is what the learner's code gave the same as what was expected, and if not, in what words?

`difference(seen, expected, tolerance)` returns "" or one sentence about the first difference.
The kind of `expected` decides how to compare; nothing here raises on a strange `seen`.
It accepts a list for an array, a Series for a dict and 3.0 for 3, so `like(value, model)` makes of the one the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from annolib.course.checking.limits import TimeIsUp
from annolib.course.checking.wording import is_bool, is_number, kind, show


def difference(seen, expected, tolerance=1e-6):
    """Say how `seen` differs from `expected`, or return "" if it does not.

    Parameters
    ----------
    seen : object
        The learner's result.
    expected : bool, number, str, tuple, list, dict, set, array, Series, DataFrame or None
    tolerance : float
        Largest accepted difference of numbers, relative to max(1, |expected|).

    Examples
    --------
    >>> difference(0.3, 0.1 + 0.2)
    ''
    >>> difference([0.5, 0.8], 0.8)
    'gave a list of 2, expected a single number'
    >>> difference((0.2, 0.7), (0.2, 0.9))
    'entry 1 of the result: gave 0.7, expected 0.9'
    """
    try:
        return _compare(seen, expected, tolerance)
    except (TimeIsUp, KeyboardInterrupt):
        raise
    except BaseException:  # an object with comparisons of its own making
        return f"gave an object of type {type(seen).__name__}, which cannot be compared with {kind(expected)}"


def like(value, model):
    """`value` as the sort of thing that `model` is; `value` itself if it is one, or is too far from it.

    Code that was written for `model` stumbles over another sort, although the numbers are right: `list - list`
    raises, `series[-1]` finds no such label, and so does `range(3.0)`.

    Examples
    --------
    >>> like([0.5, 0.8], np.zeros(2)), like(3.0, 7), like(2.5, 7), like((0.5, [1, 2]), [0.5, np.zeros(2)])
    (array([0.5, 0.8]), 3, 2.5, [0.5, array([1, 2])])
    """
    if isinstance(model, np.ndarray) and model.ndim:
        return np.asarray(value) if isinstance(value, (list, tuple, pd.Series)) else value
    if isinstance(model, pd.Series):
        plain = isinstance(value, (list, tuple, np.ndarray)) and len(value) == len(model)
        return pd.Series(value, index=model.index) if plain else value
    if isinstance(model, (tuple, list)):
        return _like_sequence(value, model)
    if isinstance(model, dict):
        return _like_dict(value, model)
    if is_number(model):
        return _like_number(value, model)
    return value


def _like_sequence(value, model):
    if not isinstance(value, (tuple, list, np.ndarray)) or getattr(value, "ndim", 1) == 0:
        return value
    known = len(value) == len(model)
    made = [like(one, other) for one, other in zip(value, model, strict=True)] if known else list(value)
    same = isinstance(value, type(model)) and all(a is b for a, b in zip(made, value, strict=True))
    return value if same else type(model)(made) if type(model) in (tuple, list) else value


def _like_dict(value, model):
    if not isinstance(value, (Mapping, pd.Series)):
        return value
    made = {key: like(one, model.get(key)) for key, one in value.items()}
    same = isinstance(value, dict) and all(made[key] is one for key, one in value.items())
    return value if same else made


def _like_number(value, model):
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iuf":
        value = value.item()
    if (
        isinstance(model, (int, np.integer))
        and isinstance(value, (float, np.floating))
        and np.isfinite(value)
    ):
        whole = round(float(value))
        return whole if _close(float(value), whole, 1e-6) else value
    return value


def _compare(seen, expected, tolerance):
    if isinstance(expected, np.ndarray) and expected.ndim == 0:
        expected = expected.item()
    if isinstance(seen, np.ndarray) and seen.ndim == 0:
        seen = seen.item()
    if expected is None:
        return "" if seen is None else f"gave {show(seen)}, expected None"
    if expected is pd.NA or expected is pd.NaT:
        return "" if seen is expected else _gave(seen, expected)
    if is_bool(expected):
        return _same_bool(seen, expected)
    if is_number(expected):
        return _same_number(seen, expected, tolerance)
    if isinstance(expected, str):
        return _same_text(seen, expected)
    if isinstance(expected, pd.DataFrame):
        return _same_frame(seen, expected, tolerance)
    if isinstance(expected, (np.ndarray, pd.Series)):
        return _same_array(seen, expected, tolerance)
    if isinstance(expected, (tuple, list)):
        return _same_sequence(seen, expected, tolerance)
    if isinstance(expected, dict):
        return _same_dict(seen, expected, tolerance)
    return "" if type(seen) is type(expected) and seen == expected else _gave(seen, expected)


def _same_bool(seen, expected):
    if not is_bool(seen):
        return f"gave {show(seen)}, expected True or False"
    return "" if bool(seen) == bool(expected) else _gave(seen, expected)


def _same_number(seen, expected, tolerance):
    if is_bool(seen) or not is_number(seen):
        shown = show(seen) if is_bool(seen) or isinstance(seen, str) else kind(seen)
        return f"gave {shown}, expected a single number"
    return "" if _close(seen, expected, tolerance) else _gave(seen, expected)


def _same_text(seen, expected):
    if not isinstance(seen, str):
        return f"gave {show(seen)}, expected a text in quotes"
    if seen == expected:
        return ""
    if seen.strip().casefold() == expected.strip().casefold():
        return f"gave {show(seen)}, which differs only in capitals or spaces from what was expected"
    return _gave(seen, expected)


def _same_sequence(seen, expected, tolerance):
    if isinstance(seen, (np.ndarray, pd.Series)):
        seen = list(seen)
    if not isinstance(seen, (tuple, list)) or len(seen) != len(expected):
        return f"gave {kind(seen)}, expected {len(expected)} values: {show(expected)}"
    for place, (one, other) in enumerate(zip(seen, expected, strict=True)):
        found = _compare(one, other, tolerance)
        if found:
            return f"entry {place} of the result: {found}"
    return ""


def _same_dict(seen, expected, tolerance):
    if not isinstance(seen, (Mapping, pd.Series)):
        return f"gave {kind(seen)}, expected a dict"
    seen = dict(seen.items())
    if set(seen) != set(expected):
        return f"gave the keys {show(list(seen))}, expected {show(list(expected))}"
    for key, value in expected.items():
        found = _compare(seen[key], value, tolerance)
        if found:
            return f"key {show(key)}: {found}"
    return ""


def _same_array(seen, expected, tolerance):
    if not isinstance(seen, (np.ndarray, pd.Series, list, tuple)):
        shown = show(seen) if is_number(seen) else kind(seen)
        return f"gave {shown}, expected an array of shape {expected.shape}"
    seen_labels, labels = getattr(seen, "index", None), getattr(expected, "index", None)
    if isinstance(seen, pd.Series) and labels is not None and set(seen_labels) == set(labels):
        seen = seen.reindex(labels)
    got, want = np.asarray(seen), np.asarray(expected)
    if got.shape != want.shape:
        return f"gave an array of shape {got.shape}, expected shape {want.shape}"
    for place in _suspects(got, want, tolerance):
        found = _compare(got[place], want[place], tolerance)
        if found:
            where = place[0] if len(place) == 1 else place
            name = f"entry {where}" if labels is None else f"the row of {show(labels[place[0]])}"
            return f"{name} of the result: {found}"
    return ""


def _suspects(got, want, tolerance):
    """The places worth a closer look: for numbers only the differing ones, found in one sweep."""
    if got.dtype.kind not in "iuf" or want.dtype.kind not in "iuf":
        return np.ndindex(want.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - want) <= tolerance * np.maximum(1.0, np.abs(want))
    near = np.where(np.isfinite(want), near, (got == want) | (np.isnan(got) & np.isnan(want)))
    return (tuple(map(int, place)) for place in np.argwhere(~near))


def _same_frame(seen, expected, tolerance):
    if not isinstance(seen, pd.DataFrame):
        return f"gave {kind(seen)}, expected {kind(expected)}"
    missing = [column for column in expected.columns if column not in seen.columns]
    if missing or len(seen.columns) != len(expected.columns):
        return f"gave the columns {show(list(seen.columns))}, expected {show(list(expected.columns))}"
    if len(seen) != len(expected):
        return f"gave {len(seen)} rows, expected {len(expected)}"
    for column in expected.columns:
        found = _same_array(seen[column], expected[column], tolerance)
        if found:
            return f"column {show(column)}, {found}"
    return ""


def _gave(seen, expected):
    if is_number(seen) and is_number(expected) and np.isnan(seen) and not np.isnan(expected):
        return f"gave nan (not a number), expected {show(expected)}"
    got, want = show(seen), show(expected)
    if got == want and is_number(seen):
        got, want = repr(float(seen)), repr(float(expected))
    return f"gave {got}, expected {want}"


def _close(seen, expected, tolerance):
    if np.isnan(expected) or np.isinf(expected):
        return bool(seen == expected or (np.isnan(expected) and np.isnan(seen)))
    return bool(abs(seen - expected) <= tolerance * max(1.0, abs(expected)))
