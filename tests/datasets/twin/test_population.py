"""The twin's people and items."""

import numpy as np


def test_every_habit_is_among_those_with_many_repeats(figures):
    often = figures.query("repeat_pairs >= 10")
    assert often["behaviour"].value_counts().to_dict() == {
        "attentive": 15, "longer-one": 2, "always-left": 1, "always-tie": 1,
    }  # fmt: skip
    left = often.query("behaviour == 'always-left'").iloc[0]
    assert (
        left["same_agreements"]
        == left["same_pairs"]
        > 0
        == left["swapped_agreements"]
        < left["swapped_pairs"]
    )
    tie = often.query("behaviour == 'always-tie'").iloc[0]
    assert tie["repeat_agreement"] == 1 and np.isnan(tie["corrected_agreement"])
    longer, rest = (often.query(f"behaviour {sign} 'longer-one'") for sign in ("==", "!="))
    assert (
        longer["repeat_agreement"].min() > 0.8
        and longer["peer_agreement"].max() < rest["peer_agreement"].max()
    )
    attentive = often.query("behaviour == 'attentive'")
    assert attentive["effort"].min() < 0.35 and attentive["effort"].max() > 0.95
    assert (attentive["repeat_agreement"] < 1).sum() >= 10  # not at the ceiling only


def test_efforts_and_habits(twin):
    attentive = twin.truth["behaviour"] == "attentive"
    assert (twin.truth.loc[~attentive, "effort"] == 0).all()
    assert twin.truth.loc[attentive, "effort"].between(0.25, 1).all()
    assert set(twin.truth["taste"]) == {"majority", "minority"}
