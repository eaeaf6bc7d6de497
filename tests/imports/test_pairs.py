"""Battles, chosen and rejected, wide and tidy tables: every row by hand."""

import pandas as pd
import pytest

import annolib as al
from annolib.tables.refusals.faults import TableError

VOTES = [
    {"question_id": "q1", "model_a": "m1", "model_b": "m2", "winner": "model_a", "judge": "007"},
    {"question_id": "q1", "model_a": "m2", "model_b": "m1", "winner": "model_a", "judge": "007"},
    {"question_id": "q1", "model_a": "m1", "model_b": "m3", "winner": "tie (bothbad)", "judge": "7"},
    {"question_id": "q2", "model_a": "m1", "model_b": "m2", "winner": "tie", "judge": "7"},
]


def test_arena_reads_both_ties_and_sides():
    table = al.imports.arena(VOTES)
    assert table["label"].tolist() == ["left", "left", "tie", "tie"]
    assert table["both_bad"].tolist() == [False, False, True, False]
    assert table["task"].tolist() == ["q1: m1 | m2", "q1: m1 | m2", "q1: m1 | m3", "q2: m1 | m2"]
    assert table["worker"].tolist() == ["007", "007", "7", "7"]
    counts = al.tally(table).to_frame()
    assert counts.loc["007", ["swapped_pairs", "swapped_agreements"]].tolist() == [1, 0]


def test_arena_without_voters_says_what_to_export():
    with pytest.raises(al.TableError, match="column 'judge' .*is missing.*export that column"):
        al.imports.arena(pd.DataFrame(VOTES).drop(columns="judge"))


def test_other_words_for_the_winner():
    votes = [dict(VOTES[0], winner=winner) for winner in ("m1", "m2", "tie")]
    assert al.imports.arena(votes, labels="content")["label"].tolist() == ["left", "right", "tie"]
    with pytest.raises(al.TableError, match="row 1: 'winner' names 'm3', which stood on neither side"):
        al.imports.arena([votes[0], dict(votes[1], winner="m3")], labels="content")
    with pytest.raises(al.TableError) as caught:
        al.imports.arena([dict(VOTES[0], winner=winner) for winner in ("A", "B", "=")])
    assert caught.value.fix == "labels={'A': 'left', 'B': 'right', '=': 'tie'}"
    labels = {"A": "left", "B": "right", "=": "tie"}
    read = al.imports.arena([dict(VOTES[0], winner=winner) for winner in labels], labels=labels)
    assert read["label"].tolist() == ["left", "right", "tie"]
    for wrong in ({"A": "first"}, {}, ["left"], "winner"):
        with pytest.raises(al.TableError, match="labels must be a dict"):
            al.imports.arena(VOTES, labels=wrong)


def test_a_column_that_may_be_part_of_the_item_is_carried_on():
    votes = [dict(VOTES[n % 2], turn=1 + n // 2, language="English", batch=n % 2, note="n") for n in range(4)]
    table = al.imports.arena(votes)
    assert table.columns.tolist() == ["task", "worker", "label", "left", "right", "turn", "source batch"]
    assert "by=['turn']" in al.tally(table).treatment
    assert al.imports.arena(votes, keep=["note"]).columns[-3:].tolist() == ["note", "turn", "source batch"]
    with pytest.raises(al.TableError, match="keep names 'notes', which is no column; saw .*'note'"):
        al.imports.arena(votes, keep=["notes"])


GAME = {
    "question_id": 81,
    "model_1": "m",
    "model_2": "n",
    "g1_winner": "model_2",
    "g2_winner": "tie",
    "judge": "gpt",
    "turn": 2,
}


def test_a_game_that_failed_is_one_row():
    with pytest.raises(al.TableError, match="1 of 2 rows cannot be read: row 0: unknown label 'error'"):
        al.imports.mt_bench([GAME | {"g2_winner": "error"}])
    with pytest.warns(al.imports.SkippedRows):
        table = al.imports.mt_bench([GAME | {"g2_winner": "error"}], skip=True)
    assert table[["task", "label", "turn"]].values.tolist() == [["81 turn 2: m | n", "right", 2]]
    with pytest.raises(al.TableError, match="about the first turn or about the second"):
        al.imports.mt_bench([{name: entry for name, entry in GAME.items() if name != "turn"}])


def test_turns_are_two_items():
    votes = [dict(VOTES[0], turn=turn) for turn in (1, 2, 1)]
    assert al.tally(al.imports.mt_bench(votes)).totals["repeat_pairs"] == 1


def test_chosen_and_rejected_without_a_side_have_a_fixed_order():
    pairs = [
        {"prompt": "p", "chosen": a, "rejected": b, "who": "ann"}
        for a, b in (("x", "y"), ("y", "x"), ("x", "y"))
    ]
    table = al.imports.chosen_rejected(pairs, worker="who")
    assert table[["first", "second", "label"]].values.tolist() == [
        ["x", "y", side] for side in ("left", "right", "left")
    ]
    totals = al.tally(table).totals
    assert totals["repeat_pairs"] == 3 and totals["repeat_agreements"] == 1 and totals["swapped_pairs"] == 0
    said = [[{"role": "assistant", "content": text}] for text in "xy"]
    talks = [{"prompt": "p", "chosen": said[0], "rejected": said[1], "who": "ann"}]
    assert al.imports.chosen_rejected(talks, worker="who")["label"].tolist() == ["left"]


def test_chosen_and_rejected_without_annotators_is_of_no_use():
    pairs = [{"prompt": "p", "chosen": "x", "rejected": "y"}]
    with pytest.raises(
        al.TableError, match="say with worker=.*without its annotators says nothing about them"
    ):
        al.imports.chosen_rejected(pairs)
    with pytest.raises(al.TableError, match="row 0: the chosen and the rejected answer are the same"):
        al.imports.chosen_rejected([dict(pairs[0], rejected="x", who="ann")], worker="who")


WIDE = pd.DataFrame(
    {
        "task": ["i", "i", "j"],
        "a_1": ["x", None, "tie"],
        "a_2": ["", "y", "x"],
        "l": list("xyx"),
        "r": list("yxy"),
    }
)


def test_wide_tables_are_read_row_by_row():
    read = al.imports.wide(WIDE, workers="a_*", left="l", right="r", labels="content")
    assert read[["task", "worker", "label"]].values.tolist() == [
        ["i", "a_1", "left"], ["i", "a_2", "left"], ["j", "a_1", "tie"], ["j", "a_2", "left"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "options, message",
    [
        ({}, "say with workers= .*saw 'a_1', 'a_2'"),
        ({"workers": "b_*"}, "no column fits workers='b_[*]'"),
        ({"workers": ["a_1", "a_3"]}, "column 'a_3' .workers=. is missing"),
        ({"workers": ["a_1", "a_1"]}, "names 'a_1', which is named already"),
        ({"workers": ["task"]}, "names 'task', which is named already"),
        ({"workers": ["a_1"], "labels": "content"}, "needs the contents"),
        ({"workers": ["a_1"], "left": "l"}, "Name both sides, or neither"),
        (
            {"workers": ["a_1"]},
            "2 of 2 labels cannot be read: row 0, column 'a_1': unknown label 'x'|unknown label 'x'",
        ),
    ],
)
def test_what_a_wide_table_leaves_open_is_asked_for(options, message):
    with pytest.raises(al.TableError, match=message):
        al.imports.wide(WIDE, **options)


def test_tidy_keeps_all_columns_and_names_them():
    table = pd.DataFrame(
        {
            "who": ["007", "7"],
            "item": [1, 1],
            "label": ["left", "tie"],
            "expert": ["True", "false"],
            "x": [1, 2],
        }
    )
    read = al.imports.tidy(table, columns={"worker": "who"})
    assert read.to_dict("list") == {"task": ["1", "1"], "worker": ["007", "7"], "label": ["left", "tie"], "expert": [True, False], "x": [1, 2]}  # fmt: skip
    with pytest.raises(al.TableError, match="column 'worker' .* is missing"):
        al.imports.tidy(table)
    with pytest.raises(al.TableError, match="row 1: unknown label 'both'.*skip=True$"):
        al.imports.tidy(table.assign(label=["left", "both"]), columns={"worker": "who"})


def test_an_answer_that_is_empty_is_an_answer_if_it_stands_there(tmp_path):
    votes = [dict(VOTES[0], model_a=""), dict(VOTES[0], model_a="x", model_b="")]
    assert al.imports.arena(votes)[["left", "right"]].values.tolist() == [['""', "m2"], ["x", '""']]
    assert len(al.read_judgements(al.imports.arena(votes))) == 2
    pd.DataFrame(votes).to_csv(tmp_path / "votes.csv", index=False)
    with pytest.raises(al.TableError, match="row 0: no entry in 'model_a'; row 1: no entry in 'model_b'"):
        al.imports.arena(tmp_path / "votes.csv")


def test_two_sides_are_two_columns():
    votes = pd.DataFrame(
        {"question_id": ["q"], "model_a": ["m1"], "model_b": ["m2"], "winner": ["model_a"], "judge": ["u"]}
    )
    with pytest.raises(TableError, match="left and right are both read from column 'model_a'"):
        al.imports.arena(votes, right="model_a")
