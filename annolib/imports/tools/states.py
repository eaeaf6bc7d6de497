"""Annotations of Potato: exported tables, and the states that it keeps for each person."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.entries import as_list, text_of
from annolib.imports.signs import suggestion
from annolib.imports.sources import records_of
from annolib.tables.files.opening import is_path
from annolib.tables.refusals.faults import TableError, listed

POTATO_WORDS = {"A": "left", "B": "right", "tie": "tie"}


def potato(
    source,
    *,
    schema=None,
    items=None,
    left="left",
    right="right",
    items_key=None,
    task="id",
    labels=None,
    skip=False,
) -> pd.DataFrame:
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
    task : str
        The field of `items` that says which item an instance is about. "id" is the instance itself: somebody who is to
        judge an item twice gets it as two instances, so name the field that both share.
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
    Lacks: what stood on each side and which instances are repeats, which only the task's data say, and the time.

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
        answer, reason = None, f"no answer in the scheme {schema!r}"
        if schema in by_schema:
            answer, reason = _potato_answer(by_schema[schema], labels is None)
        rows.append((place, instance, user, answer, reason))
    places, instances, users, answers, reasons = map(list, zip(*rows, strict=True)) if rows else ([],) * 5
    draft = Draft("potato", places, "annotation")
    draft.ids("task", instances, "instance_id")
    draft.ids("worker", users, "user_id")
    draft.refuse_each(reasons)
    if items is not None:
        contents = _potato_contents(items, left, right, items_key, task)
        texts = list(draft.columns["task"])
        lacking = [isinstance(text, str) and text not in contents for text in texts]
        draft.refuse(lacking, lambda row: f"items has no instance {texts[row]!r}")
        shown = [contents.get(text, (None, None, None)) for text in texts]
        draft.contents("left", [one for one, *_ in shown], items_key or left)
        draft.contents("right", [two for _, two, _ in shown], items_key or right)
        draft.ids("task", [item for *_, item in shown], task)
    elif task != "id":
        raise TableError(
            f"potato: task={task!r} is a field of the task's data. Give that file too, as items=."
        )
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
            "python -m potato.export --format csv, or give the folder annotation_output. "
            + suggestion(records, "potato")
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


def _potato_contents(items, left, right, items_key, task):
    """What stood on each side, and the item, by instance."""
    records = records_of(items, "potato")
    contents = {}
    for number, record in enumerate(records):
        name = text_of(record.get("id")) if record.get("id") is not None else None
        if name is None:
            raise TableError(f"potato: items has no 'id' in record {number}. Give the task's data file.")
        if items_key is not None:
            both = as_list(record.get(items_key))
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
        contents[name] = (*pair, record.get(task))
    return contents
