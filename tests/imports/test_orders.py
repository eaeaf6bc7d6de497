"""Rankings: every pair by hand, against all pairs of the ranks; pairs of one screen are one cluster."""

import json
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al

rankings, best_worst = al.imports.rankings, al.imports.best_worst


def test_a_ranking_gives_its_pairs_and_its_screen():
    rows = [{"task": "s", "who": "ann", "order": order} for order in ("x > y > z", "z > x = y")]
    table = rankings(rows, worker="who", ranking="order")
    assert len(table) == 6 and table["screen"].tolist() == [0, 0, 0, 1, 1, 1]
    assert table["label"].tolist() == ["left", "left", "left", "right", "right", "tie"]
    clusters = al.tally(table).clusters
    assert len(clusters) == 1 and clusters["screens"].tolist() == [2]  # they share their items


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.randoms())
def test_all_forms_say_what_the_ranks_say(ranks, random):
    items = [f"m{place}" for place in range(len(ranks))]
    random.shuffle(items)
    by_rank = {
        rank: [item for item, own in zip(items, ranks, strict=True) if own == rank]
        for rank in sorted(set(ranks))
    }
    whole = list(by_rank.values())
    head = {"task": "s", "who": "ann"}
    forms = [
        ([head | {"r": " > ".join(" = ".join(group) for group in whole)}], {"ranking": "r"}),
        ([head | {"r": whole}], {"ranking": "r"}),
        ([head | {"r": json.dumps(whole)}], {"ranking": "r"}),
        ([head | {"r": [{"value": item, "rank": rank} for item, rank in zip(items, ranks, strict=True)]}], {"ranking": "r"}),
        ([head | dict(zip(items, ranks, strict=True))], {"ranks": items}),
        ([head | {"i": item, "r": rank} for item, rank in zip(items, ranks, strict=True)], {"item": "i", "rank": "r"}),
    ]  # fmt: skip
    own = dict(zip(items, ranks, strict=True))
    wanted = set()
    for one, two in combinations(sorted(items), 2):
        label = "tie" if own[one] == own[two] else "left" if own[one] < own[two] else "right"
        wanted.add((f"s: {one} | {two}", one, two, label))
    for source, how in forms:
        table = rankings(source, worker="who", **how)
        assert {tuple(row) for row in table[["task", "first", "second", "label"]].values.tolist()} == wanted
        assert len(table) == len(wanted) and table["screen"].nunique() == 1


def test_the_order_shown_gives_the_sides():
    row = {"task": "s", "who": "ann", "r": "a > b", "shown": ["b", "a"]}
    assert rankings([row], worker="who", ranking="r", shown="shown")[["left", "right", "label"]].values.tolist() == [["b", "a", "right"]]  # fmt: skip
    with pytest.raises(al.TableError, match="row 0: 'shown' does not list the items"):
        rankings([row | {"shown": ["b", "c"]}], worker="who", ranking="r", shown="shown")


def test_a_missing_rank_means_what_the_caller_says():
    row = {"task": "s", "who": "ann", "a": 1, "b": None, "c": 2, "d": None}
    how = {"worker": "who", "ranks": ["a", "b", "c", "d"]}
    with pytest.raises(al.TableError, match="row 0: no rank for 'b'"):
        rankings([row], **how)
    assert rankings([row], unranked="leave out", **how)["task"].tolist() == ["s: a | c"]
    last = rankings([row], unranked="last", **how)
    assert sorted(last["task"]) == [
        "s: a | b",
        "s: a | c",
        "s: a | d",
        "s: b | c",
        "s: c | d",
    ]  # not b with d
    assert last.set_index("task")["label"].to_dict()["s: b | c"] == "right"


REFUSED = {
    "an item twice": ({"r": "a > a"}, {"ranking": "r"}, "an item twice, 'a'"),
    "one item": ({"r": ["a"]}, {"ranking": "r"}, "fewer than two items"),
    "nothing": ({"r": None}, {"ranking": "r"}, "no ranking"),
    "an empty place": ({"r": "a > > b"}, {"ranking": "r"}, "a ranking with an empty place"),
    "broken JSON": ({"r": "[1,"}, {"ranking": "r"}, "a ranking that is no JSON"),
    "a rank in words": (
        {"a": 1, "b": "low"},
        {"ranks": ["a", "b"]},
        "the rank of 'b' is 'low', which is no number",
    ),
    "no form": ({}, {}, "say in which form"),
    "two forms": ({"r": 1}, {"ranking": "r", "ranks": ["r"]}, "say in which form"),
    "another word": ({"r": 1}, {"ranking": "r", "unranked": "first"}, "unranked must be"),
    "shown with ranks": ({"a": 1}, {"ranks": ["a"], "shown": "a"}, "shown= goes with ranking="),
    "no rank": ({"i": "a"}, {"item": "i"}, "say with rank="),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_ranking_that_is_none_is_named(case):
    more, how, message = REFUSED[case]
    with pytest.raises(al.TableError, match=message):
        rankings([{"task": "s", "who": "ann"} | more], worker="who", **how)


def test_two_rankings_of_one_set_need_a_screen():
    rows = [
        {"task": "s", "who": "ann", "i": item, "r": rank, "n": n}
        for n in (1, 2)
        for item, rank in (("a", 1), ("b", 2))
    ]
    with pytest.raises(al.TableError, match="an item twice.*name the column that tells these apart .screen="):
        rankings(rows, worker="who", item="i", rank="r")
    assert rankings(rows, worker="who", item="i", rank="r", screen="n")["screen"].tolist() == [0, 1]


def test_a_bad_ranking_is_left_out_with_its_number_and_the_others_keep_theirs():
    rows = [
        {"task": "s", "who": "ann", "r": order, "t": n} for n, order in enumerate(("a > b", "a", "b > a"))
    ]
    with pytest.warns(al.imports.SkippedRows, match="left out 1 of 3 rows: 1 × fewer than two items"):
        table = rankings(rows, worker="who", ranking="r", time="t", skip=True)
    assert table["screen"].tolist() == [0, 2] and table["time"].tolist() == [0, 2]


def test_best_and_worst_say_2k_minus_3_pairs():
    row = {"task": "s", "who": "ann", "i1": "w", "i2": "x", "i3": "y", "i4": "z", "best": "y", "worst": "i1"}
    table = best_worst([row], worker="who", items=["i1", "i2", "i3", "i4"])
    said = {(a, b): label for a, b, label in table[["left", "right", "label"]].values.tolist()}
    assert said == {
        ("w", "x"): "right",
        ("w", "y"): "right",
        ("w", "z"): "right",
        ("x", "y"): "right",
        ("y", "z"): "left",
    }
    assert len(table) == 2 * 4 - 3 and set(table["screen"]) == {0}
    by_letter = best_worst([row | {"best": "C", "worst": "A"}], worker="who", items=["i1", "i2", "i3", "i4"], labels=dict(zip("ABCD", ["i1", "i2", "i3", "i4"], strict=True)))  # fmt: skip
    pd.testing.assert_frame_equal(by_letter, table)
    listed = best_worst([row | {"all": ["w", "x", "y", "z"], "worst": "w"}], worker="who", items="all")
    pd.testing.assert_frame_equal(listed, table)


BAD = {
    "best is worst": ({"best": "x", "worst": "x"}, "the best is the worst"),
    "no best": ({"best": None}, "no best or no worst"),
    "another": ({"best": "q"}, "'q' is none of the items"),
    "an item twice": ({"i1": "z"}, "an item twice, 'z'"),
    "both a name and an item": (
        {"i1": "i2", "best": "i2"},
        "'i2' is an item and the name of another one's column",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_best_that_is_none_is_named(case):
    more, message = BAD[case]
    row = {"task": "s", "who": "ann", "i1": "x", "i2": "y", "i3": "z", "best": "x", "worst": "z"} | more
    with pytest.raises(al.TableError, match=f"row 0: {message}"):
        best_worst([row], worker="who", items=["i1", "i2", "i3"])
    with pytest.raises(al.TableError, match="labels must be a dict to the columns"):
        best_worst([row], worker="who", items=["i1", "i2", "i3"], labels={"A": "x"})
