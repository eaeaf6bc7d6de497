"""Whether explorers are drawn and answer: here, in a live kernel, in a browser."""

import subprocess
import sys

import pytest

from annolib.course.commands import render_checks
from annolib.course.commands.findings import NOT_CHECKED, OK, WRONG
from annolib.course.setup import environment


def states(findings):
    return [finding.state for finding in findings]


def test_the_front_end_here_loads_the_widgets():
    assert states(render_checks.front_end()) == [OK]


@pytest.mark.parametrize(
    ("found", "disabled", "fix"),
    [
        ({}, {}, "force-reinstall"),
        (
            {render_checks._EXTENSION: {"version": "5"}},
            {render_checks._EXTENSION: True},
            "labextension enable",
        ),
    ],
)
def test_a_front_end_without_the_widgets_is_found(monkeypatch, found, disabled, fix):
    from jupyterlab import commands

    info = {"federated_extensions": found, "disabled": disabled}
    monkeypatch.setattr(commands, "get_app_info", lambda options: info)
    (finding,) = render_checks.front_end()
    assert finding.state == WRONG and fix in finding.fix


def test_a_live_kernel_answers_its_slider(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(environment.ROOT))
    assert states(render_checks.live_kernel()) == [OK, OK]


def test_a_kernel_of_another_environment_or_checkout_is_found():
    here = str(environment.ROOT / "annolib" / "__init__.py")
    assert states(render_checks._whose_kernel(sys.prefix, here)) == [OK]
    assert "jupyter kernelspec remove" in render_checks._whose_kernel("/other", here)[0].fix
    assert states(render_checks._whose_kernel(sys.prefix, "/other/annolib/__init__.py")) == [WRONG]


@pytest.mark.parametrize(
    ("code", "said", "state"),
    [
        (0, "probe.ipynb: 1 explorers, 100 ms from key to picture, 0 faults", OK),
        (0, "probe.ipynb: 0 explorers, 0 faults", WRONG),
        (1, "probe.ipynb: 1 explorers, 1 faults\n  explorer1 keeps its picture", WRONG),
    ],
)
def test_the_browser_has_to_see_an_explorer_without_faults(monkeypatch, code, said, state):
    monkeypatch.setattr(render_checks, "_no_browser", lambda: "")
    monkeypatch.setattr(
        render_checks.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], code, said, "")
    )
    (finding,) = render_checks.real_browser()
    assert finding.state == state


def test_without_a_browser_it_says_what_was_not_checked(monkeypatch):
    monkeypatch.setattr(render_checks, "_no_browser", lambda: "there is no Chromium")
    assert states(render_checks.real_browser()) == [NOT_CHECKED]
