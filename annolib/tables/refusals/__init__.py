"""How a table is refused: what is wrong, what it probably means, and the fix in the words of its library (all lessons that load a table)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Fault": "faults",
    "TableError": "faults",
    "bad_rows": "faults",
    "refusal": "faults",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
