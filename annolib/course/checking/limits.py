"""The time limit for what a learner wrote: a loop that never ends is stopped, wherever it runs.

`call` marks the code that may be stopped, `time_limit` says when. Code outside `call` is never interrupted. A learner's
`except:` may catch the interruption, so it comes again. Out of reach are a loop that catches it every time, which is told
how to go on, and one call of compiled code before it returns.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from contextlib import contextmanager

AGAIN, GRACE = 0.02, 2.0  # seconds between two interruptions; for the words about one
STUBBORN = 50  # interruptions that were caught
CAUGHT = (
    "The time is up, and an `except:` catches every interruption. Restart the kernel: press the key 0 twice."
)


class TimeIsUp(BaseException):
    """The time limit was reached. No `Exception`, so that a learner's `except Exception` does not take it for theirs."""


def call(function, *arguments):
    """Call `function`; inside, and only there, the time limit may raise `TimeIsUp`."""
    return function(*arguments)


@contextmanager
def time_limit(seconds):
    """Raise `TimeIsUp` inside `call` once `seconds` have passed; yields a function that ends the limit.

    >>> def endless():
    ...     while True:
    ...         pass
    >>> with time_limit(0.05):
    ...     call(endless)
    Traceback (most recent call last):
        ...
    annolib.course.checking.limits.TimeIsUp
    """
    here = threading.current_thread() is threading.main_thread()
    with (_by_signal if here and hasattr(signal, "setitimer") else _by_thread)(seconds) as end:
        yield end


@contextmanager
def _by_signal(seconds):
    """With the alarm of the operating system, which also interrupts waiting; for the main thread."""

    aim, over, hits, stream = _Aim(), [], [], sys.stdout

    def strike(number, frame):
        if over:
            return
        hit = aim.at(frame)
        hits.extend([True] * hit)
        if len(hits) == STUBBORN and hit:
            print(CAUGHT, file=stream, flush=True)
        signal.setitimer(signal.ITIMER_REAL, AGAIN)  # only now: a slow machine is not interrupted in here
        if hit:
            raise TimeIsUp

    def end():
        over.append(True)
        signal.setitimer(signal.ITIMER_REAL, 0)

    before = signal.signal(signal.SIGALRM, strike)
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds)
    started = time.monotonic()
    try:
        yield end
    finally:
        end()
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)
        if left:  # an alarm of somebody else goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 0.001), again)


@contextmanager
def _by_thread(seconds):
    """With a thread that raises in this one, between two steps of Python; for Windows and other threads."""
    thread, over, aim = threading.get_ident(), threading.Event(), _Aim()

    def strike():
        if over.wait(seconds):
            return
        while not over.wait(AGAIN):
            if aim.at(sys._current_frames().get(thread)):
                _raise_in(thread, TimeIsUp)

    watch = threading.Thread(target=strike, daemon=True)
    watch.start()
    try:
        yield over.set
    finally:
        over.set()
        watch.join()
        _raise_in(thread, None)  # what was sent and not raised yet


def _raise_in(thread, error):
    raised = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


class _Aim:
    """What is to be interrupted: the innermost `call` that was running when time was up, until it ends.

    Whoever called it then has `GRACE` seconds to say so, before the next `call` around it is interrupted in its turn.
    """

    def __init__(self):
        self._call, self._seen = None, 0.0

    def at(self, frame):
        """Whether the code of `frame` is to be interrupted."""
        calls, now = _calls_around(frame), time.monotonic()
        if self._call is not None and self._call not in calls:
            if now - self._seen < GRACE:
                return False
            self._call = None
        if not calls:
            return False
        self._call, self._seen = self._call or calls[0], now
        return True


def _calls_around(frame):
    """The frames of `call` on whose behalf the frame runs, the innermost first; none if it is such a frame itself."""
    found = []
    if frame is None or frame.f_code is call.__code__:
        return found
    while frame is not None:
        if frame.f_code is call.__code__:
            found.append(frame)
        frame = frame.f_back
    return found
