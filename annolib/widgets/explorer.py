"""An explorer: a pure figure whose parameters are moved by controls.

The picture is an `<img>` with the figure's description as alternative text. The description also stands
beside it as text, in a live region that a screen reader reads after each move; a tick box shows it to
everybody. Only the picture and the text change, so a control keeps the keyboard focus while it moves.
"""

from __future__ import annotations

import functools
import html
import inspect
import struct
from contextlib import contextmanager

import ipywidgets

from annolib.figures.style import element
from annolib.views import view
from annolib.widgets.controls import ends, fits, shown

# ipywidgets puts the label beside a slider, but gives its handle no name (noUiSlider would take one, nothing hands it on).
# The picture is loaded anew after every move: then it gives each handle of its explorer the label for a name, and for
# its value the number as it is read beside it, which noUiSlider writes with all its digits.
_NAME_HANDLES = (
    "this.closest('.annolib-explorer')?.querySelectorAll('.widget-slider').forEach(s=>"
    "s.querySelectorAll('[role=slider]').forEach(h=>{"
    "h.setAttribute('aria-label',s.querySelector('label').textContent);"
    "h.setAttribute('aria-valuetext',s.querySelector('.widget-readout').textContent)}))"
)
_HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"


class Explorer:
    """A figure function and the controls that move its arguments; the last line of a cell shows it.

    Parameters
    ----------
    figure_function : callable
        A pure function `f(**values)` that returns an `annolib` figure: it has `png()` and `description`.
        One redraw should take less than 100 ms, so call closed forms and not simulations.
    **controls : ipywidgets.Widget
        One control for each argument that moves, made by `float_slider`, `int_slider`, `dropdown` or
        `checkbox`. Arguments without a control keep their defaults; fix others by `functools.partial`.
    suggestion : str
        What to try first, one sentence, shown above the controls: "Move κ to .14."

    Attributes
    ----------
    controls : dict of str to widget
    figure : the figure of the last redraw that worked
    error : Exception or None
        What the last redraw raised. It is shown in words in place of the picture and raised as well: in
        the cell when code moved the control, to the kernel's log when a hand did.

    Raises
    ------
    TypeError
        If a control is of an unknown kind or the function has no such argument.
    Exception
        Whatever the first drawing raises, so that a broken explorer fails its cell.

    Examples
    --------
    >>> from annolib.figures.style import canvas, describe
    >>> from annolib.widgets import float_slider
    >>> def line(slope=1.0):
    ...     figure, axes = canvas()
    ...     axes.plot([0, 1], [0, slope])
    ...     return describe(figure, f"A line from 0 to {slope:.1f}.")
    >>> explorer = Explorer(line, slope=float_slider("Slope", 1, -2, 2, step=0.5))
    >>> explorer.set(slope=2).description
    'A line from 0 to 2.0.'
    >>> explorer
    Explorer of line (the controls move in Jupyter)
      Slope: 2.0 (from -2.0 to 2.0)
    Picture: A line from 0 to 2.0.
    """

    def __init__(self, figure_function, *, suggestion="", **controls):
        self.figure_function, self.controls, self.suggestion = figure_function, controls, suggestion
        self._start = {name: control.value for name, control in controls.items()}
        self.figure, self.error = None, None
        self._paused = False
        _check_arguments(figure_function, controls)
        self._picture = ipywidgets.HTML(layout={"max_width": "100%"})
        self._words = ipywidgets.HTML(layout={"max_width": "54em"})
        self._reset = ipywidgets.Button(
            description="Reset", tooltip="Move all controls back to where they were"
        )
        self._unfold = ipywidgets.Checkbox(description="Show the picture in words", indent=False)
        self.draw()
        self.panel = self._assemble()

    def draw(self):
        """Draw the figure at the controls' values, show it and return it; an error is shown and raised."""
        try:
            figure = self.figure_function(**self.values)
            picture, words = _image(figure), figure.description
        except Exception as error:
            self.error = error
            self._picture.value = _apology(error, self.values)
            self._tell("")
            raise
        self.error, self.figure = None, figure
        self._picture.value = picture
        self._tell(words)
        return figure

    @property
    def values(self):
        """The value of each control, by the name of the argument that it moves."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values):
        """Move controls from code, redraw once, and return the figure.

        Raises
        ------
        ValueError
            If there is no such control or it cannot stand there; nothing is moved then.
        """
        for name, value in values.items():
            if name not in self.controls:
                raise ValueError(f"{name!r} is no control; choose from {', '.join(self.controls) or 'none'}.")
            if not fits(self.controls[name], value):
                raise ValueError(f"{name} must be within {ends(self.controls[name])}; saw {value!r}.")
        with self._pause():
            for name, value in values.items():
                self.controls[name].value = value
        return self.draw()

    def reset(self):
        """Move all controls back to where they stood first, redraw once, and return the figure."""
        return self.set(**self._start)

    def ends(self):
        """Yield `(name, value)` for both ends of each slider and each option of the other controls.

        `for name, value in explorer.ends(): explorer.set(**{name: value})` visits them all.
        """
        for name, control in self.controls.items():
            for value in ends(control):
                yield name, value

    def __repr__(self):
        lines = [f"Explorer of {_name(self.figure_function)} (the controls move in Jupyter)"]
        lines += [f"  {control.description}: {shown(control)}" for control in self.controls.values()]
        if self.error is not None:
            return "\n".join([*lines, f"The picture could not be drawn: {self.error}"])
        return "\n".join([*lines, f"Picture: {self.figure.description}"])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {**view(self.panel), "text/plain": repr(self)}

    def _assemble(self):
        widest = max((len(control.description) for control in self.controls.values()), default=0)
        for control in self.controls.values():
            control.style.description_width = f"{0.9 * widest + 2:.0f}ch"
            control.observe(self._moved, "value")
        self._reset.on_click(lambda button: self.reset())
        self._unfold.observe(lambda change: self._tell(self._told), "value")
        self._picture.add_class("annolib-picture")
        self._words.add_class("annolib-words")
        self._unfold.add_class("annolib-unfold")
        self._reset.add_class("annolib-reset")
        above = []
        if self.suggestion:
            above = [ipywidgets.HTML(f"<p><b>Try:</b> {html.escape(self.suggestion)}</p>")]
            above[0].add_class("annolib-try")
        below = [self._picture, self._reset, self._unfold, self._words]
        panel = ipywidgets.VBox([*above, *self.controls.values(), *below])
        panel.add_class("annolib-explorer")
        return panel

    def _moved(self, change):
        if not self._paused:
            self.draw()

    def _tell(self, words):
        self._told = words
        style = "" if self._unfold.value else _HIDDEN
        text = html.escape(words)
        self._words.value = f'<div role="status" aria-live="polite" style="{style}"><p>{text}</p></div>'

    @contextmanager
    def _pause(self):
        self._paused = True
        try:
            yield
        finally:
            self._paused = False


def _image(figure):
    """The figure as an `<img>` with its size, so that the page does not jump while the next one loads."""
    description = getattr(figure, "description", "")
    if not description:
        raise TypeError(
            "an explorer needs a figure with a description; saw none. Return describe(figure, …)."
        )
    png = figure.png()
    width, height = struct.unpack(">II", png[16:24])  # the first fields of a PNG's header
    return element(png, description, f'width="{width}" height="{height}" onload="{_NAME_HANDLES}"')


def _apology(error, values):
    stood = ", ".join(f"{name} = {value!r}" for name, value in values.items()) or "no controls"
    return (
        '<div role="alert" class="annolib-error"><p><strong>This picture could not be drawn.</strong></p>'
        f"<p>{html.escape(type(error).__name__)}: {html.escape(str(error))}</p>"
        f"<p>The controls stood at {html.escape(stood)}. Move one of them back.</p></div>"
    )


def _name(function):
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def _check_arguments(function, controls):
    for control in controls.values():
        ends(control)
    try:
        inspect.signature(function).bind(**controls)
    except TypeError as error:
        raise TypeError(f"controls must match the arguments of {_name(function)}: {error}.") from None
