"""What stands beside a verdict: reasons to doubt it or to look closer, one test each.

Every test is exact and made at the audit's error rate for each annotator alone: with many annotators some reasons
are chance.
"""

from __future__ import annotations

from annolib.estimation.effort import AT_CEILING, NO_CHECKS
from annolib.numerics.tails import lower_tail, upper_tail

NOT_IDENTIFIED = "the monitor has strength zero"
TOO_FEW = "too few checks for any verdict"
TOO_FEW_FOR_OK = "too few checks to be called ok"
TOO_FEW_FOR_CARELESS = "too few checks to be called careless"
SAME_SIDE = "always the same side"
SIDES_DISAGREE = "repeats disagree when sides are swapped"
TIE_HABIT = "mostly ties"
OWN_CHANCE = "agreement explained by the own mix of labels"
CEILING = "at the ceiling"
MISFIT = "passes more than full effort explains"
BELOW_CHANCE = "passes less than no effort explains"
REASONS = (
    NO_CHECKS,
    NOT_IDENTIFIED,
    TOO_FEW,
    TOO_FEW_FOR_OK,
    TOO_FEW_FOR_CARELESS,
    SAME_SIDE,
    SIDES_DISAGREE,
)
REASONS += (TIE_HABIT, OWN_CHANCE, CEILING, MISFIT, BELOW_CHANCE)


def doubts(frame, monitor, required, error_rate):
    """Which reasons hold for which annotator.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an annotator: passes, checks, status, verdict, above_p (of the test against the required effort
        alone), habit_p (of the test against the own mix of labels), and the columns of a tally.
    monitor : Monitor
    required, error_rate : float

    Returns
    -------
    dict of str to ndarray of bool
        In the order in which a report names them.
    """
    passes, checks = frame["passes"].to_numpy(), frame["checks"].to_numpy()
    some, open_ = checks > 0, (frame["verdict"] == "undecided").to_numpy()
    first, last = sorted((monitor.chance, monitor.ceiling))
    found = {NO_CHECKS: ~some, NOT_IDENTIFIED: some & (first == last)}
    identified = some & (first < last)
    found |= _too_few(checks, monitor, required, error_rate, identified & open_)
    found |= _habits(frame, error_rate)
    if "habit_p" in frame:
        found[OWN_CHANCE] = ((frame["above_p"] <= error_rate) & (frame["habit_p"] > error_rate)).to_numpy()
    found[MISFIT] = identified & (upper_tail(passes, checks, last) <= error_rate)
    found[BELOW_CHANCE] = identified & (lower_tail(passes, checks, first) <= error_rate)
    found[CEILING] = (frame["status"] == AT_CEILING).to_numpy() & ~found[MISFIT] & ~found[TOO_FEW]
    return found


def _too_few(checks, monitor, required, error_rate, among):
    """Even the best record would not show enough effort; even the worst would not show too little."""
    q = monitor.pass_probability(required)
    best, worst = (q, 1 - q) if monitor.ceiling > monitor.chance else (1 - q, q)
    ok, careless = best**checks > error_rate, worst**checks > error_rate
    return {
        TOO_FEW: among & ok & careless,
        TOO_FEW_FOR_OK: among & ok & ~careless,
        TOO_FEW_FOR_CARELESS: among & careless & ~ok,
    }


def _habits(frame, error_rate):
    """What the labels show without any check."""
    from scipy.stats import hypergeom

    left, right, ties, judgements = (
        frame[name].to_numpy() for name in ("left", "right", "ties", "judgements")
    )
    sided = left + right
    pairs = frame["same_pairs"].to_numpy() + frame["swapped_pairs"].to_numpy()
    agreements = frame["same_agreements"].to_numpy() + frame["swapped_agreements"].to_numpy()
    by_luck = hypergeom.sf(
        frame["same_agreements"].to_numpy() - 1, pairs, agreements, frame["same_pairs"].to_numpy()
    )
    return {
        SAME_SIDE: ((left == 0) | (right == 0)) & (2 * 0.5**sided <= error_rate),
        SIDES_DISAGREE: (pairs > 0) & (by_luck <= error_rate),
        TIE_HABIT: upper_tail(ties, judgements, 0.5) <= error_rate,
    }
