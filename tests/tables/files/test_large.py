"""Large files in DuckDB: the same rows as in pandas, and the same files refused."""

import pytest

import annolib as al
from annolib.tables.files.opening import open_file

FILES = [
    ("t.csv", b"x,y\n007,NA\n,2\n"),
    ("t.csv", b'\xef\xbb\xbfx,y\n"a\nb",\n'),
    ("t.tsv", b"x\ty\n1\t2\n"),
    ("t.jsonl", b'{"x": "007", "y": "2024-01-01"}\n{"x": "1e3", "y": "true"}\n'),
]


@pytest.mark.parametrize("name, data", FILES)
def test_rows_are_those_of_pandas(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    small = open_file(tmp_path / name, large=False)
    rows = [tuple(None if cell != cell else cell for cell in row) for row in small.values.tolist()]
    assert [row[:-1] for row in open_file(tmp_path / name, large=True).fetchall()] == rows


@pytest.mark.parametrize(
    "data", [b"", b"x,x\n1,2\n", b"x,y\n1\n", b"x,y\n1,2,3\n", b'x,y\n"1,2\n', b"x,y\n\xff,2\n"]
)
def test_what_pandas_refuses_is_refused(tmp_path, data):
    (tmp_path / "t.csv").write_bytes(data)
    for large in (False, True):
        with pytest.raises(al.TableError):
            open_file(tmp_path / "t.csv", large=large)
