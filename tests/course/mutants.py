"""What could a learner write that is wrong and passes? Change one thing in each solution and ask its check.

python -m tests.course.mutants 5      the exercises of lesson 05
python -m tests.course.mutants        all lessons

What survives is printed: either it means the same, or the check needs another probe.
"""

import ast
import copy
import sys
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from annolib.course.checking.checks import RIGHT, judge
from annolib.course.definitions import VALUE, load_definition
from annolib.course.notebook_files import notebooks, read, source_of, tags_of

_SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_EDGES = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_GUARDS = {
    "clip",
    "maximum",
    "minimum",
    "max",
    "min",
    "abs",
    "sqrt",
    "float",
    "where",
    "round",
    "log1p",
    "expm1",
}


def changes(node):
    """The nodes that may stand in place of `node`: one thing different each."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    ):
        for value in {node.value + 1, node.value * 2, -node.value, 0, node.value / 2} - {node.value}:
            yield ast.Constant(value)
    elif isinstance(node, ast.BinOp):
        yield node.left
        yield node.right
        if type(node.op) in _SWAPS:
            yield ast.BinOp(node.left, _SWAPS[type(node.op)](), node.right)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _EDGES:
        yield ast.Compare(node.left, [_EDGES[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Call) and _called(node) in _GUARDS:
        yield from node.args


def mutants(source):
    """Every version of `source` with one thing changed: (what was changed, the new source)."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if isinstance(node, (ast.expr, ast.If))]
    for number, place in enumerate(places):
        options = [ast.Pass()] if isinstance(place, ast.If) else list(changes(place))
        for option in options:
            fresh = copy.deepcopy(tree)
            old = [node for node in ast.walk(fresh) if isinstance(node, (ast.expr, ast.If))][number]
            new = ast.fix_missing_locations(_Replace(old, copy.deepcopy(option)).visit(fresh))
            yield (
                f"{ast.unparse(place).splitlines()[0][:60]}  →  {ast.unparse(option)[:60]}",
                ast.unparse(new),
            )


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else super().visit(node)


def _called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def survivors(number):
    """The mutants of the solutions of a lesson that its checks accept: (exercise, what was changed)."""
    definition, found, tried = load_definition(number), [], 0
    path = next(path for path in notebooks("solutions") if path.name.startswith(f"{number:02d}"))
    names = {}
    for cell in read(path)["cells"]:
        if cell["cell_type"] != "code" or {"widget", "instructor", "claim"} & set(tags_of(cell)):
            continue
        source = source_of(cell)
        if "exercise" in tags_of(cell):
            for exercise in definition.exercises:
                if f'lesson.check("{exercise.name}"' in source:
                    for what, answer in _answers(source, exercise, names):
                        tried += 1
                        if _accepted(exercise, answer):
                            found.append((exercise.name, what))
        if "lesson.quiz()" not in source:
            with redirect_stdout(StringIO()):
                exec(compile(source, "solution", "exec"), names)
    return found, tried


def _answers(source, exercise, names):
    kept = [
        node
        for node in ast.parse(source).body
        if not (isinstance(node, ast.Assign) and _is_check(node.value))
    ]
    for what, text in mutants("\n".join(map(ast.unparse, kept))):
        space = dict(names)
        try:
            with np.errstate(all="ignore"):
                exec(compile(text, "mutant", "exec"), space)
        except Exception:
            continue
        if exercise.name in space and not (exercise.kind == VALUE and space[exercise.name] is ...):
            yield what, space[exercise.name]


def _is_check(node):
    return isinstance(node, ast.Call) and _called(node) == "check"


def _accepted(exercise, answer):
    with redirect_stdout(StringIO()), np.errstate(all="ignore"):
        return judge(exercise, answer).state == RIGHT


def main(numbers):
    """Print the survivors of each lesson."""
    for number in numbers or [int(path.name[:2]) for path in notebooks("solutions")]:
        found, tried = survivors(number)
        print(f"lesson {number:02d}: {tried} mutants, {len(found)} accepted")
        for name, what in found:
            print(f"  {name}: {what}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
