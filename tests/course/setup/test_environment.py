"""The preparation of an environment, with stand-ins for Python and pip: quick, and without a network."""

import ast
import os
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from annolib.course.setup import ensuring, environment
from annolib.course.setup.environment import ROOT

# A Python that knows three things: whether pip is there, how to run it, and what it still lacks.

# The Python that the command was started with: it can make an environment.


# --- what an interpreter has


@pytest.fixture
def needed(monkeypatch):
    """Set what is needed and what is installed."""

    def need(lines, installed):
        monkeypatch.setattr(environment, "requirements", lambda *extras: lines)
        monkeypatch.setattr(environment, "installed_version", installed.get)

    return need


@pytest.mark.parametrize(
    ("line", "version", "fits"),
    [
        ("numpy>=2.1,<3", "2.1.0", True),
        ("numpy>=2.1,<3", "2.10.0rc1", True),
        ("numpy>=2.1,<3", "2.0.9", False),
        ("numpy>=2.1,<3", "3.0", False),
        ("numpy>=2.1,<3", None, False),
        ("numpy>=2.1,<3", "not a version", False),
        ("numpy", "0.1", True),
        ("colorama>=1; sys_platform == 'nowhere'", None, True),
    ],
)
def test_a_requirement_is_met_by_a_fitting_version_only(needed, line, version, fits):
    needed([line], {line.partition(">")[0]: version})
    assert environment.unmet() == ([] if fits else [line])


def test_an_interpreter_without_packaging_has_nothing_of_ours(needed, monkeypatch):
    needed(["numpy"], {"numpy": "2.1"})
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert environment.unmet() == ["numpy"]


def test_broken_metadata_counts_as_not_installed(monkeypatch):
    for failure in (metadata.PackageNotFoundError, KeyError):
        monkeypatch.setattr(
            metadata, "version", lambda name, failure=failure: (_ for _ in ()).throw(failure(name))
        )
        assert environment.installed_version("numpy") is None


def test_requirements_name_every_dependency_of_the_project():
    """`requirements.txt` may ask for more than the package needs: the course opens JupyterLab, hosted kernels do not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = {Requirement(line).name: Requirement(line).specifier for line in environment.requirements()}
    for line in project["dependencies"]:
        requirement = Requirement(line)
        assert _floor(listed[requirement.name]) >= _floor(requirement.specifier), line
        if requirement.name not in ("ipywidgets", "ipykernel"):
            assert set(requirement.specifier) <= set(listed[requirement.name]), line
    assert f">={environment.MINIMUM[0]}.{environment.MINIMUM[1]}" == project["requires-python"]
    assert set(environment.requirements("test")) - set(environment.requirements()) >= {"pytest>=8"}


def _floor(specifier):
    return next(Version(one.version) for one in specifier if one.operator == ">=")


def test_where_the_package_is_installed_by_itself_its_metadata_say_what_it_needs(monkeypatch):
    monkeypatch.setattr(environment, "is_checkout", lambda: False)
    lines = ["numpy>=2.1", 'pytest>=8; extra == "test"', "sphinx>=9; extra == 'site'"]
    monkeypatch.setattr(metadata, "requires", lambda name: lines)
    assert environment.requirements() == ["numpy>=2.1"]
    assert environment.requirements("test") == ["numpy>=2.1", "pytest>=8"]
    assert environment.requirements("site", "test")[1:] == ["pytest>=8", "sphinx>=9"]
    assert environment.command("lessons") == "annolib lessons"
    assert environment.course_folder("lessons") == environment.SHIPPED / "lessons"


def test_an_installed_package_is_not_put_on_the_path(monkeypatch):
    monkeypatch.setattr(environment, "is_checkout", lambda: False)
    monkeypatch.setenv("PYTHONPATH", "/mine")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    environment.expose_checkout()
    assert (os.environ["PYTHONPATH"], os.environ["JUPYTER_PREFER_ENV_PATH"]) == ("/mine", "1")


def test_the_path_inside_an_environment_depends_on_the_system():
    assert environment.venv_python("v", windows=True).parts == ("v", "Scripts", "python.exe")
    assert environment.venv_python("v", windows=False).parts == ("v", "bin", "python")


# --- which environment a command uses


def test_an_extra_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match="no extra 'sparks'; it has test, "):
        ensuring.add_if_possible("sparks")


def test_handing_over_keeps_the_exit_code():
    code = "import sys; from annolib.course.setup import environment as e; e.hand_over([sys.executable, '-c', 'exit(7)'])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 7


# --- old Pythons, bare Pythons


def test_a_python_that_is_too_old_is_told_so(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3.11 or newer; this is Python 3.8.18.\nGet one from"):
        environment.require_python((3, 8, 18, "final", 0))
    monkeypatch.setattr(environment.shutil, "which", lambda name: name == "python3.12")
    with pytest.raises(SystemExit, match="There is a newer one here. Start with: python3.12"):
        environment.require_python((3, 10, 13))
    environment.require_python((3, 11, 0))


BEFORE_THE_GATE = [
    "annolib/__init__.py",
    "annolib/course/__init__.py",
    "annolib/lazy.py",
    "annolib/course/setup/__init__.py",
    "annolib/course/setup/ensuring.py",
    "annolib/course/setup/environment.py",
    *(f"{folder}/__main__.py" for folder in ("lessons", "solutions", "tests", "datasets")),
]


@pytest.mark.parametrize("name", BEFORE_THE_GATE)
def test_what_an_old_python_reads_first_parses_there(name):
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"there is no {name}")
    tree = ast.parse(path.read_text(), feature_version=(3, 6))
    futures = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert not futures, "from __future__ import annotations does not parse on Python 3.6"


def test_the_way_to_the_environment_needs_the_standard_library_only():
    modules = (
        "setup.ensuring",
        "setup.preparation",
        "workspace.hand_out",
        "commands.opening",
        "commands.doctor",
    )
    names = "; ".join(f"import annolib.course.{name}" for name in modules)
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {names}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- the lock and the progress line
