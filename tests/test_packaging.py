"""What `pip install` brings: all packages, the shipped tables, and a library that finds them there."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from annolib.course.setup.environment import ROOT

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def test_every_package_is_named():
    found = {
        folder.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for folder in ROOT.glob("annolib/**/__init__.py")
    }
    carried = {"annolib.shipped", "annolib.shipped.lessons", "annolib.shipped.solutions"}
    assert set(SETUPTOOLS["packages"]) == found | carried


@pytest.mark.parametrize(
    "package, inside", [("annolib.shipped", "*"), ("annolib.shipped.lessons", "**/*"), ("annolib.shipped.solutions", "**/*")]
)  # fmt: skip
def test_every_file_that_the_package_carries_is_named(package, inside):
    patterns = SETUPTOOLS["package-data"][package]
    home = ROOT / SETUPTOOLS["package-dir"][package]
    files = [path.relative_to(home) for path in home.glob(inside) if path.is_file() and path.suffix != ".py"]
    files = [path.as_posix() for path in files if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)]
    left_out = [name for name in files if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    assert files and not left_out


def test_every_file_of_a_room_that_is_no_module_is_named():
    data = SETUPTOOLS["package-data"]
    for path in (ROOT / "annolib").rglob("*"):
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts:
            room = next(folder for folder in path.parents if (folder / "__init__.py").exists())
            patterns = data.get(room.relative_to(ROOT).as_posix().replace("/", "."), ())
            own = path.relative_to(room).as_posix()
            assert any(fnmatch.fnmatch(own, pattern) for pattern in patterns), own


@pytest.fixture
def installed(tmp_path):
    """The packages laid out as a wheel lays them out, without the checkout around them."""
    for package in SETUPTOOLS["packages"]:
        source = ROOT / SETUPTOOLS["package-dir"].get(package, package.replace(".", "/"))
        target = tmp_path / package.replace(".", "/")
        target.mkdir(exist_ok=True, parents=True)
        for path in source.iterdir():
            if path.is_file():
                shutil.copy(path, target)
        for pattern in SETUPTOOLS["package-data"].get(package, ()):
            for path in source.glob(pattern):
                (target / path.relative_to(source)).parent.mkdir(exist_ok=True)
                shutil.copy(path, target / path.relative_to(source))
    return tmp_path


def test_an_installed_library_finds_its_shipped_tables(installed):
    code = "import annolib as al; print(al.__file__); print(len(al.datasets.load('twin')), al.datasets.cache_folder())"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("ANNOLIB_DATA", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=installed, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    where, rest = done.stdout.splitlines()
    rows, cache = rest.split(maxsplit=1)
    assert Path(where).is_relative_to(installed)
    assert int(rows) > 1000
    assert not Path(cache).is_relative_to(installed)


def test_an_installed_library_opens_the_course_in_an_empty_folder(installed, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("ANNOLIB_WORK", None)

    def annolib(*words, folder=empty):
        command = [sys.executable, "-m", "annolib", *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    done = annolib("lessons", "--copy")
    assert done.returncode == 0 and f"Your working copy is {empty / 'trust-the-label'}." in done.stdout, done
    given = {path.name: path.read_bytes() for path in (empty / "trust-the-label").glob("*.ipynb")}
    assert given == {path.name: path.read_bytes() for path in (ROOT / "lessons").glob("*.ipynb")}
    assert (empty / "trust-the-label" / "images" / "same_and_swapped.png").exists()
    listed = annolib("lessons", "--list", folder=empty / "trust-the-label").stdout
    assert listed.count("  new") == len(given)
    wrong = annolib("lessons", "99").stderr
    assert "annolib lessons --list" in wrong and "python3 " not in wrong
    assert "annolib datasets fetch pandalm" in _without_network(environment, empty)
    code = "from annolib.course.notebook_files import solution_of; print(solution_of(4, 'pass_probability'))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=empty, capture_output=True, text=True
    )
    assert "def pass_probability" in done.stdout, done.stderr


def _without_network(environment, folder):
    command = [sys.executable, "-m", "annolib", "datasets", "fetch", "pandalm"]
    closed = {
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "ANNOLIB_DATA": str(folder / "data"),
    }
    done = subprocess.run(command, env={**environment, **closed}, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_an_installed_library_writes_a_report(installed):
    code = (
        "import annolib as al; audit = al.audit(al.datasets.load('twin'), al.SelfConsistencyLabels(0.5)); "
        "print(al.__file__); print(audit.to_html()[:15])"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=installed, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    where, page = done.stdout.splitlines()
    assert Path(where).is_relative_to(installed) and page == "<!DOCTYPE html>"


def test_conda_gets_what_pip_gets():
    listed = re.findall(
        r"(?m)^ +- ([\w.-]+[<>=][^\n]+)$", (ROOT / "environment.yml").read_text(encoding="utf-8")
    )
    wanted = [
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line[:1].isalpha()
    ]
    assert sorted(line for line in listed if not line.startswith("python>")) == sorted(wanted)


def test_the_citation_is_of_this_version():
    import annolib

    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {annolib.__version__}\n" in text and text.startswith("cff-version: 1.2.0\n")
    assert "2502.06387" in text and "\nlicense: BSD-3-Clause\n" in text
