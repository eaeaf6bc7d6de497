"""CSV and TSV: whole rows, text as it is written, or one error that says where."""

import csv

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.tables.files.delimited import read_delimited
from annolib.tables.files.opening import open_file

READ = {
    "leading zeros and words for nothing": (b"x,y\n007,NA\n1.0,null\n", [["007", "NA"], ["1.0", "null"]]),
    "a mark of UTF-8": (b"\xef\xbb\xbfx,y\n1,2\n", [["1", "2"]]),
    "UTF-16 with its mark": ("x,y\n1,ä\n".encode("utf-16"), [["1", "ä"]]),
    "a quoted line break": (b'x,y\n"a\nb",2\n', [["a\nb", "2"]]),
    "a quoted quote": (b'x,y\n"a""b",2\n', [['a"b', "2"]]),
    "empty lines": (b"x,y\n\n1,2\n\n", [["1", "2"]]),
    "old line ends": (b"x,y\r1,2\r\n3,4\n", [["1", "2"], ["3", "4"]]),
    "no last line end": (b"x,y\n1,2", [["1", "2"]]),
    "only names": (b"x,y\n", []),
}


@pytest.mark.parametrize("case", READ)
def test_cells_are_text_as_it_is_written(tmp_path, case):
    data, rows = READ[case]
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    read = read_delimited(path)
    assert read.columns.tolist() == ["x", "y"] and read.values.tolist() == rows


REFUSED = {
    b"": "is empty",
    b"x,x\n1,2\n": "column 'x' twice",
    b"x,y\n1\n2,3\n4,5,6\n": "2 rows with another number of cells .* row 0 has 1; row 2 has 3",
    b"x,y\n1,2,3\n": "1 row with another number of cells .* row 0 has 3",
    b'x,y\n1,2\n"3,4\n': "a quote that opens in row 1 is never closed",
    b'x,"y\n': "a quote that opens in the line of names|cannot be read|quote",
    b"x;y\n1;2\n": "separated by semicolons",
    b"x,y\n\xff,2\n": "not in the encoding UTF-8",
}


@pytest.mark.parametrize("data", REFUSED)
def test_what_would_lose_something_is_refused(tmp_path, data):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with pytest.raises(al.TableError, match=REFUSED[data]):
        read_delimited(path)


@pytest.mark.parametrize("data", [b"x;y\n\xe4;2\n", b"x;y\n1;2\n", b"x,y\n\xe4,2\n"])
def test_the_fix_reads_the_file(tmp_path, data):
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(al.TableError) as caught:
        read_delimited(tmp_path / "t.csv")
    names = {"pd": pd}
    exec(caught.value.fix, names)
    assert names["table"].columns.tolist() == ["x", "y"] and names["table"].iloc[0, 1] == "2"


def test_thousands_of_columns(tmp_path):
    path = tmp_path / "t.csv"
    names = [f"c{place}" for place in range(5_000)]
    path.write_text(",".join(names) + "\n" + ",".join(map(str, range(5_000))) + "\n")
    read = read_delimited(path)
    assert read.shape == (1, 5_000) and read.iloc[0, 4_999] == "4999"


CELLS = st.text(alphabet='a0,;\t"\n é', max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=5),
    separator=st.sampled_from([",", "\t"]),
    large=st.booleans(),
)
def test_what_a_writer_wrote_is_what_is_read(tmp_path_factory, rows, separator, large):
    path = tmp_path_factory.mktemp("csv") / ("t.csv" if separator == "," else "t.tsv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([("x", "y"), *rows])
    table = open_file(path, large=large, number=False)
    found = table.fetchall() if large else [tuple(row) for row in table.astype(object).values.tolist()]
    read = [tuple("" if cell is None or cell != cell else cell for cell in row) for row in found]
    assert read == [(one, two) for one, two in rows]
