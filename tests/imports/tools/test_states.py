"""Potato: exported tables and states; what cannot be read is named."""

import pytest

import annolib as al

potato = al.imports.potato


def row(answer, **more):
    return {"instance_id": "1", "user_id": "ann", "labels": {"best": answer}} | more


READ = {
    "a selection": (row({"selection": "tie"}), "tie"),
    "a slider to the left": (row({"scale_value": -0.5}), "left"),
    "a slider in the middle": (row({"scale_value": "0"}), "tie"),
    "a label that is set": (row({"A": "true", "B": False}), "left"),
    "a column": ({"instance_id": "1", "user": "ann", "best": "B"}, "right"),
    "an older record": ({"instance_id": "1", "user_id": "ann", "label_annotations": {"best": {"B": "1"}}}, "right"),
    "a state of pairs": ({"user_id": "ann", "instance_id_to_label_to_value": {"1": [[{"schema": "best", "name": "A"}, "A"]]}}, "left"),
    "a state of dicts": ({"user_id": "ann", "instance_id_to_label_to_value": {"1": {"best": {"labels": {"A": True}}}}}, "left"),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_an_answer_is_read(case):
    record, label = READ[case]
    assert potato([record]).values.tolist() == [["1", "ann", label]]


REFUSED = {
    "two labels": (row({"A": 1, "B": 1}), "row 0: 2 labels at once"),
    "no label": (row({"A": ""}), "row 0: no label"),
    "a slider at a word": (row({"scale_value": "much"}), "a slider at 'much', which is no number"),
    "another word": (row({"selection": "C"}), "unknown label 'C' in 'best'"),
    "no person": ({"instance_id": "1", "labels": {"best": {"A": 1}}}, "row 0: no entry in 'user_id'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_that_is_none_is_named(case):
    record, message = REFUSED[case]
    with pytest.raises(al.TableError, match=message):
        potato([row({"selection": "A"}), record][1:] if case == "no person" else [record])


def test_an_instance_without_an_answer_is_named_and_counted():
    records = [row({"selection": "A"}), {"instance_id": "2", "user_id": "ann", "labels": {}}]
    with pytest.raises(
        al.TableError, match="1 of 2 annotations cannot be read: row 1: no answer in the scheme 'best'"
    ):
        potato(records)
    with pytest.warns(al.imports.SkippedRows, match="left out 1 of 2"):
        assert len(potato(records, skip=True)) == 1


def test_several_schemes_must_be_told_apart():
    record = {
        "instance_id": "1",
        "user_id": "ann",
        "labels": {"best": {"selection": "A"}, "clear": {"selection": "B"}},
    }
    with pytest.raises(al.TableError) as caught:
        potato([record])
    assert caught.value.fix == "schema='best'"
    assert potato([record], schema="clear")["label"].tolist() == ["right"]
    with pytest.raises(al.TableError, match="no scheme 'worst'; saw 'best', 'clear'"):
        potato([record], schema="worst")


ITEMS = {
    "no id": ([{"left": "x", "right": "y"}], {}, "items has no 'id' in record 0"),
    "another instance": ([{"id": "2", "left": "x", "right": "y"}], {}, "row 0: items has no instance '1'"),
    "no side": ([{"id": "1", "left": "x"}], {}, "items lacks 'left' or 'right' in instance '1'"),
    "an id twice": ([{"id": 1, "left": "x", "right": "y"}] * 2, {}, "items has the instance '1' twice"),
    "three contents": ([{"id": "1", "r": ["x", "y", "z"]}], {"items_key": "r"}, "no two contents in 'r'"),
}


@pytest.mark.parametrize("case", ITEMS)
def test_items_that_do_not_fit_are_refused(case):
    items, options, message = ITEMS[case]
    with pytest.raises(al.TableError, match=message):
        potato([row({"selection": "A"})], items=items, **options)


def test_a_task_without_its_data_is_refused(tmp_path):
    with pytest.raises(al.TableError, match="Give that file too, as items="):
        potato([row({"selection": "A"})], task="item")
    with pytest.raises(al.TableError, match="holds no user_state.json"):
        potato(tmp_path)
    with pytest.raises(al.TableError, match="no instance_id; the first record holds 'a'"):
        potato([{"a": 1}])
