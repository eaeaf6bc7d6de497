"""Single entries of a source: ids as text, contents, names for pairs of contents, what is blank."""

from __future__ import annotations

import hashlib
import json
import numbers

import numpy as np
import pandas as pd

from annolib.imports.sources import need
from annolib.tables.columns import EXACT


def as_text(values):
    """Entries as text, as they are written; where they are missing; and where they are no ids.

    Whole numbers become their digits. A number and a text with the same digits in one column are two ids that would
    become one: there the numbers are strange.

    Parameters
    ----------
    values : pandas.Series or list

    Returns
    -------
    texts : ndarray of object, or pandas.Series of str
    empty, strange : ndarray of bool

    Examples
    --------
    >>> as_text(["007", 7, None, True])[0].tolist()
    ['007', '7', None, None]
    """
    values = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if isinstance(values.dtype, pd.StringDtype):
        missing = values.isna().to_numpy(bool)
        empty = missing | (values.str.strip() == "").fillna(False).to_numpy(bool)
        return values, empty, np.zeros(len(values), bool)
    codes, seen = codes_of(values)
    texts = [text_of(entry) for entry in seen]
    numbers_ = {text for entry, text in zip(seen, texts, strict=True) if not isinstance(entry, str)}
    twins = numbers_ & {entry for entry in seen if isinstance(entry, str)}
    texts = [None if not isinstance(entry, str) and text in twins else text for entry, text in zip(seen, texts, strict=True)]  # fmt: skip
    blank = [text is not None and not text.strip() for text in texts]
    table = np.array([*texts, None], dtype=object)
    empty = (codes < 0) | np.array([*blank, False], bool)[codes]
    strange = np.array([*(text is None for text in texts), False], bool)[codes]
    return table[codes], empty, strange


def text_of(entry):
    """An id as text, or None where it is none."""
    if isinstance(entry, np.generic):
        entry = entry.item()
    if isinstance(entry, str):
        return entry
    if isinstance(entry, bool) or not hashable(entry):
        return None
    if isinstance(entry, numbers.Integral):
        return str(entry) if abs(entry) < 10**40 else None
    if isinstance(entry, float):
        return str(int(entry)) if entry == entry and abs(entry) < EXACT and entry == int(entry) else None
    return None if isinstance(entry, (bytes, tuple, frozenset)) else str(entry)


def codes_of(values):
    """`pandas.factorize` of entries of any kind: codes (−1 for none) and the distinct entries."""
    if values.dtype != object:
        codes, seen = pd.factorize(values)
        return codes, list(seen)
    try:
        kinds = set(map(type, values))
        if kinds <= {str, type(None)}:
            codes, seen = pd.factorize(values)
            return codes, list(seen)
    except (TypeError, UnicodeEncodeError):
        pass
    found, codes = {}, np.empty(len(values), np.int64)
    seen = []
    for row, entry in enumerate(values):
        if (
            entry is None
            or entry is pd.NA
            or entry is pd.NaT
            or (isinstance(entry, float) and entry != entry)
        ):
            codes[row] = -1
            continue
        key = (type(entry), entry) if hashable(entry) else (list, id(entry))
        if key not in found:
            found[key] = len(seen)
            seen.append(entry)
        codes[row] = found[key]
    return codes, seen


def hashable(entry):
    try:
        hash(entry)
    except TypeError:
        return False
    return True


def joined(parts):
    """Several columns of text as one id, or None where one of them is missing.

    Examples
    --------
    >>> joined([["81", "82"], ["1", None]])
    ['81 1', None]
    """
    if len(parts) == 1:
        return [None if part is None or part != part else part for part in plain_list(parts[0])]
    rows = zip(*parts, strict=True)
    return [None if any(part is None or part != part for part in row) else " ".join(row) for row in rows]


def pair_names(one, two):
    """A name for each unordered pair of contents: both names where they are short, else a digest of the two.

    Parameters
    ----------
    one, two : sequence of str
        None where there is no content.

    Returns
    -------
    list of str or None

    Examples
    --------
    >>> pair_names(["m2", "m1"], ["m1", "m2"])
    ['m1 | m2', 'm1 | m2']
    >>> pair_names(["a long answer " * 9], ["b"])[0].startswith("pair ")
    True
    """
    found = {}
    names = []
    for pair in zip(plain_list(one), plain_list(two), strict=True):
        name = found.get(pair, "")
        if name == "":
            name = found[pair] = _pair_name(*pair)
        names.append(name)
    return names


def _pair_name(one, two):
    if not isinstance(one, str) or not isinstance(two, str):
        return None
    low, high = sorted((one, two))
    if len(low) <= 40 and len(high) <= 40 and not any(mark in low + high for mark in ("|", "\n")):
        return f"{low} | {high}"
    text = json.dumps([low, high]).encode("utf-8", "surrogatepass")
    return "pair " + hashlib.blake2b(text, digest_size=8).hexdigest()


def in_fixed_order(one, two, first_won):
    """Two contents whose sides are not known, in a fixed order, and which of them won.

    Parameters
    ----------
    one, two : sequence of str
    first_won : sequence
        "one", "two", "tie", or None.

    Returns
    -------
    first, second, label : list
        The label says left for the first and right for the second.

    Examples
    --------
    >>> in_fixed_order(["b"], ["a"], ["one"])
    (['a'], ['b'], ['right'])
    """
    rows = []
    for a, b, won in zip(one, two, first_won, strict=True):
        known = isinstance(a, str) and isinstance(b, str)
        swap = known and a > b
        side = {"one": "right" if swap else "left", "two": "left" if swap else "right", "tie": "tie"}.get(won)
        rows.append((b, a, side) if swap else (a, b, side))
    return tuple(map(list, zip(*rows, strict=True))) if rows else ([], [], [])


def as_content(entry):
    """A content as text: what is no text, or blank, as JSON; None where nothing stands.

    Examples
    --------
    >>> as_content("x"), as_content(""), as_content(True), as_content(None)
    ('x', '""', 'true', None)
    """
    if isinstance(entry, bool) or (isinstance(entry, str) and not entry.strip()):
        return json.dumps(entry)
    return as_json(entry)


def as_json(entry):
    """A list or an object as text, in one way; None if it is empty; anything else as it is."""
    if isinstance(entry, np.ndarray):
        entry = entry.tolist()
    if isinstance(entry, (list, dict)) and entry:
        return json.dumps(entry, sort_keys=True, ensure_ascii=False, default=str)
    return None if isinstance(entry, (list, dict)) else entry


def item_texts(table, reader, task):
    """The columns of the task as one id each."""
    names = [task] if isinstance(task, str) else list(task)
    advice = "Name what says which item it is."
    return joined([texts_of(need(table, reader, name, "task", advice)) for name in names])


def texts_of(column):
    """A column as a list of text, None where it says nothing certain."""
    texts, empty, _ = as_text(column)
    return [None if none else text for text, none in zip(plain_list(texts), empty, strict=True)]


def with_pair(questions, pairs):
    """The item of each row: what was asked, and the pair; None where one of them is missing."""
    rows = zip(questions, pairs, strict=True)
    return [None if question is None or pair is None else f"{question}: {pair}" for question, pair in rows]


def called(task):
    """The columns of the task in words."""
    return task if isinstance(task, str) else ", ".join(map(str, task))


def used_columns(*names):
    """All the names, of which some are None or lists of names, in one list."""
    flat = []
    for name in names:
        flat += [] if name is None else [name] if isinstance(name, str) else list(name)
    return flat


def is_blank(cell):
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell) or (isinstance(cell, str) and not cell.strip())  # fmt: skip


def plain_list(column):
    """A column as a list; arrays of Arrow's strings are slow to walk through."""
    return column if isinstance(column, list) else np.asarray(column, dtype=object).tolist()


def as_list(entry):
    """A list, also where it came as an array; None for anything else."""
    entry = entry.tolist() if hasattr(entry, "tolist") and not isinstance(entry, list) else entry
    return entry if isinstance(entry, list) else None
