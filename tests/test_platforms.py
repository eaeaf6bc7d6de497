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
PINNED = Suite("pinned", "other versions", ("pinned",), pins=("numpy==2.1.3", "pandas==2.2.3"))


@pytest.fixture(autouse=True)
def shell(monkeypatch, tmp_path):
    """Nothing is installed or run; what would have been is noted."""
    from annolib.course.setup import preparation

    noted = {"run": [], "installed": []}
    codes = {"easy": 0, "hard": 1, "none": 5, "pinned": 0}

    def ran(command, **kwargs):
        noted["run"].append(command)
        code = codes.get(command[-1], 0)
        return type("Done", (), {"returncode": code})()

    monkeypatch.setattr(platforms.subprocess, "run", ran)
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


def test_pins_take_the_place_of_the_usual_versions(shell):
    assert platforms.run(PINNED) == ("passed", "")
    (python, lines, purpose) = shell["installed"][0]
    assert ".venv-pinned" in str(python) and ".venv-pinned" in purpose
    assert lines[:2] == ["numpy==2.1.3", "pandas==2.2.3"]
    assert not [line for line in lines[2:] if line.startswith(("numpy", "pandas"))]
    assert any(line.startswith("pytest") for line in lines)
    assert shell["run"][-1][0] == str(python)


def test_without_a_network_a_pinned_suite_is_skipped_with_the_reason(monkeypatch):
    from annolib.course.setup import preparation

    def refuse(*words):
        sys.exit("The packages could not be downloaded: the package index does not answer.\nConnect.")

    monkeypatch.setattr(preparation, "install", refuse)
    state, why = platforms.run(PINNED)
    assert (
        state == "skipped"
        and why == "The packages could not be downloaded: the package index does not answer."
    )


def test_every_suite_names_tests_and_an_extra_that_exist():
    for suite in platforms.SUITES:
        assert all((platforms.environment.ROOT / name).exists() for name in suite.tests)
        assert not suite.extra or suite.extra in platforms._extras()
