"""Each rule finds nothing in the demonstration and something in a notebook that breaks it."""

import copy
import re
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from annolib.course.authoring.build import as_text, write_if_new
from annolib.course.authoring.lint import RULES, lint, lint_file
from annolib.course.authoring.lint.budgets import minutes_of
from annolib.course.authoring.lint.page import Cell, Page, code_lines, page_from, words
from annolib.course.authoring.lint.paths import path_of, short_path
from annolib.course.authoring.lint.prose import second_sentence, table_rows, unresolved


def swap(old, new):
    """Replace text in the sources of all cells; it must be there."""

    def edit(notebook):
        hit = [cell for cell in notebook.cells if old in cell.source]
        assert hit, f"{old!r} is nowhere"
        for cell in hit:
            cell.source = cell.source.replace(old, new)

    return edit


def drop(part):
    """Delete the cells that hold a text."""

    def edit(notebook):
        kept = [cell for cell in notebook.cells if part not in cell.source]
        assert len(kept) < len(notebook.cells)
        notebook.cells = kept

    return edit


def drop_code_after(part):
    """Delete the code cells between the cell that holds a text and the close."""

    def edit(notebook):
        sources = [cell.source for cell in notebook.cells]
        start = next(n for n, source in enumerate(sources) if part in source)
        end = next(n for n, source in enumerate(sources) if "## Recap" in source)
        kept = [cell for cell in notebook.cells[start:end] if cell.cell_type == "markdown"]
        notebook.cells[start:end] = kept

    return edit


def add(cell, place=6):
    """Insert a cell."""
    return lambda notebook: notebook.cells.insert(place, copy.deepcopy(cell))


def code(source, *tags, text=None):
    cell = new_code_cell(source, metadata={"tags": list(tags)})
    cell.execution_count = 5
    if text is not None:
        cell.outputs = [new_output("execute_result", {"text/plain": text}, execution_count=5)]
    return cell


def outputs(part, change):
    """Change the outputs of the cells that hold a text."""

    def edit(notebook):
        for cell in notebook.cells:
            if cell.cell_type == "code" and part in cell.source:
                change(cell)

    return edit


def untag(tag):
    def edit(notebook):
        for cell in notebook.cells:
            cell.metadata.tags = [one for one in cell.metadata.get("tags", []) if one != tag]

    return edit


def forget_description(cell):
    cell.outputs[0].data["text/plain"] = "<Figure size 640x360>"


def forget_alt(cell):
    cell.outputs[0].metadata = {}


def set_state(cell):
    mime = "application/vnd.trustlabel.check+json"
    cell.outputs[0].data[mime]["outcome"] = "not right yet"


def set_widget(cell):
    cell.outputs[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "x"}


LONG = "This sentence is only here to use up the words.\n" * 200
LINES = "\n".join(f"x{k} = {k}" for k in range(25))

BROKEN = [
    ("title", swap("# Lesson 99 · Contracts · Count how often coins agree\n", "Some text\n"), "Verb noun`"),
    ("title", swap("# Lesson 99 · Contracts · Count", "# Count"), "starts with 'Lesson 99 · Contracts'"),
    ("title", swap("· Count how", "· Understanding how"), "must be a verb"),
    ("title", swap("· Count how", "· Measure how"), "differs from the definition's"),
    ("title", swap("in 50 of 100 tries", "often"), "a picture or a number"),
    ("objectives", swap("## What you will build", "## Plan"), "Before the setup stands a section"),
    ("objectives", swap("- Predict how it", "- Understand how it"), "must start with a verb"),
    ("objectives", swap("- Predict how it changes when an item becomes easier.\n", ""), "saw 2"),
    ("needs_and_minutes", swap("**You need:**", "You need"), "You need"),
    ("needs_and_minutes", swap("**Next:**", "Next"), "**Next:**"),
    ("needs_and_minutes", swap("**Time:** 5 minutes", "**Time:** five minutes"), "A minutes to read"),
    ("needs_and_minutes", swap("5 minutes to read", "7 minutes to read"), "differ from the metadata's"),
    ("needs_and_minutes", swap("**20-minute path:**", "Short:"), "20-minute path"),
    ("short_path", swap("do exercises 1 and 2 and", "do exercise 9 and"), "names exercise 9"),
    ("setup", swap("import numpy as np\n", "import numpy as np\nimport pandas as pd\n"), "exactly"),
    ("order", swap("## What can break", "## Limits"), "no section `## What can break`"),
    ("order", swap("## Recap", "## Quiz first"), "no section `## Recap`"),
    ("order", swap("## A company with two answers", "## Quiz"), "comes too early"),
    ("predictions", drop("second = lesson.predict"), "at least 2"),
    ("predictions", drop("second.reveal"), "'second' is never shown"),
    ("claims", drop("lesson.claim"), "at least one cell tagged `claim`"),
    ("claims", add(code('x = 1\nlesson.claim("One.", x == 1)', "claim")), "a cell of their own"),
    ("claims", add(code('print(1)\nlesson.claim("One.", True)', "claim", "hide-input")), "should see"),
    ("honest_failure", drop_code_after("## An honest failure"), "shown by a code cell"),
    ("notation_table", swap("name in `annolib`", "name"), "no notation table"),
    ("notation_table", swap("SelfConsistency.pass_probability", "SelfConsistency.pass_chance"), "'pass_chance'"),
    ("recap", swap("Agreement alone does not prove care.\n", ""), "three sentences"),
    ("quiz", swap("lesson.quiz()", "print('no quiz')"), "lesson.quiz()"),
    ("further_reading", swap("doi:10.1177/001316446002000104", "Sage"), "No DOI"),
    ("further_reading", swap("- Cohen (1960).", "Cohen (1960)."), "list of bullets"),
    ("further_reading", swap(" A coefficient of agreement for nominal scales.", ""), "why to read"),
    ("next_lesson", swap("00 opens the course again.", "See the opening."), "by its number"),
    ("length", add(new_markdown_cell(LONG)), "at most 2500"),
    ("density", add(code(LINES)), "words of prose per line of code"),
    ("cell_length", add(code(LINES)), "25 lines of code; at most 20"),
    ("cell_length", lambda nb: [add(code("a = 1\n" * 6))(nb) for _ in range(40)], "median code cell has 6 statements"),
    ("figures", drop("al.figures"), "0 figures; 4 to 8"),
    ("explorers", drop("al.widgets"), "0 explorers"),
    ("exercise_count", drop('lesson.rubric("verdict"'), "3 exercises; 4 to 8"),
    ("minutes", add(new_markdown_cell("Some more words.\n" * 400)), "say 50 in all"),
    ("minutes", lambda nb: [add(code("x", "widget"))(nb) for _ in range(30)], "at most 75"),
    ("buildable", swap("1. Look at both labels.", "Look."), "three hints"),
    ("exercise_header", swap("### Exercise 1:", "### Task 1:"), "Exercise N"),
    ("exercise_header", swap("**Difficulty:** 1/5", "Easy"), "header has a line such as"),
    ("exercise_header", swap("**Minutes:** 2-5", "**Minutes:** 5-5"), "from low to high"),
    ("exercise_header", swap("**Why:**", "Because"), "`**Why:** …`"),
    ("help_follows", drop("1. Look at both labels."), "tagged `hint`"),
    ("help_follows", drop('lesson.solution("fewest")'), 'lesson.solution("fewest")'),
    ("tags_and_calls", add(code("x = 1", "excercise")), "is unknown"),
    ("tags_and_calls", untag("predict"), "carries the tag `predict`"),
    ("tags_and_calls", untag("exercise"), "carries the tag `exercise`"),
    ("tags_and_calls", add(code("x = 1", "claim")), "calls lesson.claim"),
    ("tags_and_calls", add(code("x = 1", "exercise")), "ends in its lesson.check"),
    ("defined", swap('lesson.check("fewest"', 'lesson.check("least"'), "no exercise or rubric 'least'"),
    ("defined", drop('lesson.rubric("verdict"'), "'verdict' has no exercise cell"),
    ("no_plumbing", add(code("import matplotlib.pyplot as plt")), "import of 'matplotlib.pyplot'"),
    ("no_plumbing", add(code("from pathlib import Path")), "import of 'pathlib'"),
    ("no_plumbing", add(code("%matplotlib inline")), "No magic"),
    ("no_plumbing", add(code("!pip install x")), "no shell"),
    ("no_plumbing", add(code("text = open('x').read()")), "No open()"),
    ("no_global_seed", add(code("rng = np.random.default_rng(4)")), "No seed at module level"),
    ("no_legacy_random", add(code("x = np.random.rand(3)")), "np.random.rand has"),
    ("no_legacy_random", add(code("import random")), "module random"),
    ("no_bare_scalar", add(code("x", text="np.float64(0.5)")), "np.float64"),
    ("no_bare_scalar", add(code("x", text="(1, np.True_)")), "np.True_"),
    ("width", add(code("x = " + "1" * 60)), "of 64 characters; at most 63"),
    ("figure_description", outputs("al.figures", forget_description), "no text description"),
    # 63 characters in the source, and more in the lesson, whose guess is ...
    ("width", add(code('third = lesson.predict("How many are here?", 5, low=0, high=10)', "predict")), "of 65"),
    ("width", add(code("x = " + "1" * 97, "claim", "hide-input")), "of 101 characters; at most 100"),
    ("figure_description", outputs("al.figures", forget_alt), "no alternative text"),
    ("alternative_text", add(new_markdown_cell("![](curve.png)")), "![what it shows]"),
    ("alternative_text", add(new_markdown_cell("<img src='x.png'>")), "<img alt="),
    ("static_panel", drop("effort=0.5, kappa=0.2"), "below the explorer"),
    ("heading_order", add(new_markdown_cell("# Another title")), "second `#`"),
    ("heading_order", add(new_markdown_cell("#### Deep")), "skips a level"),
    ("one_sentence_per_line", add(new_markdown_cell("One is here. Two is too.")), "Two is too."),
    ("escaped_stars", add(new_markdown_cell("Each wastes **K = h(n*) + n***, and more.")), r"Write the star of '**K"),
    ("set_mathematics", add(new_markdown_cell("The effort η is small.")), "'η'"),
    ("set_mathematics", add(new_markdown_cell("It grows as n^2 does.")), "'n^2'"),
    ("no_solution_line", add(new_markdown_cell("Use `chance*chance + other*other`.")), "return chance * chance"),
    ("no_solution_line", swap("Write out the cases", "return chance * chance + other * other"), "stands in the lesson"),
    ("no_solution_line", add(new_markdown_cell("So one agreement shows very little.")), "very little"),
    ("executed_in_order", outputs("al.widgets", lambda cell: cell.update(execution_count=None)), "without having been"),
    ("executed_in_order", outputs("al.widgets", lambda cell: cell.update(execution_count=1)), "top to bottom"),
    ("clean_outputs", add(code("x", text="<object at 0x7f12ab34cd56>")), "machine to machine"),
    ("clean_outputs", add(code("x", text="'/" + "home/me/lesson'")), "machine to machine"),
    ("clean_outputs", outputs("lesson.quiz", set_widget), "widget view"),
    ("solved", outputs('lesson.check("fewest"', set_state), "says: not right yet"),
    ("solved", outputs('lesson.check("fewest"', lambda cell: cell.update(outputs=[])), "No outcome is stored"),
    ("reveals_not_stored", outputs("first.reveal", lambda cell: cell.metadata.update(tags=["output"])), "on the guess"),
]  # fmt: skip


def found(notebook, definition, rule):
    return [finding for finding in lint(notebook, definition) if finding.rule == rule]


def test_the_demonstration_keeps_every_rule(executed, demo):
    assert lint(executed, demo.LESSON) == []


@pytest.mark.parametrize(("rule", "breakage", "part"), BROKEN)
def test_a_broken_notebook_is_found(executed, demo, rule, breakage, part):
    notebook = copy.deepcopy(executed)
    breakage(notebook)
    findings = found(notebook, demo.LESSON, rule)
    assert any(part in finding.message for finding in findings), findings


def test_every_rule_is_broken_by_some_notebook_and_says_what_it_wants():
    tested = {name for name, _, _ in BROKEN} | {"no_expected_value"}  # which has a test of its own
    assert {rule.__name__ for rule in RULES} == tested
    assert all(len(rule.__doc__.split()) >= 4 for rule in RULES)


def test_expected_values_with_four_digits_are_found(executed, demo):
    exercise = replace(demo.AGREEMENT, probes=((0.31,),))
    definition = replace(demo.LESSON, exercises=(exercise, demo.ALL_AGREE, demo.FEWEST))
    for text, wrong in (("0.5722", True), (".5722", True), ("0.572", False), ("0.5723", False)):
        notebook = copy.deepcopy(executed)
        notebook.cells.insert(6, new_markdown_cell(f"It gives {text}."))
        assert bool(found(notebook, definition, "no_expected_value")) == wrong, text


def test_a_stored_error_is_found(executed, demo):
    notebook = copy.deepcopy(executed)
    bad = code("1 / 0")
    bad.outputs = [new_output("error", ename="ZeroDivisionError", evalue="x", traceback=[])]
    notebook.cells.insert(6, bad)
    assert "Stored with an error" in found(notebook, demo.LESSON, "clean_outputs")[0].message


def test_the_definition_is_compared(executed, demo):
    fewer = replace(demo.LESSON, quiz=demo.QUIZ[:4], minutes_to_do=11)
    assert "4 questions" in found(executed, fewer, "quiz")[0].message
    assert "definition's" in found(executed, fewer, "needs_and_minutes")[0].message


def test_an_opening_needs_less(executed, demo):
    notebook = copy.deepcopy(executed)
    notebook.metadata.annolib["kind"] = "opening"
    for edit in (
        drop("## An honest failure"),
        drop("name in `annolib`"),
        drop("lesson.claim"),
        drop("second"),
        drop("kappa=0.25"),
        drop('"verdict"'),
        swap("**20-minute path:** do exercises 1 and 2 and read the recap.", ""),
        drop("## Further reading"),
        lambda nb: nb.cells.append(new_markdown_cell("## Next lesson\n\n01 goes on.\n" + LONG[:1500])),
    ):
        edit(notebook)
    to_do = 5 * round(minutes_of(page_from(notebook)) / 5) - 5
    swap("35 minutes to do", f"{to_do} minutes to do")(notebook)
    notebook.metadata.annolib["minutes"] = [5, to_do]
    smaller = replace(demo.LESSON, rubrics=(), minutes_to_do=to_do)
    assert {finding.rule for finding in lint(notebook, smaller)} == set()
    del notebook.metadata.annolib["kind"]
    rules = {finding.rule for finding in lint(notebook, smaller)}
    assert {"claims", "order", "notation_table", "exercise_count", "predictions"} <= rules


def test_findings_name_rule_and_cell(executed, demo, tmp_path):
    notebook = copy.deepcopy(executed)
    notebook.cells.insert(6, code("import os"))
    path = tmp_path / "99_count_coins.ipynb"
    write_if_new(path, as_text(notebook))
    assert "cell 7: No plumbing in a lesson: import of 'os'; give `annolib` a function. [no_plumbing]" in map(
        str, lint_file(path)
    )
    notebook.metadata.annolib["lesson"] = 98
    write_if_new(path, as_text(notebook))
    assert lint_file(path)[0].rule == "metadata"


@pytest.mark.parametrize(
    ("line", "second"),
    [
        ("One sentence, e.g. This one.", ""),
        ("See Fig. 3 and Liu et al. 2025.", ""),
        ("It costs 3.5 and more.", ""),
        ("J. Cohen wrote it.", ""),
        ("Really? Yes.", "Yes."),
        ("**Why:** it counts.", ""),
        ("1. First. Second.", "Second."),
        ("- *Stop!* Then go.", "Then go."),
        ("He said “yes.” She did not.", "She did not."),
        ("[One. Two.](https://a.b/C. D) is a link", "Two.] is a link"),
    ],
)
def test_sentences_are_told_apart(line, second):
    assert second_sentence(line) == second


def test_words_and_lines_of_code_are_counted_as_said():
    text = "# Two words\n\n```\ncode here\n```\n$$\nx + y\n$$\n| a | b |\n|---|---|\n\n*Don't* count [this link](http://a.b) or ![alt](x)."
    assert words(text) == 2 + 5
    assert code_lines('x = """a\nb"""\n\n# no\ny = [\n    1,\n]\n') == 4  # a text is one line
    assert code_lines("") == 0


def test_names_of_the_notation_table_are_resolved():
    assert unresolved("al.SelfConsistency(kappa=0.2)") == ""
    assert unresolved("SelfConsistency.kappa") == ""
    assert "no argument 'rho'" in unresolved("SelfConsistency(rho)")
    assert "'nothing' is unknown" in unresolved("nothing")
    table = "| a | name in `annolib` |\n|---|---|\n| x | `y` |\n\n| other | table |\n|---|---|\n| `p` | `q` |"
    assert table_rows(table) == [["x", "`y`"]]


def test_a_section_ends_at_the_next_heading_of_its_level():
    notebook = nbformat.v4.new_notebook(
        cells=[
            new_markdown_cell("# T\n\n## A\n\na\n\n### Sub\n\nb"),
            new_code_cell("x"),
            new_markdown_cell("c\n\n## B\n\nd"),
            new_code_cell("y"),
        ]
    )
    text, cells = page_from(notebook).section("a")
    assert text.split() == ["a", "###", "Sub", "b", "c"]
    assert [cell.number for cell in cells] == [1, 2, 3]
    assert [cell.number for cell in page_from(notebook).section("B")[1]] == [3, 4]
    assert page_from(notebook).section("C") is None


PATH = "# Lesson 99 · Assess · Count coins\n\n- **20-minute path:** {}"
PROSE = " ".join(["word"] * 120)  # one minute


def on_a_path(path):
    sources = [
        ("markdown", PATH.format(path)),
        ("markdown", f"## 1. One\n\n{PROSE}\n\n### Exercise 1: a\n\n- **Minutes:** 10-10"),
        ("code", 'lesson.check("a", a)'),
        ("code", 'lesson.solution("a")'),
        ("code", "# after a"),
        (
            "markdown",
            f"{PROSE}\n\n## 2. Two\n\n{PROSE}\n\n### The proof\n\n{PROSE}\n\n### Exercise 2: b\n\n- **Minutes:** 20-20",
        ),
        ("code", 'lesson.check("b", b)'),
        ("code", 'lesson.solution("b")'),
        ("markdown", f"## An honest failure: three\n\n{PROSE}\n\n## Recap\n\n{PROSE}"),
    ]
    cells = tuple(Cell(n, kind, source) for n, (kind, source) in enumerate(sources, 1))
    return Page(cells, 99, "lesson", (30, 40))


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("section 1, with exercise 1.", 2 + 13),
        ("section 1.", 2),
        ("sections 1 and 2, with exercise 2 only.", 4 + 26),
        ("sections 1 to 2 and the honest failure, with exercises 1 and 2.", 5 + 13 + 26),
        ("the honest failure, and do exercise 1.", 1 + 13),
        ("section 1 up to exercise 1, section 2 up to the proof, and the recap.", 1 + 1 + 1),
        ("sections 1 and 2 up to exercise 2, and exercise 2.", 4 + 26),
        ("run all cells of sections 1 and 2, and do exercise 1 only.", 4 + 13),
        ("run all cells of sections 1 and 2, read section 1 up to exercise 1, and do exercise 2.", 1 + 26),
    ],
)
def test_a_path_counts_what_it_names(words, minutes):
    path = path_of(on_a_path(words))
    assert path.words == words
    assert path.minutes == pytest.approx(minutes, abs=0.9)  # the head, and the lines of the calls


@pytest.mark.parametrize(
    ("words", "run"),
    [
        ("section 1.", ["# after a"]),
        ("section 1 with exercise 1.", ["check a", "solution a", "# after a"]),
        ("section 1 up to exercise 1.", []),
        ("exercise 2.", ["check b", "solution b"]),
        ("run all cells of section 1.", ["check a", "solution a", "# after a"]),
        (
            "run all cells of section 1, read section 2 up to exercise 2.",
            ["check a", "solution a", "# after a"],
        ),
    ],
)
def test_a_path_runs_the_exercises_that_it_names_or_all_of_its_sections(words, run):
    code = [cell.source for cell in path_of(on_a_path(words)).cells if cell.kind == "code"]
    assert [re.sub(r'lesson\.(\w+)\("(.)".*', r"\1 \2", source) for source in code] == run


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("section 1 with exercise 1 and section 3.", "names section 3"),
        ("section 1, with exercises 1 and 4.", "names exercise 4"),
        ("section 1 up to the proof, and exercise 1.", "up to 'the proof': '1. One' has no such"),
        ("sections 1 and 2, with exercises 1 and 2.", "takes 43"),
        ("whatever you like.", "10 to 22 are wanted"),
    ],
)
def test_a_path_that_leads_nowhere_or_is_too_long_is_found(words, part):
    (finding,) = short_path(on_a_path(words))
    assert part in finding[1]
    assert list(short_path(on_a_path("section 1, with exercise 1."))) == []
