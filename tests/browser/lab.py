"""One private JupyterLab server, and the browser that looks at it; both always closed."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PRIVATE = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)

_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
    # every cell stays on the page, also those out of sight
    "notebook-extension/tracker": {"windowingMode": "none"},
}


def find_chromium():
    """The path of a Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


def put(notebook, folder):
    """Copy a notebook, and the pictures that it shows, to the served folder: the original is never opened."""
    shutil.copy(notebook, folder)
    images = Path(notebook).parent / "images"
    if images.is_dir():
        shutil.copytree(images, Path(folder, "images"), dirs_exist_ok=True)


@contextmanager
def jupyter_lab(folder, patience=60):
    """Serve `folder` with the JupyterLab and the kernel of this environment; yield a function path -> URL.

    The server keeps its settings, its data and its log in a folder of its own, listens on a free port of
    this machine with a random token, and asks no news server.
    """
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as private:
        token, port = secrets.token_hex(16), _free_port()
        log = Path(private, "server.log")
        with log.open("w") as stream:
            server = subprocess.Popen(
                _command(folder, port, token), env=_environment(private), stdout=stream, stderr=stream
            )
        try:
            _wait_until_up(server, f"http://127.0.0.1:{port}/api?token={token}", log, patience)
            yield lambda path: f"http://127.0.0.1:{port}/doc/tree/{path}?token={token}"
        finally:
            _stop(server)


@contextmanager
def chromium():
    """A headless browser, closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _command(folder, port, token):
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"),
        "--LabApp.extension_manager=readonly",
    ]


def _environment(private):
    environment = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1")
    for name in _PRIVATE:
        environment[name] = str(Path(private, name.lower()))
        Path(environment[name]).mkdir()
    for plugin, settings in _SETTINGS.items():
        file = Path(environment["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", f"{plugin}.jupyterlab-settings")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    seen = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, seen))
    return environment


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(server, url, log, patience):
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start. The end of its log:\n{log.read_text()[-2000:]}")


def _stop(server):
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
