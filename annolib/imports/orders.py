"""Rankings as compared pairs: the best and the worst of several, rankings of k; the pairs of one have one screen."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pandas as pd

from annolib.imports.building import Draft
from annolib.imports.entries import as_json, as_text, called, is_blank, item_texts, pair_names, text_of
from annolib.imports.sources import need, table_of
from annolib.tables.refusals.faults import TableError


def best_worst(
    source,
    *,
    worker=None,
    task="task",
    items=None,
    best="best",
    worst="worst",
    labels=None,
    time=None,
    skip=False,
) -> pd.DataFrame:
    """The best and the worst of several (best-worst scaling) as pairs.

    Of k items the best is preferred to the k − 1 others, and each of these to the worst: 2k − 3 pairs of the
    k(k − 1)/2. Of the others nothing is known: they are no ties.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker : str
        The column of the annotator.
    task : str or sequence of str
        Columns that say which set a row is about.
    items : sequence of str, or str
        The columns of the items, in the order in which they were shown; or one column of lists.
    best, worst : str
        Columns that say which: the item itself, or the name of its column.
    labels : dict, optional
        Other words in `best` and `worst` for the columns of the items, such as {"A": "item1", "B": "item2"}.
    time : str, optional
        A column that orders the judgements.
    skip : bool
        Leave out rows that cannot be read, with a warning (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task (the set and the pair), worker, label, left (the one shown earlier), right, screen, where given time. The
        pairs of one row have the same screen: they are not independent.

    Raises
    ------
    TableError
        If a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: the order of those between. That the best beats the worst follows from the other pairs.

    Examples
    --------
    >>> row = {"task": "s1", "who": "ann", "i1": "x", "i2": "y", "i3": "z", "best": "y", "worst": "x"}
    >>> pairs = best_worst([row], worker="who", items=["i1", "i2", "i3"])
    >>> pairs[["left", "right", "label"]].values.tolist()
    [['x', 'y', 'right'], ['x', 'z', 'right'], ['y', 'z', 'left']]
    """
    table = table_of(source, "best_worst")
    workers = need(table, "best_worst", worker, "worker")
    if items is None:
        need(table, "best_worst", None, "items", "Name the columns of the items in a list.")
    names = [items] if isinstance(items, str) else list(items)
    shown = [need(table, "best_worst", name, "items") for name in names]
    chosen = [
        need(table, "best_worst", name, argument) for name, argument in ((best, "best"), (worst, "worst"))
    ]
    if labels is not None and not (isinstance(labels, dict) and set(labels.values()) <= set(names)):
        raise TableError(
            f"best_worst: labels must be a dict to the columns of the items, {names}; saw {labels!r}."
        )
    screens = []
    for row in range(len(table)):
        if len(names) == 1:
            contents = _listed_contents(shown[0].iloc[row])
        else:
            contents = [_content(column.iloc[row]) for column in shown]
        picks, reason = [], _wrong_items(contents)
        for column in chosen if not reason else ():
            place, reason_here = _picked(column.iloc[row], contents, names, labels or {})
            picks.append(place)
            reason = reason or reason_here
        if not reason and picks[0] == picks[1]:
            reason = "the best is the worst"
        ranks = None
        if not reason:
            ranks = [
                1 if place == picks[0] else 3 if place == picks[1] else 2 for place in range(len(contents))
            ]
        screens.append((table.index[row], contents, ranks, reason))
    times = None if time is None else need(table, "best_worst", time, "time")
    asked = item_texts(table, "best_worst", task)
    return _pairs(
        "best_worst", screens, asked, task, workers, worker, times, time, True, lambda a, b: a != b, skip
    )


def rankings(
    source,
    *,
    worker=None,
    task="task",
    ranking=None,
    ranks=None,
    item=None,
    rank=None,
    screen=None,
    shown=None,
    unranked="refuse",
    time=None,
    skip=False,
) -> pd.DataFrame:
    """Rankings of k as the k(k − 1)/2 pairs that they say, each with the screen that it comes from.

    Give one of three forms:

    - `ranking`: a column with the whole ranking, best first: a list (in it a list of items that are tied), the same as
      JSON, a list of {"value": …, "rank": …}, or text such as "x > y = z"
    - `ranks`: columns named like the items, with their ranks
    - `item` and `rank`: a row for each ranked item, with the columns `task` and `worker` (and `screen`, if somebody
      ranked a set twice)

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker : str
        The column of the annotator.
    task : str or sequence of str
        Columns that say which set was ranked.
    ranking, item, rank : str
    ranks : sequence of str
        Rank 1 is the best. Equal ranks are ties.
    screen : str, optional
        The column that tells rankings of one set by one person apart, where each item has its row.
    shown : str, optional
        For `ranking`: a column with the order in which the items were shown, a list or JSON. Then left is the one
        shown earlier; without it the sides are not known.
    unranked : {"refuse", "leave out", "last"}
        What a missing rank means: an error, no pair with this item, or a rank behind all others (no pair between two
        such).
    time : str, optional
        A column that orders the rankings.
    skip : bool
        Leave out rankings that cannot be read, with a warning (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task (the set and the pair), worker, label, screen, and with `shown` left and right. Without it `first` and
        `second`: the two in a fixed order, and the label says left for the first.

    Raises
    ------
    TableError
        If a column is missing, no form or two are given, or rankings cannot be read.

    Notes
    -----
    Lacks: mostly the order shown. k items give k(k − 1)/2 pairs and far less information: the column `screen` tells
    `annolib.tally` and `annolib.audit` that they are not independent.

    Examples
    --------
    >>> row = {"task": "s1", "who": "ann", "order": "y > x = z"}
    >>> rankings([row], worker="who", ranking="order")[["task", "first", "second", "label"]].values.tolist()
    [['s1: x | y', 'x', 'y', 'right'], ['s1: y | z', 'y', 'z', 'left'], ['s1: x | z', 'x', 'z', 'tie']]
    """
    table = table_of(source, "rankings")
    forms = [ranking is not None, ranks is not None, item is not None or rank is not None]
    if sum(forms) != 1:
        raise TableError(
            "rankings: say in which form the rankings stand there, one of ranking='column', ranks=['x', 'y', 'z'], or "
            "item='column' and rank='column'."
        )
    if unranked not in ("refuse", "leave out", "last"):
        raise TableError(f"rankings: unranked must be 'refuse', 'leave out' or 'last'; saw {unranked!r}.")
    if shown is not None and ranking is None:
        raise TableError("rankings: shown= goes with ranking=. Leave it out.")
    need(table, "rankings", worker, "worker")
    asked = item_texts(table, "rankings", task)
    if ranking is not None:
        screens = _whole(table, ranking, shown)
    elif ranks is not None:
        screens = _by_column(table, list(ranks), unranked)
    else:
        table, asked, screens = _by_row(table, asked, worker, item, rank, screen, unranked)
    times = None if time is None else need(table, "rankings", time, "time")
    return _pairs("rankings", screens, asked, task, table[worker], worker, times, time, shown is not None, lambda a, b: not a == b == np.inf, skip)  # fmt: skip


def _whole(table, ranking, shown):
    cells = need(table, "rankings", ranking, "ranking")
    orders = None if shown is None else need(table, "rankings", shown, "shown")
    screens = []
    for row in range(len(table)):
        groups, reason = _groups(cells.iloc[row])
        contents = [content for group in groups for content in group]
        ranks = [float(place) for place, group in enumerate(groups) for _ in group]
        reason = reason or _wrong_items(contents)
        if not reason and orders is not None:
            order = _listed_contents(orders.iloc[row])
            if order is None or sorted(order, key=str) != sorted(contents) or None in order:
                reason = f"{shown!r} does not list the items that were ranked"
            else:
                ranks = [ranks[contents.index(content)] for content in order]
                contents = order
        screens.append((table.index[row], contents, ranks, reason))
    return screens


def _by_column(table, names, unranked):
    for name in names:
        need(table, "rankings", name, "ranks", "A column for each item, named like it.")
    columns = [table[name].tolist() for name in names]
    return [
        _ranked(table.index[row], list(map(str, names)), [column[row] for column in columns], unranked)
        for row in range(len(table))
    ]


def _by_row(table, asked, worker, item, rank, screen, unranked):
    """One entry for each ranking, in order of appearance; its first row stands for its worker and time."""
    items, given = need(table, "rankings", item, "item"), need(table, "rankings", rank, "rank")
    people = as_text(table[worker])[0]
    sets = (
        [None] * len(table) if screen is None else list(as_text(need(table, "rankings", screen, "screen"))[0])
    )
    groups = {}
    for row, key in enumerate(zip(asked, people, sets, strict=True)):
        key = tuple(None if part != part else part for part in key)
        groups.setdefault(key, []).append(row)
    screens, first = [], []
    for rows in groups.values():
        contents = [_content(items.iloc[row]) for row in rows]
        entry = _ranked(table.index[rows[0]], contents, [given.iloc[row] for row in rows], unranked)
        if entry[3] and entry[3].startswith("an item twice"):
            entry = (*entry[:3], f"{entry[3]}; where somebody ranked a set twice, name the column that tells these apart (screen=)")  # fmt: skip
        screens.append(entry)
        first.append(rows[0])
    return table.iloc[first], [asked[row] for row in first], screens


def _ranked(place, contents, given, unranked):
    """A ranking of contents with their ranks; what is missing is read as `unranked` says."""
    reason, ranks = _wrong_items(contents), []
    for content, entry in zip(contents, given, strict=True):
        if is_blank(entry):
            ranks.append(np.inf if unranked == "last" else None)
            if unranked == "refuse":
                reason = (
                    reason or f"no rank for {content!r} (unranked='leave out' or 'last' says what that means)"
                )
            continue
        try:
            number = float("nan") if isinstance(entry, bool) else float(entry)
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if not np.isfinite(number):
            reason = reason or f"the rank of {content!r} is {entry!r}, which is no number"
        ranks.append(number)
    if unranked == "leave out" and not reason:
        kept = [at for at, number in enumerate(ranks) if number is not None]
        contents, ranks = [contents[at] for at in kept], [ranks[at] for at in kept]
        reason = _wrong_items(contents)
    return place, contents, ranks, reason


def _groups(cell):
    """A ranking as groups of tied contents, best first, or why it cannot be read."""
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, str):
        text = cell.strip()
        if text.startswith("["):
            try:
                cell = json.loads(text)
            except (ValueError, RecursionError):
                return [], "a ranking that is no JSON"
        elif text:
            parts = [[part.strip() for part in group.split("=")] for group in text.split(">")]
            return parts, "" if all(
                part for group in parts for part in group
            ) else "a ranking with an empty place"
    if not isinstance(cell, (list, tuple)) or not cell:
        return [], "no ranking"
    if all(isinstance(entry, dict) and "value" in entry and "rank" in entry for entry in cell):
        found = {}
        for entry in cell:
            try:
                number = float(entry["rank"])
            except (TypeError, ValueError):
                return [], f"the rank {entry['rank']!r}, which is no number"
            if not np.isfinite(number):
                return [], f"the rank {entry['rank']!r}, which is no number"
            found.setdefault(number, []).append(_content(entry["value"]))
        return [found[number] for number in sorted(found)], ""
    groups = [entry if isinstance(entry, (list, tuple)) else [entry] for entry in cell]
    return [[_content(entry) for entry in group] for group in groups], ""


def _listed_contents(cell):
    """A list of contents, or None if the cell is none."""
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, str) and cell.strip().startswith("["):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return None
    return [_content(entry) for entry in cell] if isinstance(cell, (list, tuple)) else None


def _content(entry):
    text = None if is_blank(entry) else text_of(as_json(entry))
    return text if text is None or text.strip() else None


def _wrong_items(contents):
    if contents is None:
        return "no list of items"
    if None in contents:
        return "an item without a name"
    if len(contents) < 2:
        return "fewer than two items"
    if len(set(contents)) < len(contents):
        return f"an item twice, {next(c for at, c in enumerate(contents) if c in contents[:at])!r}"
    return ""


def _picked(entry, contents, names, labels):
    """The place of the item that `entry` names, or why it names none."""
    text = _content(entry)
    if text is None:
        return None, "no best or no worst"
    if text in labels:
        return names.index(labels[text]), ""
    by_content = contents.index(text) if text in contents else None
    by_name = names.index(text) if text in names and len(names) > 1 else None
    if by_content is not None and by_name not in (None, by_content):
        return None, f"{text!r} is an item and the name of another one's column"
    place = by_content if by_content is not None else by_name
    return place, "" if place is not None else f"{text!r} is none of the items"


def _pairs(reader, screens, asked, task, workers, worker, times, time, sided, compared, skip):
    """All pairs of all screens as a tidy table. `compared(a, b)` says whether two ranks tell anything of a pair."""
    head = Draft(reader, [place for place, *_ in screens])
    head.ids("task", asked, called(task))
    head.ids("worker", workers.reset_index(drop=True), worker)
    if times is not None:
        head.optional("time", times.reset_index(drop=True), time)
    head.refuse_each([reason for *_, reason in screens])
    head.keep("number", list(range(len(screens))))
    kept = head.table(skip)
    one, two, label, of = [], [], [], []
    for at, number in enumerate(kept["number"]):
        _, contents, ranks, _ = screens[number]
        for (a, rank_a), (b, rank_b) in combinations(zip(contents, ranks, strict=True), 2):
            if compared(rank_a, rank_b):
                swap = not sided and a > b
                one.append(b if swap else a)
                two.append(a if swap else b)
                better = rank_b < rank_a if swap else rank_a < rank_b
                label.append("tie" if rank_a == rank_b else "left" if better else "right")
                of.append(at)
    sets = kept["task"].to_numpy(dtype=object)[of] if of else []
    draft = Draft(reader, of)
    draft.columns = {
        "task": [f"{name}: {pair}" for name, pair in zip(sets, pair_names(one, two), strict=True)],
        "worker": kept["worker"].iloc[of],
        "label": label,
        "left" if sided else "first": one,
        "right" if sided else "second": two,
        "screen": kept["number"].iloc[of],
    }
    if "time" in kept:
        draft.columns["time"] = kept["time"].iloc[of]
    return draft.table()
