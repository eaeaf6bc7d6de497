"""Ids as whole numbers: a large file's tally is that of pandas, whatever its ids are."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.tables.engines.codes import lend, workshop_of
from annolib.tables.files.opening import open_file, read_file

pytest.importorskip("duckdb")
pytest.importorskip("narwhals.stable.v2")

HOSTILE = [
    "007",
    "7",
    "NA",
    "null",
    "ä",
    "Ä",
    'a"b',
    "it's",
    "a,b",
    "a\nb",
    "10",
    "9",
    "\U0001f600",
    "\uffff",
    "w",
]


def hostile(rng, rows=400, **others):
    """Judgements whose ids look like numbers, missing entries, SQL or several lines."""
    task = rng.integers(0, len(HOSTILE), rows)
    swapped = rng.random(rows) < 0.5
    sides = [
        [HOSTILE[t], HOSTILE[(t + 4) % len(HOSTILE)]][:: -1 if s else 1]
        for t, s in zip(task, swapped, strict=True)
    ]
    table = pd.DataFrame(sides, columns=["left", "right"])
    who = [HOSTILE[place] for place in rng.integers(0, len(HOSTILE), rows)]
    label = np.array(["left", "right", "tie"])[rng.integers(0, 3, rows)]
    return table.assign(task=[HOSTILE[t] for t in task], worker=who, label=label, **others)


@pytest.mark.parametrize("pairs", ["all", "one"])
@pytest.mark.parametrize("more", ["nothing", "time", "part", "named", "expert", "one side"])
def test_a_large_file_is_tallied_as_in_pandas(tmp_path, same, pairs, more):
    rng = np.random.default_rng(5)
    table, reading = hostile(rng), {}
    if more == "time":
        table["time"] = rng.permutation(len(table)).astype(str)
    if more == "part":
        table, reading = table.assign(turn=np.resize(["1", "", "2"], len(table))), {"by": "turn"}
        table["turn"] = table["turn"].replace("", "0")
    if more == "named":
        table = table.rename(columns={"worker": 'who "?"', "left": "worker"})
        reading = {"columns": {"worker": 'who "?"', "left": "worker"}}
    if more == "one side":  # no content of the right ever stands on the left
        table["left"], table["right"] = table["task"], table["task"] + "!"
    if more == "expert":
        reading = {"expert": "yes"}
        table["expert"] = np.where(table["worker"] == "w", "yes", "no")
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    large = open_file(path, large=True)
    assert workshop_of(large) is not None
    expected = al.tally(read_file(path), pairs, **reading)
    same(al.tally(large, pairs, **reading), expected)
    same(al.tally(large, pairs, **reading), expected)  # what was coded once is used again


def test_notes_name_the_ids_and_not_their_codes(tmp_path):
    table = hostile(np.random.default_rng(6))
    table.to_csv(tmp_path / "table.csv", index=False)
    small, large = (al.tally(open_file(tmp_path / "table.csv", large=large)) for large in (False, True))
    assert small.notes == large.notes
    assert "'007'" in " ".join(large.notes)


@pytest.mark.parametrize("column", ["task", "worker", "left", "right"])
@pytest.mark.parametrize("entry", ["", " ", "\u3000\t"])
def test_bad_cells_are_refused_as_they_stand_in_the_file(tmp_path, column, entry):
    table = hostile(np.random.default_rng(7))
    table.loc[3, column] = entry
    table.to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(al.TableError, match=f"column '{column}'.*1 row"):
        al.tally(open_file(tmp_path / "table.csv", large=True))


def test_only_a_table_that_was_copied_is_coded():
    import duckdb

    connection = duckdb.connect()
    relation = connection.sql("select 'i' as task, 'ann' as worker, 'tie' as label")
    assert workshop_of(relation) is None
    assert workshop_of(lend(relation, None)) is None
    assert len(al.tally(relation)) == 1
