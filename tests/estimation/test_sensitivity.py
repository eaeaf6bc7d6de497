"""For which strength a verdict flips: against the interval at every strength."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al

pairs = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


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
