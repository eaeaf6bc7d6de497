"""The two commands' own words: options, what is said, and the commands that follow."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from annolib.course.commands import opening
from annolib.course.setup import ensuring, environment
from annolib.course.setup.environment import ROOT

NOTEBOOK = '{"cells": [], "metadata": {"annolib": {"lesson": %d, "minutes": [5, 5]}}}'


class HandedOver(Exception):
    """In place of JupyterLab; its argument is the command."""


@pytest.fixture
def course(tmp_path, monkeypatch):
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "00_open_the_course.ipynb").write_text(NOTEBOOK % 0)
    (lessons / "04_measure_effort.ipynb").write_text(NOTEBOOK % 4)

    def hand_over(command):
        raise HandedOver(command)

    monkeypatch.setattr(opening, "LESSONS", lessons)
    monkeypatch.setattr(ensuring, "ensure", lambda *extras: None)
    monkeypatch.setattr(environment, "hand_over", hand_over)
    monkeypatch.setenv("ANNOLIB_WORK", str(tmp_path / "work"))
    return tmp_path


def opened(*words):
    with pytest.raises(HandedOver) as handed:
        opening.main(list(words))
    return handed.value.args[0]


def test_jupyterlab_opens_the_lesson_in_the_working_copy(course, capsys):
    command = opened("4")
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={course / 'work'}" in command
    assert "--LabApp.default_url=/lab/tree/04_measure_effort.ipynb" in command
    assert "--no-browser" not in command
    assert (course / "work" / "04_measure_effort.ipynb").exists()
    assert "Copied 2 files of the course" in capsys.readouterr().out


def test_without_a_number_the_first_lesson_opens(course):
    assert "--LabApp.default_url=/lab/tree/00_open_the_course.ipynb" in opened()


def test_options_for_the_browser_the_folder_and_jupyterlab(course):
    command = opened("--no-browser", "--work", str(course / "elsewhere"), "4", "--", "--port", "8890")
    assert "--no-browser" in command
    assert command[-2:] == ["--port", "8890"]
    assert (course / "elsewhere" / "04_measure_effort.ipynb").exists()
    assert not (course / "work").exists()


def test_a_new_version_beside_an_edited_one_is_announced(course, capsys):
    opened()
    (course / "work" / "04_measure_effort.ipynb").write_text("mine")
    (course / "lessons" / "04_measure_effort.ipynb").write_text(NOTEBOOK.replace("5, 5", "6, 6") % 4)
    (course / "lessons" / "00_open_the_course.ipynb").write_text(NOTEBOOK.replace("5, 5", "6, 6") % 0)
    capsys.readouterr()
    opened()
    said = capsys.readouterr().out
    assert (
        "04_measure_effort.ipynb: you have edited it, so the new version lies beside it: 04_measure_effort.new-"
        in said
    )
    assert "00_open_the_course.ipynb: you had not touched it" in said
    assert "Copied" not in said


def test_a_copy_is_handed_out_without_a_server(course, capsys, monkeypatch):
    monkeypatch.setattr(ensuring, "ensure", lambda: pytest.fail("prepared"))
    assert opening.main(["--copy"]) == 0 and opening.main(["--copy", "4"]) == 0
    assert (course / "work" / "04_measure_effort.ipynb").exists()
    said = capsys.readouterr().out
    assert f"Your working copy is {course / 'work'}." in said and "Ctrl-C" not in said


def test_listing_prepares_and_copies_nothing(course, capsys, monkeypatch):
    monkeypatch.setattr(ensuring, "ensure", lambda: pytest.fail("prepared"))
    assert opening.main(["--list"]) == 0
    assert "04_measure_effort" in capsys.readouterr().out
    assert not (course / "work").exists()


def test_an_unknown_lesson_is_refused_before_anything_is_prepared(course, monkeypatch):
    monkeypatch.setattr(ensuring, "ensure", lambda: pytest.fail("prepared"))
    with pytest.raises(SystemExit, match=r"There is no lesson 9. There are: 0, 4"):
        opening.main(["9"])


def test_a_working_copy_that_cannot_be_written_is_a_message_and_no_traceback(course):
    (course / "work").write_text("in the way")
    with pytest.raises(SystemExit, match="--work FOLDER"):
        opening.main([])


def _loop(folder):
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    return folder / "a"


PLACES = {
    "a loop of links": _loop,
    "below a loop": lambda folder: _loop(folder) / "work",
    "below a file": lambda folder: Path(__file__) / "work",
    "an over-long name": lambda folder: folder / ("x" * 300),
    "an over-long path": lambda folder: folder.joinpath(*["deep"] * 1500),
    "an unknown user": lambda folder: "~nobody-of-that-name/work",
    "a zero byte": lambda folder: f"{folder}/a\0b",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("words", [[], ["--list"]], ids=["open", "list"])
def test_a_place_that_cannot_be_is_told_in_words(course, place, words, capsys):
    """No traceback: a message that names the folder and what to do, or a list of lessons that are new."""
    folder = str(place(course))
    try:
        assert opening.main([*words, "--work", folder]) == 0
        assert words and "04_measure_effort" in capsys.readouterr().out
    except SystemExit as end:
        assert folder[:100] in str(end) and "--work FOLDER" in str(end)


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="modes of POSIX")
@pytest.mark.parametrize("words", [[], ["--list"]], ids=["open", "list"])
def test_what_may_not_be_read_is_told_in_words(course, monkeypatch, words, capsys):
    """As for somebody without rights: the kernel's refusal is put in, since tests may run as root."""
    opened()
    honest = Path.stat

    def refuse(path, **options):
        if "work" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path, **options)

    capsys.readouterr()
    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "is_file", lambda path: bool(path.stat()))
    if words:
        assert opening.main(words) == 0
        assert capsys.readouterr().out.count("cannot be read: [Errno 13] Permission denied") == 2
    else:
        with pytest.raises(SystemExit, match="Permission denied"):
            opening.main(words)


@pytest.mark.parametrize(
    "text", ["[" * 10**5, '{"cells":' + "[" * 10**5, '{"cells": ' + '{"a":' * 10**5], ids=len
)
def test_a_notebook_of_nested_brackets_is_somebodys_work(course, text, capsys):
    opened()
    (course / "work" / "04_measure_effort.ipynb").write_text(text)
    assert opening.main(["--list"]) == 0
    assert "started" in capsys.readouterr().out
    opened()
    (course / "lessons" / "04_measure_effort.ipynb").write_text(text)
    with pytest.raises(SystemExit, match="not a readable notebook.*nested too deep.*git checkout"):
        opening.main(["--list"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["-n", "2", "--dist", "loadfile"]),
        (["-k", "tally", "-x"], ["-n", "2", "--dist", "loadfile", "-k", "tally", "-x"]),
        (["-n", "4"], ["--dist", "loadfile", "-n", "4"]),
        (["-n0"], ["--dist", "loadfile", "-n0"]),
        (["--numprocesses=1", "--dist=load"], ["--numprocesses=1", "--dist=load"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
    ],
)
def test_two_files_are_tested_at_a_time_unless_the_user_says_otherwise(given, expected, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert runpy.run_path(str(ROOT / "tests"), run_name="tests")["pytest_arguments"](given) == expected


def test_the_commands_start_from_any_folder(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "lessons", "--help"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0 and "--doctor" in done.stdout
