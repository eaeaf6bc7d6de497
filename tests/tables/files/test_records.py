"""JSON and JSON Lines: what stands there, or one error that says where."""

import pytest

import annolib as al
from annolib.tables.files.records import frame_of, read_json

READ = {
    "a list": ("t.json", '[{"a": 1}]', [{"a": 1}]),
    "lines": ("t.jsonl", '{"a": 1}\n\n{"a": "\\u2028"}\n', [{"a": 1}, {"a": "\u2028"}]),
    "lines under another ending": ("t.json", '{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
    "nothing": ("t.json", "[]", []),
    "no number": ("t.json", '[{"a": NaN}]', [{"a": None}]),
    "one object": ("t.json", '{"a": 1}', {"a": 1}),
}


@pytest.mark.parametrize("case", READ)
def test_json_is_read(tmp_path, case):
    name, text, wanted = READ[case]
    (tmp_path / name).write_text("\ufeff" + text, encoding="utf-8")
    assert read_json(tmp_path / name) == wanted


REFUSED = [
    ("t.json", b"", "is empty"),
    ("t.json", b"{", "no JSON: .* line 1, column 2"),
    ("t.json", b'[{"a": 1, "a": 2}]', "the name 'a' twice"),
    ("t.jsonl", b'{"a": 1}\n{"a": 1, "a": 2}\n', "twice.* in line 2"),
    ("t.jsonl", b'{"a": 1}\n{"a":\n', "in line 2"),
    ("t.json", b"[" * 100_000, "no JSON that can be read"),
    ("t.json", b'["\xff"]', "not in the encoding UTF-8"),
    ("t.json", b"[" + b"9" * 5_000 + b"]", "no JSON that can be read"),
    ("t.json.gz", b"no gzip", "cannot be unpacked"),
]


@pytest.mark.parametrize("name, data, message", REFUSED)
def test_what_is_no_json_is_refused(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(al.TableError, match=message):
        read_json(tmp_path / name)


def test_records_keep_their_entries():
    frame = frame_of([{"a": 7, "b": "7"}, {"a": "7"}, {"a": [1], "c": True}])
    assert frame["a"].tolist() == [7, "7", [1]] and frame["b"].tolist() == ["7", None, None]
    with pytest.raises(al.TableError, match="saw int in row 1"):
        frame_of([{}, 1])
