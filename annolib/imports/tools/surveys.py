"""Surveys of Qualtrics, often filled in by people from Prolific."""

from __future__ import annotations

import re

import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.entries import is_blank
from annolib.imports.sources import need, table_of
from annolib.tables.refusals.faults import TableError, listed

_TESTS = ("Survey Preview", "Survey Test", "Spam", "Possible Spam", "Preview")


def qualtrics(source, *, items=None, worker="PROLIFIC_PID", labels=None, skip=False) -> pd.DataFrame:
    """A survey of Qualtrics, often filled in by people from Prolific: a row a person, a column a question.

    The CSV export has three lines of heading: the columns' names, the questions' texts, and {"ImportId": …}. Both
    further lines are left out, and are no rows.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    items : dict, path or pandas.DataFrame
        Which item a question is about, and what stood on each side: {"Q1": ("item 1", "answer x", "answer y"),
        "Q9": ("item 1", "answer y", "answer x")}, or {"Q1": "item 1"} where the sides are not known; or a table
        with the columns `column`, `task`, and perhaps `left` and `right`. Two questions about one item are a repeat.
    worker : str
        The column of the person's id. "PROLIFIC_PID" is there if the survey keeps it as embedded data.
    labels : dict or "content", optional
        The answers for left, right and tie, as texts or as codes: {"1": "left", "2": "right", "3": "tie"}.
    skip : bool
        Leave out answers that cannot be read, and previews of the survey, with a warning (`SkippedRows`) that counts
        them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, where given left and right, and judgement (the response's id and the question). An empty
        cell is a question that was not asked or not answered. Questions that `items` does not name are not read.

    Raises
    ------
    TableError
        If a column is missing, if `items` is no such table, or if rows cannot be read.

    Notes
    -----
    Lacks: the time of each judgement (RecordedDate is the survey's, so that the order of `items` counts), and what
    stood on each side where the survey shuffles it: keep that as embedded data. Prolific's own export holds people
    and no answers.

    Examples
    --------
    >>> survey = [{"ResponseId": "R_1", "PROLIFIC_PID": "5f", "Status": "IP Address", "Q1": "A", "Q2": "B"}]
    >>> items = {"Q1": ("i", "x", "y"), "Q2": ("i", "y", "x")}
    >>> qualtrics(survey, items=items, labels={"A": "left", "B": "right"})[["task", "label", "left"]].values.tolist()
    [['i', 'left', 'x'], ['i', 'right', 'y']]
    """
    table = _without_headings(table_of(source, "qualtrics"))
    asked = _items(items, table)
    advice = "Keep the id as embedded data of the survey and export it; or take worker='ResponseId', if nobody answered twice."
    people = need(table, "qualtrics", worker, "worker", advice)
    mapping = label_mapping(labels, OWN_WORDS, "qualtrics")
    if mapping == "content" and "left" not in asked:
        raise TableError("qualtrics: labels='content' needs the contents. Give left and right in items.")
    cells = table[list(asked["column"])].to_numpy(dtype=object)
    tests = table["Status"].isin(_TESTS).to_numpy() if "Status" in table else [False] * len(table)
    rows = [
        (row, place)
        for row in range(len(table)) if not tests[row]
        for place in range(len(asked)) if not is_blank(cells[row, place])
    ]  # fmt: skip
    people = people.to_numpy(dtype=object)
    at = [row for row, _ in rows]
    of = asked.iloc[[place for _, place in rows]].reset_index(drop=True)
    places = [f"row {table.index[row]}, {name}" for row, name in zip(at, of["column"], strict=True)]
    draft = Draft("qualtrics", places, "answer")
    draft.lost = [
        (f"row {table.index[row]}", f"its status is {table['Status'].iloc[row]!r}") for row in range(len(table)) if tests[row]
    ]  # fmt: skip
    draft.ids("task", of["task"], "task in items")
    draft.ids("worker", [people[row] for row in at], worker)
    if "left" in of:
        draft.contents("left", of["left"], "left in items")
        draft.contents("right", of["right"], "right in items")
    contents = (draft.columns.get("left"), draft.columns.get("right"))
    draft.labels([cells[row, place] for row, place in rows], mapping, "a question", contents)
    if "ResponseId" in table:
        ids = table["ResponseId"].to_numpy(dtype=object)
        names = [
            None if is_blank(ids[row]) else f"{ids[row]} {name}"
            for row, name in zip(at, of["column"], strict=True)
        ]
        draft.optional("judgement", names, "ResponseId")
    return draft.table(skip)


def _without_headings(table):
    """The survey without the lines of question texts and of import ids."""
    head = table.iloc[:2]
    told = [any(isinstance(cell, str) and cell.startswith('{"ImportId"') for cell in row) for row in head.to_numpy(dtype=object)]  # fmt: skip
    if any(told):
        return table.iloc[told.index(True) + 1 :]
    if "Status" in table and len(table) and table["Status"].iloc[0] == "Response Type":
        return table.iloc[1:]
    return table


def _items(items, table):
    """The questions as a table with the columns column, task, and perhaps left and right."""
    example = "items={'Q1': ('item 1', 'answer x', 'answer y')}"
    if items is None:
        free = [name for name in map(str, table.columns) if re.match(r"(?:\d+_)?Q\d", name)]
        seen = listed(free or list(table.columns))
        raise TableError(
            f"qualtrics: say which question is about which item; saw {seen}. For example", example
        )
    if isinstance(items, dict):
        rows = [
            (name, *((item,) if isinstance(item, (str, int)) else tuple(item)))
            for name, item in items.items()
        ]
        if not rows or len({len(row) for row in rows}) > 1 or len(rows[0]) not in (2, 4):
            raise TableError(
                "qualtrics: items must give each question an item, or an item and both contents:", example
            )
        asked = pd.DataFrame(rows, columns=["column", "task", "left", "right"][: len(rows[0])], dtype=object)
    else:
        asked = table_of(items, "qualtrics")
        for name in ("column", "task"):
            need(
                asked,
                "qualtrics",
                name,
                None,
                "A table of items has the columns column, task, left and right.",
            )
        if ("left" in asked) != ("right" in asked):
            raise TableError("qualtrics: items has one of left and right. Give both, or neither.")
    twice = asked["column"][asked["column"].duplicated()]
    if len(twice):
        raise TableError(f"qualtrics: items names the question {twice.iloc[0]!r} twice. Name it once.")
    for name in asked["column"]:
        need(table, "qualtrics", name, "items", "Name the questions as the first line of the export does.")
    return asked.reset_index(drop=True)
