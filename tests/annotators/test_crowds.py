"""Crowds: every row of a design is labelled by its worker, from the worker's own law."""

import numpy as np
import pandas as pd
import pytest

import annolib as al

LAW = np.random.default_rng(3).dirichlet([0.6, 0.6, 0.3], size=12)
ITEMS = al.Items(
    LAW, longer=[-1, 1, 0] * 4, first=[f"a{i}" for i in range(12)], second=[f"b{i}" for i in range(12)]
)
CROWD = al.Crowd(
    {
        "copy": al.Copycat(),
        "ann": al.Attentive(0.9),
        "left": al.AlwaysLeft(),
        "tie": al.AlwaysTie(),
        "long": al.LongerOne(),
    }
)


def by_content(table):
    """The response that was chosen, or tie."""
    return table["left"].where(table.label == "left", table["right"].where(table.label == "right", "tie"))


def annotate(crowd=CROWD, items=ITEMS, design=None, rng=6, **options):
    design = (
        al.full_design(crowd, items, rng=1, **{"repeats": 2, "swap": 0.5, **options})
        if design is None
        else design
    )
    return design, crowd.annotate(items, design, rng=rng)


def test_table_is_tidy_and_names_the_sides():
    design, table = annotate()
    assert table.columns.tolist() == ["task", "worker", "label", "left", "right"]
    assert table.index.equals(design.index)
    assert (table.worker == design.worker).all() and (table.task == design.task).all()
    for task, swapped, left, right in zip(design.task, design.swapped, table.left, table.right, strict=True):
        assert (left, right) == ((f"b{task}", f"a{task}") if swapped else (f"a{task}", f"b{task}"))


def test_habits_do_what_they_are_called():
    _, table = annotate()
    assert set(table.label[table.worker == "left"]) == {"left"}
    assert set(table.label[table.worker == "tie"]) == {"tie"}
    mine = table[(table.worker == "long") & (ITEMS.longer[table.task] != 0)]
    expected = np.where(ITEMS.longer[mine.task] == -1, "a", "b")
    assert [choice[0] for choice in by_content(mine)] == expected.tolist()


def test_labels_are_those_of_the_worker_laws():
    """One attentive annotator, 4,000 rounds: frequencies within five errors (.0079) of the law."""
    crowd = al.Crowd({"ann": al.Attentive(0.7)})
    _, table = annotate(crowd, repeats=4000)
    chosen = by_content(table).str[0]
    for task, column in ((0, 0), (7, 1), (11, 2)):
        rate = (chosen[table.task == task] == "abt"[column]).mean()
        assert abs(rate - (0.7 * LAW[task, column] + 0.1)) < 5 * 0.0079


def test_a_worker_does_not_depend_on_the_company():
    """One uniform number a row: exchanging another behaviour leaves this worker's labels."""
    design, table = annotate()
    other = al.Crowd({**CROWD.behaviours, "left": al.Attentive(0.1)})
    again = other.annotate(ITEMS, design, rng=6)
    mine = design.worker == "ann"
    assert again.label[mine].tolist() == table.label[mine].tolist()
    reordered = al.Crowd(dict(reversed(CROWD.behaviours.items()))).annotate(
        ITEMS, design, rng=np.random.default_rng(6)
    )
    pd.testing.assert_frame_equal(reordered, table)


def test_copycats_repeat_the_first_answer_by_content():
    design, table = annotate()
    chosen = by_content(table)
    honest = chosen[design.worker != "copy"].groupby(design.task[design.worker != "copy"]).first()
    copied = design.worker == "copy"
    assert chosen[copied].tolist() == honest[design.task[copied]].tolist()


def test_copycats_alone_label_at_random():
    crowd = al.Crowd({"one": al.Copycat(), "two": al.Copycat()})
    _, table = annotate(crowd, repeats=500)
    shares = table.label.value_counts(normalize=True)
    assert np.abs(shares - 1 / 3).max() < 5 * np.sqrt(2 / 9 / len(table))


def test_a_copycat_has_nothing_to_copy_on_some_items_only():
    design = pd.DataFrame(
        {"worker": ["ann"] + ["copy"] * 301, "task": [0] + [0] + [1] * 300, "swapped": False}
    )
    _, table = annotate(design=design)
    assert table.label[0] == table.label[1]
    assert table.label[2:].nunique() == 3


def test_each_worker_may_have_tastes_of_their_own():
    crowd = al.Crowd({"ann": al.Attentive(1), "bob": al.Attentive(1)})
    tastes = {"ann": al.Items.from_probability(np.ones(9)), "bob": al.Items.from_probability(np.zeros(9))}
    design = al.full_design(crowd, 9, rng=2)
    table = crowd.annotate(tastes, design, rng=2)
    chosen = by_content(table)
    assert set(chosen[table.worker == "ann"]) == {"first"} and set(chosen[table.worker == "bob"]) == {
        "second"
    }
    with pytest.raises(ValueError, match="items must hold every worker's items; none for 'bob'"):
        crowd.annotate({"ann": tastes["ann"]}, design, rng=2)


def test_design_has_rounds_and_the_share_of_swaps():
    design = al.full_design(["x", "y"], 500, repeats=3, swap=0.3, rng=4)
    assert len(design) == 3000
    assert design.groupby(["worker", "task"]).size().unique().tolist() == [3]
    assert design.task[:501].tolist() == [*range(500), 0]
    assert abs(design.swapped.mean() - 0.3) < 5 * np.sqrt(0.21 / 3000)
    assert not al.full_design(["x"], 5, swap=0, rng=4).swapped.any()
    assert al.full_design(["x"], 5, swap=1, rng=4).swapped.all()


def test_one_seed_for_design_and_labels_ties_nothing_together():
    items = al.Items.from_probability(np.full(5000, 0.5))
    crowd = al.Crowd({"ann": al.Attentive(1)})
    design = al.full_design(crowd, items, rng=1)
    labels = crowd.annotate(items, design, rng=1).label
    agree = (labels == "left") == design.swapped
    assert abs(agree.mean() - 0.5) < 5 * 0.5 / np.sqrt(5000)


def test_empty_designs_give_empty_tables():
    table = CROWD.annotate(ITEMS, al.full_design([], ITEMS, rng=1), rng=1)
    assert table.empty and table.columns.tolist() == ["task", "worker", "label", "left", "right"]


def test_the_design_keeps_its_index_and_is_left_alone():
    design = al.full_design(CROWD, ITEMS, rng=1).sample(frac=1, random_state=2)
    before = design.copy()
    table = CROWD.annotate(ITEMS, design, rng=1)
    assert table.index.equals(design.index)
    pd.testing.assert_frame_equal(design, before)


def bad(**changes):
    return lambda: CROWD.annotate(ITEMS, al.full_design(["ann"], 3, rng=1).assign(**changes), rng=1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (bad(task=12), ValueError, "design.task must be a position in items, 0 to 11; saw 12"),
        (bad(task=-1), ValueError, "design.task must be a whole number"),
        (bad(worker="zoe"), ValueError, "design.worker must name workers of this crowd; saw 'zoe'"),
        (bad(worker=np.nan), ValueError, "design.worker must name workers of this crowd; saw nan"),
        (bad(swapped=0), TypeError, "design.swapped must hold True or False; saw int64"),
        (
            lambda: CROWD.annotate(ITEMS, pd.DataFrame({"worker": []}), rng=1),
            ValueError,
            "missing: task, swapped",
        ),
        (lambda: CROWD.annotate(ITEMS, al.full_design(CROWD, 2, rng=1), rng=None), TypeError, "rng must be"),
        (lambda: al.Crowd({"ann": 0.8}), TypeError, "behaviours must map each worker to a behaviour"),
        (lambda: al.full_design(["x"], 5, swap=1.5, rng=1), ValueError, "swap must lie"),
        (lambda: al.full_design(["x"], 5, repeats=0, rng=1), ValueError, "repeats must be a whole number"),
    ],
)
def test_bad_designs_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_crowds_list_their_workers():
    assert len(CROWD) == 5 and list(CROWD)[0] == "copy"


def test_tally_recovers_what_the_crowd_did():
    """Labels, tally, effort: self-agreement in the table is that of the laws (five errors allowed)."""
    items = al.Items(np.random.default_rng(1).dirichlet([0.4, 0.4, 0.2], size=4000))
    crowd = al.Crowd({"keen": al.Attentive(0.9), "lazy": al.Attentive(0.3), "left": al.AlwaysLeft()})
    design = al.full_design(crowd, items, repeats=2, swap=0.5, rng=2)
    frame = al.tally(crowd.annotate(items, design, rng=3)).to_frame()
    monitor = al.SelfConsistencyLabels.from_preferences(items.law)
    for worker, effort in (("keen", 0.9), ("lazy", 0.3)):
        row = frame.loc[worker]
        assert row.repeat_pairs == 4000
        assert abs(row.repeat_agreement - monitor.pass_probability(effort)) < 5 * 0.5 / np.sqrt(4000)
        estimate = al.estimate_effort(
            int(row.repeat_agreements), int(row.repeat_pairs), monitor, confidence=1 - 1e-6
        )
        assert estimate.low <= effort <= estimate.high
    assert frame.loc["left", ["same_agreements", "swapped_agreements"]].tolist() == [
        frame.loc["left", "same_pairs"],
        0,
    ]
