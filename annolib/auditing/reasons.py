"""What stands beside a verdict: reasons to doubt it or to look closer, one test each.

Every test is exact and made at the audit's error rate for each annotator alone: with many annotators some reasons
are chance.
"""

from __future__ import annotations

import numpy as np

from annolib.estimation.effort import AT_CEILING, NO_CHECKS
from annolib.numerics.tails import lower_tail, upper_tail

NOT_IDENTIFIED = "the monitor has strength zero"
TOO_FEW = "too few checks for any verdict"
TOO_FEW_FOR_CAREFUL = "too few checks to be called careful"
TOO_FEW_FOR_CARELESS = "too few checks to be called careless"
HARD_ITEMS = "hard items would explain the failures"
CLEAR_ITEMS = "clear items would explain the passes"
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
    TOO_FEW_FOR_CAREFUL,
    TOO_FEW_FOR_CARELESS,
    HARD_ITEMS,
    CLEAR_ITEMS,
)
REASONS += (SAME_SIDE, SIDES_DISAGREE, TIE_HABIT, OWN_CHANCE, MISFIT, BELOW_CHANCE, CEILING)


def reasons(frame, tests, limits, error_rate):
    """Which reasons hold for which annotator.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an annotator: counted, fewest, most, status, verdict, and the columns of a tally.
    tests : annolib.auditing.verdicts.Tests
    limits : annolib.auditing.strength.StrengthLimits
    error_rate : float

    Returns
    -------
    dict of str to ndarray of bool
        In the order of `REASONS`.
    """
    counted, open_ = tests.counted, (frame["verdict"] == "undecided").to_numpy()
    some, alone = counted > 0, _each_alone(tests)
    identified = some & (tests.monitor.gain != 0)
    found = {NO_CHECKS: ~some, NOT_IDENTIFIED: some & (tests.monitor.gain == 0)}
    found |= _too_few(tests, limits, error_rate, identified & open_)
    weakest = min(limits.low, limits.crowd, key=abs)
    at = {end: alone.careless(end) <= error_rate for end in (limits.high, weakest)}
    found[HARD_ITEMS] = identified & at[limits.high] & ~at[weakest]
    at = {end: alone.careful(end) <= error_rate for end in (limits.low, limits.high)}
    found[CLEAR_ITEMS] = identified & at[limits.low] & ~at[limits.high]
    found |= habits(frame, error_rate)
    above = alone.careful(limits.high, habits=False) <= error_rate
    found[OWN_CHANCE] = identified & above & (tests.habit > error_rate)
    found[MISFIT] = identified & (
        upper_tail(tests.fewest, counted, tests.success(limits.high, 1.0)) <= error_rate
    )
    found[BELOW_CHANCE] = identified & (lower_tail(tests.most, counted, tests.success(0)) <= error_rate)
    found[CEILING] = (frame["status"] == AT_CEILING).to_numpy() & ~found[MISFIT] & ~found[TOO_FEW]
    return found


def _each_alone(tests):
    """The same tests without any control of false discoveries."""
    import copy

    alone = copy.copy(tests)
    alone.false_discovery = False
    return alone


def _too_few(tests, limits, error_rate, among):
    """Even the best record would not show enough effort; even the worst would not show too little."""
    best, worst = tests.success(limits.high), 1 - tests.success(limits.low)
    careful = best**tests.counted > error_rate - limits.high_error
    careless = worst**tests.counted > error_rate - limits.low_error
    return {
        TOO_FEW: among & careful & careless,
        TOO_FEW_FOR_CAREFUL: among & careful & ~careless,
        TOO_FEW_FOR_CARELESS: among & careless & ~careful,
    }


def habits(frame, error_rate):
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
        SAME_SIDE: ((left == 0) | (right == 0)) & (2 * np.power(0.5, sided) <= error_rate),
        SIDES_DISAGREE: (pairs > 0) & (by_luck <= error_rate),
        TIE_HABIT: upper_tail(ties, judgements, 0.5) <= error_rate,
    }
