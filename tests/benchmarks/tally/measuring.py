"""Time and peak memory of a call, in a process of its own."""

import resource
import sys
import time
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")  # Linux


def seconds(calls, rounds):
    """Wall and processor seconds of every call, taken in turns: name → list of (wall, processor)."""
    times = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            wall, processor = time.perf_counter(), time.process_time()
            call()
            times[name].append((time.perf_counter() - wall, time.process_time() - processor))
    return times


def peak_above(call):
    """Megabytes that the process had at most during the call, above what it had before; and the answer."""
    if _CLEAR.exists():
        _CLEAR.write_text("5")  # the peak starts anew at what is in use now
    before = peak()
    answer = call()
    return peak() - before, answer


def peak():
    """The peak of the process's memory, in megabytes."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
