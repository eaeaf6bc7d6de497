"""Values in words: short, plain, the same in every run."""

import numpy as np

from annolib.course.checking.wording import show


def test_words_are_short_and_plain():
    assert show(np.float64(1 / 3)) == "0.333333"
    assert show(np.arange(100)) == "an array of shape (100,)"
    assert show([np.int64(3), {"a": np.True_}, (1,)]) == "[3, {'a': True}, (1,)]"
    assert len(show("x" * 500)) <= 120
    assert "0x" not in show(object())
