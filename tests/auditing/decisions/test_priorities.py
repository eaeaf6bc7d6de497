"""Whom to talk to: the order of grounds, the counts in the sentences, and signs beside luck."""

import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.auditing.decisions.priorities import (
    ALIKE,
    CONDITIONAL,
    FAILURES,
    GROUNDS,
    HABIT,
    SHOWN,
    pass_rate,
    people_to_talk_to,
    signs_of,
)

TRIPLE = al.SelfConsistencyLabels(0.5)


@pytest.fixture
def mixed(make_crowd, make_repeats):
    """Somebody for each ground: passes below chance, few passes, a side, ties."""
    parts = [
        make_crowd([(36, 40)] * 6),  # w000 to w005: careful
        make_repeats(1, 40, "below"),
        make_repeats(14, 40, "few"),
        make_repeats(40, 40, "left").assign(label="left"),
        make_repeats(20, 20, "ties", ties=20),
    ]
    return pd.concat(parts, ignore_index=True)


def test_grounds_come_in_their_order_and_say_what_was_counted(mixed):
    audit = al.audit(mixed, TRIPLE, 0.9, strength=0.5)
    talk = people_to_talk_to(audit)
    assert talk.loc["below", "grounds"] == SHOWN and talk.loc["few", "grounds"] == CONDITIONAL
    assert talk.loc["left", "grounds"] == HABIT and talk.loc["ties", "grounds"] == ALIKE
    assert list(talk.index) == ["below", "few", "left", "ties"]
    own = TRIPLE.pass_probability(0.9) * 40
    assert (
        f"Passed 14 of 40 checks; on average the required effort passes {own:.1f} on the hardest items assumed."
        in talk.loc["few", "why"]
    )
    assert talk.loc["below", "why"] == (
        f"Passed 1 of 40 checks; on average the required effort passes {own:.1f}, random answers pass 13.3."
    )
    assert "All 80 choices are left." in talk.loc["left", "why"]
    assert (
        "40 of 40 answers are ties." in talk.loc["ties", "why"]
        and "answers so much alike pass 100% by luck" in talk.loc["ties", "why"]
    )
    assert (talk["judgements"] == audit.tally["judgements"][talk.index]).all()


def test_failures_that_hard_items_explain_are_no_verdict(mixed):
    talk = people_to_talk_to(al.audit(mixed, TRIPLE, 0.9, strength=(0.02, 0.5)))
    assert talk.loc["few", ["grounds", "verdict"]].tolist() == [FAILURES, "undecided"]
    assert "on the clearest items" in talk.loc["few", "why"]


def test_sides_that_decide_are_shown_with_both_counts(make_repeats, make_crowd):
    """The same side again, whatever stands there: agrees if the sides stay, never if they are swapped."""
    kept = make_repeats(12, 12, "side")
    swapped = make_repeats(0, 12, "side", swapped=True).assign(
        task=lambda t: "s" + t["task"], left=lambda t: "s" + t["left"], right=lambda t: "s" + t["right"]
    )
    audit = al.audit(pd.concat([kept, swapped, make_crowd([(11, 12)] * 4)]), TRIPLE, strength=(0.3, 0.6))
    talk = people_to_talk_to(audit)
    assert talk.loc["side", "grounds"] == HABIT and bool(talk.loc["side", "beyond_luck"])
    assert (
        "in 12 of 12 repeats with the sides kept, and in 0 of 12 with the sides swapped"
        in talk.loc["side", "why"]
    )


def test_luck_is_shared_among_all_who_were_asked(make_crowd, make_repeats):
    """Seven choices of one side are rare for one person (2·2⁻⁷ < .05) and not among twenty (> .05/20)."""
    few = make_repeats(0, 0, "few")
    few = pd.DataFrame({"task": [f"t{n}" for n in range(7)], "worker": "few", "label": "left"})
    many = pd.DataFrame({"task": [f"t{n}" for n in range(30)], "worker": "many", "label": "right"})
    table = pd.concat([few, many, make_crowd([(8, 10)] * 18)[["task", "worker", "label"]]])
    audit = al.audit(table, TRIPLE, strength=(0.3, 0.6))
    talk = people_to_talk_to(audit)
    assert talk.index[0] == "many" and talk["beyond_luck"][["few", "many"]].tolist() == [False, True]
    sign = signs_of(audit).loc["always the same side"]
    assert (sign["annotators"], sign["beyond_luck"]) == (2, 1) and sign["by_luck"] == pytest.approx(0.05 * 20)


def test_by_luck_bounds_what_a_fair_crowd_shows():
    """Random answers, a sixth of whom care: without any habit each sign is no more frequent than its bound."""
    items = al.Items.from_probability(np.full(12, 0.5))
    crowd = al.Crowd({f"w{n:03d}": al.Attentive(0.0) for n in range(400)})
    table = crowd.annotate(items, al.full_design(crowd, items, repeats=2, rng=3), rng=4)
    signs = signs_of(al.audit(table, al.SelfConsistency(0.25), strength="range"))
    shown = {"repeats disagree when sides are swapped", "passes less than no effort explains"}
    assert shown <= set(signs.index)
    for name in shown:
        seen, bound, certain = signs.loc[name, ["annotators", "by_luck", "beyond_luck"]]
        assert bound == pytest.approx(20, abs=1.5) and 1 <= seen <= bound + 4 * np.sqrt(bound), name
        assert certain <= 2  # 0.05 expected


def test_nobody_to_talk_to_is_an_empty_table(make_crowd):
    talk = people_to_talk_to(al.audit(make_crowd([(30, 32)] * 5), TRIPLE, strength=0.5))
    assert talk.empty and list(talk.columns)[0] == "grounds"
    assert signs_of(al.audit(make_crowd([(30, 32)] * 5), TRIPLE, strength=0.6)).empty


def test_pass_rates_of_rising_and_falling_monitors():
    assert pass_rate(TRIPLE, 0.4, 1.0) == pytest.approx(1 / 3 + 0.4)
    assert (
        pass_rate(al.Expert(-0.2), -0.2, 1.0) == pytest.approx(0.1)
        and pass_rate(al.Expert(-0.2), 0, 0) == 0.5
    )
    assert len(set(GROUNDS)) == 5


def test_nobody_shows_a_sign_beyond_luck_without_showing_it(mixed):
    """Who is accused for every strength fails more than clear items explain, but has a verdict and not that reason."""
    for strength in (0.5, (0.02, 0.5), (0.3, 0.6)):
        signs = signs_of(al.audit(mixed, TRIPLE, 0.9, strength=strength))
        tested = signs.dropna()
        assert len(tested) and (tested["beyond_luck"] <= tested["annotators"]).all()
