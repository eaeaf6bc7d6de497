"""What more checks would buy, against verdicts that an audit gives on every count, and by binomial laws of SciPy."""

import numpy as np
import pytest
from scipy.stats import binom

import annolib as al
from annolib.auditing.decisions.checks_to_add import MOST, more_checks, verdict_chances

RANGES = [0.3, (0.2, 0.5), "range"]  # in the last, what the crowd shows has an error of its own
TRIPLE = al.SelfConsistencyLabels(0.5)


@pytest.mark.parametrize("strength", RANGES)
@pytest.mark.parametrize("checks", [7, 28])
def test_chances_are_those_of_the_verdicts_themselves(make_crowd, strength, checks):
    """The audit of everybody with 0, 1, …, n passes says which counts clear and which accuse."""
    audit = al.audit(
        make_crowd([(passes, checks) for passes in range(checks + 1)]), TRIPLE, 0.5, 0.1, strength=strength
    )
    frame = audit.to_frame()
    habit = frame["reasons"].str.contains("own mix").to_numpy()
    clears = (frame["verdict"] == "careful").to_numpy() | (habit & (frame["low"] > 0.5).to_numpy())
    accuses = (frame["verdict"] == "careless").to_numpy()
    found = verdict_chances(audit, [checks]).iloc[0]
    passes = np.arange(checks + 1)
    for column, end in (("cleared_weakest", audit.strength.low), ("cleared_strongest", audit.strength.high)):
        law = binom.pmf(passes, checks, 1 / 3 + end)
        assert found[column] == pytest.approx(law[clears].sum(), abs=1e-12)
    assert found["accused"] == pytest.approx(binom.pmf(passes, checks, 1 / 3)[accuses].sum(), abs=1e-12)
    assert (clears.any() or checks < 28) and (accuses.any() or checks < 28)


@pytest.mark.parametrize(
    "monitor, strength", [(TRIPLE, (0.2, 0.5)), (al.Golden(0.4), 0.4), (al.Expert(-0.2), -0.2)]
)
def test_enough_is_enough_and_one_less_is_not(make_crowd, monitor, strength):
    table = make_crowd([(10, 12), (6, 12)])
    if not isinstance(monitor, al.SelfConsistencyLabels):
        table = table.drop_duplicates(["worker", "task"]).assign(expert=False)
        golden = table.drop_duplicates("task").assign(worker="key", expert=True)
        table = golden.merge(table, how="outer")
    audit = al.audit(table, monitor, 0.4, 0.05, strength=strength)
    more = more_checks(audit, miss=0.2)
    weakest, row = more.enough.index[0], more.enough.iloc[0]
    for column, chance in (("clear_now", "cleared_weakest"), ("accuse_now", "accused")):
        n = int(row[column])
        around = verdict_chances(audit, range(n - 1, n + 40))[chance]
        assert around.iloc[0] < 0.8 and (around.iloc[1:] >= 0.8).all()
    known = al.audit(table, monitor, 0.4, 0.05, strength=float(weakest))
    assert more_checks(known, miss=0.2).enough["clear_known"].iloc[0] == row["clear_known"]
    assert (more.enough["clear_known"] <= more.enough["clear_now"]).all()
    assert more.to_reach() == more.enough["clear_now"].max()


def test_where_no_number_is_enough_none_is_named(make_crowd):
    """Full effort on hard items passes more rarely than the required effort on clear ones: nobody can be cleared."""
    audit = al.audit(make_crowd([(5, 12)] * 3), TRIPLE, 0.9, strength=(0.1, 0.6))
    more = more_checks(audit)
    assert np.isnan(more.enough["clear_now"].iloc[0]) and more.to_reach() is None
    assert more.enough["clear_known"].iloc[0] > 0
    close = al.audit(make_crowd([(5, 12)]), TRIPLE, 0.9995, strength=0.5)
    assert np.isnan(more_checks(close).enough["clear_now"].iloc[0]), MOST


def test_checks_that_tell_nothing_give_no_verdict(make_crowd):
    audit = al.audit(make_crowd([(5, 12)]), al.SelfConsistency(0.0))
    more = more_checks(audit)
    assert (more.chances == 0).all(axis=None) and more.enough.iloc[:, 1:].isna().all(axis=None)


def test_what_is_open_is_counted(make_crowd):
    audit = al.audit(make_crowd([(5, 12), (6, 8), (40, 40)]), TRIPLE, strength=0.5)
    more = more_checks(audit)
    assert audit.counts["undecided"] == 2 and (more.open_annotators, more.open_checks) == (2, 20)


@pytest.mark.parametrize("bad", [[0], [2.5], [-1]])
def test_bad_sizes_are_named(make_crowd, bad):
    audit = al.audit(make_crowd([(5, 12)]), TRIPLE, strength=0.5)
    with pytest.raises(ValueError, match="sizes must be a whole number"):
        verdict_chances(audit, bad)
    with pytest.raises(ValueError, match="miss must"):
        more_checks(audit, miss=0.9)
