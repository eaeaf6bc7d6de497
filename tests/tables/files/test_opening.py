"""Files by their ending: the same table from every kind."""

import gzip

import pandas as pd
import pytest

import annolib as al
from annolib.tables.files.opening import kind_of, open_file, read_file

TABLE = pd.DataFrame({"worker": ["007", "NA", "ä,\n\"b\""], "label": ["left", "right", "tie"]})  # fmt: skip


def write(folder, kind):
    path = folder / f"table.{kind}"
    if kind in ("csv", "tsv"):
        TABLE.to_csv(path, index=False, sep="," if kind == "csv" else "\t")
    elif kind == "parquet":
        TABLE.to_parquet(path)
    else:
        TABLE.to_json(path, orient="records", lines=kind == "jsonl")
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl", "parquet"])
def test_every_kind_of_file_gives_the_same_table(tmp_path, kind):
    path = write(tmp_path, kind)
    pd.testing.assert_frame_equal(read_file(path), TABLE)
    rows = open_file(path, large=True)
    assert rows.columns == ["worker", "label", "time"]
    assert rows.fetchall() == [(*row, number) for number, row in enumerate(TABLE.values.tolist(), start=1)]


def test_a_packed_file_is_unpacked(tmp_path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(write(tmp_path, "csv").read_bytes()))
    pd.testing.assert_frame_equal(read_file(path), TABLE)


def test_other_endings_are_named():
    with pytest.raises(al.TableError, match="Save the sheet as CSV"):
        kind_of("table.xlsx")
    with pytest.raises(al.TableError, match="its name ends in ''"):
        kind_of("table")
    with pytest.raises(FileNotFoundError):
        read_file("no such file.csv")
