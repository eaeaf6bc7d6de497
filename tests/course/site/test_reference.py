"""The reference names what the library hands on, and the plain speech of docstrings survives as text."""

import importlib

import pytest

import annolib
from annolib.course.authoring.rooms import floors
from annolib.course.site import reference


def test_every_room_and_every_public_name_is_listed_once():
    names = reference.rooms()
    listed = [name for found in names.values() for name in found]
    assert len(listed) == len(set(listed))
    assert {f"annolib.{name}" for name in annolib._HOME} <= set(listed)
    rooms = {room for floor in floors()[:-1] for room in floor}
    assert rooms <= set(names)
    for room in names:
        there = {name.rpartition(".")[2] for name in names[room]}
        assert set(getattr(importlib.import_module(f"annolib.{room}"), "__all__", ())) <= there
    assert "annolib.rates.monitoring_budget" in names["contracts"]
    assert "annolib.rates.ndtr" not in listed  # what a module imports is not its own


def test_every_listed_name_can_be_imported_and_says_what_it_is():
    silent = []
    for names in reference.rooms().values():
        for name in names:
            thing = reference.found(name)
            if callable(thing) and not (thing.__doc__ or "").strip():
                silent.append(name)
    assert not silent, "public, and without a docstring"


def test_the_glossary_of_contracts_is_a_table_with_set_symbols():
    page = reference.with_tables(annolib.contracts.__doc__)
    assert page.count("   * - :math:`") == 15
    assert ":math:`C_{\\mathrm{lin}}, K`" in page and ":math:`u_0, \\bar u`" in page
    assert "     - effort; η* the first best\n     - `Problem`, `first_best`" in page


@pytest.mark.parametrize(
    "plain, shown",
    [
        ("|d| and |e|", r"\|d\| and \|e\|"),
        ("`a|b` and ``c|d``", "`a|b` and ``c|d``"),
        ("a trailing_ word", r"a trailing\_ word"),
        ("snake_case stays, `end_` too", "snake_case stays, `end_` too"),
        (r"already \| done", r"already \| done"),
    ],
)
def test_plain_speech_is_no_markup(plain, shown):
    assert reference.escaped(plain) == shown


def test_text_that_is_no_table_stays():
    text = "One.\n\n    an indented line\n\nTwo  wide  gaps."
    assert reference.with_tables(text) == text


def test_attributes_that_share_an_entry_get_one_each_and_nothing_else_changes():
    lines = [
        "The sum, a number",
        "",
        "Parameters",
        "----------",
        "a, b : float",
        "",
        "Attributes",
        "----------",
    ]
    shared = [
        "x, y",
        "    Both.",
        "",
        "z : tuple of int, str",
        "    One.",
        "",
        "Examples",
        "--------",
        "a, b : c",
    ]
    alone = ["x", "    Both.", "y", "    Both.", *shared[2:]]
    assert reference.one_name_each(lines + shared) == lines + alone
