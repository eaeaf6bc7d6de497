"""The controls of an explorer: four kinds, each with a plain-language label, each usable from the keyboard.

A slider moves with the left and right arrow, Page Up and Page Down, Home and End; its number can be typed too.
A dropdown opens with Space. JupyterLab keeps the up and down arrows for itself until then.
"""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets

from annolib.views import hover

_WIDE = {"width": "100%", "max_width": "54em"}


def float_slider(label, value, low, high, step=0.05):
    """A slider over the numbers from `low` to `high`.

    Parameters
    ----------
    label : str
        What the number is, in plain words, with its unit.
    value : float
        Where the slider starts.
    low, high : float
        Its two ends, `low` < `high`.
    step : float
        One press of an arrow key; also decides how many decimals are shown.

    Examples
    --------
    >>> slider = float_slider("Effort (share of items judged)", 0.6, 0, 1, step=0.05)
    >>> slider.value, slider.min, slider.max, slider.readout_format
    (0.6, 0.0, 1.0, '.2f')
    """
    _check_range(value, low, high, step)
    return ipywidgets.FloatSlider(
        **_labelled(ipywidgets.FloatSlider, label),
        value=value,
        min=low,
        max=high,
        step=step,
        readout_format=f".{_decimals(step)}f",
        layout=_WIDE,
    )


def int_slider(label, value, low, high, step=1):
    """A slider over the whole numbers from `low` to `high`.

    Examples
    --------
    >>> int_slider("Repeated items", 60, 10, 400, step=10).value
    60
    """
    _check_range(value, low, high, step)
    return ipywidgets.IntSlider(
        **_labelled(ipywidgets.IntSlider, label), value=value, min=low, max=high, step=step, layout=_WIDE
    )


def dropdown(label, options, value=None):
    """A list of options to choose one from.

    Parameters
    ----------
    label : str
        What is chosen, in plain words.
    options : mapping of str to value, or sequence of str
        The words shown and the values they stand for.
    value : optional
        The option chosen at the start; the first one if left out.

    Examples
    --------
    >>> menu = dropdown("Interval", {"Wilson": "wilson", "Clopper-Pearson": "clopper-pearson"})
    >>> menu.value, ends(menu)
    ('wilson', ('wilson', 'clopper-pearson'))
    """
    pairs = list(options.items()) if isinstance(options, Mapping) else [(str(o), o) for o in options]
    if len(pairs) < 2:
        raise ValueError(f"options must hold at least two choices; saw {len(pairs)}. Give words and values.")
    values = [value_ for _, value_ in pairs]
    if value is not None and value not in values:
        raise ValueError(f"value must be one of {values}; saw {value!r}. Choose one of them.")
    return ipywidgets.Dropdown(
        **_labelled(ipywidgets.Dropdown, label),
        options=pairs,
        value=values[0] if value is None else value,
        layout=_WIDE,
    )


def checkbox(label, value=False):
    """A box to tick: True or False.

    Examples
    --------
    >>> ends(checkbox("Swap the sides of repeats"))
    (False, True)
    """
    return ipywidgets.Checkbox(
        **_labelled(ipywidgets.Checkbox, label), value=bool(value), indent=False, layout=_WIDE
    )


def ends(control):
    """Both ends of a slider, or every option of a dropdown or a checkbox, as a tuple of values.

    Raises
    ------
    TypeError
        If the control is of no kind that this module makes.

    Examples
    --------
    >>> ends(int_slider("Checks", 60, 10, 400))
    (10, 400)
    """
    if isinstance(control, (ipywidgets.FloatSlider, ipywidgets.IntSlider)):
        return control.min, control.max
    if isinstance(control, ipywidgets.Checkbox):
        return False, True
    if isinstance(control, ipywidgets.Dropdown):
        return tuple(option[1] if isinstance(option, tuple) else option for option in control.options)
    raise TypeError(
        f"a control must be a slider, a dropdown or a checkbox; saw {type(control).__name__}. "
        "Make it with float_slider, int_slider, dropdown or checkbox."
    )


def fits(control, value):
    """Whether the control can stand at `value`; ipywidgets would silently move it to the nearest end.

    Examples
    --------
    >>> slider = int_slider("Checks", 60, 10, 400)
    >>> fits(slider, 400), fits(slider, 401), fits(slider, 20.5), fits(slider, "many")
    (True, False, False, False)
    """
    reachable = ends(control)
    if isinstance(control, (ipywidgets.Dropdown, ipywidgets.Checkbox)):
        return value in reachable
    try:
        inside = reachable[0] <= value <= reachable[1]
    except TypeError:
        return False
    return bool(inside and (isinstance(control, ipywidgets.FloatSlider) or value == int(value)))


def shown(control):
    """The value of the control in the words that a reader sees beside it.

    Examples
    --------
    >>> shown(float_slider("Effort", 0.6, 0, 1)), shown(checkbox("Swap sides"))
    ('0.60 (from 0.00 to 1.00)', 'no')
    """
    if isinstance(control, ipywidgets.Checkbox):
        return "yes" if control.value else "no"
    if isinstance(control, ipywidgets.Dropdown):
        return str(control.label)
    pattern = control.readout_format if isinstance(control, ipywidgets.FloatSlider) else "d"
    value, low, high = (format(number, pattern) for number in (control.value, control.min, control.max))
    return f"{value} (from {low} to {high})"


def _decimals(step):
    text = f"{step:.10f}".rstrip("0")
    return len(text) - text.index(".") - 1


def _labelled(kind, label):
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"label must say in plain words what the control moves; saw {label!r}.")
    words = label.strip()
    return {"description": words, **hover(kind, words), "style": {"description_width": "initial"}}


def _check_range(value, low, high, step):
    if not low < high:
        raise ValueError(
            f"low must be below high; saw {low!r} and {high!r}. Give the two ends of the slider."
        )
    if not low <= value <= high:
        raise ValueError(f"value must lie in [{low!r}, {high!r}]; saw {value!r}. Start the slider inside.")
    if not 0 < step <= high - low:
        raise ValueError(f"step must be positive and fit between the ends; saw {step!r}.")
