"""Move every control of every widget that lives in this kernel to its ends, so that broken callbacks show.

`python3 solutions --run` calls it after the last cell of a notebook.
"""

from __future__ import annotations


def move_every_control():
    """Move each slider to both ends, each menu and set of radio buttons to each option, each box to both.

    Where nothing was chosen, nothing is chosen at the end: the page keeps no answers of this machine.

    Returns
    -------
    int
        How many moves were made. An error in a callback is raised as it is.
    """

    moves = 0
    for control in living_widgets():
        start = getattr(control, "value", None)
        for value in _ends(control):
            control.value = value
            moves += 1
            if start is None:
                control.value = None
    return moves


def living_widgets():
    """All widgets of this kernel; ipywidgets 7 keeps them in another place."""
    from ipywidgets import Widget
    from ipywidgets.widgets import widget

    return list((widget._instances if hasattr(widget, "_instances") else Widget.widgets).values())


def _ends(control):
    if not hasattr(control, "value") or getattr(control, "disabled", False):
        return ()
    options = getattr(control, "_options_values", None)
    if options is not None:
        return tuple(options) if not isinstance(control.value, tuple) else ()
    if isinstance(control.value, bool):
        return (not control.value, control.value)
    ends = (getattr(control, "min", None), getattr(control, "max", None))
    return ends if all(isinstance(end, (int, float)) for end in ends) else ()
