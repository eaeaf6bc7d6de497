"""The cells of an assignment: no solution without marks, a test after each exercise, own numbers at the end."""

import ast

import pytest

from annolib.course.authoring.stubs import exercise_stub
from annolib.course.definitions import load_definition
from annolib.course.grading.pages import EXERCISE, NAME, RUBRIC, SETUP, TEST, pages_of, with_marks
from annolib.course.notebook_files import notebooks, source_of, tags_of
from annolib.course.variants import variant

SOURCES = notebooks("solutions")


def load(path):
    import nbformat

    return nbformat.read(path, as_version=4)


def released(source):
    """What a grader's release step leaves of a marked source: the marked lines become one `...`."""
    kept, inside = [], False
    for line in source.splitlines():
        if line.strip() == "BEGIN":
            kept.append(line.replace("BEGIN", "..."))
            inside = True
        elif line.strip() == "END":
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_marked_cell_is_the_solution_and_its_release_is_the_lessons_stub(path):
    for cell in load(path).cells:
        if "exercise" not in tags_of(cell):
            continue
        source = source_of(cell)
        marked = with_marks(source, "BEGIN", "END")
        solution = "\n".join(line for line in marked.splitlines() if line.strip() not in ("BEGIN", "END"))
        assert ast.dump(ast.parse(solution)) == ast.dump(ast.parse(source))
        assert ast.dump(ast.parse(released(marked))) == ast.dump(ast.parse(exercise_stub(source)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_exercise_has_a_test_and_nothing_shows_a_solution(path):
    number = int(path.name[:2])
    pages = pages_of(load(path), number, "autumn")
    roles = [page.role for page in pages]
    for place, page in enumerate(pages):
        if page.role == EXERCISE:
            test = pages[place + 1]
            assert (test.role, test.name) == (TEST, page.name) and test.points > 0
            assert f"require({number}, {page.name!r})" in test.cell.source
        assert "lesson.solution(" not in page.cell.source
    assert roles.count(RUBRIC) == len(load_definition(number).rubrics)
    setup = next(page for page in pages if page.role == SETUP)
    assert f"Lesson({number}, grading=True)" in setup.cell.source
    own = {one.name for one in variant(number, "x")}
    assert own <= {page.name for page in pages} and roles.count(NAME) == (1 if own else 0)
    assert len({page.cell.id for page in pages}) == len(pages)


def test_without_a_seed_there_are_no_own_numbers():
    pages = pages_of(load(SOURCES[4]), 4)
    assert not any(page.name.startswith("own_") for page in pages)
