"""What to do: counts in the headline, and steps that follow what would settle most."""

import pandas as pd
import pytest

import annolib as al
from annolib.auditing.decisions.decision import decide, people

TRIPLE = al.SelfConsistencyLabels(0.5)


def test_the_first_step_is_a_talk_where_there_is_a_verdict(make_crowd):
    decision = decide(al.audit(make_crowd([(58, 60)] * 3 + [(2, 60)]), TRIPLE, strength=0.5))
    assert decision.headline == (
        "1 annotator is shown to work with less care than required.",
        "3 annotators are shown to work with the required care.",
        "Nobody is left open.",
    )
    assert decision.steps == ("Talk to 1 annotator first, in the order of the list.",)
    assert list(decision.talk.index) == ["w003"]


def test_everybody_careful_leaves_nothing_to_do(make_crowd):
    decision = decide(al.audit(make_crowd([(58, 60)] * 3), TRIPLE, strength=(0.4, 0.65)))
    assert decision.steps == () and decision.talk.empty and decision.open.empty
    assert decision.headline[0] == "Nobody is shown to be careless."


def test_checks_that_are_missing_are_numbered(make_crowd):
    audit = al.audit(make_crowd([(2, 2)] * 4), TRIPLE, strength=0.5)
    step = decide(audit).steps[-1]
    need = int(decide(audit).more.enough["clear_now"].iloc[0])
    assert step.startswith(
        f"Add checks: they are what is missing in all 4 open cases. {need} for each annotator"
    )


def test_where_nobody_was_checked_it_says_how_to_begin(make_crowd):
    once = make_crowd([(2, 2)] * 4).drop_duplicates(["worker", "task"])
    (step,) = decide(al.audit(once, TRIPLE, strength="range")).steps
    assert step.startswith(
        "Nobody was checked: no annotator met an item twice. Show each of them items again"
    )
    assert "5 to 37 each clear full care" in step and "keeps its id" in step
    (step,) = decide(al.audit(once, al.GoldenLabels(0.4), strength="range")).steps
    assert step.startswith("Nobody was checked: no item has an expert's verdict.")


def test_where_no_number_of_checks_helps_the_strength_comes_first(make_crowd):
    step = decide(al.audit(make_crowd([(2, 3)] * 4), TRIPLE, 0.9, strength=(0.1, 0.6))).steps[-1]
    assert "no number of checks clears anybody: find out first how clear they are; then" in step
    nothing = decide(al.audit(make_crowd([(2, 3)] * 4), al.SelfConsistency(0.0))).steps
    assert len(nothing) == 1 and nothing[0].startswith("Use other checks in all 4 open cases")


def test_knowing_the_strength_is_named_where_it_halves_the_checks(make_crowd):
    audit = al.audit(make_crowd([(2, 2)] * 4), TRIPLE, strength=(0.3, 0.6))
    decision = decide(audit)
    assert f"{int(decision.more.enough['clear_known'].max())} would do if you knew" in decision.steps[-1]


def test_a_habit_beyond_luck_is_asked_about_before_any_look(make_crowd):
    many = pd.DataFrame(
        {"task": [f"t{n}" for n in range(40)], "worker": "many", "label": "right", "left": "x", "right": "y"}
    )
    table = pd.concat([many, make_crowd([(12, 20)] * 3)])
    assert (
        decide(al.audit(table, TRIPLE, strength="range")).steps[0].startswith("Ask 1 annotator how they work")
    )
    few = pd.concat([many.head(7), make_crowd([(12, 20)] * 20)])
    assert decide(al.audit(few, TRIPLE, strength="range")).steps[0].startswith("There is no evidence")


@pytest.mark.parametrize(
    "number, words", [(0, "0 annotators"), (1, "1 annotator"), (12000, "12,000 annotators")]
)
def test_people_in_words(number, words):
    assert people(number) == words


def test_repeats_without_sides_are_named_at_the_head():
    """The twin swaps sides; without them buttons are compared, and whoever presses one button looks careful."""
    twin = al.datasets.load("twin")
    monitor = al.SelfConsistencyLabels(2 / 3)
    bare = decide(al.audit(twin.drop(columns=["left", "right"]), monitor, strength="range"))
    assert "No columns left and right were read" in bare.headline[-1]
    assert "No columns" not in " ".join(decide(al.audit(twin, monitor, strength="range")).headline)
    once = twin.drop_duplicates(["worker", "task"]).drop(columns=["left", "right"])
    assert "No columns" not in " ".join(decide(al.audit(once, monitor, strength="range")).headline)
