"""Readers for the exports of annotation tools, crowd platforms and surveys, a file a kind (lessons 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    **dict.fromkeys(("argilla", "prodigy"), "records"),
    "label_studio": "studios",
    "mturk": "platforms",
    "potato": "states",
    "qualtrics": "surveys",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
