"""Effort without a known strength: against a plain optimiser, coverage against simulation, the limits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import xlog1py, xlogy
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

import annolib as al

both = pytest.mark.parametrize("method", ["profile", "bonferroni"])
pairs = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_index_of_any_series_is_kept_and_two_must_agree():
    others = pd.Series([330, 300], index=["a", "b"])
    assert al.relative_effort(39, 60, others, 400).to_frame().index.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="the same index"):
        al.relative_effort(pd.Series([39, 40], index=["b", "a"]), 60, others, 400)


def log_likelihood(passes, checks, q):
    q = min(q, 1.0)
    return float(xlogy(passes, q) + xlog1py(checks - passes, -q))


def profile(ratio, a, n, b, m, chance, power):
    """Best log likelihood with (q_a − c) = ratio^power·(q_b − c), by a plain search."""
    slope = ratio**power
    widest = min(1 - chance, (1 - chance) / slope) if slope > 0 else 1 - chance

    def loss(x):
        return -log_likelihood(a, n, chance + slope * x) - log_likelihood(b, m, chance + x)

    best = minimize_scalar(loss, bounds=(0, widest), method="bounded", options={"xatol": 1e-11})
    return -min(best.fun, loss(0), loss(widest))


@pytest.mark.parametrize(("chance", "power"), [(0.5, 2), (1 / 3, 2), (0.5, 1)])
@given(pairs, pairs)
@settings(max_examples=12, deadline=None)
def test_the_profile_interval_is_that_of_a_plain_search(chance, power, first, second):
    a, n, b, m = *first, *second
    found = al.relative_effort(a, n, b, m, chance=chance, power=power)
    top = log_likelihood(a, n, max(a / n, chance)) + log_likelihood(b, m, max(b / m, chance))
    drop = chi2.ppf(0.95, 1) / 2
    for end in (found.low, found.high):
        if 1e-4 < end < 1e4:
            assert top - profile(end, a, n, b, m, chance, power) == pytest.approx(drop, abs=2e-4)
    if 0 < found.ratio < np.inf:
        assert found.low <= found.ratio <= found.high
        assert profile(found.ratio, a, n, b, m, chance, power) == pytest.approx(top, abs=1e-6)
    wide = al.relative_effort(a, n, b, m, chance=chance, power=power, method="bonferroni", confidence=0.95)
    assert wide.low <= wide.high


@both
def test_exchanging_the_two_inverts_the_ratio(method):
    one = al.relative_effort(39, 60, 330, 400, method=method)
    other = al.relative_effort(330, 400, 39, 60, method=method)
    assert other.ratio == pytest.approx(1 / one.ratio)
    with np.errstate(divide="ignore"):
        assert [other.low, other.high] == pytest.approx([1 / one.high, np.divide(1.0, one.low)], rel=1e-6)


def test_bonferroni_shares_the_error_between_both_intervals():
    own, other = (proportion_confint(k, n, 0.025, "beta") for k, n in ((50, 60), (330, 400)))
    found = al.relative_effort(50, 60, 330, 400, method="bonferroni")
    assert found.low**2 == pytest.approx((own[0] - 0.5) / (other[1] - 0.5), rel=1e-9)
    assert found.high**2 == pytest.approx((own[1] - 0.5) / (other[0] - 0.5), rel=1e-9)


@both
def test_at_chance_nothing_is_promised(method):
    found = al.relative_effort(
        [39, 30, 30, 0], [60, 60, 60, 0], [30, 55, 30, 50], [60, 60, 60, 60], method=method
    )
    assert found.ratio[0] == np.inf and found.high[0] == np.inf
    assert found.ratio[1] == 0 and found.low[1] == 0 and found.high[1] < 1
    assert np.isnan(found.ratio[2]) and (found.low[2], found.high[2]) == (0, np.inf)
    assert np.isnan(found.ratio[3]) and found.low[3] == 0 and found.high[3] > 1


@both
@pytest.mark.parametrize("effort", [0.0, 0.3, 0.7, 1.0])
def test_exact_coverage_is_that_of_simulated_counts(method, effort):
    rng, kappa = np.random.default_rng(3), 0.15
    a = rng.binomial(40, 0.5 + 2 * kappa * effort**2, 1_500)
    b = rng.binomial(90, 0.5 + 2 * kappa * 0.9**2, 1_500)
    found = al.relative_effort(a, 40, b, 90, method=method)
    truth = effort / 0.9
    holds = ((found.low <= truth + 1e-9) & (truth - 1e-9 <= found.high)).mean()
    exact = al.ratio_coverage(effort, 0.9, 2 * kappa, 40, 90, method=method)
    assert holds == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 1_500) + 2e-3)


@pytest.mark.parametrize("kappa", [0.03, 0.15, 0.25])
def test_coverage_is_near_its_promise(kappa):
    efforts = np.linspace(0, 1, 11)
    kept = [al.ratio_coverage(x, 1.0, 2 * kappa, 60, 100) for x in efforts]
    assert min(kept) > 0.92
    safe = [al.ratio_coverage(x, 1.0, 2 * kappa, 60, 100, method="bonferroni") for x in efforts]
    assert min(safe) >= 0.95


def test_a_huge_pool_is_a_known_strength():
    from_pool = al.estimate_effort_from_pool(39, 60, 825 * 10**5, 10**8)
    known = al.estimate_effort_by_item(
        [39], al.ItemChecks.self_consistency([0.5 + np.sqrt(0.1625)]), checks=60
    )
    assert from_pool.effort == pytest.approx(known.effort, rel=1e-9)
    assert (from_pool.low, from_pool.high) == pytest.approx((known.low, known.high), abs=1e-3)
    assert from_pool.standard_error == pytest.approx(known.standard_error, rel=1e-3)


def test_the_pools_own_error_widens_the_interval():
    widths = []
    for size in (40, 400, 40_000):
        estimate = al.estimate_effort_from_pool(39, 60, int(0.8 * size), size)
        widths.append((estimate.standard_error, estimate.high - estimate.low))
        assert estimate.effort == pytest.approx(np.sqrt(0.5))
    assert widths[0] > widths[1] > widths[2]


def test_the_standard_error_is_the_spread():
    rng = np.random.default_rng(9)
    a, b = rng.binomial(4_000, 0.5 + 0.3 * 0.36, 1_000), rng.binomial(6_000, 0.8, 1_000)
    estimate = al.estimate_effort_from_pool(a, 4_000, b, 6_000)
    assert estimate.standard_error.mean() == pytest.approx(estimate.effort.std(), rel=0.1)
    assert estimate.effort.mean() == pytest.approx(0.6, abs=0.003)


def test_statuses_of_the_pool_estimate():
    status = al.estimate_effort_from_pool([39, 20, 58, 0], [60, 60, 60, 0], 330, 400).status.tolist()
    assert status == ["ok", "at or below chance", "at the ceiling", "no checks"]
    lost = al.estimate_effort_from_pool(39, 60, 190, 400)
    assert (lost.status, lost.low, lost.high) == ("not identified", 0, 1)
    half = al.estimate_effort_from_pool(39, 60, 330, 400, pool_effort=0.5)
    assert half.effort == pytest.approx(al.estimate_effort_from_pool(39, 60, 330, 400).effort / 2)


def test_views_keep_the_workers():
    table = pd.DataFrame({"passes": [39, 50], "checks": [60, 60]}, index=["ann", "bob"])
    ratio = al.relative_effort(table["passes"], table["checks"], 330, 400)
    assert ratio.to_frame().index.tolist() == ["ann", "bob"] and "2 ratios" in repr(ratio)
    estimate = al.estimate_effort_from_pool(table["passes"], table["checks"], 330, 400)
    assert estimate.to_frame().index.tolist() == ["ann", "bob"] and "<table" in ratio._repr_html_()


# --- for which strength the verdict flips ---------------------------------------------------------------


@given(pairs, st.floats(0.05, 1), st.floats(0.01, 0.25))
def test_the_verdict_is_that_of_the_interval_with_that_strength(count, limit, kappa):
    found = al.flip_strengths(*count, al.SelfConsistency(0.2), limit)
    estimate = al.estimate_effort(*count, al.SelfConsistency(kappa), method="clopper-pearson")
    ceiling = 0.5 + 2 * kappa
    if min(abs(kappa - found.careful_below), abs(kappa - found.careless_above)) < 1e-9:
        return
    verdict = found.verdict_at(kappa)
    if limit < 1 and estimate.low < estimate.high:
        expected = "careful" if estimate.low > limit else "careless" if estimate.high < limit else "undecided"
        assert verdict == expected or ceiling == 1
    assert found.verdict == found.verdict_at(0.2)


def test_flips_of_one_and_of_many():
    found = al.flip_strengths([36, 59, 45], 60, al.SelfConsistency(0.2), 0.8)
    assert found.verdict.tolist() == ["careless", "careful", "undecided"]
    for place in range(3):
        for edge in (found.careful_below[place], found.careless_above[place]):
            if edge > 0:
                sides = {found.verdict_at(edge * (1 + step))[place] for step in (-1e-6, 1e-6)}
                assert len(sides) == 2
    assert found.factor[0] == pytest.approx(found.careless_above[0] / 0.2)
    assert found.to_frame().shape == (3, 4) and "3 annotators, kappa = 0.2" in repr(found)
    one = al.flip_strengths(36, 60, al.Golden(0.4), 0.5)
    assert "gamma = 0.4" in repr(one) and type(one.careless_above) is float


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: al.relative_effort(61, 60, 3, 4), "passes must not exceed checks"),
        (lambda: al.relative_effort(39, 60, 3, 4, method="fieller"), "method must be one of"),
        (lambda: al.relative_effort(39, 60, 3, 4, power=3), "power must be 1 or 2; saw 3"),
        (lambda: al.relative_effort(39, 60, 3, 4, chance=0), "chance must be one number between 0 and 1"),
        (lambda: al.relative_effort(39, 60, 3, 4, confidence=0), "confidence must be one number"),
        (lambda: al.estimate_effort_from_pool(39, 60, 3, 4, pool_effort=0), "pool_effort must be one number"),
        (lambda: al.ratio_coverage(0, 0, 0.3, 5, 5), "must not both be 0"),
        (lambda: al.flip_strengths(3, 6, al.SelfConsistency(0.2), 0), "limit must lie in"),
        (lambda: al.flip_strengths(3, 6, al.Expert(-0.2), 0.5), "monitor must have a strength above zero"),
    ],
)
def test_bad_input(work, message):
    with pytest.raises(ValueError, match=message):
        work()
