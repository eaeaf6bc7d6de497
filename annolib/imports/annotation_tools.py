"""Records of annotation tools: Argilla 2, Prodigy and Potato."""

from __future__ import annotations

from pathlib import Path

from annolib.imports.building import (
    OWN_WORDS,
    Draft,
    _as_json,
    _text_of,
    in_fixed_order,
    label_mapping,
    pair_names,
)
from annolib.imports.sources import records_of
from annolib.tables.files.opening import is_path
from annolib.tables.refusals.faults import TableError, listed

POTATO_WORDS = {"A": "left", "B": "right", "tie": "tie"}


def argilla(source, *, question=None, left=None, right=None, task="id", labels=None, skip=False):
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
            "dataset.records.to_list(flatten=True), from records that were fetched with their responses."
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
    values, users, status = (_list(record.get(name)) for name in names)
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


def _list(entry):
    entry = entry.tolist() if hasattr(entry, "tolist") and not isinstance(entry, list) else entry
    return entry if isinstance(entry, list) else None


def _fields(record):
    parts = [record.get(part) for part in ("fields", "metadata")]
    nested = {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    return nested | {
        name: value for name, value in record.items() if name not in ("fields", "metadata", "responses")
    }


def _field(record, name):
    return None if name is None else _fields(record).get(name)


def prodigy(source, *, worker="_annotator_id", task="_input_hash", labels=None, skip=False):
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
        raise TableError(f"prodigy: no annotations, which have an 'answer'; the first record holds {seen}. Export them with prodigy db-out.")  # fmt: skip
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
    texts = [_text_of(entry) if entry is not None else None for entry in asked]
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
    won = {"accept": "one", "reject": "two"}.get(record.get("answer"))
    return ((one, two, won), "") if won else (None, f"its answer is {record.get('answer')!r}")


def _shown(content):
    """What an option or a side showed: its text, html or image, else its id."""
    if isinstance(content, dict):
        for name in ("text", "html", "image", "id"):
            if content.get(name) is not None:
                return _text_of(_as_json(content[name]))
        return None
    return content if isinstance(content, str) else None


def potato(
    source, *, schema=None, items=None, left="left", right="right", items_key=None, labels=None, skip=False
):
    """Annotations of Potato: an exported CSV, TSV, JSONL or Parquet, a `user_state.json`, or the folder that holds them.

    - CSV, TSV: `instance_id`, `user_id`, and for a pairwise schema s the column `s.selection` (A, B, tie), or with a
      slider `s.scale_value`; older versions have `user` and columns `s:::A`, `s:::B`
    - JSONL: `instance_id`, `user_id`, and `labels` (older: `label_annotations`): {"s": {"selection": "A"}}
    - user_state.json, one a person: `user_id` and `instance_id_to_label_to_value`

    Parameters
    ----------
    source : path to a file or a folder, list of dict, dict or pandas.DataFrame
    schema : str, optional
        The name of the annotation scheme, where there are several.
    items : path, list of dict or pandas.DataFrame, optional
        The task's data file, with `id` and what stood on each side. Without it the sides are not known.
    left, right : str
        Fields of `items`.
    items_key : str, optional
        The field of `items` that lists both contents, as in the scheme's configuration; in place of left and right.
    labels : dict, optional
        Other words for left, right and tie. By default A is left, B is right, tie is tie, and of a slider's values
        those below 0 are left, those above are right, and 0 is a tie, as the tool defines it.
    skip : bool
        Leave out annotations that cannot be read, with a warning (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, and with items left and right.

    Raises
    ------
    TableError
        If it holds no such annotations, if there are several schemes, or if some cannot be read.

    Notes
    -----
    Lacks: what stood on each side, which only the task's data say, and the time. An instance is shown once to each
    person: a repeat is a second instance, whose id is another.

    Examples
    --------
    >>> state = {"user_id": "ann", "instance_id_to_label_to_value": {"1": {"best": {"selection": "A"}}}}
    >>> potato(state, items=[{"id": "1", "left": "x", "right": "y"}]).iloc[0].tolist()
    ['1', 'ann', 'left', 'x', 'y']
    """
    found = _potato_entries(source)
    schemas = dict.fromkeys(name for *_, by_schema in found for name in by_schema)
    if schema is None and len(schemas) > 1:
        name = next(iter(schemas))
        raise TableError(
            f"potato: several schemes, {listed(schemas)}. Say which, for example", f"schema={name!r}"
        )
    if schema is not None and found and schema not in schemas:
        raise TableError(f"potato: no scheme {schema!r}; saw {listed(schemas) or 'none'}.")
    schema = schema if schema is not None else next(iter(schemas), None)
    mapping = label_mapping(labels, POTATO_WORDS, "potato")
    if mapping == "content":
        raise TableError("potato: labels must be a dict to 'left', 'right' and 'tie'; saw 'content'.")
    rows = []
    for place, user, instance, by_schema in found:
        if schema not in by_schema:
            continue  # annotated in another scheme only
        answer, reason = _potato_answer(by_schema[schema], labels is None)
        rows.append((place, instance, user, answer, reason))
    places, instances, users, answers, reasons = map(list, zip(*rows, strict=True)) if rows else ([],) * 5
    draft = Draft("potato", places, "annotation")
    draft.ids("task", instances, "instance_id")
    draft.ids("worker", users, "user_id")
    for row, reason in enumerate(reasons):
        if reason:
            draft.refuse([place == row for place in range(len(rows))], reason)
    if items is not None:
        contents = _potato_contents(items, left, right, items_key)
        texts = list(draft.columns["task"])
        lacking = [text is not None and text not in contents for text in texts]
        draft.refuse(lacking, lambda row: f"items has no instance {texts[row]!r}")
        pairs = [contents.get(text, (None, None)) for text in texts]
        draft.contents("left", [one for one, _ in pairs], items_key or left)
        draft.contents("right", [two for _, two in pairs], items_key or right)
    draft.labels(answers, mapping | OWN_WORDS if labels is None else mapping, schema or "labels")
    return draft.table(skip)


def _potato_entries(source):
    """(place, user, instance, answers by schema) of every annotation."""
    if is_path(source) and Path(source).is_dir():
        files = sorted(Path(source).glob("**/user_state.json"))
        if not files:
            raise TableError(
                f"potato: the folder {str(source)!r} holds no user_state.json. Name annotation_output."
            )
        return [entry for file in files for entry in _potato_entries(file)]
    records = records_of(source, "potato", single=True)
    entries = []
    for number, record in enumerate(records):
        states = record.get("instance_id_to_label_to_value")
        if isinstance(states, dict):
            user = record.get("user_id")
            entries += [
                (f"user {user}, instance {name}", user, name, _by_schema(value))
                for name, value in states.items()
            ]
            continue
        user = record.get("user_id", record.get("user"))
        nested = record.get("labels", record.get("label_annotations"))
        answers = _by_schema(nested) if isinstance(nested, (dict, list)) else _from_columns(record)
        entries.append((f"row {number}", user, record.get("instance_id"), answers))
    if records and not any(
        "instance_id" in record or "instance_id_to_label_to_value" in record for record in records
    ):
        raise TableError(
            f"potato: no instance_id; the first record holds {listed(list(records[0])[:10])}. Export with "
            "python -m potato.export --format csv, or give the folder annotation_output."
        )
    return entries


def _by_schema(value):
    """Answers as {schema: {name: value}}; a state stores them so, or as pairs of a label and its value."""
    if isinstance(value, dict):
        return {name: answer for name, answer in value.items() if answer not in (None, {}, [])}
    found = {}
    for pair in value if isinstance(value, list) else ():
        if isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], dict):
            label, answer = pair
            if isinstance(label.get("schema"), str) and isinstance(label.get("name"), str):
                found.setdefault(label["schema"], {})[label["name"]] = answer
    return found


def _from_columns(record):
    """Answers from columns `schema.name`, `schema:::name` or `schema`."""
    found = {}
    fixed = ("instance_id", "user_id", "user", "displayed_text")
    for column, cell in record.items():
        if (
            column in fixed
            or not isinstance(column, str)
            or cell is None
            or column.startswith("annotator_origin")
        ):
            continue
        mark = ":::" if ":::" in column else "."
        schema, _, name = column.partition(mark)
        if name.startswith("_"):
            continue  # spans and rooms, which are no labels
        if name:
            answers = found.setdefault(schema, {})
            if isinstance(answers, dict):
                answers[name] = cell
        else:
            found.setdefault(schema, cell)
    return found


def _potato_answer(answer, own_words):
    """The answer in a scheme, or why there is none; a slider's value becomes a side where the words are the tool's."""
    if not isinstance(answer, dict):
        return (answer, "") if not isinstance(answer, list) else (None, "a list of answers")
    if "selection" in answer:
        return answer["selection"], ""
    if "scale_value" in answer:
        value = answer["scale_value"]
        if not own_words:
            return value, ""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if number != number:
            return None, f"a slider at {value!r}, which is no number"
        return "left" if number < 0 else "right" if number > 0 else "tie", ""
    if isinstance(answer.get("labels"), dict):
        answer = answer["labels"]
    chosen = [name for name, value in answer.items() if value not in (None, False, "", "false", "False", 0)]
    if len(chosen) != 1:
        return None, f"{len(chosen)} labels at once" if chosen else "no label"
    return chosen[0], ""


def _potato_contents(items, left, right, items_key):
    """What stood on each side, by instance."""
    records = records_of(items, "potato")
    contents = {}
    for number, record in enumerate(records):
        name = _text_of(record.get("id")) if record.get("id") is not None else None
        if name is None:
            raise TableError(f"potato: items has no 'id' in record {number}. Give the task's data file.")
        if items_key is not None:
            both = _list(record.get(items_key))
            if both is None or len(both) != 2:
                raise TableError(f"potato: items has no two contents in {items_key!r} of instance {name!r}.")
            pair = tuple(both)
        else:
            pair = (record.get(left), record.get(right))
            if None in pair:
                seen = listed(list(record)[:10])
                raise TableError(
                    f"potato: items lacks {left!r} or {right!r} in instance {name!r}; saw {seen}. Name them with left= "
                    "and right=, or the list of both with items_key=."
                )
        if name in contents:
            raise TableError(f"potato: items has the instance {name!r} twice.")
        contents[name] = pair
    return contents
