"""Large files in DuckDB: the same rows as in pandas, and the same files refused."""

import gc
import tempfile

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


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A large table, alone in the folder for temporary ones."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    (tmp_path / "t.csv").write_text("x,y\n007,NA\n8,b\n")
    return place, lambda **how: open_file(tmp_path / "t.csv", large=True, **how)


def test_the_folder_goes_with_the_last_table(opened):
    place, open_it = opened
    table = open_it()
    assert len(list(place.iterdir())) == 1
    other = table.filter("x = '8'")
    del table
    gc.collect()
    assert other.fetchall() == [("8", "b", 2)]
    del other
    gc.collect()
    assert not list(place.iterdir())


def test_no_folder_stays_of_a_file_that_is_refused(opened, tmp_path):
    place, open_it = opened
    (tmp_path / "t.csv").write_text("x,y\n1\n")
    with pytest.raises(al.TableError):
        open_it()
    gc.collect()
    assert not list(place.iterdir())


def test_the_file_is_read_once(opened, tmp_path):
    _, open_it = opened
    table = open_it()
    (tmp_path / "t.csv").unlink()
    assert table.fetchall() == [("007", "NA", 1), ("8", "b", 2)]


@pytest.mark.parametrize("memory, said", [(None, "953.6 MiB"), ("300MB", "286.1 MiB")])
def test_memory_is_limited_and_the_rest_goes_into_the_folder(opened, memory, said):
    place, open_it = opened
    table = open_it() if memory is None else open_it(memory=memory)
    limits = table.project("current_setting('memory_limit'), current_setting('temp_directory')").fetchall()
    assert limits[0] == (said, str(next(place.iterdir()) / "spilled"))


def test_a_limit_that_is_none_is_refused(opened):
    with pytest.raises(ValueError, match="memory must be a size such as '1GB'.*saw 'much'"):
        opened[1](memory="much")
