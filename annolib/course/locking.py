"""A lock between processes that the operating system lets go of when its holder dies.

Standard library only: it is used before anything is installed.
"""

import os
import time
from contextlib import contextmanager


@contextmanager
def locked(path, waiting=lambda: None):
    """Hold the lock file `path`; while another process holds it, wait, after calling `waiting()` once.

    Yields the open file descriptor: a child process that inherits it keeps the lock if this process is killed.
    A file system without locks is used without one.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _try_lock(descriptor):
            waiting()
            while not _try_lock(descriptor):
                time.sleep(0.2)
        yield descriptor
    finally:
        os.close(descriptor)


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
