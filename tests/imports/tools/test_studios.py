"""Label Studio: its three exports say the same."""

import json

import annolib as al


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
    read = [al.imports.label_studio(source, left="text1", right="text2") for source in (full, tmp_path / "min.json", tmp_path / "export.csv")]  # fmt: skip
    for table in read:
        assert (
            table.drop(columns="judgement").values.tolist()
            == read[0].drop(columns="judgement").values.tolist()
        )
        assert table["worker"].tolist() == ["3", "4"] and table["label"].tolist() == ["left", "right"]
