"""The tally against a count of all pairs by Python loops, and what must not change it."""

import itertools
import math
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolib.tables.judgements import read_judgements
from annolib.tables.refusals.faults import TableError
from annolib.tables.tallies import COLUMNS, tally

OTHER = {"left": "right", "right": "left", "tie": "tie"}


@st.composite
def tables(draw, sided=None, experts=True):
    """Small crowded tables: few workers and tasks, so that there are many repeats."""
    with_sides = draw(st.booleans()) if sided is None else sided
    row = st.tuples(
        st.integers(0, 3), st.integers(0, 4), st.sampled_from(list(OTHER)), st.booleans(), st.integers(0, 9)
    )
    rows = pd.DataFrame(draw(st.lists(row, max_size=40)), columns=["worker", "task", "label", "swap", "kind"])
    same = draw(st.sets(st.integers(0, 4), max_size=2))  # tasks with the same content on both sides
    if with_sides:
        first = rows["task"].astype(str) + "a"
        second = first.where(rows["task"].isin(same), rows["task"].astype(str) + "b")
        rows["left"], rows["right"] = first.where(~rows["swap"], second), second.where(~rows["swap"], first)
    if experts:
        rows["expert"] = (rows["worker"] == 3) & (rows["worker"] != 3).any()
    return rows.drop(columns=["swap", "kind"])


def compare(counted, expected):
    assert list(counted.index) == list(expected)
    for worker, values in expected.items():
        for name, value in values.items():
            assert counted.loc[worker, name] == pytest.approx(value, nan_ok=True), (worker, name)


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(["all", "one"]))
def test_every_count_is_the_brute_force_count(oracle, table, pairs):
    counts = tally(table, pairs=pairs)
    frame = counts.to_frame()
    assert tuple(frame.columns) == COLUMNS
    compare(frame, oracle.brute_force(table, pairs))
    summed = frame[["repeat_pairs", "repeat_agreements", "swapped_pairs", "ties"]].sum()
    assert all(counts.totals[name] == value for name, value in summed.items())


@settings(max_examples=80, deadline=None)
@given(tables(experts=False))
def test_pairs_between_workers(oracle, table):
    sided = "left" in table
    found = tally(table).totals
    repeated = {task for task, rows in table.groupby("task") if rows["worker"].duplicated().any()}
    expected = Counter()
    for one, two in itertools.combinations(table.to_dict("records"), 2):
        if one["task"] == two["task"] and one["worker"] != two["worker"]:
            agree = oracle.agreement(one, two, sided)[1]
            expected.update(between_pairs=1, between_agreements=agree)
            if one["task"] in repeated:
                expected.update(between_repeated_pairs=1, between_repeated_agreements=agree)
    for name in ("pairs", "agreements"):
        assert found[f"between_{name}"] == expected[f"between_{name}"]
        assert found[f"between_repeated_{name}"] == expected[f"between_repeated_{name}"]


@settings(max_examples=50, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(table, random):
    order = random.sample(range(len(table)), len(table))
    shuffled = table.iloc[order]
    pd.testing.assert_frame_equal(tally(table).to_frame(), tally(shuffled).to_frame())
    timed = table.assign(time=range(len(table)))
    pd.testing.assert_frame_equal(
        tally(timed, pairs="one").to_frame(), tally(timed.iloc[order], pairs="one").to_frame()
    )
    pd.testing.assert_frame_equal(tally(timed, pairs="one").to_frame(), tally(table, pairs="one").to_frame())


@settings(max_examples=50, deadline=None)
@given(tables(sided=True), st.permutations(range(5)), st.permutations(range(4)))
def test_names_do_not_matter(table, tasks, workers):
    renamed = table.assign(
        task=table["task"].map(lambda task: f"task {tasks[task]}"),
        worker=table["worker"].map(lambda worker: (workers[worker], "w")),
        left=table["left"].map(lambda name: name[::-1] + "!"),
        right=table["right"].map(lambda name: name[::-1] + "!"),
    )
    back = tally(renamed).to_frame()
    back.index = [workers.index(worker[0]) for worker in back.index]
    pd.testing.assert_frame_equal(
        back.sort_index(), tally(table).to_frame(), check_names=False, check_index_type=False
    )


@settings(max_examples=50, deadline=None)
@given(tables(sided=True, experts=False))
def test_mirrored_rows_say_the_same_about_content(table):
    """Exchange the sides and the label of every row: only what is about the side changes."""
    mirrored = table.assign(left=table["right"], right=table["left"], label=table["label"].map(OTHER))
    one, two = tally(table).to_frame(), tally(mirrored).to_frame()
    assert one["left"].tolist() == two["right"].tolist()
    pd.testing.assert_frame_equal(
        one.drop(columns=["left", "right", "left_rate"]), two.drop(columns=["left", "right", "left_rate"])
    )


def habit(labels, sides):
    left, right = zip(*(("x", "y") if side == "x" else ("y", "x") for side in sides), strict=True)
    return pd.DataFrame({"task": "i", "worker": "w", "label": labels, "left": left, "right": right})


def test_always_left_is_unmasked_by_a_swap():
    plain = tally(habit(["left"] * 4, "xxxx")).to_frame().loc["w"]
    assert (plain["repeat_agreement"], plain["chance_agreement"]) == (1, 1)
    assert math.isnan(plain["corrected_agreement"])
    swapped = tally(habit(["left"] * 2, "xy")).to_frame().loc["w"]
    assert (swapped["repeat_agreement"], swapped["chance_agreement"], swapped["left_rate"]) == (0, 0, 1)


def test_always_tie_agrees_by_chance_alone():
    row = tally(habit(["tie"] * 4, "xyxy")).to_frame().loc["w"]
    assert (row["repeat_agreement"], row["chance_agreement"], row["tie_rate"]) == (1, 1, 1)
    assert math.isnan(row["corrected_agreement"]) and math.isnan(row["left_rate"])


def test_several_experts_are_replaced_by_their_majority():
    def checks(*verdicts):
        rows = [
            ("i", "w", "left", False),
            *(("i", f"e{n}", verdict, True) for n, verdict in enumerate(verdicts)),
        ]
        row = tally(pd.DataFrame(rows, columns=["task", "worker", "label", "expert"])).to_frame().loc["w"]
        return row["expert_checks"], row["expert_agreements"]

    assert checks("left") == (1, 1) and checks("tie") == (1, 0) and checks() == (0, 0)
    assert checks("left", "tie") == (0, 0) and checks("left", "tie", "left") == (1, 1)


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_to_compare_is_zeros_and_nan_without_warning(rows):
    table = pd.DataFrame({"task": ["i"], "worker": ["w"], "label": ["left"]}).iloc[:rows]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        counts = tally(table)
        counts._repr_html_()
    assert len(counts) == rows and counts.totals["repeat_pairs"] == 0
    assert math.isnan(counts.totals["repeat_agreement"]) and math.isnan(counts.totals["between_agreement"])
    assert (counts["repeat_pairs"] == 0).all() and counts["repeat_agreement"].isna().all()
    assert counts["peer_agreement"].isna().all() and (counts["peer_pairs"] == 0).all()


def test_a_lone_expert_is_no_worker():
    table = pd.DataFrame({"task": ["i", "j"], "worker": ["e", "w"], "label": "left", "expert": [True, False]})
    counts = tally(table)
    assert list(counts.to_frame().index) == ["w"] and counts.totals["items"] == 1


def test_sides_are_said():
    rows = habit(["left", "left"], "xy")
    assert "never swapped" in tally(rows.drop(columns=["left", "right"])).treatment
    assert "1 items show the same content" in tally(rows.assign(left="x", right="x")).treatment


def test_face():
    counts = tally(habit(["left", "right"], "xy").rename(columns={"worker": "rater"}))
    assert repr(counts) == "Tally(1 workers, 2 judgements, 1 repeat pairs (repeat_agreement 1.0000))"
    assert counts.aliases == {"worker": "rater"} and "<table" in counts._repr_html_()
    assert list(counts) == list(COLUMNS) and len(counts) == 1
    frame, ties = counts.to_frame(), counts["ties"]
    frame.loc[:, "ties"] = ties.loc[:] = 9
    assert counts["ties"].tolist() == [0]
    with pytest.raises(KeyError, match="no column 'consistency'.*repeat_agreement"):
        counts["consistency"]
    with pytest.raises(AttributeError):
        counts.totals = {}


def test_accepts_what_was_read_before():
    table = habit(["left", "tie"], "xx")
    pd.testing.assert_frame_equal(tally(read_judgements(table)).to_frame(), tally(table).to_frame())


def test_bad_arguments():
    with pytest.raises(ValueError, match="pairs must be 'all' or 'one'; saw 'first'"):
        tally(habit(["left"], "x"), pairs="first")
    with pytest.raises(TableError, match="DataFrame"):
        tally([1])


def test_expert_chance_is_the_agreement_of_shuffled_labels():
    """Against the mean over shuffles written out, and the same in an engine."""
    rng, n = np.random.default_rng(3), 240
    swapped = rng.random(n) < 0.5
    table = pd.DataFrame({
        "task": rng.integers(0, 30, n), "worker": rng.choice(list("abc"), n), "expert": False,
        "label": rng.choice(["left", "right", "tie"], n, p=[0.5, 0.3, 0.2]),
        "left": np.where(swapped, "y", "x"), "right": np.where(swapped, "x", "y"),
    })  # fmt: skip
    answers = rng.choice(["left", "right", "tie"], 30, p=[0.6, 0.2, 0.2])
    key = pd.DataFrame(
        {"task": range(30), "worker": "key", "expert": True, "label": answers, "left": "x", "right": "y"}
    )
    found = tally(pd.concat([table, key], ignore_index=True))["expert_chance"]
    turned = {"left": "right", "right": "left", "tie": "tie"}
    for worker, rows in table.groupby("worker"):
        shown = answers[rows["task"]]
        shown = np.where(rows["left"] == "y", [turned[each] for each in shown], shown)
        said = rows["label"].to_numpy()
        shuffles = np.mean([(rng.permutation(said) == shown).mean() for _ in range(4_000)])
        assert found[worker] == pytest.approx(shuffles, abs=0.005)
        assert found[worker] == pytest.approx(np.mean(said[:, None] == shown), abs=1e-12)
