"""All that a tally counts and checks for a table with sides, by hand: the measure of the same work.

Labels, sides, repeats, peers and totals between workers; refused are empty entries, unknown labels, and tasks
that show two pairs of contents. Not here: words that name the rows and the mend, aliases, other types of
columns, experts, time. Each returns one row per worker, as pandas.
"""

MARKS = (
    ("b0", "label = 'left' and not swapped"),
    ("b1", "label = 'right' and not swapped"),
    ("b2", "label = 'tie' and not swapped"),
    ("b3", "label = 'right' and swapped"),
    ("b4", "label = 'left' and swapped"),
    ("b5", "label = 'tie' and swapped"),
)
CHECK_ROWS = """
    select
        count_if(task is null), count_if(worker is null), count_if(label is null),
        count_if("left" is null), count_if("right" is null), count_if(label not in ('left', 'right', 'tie'))
    from judgements
"""
CHECK_TASKS = """
    select count_if(low <> low_too or high <> high_too)
    from (
        select
            task,
            min(least("left", "right")) as low, max(least("left", "right")) as low_too,
            min(greatest("left", "right")) as high, max(greatest("left", "right")) as high_too
        from judgements group by task
    )
"""
COUNT = f"""
    with
        cells as materialized (
            select worker, task, {", ".join(f"count_if({mark})::double as {name}" for name, mark in MARKS)}
            from (select *, "left" > "right" as swapped from judgements)
            group by worker, task
        ),
        sums as (
            select
                *, b0 + b3 as one, b1 + b4 as two, b2 + b5 as tie,
                b0 + b1 + b2 as kept, b3 + b4 + b5 as turned, b0 + b1 + b2 + b3 + b4 + b5 as n
            from cells
        ),
        tasks as materialized (
            select
                task, sum(one) as all_one, sum(two) as all_two, sum(tie) as all_tie, sum(n) as all_n,
                max(n) as largest
            from sums group by task
        ),
        total as (
            select
                count(*) as total_items, sum(all_n * (all_n - 1)) as any_pairs,
                sum(all_one * (all_one - 1) + all_two * (all_two - 1) + all_tie * (all_tie - 1)) as any_agreements,
                sum(all_n * (all_n - 1)) filter (largest > 1) as any_repeated_pairs,
                sum(all_one * (all_one - 1) + all_two * (all_two - 1) + all_tie * (all_tie - 1))
                    filter (largest > 1) as any_repeated_agreements
            from tasks
        ),
        joined as (
            select
                *, if(n = 1, all_n - 1, 0) as peer_pairs,
                if(n = 1, one * all_one + two * all_two + tie * all_tie - 1, 0) as peer_agreements
            from sums join tasks using (task)
        ),
        workers as (
            select
                worker, count(*) as items, sum(n) as judgements,
                sum(b0 + b4) as "left", sum(b1 + b3) as "right", sum(tie) as ties,
                count_if(n > 1) as repeat_items,
                sum(kept * (kept - 1) + turned * (turned - 1)) / 2 as same_pairs,
                sum(
                    b0 * (b0 - 1) + b1 * (b1 - 1) + b2 * (b2 - 1) + b3 * (b3 - 1) + b4 * (b4 - 1) + b5 * (b5 - 1)
                ) / 2 as same_agreements,
                sum(kept * turned) as swapped_pairs,
                sum(b0 * b3 + b1 * b4 + b2 * b5) as swapped_agreements,
                sum(peer_pairs) as peer_pairs, sum(peer_agreements) as peer_agreements,
                count_if(peer_pairs > 0) as peer_items,
                sum(if(peer_pairs > 0, peer_agreements / peer_pairs, 0)) as peer_shares
            from joined group by worker
        )
    select * from workers, total
"""


def duckdb_whole(table):
    for check in (CHECK_ROWS, CHECK_TASKS):
        if any(table.query("judgements", check).fetchall()[0]):
            raise ValueError("the table is wrong")
    return _between(table.query("judgements", COUNT).df().set_index("worker"))


def polars_whole(table):
    import polars as pl

    _polars_check(table.lazy())
    swapped, label = pl.col("left") > pl.col("right"), pl.col("label")
    kept, turned = ("left", "right", "tie"), ("right", "left", "tie")
    marks = [(label == name) & ~swapped for name in kept] + [(label == name) & swapped for name in turned]
    marks = {f"b{place}": mark.cast(pl.UInt32) for place, mark in enumerate(marks)}
    cells = table.lazy().select("worker", "task", **marks).group_by("worker", "task").agg(pl.all().sum())
    bins = [pl.col(name).cast(pl.Int64) for name in marks]
    cells = cells.with_columns(*bins).with_columns(
        one=pl.col("b0") + pl.col("b3"),
        two=pl.col("b1") + pl.col("b4"),
        tie=pl.col("b2") + pl.col("b5"),
        kept=pl.col("b0") + pl.col("b1") + pl.col("b2"),
        turned=pl.col("b3") + pl.col("b4") + pl.col("b5"),
    )
    cells = cells.with_columns(n=pl.col("kept") + pl.col("turned")).collect().lazy()
    sums = {f"all_{name}": pl.col(name).sum() for name in ("one", "two", "tie", "n")}
    tasks = cells.group_by("task").agg(**sums, largest=pl.col("n").max())
    workers = cells.join(tasks, on="task").with_columns(**_peers(pl)).group_by("worker").agg(**_columns(pl))
    counts = workers.join(_totals(pl, tasks), how="cross").collect()
    return _between(counts.to_pandas().set_index("worker"))


def _polars_check(rows):
    import polars as pl

    small, great = pl.min_horizontal("left", "right"), pl.max_horizontal("left", "right")
    empty = rows.select(pl.all().null_count(), wrong=(~pl.col("label").is_in(["left", "right", "tie"])).sum())
    ends = {"a": small.min(), "b": small.max(), "c": great.min(), "d": great.max()}
    tasks = rows.group_by("task").agg(**ends)
    wrong = (pl.col("a") != pl.col("b")) | (pl.col("c") != pl.col("d"))
    first, second = pl.collect_all([empty, tasks.select(wrong.sum())])
    if any(first.row(0)) or second.item():
        raise ValueError("the table is wrong")


def _two(count):
    return count * (count - 1)


def _totals(pl, tasks):
    pairs, repeated = _two(pl.col("all_n")), pl.col("largest") > 1
    agreements = sum(_two(pl.col(f"all_{name}")) for name in ("one", "two", "tie"))
    return tasks.select(
        total_items=pl.len(),
        any_pairs=pairs.sum(),
        any_agreements=agreements.sum(),
        any_repeated_pairs=pairs.filter(repeated).sum(),
        any_repeated_agreements=agreements.filter(repeated).sum(),
    )


def _peers(pl):
    agreeing = sum(pl.col(name) * pl.col(f"all_{name}") for name in ("one", "two", "tie"))
    once = (pl.col("n") == 1).cast(pl.Int64)
    return {"peer_pairs": once * (pl.col("all_n") - 1), "peer_agreements": once * (agreeing - 1)}


def _columns(pl):
    b0, b1, b2, b3, b4, b5 = (pl.col(f"b{place}") for place in range(6))
    met = pl.col("peer_pairs") > 0
    return {
        "items": pl.len(),
        "judgements": pl.col("n").sum(),
        "left": (b0 + b4).sum(),
        "right": (b1 + b3).sum(),
        "ties": pl.col("tie").sum(),
        "repeat_items": (pl.col("n") > 1).sum(),
        "same_pairs": (_two(pl.col("kept")) + _two(pl.col("turned"))).sum() // 2,
        "same_agreements": sum(map(_two, (b0, b1, b2, b3, b4, b5))).sum() // 2,
        "swapped_pairs": (pl.col("kept") * pl.col("turned")).sum(),
        "swapped_agreements": (b0 * b3 + b1 * b4 + b2 * b5).sum(),
        "peer_pairs": pl.col("peer_pairs").sum(),
        "peer_agreements": pl.col("peer_agreements").sum(),
        "peer_items": met.sum(),
        "peer_shares": pl.when(met)
        .then(pl.col("peer_agreements") / pl.col("peer_pairs"))
        .otherwise(0.0)
        .sum(),
    }


def _between(counts):
    """With the totals over pairs of different workers, in every row: those of anybody less the workers' own."""
    for kind in ("pairs", "agreements"):
        own = (counts[f"same_{kind}"] + counts[f"swapped_{kind}"]).sum()
        for name in ("", "_repeated"):
            counts[f"between{name}_{kind}"] = counts.pop(f"any{name}_{kind}") // 2 - own
    return counts
