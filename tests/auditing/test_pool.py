"""Strengths from a trusted pool, and the evidence about one person."""

import pandas as pd
import pytest

import annolib as al
from annolib.auditing.pool import COUNTS, evidence_of, pool_monitors


@pytest.fixture
def people():
    evidence = al.datasets.load("llmfao-evidence")
    return evidence[evidence.one_same_pairs + evidence.one_swapped_pairs > 0]


def test_a_person_of_full_effort_passes_as_the_pool_does(people):
    monitors = pool_monitors(people)
    for kind, (checks, passes) in COUNTS.items():
        assert monitors[kind].pass_probability(1.0) == pytest.approx(
            people[passes].sum() / people[checks].sum()
        )
        assert monitors[kind].pass_probability(0.0) == pytest.approx(1 / 3)


def test_effort_enters_twice_in_repeats_and_once_elsewhere(people):
    powers = {kind: monitor.power for kind, monitor in pool_monitors(people).items()}
    assert powers == {"kept": 2, "swapped": 2, "golden": 1, "peers": 1}


def test_simulated_people_get_their_effort_back():
    """A pool of effort 1 and a person of effort ½, 20,000 checks of each kind, drawn from the laws themselves."""
    import numpy as np

    rng, n = np.random.default_rng(4), 20_000
    law = rng.dirichlet((1, 1, 1), n)

    def labels(effort):
        chance = effort * law + (1 - effort) / 3
        return (rng.random((n, 1)) > np.cumsum(chance, axis=1)[:, :2]).sum(axis=1)

    def counts(effort):
        one, two, peer, best = labels(effort), labels(effort), labels(1.0), law.argmax(axis=1)
        passed = {"kept": one == two, "swapped": labels(effort) == labels(effort), "golden": one == best}
        passed["peers"] = labels(effort) == peer
        return {
            name: value
            for kind, x in passed.items()
            for name, value in zip(COUNTS[kind], (n, x.sum()), strict=True)
        }

    monitors = pool_monitors(pd.DataFrame([counts(1.0)]))
    found = al.combine_evidence(evidence_of(pd.Series(counts(0.5)), monitors))
    assert found.effort == pytest.approx(0.5, abs=0.02) and found.disagreement_p > 0.001


def test_chosen_kinds_and_rounded_shares(people):
    row, monitors = people.loc["15"], pool_monitors(people)
    assert list(evidence_of(row, monitors, ["golden", "kept"])) == ["golden", "kept"]
    parts = evidence_of(row, monitors)
    assert {kind: part[:2] for kind, part in parts.items()} == {
        "kept": (3, 6), "swapped": (5, 5), "golden": (1, 11), "peers": (81, 273),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: pool_monitors(p, ["gold"]), ValueError, "kinds must be some of"),
        (lambda p: pool_monitors(p, []), ValueError, "kinds must be some of"),
        (lambda p: pool_monitors(p.drop(columns="golden_checks")), ValueError, "missing: .'golden_checks'."),
        (
            lambda p: pool_monitors(p.assign(golden_passes=0)),
            ValueError,
            "more than a third of its golden checks",
        ),
        (lambda p: pool_monitors(p.iloc[:0]), ValueError, "saw 0 of 0"),
        (lambda p: pool_monitors(p.loc["15"]), TypeError, "pool must be a DataFrame"),
        (
            lambda p: evidence_of(p.loc["15"], {"kept": None}, ["golden"]),
            ValueError,
            "saw none for .'golden'.",
        ),
    ],
)
def test_bad_arguments_are_named(people, call, error, words):
    with pytest.raises(error, match=words):
        call(people)


@pytest.mark.parametrize(("passes", "checks"), [(1, 3), (4, 12), (7, 21)])
def test_a_pool_that_passes_as_random_labels_do_has_no_strength(passes, checks):
    """Exactly a third: a strength of 0 would tell nothing about anybody, so it is refused."""
    pool = pd.DataFrame({"golden_checks": [checks], "golden_passes": [passes]})
    with pytest.raises(ValueError, match="more than a third"):
        al.pool_monitors(pool, ["golden"])
