"""The cheapest mix of checks, against a search that tries every mix with scipy's binomial law."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from annolib.annotators.gaming import DESIGNS, HONEST, CheckDesign, gaming_table
from annolib.planning.check_mix import ABOVE, BELOW, alarm_chance, alarm_line, cheapest_mix

KNOWN = {
    "repeat": DESIGNS["repeat far, half swapped"],
    "golden": CheckDesign("golden", recognised=0.9, copied=0.9),
    "peer": DESIGNS["peer, copyable"],
}


def brute_line(n, rates, level, alarm):
    lines = range(-1, n + 2)
    if alarm == BELOW:
        return max(x for x in lines if x <= n and all(binom.cdf(x, n, q) <= level for q in rates))
    return min(x for x in lines if x >= 0 and all(binom.sf(x - 1, n, q) <= level for q in rates))


def brute_mix(rates, honest, prices, error_rate, power, most):
    """The least cost over all numbers and directions; every chance from scipy."""
    best = np.inf
    spared, cheats = rates[list(honest)], rates.drop(columns=list(honest))
    for counts in product(range(most + 1), repeat=len(rates)):
        used = [k for k, n in enumerate(counts) if n]
        cost = sum(n * price for n, price in zip(counts, prices, strict=True))
        if not used or cost >= best:
            continue
        for alarms in product((BELOW, ABOVE), repeat=len(used)):
            missed = np.ones(cheats.shape[1])
            for k, alarm in zip(used, alarms, strict=True):
                n = counts[k]
                line = brute_line(n, spared.iloc[k], error_rate / len(used), alarm)
                q = cheats.iloc[k].to_numpy()
                missed *= binom.sf(line, n, q) if alarm == BELOW else binom.cdf(line - 1, n, q)
            if (missed <= 1 - power).all():
                best = min(best, cost)
    return best


@settings(deadline=None)
@given(
    n=st.integers(1, 60),
    rates=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    level=st.floats(0.001, 0.5),
    alarm=st.sampled_from((BELOW, ABOVE)),
)
def test_the_line_is_the_last_that_spares_everybody(n, rates, level, alarm):
    line = alarm_line(n, rates, level, alarm)
    slack = 1e-9
    hit = [float(alarm_chance(line, n, q, alarm)) for q in rates]
    assert max(hit) <= level + slack
    further = line + 1 if alarm == BELOW else line - 1
    if 0 <= further <= n:
        assert max(float(alarm_chance(further, n, q, alarm)) for q in rates) > level - slack


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kinds", [1, 2])
def test_no_mix_is_cheaper(seed, kinds):
    rng = np.random.default_rng(seed)
    people = ["ann", "bob", "x", "y", "z"]
    rates = pd.DataFrame(rng.uniform(0.3, 0.99, (kinds, 5)), columns=people, index=list("ab")[:kinds])
    rates[["ann", "bob"]] = rng.uniform(0.8, 0.95, (kinds, 2))
    prices = dict(zip(rates.index, rng.uniform(0.5, 3, kinds), strict=True))
    found = cheapest_mix(rates, ["ann", "bob"], prices, error_rate=0.1, power=0.7, most=8)
    wanted = brute_mix(rates, ["ann", "bob"], list(prices.values()), 0.1, 0.7, 8)
    assert found.cost == pytest.approx(wanted)
    if np.isfinite(wanted):
        assert (found.caught >= 0.7).all() and (found.false_alarm <= 0.1 + 1e-12).all()
        assert found.cost == pytest.approx(sum(prices[k] * n for k, n in found.tests.checks.items()))
    else:
        assert found.tests.empty and found.caught.isna().all() and "No mix" in found.message


def test_three_kinds_against_every_mix():
    rates = gaming_table(KNOWN)[["careful", "minority", "copies", "left button"]]
    found = cheapest_mix(rates, HONEST, error_rate=0.2, power=0.3, most=5)
    assert found.cost == brute_mix(rates, HONEST, [1, 1, 1], 0.2, 0.3, 5)


def test_golden_questions_done_right_need_no_other_check():
    right = {"golden": DESIGNS["golden mixed in, private"], "repeat": DESIGNS["repeat far, half swapped"]}
    found = cheapest_mix(gaming_table(right), HONEST)
    assert found.tests.to_dict("index") == {"golden": {"checks": 7, "alarm": "below", "line": 5}}
    assert binom.cdf(5, 7, 0.95) <= 0.05 and binom.cdf(5, 7, 0.545) >= 0.9  # and six do not do it:
    assert binom.cdf(4, 6, 0.95) <= 0.05 < binom.cdf(5, 6, 0.95) and binom.cdf(4, 6, 0.545) < 0.9


def test_golden_questions_that_are_known_need_three_kinds_and_spare_the_minority():
    rates = gaming_table(KNOWN)
    found = cheapest_mix(rates, HONEST)
    assert found.tests.checks.to_dict() == {"repeat": 28, "golden": 9, "peer": 33}
    assert found.tests.alarm.to_dict() == {"repeat": BELOW, "golden": BELOW, "peer": ABOVE}
    assert (found.caught >= 0.9).all() and (found.false_alarm <= 0.05).all()
    without = cheapest_mix(rates.drop(index="peer"), HONEST)
    assert without.cost == np.inf and "Add another kind" in without.message
    passes = {kind: binom(n, rates.loc[kind, "copies"]) for kind, n in found.tests.checks.items()}
    slip = passes["repeat"].sf(found.tests.line["repeat"]) * passes["golden"].sf(found.tests.line["golden"])
    assert found.caught["copies"] == pytest.approx(
        1 - slip * passes["peer"].cdf(found.tests.line["peer"] - 1)
    )


@settings(max_examples=15, deadline=None)
@given(dearer=st.floats(1, 10))
def test_a_dearer_check_never_makes_the_mix_cheaper(dearer):
    rates = gaming_table(KNOWN)[["careful", "minority", "knows golden", "left button"]].loc[
        ["repeat", "golden"]
    ]
    cost = cheapest_mix(rates, HONEST, {"repeat": 1, "golden": 1}).cost
    assert cheapest_mix(rates, HONEST, {"repeat": 1, "golden": dearer}).cost >= cost


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((gaming_table(), HONEST), ValueError, "at most 4 kinds"),
        ((gaming_table(KNOWN), ["nobody"]), ValueError, "honest must name some"),
        ((gaming_table(KNOWN), list(gaming_table(KNOWN))), ValueError, "honest must name some, not all"),
        ((gaming_table(KNOWN) + 1, HONEST), ValueError, "rates must lie in"),
        (([0.1], HONEST), TypeError, "rates must be a DataFrame"),
        ((gaming_table(KNOWN), HONEST, 0), ValueError, "prices must be positive"),
        ((gaming_table(KNOWN), HONEST, {"repeat": 1}), ValueError, "prices must hold every kind"),
        ((gaming_table(KNOWN), HONEST, 1, 0), ValueError, "error_rate"),
        ((gaming_table(KNOWN), HONEST, 1, 0.05, 1), ValueError, "power must be one number between 0 and 1"),
        ((gaming_table(KNOWN), HONEST, 1, 0.05, 0.9, 0), ValueError, "most"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        cheapest_mix(*arguments)


def test_an_unknown_alarm_is_named():
    with pytest.raises(ValueError, match="alarm must be 'below' or 'above'"):
        alarm_line(5, 0.9, 0.05, "beyond")
