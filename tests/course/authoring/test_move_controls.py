"""Every control of a page is moved to its ends."""

from annolib.course.authoring import move_controls as drive


def test_every_control_is_moved():
    import ipywidgets

    ipywidgets.Widget.close_all()  # those of other tests, whose callbacks may fail on purpose
    seen = []
    controls = [
        ipywidgets.FloatSlider(0.5, min=0, max=1),
        ipywidgets.Dropdown(options=[("a", 1), ("b", 2)]),
        ipywidgets.RadioButtons(options=["x", "y"], value=None),
        ipywidgets.Checkbox(False),
        ipywidgets.HTML("not a control"),
        ipywidgets.IntSlider(1, 0, 3, disabled=True),
    ]
    for control in controls:
        control.observe(lambda change: seen.append(change["new"]), "value")
    assert drive.move_every_control() >= 8
    assert {0.0, 1.0, 2, "x", "y"} <= set(seen) and 3 not in seen
    assert any(value is True for value in seen)
    assert controls[2].value is None and controls[3].value is False  # no answer is left behind
