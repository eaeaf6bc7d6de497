"""All checks of one person in one likelihood: repeats, golden questions, experts, peers (lesson 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "combine_evidence": "combined",
    "CombinedEvidence": "combined",
    "Evidence": "checks",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
