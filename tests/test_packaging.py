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
    assert set(SETUPTOOLS["packages"]) == found | {"annolib.shipped"}


def test_every_file_beside_the_shipped_tables_is_named():
    patterns = SETUPTOOLS["package-data"]["annolib.shipped"]
    files = [path.name for path in (ROOT / "datasets").iterdir() if path.is_file() and path.suffix != ".py"]
    left_out = [name for name in files if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    assert not left_out


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
        target.mkdir(exist_ok=True)
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
