"""The door: what is read, what is refused, and with which words."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.tables.judgements import read_judgements
from annolib.tables.names import ALIASES
from annolib.tables.refusals.faults import TableError
from tests.tables.small import SIDES, refused, tidy


def test_reads_codes_and_sides():
    read = read_judgements(tidy(**SIDES))
    assert read.workers.tolist() == ["ann", "bob"] and read.tasks.tolist() == ["i", "j"]
    assert read.label.tolist() == [0, 1, 2, 0]
    assert read.swapped[0] != read.swapped[1] and read.swapped[2] == read.swapped[3]
    assert read.content[0] == read.content[1]  # left, and after the swap right: the same content
    assert read.sided and read.same_content == 0 and not read.expert.any() and read.time is None
    frame = read.to_frame()
    assert frame["label"].tolist() == ["left", "right", "tie", "left"]
    assert frame["content"].iloc[2] == "tie" and len(read) == len(frame) == 4


def test_table_is_left_as_it_is():
    table = tidy(**SIDES, time=[4, 3, 2, 1])
    before = table.copy(deep=True)
    read_judgements(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("name", ALIASES)
@pytest.mark.parametrize("position", [0, -1])
def test_aliases_are_taken_and_named(name, position):
    alias = ALIASES[name][position]
    table = tidy(judgement=[1, 2, 3, 4], screen=[1, 1, 2, 2]).rename(columns={name: alias})
    assert read_judgements(table).aliases == {name: alias}


def test_the_proper_name_comes_before_an_alias():
    assert read_judgements(tidy(item=[1, 2, 3, 4])).tasks.tolist() == ["i", "j"]


def test_two_aliases_are_ambiguous():
    refused(tidy(worker=None, rater=[1, 2, 3, 4], annotator=[1, 2, 3, 4]), "annotator", "rater", "'worker'")


@pytest.mark.parametrize("name", ["task", "worker", "label"])
def test_missing_column(name):
    refused(tidy(**{name: None}), f"column '{name}'", "missing", "Add it")
    refused(
        tidy(**{name: None}, other=[1, 2, 3, 4]), "missing", f"table.rename(columns={{'other': '{name}'}})"
    )


def test_half_of_the_sides():
    refused(tidy(left=["x"] * 4), "'right'", "missing", "both, or neither", "drop(columns=['left'])")


def test_column_twice():
    table = tidy()
    table.insert(0, "task", table["task"], allow_duplicates=True)
    refused(table, "'task'", "twice")


@pytest.mark.parametrize("table", [None, [], {"task": []}, np.zeros((2, 3))])
def test_no_frame(table):
    refused(table, "DataFrame", type(table).__name__)


def test_a_table_of_experts_alone_is_refused():
    refused(
        tidy(expert=[True] * 4), "an expert's verdict in rows 0, 1, 2 and 1 more", "Nobody is left to assess"
    )


def test_equal_rows_are_repeats_without_time():
    table = pd.concat([tidy(), tidy()], ignore_index=True)
    assert len(read_judgements(table)) == 8


def test_equal_rows_are_one_record_with_time():
    table = pd.concat([tidy(time=[1, 2, 3, 4])] * 2, ignore_index=True)
    refused(table, "'time'", "recorded before", "rows 4, 5, 6 and 1 more", "judgement")
    assert len(read_judgements(table.assign(judgement=range(8)))) == 8


def test_the_same_time_with_another_label_is_no_copy():
    assert (
        len(
            read_judgements(
                tidy(
                    task=["i"] * 4, worker=["a"] * 4, label=["left", "tie", "right", "tie"], time=[1, 1, 1, 2]
                )
            )
        )
        == 4
    )


def test_time_orders_the_rows():
    for time in ([2, 1, 4, 3], ["10", "9", "12", "11"], ["2.5", "-1", "12", "11"], [2.5, 1.5, np.inf, 3.5]):
        assert np.argsort(read_judgements(tidy(time=time)).time).tolist() == [1, 0, 3, 2]


def test_same_content_on_both_sides_is_compared_as_shown():
    read = read_judgements(tidy(left=["x", "x", "p", "q"], right=["x", "x", "q", "p"]))
    assert read.same_content == 1 and not read.swapped[:2].any()
    assert read.content[:2].tolist() == read.label[:2].tolist()


def test_no_rows_is_a_table():
    assert len(read_judgements(tidy(**SIDES).iloc[:0])) == 0


def test_empty_frame_misses_columns():
    refused(pd.DataFrame(), "'task'", "missing")


# What counts as one item, and what is only pointed out


TURNS = pd.DataFrame(
    {
        **{"task": 81, "worker": "a", "left": ["m1", "m1", "m2", "m2"], "right": ["m2", "m2", "m1", "m1"]},
        **{"label": ["left", "tie", "right", "left"], "turn": [1, 2, 1, 2]},
    }
)


@pytest.mark.parametrize(
    ("by", "words"),
    [("worker", "read as it is"), ("tern", "no column; saw 'turn'"), (["turn", "turn"], "twice")],
)
def test_parts_of_an_item_must_be_columns_of_their_own(by, words):
    with pytest.raises(TableError, match=words) as caught:
        read_judgements(TURNS, by=by)
    read_judgements(TURNS, **eval(f"dict({caught.value.fix})"))


def test_digits_that_were_lost_are_read_again_as_text(tmp_path):
    """The one fix that is no code about the table: read the source again, as the message says."""
    file = tmp_path / "judgements.csv"
    file.write_text("task,worker,label\n9007199254740993,ann,left\n,ann,tie\n9007199254740993,ann,left\n")
    with pytest.raises(TableError, match="empty"):
        al.tally(pd.read_csv(file))
    with pytest.raises(TableError, match=r"pd.read_csv\(source, dtype={'task': str}\)"):
        al.tally(pd.read_csv(file).dropna())
    assert al.tally(pd.read_csv(file, dtype={"task": str}).dropna()).totals["repeat_pairs"] == 1


@pytest.mark.parametrize(
    "given", [{"task": [1], "worker": ["a"], "label": ["tie"]}, [{"task": 1, "worker": "a", "label": "tie"}]]
)
def test_what_can_become_a_table_says_how(given):
    with pytest.raises(TableError) as caught:
        al.tally(given)
    space = {"table": given, "pd": pd}
    exec(caught.value.fix, space)
    assert len(al.tally(space["table"])) == 1


def test_judgements_are_not_read_twice():
    with pytest.raises(TableError, match="by says how a table is read.*read_judgements"):
        al.tally(read_judgements(TURNS), by="turn")


CSV = "task,who,label,left,right,expert,turn\ni,007,left,x,y,false,1\ni,007,right,y,x,False,2\ni,7,tie,x,y,0,2\ni,key,left,x,y,TRUE,1\n"


def same(one, other):
    """Two Judgements, field by field."""
    for name, entry in vars(one).items():
        also = getattr(other, name)
        assert (
            entry is also is None or list(entry) == list(also) if hasattr(entry, "__len__") else entry == also
        ), name


@pytest.mark.parametrize("large", [False, True])
def test_a_file_is_read_as_its_table_is(tmp_path, large):
    path = tmp_path / "table.csv"
    path.write_text(CSV)
    named = {"worker": "who"}
    table = pd.read_csv(path, dtype=str)
    table["expert"] = [False, False, False, True]
    read = al.read_judgements(path, columns=named, large=large)
    same(read, al.read_judgements(table, columns=named))
    assert read.workers.tolist() == ["007", "7", "key"] and read.aliases == named and read.time is None
    assert [note for note in read.notes if "turn" in note]
    parts = al.read_judgements(path, columns=named, by=["turn"], large=large)
    assert parts.tasks.tolist() == [("i", "1"), ("i", "2")] and parts.by == ("turn",)
    assert repr(al.tally(str(path), columns=named).totals) == repr(al.tally(table, columns=named).totals)


def test_a_large_file_is_tallied_where_it_is(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_text(CSV)
    small = al.tally(path, "one", columns={"worker": "who"})
    monkeypatch.setattr("annolib.tables.files.opening.LARGE", dict.fromkeys(["csv"], 0))
    monkeypatch.setattr("annolib.tables.files.opening.read_file", None)  # it is not read into memory
    large = al.tally(path, "one", columns={"worker": "who"})
    pd.testing.assert_frame_equal(
        small.to_frame(), large.to_frame(), check_dtype=False, check_index_type=False
    )
    assert repr(small.totals) == repr(large.totals)


def test_long_contents_of_a_large_file_are_told_apart(tmp_path):
    long = "a long answer, " * 9
    rows = [("i", "ann", "left", long + "x", long + "y"), ("i", "ann", "right", long + "y", long + "x")]
    pd.DataFrame(rows, columns=["task", "worker", "label", "left", "right"]).to_csv(
        tmp_path / "t.csv", index=False
    )
    read = al.read_judgements(tmp_path / "t.csv", large=True)
    assert read.content[0] == read.content[1] and read.swapped.sum() == 1


@pytest.mark.parametrize("large", [False, True])
def test_the_fix_for_a_file_can_be_run(tmp_path, large):
    path = tmp_path / "table.csv"
    path.write_text("task,worker,label\ni,ann,A\ni,ann,B\ni,bob,A\n")
    with pytest.raises(al.TableError, match="unknown label 'A'") as caught:
        al.read_judgements(path, large=large)
    names = {"pd": pd}
    exec(caught.value.fix, names)
    assert sorted(al.tally(names["table"])["judgements"].to_dict().items()) == [("ann", 2), ("bob", 1)]


def test_a_table_in_an_engine_becomes_judgements():
    polars = pytest.importorskip("polars")
    table = pd.DataFrame(
        {
            "task": ["i", "i", "j"],
            "who": ["b", "a", "b"],
            "label": ["left", "tie", "right"],
            "turn": [1, 1, 2],
        }
    )
    named = {"worker": "who"}
    same(al.read_judgements(polars.DataFrame(table), columns=named), al.read_judgements(table, columns=named))
    by = {"columns": named, "by": "turn"}
    same(al.read_judgements(polars.DataFrame(table), **by), al.read_judgements(table, **by))


def test_large_is_about_files():
    with pytest.raises(al.TableError, match="large is about a file"):
        al.read_judgements(pd.DataFrame({"task": [], "worker": [], "label": []}), large=True)
