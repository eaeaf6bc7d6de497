"""Verdicts by strength: as many as an audit that takes this strength for known gives."""

import numpy as np
import pytest

import annolib as al
from annolib.auditing.decisions.strengths import largest_strength_of, verdicts_by_strength


@pytest.mark.parametrize("monitor", [al.SelfConsistencyLabels(0.5), al.SelfConsistency(0.2)])
def test_counts_are_those_of_audits_with_each_strength_known(make_crowd, monitor):
    table = make_crowd([(passes, 24) for passes in range(25)])
    found = verdicts_by_strength(al.audit(table, monitor, 0.6, strength=0.2), 11)
    for strength, row in found.iloc[1:].iterrows():
        known = al.audit(table, monitor, 0.6, strength=float(strength))
        assert (row["careless"], row["careful"]) == (known.counts["careless"], known.counts["careful"])
    assert found["full_effort"].iloc[0] == monitor.chance and found["full_effort"].iloc[-1] == pytest.approx(
        1
    )
    assert (np.diff(found["careless"]) >= 0).all() and (np.diff(found["careful"]) <= 0).all()
    assert found["careless"].iloc[-1] > 0 and found["careful"].iloc[0] > 0


def test_the_ends_of_a_range_count(make_crowd):
    """Who is careful for every strength is so at the largest."""
    audit = al.audit(make_crowd([(40, 40)]), al.SelfConsistencyLabels(2 / 3), 0.5, strength="range")
    assert audit.counts["careful"] == 1 and verdicts_by_strength(audit)["careful"].eq(1).all()
    below = al.audit(make_crowd([(0, 40)]), al.SelfConsistencyLabels(2 / 3), 0.5, strength="range")
    assert verdicts_by_strength(below)["careless"].eq(1).all()


def test_a_falling_monitor_runs_to_its_own_end(make_crowd):
    table = make_crowd([(30, 40)]).drop_duplicates(["worker", "task"]).assign(expert=False)
    table = table.merge(table.assign(worker="key", expert=True), how="outer")
    found = verdicts_by_strength(al.audit(table, al.Expert(-0.2), strength=-0.2), 5)
    assert found.index[-1] == -0.25 and found["full_effort"].iloc[-1] == 0


def test_nothing_is_told_by_a_monitor_of_no_strength(make_crowd):
    audit = al.audit(make_crowd([(5, 12)]), al.SelfConsistency(0.0))
    assert largest_strength_of(audit.monitor) == 0
    assert (verdicts_by_strength(audit, 3)[["careless", "careful"]] == 0).all(axis=None)
    with pytest.raises(ValueError, match="points"):
        verdicts_by_strength(audit, 1)
