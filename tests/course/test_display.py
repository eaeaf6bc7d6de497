"""What a page shows: three forms of each outcome, and a learner's words escaped."""

import json

from annolib.course.display import CHECK_MIME


def right(chance):
    return chance**2 + (1 - chance) ** 2


def test_the_shown_outcome_has_three_forms(lesson, said):
    lesson.check("agreement", right)
    lesson.check("agreement", lambda chance: chance + "<b>")
    bundle = said[0]
    assert bundle[CHECK_MIME] == {"exercise": "agreement", "outcome": "right", "lesson": 99}
    assert bundle["text/plain"] == "✓ Right: agreement. Your answer is used from here on."
    assert said[1][CHECK_MIME]["outcome"] == "not right yet"
    assert "the course's own answer" in said[1]["text/plain"]
    assert 'role="status"' in said[1]["text/html"] and "Not right yet" in said[1]["text/html"]
    json.dumps(said)


def test_what_a_learner_writes_is_escaped(lesson, said):
    lesson.check("agreement", lambda chance: "<script>alert(1)</script>")
    assert "<script>" in said[0]["text/plain"] and "<script>" not in said[0]["text/html"]
