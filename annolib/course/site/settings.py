"""How Sphinx builds the site: its settings as a dictionary, and what the library's docstrings need beside them.

Sphinx with MyST-NB reads stored notebooks as they are and needs nothing from a network: theme, search and MathJax come
from Python packages. The theme of Jupyter Book 2 is downloaded when a book is built, so it cannot be had offline.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import annolib
from annolib.course.authoring import repository
from annolib.course.site import reference

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def settings(where):
    """Return the settings of Sphinx for the repository at the address `where`."""
    return {
        "project": "Trust the Label",
        "author": "the authors of Trust the Label",
        "copyright": "the authors of Trust the Label; text and figures CC BY 4.0, code BSD 3-Clause",
        "release": annolib.__version__,
        "language": "en",
        "html_baseurl": repository.pages_address(where),
        "extensions": [
            "myst_nb",
            "sphinx.ext.autodoc",
            "sphinx.ext.linkcode",
            "sphinx.ext.mathjax",
            "sphinx.ext.napoleon",
            "sphinx-mathjax-offline",
            "sphinx_copybutton",
        ],
        "source_suffix": {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"},
        "default_role": "py:obj",
        "linkcode_resolve": lambda domain, about: source_link(where, about),
        **_NOTEBOOKS,
        **_DOCSTRINGS,
        **_LOOKS,
        "html_theme_options": {**_LOOKS["html_theme_options"], "source_repository": where},
    }


_MEMBERS = ("attribute", "method", "property", "classmethod", "staticmethod")
_NOTEBOOKS = {
    "nb_execution_mode": "off",  # the outputs are stored
    "nb_code_prompt_show": "Show the code",
    "nb_code_prompt_hide": "Hide the code",
    "nb_merge_streams": True,
    "myst_enable_extensions": ["dollarmath"],
    "myst_heading_anchors": 4,
    "myst_dmath_double_inline": True,
    "copybutton_selector": "div.cell_input pre, div.highlight-bash pre, div.highlight-python pre",
}
_DOCSTRINGS = {
    "autodoc_typehints": "none",
    "autodoc_member_order": "bysource",
    "napoleon_google_docstring": False,
    "napoleon_use_ivar": True,
    "napoleon_use_rtype": False,
    "napoleon_use_admonition_for_references": False,
    "add_module_names": False,
    "toc_object_entries_show_parents": "hide",
}
_LOOKS = {
    "html_theme": "furo",
    "html_title": "Trust the Label",
    "html_static_path": [str(HERE)],
    "html_css_files": ["site.css"],
    "html_js_files": [("site.js", {"defer": "defer"})],
    "html_favicon": str(HERE / "mark.svg"),
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_theme_options": {
        "light_css_variables": {"color-brand-primary": "#00568a", "color-brand-content": "#00568a"},
        "dark_css_variables": {"color-brand-primary": "#7cc4f0", "color-brand-content": "#7cc4f0"},
        "top_of_page_buttons": [],
    },
}


def connect(app):
    """Let the application `app` understand the library's docstrings; called by Sphinx as `setup`."""
    app.connect("autodoc-process-docstring", _one_name_each, priority=400)  # before napoleon reads them
    app.connect("autodoc-process-docstring", _escape)
    app.connect("missing-reference", _look_up)
    app.connect("doctree-resolved", _link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def source_link(where, about):
    """Return where the repository shows the code of a name, or None.

    Parameters
    ----------
    where : str
        The address of the repository.
    about : dict
        With `module` and `fullname`, as Sphinx tells them.

    Examples
    --------
    >>> source_link("https://github.com/someone/a-course", {"module": "annolib", "fullname": "SelfConsistency"})
    'https://github.com/someone/a-course/blob/main/annolib/monitors/two_labels.py'
    """
    try:
        thing = importlib.import_module(about["module"])
        for part in about["fullname"].split("."):
            thing = getattr(thing, part)
        file = Path(inspect.getsourcefile(inspect.unwrap(getattr(thing, "fget", None) or thing)))
        return repository.file_link(where, file.relative_to(ROOT).as_posix())
    except (ImportError, AttributeError, TypeError, ValueError):
        return None


def _one_name_each(app, what, name, thing, options, lines):
    lines[:] = reference.one_name_each(lines)


def _escape(app, what, name, thing, options, lines):
    """Docstrings speak plainly; a doctest or an indented block stays as it is."""
    shown, code = [], False
    for line in lines:
        code = line.lstrip().startswith(">>>") or (code and bool(line.strip()))
        shown.append(line if code else reference.escaped(line))
    lines[:] = shown


def _look_up(app, env, node, contents):
    """Find `Problem(value)`, `Binary` or `monitors.Expert` among the public names."""
    if node.get("refdomain") != "py":
        return None
    wanted = re.sub(r"\(.*\)$", "", node.get("reftarget", ""))
    objects = env.domains["py"].objects
    ends = [name for name in objects if name.endswith(f".{wanted}")]
    if "." not in wanted:  # a bare word such as `effort` is no attribute of just any class
        ends = [name for name in ends if objects[name].objtype not in _MEMBERS]
    if not wanted or not ends:
        return None
    from sphinx.util.nodes import make_refnode

    place = objects[min(ends, key=lambda each: (each.count("."), each))]
    return make_refnode(app.builder, node.get("refdoc"), place.docname, place.node_id, contents)


def _link_names(app, tree, page):
    """In lessons, let `al.second_best` and `SelfConsistency.effort` in running text lead to the reference."""
    if not page.startswith(("lessons/", "solutions/", "index")):
        return
    from docutils.nodes import literal
    from docutils.nodes import reference as link
    from sphinx.util.nodes import make_refnode

    objects = app.env.domains["py"].objects
    for node in list(tree.findall(literal)):
        name = public_name(node.astext(), objects)
        if name and not isinstance(node.parent, link):
            place = objects[name]
            node.replace_self(make_refnode(app.builder, page, place.docname, place.node_id, node.deepcopy()))


def public_name(code, objects):
    """Return the full name among `objects` that a piece of code in running text stands for, or None.

    >>> names = {"annolib.SelfConsistency": 1, "annolib.Monitor.effort": 1, "annolib.item_strength": 1}
    >>> public_name("al.item_strength(p)", names), public_name("SelfConsistency.effort", names)
    ('annolib.item_strength', 'annolib.Monitor.effort')
    >>> public_name("effort", names) is None
    True
    """
    word = re.sub(r"\(.*\)$", "", code.strip(), flags=re.S).removeprefix("al.").removeprefix("annolib.")
    if not re.fullmatch(r"[A-Za-z_][\w.]*", word):
        return None
    owner, _, member = f"annolib.{word}".rpartition(".")
    homes = [owner]
    if owner in objects:  # a member may be described where it is inherited from
        bases = getattr(reference.found(owner), "__mro__", ())
        homes += [f"{owner.rpartition('.')[0]}.{base.__name__}" for base in bases]
    return next((f"{home}.{member}" for home in homes if f"{home}.{member}" in objects), None)
