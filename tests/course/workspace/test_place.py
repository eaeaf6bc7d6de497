"""Where the working copy lies when nobody says: writable, and the same again."""

import os
from pathlib import Path

import pytest

from annolib.course.setup import environment
from annolib.course.workspace.hand_out import MANIFEST
from annolib.course.workspace.place import may_write, usual_place


@pytest.fixture(autouse=True)
def nobody_says(monkeypatch):
    monkeypatch.delenv("ANNOLIB_WORK", raising=False)


@pytest.fixture
def read_only(monkeypatch):
    """A function that makes a folder one that may be read only, whoever runs the tests."""
    closed, real = set(), os.access

    def access(path, mode):
        inside = any(folder in (Path(path), *Path(path).parents) for folder in closed)
        return not (inside and mode & os.W_OK) and real(path, mode)

    monkeypatch.setattr(os, "access", access)
    return closed.add


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "is_checkout", lambda: True)
    return root


def test_a_variable_says_it(monkeypatch, checkout):
    monkeypatch.setenv("ANNOLIB_WORK", "~/mine")
    assert usual_place() == "~/mine"


def test_in_the_repository_it_lies_beside_the_lessons(checkout, tmp_path):
    assert usual_place(home=tmp_path / "home") == checkout / "work"


def test_where_the_course_may_only_be_read_it_lies_in_the_home_folder(checkout, tmp_path, read_only):
    read_only(checkout)
    assert usual_place(home=tmp_path / "home") == tmp_path / "home" / "trust-the-label"


def test_a_copy_of_ones_own_in_a_shared_repository_stays(checkout, tmp_path, read_only):
    (checkout / "work").mkdir()
    assert usual_place(home=tmp_path) == checkout / "work"
    read_only(checkout / "work")
    assert usual_place(home=tmp_path) == tmp_path / "trust-the-label"


def test_without_the_repository_it_lies_here(tmp_path, monkeypatch, read_only):
    monkeypatch.setattr(environment, "is_checkout", lambda: False)
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir()
    assert usual_place(here, home) == here / "trust-the-label"
    (here / MANIFEST).write_text("{}")
    assert usual_place(here, home) == here  # the copy itself
    read_only(here)
    assert usual_place(here, home) == home / "trust-the-label"


def test_a_file_in_the_way_is_no_place(tmp_path):
    (tmp_path / "file").write_text("")
    assert may_write(tmp_path / "new" / "deeper") and not may_write(tmp_path / "file" / "deeper")
