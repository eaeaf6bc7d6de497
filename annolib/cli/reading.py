"""Read the table that the command was given, by the options that `audit` and `convert` share.

Files with a row a judgement go to `annolib.tally` as they are (large ones are counted by DuckDB, piece by piece); exports of
annotation tools are read by `annolib.imports`.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
import warnings
from contextlib import contextmanager


def add_reading(parser):
    """The file and how it is read."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="the table: .csv, .tsv, .json, .jsonl or .parquet, with a row a judgement",
    )
    parser.add_argument(
        "--format",
        metavar="NAME",
        help="the tool that FILE comes from; `annolib convert --formats` lists them",
    )
    parser.add_argument(
        "--columns", nargs="+", type=pair, action="extend", default=[], metavar="NAME=COLUMN",
        help="which column is task, worker, label, left, right, time, …: worker=annotator_id",
    )  # fmt: skip
    parser.add_argument(
        "--values", nargs="+", type=pair, action="extend", default=[], metavar="ENTRY=LABEL",
        help="what the entries of the label mean: A=left B=right same=tie",
    )  # fmt: skip
    parser.add_argument(
        "--set", nargs="+", type=pair, action="extend", default=[], metavar="NAME=VALUE",
        help="another argument of the format's reader (annolib.imports): workers='[\"ann\", \"bob\"]'",
    )  # fmt: skip
    parser.add_argument(
        "--skip",
        action="store_true",
        help="with --format: leave out rows that cannot be read, and say how many",
    )
    parser.add_argument(
        "--by",
        nargs="+",
        action="extend",
        default=[],
        metavar="COLUMN",
        help="columns that are part of the item: turn",
    )
    parser.add_argument(
        "--time-format", metavar="FORMAT", help="how times are written: '%%d/%%m/%%Y %%H:%%M'"
    )
    parser.add_argument(
        "--large", action="store_true",
        help="read FILE through DuckDB, piece by piece; so are files of half a gigabyte and more without being told",
    )  # fmt: skip
    parser.add_argument(
        "--expert", metavar="ENTRY", help="the entry of the column expert that marks a verdict"
    )


def pair(text):
    """A name and what it stands for, for argparse.

    Examples
    --------
    >>> pair("worker=annotator_id")
    ('worker', 'annotator_id')
    """
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(
            f"give two names with = between them, such as worker=annotator_id; saw {text!r}"
        )
    return name, value


def read_source(chosen):
    """The table, or the file that `annolib.tally` shall read itself; and the arguments of `annolib.tally`.

    Parameters
    ----------
    chosen : argparse.Namespace
        Of `add_reading`.

    Returns
    -------
    source : pandas.DataFrame or str
    reading : dict
    """
    reading = {"by": tuple(chosen.by), "time_format": chosen.time_format, "expert": chosen.expert}
    columns, values = dict(chosen.columns), dict(chosen.values)
    if chosen.format is not None and chosen.format != "tidy":
        return _read_export(chosen, columns, values), reading
    if chosen.set or chosen.skip:
        raise ValueError("--set and --skip go with --format. Say which tool the file comes from.")
    reading |= {"columns": columns or None}
    if chosen.large:
        if values:
            raise ValueError(
                "--values is for files that fit into memory. Leave --large out, or write the labels anew."
            )
        from annolib.tables.files import open_file

        return open_file(chosen.file, large=True), reading
    if not values:
        return chosen.file, reading
    from annolib.tables.files import read_file

    return translate(read_file(chosen.file), columns, values), reading


def read_table(chosen):
    """The table itself, its columns under their proper names; and the arguments of `annolib.read_judgements`.

    Parameters
    ----------
    chosen : argparse.Namespace
        Of `add_reading`.

    Returns
    -------
    pandas.DataFrame, dict
    """
    import pandas as pd

    from annolib.tables.files import read_file
    from annolib.tables.judgements import with_truths
    from annolib.tables.names import find_names

    source, reading = read_source(chosen)
    table = source if isinstance(source, pd.DataFrame) else read_file(chosen.file)
    names, *_ = find_names(list(table.columns), reading["by"], named=reading.pop("columns", None))
    kept = table[[*names.values(), *reading["by"]]].set_axis([*names, *reading["by"]], axis=1)
    if isinstance(source, pd.DataFrame) and chosen.format is not None:  # what a reader adds, such as both_bad
        kept = kept.join(
            table[[name for name in table.columns if name not in {*names.values(), *kept.columns}]]
        )
    return (with_truths(kept) if reading["expert"] is None else kept), reading


def refuse_empty(judgements, file):
    """Say that a table without any judgement says nothing; `judgements` is how many were read.

    Examples
    --------
    >>> refuse_empty(1, "own.csv")
    >>> refuse_empty(0, "own.csv")
    Traceback (most recent call last):
        ...
    ValueError: no judgement was found in 'own.csv'. Export it again, with its rows.
    """
    if not judgements:
        raise ValueError(f"no judgement was found in {file!r}. Export it again, with its rows.")


def translate(table, columns, values):
    """The table with its labels by what the options say of them.

    Examples
    --------
    >>> import pandas as pd
    >>> translate(pd.DataFrame({"pick": ["A", "B"]}), {"label": "pick"}, {"A": "left", "B": "tie"})["pick"].tolist()
    ['left', 'tie']
    """
    from annolib.tables.names import ALIASES

    own = next(
        (name for name in (columns.get("label"), "label", *ALIASES["label"]) if name in table.columns), None
    )
    if own is None:
        raise ValueError(
            "--values is about the label, which is no column. Say which it is: --columns label=COLUMN"
        )
    seen = table[own].dropna()
    strange = sorted({str(entry) for entry in seen.unique()} - set(values))
    if strange:
        raise ValueError(
            f"--values does not say what {strange[0]!r} in column {own!r} means. Add {strange[0]}=tie, say."
        )
    return table.assign(**{own: table[own].map(lambda entry: values.get(str(entry)), na_action="ignore")})


@contextmanager
def warnings_in_lines(command):
    """Warnings of readers, such as how many rows were left out, as single lines on standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, UserWarning):
            print(f"annolib {command}: {' '.join(str(warning.message).split())}", file=sys.stderr)


def _read_export(chosen, columns, values):
    """The tidy table of a tool's export."""
    from annolib.imports import named

    entry = named(chosen.format)
    options = {**columns, **{name: _literal(value) for name, value in chosen.set}}
    options |= {"labels": values} if values else {}
    options |= {"skip": True} if chosen.skip else {}
    known = [name for name in inspect.signature(entry.reader).parameters if name != "source"]
    strange = [name for name in options if name not in known]
    if strange:
        raise ValueError(f"--format {entry.name} takes no {strange[0]!r}; it takes {', '.join(known)}.")
    return entry(chosen.file, **options)


def _literal(text):
    """A value as Python writes it; what is none is text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
