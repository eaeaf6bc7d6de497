"""The tidy table of judgements: read, checked, counted; the one place that touches data frames (lessons 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "ALIASES": "names",
    "find_names": "names",
    "Judgements": "judgements",
    "read_judgements": "judgements",
    "TableError": "refusals",
    "Tally": "tallies",
    "tally": "tallies",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
