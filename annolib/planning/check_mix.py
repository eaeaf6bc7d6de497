"""The cheapest mix of checks that catches everybody who games it, and spares everybody honest.

Several kinds of checks are bought, nₖ of kind k. Each bought kind gets one exact binomial test: it raises an alarm
if too few checks pass (below a line), or too many (above one). With m kinds bought each test is made at level α/m
for the honest person whom it hits hardest, so that nobody honest is accused with a chance above α (Bonferroni). Who
games is caught if any test raises an alarm; kinds are independent, so the chance of a miss is the product of the
misses. All mixes up to a number of checks of each kind are compared: what comes out is the cheapest of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from annolib.numerics.tails import lower_tail, upper_tail
from annolib.validation import error_rate as one_error_rate
from annolib.validation import one_whole, within

BELOW, ABOVE = "below", "above"
_MOST_KINDS = 4


@dataclass(frozen=True, eq=False)
class CheckMix:
    """A mix of checks, the lines of its tests, and what they do to whom.

    Attributes
    ----------
    tests : pandas.DataFrame
        A row for each kind bought: `checks`, `alarm` ("below" or "above") and `line`: the alarm is raised at this
        many passes or fewer, or at this many or more.
    cost : float
        Infinite if no mix does it.
    false_alarm : pandas.Series
        For each honest person, a bound on the chance to be accused: the sum over the tests.
    caught : pandas.Series
        For each who games, the chance of an alarm; NaN if no mix does it.
    message : str
    """

    tests: pd.DataFrame
    cost: float
    false_alarm: pd.Series
    caught: pd.Series
    message: str

    def __repr__(self):
        bought = ", ".join(
            f"{row.checks} {kind} ({row.alarm} {row.line})" for kind, row in self.tests.iterrows()
        )
        return f"CheckMix({bought or 'none'}; cost {self.cost:g}). {self.message}"


def alarm_line(checks, rates, level, alarm=BELOW) -> int:
    """Where a test raises an alarm, so that nobody with one of these pass rates is hit with a chance above `level`.

    Parameters
    ----------
    checks : int
    rates : float or array_like
        Pass rates of the people to spare.
    level : float
        In (0, 1).
    alarm : {"below", "above"}

    Returns
    -------
    int
        An alarm at this many passes or fewer ("below", −1 if there is no room) or at this many or more ("above",
        `checks` + 1 if there is no room).

    Examples
    --------
    >>> alarm_line(10, [0.95, 0.95], level=0.05), alarm_line(33, [0.74, 0.45], level=0.05 / 3, alarm="above")
    (7, 30)
    """
    n = one_whole("checks", checks, 1)
    spared = np.atleast_1d(within("rates", rates, 0, 1, "They are pass rates."))
    passes = np.arange(n + 1)
    if alarm == BELOW:
        return int((lower_tail(passes, n, spared.min()) <= level).sum()) - 1
    if alarm == ABOVE:
        return n + 1 - int((upper_tail(passes, n, spared.max()) <= level).sum())
    raise ValueError(f"alarm must be {BELOW!r} or {ABOVE!r}; saw {alarm!r}.")


def alarm_chance(line, checks, rate, alarm=BELOW) -> float | np.ndarray:
    """Chance that a test with this line raises an alarm about somebody with this pass rate; arrays broadcast.

    Examples
    --------
    >>> round(float(alarm_chance(7, 10, 0.545)), 3)
    0.906
    """
    return lower_tail(line, checks, rate) if alarm == BELOW else upper_tail(line, checks, rate)


def cheapest_mix(rates, honest, prices=1.0, error_rate=0.05, power=0.9, most=60) -> CheckMix:
    """The cheapest numbers of checks that catch everybody who games with the power wanted, and spare the honest.

    Parameters
    ----------
    rates : pandas.DataFrame
        Pass rates: a row a kind of check (at most 4), a column a person; see `annolib.gaming_table`.
    honest : sequence of str
        The columns of people to spare; all others are to be caught.
    prices : float or mapping from kind to float
        What one check costs.
    error_rate : float
        Bound on the chance that an honest person is accused, in (0, ½).
    power : float
        Chance with which each who games must be caught, in (0, 1).
    most : int
        Checks of one kind at most.

    Returns
    -------
    CheckMix

    Examples
    --------
    >>> from annolib.annotators.gaming import DESIGNS, HONEST, gaming_table
    >>> done_right = {"golden": DESIGNS["golden mixed in, private"], "repeat": DESIGNS["repeat far, half swapped"]}
    >>> cheapest_mix(gaming_table(done_right), HONEST).tests
            checks  alarm  line
    golden       7  below     5
    """
    table, spared = _read_rates(rates, honest)
    price = _read_prices(prices, table.index)
    level = one_error_rate("error_rate", error_rate)
    wanted = _one_share("power", power)
    most = one_whole("most", most, 1, "Give the most checks of a kind.")
    best = _Choice(np.inf, (), np.zeros((~spared).sum()))
    kinds = range(len(table))
    for size in range(1, len(table) + 1):
        useful = {
            (kind, alarm): _useful_tests(
                kind, table.iloc[kind].to_numpy(), spared, alarm, level / size, most, price[kind]
            )
            for kind, alarm in product(kinds, (BELOW, ABOVE))
        }
        for chosen in combinations(kinds, size):
            for alarms in product((BELOW, ABOVE), repeat=size):
                tests = [useful[which] for which in zip(chosen, alarms, strict=True)]
                best = _cheaper(best, _search(tests, 1 - wanted, best.cost))
    return _report(best, table, spared, wanted, most)


@dataclass(frozen=True, eq=False)
class _Choice:
    """One number of checks of one kind, or a whole mix: what it costs, its tests, and who slips through."""

    cost: float
    tests: tuple  # of (kind, checks, alarm, line)
    missed: np.ndarray  # chance of a miss, for each who games


def _useful_tests(kind, rates, spared, alarm, level, most, price):
    """The tests of one kind that catch somebody better than every cheaper one does (power is saw-toothed)."""
    kept = []
    for checks in range(1, most + 1):
        line = alarm_line(checks, rates[spared], level, alarm)
        missed = 1 - alarm_chance(line, checks, rates[~spared], alarm)
        if not any((one.missed <= missed).all() for one in kept):
            kept.append(_Choice(checks * price, ((kind, checks, alarm, line),), missed))
    return [one for one in kept if (one.missed < 1).any()]


def _search(tests, miss_rate, dearest):
    """The cheapest choice of one test of each kind that misses nobody more often; branch and bound."""
    best = None

    def extend(cost, chosen, missed, rest):
        nonlocal best, dearest
        if not rest:
            if (missed <= miss_rate).all() and cost < dearest:
                best, dearest = _Choice(cost, chosen, missed), cost
            return
        floor = np.prod([np.min([one.missed for one in kind], axis=0) for kind in rest], axis=0)
        if (missed * floor > miss_rate).any():
            return
        least = sum(kind[0].cost for kind in rest[1:])
        for one in rest[0]:
            if cost + one.cost + least >= dearest:
                return
            extend(cost + one.cost, chosen + one.tests, missed * one.missed, rest[1:])

    if all(tests):
        extend(0.0, (), 1.0, tests)
    return best


def _cheaper(one, other):
    return other if other is not None and other.cost < one.cost else one


def _report(best, table, spared, power, most):
    people, kinds = table.columns, table.index
    rows = [(kinds[kind], checks, alarm, line) for kind, checks, alarm, line in best.tests]
    tests = (
        pd.DataFrame(rows, columns=["kind", "checks", "alarm", "line"]).set_index("kind").rename_axis(None)
    )
    accused = [
        sum(float(alarm_chance(line, n, table.iloc[kind][who], alarm)) for kind, n, alarm, line in best.tests)
        for who in people[spared]
    ]
    false_alarm = pd.Series(accused, people[spared], dtype=float)
    caught = pd.Series(1 - best.missed if best.tests else np.nan, people[~spared], dtype=float)
    message = f"Each who games is caught with a chance of {power:g} or more, at the least cost."
    if not best.tests:
        message = (
            f"No mix of up to {most} checks of each kind catches everybody with a chance of {power:g}. "
            "Add another kind of check, or allow more checks."
        )
    return CheckMix(tests, best.cost, false_alarm, caught, message)


def _read_rates(rates, honest):
    if not isinstance(rates, pd.DataFrame) or rates.empty:
        raise TypeError(
            "rates must be a DataFrame: a row a kind of check, a column a person; see gaming_table."
        )
    if len(rates) > _MOST_KINDS:
        raise ValueError(
            f"rates must have at most {_MOST_KINDS} kinds of checks; saw {len(rates)}. Choose rows."
        )
    for axis, names in (("row", rates.index), ("column", rates.columns)):
        if not names.is_unique:
            raise ValueError(
                f"rates must not have a {axis} twice; saw {names[names.duplicated()].tolist()[0]!r}."
            )
    names = [honest] if isinstance(honest, str) else list(honest)
    strange = [name for name in names if name not in rates.columns]
    spared = rates.columns.isin(names)
    if strange or not spared.any() or spared.all():
        raise ValueError(
            f"honest must name some, not all, of the columns {list(rates.columns)}; saw {names}."
        )
    within("rates", rates.to_numpy(), 0, 1, "They are pass rates.")
    return rates.astype(float), spared


def _read_prices(prices, kinds):
    if np.ndim(prices) == 0 and not hasattr(prices, "keys"):
        given = [prices] * len(kinds)
    else:
        missing = [kind for kind in kinds if kind not in prices]
        if missing:
            raise ValueError(f"prices must hold every kind; saw none for {missing}.")
        given = [prices[kind] for kind in kinds]
    price = np.asarray(given, dtype=float)
    if not (np.isfinite(price).all() and (price > 0).all()):
        raise ValueError(f"prices must be positive; saw {prices!r}.")
    return price


def _one_share(name, value):
    if np.ndim(value) != 0 or not 0 < float(within(name, value, 0, 1, "It is a chance.")) < 1:
        raise ValueError(f"{name} must be one number between 0 and 1; saw {value!r}.")
    return float(value)
