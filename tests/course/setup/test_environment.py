"""The preparation of an environment, with stand-ins for Python and pip: quick, and without a network."""

import ast
import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from annolib.course.files import locked
from annolib.course.setup import ensuring, environment, preparation
from annolib.course.setup.environment import ROOT
from annolib.course.setup.ticker import Ticker

posix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

# A Python that knows three things: whether pip is there, how to run it, and what it still lacks.
PYTHON = """#!/bin/sh
venv=$(dirname "$(dirname "$0")")
case "$*" in
"-m pip --version") test ! -e "$venv/without-pip" && echo pip 99 ;;
"-m pip install"*)
    echo "$@" PIP_USER=$PIP_USER PYTHONPATH=$PYTHONPATH >> "$venv/../pip-calls"
    cat "$venv/../pip-says" 2>/dev/null
    test -e "$venv/../pip-fails" && exit 1
    touch "$venv/installed" ;;
"-c "*)
    if test -e "$venv/installed"; then echo '[]'; else echo '["numpy>=2.1,<3"]'; fi ;;
esac
"""

# The Python that the command was started with: it can make an environment.
BASE = """#!/bin/sh
test "$1 $2 $3" = "-m venv --clear" || exit 2
test -e "$(dirname "$0")/venv-fails" && echo "venv says no" && exit 1
echo "$@" >> "$(dirname "$0")/venv-calls"
rm -rf "$4"
mkdir -p "$4/bin"
cp "$(dirname "$0")/stand-in" "$4/bin/python"
"""


class Machine:
    """A folder that plays the checkout on a fresh machine."""

    def __init__(self, root):
        self.root, self.venv = root, root / ".venv"

    def put(self, name, text=""):
        path = self.root / name
        path.write_text(text)
        path.chmod(0o755)

    def calls(self, of):
        path = self.root / f"{of}-calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path)
    machine.put("stand-in", PYTHON)
    machine.put("base", BASE)
    for module in (environment, preparation):
        monkeypatch.setattr(module, "VENV", machine.venv)
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(preparation, "_LOCK", tmp_path / ".venv.lock")
    monkeypatch.setattr(
        preparation, "extra_requirements", lambda *extras: [f"{extra}-tool" for extra in extras]
    )
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "base"), raising=False)
    return machine


@posix
def test_a_fresh_machine_gets_an_environment_once(machine, capsys):
    python = preparation.prepare()
    assert python == machine.venv / "bin" / "python"
    assert len(machine.calls("venv")) == 1
    assert "-r requirements.txt" in machine.calls("pip")[0]
    assert not environment.unfinished(machine.venv).exists()
    assert "Making .venv" in capsys.readouterr().out
    preparation.prepare()
    assert len(machine.calls("venv")) == len(machine.calls("pip")) == 1
    assert capsys.readouterr().out == ""


@posix
def test_the_extra_is_installed_with_the_requirements(machine):
    preparation.prepare("test")
    assert "-r requirements.txt test-tool" in machine.calls("pip")[0]


@posix
def test_pip_sees_neither_the_checkout_nor_a_user_installation(machine, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/checkout")
    monkeypatch.setenv("PIP_USER", "1")
    preparation.prepare()
    assert machine.calls("pip")[0].endswith("PIP_USER=0 PYTHONPATH=")


@posix
def test_an_interrupted_installation_is_taken_up_again(machine):
    machine.put("pip-fails")
    with pytest.raises(SystemExit):
        preparation.prepare()
    assert environment.unfinished(machine.venv).exists()
    (machine.root / "pip-fails").unlink()
    preparation.prepare()
    assert len(machine.calls("pip")) == 2
    assert len(machine.calls("venv")) == 1  # what was there is kept
    assert not environment.unfinished(machine.venv).exists()


@posix
def test_an_unfinished_mark_alone_makes_pip_run_again(machine):
    preparation.prepare()
    environment.unfinished(machine.venv).touch()
    assert not preparation.is_ready()
    preparation.prepare()
    assert len(machine.calls("pip")) == 2


@posix
def test_changed_requirements_are_installed_into_the_same_environment(machine):
    preparation.prepare()
    (machine.venv / "installed").unlink()  # now the stand-in lacks a package
    preparation.prepare()
    assert (len(machine.calls("venv")), len(machine.calls("pip"))) == (1, 2)


def dangling(venv):
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")


def without_pip(venv):
    (venv / "without-pip").touch()
    (venv / "installed").unlink()


@posix
@pytest.mark.parametrize(
    "damage",
    [
        lambda venv: (venv / "bin" / "python").unlink(),
        dangling,
        without_pip,
        lambda venv: (venv / "bin" / "python").write_text("not a program"),
        lambda venv: (venv / "bin" / "python").write_text("#!/bin/sh\nexit 1\n"),
    ],
)
def test_a_broken_environment_is_made_anew(machine, damage, capsys):
    preparation.prepare()
    damage(machine.venv)
    preparation.prepare()
    assert (len(machine.calls("venv")), len(machine.calls("pip"))) == (2, 2)
    assert "Repairing .venv" in capsys.readouterr().out


@posix
def test_a_whole_environment_without_pip_is_left_alone(machine):
    preparation.prepare()
    (machine.venv / "without-pip").touch()
    preparation.prepare()
    assert len(machine.calls("venv")) == 1


NO_NETWORK = "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(...)'"


@posix
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (NO_NETWORK, "the package index does not answer.\nConnect to the network"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: something else", "ERROR: something else\nRun the same command again"),
    ],
)
def test_a_failure_of_pip_is_explained(machine, said, expected):
    machine.put("pip-says", said)
    machine.put("pip-fails")
    with pytest.raises(SystemExit, match=expected):
        preparation.prepare()


@posix
def test_an_installation_that_leaves_something_out_is_not_called_ready(machine):
    machine.put("stand-in", PYTHON.replace('touch "$venv/installed"', "true"))
    with pytest.raises(SystemExit, match=r"still lacks numpy>=2.1,<3. Delete that folder"):
        preparation.prepare()
    assert environment.unfinished(machine.venv).exists()


@posix
def test_a_failure_to_make_the_environment_is_reported(machine):
    machine.put("venv-fails")
    with pytest.raises(SystemExit, match="Could not make .*\\nvenv says no"):
        preparation.prepare()


@pytest.mark.parametrize("absent", ["venv", "ensurepip"])
def test_a_missing_venv_module_is_named_with_the_package_that_brings_it(machine, monkeypatch, absent):
    monkeypatch.setattr(
        preparation.importlib.util, "find_spec", lambda name: None if name == absent else name
    )
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(SystemExit, match=f"lacks the module '{absent}'.*\n.*apt install {package}"):
        preparation.prepare()
    assert not machine.venv.exists()


def test_a_checkout_that_cannot_be_written_is_reported(machine, monkeypatch):
    monkeypatch.setattr(preparation, "_LOCK", machine.root / "nowhere" / "lock")
    with pytest.raises(
        SystemExit, match="Could not prepare .*\nCopy the course to a folder that you may write to"
    ):
        preparation.prepare()


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
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = {Requirement(line).name: Requirement(line).specifier for line in environment.requirements()}
    for line in project["dependencies"]:
        requirement = Requirement(line)
        assert set(requirement.specifier) <= set(listed[requirement.name]), line
    assert f">={environment.MINIMUM[0]}.{environment.MINIMUM[1]}" == project["requires-python"]
    assert set(environment.requirements("test")) - set(environment.requirements()) >= {"pytest>=8"}


def test_the_path_inside_an_environment_depends_on_the_system():
    assert environment.venv_python("v", windows=True).parts == ("v", "Scripts", "python.exe")
    assert environment.venv_python("v", windows=False).parts == ("v", "bin", "python")


# --- which environment a command uses


class HandedOver(Exception):
    """In place of the process that would follow."""


@pytest.fixture
def ensure(monkeypatch):
    """`ensuring.ensure` in a play: what is lacking, whether `.venv` is in use and unfinished."""

    def play(lacking, *extras, inside=False, unfinished=False, extra_lacking=()):
        seen = {"installed": [], "prepared": False, "command": None}

        def hand_over(command):
            seen["command"] = command
            raise HandedOver

        def prepare(*extras):
            seen["prepared"] = extras
            return "/venv/python"

        monkeypatch.setattr(
            environment, "unmet", lambda *named: list(lacking) + list(extra_lacking if named else ())
        )
        monkeypatch.setattr(environment, "inside_venv", lambda: inside)
        monkeypatch.setattr(
            environment, "unfinished", lambda folder: ROOT / ("LICENSE" if unfinished else "nowhere")
        )
        monkeypatch.setattr(environment, "hand_over", hand_over)
        monkeypatch.setattr(preparation, "prepare", prepare)
        monkeypatch.setattr(
            preparation, "install", lambda python, lines, purpose: seen["installed"].extend(lines)
        )
        monkeypatch.setattr(sys, "argv", ["lessons", "4"])
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/mine", str(ROOT)]))
        monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "")
        with contextlib.suppress(HandedOver):
            ensuring.ensure(*extras)
        return seen

    return play


def test_an_environment_that_has_everything_is_used_as_it_is(ensure):
    seen = ensure([])
    assert seen == {"installed": [], "prepared": False, "command": None}
    assert os.environ["PYTHONPATH"] == os.pathsep.join([str(ROOT), "/mine"])


def test_another_interpreter_hands_over_to_the_prepared_one(ensure):
    seen = ensure(["numpy"], "test")
    assert seen["prepared"] == ("test",)
    assert seen["command"] == ["/venv/python", "lessons", "4"]


def test_what_an_extra_lacks_is_added_where_the_requirements_are_met(ensure):
    seen = ensure([], "test", extra_lacking=["pytest>=8"])
    assert (seen["installed"], seen["prepared"]) == (["pytest>=8"], False)


def test_an_unfinished_environment_is_mended_from_inside_too(ensure):
    assert ensure([], inside=True, unfinished=True)["prepared"] == ()
    assert ensure([], inside=False, unfinished=True)["prepared"] is False


def test_what_an_extra_lacks_inside_the_prepared_environment_is_prepared_there(ensure):
    seen = ensure([], "test", inside=True, extra_lacking=["pytest>=8"])
    assert (seen["installed"], seen["prepared"]) == ([], ("test",))


@pytest.fixture
def extra(monkeypatch):
    """An extra `large` of two packages, of which one is lacking; returns what is installed."""
    installed = []
    monkeypatch.setattr(environment, "unmet", lambda *named: ["spark>=4", "other>=1"] if named else [])
    monkeypatch.setattr(environment, "extra_requirements", lambda *named: ["spark>=4", "there>=2"])
    monkeypatch.setattr(preparation, "install", lambda python, lines, purpose: installed.extend(lines))
    return installed


def test_a_large_extra_is_added_on_request(extra):
    ensuring.add_if_possible("large")
    assert extra == ["spark>=4"]


def test_nothing_is_added_without_a_request(extra):
    ensuring.add_if_possible()
    assert extra == []


def test_a_large_extra_that_cannot_be_had_is_done_without(extra, monkeypatch, capsys):
    def fail(python, lines, purpose):
        sys.exit("The package index does not answer.")

    monkeypatch.setattr(preparation, "install", fail)
    ensuring.add_if_possible("large")
    said = capsys.readouterr().out
    assert said == "NOTE: going on without spark>=4. The package index does not answer.\n"


def test_an_extra_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match="no extra 'sparks'; it has test, "):
        ensuring.add_if_possible("sparks")


def test_control_c_says_how_to_go_on(monkeypatch, capsys):
    def interrupt(*extras):
        raise KeyboardInterrupt

    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "")
    monkeypatch.setattr(environment, "unmet", interrupt)
    with pytest.raises(SystemExit) as ended:
        ensuring.ensure()
    assert ended.value.code == 130
    assert "Run the same command again" in capsys.readouterr().err


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


HOLD = """
import sys, time
from annolib.course.files import locked
from annolib.course.setup.ticker import Ticker
with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_waits_and_is_free_when_its_holder_is_killed(tmp_path):
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        waited = []

        def end_the_wait():
            waited.append(True)
            holder.kill()

        with locked(lock, end_the_wait):
            assert waited == [True]
    finally:
        holder.kill()
        holder.communicate()
    with locked(lock, lambda: pytest.fail("the lock was not let go of")):
        pass


@posix
def test_a_killed_command_leaves_the_lock_to_its_running_pip(machine, tmp_path):
    """pip may outlive a command that was killed: the next one must not start a second pip beside it."""
    machine.put("pip", '#!/bin/sh\ntouch "$(dirname "$0")/running"\nsleep 60\n')
    code = f"""
from annolib.course.files import locked
from annolib.course.setup import preparation
with locked({str(tmp_path / "lock")!r}) as lock:
    preparation._run_aloud([{str(machine.root / "pip")!r}], lock)
"""
    command = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
    while not (machine.root / "running").exists() and command.poll() is None:
        time.sleep(0.02)
    command.kill()
    command.wait()
    waited = []

    def end_the_wait():
        waited.append(True)
        os.killpg(command.pid, signal.SIGKILL)

    with locked(tmp_path / "lock", end_the_wait):
        assert waited == [True]


@pytest.mark.parametrize("live", [True, False])
def test_the_progress_line_shows_the_last_step(live):
    class Stream(io.StringIO):
        def isatty(self):
            return live

    stream = Stream()
    with Ticker("first", stream, every=0.01) as ticker:
        ticker.show("second")
        while "second" not in stream.getvalue():
            time.sleep(0.05)
    assert "s  second" in stream.getvalue()
    assert stream.getvalue().endswith("\r" if live else "second\n")
