"""Files that appear whole or not at all, and a lock that dies with its holder."""

import subprocess
import sys

import pytest

from annolib.course.files import locked
from annolib.course.setup.environment import ROOT

HOLD = """
import sys, time
from annolib.course.files import locked
from annolib.course.setup.ticker import Ticker
with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_waits_and_is_free_when_its_holder_is_killed(tmp_path):
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        waited = []

        def end_the_wait():
            waited.append(True)
            holder.kill()

        with locked(lock, end_the_wait):
            assert waited == [True]
    finally:
        holder.kill()
        holder.communicate()
    with locked(lock, lambda: pytest.fail("the lock was not let go of")):
        pass
