"""Each entry holds within its allowance, and is false without its condition."""

import pytest

from annolib.course.theorems import checks


@pytest.mark.parametrize("entry", checks.ENTRIES, ids=lambda entry: entry.name)
def test_it_holds_and_not_without_its_condition(entry, executed):
    entry = executed(entry)
    seen, counter = entry.check(), entry.counter()
    assert abs(seen.error) <= entry.allowed
    assert counter.broken and any(sign.isdigit() for sign in counter.words), counter.words
