"""What a refused table proposes in Python, as options of the command: what is said works when it is typed."""

from __future__ import annotations

import ast
import re
import shlex

_READING = re.compile(r"^from annolib\.tables\.files import \w+; table = \w+\(.*?\); (?=table = )")
_RENAME = re.compile(r"table = table\.rename\(columns=(\{.*\})\)$")
_TRANSLATE = re.compile(r"table = table\.assign\(\*\*\{.*?\.map\((\{.*?\})\)\}\)$")
_MAPPING = re.compile(r"(columns|labels)=(\{.*\})$")
_ARGUMENT = re.compile(r"(time_format|expert)=(.+)$")


def as_options(error):
    """The message of a TableError, its fix as options where there are some.

    Parameters
    ----------
    error : annolib.TableError

    Returns
    -------
    str

    Examples
    --------
    >>> from annolib import TableError
    >>> as_options(TableError("No worker. Rename:", "table = table.rename(columns={'who did it': 'worker'})"))
    "No worker. Rename: --columns 'worker=who did it'"
    >>> as_options(TableError("No time. Say:", "time_format='%H:%M'"))
    'No time. Say: --time-format %H:%M'
    >>> as_options(TableError("Two rows. Drop one:", "table = table.drop(index=[1])"))
    'Two rows. Drop one (in Python, before annolib reads the table): table = table.drop(index=[1])'
    """
    message, fix = str(error), error.fix
    if not fix:
        return message
    message = message.removesuffix(fix).rstrip()
    options = _options(_READING.sub("", fix))
    if options is None:
        return f"{message.rstrip(':')} (in Python, before annolib reads the table): {fix}"
    return f"{message} {options}"


def _options(fix):
    """The fix as options; None if there are none that do the same."""
    if found := _RENAME.match(fix):
        return _pairs("--columns", {name: own for own, name in ast.literal_eval(found[1]).items()})
    if found := _TRANSLATE.match(fix):
        labels = ast.literal_eval(found[1])
        return (
            _pairs("--values", labels) if all(isinstance(entry, str) and entry for entry in labels) else None
        )
    if fix == "skip=True":
        return "--skip"
    if found := _MAPPING.match(fix):
        pairs = ast.literal_eval(found[2])
        if found[1] == "columns" or all(isinstance(entry, str) and entry for entry in pairs):
            return _pairs("--columns" if found[1] == "columns" else "--values", pairs)
        return None
    if found := _ARGUMENT.match(fix):
        return f"--{found[1].replace('_', '-')} {shlex.quote(str(ast.literal_eval(found[2])))}"
    return None


def _pairs(option, pairs):
    if any("=" in str(name) for name in pairs):
        return None
    return " ".join([option, *(shlex.quote(f"{name}={value}") for name, value in pairs.items())])
