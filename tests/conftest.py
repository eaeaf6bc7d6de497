"""What several test files share, and two settings of the whole suite.

Notebooks stay on one worker; the answers on which the checks of exercises were tried are counted.
"""

import itertools

import hypothesis
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.legend import Legend

from annolib.figures import style

PALETTE = {
    colour.lower()
    for colour in (
        style.INK,
        style.BLUE,
        style.ORANGE,
        style.GREEN,
        style.RED,
        style.SKY,
        style.PURPLE,
        style.GREY,
    )
}

CHECKS = "checks of exercises"

# Files of a minute or more with few tests: with `-n` they are handed out first, so that no worker is left alone with one.
LONG = (
    "tests/browser/test_lessons.py",
    "tests/course/test_right_answers.py",
    "tests/course/site/test_build.py",
    "tests/widgets/test_widgets.py",
    "tests/course/test_lessons.py",
    "tests/course/test_answers.py",
    "tests/tables/engines/",
    "tests/figures/test_figures.py",
    "tests/contracts/",
)

hypothesis.settings.register_profile("no clock", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("no clock")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """With `-n`, all cells of a notebook must run in one kernel: hand out whole files, and in the order in which they are found."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadfile"
    config.option.loadscopereorder = (
        False  # else by the number of tests: what takes long and has few would come last
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On a worker of `-n`: the long files first."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item):
    place = item.nodeid.partition("::")[0]
    return next((rank for rank, long in enumerate(LONG) if place.startswith(long)), len(LONG))


def pytest_terminal_summary(terminalreporter):
    """Say on how many right and wrong answers the checks were tried; tests record it as a property."""
    reports = terminalreporter.getreports("passed")
    counts = [value for report in reports for name, value in report.user_properties if name == CHECKS]
    if counts:
        exercises, right, wrong = (sum(column) for column in zip(*counts, strict=True))
        terminalreporter.write_line(
            f"checks: {exercises} exercises, {right} right answers accepted, {wrong} wrong rejected"
        )


@pytest.fixture(scope="session")
def picture_faults():
    """A function that names everything in a drawn figure that breaks the house style."""

    def faults(figure):
        if not isinstance(figure, style.Figure):
            return [f"is a {type(figure).__name__}, not a figure of the house"]
        if figure.stale:  # changed since it was last painted, or never painted: an explorer has done it
            figure.png()
        found = [] if figure.description.strip() else ["has no description"]
        if "nan" in figure.description.lower().replace("(", " ").split():
            found.append(f"describes a NaN: {figure.description}")
        shown = [axes for axes in figure.axes if axes.axison]
        for axes in shown:
            found += _unlabelled(axes) + _foreign_colours(axes)
        return found + _outside(figure)

    return faults


def _unlabelled(axes):
    """Axes without a label, unless an axes that shares the scale has one."""
    faults = []
    for side in "xy":
        shared = getattr(axes, f"get_shared_{side}_axes")().get_siblings(axes)
        if not any(getattr(one, f"get_{side}label")().strip() for one in shared):
            faults.append(f"has no {side} label on {axes.get_title() or 'an axes'}")
    return faults


def _foreign_colours(axes):
    """Colours of lines, areas, markers and words drawn into the axes that are not the palette's."""
    colours = [line.get_color() for line in axes.lines]
    for area in axes.patches:
        colours += [area.get_facecolor()]
    for marks in axes.collections:
        if marks.get_array() is None:
            colours += [*marks.get_facecolor(), *marks.get_edgecolor()]
    allowed = PALETTE | {"#ffffff"}
    seen = {to_hex(colour) for colour in colours if not isinstance(colour, str) or colour != "none"}
    words = {to_hex(text.get_color()) for text in axes.texts}
    foreign = sorted((seen - allowed) | (words - allowed - {"#000000"}))
    return [f"uses colours outside the palette: {', '.join(foreign)}"] if foreign else []


def _outside(figure):
    """Words that leave the canvas, or that lie on each other."""
    renderer = figure.canvas.get_renderer()
    canvas = figure.bbox.padded(1)
    boxes = [
        (text.get_text().strip(), text.get_window_extent(renderer).padded(-1.5))
        for axes in figure.axes
        for text in _words(axes)
        if text.get_text().strip() and text.get_visible()
    ]
    faults = [
        f"has words that leave the canvas: {words!r}"
        for words, box in boxes
        if not (np.all(box.min >= canvas.min) and np.all(box.max <= canvas.max))
    ]
    for (words, box), (others, other) in itertools.combinations(boxes, 2):
        if box.overlaps(other):
            faults.append(f"has words that lie on each other: {words!r} and {others!r}")
    return faults


def _words(axes):
    """Every text of the axes: labels drawn into it, title, axis and tick labels, legends."""
    yield from [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label]
    for legend in axes.findobj(Legend):
        yield from legend.get_texts()
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for place, text in zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True):
            if low <= place <= high:
                yield text
