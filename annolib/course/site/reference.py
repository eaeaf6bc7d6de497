"""The reference: a page a room with every public name, from the docstrings; reStructuredText for Sphinx's autodoc.

A room hands on names that `annolib` has too (`annolib.second_best`), and some of its own (`annolib.contracts.Binary`).
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import annolib

_NO_ROOMS = ("lazy", "markup", "validation")
_TEX = {"ū": r"\bar u", "₀": "_0", "𝓘": r"\mathcal{I}", "*": "^*"}
_LITERAL = re.compile(r"``.*?``|`[^`]*`", re.S)


def rooms():
    """Return the public names of each room, as they are imported: those of `annolib` first.

    >>> "annolib.CARA" in rooms()["agency"], "annolib.contracts.Binary" in rooms()["contracts"]
    (True, True)
    """
    names = {each.name: [] for each in pkgutil.iter_modules(annolib.__path__) if each.name not in _NO_ROOMS}
    for name, home in sorted(annolib._HOME.items(), key=lambda pair: pair[0].lower()):
        names[home.split(".")[0]].append(f"annolib.{name}")
    for room, found in names.items():
        inside = importlib.import_module(f"annolib.{room}")
        there = {name.rpartition(".")[2] for name in found}
        own = sorted(set(getattr(inside, "__all__", ())) - there, key=str.lower)
        found += [f"annolib.{room}.{name}" for name in own]
    for name, home in annolib._SUBMODULES.items():
        if name not in names:  # a module with a name of its own, such as annolib.rates
            names[home.split(".")[0]] += _defined_in(f"annolib.{name}")
    return names


def found(name):
    """Return the object of a full public name.

    >>> found("annolib.rates.linear_gap").__name__
    'linear_gap'
    """
    parts = name.split(".")
    thing = annolib
    for part in parts[1:]:
        thing = getattr(thing, part)
    return thing


def index_page(names):
    """Return the page that lists the rooms."""
    rows = [(f":doc:`{room}`", _sentence(_docstring(f"annolib.{room}"))) for room in names]
    lines = ["Reference", "=========", "", "Every public name of ``annolib``, room by room.", ""]
    lines += ["``import annolib as al`` loads nothing heavy; a name is loaded when it is first used.", ""]
    lines += _table(rows, ("room", "what is in it"), "18 82")
    lines += [".. toctree::", "   :hidden:", "", *(f"   {room}" for room in names), ""]
    return "\n".join(lines)


def room_page(room, names):
    """Return the page of a room: what it is, then the names, by the module that they are imported from."""
    module = f"annolib.{room}"
    lines = [room, "=" * len(room), "", f".. py:module:: {module}", "", ".. py:currentmodule:: annolib", ""]
    lines += _from_numpydoc(with_tables(_docstring(module))) + [""]
    for home in dict.fromkeys(name.rpartition(".")[0] for name in names):
        own = [name for name in names if name.rpartition(".")[0] == home]
        lines += [f"Names of {home}", "-" * (9 + len(home)), ""]
        if home not in ("annolib", module):  # a module with a name of its own
            lines += [f".. py:module:: {home}", "", ".. py:currentmodule:: annolib", ""]
            lines += _from_numpydoc(_docstring(home)) + [""]
        rows = [(f":py:obj:`{name.rpartition('.')[2]} <{name}>`", _summary(name)) for name in own]
        lines += _table(rows, ("name", "what it is"), "36 64")
        for name in own:
            lines += [*_entry(name), ""]
    return "\n".join(lines)


def with_tables(text):
    """Return a docstring whose indented columns, two spaces or more apart, have become tables.

    >>> print(with_tables("The symbols:\\n\\n    a    a length    `Box`\\n    b    a width"))
    The symbols:
    <BLANKLINE>
    .. list-table::
       :widths: auto
    <BLANKLINE>
       * - :math:`a`
         - a length
         - `Box`
       * - :math:`b`
         - a width
         -
    <BLANKLINE>
    """
    blocks = []
    for block in text.split("\n\n"):
        lines = block.splitlines()
        rows = [re.split(r" {2,}", line.strip()) for line in lines]
        if lines and all(line.startswith("    ") for line in lines) and min(map(len, rows)) > 1:
            wide = max(map(len, rows))
            rows = [[as_mathematics(symbol), *rest, *[""] * (wide - 1 - len(rest))] for symbol, *rest in rows]
            block = "\n".join(_list_table(rows))
        blocks.append(block)
    return "\n\n".join(blocks)


def as_mathematics(symbols):
    """Return a symbol, or several with commas, as mathematics.

    >>> as_mathematics("u₀, ū"), as_mathematics("C_lin")
    (':math:`u_0, \\\\bar u`', ':math:`C_{\\\\mathrm{lin}}`')
    """
    for plain, tex in _TEX.items():
        symbols = symbols.replace(plain, tex)
    symbols = re.sub(r"_([a-z]{2,})", r"_{\\mathrm{\1}}", symbols)
    return f":math:`{symbols}`"


def one_name_each(lines):
    """Return the lines of a docstring in which every attribute has an entry of its own.

    Sphinx takes `gap, log_gap : float` for an attribute `log_gap` of the type `gap`.

    Examples
    --------
    >>> one_name_each(["Attributes", "----------", "family, n : str, int", "rent, cost : float", "    In money."])[2:]
    ['family : str', 'n : int', 'rent : float', '    In money.', 'cost : float', '    In money.']
    """
    shown, inside, place = [], False, 0
    while place < len(lines):
        line, place = lines[place], place + 1
        if lines[place : place + 1] and re.fullmatch("-{3,}", lines[place]):
            inside = line == "Attributes"
        names, _, kind = line.partition(" : ")
        names = names.split(", ")
        if not (inside and len(names) > 1 and all(name.isidentifier() for name in names)):
            shown.append(line)
            continue
        about = []
        while place < len(lines) and lines[place].startswith(" "):
            about.append(lines[place])
            place += 1
        kinds = kind.split(", ") if kind.count(", ") == len(names) - 1 else [kind] * len(names)
        for name, own in zip(names, kinds, strict=True):
            shown += [f"{name} : {own}" if own else name, *about]
    return shown


def escaped(text):
    """Return text in which what a docstring says plainly, `|d|` or a name_ with its line, is no markup.

    >>> print(escaped("a gap |d| of `x|y`, z_ and z_n"))
    a gap \\|d\\| of `x|y`, z\\_ and z_n
    """
    parts, end = [], 0
    for literal in _LITERAL.finditer(text):
        parts += [_plain(text[end : literal.start()]), literal.group()]
        end = literal.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text):
    text = re.sub(r"(?<!\\)\|", r"\\|", text)
    return re.sub(r"(?<=\w)_(?![\w_])(?!\\)", r"\\_", text)


def _defined_in(module):
    thing = found(module)
    return [
        f"{module}.{name}"
        for name, value in vars(thing).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == thing.__name__
    ]


def _docstring(module):
    return inspect.getdoc(found(module)) or ""


def _entry(name):
    thing = found(name)
    if inspect.isclass(thing):
        bases = ["   :show-inheritance:"] if thing.__bases__ != (object,) else []
        return [f".. autoclass:: {name}", "   :members:", *bases]
    if callable(thing):
        return [f".. autofunction:: {name}"]
    value = repr(thing)
    return [
        f".. py:data:: {name.removeprefix('annolib.')}",
        *(["   :value: " + value] if len(value) < 90 else []),
    ]


def _summary(name):
    thing = found(name)
    described = inspect.isclass(thing) or callable(thing)
    return _sentence(inspect.getdoc(thing) or "") if described else f"``{thing!r}``"


def _sentence(text):
    """The first paragraph of a docstring, as one line."""
    return escaped(" ".join(text.split("\n\n")[0].split()))


def _from_numpydoc(text):
    from sphinx.ext.napoleon import Config, NumpyDocstring

    return str(NumpyDocstring(escaped_outside_tables(text), Config())).splitlines()


def escaped_outside_tables(text):
    """Return the text of a module escaped, but for the directives that `with_tables` has made."""
    blocks = text.split("\n\n")
    return "\n\n".join(
        block if block.lstrip().startswith((".. ", "* - ")) else escaped(block) for block in blocks
    )


def _table(rows, head, widths):
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    return lines + _rows([head, *rows]) + [""]


def _list_table(rows):
    return [".. list-table::", "   :widths: auto", "", *_rows(rows), ""]


def _rows(rows):
    return [
        f"   {'* -' if place == 0 else '  -'} {cell}".rstrip()
        for row in rows
        for place, cell in enumerate(row)
    ]
