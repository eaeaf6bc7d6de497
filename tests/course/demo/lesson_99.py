"""The definition of a small lesson that only the tests use; also a template for authors."""

from math import comb

from annolib.course.definitions import Case, Exercise, LessonDefinition, Mistake, Property, Question, Rubric


def _both_ways(chance):
    """All four outcomes of two labels."""
    outcomes = [(a, b) for a in (True, False) for b in (True, False)]
    return sum((chance if a else 1 - chance) * (chance if b else 1 - chance) for a, b in outcomes if a == b)


AGREEMENT = Exercise(
    name="agreement",
    reference=lambda chance: chance**2 + (1 - chance) ** 2,
    oracle=_both_ways,
    probes=(Case("a fair coin", 0.5), Case("a sure thing", 1.0), (0.3,)),
    mistakes=(
        Mistake("only left", lambda chance: chance**2, "Two right labels agree as well. Add that case."),
        Mistake(
            "half", lambda chance: 0.5, "Your answer is the same for every item. Use the chance of left."
        ),
    ),
    properties=(Property("is never below one half", lambda f: all(f(p / 10) >= 0.5 for p in range(11))),),
)

ALL_AGREE = Exercise(
    name="all_agree",
    reference=lambda chance, labels: chance**labels + (1 - chance) ** labels,
    oracle=lambda chance, labels: sum(
        comb(labels, left) * chance**left * (1 - chance) ** (labels - left) for left in (0, labels)
    ),
    probes=((0.5, 2), (0.7, 3), (1.0, 5)),
    mistakes=(
        Mistake(
            "times labels", lambda chance, labels: labels * chance, "Multiply the chances, do not add them."
        ),
        Mistake("only left", lambda chance, labels: chance**labels, "All labels may be right too."),
    ),
)

FEWEST = Exercise(
    name="fewest",
    reference=lambda: next(n for n in range(2, 99) if 2 * 0.5**n < 0.01),
    oracle=lambda: min(n for n in range(2, 40) if 0.5 ** (n - 1) < 0.01),
    kind="value",
    mistakes=(Mistake("one side only", lambda: 7, "All left is one way; all right is another."),),
)

VERDICT = Rubric(
    name="verdict",
    criteria=("It names the chance of agreement of a coin.", "It says what agreement does not show."),
    model_answer="A coin agrees half of the time, so one agreement proves nothing; habit agrees always.",
)

QUIZ = tuple(
    Question(f"Question {number}: does a coin agree with itself?", ("Always.", "Half the time."), "Half the time.",
             "Two flips are equal in two of four cases.")
    for number in range(1, 6)
)  # fmt: skip

LESSON = LessonDefinition(
    number=99,
    title="Count how often coins agree",
    minutes_to_read=5,
    minutes_to_do=35,
    exercises=(AGREEMENT, ALL_AGREE, FEWEST),
    quiz=QUIZ,
    rubrics=(VERDICT,),
)
