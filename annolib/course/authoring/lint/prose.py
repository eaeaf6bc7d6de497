"""Prose: one sentence per line, mathematics that is set and not typed, names that exist."""

from __future__ import annotations

import inspect
import re

from annolib.course.authoring.lint.page import without_fences

_SHORT = "al approx cf ch dr e.g eq eqs etc fig figs i.e mr mrs ms no p pp prof resp sec st vol vs"
_BOLD = re.compile(r"(?<![^\W_])(\*{1,3})(?=\S)[^*]+(?<=\S)\1(?!\*)")
_END = re.compile(r"(\S*?)[.!?][)\]\"'”’*_]*\s+(?=[(\[\"'“‘*_]*[A-Z0-9])")


def one_sentence_per_line(page):
    """A line of markdown ends where its sentence ends; tables, code, headings and further reading are free."""
    for cell in page.markdown:
        reading = False
        for line in without_fences(cell.source).splitlines():
            if line.startswith("#"):
                reading = "further reading" in line.casefold()
            elif not reading and not re.match(r"\s*(\||<)", line):
                broken = second_sentence(line)
                if broken:
                    yield cell.number, f"A second sentence on one line: {broken!r}."


def second_sentence(line):
    """Where the second sentence of a line starts, in its own words; "" if there is none.

    >>> second_sentence("1. Take it, e.g. the `a. B` of Dawid et al. (1979), and go."), second_sentence("One. Two.")
    ('', 'Two.')
    """
    line = re.sub(r"^\s*(?:[-*+]|\d+\.|>)\s+", "", line)
    line = re.sub(r"`[^`]*`|\$[^$]*\$", "x", re.sub(r"\]\([^)]*\)", "]", line))
    for end in _END.finditer(line):
        word = end[1].lstrip("([\"'“‘*_").casefold()
        if word not in _SHORT.split() and not re.fullmatch(r"[a-z]", word):
            return line[end.end() :][:40]
    return ""


def escaped_stars(page):
    """A star that belongs to a symbol is written `\\*`: a bare one turns what follows into italics, or ends a bold text."""
    for cell in page.markdown:
        for paragraph in re.split(r"\n\s*\n", without_fences(cell.source)):
            symbol = bare_star(paragraph)
            if symbol:
                yield cell.number, f"Write the star of {symbol!r} as \\*: a bare one may be read as emphasis."


def bare_star(markdown):
    """The first word with a star that neither opens nor closes emphasis; "" if there is none.

    >>> bare_star("* a *good* `n*` at η\\\\*, **K = c(η\\\\*)**."), bare_star("**K = c(η*)**.")
    ('', '**K = c(η*)**.')
    """
    text = re.sub(r"`[^`]*`|\\\*|\$[^$]*\$|<[^>]*>|(?m:^\s*\* )", lambda found: "x" * len(found[0]), markdown)
    found = re.search(r"\S*\*\S*", _BOLD.sub(lambda found: "x" * len(found[0]), text))
    return markdown[found.start() : found.end()] if found else ""


_TYPED = re.compile(r"[\^√]|(?<=\w)_(?=\w)|[\w)][²³⁴ⁿ]|[\u0391-\u03c9𝓘ℓ]")


def set_mathematics(page):
    """Symbols and formulas are set between dollars: outside them and code no `^`, `_`, `√`, no power and no Greek letter."""
    for cell in page.markdown:
        for line in without_fences(cell.source).splitlines():
            symbol = typed_mathematics(line)
            if symbol:
                yield cell.number, f"Set mathematics between dollars: {symbol!r} in {line.strip()[:50]!r}."


def typed_mathematics(line):
    r"""The first piece of mathematics that stands in running text as it was typed; "" if there is none.

    >>> typed_mathematics("with $\\eta^2$ and `kappa_0`, see [this](a_b.png)"), typed_mathematics("so η² is")
    ('', 'η²')
    """
    plain = re.sub(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|https?://\S+|doi:\S+|10\.\d{4,9}/\S+", " ", line)
    found = _TYPED.search(plain)
    return next(word for word in re.findall(r"\S+", plain) if _TYPED.search(word)) if found else ""


HEADER = "name in `annolib`"


def notation_table(page):
    """A table (symbol, meaning, name in `annolib`), in which every backticked name of the last column exists.

    A name is written `SelfConsistency`, `SelfConsistency.fisher_information` or, for an argument,
    `SelfConsistency(kappa)`; a dash says that there is none.
    """
    rows = [(cell, row) for cell in page.markdown for row in table_rows(cell.source)]
    if not rows and page.kind != "opening":
        yield 0, f"There is no notation table: | symbol | meaning | {HEADER} |."
    named = [(cell, name) for cell, row in rows for name in re.findall(r"`([^`]+)`", row[-1])]
    if rows and not named:
        yield rows[0][0].number, f"The column {HEADER} holds no name in backticks."
    for cell, name in named:
        trouble = unresolved(name)
        if trouble:
            yield cell.number, f"Notation table: {trouble}"


def table_rows(markdown):
    """The rows of the notation tables in a cell, each a list of its columns."""
    found, inside = [], False
    for line in markdown.splitlines():
        columns = [column.strip() for column in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            inside = False
        elif columns[-1].casefold() == HEADER.casefold():
            inside = True
        elif inside and not set(line) <= set("|-: "):
            found.append(columns)
    return found


def unresolved(name):
    """Why a name of the table does not exist in `annolib`; "" if it does.

    >>> unresolved("validation.within(low)"), unresolved("validation.without")
    ('', "`validation.without` is not in annolib: 'without' is unknown.")
    """
    import annolib

    path, _, arguments = name.strip().removesuffix(")").partition("(")
    thing = annolib
    for part in path.removeprefix("annolib.").removeprefix("al.").split("."):
        thing = _member(thing, part)
        if thing is None:
            return f"`{name}` is not in annolib: {part!r} is unknown."
    known = inspect.signature(thing).parameters if arguments and callable(thing) else {}
    for argument in filter(None, (each.partition("=")[0].strip() for each in arguments.split(","))):
        if argument not in known:
            return f"`{name}` is not in annolib: it has no argument {argument!r}."
    return ""


def _member(thing, part):
    if part in getattr(thing, "__dataclass_fields__", {}):
        return thing.__dataclass_fields__[part]
    try:
        return getattr(thing, part)
    except AttributeError:
        pass
    try:
        return __import__(f"{thing.__name__}.{part}", fromlist=["*"])
    except (ImportError, AttributeError):
        return None


RULES = (one_sentence_per_line, escaped_stars, set_mathematics, notation_table)
