"""The rooms of annolib: who may know whom, how large a room is, and that no name hides a file."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from annolib.course.authoring import rooms
from annolib.course.setup.environment import ROOT

PACKAGE = ROOT / "annolib"
ROOMS = sorted(folder.parent for folder in PACKAGE.rglob("__init__.py") if folder.parent != PACKAGE)
LARGE = {
    "figures",
    "widgets",
    "course/lessons",
    "course/authoring/lint",
}  # one file a lesson, theme or kind of rule
IDS = [room.relative_to(PACKAGE).as_posix() for room in ROOMS]


def lint_imports(folder):
    """import-linter on the checkout in `folder`, with the layers of its pyproject.toml."""
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(cache_dir=None))"
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"],
        cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    """A copy of the package and its layers, to break."""
    import shutil

    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__", "*.csv", "*.json")
    shutil.copytree(PACKAGE, tmp_path / "annolib", ignore=ignore)
    return tmp_path


def test_no_room_knows_one_above_it_and_there_is_no_circle():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


BREAKS = {
    "up": ("monitors/two_labels.py", "import annolib.figures.style", "top floor first"),
    "course": ("figures/style.py", "import annolib.course.display", "Nothing but the course"),
    "picture": ("course/display.py", "import annolib.figures.style", "no figure"),
    "circle": ("numerics/calculus.py", "import annolib.numerics.binomials", "circle"),
    "families": ("contracts/threshold/solve.py", "import annolib.contracts.linear.family", "Contracts"),
}


def test_every_kind_of_import_that_runs_back_up_is_seen(copy):
    for file, line, _ in BREAKS.values():
        path = copy / "annolib" / file
        path.write_text(
            path.read_text(encoding="utf-8") + f"\n\ndef later():\n    {line}\n", encoding="utf-8"
        )
    done = lint_imports(copy)
    assert done.returncode != 0
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    missed = [name for name, (*_, contract) in BREAKS.items() if not any(contract in line for line in broken)]
    assert not missed, done.stdout


@pytest.mark.parametrize("room", ROOMS, ids=IDS)
def test_a_room_has_three_to_eight_files_and_says_whom_it_serves(room):
    name = room.relative_to(PACKAGE).as_posix()
    files = [path for path in room.glob("*.py") if path.name != "__init__.py"]
    folders = [path.parent for path in room.glob("*/__init__.py")]
    if name not in LARGE:
        assert len(files) <= 8 and (len(files) >= 3 or len(files) + len(folders) >= 2), [
            f.name for f in files
        ]
    doc = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    if not name.startswith("course"):
        assert re.search(r"lessons? \d\d|every lesson|no lesson|all lessons|the course", doc), doc


@pytest.mark.parametrize("room", ["annolib", *("annolib." + name.replace("/", ".") for name in IDS)])
def test_no_public_name_hides_a_file_of_its_room(room):
    module = importlib.import_module(room)
    folder = Path(module.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }
    names = set(getattr(module, "_HOME", ()))
    assert not names & files, names & files


def test_the_picture_of_the_rooms_is_the_code():
    assert (ROOT / rooms.PICTURE).read_text(encoding="utf-8") == rooms.picture(), (
        "draw it anew: python3 solutions --rooms"
    )


def test_every_name_that_a_room_hands_on_is_there():
    for name in ["annolib", *("annolib." + one.replace("/", ".") for one in IDS)]:
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", ()):
            assert getattr(module, public) is not None


COLLECTIVE = {  # rooms whose files are tested together, and where
    "figures": "figures/test_figures.py",  # every figure is drawn, read and refused in the same ways
    "widgets": "widgets/test_widgets.py",  # every explorer is moved through all its controls
    "course/lessons": "course/test_answers.py",  # every definition is tried by its answers
    "course/authoring/lint": "course/authoring/test_lint.py",  # every rule sees its page with one fault
}


def untested(package, tests):
    """The modules of a package without a test file of their own or of their room, as posix paths."""
    lacking = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        room = place.parent.as_posix()
        if path.name != "__init__.py":
            home = COLLECTIVE.get(room, (place.parent / f"test_{place.name}").as_posix())
            if not (tests / home).is_file():
                lacking.append(place.as_posix())
    return lacking


def test_every_module_has_its_test_file():
    assert not untested(PACKAGE, ROOT / "tests"), "write tests/<room>/test_<module>.py"


def test_a_module_without_a_test_file_is_seen(tmp_path):
    for name in ("annolib/deep/one.py", "annolib/deep/__init__.py", "annolib/top.py", "annolib/figures/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    package, tests = tmp_path / "annolib", tmp_path / "tests"
    assert untested(package, tests) == ["deep/one.py", "figures/a.py", "top.py"]
    for name in ("deep/test_one.py", "figures/test_figures.py", "test_top.py"):
        (tests / name).parent.mkdir(parents=True, exist_ok=True)
        (tests / name).touch()
    assert untested(package, tests) == []


def test_the_test_files_that_are_handed_out_first_are_there():
    from tests.conftest import LONG

    assert [place for place in LONG if not (ROOT / place).exists()] == []
