"""Each feature of an answer, on answers that have it and on near misses."""

import numpy as np
import pytest

from annolib.reward import FEATURES, answer_features


def seen(text):
    return dict(zip(FEATURES, answer_features(text), strict=True))


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        ("code", ["```\nx\n```", "<svg>", "def f():"], ["a `x` b", "definitely", "svg"]),
        ("refusal", ["I'm sorry, no.", "I’m sorry", "AS AN AI model", "I cannot", "It is unable to say"], ["sorry sight", "canned"]),
        ("markup", ["a **bold** word", "# Title", "text\n## Part"], ["2 * 3 * 4", "a # b", "#1"]),
        ("empty", ["", " \n", "\u200b", "...", "-"], ["0", "a", "…é"]),
    ],
)  # fmt: skip
def test_yes_or_no(name, has, has_not):
    assert [seen(text)[name] for text in has] == [1.0] * len(has)
    assert [seen(text)[name] for text in has_not] == [0.0] * len(has_not)


def test_counts_are_logarithms():
    text = (
        "- one\n2. two\n  3) three\n* four\n-five\n1.5 six\nQ: a\n A : b\n### c\n<|user|> d\n</bot>\nQueue: e"
    )
    assert seen(text)["lines"] == pytest.approx(np.log(1 + 4))
    assert seen(text)["turns"] == pytest.approx(np.log(1 + 5))
    assert seen("a b\nc")["words"] == pytest.approx(np.log(4)) and seen("")["words"] == 0


def test_repetition_is_a_share_of_sentences():
    assert seen("One. one! Two\nTWO")["repetition"] == 0.5
    assert seen("One. Two.")["repetition"] == seen("")["repetition"] == 0
    assert seen("la " * 50)["repetition"] == 0 and seen("la. " * 50)["repetition"] == pytest.approx(0.98)


def test_only_text():
    with pytest.raises(TypeError, match="text must be the text of one answer; saw None"):
        answer_features(None)
