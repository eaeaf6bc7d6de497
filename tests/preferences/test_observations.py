"""Votes in codes: decoded they are the rows of the table, whatever its names, sides and repeats."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annolib as al
from annolib.preferences.observations import read_observations

ROW = st.tuples(
    st.sampled_from("xyz"), st.sampled_from(["i", "j", "k"]), st.sampled_from(["yes", "no", None])
)


def decoded(votes):
    codes = zip(votes.worker, votes.task, votes.label, strict=True)
    return [(votes.workers[w], votes.tasks[t], votes.labels[k]) for w, t, k in codes]


@given(st.lists(ROW, min_size=2, max_size=15), st.sampled_from(["first", "count"]))
def test_votes_are_the_labelled_rows(rows, repeats):
    table = pd.DataFrame(rows, columns=["worker", "task", "label"])
    wanted = [row for row in rows if row[2] is not None]
    if repeats == "first":
        firsts = {}
        for row in wanted:
            firsts.setdefault(row[:2], row)
        wanted = list(firsts.values())
    if len({row[2] for row in rows if row[2] is not None}) < 2:
        with pytest.raises(al.TableError, match="there is nothing to tell apart"):
            read_observations(table, repeats)
        return
    votes = read_observations(table, repeats)
    assert decoded(votes) == wanted and not votes.sided


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from("ij"), st.booleans(), st.integers(0, 2)), min_size=3
    )
)
def test_with_sides_votes_are_about_content(rows):
    """The same content is chosen whichever side it stood on; experts' rows are no votes."""
    table = pd.DataFrame(
        [
            (
                worker,
                task,
                "tie" if chosen == 2 else ("left", "right")[chosen ^ swap],
                *(("q", "p") if swap else ("p", "q")),
            )
            for worker, task, swap, chosen in rows
        ],
        columns=["worker", "task", "label", "left", "right"],
    )
    if len({chosen for *_, chosen in rows}) < 2:
        return
    expert = pd.DataFrame([("e", "i", "left", "p", "q")], columns=table.columns).assign(expert=True)
    votes = read_observations(pd.concat([table.assign(expert=False), expert], ignore_index=True), "count")
    found = sorted(decoded(votes))
    names = {0: 0, 1: 1, 2: "tie"}
    by_task = {}
    for worker, task, label in found:
        by_task.setdefault(task, []).append((worker, label))
    for task in {task for _, task, *_ in rows}:
        own = [(worker, names[chosen]) for worker, one, _, chosen in rows if one == task]
        options = [
            sorted((worker, {0: a, 1: b, "tie": "tie"}[name]) for worker, name in own)
            for a, b in (("first", "second"), ("second", "first"))
        ]
        assert sorted(by_task[task]) in options
    assert votes.sided and "e" not in votes.workers


def test_aliases_are_taken():
    table = pd.DataFrame({"item": [1, 1], "rater": ["a", "b"], "choice": ["yes", "no"]})
    assert decoded(read_observations(table)) == [("a", 1, "yes"), ("b", 1, "no")]


def test_repeats_are_refused_and_the_advice_works():
    table = pd.DataFrame({"task": [1, 1, 2], "worker": ["a", "a", "b"], "label": ["u", "v", "v"]})
    with pytest.raises(al.TableError, match="^1 label is a repeat, such as worker 'a' on task 1:"):
        read_observations(table)
    assert decoded(read_observations(table, "first")) == [("a", 1, "u"), ("b", 2, "v")]
    assert len(read_observations(table, "count").label) == 3


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([1, 2], "table must be a pandas DataFrame; saw list"),
        (pd.DataFrame({"task": [1, None], "worker": [1, 2], "label": ["a", "b"]}), "column 'task': empty entries in row 1"),
        (pd.DataFrame({"task": [[1], [2]], "worker": [1, 2], "label": ["a", "b"]}), "column 'task': entries that cannot be ids"),
    ],
)  # fmt: skip
def test_bad_tables(table, words):
    with pytest.raises(al.TableError, match=words):
        read_observations(table)
    with pytest.raises(ValueError, match="repeats must be one of 'refuse', 'first', 'count'; saw 'last'"):
        read_observations(table, "last")
