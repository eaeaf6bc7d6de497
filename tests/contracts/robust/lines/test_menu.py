"""Menus of lines: values, self-selection checked apart, bounds for any menu, and what is refused."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.robust.family import listed
from annolib.contracts.robust.lines.menu import bound_of_menus

SELF = al.SelfConsistency(0.15)


def types(scales=(0.55, 0.45), weights=(0.5, 0.5), **problem):
    return al.AgentTypes([reference_problem(scale=c, **{"floor": None, **problem}) for c in scales], weights)


def kinds(scales, weights):
    ours = types(scales, weights)
    return listed(ours.problems, [SELF] * len(scales), weights, range(len(scales)))


@pytest.fixture(scope="module")
def found():
    return al.menu(types(), SELF, 1000)


def test_reference_values(found):
    assert found.profit == pytest.approx(0.272790, abs=5.1e-7)
    assert found.one_line == pytest.approx(0.272790, abs=5.1e-7)
    assert found.assigned == pytest.approx(0.316904, abs=5.1e-7)
    assert found.bound == pytest.approx(0.304647, abs=5.1e-7)
    assert "may earn up to 0.032 more" in found.message and "one line" in repr(found)


def test_every_type_takes_its_own_line(found):
    payoffs = np.array(found.payoffs)
    assert np.all(np.diag(payoffs) >= payoffs.max(axis=1) - 1e-10) and min(found.rents) > -1e-12
    frame = found.to_frame()
    assert frame.index.tolist() == [0, 1] and frame["profit"].mean() == pytest.approx(found.profit, abs=1e-12)


def test_random_menus_never_win():
    ours, n, rng = types(), 100, np.random.default_rng(6)
    found, best = al.menu(ours, SELF, n), -np.inf
    for _ in range(12):
        lines = []
        for contract in found.contracts:
            slope = contract.slope * np.exp(rng.normal(0, 0.03))
            lines.append(
                al.contracts.Linear(
                    contract.base + 0.56 * (contract.slope - slope) + abs(rng.normal(0, 0.003)),
                    slope,
                    None,
                    n,
                )
            )
        total = 0.0
        for problem, weight in zip(ours.problems, ours.weights, strict=True):
            answers = [al.best_answer(problem, SELF, line) for line in lines]
            own = max(answers, key=lambda answer: answer.payoff)
            total += weight * own.profit if own.accepts else -np.inf
        best = max(best, total)
    assert 0.2 < best <= found.profit + 1e-9


def test_the_order_of_the_types_does_not_matter():
    one, two = al.menu(types(), SELF, 50), al.menu(types((0.45, 0.55)), SELF, 50)
    assert one.profit == pytest.approx(two.profit, abs=1e-9)
    assert one.rents == pytest.approx(two.rents[::-1], abs=1e-7)


def test_a_menu_may_separate():
    """Under an expert's checks, costs far apart and few cheap ones, two lines earn more than one."""
    ours = types((0.8, 0.3), (0.5, 0.5))
    found = al.menu(ours, al.Expert(0.15), 200)
    assert found.profit >= found.one_line - 1e-10 and found.profit <= min(found.bound, found.assigned) + 1e-9
    payoffs = np.array(found.payoffs)
    assert np.all(np.diag(payoffs) >= payoffs.max(axis=1) - 1e-9)
    if len(set(found.contracts)) == 2:
        assert "own line" in found.message and found.profit > found.one_line


def test_one_type_is_the_second_best():
    found = al.menu(types((0.5,), (1.0,)), SELF, 100)
    pay = al.second_best(reference_problem(floor=None), SELF, 100, "linear")
    assert found.profit == pytest.approx(pay.profit, abs=1e-9)


@pytest.mark.parametrize("scales, weights", [((0.55, 0.45), (0.5, 0.5)), ((0.6, 0.5, 0.4), (0.3, 0.3, 0.4))])
def test_the_bound_of_any_menu_by_random_efforts(scales, weights):
    bound, rng = bound_of_menus(kinds(scales, weights)), np.random.default_rng(1)
    best = -np.inf
    centre = np.full(len(scales), 0.48)
    for spread in (0.1, 0.03, 0.01):
        for _ in range(3000):
            efforts = np.clip(centre + spread * rng.normal(size=len(scales)), 0, 1)
            rent, total = 0.0, 0.0
            for i, (scale, weight) in enumerate(zip(scales, weights, strict=True)):
                total += weight * (
                    0.6 * efforts[i] * (2 - efforts[i]) + np.log1p(-scale * efforts[i] ** 2 - rent)
                )
                if i + 1 < len(scales):
                    rent += (scale - scales[i + 1]) * efforts[i] ** 2
            if total > best:
                best, centre = total, efforts
    assert best <= bound + 1e-12 and best == pytest.approx(bound, abs=1e-4)


@pytest.mark.parametrize(
    ("scales", "worth", "bound"),
    [((3.0, 0.98), 20.0, 10.293954), ((3.0, 0.9), 6.0, 2.440540), ((50.0, 0.5), 3.0, 1.160945)],
)
def test_the_bound_where_first_bests_together_are_beyond_all_wages(scales, worth, bound):
    """There the dearest type's own best would leave the others a rent that no wage gives; a grid of 2,001 efforts each says what is right."""
    pair = [
        al.Problem(al.CARA(1.0), al.PowerCost(scale, 2), lambda e: worth * e, 0.0, None) for scale in scales
    ]
    grid = np.linspace(0, 1, 2001)
    first, second = np.meshgrid(grid, grid, indexing="ij")
    paid = scales[0] * first**2, (scales[0] - scales[1]) * first**2 + scales[1] * second**2
    with np.errstate(all="ignore"):
        all_ = [worth * e + np.log1p(-p) for e, p in zip((first, second), paid, strict=True)]
    seen = float(np.nanmax((all_[0] + all_[1]) / 2))
    assert seen == pytest.approx(bound, abs=1e-6)
    assert seen <= bound_of_menus(listed(pair, [SELF] * 2, (0.5, 0.5), range(2))) < seen + 1e-5


def test_costs_of_two_powers_have_the_plain_bound():
    pair = [
        reference_problem(floor=None, scale=0.6, power=2),
        reference_problem(floor=None, scale=0.3, power=3),
    ]
    plain = np.mean([al.first_best(problem).profit for problem in pair])
    ours = listed(pair, [SELF] * 2, (0.5, 0.5), range(2))
    assert bound_of_menus(ours) == pytest.approx(plain)


@pytest.mark.parametrize(
    "given, words",
    [
        ((reference_problem(), SELF, 10), "types must be AgentTypes"),
        ((types(), SELF, 10, "binary"), "family must be 'linear'"),
        ((types(), SELF, 0), "n must be a whole number"),
        ((types(floor=0.0), SELF, 10), "CARA utility without a floor"),
        ((types(power=1.5), SELF, 10), "no less than that of the check"),
    ],
)
def test_refused(given, words):
    with pytest.raises((TypeError, ValueError), match=words):
        al.menu(*given)
