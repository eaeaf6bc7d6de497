"""The parts that frontiers share: the loss of a range, the growth of c′/q′, and the larger of two lines."""

import numpy as np
import pytest

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.linear.uncut.frontier import Frontier, below_both

COSTS = [
    al.PowerCost(0.4, 1.0), al.PowerCost(0.4, 3.5),
    al.ConvexCost(lambda e: 0.2 * np.expm1(2 * e), lambda e: 0.4 * np.exp(2 * e)),
    al.ConvexCost(lambda e: 0.4 * np.maximum(e - 0.3, 0) ** 2, lambda e: 0.8 * np.maximum(e - 0.3, 0)),
]  # fmt: skip


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize(
    "monitor", [al.Expert(0.2), al.SelfConsistency(0.15), al.SelfConsistencyLabels(0.3, 3)]
)
def test_loss_and_growth_hold_all_over_a_range(cost, monitor):
    problem, rng = al.Problem(al.CARA(0.5), cost, lambda e: e * (2 - e)), np.random.default_rng(3)
    evidence = PassLaw.from_monitor(monitor)
    frontier = Frontier(problem, evidence, 10, al.first_best(problem))
    for _ in range(60):
        centre, width = rng.uniform(0.4, 0.99), 10 ** rng.uniform(-6, -0.8)
        low, high = np.array([max(centre - width, 0.32)]), np.array([min(centre + width, 1.0)])
        inside = np.linspace(low[0], high[0], 101)
        loss = frontier.best.profit - (
            problem._value(inside) - problem.utility.wage(problem.reservation(inside))
        )
        found = frontier.loss_between(low, high)[0]
        assert found <= loss.min() + 1e-15 and loss.min() - found <= 1.2 * width / 50 + 1e-13
        ask = cost.slope(inside) / evidence.slope(inside)
        least, most = (x[0] for x in frontier.asked(low, high))
        assert least <= ask.min() * (1 + 1e-14) and ask.max() <= most * (1 + 1e-14)
        growth = np.diff(np.log(ask)) / np.diff(inside)
        least, most = (float(np.ravel(x)[0]) for x in frontier.growth(low, high))
        spare = 1e-13 / np.diff(inside)[0]
        assert least <= growth.min() + spare and growth.max() <= most + spare


def test_below_both_lines():
    rng = np.random.default_rng(5)
    for _ in range(300):
        a, width = rng.normal(size=2), 10 ** rng.uniform(-2, 0)
        least, largest = sorted(rng.normal(size=2) * 3)
        s = np.linspace(0, width, 2001)
        lines = np.maximum(a[0] + least * s, a[1] - largest * (width - s))
        found = below_both(
            *(np.array([x]) for x in a), (np.array([least]), np.array([largest])), np.array([width])
        )[0]
        assert found <= lines.min() + 1e-9
        if least < 0 < largest:
            assert found >= lines.min() - (largest - least) * width / 1000
    assert np.isnan(below_both(np.zeros(1), np.zeros(1), (np.array([np.nan]), np.ones(1)), np.ones(1)))[0]
