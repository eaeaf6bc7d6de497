"""Execute a source notebook and store what it gave, the same bytes every time.

Errors that a front end would only show, inside an Output widget or a callback, are failures here.
"""

from __future__ import annotations

import copy
import os
import re

import nbformat
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from annolib.course.authoring.build import COMPARED, cell_metadata, plain_metadata
from annolib.course.notebook_files import source_of, tags_of

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_DRIVE = "import annolib.course.authoring.move_controls as _drive\n_drive.move_every_control()"
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class ExecutionError(RuntimeError):
    """A cell failed; the message names the cell, its first line and the error."""


class _ThisPython(AsyncKernelManager):
    """Starts the running interpreter, whatever kernels are registered on the machine."""

    @property
    def kernel_spec(self):
        return KernelSpec(**get_kernel_dict(extra_arguments=["--IPKernelApp.log_level=40"]))


class _Client(NotebookClient):
    """Notes every error message of the kernel, also those that an Output widget would swallow."""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "error" and "raises-exception" not in tags_of(cell):
            content = msg["content"]
            self.seen_errors.append((cell_index, f"{content['ename']}: {content['evalue']}"))
        return super().process_message(msg, cell, cell_index)


def execute(notebook, folder, *, timeout=120, each_cell=lambda: None):
    """An executed copy of `notebook`, without anything that differs from run to run.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Not changed.
    folder : path
        Where the kernel starts.
    timeout : float
        Seconds for a cell.
    each_cell : callable
        Called after each code cell, for a progress bar.

    Raises
    ------
    ExecutionError
        If a cell or a callback raises, or a cell writes a warning to the error stream.
    """
    work = copy.deepcopy(notebook)
    work.cells.append(nbformat.v4.new_code_cell(_DRIVE))
    client = _Client(
        work,
        kernel_manager_class=_ThisPython,
        timeout=timeout,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=lambda cell, cell_index, execute_reply: each_cell(),
    )
    client.seen_errors = []
    try:
        client.execute(env={**os.environ, "PYTHONHASHSEED": "0"})
    except CellExecutionError as error:
        if not client.seen_errors:
            raise ExecutionError(str(error)) from None
    if client.seen_errors:
        place, words = client.seen_errors[0]
        raise ExecutionError(_where(work, place, words))
    work.cells.pop()
    return _settled(work)


def _settled(notebook):
    for place, cell in enumerate(notebook.cells):
        tags = list(tags_of(cell))
        if "output" in tags and COMPARED not in tags:
            tags.append(COMPARED)
        cell.metadata = cell_metadata(tags)
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs for kept in _stable(notebook, place, output)]
    notebook.metadata = nbformat.from_dict(plain_metadata(notebook))
    return notebook


def _stable(notebook, place, output):
    """The output without widget views, in a list; empty if nothing is left of it."""
    if output.output_type == "stream" and output.name == "stderr":
        if re.search(r"Traceback|Warning\b", output.text):
            raise ExecutionError(_where(notebook, place, output.text.strip().splitlines()[-1]))
        return []
    data = output.get("data", {})
    if WIDGET_VIEW in data:
        del data[WIDGET_VIEW]
        if set(data) <= {"text/plain"} and re.fullmatch(
            r"\s*(\w+\(.*\))?\s*", data.get("text/plain", ""), re.S
        ):
            return []
    return [output]


def _where(notebook, place, words):
    if place == len(notebook.cells) - 1 and source_of(notebook.cells[place]) == _DRIVE:
        return f"Moving the controls to their ends failed: {_ESCAPES.sub('', words)}"
    lines = source_of(notebook.cells[place]).strip().splitlines() or [""]
    return f"Cell {place + 1} ({lines[0]}): {_ESCAPES.sub('', words)}"
