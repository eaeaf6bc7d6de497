"""More than two judgements of an item: pairs that are dependent, and intervals that know it (lessons 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "BOOTSTRAP": "bootstrap",
    "bootstrap_effort": "bootstrap",
    "EFFECTIVE_CHECKS": "effective_checks",
    "estimate_effort_from_repeats": "effective_checks",
    "pair_counts": "bootstrap",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
