"""Exports of Label Studio: its JSON, its JSON_MIN and its CSV, with Pairwise and Choices."""

from __future__ import annotations

import json

import pandas as pd

from annolib.imports.building import OWN_WORDS, Draft, label_mapping
from annolib.imports.signs import suggestion
from annolib.imports.sources import records_of
from annolib.tables.refusals.faults import TableError, listed

_OWN = ("annotation_id", "annotator", "created_at", "updated_at", "lead_time")  # columns of JSON_MIN and CSV
_EXPORT = "Export as JSON (it holds who judged, and when), not as a format for training."


def label_studio(
    source, *, left=None, right=None, task="id", control=None, labels=None, skip=False
) -> pd.DataFrame:
    """An export of Label Studio: JSON, JSON_MIN or CSV, of a Pairwise or a Choices control.

    - JSON: tasks with `id`, `data` and `annotations`, each with `completed_by`, `created_at`, `was_cancelled`,
      `ground_truth` and `result`, whose items have `from_name`, `type` (pairwise, choices) and `value`
      (`selected`: left or right; `choices`: a list)
    - JSON_MIN and CSV: a row for each annotation, with the fields of the data, `id`, `annotator`, `annotation_id`,
      `created_at`, and a column named like the control

    Parameters
    ----------
    source : path, list of dict or pandas.DataFrame
    left, right : str, optional
        Fields of the data that stood on each side. The labelling configuration says which (`<Text name="txt-1"
        value="$text1"/>` shows the field text1); the export does not. Without them the sides are not known.
    task : str or sequence of str
        Which item a task is about: "id", the number of the task, or fields of the data. Somebody who is to judge an
        item twice gets it as two tasks: name the field that both share.
    control : str, optional
        The name of the control, where there are several.
    labels : dict, optional
        The choices for left, right and tie, such as {"A is better": "left", "B is better": "right", "Same": "tie"}.
    skip : bool
        Leave out annotations that cannot be read (cancelled ones, those without an answer), with a warning
        (`SkippedRows`) that counts them, instead of an error.

    Returns
    -------
    pandas.DataFrame
        task, worker, label, where named left and right, time (created_at), judgement (the annotation's id), and
        expert where some annotations are marked as ground truth. Tasks without annotations have no rows.

    Raises
    ------
    TableError
        If it is no such export, if there are several controls, or if annotations cannot be read.

    Notes
    -----
    Lacks: which fields stood left and right, and ties of Pairwise (who selects neither has no result: take Choices).
    JSON_MIN and CSV lack ground truth, and whether an annotation was cancelled. Models' predictions are not read.

    Examples
    --------
    >>> result = [{"from_name": "pw", "to_name": "a,b", "type": "pairwise", "value": {"selected": "left"}}]
    >>> annotation = {"id": 7, "completed_by": 3, "created_at": "2024-06-01T09:00:00Z", "result": result}
    >>> tasks = [{"id": 1, "data": {"text1": "x", "text2": "y"}, "annotations": [annotation]}]
    >>> label_studio(tasks, left="text1", right="text2").iloc[0].tolist()
    ['1', '3', 'left', 'x', 'y', '2024-06-01T09:00:00Z', 7]
    """
    records = records_of(source, "label_studio")
    if (left is None) != (right is None):
        raise TableError("label_studio: name both sides, left= and right=, or neither.")
    fields = [task] if isinstance(task, str) else list(task)
    mapping = label_mapping(labels, OWN_WORDS, "label_studio")
    full = [record for record in records if "annotations" in record or "completions" in record]
    if records and not full:
        rows = _flat(records, control, fields, left, right)
    else:
        rows = _nested(records, control, fields, left, right)
    entries, lost = rows
    draft = Draft("label_studio", [entry["place"] for entry in entries], "annotation")
    draft.lost = lost
    draft.ids("task", [entry["task"] for entry in entries], ", ".join(fields))
    draft.ids("worker", [entry["worker"] for entry in entries], "completed_by", "nobody is named in {!r}")
    if left is not None:
        draft.contents("left", [entry["left"] for entry in entries], left)
        draft.contents("right", [entry["right"] for entry in entries], right)
    contents = (draft.columns.get("left"), draft.columns.get("right"))
    if mapping == "content" and left is None:
        raise TableError(
            "label_studio: labels='content' needs the contents. Name the fields with left= and right=."
        )
    draft.labels([entry["answer"] for entry in entries], mapping, control or "result", contents)
    for name, own in (("time", "created_at"), ("judgement", "id")):
        draft.optional(name, [entry[name] for entry in entries], own)
    experts = [entry["expert"] for entry in entries]
    if any(experts):
        draft.keep("expert", experts)
    return draft.table(skip)


def _nested(records, control, fields, left, right):
    """Annotations of JSON: entries, and (place, reason) of those that are none."""
    entries, lost = [], []
    controls = _controls(records)
    control = _one_control(controls, control)
    for number, record in enumerate(records):
        place = f"task {record.get('id', f'number {number}')}"
        data = record.get("data")
        data = data if isinstance(data, dict) else {}
        annotations = record.get("annotations", record.get("completions"))
        if not isinstance(annotations, list):
            lost.append((place, "no list of annotations"))
            continue
        for annotation in annotations:
            if not isinstance(annotation, dict):
                lost.append((place, f"an annotation that is a {type(annotation).__name__}"))
                continue
            where = f"{place}, annotation {annotation.get('id', '?')}"
            if annotation.get("was_cancelled"):
                lost.append((where, "it was cancelled"))
                continue
            answer, reason = _answer(annotation.get("result"), control)
            if reason:
                lost.append((where, reason))
                continue
            entries.append({
                "place": where,
                "task": _item(record, data, fields),
                "worker": _who(annotation.get("completed_by")),
                "answer": answer,
                "left": data.get(left),
                "right": data.get(right),
                "time": annotation.get("created_at"),
                "judgement": annotation.get("id"),
                "expert": annotation.get("ground_truth") is True,
            })  # fmt: skip
    _check_fields(records, [*fields, left, right], nested=True)
    return entries, lost


def _flat(records, control, fields, left, right):
    """Rows of JSON_MIN or CSV, likewise."""
    if not any("annotator" in record or "annotation_id" in record for record in records):
        seen = listed(list(records[0])[:10])
        raise TableError(
            f"label_studio: neither tasks with annotations, nor rows with an annotator; the first holds {seen}. {_EXPORT} "
            f"{suggestion(records, 'label_studio')}".rstrip()
        )
    names = dict.fromkeys(name for record in records for name in record)
    given = {*_OWN, *fields, left, right, "id", "agreement", "history"}
    free = {
        name for name in names if name not in given and any(_looks_like_answer(r.get(name)) for r in records)
    }
    if control is None and len(free) != 1:
        # a choice that stands alone is a plain text, and cannot be told from a field of the data
        seen = [name for name in names if name not in given]
        if len(seen) != 1:
            fix = f"control={seen[0]!r}" if seen else ""
            message = f"label_studio: say which column is the control; saw {listed(seen)}."
            raise TableError(f"{message} For example" if fix else message, fix)
        free = set(seen)
    control = control or next(iter(free))
    if control not in names:
        raise TableError(f"label_studio: no column {control!r} (control=); saw {listed(names)}.")
    _check_fields(records, [*fields, left, right], nested=False)
    entries, lost = [], []
    for number, record in enumerate(records):
        where = f"annotation {record.get('annotation_id') or f'in row {number}'}"
        answer, reason = _flat_answer(record.get(control))
        if reason:
            lost.append((where, reason))
            continue
        entries.append({
            "place": where,
            "task": _item(record, record, fields),
            "worker": _who(record.get("annotator")),
            "answer": answer,
            "left": record.get(left),
            "right": record.get(right),
            "time": record.get("created_at"),
            "judgement": record.get("annotation_id"),
            "expert": False,
        })  # fmt: skip
    return entries, lost


def _controls(records):
    """The names of the pairwise and choices controls that have results."""
    found = {}
    for record in records:
        annotations = record.get("annotations", record.get("completions"))
        for annotation in annotations if isinstance(annotations, list) else ():
            results = annotation.get("result") if isinstance(annotation, dict) else None
            for result in results if isinstance(results, list) else ():
                if isinstance(result, dict) and result.get("type") in ("pairwise", "choices"):
                    found[result.get("from_name")] = result.get("type")
    return found


def _one_control(controls, control):
    if control is None and len(controls) > 1:
        name = next(iter(controls))
        raise TableError(
            f"label_studio: several controls, {listed(controls)}. Say which, for example", f"control={name!r}"
        )
    if control is not None and controls and control not in controls:
        raise TableError(f"label_studio: no pairwise or choices control {control!r}; saw {listed(controls)}.")
    return control if control is not None else next(iter(controls), None)


def _answer(results, control):
    """The answer in a list of results, or why there is none."""
    if not isinstance(results, list):
        return None, "no list of results"
    own = [
        result for result in results
        if isinstance(result, dict) and result.get("type") in ("pairwise", "choices") and result.get("from_name") == control
    ]  # fmt: skip
    if len(own) != 1:
        return None, "nothing was selected" if not own else f"{len(own)} answers in the control {control!r}"
    return _one_value(own[0].get("value"))


def _flat_answer(cell):
    """The answer in a cell of JSON_MIN or CSV: a word, or a list or object, perhaps written as JSON."""
    if isinstance(cell, str) and cell[:1] in "[{":
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return cell, ""
    if isinstance(cell, str) and cell.strip():
        return cell, ""
    if cell is None or cell == [] or cell == "":
        return None, "nothing was selected"
    if isinstance(cell, list):
        if len(cell) != 1:
            return None, f"{len(cell)} answers"
        cell = cell[0]
    return _one_value(cell if isinstance(cell, dict) else {"choices": [cell]})


def _one_value(value):
    if not isinstance(value, dict):
        return None, "a result without a value"
    chosen = value.get("selected", value.get("choices"))
    if isinstance(chosen, list):
        if len(chosen) != 1:
            return None, f"{len(chosen)} choices at once" if chosen else "nothing was selected"
        chosen = chosen[0]
    if not isinstance(chosen, str) or not chosen.strip():
        return None, "nothing was selected"
    return chosen, ""


def _looks_like_answer(cell):
    if isinstance(cell, str) and cell[:1] in "[{":
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return False
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    return isinstance(cell, dict) and ("selected" in cell or "choices" in cell)


def _who(entry):
    """An annotator: a number, a text, or an object with an email or an id."""
    if isinstance(entry, dict):
        entry = entry.get("email") or entry.get("id")
    return entry


def _item(record, data, fields):
    """The id of the item: the task's number, or fields of the data."""
    parts = [record.get("id") if name == "id" and "id" not in data else data.get(name) for name in fields]
    if len(parts) == 1:
        return parts[0]
    if any(part is None or isinstance(part, (list, dict)) for part in parts):
        return None
    return " ".join(map(str, parts))


def _check_fields(records, fields, nested):
    """A field that no task has is a slip of the pen."""
    for name in fields:
        if name is None or (nested and name == "id"):
            continue
        places = [record.get("data") if nested else record for record in records]
        if records and not any(isinstance(data, dict) and name in data for data in places):
            seen = dict.fromkeys(key for data in places[:100] if isinstance(data, dict) for key in data)
            raise TableError(f"label_studio: no task has a field {name!r}; saw {listed(seen)}.")
