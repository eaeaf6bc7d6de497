"""From a solved cell to a stub: what stays, what goes, what is refused."""

import ast

import pytest

from annolib.course.authoring.stubs import BuildError, exercise_stub, hint_blocks, predict_stub

SOLVED = '''# Your turn.
@np.vectorize
def effort(rate, kappa: float = 0.2, *, high=(0, 1)) -> float:
    """Effort from a rate, as in η̂ = √(…).

    The second line.
    """
    # subtract chance
    excess = rate - 0.5  # secret
    def inner(x):
        return x
    return inner(excess)
    # the last word

effort = lesson.check("effort", effort)  # and go on'''


def test_a_function_keeps_signature_docstring_and_check():
    stub = exercise_stub(SOLVED)
    assert (
        stub
        == '''# Your turn.
@np.vectorize
def effort(rate, kappa: float = 0.2, *, high=(0, 1)) -> float:
    """Effort from a rate, as in η̂ = √(…).

    The second line.
    """
    ...

effort = lesson.check("effort", effort)  # and go on'''
    )


def test_stub_and_solution_have_the_same_signature_and_docstring():
    before, after = (ast.parse(text).body[0] for text in (SOLVED, exercise_stub(SOLVED)))
    assert ast.dump(before.args) == ast.dump(after.args)
    assert ast.get_docstring(before) == ast.get_docstring(after)
    assert isinstance(after.body[-1].value, ast.Constant) and after.body[-1].value.value is ...


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("n = 3  # three\nn = lesson.check('n', n)", "n = ...\nn = lesson.check('n', n)"),
        ("n: int = 3\nn = lesson.check('n', n)", "n: int = ...\nn = lesson.check('n', n)"),
        ("n = max(\n    3,\n    4,\n)\n\nn = lesson.check('n', n)", "n = ...\n\nn = lesson.check('n', n)"),
        ("lesson.check('n', n)", "lesson.check('n', n)"),
        ("lesson.rubric('why', answer='''é A\nB''')", "lesson.rubric('why', answer=...)"),
        ("lesson.rubric('é', 'because',)", "lesson.rubric('é', ...,)"),
        ("text = 'x'\nlesson.rubric('why', answer=text)", "text = ...\nlesson.rubric('why', answer=text)"),
    ],
)
def test_values_and_answers_in_words(source, stub):
    assert exercise_stub(source) == stub


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("def f(x):\n    return x", "f needs a docstring"),
        ("def f(x): 'Doc.'; return x", "docstring on lines of its own"),
        ("import os", "saw: import os"),
        ("for k in range(3):\n    print(k)", "saw: for k in range"),
        ("a, b = 1, 2", "saw: a, b = 1, 2"),
        ("a = 1; b = 2", "two statements on one line"),
        ("a += 1", "saw: a"),
        ("class A:\n    x = 1", "saw: class A"),
        ("lesson.check('a', 3)", "takes a name"),
        ("lesson.rubric('a')", "needs the argument 'answer'"),
        ("%timeit f()", "not plain Python"),
    ],
)
def test_what_cannot_become_a_stub_is_refused(source, part):
    with pytest.raises(BuildError, match=part):
        exercise_stub(source)


def test_the_guess_goes_and_the_rest_of_the_cell_stays():
    source = 'guess = lesson.predict("é …?", 40 + 2,\n    low=0)\nother = lesson.predict("Which?", guess="a", choices=("a", "b"))'
    wanted = 'guess = lesson.predict("é …?", ...,\n    low=0)\nother = lesson.predict("Which?", guess=..., choices=("a", "b"))'
    assert predict_stub(source) == wanted
    assert predict_stub("a = lesson.predict('1', 1); b = lesson.predict('2', 22)").count("...") == 2
    with pytest.raises(BuildError, match="has no call"):
        predict_stub("x = 1")


def test_hints_are_folded_and_code_in_them_keeps_its_place():
    text = hint_blocks("**Stuck?**\n\n1. One\n   and more.\n2. Two\n3. Three\n\n- It says *x*: do y.\n- z")
    assert text.startswith("**Stuck?**") and text.count("<details>") == 4
    assert "<summary>Hint 1</summary>\n\nOne\nand more.\n\n</details>" in text
    assert "<summary>Help by symptom</summary>\n\n- It says *x*: do y.\n- z\n\n</details>" in text
    with pytest.raises(BuildError, match="three hints"):
        hint_blocks("1. One\n2. Two")
