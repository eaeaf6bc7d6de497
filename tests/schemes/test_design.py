"""The design: worst cases against dense grids, kinds of checks, deposits, assumptions, bad input."""

from math import comb

import numpy as np
import pytest

import annolib as al


def test_the_worst_case_is_the_worst_of_a_dense_grid(unsure, terms):
    plan = al.design_pay(unsure, **terms, checks=30, families="binary")
    answers = [
        al.best_answer(plan.problem, al.SelfConsistencyLabels(float(g)), plan.contract).profit
        for g in np.linspace(0.55, 0.6, 41)
    ]
    # a flat maximum is found to 1e-8 in effort, which is 60 times as much in profit; cents are in the contract, not in the solver's profit
    assert plan.net <= min(answers) - 0.2 * 30 + 1e-6
    assert plan.pay.profit - 0.2 * 30 - 0.03 <= plan.net <= plan.pay.profit - 0.2 * 30
    known = al.design_pay(
        al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.6), strength=0.575),
        **terms,
        checks=30,
        families="binary",
    )
    assert plan.net < known.net, "not knowing the strength has a price"
    assert plan.strengths["rent"].min() > -1e-9, "what is printed is accepted at every strength"


def test_the_kind_that_tells_most_for_its_price_is_bought(report, terms):
    gold = {"golden": al.GoldenLabels(0.5)}
    chosen = {}
    for price in (0.1, 50.0):
        plan = al.design_pay(
            report,
            **terms | {"prices": {"repeat": 0.2, "golden": price}},
            monitors=gold,
            families="linear",
            checks=20,
        )
        chosen[price] = plan.kind.name
        assert (
            set(plan.options["kind"]) == {"repeat", "golden"} and plan.options["net"].is_monotonic_decreasing
        )
    assert chosen == {0.1: "golden", 50.0: "repeat"}


def test_a_deposit_helps_and_is_named(report, terms):
    bare = al.design_pay(report, **terms, checks=10, families="linear")
    with_it = al.design_pay(report, **terms, checks=10, families="linear", deposit=8)
    assert with_it.net > bare.net and with_it.problem.floor == 2 and "lay down 8.00" in with_it.clause[0]


def test_a_table_is_audited(terms):
    table = al.datasets.load("twin")
    plan = al.design_pay(
        table, **terms, checks=20, families="linear", monitor=al.SelfConsistencyLabels(0.6), strength=0.6
    )
    assert plan.checks == 20 and len(plan.earnings) == 124


def test_dear_checks_and_a_batch_worth_little_end_in_flat_pay(report, terms):
    plan = al.design_pay(report, **terms | {"value": 5.0, "floor": 20, "prices": 5.0}, checks=30)
    assert plan.family == "flat" and plan.checks == 0
    assert plan.net == pytest.approx(-20) and "Pay flat" in plan.report_section().sentences[0]


def test_what_is_assumed_is_listed_with_how_to_learn_it(report, terms):
    frame = al.design_pay(report, **terms, checks=20, families="linear").assumptions
    assert "taken for want of better" in frame.loc["taste for money", "as"]
    assert (
        f"{1 / 35:.3g}" in frame.loc["taste for money", "as"]
        and "15 in money" in frame.loc["cost of effort", "as"]
    )
    assert "full care passes 93% of the repeat checks" in frame.loc["strength of the checks", "as"]
    assert frame["how to learn it"].str.len().min() > 10
    own = al.design_pay(
        report, **terms | {"cost": al.PowerCost(6.0, 3)}, utility=al.CARA(0.02), checks=20, families="linear"
    )
    assert own.problem.cost.power == 3 and "want of better" not in own.assumptions.to_string()


def test_the_notice_has_the_chances_of_the_bonus(report, terms):
    from scipy.stats import binom

    plan = al.design_pay(report, **terms, checks=30, families="binary")
    effort = al.best_answer(plan.problem, al.SelfConsistencyLabels(0.6), plan.contract).effort
    for at in (effort, 0.0):
        q = al.SelfConsistencyLabels(0.6).pass_probability(at)
        assert f"{100 * binom.sf(plan.contract.threshold - 1, 30, q):.0f}" in plan.notice


def test_the_notice_of_a_line_has_the_pay_of_the_careful_and_of_the_idle(report, terms):
    plan = al.design_pay(report, **terms, checks=12, families="linear", deposit=8, currency="euros")
    monitor = al.SelfConsistencyLabels(0.6)
    care = al.best_answer(plan.problem, monitor, plan.contract)
    idle = sum(plan.contract.wage(k) * comb(12, k) * 2 ** (12 - k) for k in range(13)) / 3**12
    for wage in (care.expected_wage, float(idle)):
        assert f"{wage + 8:.2f} euros" in plan.notice
    passes = np.random.default_rng(0).binomial(12, monitor.pass_probability(care.effort), 40_000)
    spread = float(plan.notice.split("by about ")[1].split()[0])
    assert spread == pytest.approx(np.std(plan.contract.wage(passes)), rel=0.02)
    flat = al.design_pay(report, **terms | {"value": 5.0, "floor": 20, "prices": 5.0}, checks=30)
    assert flat.notice == "The pay does not depend on the checks."


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"cost": 0}, ValueError, "cost must be above 0"),
        ({"value": np.nan}, ValueError, "value"),
        ({"families": "optimal"}, ValueError, "families must be some of"),
        ({"families": ()}, ValueError, "families must be some of"),
        ({"deposit": -1}, ValueError, "deposit must not be negative"),
        ({"checks": 0}, ValueError, "checks"),
        ({"utility": "CARA"}, TypeError, "utility must be CARA"),
        (
            {"outside": 0.0, "cost": al.PowerCost(1.0), "value": lambda e: 0 * e},
            ValueError,
            "utility must be given",
        ),
        ({"monitor": al.SelfConsistencyLabels(0.6)}, TypeError, "crowd is an audit already"),
        ({"strength": 0.5}, TypeError, "crowd is an audit already"),
    ],
)
def test_bad_input(report, terms, change, error, words):
    with pytest.raises(error, match=words):
        al.design_pay(report, **(terms | {"checks": 10} | change))


def test_a_table_needs_a_monitor(terms):
    with pytest.raises(TypeError, match="monitor must say what a check of the table is"):
        al.design_pay(al.datasets.load("twin"), **terms)


@pytest.mark.parametrize("families", ["binary", "linear"])
def test_a_margin_keeps_people_who_find_care_a_little_dearer(unsure, terms, families):
    bare = al.design_pay(unsure, **terms, checks=20, families=families)
    safe = al.design_pay(unsure, **terms, checks=20, families=families, margin=2)
    dear = "effort is a quarter dearer"
    assert np.isnan(bare.errors.loc[dear, "effort"]) and "no slack" in bare.report_section().sentences[0]
    # the bonus of a threshold is made for the cost assumed: they come, and do not work
    assert (safe.errors.loc[dear, "effort"] > 0) == (
        families == "linear"
    ) and "no slack" not in safe.report_section().sentences[0]
    assert safe.margin == 2 and safe.net < bare.net
    utility = safe.problem.utility
    least = float(utility.wage(safe.problem.outside + safe.strengths["rent"].min()))
    assert least >= 20 + 2 - 1e-6
