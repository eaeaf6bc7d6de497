"""Label Studio: its three exports say the same."""

import json

import pytest

import annolib as al

read = al.imports.label_studio


def task(number, *annotations, **data):
    return {"id": number, "data": data, "annotations": list(annotations)}


def annotation(number, who, selected, **more):
    result = [] if selected is None else [{"from_name": "pw", "to_name": "a,b", "type": "pairwise", "value": {"selected": selected}}]  # fmt: skip
    return {"id": number, "completed_by": who, "created_at": "2024-06-01T09:00:00Z", "result": result} | more


def test_json_min_and_csv_say_the_same_as_json(tmp_path):
    full = [task(1, annotation(7, 3, "left"), annotation(8, 4, "right"), text1="x", text2="y")]
    head = {"id": 1, "text1": "x", "text2": "y", "created_at": "2024-06-01T09:00:00Z"}
    minimal = [head | {"annotator": who, "annotation_id": number, "pw": [{"selected": side}]} for who, number, side in ((3, 7, "left"), (4, 8, "right"))]  # fmt: skip
    (tmp_path / "min.json").write_text(json.dumps(minimal))
    lines = ["annotation_id,annotator,created_at,id,pw,text1,text2"]
    lines += [f'{row["annotation_id"]},{row["annotator"]},{row["created_at"]},1,"[{{""selected"": ""{row["pw"][0]["selected"]}""}}]",x,y' for row in minimal]  # fmt: skip
    (tmp_path / "export.csv").write_text("\n".join(lines))
    exports = [read(source, left="text1", right="text2") for source in (full, tmp_path / "min.json", tmp_path / "export.csv")]  # fmt: skip
    for table in exports:
        assert (
            table.drop(columns="judgement").values.tolist()
            == exports[0].drop(columns="judgement").values.tolist()
        )
        assert table["worker"].tolist() == ["3", "4"] and table["label"].tolist() == ["left", "right"]


LOST = {
    "a cancelled one": (
        annotation(7, 3, "left", was_cancelled=True),
        "task 1, annotation 7: it was cancelled",
    ),
    "one without an answer": (annotation(7, 3, None), "task 1, annotation 7: nothing was selected"),
    "one of nobody": (annotation(7, None, "left"), "task 1, annotation 7: nobody is named in 'completed_by'"),
    "one of another word": (annotation(7, 3, "middle"), "unknown label 'middle' in 'result'"),
    "one without a time": (annotation(7, 3, "left", created_at=None), "no entry in 'created_at'"),
    "no object": ("left", "task 1: an annotation that is a str"),
    "no results": (annotation(7, 3, "left", result=None), "no list of results"),
}


@pytest.mark.parametrize("case", LOST)
def test_an_annotation_that_cannot_be_read_is_named_and_counted(case):
    lost, message = LOST[case]
    tasks = [task(1, annotation(6, 3, "left"), lost)]
    with pytest.raises(al.TableError, match=f"1 of 2 annotations cannot be read: .*{message}"):
        read(tasks)
    with pytest.warns(al.imports.SkippedRows, match="left out 1 of 2 annotations"):
        assert read(tasks, skip=True)["label"].tolist() == ["left"]


def test_two_answers_and_two_choices_are_not_one():
    one = annotation(7, 3, "left")
    twice = one | {"result": one["result"] * 2}
    with pytest.raises(al.TableError, match="2 answers in the control 'pw'"):
        read([task(1, twice)])
    both = [{"from_name": "c", "type": "choices", "value": {"choices": ["left", "right"]}}]
    with pytest.raises(al.TableError, match="2 choices at once"):
        read([task(1, one | {"result": both})])


def test_ground_truth_is_an_experts_verdict():
    tasks = [task(1, annotation(6, 3, "left"), annotation(7, 9, "left", ground_truth=True))]
    table = read(tasks)
    assert table["expert"].tolist() == [False, True]
    assert al.tally(table).to_frame().loc["3", "expert_agreements"] == 1


def test_an_annotator_is_known_by_email():
    tasks = [task(1, annotation(6, {"id": 3, "email": "a@b.org"}, "left"), annotation(7, {"id": 4}, "right"))]
    assert read(tasks)["worker"].tolist() == ["a@b.org", "4"]


def test_tasks_without_annotations_have_no_rows_and_predictions_are_not_read():
    tasks = [
        task(1) | {"predictions": [{"result": annotation(7, 3, "left")["result"]}]},
        task(2, annotation(6, 3, "right")),
    ]
    assert read(tasks)["task"].tolist() == ["2"]
    assert read([]).empty and read([task(1)]).empty


def test_fields_name_the_item():
    tasks = [task(n, annotation(n, 3, "left"), prompt="p", pair=5) for n in (1, 2)]
    assert read(tasks, task="pair")["task"].tolist() == ["5", "5"]
    assert read(tasks, task=["prompt", "pair"])["task"].tolist() == ["p 5", "p 5"]


def test_what_the_export_leaves_open_is_asked_for():
    two = annotation(7, 3, "left")
    two["result"] = two["result"] + [dict(two["result"][0], from_name="other")]
    row = {"annotator": 3, "annotation_id": 7, "id": 1, "text": "x", "pick": "A"}
    for source, options, message in (
        ([task(1, two)], {}, "several controls, 'pw', 'other'. Say which, for example control='pw'"),
        ([task(1, two)], {"control": "pww"}, "no pairwise or choices control 'pww'; saw 'pw', 'other'"),
        ([task(1, annotation(7, 3, "left"), text1="x")], {"left": "text1"}, "name both sides"),
        ([task(1, annotation(7, 3, "left"), text1="x")], {"left": "text1", "right": "text2"}, "no task has a field 'text2'; saw 'text1'"),
        ([row], {}, "say which column is the control; saw 'text', 'pick'. For example control='text'"),
        ([row], {"control": "pck"}, "no column 'pck' .control=.; saw"),
        ([{"a": 1}], {}, "neither tasks with annotations, nor rows with an annotator; the first holds 'a'"),
    ):  # fmt: skip
        with pytest.raises(al.TableError, match=message):
            read(source, **options)
    assert read([row], control="pick", labels={"A": "left"})["label"].tolist() == ["left"]
