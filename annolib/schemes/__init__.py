"""From an audit to pay: how many checks, which contract, in which words (lesson 13)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "Desk": "trials.desk",
    "Kind": "kinds",
    "PayPlan": "plan",
    "StressTest": "trials.stress",
    "UnseenCrowd": "trials.unseen",
    "design_pay": "design",
    "for_checks": "clauses",
    "stress_test": "trials.stress",
    "unseen_crowd": "trials.unseen",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
