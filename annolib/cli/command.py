"""The command `annolib` and its subcommands: parse, run, say what went wrong in one line.

Exit codes: 0 done; 1 done, and what `--fail-on` names was found; 2 bad input, which can be mended; 3 a fault of annolib.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from importlib import import_module

from annolib.cli.commands import COMMANDS
from annolib.cli.fixes import as_options

DONE, FOUND, BAD_INPUT, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
_EPILOG = "exit codes: 0 done; 1 what --fail-on names was found; 2 bad input; 3 a fault of annolib"


def main(arguments=None):
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process if left out.

    Returns
    -------
    int

    Examples
    --------
    >>> main(["plan", "--full-care", "0.9", "--careless", "0.3", "--careful", "0.8"])
    46 checks for each annotator: careful from 31 passes on.
    Somebody of effort 0.3 is called careful with a chance of at most 0.05 (0.0408).
    Somebody of effort 0.8 is called careful with a chance of at least 0.9 (0.925), with these checks and with more.
    A check is SelfConsistency(kappa=0.2): full care passes 0.9, random answers 0.5.
    0
    """
    parser = make_parser()
    try:
        chosen = parser.parse_args(arguments)
    except SystemExit as end:  # argparse has said what is wrong, or has helped
        return end.code if isinstance(end.code, int) else BAD_INPUT
    try:
        code = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # who reads has seen enough, as in `annolib audit … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _say(chosen, "stopped", INTERRUPTED)
    except Exception as error:
        if chosen.debug:
            raise
        code = BAD_INPUT if isinstance(error, _BAD_INPUT) else FAULT
        words = _words_of(error, chosen)
        if isinstance(error, OSError) and error.strerror:
            words = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        if code == FAULT:
            words = f"a fault of annolib ({type(error).__name__}: {words}). Run it with --debug and report what it shows."
        return _say(chosen, words, code)


_BAD_INPUT = (ValueError, TypeError, OSError, ImportError, MemoryError)  # a TableError is a ValueError


def _words_of(error, chosen):
    """What went wrong and what to do, in words of the command."""
    from annolib.tables.refusals.faults import TableError

    if isinstance(error, TableError):
        words = as_options(error)
        if "count from 0" not in words:
            words = re.sub(r"\b(row \d+)", r"\1 (counted from 0)", words, count=1)
        if "is missing" in words and getattr(chosen, "format", "") is None:
            hint = _looks_like(chosen.file)
            return (
                words.partition(" Rename ")[0].partition(" If each annotator ")[0] + hint if hint else words
            )
        return words
    return str(error) or type(error).__name__


def _looks_like(path):
    """Which format a file seems to be in, in words; empty if nothing is known."""
    from annolib.imports import sniff
    from annolib.imports.signs import first_rows
    from annolib.tables.files.opening import kind_of
    from annolib.tables.refusals.faults import TableError

    try:
        rows = first_rows(path) if kind_of(path) in ("csv", "tsv") else None  # read once, for all questions
        seen = path if rows is None else rows
        found = [name for name in sniff(seen) if name != "tidy"]
        return f" The file looks like {found[0]}: --format {found[0]}{_more(found[0], seen)}" if found else ""
    except (TableError, OSError):
        return ""


def _more(name, source):
    """The further options of a format that its reader cannot do without: whom the columns of a wide table are."""
    if name != "wide":
        return ""
    from annolib.imports.signs import columns_of, label_columns

    people = label_columns(source)
    task = next((column for column in columns_of(source) if column not in people), "task")
    return " " + shlex.join(
        ["--columns", f"task={task}", "--set", f"workers={json.dumps(people, ensure_ascii=False)}"]
    )


def make_parser():
    """The parser of the command, with a subcommand for each of `COMMANDS`."""
    import annolib

    parser = argparse.ArgumentParser(
        prog="annolib",
        description="Assess preference annotators without true labels, and pay them well.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"annolib {annolib.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"annolib.cli.commands.{name}")
        examples = "\n".join(f"  {line}" for line in module.EXAMPLES)
        one = commands.add_parser(
            name,
            help=module.HELP,
            description=f"{module.HELP[:1].upper()}{module.HELP[1:]}.",
            epilog=f"examples:\n{examples}\n\n{_EPILOG}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(one)
        one.add_argument("--debug", action="store_true", help="show where in the code an error comes from")
        one.set_defaults(run=module.run, command=name)
    return parser


def _say(chosen, words, code):
    """One line on standard error."""
    print(f"annolib {chosen.command}: {' '.join(words.split())}", file=sys.stderr)
    return code
