"""Run one submitted notebook again, in this process and a kernel of its own; print what its checks found.

`python -m annolib.course.grading.rerun NOTEBOOK LESSON SECONDS` is started by `collect`, in a folder and with environment
variables made for it. Stored outputs are not looked at: what counts is what the checks say now. The notebook's cells
run one after the other; a cell that fails or takes too long does not keep the next from running.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import subprocess
import sys
import time
from queue import Empty

from annolib.course.notebook_files import read, source_of

ANSWER = 60.0  # seconds that a busy machine may take to say what the checks found
REPORT = "__import__('annolib.course.grading.report', fromlist=['report']).report({number}, {token!r})"


def main(words):
    """Run the notebook and print one line of JSON: {"scores": …, "predictions": …, "error": …, "network": …}."""
    path, number, seconds = words[0], int(words[1]), float(words[2])
    shut = shut_network()
    notebook = read(path)
    limit_resources()
    try:
        found = run(notebook, number, seconds)
    except Exception as error:
        found = {"error": f"The notebook could not be run: {type(error).__name__}: {error}"}
    sys.stdout.write("\n" + json.dumps({**found, "network": "shut" if shut else "open"}) + "\n")
    sys.stdout.flush()
    return 0


def run(notebook, number, seconds):
    """Run the code cells in a kernel; return scores, predictions and the first trouble with the run itself."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3", transport="ipc" if os.name != "nt" else "tcp")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    token, found, error = secrets.token_hex(8), {}, ""
    manager.start_kernel(**quiet)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        found = _ask(client, number, token, ANSWER) or {}
        for place, cell in enumerate(notebook["cells"], 1):
            if cell.get("cell_type") != "code" or not source_of(cell).strip():
                continue
            trouble = _run_cell(manager, client, source_of(cell), seconds)
            if trouble:
                error = error or f"Cell {place} {trouble}."
                if not manager.is_alive():
                    break
            now = _ask(client, number, token, ANSWER)
            if now is None:
                error = error or f"After cell {place} the kernel did not answer for {ANSWER:g} seconds."
            found = now or found
        return {**found, "error": error}
    except (TimeoutError, RuntimeError) as stopped:
        return {**found, "error": error or f"The kernel stopped: {stopped}"}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _run_cell(manager, client, source, seconds):
    """Run one cell; return what went wrong with its run, or "". That it raises is no trouble: its check says so."""
    ask = {"allow_stdin": False, "store_history": True, "stop_on_error": False}
    message, end, asked = client.execute(source, **ask), time.monotonic() + seconds, False
    while True:
        if not manager.is_alive():
            return "ended the kernel"
        _drain(client)
        if _reply(client, message, 0.2):
            return f"took longer than {seconds:g} seconds and was interrupted" if asked else ""
        if time.monotonic() > end:
            if asked:
                manager.shutdown_kernel(now=True)
                return f"took longer than {seconds:g} seconds and could not be interrupted"
            manager.interrupt_kernel()
            asked, end = True, time.monotonic() + 5


def _drain(client):
    """Throw away what the kernel shows: a flood must not fill the memory of this process."""
    end = time.monotonic() + 0.5
    while client.iopub_channel.msg_ready() and time.monotonic() < end:
        client.iopub_channel.get_msg(timeout=0)


def _reply(client, message, patience):
    """The reply to `message` if it comes within `patience` seconds, else None; replies to others are passed over."""
    try:
        reply = client.get_shell_msg(timeout=patience)
    except Empty:
        return None
    return reply if reply["parent_header"].get("msg_id") == message else None


def _ask(client, number, token, patience):
    """What the checks have found so far: {} if they do not tell, None if the kernel is silent for `patience` seconds."""
    asked = {"found": REPORT.format(number=number, token=token)}
    message = client.execute("", silent=True, user_expressions=asked, allow_stdin=False)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        _drain(client)
        reply = _reply(client, message, 0.2)
        if reply:
            answer = reply["content"].get("user_expressions", {}).get("found", {})
            try:
                return json.loads(answer["data"]["application/json"]["report"])
            except (LookupError, TypeError, ValueError):
                return {}
    return None


def shut_network():
    """Cut this process and its children off the network where the system lets it (Linux); say whether it did."""
    new_user, new_network = 0x10000000, 0x40000000
    try:
        library = ctypes.CDLL(None, use_errno=True)
        return library.unshare(new_network) == 0 or library.unshare(new_user | new_network) == 0
    except (OSError, AttributeError):
        return False


def limit_resources(memory=6 * 2**30, file=200 * 2**20):
    """Bound the memory and the size of files of this process and its children, in bytes, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
