"""The cheapest lottery in masses and prices, where a state almost never happens: against closed forms and the plain dual."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives import cheapest_lottery
from annolib.contracts.incentives.cheapest_lottery import Programme, solve
from annolib.contracts.incentives.rare_states import solve_with_rare_states
from annolib.numerics.binomials import log_pmf


@pytest.mark.parametrize("utility", [al.CARA(1.0), al.CRRA(2)], ids=repr)
@pytest.mark.parametrize("floor", [-np.inf, -1e3, -1e6])
def test_masses_and_prices_find_what_prices_alone_find(utility, floor):
    """Where the state is not so rare, both ways are open."""
    for rare in (0.1, 0.02):
        law = np.array([rare, 0.4, 0.6 - rare])
        score = np.array([-2.0, 0.5, 0.0])
        score[2] = -(law[:2] @ score[:2]) / law[2]
        rows = np.array([np.ones(3), score])
        base = -2.0 if utility == al.CRRA(2) else 0.0
        given = Programme(
            law, rows, rows * law, np.array([base, 0.1]), np.array([True, False]), utility, floor
        )
        plain = solve(given, np.array([float(utility.marginal_wage(base)), 0.0]))
        assert plain.converged and not plain.rare
        other, prices = solve_with_rare_states(given, plain.prices * (1.3, 0.7))
        np.testing.assert_allclose(other.utilities, plain.utilities, rtol=1e-9)
        np.testing.assert_allclose(prices, plain.prices, rtol=1e-9)
        assert other.bound == pytest.approx(plain.bound, rel=1e-12)


def binomial(n, q, steep, base, utility, floor=-np.inf):
    """Participation and the local incentive alone: the first-order approach."""
    k = np.arange(n + 1.0)
    law, score = np.exp(log_pmf(k, n, q, 1 - q)), (k - n * q) / np.sqrt(n * q * (1 - q))
    rows = np.array([np.ones(n + 1), score])
    return Programme(law, rows, rows * law, np.array([base, steep]), np.array([True, False]), utility, floor)


@pytest.mark.parametrize(("utility", "base"), [(al.CARA(1.0), 0.1), (al.CRRA(2), -2.0)], ids=repr)
@pytest.mark.parametrize("n", [30, 60, 150, 400])
def test_a_fine_carries_what_is_missing_however_rare_it_is(utility, base, n):
    """No pass at all has probability 1e-11 to 1e-148. All constraints are met, and any other prices bound the cost from below."""
    given = binomial(n, 0.57, 0.3 if n < 100 else 0.15, base, utility)
    found = solve(given, np.array([float(utility.marginal_wage(base)), 0.3]))
    assert found.converged and found.residual < 1e-11
    np.testing.assert_allclose(given.weights @ found.utilities, given.targets, rtol=1e-10)
    paid = float(given.probabilities @ utility.wage(found.utilities))
    assert found.bound == pytest.approx(paid, rel=1e-12)
    if found.rare:
        assert found.rare == (0,) and given.probabilities[0] * abs(found.utilities[0]) > 1e-6
    rng = np.random.default_rng(n)
    for _ in range(200):
        prices = found.prices * (1 + rng.normal(0, 1, 2) * 10 ** rng.uniform(-8, -1))
        value = cheapest_lottery._dual(given, prices)[0]
        assert not value > found.bound + 1e-12


def test_where_the_floor_binds_at_the_rarest_state_the_next_one_is_fined():
    """A floor of -50 and 100 checks: no pass at the floor is too rare to matter."""
    utility = al.CARA(1.0)
    given = binomial(100, 0.575, 0.2, 0.1, utility, float(utility.utility(-50.0)))
    found = solve(given, np.array([1.1, 0.1]))
    assert found.converged and found.residual < 1e-11
    np.testing.assert_allclose(given.weights @ found.utilities, given.targets, rtol=1e-9)
    free = solve(binomial(100, 0.575, 0.2, 0.1, utility), np.array([1.1, 0.1]))
    assert free.converged and free.bound <= found.bound
    assert np.all(found.utilities >= utility.utility(-50.0))


def test_too_dear_an_effort_is_given_up_with_a_bound():
    given = binomial(60, 0.57, 0.6, 0.1, al.CARA(1.0))
    full = solve(given, np.array([1.1, 0.3]))
    stopped = solve(given, np.array([1.1, 0.3]), ceiling=full.bound - 0.01)
    assert full.converged and not stopped.converged
    assert full.bound - 0.01 < stopped.bound <= full.bound * (1 + 1e-12)
