"""From an audit to what to do: whom to talk to, what is open, what more checks would buy (lesson 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "decide": "decision",
    "Decision": "decision",
    "more_checks": "checks_to_add",
    "MoreChecks": "checks_to_add",
    "open_cases": "undecided",
    "people_to_talk_to": "priorities",
    "signs_of": "priorities",
    "verdicts_by_strength": "strengths",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
