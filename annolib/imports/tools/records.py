"""Records of annotation tools that are a list of objects: Argilla 2 and Prodigy."""

from __future__ import annotations

import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.entries import as_json, as_list, in_fixed_order, pair_names, text_of
from annolib.imports.signs import suggestion
from annolib.imports.sources import records_of
from annolib.tables.refusals.faults import TableError, listed


def argilla(
    source, *, question=None, left=None, right=None, task="id", labels=None, skip=False
) -> pd.DataFrame:
    """Records of Argilla 2: `dataset.records.to_list(flatten=True)`, or the file of `records.to_json`.

    - nested: `id`, `fields`, `metadata`, and `responses`: for each question a list of `value` and `user_id`
    - flattened, as in a data set on a hub: `id`, the fields, and for a question q the lists `q.responses`,
      `q.responses.users` and `q.responses.status`

    Parameters
    ----------
    source : path, list of dict or pandas.DataFrame
    question : str, optional
        The name of the question, where there are several.
    left, right : str, optional
        Fields that stood on each side.
    task : str
        What says which item a record is about: "id", or a field or an entry of the metadata. Somebody who is to judge
        an item twice gets it as two records: name what both share.
    labels : dict, optional
        The values for left, right and tie, such as {"response_1": "left", "response_2": "right"}, or numbers of a rating.
    skip : bool
        Leave out responses that cannot be read (drafts, discarded ones), with a warning (`SkippedRows`) that counts
        them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, and where named left and right. Records without responses have no rows.

    Raises
    ------
    TableError
        If it holds no such records, if there are several questions, or if responses cannot be read.

    Notes
    -----
    Lacks: the time of a response. Without flatten=True also its status, so that drafts and discarded responses pass
    for submitted ones. A ranking question holds a list: take `annolib.imports.rankings`.

    Examples
    --------
    >>> record = {"id": "r1", "fields": {"a": "x", "b": "y"}, "responses": {"best": [{"value": "A", "user_id": "u-7"}]}}
    >>> argilla([record], left="a", right="b", labels={"A": "left", "B": "right"}).iloc[0].tolist()
    ['r1', 'u-7', 'left', 'x', 'y']
    """
    records = records_of(source, "argilla")
    if (left is None) != (right is None):
        raise TableError("argilla: name both sides, left= and right=, or neither.")
    question = _question(records, question)
    for name in (left, right, None if task == "id" else task):
        if name is not None and records and not any(_field(record, name) is not None for record in records):
            seen = dict.fromkeys(key for record in records[:100] for key in _fields(record))
            raise TableError(f"argilla: no record has a field {name!r}; saw {listed(seen)}.")
    entries, lost = [], []
    for number, record in enumerate(records):
        place = f"record {record.get('id', number)}"
        answers, reason = _responses(record, question)
        if reason:
            lost.append((place, reason))
            continue
        for value, user, status in answers:
            where = f"{place}, response of {user}"
            if status not in (None, "submitted"):
                lost.append((where, f"its status is {status!r}"))
            elif isinstance(value, (list, dict)):
                advice = "; take annolib.imports.rankings for a ranking" if isinstance(value, list) else ""
                lost.append((where, f"its value is a {type(value).__name__}{advice}"))
            else:
                item = record.get("id") if task == "id" else _field(record, task)
                sides = (_field(record, left), _field(record, right))
                entries.append((where, item, user, value, *sides))
    places, items, users, values, lefts, rights = (
        map(list, zip(*entries, strict=True)) if entries else ([],) * 6
    )
    draft = Draft("argilla", places, "response")
    draft.lost = lost
    draft.ids("task", items, task)
    draft.ids("worker", users, "user_id")
    if left is not None:
        draft.contents("left", lefts, left)
        draft.contents("right", rights, right)
    mapping = label_mapping(labels, OWN_WORDS, "argilla")
    if mapping == "content" and left is None:
        raise TableError(
            "argilla: labels='content' needs the contents. Name the fields with left= and right=."
        )
    draft.labels(
        values, mapping, question or "value", (draft.columns.get("left"), draft.columns.get("right"))
    )
    return draft.table(skip)


def _question(records, question):
    found = {}
    for record in records:
        if isinstance(record.get("responses"), dict):
            found |= dict.fromkeys(record["responses"])
        names = [name.removesuffix(".responses") for name in record if isinstance(name, str) and name.endswith(".responses")]  # fmt: skip
        found |= dict.fromkeys(names)
    if records and not found and not any("responses" in record for record in records):
        raise TableError(
            f"argilla: no responses; the first record holds {listed(list(records[0])[:10])}. Export with "
            f"dataset.records.to_list(flatten=True), with their responses. {suggestion(records, 'argilla')}".rstrip()
        )
    if question is None and len(found) > 1:
        name = next(iter(found))
        raise TableError(
            f"argilla: several questions, {listed(found)}. Say which, for example", f"question={name!r}"
        )
    if question is not None and found and question not in found:
        raise TableError(f"argilla: no question {question!r}; saw {listed(found)}.")
    return question if question is not None else next(iter(found), None)


def _responses(record, question):
    """(value, user, status) of each response, or why they cannot be read."""
    nested = record.get("responses")
    if isinstance(nested, dict):
        answers = nested.get(question)
        if answers is None:
            return [], ""
        if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
            return [], f"responses to {question!r} that are no list of objects"
        return [
            (answer.get("value"), _known(answer.get("user_id")), answer.get("status")) for answer in answers
        ], ""
    if nested is not None:
        return [], f"responses that are a {type(nested).__name__}"
    names = (f"{question}.responses", f"{question}.responses.users", f"{question}.responses.status")
    values, users, status = (as_list(record.get(name)) for name in names)
    if values is None:
        return [], ""
    if users is None:
        return [], f"no {names[1]!r}: export who responded"
    status = [None] * len(values) if status is None else status
    if not len(values) == len(users) == len(status):
        return [], f"{len(values)} responses of {len(users)} users with {len(status)} states"
    return list(zip(values, map(_known, users), status, strict=True)), ""


def _known(user):
    """Argilla writes str(None) where the user is not known."""
    return None if user == "None" else user


def _fields(record):
    parts = [record.get(part) for part in ("fields", "metadata")]
    nested = {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    return nested | {
        name: value for name, value in record.items() if name not in ("fields", "metadata", "responses")
    }


def _field(record, name):
    return None if name is None else _fields(record).get(name)


def prodigy(source, *, worker="_annotator_id", task="_input_hash", labels=None, skip=False) -> pd.DataFrame:
    """Annotations of Prodigy (`prodigy db-out`): JSON Lines of the interface `choice` with two options, or `compare`.

    - choice: `options`, a list of `id` and `text` in the order shown (left, right), `accept`, the list of chosen ids,
      and `answer` (accept, reject, ignore)
    - compare: the contents `accept` and `reject`, and `answer`, which says which of them was preferred

    Parameters
    ----------
    source : path, list of dict or pandas.DataFrame
    worker : str
        Who annotated: "_annotator_id", or "_session_id".
    task : str
        What was asked; "_input_hash" is the same for equal inputs. The item is that and the pair of contents.
    labels : dict, optional
        Of options, by id: {"same": "tie"} says which is a tie; the two others are left and right, in the order shown.
    skip : bool
        Leave out annotations that cannot be read (ignored ones, those without a choice), with a warning
        (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, left and right (texts of the options), and time (`_timestamp`). For compare `first` and
        `second`, in a fixed order, in place of left and right: the record does not say where they stood.

    Raises
    ------
    TableError
        If it holds no such annotations, or if some cannot be read.

    Notes
    -----
    Lacks: the annotator, if Prodigy ran without named sessions (`?session=ann`). Older versions lack `_timestamp`.
    A repeat must be asked for: Prodigy leaves out questions that were answered (`feed_overlap`, `exclude_by`).

    Examples
    --------
    >>> options = [{"id": 0, "text": "x"}, {"id": 1, "text": "y"}]
    >>> answer = {"_input_hash": 12, "options": options, "accept": [1], "answer": "accept", "_annotator_id": "db-ann"}
    >>> prodigy([answer]).iloc[0].tolist()
    ['12: x | y', 'db-ann', 'right', 'x', 'y']
    """
    records = records_of(source, "prodigy")
    known = {} if labels is None else label_mapping(labels, {}, "prodigy")
    if isinstance(known, str):
        raise TableError(
            "prodigy: labels must be a dict from an option's id to 'left', 'right' or 'tie'; saw 'content'."
        )
    if records and not any("answer" in record for record in records):
        seen = listed(list(records[0])[:10])
        raise TableError(f"prodigy: no annotations, which have an 'answer'; the first record holds {seen}. Export them with prodigy db-out. {suggestion(records, 'prodigy')}".rstrip())  # fmt: skip
    if records and not any(record.get(worker) is not None for record in records):
        others = [
            name for name in ("_annotator_id", "_session_id") if any(r.get(name) is not None for r in records)
        ]
        instead = (
            f" Take worker={others[0]!r}." if others else " Run Prodigy with named sessions (?session=ann)."
        )
        raise TableError(f"prodigy: no record has {worker!r}, which says who annotated.{instead}")
    comparing = bool(records) and all("options" not in record for record in records)
    entries, lost = [], []
    for number, record in enumerate(records):
        read = _compared if comparing else _chosen
        found, reason = read(record, known)
        if reason:
            lost.append((f"record {number}", reason))
        else:
            entries.append((number, record.get(task), record.get(worker), record.get("_timestamp"), *found))
    places, asked, workers, times, one, two, won = (
        map(list, zip(*entries, strict=True)) if entries else ([],) * 7
    )
    draft = Draft("prodigy", places, "record")
    draft.lost = lost
    if comparing:
        first, second, label = in_fixed_order(one, two, won)
        draft.ids("first", first, "accept and reject")
        draft.ids("second", second, "accept and reject")
    else:
        draft.ids("left", one, "options")
        draft.ids("right", two, "options")
        label = won
    texts = [text_of(entry) if entry is not None else None for entry in asked]
    items = [None if text is None or pair is None else f"{text}: {pair}" for text, pair in zip(texts, pair_names(one, two), strict=True)]  # fmt: skip
    draft.ids("task", items, task)
    draft.ids("worker", workers, worker)
    draft.labels(label, OWN_WORDS, "accept")
    draft.optional("time", times, "_timestamp")
    return draft.table(skip)


def _chosen(record, known):
    """(left, right, label) of a choice, or why there is none."""
    options = record.get("options")
    if not isinstance(options, list) or not all(
        isinstance(option, dict) and "id" in option for option in options
    ):
        return None, "no options with ids"
    if record.get("answer") != "accept":
        return None, f"its answer is {record.get('answer')!r}"
    ids = [option["id"] for option in options]
    if any(isinstance(name, (list, dict)) for name in ids):
        return None, "an option's id that is a list or an object"
    said = [known.get(name, known.get(str(name))) for name in ids]
    rest = [place for place, label in enumerate(said) if label is None]
    named = [label for label in said if label in ("left", "right")]
    if not named and len(rest) == 2:
        said[rest[0]], said[rest[1]] = "left", "right"
    elif rest:
        return None, f"{len(ids)} options, {ids!r}: say with labels= which is left, right and tie"
    if said.count("left") != 1 or said.count("right") != 1:
        return None, "options of which not one is left and one right"
    accept = record.get("accept")
    accept = accept if isinstance(accept, list) else [accept] if accept is not None else []
    if len(accept) != 1 or accept[0] not in ids:
        return None, "nothing was chosen" if not accept else f"{len(accept)} options were chosen" if len(accept) > 1 else "an option was chosen that is none"  # fmt: skip
    sides = [_shown(options[said.index(side)]) for side in ("left", "right")]
    return (*sides, said[ids.index(accept[0])]), ""


def _compared(record, known):
    """(accept, reject, which won) of a comparison, or why there is none."""
    one, two = _shown(record.get("accept")), _shown(record.get("reject"))
    if one is None or two is None:
        return None, "neither options nor contents to accept and to reject"
    answer = record.get("answer")
    won = {"accept": "one", "reject": "two"}.get(answer if isinstance(answer, str) else None)
    return ((one, two, won), "") if won else (None, f"its answer is {answer!r}")


def _shown(content):
    """What an option or a side showed: its text, html or image, else its id."""
    if isinstance(content, dict):
        for name in ("text", "html", "image", "id"):
            if content.get(name) is not None:
                return text_of(as_json(content[name]))
        return None
    return content if isinstance(content, str) else None
