"""Explorers: every control of every one to both ends; pictures, words, errors; the kinds of control."""

import inspect
import itertools
import json
import re

import ipywidgets
import pytest

import annolib as al
from annolib.figures.style import canvas, describe
from annolib.widgets import Explorer, checkbox, dropdown, float_slider, int_slider
from annolib.widgets.controls import ends, fits, shown

BUILDERS = [
    name
    for name in sorted(al.widgets.__all__)
    if inspect.isfunction(getattr(al.widgets, name))
    and all(
        parameter.default is not parameter.empty
        for parameter in inspect.signature(getattr(al.widgets, name)).parameters.values()
    )
]
VIEW = "application/vnd.jupyter.widget-view+json"


def line(slope=1.0, points=5, colour="black", dotted=False):
    if slope == 2 and dotted:
        raise ValueError('steep & <dotted> is "too much"')
    figure, axes = canvas()
    axes.plot([slope * k for k in range(points)], color=colour, linestyle=":" if dotted else "-")
    return describe(figure, f'A "{colour}" line & its slope {slope:.1f}, {points} points, dotted {dotted}.')


@pytest.fixture
def explorer():
    return Explorer(
        line,
        slope=float_slider("Slope", 1, -2, 2, step=0.5),
        points=int_slider("Points", 5, 2, 12),
        colour=dropdown("Colour", {"Ink": "black", "Sea": "blue"}),
        dotted=checkbox("Dotted"),
    )


def picture(explorer):
    return explorer.panel.children[-4].value


def words(explorer):
    return explorer.panel.children[-1].value


def painted(explorer):
    """The picture alone, as the page shows it: not its words."""
    return re.search(r'src="data:image/png;base64,([^"]+)"', picture(explorer)).group(1)


# every explorer of the lessons


@pytest.mark.parametrize("name", BUILDERS)
def test_every_control_to_both_ends(name, picture_faults):
    explorer = getattr(al.widgets, name)()
    assert isinstance(explorer, Explorer), f"{name} takes no argument and so must build an explorer"
    assert explorer.controls, f"{name} has nothing to move"
    start = explorer.values
    for moved, group in itertools.groupby(explorer.ends(), key=lambda end: end[0]):
        pictures, descriptions = set(), set()
        for _, value in group:
            figure = explorer.set(**{**start, moved: value})
            faults = picture_faults(figure)
            assert not faults, f"{name} at {moved}={value!r} {'; '.join(faults)}"
            pictures.add(painted(explorer))
            descriptions.add(figure.description)
        assert len(pictures) == len(descriptions) == len(ends(explorer.controls[moved])), (
            f"{name}: moving {moved} changes only {len(pictures)} pictures and {len(descriptions)} descriptions"
        )


@pytest.mark.parametrize("name", BUILDERS)
def test_all_ends_together(name, picture_faults):
    explorer = getattr(al.widgets, name)()
    corners = itertools.product(*(ends(control) for control in explorer.controls.values()))
    for corner in itertools.islice(corners, 32):
        figure = explorer.set(**dict(zip(explorer.controls, corner, strict=True)))
        faults = picture_faults(figure)
        assert not faults, f"{name} at {explorer.values} {'; '.join(faults)}"


# the explorer itself


def test_a_move_changes_picture_and_words_alike(explorer):
    before, before_words = picture(explorer), words(explorer)
    explorer.controls["slope"].value = -1
    assert picture(explorer) != before
    assert words(explorer) != before_words
    escaped = "A &quot;black&quot; line &amp; its slope -1.0, 5 points, dotted False."
    assert f'alt="{escaped}"' in picture(explorer)
    assert f"<p>{escaped}</p>" in words(explorer)
    assert 'aria-live="polite"' in words(explorer)


def test_set_moves_several_controls_and_draws_once():
    calls = []

    def counted(slope=1.0, points=5):
        calls.append((slope, points))
        return line(slope, points)

    explorer = Explorer(counted, slope=float_slider("Slope", 1, 0, 2), points=int_slider("Points", 5, 2, 12))
    figure = explorer.set(slope=2, points=3)
    assert calls == [(1.0, 5), (2.0, 3)]
    assert figure is explorer.figure
    assert explorer.values == {"slope": 2.0, "points": 3}


def test_same_values_same_picture(explorer):
    before = picture(explorer)
    explorer.set(slope=-2, dotted=True)
    explorer.set(slope=1, dotted=False)
    assert picture(explorer) == before


def test_an_error_is_shown_recorded_raised_and_forgotten(explorer):
    explorer.set(dotted=True)
    with pytest.raises(ValueError, match="too much"):
        explorer.controls["slope"].value = 2
    assert isinstance(explorer.error, ValueError)
    assert "<img" not in picture(explorer)
    assert "ValueError: steep &amp; &lt;dotted&gt; is &quot;too much&quot;" in picture(explorer)
    assert "slope = 2.0" in picture(explorer)
    assert "could not be drawn: steep" in repr(explorer)
    with pytest.raises(ValueError, match="too much"):
        explorer.set(points=3)
    explorer.set(dotted=False)
    assert explorer.error is None
    assert "<img" in picture(explorer)


def test_a_broken_explorer_fails_at_once():
    with pytest.raises(ValueError, match="too much"):
        Explorer(line, slope=float_slider("Slope", 2, -2, 2), dotted=checkbox("Dotted", True))


def test_a_figure_without_words_is_refused():
    with pytest.raises(TypeError, match="needs a figure with a description"):
        Explorer(lambda: canvas()[0])


def test_controls_must_match_the_arguments():
    with pytest.raises(TypeError, match="arguments of line: .*'width'"):
        Explorer(line, width=float_slider("Width", 1, 0, 2))
    with pytest.raises(TypeError, match="saw Text. Make it with float_slider"):
        Explorer(line, colour=ipywidgets.Text("black"))


@pytest.mark.parametrize(
    "values, message",
    [
        ({"width": 1}, r"'width' is no control; choose from slope, points, colour, dotted"),
        ({"slope": 2.5}, r"slope must be within \(-2.0, 2.0\); saw 2.5"),
        ({"points": 2.5}, r"points must be within \(2, 12\); saw 2.5"),
        ({"slope": 0, "colour": "green"}, r"colour must be within \('black', 'blue'\); saw 'green'"),
    ],
)
def test_set_refuses_what_a_hand_could_not_do(explorer, values, message):
    with pytest.raises(ValueError, match=message):
        explorer.set(**values)
    assert explorer.values == {"slope": 1.0, "points": 5, "colour": "black", "dotted": False}


def test_ends_visits_every_end_and_option(explorer):
    assert list(explorer.ends()) == [
        *[("slope", -2.0), ("slope", 2.0), ("points", 2), ("points", 12)],
        *[("colour", "black"), ("colour", "blue"), ("dotted", False), ("dotted", True)],
    ]


def test_text_that_remains_in_a_stored_notebook(explorer):
    bundle = explorer._repr_mimebundle_()
    assert set(bundle) == {VIEW, "text/plain"}
    assert bundle[VIEW]["model_id"] == explorer.panel.model_id
    assert bundle["text/plain"].splitlines() == [
        "Explorer of line (the controls move in Jupyter)",
        "  Slope: 1.0 (from -2.0 to 2.0)",
        "  Points: 5 (from 2 to 12)",
        "  Colour: Ink",
        "  Dotted: no",
        'Picture: A "black" line & its slope 1.0, 5 points, dotted False.',
    ]
    assert explorer.panel.model_id not in json.dumps(bundle["text/plain"])


def test_words_are_folded_until_the_box_is_ticked(explorer):
    box = explorer.panel.children[-2]
    assert "clip-path" in words(explorer)
    box.value = True
    assert "clip-path" not in words(explorer)
    explorer.set(slope=0)
    assert "clip-path" not in words(explorer)


def test_picture_has_its_size(explorer):
    width, height = re.search(r'width="(\d+)" height="(\d+)"', picture(explorer)).groups()
    assert (int(width), int(height)) == (704, 396)
    assert "max-width:100%" in picture(explorer)


# the controls


def test_decimals_follow_the_step():
    formats = [float_slider("x", 0, 0, 1, step=step).readout_format for step in (0.5, 0.05, 0.001, 1)]
    assert formats == [".1f", ".2f", ".3f", ".0f"]


def test_values_in_words():
    assert shown(int_slider("Checks", 60, 10, 400)) == "60 (from 10 to 400)"
    assert shown(dropdown("Interval", {"Wilson": "w", "Exact": "cp"}, "cp")) == "Exact"
    assert shown(checkbox("Swap", True)) == "yes"


def test_dropdown_of_plain_words():
    menu = dropdown("Against", ("peer", "key"))
    assert (menu.value, ends(menu), fits(menu, "key"), fits(menu, "gpt4")) == (
        "peer",
        ("peer", "key"),
        True,
        False,
    )


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: float_slider("", 0, 0, 1), "label must say in plain words"),
        (lambda: float_slider("Effort", 0, 1, 0), "low must be below high; saw 1 and 0"),
        (lambda: float_slider("Effort", 2, 0, 1), r"value must lie in \[0, 1\]; saw 2"),
        (lambda: int_slider("Checks", 5, 0, 10, step=20), "step must be positive and fit"),
        (lambda: float_slider("Effort", 0.5, 0, 1, step=0), "step must be positive and fit"),
        (lambda: dropdown("Interval", ["wilson"]), "options must hold at least two choices; saw 1"),
        (lambda: dropdown("Interval", ["a", "b"], "c"), r"value must be one of \['a', 'b'\]; saw 'c'"),
    ],
)
def test_bad_controls(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_package_is_lazy():
    with pytest.raises(AttributeError, match="no attribute 'joystick'"):
        al.widgets.joystick  # noqa: B018
    assert set(al.widgets.__all__) <= set(dir(al.widgets))


@pytest.mark.parametrize("name", BUILDERS)
def test_every_explorer_says_what_to_try_and_finds_back(name):
    explorer = getattr(al.widgets, name)()
    assert len(explorer.suggestion.split()) >= 5 and explorer.suggestion[-1] in ".?"
    assert explorer.suggestion in explorer.panel.children[0].value.replace("&#x27;", "'")
    before, first = explorer.values, explorer.figure.description
    moved = next((name, value) for name, value in explorer.ends() if value != before[name])
    explorer.set(**dict([moved]))
    assert explorer.values != before
    explorer._reset.click()
    assert explorer.values == before and explorer.figure.description == first


class Sketch:
    """A figure in what an explorer asks of it, drawn in no time: 100 kB of picture, never the same."""

    drawn = 0

    def __init__(self, level):
        Sketch.drawn += 1
        self.description = f"Picture {Sketch.drawn} at {level:.1f}."

    def png(self):
        return bytes(16) + (7).to_bytes(4, "big") * 2 + self.description.encode() + bytes(100_000)


def test_two_hundred_moves_do_not_grow_the_kernel():
    """Neither widgets nor any other objects are left behind, and no memory is kept."""
    import gc
    import tracemalloc

    from annolib.course.authoring.move_controls import living_widgets

    explorer = Explorer(Sketch, level=float_slider("Level", 1, -2, 2))

    def move(times):
        for step in range(times):
            explorer.controls["level"].value = (-2, -1, 0, 2)[step % 4]
        gc.collect()
        return len(gc.get_objects()), len(living_widgets()), tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        objects, widgets, memory = move(20)  # what is kept once
        before = Sketch.drawn
        more_objects, more_widgets, more_memory = move(200)
    finally:
        tracemalloc.stop()
    assert Sketch.drawn == before + 200 and more_widgets == widgets
    assert more_objects - objects < 100 and more_memory - memory < 300_000  # three pictures at most


def test_moved_figures_are_let_go(explorer):
    import gc

    from matplotlib.figure import Figure

    def alive():
        gc.collect()
        return sum(isinstance(thing, Figure) for thing in gc.get_objects())

    explorer.set(slope=2)
    before = alive()
    for slope in (-2, -1, 0, 1):
        explorer.controls["slope"].value = slope
    assert alive() == before
