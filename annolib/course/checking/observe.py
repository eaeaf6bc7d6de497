"""Call a learner's function safely and write down all that happened."""

from __future__ import annotations

import contextlib
import copy
import dis
import inspect
import io
import linecache
import traceback
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from annolib.course.checking.wording import without_addresses

STOPPED = "KeyboardInterrupt: stopped by hand"


@dataclass(frozen=True)
class Observation:
    """One call of an answer: what it returned or raised, printed, and did to its arguments.

    Attributes
    ----------
    value : object
        What it returned; None if it raised.
    error, line : str
        Type and message of what it raised and the guilty line of the function; "" if nothing.
    printed : str
    changed : int or None
        Position of the first argument that the call changed.
    """

    value: object = None
    error: str = ""
    line: str = ""
    printed: str = ""
    changed: int | None = None


def observe(function, arguments):
    """Call `function` on copies of `arguments`; nothing that it raises, prints or changes gets out.

    >>> observe(lambda x: 1 / x, (0,)).error
    'ZeroDivisionError: division by zero'
    >>> observe(lambda x: x.append(2), ([1],)).changed
    0
    """
    given = [copy.deepcopy(argument) for argument in arguments]
    value, error, line = None, "", ""
    with quietly() as printed:
        try:
            value = function(*given)
        except KeyboardInterrupt as raised:
            error, line = STOPPED, guilty_line(raised, function)
        except (Exception, SystemExit) as raised:
            error, line = describe_error(raised), guilty_line(raised, function)
    changed = (n for n, (now, was) in enumerate(zip(given, arguments, strict=True)) if altered(now, was))
    return Observation(value, error, line, printed.getvalue(), next(changed, None))


@contextlib.contextmanager
def quietly():
    """Keep prints (in the buffer that it gives) and warnings away from the notebook."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield printed


def is_stub(answer):
    """True for a function whose body is still only `...`; a docstring may stand before it.

    >>> def empty(x):
    ...     "To do."
    ...     ...
    >>> is_stub(empty), is_stub(lambda x: x)
    (True, False)
    """
    code = getattr(inspect.unwrap(answer), "__code__", None) if callable(answer) else None
    if code is None:
        return False
    quiet = ("RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "MAKE_CELL")
    steps = [step for step in dis.get_instructions(code) if step.opname not in quiet]
    ends = all(step.opname in ("LOAD_CONST", "RETURN_CONST", "RETURN_VALUE") for step in steps)
    return ends and all(step.argval in (None, ...) for step in steps)


def describe_error(raised):
    """Type and message of an exception, without addresses.

    >>> describe_error(KeyError("worker"))
    "KeyError: 'worker'"
    """
    return f"{type(raised).__name__}: {without_addresses(str(raised))}".rstrip(": ")


def guilty_line(raised, function):
    """The last line of `function`'s own source that the exception passed through, in words."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    frames = [
        frame for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == code.co_filename
    ]
    if not frames:
        return ""
    number = frames[-1].lineno
    text = linecache.getline(code.co_filename, number).strip()
    where = f"line {number - code.co_firstlineno + 1} of your function"
    return f"{where}: {text}" if text else where


def altered(now, was):
    """Whether a list, dict, set, array or table is no longer what it was; other objects are not watched."""
    if isinstance(was, (list, tuple)):
        return len(now) != len(was) or any(map(altered_entry, now, was))
    if isinstance(was, dict):
        return list(now) != list(was) or any(altered_entry(now[key], was[key]) for key in was)
    if isinstance(was, set):
        return now != was
    if isinstance(was, (pd.Series, pd.DataFrame, pd.Index)):
        return not now.equals(was)
    if isinstance(was, np.ndarray):
        same = now.shape == was.shape and now.dtype == was.dtype
        return not (same and np.array_equal(now, was, equal_nan=was.dtype.kind in "fc"))
    return False


def altered_entry(now, was):
    """Like `altered`, for an entry of a container, which may also have been replaced."""
    return (
        type(now) is not type(was)
        or altered(now, was)
        or (isinstance(was, (int, str)) and now != was)
        or (isinstance(was, float) and not (now == was or (np.isnan(now) and np.isnan(was))))
    )
