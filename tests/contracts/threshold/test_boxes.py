"""Forms on boxes: sums, differences and multiples hold what the functions they stand for do; weights level what they can."""

import numpy as np
import pytest

from annolib.contracts.threshold.boxes import (
    Boxes,
    Form,
    at_least_zero,
    balance,
    mean_value,
    signed,
    two_weights,
)

FUNCTIONS = {  # value, d/dη, and the step from one threshold to the next, of (t, η)
    "square": (lambda t, x: x**2 - 0.1 * t, lambda t, x: 2 * x, lambda t, x: -0.1 + 0 * x),
    "wave": (
        lambda t, x: np.sin(3 * x) + 0.05 * t,
        lambda t, x: 3 * np.cos(3 * x),
        lambda t, x: 0.05 + 0 * x,
    ),
    "product": (lambda t, x: t * x, lambda t, x: t + 0 * x, lambda t, x: x),
}


def a_box(rng):
    first = rng.integers(1, 10)
    last, low = first + rng.integers(0, 4), rng.uniform(0, 0.8)
    return float(first), float(last), low, low + rng.uniform(0.01, 0.2)


def form_of(name, box):
    """The form on one box, with ranges from a fine grid."""
    value, slope, step = FUNCTIONS[name]
    first, last, low, high = box
    t, x = np.meshgrid(np.arange(first, last + 1), np.linspace(low, high, 401))
    centre = np.floor((first + last) / 2), (low + high) / 2
    ends = [(np.array([g(t, x).min() - 1e-4]), np.array([g(t, x).max() + 1e-4])) for g in (slope, step)]
    return Form(np.array([value(*centre)]), *ends)


def surroundings(box):
    first, last, low, high = box
    t, x = np.floor((first + last) / 2), (low + high) / 2
    return {
        "dx": (np.array([low - x]), np.array([high - x])),
        "dt": (np.array([first - t]), np.array([last - t])),
    }


@pytest.mark.parametrize("seed", range(10))
def test_mean_values_of_combinations_lie_below_the_functions(seed):
    rng = np.random.default_rng(seed)
    box = a_box(rng)
    t, x = np.meshgrid(np.arange(box[0], box[1] + 1), np.linspace(box[2], box[3], 401))
    square, wave, both = (FUNCTIONS[name][0](t, x) for name in FUNCTIONS)
    a, b, c = (form_of(name, box) for name in FUNCTIONS)
    weight = np.array([rng.uniform(0.1, 3)])
    combined = a.plus(b.times(weight)).less(c)
    least = (square + weight * wave - both).min()
    bound = mean_value(combined, surroundings(box))[0]
    assert bound <= least + 1e-12
    assert bound > least - 5  # and not far below


def test_a_weight_of_nothing_forgets_what_is_infinite():
    form = Form(np.array([np.inf]), (np.array([-np.inf]), np.array([np.inf])), (np.zeros(1), np.zeros(1)))
    assert form.times(np.zeros(1)).value[0] == 0 and form.times(np.zeros(1)).slope[0][0] == 0


def test_weights_level_what_they_can():
    first, second = np.array([2.0, 1.0]), np.array([-1.0, 3.0])
    share = balance(first, second)
    assert share == pytest.approx([1 / 3, 1.0])  # the second pair has one sign: the nearest to 0
    assert at_least_zero(np.array([-1.0, 2.0, np.nan, np.inf])).tolist() == [0, 2, 0, 0]

    def form(slope, step):
        pair = [(np.array([float(z)]), np.array([float(z)])) for z in (slope, step)]
        return Form(np.zeros(1), *pair)

    share, price = two_weights(form(3, 1), form(-1, 1), form(1, 1))  # λ(3, 1) + (1 − λ)(−1, 1) = μ(1, 1)
    assert share[0] == pytest.approx(0.5) and price[0] == pytest.approx(1.0)
    low, high = signed((np.array([1.0]), np.array([2.0])), np.array([False]))
    assert (low[0], high[0]) == (-2.0, -1.0)


def test_boxes_join_and_part():
    one = Boxes(*(np.array([x]) for x in (1.0, 2.0, 0.1, 0.2, False)))
    two = Boxes.join(one, one)
    assert two.size == 2 and two.take(np.array([True, False])).size == 1
