"""The environment is made once, taken up again, mended; failures are explained."""

import os
import signal
import subprocess
import sys
import time

import pytest

from annolib.course.files import locked
from annolib.course.setup import ensuring, environment, preparation
from annolib.course.setup.environment import ROOT

posix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


PYTHON = """#!/bin/sh
venv=$(dirname "$(dirname "$0")")
case "$*" in
"-m pip --version") test ! -e "$venv/without-pip" && echo pip 99 ;;
"-m ensurepip") test -e "$venv/without-ensurepip" || rm "$venv/without-pip" ;;
"-m pip install"*)
    echo "$@" PIP_USER=$PIP_USER PYTHONPATH=$PYTHONPATH >> "$venv/../pip-calls"
    cat "$venv/../pip-says" 2>/dev/null
    test -e "$venv/../pip-fails" && exit 1
    touch "$venv/installed" ;;
"-c print(1)") echo 1 ;;
"-c "*)
    if test -e "$venv/installed"; then echo '[]'; else echo '["numpy>=2.1,<3"]'; fi ;;
esac
"""


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


@posix
@pytest.mark.parametrize(
    "damage",
    [
        lambda venv: (venv / "bin" / "python").unlink(),
        dangling,
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
@pytest.mark.parametrize("helped", [True, False])
def test_an_environment_of_another_tool_is_never_cleared(machine, helped, capsys):
    """uv makes environments without pip: what somebody has installed there stays."""
    preparation.prepare()
    (machine.venv / "without-pip").touch()
    (machine.venv / "installed").unlink()
    if not helped:
        (machine.venv / "without-ensurepip").touch()
        with pytest.raises(
            SystemExit, match="uv pip install -p .* -r requirements.txt; or delete that folder"
        ):
            preparation.prepare()
        assert len(machine.calls("venv")) == len(machine.calls("pip")) == 1
        return
    preparation.prepare()
    assert (len(machine.calls("venv")), len(machine.calls("pip"))) == (1, 2)
    assert "has no pip; adding it" in capsys.readouterr().out


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


@pytest.fixture
def extra(monkeypatch):
    """An extra `large` of two packages, of which one is lacking; returns what is installed."""
    installed = []
    monkeypatch.setattr(environment, "unmet", lambda *named: ["spark>=4", "other>=1"] if named else [])
    monkeypatch.setattr(environment, "extra_requirements", lambda *named: ["spark>=4", "there>=2"])
    monkeypatch.setattr(preparation, "install", lambda python, lines, purpose: installed.extend(lines))
    return installed


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
