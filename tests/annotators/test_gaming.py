"""Gaming the checks: the closed forms beside a simulation that does not know them, and beside limits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolib.annotators import gaming
from annolib.annotators.gaming import (
    CHEATERS,
    DESIGNS,
    HONEST,
    STRATEGIES,
    CheckDesign,
    CheckStrengths,
    Copies,
    Honest,
    KnowsGolden,
    PressesLeft,
    Remembers,
    TakesLonger,
    gaming_table,
    simulate_checks,
    simulate_gaming,
)

shares = st.floats(0, 1)
designs = st.builds(
    CheckDesign,
    kind=st.sampled_from(gaming.KINDS),
    swapped=shares,
    recalled=shares,
    recognised=shares,
    left=shares,
    longer=shares,
    copied=shares,
)
strengths = st.builds(CheckStrengths, kappa=st.floats(0, 0.25), gamma=st.floats(0, 0.5), peer_effort=shares)
people = st.one_of(
    st.builds(Honest, effort=shares, opposed=shares),
    st.sampled_from([Remembers(), KnowsGolden(), Copies(), TakesLonger(), PressesLeft()]),
)


def test_the_table_is_what_independent_programs_found():
    """Rates to two digits, as simulated apart from this project (κ = .15, γ = .45; half cents may fall either way)."""
    published = [
        [0.80, 0.80, 0.95, 0.50, 0.91, 1.00, 1.00],
        [0.80, 0.80, 0.95, 0.50, 0.91, 1.00, 0.00],
        [0.80, 0.80, 0.60, 0.50, 0.91, 1.00, 0.50],
        [0.95, 0.95, 0.50, 0.91, 0.91, 0.50, 1.00],
        [0.95, 0.95, 0.50, 0.91, 0.91, 0.85, 0.50],
        [0.95, 0.95, 0.50, 0.54, 0.91, 0.50, 0.50],
        [0.95, 0.95, 0.50, 0.55, 0.50, 0.50, 0.50],
        [0.74, 0.45, 0.50, 0.50, 0.95, 0.50, 0.50],
        [0.74, 0.45, 0.50, 0.50, 0.50, 0.50, 0.50],
    ]
    assert np.abs(gaming_table().to_numpy() - published).max() <= 0.00501


def test_formulas_and_simulation_agree():
    """Every entry within five standard errors: 63 entries, one chance in 30,000 to fail by luck."""
    checks = 40_000
    formula, seen = gaming_table(), simulate_gaming(checks=checks, rng=11)
    error = np.sqrt(formula * (1 - formula) / checks)
    assert ((seen - formula).abs() <= 5 * error + 1e-12).all(axis=None)


@settings(deadline=None)
@given(person=people, design=designs, strength=strengths, seed=st.integers(0, 2**32))
def test_formulas_and_simulation_agree_anywhere(person, design, strength, seed):
    q, checks = person.pass_probability(design, strength), 4_000
    seen = simulate_checks(person, design, strength, checks, rng=seed).mean()
    assert 0 <= q <= 1
    assert abs(seen - q) <= 6.5 * np.sqrt(q * (1 - q) / checks) + 6 / checks


def test_honest_people_pass_as_the_monitors_say():
    from annolib.monitors import Golden, Peer, SelfConsistency

    strength = CheckStrengths(kappa=0.11, gamma=0.37, peer_effort=0.7)
    monitors = {"repeat": SelfConsistency(0.11), "golden": Golden(0.37), "peer": Peer(0.11 * 0.4, 0.7)}
    for kind, monitor in monitors.items():
        for effort in (0, 0.3, 1):
            person = Honest(effort, opposed=0.3)
            expected = monitor.pass_probability(effort)
            assert person.pass_probability(CheckDesign(kind), strength) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
def test_without_its_trick_gaming_is_random_clicking(design):
    plain = CheckDesign(design.kind, swapped=0.5, longer=0.5, left=0.5)
    for name, person in CHEATERS.items():
        if name != "longer one" or design.kind != "repeat":
            assert person.pass_probability(plain, CheckStrengths()) == 0.5


def test_a_copier_agrees_with_himself_only_if_both_labels_were_copied():
    """Chance c² that both are the colleague's answer, else two labels of which one at least is a coin."""
    for copied in (0, 0.3, 0.9, 1):
        q = Copies().pass_probability(CheckDesign("repeat", copied=copied), CheckStrengths())
        assert q == pytest.approx(copied**2 + (1 - copied**2) / 2)


def test_own_designs_and_strategies():
    table = gaming_table(
        {"mine": CheckDesign("golden", left=0.3)}, {"left": PressesLeft(), "ann": Honest(0.5)}
    )
    pd.testing.assert_frame_equal(table, pd.DataFrame({"left": [0.3], "ann": [0.725]}, index=["mine"]))
    assert list(STRATEGIES) == [*HONEST, *CHEATERS] and len(CHEATERS) == 5


def test_a_seed_gives_the_same_table_and_a_generator_moves_on():
    assert simulate_gaming(checks=200, rng=5).equals(simulate_gaming(checks=200, rng=5))
    rng = np.random.default_rng(5)
    one, two = (simulate_checks(Copies(), DESIGNS["peer, copyable"], checks=500, rng=rng) for _ in range(2))
    assert (one != two).any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: CheckDesign("repeats"), "kind must be one of .*saw 'repeats'"),
        (lambda: CheckDesign("repeat", swapped=1.5), "swapped must lie in"),
        (lambda: CheckDesign("golden", left=float("nan")), "left must"),
        (lambda: CheckStrengths(kappa=0.3), "kappa must lie in"),
        (lambda: CheckStrengths(gamma=0.6), "gamma must lie in"),
        (lambda: Honest(effort=-0.1), "effort must lie in"),
        (lambda: Honest(opposed=2), "opposed must lie in"),
        (lambda: simulate_checks(Copies(), DESIGNS["peer, private"], checks=0, rng=1), "checks must"),
    ],
)
def test_bad_values_are_refused_by_name(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_list_where_one_number_is_wanted():
    with pytest.raises(TypeError, match="copied must be one number"):
        CheckDesign("peer", copied=[0.1, 0.2])


def test_what_is_hidden_is_neither_copied_nor_recognised():
    """Private answers: the copier flips a coin everywhere; in 10 of 100 a golden question is recognised, else in 90."""
    hidden, known = (gaming_table(gaming.mix_designs(hidden=way)) for way in (True, False))
    assert hidden["copies"].tolist() == [0.5, 0.5, 0.5]
    np.testing.assert_allclose(known.loc[["repeat", "golden", "peer"], "copies"], [0.905, 0.905, 0.95])
    np.testing.assert_allclose(
        [table.loc["golden", "knows golden"] for table in (hidden, known)], [0.545, 0.905]
    )
    assert hidden.loc["repeat", "remembers"] == known.loc["repeat", "remembers"] == pytest.approx(0.6)
