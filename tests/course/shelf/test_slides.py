"""The slides of every lesson: how many, what is on them, and that none gives away what a later one asks."""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from annolib.course.authoring.lint.secrets import _body_lines, _squeezed
from annolib.course.definitions import load_definition
from annolib.course.notebook_files import notebooks, tags_of
from annolib.course.shelf.slides import FEWEST, MOST, slides_of

SOURCES = notebooks("solutions")


@pytest.fixture(scope="module", params=SOURCES, ids=[path.stem for path in SOURCES])
def lesson(request):
    source, number = nbformat.read(request.param, as_version=4), int(request.param.name[:2])
    return source, load_definition(number), slides_of(source, load_definition(number))


def test_fifteen_to_twenty_five_and_none_is_empty(lesson):
    _, definition, made = lesson
    assert FEWEST <= len(made) <= MOST
    assert made[0].title.endswith(definition.title)
    assert [slide.title for slide in made].count("Recap") == 1
    assert any(slide.picture for slide in made)
    for slide in made:
        assert slide.title and (slide.body.strip() or slide.picture), slide
        assert not slide.picture or (slide.words and slide.body), slide.title
        assert slide.body.count("```") % 2 == 0
        assert slide.kind == "exercise" or "nan" not in slide.text.split()
        assert not slide.body.rstrip().endswith(":"), slide


def test_no_line_of_a_solution_is_on_a_slide(lesson):
    source, _, made = lesson
    shown = _squeezed("\n".join(slide.text for slide in made))
    for cell in source.cells:
        if "exercise" in tags_of(cell):
            for line in _body_lines(cell.source):
                meat = _squeezed(re.sub(r"^\s*(return\b|\w+ *=(?!=))", "", line))
                assert len(meat) < 15 or meat not in shown, line


def test_a_task_shows_whole_functions_and_no_call_of_its_check(lesson):
    _, _, made = lesson
    for slide in made:
        for code in re.findall(r"(?s)```python\n(.*?)\n```", slide.body):
            assert all(isinstance(part, ast.FunctionDef | ast.Assign) for part in ast.parse(code).body), code
            assert "lesson." not in code


def test_no_slide_speaks_of_the_page_of_its_lesson(lesson):
    _, _, made = lesson
    talk = r"(?im)^(below|here) (is|are)\b|\bsection \d|\brun the (cell|next)\b|^State: |^Look at the \w+ \w+\.$|[,;]\s*\$\$$"
    for slide in made:
        assert not re.search(talk, slide.body), slide
        assert not re.search(r"(One|Two|Three|Four|Five) things?\b[^.]*\.\s*$", slide.body), slide


def test_a_result_comes_after_its_question_and_nowhere_before(lesson):
    source, _, made = lesson
    asked = sum("lesson.predict(" in cell.source for cell in source.cells if cell.cell_type == "code")
    results = [n for n, slide in enumerate(made) if slide.title == "And it is"]
    questions = [n for n, slide in enumerate(made) if slide.title == "Predict"]
    assert len(results) == len(questions) == asked
    for place in results:
        question = made[place].body.partition("\n\n")[0]
        (earlier,) = [n for n in questions if made[n].body.startswith(question)]
        assert earlier < place
        result = re.search(r"(?m)^# (.+)", made[place].body)[1]
        number = re.match(r"-?\d+\.?\d*", result)
        if number and len(number[0].strip("-0.")) >= 4:
            assert not any(number[0] in slide.text for slide in made[:place])
        assert "Your guess" not in made[place].body


def test_quiz_answers_follow_their_questions(lesson):
    _, definition, made = lesson
    titles = [slide.title for slide in made]
    for number, question in enumerate(definition.quiz, 1):
        if f"Answer {number}" in titles:
            at = titles.index(f"Answer {number}")
            assert titles[at - 1] == f"Quiz, question {number}"
            assert not any(question.why in slide.text for slide in made[:at])


def small(*cells):
    head = [
        new_markdown_cell("# Lesson 99 · Assess · Count coins\n\nThree of five?"),
        new_markdown_cell("## What you will build\n\nA count.\n\nYou can\n\n- count coins;\n- guess."),
        new_code_cell("import numpy as np"),
    ]
    return new_notebook(cells=[*head, *cells, new_markdown_cell("## Recap\n\nOne.\nTwo.\nThree.")])


def test_what_becomes_a_slide():
    reveal = new_output(
        "display_data", {"text/plain": "Close. Your guess: 4. Result: 5 coins. Difference: -1."}
    )
    figure = new_output("execute_result", {"image/png": "QUJD", "text/plain": "Five coins. They shine."})
    made = slides_of(
        small(
            new_markdown_cell(
                "## 1. A bag\n\nHow many?\n\n1. Take one out.\n2. Count it.\n\nNobody knows yet."
            ),
            new_code_cell(
                'question = "How many coins?"\nguess = lesson.predict(question, 4, unit="coins")',
                metadata={"tags": ["predict"]},
            ),
            new_code_cell("guess.reveal(5)", outputs=[reveal]),
            new_markdown_cell("Five are more than four.\n\n### The picture\n\nLook:"),
            new_code_cell("draw()", outputs=[figure]),
            new_markdown_cell(
                "### Exercise 1: count\n\n- **Difficulty:** 1/5 · **Minutes:** 2-3\n- **Why:** it counts."
            ),
            new_code_cell(
                'def count(bag):\n    """Coins in a bag."""\n    return len(bag.keys_of_every_coin)\n\n'
                'count = lesson.check("count", count)',
                metadata={"tags": ["exercise", "check"]},
            ),
        )
    )
    assert [(slide.kind, slide.title) for slide in made] == [
        ("frame", "Lesson 99 · Assess · Count coins"),
        ("frame", "What you will be able to do"),
        ("question", "A bag"),
        ("prediction", "Predict"),
        ("prediction", "And it is"),
        ("figure", "The picture"),
        ("exercise", "Exercise 1: count"),
        ("frame", "Your turn: the exercises"),
        ("frame", "Recap"),
    ]
    bag, asked, told, picture, task = made[2:7]
    assert bag.body == "How many?\n\n1. Take one out.\n2. Count it."
    assert asked.body == "How many coins?\n\nWrite down a number (*coins*) before the next slide."
    assert told.body == "How many coins?\n\n# 5 coins\n\nFive are more than four."
    assert (picture.picture, picture.words, picture.body) == ("QUJD", *["Five coins. They shine."] * 2)
    assert "Coins in a bag" in task.body and "keys_of_every_coin" not in task.body
    assert made[8].body == "One.\n\nTwo.\n\nThree."


def test_a_short_section_takes_along_what_it_prints_and_the_words_after_it():
    printed = [new_output("stream", name="stdout", text="heads 3\n")]
    made = slides_of(
        small(
            new_markdown_cell("## 1. A bag\n\nHow many heads?"),
            new_code_cell("count()", metadata={"tags": ["output"]}, outputs=printed),
            new_markdown_cell("Three, as it happens.\n\n## 2. Another\n\nWho knows what is in there?"),
            new_code_cell("draw()", outputs=[new_output("execute_result", {"image/png": "QUJD"})]),
            new_markdown_cell("These words are of the figure."),
            new_markdown_cell("## An honest failure: a hole\n\nThe bag has a hole."),
            new_code_cell("hole = 1"),
            new_markdown_cell("- It is small.\n- It grows.\n\nMore."),
        )
    )
    told = {slide.title: slide.body for slide in made if slide.kind in ("question", "frame")}
    assert told["A bag"] == "How many heads?\n\n```\nheads 3\n```\n\nThree, as it happens."
    assert told["Another"] == "Who knows what is in there?"
    assert told["An honest failure: a hole"] == "The bag has a hole.\n\n- It is small.\n- It grows."


def test_a_check_on_several_lines_is_left_out_whole():
    task = 'def half(x):\n    """One half."""\n    return x / 2\n\nhalf = lesson.check("half",\n                    half)'
    head = "### Exercise 1: halve\n\n- **Difficulty:** 1/5 · **Minutes:** 2-3\n- **Why:** it halves."
    made = slides_of(
        small(new_markdown_cell(head), new_code_cell(task, metadata={"tags": ["exercise", "check"]}))
    )
    assert made[2].body.endswith('```python\ndef half(x):\n    """One half."""\n    ...\n```')


def test_what_does_not_fit_is_left_out_from_the_end_of_the_order():
    figure = new_output("execute_result", {"image/png": "QUJD", "text/plain": "Coins."})
    sections = [
        cell
        for n in range(1, 21)
        for cell in (
            new_markdown_cell(f"## {n}. Bag {n}\n\nHow many coins are there in this bag of coins?"),
            new_code_cell("draw()", outputs=[figure]),
        )
    ]
    made = slides_of(small(*sections))
    assert len(made) == MOST
    kinds = [slide.kind for slide in made]
    assert kinds.count("figure") == 20 and kinds.count("frame") == 3 and kinds.count("question") == 2
    assert made[0].kind == made[-1].kind == "frame"


def test_a_question_is_never_without_its_result():
    shown = "Close. Your guess: 4. Result: {} coins. Difference: -1."
    cells = []
    for n in range(1, 16):
        asked = f'guess = lesson.predict("How many in bag {n}?", 4)'
        cells += [
            new_code_cell(asked, metadata={"tags": ["predict"]}),
            new_code_cell(
                "guess.reveal(5)", outputs=[new_output("display_data", {"text/plain": shown.format(n)})]
            ),
        ]
    failure = new_markdown_cell("## An honest failure: a hole\n\nThere is a hole in the bag.")
    made = slides_of(small(*cells, failure))  # leaves room for an odd number
    titles = [slide.title for slide in made if slide.kind == "prediction"]
    assert titles == ["Predict", "And it is"] * 10 and len(made) == 24
