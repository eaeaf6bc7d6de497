"""Many annotators: p-values against scipy, the adjustment by its definition, the rate by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

import annolib as al

SELF = al.SelfConsistency(kappa=0.2)


@pytest.mark.parametrize(("claim", "side"), [("below", "less"), ("above", "greater")])
@pytest.mark.parametrize(("method", "name"), [("bh", "fdr_bh"), ("by", "fdr_by")])
def test_p_values_and_adjustment(claim, side, method, name):
    passes, checks = np.array([31, 52, 45, 29, 7]), np.array([60, 60, 50, 60, 9])
    found = al.find_annotators(passes, checks, SELF, 0.6, claim, 0.1, method)
    q = SELF.pass_probability(0.6)
    expected = [binomtest(k, n, q, side).pvalue for k, n in zip(passes, checks, strict=True)]
    np.testing.assert_allclose(found.p_value, expected, rtol=1e-10)
    reject, adjusted, *_ = multipletests(expected, 0.1, method=name)
    np.testing.assert_allclose(found.adjusted, adjusted, rtol=1e-10)
    assert found.found.tolist() == reject.tolist()


def test_the_rate_is_kept_with_room_to_spare():
    """200 crowds of 100, of whom 60 are at the boundary: the mean share of wrong names is at most 6 %."""
    rng = np.random.default_rng(11)
    effort = np.r_[np.full(60, 0.6), np.full(40, 0.2)]
    shares, named = [], []
    for _ in range(200):
        found = al.find_annotators(SELF.simulate(effort, 100, rng=rng), 100, SELF, 0.6).found
        shares.append(found[:60].sum() / max(found.sum(), 1))
        named.append(found[60:].mean())
    assert np.mean(shares) < 0.06 + 3 * np.std(shares) / np.sqrt(200)  # rate · 60/100
    assert np.mean(named) > 0.3


def test_a_falling_monitor_and_nobody_checked():
    straight = al.find_annotators([30, 50], 60, al.Expert(0.2), 0.6)
    mirrored = al.find_annotators([30, 10], 60, al.Expert(-0.2), 0.6)
    np.testing.assert_allclose(straight.p_value, mirrored.p_value, rtol=1e-12)
    nobody = al.find_annotators([0, 20], [0, 60], SELF, 0.6)
    assert nobody.p_value[0] == 1 and not nobody.found[0]
    assert al.find_annotators([], [], SELF, 0.6).found.size == 0


def test_views_keep_the_workers():
    counts = pd.DataFrame({"agreements": [31, 52], "pairs": [60, 60]}, index=["ann", "bob"])
    found = al.find_annotators(counts["agreements"], counts["pairs"], SELF, 0.6)
    assert found.to_frame().index.tolist() == ["ann", "bob"] and "1 of 2 annotators below effort" in repr(
        found
    )
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"claim": "lazy"}, "claim must be one of .* saw 'lazy'"),
        ({"method": "bonferroni"}, "method must be one of"),
        ({"rate": 0}, "rate must be one number"),
        ({"effort": 1.5}, r"effort must lie in \[0, 1\]"),
    ],
)
def test_bad_input(more, message):
    with pytest.raises(ValueError, match=message):
        al.find_annotators([31], [60], SELF, **{"effort": 0.6, **more})
