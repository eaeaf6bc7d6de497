"""What the tests of tables share: counts by Python loops, tables put into engines, made-up tables with known faults.

A made-up table starts as rows of plain facts (worker, task, label, sides, time …). Every column then writes its facts
down in one of many ways: such as are read, such as must be refused with a fix that brings the facts back
("restoring"), such as can only be refused, and such as an engine may or may not hold ("either").
"""

import itertools
import math
import types
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import annolib as al

OTHER = {"left": "right", "right": "left", "tie": "tie"}
ENGINES = ("pandas", "polars", "polars lazy", "pyarrow", "duckdb", "dask")
START = datetime(2024, 2, 27, 22, 30)


# Counting by loops


def agreement(one, two, sided):
    """Whether two rows on a task show the same sides, and whether they agree about the content."""
    same = not sided or one["left"] == two["left"]
    return same, one["label"] == (two["label"] if same else OTHER[two["label"]])


def brute_force(table, pairs="all"):
    """Every count by looking at every pair of rows of a plain table; rows stand in the order of time."""
    sided = "left" in table
    rows = table.to_dict("records")
    own = [row for row in rows if not row.get("expert", False)]
    experts = [row for row in rows if row.get("expert", False)]
    result = {}
    for worker in sorted({row["worker"] for row in own}):
        mine = [row for row in own if row["worker"] == worker]
        result[worker] = (
            _basic(mine)
            | _repeated(mine, sided, pairs)
            | _peered(mine, own, sided)
            | _checked(mine, experts, sided)
        )
    return result


def _basic(mine):
    labels = Counter(row["label"] for row in mine)
    counts = {"judgements": len(mine), "items": len({row["task"] for row in mine})}
    return counts | {"left": labels["left"], "right": labels["right"], "ties": labels["tie"]}


def _by_task(rows):
    tasks = defaultdict(list)
    for row in rows:
        tasks[row["task"]].append(row)
    return tasks


def _repeated(mine, sided, pairs):
    counts = Counter(repeat_items=0)
    share = {label: sum(row["label"] == label for row in mine) / len(mine) for label in OTHER}
    chance = []
    for rows in _by_task(mine).values():
        counts["repeat_items"] += len(rows) > 1
        for one, two in itertools.combinations(rows if pairs == "all" else rows[:2], 2):
            same, agree = agreement(one, two, sided)
            kind = "same" if same else "swapped"
            counts[f"{kind}_pairs"] += 1
            counts[f"{kind}_agreements"] += agree
            chance.append(sum(p * share[label if same else OTHER[label]] for label, p in share.items()))
    total, agreed = (counts[f"same_{name}"] + counts[f"swapped_{name}"] for name in ("pairs", "agreements"))
    counts |= {"repeat_pairs": total, "repeat_agreements": agreed}
    return dict(counts) | {"chance_agreement": np.mean(chance) if chance else math.nan}


def _peered(mine, own, sided):
    counts, shares = Counter(peer_items=0, peer_pairs=0, peer_agreements=0), []
    for task, rows in _by_task(mine).items():
        others = [row for row in own if row["task"] == task and row["worker"] != rows[0]["worker"]]
        if len(rows) == 1 and others:
            agreeing = sum(agreement(rows[0], other, sided)[1] for other in others)
            counts.update(peer_items=1, peer_pairs=len(others), peer_agreements=agreeing)
            shares.append(agreeing / len(others))
    return dict(counts) | {"peer_agreement": np.mean(shares) if shares else math.nan}


def _checked(mine, experts, sided):
    counts = Counter(expert_checks=0, expert_agreements=0)
    for row in mine:
        said = Counter()
        for verdict in experts:
            if verdict["task"] == row["task"]:
                same, _ = agreement(row, verdict, sided)
                said[verdict["label"] if same else OTHER[verdict["label"]]] += 1
        best = said.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            counts.update(expert_checks=1, expert_agreements=best[0][0] == row["label"])
    return dict(counts)


def same_counts(frame, expected, names=True):
    """Whether a tally's frame says what `brute_force` says, worker by worker; without `names` in any order."""
    rows = [
        [expected[worker].get(name, 0) for name in frame.columns if name in expected[worker]]
        for worker in expected
    ]
    columns = [name for name in frame.columns if expected and name in next(iter(expected.values()))]
    columns = list(dict.fromkeys(columns)) or ["judgements"]
    rows = [[float(expected[worker].get(name, 0)) for name in columns] for worker in expected]
    found = frame[columns].to_numpy(float).tolist()
    if names and list(map(str, frame.index)) != list(map(str, expected)):
        return False
    if not names:
        rows, found = sorted(rows, key=repr), sorted(found, key=repr)
    return len(rows) == len(found) and np.allclose(rows, found, equal_nan=True) if rows else not found


# Tables in engines


class CannotHold(Exception):
    """The engine itself refuses such a column."""


def put(columns, engine, category=()):
    """A table of lists in an engine: name → list of Python values; the columns `category` as categories."""
    try:
        return _put(columns, engine, category)
    except Exception as error:
        raise CannotHold(f"{engine}: {error}") from error


def _put(columns, engine, category):
    if engine.startswith("polars"):
        import polars as pl

        frame = pl.DataFrame([_polars(pl, name, values) for name, values in columns.items()])
        frame = frame.with_columns(pl.col(name).cast(pl.Categorical) for name in category)
        return frame.lazy() if engine == "polars lazy" else frame
    if engine in ("pyarrow", "duckdb"):
        import pyarrow as pa

        arrays = {name: pa.array(values) for name, values in columns.items()}
        arrays |= {name: arrays[name].dictionary_encode() for name in category}
        table = pa.table(arrays)
        if engine == "pyarrow":
            return table
        import duckdb

        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        connection.register("given", table)
        connection.execute("create table judgements as select * from given")
        return connection.table("judgements")
    frame = pd.DataFrame({name: pd.Series(values, dtype=_dtype(values)) for name, values in columns.items()})
    frame = frame.astype(dict.fromkeys(category, "category"))
    if engine == "pandas":
        return frame
    import dask.dataframe as dd

    if any(len({type(value) for value in values if value is not None}) > 1 for values in columns.values()):
        raise TypeError("Dask itself makes text of objects of several types")
    return dd.from_pandas(frame, npartitions=2)


def _polars(pl, name, values):
    try:
        return pl.Series(name, values)
    except Exception:
        return pl.Series(name, values, dtype=pl.Object)


def _dtype(values):
    kinds = set(map(type, values))
    return None if len(kinds) == 1 and kinds <= {str, int, float, bool, datetime} else object


# Made-up tables

READ, RESTORING, REFUSED, EITHER = "read", "restoring", "refused", "either"


def made_up(seed):
    """A small table in plain facts, the way in which it is written down, and what is to come of it.

    Returns
    -------
    SimpleNamespace
        columns (name → list), category (names), options (arguments for the call), pairs, facts (a plain table in the
        order of time, for `brute_force`), outcome (one of read, restoring, refused, either), named (whether the
        worker ids stay what they are in the facts).
    """
    rng = np.random.default_rng(seed)
    facts = _facts(rng)
    made = types.SimpleNamespace(
        columns={}, category=[], options={}, outcome=READ, named=True, notes=[], ways={}
    )
    choose = _Chooser(rng, made)
    _write_ids(choose, facts)
    _write_labels(choose, facts)
    _write_times(choose, facts)
    _write_experts(choose, facts)
    _write_others(choose, facts)
    _damage(choose, facts)
    made.pairs = "one" if rng.random() < 0.4 else "all"
    item = facts["task"].astype(str) + (
        ":" + facts["turn"].astype(str) if made.options.get("by") == ["turn"] else ""
    )
    made.facts = facts.assign(task=item).sort_values("time", kind="stable")
    if "left" not in made.columns:
        made.facts = made.facts.drop(columns=["left", "right"])
    if "expert" not in made.columns:
        made.facts["expert"] = False
    order = rng.permutation(len(facts)) if "time" in made.columns else facts["time"].argsort(kind="stable")
    made.columns = {name: [values[place] for place in order] for name, values in made.columns.items()}
    names = list(made.columns)
    rng.shuffle(names)
    made.columns = {name: made.columns[name] for name in names}
    return made


def _facts(rng):
    rows, tasks = int(rng.integers(1, 30)), int(rng.integers(1, 6))
    workers = int(rng.integers(1, 5))
    facts = pd.DataFrame({"worker": rng.integers(0, workers, rows), "task": rng.integers(0, tasks, rows)})
    facts["label"] = rng.choice(["left", "right", "tie"], rows)
    swapped, alike = rng.random(rows) < 0.5, set(rng.integers(0, 12, 2).tolist())
    first, second = 2 * facts["task"], 2 * facts["task"] + 1
    second = second.where(~facts["task"].isin(alike), first)
    facts["left"], facts["right"] = first.where(~swapped, second), second.where(~swapped, first)
    facts["time"] = rng.permutation(rows) * 7 + rng.integers(0, 7, rows)
    facts["turn"], facts["screen"] = rng.integers(0, 2, rows), rng.integers(0, 3, rows)
    facts["expert"] = facts["worker"] == 3
    if facts["expert"].all():
        facts["worker"], facts["expert"] = 0, False
    return facts


class _Chooser:
    """Picks a way to write a column down; most columns are written in the plainest way."""

    def __init__(self, rng, made):
        self.rng, self.made = rng, made

    def luck(self, chance):
        return self.rng.random() < chance

    def put(self, name, ways, plain, chance=0.3):
        """`ways`: word → (outcome, values, options); `plain` is taken most of the time."""
        word = str(self.rng.choice(list(ways))) if self.luck(chance) else plain
        outcome, values, *options = ways[word]
        self.made.columns[name] = list(values)
        self.made.ways[name] = word
        self.fault(outcome)
        if options:
            self.made.options |= options[0]
        return word

    def fault(self, outcome):
        order = [READ, RESTORING, EITHER, REFUSED]
        self.made.outcome = max(self.made.outcome, outcome, key=order.index)


_SIGNS = ("a$\\frac{x$", "<b>bold</b>", "שלום", "🦊🐻", "naïve, 'quoted' \"x\"", "a\tb", "🏳️‍🌈$", "%s{0}")


def _id_ways(codes, rng):
    """The same codes as ids of many kinds."""
    codes = [int(code) for code in codes]
    some = int(rng.integers(len(codes)))

    def but_one(values, odd):
        return [odd if place == some else value for place, value in enumerate(values)]

    text = [f"id{code}" for code in codes]
    many = {
        "text": (READ, text),
        "signs": (READ, [_SIGNS[code % 8] + str(code) for code in codes]),
        "ints": (READ, codes),
        "large ints": (READ, [2**53 + code for code in codes]),
        "negative ints": (READ, [-code for code in codes]),
        "floats": (READ, [code + 0.5 for code in codes]),
        "datetimes": (READ, [START + timedelta(days=code) for code in codes]),
        "dates": (EITHER, [date(2024, 1, 1 + code) for code in codes]),
        "spans": (EITHER, [timedelta(days=code) for code in codes]),
        "bytes": (EITHER, [b"id%d" % code for code in codes]),
        "tuples": (EITHER, [(code, "a") for code in codes]),
        "uuids": (EITHER, [uuid.UUID(int=code) for code in codes]),
        "decimals": (EITHER, [Decimal(code) / 4 for code in codes]),
        "frozensets": (EITHER, [frozenset([code]) for code in codes]),
        "infinite": (REFUSED, but_one([float(code) for code in codes], math.inf)),
        "beyond": (REFUSED, but_one([float(code) for code in codes], 2.0**60)),
        "lists": (RESTORING, [[code, 1] for code in codes]),
        "dicts": (RESTORING, [{"id": code} for code in codes]),
        "sets": (EITHER, [{code} for code in codes]),
        "nested": (EITHER, [({"a": [code]},) for code in codes]),
        "empty": (REFUSED, but_one(text, None)),
        "blank": (REFUSED, but_one(text, str(rng.choice(["", " ", "\t", "\u2003"])))),
        "nan": (REFUSED, but_one([float(code) for code in codes], math.nan)),
        "mixed": (EITHER, but_one(text, 5)),
        "surrogates": (EITHER, [f"id\ud800{code}" for code in codes]),
        "all empty": (REFUSED, [None] * len(codes)),
    }
    digits = [code if place % 2 else f"00{code}" for place, code in enumerate(codes)]
    many["digits"] = (RESTORING if len(codes) > 1 else READ, digits)
    return many


def _write_ids(choose, facts):
    made = choose.made
    for name in ("task", "worker"):
        word = choose.put(name, _id_ways(facts[name], choose.rng), "text" if choose.luck(0.6) else "ints")
        if choose.luck(0.1) and word in ("text", "ints", "signs"):
            made.category.append(name)
        made.named &= name != "worker" or word in ("text", "ints")
    if choose.luck(0.6):
        kind = "text" if choose.luck(0.6) else "ints"
        for name in ("left", "right"):
            # a side that is written in another way than the other is of another kind
            word = choose.put(name, _id_ways(facts[name], choose.rng), kind, chance=0.08)
            if word != kind:
                choose.fault(EITHER if made.outcome in (READ, RESTORING, EITHER) else REFUSED)
            elif choose.luck(0.1) and word == "text":
                made.category.append(name)


def _label_ways(facts, rng):
    labels = list(facts["label"])

    def said(left, right, tie):
        words = {"left": left, "right": right, "tie": tie}
        return [words[label] for label in labels]

    known = set(labels)
    ways = {
        "plain": (READ, labels),
        "capitals": (RESTORING, said("Left", "RIGHT", "Tie")),
        "spaces": (RESTORING, said("left ", " right", "tie")),
        "letters": (RESTORING, said("A", "B", "tie")),
        "models": (RESTORING, said("model_a", "model_b", "tie (bothbad)")),
        "arena": (RESTORING, said("A>>B", "B>A", "A=B")),
        "likert": (RESTORING, said("left is much better", "right slightly better", "about the same")),
        "from one": (RESTORING if "left" in known or known == {"tie"} else EITHER, said(1, 2, 3)),
        "from nought": (RESTORING if "left" in known else EITHER, said(0, 1, 2)),
        "signed": (RESTORING if "left" in known else EITHER, said(-1, 1, 0)),
        "bytes": (RESTORING, said(b"left", b"right", b"tie")),
        "partly": (RESTORING if {"left", "right"} & known else READ, said("a", "right", "tie")),
        "truths": (REFUSED, said(True, False, True)),
        "strange": (REFUSED, said("foo", "bar", "baz")),
        "banana": (REFUSED, ["banana", *labels[1:]]),
        "lists": (RESTORING, said(["left"], ["right"], ["tie"])),
        "dicts": (EITHER, said({"said": "left"}, {"said": "right"}, {"said": "tie"})),
        "empty": (REFUSED, [None, *labels[1:]]),
        "nan": (REFUSED, [math.nan, *labels[1:]]),
        "mixed": (EITHER, [1, *labels[1:]]),
        "surrogates": (EITHER, ["\ud800", *labels[1:]]),
        "quotes": (REFUSED, said('it\'s "left"', "it's \\ right", "x")),
    }
    if "left" in ways and known != {"left"}:
        pass
    if known <= {"tie"}:
        ways["partly"] = (READ, labels)
    if "left" not in known:
        ways["partly"] = (READ, said("left", "right", "tie"))
    return ways


def _write_labels(choose, facts):
    word = choose.put("label", _label_ways(facts, choose.rng), "plain")
    if word == "plain" and choose.luck(0.15):
        choose.made.category.append("label")


def _time_ways(minutes, rng):
    minutes = [int(minute) for minute in minutes]
    stamps = [START + timedelta(minutes=minute, microseconds=minute) for minute in minutes]
    offsets = [timezone(timedelta(minutes=int(rng.integers(-4, 5)) * 90)) for _ in minutes]
    aware = [
        stamp.replace(tzinfo=UTC).astimezone(offset) for stamp, offset in zip(stamps, offsets, strict=True)
    ]
    written = [
        stamp.isoformat() if rng.random() < 0.5 else stamp.isoformat().replace("+00:00", "Z")
        for stamp in aware
    ]
    plain = [stamp.isoformat(" ", "microseconds") for stamp in stamps]
    by_day = [stamp.strftime("%d/%m/%Y %H:%M") for stamp in stamps]
    clock = [f"{minute // 60 + 8}:{minute % 60:02d}" for minute in minutes]
    read_by = {"time_format": "%d/%m/%Y %H:%M"}
    clocks = len(set(minutes)) > 0
    ways = {
        "ints": (READ, minutes),
        "floats": (READ, [minute / 4 for minute in minutes]),
        "datetimes": (READ, stamps),
        "utc": (READ, [stamp.replace(tzinfo=UTC) for stamp in stamps]),
        "offsets": (EITHER, aware),
        "iso with offsets": (READ, written),
        "iso": (READ, plain),
        "iso to the minute": (READ, [stamp.isoformat()[:16] for stamp in stamps]),
        "digits": (READ, [str(minute + 5) for minute in minutes]),
        "decimals": (READ, [f"{minute / 8:.3f}" for minute in minutes]),
        "real decimals": (EITHER, [Decimal(minute) / 4 for minute in minutes]),
        "spans": (EITHER, [timedelta(minutes=minute) for minute in minutes]),
        "clock, told": (READ, clock, {"time_format": "%H:%M"}),
        "clock": (RESTORING if clocks else READ, clock),
        "half days, told": (READ, [s.strftime("%b %d, %Y %I:%M %p") for s in stamps], {"time_format": "%b %d, %Y %I:%M %p"}),
        "by day, told": (READ, by_day, read_by),
        "by day": (RESTORING, by_day),
        "touching, told": (READ, [s.strftime("%Y%m%dT%H%M%S") for s in stamps], {"time_format": "%Y%m%dT%H%M%S"}),
        "wrongly told": (EITHER, by_day, {"time_format": "%m/%d/%Y"}),
        "words": (REFUSED, [f"moment {minute}" for minute in minutes]),
        "no such day": (REFUSED, ["2023-02-29", *plain[1:]]),
        "some with offsets": (REFUSED if len(minutes) > 1 else READ, [plain[0].replace(" ", "T"), *written[1:]]),
        "truths": (REFUSED, [minute % 2 == 0 for minute in minutes]),
        "empty": (REFUSED, [None, *plain[1:]]),
        "lists": (REFUSED, [[minute] for minute in minutes]),
        "line break": (REFUSED, [plain[0] + "\n", *plain[1:]]),
        "blank": (REFUSED, ["", *plain[1:]]),
    }  # fmt: skip
    return ways


def _write_times(choose, facts):
    if choose.luck(0.6):
        word = choose.put("time", _time_ways(facts["time"], choose.rng), "ints", chance=0.6)
        if word in ("iso", "digits") and choose.luck(0.1):
            choose.made.category.append("time")


def _write_experts(choose, facts):
    if not choose.luck(0.5):
        facts["expert"] = False
        return
    truth = [bool(expert) for expert in facts["expert"]]

    def said(yes, no):
        return [yes if expert else no for expert in truth]

    some = any(truth)
    ways = {
        "truths": (READ, truth),
        "numbers": (READ, said(1, 0)),
        "floats": (READ, said(1.0, 0.0)),
        "told": (READ if some else REFUSED, said("gold", "crowd"), {"expert": "gold"}),
        "told number": (READ if some else REFUSED, said(7, 3), {"expert": 7}),
        "words": (RESTORING, said("Yes", "no")),
        "written": (RESTORING, said("True", "False")),
        "empty": (RESTORING, [None if not expert else True for expert in truth]),
        "other words": (REFUSED, said("anna", "peter")),
        "all": (REFUSED, [True] * len(truth)),
        "all no": (RESTORING if not some else REFUSED, ["no"] * len(truth)),
        "lists": (REFUSED, [[expert] for expert in truth]),
    }
    if all(entry is None for entry in ways["empty"][1]):
        ways["empty"] = (RESTORING, ways["empty"][1])
    choose.put("expert", ways, "truths")


def _write_others(choose, facts):
    columns, made = choose.made.columns, choose.made
    if choose.luck(0.3):
        columns["turn"] = [int(turn) for turn in facts["turn"]]
        if choose.luck(0.6):
            made.options["by"] = ["turn"]
    if choose.luck(0.2):
        word = choose.put("screen", _id_ways(facts["screen"], choose.rng), "ints", chance=0.15)
        choose.fault(READ if word in ("ints", "text") else EITHER)
    if choose.luck(0.2):
        columns["judgement"] = [f"j{place}" for place in range(len(facts))]
    if choose.luck(0.15):
        columns["left over"] = [[place] for place in range(len(facts))]
    if choose.luck(0.1):
        made.options["by"] = ["nothing"] if choose.luck(0.3) else made.options.get("by", [])
        choose.fault(RESTORING if made.options["by"] == ["nothing"] else READ)


_ALIASES = {"task": "comparison_id", "worker": "rater", "label": "winner", "screen": "batch"}
_UNKNOWN = {"task": "The Task", "worker": "Worker Name", "label": "Label Given"}


def _damage(choose, facts):
    """Names of columns, rows that are recorded twice, workers who are experts as well, other contents."""
    made, columns = choose.made, choose.made.columns
    for name in list(_ALIASES):
        if name in columns and choose.luck(0.1):
            others = _UNKNOWN if name in _UNKNOWN and choose.luck(0.3) else _ALIASES
            columns[others[name]] = columns.pop(name)
            made.category = [others[name] if each == name else each for each in made.category]
            choose.fault(RESTORING if others is _UNKNOWN else READ)
    if "left" in columns and choose.luck(0.04):
        columns.pop("right")
        made.category = [name for name in made.category if name != "right"]
        choose.fault(REFUSED)
    elif "left" in columns and choose.luck(0.04):
        columns["left"] = [columns["right"][0], *columns["left"][1:]]
        choose.fault(EITHER)
    if ("time" in columns or "judgement" in columns) and choose.luck(0.06):
        for values in columns.values():
            values.append(values[-1])
        facts.loc[len(facts)] = facts.iloc[-1]
        choose.fault(REFUSED)


def check(made, engine):
    """What comes of a made-up table in an engine: right, refused or cannot hold; anything else is an error.

    Every fix of every refusal is run on the table that provoked it, and the last must lead to a readable table; where
    the way of writing is a restoring one, to the counts of the facts.
    """
    try:
        table = put(made.columns, engine, made.category)
    except CannotHold:
        return "cannot hold", ""
    options = dict(made.options)
    pairs = made.pairs
    ordered = engine in ("pandas", "polars", "polars lazy", "pyarrow")
    if not ordered and "time" not in made.columns:
        pairs = "all"
    try:
        counts = al.tally(table, pairs, **options)
    except al.TableError as error:
        assert made.outcome != READ, f"refused: {error}"
        mended = follow(table, options, error, pairs)
        if made.outcome == RESTORING:
            counts, pairs = mended
            right(counts, made, pairs, named=False)
        return "refused", str(error)
    assert made.outcome in (READ, EITHER), f"read, though {made.outcome}: {made.ways}"
    if made.outcome == READ:
        right(counts, made, pairs, made.named)
    return "right", ""


def right(counts, made, pairs, named):
    expected = brute_force(made.facts, pairs)
    if named:
        word = made.ways["worker"]
        expected = {f"id{worker}" if word == "text" else worker: of for worker, of in expected.items()}
    assert same_counts(counts.to_frame(), expected, named), "other counts than by brute force"


def follow(table, options, error, pairs="all", most=14):
    """Run the fix of each refusal in turn until the table is read: its tally, and what pairs were counted."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.compute as pc

    for _ in range(most):
        assert "\n" not in str(error) and str(error).endswith(error.fix)
        if not error.fix:
            assert any(words in str(error) for words in ("beyond 2⁵³", "Add it", "Convert it")), (
                f"no fix: {error}"
            )
            return None, pairs
        if error.fix.startswith("table = "):
            space = {"table": table, "pd": pd, "pl": pl, "pa": pa, "pc": pc}
            exec(error.fix, space)
            table = space["table"]
        else:
            given = eval(f"dict({error.fix})")
            pairs = given.pop("pairs", pairs)
            options = options | given
        try:
            return al.tally(table, pairs, **options), pairs
        except al.TableError as another:
            assert str(another) != str(error), f"the fix changes nothing: {error}"
            error = another
    raise AssertionError(f"after {most} fixes still: {error}")


@pytest.fixture(scope="session")
def oracle():
    """The functions above, as one object."""
    return types.SimpleNamespace(
        brute_force=brute_force, agreement=agreement, same_counts=same_counts, put=put, made_up=made_up, check=check,
        follow=follow, CannotHold=CannotHold, ENGINES=ENGINES, OTHER=OTHER, right=right,
    )  # fmt: skip
