"""Times as numbers that order the judgements: real times, numbers, or text that can be read in one way only.

Text is never sorted as text ("9:58" would come after "10:02"). It is read if every entry is a decimal number, or
every entry is ISO 8601 (`2024-06-01`, `2024-06-01T09:00`, with seconds, a fraction, and `Z` or an offset), or if
the caller gives the format. Times with an offset and times without one cannot be put in one order.

The grammar (`NUMBER`, `ISO`, `format_pattern`) serves pandas tables here and tables of other engines in
`annolib.tables.engines.times`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

WHOLE = r"^-?[0-9]{1,18}$"
NUMBER = r"^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$"
_DATE = r"(?:1[7-9]|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
_OFFSET = r"(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
ISO = f"^{_DATE}(?:[T ]{_CLOCK}{_OFFSET}?)?$"
ISO_WITH_OFFSET = f"^{_DATE}[T ]{_CLOCK}{_OFFSET}$"

ENTRIES = "entries that are no times of one kind"
MIXED = "times without an offset from UTC beside others with one"

DIRECTIVES = {
    **{"Y": "(?:1[7-9]|20|21)[0-9]{2}", "y": "[0-9]{2}", "m": "(?:1[0-2]|0?[1-9])", "d": "(?:3[01]|[12][0-9]|0?[1-9])"},
    **{"H": "(?:2[0-3]|[01]?[0-9])", "I": "(?:1[0-2]|0?[1-9])", "M": "[0-5]?[0-9]", "S": "[0-5]?[0-9]"},
    **{"f": "[0-9]{1,6}", "p": "[AaPp][Mm]", "z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})"},
    **{"b": "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", "a": "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"},
}  # fmt: skip
_TWO_DIGITS = {"m": "(?:0[1-9]|1[0-2])", "d": "(?:0[1-9]|[12][0-9]|3[01])", "I": "(?:0[1-9]|1[0-2])"}
_TWO_DIGITS |= {"H": "(?:[01][0-9]|2[0-3])", "M": "[0-5][0-9]", "S": "[0-5][0-9]", "f": "[0-9]{6}"}


def format_parts(time_format):
    """A format as pairs (directive or "", regular expression), in the order in which they are written.

    Parameters
    ----------
    time_format : str
        As for `datetime.strptime`, of the directives in `DIRECTIVES`. Where two directives touch, numbers must
        have all their digits.

    Raises
    ------
    ValueError
        If it is no such format, has a directive twice, or no directive at all.

    Examples
    --------
    >>> format_parts("%Y/%y")
    [('Y', '(?:1[7-9]|20|21)[0-9]{2}'), ('', '/'), ('y', '[0-9]{2}')]
    """
    known = "%" + ", %".join(DIRECTIVES)
    remedy = f"Give one such as '%d/%m/%Y %H:%M', made of {known}."
    if not isinstance(time_format, str):
        raise ValueError(f"time_format must be a text; saw {time_format!r}. {remedy}")
    pieces = re.split("(%.?)", time_format)
    parts = []
    for place, piece in enumerate(pieces):
        if not piece.startswith("%"):
            parts += [("", re.escape(piece))] if piece else []
        elif piece == "%%":
            parts.append(("", "%"))
        elif piece[1:] in DIRECTIVES:
            touching = (place > 1 and not pieces[place - 1]) or (
                place + 2 < len(pieces) and not pieces[place + 1]
            )
            name = piece[1:]
            parts.append((name, _TWO_DIGITS.get(name, DIRECTIVES[name]) if touching else DIRECTIVES[name]))
        else:
            raise ValueError(
                f"time_format has {piece!r}, which cannot be read; saw {time_format!r}. {remedy}"
            )
    names = [name for name, _ in parts if name]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"time_format must name each part of a time once; saw {time_format!r}. {remedy}")
    return parts


def format_pattern(time_format):
    """The regular expression of a whole text in this format.

    Examples
    --------
    >>> bool(re.search(format_pattern("%H:%M"), "9:58")), bool(re.search(format_pattern("%H:%M"), "9:58 am"))
    (True, False)
    """
    return "^" + "".join(pattern for _, pattern in format_parts(time_format)) + "$"


def read_text(texts, time_format=None):
    """Distinct texts as numbers in the order of time.

    Parameters
    ----------
    texts : pandas.Series of str
    time_format : str, optional

    Returns
    -------
    values : ndarray of int64 or float64
        Nanoseconds, or the numbers that the texts are; arbitrary where `bad`.
    bad : ndarray of bool
    what : str
        What is wrong with the bad ones: `ENTRIES`, `MIXED` or a text about the format; "" if nothing is.

    Examples
    --------
    >>> values, bad, what = read_text(pd.Series(["2024-06-01T09:00:00+05:30", "2024-06-01T04:30:00Z"]))
    >>> int(values[1] - values[0]) / 60e9, what
    (60.0, '')
    """
    if time_format is not None:
        fits = _fits(texts, format_pattern(time_format))
        values, bad = _instants(texts.where(fits), time_format, utc="%z" in time_format)
        return values, bad, f"entries that are not in the format {time_format!r}" if bad.any() else ""
    whole, number = _fits(texts, WHOLE), _fits(texts, NUMBER)
    if whole.all():
        return texts.astype("int64").to_numpy(), ~whole, ""
    if number.all():
        return texts.astype("float64").to_numpy(), ~number, ""
    iso = _fits(texts, ISO)
    values, bad = _instants(texts.where(iso), "ISO8601", utc=True)
    if bad.any():
        return values, bad, ENTRIES
    aware = _fits(texts, ISO_WITH_OFFSET)
    return values, ~aware & aware.any(), MIXED if aware.any() and not aware.all() else ""


def read_objects(values):
    """Distinct Python objects as their rank in time.

    Parameters
    ----------
    values : sequence
        No entry is missing.

    Returns
    -------
    rank : ndarray of int64
    bad : ndarray of bool
    what : str
        As in `read_text`.

    Examples
    --------
    >>> rank, bad, what = read_objects([date(2024, 5, 2), date(2024, 5, 1)])
    >>> rank.tolist(), what
    ([1, 0], '')
    """
    kinds = [_kind(value) for value in values]
    first = kinds[0] if kinds else ""
    bad = np.array([kind != first or not kind for kind in kinds], bool)
    if bad.any():
        clocks = set(kinds) == {"aware", "naive"}
        bad = np.array([kind == "naive" for kind in kinds], bool) if clocks else bad
        return np.zeros(len(kinds), np.int64), bad, MIXED if clocks else ENTRIES
    place = {value: rank for rank, value in enumerate(sorted(set(values)))}
    return np.array([place[value] for value in values], np.int64), bad, ""


def _kind(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime):
        return "naive" if value.utcoffset() is None else "aware"
    for kind, types in (("day", date), ("clock", time), ("span", timedelta), ("number", (Real, Decimal))):
        if isinstance(value, types) and not isinstance(value, bool):
            return kind
    return ""


def _fits(texts, pattern):
    """Where the whole text fits; some engines let `$` stand before a last line break."""
    fits = texts.str.contains(pattern, regex=True, na=False) & ~texts.str.endswith("\n", na=False)
    return fits.to_numpy(bool)


def _instants(texts, form, utc):
    """Nanoseconds and where there are none; an empty text has none."""
    times = pd.to_datetime(texts, format=form, errors="coerce", utc=utc)
    times = times.dt.tz_convert(None) if times.dt.tz is not None else times
    values = times.to_numpy().astype("datetime64[ns]")
    return values.astype(np.int64), np.isnat(values)
