"""The wheel in a fresh environment and an empty folder: the course is handed out, served, and a lesson runs."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile

import nbformat
import pytest

import annolib
from annolib.course.notebook_files import ROOT
from annolib.course.setup import environment
from tests.browser.lab import _free_port

LESSON = "00_open_course.ipynb"
PATIENCE = 120


def clean(**more):
    """The variables of the machine without those that would lead back to the checkout."""
    led = ("PYTHONPATH", "ANNOLIB_WORK", "ANNOLIB_DATA", "VIRTUAL_ENV", "JUPYTER_PREFER_ENV_PATH")
    return {**{name: value for name, value in os.environ.items() if name not in led}, **more}


def tried(*command, cwd=None, skip=False):
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=clean(), capture_output=True, text=True
    )
    if done.returncode and skip:
        pytest.skip(f"{command[0]} could not get packages: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the files that the repository holds."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".venv*", ".git", "work", "cache", "build", "*.egg-info", "__pycache__"))  # fmt: skip
    uv = shutil.which("uv")
    if uv:
        tried(uv, "build", "-q", "--wheel", "-o", place, source, skip=True)
    else:
        tried(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", place, source, skip=True)
    (made,) = place.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A fresh environment with the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    made = environment.venv_python(folder)
    uv = shutil.which("uv")
    if uv:
        tried(uv, "venv", "-q", "--no-project", "-p", sys.executable, folder)
        tried(uv, "pip", "install", "-q", "-p", made, wheel, skip=True)
    else:
        tried(sys.executable, "-m", "venv", folder)
        tried(made, "-m", "pip", "install", "-q", wheel, skip=True)
    return made


@pytest.fixture(scope="module")
def command(python):
    """The command `annolib` of that environment."""
    return python.with_name("annolib.exe" if os.name == "nt" else "annolib")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return tmp_path_factory.mktemp("empty")


def test_the_wheel_holds_lessons_solutions_data_and_no_work(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("lessons", "solutions"):
        carried = {name.rpartition("/")[2] for name in names if name.startswith(f"annolib/shipped/{folder}/")}
        assert {path.name for path in (ROOT / folder).glob("*.ipynb")} <= carried
    assert not [
        name for name in names if {"work", "cache"} & set(name.split("/")) or name.startswith("tests/")
    ]
    assert wheel.stat().st_size < 30e6


def test_the_command_hands_out_the_course(command, empty):
    said = tried(command, "lessons", "--copy", cwd=empty).stdout
    assert f"Your working copy is {empty / 'trust-the-label'}." in said
    listed = tried(command, "lessons", "--list", cwd=empty).stdout
    assert listed.count("  new") == len(list((ROOT / "lessons").glob("*.ipynb")))
    assert tried(command, "--version", cwd=empty).stdout.strip() == f"annolib {annolib.__version__}"


def test_the_doctor_finds_nothing_wrong(command, empty):
    done = subprocess.run(
        [str(command), "lessons", "--doctor"], cwd=empty, env=clean(), capture_output=True, text=True
    )
    assert done.returncode == 0 and "Nothing is wrong." in done.stdout, done.stdout
    assert "python3 lessons" not in done.stdout.replace("(python3 tests installs it)", "")


def test_jupyterlab_serves_the_working_copy(command, empty):
    port, token = _free_port(), secrets.token_hex(8)
    config = empty / "config"
    config.mkdir()
    settings = (
        f"c.ServerApp.port = {port}\nc.IdentityProvider.token = {token!r}\nc.ServerApp.ip = '127.0.0.1'\n"
    )
    (config / "jupyter_server_config.py").write_text(settings)
    log = (empty / "log").open("w")
    server = subprocess.Popen(
        [str(command), "lessons", "--no-browser"],
        cwd=empty,
        env=clean(JUPYTER_CONFIG_DIR=str(config), JUPYTER_RUNTIME_DIR=str(config)),
        stdout=log,
        stderr=log,
    )
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/contents?token={token}") as answer:
                    names = {entry["name"] for entry in json.load(answer)["content"]}
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < end, (empty / "log").read_text()
                time.sleep(0.3)
        assert LESSON in names and "images" in names
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def test_a_lesson_runs_with_what_the_wheel_brings(python, empty):
    code = (
        "import nbformat, sys\n"
        "from nbclient import NotebookClient\n"
        f"page = nbformat.read({LESSON!r}, as_version=4)\n"
        "page.cells.append(nbformat.v4.new_code_cell('print(al.__file__)'))\n"
        "NotebookClient(page, timeout=120, kernel_name='python3').execute()\n"
        "print(page.cells[-1].outputs[0].text)"
    )
    where = tried(python, "-c", code, cwd=empty / "trust-the-label").stdout
    assert str(python.parents[1]) in where
    page = nbformat.read(empty / "trust-the-label" / LESSON, as_version=4)
    assert page.metadata.annolib.version == annolib.__version__
