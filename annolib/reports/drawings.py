"""A figure as SVG that stands inside a page: with its description, in the page's colours, its ids its own."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

from annolib.figures import style

COLOURS = {
    # colour of the house: the page's variable, which a dark screen sets anew
    style.INK: "--ink",
    style.BLUE: "--blue",
    style.ORANGE: "--orange",
    style.GREEN: "--green",
    style.RED: "--red",
    style.SKY: "--sky",
    style.PURPLE: "--purple",
    style.GREY: "--grey",
    "#000000": "--ink",
    "#b0b0b0": "--line",
    "#cccccc": "--line",
    "#ffffff": "--card",
}
_DROPPED = ("metadata", "style")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def inline_svg(figure, name):
    """The figure as an `svg` element for a page of HTML.

    Labels are drawn as outlines, so that every reader sees the same picture; what they say stands in the description,
    which screen readers read instead.

    Parameters
    ----------
    figure : annolib.figures.style.Figure
    name : str
        Begins every id in the picture; letters, digits and hyphens. Two pictures of a page have two names.

    Returns
    -------
    str

    Examples
    --------
    >>> figure, axes = style.canvas()
    >>> picture = inline_svg(style.describe(figure, "Nothing <yet>."), "empty")
    >>> picture.startswith('<svg '), 'role="img"' in picture, "Nothing &lt;yet&gt;." in picture
    (True, True, True)
    """
    import matplotlib

    if not re.fullmatch(r"[a-zA-Z][\w-]*", name):
        raise ValueError(f"name must be a letter and then letters, digits or hyphens; saw {name!r}.")
    buffer = io.BytesIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=nothing)
    root = ElementTree.fromstring(buffer.getvalue())  # comments, which repeat users' labels, are left behind
    _strip(root)
    for element in root.iter():
        _own(element, name)
    root.attrib.pop("version", None)
    width, height = (float(root.attrib.pop(side).removesuffix("pt")) for side in ("width", "height"))
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-words")
    root.set("style", f"max-width:{width / 72:.2f}in;aspect-ratio:{width:g}/{height:g}")
    words = ElementTree.Element("desc", id=f"{name}-words")
    words.text = figure.description
    title = ElementTree.Element("title", id=f"{name}-title")
    title.text = _title(figure)
    root.insert(0, words)
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


def _title(figure):
    """The figure's title, or its first sentence."""
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    return next(filter(None, titles), figure.description.split(". ")[0])


def _strip(element):
    """Without what a page must not take over, and without name spaces, which HTML has not."""
    element.tag = element.tag.rpartition("}")[2]
    for child in list(element):
        if child.tag.rpartition("}")[2] in _DROPPED:
            element.remove(child)
        else:
            _strip(child)
    for key in list(element.attrib):
        if "}" in key:
            element.set(key.rpartition("}")[2], element.attrib.pop(key))


def _own(element, name):
    """Ids and references begin with the name; colours are the page's."""
    for key, value in element.attrib.items():
        if key == "id":
            value = f"{name}-{value}"
        elif key == "href" and value.startswith("#"):
            value = f"#{name}-{value[1:]}"
        else:
            value = value.replace("url(#", f"url(#{name}-")
            if key in ("style", "fill", "stroke"):
                value = _COLOUR.sub(_variable, value)
        element.set(key, value)


_BY_COLOUR = {colour.lower(): variable for colour, variable in COLOURS.items()}


def _variable(match):
    colour = match[0].lower()
    return f"var({_BY_COLOUR[colour]}, {colour})" if colour in _BY_COLOUR else colour
