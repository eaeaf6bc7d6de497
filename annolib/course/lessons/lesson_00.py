"""Lesson 00: open the course."""

from __future__ import annotations

from fractions import Fraction

from annolib.course.definitions import Case, Exercise, LessonDefinition, Mistake, Question


def _rate(agreements, pairs):
    return agreements / pairs if pairs > 0 else float("nan")


def _rate_by_fractions(agreements, pairs):
    return float(Fraction(agreements, pairs)) if pairs else float("nan")


def _unguarded(agreements, pairs):
    return agreements / pairs


AGREEMENT_RATE = Exercise(
    name="agreement_rate",
    reference=_rate,
    oracle=_rate_by_fractions,
    probes=(
        Case("half agree", 10, 20),
        Case("all agree", 20, 20),
        Case("few agree", 4, 17),
        Case("none agree", 0, 9),
        Case("a single pair", 1, 1),
        Case("no pairs at all", 0, 0),
    ),
    mistakes=(
        Mistake(
            "divides by zero",
            _unguarded,
            "With no pairs there is nothing to divide by. Return float('nan') in that case.",
        ),
        Mistake(
            "zero for no pairs",
            lambda agreements, pairs: agreements / pairs if pairs else 0.0,
            "With no pairs the rate is unknown, and 0 would say that all of them disagreed. Return float('nan').",
        ),
        Mistake(
            "unknown for no agreements",
            lambda agreements, pairs: agreements / pairs if agreements else float("nan"),
            "0 of 9 is a rate, and it is 0. Ask whether there are pairs, not whether there are agreements.",
        ),
        Mistake(
            "upside down",
            lambda agreements, pairs: pairs / agreements if pairs else float("nan"),
            "The whole stands on top here. A share is a part divided by the whole.",
        ),
        Mistake(
            "upside down, with nothing caught",
            lambda agreements, pairs: pairs / agreements,
            "The whole stands on top here, and 0 of 9 divides by zero. A share is a part divided by the whole.",
        ),
        Mistake(
            "rounded",
            lambda agreements, pairs: round(agreements / pairs, 2) if pairs else float("nan"),
            "You rounded the share. Later cells need all of its digits; rounding belongs to printing.",
        ),
        Mistake(
            "per cent",
            lambda agreements, pairs: 100 * _rate(agreements, pairs),
            "This is in per cent. A share lies between 0 and 1.",
        ),
        Mistake(
            "disagreements",
            lambda agreements, pairs: 1 - _rate(agreements, pairs),
            "This is the share that disagree. Count the agreements.",
        ),
        Mistake(
            "whole-number division",
            lambda agreements, pairs: agreements // pairs if pairs else float("nan"),
            "`//` throws the fraction away. A share needs `/`.",
        ),
    ),
)

QUIZ = (
    Question(
        "You have not written an exercise yet and run the next cells. What happens?",
        ("They run with the reference.", "They stop with an error.", "They are skipped."),
        "They run with the reference.",
        "`check` hands back your function when it is right, and the reference until then.",
    ),
    Question(
        "Somebody agrees with themselves on half of the repeats, with two labels to choose from. What does it show?",
        ("Half of the items were judged.", "Nothing: coin flips do that too.", "The items were hard."),
        "Nothing: coin flips do that too.",
        "A coin flipper agrees with its own earlier flip half of the time.",
    ),
    Question(
        "Worker 11 agreed in 20 of 20 repeats with the sides kept and in 4 of 17 with the sides swapped. "
        "Which worker would do that?",
        (
            "One who repeats the verdict about the answers.",
            "One who flips a coin.",
            "One who repeats the button.",
        ),
        "One who repeats the button.",
        "The same button after a swap is the opposite verdict. A coin would not have agreed 20 times of 20 either.",
    ),
    Question(
        "Why does the course not simply count wrong labels?",
        ("Counting is slow.", "A preference has no true label.", "Workers would object."),
        "A preference has no true label.",
        "People like different answers, so a label can differ from others' without being wrong.",
    ),
    Question(
        "A line says: ✓ 2 statements checked. What is it?",
        ("A hint.", "An exercise.", "Statements of the text that the notebook has just computed."),
        "Statements of the text that the notebook has just computed.",
        "A statement whose computation fails would stop the notebook.",
    ),
)

LESSON = LessonDefinition(
    number=0,
    title="Open the course",
    minutes_to_read=10,
    minutes_to_do=10,
    exercises=(AGREEMENT_RATE,),
    quiz=QUIZ,
    kind="opening",
)
