"""The house style of every figure: one canvas, one palette, one way to describe.

The palette is Okabe and Ito's (2008), which survives the common colour-vision deficiencies;
a line style or a marker always says the same thing a second time.
"""

from __future__ import annotations

import base64
import html
import io

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as _MatplotlibFigure

from annolib.markup import shortened

INK, BLUE, ORANGE, GREEN, RED, SKY, PURPLE, GREY = (
    "#222222", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#8A8A8A",
)  # fmt: skip

DPI = 110
CARD = "background:#ffffff;border:1px solid #c8c8c8;border-radius:6px;padding:6px"
# On a dark page of JupyterLab, VS Code or Colab a picture is turned round: light becomes dark, hues stay. For a notebook
# that nobody trusted yet JupyterLab takes `<style>` and `filter` away, but leaves `opacity`: there the card lets a fifth
# of the page through, so that on a dark page it is a grey one, and ink on it is still eight times as dark.
QUIET = "opacity:.8;"
DARK = (
    "<style>.annolib-figure{opacity:1!important}"
    '[data-jp-theme-light="false"] .annolib-figure,.vscode-dark .annolib-figure,'
    "html[theme=dark] .annolib-figure{filter:invert(.93) hue-rotate(180deg) brightness(1.25)}</style>"
)


class _Canvas(FigureCanvasAgg):
    """What a figure is laid out and painted on; one reader of formulas for all: an axis's "10⁶" is read once, not in each picture."""

    _shared = {}

    def get_renderer(self):
        renderer = super().get_renderer()
        renderer.mathtext_parser = self._shared.setdefault("formulas", renderer.mathtext_parser)
        return renderer


class Figure(_MatplotlibFigure):
    """A matplotlib figure that carries a text description of what it shows.

    Attributes
    ----------
    description : str
        Sentences made from the drawn data. In a notebook it is the picture's alternative text
        and the text output of the cell.
    """

    description = ""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        _Canvas(self)

    def png(self):
        """The picture as PNG bytes, the same bytes for the same figure."""
        buffer = io.BytesIO()
        self.lay_out()
        self.canvas.print_png(buffer, metadata={"Software": None})
        return buffer.getvalue()

    def lay_out(self):
        """Give axes and words their places, once: a second layout would move pixels."""
        engine = self.get_layout_engine()
        if engine is not None and self.axes:
            engine.execute(self)
        self.set_layout_engine("none")

    def _repr_mimebundle_(self, include=None, exclude=None):
        """PNG for pages without a kernel, and the same as HTML: JupyterLab shows an alternative text only there."""
        png, words = self.png(), self.description
        shown = element(png, words, f'width="{round(self.get_figwidth() * DPI)}"')
        data = {"image/png": base64.b64encode(png).decode(), "text/html": shown, "text/plain": words}
        return data, {"image/png": {"alt": words}}


def element(png, words, attributes=""):
    """A PNG as an HTML element on its card, with a text description; on a dark page it has its dark form.

    Parameters
    ----------
    png : bytes
    words : str
    attributes : str
        More attributes of the element, as HTML.
    """
    source, style = base64.b64encode(png).decode(), f"{QUIET}max-width:100%;height:auto;{CARD}"
    return (
        f'{DARK}<img class="annolib-figure" src="data:image/png;base64,{source}" '
        f'alt="{html.escape(words)}" {attributes} style="{style}">'
    )


def canvas(columns=1, width=6.4, height=3.6, rows=1):
    """A new figure in the house style and its axes: one Axes, or an array if there are several.

    No pyplot and so no global state: a figure that nobody keeps is freed.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> axes.spines["top"].get_visible()
    False
    """
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for one in axes.flat:
        one.spines[["top", "right"]].set_visible(False)
        one.tick_params(colors=INK)
        one.grid(alpha=0.25, linewidth=0.6)
        one.set_axisbelow(True)
    return figure, (axes[0, 0] if axes.size == 1 else axes.squeeze())


def describe(figure, *sentences):
    """Attach the text description to the figure and return the figure.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> describe(figure, "One line.", "It rises from 0 to 1.").description
    'One line. It rises from 0 to 1.'
    """
    if not sentences or not all(s.strip() for s in sentences):
        raise ValueError(
            "sentences must hold at least one non-empty sentence; saw none. Say what the data show."
        )
    figure.description = " ".join(s.strip() for s in sentences)
    return figure


_LONGEST = 40  # signs of an id in a figure


def literal(identity):
    """A user's id as words of a figure that show it sign by sign: `$` is no mathematics.

    A line break, another control sign, or one that the font has not is written as Python writes it. Of a very long id the beginning and the
    end are shown.

    Examples
    --------
    >>> [literal("$5 an hour$"), literal(7), literal(chr(10))]
    ['\\\\$5 an hour\\\\$', '7', '\\\\n']
    """
    has = font_manager.get_font(font_manager.findfont(font_manager.FontProperties())).get_char_index
    shown = (
        sign if sign.isprintable() and has(ord(sign)) else ascii(sign)[1:-1]
        for sign in shortened(str(identity), _LONGEST)
    )
    return "".join(shown).replace("$", r"\$")
