"""The page as it is stored is what is computed; every lesson and claim that it names exists."""

from dataclasses import replace

import pytest

from annolib.course.notebook_files import ROOT
from annolib.course.theorems import page
from annolib.course.theorems.entries import HERE, Counter, Seen, Shown

STORED = (ROOT / page.PAGE).read_text(encoding="utf-8")
ENTRIES = page.entries()
TOPICS = (
    "Heterogeneity", "Downstream accuracy", "Information of a self check", "Information of an expert check",
    "Sample complexity of self checks", "Sample complexity of expert checks", "First best", "Second best", "Joint presence",
    "Both sides gain", "Binary: the law", "Linear", "Any contract", "Discrete: a floor below",
)  # fmt: skip


def test_every_theorem_of_the_paper_is_there():
    assert set(TOPICS) <= {entry.name for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_stored_page_is_what_is_computed(entry, executed):
    seen, counter = page.executed(executed(entry))
    assert page.written(entry, seen, counter) + "\n" in STORED, "fix: python3 solutions --theorems"
    assert page.row(entry, seen) in STORED.splitlines(), "fix: python3 solutions --theorems"


def test_nothing_else_stands_on_the_page():
    assert STORED.count("\n### ") == len(ENTRIES) == len({entry.name for entry in ENTRIES})
    assert [line[4:] for line in STORED.splitlines() if line.startswith("### ")] == [
        one.name for one in ENTRIES
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_named_lesson_has_the_claim(entry):
    for lesson, claim in entry.shown:
        assert claim in page.claims_of(lesson), f"lesson {lesson:02d} has no claim {claim!r}"


def test_a_statement_that_fails_is_not_written():
    good = replace(
        ENTRIES[0], check=lambda: Seen(30, 0.0), counter=lambda: Counter(True, "seen 1"), allowed=0.1
    )
    assert "**Largest n:** 30" in page.written(good, *page.executed(good))
    with pytest.raises(ValueError, match=r"the error is 0\.2, and at most 0\.1"):
        page.executed(replace(good, check=lambda: Seen(30, 0.2)))
    with pytest.raises(ValueError, match="the error is nan"):
        page.executed(replace(good, check=lambda: Seen(30, float("nan"))))
    with pytest.raises(ValueError, match="holds without its condition too: seen 2"):
        page.executed(replace(good, counter=lambda: Counter(False, "seen 2")))


def test_the_table_leads_to_the_entries():
    entry = replace(ENTRIES[0], name="Binary: the law", shown=(Shown(3, "a"), Shown(3, "b"), Shown(12, "c")))
    assert page.row(entry, Seen(30, 0.02)) == "| [Binary: the law](#binary-the-law) | 03, 12 | 30 | 2 % |"


def test_several_claims_of_one_lesson_are_told_together():
    entry = replace(ENTRIES[0], shown=(Shown(3, "a"), Shown(3, "b"), Shown(12, "c")))
    assert page.shown_in_words(entry) == "lesson 03, “a” and “b”; lesson 12, “c”"
    alone = replace(entry, shown=(), source=HERE, proof="By hand.")
    assert page.shown_in_words(alone) == "no lesson; this page executes it"
    assert "| — | 30 |" in page.row(alone, Seen(30, 0.02))


def test_claims_are_read_with_all_their_statements():
    source = 'lesson.claim("a", True, "b", x > 1)\nother.claim("c", True)\nlesson.claim(text, True)'
    assert list(page._claims(source)) == ["a", "b"]
