"""Best answers from a table against proved ones, line by line."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.robust.family import Kind
from annolib.contracts.robust.lines.tables import LineTable
from annolib.contracts.robust.whole_range import Pay

BENT = al.ConvexCost(lambda e: 0.3 * np.maximum(e - 0.2, 0) ** 2, lambda e: 0.6 * np.maximum(e - 0.2, 0))
KINKED = al.ConvexCost(
    lambda e: 0.2 * e**2 + 0.4 * np.maximum(e - 0.6, 0), lambda e: 0.4 * e + 0.4 * (np.asarray(e) > 0.6)
)
PROBLEMS = {
    "reference": reference_problem(floor=0.0),
    "cheap": reference_problem(scale=0.05, floor=0.0),
    "steep": al.Problem(al.CRRA(0.5), al.PowerCost(0.3, 8), lambda e: e, floor=0.0),
    "free": al.Problem(al.CARA(1.0), BENT, lambda e: e, floor=0.0),
    "kinked": al.Problem(al.CARA(1.0), KINKED, lambda e: e, floor=0.0),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize(
    "monitor, n",
    [
        (al.SelfConsistency(0.15), 1),
        (al.SelfConsistency(0.25), 400),
        (al.Expert(0.2), 60),
        (al.SelfConsistencyLabels(0.6), 90),
    ],
)
def test_agrees_with_the_proved_best_answer(name, monitor, n):
    problem = PROBLEMS[name]
    kind = Kind(problem, PassLaw.from_monitor(monitor), 1.0, "it")
    rng = np.random.default_rng(n)
    low, high = kind.evidence.success(np.array([0.0, 1.0]))
    slopes = np.exp(rng.normal(0.5, 1.2, 12))
    shares = rng.uniform(low - 0.2, high, 12)
    wages = np.maximum(slopes[:, None] * (np.arange(n + 1) / n - shares[:, None]), 0.0)
    efforts, profits, payoffs = LineTable(kind, n).answers(wages, problem.utility.utility(wages))
    for i, effort in enumerate(efforts):
        line = al.contracts.Linear(-slopes[i] * shares[i], slopes[i], 0.0, n)
        proved = Pay(line, problem.utility, "passes").answer(kind)
        assert payoffs[i] == pytest.approx(proved.payoff, abs=1e-12)
        if abs(effort - proved.effort) > 1e-5:  # a tie: effort that is free
            assert max(effort, proved.effort) <= problem.cost.free_effort
        else:
            assert profits[i] == pytest.approx(proved.profit, abs=2e-5)


def test_two_peaks_of_one_height_are_told_apart():
    """Where somebody is about to give up, a wage of a billionth more decides."""
    problem, n = PROBLEMS["reference"], 100
    kind = Kind(problem, PassLaw.from_monitor(al.SelfConsistency(0.15)), 1.0, "it")
    table, counts = LineTable(kind, n), np.arange(n + 1) / n

    def effort(slope):
        wages = np.maximum(slope * (counts - 0.56), 0.0)[None]
        return table.answers(wages, problem.utility.utility(wages))[0][0]

    low, high = 0.1, 20.0
    assert effort(low) < 0.05 and effort(high) > 0.2
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if effort(middle) < 0.1 else (low, middle)
    line = [al.contracts.Linear(-0.56 * b, b, 0.0, n) for b in (low * (1 - 1e-10), high * (1 + 1e-10))]
    proved = [Pay(contract, problem.utility, "passes").answer(kind).effort for contract in line]
    assert proved[0] < 0.1 < proved[1]
