"""Call a learner's function safely and write down all that happened."""

from __future__ import annotations

import builtins
import contextlib
import copy
import dis
import inspect
import io
import linecache
import sys
import traceback
import warnings
from dataclasses import dataclass
from types import CodeType

import numpy as np
import pandas as pd

from annolib.course.checking.limits import TimeIsUp, call
from annolib.course.checking.wording import without_addresses

STOPPED = "KeyboardInterrupt: stopped by hand"
OVERTIME = "TimeIsUp: out of time"
KEPT = 2000  # characters of what an answer prints


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
            value = call(function, *given)
        except BaseException as raised:
            error, line = _named(raised), guilty_line(raised, function)
    changed = (n for n, (now, was) in enumerate(zip(given, arguments, strict=True)) if altered(now, was))
    return Observation(value, error, line, printed.getvalue(), next(changed, None))


def _named(raised):
    if isinstance(raised, TimeIsUp):
        return OVERTIME
    return STOPPED if isinstance(raised, KeyboardInterrupt) else describe_error(raised)


class _Beginning(io.TextIOBase):
    """A stream that keeps the first characters only: ten million lines are no trouble."""

    def __init__(self):
        self._parts, self._room = [], KEPT

    def write(self, text):
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def getvalue(self):
        return "".join(self._parts)


@contextlib.contextmanager
def quietly():
    """Keep prints (their beginning, in the buffer that it gives), displays and warnings away from the notebook."""
    printed, shell = _Beginning(), _shell()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(_Beginning()),
        warnings.catch_warnings(),
        _without_displays(shell),
        _without_questions(),
    ):
        warnings.simplefilter("ignore")
        yield printed


@contextlib.contextmanager
def _without_displays(shell):
    if shell is None:
        yield
        return
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher, shell.display_pub = shell.display_pub, CapturingDisplayPublisher()
    try:
        yield
    finally:
        shell.display_pub = publisher


@contextlib.contextmanager
def _without_questions():
    def refuse(prompt=""):
        raise RuntimeError("an answer cannot ask with input(): use its arguments")

    ask, builtins.input = builtins.input, refuse
    try:
        yield
    finally:
        builtins.input = ask


def _shell():
    """The running IPython shell, or None; IPython is not loaded for it."""
    core = sys.modules.get("IPython.core.getipython")
    return core.get_ipython() if core else None


def is_stub(answer):
    """True for a function whose body is still only `...`; a docstring may stand before it.

    >>> def empty(x):
    ...     "To do."
    ...     ...
    >>> is_stub(empty), is_stub(lambda x: x)
    (True, False)
    """
    try:
        code = getattr(inspect.unwrap(answer), "__code__", None) if callable(answer) else None
    except Exception:  # wrapped in a circle, or an object with attributes of its own making
        return False
    if not isinstance(code, CodeType):
        return False
    quiet = ("RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "MAKE_CELL")
    steps = [step for step in dis.get_instructions(code) if step.opname not in quiet]
    ends = all(step.opname in ("LOAD_CONST", "RETURN_CONST", "RETURN_VALUE") for step in steps)
    return ends and all(step.argval in (None, ...) for step in steps)


def describe_error(raised):
    """Type and message of an exception, without addresses; cut where it is long, and where it has no words, said.

    >>> describe_error(KeyError("worker"))
    "KeyError: 'worker'"
    """
    try:
        words = without_addresses(str(raised))
    except TimeIsUp:
        raise
    except BaseException:
        words = "its message cannot be shown"
    words = words if len(words) <= 300 else words[:298] + " …"
    return f"{type(raised).__name__}: {words}".rstrip(": ")


def guilty_line(raised, function):
    """The last line of `function`'s own source that the exception passed through, in words."""
    try:
        code = getattr(function, "__code__", None)
    except Exception:
        return ""
    if not isinstance(code, CodeType):
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
