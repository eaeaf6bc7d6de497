"""The command that runs the optional suites: what it skips it names, with the reason, and a failure is one."""

import sys

import pytest

from tests import platforms
from tests.platforms import Suite

EASY = Suite("easy", "it passes", ("easy",))
HARD = Suite("hard", "it fails", ("hard",))
NONE = Suite("none", "it finds no test", ("none",))
POOR = Suite("poor", "it lacks a package", ("poor",), "site", ("no_such_module", "sys"))
STRANGE = Suite("strange", "its extra is unknown", ("strange",), "nowhere")
PINNED = Suite("pinned", "other versions", ("pinned",), packages=("numpy==2.1.3", "pandas==2.2.3"))


@pytest.fixture(autouse=True)
def shell(monkeypatch, tmp_path):
    """Nothing is installed or run; what would have been is noted."""
    from annolib.course.setup import preparation

    codes = {"easy": 0, "hard": 1, "none": 5, "pinned": 0}
    noted = {"run": [], "installed": [], "environments": [], "codes": codes}

    def ran(command, **kwargs):
        noted["run"].append(command)
        noted["environments"].append(kwargs.get("env"))
        code = codes.get(command[-1], 0)
        return type("Done", (), {"returncode": code, "stderr": "no such\npackage", "stdout": ""})()

    monkeypatch.setattr(platforms.subprocess, "run", ran)
    monkeypatch.setattr(platforms.shutil, "which", lambda name: None)
    monkeypatch.setattr(platforms.ensuring, "add_if_possible", lambda *extras: None)
    monkeypatch.setattr(preparation, "install", lambda *words: noted["installed"].append(words))
    return noted


def test_what_was_run_and_what_was_skipped_is_told(capsys, shell):
    assert platforms.main(suites=(EASY, POOR, STRANGE)) == 0
    said = capsys.readouterr().out
    assert "poor       skipped  not installed, and not to be had here: no_such_module\n" in said
    assert "strange    skipped  pyproject.toml has no extra 'nowhere'\n" in said
    assert "easy: it passes." in said and "passed 1, failed 0, skipped 2." in said
    (command,) = shell["run"]
    assert command[0] == sys.executable and command[-1] == "easy"


def test_a_failure_and_a_suite_without_tests_fail(capsys):
    assert platforms.main(suites=(EASY, HARD, NONE)) == 1
    said = capsys.readouterr().out
    assert (
        "hard       failed   pytest ended with 1" in said
        and "none       failed   pytest found no test" in said
    )


def test_one_suite_can_be_chosen_and_a_wrong_name_is_told(capsys, shell):
    assert platforms.main(["easy"], suites=(EASY, HARD)) == 0
    assert platforms.main(["esay"], suites=(EASY, HARD)) == 2
    assert "no suite 'esay'; choose from easy, hard" in capsys.readouterr().out
    assert len(shell["run"]) == 1


def test_a_suite_with_packages_gets_an_environment_of_its_own(shell):
    assert platforms.run(PINNED) == ("passed", "")
    (python, lines, purpose) = shell["installed"][0]
    assert ".venv-pinned" in str(python) and ".venv-pinned" in purpose
    assert lines == ["numpy==2.1.3", "pandas==2.2.3"]
    assert shell["run"][-1][0] == str(python)
    assert shell["environments"][-1]["ANNOLIB_SUITE"] == "pinned"


def test_where_uv_is_at_hand_it_makes_the_environment(shell, monkeypatch):
    monkeypatch.setattr(platforms.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    assert platforms.run(PINNED) == ("passed", "")
    made, filled, tested = shell["run"]
    assert made[:2] == ["/bin/uv", "venv"] and made[-1].endswith(".venv-pinned")
    assert filled[:3] == ["/bin/uv", "pip", "install"] and filled[-2:] == ["numpy==2.1.3", "pandas==2.2.3"]
    assert not shell["installed"] and tested[0].startswith(made[-1])


def test_what_uv_cannot_install_is_skipped_with_its_words(shell, monkeypatch):
    monkeypatch.setattr(platforms.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    shell["codes"]["pandas==2.2.3"] = 1
    state, why = platforms.run(PINNED)
    assert state == "skipped" and why == ".venv-pinned could not be made: no such package"


def test_without_a_network_a_suite_with_packages_is_skipped_with_the_reason(monkeypatch):
    from annolib.course.setup import preparation

    def refuse(*words):
        sys.exit("The packages could not be downloaded: the package index does not answer.\nConnect.")

    monkeypatch.setattr(preparation, "install", refuse)
    state, why = platforms.run(PINNED)
    assert (
        state == "skipped"
        and why == "The packages could not be downloaded: the package index does not answer."
    )


def test_a_python_that_is_not_here_is_a_reason_to_skip():
    suite = Suite("future", "another Python", ("future",), packages=("numpy",), python="9.9")
    assert platforms.run(suite) == ("skipped", "Python 9.9 is not here")


def test_the_oldest_versions_are_the_ones_that_the_project_names():
    lines = platforms.lines_of(("oldest",))
    floors = dict(line.split("==") for line in lines)
    assert len(floors) == len(lines)  # a package named twice has one floor
    named = platforms.environment.requirements("test")
    assert all(line.partition("[")[0].split(">=")[0] in str(floors) for line in named)
    assert "numpy==2.1" in lines and not any(">" in line or "<" in line for line in lines)


def test_every_suite_names_tests_and_an_extra_that_exist():
    for suite in platforms.SUITES:
        named = [name for name in suite.tests if name.startswith(("tests", "annolib", "lessons"))]
        assert named and all((platforms.environment.ROOT / name).exists() for name in named)
        assert not suite.extra or suite.extra in platforms._extras()
