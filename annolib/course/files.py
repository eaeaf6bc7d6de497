"""Files that appear whole or not at all: written hidden beside their place, then moved there in one step.

Standard library only.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager

_PART = ".handing-out-"


def replace(path, content, unchanged):
    """Put `content` in the place of the file `path` in one step if `unchanged()` to the last moment; say whether."""
    if not unchanged():
        return False
    part = _part(path, content)
    if not unchanged():
        part.unlink()
        return False
    os.replace(part, path)
    return True


def overwrite(path, content):
    """Put `content` at `path` in one step, whatever is there."""
    os.replace(_part(path, content), path)


def create(path, content):
    """Put `content` at `path` in one step if nothing is there; say whether it was done."""
    part = _part(path, content)
    try:
        os.link(part, path)  # fails where a file is, unlike a rename
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if os.path.lexists(path):
            return False
        os.rename(part, path)
        return True
    finally:
        part.unlink(missing_ok=True)
    return True


def _part(path, content):
    """Write `content` to a hidden file beside `path`, through to the disk; return that file's path."""
    part = path.with_name(_PART + path.name)
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return part


def sweep(folders):
    """Remove what an interrupted run has left half written; the lock is held, so nobody is writing it."""
    for folder in folders:
        for part in folder.glob(_PART + "*"):
            part.unlink()


@contextmanager
def locked(path, waiting=lambda: None, patience=None):
    """Hold the lock file `path`; while another process holds it, wait, after calling `waiting()` once.

    Yields the open file descriptor: a child process that inherits it keeps the lock if this process is killed. The
    holder's number stands in the file: see `holder_of`. A file system without locks is used without one.

    Parameters
    ----------
    path : path
    waiting : callable
    patience : float, optional
        Seconds to wait; None for as long as it takes.

    Raises
    ------
    TimeoutError
        If another process still holds it then.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try_lock(descriptor):
            waiting()
            started = time.monotonic()
            while not _try_lock(descriptor):
                if patience is not None and time.monotonic() - started > patience:
                    raise TimeoutError(f"{path} is held by another process")
                time.sleep(0.2)
        _write_holder(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def holder_of(path):
    """The number of the process that wrote itself into the lock file last, or None."""
    try:
        with open(path, "rb") as stream:
            stream.seek(1)  # on Windows the first byte is the lock and cannot be read
            return int(stream.read(20))
    except (OSError, ValueError):
        return None


def _write_holder(descriptor):
    try:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f" {os.getpid()}".encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        pass  # a full disk: only the name of the holder is lost


def _try_lock(descriptor):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # no locks on this file system
    return True
