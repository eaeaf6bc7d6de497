"""What data there are, where they come from and where they lie: the registry and the two folders."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path


class DataError(RuntimeError):
    """Data that are missing, altered or cannot be fetched: the message says which and what to do."""


@dataclass(frozen=True)
class File:
    """One file of a data set: its name, and for a real one its pinned address, size and checksum."""

    name: str
    url: str = ""
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Entry:
    """One data set of the registry.

    Attributes
    ----------
    name, title : str
    kind : str
        "real" (fetched into the cache) or "shipped" (a small table in the repository).
    licence, citation, url : str
        The terms, whom to cite, and the page of the origin at the pinned commit.
    card : str
        The file name of the data card, in `shipped_folder()`.
    files : tuple of File
    """

    name: str
    title: str
    kind: str
    licence: str
    citation: str
    url: str
    card: str
    files: tuple[File, ...]

    @property
    def bytes(self):
        """The size of all files, in bytes."""
        return sum(file.bytes or shipped_folder().joinpath(file.name).stat().st_size for file in self.files)


def command() -> str:
    """How the command for the data is started here: in the repository, or where the package was installed by itself."""
    return "annolib datasets" if shipped_folder().parent.name == "annolib" else "python3 datasets"


def shipped_folder() -> Path:
    """The folder with the registry, the data cards and the small tables: `datasets/` of a checkout, or the
    copy inside the installed package."""
    checkout = Path(__file__).resolve().parents[2] / "datasets"
    if (checkout / "registry.json").is_file():
        return checkout
    return Path(str(resources.files("annolib") / "shipped"))


def cache_folder() -> Path:
    """Where fetched data lie, one folder per data set: `ANNOLIB_DATA` if set, else `datasets/cache` of a
    checkout, else the user's cache folder.

    Raises
    ------
    DataError
        If `ANNOLIB_DATA` names a place that cannot be followed: a loop of links, or an unknown user.
    """
    chosen = os.environ.get("ANNOLIB_DATA")
    if chosen:
        try:
            return Path(chosen).expanduser().resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise DataError(
                f"ANNOLIB_DATA cannot be followed: {error}. Set it to a folder of yours."
            ) from None
    checkout = Path(__file__).resolve().parents[2] / "datasets"
    if (checkout / "registry.json").is_file():
        return checkout / "cache"
    import pooch

    return Path(pooch.os_cache("annolib"))


def names() -> tuple[str, ...]:
    """The names of all data sets, the real ones first.

    Examples
    --------
    >>> names()[:2]
    ('llmfao', 'pandalm')
    """
    return tuple(_registry())


def info(name):
    """The registry's entry for a data set.

    Examples
    --------
    >>> info("llmfao").licence
    'CC BY 4.0'
    >>> info("llmfoa")
    Traceback (most recent call last):
        ...
    ValueError: name must be one of llmfao, pandalm, llmfao-workers, llmfao-items, llmfao-models, \
llmfao-repeats, llmfao-labels, llmfao-features, llmfao-evidence, llmfao-golden, llmfao-pairs, twin, twin-truth; saw 'llmfoa'.
    """
    if name not in _registry():
        raise ValueError(f"name must be one of {', '.join(names())}; saw {name!r}.")
    return _registry()[name]


@cache
def _registry():
    with open(shipped_folder() / "registry.json", encoding="utf-8") as source:
        raw = json.load(source)
    return {
        name: Entry(name, **{**fields, "files": tuple(File(**file) for file in fields["files"])})
        for name, fields in raw.items()
    }
