"""From an audit to pay: how many checks, which contract, in which words (lesson 13)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "PayPlan": "plan",
    "design_pay": "design",
    "for_checks": "clauses",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
