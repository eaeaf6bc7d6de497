"""What one check is and what it says about effort: repeats, experts, peers, golden questions (lessons 04, 05 and 06)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "checks_to_buy": "comparison",
    "Expert": "two_labels",
    "ExpertLabels": "many_labels",
    "Golden": "two_labels",
    "GoldenLabels": "many_labels",
    "habit_agreement": "habits",
    "effort_despite_habit": "habits",
    "information_table": "comparison",
    "ItemChecks": "known_items",
    "label_pull": "many_labels",
    "label_variance": "habits",
    "Monitor": "base",
    "MonitorPrior": "evidence.unknown_strength",
    "MonitorRange": "evidence.unknown_strength",
    "Outcomes": "evidence.outcomes",
    "PassCurve": "evidence.curve",
    "Peer": "two_labels",
    "PeerLabels": "many_labels",
    "self_consistency_margin": "comparison",
    "SelfConsistency": "two_labels",
    "SelfConsistencyLabels": "many_labels",
    "shared_concentration": "many_labels",
    "winning_efforts": "comparison",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
