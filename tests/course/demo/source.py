"""The source notebook of the demonstration lesson, cell by cell; a template for authors."""

import nbformat

TITLE = """# Lesson 99 · Contracts · Count how often coins agree

Flip a coin twice: it agrees with itself in 50 of 100 tries.
A person who does not read the answers is such a coin."""

PLAN = """## What you will build

You build one function that says how often two labels of one item agree.

- Compute the chance that two labels agree.
- Predict how it changes when an item becomes easier.
- Criticise a verdict that rests on one agreement.

Before you start:

- **You need:** nothing.
- **Next:** lesson 00, which opens the course again.
- **Time:** 5 minutes to read, 35 minutes to do.
- **20-minute path:** do exercises 1 and 2 and read the recap."""

SETUP = "import numpy as np\nimport annolib as al\nlesson = al.course.Lesson(99)"

STORY = """## A company with two answers

A company shows one question twice to the same annotator and hears the same answer twice.
The manager is glad and calls the annotator careful.
You are not so sure, because a coin that nobody looks at would give the same answer twice in every second try.
So before you praise anybody, you want to know what plain luck can do, and how much better a careful person does.
The rest of this lesson answers these two questions with nothing but small sums that you can check by hand.
The first picture shows the chance of agreement against effort, for items that are neither easy nor hard.
Look at the left end of the curve, where nobody reads anything, and then at its right end."""

MORE = """## Small steps

The curve starts at one half, since a coin has no other choice.
It bends upwards, because both labels have to be the fruit of care before they can agree for a reason.
When items get harder, the whole curve sinks towards the line of the coin, and nothing can be read from it.
That is why the strength of the items matters as much as the care of the people who judge them.
Guess first, then look: a guess that you have written down teaches more than a number that you have only read.
Nobody keeps score of your guesses, so write down what you believe and not what you think we want to hear."""

EXERCISE = """### Exercise {number}: {what}

- **Difficulty:** 1/5 · **Importance:** 4/5 · **Minutes:** 2-5
- **Why:** {why}"""

HINTS = """1. {first}
2. Write out the cases in a small table.
3. Add the cases in which both labels are equal.

- It says "two right labels": you counted one side only.
- It says "returned nothing": use return."""

NOTATION = """## The notation

Every symbol of this lesson has a name in the package, so that you can look it up and try it at once.

| symbol | meaning | name in `annolib` |
|---|---|---|
| $q(\\eta)$ | chance that a check passes | `SelfConsistency.pass_probability` |
| $\\kappa$ | strength of the items | `SelfConsistency(kappa)` |
| $p$ | chance of left | – |"""

FAILURE = """## An honest failure: the habit

Somebody who always presses the left button agrees with every earlier label and never reads a word.
The curve would call this full care, and it would be wrong by as much as it can be wrong.
What helps is to swap the two sides, as a later lesson shows; here you only see the number and should not trust it."""

CLOSE = """## Recap

Two coin flips agree half of the time.
Care lifts the curve, and hard items press it down.
Agreement alone does not prove care.

## What can break

Habits agree without care."""

READING = """## Further reading

- Cohen (1960). A coefficient of agreement for nominal scales. doi:10.1177/001316446002000104. The first correction.

## Next lesson

00 opens the course again."""


def _code(source, *tags):
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def _text(source, *tags):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def _exercise(number, name, what, why, code, hint="Look at both labels."):
    cells = [_text(EXERCISE.format(number=number, what=what, why=why)), _code(code, "exercise")]
    if hint:
        cells.append(_text(HINTS.format(first=hint), "hint"))
    return [*cells, _code(f'lesson.solution("{name}")')]


AGREEMENT = '''# Write one line in place of the dots.
def agreement(chance):
    """The chance that two labels of one item agree.

    `chance` is the chance of the label left.
    """
    other = 1 - chance  # the chance of right
    # both left or both right
    return chance * chance + other * other

agreement = lesson.check("agreement", agreement)'''

ALL_AGREE = '''def all_agree(chance, labels):
    """The chance that all labels of one item agree."""
    everybody_left = chance**labels
    return everybody_left + (1 - chance) ** labels


all_agree = lesson.check("all_agree", all_agree)'''

FEWEST = 'fewest = 8\n\nfewest = lesson.check("fewest", fewest)'

VERDICT = (
    'lesson.rubric("verdict", answer="""A coin agrees half the time.\nSo one agreement shows very little.""")'
)


def cells():
    """All cells in order."""
    return [
        _text(TITLE),
        _text(PLAN),
        _code(SETUP),
        _text(STORY),
        _code("al.figures.pass_curve(effort=0.0, kappa=0.2)"),
        _text(MORE),
        _code(
            'first = lesson.predict(\n    "How often does a coin agree?", 50,\n    unit="%", low=0, high=100)',
            "predict",
        ),
        _code("first.reveal(100 * (0.5**2 + 0.5**2))"),
        _code(
            'second = lesson.predict(\n    "And a sure person?", 100, unit="%", low=0, high=100)', "predict"
        ),
        _code("second.reveal(100)"),
        *_exercise(1, "agreement", "two labels", "everything else rests on it.", AGREEMENT),
        _code('print(f"A coin agrees in {agreement(0.5):.1%} of all tries.")', "output"),
        _code(
            'lesson.claim("Nothing agrees less than a coin.", agreement(0.3) >= 0.5)', "claim", "hide-input"
        ),
        _code("al.widgets.pass_curve_explorer()", "widget"),
        _code("al.figures.pass_curve(effort=0.5, kappa=0.2)"),
        *_exercise(2, "all_agree", "many labels", "repeats come in more than twos.", ALL_AGREE),
        _code("al.figures.pass_curve(effort=1.0, kappa=0.2)"),
        *_exercise(3, "fewest", "enough labels", "luck runs out at some number.", FEWEST),
        _text(NOTATION),
        _text(FAILURE),
        _code("al.figures.pass_curve(effort=1.0, kappa=0.25)"),
        *_exercise(4, "verdict", "a verdict", "numbers need judgement.", VERDICT, hint=""),
        _code("print('for the teacher only')", "instructor"),
        _text(CLOSE),
        _text("## Quiz"),
        _code("lesson.quiz()"),
        _text(READING),
    ]


def source():
    """The unexecuted notebook, with the same cell ids every time."""
    notebook = nbformat.v4.new_notebook(
        cells=cells(), metadata={"annolib": {"lesson": 99, "kind": "lesson", "minutes": [5, 35]}}
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"demo-{number:02d}"
    return notebook
