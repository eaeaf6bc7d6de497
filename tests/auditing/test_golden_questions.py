"""Golden questions from the crowd, against brute force with dictionaries and against closed cases."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

import annolib as al
from annolib.auditing.golden_questions import (
    balance_golden,
    balanced_pass_rates,
    golden_checks,
    golden_items,
    separation,
)

untimed = settings(deadline=None, max_examples=60)
rows = st.lists(
    st.tuples(
        st.sampled_from("ij"),
        st.sampled_from("abcdef"),
        st.sampled_from(["left", "right", "tie"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=24,
)


def table_of(drawn):
    """Sides swapped where the last entry says so; labels are about the side shown."""
    frame = pd.DataFrame(drawn, columns=["task", "worker", "label", "swapped"])
    one, two = frame.task + "1", frame.task + "2"
    return frame.assign(left=np.where(frame.swapped, two, one), right=np.where(frame.swapped, one, two))


def chosen(row):
    return "tie" if row.label == "tie" else getattr(row, row.label)


def brute(table, least, share, ties):
    """Item by item and worker by worker, answers called by their own names."""
    found = {}
    for task, part in table.groupby("task"):
        first = {row.worker: row for row in reversed(list(part.itertuples()))}
        for worker, row in first.items():
            others = Counter(chosen(other) for name, other in first.items() if name != worker)
            if others.total() < least:
                continue
            for answer, count in others.items():
                if count / others.total() >= share - 1e-12 and (ties or answer != "tie"):
                    side = {row.left: "left", row.right: "right"}.get(answer, "tie")
                    said = chosen(row)
                    opposite = "tie" not in (said, answer) and said != answer
                    found[worker, task] = (others.total(), count, side, said == answer, opposite)
    return found


@untimed
@given(
    drawn=rows,
    least=st.integers(1, 4),
    share=st.sampled_from([0.51, 0.6, 0.75, 0.9, 1.0]),
    ties=st.booleans(),
)
def test_checks_are_those_of_brute_force(drawn, least, share, ties):
    table = table_of(drawn)
    frame = golden_checks(table, least, share, ties).to_frame()
    seen = {
        (row.worker, row.task): (row.others, row.agreeing, row.side, row.passed, row.opposite)
        for row in frame.itertuples()
    }
    assert seen == brute(table, least, share, ties)


@untimed
@given(drawn=rows, seed=st.integers(0, 1000))
def test_own_label_never_changes_the_own_golden_answer(drawn, seed):
    table = table_of(drawn).drop_duplicates(["task", "worker"])
    worker = table.worker.iloc[seed % len(table)]
    other = table.assign(label=table.label.where(table.worker != worker, "tie"))
    one, two = (golden_checks(each, 1, 0.6).to_frame() for each in (table, other))
    seen = ["task", "answer", "others", "agreeing"]
    one, two = (each.loc[each.worker == worker, seen].to_dict("records") for each in (one, two))
    assert one == two


def test_only_the_first_judgement_has_a_vote_and_is_checked():
    table = pd.DataFrame(
        {
            "task": ["i"] * 5,
            "worker": ["ann", "ann", "bob", "cy", "bob"],
            "label": ["right", "left", "left", "left", "right"],
            "time": [2, 1, 1, 1, 9],
        }
    )
    frame = golden_checks(table, least=2, share=1).to_frame().set_index("worker")
    assert frame.passed.all() and frame.judgements.to_dict() == {"ann": 2, "bob": 2, "cy": 1}
    by_rows = golden_checks(table.drop(columns="time"), least=2, share=1).to_frame()
    assert by_rows.worker.tolist() == ["ann"] and by_rows.opposite.tolist() == [True]


def test_experts_have_no_vote_and_are_not_checked():
    table = pd.DataFrame(
        {"task": "i", "worker": list("abcx"), "label": ["left"] * 3 + ["right"], "expert": False}
    )
    table.loc[3, "expert"] = True
    frame = golden_checks(table, least=2, share=1).to_frame()
    assert frame.worker.tolist() == list("abc") and frame.passed.all()


def test_the_share_is_counted_in_whole_people():
    """.9 of 10 others is nine of them, and .55 of 100 is 55, although .55·100 is a little more in binary."""
    table = pd.DataFrame({"task": "i", "worker": range(101), "label": ["left"] * 56 + ["right"] * 45})
    assert len(golden_checks(table, 100, 0.55).to_frame()) == 101
    for n in (10, 20, 30, 70):
        table = pd.DataFrame({"task": "i", "worker": range(n + 1), "label": ["left"] * (n + 1)})
        table.loc[1 : n // 10, "label"] = "right"
        assert len(golden_checks(table, n, 0.9).to_frame().query("worker == 0")) == 1
        table.loc[n // 10 + 1, "label"] = "tie"
        assert len(golden_checks(table, n, 0.9).to_frame().query("worker == 0")) == 0


def test_on_the_twin_the_careful_pass_and_random_clickers_do_not():
    """… while a careful minority passes less often than the careful majority: agreement is taste as well."""
    checks = golden_checks(al.datasets.load("twin"), least=3, share=0.75, ties=True)
    people = checks.by_worker().join(al.datasets.load("twin-truth")).query("behaviour == 'attentive'")
    group = people.taste.where(people.effort > 0.5, "careless")
    sums = people.groupby(group)[["checks", "passes"]].sum()
    rate = sums.passes / sums.checks
    assert rate["majority"] > rate["minority"] + 0.02 > rate["careless"] + 0.12


def test_items_ask_everybody():
    table = pd.DataFrame(
        {"task": list("iiijjj"), "worker": list("abcabc"), "label": ["left"] * 3 + ["tie"] * 3}
    )
    assert golden_items(table, 3).index.tolist() == ["i"]
    assert golden_items(table, 3, ties=True).index.tolist() == ["i", "j"]
    assert golden_items(table, 4).empty
    more = pd.concat(
        [table.iloc[:3], table.iloc[:3].assign(task="k"), table.iloc[[0]].assign(task="k", worker="d")]
    )
    assert golden_items(more, 3).index.tolist() == ["k", "i"]  # as sure, by more people


@untimed
@given(st.lists(st.tuples(st.sampled_from("lr"), st.sampled_from("xy")), max_size=30))
def test_balance_takes_as_many_of_each_and_no_fewer_than_it_could(drawn):
    frame = pd.DataFrame(drawn, columns=["side", "length"])
    kept = balance_golden(frame, ["side", "length"])
    sizes, all_sizes = kept.groupby(["side", "length"]).size(), frame.groupby(["side", "length"]).size()
    assert sizes.nunique() <= 1
    full = frame.side.nunique() * frame.length.nunique()
    assert len(kept) == (full * all_sizes.min() if len(all_sizes) == full and full else 0)
    assert kept.equals(frame.loc[kept.index])


def test_balance_leaves_missing_values_out_and_keeps_to_the_most():
    frame = pd.DataFrame({"side": ["l", "l", "r", "r", None], "task": list("abcde")})
    assert balance_golden(frame, "side").task.tolist() == ["a", "b", "c", "d"]
    assert balance_golden(frame, "side", most=3).task.tolist() == ["a", "c"]
    with pytest.raises(ValueError, match="by must name columns"):
        balance_golden(frame, "length")


def test_balanced_rates_by_hand():
    checks = pd.DataFrame(
        {"worker": list("aaaabb"), "passed": [1, 1, 0, 1, 1, 0], "longer": ["y", "y", "y", "n", "n", "n"]}
    )
    table = balanced_pass_rates(checks, "longer")
    assert table.loc["a"].to_dict() == pytest.approx(
        {"checks": 4, "passes": 3, "rate": 0.75, "fewest": 1, "balanced": (2 / 3 + 1) / 2}
    )
    assert np.isnan(table.balanced["b"]) and table.fewest["b"] == 0
    with pytest.raises(ValueError, match="missing: .'colour'."):
        balanced_pass_rates(checks, "colour")


@untimed
@given(st.floats(0.05, 0.95), st.integers(2, 50))
def test_a_rule_is_a_coin_on_balanced_gold(share, n):
    longer = np.arange(n) < max(1, min(n - 1, round(share * n)))
    checks = pd.DataFrame({"worker": "w", "passed": longer, "longer": longer})
    assert balanced_pass_rates(checks, "longer").balanced.iloc[0] == 0.5


@untimed
@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=20), st.lists(st.integers(0, 8), min_size=1, max_size=20)
)
def test_separation_is_the_statistic_of_mann_and_whitney(golden, others):
    statistic = mannwhitneyu(golden, others).statistic
    assert separation(golden, others) == pytest.approx(statistic / (len(golden) * len(others)), abs=1e-12)
    assert separation(others, golden) == pytest.approx(1 - separation(golden, others), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: golden_checks(t, least=0), "least"),
        (lambda t: golden_checks(t, least=2.5), "least"),
        (lambda t: golden_checks(t, share=0.5), "share must be one number above 1/2"),
        (lambda t: golden_checks(t, share=1.2), "share must"),
        (lambda t: golden_items(t, share=[0.9, 1]), "share must be one number"),
        (lambda t: golden_checks(t, ties="no"), "ties must be True or False; saw 'no'"),
        (lambda t: golden_items(t, ties=1), "ties must be True or False; saw 1"),
        (lambda t: golden_checks(t.drop(columns="label")), "column 'label'"),
        (lambda t: separation([], [1]), "golden must be a list of finite numbers"),
        (lambda t: separation([1], [np.nan]), "others must be a list of finite numbers"),
    ],
)
def test_bad_arguments_are_named(call, words):
    table = pd.DataFrame({"task": ["i"], "worker": ["a"], "label": ["left"]})
    with pytest.raises((ValueError, TypeError), match=words):
        call(table)
