"""From counts of passed checks to verdicts: exact tests against a required effort, one annotator a row."""

from __future__ import annotations

import numpy as np

from annolib.auditing.reasons import doubts
from annolib.estimation.effort import estimate_effort
from annolib.monitors.many_labels import ExpertLabels, GoldenLabels
from annolib.monitors.two_labels import Expert, Golden
from annolib.numerics.tails import lower_tail, upper_tail

CARELESS, OK, UNDECIDED = "careless", "ok", "undecided"
VERDICTS = (CARELESS, OK, UNDECIDED)


def judge(frame, monitor, required, error_rate, false_discovery):
    """The counts of a tally with estimate, interval, p-values, verdict and reasons, see `annolib.audit`."""
    stem = checks_of(monitor)
    frame = frame.assign(
        passes=frame[f"{stem}_agreements"],
        checks=frame["repeat_pairs" if stem == "repeat" else "expert_checks"],
    )
    found = estimate_effort(frame["passes"], frame["checks"], monitor, 1 - 2 * error_rate, "clopper-pearson")
    frame = frame.assign(**{name: getattr(found, name) for name in ("effort", "low", "high", "status")})
    careless, ok = _p_values(frame, monitor, required)
    frame["above_p"] = ok
    if stem == "repeat":
        chance = frame["chance_agreement"].fillna(1).clip(upper=1)
        frame["habit_p"] = upper_tail(frame["passes"], frame["checks"], chance)
        ok = np.maximum(ok, frame["habit_p"])
    checked = (frame["checks"] > 0).to_numpy()
    if false_discovery:
        careless, ok = _adjusted(careless, checked), _adjusted(ok, checked)
    frame = frame.assign(careless_p=careless, ok_p=ok)
    verdict = np.where(careless <= error_rate, CARELESS, np.where(ok <= error_rate, OK, UNDECIDED))
    frame["verdict"] = verdict.astype(object)
    reasons = doubts(frame, monitor, required, error_rate)
    frame["reasons"] = [
        "; ".join(name for name in reasons if reasons[name][row]) for row in range(len(frame))
    ]
    return frame


def _p_values(frame, monitor, required):
    """Of the two tests: is effort below the required one, is it above?"""
    passes, checks = frame["passes"].to_numpy(), frame["checks"].to_numpy()
    if monitor.gain == 0:
        return np.ones(len(frame)), np.ones(len(frame))
    q = monitor.pass_probability(required)
    tails = lower_tail(passes, checks, q), upper_tail(passes, checks, q)
    return tails if monitor.gain > 0 else tails[::-1]


def _adjusted(p, checked):
    from scipy.stats import false_discovery_control

    adjusted = np.ones(p.size)
    if checked.any():
        adjusted[checked] = false_discovery_control(np.asarray(p)[checked])
    return adjusted


def checks_of(monitor):
    """Whose labels a check compares: "repeat" or "expert"."""
    return "expert" if isinstance(monitor, (Expert, Golden, ExpertLabels, GoldenLabels)) else "repeat"
