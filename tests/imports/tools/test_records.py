"""Argilla, Prodigy and Potato: every record by hand."""

import annolib as al


def test_flattened_and_nested_records_of_argilla_say_the_same():
    nested = {
        "id": "r",
        "fields": {"a": "x", "b": "y"},
        "responses": {"best": [{"value": "a", "user_id": "u"}]},
    }
    flat = {"id": "r", "a": "x", "b": "y", "best.responses": ["a"], "best.responses.users": ["u"], "best.responses.status": ["submitted"]}  # fmt: skip
    how = {"left": "a", "right": "b", "labels": {"a": "left", "b": "right"}}
    assert al.imports.argilla([nested], **how).equals(al.imports.argilla([flat], **how))
