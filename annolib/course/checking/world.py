"""What an answer may change outside itself, put back: settings, random numbers, functions of libraries.

A check tries an answer inside `unchanged_world`. What belongs to the whole session is afterwards as it was before, and
what a learner should know of is named. Functions that were replaced in a library, by the answer or earlier in the
session, are put back too: what counts is how they were when the lesson was opened.
"""

from __future__ import annotations

import builtins
import os
import random
import sys
import warnings
from contextlib import contextmanager, suppress
from types import FunctionType, ModuleType

import numpy as np

_WATCHED = (
    *("builtins", "math", "random", "statistics", "time"),
    *("numpy", "numpy.random", "numpy.linalg", "pandas"),
    *("scipy.special", "scipy.stats", "scipy.optimize", "scipy.integrate"),
)
_LEFT_OUT = (
    "input",
    "print",
    "open",
    "display",
    "get_ipython",
    "exit",
    "quit",
    "breakpoint",
    "_",
)  # a kernel's own
_SHOWING = ("annolib.course.display", "annolib.course.notebook")  # what they show judges nothing
_found = []  # the names that were put back since the running check began
_known = {}  # (module or class): {name: (object, its code)}


def watch():
    """Remember the functions and classes of the libraries that are loaded by now, each module once."""
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or not (name in _WATCHED or name.split(".")[0] == "annolib"):
            continue
        if module in _known or name.startswith(_SHOWING) or _half_loaded(module):
            continue
        _known[module] = _callables(module)
        for one in list(vars(module).values()):
            own = isinstance(one, type) and one.__module__.startswith("annolib") or name == "pandas"
            if own and isinstance(one, type) and one not in _known:
                _known[one] = _callables(one)


def put_back():
    """Put back every function of a library that was replaced since; return their names."""
    found = []
    for home, parts in _known.items():
        now = vars(home)
        for name, (was, code) in parts.items():
            if now.get(name) is not was:
                setattr(home, name, was)
            elif code is not None and was.__code__ is not code:
                was.__code__ = code
            else:
                continue
            found.append(f"{home.__name__}.{name}")
        if isinstance(home, type) and home.__module__.startswith("annolib"):
            for name in _callables(home).keys() - parts.keys():  # put in front of what the class inherits
                delattr(home, name)
                found.append(f"{home.__name__}.{name}")
        for name in _in_front(home, parts):
            delattr(home, name)
            found.append(f"{home.__name__}.{name}")
    _found.extend(found)
    return found


@contextmanager
def unchanged_world():
    """Put back what is changed inside; yields a list to which sentences are added about what was put back.

    >>> with unchanged_world() as told:
    ...     _ = np.seterr(all="ignore")
    >>> told
    ['np.seterr was changed; it is put back.']
    """
    watch()
    told = [f"{name} had been replaced; the course's check put it back." for name in put_back()]
    _found.clear()
    before = {name: read() for name, (read, _, _) in _PARTS.items()}
    figures = _figures()
    try:
        yield told
    finally:
        put_back()
        told += [f"{name} was replaced; it is put back." for name in dict.fromkeys(_found)]
        for name, (read, write, tell) in _PARTS.items():
            if not _same(read(), before[name]):
                write(before[name])
                if tell:
                    told.append(f"{name} was changed; it is put back.")
        for number in _figures() - figures:
            sys.modules["matplotlib.pyplot"].close(number)
        watch()


def _in_front(home, parts):
    """The names that hide what a package would load on demand: it keeps none of these itself, so somebody put them there."""
    on_demand = vars(home).get("__getattr__") if isinstance(home, ModuleType) else None
    if not on_demand:
        return []
    hiding = []
    for name in vars(home).keys() - parts.keys():
        one = vars(home)[name]
        if name.startswith("__") or getattr(one, "__name__", "") == f"{home.__name__}.{name}":
            continue
        with warnings.catch_warnings(), suppress(AttributeError):
            warnings.simplefilter("ignore")
            if on_demand(name) is not one:
                hiding.append(name)
    return sorted(hiding)


def _half_loaded(module):
    return getattr(module.__spec__, "_initializing", False)


def _callables(home):
    """Each function, class and module in a module, or method in a class, with its code."""
    kept = {}
    for name, one in vars(home).items():
        if name in _LEFT_OUT or (name.startswith("__") and name != "__init__"):
            continue
        if callable(one) or isinstance(one, (ModuleType, property, staticmethod, classmethod)):
            kept[name] = (one, one.__code__ if isinstance(one, FunctionType) else None)
    return kept


def _same(now, was):
    try:
        return bool(now == was)
    except ValueError:  # arrays
        return False


def _random_state():
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    return kind, tuple(keys), *rest


def _write_random_state(state):
    np.random.set_state((state[0], np.array(state[1], np.uint32), *state[2:]))  # noqa: NPY002


def _drawing():
    return sys.modules.get("matplotlib")


def _rc():
    return dict(dict.items(_drawing().rcParams)) if _drawing() else {}


def _write_rc(values):
    if not values:  # Matplotlib came with the answer
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dict.clear(_drawing().rcParams)
        dict.update(_drawing().rcParams, values)


def _figures():
    plots = sys.modules.get("matplotlib.pyplot")
    return set(plots.get_fignums()) if plots else set()


def _folder():
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def _write_folder(folder):
    with suppress(OSError, TypeError):
        os.chdir(folder)


def _write_environment(values):
    os.environ.clear()
    os.environ.update(values)


def _write_path(values):
    sys.path[:] = values


def _write_streams(values):
    sys.stdout, sys.stderr, builtins.print, builtins.open = values


_PARTS = {
    # what: how it is read, how it is written, whether the learner is told
    "np.random": (_random_state, _write_random_state, False),
    "random": (random.getstate, random.setstate, False),
    "np.seterr": (np.geterr, lambda values: np.seterr(**values), True),
    "np.set_printoptions": (np.get_printoptions, lambda values: np.set_printoptions(**values), True),
    "plt.rcParams": (_rc, _write_rc, True),
    "the working folder": (_folder, _write_folder, True),
    "os.environ": (lambda: dict(os.environ), _write_environment, True),
    "sys.path": (lambda: list(sys.path), _write_path, True),
    "sys.setrecursionlimit": (sys.getrecursionlimit, sys.setrecursionlimit, True),
    "print": (lambda: (sys.stdout, sys.stderr, builtins.print, builtins.open), _write_streams, False),
}
