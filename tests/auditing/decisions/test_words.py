"""Words for managers: every reason of an audit has them, and they are sentences."""

import pytest

from annolib.auditing.decisions.words import REASON_WORDS
from annolib.auditing.reasons import REASONS


def test_every_reason_has_words_and_no_other():
    assert set(REASON_WORDS) == set(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_words_are_short_sentences(name):
    for words in REASON_WORDS[name]:
        assert words[0].isupper() and words[-1] in ".?" and max(map(len, words.split(". "))) < 120
