"""Statements in the words of each library: every one is run on a small table of that library."""

import pytest

from annolib.tables.refusals.fixes import PANDAS, dialect_of

COLUMNS = {
    **{
        "task": ["i", " ", None, "k"],
        'it\'s "a"': [1.5, float("nan"), float("nan"), 2.5],
        "n": ["007", "7", "8", "9"],
    },
    "label": ["A", "it's", "back\\slash", "B"],
}
ENGINES = ("pandas", "polars", "polars lazy", "pyarrow", "duckdb", "dask")

pytestmark = [
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*map_elements:UserWarning"),
]


@pytest.fixture(params=ENGINES)
def table(request, oracle):
    """A function of a statement's maker: the table after it, as name → list of entries, None where there is none."""
    library = request.param.split()[0]
    pytest.importorskip(library, reason=f"{library} is not installed")

    def run(make, columns=COLUMNS):
        import pandas as pd
        import polars as pl
        import pyarrow as pa
        import pyarrow.compute as pc

        space = {"table": oracle.put(columns, request.param), "pd": pd, "pl": pl, "pa": pa, "pc": pc}
        exec(make(dialect_of(library)), space)
        return entries(space["table"])

    return run


def entries(table):
    import pandas as pd

    for turn in ("collect", "compute", "df", "to_pandas"):
        if hasattr(table, turn) and not isinstance(table, pd.DataFrame):
            table = getattr(table, turn)()
    return {name: [None if pd.isna(entry) else entry for entry in column] for name, column in table.items()}


def test_names_and_columns(table):
    renamed = table(lambda own: own.rename('it\'s "a"', "x y"))
    assert "x y" in renamed and 'it\'s "a"' not in renamed and renamed["x y"] == [1.5, None, None, 2.5]
    assert list(table(lambda own: own.drop('it\'s "a"', "n"))) == ["task", "label"]


def test_rows_without_entries(table):
    assert table(lambda own: own.drop_empty("task"))["n"] == ["007", "7", "9"]
    assert table(lambda own: own.drop_empty('it\'s "a"', number=True))["n"] == ["007", "9"]
    filled = {"task": ["i", " ", "\u2003\t", "k"], "n": [1, 2, 3, 4]}
    assert table(lambda own: own.drop_blank("task"), filled)["n"] == [1, 4]


def test_other_entries(table):
    mapping = {"A": "left", "it's": "tie", "back\\slash": "right"}
    assert table(lambda own: own.translate("label", mapping))["label"] == ["left", "tie", "right", None]
    assert table(lambda own: own.translate("label", mapping, rest=True))["label"] == ["left", "tie", "right"]
    numbers = {"label": [0, 1, 2, 1]}
    said = table(lambda own: own.translate("label", {0: "left", 1: "right", 2: "tie"}), numbers)
    assert said["label"] == ["left", "right", "tie", "right"]
    assert table(lambda own: own.is_one_of("label", ["A", "it's"]))["label"] == [True, True, False, False]
    assert table(lambda own: own.as_number("n"))["n"] == [7, 7, 8, 9]
    assert table(lambda own: own.as_text("label"), numbers)["label"] == ["0", "1", "2", "1"]


def test_rows_and_computed_columns(table):
    twice = {"a": [1, 1, 2], "b": ["x", "x", "x"], "c": [1, 2, 3]}
    kept = table(lambda own: own.distinct(["a", "b"]), twice)
    assert sorted(kept["a"]) == [1, 2]
    numbered = table(lambda own: own.number_rows("judgement"), twice)
    assert len(set(numbered["judgement"])) == 3
    both = table(
        lambda own: own.compute(
            "b", "row['b'] + str(row['a'])", lambda sql: f"concat({sql.name('b')}, {sql.name('a')})"
        ),
        twice,
    )
    assert both["b"] == ["x1", "x1", "x2"]


def test_lone_surrogates_are_written_out(oracle):
    import pandas as pd
    import polars as pl

    for engine in ("pandas", "polars"):
        space = {"table": oracle.put({"task": ["a\ud800", "b"]}, engine), "pd": pd, "pl": pl}
        exec(dialect_of(engine).written_out("task"), space)
        assert list(space["table"]["task"]) == ["a\\ud800", "b"]


def test_unknown_libraries_speak_pandas():
    assert dialect_of("modin") is PANDAS and dialect_of("_duckdb") is dialect_of("duckdb")


def test_sparks_statements_are_python_with_sql():
    """Run where Spark is present, see `tests/tables/engines`; here they are parsed, and quoted as Spark quotes."""
    own = dialect_of("pyspark")
    for statement in (
        own.rename("a", "b"),
        own.drop("a", "b"),
        own.drop_empty("a"),
        own.drop_blank("a"),
        own.translate("label", {"it's": "left"}, rest=True),
        own.is_one_of("a", [b"x", 1, True]),
        own.as_text("a"),
        own.distinct(["a"]),
        own.number_rows("j"),
        own.compute("a", "", lambda sql: sql.name("b`c")),
    ):
        compile(statement, "fix", "exec")
    assert own.literal("it's") == r"'it\'s'" and own.literal("a\\b") == r"'a\\b'"
    assert "`b``c`" in own.compute("a", "", lambda sql: sql.name("b`c"))
