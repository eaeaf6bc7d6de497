"""Bradley-Terry ratings: closed forms, statsmodels, a long minorisation run, and who cannot be rated."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

import annolib as al


def random_wins(seed, players=6, games=12, halves=False):
    """Every pair meets, so that a finite maximum is all but certain; redraw until strongly connected."""
    rng = np.random.default_rng(seed)
    ratings = rng.normal(size=players)
    wins = np.zeros((players, players))
    for i in range(players):
        for j in range(i):
            wins[i, j] = rng.binomial(games, expit(ratings[i] - ratings[j]))
            wins[j, i] = games - wins[i, j]
    if halves:
        wins += 0.5 * (1 - np.eye(players))
    return wins


def by_statsmodels(wins):
    """The same likelihood as a binomial regression on differences, player 0 held at 0, then centred."""
    players = len(wins)
    rows, response = [], []
    for i in range(players):
        for j in range(i):
            row = np.zeros(players)
            row[i], row[j] = 1, -1
            rows.append(row[1:])
            response.append([wins[i, j], wins[j, i]])
    fit = sm.GLM(np.array(response), np.array(rows), family=sm.families.Binomial()).fit(
        tol=1e-13, maxiter=200
    )
    covariance = np.zeros((players, players))
    covariance[1:, 1:] = fit.cov_params()
    centre = np.eye(players) - 1 / players
    return centre @ np.r_[0, fit.params], np.sqrt(np.diag(centre @ covariance @ centre)), fit.llf


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("halves", [False, True])
def test_ratings_and_errors_are_those_of_statsmodels(seed, halves):
    wins = random_wins(seed, players=3 + seed, halves=halves)
    fit = al.fit_bradley_terry(wins)
    ratings, errors, _ = by_statsmodels(wins)
    assert fit.converged and fit.residual < 1e-6
    np.testing.assert_allclose(fit.ratings, ratings, atol=1e-7)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-6)


def by_minorisation(wins, rounds=20_000):
    """Hunter's MM algorithm (2004, doi:10.1214/aos/1079120141), in strengths instead of logits."""
    strength, games = np.ones(len(wins)), wins + wins.T
    for _ in range(rounds):
        strength = wins.sum(axis=1) / (games / (strength[:, None] + strength)).sum(axis=1)
        strength /= strength.sum()
    return np.log(strength) - np.log(strength).mean()


def test_sparse_unbalanced_wins_against_another_algorithm():
    """A ring with one shortcut: hardly connected, counts from 1 to 900."""
    wins = np.zeros((6, 6))
    for i in range(6):
        wins[i, (i + 1) % 6] = 30**i % 901 + 1
    wins[5, 2] = 3
    fit = al.fit_bradley_terry(wins)
    assert fit.converged
    np.testing.assert_allclose(fit.ratings, by_minorisation(wins), atol=1e-6)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_two_players_have_a_closed_form(a, b):
    """Ratings ±½ log(a/b); the difference has variance 1/a + 1/b, each rating a quarter of it."""
    fit = al.fit_bradley_terry([[0, a], [b, 0]])
    assert fit.converged
    assert fit.ratings == pytest.approx(
        np.array([0.5, -0.5]) * np.log(a / b), abs=2e-7 * max(a, b) / min(a, b)
    )
    assert fit.standard_errors == pytest.approx([np.sqrt(1 / a + 1 / b) / 2] * 2, rel=1e-8)
    likelihood = a * np.log(a / (a + b)) + b * np.log(b / (a + b))
    assert fit.log_likelihood == pytest.approx(likelihood, rel=1e-9)


@given(st.integers(0, 10**6), st.floats(1e-3, 1e6))
def test_the_certificate_and_invariances(seed, scale):
    wins = random_wins(seed, halves=True)
    fit = al.fit_bradley_terry(wins)
    ratings = fit.ratings
    expected = ((wins + wins.T) * expit(ratings[:, None] - ratings)).sum(axis=1)
    residual = np.abs(wins.sum(axis=1) - expected).max()
    assert fit.residual == pytest.approx(residual, abs=1e-9) and residual < 1e-6
    assert fit.converged and abs(ratings.mean()) < 1e-12
    turned = al.fit_bradley_terry(wins.T)
    np.testing.assert_allclose(turned.ratings, -ratings, atol=1e-7)
    order = np.random.default_rng(seed).permutation(6)
    shuffled = al.fit_bradley_terry(wins[np.ix_(order, order)])
    np.testing.assert_allclose(shuffled.ratings, ratings[order], atol=1e-7)
    more = al.fit_bradley_terry(wins * scale)
    np.testing.assert_allclose(more.ratings, ratings, atol=1e-7)
    np.testing.assert_allclose(more.standard_errors * np.sqrt(scale), fit.standard_errors, rtol=1e-6)


def test_true_ratings_are_recovered_within_their_errors():
    """Thirty players, 200 games a pair: all within five errors, their root mean square within 1.3."""
    rng = np.random.default_rng(2)
    truth = rng.normal(size=30)
    truth -= truth.mean()
    upper = np.triu(rng.binomial(200, expit(truth[:, None] - truth)), 1)
    wins = upper + np.tril(200 - upper.T, -1)
    fit = al.fit_bradley_terry(wins)
    z = (fit.ratings - truth) / fit.standard_errors
    assert np.abs(z).max() < 5 and np.sqrt(np.mean(z**2)) < 1.3


def test_extreme_counts_converge_quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = al.fit_bradley_terry([[0, 1e9], [1, 0]])
        assert fit.converged and fit.ratings[0] == pytest.approx(0.5 * np.log(1e9), rel=1e-9)
        small = al.fit_bradley_terry([[0, 1e-9], [1e-9, 0]])
        assert small.converged and small.ratings.tolist() == [0, 0]


def test_too_few_iterations_are_reported():
    fit = al.fit_bradley_terry(random_wins(1), max_iterations=1)
    assert not fit.converged and fit.iterations == 1 and fit.residual > 0
    assert "not converged after 1 iterations" in fit.message and "not converged" in repr(fit)


# --- who cannot be rated ----------------------------------------------------------------------------------


def table(names, *results):
    wins = pd.DataFrame(0.0, index=list(names), columns=list(names))
    for winner, loser in results:
        wins.loc[winner, loser] += 1
    return wins


@pytest.mark.parametrize(
    ("wins", "message"),
    [
        (table("abcd", "ab", "ba", "cd", "dc"), r"\{a, b\} were never compared with \{c, d\}"),
        (table("abc", "ab", "ba"), r"\{a, b\} were never compared with \{c\}"),
        (table("ab", "ab"), r"\{a\} never lost to \{b\}"),
        (table("abcd", "ab", "bc", "ca", "ad"), r"\{a, b, c\} never lost to \{d\}"),
        (table("abcd", "ab", "ba", "ac", "cd", "dc", "bd"), r"\{a, b\} never lost to \{c, d\}"),
        (table("abc", "ab", "bc", "ac"), r"\{a\} never lost to \{b, c\}"),
        (
            table("abcdefghi", *[f"{w}{v}" for w in "abcdefgh" for v in "abcdefgh" if w != v], "ai"),
            "and 2 more",
        ),
    ],
)
def test_no_finite_maximum_names_the_groups(wins, message):
    with pytest.raises(ValueError, match=message) as caught:
        al.fit_bradley_terry(wins)
    assert "Add comparisons between the groups" in str(caught.value)


def beaten_in_every_split(wins):
    """Ford's condition by going through all splits in two groups."""
    players = len(wins)
    for mask in range(1, 2**players - 1):
        inside = np.array([mask >> i & 1 for i in range(players)], bool)
        if not wins[np.ix_(inside, ~inside)].any():
            return False
    return True


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 0.7))
def test_the_existence_check_is_fords_condition(seed, density):
    rng = np.random.default_rng(seed)
    wins = (rng.random((5, 5)) < density) * rng.integers(1, 4, (5, 5)) * (1 - np.eye(5))
    if beaten_in_every_split(wins):
        assert al.fit_bradley_terry(wins).converged
    else:
        with pytest.raises(ValueError, match="no finite maximum"):
            al.fit_bradley_terry(wins)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: al.fit_bradley_terry([[0, -1], [1, 0]]), "wins must lie"),
        (lambda: al.fit_bradley_terry([[0, np.nan], [1, 0]]), "wins must lie .* saw nan"),
        (lambda: al.fit_bradley_terry([[0, 1, 2]]), r"square table of at least 2 x 2; saw shape \(1, 3\)"),
        (lambda: al.fit_bradley_terry([[0]]), "square table of at least 2 x 2"),
        (lambda: al.fit_bradley_terry([[1, 1], [1, 0]]), "zeros on its diagonal"),
        (lambda: al.fit_bradley_terry([[0, 1], [1, 0]], names="aa"), "names must be 2 different names"),
        (lambda: al.fit_bradley_terry([[0, 1], [1, 0]], names="abc"), "names must be 2 different names"),
        (lambda: al.fit_bradley_terry(table("ab", "ab", "ba")[["b", "a"]]), "same names, in the same order"),
    ],
)
def test_bad_tables_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_result_is_a_frozen_table():
    fit = al.fit_bradley_terry(table("abc", "ab", "ab", "bc", "ca", "cb", "ba"))
    frame = fit.to_frame()
    assert fit.names == ("a", "b", "c") and sorted(frame.index) == ["a", "b", "c"]
    assert frame.rating.is_monotonic_decreasing and frame.index[0] == fit.names[fit.ratings.argmax()]
    assert f"best {frame.index[0]!r}" in repr(fit) and "<table" in fit._repr_html_()
    assert type(fit.converged) is bool
    with pytest.raises(ValueError, match="read-only"):
        fit.ratings[0] = 1
    with pytest.raises(AttributeError):
        fit.ratings = 1
