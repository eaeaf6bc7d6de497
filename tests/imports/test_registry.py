"""The formats by name: every reader is there, says what it lacks, and is suggested where a file looks like it.

One story is told in every format (`tests/imports/files`): ann sees x on the left and y on the right, and takes the
left; bob, too, and takes the right; ann sees the two again with the sides swapped, and takes the right.
"""

import copy
import inspect
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import annolib as al
from annolib.imports.registry import FORMATS, named
from annolib.imports.sources import records_of


def test_every_format_is_a_public_reader_with_one_line_of_what_it_is_and_lacks():
    assert list(FORMATS) == [entry.name for entry in FORMATS.values()]
    for name, entry in FORMATS.items():
        assert getattr(al.imports, name) is entry.reader
        assert entry.what and entry.lacks and "\n" not in entry.what + entry.lacks + entry.needs
        first, *others = inspect.signature(entry.reader).parameters.values()
        assert first.name == "source"
        assert all(other.kind is other.KEYWORD_ONLY and other.default is not other.empty for other in others)
        assert "skip" in [other.name for other in others]
        doc = inspect.getdoc(entry.reader)
        for part in ("Parameters", "Returns", "Raises", "Notes", "Lacks", "Examples"):
            assert part in doc, (name, part)


FILES = Path(__file__).parent / "files"
AB = {"A": "left", "B": "right"}
BETTER = {"A is better": "left", "B is better": "right"}
SIDES = {"left": "text1", "right": "text2", "task": "item"}
ITEMS = {"items": FILES / "potato_items.jsonl", "items_key": "responses", "task": "item"}
STORY = {
    # file: format, options
    "tidy.csv": ("tidy", {}),
    "wide.csv": ("wide", {"workers": ["ann", "bob"], "task": "item", "left": "left", "right": "right", "labels": AB}),
    "label_studio_pairwise.json": ("label_studio", SIDES),
    "label_studio_choices.json": ("label_studio", SIDES | {"labels": BETTER}),
    "label_studio_min.json": ("label_studio", SIDES),
    "label_studio.csv": ("label_studio", SIDES),
    "label_studio_choices.csv": ("label_studio", SIDES | {"labels": BETTER, "control": "pw"}),
    "argilla.json": ("argilla", {"left": "first", "right": "second", "task": "item", "labels": {"response_1": "left", "response_2": "right"}}),
    "argilla_flat.jsonl": ("argilla", {"left": "first", "right": "second", "task": "item", "labels": {"response_1": "left", "response_2": "right"}}),
    "prodigy_choice.jsonl": ("prodigy", {}),
    "prodigy_compare.jsonl": ("prodigy", {}),
    "potato.csv": ("potato", ITEMS),
    "potato_old.tsv": ("potato", ITEMS),
    "potato.jsonl": ("potato", ITEMS),
    "potato_slider.jsonl": ("potato", ITEMS),
    "potato_output": ("potato", ITEMS),
    "mturk.csv": ("mturk", SIDES | {"label": "choice"}),
    "mturk_buttons.csv": ("mturk", SIDES | {"label": "choice"}),
    "mturk_page.csv": ("mturk", SIDES | {"label": "choice"}),
    "qualtrics.csv": ("qualtrics", {"items": FILES / "qualtrics_items.csv", "labels": {"Answer A": "left", "Answer B": "right"}}),
    "arena.json": ("arena", {}),
    "mt_bench_people.jsonl": ("mt_bench", {}),
    "rankings.csv": ("rankings", {"worker": "who", "task": "set", "ranking": "order", "shown": "shown"}),
    "rankings_long.csv": ("rankings", {"worker": "who", "task": "set", "item": "answer", "rank": "rank", "screen": "screen"}),
    "likert.csv": ("likert", {"worker": "who", "value": "preference", "tie": (4, 4), "scale": (1, 7), "left": "left", "right": "right"}),
    "best_worst.csv": ("best_worst", {"worker": "who", "items": ["item1", "item2"]}),
    "chosen_rejected.jsonl": ("chosen_rejected", {"worker": "annotator", "side": "chosen_side"}),
}  # fmt: skip
WITHOUT_SIDES = ("prodigy_compare.jsonl", "rankings_long.csv")
WORKERS = {  # how a format names ann and bob
    **{"mturk": ("A1ANN", "A2BOB"), "qualtrics": ("5f00", "0060"), "prodigy": ("pairs-ann", "pairs-bob")},
    **{
        "label_studio": ("3", "4"),
        "argilla": tuple(f"0b1c7c1e-0000-4000-8000-00000000000{end}" for end in "ab"),
    },
}


@pytest.mark.parametrize("file", STORY)
def test_every_format_tells_the_same_story(file):
    name, options = STORY[file]
    table = FORMATS[name](FILES / file, **options)
    ann, bob = WORKERS.get(name, ("ann", "bob"))
    if file == "label_studio_choices.json":
        ann, bob = "ann@example.org", "bob@example.org"
    assert sorted(table["worker"]) == sorted([ann, ann, bob])
    assert table["task"].nunique() == 1
    if file not in WITHOUT_SIDES:
        told = table.sort_values(["worker", "left"])[["worker", "left", "right", "label"]].values.tolist()
        assert told == sorted([[ann, "x", "y", "left"], [ann, "y", "x", "right"], [bob, "x", "y", "right"]])
    else:
        told = table[["first", "second"]].drop_duplicates().values.tolist()
        assert told == [["x", "y"]] and sorted(table["label"]) == ["left", "left", "right"]
    counts = al.tally(table, pairs="one").to_frame()
    assert counts.loc[ann, ["judgements", "repeat_pairs", "repeat_agreements"]].tolist() == [2, 1, 1]
    assert counts.loc[ann, "swapped_pairs"] == (file not in WITHOUT_SIDES)
    assert counts.loc[ann, ["peer_pairs"]].tolist() == [0] and counts.loc[bob, "peer_agreements"] == 0


def test_the_model_as_a_judge_sees_both_orders():
    table = al.imports.mt_bench(FILES / "mt_bench_model.jsonl")
    assert table[["left", "label"]].values.tolist() == [["x", "left"], ["y", "right"]]
    assert al.tally(table).totals["swapped_agreements"] == 1


def test_a_format_reads():
    votes = [{"question_id": 1, "model_a": "m", "model_b": "n", "winner": "model_a", "judge": "u"}]
    pd.testing.assert_frame_equal(FORMATS["arena"](votes), al.imports.arena(votes))


def test_names_of_formats_are_found_as_people_write_them():
    assert named("LabelStudio").name == "label_studio" and named("mt-bench").name == "mt_bench"
    with pytest.raises(al.TableError, match="no format 'doccano'; known are 'tidy'"):
        named("doccano")


JUNK = (
    *(None, "", " ", "left", "A", 7, 7.5, float("nan"), float("inf"), True, [], {}, [1], {"a": 1}, "007"),
    *("\ud800", b"x", 10**30, (1,), pd.NaT, pd.NA, "[", '{"a":', [[["x"]]], {"choices": ["A", "B"]}, -1),
)


def broken(entry, draw):
    """The same with one part of it removed, doubled or put for something else."""
    if isinstance(entry, (list, dict)) and entry and draw(st.integers(0, 4)):
        places = range(len(entry)) if isinstance(entry, list) else sorted(entry)
        place = draw(st.sampled_from(places))
        entry = copy.copy(entry)
        how = draw(st.integers(0, 7))
        if how == 0:
            del entry[place]
        elif how == 1 and isinstance(entry, list):
            entry.append(entry[place])
        else:
            entry[place] = broken(entry[place], draw)
        return entry
    return draw(st.sampled_from(JUNK))


@pytest.mark.parametrize("file", STORY)
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_broken_source_is_read_or_refused_and_loses_no_row_in_silence(file, data):
    name, options = STORY[file]
    if file == "potato_output":
        file = "potato_output/ann/user_state.json"
    source = records_of(FILES / file, name, single=True)
    for _ in range(data.draw(st.integers(1, 3))):
        source = broken(source, data.draw)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            table = FORMATS[name](source, **options)
        except al.TableError as error:
            table, refusal = None, error
        try:
            some = FORMATS[name](source, skip=True, **options)
        except al.TableError:
            some = None
    lost = [warning.message for warning in caught if isinstance(warning.message, al.imports.SkippedRows)]
    if table is not None:
        assert not lost and some.equals(table)
        assert table["label"].isin(["left", "right", "tie"]).all()
        assert all(
            isinstance(entry, str) and entry.strip()
            for column in ("task", "worker")
            for entry in table[column]
        )
    elif some is not None:
        assert len(lost) == 1 and len(lost[0].rows) > 0 and "cannot be read" in str(refusal)


PAGE = Path(__file__).parents[2] / "datasets" / "formats.md"


def test_the_page_lists_every_format_and_what_it_lacks():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    known = [
        f"| `{one.name}` | {one.what} | {one.needs or 'nothing'} | {one.lacks} |" for one in FORMATS.values()
    ]
    assert rows == known


def test_the_code_of_the_page_runs(monkeypatch, capsys):
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(FILES)
    exec(code, {})
    assert "2 workers, 3 judgements, 1 repeat pairs (repeat_agreement 1.0000)" in capsys.readouterr().out
