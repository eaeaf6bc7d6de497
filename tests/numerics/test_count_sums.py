"""Sums over counts, cut at a knot, against plain sums over all counts."""

import numpy as np
import pytest
from scipy import stats

from annolib.numerics.count_sums import Rows, left_out


def plain(n, q, kink, function):
    """Σ P f and Σ P·score·f over all counts, f at what exceeds the kink."""
    k = np.arange(n + 1)
    p = stats.binom.pmf(k, n, q)
    value = function(np.maximum(k - kink, 0.0) / n)
    return p @ value, p @ (value * (k - n * q)) / np.sqrt(n * q * (1 - q))


def summed(law, kink, n, function):
    above = np.nan_to_num(law.nodes, nan=-np.inf) > kink[:, None]
    value = function(np.where(above, law.nodes - kink[:, None], 0.0) / n)
    return (law.p * value).sum(axis=1), (law.scored * value).sum(axis=1)


@pytest.mark.parametrize("n", [1, 7, 600, 1500, 9000, 60_000])
def test_cut_sums(n):
    q = np.array([0.5, 0.55, 0.62, 0.8])
    deviation = np.sqrt(n * q * (1 - q))
    for z in (-14, -6, -1.3, 0.2, 2.5):
        kink = n * q + z * deviation
        law = Rows.at(n, q, 1 - q).law(kink)
        got = np.array(summed(law, kink, n, np.log1p))
        want = np.array([plain(n, x, c, np.log1p) for x, c in zip(q, kink, strict=True)]).T
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(law.p.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_allclose(law.scored.sum(axis=1), 0, atol=1e-11)


def test_rows_of_two_kinds_side_by_side():
    """Near certainty every count is a node, elsewhere few are; both in one batch."""
    n, q = 200_000, np.array([0.6, 0.99999])
    kink = n * q - np.array([3.0, 1.0])
    rows = Rows.at(n, q, 1 - q)
    got = np.array(summed(rows.law(kink), kink, n, np.log1p))
    want = np.array([plain(n, x, c, np.log1p) for x, c in zip(q, kink, strict=True)]).T
    np.testing.assert_allclose(got, want, rtol=1e-9)
    some = rows.take(np.array([1]))
    np.testing.assert_allclose(summed(some.law(kink[1:]), kink[1:], n, np.log1p)[0], want[0, 1:], rtol=1e-9)


def test_what_is_left_out():
    assert left_out(500, 0.5) == 0
    assert 0 < left_out(10**6, 0.5) < 1e-30
