"""Views and hover words, for both versions of ipywidgets."""

import ipywidgets
import pytest

from annolib.views import VIEW, hover, view


class OldSlider:
    """What matters here of a slider of ipywidgets 7: it has no `tooltip` and no `_repr_mimebundle_`."""

    model_id = "abc"

    @staticmethod
    def class_trait_names():
        return ["description", "description_tooltip", "value"]


def test_a_widget_of_version_7_is_shown_by_its_number():
    assert view(OldSlider()) == {VIEW: {"version_major": 2, "version_minor": 0, "model_id": "abc"}}


def test_the_view_is_the_one_that_ipywidgets_gives():
    slider = ipywidgets.IntSlider(3)
    if not hasattr(slider, "_repr_mimebundle_"):
        pytest.skip("ipywidgets 7 gives none")
    assert view(slider)[VIEW] == slider._repr_mimebundle_()[VIEW]


@pytest.mark.parametrize(
    "kind", [ipywidgets.FloatSlider, ipywidgets.Button, ipywidgets.Dropdown, ipywidgets.RadioButtons]
)
def test_hover_words_are_taken_by_every_control(kind):
    (name, words), *rest = hover(kind, "Why").items()
    assert not rest and getattr(kind(**{name: words}), name) == "Why"


def test_a_control_without_tooltip_has_another_name_for_it():
    assert hover(OldSlider, "Why") == {"description_tooltip": "Why"}
