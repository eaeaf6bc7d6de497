"""Which interpreter goes on, and what is added where something lacks."""

import contextlib
import os
import sys

import pytest

from annolib.course.setup import ensuring, environment, preparation
from annolib.course.setup.environment import ROOT


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


def test_a_package_installed_by_itself_makes_no_environment(ensure, monkeypatch):
    monkeypatch.setattr(environment, "is_checkout", lambda: False)
    assert ensure([]) == {"installed": [], "prepared": False, "command": None}
    with pytest.raises(SystemExit, match=r'lacks numpy>=2\.1\.\nInstall it: .* -m pip install "numpy>=2\.1"'):
        ensure(["numpy>=2.1"])
