"""Values in words: short, plain, and the same in every run."""

from __future__ import annotations

import re
from numbers import Number

import numpy as np
import pandas as pd

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def show(value, width=120):
    """`value` in words that are the same in every run: plain numbers, 6 digits, no addresses.

    >>> show(np.float64(0.1 + 0.2)), show((1, np.True_)), show(np.zeros((2, 2)))
    ('0.3', '(1, True)', 'array([[0, 0], [0, 0]])')
    """
    try:
        text = " ".join(_plain(value).split())
    except Exception:  # a `__repr__` that raises, or a whole number of more digits than Python writes
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= width else text[: width - 2] + " …"


def kind(value):
    """What sort of thing `value` is, for a sentence.

    >>> kind(0.5), kind(np.zeros(3)), kind(None)
    ('a single number', 'an array of shape (3,)', 'nothing (None)')
    """
    if value is None:
        return "nothing (None)"
    if is_bool(value):
        return "True or False"
    if is_number(value):
        return "a single number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, pd.DataFrame):
        return f"a table of {len(value)} rows and {value.shape[1]} columns"
    if isinstance(value, (tuple, list, set, dict, pd.Series)):
        return f"a {type(value).__name__} of {len(value)}"
    if callable(value):
        return f"the function {getattr(value, '__name__', 'without a name')}"
    return f"an object of type {type(value).__name__}"


def without_addresses(text):
    """`text` without memory addresses, which differ from run to run.

    >>> without_addresses("<object object at 0x7f00deadbeef>")
    '<object object>'
    """
    return _ADDRESS.sub("", text)


def is_bool(value):
    """Whether `value` is Python's or numpy's True or False."""
    return isinstance(value, (bool, np.bool_))


def is_number(value):
    """Whether `value` is a single number and no truth value."""
    return isinstance(value, Number) and not is_bool(value)


def _plain(value):
    if is_bool(value):
        return str(bool(value))
    if is_number(value):
        return f"{value:.6g}" if not isinstance(value, (int, np.integer)) else str(value)
    if isinstance(value, str):
        return repr(str(value))
    if isinstance(value, np.ndarray):
        return f"array({_plain(value.tolist())})" if value.size <= 30 else kind(value)
    if isinstance(value, pd.Series):
        return f"Series({_plain(value.tolist())})" if len(value) <= 30 else kind(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_plain, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_plain(key)}: {_plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, pd.DataFrame) or callable(value):
        return kind(value)
    return without_addresses(repr(value))
