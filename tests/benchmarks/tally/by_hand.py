"""The same counts by queries written by hand for the benchmark's tables, by how much they count.

- repeats: repeat pairs and agreements of each worker, labels as shown; nothing is checked
- sides: the same by content, with the sides kept and with the sides swapped; nothing is checked
- whole: all that `annolib.tally` counts and all that it checks, for a table with sides (`whole_by_hand`)

The first two rely on what the benchmark's tables promise, that no worker judges an item more than twice: then
the least and the greatest label of a cell say all. Each returns one row per worker, as pandas.
"""

LABELS = ["left", "right", "tie"]


def pandas_repeats(table):
    import pandas as pd

    rows = table[["worker", "task"]].assign(label=pd.factorize(table["label"])[0].astype("int8"))
    cells = rows.groupby(["worker", "task"], sort=False)["label"].agg(["size", "min", "max"])
    twice = cells[cells["size"] == 2]
    agree = (twice["min"] == twice["max"]).groupby("worker").agg(["size", "sum"])
    return agree.set_axis(["repeat_pairs", "repeat_agreements"], axis=1)


def pandas_sides(table):
    import pandas as pd

    swapped = table["left"] > table["right"]
    label = pd.Series(pd.Categorical(table["label"], categories=LABELS)).cat.codes
    content = label.where(~swapped | (label == 2), 1 - label)
    rows = table[["worker", "task"]].assign(content=content, swapped=swapped.astype("int8"))
    cells = rows.groupby(["worker", "task"], sort=False)
    cells = cells.agg({"content": ["size", "min", "max"], "swapped": ["min", "max"]})
    cells.columns = ["n", "low", "high", "least", "most"]
    twice = cells[cells["n"] == 2]
    same, agree = twice["least"] == twice["most"], twice["low"] == twice["high"]
    return pd.DataFrame(_pairs(same, agree)).groupby("worker").sum()


def _pairs(same, agree):
    columns = {"same_pairs": same, "same_agreements": same & agree}
    return columns | {"swapped_pairs": ~same, "swapped_agreements": ~same & agree}


def polars_repeats(table):
    import polars as pl

    label = pl.col("label").cast(pl.Enum(LABELS)).to_physical()
    rows = table.lazy().select("worker", "task", label)
    ends = {"n": pl.len(), "low": pl.col("label").min(), "high": pl.col("label").max()}
    twice = rows.group_by("worker", "task").agg(**ends).filter(pl.col("n") == 2)
    agree = (pl.col("low") == pl.col("high")).sum()
    counts = twice.group_by("worker").agg(repeat_pairs=pl.len(), repeat_agreements=agree)
    return counts.collect().to_pandas().set_index("worker")


def polars_sides(table):
    import polars as pl

    swapped, label = pl.col("left") > pl.col("right"), pl.col("label")
    content = pl.when(label == "tie").then(2).otherwise(((label == "right") != swapped).cast(pl.Int8))
    rows = table.lazy().select("worker", "task", swapped=swapped.cast(pl.Int8), content=content.cast(pl.Int8))
    ends = {"n": pl.len(), "least": pl.col("swapped").min(), "most": pl.col("swapped").max()}
    ends |= {"low": pl.col("content").min(), "high": pl.col("content").max()}
    pairs = _pairs(pl.col("least") == pl.col("most"), pl.col("low") == pl.col("high"))
    twice = rows.group_by("worker", "task").agg(**ends).filter(pl.col("n") == 2)
    counts = twice.group_by("worker").agg(**{name: mark.sum() for name, mark in pairs.items()})
    return counts.collect().to_pandas().set_index("worker")


DUCKDB_REPEATS = """
    select worker, count(*) as repeat_pairs, count_if(low = high) as repeat_agreements
    from (
        select worker, task, count(*) as n, min(label) as low, max(label) as high
        from judgements group by worker, task having n = 2
    )
    group by worker
"""
DUCKDB_SIDES = """
    select
        worker,
        count_if(least = most) as same_pairs,
        count_if(least = most and low = high) as same_agreements,
        count_if(least <> most) as swapped_pairs,
        count_if(least <> most and low = high) as swapped_agreements
    from (
        select
            worker, task, count(*) as n, min(swapped) as least, max(swapped) as most,
            min(content) as low, max(content) as high
        from (
            select
                worker, task, "left" > "right" as swapped,
                if(label = 'tie', 2, ((label = 'right') <> ("left" > "right"))::int)::tinyint as content
            from judgements
        )
        group by worker, task having n = 2
    )
    group by worker
"""


def duckdb_repeats(table):
    return table.query("judgements", DUCKDB_REPEATS).df().set_index("worker")


def duckdb_sides(table):
    return table.query("judgements", DUCKDB_SIDES).df().set_index("worker")


def pyarrow_repeats(table):
    import pyarrow.compute as pc

    rows = table.select(["worker", "task"]).append_column(
        "code", pc.index_in(table["label"], pc.unique(table["label"]))
    )
    ends = [("code", "count"), ("code", "min"), ("code", "max")]
    cells = rows.group_by(["worker", "task"], use_threads=True).aggregate(ends)
    twice = cells.filter(pc.equal(cells["code_count"], 2))
    agree = pc.cast(pc.equal(twice["code_min"], twice["code_max"]), "int64")
    twice = twice.select(["worker"]).append_column("agree", agree)
    counts = twice.group_by("worker").aggregate([("agree", "count"), ("agree", "sum")]).to_pandas()
    return counts.set_index("worker").set_axis(["repeat_pairs", "repeat_agreements"], axis=1)


def dask_repeats(table):
    code = table["label"].map({name: place for place, name in enumerate(LABELS)}, meta=("label", "int64"))
    rows = table[["worker", "task"]].assign(label=code)
    cells = rows.groupby(["worker", "task"], sort=False)["label"].agg(["size", "min", "max"])
    twice = cells[cells["size"] == 2].reset_index()
    twice = twice.assign(agree=twice["min"] == twice["max"])
    counts = twice.groupby("worker")["agree"].agg(["size", "sum"]).compute()
    return counts.set_axis(["repeat_pairs", "repeat_agreements"], axis=1)
