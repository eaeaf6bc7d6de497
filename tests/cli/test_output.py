"""What is printed: JSON that is JSON, columns that stand, progress that is silent off a terminal."""

import io
import json
import sys

from annolib.cli.output import columns, print_json, print_text, progress


def test_json_has_no_nan(capsys):
    print_json({"rate": float("nan"), "who": "é\n"})
    assert json.loads(capsys.readouterr().out) == {"rate": None, "who": "é\n"}


def test_signs_that_a_terminal_lacks_are_written_out(monkeypatch):
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii", newline="\n"))
    print_text("β = 1")
    sys.stdout.flush()
    assert printed.getvalue() == b"\\u03b2 = 1\n"


def test_columns_stand_below_each_other():
    assert columns([("a", "bb"), ("ccc", "")]) == ["a    bb", "ccc"]


def test_progress_is_silent_where_nobody_waits(capsys):
    with progress(2) as begin:
        begin("one")
        begin("two")
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal_names_the_step(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(2, delay=0) as begin:
        begin("reading")
        begin("judging")
    assert "reading [0/2" in terminal.getvalue() and "judging [1/2" in terminal.getvalue()
