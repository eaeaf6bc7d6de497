"""Behaviours: their exact laws against hand-made ones, and their labels against their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al

LAW3 = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.0, 0.0, 1.0], [0.25, 0.25, 0.5]])
LAW2 = np.array([[0.9, 0.1], [0.3, 0.7], [1.0, 0.0], [0.5, 0.5]])
LONGER = np.array([-1, 1, 0, 1])
SWAPPED = np.array([False, True, True, False])
OTHERS = np.array([0, 1, 1, -1])
ITEMS = [al.Items(LAW3, LONGER), al.Items(LAW2, LONGER)]
BEHAVIOURS = [
    al.Attentive(0.6),
    al.Attentive(0),
    al.Attentive(1),
    al.AlwaysLeft(),
    al.LongerOne(),
    al.LongerOne(0.3),
    al.Copycat(),
    al.Copycat(0.3),
]
every_items = pytest.mark.parametrize("items", ITEMS, ids=repr)
every_behaviour = pytest.mark.parametrize("behaviour", [*BEHAVIOURS, al.AlwaysTie()], ids=repr)
every_pair = pytest.mark.parametrize(
    ("items", "behaviour"),
    [(ITEMS[0], al.AlwaysTie()), *((items, behaviour) for items in ITEMS for behaviour in BEHAVIOURS)],
    ids=repr,
)


def swap(row):
    return [row[1], row[0], *row[2:]]


# --- items ------------------------------------------------------------------------------------------------


# --- laws -------------------------------------------------------------------------------------------------


@every_items
def test_laws_by_hand(items):
    k = items.labels
    uniform = np.full(k, 1 / k)
    sure = np.eye(k)
    shown = np.array([swap(row) if swapped else row for row, swapped in zip(items.law, SWAPPED, strict=True)])

    np.testing.assert_allclose(al.Attentive(0.6).law(items, SWAPPED), 0.6 * shown + 0.4 * uniform)
    np.testing.assert_array_equal(al.AlwaysLeft().law(items, SWAPPED), sure[[0, 0, 0, 0]])
    rule = [sure[0], sure[0], uniform, sure[1]]  # first longer shown left; second longer shown left; …
    np.testing.assert_allclose(al.LongerOne().law(items, SWAPPED), rule)
    np.testing.assert_allclose(al.LongerOne(0.3).law(items, SWAPPED), 0.7 * np.array(rule) + 0.3 * uniform)
    copied = [sure[0], sure[0], sure[0], uniform]
    np.testing.assert_allclose(al.Copycat().law(items, SWAPPED, OTHERS), copied)
    np.testing.assert_allclose(
        al.Copycat(0.3).law(items, SWAPPED, OTHERS), 0.7 * np.array(copied) + 0.3 * uniform
    )


def test_ties_stay_ties_when_sides_swap():
    items = ITEMS[0]
    assert al.AlwaysTie().law(items, SWAPPED).tolist() == [[0, 0, 1]] * 4
    assert al.Copycat().label(items, True, others=[2, 2, 2, 2], rng=1).tolist() == [2] * 4


@every_pair
def test_every_law_is_a_law(items, behaviour):
    law = behaviour.law(items, SWAPPED, OTHERS)
    assert law.shape == items.law.shape
    assert (law >= 0).all()
    np.testing.assert_allclose(law.sum(axis=1), 1, rtol=1e-14)


# --- labels -----------------------------------------------------------------------------------------------


@every_pair
def test_labels_follow_the_law(items, behaviour):
    """20,000 labels of each item: five standard errors of at most .0036 are allowed."""
    rows = np.repeat(np.arange(4), 20_000)
    codes = behaviour.label(items[rows], SWAPPED[rows], rng=17, others=OTHERS[rows])
    counts = np.array([np.bincount(codes[rows == row], minlength=items.labels) for row in range(4)])
    law = behaviour.law(items, SWAPPED, OTHERS)
    assert np.abs(counts / 20_000 - law).max() < 5 * 0.0036
    assert not counts[law == 0].any()


@every_behaviour
def test_the_seed_alone_decides(behaviour):
    items = ITEMS[0][np.zeros(50, int)]
    others = np.zeros(50, int)
    one = behaviour.label(items, True, rng=5, others=others)
    two = behaviour.label(items, True, rng=np.random.default_rng(5), others=others)
    assert one.tolist() == two.tolist()
    assert set(one.tolist()) <= {0, 1, 2}


@given(st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_swapping_sides_swaps_the_law_of_attention_and_rules(effort, seed):
    rng = np.random.default_rng(seed)
    items = al.Items(rng.dirichlet([1, 1, 1], size=5), rng.integers(-1, 2, size=5))
    for behaviour in (al.Attentive(effort), al.LongerOne(effort), al.Copycat(effort)):
        straight = behaviour.law(items, False, items.longer)
        exchanged = behaviour.law(items, True, items.longer)
        np.testing.assert_allclose(exchanged[:, [1, 0, 2]], straight, atol=1e-15)


def test_habits_fool_self_consistency_as_the_theory_says():
    """Exact chance that a repeat agrees by content: always-left 1 or 0, always-tie 1, the longer one 1."""
    items = al.Items(LAW3, longer=[-1, 1, 1, -1])

    def agreement(behaviour, swapped):
        first, second = behaviour.law(items, False), behaviour.law(items, swapped)
        content = second[:, [1, 0, 2]] if swapped else second
        return (first * content).sum(axis=1).mean()

    assert [agreement(al.AlwaysLeft(), s) for s in (False, True)] == [1, 0]
    assert [agreement(al.AlwaysTie(), s) for s in (False, True)] == [1, 1]
    assert [agreement(al.LongerOne(), s) for s in (False, True)] == [1, 1]
    q = al.SelfConsistencyLabels.from_preferences(LAW3).pass_probability(0.7)
    assert [agreement(al.Attentive(0.7), s) for s in (False, True)] == pytest.approx([q, q])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.Attentive(1.5), r"effort must lie in \[0, 1\]; saw 1.5"),
        (lambda: al.LongerOne(slip=-0.1), "slip must lie"),
        (lambda: al.Copycat(slip=2), "slip must lie"),
        (lambda: al.AlwaysTie().law(ITEMS[1], False), "items must have three labels for AlwaysTie"),
        (lambda: al.Copycat().law(ITEMS[0], False), "others must be given for a Copycat"),
        (lambda: al.Copycat().law(ITEMS[0], False, [0, 1]), "others must hold one code from -1"),
        (
            lambda: al.Copycat().law(ITEMS[1], False, [0, 1, 2, 0]),
            r"others must hold one code from -1 .* to 1",
        ),
        (lambda: al.AlwaysLeft().law(ITEMS[0], [True]), "swapped must be"),
        (lambda: al.AlwaysTie().law(ITEMS[0], [True]), "swapped must be"),
    ],
)
def test_bad_values_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_one_behaviour_has_one_effort():
    with pytest.raises(TypeError, match="effort must be one number"):
        al.Attentive([0.2, 0.3])
    with pytest.raises(TypeError, match="rng must be"):
        al.AlwaysLeft().label(ITEMS[0], False, rng="seed")
    assert al.Attentive(1) == al.Attentive(1.0) and repr(al.LongerOne()) == "LongerOne(slip=0.0)"
