"""Template of an answers file: what `tests/course/answers/answers_NN.py` holds for lesson NN.

For every exercise of the lesson: one more right answer, written differently from the solution, and at
least three wrong ones by name. A wrong answer is `answer` or `(answer, what it must be recognised as)`: the
name of a foreseen mistake or a part of the message. The solution itself comes from the source notebook.
"""

import numpy as np


def agreement_by_counting(chance):
    law = np.array([chance, 1 - chance])
    return float(np.trace(np.outer(law, law)))


def changes_nothing_but_prints(chance):
    print(chance**2 + (1 - chance) ** 2)


ANSWERS = {
    "agreement": {
        "right": [agreement_by_counting],
        "wrong": {
            "only left": (lambda chance: chance**2, "only left"),
            "constant": (lambda chance: 0.5, "half"),
            "prints": (changes_nothing_but_prints, "Use return"),
            "text": lambda chance: "one half",
        },
    },
    "all_agree": {
        "right": [lambda chance, labels: np.power([chance, 1 - chance], labels).sum()],
        "wrong": {
            "adds": (lambda chance, labels: labels * chance, "times labels"),
            "only left": (lambda chance, labels: chance**labels, "only left"),
            "one argument": (lambda chance: chance**2, "cannot be called with 2 arguments"),
        },
    },
    "fewest": {
        "right": [8.0],
        "wrong": {"one side": (7, "one side only"), "text": ("eight", "a single number"), "many": 9},
    },
}
