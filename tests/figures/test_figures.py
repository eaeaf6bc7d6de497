"""Every figure that `annolib.figures` exports, at its default arguments and as a notebook shows it."""

import base64
import doctest
import inspect

import pytest

import annolib as al
from annolib.figures.style import BLUE, Figure, canvas, describe

FIGURES = sorted(al.figures.__all__)


@pytest.fixture(scope="module", params=FIGURES)
def drawn(request):
    """The name of a figure function, the function, and its picture at the defaults."""
    function = getattr(al.figures, request.param)
    return function, function()


def test_every_argument_has_a_default_and_the_docstring_an_example(drawn):
    function, _ = drawn
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.default is not parameter.empty, f"{parameter.name} has no default"
        assert parameter.name in function.__doc__, f"the docstring does not name {parameter.name}"
    assert doctest.DocTestParser().get_examples(function.__doc__)


def test_house_style(drawn, picture_faults):
    function, figure = drawn
    faults = picture_faults(figure)
    assert not faults, f"{function.__name__} " + "; ".join(faults)


def test_same_arguments_same_bytes_and_words(drawn):
    function, figure = drawn
    again = function()
    assert again is not figure
    assert again.png() == figure.png()
    assert again.png() == again.png()
    assert again.description == figure.description


def test_a_title_and_a_number_in_words(drawn):
    _, figure = drawn
    assert any(axes.get_title().strip() for axes in figure.axes) or figure.get_suptitle()
    assert any(character.isdigit() for character in figure.description), "the description is not about data"


def test_importing_figures_draws_nothing():
    with pytest.raises(AttributeError, match="no attribute 'pie_chart'"):
        al.figures.pie_chart  # noqa: B018
    assert set(FIGURES) <= set(dir(al.figures))


def test_notebook_view_carries_picture_and_words():
    figure, axes = canvas()
    axes.plot([0, 1])
    describe(figure, 'A line, "up" & <away>.')
    data, _ = figure._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == figure.png()
    assert data["text/plain"] == 'A line, "up" & <away>.'


def test_describe_wants_words():
    figure, _ = canvas()
    with pytest.raises(ValueError, match="sentences must hold at least one"):
        describe(figure)
    with pytest.raises(ValueError, match="sentences must hold at least one"):
        describe(figure, " ")


def test_canvas_gives_one_axes_or_an_array():
    figure, panels = canvas(columns=2, rows=2)
    assert isinstance(figure, Figure)
    assert panels.shape == (2, 2)
    assert canvas(columns=3)[1].shape == (3,)


def test_faults_of_style_are_found(picture_faults):
    figure, axes = canvas()
    axes.plot([0, 1], color="#123456")
    axes.set_xlabel("x")
    axes.text(3, 0.5, "far away", transform=axes.transAxes).set_in_layout(False)
    axes.text(0.5, 0.5, "one on", transform=axes.transAxes)
    axes.text(0.5, 0.5, "the other", transform=axes.transAxes)
    found = "; ".join(picture_faults(figure))
    for fault in (
        "no description",
        "no y label",
        "palette: #123456",
        "leave the canvas: 'far away'",
        "'one on' and",
    ):
        assert fault in found
    assert "x label" not in found
    sound, axes = canvas()
    axes.plot([0, 1], color=BLUE)
    axes.set(xlabel="x", ylabel="y")
    assert picture_faults(describe(sound, "A line from 0 to 1.")) == []
