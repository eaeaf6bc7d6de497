"""Get real files into the cache, checked before anything uses them.

A file is written beside its place, checked against its sha256 and only then moved into it. So a file in its
place is whole, whatever was interrupted; what is whole is not fetched again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from annolib.datasets.registry import DataError, cache_folder, command, info, shipped_folder


def fetch(name, progress=True):
    """Download a real data set into the cache, with a progress bar, and check it.

    Files that are there and whole are kept. Returns the folder. For a shipped table there is nothing to do.

    Raises
    ------
    DataError
        Without a network, or if what came is not the file that the registry pins.
    """
    return fetch_entry(info(name), cache_folder(), progress)


def verify(name) -> dict:
    """Check the files of a data set against the registry.

    Returns
    -------
    dict
        File name → "ok", "missing", or what is wrong with it.
    """
    entry = info(name)
    return {file.name: _state(file, _folder(entry, cache_folder())) for file in entry.files}


def available(name) -> bool:
    """Whether a data set can be used without a network: all its files are there and whole.

    Examples
    --------
    >>> available("twin")
    True
    """
    return all(state == "ok" for state in verify(name).values())


def add_local(name, folder):
    """Take the files of a real data set from a folder of yours: checked first, then copied into the cache.

    Nothing is copied unless every file is there and whole. Returns the data set's folder in the cache.

    Raises
    ------
    DataError
        If a file is missing or is not the one that the registry pins.
    """
    return add_local_entry(info(name), cache_folder(), folder)


def need_files(name):
    """The folder with the checked files of a data set; fetches what is not there.

    Raises
    ------
    DataError
        If a file is altered or cannot be fetched.
    """
    entry, cache = info(name), cache_folder()
    folder = _folder(entry, cache)
    states = {file.name: _state(file, folder) for file in entry.files}
    wrong = {file: state for file, state in states.items() if state not in ("ok", "missing")}
    if wrong:
        seen = "; ".join(f"{file}: {state}" for file, state in wrong.items())
        raise DataError(
            f"{name} in {folder} cannot be used: {seen}. Run `{command()} fetch {name}` to replace it."
        )
    return folder if "missing" not in states.values() else fetch_entry(entry, cache, progress=True)


def fetch_entry(entry, cache, progress):
    """As `fetch`, for any registry entry and cache folder."""
    folder = _folder(entry, cache)
    for file in entry.files:
        if entry.kind != "real" or _state(file, folder) == "ok":
            continue
        with _incoming(cache) as waiting:
            _download(entry, file, waiting, progress)
            _move(waiting / file.name, folder / file.name)
    return folder


def add_local_entry(entry, cache, folder):
    """As `add_local`, for any registry entry and cache folder."""
    if entry.kind != "real":
        raise DataError(f"{entry.name} comes with the repository; there is nothing to add.")
    source, target = _given_folder(entry, folder), _folder(entry, cache)
    states = {file.name: _state(file, source) for file in entry.files}
    if set(states.values()) != {"ok"}:
        seen = "; ".join(f"{file}: {state}" for file, state in states.items() if state != "ok")
        raise DataError(
            f"{source} does not hold {entry.name} as published, nothing was copied: {seen}. See {entry.url}"
        )
    with _incoming(cache) as waiting:
        for file in entry.files:
            _copy(source / file.name, waiting / file.name)
            if _state(file, waiting) != "ok":
                raise DataError(f"{file.name} changed while it was copied; nothing was added. Try again.")
        for file in entry.files:
            _move(waiting / file.name, target / file.name)
    return target


def _folder(entry, cache):
    return Path(cache) / entry.name if entry.kind == "real" else shipped_folder()


def _state(file, folder):
    """ "ok", "missing", or what is wrong with the file in that folder."""
    path = Path(folder) / file.name
    try:
        return _looked_at(file, path)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"


def _looked_at(file, path):
    if not path.is_file():
        return "missing"
    if not file.sha256:
        return "ok"
    size = path.stat().st_size
    if size != file.bytes:
        kind = "truncated" if size < file.bytes else "too long"
        return f"{kind} ({size:,} bytes instead of {file.bytes:,})"
    with open(path, "rb") as source:
        seen = hashlib.file_digest(source, "sha256").hexdigest()
    return "ok" if seen == file.sha256 else f"altered (sha256 {seen[:12]}… instead of {file.sha256[:12]}…)"


def _download(entry, file, waiting, progress):
    import pooch
    import requests

    downloader = pooch.HTTPDownloader(progressbar=progress, timeout=30)
    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(file.url, f"sha256:{file.sha256}", file.name, waiting, downloader=downloader)
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        altered = isinstance(error, ValueError) and "hash" in str(error)
        reason = (
            "what came is not the file that the registry pins (its sha256 differs)"
            if altered
            else _reason(error)
        )
        raise DataError(
            f"{entry.name}: could not fetch {file.name} from {file.url}: {reason}. Nothing unchecked was kept. "
            f"Ways to go on: with a network, `{command()} fetch {entry.name}`; with the files from elsewhere, "
            f"`{command()} add-local {entry.name} FOLDER`; without them, the simulated twin that comes with "
            "the course, al.datasets.load('twin')."
        ) from error


def _reason(error):
    import requests

    if isinstance(error, requests.exceptions.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke before the end of the file"
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    return f"{type(error).__name__}: {error}"


@contextmanager
def _incoming(cache):
    """A folder on the cache's disk that goes away again; what a killed process left a day ago goes too."""
    cache = Path(cache)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".incoming-", dir=cache))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"cannot write to the cache {cache} ({reason}). Set ANNOLIB_DATA to a folder of yours."
        raise DataError(message) from error
    for old in cache.glob(".incoming-*"):
        with suppress(OSError):  # another process may have removed it
            if time.time() - old.stat().st_mtime > 24 * 3600:
                shutil.rmtree(old, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _given_folder(entry, folder):
    """The folder that somebody named, or a DataError that says why it is none."""
    try:
        source = Path(folder).expanduser()
        if source.is_dir():
            return source
        reason = "is none"
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: an unknown user
        source, reason = folder, f"cannot be looked at: {getattr(error, 'strerror', None) or error}"
    raise DataError(f"folder must be a folder that holds the files of {entry.name}; {source} {reason}.")


def _copy(source, target):
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise DataError(f"{source} could not be copied to the cache: {error}. Nothing was added.") from error


def _move(source, target):
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    except OSError as error:
        message = f"cannot write {target} in the cache: {error}. Make room, or set ANNOLIB_DATA to a folder of yours."
        raise DataError(message) from error
