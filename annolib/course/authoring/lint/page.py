"""A source notebook as the rules see it: cells with numbers, headings, sections, prose and code."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field

import nbformat

from annolib.course.authoring.build import lesson_from
from annolib.course.authoring.stubs import BuildError
from annolib.course.definitions import LessonDefinition
from annolib.course.notebook_files import lesson_calls, source_of, tags_of


@dataclass(frozen=True)
class Finding:
    """What one rule found: the rule, the cell (counted from 1, 0 for the whole notebook) and the fix."""

    rule: str
    cell: int
    message: str

    def __str__(self):
        return f"cell {self.cell}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class Cell:
    """One cell: number from 1, kind "markdown" or "code", source, tags, stored outputs."""

    number: int
    kind: str
    source: str
    tags: tuple = ()
    outputs: tuple = ()
    execution_count: int | None = None

    def calls(self, method):
        """Whether the code of the cell calls `lesson.<method>`."""
        return self.kind == "code" and f"lesson.{method}(" in self.source

    @property
    def exercises(self):
        """The names that the cell checks or has the learner mark."""
        return (*lesson_calls(self.source, "check"), *lesson_calls(self.source, "rubric"))


@dataclass(frozen=True)
class Page:
    """A source notebook, its definition and the lesson that it generates.

    Attributes
    ----------
    cells : tuple of Cell
        Without those tagged `instructor`, which the learner never sees.
    number, kind, minutes
        From the notebook's metadata under "annolib".
    definition : LessonDefinition or None
    lesson : nbformat.NotebookNode or None
        None if it cannot be built; `build_error` says why.
    """

    cells: tuple
    number: int | None
    kind: str
    minutes: tuple
    definition: LessonDefinition | None = None
    lesson: nbformat.NotebookNode | None = field(default=None, repr=False)
    build_error: str = ""

    @property
    def markdown(self):
        return [cell for cell in self.cells if cell.kind == "markdown"]

    @property
    def code(self):
        return [cell for cell in self.cells if cell.kind == "code"]

    def tagged(self, tag):
        """The cells that carry `tag`."""
        return [cell for cell in self.cells if tag in cell.tags]

    def headings(self):
        """All headings in order: (cell, level, text)."""
        found = []
        for cell in self.markdown:
            for line in without_fences(cell.source).splitlines():
                heading = re.match(r"(#{1,6}) +(.+?)\s*#*$", line)
                if heading:
                    found.append((cell, len(heading[1]), heading[2]))
        return found

    def section(self, title):
        """The prose and the cells of the first section whose heading starts with `title`.

        Returns
        -------
        (str, list of Cell) or None
        """
        text, cells, level = [], [], 0
        for cell in self.cells:
            if level and cell.kind == "code":
                cells.append(cell)
            for line in cell.source.splitlines() if cell.kind == "markdown" else ():
                heading = re.match(r"(#{1,6}) +(.+)", line)
                if heading and level and len(heading[1]) <= level:
                    return "\n".join(text).strip(), cells
                if heading and not level and heading[2].casefold().startswith(title.casefold()):
                    level = len(heading[1])
                elif level:
                    text.append(line)
                if level and cell not in cells:
                    cells.append(cell)
        return ("\n".join(text).strip(), cells) if level else None


def page_from(notebook, definition=None):
    """The `Page` of a source notebook, an `nbformat` node."""
    cells = tuple(
        Cell(
            number,
            cell.cell_type,
            source_of(cell),
            tags_of(cell),
            tuple(cell.get("outputs", ())),
            cell.get("execution_count"),
        )
        for number, cell in enumerate(notebook.cells, 1)
        if "instructor" not in tags_of(cell)
    )
    own = notebook.metadata.get("annolib", {})
    try:
        lesson, error = lesson_from(notebook), ""
    except BuildError as failure:
        lesson, error = None, str(failure)
    minutes = tuple(own.get("minutes", ()))
    return Page(cells, own.get("lesson"), own.get("kind", "lesson"), minutes, definition, lesson, error)


def without_fences(markdown):
    """Markdown without its code fences and display mathematics; the number of lines stays."""
    blank = re.compile(r"^```.*?^```|\$\$.*?\$\$", re.S | re.M)
    return blank.sub(lambda found: "\n" * found[0].count("\n"), markdown)


def words(markdown):
    """The number of words of prose: no code, mathematics, tables, addresses or markup.

    >>> words("One *two* `three` $x = 4$ [five](https://example.org).\\n| a | table |")
    3
    """
    text = re.sub(r"(?m)^\s*\|.*$", "", without_fences(markdown))
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|`[^`]*`|\$[^$]*\$|<[^>]*>|https?://\S+", " ", text)
    return len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text))


def logical_lines(source):
    """The number of statements and heads of blocks: a call that is spread over several lines is one. No docstrings.

    >>> logical_lines('def f(x):\\n    "What it does."\\n    return max(\\n        x,\\n        1,\\n    )\\n')
    2
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # magic; another rule says so
        return sum(bool(line.strip()) for line in source.splitlines())
    ends = sum(
        token.type == tokenize.NEWLINE
        for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline)
    )
    owners = (ast.FunctionDef, ast.ClassDef, ast.Module)
    documented = sum(
        isinstance(node, owners) and ast.get_docstring(node) is not None for node in ast.walk(tree)
    )
    return ends - documented


def code_lines(source):
    """The number of lines that hold code: no blanks, comments or docstrings, and a text of several lines is one.

    >>> code_lines('def f(x):\\n    "What it does."\\n    # why\\n    return x\\n')
    2
    """
    documented = set()
    try:
        tree = ast.parse(source)
    except SyntaxError:  # magic; another rule says so
        return sum(bool(line.strip()) for line in source.splitlines())
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module))
            and ast.get_docstring(node) is not None
        ):
            documented |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    quiet = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
    used = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet:
            used.add(token.start[0])
    return len(used - documented)
