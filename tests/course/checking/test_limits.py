"""The time limit: what never ends is stopped, in every thread, and nothing else is."""

import signal
import threading
import time

import pytest

from annolib.course.checking import limits
from annolib.course.checking.limits import TimeIsUp, call, time_limit


def endless():
    while True:
        pass


def catches_some():
    """Catches the first interruptions."""
    for _ in range(3):
        try:
            endless()
        except BaseException as error:
            assert isinstance(error, TimeIsUp)
    endless()


def waits():
    try:
        time.sleep(60)
    finally:
        pass


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarm on this system")
@pytest.mark.parametrize("function", [endless, catches_some, waits])
def test_what_never_ends_is_stopped(function):
    with pytest.raises(TimeIsUp), time_limit(0.05):
        call(function)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarm on this system")
def test_who_catches_every_interruption_is_told_how_to_go_on(capsys):
    def stubborn():
        caught = 0
        while caught < limits.STUBBORN + 2:
            try:
                endless()
            except BaseException:
                caught += 1
        return "at last"

    with time_limit(0.05):
        assert call(stubborn) == "at last"
    assert capsys.readouterr().out.count("Restart the kernel") == 1


def test_in_another_thread_too():
    seen = []

    def run():
        try:
            with time_limit(0.05):
                call(endless)
        except TimeIsUp:
            seen.append("stopped")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(10)
    assert seen == ["stopped"]


@pytest.mark.parametrize(
    "way", [limits._by_thread, *([limits._by_signal] if hasattr(signal, "setitimer") else [])]
)
def test_code_outside_a_call_is_never_interrupted(way):
    with way(0.02):
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass
        assert call(lambda: 5) == 5
    time.sleep(0.05)


@pytest.mark.parametrize(
    "way", [limits._by_thread, *([limits._by_signal] if hasattr(signal, "setitimer") else [])]
)
def test_after_the_limit_was_ended_nothing_comes(way):
    def busy():
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            pass
        return "done"

    with way(0.05) as end:
        end()
        assert call(busy) == "done"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarm on this system")
def test_an_alarm_of_somebody_else_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with time_limit(5):
            call(lambda: None)
        time.sleep(0.4)
        assert rung == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
