"""From passes to effort, with an interval that says what it assumes (lessons 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "as_frozen": "effort",
    "AT_CEILING": "effort",
    "AT_CHANCE": "effort",
    "bootstrap_effort": "repeats.bootstrap",
    "combine_evidence": "evidence.combined",
    "CombinedEvidence": "evidence.combined",
    "common_index": "effort",
    "Correlation": "correlation",
    "coverage": "interval_coverage",
    "coverage_table": "interval_coverage",
    "effort_interval": "effort",
    "EffortEstimate": "effort",
    "EffortRatio": "unknown_strength",
    "estimate_effort": "effort",
    "estimate_effort_by_item": "known_items",
    "estimate_effort_from_pool": "unknown_strength",
    "estimate_effort_from_repeats": "repeats.effective_checks",
    "estimate_message": "effort",
    "Evidence": "evidence.checks",
    "flip_strengths": "sensitivity",
    "NO_CHECKS": "effort",
    "NOT_IDENTIFIED": "effort",
    "OK": "effort",
    "pair_counts": "repeats.bootstrap",
    "rank_correlation": "correlation",
    "ratio_coverage": "interval_coverage",
    "relative_effort": "unknown_strength",
    "repeat_coverage": "interval_coverage",
    "STATUSES": "effort",
    "StrengthSensitivity": "sensitivity",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
