"""The question behind every test: pass probabilities, whichever way the monitor turns, and the words of the answers."""

import pytest

import annolib as al
from annolib.planning.hypotheses import VERDICTS, pass_probabilities, success_probability


def test_opposed_experts_count_failures():
    ally, opponent = al.Expert(0.2), al.Expert(-0.2)
    assert pass_probabilities(ally, 0.5, 1) == pytest.approx(pass_probabilities(opponent, 0.5, 1))
    assert success_probability(opponent, 0.5) == pytest.approx(1 - opponent.pass_probability(0.5))


def test_every_answer_is_one_of_three_words():
    """In tests, sequential tests, sensitivity, audits and all evidence together."""
    monitor = al.SelfConsistency(0.2)
    said = {al.effort_test(40, monitor, 0.3, 0.8).verdict(passes) for passes in (10, 35)}
    said |= {
        al.sequential_test(monitor, 0.3, 0.8).follow(path)[0] for path in ([True] * 30, [False] * 30, [True])
    }
    said |= set(al.flip_strengths([20, 36, 58], 60, monitor, limit=0.7).verdict)
    said |= {al.combine_evidence({"a": (passes, 60, monitor)}).verdict(0.6) for passes in (20, 36, 58)}
    assert said == set(VERDICTS) == {"careful", "careless", "undecided"}


@pytest.mark.parametrize(
    ("null", "alternative", "words"), [(0.8, 0.3, "null must be below"), (0.5, 0.5, "null must be below")]
)
def test_bad_questions(null, alternative, words):
    with pytest.raises(ValueError, match=words):
        pass_probabilities(al.SelfConsistency(0.2), null, alternative)
    with pytest.raises(ValueError, match="strength above zero"):
        pass_probabilities(al.SelfConsistency(0.0), 0.3, 0.8)
