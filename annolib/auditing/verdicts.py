"""From counts of passed checks to verdicts: exact tests against a required effort, one annotator a row.

With X successes in n checks and success probability q(η, s) at effort η and strength s, the required effort η₀ is tested
twice. Accusing takes the weakest checks there may be: P(at most X | q(η₀, s_low)). Clearing takes the strongest:
P(at least X | q(η₀, s_high)). An error of the limits themselves is added (`annolib.auditing.strength`).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainccinv, betaincinv

from annolib.auditing.reasons import reasons
from annolib.auditing.strength import largest_strength, with_strength
from annolib.estimation.effort import NO_CHECKS, NOT_IDENTIFIED, estimate_effort
from annolib.monitors.many_labels import ExpertLabels, GoldenLabels
from annolib.monitors.two_labels import Expert, Golden
from annolib.numerics.tails import lower_tail, upper_tail
from annolib.planning.hypotheses import CAREFUL, CARELESS, UNDECIDED, success_probability

_STRENGTHS = np.linspace(
    0, 1, 201
)  # of the largest: where verdicts with a false discovery rate are looked up


def checks_of(monitor):
    """Whose labels a check compares: "repeat" or "expert"."""
    return "expert" if isinstance(monitor, (Expert, Golden, ExpertLabels, GoldenLabels)) else "repeat"


def count_checks(frame, monitor, clusters=None):
    """The tally's frame with passes and checks; and what they count as in the tests.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of a tally.
    monitor : Monitor
    clusters : pandas.DataFrame, optional
        The tally's clusters of checks that are not independent, by worker: each then counts as one check, which
        passes in part. Of what passes in part the worse half is rounded away in either test.

    Returns
    -------
    pandas.DataFrame
        With passes, checks; counted (independent checks), fewest and most (successes among them); chance (the pass
        rate that the annotator's own mix of labels explains).
    """
    stem = checks_of(monitor)
    columns = f"{stem}_agreements", "repeat_pairs" if stem == "repeat" else "expert_checks"
    passes, checks = (frame[name] for name in columns)
    chance = frame["chance_agreement" if stem == "repeat" else "expert_chance"].fillna(1).clip(upper=1)
    frame = frame.assign(passes=passes, checks=checks, chance=chance)
    rates, counted = passes / checks.where(checks > 0, 1), checks
    if clusters is not None:
        some = clusters[clusters[columns[1]] > 0]
        by_worker = (some[columns[0]] / some[columns[1]]).groupby(level=0)
        rates = by_worker.mean().reindex(frame.index, fill_value=0)
        counted = by_worker.size().reindex(frame.index, fill_value=0)
    rates = 1 - rates if monitor.gain < 0 else rates
    won = (rates * counted).to_numpy()
    return frame.assign(
        counted=counted, fewest=np.floor(won + 1e-9).astype(int), most=np.ceil(won - 1e-9).astype(int)
    )


def judge(frame, monitor, required, error_rate, false_discovery, limits):
    """The counts of a tally with estimate, interval, p-values, verdict, its condition and reasons, see `annolib.audit`.

    Parameters
    ----------
    frame : pandas.DataFrame
        From `count_checks`.
    limits : annolib.auditing.strength.StrengthLimits
    """
    tests = Tests(frame, monitor, required, false_discovery)
    careless = np.minimum(tests.careless(limits.low) + limits.low_error, 1)
    careful = np.minimum(tests.careful(limits.high) + limits.high_error, 1)
    verdict = np.where(careless <= error_rate, CARELESS, np.where(careful <= error_rate, CAREFUL, UNDECIDED))
    below, above = tests.flips(error_rate - limits.high_error, error_rate - limits.low_error)
    frame = frame.assign(**_efforts(frame, monitor, limits, error_rate))
    frame = frame.assign(careless_p=careless, careful_p=careful, careful_below=below, careless_above=above)
    frame["verdict"] = verdict.astype(object)
    frame["holds"] = _conditions(frame, limits, largest_strength(monitor))
    found = reasons(frame, tests, limits, error_rate)
    frame["reasons"] = ["; ".join(name for name in found if found[name][row]) for row in range(len(frame))]
    return frame


def success_at(monitor, strength, effort):
    """Success probability at this effort if the monitor's checks have this strength.

    Examples
    --------
    >>> from annolib.monitors.two_labels import Expert
    >>> success_at(Expert(0.1), 0.2, 0.5), success_at(Expert(-0.1), -0.2, 0.5), success_at(Expert(0.1), 0, 1)
    (0.7, 0.7, 0.5)
    """
    if strength == 0 or monitor.gain == 0:
        return 1 - monitor.chance if monitor.gain < 0 else monitor.chance
    return float(success_probability(with_strength(monitor, strength), effort))


class Tests:
    """The two tests of everybody against the required effort, as functions of the strength."""

    __test__ = False  # no tests of the suite

    def __init__(self, frame, monitor, required, false_discovery):
        self.monitor, self.required, self.false_discovery = monitor, required, false_discovery
        self.counted, self.fewest, self.most = (
            frame[name].to_numpy() for name in ("counted", "fewest", "most")
        )
        own = frame["chance"].to_numpy()
        self.habit = upper_tail(self.fewest, self.counted, 1 - own if monitor.gain < 0 else own)

    def success(self, strength, effort=None):
        """Success probability at the required (or another) effort."""
        return success_at(self.monitor, strength, self.required if effort is None else effort)

    def careless(self, strength):
        """p-values of "effort is at least what is required"."""
        if self.monitor.gain == 0:
            return np.ones(self.counted.size)
        p = np.where(self.counted > 0, lower_tail(self.most, self.counted, self.success(strength)), 1.0)
        return self._adjusted(p)

    def careful(self, strength, habits=True):
        """p-values of "effort is at most what is required, or the own mix of labels explains the passes"."""
        if self.monitor.gain == 0:
            return np.ones(self.counted.size)
        p = upper_tail(self.fewest, self.counted, self.success(strength))
        return self._adjusted(np.maximum(p, self.habit) if habits else p)

    def _adjusted(self, p):
        from scipy.stats import false_discovery_control

        checked = self.counted > 0
        if not self.false_discovery or not checked.any():
            return p
        adjusted = np.ones(p.size)
        adjusted[checked] = false_discovery_control(p[checked])
        return adjusted

    def flips(self, careful_error, careless_error):
        """Careful for strengths below the first, careless above the second; NaN where there is no such strength.

        With a false discovery rate to within a two-hundredth of the largest strength, on the safe side.
        """
        if self.monitor.gain == 0:
            return np.full((2, self.counted.size), np.nan)
        most = largest_strength(self.monitor)
        if self.false_discovery:
            careful = np.array([self.careful(share * most) <= careful_error for share in _STRENGTHS])
            careless = np.array([self.careless(share * most) <= careless_error for share in _STRENGTHS])
            last, first = (
                careful.sum(axis=0) - 1,
                careless.argmax(axis=0),
            )  # both are monotone in the strength
            below = np.where(careful.any(axis=0), _STRENGTHS[last], np.nan)
            above = np.where(careless.any(axis=0), _STRENGTHS[first], np.nan)
            return below * most, above * most
        low, high = clopper_pearson(self.fewest, self.most, self.counted, careful_error, careless_error)
        chance = self.success(0)
        reach = (1 - chance) * self.required**self.monitor.power
        below, above = ((end - chance) / reach for end in (low, high))
        below = np.where((below > 0) & (self.habit <= careful_error), np.minimum(below, 1), np.nan)
        above = np.where((above < 1) & (self.counted > 0), np.maximum(above, 0), np.nan)
        return below * most, above * most


def clopper_pearson(fewest, most, counted, low_error, high_error):
    """Exact one-sided limits of a success probability, each with its own error."""
    low = np.where(fewest > 0, betaincinv(np.maximum(fewest, 1), counted - fewest + 1, low_error), 0.0)
    high = np.where(most < counted, betainccinv(most + 1, np.maximum(counted - most, 1), high_error), 1.0)
    return low, high


def _efforts(frame, monitor, limits, error_rate):
    """Estimate at the assumed strength; low at the largest strength, high at the smallest; status."""
    shown = with_strength(monitor, limits.assumed)
    found = estimate_effort(frame["passes"], frame["checks"], shown)
    known = ~np.isin(found.status, (NO_CHECKS, NOT_IDENTIFIED))
    low, high = clopper_pearson(
        *(frame[name].to_numpy() for name in ("fewest", "most", "counted")),
        error_rate - limits.high_error,
        error_rate - limits.low_error,
    )
    low, high = (1 - end if monitor.gain < 0 else end for end in (low, high))
    low = _effort_at(monitor, limits.high, low, 0.0)
    high = _effort_at(monitor, limits.low, high, 1.0)
    columns = {"effort": found.effort, "low": np.where(known, low, 0.0), "high": np.where(known, high, 1.0)}
    return columns | {"status": found.status}


def _effort_at(monitor, strength, rates, without):
    """Efforts behind pass rates at this strength; `without` where it is zero and says nothing."""
    if strength == 0:
        return np.full(rates.shape, without)
    return np.asarray(with_strength(monitor, strength).effort(rates))


def _conditions(frame, limits, most):
    """For which strengths each verdict holds, in words."""
    words = {
        CARELESS: [_side(limits.name, "above", end, 0) for end in frame["careless_above"]],
        CAREFUL: [_side(limits.name, "below", end, most) for end in frame["careful_below"]],
        UNDECIDED: [""] * len(frame),
    }
    return [words[verdict][row] for row, verdict in enumerate(frame["verdict"])]


def _side(name, side, end, whole):
    if abs(end - whole) < 1e-9:
        return f"for every {name}"
    return f"if {name} is {side} {abs(end):.3g}" + (" in size" if end < 0 else "")
