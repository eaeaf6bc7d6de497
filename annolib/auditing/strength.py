"""How strong the checks are: known, within limits, from people who are trusted, or no weaker than the crowd shows.

A pass rate is effort times strength: few passes are little effort on clear items, or full effort on hard ones. So an
accusation must hold for the weakest checks there may be, and a clearance for the strongest.

The crowd itself bounds the strength from below, without any assumption about anybody's effort: nobody gives more than
full effort, so on items dealt at random the pass rate of all annotators together exceeds chance by at most the gain.
Only who agrees by a rule (the longer answer, say) would push this bound up; the tenth of the annotators that
passes most is left out of it therefore, which can only lower it.

References
----------
R. L. Berger, D. D. Boos, "P values maximized over a confidence set for the nuisance parameter", JASA 89 (1994),
doi:10.1080/01621459.1994.10476836 (the error of the limit is added to the error of the test).
W. Hoeffding, Ann. Math. Statist. 27 (1956), doi:10.1214/aoms/1177728178 (sums of unequal chances have thinner tails
than the binomial law with their mean).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from annolib.estimation.intervals import binomial_interval
from annolib.numerics.tails import upper_tail

SHARE = 0.1  # of the error rate that a limit of the strength estimated from counts may use up
LEFT_OUT = 0.1  # of the annotators with checks, those who pass most: some may follow a rule


@dataclass(frozen=True)
class StrengthLimits:
    """What the strength of the checks is taken to be; in the unit of the monitor's own number (κ, ρ, γ or Γ).

    Attributes
    ----------
    name : str
        The field of the monitor: "kappa", "rho", "gamma" or "concentration".
    assumed : float
        What estimates of effort take.
    low, high : float
        Accusing takes `low`, clearing takes `high`.
    low_error, high_error : float
        Chance that the strength lies below `low`, or above `high`, by the luck of the counts they come from.
    crowd : float
        What the crowd shows at least.
    source : str
        Where the limits come from, in words.
    condition : str
        What the error rates assume beside the limits, in words.
    """

    name: str
    assumed: float
    low: float
    high: float
    low_error: float
    high_error: float
    crowd: float
    source: str
    condition: str


def strength_name(monitor):
    """The field of the monitor that holds its strength."""
    return fields(monitor)[0].name


def with_strength(monitor, strength):
    """The same kind of check with another strength."""
    return replace(monitor, **{strength_name(monitor): strength})


def strength_of(monitor):
    """The monitor's own number."""
    return getattr(monitor, strength_name(monitor))


def largest_strength(monitor):
    """The strength at which full effort always passes (or always fails, where passes fall with effort)."""
    unit = with_strength(monitor, 0.1).gain / 0.1
    if monitor.gain < 0:
        return -monitor.chance / unit
    return (1 - monitor.chance) / unit


def strength_limits(strength, monitor, frame, trusted, error_rate) -> StrengthLimits:
    """Limits of the strength from what the user says of it.

    Parameters
    ----------
    strength : None, number, (low, high), "range" or "pool"
        See `annolib.audit`.
    monitor : Monitor
    frame : pandas.DataFrame
        Of every annotator: counted (independent checks), fewest (successes at least), most (at most).
    trusted : ndarray of bool
        Who belongs to the pool.
    error_rate : float

    Returns
    -------
    StrengthLimits
    """
    if monitor.gain == 0:
        return StrengthLimits(
            strength_name(monitor), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "0: nothing can be told", ""
        )
    counted, fewest, most = (frame[name].to_numpy() for name in ("counted", "fewest", "most"))
    share = SHARE * error_rate
    crowd = crowd_limit(fewest, counted, monitor, share)
    if strength is None or (isinstance(strength, str) and strength == "range"):
        return _from_crowd(monitor, crowd, share, strength is None)
    if isinstance(strength, str) and strength == "pool":
        return _from_pool(monitor, (fewest[trusted], most[trusted], counted[trusted]), share, crowd)
    low, high = sorted(_numbers(strength, monitor), key=abs)
    words = f"taken as known, {low:.3g}" if low == high else f"taken as known, {low:.3g} to {high:.3g}"
    condition = "if that is right: harder items would explain fewer passes, clearer ones more"
    limits = (strength_name(monitor), (low + high) / 2, low, high)
    return StrengthLimits(*limits, 0.0, 0.0, crowd, words, condition)


def crowd_limit(successes, checks, monitor, error):
    """The least strength with which the crowd's success is no wonder; 0 if chance explains it.

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> round(crowd_limit(np.full(20, 36), np.full(20, 60), SelfConsistency(0.25), 0.01), 4)
    0.0323
    """
    hits, total = _without_the_first(successes, checks)
    return _strength_at(monitor, _rate_limits(hits, total, error)[0])


def _from_crowd(monitor, crowd, share, assumed):
    """At least what the crowd shows; at most what is assumed, or the largest there is."""
    own, largest = strength_of(monitor), largest_strength(monitor)
    shown = (
        f"at least {abs(crowd):.3g} in size, which the crowd shows itself"
        if own < 0
        else (f"at least {crowd:.3g}, which the crowd shows itself")
    )
    dealt = "if items were dealt at random and at most a tenth of the annotators agrees by a rule"
    if not crowd:
        shown = "at least 0, since the crowd shows no more"
    if not assumed:
        words = f"{shown}, and at most {largest:.3g}, the largest there is"
        limits = (strength_name(monitor), max(own, crowd, key=abs), crowd, largest)
        return StrengthLimits(*limits, share, 0.0, crowd, words, dealt)
    words = f"{shown}, and at most {own:.3g}, which is assumed"
    if abs(crowd) > abs(own):
        words = f"assumed to be {own:.3g}, though the crowd shows at least {crowd:.3g}: assume more"
    limits = (strength_name(monitor), own, min(own, crowd, key=abs), own)
    return StrengthLimits(
        *limits, share, 0.0, crowd, words, f"{dealt}; and for the careful, if the assumption is right"
    )


def _from_pool(monitor, counts, share, crowd):
    fewest, most, total = (int(column.sum()) for column in counts)
    if total == 0:
        raise ValueError(
            "trusted names nobody with checks. Name others, or give strength as a number or a range."
        )
    low = _strength_at(monitor, _rate_limits(fewest, total, share)[0])
    high = _strength_at(monitor, _rate_limits(most, total, share)[1])
    words = f"between {low:.3g} and {high:.3g}, from {total:,} checks of {counts[0].size} trusted annotators"
    limits = (strength_name(monitor), _strength_at(monitor, fewest / total), low, high)
    return StrengthLimits(*limits, share, share, crowd, words, "if those give full effort")


def _without_the_first(hits, total):
    """Sums over the annotators but for the tenth whose success is the least likely to be luck."""
    some = total > 0
    hits, total = hits[some], total[some]
    if hits.size == 0:
        return 0, 0
    wonder = upper_tail(hits, total, hits.sum() / total.sum())
    kept = np.argsort(wonder, kind="stable")[int(np.ceil(LEFT_OUT * hits.size)) if hits.size > 1 else 0 :]
    return int(hits[kept].sum()), int(total[kept].sum())


def _rate_limits(hits, total, error):
    """One-sided Clopper-Pearson limits, each with this error."""
    return binomial_interval(hits, total, 1 - 2 * error, "clopper-pearson")


def _strength_at(monitor, rate):
    """The strength with which full effort succeeds at this rate, between 0 and the largest."""
    most = largest_strength(monitor)
    chance = 1 - monitor.chance if monitor.gain < 0 else monitor.chance
    return float(most * np.clip((rate - chance) / (1 - chance), 0, 1))


def _numbers(strength, monitor):
    """The two ends that were given as numbers."""
    most = largest_strength(monitor)
    sort = "strength must be a number, (low, high), 'range' or 'pool'"
    given = strength if isinstance(strength, (tuple, list)) else (strength, strength)
    if len(given) != 2 or not all(isinstance(end, (int, float, np.integer, np.floating)) for end in given):
        raise TypeError(f"{sort}; saw {strength!r}.")
    for end in given:
        if not 0 < end / most <= 1:
            raise ValueError(
                f"{sort}; a number lies between 0 and {most:.6g} for {type(monitor).__name__}; saw {strength!r}."
            )
    return [float(end) for end in given]
