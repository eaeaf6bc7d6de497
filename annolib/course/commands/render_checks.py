"""Proofs for the doctor that widgets render: the front end's extension, a live kernel, a real browser.

Each returns a list of findings. They start processes of their own and leave none behind.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
from pathlib import Path

from annolib.course.commands.findings import NOT_CHECKED, OK, WRONG, Finding
from annolib.course.setup import environment
from annolib.course.setup.environment import ROOT

_EXTENSION = "@jupyter-widgets/jupyterlab-manager"
_VIEW = "application/vnd.jupyter.widget-view+json"

_SLIDER = """
import json, sys, annolib, ipywidgets
slider = ipywidgets.IntSlider(3)
display(slider)
print(json.dumps([sys.prefix, annolib.__file__]))
"""

_EXPLORER = """
from annolib.figures.style import canvas, describe
from annolib.widgets import Explorer, float_slider
def line(slope=1.0):
    figure, axes = canvas()
    axes.plot([0, 1], [0, slope])
    return describe(figure, f"A line from 0 to {slope:.1f}.")
Explorer(line, slope=float_slider("Slope", 1, -2, 2, step=0.5))
"""


def front_end():
    """Look for the widgets' extension among those that JupyterLab would load."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab.commands import AppOptions, get_app_info

    info = get_app_info(AppOptions(labextensions_path=jupyter_path("labextensions")))
    found = info["federated_extensions"].get(_EXTENSION)
    if not found:
        fix = f"{sys.executable} -m pip install --force-reinstall jupyterlab_widgets"
        return [Finding(WRONG, f"JupyterLab does not find the widgets' extension {_EXTENSION}", fix)]
    if info["disabled"].get(_EXTENSION):
        fix = f"{sys.executable} -m jupyter labextension enable {_EXTENSION}"
        return [Finding(WRONG, f"the widgets' extension {_EXTENSION} is switched off", fix)]
    return [Finding(OK, f"JupyterLab loads {_EXTENSION} {found['version']}")]


def live_kernel(patience=60):
    """Show a slider from a real kernel, move it as a front end does, and ask the kernel where it stands."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(
        kernel_name="python3", startup_timeout=patience, stderr=subprocess.DEVNULL
    )
    try:
        shown = _execute(client, _SLIDER, patience)
        views = [data[_VIEW]["model_id"] for data in shown["display"] if _VIEW in data]
        if not views or shown["error"]:
            return [
                Finding(WRONG, f"a slider does not come out of the kernel: {shown['error'] or 'no view'}")
            ]
        findings = _whose_kernel(*json.loads(shown["text"]))
        update = {
            "comm_id": views[0],
            "data": {"method": "update", "state": {"value": 5}, "buffer_paths": []},
        }
        client.shell_channel.send(client.session.msg("comm_msg", update))
        seen = _execute(client, "print(slider.value)", patience)["text"].strip()
        if seen != "5":
            return [*findings, Finding(WRONG, f"a slider moved to 5 stands at {seen} in the kernel")]
        return [*findings, Finding(OK, "a slider shown by a live kernel follows its front end")]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def real_browser(patience=240):
    """Move an explorer in JupyterLab in a headless Chromium, with the browser check of the tests."""
    lacking = _no_browser()
    if lacking:
        return [Finding(NOT_CHECKED, f"rendering in a real browser: {lacking}")]
    import nbformat

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [nbformat.v4.new_code_cell(_EXPLORER, id="explorer")]
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder, "probe.ipynb")
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), notebook)
        command = [sys.executable, "-m", "tests.browser", str(notebook), "--shots", folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience)
    if done.returncode or "probe.ipynb: 1 explorer" not in done.stdout:
        return [
            Finding(WRONG, f"an explorer does not work in JupyterLab:\n{done.stdout}{done.stderr[-2000:]}")
        ]
    return [Finding(OK, "an explorer moved in JupyterLab in a real browser draws anew")]


def _no_browser():
    """Return what is lacking for a look through a real browser, or ""."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed (python3 tests installs it)"
    try:
        from tests.browser.lab import find_chromium
    except ImportError:
        return "the browser check, tests/browser, is not in this checkout"
    return "" if find_chromium() else "there is no Chromium or Chrome on the PATH"


def _whose_kernel(prefix, package):
    if Path(prefix).resolve() != Path(sys.prefix).resolve():
        fix = "remove the kernel of that name: jupyter kernelspec list, jupyter kernelspec remove python3"
        return [Finding(WRONG, f'the kernel "python3" is of another environment: {prefix}', fix)]
    if Path(package).resolve().parents[1] != ROOT:
        return [
            Finding(
                WRONG,
                f"kernels import annolib from {package}",
                f"start with {environment.command('lessons')}",
            )
        ]
    return [Finding(OK, 'the kernel "python3" is this environment\'s and imports this annolib')]


def _execute(client, code, patience):
    """Run `code`; return what it printed, the data it displayed and its error in one line."""
    seen = {"text": "", "display": [], "error": ""}

    def listen(message):
        kind, content = message["msg_type"], message["content"]
        if kind == "stream" and content["name"] == "stdout":
            seen["text"] += content["text"]
        elif kind in ("display_data", "execute_result"):
            seen["display"].append(content["data"])
        elif kind == "error":
            seen["error"] = f"{content['ename']}: {content['evalue']}"

    try:
        client.execute_interactive(code, output_hook=listen, timeout=patience)
    except (TimeoutError, queue.Empty):
        seen["error"] = f"the kernel does not answer within {patience} s"
    return seen
