"""The best line without a floor: proved, found by plain search, and what is said where none that can be written down is best."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binom

import annolib as al

sys.path.insert(0, str(Path(__file__).parent))
from test_crra import line_by_hand, terror

sys.path.insert(0, str(Path(__file__).parents[2]))
import adversary


def is_proved(problem, pay):
    scale = max(abs(al.first_best(problem).profit), float(problem.value(1.0) - problem.value(0.0)))
    return pay.converged and pay.suboptimality <= max(1e-9 * pay.gap, 1e-12 * scale)


@pytest.mark.parametrize("aversion, start, n", [(2, 0.5, 10), (2, 1.0, 20), (3, 0.5, 15), (1.5, 1.0, 100)])
def test_the_best_line_of_a_crra_agent_is_proved_and_found_by_plain_search(aversion, start, n):
    """By hand: for an effort the shape from the two equations, by plain sums and a root; then the best effort."""
    problem, monitor = terror(aversion, start), al.SelfConsistency(0.15)
    pay = al.second_best(problem, monitor, n, "linear")
    assert is_proved(problem, pay)
    efforts = np.linspace(0.1, 0.99, 50)
    worth = np.array([line_by_hand(problem, monitor, n, e)[0] for e in efforts])
    found = minimize(
        lambda x: -line_by_hand(problem, monitor, n, x[0])[0], [efforts[np.nanargmax(worth)]],
        method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14},
    )  # fmt: skip
    assert pay.profit == pytest.approx(-found.fun, abs=1e-7)
    assert pay.contract.slope == pytest.approx(line_by_hand(problem, monitor, n, found.x[0])[1], rel=1e-3)


@pytest.mark.parametrize("seed", range(30))
def test_random_problems_are_proved_and_no_search_wins(seed):
    """Every utility that has a frontier, every cost; of the lines that can be written down none found at random earns more."""
    rng = np.random.default_rng(7_700 + seed)
    while True:
        problem, monitor, n = adversary.corner_problem(rng, largest=2.0)
        if not isinstance(problem.utility, al.CRRA) or problem.utility.aversion >= 1:
            break
    problem = problem.with_floor(None)
    pay = al.second_best(problem, monitor, n, "linear")
    assert is_proved(problem, pay) or "that can be written down" in pay.message
    found, _ = adversary.search(problem, monitor, n, "linear", rng, 20, 1, 30)
    assert found <= pay.profit + 1e-8
    if (
        pay.family == "linear"
    ):  # the agent takes it, and no effort is better to him than the one that is asked for
        answer = al.best_answer(problem, monitor, pay.contract)
        own = float(problem.reservation(pay.effort)) + pay.rent - float(problem.cost.cost(pay.effort))
        assert (
            own == pytest.approx(answer.payoff, abs=1e-9 * (1 + abs(own)))
            and pay.certificate.gain_bound < 1e-9
        )


def test_an_agent_who_bears_no_zero_wage_is_threatened_with_next_to_none():
    """Log utility, six checks: the best base wage is far below rounding of the others, and yet exact; by hand at a fixed effort."""
    problem, monitor, n = terror(1.0, 0.5, 0.45), al.Expert(0.15), 6
    pay = al.second_best(problem, monitor, n, "linear")
    assert is_proved(problem, pay) and "Mirrlees" in pay.message and "next to nothing" in pay.message
    base, slope = pay.contract.base, pay.contract.slope
    assert 1e-28 < base < 1e-26
    k, q = np.arange(n + 1), float(monitor.pass_probability(pay.effort))
    law, wages = binom.pmf(k, n, q), base + slope * k / n
    assert law @ np.log(wages) == pytest.approx(float(problem.reservation(pay.effort)), abs=1e-12)
    score = (k - n * q) / (q * (1 - q)) * float(monitor.slope(pay.effort))
    assert (law * score) @ np.log(wages) == pytest.approx(float(problem.cost.slope(pay.effort)), rel=1e-10)
    for base in np.geomspace(
        1e-30, 0.2, 40
    ):  # other threats, each with the effort that its incentive buys, and the size that pays for it

        def short(effort, theta=base):
            at = binom.pmf(k, n, float(monitor.pass_probability(effort)))
            x = float(monitor.pass_probability(effort))
            pull = (at * (k - n * x) / (x * (1 - x))) @ np.log(theta + k / n) * float(monitor.slope(effort))
            return float(problem.cost.slope(effort)) - pull

        from scipy.optimize import brentq

        if short(1e-9) < 0 < short(1 - 1e-9):
            effort = brentq(short, 1e-9, 1 - 1e-9)
            x = float(monitor.pass_probability(effort))
            size = np.exp(float(problem.reservation(effort)) - binom.pmf(k, n, x) @ np.log(base + k / n))
            assert float(problem.value(effort)) - size * (base + x) <= pay.profit + 1e-12


def test_where_threats_are_too_small_to_be_written_down_no_line_is_best():
    """Log utility, 150 checks: the line of base 0 earns all that can be earned with wages that are numbers; the rest is stated."""
    problem, monitor, n = terror(1.0, 0.5, 0.6), al.Expert(0.15), 150
    pay = al.second_best(problem, monitor, n, "linear")
    assert not pay.converged and "that can be written down" in pay.message and "Give a floor" in pay.message
    assert 0 < pay.suboptimality < pay.gap
    more = al.second_best(problem, monitor, 2 * n, "linear")
    assert more.suboptimality == pytest.approx(
        pay.suboptimality, rel=0.3
    )  # what the threats buy hardly depends on n
    assert al.second_best(problem.with_floor(0.05), monitor, n, "linear").converged


def test_flat_pay_where_no_line_is_worth_it():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), lambda e: 0.01 * e)
    pay = al.second_best(problem, al.SelfConsistency(0.02), 3, "linear")
    assert pay.family == "flat" and is_proved(problem, pay)


def test_a_deviation_that_tempts_joins():
    """Cost e^1.5 seen through agreements: no effort tempts from most lines, and the best one leaves the agent indifferent to it."""
    problem, monitor = (
        al.Problem(al.CARA(1.0), al.PowerCost(0.4, 1.5), lambda e: 0.8 * e * (2 - e)),
        al.SelfConsistency(0.15),
    )
    pay = al.second_best(problem, monitor, 20, "linear")
    assert is_proved(problem, pay) and pay.certificate.gain_bound < 1e-9
    found, _ = adversary.search(problem, monitor, 20, "linear", np.random.default_rng(3), 40, 2, 80)
    assert pay.profit - 1e-2 < found <= pay.profit + 1e-9
