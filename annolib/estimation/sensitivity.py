"""For which strength of the items does the verdict about an annotator flip?"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from annolib.estimation.effort import as_frozen, common_index
from annolib.estimation.intervals import binomial_interval
from annolib.monitors.base import Monitor, require_monitor
from annolib.planning.hypotheses import CAREFUL, CARELESS, UNDECIDED
from annolib.validation import one_effort


@dataclass(frozen=True, eq=False)
class StrengthSensitivity:
    """Verdict about effort against a limit, and the strengths at which it changes; numbers or arrays.

    Weaker items make the same pass rate look like more effort. So the annotator is shown careful for a
    strength below `careful_below` and careless above `careless_above`; in between the verdict is undecided.

    Attributes
    ----------
    monitor : Monitor
        With the strength that is assumed.
    limit : float
    verdict : str or ndarray of str
        "careful", "careless" or "undecided" at the assumed strength.
    careful_below, careless_above : float or ndarray
        In the unit of the monitor's strength (κ, ρ, γ or Γ). 0: for no strength; above the largest possible
        strength: for all of them, or for none.
    assumed : float
        The assumed strength.
    factor : float or ndarray
        The factor nearest to 1 by which the strength must be wrong for another verdict.
    confidence, method : of the interval behind it
    """

    monitor: Monitor
    limit: float
    verdict: str | np.ndarray
    careful_below: float | np.ndarray
    careless_above: float | np.ndarray
    assumed: float
    factor: float | np.ndarray
    confidence: float
    method: str
    index: object = None

    def verdict_at(self, strength):
        """The verdict for one other strength."""
        return _verdict(strength, self.careful_below, self.careless_above)

    def to_frame(self):
        """A pandas table with one row per annotator."""
        import pandas as pd

        names = ("verdict", "careful_below", "careless_above", "factor")
        return pd.DataFrame({name: np.ravel(getattr(self, name)) for name in names}, index=self.index)

    def __repr__(self):
        name = fields(self.monitor)[0].name
        if np.ndim(self.verdict):
            return (
                f"StrengthSensitivity({np.size(self.verdict)} annotators, {name} = {self.assumed:g} assumed)"
            )
        return (
            f"StrengthSensitivity({self.verdict} at {name} = {self.assumed:g}; "
            f"careful below {self.careful_below:.4g}, careless above {self.careless_above:.4g}; "
            f"effort {self.limit:g}, {self.confidence:g} interval)"
        )


def flip_strengths(
    passes, checks, monitor, limit, confidence=0.95, method="clopper-pearson"
) -> StrengthSensitivity:
    """For which strength of the items is effort shown above or below `limit`?

    With the interval [l, h] for the pass probability, effort is shown above the limit if l > chance +
    gain·limit^power, below it if h is smaller. Both are bounds on the gain, hence on the strength, which is
    proportional to it.

    Parameters
    ----------
    passes, checks : int or array_like
    monitor : Monitor
        With the strength you would assume, not 0. A falling one (negative ρ) is refused: its sign matters,
        too.
    limit : float
        In (0, 1].
    confidence, method : as in `annolib.estimate_effort`

    Returns
    -------
    StrengthSensitivity

    Examples
    --------
    >>> from annolib.monitors import SelfConsistency
    >>> flip_strengths(36, 60, SelfConsistency(kappa=0.2), limit=0.8)
    ... # doctest: +NORMALIZE_WHITESPACE
    StrengthSensitivity(careless at kappa = 0.2; careful below 0, careless above 0.1753;
    effort 0.8, 0.95 interval)
    """
    require_monitor(monitor)
    boundary = one_effort("limit", limit)
    if boundary == 0:
        raise ValueError("limit must lie in (0, 1]; saw 0. Every pass rate agrees with an effort above 0.")
    if monitor.gain <= 0:
        raise ValueError(f"monitor must have a strength above zero; saw {monitor!r}.")
    index = common_index(passes, checks)
    assumed = getattr(monitor, fields(monitor)[0].name)
    unit = assumed / (monitor.gain * boundary**monitor.power)
    ends = binomial_interval(passes, checks, confidence, method)
    careful, careless = (np.maximum(np.asarray(end) - monitor.chance, 0) * unit for end in ends)
    verdict = _verdict(assumed, careful, careless)
    with np.errstate(divide="ignore"):
        steps = np.stack([careful / assumed, careless / assumed])
        nearest = np.abs(np.log(np.maximum(steps, 1e-300))).argmin(axis=0)
    factor = np.take_along_axis(steps, nearest[None], axis=0)[0]
    columns = [as_frozen(column, passes, checks) for column in (verdict, careful, careless, factor)]
    return StrengthSensitivity(
        monitor, boundary, *columns[:3], assumed, columns[3], float(confidence), method, index
    )


def _verdict(strength, careful_below, careless_above):
    """Which side the strength is on; a Python word for one annotator."""
    verdict = np.where(
        strength < np.asarray(careful_below),
        CAREFUL,
        np.where(strength > np.asarray(careless_above), CARELESS, UNDECIDED),
    )
    return str(verdict) if verdict.ndim == 0 else verdict
