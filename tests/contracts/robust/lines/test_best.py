"""Lines in the worst case and on average: values, proofs, random lines, and searches where there is no proof."""

import numpy as np
import pytest

import annolib as al
from annolib.agency import reference_problem
from annolib.contracts.robust.lines.best import SearchedLines, best_line, first_slope
from annolib.contracts.robust.solve import _source

R1 = reference_problem(floor=None)


def strengths(low, high, monitor=al.SelfConsistency):
    return al.MonitorRange(monitor(low), monitor(high))


@pytest.mark.parametrize("n, profit", [(30, 0.2745747), (100, 0.2856676), (1000, 0.2899421)])
def test_reference_values(n, profit):
    pay = al.second_best(R1, strengths(0.14, 0.16), n, "linear")
    assert pay.profit == pytest.approx(profit, abs=5.1e-8)
    assert pay.converged and pay.suboptimality < 1e-10
    assert pay.to_frame()["profit"].idxmin() in (0.14, 0.16) and pay.rent > -1e-12


def test_a_cost_that_is_not_known():
    agent = al.AgentRange(*(reference_problem(scale=c, floor=None) for c in (0.55, 0.45)))
    pay = al.second_best(agent, al.SelfConsistency(0.15), 1000, "linear")
    assert pay.profit == pytest.approx(0.27105, abs=5.1e-6) and pay.converged


def test_two_types_and_one_line():
    types = al.AgentTypes([reference_problem(scale=c, floor=None) for c in (0.55, 0.45)], [0.5, 0.5])
    pay = al.second_best(types, al.SelfConsistency(0.15), 1000, "linear")
    assert pay.profit == pytest.approx(0.272790, abs=5.1e-7) and pay.suboptimality < 3e-6
    assert not pay.converged and "may earn up to" in pay.message  # a level optimum: so far is it proved


def test_random_lines_never_win():
    problem, n = R1, 100
    pay = al.second_best(problem, strengths(0.14, 0.16), n, "linear")
    rng, best = np.random.default_rng(8), -np.inf
    for _ in range(30):
        slope = pay.contract.slope * np.exp(rng.normal(0, 0.03))
        base = pay.contract.base + rng.normal(0, 0.02) + 0.55 * (pay.contract.slope - slope)
        line = al.contracts.Linear(base, slope, None, n)
        answers = [al.best_answer(problem, al.SelfConsistency(k), line) for k in (0.14, 0.16)]
        best = max(best, min(a.profit if a.accepts else 0.0 for a in answers))
    assert 0.27 < best <= pay.profit + 1e-9


def test_searched_lines_agree_with_the_formulas():
    """The search for lines without a formula, on a problem that has one."""
    kinds = _kinds(R1, strengths(0.14, 0.16))
    slope, wage, worth = SearchedLines(kinds, 20).best()
    formula = best_line(kinds, 20, 0.0, 1e-10)
    assert worth == pytest.approx(formula.worth, abs=1e-8)
    assert slope == pytest.approx(formula.contract.slope, rel=1e-4)


def _kinds(problem, monitor):
    from annolib.contracts.robust.family import Kinds

    source = _source(problem, monitor)
    return Kinds((source.at(0), source.at(1)), False)


def test_cut_lines():
    problem = reference_problem(floor=0.0)
    pay = al.second_best(problem, strengths(0.14, 0.16), 100, "linear")
    assert pay.profit > 0.11 and pay.contract.floor == 0 and not pay.converged
    assert "may earn up to" in pay.message
    known = al.second_best(problem, al.SelfConsistency(0.14), 100, "linear").profit
    assert pay.profit < known < pay.profit + pay.suboptimality
    rng, best = np.random.default_rng(4), -np.inf
    for _ in range(20):
        slope = pay.contract.slope * np.exp(rng.normal(0, 0.02))
        line = al.contracts.Linear(pay.contract.base + rng.normal(0, 0.02), slope, 0.0, 100)
        answers = [al.best_answer(problem, al.SelfConsistency(k), line) for k in (0.14, 0.16)]
        best = max(best, min(a.profit for a in answers))
    assert best <= pay.profit + 1e-5


@pytest.mark.parametrize("n, deposit", [(40, 0.2), (100, 0.1)])
def test_no_other_line_is_seen_to_earn_more(n, deposit):
    """Lines far and near, in the worst case over two strengths far apart: the aim leaps where one more kind works."""
    kinds = _kinds(reference_problem(floor=-deposit), strengths(0.13, 0.18))
    lines = SearchedLines(kinds, n)
    with np.errstate(all="ignore"):
        slope, wage, worth = lines.best()
        share = lines.share - (wage + deposit) / slope
        rng, best = np.random.default_rng(n), -np.inf
        for width in (1.0, 0.1, 1e-3, 1e-5):
            b, s = slope * np.exp(rng.normal(0, width, 1500)), share + rng.normal(0, 0.3 * width, 1500)
            best = max(best, lines.aim(b, lines._wage(b, s)).max())
    assert 0 < best <= worth + 1e-7


def test_a_risk_neutral_agent():
    problem = al.Problem(al.RiskNeutral(), al.PowerCost(0.5, 3), lambda e: 0.6 * e * (2 - e))
    pay = al.second_best(problem, strengths(0.14, 0.16, al.Expert), 20, "linear")
    flat = al.second_best(problem, strengths(0.14, 0.16, al.Expert), 20, "flat")
    assert flat.profit < pay.profit <= al.first_best(problem).profit and pay.rent > -1e-9


def test_a_wage_that_is_unknown_is_refused():
    problem = al.Problem(al.CRRA(0.5), al.PowerCost(0.5, 2), lambda e: 0.6 * e * (2 - e), outside=0.4)
    with pytest.raises(al.NoBestContract, match="Give a floor above it"):
        al.second_best(problem, strengths(0.14, 0.16), 20, "linear")


def test_a_first_slope_is_of_the_right_size():
    kinds = _kinds(R1, strengths(0.14, 0.16))
    assert 0.5 < first_slope(kinds) / best_line(kinds, 100, 0.0, 1e-6).contract.slope < 2
