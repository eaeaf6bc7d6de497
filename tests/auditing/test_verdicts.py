"""Verdicts where checks come in clusters, and the limits behind them."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

import annolib as al
from annolib.auditing.verdicts import Tests, clopper_pearson, count_checks

PAIR = al.SelfConsistency(0.25)


def tally_of(agreements, pairs):
    columns = {"repeat_agreements": agreements, "repeat_pairs": pairs, "chance_agreement": 0.5}
    return pd.DataFrame(columns, index=pd.Index(range(len(agreements)), name="worker"))


def test_limits_are_those_of_statsmodels():
    fewest, counted = np.array([0, 3, 20, 40]), np.full(4, 40)
    low, high = clopper_pearson(fewest, fewest, counted, 0.05, 0.01)
    for place, passes in enumerate(fewest):
        assert low[place] == pytest.approx(proportion_confint(passes, 40, alpha=0.1, method="beta")[0])
        assert high[place] == pytest.approx(proportion_confint(passes, 40, alpha=0.02, method="beta")[1])


def test_rankings_seen_twice_are_two_checks_and_not_twenty():
    """A screen is a ranking of five; with chance ½ the same ranking is given the second time, else a new one. Taken for
    independent pairs, 19.5 % of these people at the border were careless and 26.5 % careful at a stated 5 %."""
    rng, workers, screens = np.random.default_rng(1), 400, 2
    first = rng.random((workers, screens, 5)).argsort(axis=2)
    again = np.where(
        rng.random((workers, screens, 1)) < 0.5, first, rng.random((workers, screens, 5)).argsort(axis=2)
    )
    a, b = np.triu_indices(5, 1)
    agree = ((first[..., a] < first[..., b]) == (again[..., a] < again[..., b])).sum(
        axis=2
    )  # of 10 pairs a screen
    frame = tally_of(agree.sum(axis=1), 10 * screens)
    required = PAIR.effort(0.75)
    clusters = pd.DataFrame(
        {"repeat_agreements": agree.ravel(), "repeat_pairs": 10}, index=np.repeat(np.arange(workers), screens)
    )
    plain, screened = (count_checks(frame, PAIR, each) for each in (None, clusters))
    shares = {}
    for name, counted in (("plain", plain), ("screened", screened)):
        tests = Tests(counted, PAIR, required, False)
        shares[name] = (tests.careless(0.25) <= 0.05).mean(), (tests.careful(0.25) <= 0.05).mean()
    assert min(shares["plain"]) > 0.15 and max(shares["screened"]) <= 0.05
    assert (screened["counted"] == screens).all() and (screened["checks"] == 20).all()


def test_what_passes_in_part_is_rounded_against_the_verdict():
    clusters = pd.DataFrame(
        {"repeat_agreements": [3, 1, 2, 0], "repeat_pairs": [4, 2, 2, 0]}, index=[0, 0, 0, 1]
    )
    counted = count_checks(tally_of([6, 0], [8, 0]), PAIR, clusters)
    assert counted["counted"].tolist() == [3, 0]
    assert (counted["fewest"].tolist(), counted["most"].tolist()) == ([2, 0], [3, 0])  # .75 + .5 + 1 of 3
    tests = Tests(counted, PAIR, 0.5, False)
    q = PAIR.pass_probability(0.5)
    assert tests.careless(0.25) == pytest.approx([1, 1]) and tests.careful(0.25)[0] >= binom.sf(1, 3, q)
