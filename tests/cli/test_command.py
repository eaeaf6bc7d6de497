"""The command: help, exit codes, one line on standard error whatever goes wrong, examples that run."""

import importlib
import shlex
import subprocess
import sys

import pytest

import annolib
from annolib.cli import command
from annolib.cli.command import BAD_INPUT, DONE, FAULT, INTERRUPTED, main, make_parser
from annolib.cli.commands import COMMANDS

MODULES = {name: importlib.import_module(f"annolib.cli.commands.{name}") for name in COMMANDS}
EXAMPLES = [line for module in MODULES.values() for line in module.EXAMPLES]


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_help_runs(run, line):
    program, *arguments = shlex.split(line)
    code, said, wrong = run(*arguments)
    assert (program, code, wrong) == ("annolib", DONE, "") and said.strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_examples_and_every_option_is_explained(run, name):
    code, said, _ = run(name, "--help")
    assert (
        code == DONE and all(line in said for line in MODULES[name].EXAMPLES) and "exit codes: 0 done" in said
    )
    assert len(MODULES[name].EXAMPLES) >= 2
    (commands,) = (action for action in make_parser()._actions if action.choices and name in action.choices)
    for action in commands.choices[name]._actions:
        assert action.help, action.option_strings


def test_the_commands_are_listed_with_what_they_do(run):
    code, said, _ = run("--help")
    assert code == DONE and "exit codes" in said
    for name, module in MODULES.items():
        assert name in said and module.HELP.split()[0] in said
    assert run("--version")[1].strip() == f"annolib {annolib.__version__}"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["audit"],
        ["audit", "x.csv", "--required", "2"],
        ["audit", "x.csv", "--report", "r.pdf"],
        ["audit", "x.csv", "--csv", "no/such/folder/r.csv"],
        ["plan"],
    ],
)
def test_usage_is_bad_input(run, arguments):
    code, said, wrong = run(*arguments)
    assert code == BAD_INPUT and said == "" and "usage: annolib" in wrong


BAD = [
    ("audit", "nothing.csv"),
    ("audit", "folder.csv"),
    ("audit", "judgements.xlsx"),
    ("audit", "empty.csv"),
    ("audit", "header.csv"),
    ("audit", "binary.csv"),
    ("audit", "judgements.csv", "--columns", "worker=nobody"),
    ("audit", "judgements.csv", "--trusted", "zoe"),
    ("audit", "judgements.csv", "--labels", "2"),
    ("audit", "judgements.csv", "--full-care", "0.1"),
    ("audit", "judgements.csv", "--format", "papyrus"),
    ("audit", "votes.jsonl", "--format", "arena", "--set", "colour=red"),
    ("audit", "judgements.csv", "--skip"),
    ("convert", "own.csv", "-o", "tidy.csv"),
    ("plan", "--full-care", "0.9", "--careless", "0.8", "--careful", "0.3"),
    ("pay", "--checks", "0", "--full-care", "0.9", "--cost", "1", "--value", "1"),
    ("pay", "--checks", "20", "--full-care", "0.9", "--cost", "1", "--value", "1", "--no-floor"),
]


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_is_one_line_and_no_traceback(run, folder, arguments):
    (folder / "folder.csv").mkdir()
    (folder / "empty.csv").write_bytes(b"")
    (folder / "header.csv").write_text("task,worker,label\n", encoding="utf-8")
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    (folder / "judgements.xlsx").write_bytes(b"PK")
    code, said, wrong = run(*arguments)
    assert code == BAD_INPUT and said == ""
    assert (
        wrong.count("\n") == 1 and wrong.startswith(f"annolib {arguments[0]}: ") and "Traceback" not in wrong
    )
    assert len(wrong.split(": ", 1)[1]) > 15


def test_a_fault_of_ours_says_so_and_debug_shows_it(run, monkeypatch):
    def broken(chosen):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(MODULES["plan"], "run", broken)
    line = ["plan", "--full-care", "0.9", "--careless", "0.3", "--careful", "0.8"]
    code, _, wrong = run(*line)
    assert (
        code == FAULT
        and wrong.count("\n") == 1
        and "a fault of annolib (ZeroDivisionError: by zero)" in wrong
    )
    with pytest.raises(ZeroDivisionError):
        main([*line, "--debug"])


def test_stopped_by_hand_and_read_no_further(run, monkeypatch):
    def stopped(chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(MODULES["plan"], "run", stopped)
    code, _, wrong = run("plan", "--full-care", "0.9", "--careless", "0.3", "--careful", "0.8")
    assert (code, wrong) == (INTERRUPTED, "annolib plan: stopped\n")


def test_a_reader_that_leaves_early_is_no_error(folder):
    code = (
        "import subprocess, sys; command = [sys.executable, '-m', 'annolib', 'audit', 'judgements.csv', '--json']; "
        "process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE); "
        "process.stdout.read(1); process.stdout.close(); "
        "wrong = process.stderr.read(); print(process.wait(), wrong)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0 b''"


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from annolib.cli.command import main; main(['audit', '--help'])\n"
        "print(*[name for name in ('numpy', 'pandas', 'matplotlib', 'scipy', 'jinja2') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.split() == []


def test_the_codes_are_those_that_are_written_down():
    assert (DONE, BAD_INPUT, FAULT) == (0, 2, 3) and "1 what --fail-on names" in command._EPILOG
