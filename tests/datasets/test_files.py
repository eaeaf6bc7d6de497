"""Files that are not what they should be are refused by name."""

import pytest

from annolib.datasets.files import read_csv, read_json, read_lines
from annolib.datasets.llmfao import load_llmfao
from annolib.datasets.registry import DataError


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("crowd-comparisons.csv", "id,worker\n1,2\n", "no column 'winner'"),
        ("crowd-comparisons.csv", "id,worker,winner\n0,1,both\n", "'winner' has 'both' in row 0"),
        ("crowd-comparisons.csv", "", "cannot be read as CSV"),
        ("pairs-crowd.jsonl", '{"id": 1}\n', "no column 'slug'"),
        ("pairs-crowd.jsonl", '{"id": 1', "cannot be read as JSON"),
        ("gpt4-crowd-comparisons.csv", None, "cannot be read as CSV"),
    ],
)
def test_wrong_files(llmfao_folder, tmp_path, name, body, words):
    for path in llmfao_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if body is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(body)
    with pytest.raises(DataError, match=words) as caught:
        load_llmfao(tmp_path)
    assert name in str(caught.value)


def test_readers_refuse_binaries(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00\x01" * 9)
    for read in (read_csv, read_json, read_lines):
        with pytest.raises(DataError, match="cannot be read"):
            read(tmp_path / "x", ["a"])
