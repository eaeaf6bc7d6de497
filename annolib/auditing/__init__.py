"""From a table of judgements to a report on each annotator (lesson 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Audit": "report",
    "audit": "report",
    "Discoveries": "discoveries",
    "find_annotators": "discoveries",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
