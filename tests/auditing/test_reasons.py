"""Reasons beside a verdict: on tables made for each."""

import math

import pandas as pd
from scipy.stats import fisher_exact

import annolib as al
from annolib.auditing import reasons as why
from tests.auditing.repeated import known, repeats

TRIPLE = al.SelfConsistencyLabels(concentration=0.6)


def reasons(table, monitor=TRIPLE, **options):
    return known(table, monitor, **options).to_frame()["reasons"].iloc[0].split("; ")


def test_few_checks():
    single = pd.DataFrame({"task": ["i"], "worker": ["w"], "label": ["left"]})
    assert reasons(single) == ["no checks"]
    assert why.TOO_FEW in reasons(repeats(2, 2))
    q = TRIPLE.pass_probability(0.9)
    enough = math.ceil(math.log(0.05) / math.log(1 - q))
    assert why.TOO_FEW in reasons(repeats(enough - 1, enough - 1), required=0.9)
    assert why.TOO_FEW_FOR_CAREFUL in reasons(repeats(enough, enough), required=0.9)
    low = repeats(3, 4)
    assert why.TOO_FEW_FOR_CARELESS in reasons(low, required=0.05)
    assert not {why.TOO_FEW, why.TOO_FEW_FOR_CAREFUL, why.TOO_FEW_FOR_CARELESS} & set(
        reasons(repeats(30, 40))
    )


def habit(labels, sides):
    rows = [
        (f"i{n // 2}", "w", label, f"{n // 2}{a}", f"{n // 2}{b}")
        for n, (label, (a, b)) in enumerate(zip(labels, sides, strict=True))
    ]
    return pd.DataFrame(rows, columns=["task", "worker", "label", "left", "right"])


def test_always_left():
    table = habit(["left"] * 40, ["xy"] * 20 + ["xy", "yx"] * 10)
    found = reasons(table)
    assert why.SAME_SIDE in found and why.SIDES_DISAGREE in found
    assert known(table, TRIPLE).counts["careful"] == 0
    assert why.SAME_SIDE in reasons(habit(["left"] * 40, ["xy"] * 40))
    assert why.SAME_SIDE not in reasons(habit(["left"] * 5, ["xy"] * 5))  # chance: 2/32


def test_always_left_with_the_sides_kept_is_no_evidence():
    report = known(habit(["left"] * 40, ["xy"] * 40), TRIPLE)
    assert report.counts["careful"] == 0 and why.OWN_CHANCE in report.to_frame()["reasons"].iloc[0]


def test_always_tie():
    report = known(habit(["tie"] * 40, ["xy", "yx"] * 20), TRIPLE)
    row = report.to_frame().iloc[0]
    assert row["verdict"] == "undecided" and row["effort"] == 1 and row["careful_p"] == 1
    assert why.TIE_HABIT in row["reasons"] and why.OWN_CHANCE in row["reasons"]


def test_sides_disagree_is_fishers_exact_test():
    for same, swapped in ((20, 9), (20, 12), (20, 15), (20, 17), (20, 20)):
        kept, turned = repeats(same, 20), repeats(swapped, 20, swapped=True)
        for name in ("task", "left", "right"):
            turned[name] = "t" + turned[name]
        p = fisher_exact([[same, 20 - same], [swapped, 20 - swapped]], alternative="greater").pvalue
        assert (why.SIDES_DISAGREE in reasons(pd.concat([kept, turned]))) == (p <= 0.05)


def test_ceiling_misfit_and_below_chance():
    weak = al.SelfConsistencyLabels(concentration=0.2)
    assert why.MISFIT in reasons(repeats(40, 40), weak) and why.CEILING not in reasons(repeats(40, 40), weak)
    assert why.CEILING in reasons(repeats(39, 40), TRIPLE)
    assert why.BELOW_CHANCE in reasons(repeats(2, 40), TRIPLE)
    assert known(repeats(2, 40), TRIPLE).counts["careless"] == 1
    useless = al.SelfConsistencyLabels(concentration=0)
    report = known(repeats(40, 40), useless)
    assert report.counts["undecided"] == 1 and why.NOT_IDENTIFIED in report.to_frame()["reasons"].iloc[0]
