"""Tables of compared pairs: battles of an arena, MT-bench, chosen and rejected answers, a column an annotator, tidy."""

from __future__ import annotations

import fnmatch

import numpy as np
import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.entries import (
    called,
    in_fixed_order,
    is_blank,
    item_texts,
    joined,
    pair_names,
    texts_of,
    used_columns,
    with_pair,
)
from annolib.imports.sources import need, table_of
from annolib.tables.judgements import with_truths
from annolib.tables.names import find_names
from annolib.tables.refusals.faults import TableError, listed

BATTLE_WORDS = {
    **{"model_a": "left", "model_b": "right"},
    **dict.fromkeys(("tie", "tie (bothbad)", "both_bad", "bothbad", "tie (both bad)"), "tie"),
}
BOTH_BAD = ("tie (bothbad)", "both_bad", "bothbad", "tie (both bad)")


def arena(
    source,
    *,
    worker="judge",
    task="question_id",
    left="model_a",
    right="model_b",
    winner="winner",
    time="tstamp",
    labels=None,
    keep=(),
    skip=False,
) -> pd.DataFrame:
    """Battles of an arena: two models, and which of them the voter preferred.

    The columns of the Chatbot Arena data: `question_id`, `model_a` (shown on the left), `model_b`, `winner`
    (model_a, model_b, tie, and tie (bothbad) or both_bad: both are ties), `judge`, and where there is one `tstamp`.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker, left, right, winner : str
        Columns.
    task : str or sequence of str
        Columns that say what was asked. The item is the question and the pair of models.
    time : str or None
        Column that orders the votes; None, or a name that is not there, for the order of the rows.
    labels : dict or "content", optional
        Other words for the winner, such as {"A": "left", "B": "right", "=": "tie"}; "content" where the name of the
        model stands there.
    keep : sequence of str
        Further columns to carry on. Those that may be part of the item (a turn) are carried on anyway.
    skip : bool
        Leave out rows that cannot be read, with a warning (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, left, right, and where known time; `both_bad` (bool) where some ties are of that kind.

    Raises
    ------
    TableError
        If a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: repeats. Nobody votes twice on one pair of conversations, so that only voters that agree with others can
    be told from those that do not. Public sets leave the voter out or replace it: without `judge` nobody can be
    assessed.

    Examples
    --------
    >>> votes = [{"question_id": "q1", "model_a": "m1", "model_b": "m2", "winner": "tie (bothbad)", "judge": "u7"}]
    >>> arena(votes).iloc[0].to_dict()
    {'task': 'q1: m1 | m2', 'worker': 'u7', 'label': 'tie', 'left': 'm1', 'right': 'm2', 'both_bad': True}
    """
    table = table_of(source, "arena")
    mapping = label_mapping(labels, BATTLE_WORDS, "arena")
    advice = (
        "Battles without the voter's id cannot be assessed: export that column too, or name it with worker=."
    )
    if left == right:
        raise TableError(
            f"arena: left and right are both read from column {left!r}, and then nothing was compared. "
            "Name the column of the other side: right=COLUMN."
        )
    voter = need(table, "arena", worker, "worker", advice)
    draft = Draft("arena", list(table.index))
    draft.ids("worker", _names(voter), worker)
    for name, column in (("left", left), ("right", right)):
        draft.contents(name, need(table, "arena", column, name), column)
    questions = item_texts(table, "arena", task)
    pairs = pair_names(draft.columns["left"], draft.columns["right"])
    draft.ids("task", with_pair(questions, pairs), called(task))
    won = need(table, "arena", winner, "winner")
    draft.labels(won, mapping, winner, (draft.columns["left"], draft.columns["right"]))
    if time is not None and time in table:
        draft.optional("time", table[time], time)
    if mapping is BATTLE_WORDS and won.isin(BOTH_BAD).any():
        draft.keep("both_bad", won.isin(BOTH_BAD))
    draft.carry(table, used_columns(worker, task, left, right, winner, time), keep)
    return draft.table(skip)


def mt_bench(source, *, worker="judge", labels=None, keep=(), skip=False) -> pd.DataFrame:
    """Judgements on MT-bench: by people (one row a judgement) or by a model that sees both orders (two a row).

    - by people: `question_id`, `model_a`, `model_b`, `winner` (model_a, model_b, tie), `judge`, `turn`
    - by a model: `question_id`, `model_1`, `model_2`, `g1_winner`, `g2_winner` (model_1, model_2, tie, error),
      `judge`, `turn`, `tstamp`. In the second game model_2 stands first: the two are repeats with swapped sides.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker : str
        The column of the judge; a list, such as ["gpt-4", "pair-v2"], is one judge.
    labels, keep, skip : as for `annolib.imports.arena`

    Returns
    -------
    pandas.DataFrame
        task (the question, its turn and the pair), worker, label, left, right, turn, and where known time.

    Raises
    ------
    TableError
        If a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: the time of people's judgements. A vote on the second turn is one about the whole conversation.

    Examples
    --------
    >>> game = {"question_id": 81, "model_1": "m1", "model_2": "m2", "g1_winner": "model_1", "g2_winner": "model_1",
    ...         "judge": ["gpt-4", "pair-v2"], "turn": 1}
    >>> mt_bench([game])[["task", "label", "left", "worker"]].values.tolist()
    [['81 turn 1: m1 | m2', 'left', 'm1', 'gpt-4 pair-v2'], ['81 turn 1: m1 | m2', 'right', 'm2', 'gpt-4 pair-v2']]
    """
    table = table_of(source, "mt_bench")
    twice = "g1_winner" in table
    names = ("model_1", "model_2") if twice else ("model_a", "model_b")
    advice = "MT-bench holds model_a, model_b and winner, or model_1, model_2, g1_winner and g2_winner."
    one, two = (need(table, "mt_bench", name, None, advice) for name in names)
    games = ["g1_winner", "g2_winner"] if twice else ["winner"]
    for game in games:
        need(table, "mt_bench", game, None, advice)
    places = [place for place in table.index for _ in games]
    draft = Draft("mt_bench", places)
    judge = need(table, "mt_bench", worker, "worker", "Export who judged.")
    judge = _names(judge)
    draft.ids("worker", _repeated(judge, len(games)), worker)
    if twice:
        models = pd.concat([one, two]).to_numpy(dtype=object).reshape(2, -1)
        left, right = models.T.ravel(), models[::-1].T.ravel()
        words = {"model_1": "one", "model_2": "two", "tie": "tie"}
        won = table[games].to_numpy(dtype=object)
        shown = [{"one": "model_a", "two": "model_b"}, {"one": "model_b", "two": "model_a"}]
        won = [
            shown[place].get(words.get(entry, ""), entry) if isinstance(entry, str) else entry
            for row in won
            for place, entry in enumerate(row)
        ]
    else:
        left, right, won = one, two, table["winner"]
    draft.contents("left", left, names[0])
    draft.contents("right", right, names[1])
    turns = need(table, "mt_bench", "turn", None, "A judgement is about the first turn or about the second: export which.")  # fmt: skip
    asked = joined(
        [item_texts(table, "mt_bench", "question_id"), [f"turn {turn}" for turn in texts_of(turns)]]
    )
    pairs = pair_names(draft.columns["left"], draft.columns["right"])
    draft.ids("task", with_pair(_repeated(pd.Series(asked, dtype=object), len(games)), pairs), "question_id")
    mapping = label_mapping(labels, BATTLE_WORDS, "mt_bench")
    draft.labels(won, mapping, games[0] if not twice else "g1_winner or g2_winner", (draft.columns["left"], draft.columns["right"]))  # fmt: skip
    draft.keep("turn", _repeated(turns, len(games)))
    if "tstamp" in table:
        draft.optional("time", _repeated(table["tstamp"], len(games)), "tstamp")
    used = used_columns(worker, "question_id", *names, *games, "turn", "tstamp")
    if not twice:
        draft.carry(table, used, keep)
    elif keep:
        for name in keep:
            draft.keep(name, _repeated(need(table, "mt_bench", name, "keep"), 2))
    return draft.table(skip)


def chosen_rejected(
    source,
    *,
    worker=None,
    task="prompt",
    chosen="chosen",
    rejected="rejected",
    side=None,
    labels=None,
    time=None,
    keep=(),
    skip=False,
) -> pd.DataFrame:
    """Pairs of a chosen and a rejected answer, as reward models are trained on, with who chose.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    worker : str
        The column of the annotator.
    task : str or sequence of str
        Columns that say what was asked. The item is that and the pair of answers.
    chosen, rejected : str
        Columns of the answers: text, or conversations as lists of messages.
    side : str, optional
        The column that says where the chosen answer stood.
    labels : dict, optional
        The words in `side` for left and right, such as {"A": "left", "B": "right"}.
    time : str, optional
        A column that orders the judgements.
    keep, skip : as for `annolib.imports.arena`

    Returns
    -------
    pandas.DataFrame
        task, worker, label, and with `side` left and right. Without it `first` and `second`: the two answers in a
        fixed order, and the label says left for the first. Then habits of a side cannot be seen.

    Raises
    ------
    TableError
        If the annotator is not named, a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: ties, mostly the annotator, and the side. Training sets keep neither of these: export the annotations.

    Examples
    --------
    >>> pairs = [{"prompt": "Hi", "chosen": "Hello", "rejected": "Go away", "annotator": "ann"}]
    >>> chosen_rejected(pairs, worker="annotator").iloc[0].tolist()
    ['Hi: Go away | Hello', 'ann', 'right', 'Go away', 'Hello']
    """
    table = table_of(source, "chosen_rejected")
    advice = (
        "A set of chosen and rejected answers without its annotators says nothing about them: export the annotations "
        "with an id of the annotator."
    )
    judge = need(table, "chosen_rejected", worker, "worker", advice)
    draft = Draft("chosen_rejected", list(table.index))
    draft.ids("worker", judge, worker)
    for name, column in (("left", chosen), ("right", rejected)):
        draft.contents(
            name, need(table, "chosen_rejected", column, "chosen" if name == "left" else "rejected"), column
        )
    one, two = (list(draft.columns.pop(name)) for name in ("left", "right"))
    same = np.array([a == b for a, b in zip(one, two, strict=True)], bool)
    draft.refuse(same, "the chosen and the rejected answer are the same")
    draft.ids(
        "task", with_pair(item_texts(table, "chosen_rejected", task), pair_names(one, two)), called(task)
    )
    if side is None:
        first, second, label = in_fixed_order(one, two, ["one"] * len(one))
        draft.columns |= {"label": np.array(label, dtype=object), "first": first, "second": second}
    else:
        stood = need(table, "chosen_rejected", side, "side")
        draft.labels(
            stood, label_mapping(labels, {"left": "left", "right": "right"}, "chosen_rejected"), side
        )
        is_left = np.array([label == "left" for label in draft.columns["label"]], bool)
        draft.columns["left"] = np.where(is_left, np.array(one, dtype=object), np.array(two, dtype=object))
        draft.columns["right"] = np.where(is_left, np.array(two, dtype=object), np.array(one, dtype=object))
    if time is not None:
        draft.optional("time", need(table, "chosen_rejected", time, "time"), time)
    draft.carry(table, used_columns(worker, task, chosen, rejected, side, time), keep)
    return draft.table(skip)


def wide(
    source, *, workers=None, task="task", left=None, right=None, labels=None, keep=(), skip=False
) -> pd.DataFrame:
    """A table with a row for each item and a column for each annotator.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    workers : sequence of str, or str
        The columns of the annotators; or a pattern with *, such as "annotator_*". A column's name is the
        annotator's id.
    task : str or sequence of str
        Columns that say which item a row is about. A second row with the same item is a repeat.
    left, right : str, optional
        Columns with what stood on each side.
    labels : dict or "content", optional
        The table's words for left, right and tie; "content" where the winning content stands there.
    keep, skip : as for `annolib.imports.arena`

    Returns
    -------
    pandas.DataFrame
        task, worker, label, and where given left and right: one row a label, row by row. An empty cell is no
        judgement.

    Raises
    ------
    TableError
        If the annotators are not named, a column is missing or rows cannot be read.

    Notes
    -----
    Lacks: times, and mostly what stood on each side. Repeats need a second row for the item.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["i1", "i2"], "ann": ["A", "B"], "bob": ["B", None]})
    >>> wide(table, workers=["ann", "bob"], task="item", labels={"A": "left", "B": "right"}).values.tolist()
    [['i1', 'ann', 'left'], ['i1', 'bob', 'right'], ['i2', 'ann', 'right']]
    """
    table = table_of(source, "wide")
    names = _worker_columns(table, workers, task, left, right)
    cells = table[names].to_numpy(dtype=object)
    filled = np.array([[not is_blank(cell) for cell in row] for row in cells], bool).reshape(cells.shape)
    row, column = np.nonzero(filled)
    draft = Draft("wide", [f"row {table.index[r]}, column {names[c]!r}" for r, c in zip(row, column, strict=True)], "label")  # fmt: skip
    draft.ids("task", np.asarray(item_texts(table, "wide", task), dtype=object)[row].tolist(), called(task))
    draft.columns["worker"] = np.array([str(name) for name in names] or [""], dtype=object)[column]
    contents = None
    if left is not None or right is not None:
        for name, own in (("left", left), ("right", right)):
            side = need(table, "wide", own, name, "Name both sides, or neither.")
            draft.contents(name, side.to_numpy(dtype=object)[row].tolist(), own)
        contents = (draft.columns["left"], draft.columns["right"])
    mapping = label_mapping(labels, OWN_WORDS, "wide")
    if mapping == "content" and contents is None:
        raise TableError("wide: labels='content' needs the contents. Name the columns with left= and right=.")
    draft.labels(cells[row, column].tolist(), mapping, "a column of an annotator", contents)
    used = used_columns(task, left, right, *names)
    rest = table[[name for name in table.columns if name not in used or name in keep]].iloc[row]
    draft.carry(rest.reset_index(drop=True), used, keep)
    return draft.table(skip)


def tidy(source, *, columns=None, skip=False) -> pd.DataFrame:
    """A table that is tidy already: one row a judgement, with `task`, `worker` and `label`.

    Parameters
    ----------
    source : path, pandas.DataFrame or list of dict
    columns : dict, optional
        What a column is called that has another name, such as {"worker": "annotator_id"}.
    skip : bool
        Leave out rows without a task, worker or label, or with an unknown label, with a warning that counts them.

    Returns
    -------
    pandas.DataFrame
        The same rows and columns, under the proper names.

    Raises
    ------
    TableError
        If a column is missing or rows cannot be read.

    Notes
    -----
    Lacks nothing, if it has `left`, `right` and `time`. `annolib.read_judgements` takes the same files.

    Examples
    --------
    >>> tidy([{"item": "i", "who": "007", "label": "left"}], columns={"worker": "who"}).iloc[0].to_dict()
    {'task': 'i', 'worker': '007', 'label': 'left'}
    """
    table = table_of(source, "tidy")
    found = find_names(list(table.columns), named=columns)[0]
    table = with_truths(table.rename(columns={own: name for name, own in found.items()}))
    draft = Draft("tidy", list(table.index))
    draft.asks_labels = False
    for name in ("task", "worker", "left", "right"):
        if name in found:
            draft.ids(name, table[name], found[name])
    draft.labels(table["label"], OWN_WORDS, found["label"])
    draft.columns |= {name: table[name] for name in table.columns if name not in draft.columns}
    return draft.table(skip)


def _worker_columns(table, workers, task, left, right):
    """The annotators' columns, by name or pattern."""
    taken = set(used_columns(task, left, right))
    free = [name for name in table.columns if name not in taken]
    if workers is None:
        need(
            table,
            "wide",
            None,
            "workers",
            "Name the annotators' columns in a list, or by a pattern with *.",
            free[:10],
        )
    if isinstance(workers, str) and any(mark in workers for mark in "*?["):
        names = [name for name in free if fnmatch.fnmatchcase(str(name), workers)]
        if not names:
            raise TableError(f"wide: no column fits workers={workers!r}; saw {listed(free)}.")
        return names
    names = [workers] if isinstance(workers, str) else list(workers)
    for name in names:
        need(
            table,
            "wide",
            name,
            "workers",
            "Name the columns as they are written, in a list: workers=['ann', 'bob'].",
            free[:10],
        )
    twice = [name for place, name in enumerate(names) if name in names[:place] or name in taken]
    if twice:
        raise TableError(f"wide: workers names {twice[0]!r}, which is named already. Name each column once.")
    return names


def _repeated(column, times):
    if column.dtype != object:
        return column.repeat(times).reset_index(drop=True)
    return pd.Series(np.repeat(column.to_numpy(dtype=object), times), dtype=object)


def _names(judges):
    """Judges by name; entries stay objects, for lone surrogates are no text that Arrow's strings could hold."""
    if judges.dtype != object:
        return judges
    return pd.Series([_one_name(entry) for entry in judges], index=judges.index, dtype=object)


def _one_name(entry):
    """A judge that is written as a list of its parts."""
    if isinstance(entry, np.ndarray):
        entry = entry.tolist()
    if isinstance(entry, (list, tuple)) and entry and all(isinstance(part, str) for part in entry):
        return " ".join(entry)
    return entry
