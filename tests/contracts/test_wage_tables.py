"""Wage tables: what is paid, how likely it is, as a file, and how few rows."""

import io

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import annolib as al
from annolib.agency.reference import reference_problem

REPEATS = al.SelfConsistency(0.15)


@pytest.mark.parametrize("family", ["flat", "binary", "linear", "tiered(2)", "optimal"])
def test_every_count_has_its_wage_and_its_probability(family):
    pay = al.second_best(reference_problem().with_floor(-0.1), REPEATS, 40, family)
    table = pay.wage_table()
    assert table["passes"].tolist() == list(range(41)) and table["share"].iloc[-1] == 1
    np.testing.assert_array_equal(table["wage"], pay.contract.wage(np.arange(41)))
    np.testing.assert_allclose(
        table["probability"],
        stats.binom.pmf(np.arange(41), 40, REPEATS.pass_probability(pay.effort)),
        rtol=1e-9,
    )
    assert table["wage"] @ table["probability"] == pytest.approx(pay.expected_wage, abs=1e-9)


def test_failures_have_their_wages_too():
    pay = al.second_best(reference_problem().with_floor(-0.1), al.Expert(-0.2), 40, "binary")
    table = pay.wage_table()
    assert table["wage"].is_monotonic_decreasing and table["wage"] @ table["probability"] == pytest.approx(
        pay.expected_wage, abs=1e-9
    )


def test_a_file_gives_the_table_back(tmp_path):
    pay = al.second_best(reference_problem(), REPEATS, 30, "optimal")
    pay.to_csv(tmp_path / "wages.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "wages.csv"), pay.wage_table(), check_exact=True)
    text = io.StringIO()
    pay.to_csv(text, at_least=0.01)
    assert text.getvalue().count("\n") == 1 + (pay.wage_table()["probability"] >= 0.01).sum()


def test_two_kinds_of_checks():
    pay = al.second_best(
        reference_problem().with_floor(None), al.Joint(REPEATS, al.Golden()), (12, 7), "linear"
    )
    table = pay.wage_table()
    assert len(table) == 13 * 8 and table["probability"].sum() == pytest.approx(1, abs=1e-12)
    assert table["wage"] @ table["probability"] == pytest.approx(pay.expected_wage, abs=1e-9)
    likely = pay.wage_table(at_least=1e-3)
    assert (likely["probability"] >= 1e-3).all() and len(likely) == (table["probability"] >= 1e-3).sum()


def test_too_many_rows_are_asked_for_otherwise():
    pay = al.second_best(reference_problem(), REPEATS, 10**9, "binary")
    with pytest.raises(ValueError, match="1,000,000,001 rows.*at_least=1e-12"):
        pay.wage_table()
    likely = pay.wage_table(at_least=1e-12)
    assert likely["probability"].sum() == pytest.approx(1, abs=1e-6) and len(likely) < 300_000
    with pytest.raises(ValueError, match="at_least must"):
        pay.wage_table(at_least=2)


def test_every_outcome_has_its_row():
    agent = al.Problem(al.CRRA(0.5), cost=[0.0, 10.0], value=[0.0, 1000.0], outside=18.0, efforts=[0.0, 1.0])
    seen = al.Outcomes([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]], values=[0.0, 500.0, 1000.0])
    table = al.second_best(agent, seen, family="optimal").wage_table()
    assert table["outcome"].tolist() == [0, 1, 2] and table["wage"].round(3).tolist() == [
        29.469,
        196.0,
        238.041,
    ]
    twice = al.second_best(agent, seen, 2, "optimal").wage_table()
    assert twice[["times 0", "times 1", "times 2"]].sum(axis=1).tolist() == [2] * 6 and len(twice) == 6
    with pytest.raises(ValueError, match="at_least belongs to counts of checks"):
        al.second_best(agent, seen, family="optimal").wage_table(at_least=0.1)


def test_what_is_not_known_stays_in_the_table():
    problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    strengths = al.MonitorRange(al.SelfConsistency(0.14), al.SelfConsistency(0.16))
    pay = al.second_best(problem, strengths, 100, "binary")
    assert len(pay.wage_table(at_least=1e-3)) == 101
