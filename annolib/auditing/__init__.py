"""From a table of judgements to a report on each annotator (lesson 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Audit": "report",
    "audit": "report",
    "balance_golden": "golden_questions",
    "balanced_pass_rates": "golden_questions",
    "Discoveries": "discoveries",
    "evidence_of": "pool",
    "find_annotators": "discoveries",
    "golden_checks": "golden_questions",
    "golden_items": "golden_questions",
    "GoldenChecks": "golden_questions",
    "pool_monitors": "pool",
    "separation": "golden_questions",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
