"""What code in a lesson leaves to `annolib`, and what no cell ends in."""

from __future__ import annotations

import ast
import re

from annolib.course.notebook_files import source_of, tags_of

_PLUMBING = """
    IPython glob io ipywidgets matplotlib os pathlib pip plotly pylab requests seaborn shutil subprocess sys
    tempfile urllib warnings
"""
_MODERN = "default_rng Generator SeedSequence BitGenerator PCG64 PCG64DXSM MT19937 Philox SFC64"


def no_plumbing(page):
    """No plotting, path or system imports, no installs, no %magic or !shell lines, no open()."""
    for cell in page.code:
        magic = re.search(r"(?m)^\s*[%!]\S.*", cell.source)
        if magic:
            yield cell.number, f"No magic and no shell in a lesson: {magic[0].strip()!r}."
            continue
        for node in ast.walk(_tree(cell)):
            for name in _imported(node):
                if name.partition(".")[0] in _PLUMBING.split():
                    yield (
                        cell.number,
                        f"No plumbing in a lesson: import of {name!r}; give `annolib` a function.",
                    )
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
                yield cell.number, "No open() in a lesson; `annolib` reads files."


def no_global_seed(page):
    """No generator or seed made at module level: pass `rng=4` to what needs it."""
    for cell in page.code:
        for statement in _tree(cell).body:
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                continue
            if any(_call_name(node) in ("default_rng", "seed") for node in ast.walk(statement)):
                yield cell.number, "No seed at module level; pass `rng=4` to the function that draws."


def no_legacy_random(page):
    """No `np.random.rand` and its like, no `import random`: they hide a global state."""
    for cell in page.code:
        for node in ast.walk(_tree(cell)):
            owner = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
            if owner in ("np.random", "numpy.random") and node.attr not in _MODERN.split():
                yield cell.number, f"np.random.{node.attr} has a global state; use a Generator."
            if "random" in _imported(node):
                yield cell.number, "The module random has a global state; use a numpy Generator."


def no_bare_scalar(page):
    """No stored output reads `np.float64(…)`: format the number instead."""
    for cell in page.code:
        for output in cell.outputs:
            text = "".join(output.get("data", {}).get("text/plain", "")) or "".join(output.get("text", ""))
            scalar = re.search(r"\bnp\.(?:float|int|uint|bool|str|True|False)\w*", text)
            if scalar:
                yield cell.number, f"The output shows {scalar[0]}; format the number, such as f'{{x:.3f}}'."


WIDEST = 63  # what JupyterLab shows in a window of 640 px, its list of files folded and its scroll bar there
WIDEST_HIDDEN = 100  # in cells that are folded


def width(page):
    """No line of code that a learner sees is wider than 63 characters: a window of 640 px cuts it off. Folded: 100."""
    for cell in page.code:
        yield from _too_wide(cell.number, cell.source, cell.tags)
    for cell in page.lesson.cells if page.lesson else ():  # the `...` of a stub may be wider than the answer
        if cell.cell_type == "code" and "predict" in tags_of(cell):
            yield from _too_wide(0, source_of(cell), tags_of(cell))


def _too_wide(number, source, tags):
    most = WIDEST_HIDDEN if "hide-input" in tags else WIDEST
    wide = [line for line in source.splitlines() if len(line) > most]
    if wide:
        yield number, f"A line of {len(wide[0])} characters; at most {most}: {wide[0].strip()[:40]!r}."


def _tree(cell):
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.Module([], [])


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _call_name(node):
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


RULES = (no_plumbing, no_global_seed, no_legacy_random, no_bare_scalar, width)
