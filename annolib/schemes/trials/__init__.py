"""A contract before it is signed: whom it stops, what it leaves, how it stands beside others, a crowd to learn on (lesson 13)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Desk": "desk",
    "StressTest": "stress",
    "UnseenCrowd": "unseen",
    "stress_test": "stress",
    "unseen_crowd": "unseen",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
