"""The working copy: what is missing is copied, and no work of the learner's is ever lost."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolib.course import files as atomic
from annolib.course.setup.environment import ROOT
from annolib.course.workspace.hand_out import MANIFEST, WorkspaceError, hand_out, name_beside, newer_version

NAME = "04_measure_effort.ipynb"


@pytest.fixture
def course(tmp_path):
    """Two lessons and a supporting file, beside what is not part of the course."""
    lessons = tmp_path / "lessons"
    for name, text in {
        "00_open_the_course.ipynb": "opening",
        NAME: "version 1",
        "data/notes.csv": "a,b",
        "__main__.py": "code",
        "__pycache__/x.pyc": "code",
        ".ipynb_checkpoints/x.ipynb": "checkpoint",
    }.items():
        path = lessons / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return lessons


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


def actions(outcomes):
    return {outcome.name: outcome.action for outcome in outcomes}


def visible(work):
    found = (path for path in work.rglob("*") if path.is_file())
    return {path.relative_to(work).as_posix(): path.read_text() for path in found if path.name[0] != "."}


def test_the_first_opening_copies_the_course_and_nothing_else(course, work):
    assert set(actions(hand_out(course, work)).values()) == {"copied"}
    assert visible(work) == {
        "00_open_the_course.ipynb": "opening",
        NAME: "version 1",
        "data/notes.csv": "a,b",
    }


def test_opening_again_changes_nothing(course, work):
    hand_out(course, work)
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*.ipynb")}
    assert set(actions(hand_out(course, work)).values()) == {"kept"}
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*.ipynb")} == before


def test_an_edited_lesson_stays_when_the_course_does_not_change(course, work):
    hand_out(course, work)
    (work / NAME).write_text("my work")
    assert actions(hand_out(course, work))[NAME] == "kept"
    assert visible(work)[NAME] == "my work"
    assert len(visible(work)) == 3


def test_a_new_version_of_an_edited_lesson_lies_beside_it(course, work):
    hand_out(course, work)
    (work / NAME).write_text("my work")
    (course / NAME).write_text("version 2")
    outcome = next(one for one in hand_out(course, work) if one.name == NAME)
    assert (outcome.action, outcome.beside) == ("beside", name_beside(NAME, b"version 2"))
    assert visible(work)[NAME] == "my work"
    assert visible(work)[outcome.beside] == "version 2"
    assert actions(hand_out(course, work))[NAME] == "beside already"


def test_an_edited_new_version_is_not_overwritten_either(course, work):
    hand_out(course, work)
    (work / NAME).write_text("my work")
    (course / NAME).write_text("version 2")
    hand_out(course, work)
    second = name_beside(NAME, b"version 2")
    (work / second).write_text("my work in version 2")
    hand_out(course, work)
    (course / NAME).write_text("version 3")
    hand_out(course, work)
    assert visible(work)[NAME] == "my work"
    assert visible(work)[second] == "my work in version 2"
    assert visible(work)[name_beside(NAME, b"version 3")] == "version 3"


def test_a_new_version_that_the_learner_deleted_is_not_pressed_on_them(course, work):
    hand_out(course, work)
    (work / NAME).write_text("my work")
    (course / NAME).write_text("version 2")
    hand_out(course, work)
    (work / name_beside(NAME, b"version 2")).unlink()
    assert actions(hand_out(course, work))[NAME] == "kept"
    assert not (work / name_beside(NAME, b"version 2")).exists()


def test_an_untouched_copy_gets_the_new_version(course, work):
    hand_out(course, work)
    (course / NAME).write_text("version 2")
    assert actions(hand_out(course, work))[NAME] == "renewed"
    assert visible(work)[NAME] == "version 2"
    assert len(visible(work)) == 3


def notebook(*cells, **metadata):
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4}, indent=1)


def test_a_notebook_that_was_only_opened_and_saved_is_untouched(course, work):
    (course / NAME).write_text(notebook("task", annolib=4, language_info={"name": "python"}))
    hand_out(course, work)
    opened = notebook("task", annolib=4, kernelspec="mine", language_info={"name": "python", "version": "3"})
    (work / NAME).write_text(opened)
    assert actions(hand_out(course, work))[NAME] == "kept"
    assert visible(work)[NAME] == opened
    (course / NAME).write_text(notebook("new task", annolib=4))
    assert newer_version(course / NAME, work / NAME) is None
    assert actions(hand_out(course, work))[NAME] == "renewed"


def test_another_version_alone_is_no_newer_lesson(course, work):
    (course / NAME).write_text(notebook("task", annolib={"lesson": 4, "version": "1.0"}))
    hand_out(course, work)
    (work / NAME).write_text(notebook("mine", annolib={"lesson": 4, "version": "1.0"}))
    (course / NAME).write_text(notebook("task", annolib={"lesson": 4, "version": "1.1"}))
    assert newer_version(course / NAME, work / NAME) is None
    assert actions(hand_out(course, work))[NAME] == "kept" and NAME in visible(work)
    (course / NAME).write_text(notebook("new task", annolib={"lesson": 4, "version": "1.1"}))
    assert actions(hand_out(course, work))[NAME] == "beside"


@pytest.mark.parametrize(
    "edited",
    [
        notebook("task", annolib=5),
        notebook("task", annolib=4, note="mine"),
        notebook("my task", annolib=4),
        notebook("task", "mine", annolib=4),
        notebook("task", annolib=4)[:-2],
        "[]",
    ],
)
def test_any_other_change_of_a_notebook_is_work(course, work, edited):
    (course / NAME).write_text(notebook("task", annolib=4))
    hand_out(course, work)
    (work / NAME).write_text(edited)
    (course / NAME).write_text(notebook("new task", annolib=4))
    assert actions(hand_out(course, work))[NAME] == "beside"
    assert visible(work)[NAME] == edited


def test_a_deleted_lesson_comes_back(course, work):
    hand_out(course, work)
    (work / NAME).unlink()
    assert actions(hand_out(course, work))[NAME] == "copied"
    assert visible(work)[NAME] == "version 1"


@pytest.mark.parametrize("manifest", [None, "", "{", "[]", "null", '{"04_measure_effort.ipynb": 4}'])
def test_without_a_good_manifest_a_copy_that_differs_counts_as_edited(course, work, manifest):
    hand_out(course, work)
    if manifest is None:
        (work / MANIFEST).unlink()
    else:
        (work / MANIFEST).write_text(manifest)
    (course / NAME).write_text("version 2")
    outcomes = actions(hand_out(course, work))
    assert outcomes[NAME] == "beside"
    assert outcomes["00_open_the_course.ipynb"] == "kept"
    assert visible(work)[NAME] == "version 1"
    json.loads((work / MANIFEST).read_text())


def test_a_link_in_place_of_a_copy_is_left_alone(course, work, tmp_path):
    hand_out(course, work)
    elsewhere = tmp_path / "mine.ipynb"
    elsewhere.write_text("version 1")
    (work / NAME).unlink()
    (work / NAME).symlink_to(elsewhere)
    (course / NAME).write_text("version 2")
    assert actions(hand_out(course, work))[NAME] == "beside"
    assert (work / NAME).is_symlink() and elsewhere.read_text() == "version 1"


def test_a_broken_link_is_left_alone(course, work):
    work.mkdir()
    (work / NAME).symlink_to(work / "nowhere")
    assert actions(hand_out(course, work))[NAME] == "beside"
    assert (work / NAME).is_symlink()


def test_work_saved_in_the_very_moment_of_renewal_is_kept(course, work, monkeypatch):
    hand_out(course, work)
    (course / NAME).write_text("version 2")
    honest = atomic._part

    def save_meanwhile(path, content):
        if path.name == NAME:
            path.write_text("saved by the learner")
        return honest(path, content)

    monkeypatch.setattr(atomic, "_part", save_meanwhile)
    outcomes = actions(hand_out(course, work))
    assert visible(work)[NAME] == "saved by the learner"
    assert outcomes[NAME] == "beside"
    assert visible(work)[name_beside(NAME, b"version 2")] == "version 2"


def test_work_saved_in_the_very_moment_of_copying_is_kept(course, work, monkeypatch):
    honest = atomic._part

    def save_meanwhile(path, content):
        part = honest(path, content)
        if path.name == NAME:
            path.write_text("saved by the learner")
        return part

    monkeypatch.setattr(atomic, "_part", save_meanwhile)
    hand_out(course, work)
    assert visible(work)[NAME] == "saved by the learner"


def test_a_disk_without_links_is_served_too(course, work, monkeypatch):
    def refuse(source, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(atomic.os, "link", refuse)
    hand_out(course, work)
    (work / NAME).write_text("my work")
    hand_out(course, work)
    assert visible(work)[NAME] == "my work"
    assert not list(work.rglob(".handing-out-*"))


_INTERRUPTED = """
import os, sys
from annolib.course.workspace.hand_out import hand_out
steps = int(sys.argv[3])
def count(*_):
    global steps
    steps -= 1
    if steps < 0:
        os._exit(9)  # as if killed: no clean-up
sys.addaudithook(lambda event, arguments: count() if event in ("open", "os.rename", "os.link", "os.remove") else None)
hand_out(sys.argv[1], sys.argv[2])
"""


def test_an_interruption_at_any_step_loses_nothing(course, work):
    """Kill the process before each of its file operations in turn; then open the course in peace."""
    hand_out(course, work)
    for step in range(60):
        (course / "00_open_the_course.ipynb").write_text(f"opening {step}")
        (course / NAME).write_text(f"edition {step}")
        (course / "data/notes.csv").unlink(missing_ok=True)
        (work / NAME).write_text(f"my work {step}")
        (work / "data/notes.csv").write_text("my notes")
        command = [sys.executable, "-c", _INTERRUPTED, str(course), str(work), str(step)]
        killed = subprocess.run(command).returncode == 9
        for name in ("00_open_the_course.ipynb", NAME):
            assert visible(work)[name] in {
                f"opening {step}",
                f"opening {step - 1}",
                "opening",
                f"my work {step}",
            }
        hand_out(course, work)
        seen = visible(work)
        assert seen[NAME] == f"my work {step}"
        assert seen["data/notes.csv"] == "my notes"
        assert f"edition {step}" in seen.values() and f"opening {step}" in seen.values()
        assert not list(work.rglob(".handing-out-*"))
        if not killed:
            assert step > 10
            return
    pytest.fail("the process was killed sixty times and never came to its end")


def test_an_interrupted_update_leaves_untouched_lessons_untouched(course, work):
    """Kill an update at each of its steps, then update the course once more: what nobody edited is renewed."""
    hand_out(course, work)
    (work / NAME).write_text("my work")
    for step in range(60):
        (course / "00_open_the_course.ipynb").write_text(f"opening {step}")
        (course / "data/notes.csv").write_text(f"notes {step}")
        (course / NAME).write_text(f"edition {step}")
        command = [sys.executable, "-c", _INTERRUPTED, str(course), str(work), str(step)]
        killed = subprocess.run(command).returncode == 9
        (course / "00_open_the_course.ipynb").write_text(f"later {step}")
        (course / "data/notes.csv").write_text(f"later {step}")
        (course / NAME).write_text(f"later edition {step}")
        done = actions(hand_out(course, work))
        assert done["00_open_the_course.ipynb"] == done["data/notes.csv"] == "renewed", step
        assert done[NAME] == "beside" and visible(work)[NAME] == "my work"
        assert visible(work)[name_beside(NAME, f"later edition {step}".encode())] == f"later edition {step}"
        if not killed:
            assert step > 10
            return
    pytest.fail("the process was killed sixty times and never came to its end")


@pytest.mark.parametrize("writes", range(6))
def test_a_disk_that_fills_up_at_any_write_edits_nothing(course, work, monkeypatch, writes):
    """The disk holds `writes` more files; after room is made, an update renews all that nobody touched."""
    hand_out(course, work)
    honest, left = os.fsync, [writes]

    def until_full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        honest(descriptor)

    for name in ("00_open_the_course.ipynb", NAME, "data/notes.csv"):
        (course / name).write_text("version 2")
    monkeypatch.setattr(atomic.os, "fsync", until_full)
    if writes < 5:  # the manifest, three files, the manifest
        with pytest.raises(WorkspaceError, match="No space left on device"):
            hand_out(course, work)
    else:
        hand_out(course, work)
    monkeypatch.undo()
    for name in ("00_open_the_course.ipynb", NAME, "data/notes.csv"):
        (course / name).write_text("version 3")
    assert newer_version(course / NAME, work / NAME) is None
    assert set(actions(hand_out(course, work)).values()) == {"renewed"}
    assert set(visible(work).values()) == {"version 3"}


def test_a_held_lock_says_who_holds_it_and_how_to_go_on(course, work, monkeypatch):
    work.mkdir()
    hold = (
        "import sys, time\nfrom annolib.course.files import locked\n"
        "with locked(sys.argv[1]):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    command = [sys.executable, "-c", hold, str(work / ".lock")]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said = []
    monkeypatch.setattr("annolib.course.workspace.hand_out.PATIENCE", 0.3)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(
            WorkspaceError, match=r"(?s)process \d+.*did not end.*delete .*\.lock.*--work FOLDER"
        ):
            hand_out(course, work, tell=said.append)
        assert str(holder.pid) in said[0] and "Ctrl-C" in said[0] and len(said) == 1
    finally:
        holder.kill()
        holder.communicate()
    assert set(actions(hand_out(course, work, tell=pytest.fail)).values()) == {"copied"}


TEXTS = st.sampled_from(["a", "b", "c"])
EVENTS = st.one_of(
    st.tuples(st.just("update"), TEXTS),
    st.tuples(st.just("edit"), TEXTS),
    st.tuples(st.sampled_from(["open", "delete", "forget"]), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_whatever_happens_what_the_learner_wrote_stays(tmp_path_factory, events):
    """Any order of updates, edits, deletions and lost manifests: only the learner changes the learner's text."""
    folder = tmp_path_factory.mktemp("any")
    lessons, work = folder / "lessons", folder / "work"
    lessons.mkdir()
    (lessons / NAME).write_text("start")
    hand_out(lessons, work)
    written = None  # what the learner wrote last, if it was not what they had been given
    for event, text in events:
        if event == "update":
            (lessons / NAME).write_text(text)
        elif event == "edit":
            (work / NAME).write_text(f"my {text}")
            written = f"my {text}"
        elif event == "delete":
            (work / NAME).unlink(missing_ok=True)
            written = None
        elif event == "forget":
            (work / MANIFEST).unlink(missing_ok=True)
        else:
            hand_out(lessons, work)
            assert (lessons / NAME).read_text() in visible(work).values() or written
        if written:
            assert (work / NAME).read_text() == written


def test_a_newer_version_is_reported(course, work):
    source, copy = course / NAME, work / NAME
    assert newer_version(source, copy) is None  # no copy yet
    hand_out(course, work)
    assert newer_version(source, copy) is None
    copy.write_text("my work")
    assert newer_version(source, copy) is None
    copy.write_text("version 1")
    source.write_text("version 2")
    assert newer_version(source, copy) is None  # untouched: it will be renewed
    copy.write_text("my work")
    assert newer_version(source, copy) == ""
    hand_out(course, work)
    assert newer_version(source, copy) == name_beside(NAME, b"version 2")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_copies_of_a_read_only_course_can_be_written(course, work):
    (course / NAME).chmod(0o444)
    course.chmod(0o555)
    try:
        hand_out(course, work)
        assert (work / NAME).stat().st_mode & 0o200
    finally:
        course.chmod(0o755)


def test_a_place_that_cannot_be_written_is_named(course, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match="file.*could not be brought up to date.*\n.*--work FOLDER"):
        hand_out(course, tmp_path / "file")


def test_a_full_disk_is_reported_and_leaves_whole_files(course, work, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    hand_out(course, work)
    (course / NAME).write_text("version 2")
    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        hand_out(course, work)
    monkeypatch.undo()
    assert visible(work)[NAME] == "version 1"
    hand_out(course, work)
    assert visible(work)[NAME] == "version 2"


def test_the_course_itself_is_refused_as_working_copy(course, tmp_path):
    for folder in (course, course / "mine"):
        with pytest.raises(WorkspaceError, match="cannot lie in"):
            hand_out(course, folder)
    with pytest.raises(WorkspaceError, match="There is no folder"):
        hand_out(tmp_path / "nothing", tmp_path / "work")
