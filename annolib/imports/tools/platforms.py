"""Batches of Mechanical Turk: inputs, answers, and who gave them."""

from __future__ import annotations

import json
import re

import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.entries import as_text
from annolib.imports.sources import need, table_of
from annolib.tables.refusals.faults import TableError, listed

_MTURK_TIME = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{1,2}) "
    r"(\d{2}:\d{2}:\d{2}) (PST|PDT|UTC|GMT) (\d{4})"
)
_MONTHS = {
    name: place
    for place, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}
_OFFSETS = {"PST": "-08:00", "PDT": "-07:00", "UTC": "Z", "GMT": "Z"}


def mturk(
    source, *, label=None, left=None, right=None, task="HITId", labels=None, time="SubmitTime", skip=False
) -> pd.DataFrame:
    """A batch file of Mechanical Turk: a row for each assignment, with WorkerId, Input.* and Answer.*.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    label : str
        The answer: "choice" for a column `Answer.choice`; for radio buttons, which are columns
        `Answer.choice.left`, `Answer.choice.right` with true in one of them; or for an entry of that name in the JSON
        of `Answer.taskAnswers`. Where a page shows several pairs: "choice{}" for choice1, choice2, ….
    left, right : str, optional
        Inputs that stood on each side: "text1" for the column `Input.text1`; "left{}" where label is numbered.
    task : str
        Which item the row is about: a column, or an input. A HIT is given once to each worker: if an item is shown
        again in another HIT, name the input that both share. Numbered where label is: "item{}"; without a number the
        number becomes part of the item.
    labels : dict or "content", optional
        The answers for left, right and tie, such as {"a": "left", "b": "right", "same": "tie"}; "content" where the
        answer is what stood there.
    time : str or None
        Column that orders the assignments, in the platform's words ("Wed Jan 02 11:54:58 PST 2019") or ISO 8601.
    skip : bool
        Leave out answers that cannot be read, with a warning (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, where named left and right, time, judgement (the assignment's id); where a page showed
        several pairs also screen. Rejected assignments are judgements too.

    Raises
    ------
    TableError
        If a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: which input stood left and right, which only the page's source says. The file of a batch of which results
    were deleted lacks them.

    Examples
    --------
    >>> row = {"HITId": "3X", "AssignmentId": "3A", "WorkerId": "A1", "SubmitTime": "Wed Jan 02 11:54:58 PST 2019",
    ...        "Input.text1": "x", "Input.text2": "y", "Answer.choice": "left"}
    >>> mturk([row], label="choice", left="text1", right="text2").iloc[0].tolist()
    ['3X', 'A1', 'left', 'x', 'y', '2019-01-02T11:54:58-08:00', '3A']
    """
    table = table_of(source, "mturk")
    workers = need(
        table, "mturk", "WorkerId", None, "Download the batch's results as CSV: they hold WorkerId."
    )
    answers = [name for name in map(str, table.columns) if name.startswith("Answer.")]
    if label is None:
        need(table, "mturk", None, "label", "It is an answer of the page.", answers[:10])
    numbers = _numbers(table, label)
    mapping = label_mapping(labels, OWN_WORDS, "mturk")
    if mapping == "content" and (left is None or right is None):
        raise TableError("mturk: labels='content' needs the contents. Name the inputs with left= and right=.")
    parts = [_assignments(table, workers, label, left, right, task, time, number) for number in numbers]
    order = pd.concat(parts, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
    several = numbers != [None]
    rows = table.index[order["place"].astype(int)]
    places = [
        f"row {row}, {label.replace('{}', number)!r}" if several else row
        for row, number in zip(rows, order["number"], strict=True)
    ]
    draft = Draft("mturk", places, "answer" if several else "row")
    draft.ids("task", order["task"], task)
    draft.ids("worker", order["worker"], "WorkerId")
    if "left" in order:
        draft.contents("left", order["left"], left)
        draft.contents("right", order["right"], right)
    draft.refuse_each([None if reason != reason else reason for reason in order["trouble"]])
    draft.labels(order["answer"], mapping, label, (draft.columns.get("left"), draft.columns.get("right")))
    if "time" in order:
        draft.optional("time", order["time"], time)
    if "judgement" in order:
        draft.optional("judgement", order["judgement"], "AssignmentId")
        if several:
            draft.optional("screen", order["screen"], "AssignmentId")
    return draft.table(skip)


def _numbers(table, label):
    """The numbers for which a numbered label has an answer; [None] if it has none."""
    if "{}" not in label:
        return [None]
    head, tail = map(re.escape, label.removeprefix("Answer.").split("{}", 1))
    pattern = re.compile(rf"(?:Answer\.)?{head}(\d+){tail}(?:\..*)?")
    found = [match[1] for name in table.columns if (match := pattern.fullmatch(str(name)))]
    if "Answer.taskAnswers" in table:
        for cell in table["Answer.taskAnswers"]:
            page = _page(cell)
            found += [match[1] for name in page or () if (match := pattern.fullmatch(name))]
    numbers = sorted(dict.fromkeys(found), key=int)
    if not numbers:
        raise TableError(f"mturk: no answer fits label={label!r}; saw {listed(_answers(table))}.")
    return numbers


def _assignments(table, workers, label, left, right, task, time, number):
    """One judgement of each assignment, as a table: of the pair with this number, where there are several."""
    answer, trouble = _answer(table, _filled(label, number))
    rows = {
        "place": range(len(table)),
        "number": [number] * len(table),
        "worker": workers.to_numpy(dtype=object),
        "answer": pd.Series(answer, dtype=object),
        "trouble": pd.Series(trouble, dtype=object),
    }
    item = _column(table, _filled(task, number), "Input.", "task")
    if number is not None and "{}" not in task:
        texts, empty, _ = as_text(item)
        item = [None if none else f"{text} {number}" for text, none in zip(texts, empty, strict=True)]
    rows["task"] = pd.Series(list(item), dtype=object)
    if left is not None or right is not None:
        for name, own in (("left", left), ("right", right)):
            rows[name] = _column(table, _filled(own, number), "Input.", name).to_numpy(dtype=object)
    if time is not None and time in table:
        rows["time"] = pd.Series([_moment(entry) for entry in table[time]], dtype=object)
    if "AssignmentId" in table:
        ids = table["AssignmentId"].to_numpy(dtype=object)
        rows["judgement"] = ids if number is None else [None if entry is None or entry != entry else f"{entry} {number}" for entry in ids]  # fmt: skip
        rows["screen"] = ids
    return pd.DataFrame({name: pd.Series(list(entries), dtype=object) for name, entries in rows.items()})


def _filled(name, number):
    return name if name is None or number is None else name.replace("{}", number)


def _column(table, name, prefix, argument):
    if name is not None and name not in table and prefix + str(name) in table:
        name = prefix + name
    seen = [own for own in map(str, table.columns) if own.startswith(prefix)]
    return need(table, "mturk", name, argument, "", seen[:10])


def _answer(table, label):
    """The answers to one question, and what is wrong with those that are none."""
    nothing = [None] * len(table)
    for name in (label, f"Answer.{label}"):
        if name in table:
            return table[name].tolist(), nothing
    for start in (f"{label}.", f"Answer.{label}."):
        options = [name for name in table.columns if str(name).startswith(start)]
        if options:
            words = [name.removeprefix(start).removesuffix(".on") for name in options]
            return _ticked(table[options], words)
    if "Answer.taskAnswers" in table:
        name = label.removeprefix("Answer.")
        pages = [_page(cell) for cell in table["Answer.taskAnswers"]]
        if any(page is not None and name in page for page in pages) or not len(table):
            return _from_pages(pages, name)
    raise TableError(f"mturk: no answer {label!r} (label=); saw {listed(_answers(table))}.")


def _answers(table):
    """What a label could name: columns of answers, and the names in the JSON of the first row."""
    found = [str(name) for name in table.columns if str(name).startswith("Answer.")]
    if "Answer.taskAnswers" in table and len(table):
        found += list(_page(table["Answer.taskAnswers"].iloc[0]) or ())
    return found


_TICKED = ("true", "1", "on")


def _ticked(options, words):
    """Radio buttons: the word of the one column that says true."""
    said = options.astype(object).map(lambda cell: cell is not None and str(cell).strip().lower() in _TICKED)
    ticked = said.to_numpy(dtype=bool)
    count = ticked.sum(axis=1)
    answer = [words[row.argmax()] if n == 1 else None for row, n in zip(ticked, count, strict=True)]
    trouble = [None if n == 1 else f"{n} buttons pressed" for n in count]
    return answer, trouble


def _from_pages(pages, name):
    answer, trouble = [], []
    for page in pages:
        entry = (page or {}).get(name)
        if isinstance(entry, dict) and isinstance(entry.get("label"), str):
            entry = entry["label"]
        if isinstance(entry, dict):
            pressed = [word for word, state in entry.items() if state is True]
            trouble.append(None if len(pressed) == 1 else f"{len(pressed)} buttons pressed")
            answer.append(pressed[0] if len(pressed) == 1 else None)
            continue
        trouble.append("its Answer.taskAnswers is no JSON that can be read" if page is None else None)
        answer.append(entry)
    return answer, trouble


def _page(cell):
    """The answers of a page, a dict by name, from JSON such as [{"choice": {"left": true, "right": false}}]."""
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return None
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    return cell if isinstance(cell, dict) else None


def _moment(entry):
    """A time of the platform in ISO 8601; anything else as it is."""
    match = _MTURK_TIME.fullmatch(entry.strip()) if isinstance(entry, str) else None
    if match is None:
        return entry
    month, day, clock, zone, year = match.groups()
    return f"{year}-{_MONTHS[month]:02d}-{int(day):02d}T{clock}{_OFFSETS[zone]}"
