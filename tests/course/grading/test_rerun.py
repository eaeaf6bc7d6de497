"""The process that runs one notebook: limits that are set in it, and its one line of JSON."""

import json
import os
import queue
import subprocess
import sys

import pytest

from annolib.course.grading import rerun
from annolib.course.notebook_files import ROOT

PROBE = """
import json, resource, socket
from annolib.course.grading.rerun import limit_resources, shut_network
shut = shut_network()
limit_resources(memory=3 * 2**30, file=1000)
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=2).close()
    reached = True
except OSError:
    reached = False
try:
    bytearray(4 * 2**30)
    memory = "unbounded"
except MemoryError:
    memory = "bounded"
print(json.dumps([shut, reached, memory, resource.getrlimit(resource.RLIMIT_FSIZE)[0]]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
def test_memory_files_and_network_are_bounded():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        code = PROBE.format(port=server.getsockname()[1])
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    shut, reached, memory, size = json.loads(done.stdout)
    assert (memory, size) == ("bounded", 1000)
    assert reached is not shut


def test_a_notebook_that_cannot_be_run_is_one_line_of_json(tmp_path):
    path = tmp_path / "00_x.ipynb"
    path.write_text('{"cells": [{"cell_type": "code"}]}')
    command = [sys.executable, "-m", "annolib.course.grading.rerun", str(path), "0", "5"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["error"].startswith("The notebook could not be run: KeyError") and told["network"] in (
        "shut",
        "open",
    )


class Silent:
    """The client of a kernel that is too busy to answer, or answers another question."""

    class iopub_channel:
        msg_ready = staticmethod(lambda: False)

    def __init__(self, *replies):
        self.replies = list(replies)

    def execute(self, code, **options):
        return "this"

    def get_shell_msg(self, timeout):
        if self.replies:
            return self.replies.pop(0)
        raise queue.Empty


def reply(parent, report):
    data = {"data": {"application/json": {"report": report}}}
    return {"parent_header": {"msg_id": parent}, "content": {"user_expressions": {"found": data}}}


def test_a_kernel_that_does_not_answer_takes_nothing_away():
    assert rerun._ask(Silent(), 4, "token", 0.01) is None
    assert rerun._ask(
        Silent(reply("other", '{"scores": 1}'), reply("this", '{"scores": 2}')), 4, "token", 9
    ) == {"scores": 2}
    assert rerun._ask(Silent(reply("this", "no json")), 4, "token", 9) == {}
