"""The same counts by queries written by hand for this table, three on each engine, by how much they count.

- repeats: repeat pairs and agreements of each worker, labels as shown, nothing checked
- sides: the same by content, with the sides kept and with the sides swapped, nothing checked
- whole: all that a tally counts, and all that it checks, for a table with sides

The first two rely on what the benchmark's tables promise: no worker judges an item more than twice.
Each returns one row per worker, as a table of its engine with the columns of a tally.
"""


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
    label = pd.Series(pd.Categorical(table["label"], categories=["left", "right", "tie"])).cat.codes
    content = label.where(~swapped | (label == 2), 1 - label)
    rows = table[["worker", "task"]].assign(content=content, swapped=swapped.astype("int8"))
    cells = rows.groupby(["worker", "task"], sort=False).agg(
        n=("content", "size"),
        low=("content", "min"),
        high=("content", "max"),
        least=("swapped", "min"),
        most=("swapped", "max"),
    )
    twice = cells[cells["n"] == 2]
    same, agree = twice["least"] == twice["most"], twice["low"] == twice["high"]
    columns = {"same_pairs": same, "same_agreements": same & agree}
    columns |= {"swapped_pairs": ~same, "swapped_agreements": ~same & agree}
    return pd.DataFrame(columns).groupby("worker").sum()


def polars_repeats(table):
    import polars as pl

    labels = pl.col("label").cast(pl.Enum(["left", "right", "tie"])).to_physical()
    rows = table.lazy().select("worker", "task", labels)
    cells = rows.group_by("worker", "task").agg(
        n=pl.len(), low=pl.col("label").min(), high=pl.col("label").max()
    )
    agree = (pl.col("low") == pl.col("high")).sum().alias("repeat_agreements")
    return (
        cells.filter(pl.col("n") == 2).group_by("worker").agg(pl.len().alias("repeat_pairs"), agree).collect()
    )


def polars_sides(table):
    import polars as pl

    swapped, label = pl.col("left") > pl.col("right"), pl.col("label")
    second = (label == "right") ^ swapped
    content = pl.when(label == "tie").then(2).otherwise(second.cast(pl.Int8)).cast(pl.Int8)
    rows = table.lazy().select("worker", "task", swapped=swapped.cast(pl.Int8), content=content)
    ends = {"n": pl.len(), "least": pl.col("swapped").min(), "most": pl.col("swapped").max()}
    ends |= {"low": pl.col("content").min(), "high": pl.col("content").max()}
    same, agree = pl.col("least") == pl.col("most"), pl.col("low") == pl.col("high")
    columns = {"same_pairs": same, "same_agreements": same & agree}
    columns |= {"swapped_pairs": ~same, "swapped_agreements": ~same & agree}
    cells = rows.group_by("worker", "task").agg(**ends).filter(pl.col("n") == 2)
    return cells.group_by("worker").agg(**{name: mark.sum() for name, mark in columns.items()}).collect()


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
                case when label = 'tie' then 2 else ((label = 'right') <> ("left" > "right"))::int end::tinyint as content
            from judgements
        )
        group by worker, task having n = 2
    )
    group by worker
"""
