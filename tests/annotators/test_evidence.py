"""The figures that an audit starts from, on a small table counted by hand."""

import pandas as pd

from annolib.annotators.evidence import audit_tables, word_counts

TEXTS = {"x": "a long answer indeed", "y": "short"}


def judgement(worker, label, swapped=False, task="i", prompt="p"):
    left, right = ("y", "x") if swapped else ("x", "y")
    texts = {"left_text": TEXTS[left], "right_text": TEXTS[right]}
    return {
        "task": task,
        "worker": worker,
        "label": label,
        "left": left,
        "right": right,
        "prompt": prompt,
    } | texts


def test_counted_by_hand():
    """Worker 1 takes x, then y with the sides swapped, then x; five others take y and one says tie."""
    rows = [judgement("1", "left"), judgement("1", "left", swapped=True), judgement("1", "left")]
    rows += [judgement(str(n), "left", swapped=True) for n in range(2, 7)]
    rows += [judgement("7", "tie"), judgement("8", "right", prompt="taiwan", task="t")]
    tables = audit_tables(pd.DataFrame(rows))
    evidence = tables["llmfao-evidence"].set_index("worker")
    one = evidence.loc["1"].to_dict()
    assert (one["same_pairs"], one["same_agreements"], one["swapped_pairs"], one["swapped_agreements"]) == (
        1,
        1,
        2,
        0,
    )
    assert (one["one_same_pairs"], one["one_swapped_pairs"], one["one_swapped_agreements"]) == (0, 1, 0)
    assert (one["length_checks"], one["longer_chosen"], one["judgements"]) == (1, 1, 3)
    assert "8" not in evidence.index and one["peer_items"] == 0
    two = evidence.loc["2"].to_dict()
    assert (two["peer_pairs"], two["peer_agreements"]) == (6, 4) and abs(two["peer_shares"] - 4 / 6) < 1e-5
    golden = tables["llmfao-golden"]
    assert golden.empty  # five of six others is less than nine in ten


def test_golden_checks_leave_one_out_and_name_the_longer_answer():
    rows = [judgement(str(n), "left") for n in range(1, 6)] + [
        judgement("6", "right"),
        judgement("7", "left", task="j"),
    ]
    tables = audit_tables(pd.DataFrame(rows))
    golden = tables["llmfao-golden"]
    assert golden.worker.tolist() == ["6"]
    evidence = tables["llmfao-evidence"].set_index("worker")
    assert evidence.loc["6", ["golden_checks", "peer_items"]].tolist() == [1, 0], "a label counts in one kind"
    assert evidence.loc["1", ["golden_checks", "peer_items"]].tolist() == [0, 1]
    row = golden.iloc[0]
    assert (row.side, row.longer, row.others, row.agreeing, row.passed, row.opposite) == (
        "left",
        "yes",
        5,
        5,
        0,
        1,
    )


def test_two_workers_and_what_was_to_be_expected():
    """Thirty items; 1 and 2 always take x; of the others one takes x and one says tie."""
    rows = [
        judgement(worker, label, task=f"i{n}")
        for n in range(30)
        for worker, label in (("1", "left"), ("2", "left"), ("3", "left"), ("4", "tie"))
    ]
    pairs = audit_tables(pd.DataFrame(rows))["llmfao-pairs"].set_index(["worker", "other"])
    assert pairs.loc[("1", "2")].tolist() == [30, 30, 0, 0.5]
    assert pairs.loc[("3", "4")].tolist() == [
        30,
        0,
        0,
        0.5,
    ]  # 3 agrees with both of the others, 4 with neither


def test_agreements_on_a_tie_are_counted_apart():
    """Thirty items; 1 and 2 say tie on the first ten and take x on the others; 3 always says tie."""
    rows = [
        judgement(worker, label, task=f"i{n}")
        for n in range(30)
        for worker, label in ((("1", "tie"), ("2", "tie")) if n < 10 else (("1", "left"), ("2", "left")))
        + (("3", "tie"),)
    ]
    pairs = audit_tables(pd.DataFrame(rows))["llmfao-pairs"].set_index(["worker", "other"])
    assert pairs.loc[("1", "2"), ["common", "agreements", "both_tie"]].tolist() == [30, 30, 10]
    assert pairs.loc[("1", "3"), ["common", "agreements", "both_tie"]].tolist() == [30, 10, 10]


def test_word_counts_are_in_the_order_of_the_answers_names():
    table = pd.DataFrame([judgement("1", "left", swapped=True), judgement("2", "tie")])
    assert word_counts(table).loc["i"].tolist() == [4, 1]
