"""Figures inside a page: well formed, no id twice, the page's colours, and nothing of users' labels but what is drawn."""

import re
from xml.etree import ElementTree

import pytest

import annolib as al
from annolib.figures.style import BLUE, canvas, describe
from annolib.reports.drawings import COLOURS, inline_svg


def picture(name="one", words="A <line> & more."):
    figure, axes = canvas()
    axes.plot([0, 1], color=BLUE, label="--><script>")
    axes.set(title="Up & away", xlabel="--> <b>", ylabel="y")
    axes.legend()
    return inline_svg(describe(figure, words), name)


def test_it_is_well_formed_and_described():
    root = ElementTree.fromstring(picture())
    assert root.tag == "svg" and root.get("role") == "img" and "width" not in root.attrib
    assert root.find("title").text == "Up & away" and root.find("desc").text == "A <line> & more."
    assert root.get("aria-labelledby") == root.find("title").get("id") == "one-title"
    assert root.get("aria-describedby") == root.find("desc").get("id")


def test_nothing_but_the_picture_is_left():
    text = picture()
    assert "<!--" not in text and "script" not in text and "metadata" not in text and "<style" not in text
    assert "<?xml" not in text and "<!DOCTYPE" not in text and "http" not in text


def test_ids_and_references_carry_the_name():
    text = picture("two")
    root = ElementTree.fromstring(text)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(one.startswith("two-") for one in ids)
    references = re.findall(r'href="#([^"]+)"', text) + re.findall(r"url\(#([^)]+)\)", text)
    assert references and set(references) <= set(ids)


def test_colours_are_the_pages():
    text = picture()
    assert f"var(--blue, {BLUE.lower()})" in text
    bare = re.sub(r"var\(--[\w-]+, #[0-9a-f]{6}\)", "", text)
    assert not re.findall(r"#[0-9a-fA-F]{6}\b", bare) and set(COLOURS.values()) >= {"--ink", "--card"}


@pytest.mark.parametrize(
    "draw", [al.figures.audit_report, al.figures.strengths_and_verdicts, al.figures.checks_and_verdicts]
)
def test_the_figures_of_the_report_use_colours_of_the_page_only(draw):
    text = inline_svg(draw(), "x")
    assert not re.findall(r"#[0-9a-fA-F]{6}\b", re.sub(r"var\(--[\w-]+, #[0-9a-f]{6}\)", "", text))


def test_same_figure_same_text():
    assert picture() == picture()


@pytest.mark.parametrize("name", ["", "1a", 'x" onload="', "a b"])
def test_names_that_would_break_the_page_are_refused(name):
    with pytest.raises(ValueError, match="name must be a letter"):
        picture(name)
