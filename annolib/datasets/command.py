"""The command behind `python3 datasets`."""

from __future__ import annotations

import argparse

from annolib.datasets import fetching, registry, shipped
from annolib.datasets.registry import DataError, cache_folder, info, names, shipped_folder
from annolib.datasets.twin import simulate as twin

_CAME_WITH = "comes with the course"


def main(arguments):
    """Run the command and return its exit code: 0 all well, 1 something is wrong (2 is argparse's, for usage).

    Examples
    --------
    >>> main(["verify", "twin"])
    twin: twin.csv ok
    0
    """
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except DataError as error:
        print(error)
        return 1


def _parser():
    parser = argparse.ArgumentParser(prog=registry.command(), description="The data of the course.")
    parser.set_defaults(run=_list)
    commands = parser.add_subparsers(metavar="COMMAND")
    for run, name, words in (
        (_list, "list", "name, title, licence, size and state of every data set (the default)"),
        (_fetch, "fetch", "download a data set into the cache and check it"),
        (_verify, "verify", "check the files of one data set or of all"),
        (_add_local, "add-local", "take the files of a data set from a folder of yours"),
        (_figures, "figures", "recompute the shipped tables from the real files and say if they differ"),
        (_twin, "twin", "simulate the twin again and say if the shipped tables differ"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if run in (_fetch, _add_local):
            command.add_argument("name", choices=names())
        if run is _verify:
            command.add_argument("name", nargs="?", choices=names())
        if run is _add_local:
            command.add_argument("folder")
        if run in (_figures, _twin):
            command.add_argument("--write", action="store_true", help="write them where they differ")
    return parser


def _list(chosen):
    rows = [("NAME", "TITLE", "LICENCE", "SIZE", "STATE")]
    for name in names():
        entry = info(name)
        rows.append((name, entry.title, entry.licence, _size(entry), _state(entry)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, [*widths, 0], strict=True)))
    print(f"\nCache: {cache_folder()}\nCards: {shipped_folder()}")
    return 0


def _size(entry):
    try:
        return f"{entry.bytes / 1e6:.2f} MB"
    except OSError:
        return "?"


def _state(entry):
    states = fetching.verify(entry.name)
    if set(states.values()) == {"ok"}:
        return "in the cache" if entry.kind == "real" else _CAME_WITH
    if set(states.values()) == {"missing"}:
        return "not fetched" if entry.kind == "real" else "missing: restore it"
    return "; ".join(f"{file}: {state}" for file, state in states.items() if state != "ok")


def _fetch(chosen):
    folder = fetching.fetch(chosen.name)
    how = "checked and ready in" if info(chosen.name).kind == "real" else f"{_CAME_WITH}, in"
    print(f"{chosen.name}: {how} {folder}")
    return 0


def _verify(chosen):
    """Everything that is there must be whole; what was never fetched is no fault unless it was asked for."""
    faults = 0
    for name in [chosen.name] if chosen.name else names():
        states = fetching.verify(name)
        absent = set(states.values()) == {"missing"} and info(name).kind == "real"
        faults += any(state != "ok" for state in states.values()) and not (absent and not chosen.name)
        for file, state in states.items():
            print(f"{name}: {file} {state}")
    return int(faults > 0)


def _add_local(chosen):
    print(f"{chosen.name}: checked and copied to {fetching.add_local(chosen.name, chosen.folder)}")
    return 0


def _figures(chosen):
    return _compare(shipped.compute_tables(fetching.need_files("llmfao")), chosen.write)


def _twin(chosen):
    return _compare(twin.shipped_tables(), chosen.write)


def _compare(tables, write):
    differ = shipped.differences(tables)
    for name, difference in differ.items():
        print(f"{name}: {difference or 'as shipped'}")
    if write:
        shipped.write_tables({name: tables[name] for name, difference in differ.items() if difference})
    return int(any(differ.values()) and not write)
