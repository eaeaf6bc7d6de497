"""Slides as files: nothing from a network, formulas set, nothing that runs over the edge of a slide."""

import base64
import re
import struct
from functools import cache

import nbformat
import pytest

from annolib.course.definitions import load_definition
from annolib.course.notebook_files import notebooks
from annolib.course.shelf.deck import as_notebook, as_page, size_of
from annolib.course.shelf.slides import Slide, slides_of
from tests.browser.lab import chromium, find_chromium

SOURCES = notebooks("solutions")


@cache
def made_from(path):
    return slides_of(nbformat.read(path, as_version=4), load_definition(int(path.name[:2])))


def test_a_page_loads_nothing_and_sets_its_formulas():
    for path in SOURCES:
        slides = made_from(path)
        page = as_page(slides, path.stem)
        assert page.count("<section") == len(slides)
        assert set(re.findall(r"https?://[^\s\"<]+", page)) <= {
            "http://www.w3.org/1998/Math/MathML",
            *re.findall(r"https?://[^\s\"<)]+", "\n".join(slide.text for slide in slides)),
        }
        assert not re.search(r"<(link|iframe)|src=\"(?!data:)", page)
        text = re.sub(r"<(pre|code|script|style)\b.*?</\1>|<[^>]+>", "", page, flags=re.S)
        assert "$" not in text and "\\" not in text
        assert page.count("<math") >= sum("$" in slide.body for slide in slides)


def test_markup_in_text_stays_text():
    page = as_page(
        [Slide("frame", "a <b>bold</b> title", "1 < 2 & <script>alert(1)</script>", "QUJD", 'say "x"')], "t"
    )
    assert "<script>alert" not in page and "<b>" not in page and 'alt="say &quot;x&quot;"' in page


def test_the_notebook_holds_the_same_slides_and_their_pictures():
    slides = made_from(SOURCES[4])
    made = as_notebook(slides)
    assert [cell.metadata.slideshow.slide_type for cell in made.cells] == ["slide"] * len(slides)
    for cell, slide in zip(made.cells, slides, strict=True):
        assert cell.source.startswith(f"## {slide.title}")
        assert ("attachments" in cell) == bool(slide.picture)
        if slide.picture:
            assert cell.attachments["figure.png"]["image/png"] == slide.picture
    assert "\n# " not in "\n".join(cell.source for cell in made.cells)


def png(wide, high):
    """The beginning of a PNG of that size, in base64."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", wide, high)
    return base64.b64encode(head).decode()


def test_words_stand_beside_a_tall_figure_and_below_a_wide_one():
    beside = [
        'class="beside"' in as_page([Slide("figure", "T", "Words.", png(*size), "x")], "t")
        for size in ((700, 528), (700, 400), (1200, 500))
    ]
    assert beside == [True, False, False]


def test_no_full_stop_stands_alone_on_a_line():
    page = as_page([Slide("frame", "T", "The mean is $n$. Why?\n\n$$x = 1,$$")], "t")
    assert re.search(r'<span style="white-space:nowrap"><math[^>]*>.{1,60}</math>\.</span> Why', page)
    assert page.count("nowrap") == 1


def test_more_text_is_set_smaller():
    sizes = [
        size_of(Slide("frame", "T", "\n\n".join(["some words of a sentence"] * n))) for n in (1, 10, 20, 30)
    ]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > sizes[-1]


# what sticks out of its slide, is hidden in it or lies over its title, is too small to read, or too small to see
_FAULTS = """() => [...document.querySelectorAll("section")].flatMap((section, number) => {
  const edge = section.getBoundingClientRect(), head = section.querySelector("h1, h2").getBoundingClientRect();
  const place = section.querySelector(".place").getBoundingClientRect(), faults = [];
  for (const part of section.querySelectorAll("*")) {
    if (part.closest("math") && part.tagName !== "math") continue;
    const box = part.getBoundingClientRect();
    if (!box.width) continue;
    if (box.bottom > edge.bottom + 1 || box.right > edge.right + 1 || box.left < edge.left - 1 || box.top < edge.top - 1)
      faults.push(part.tagName + " sticks out");
    if (part.matches("p, li, pre, img") && !part.matches(".kicker, .place")) {
      if (box.top < head.bottom - 1) faults.push(part.tagName + " over the title");
      if (box.bottom > place.top && box.right > place.left) faults.push(part.tagName + " over the number");
      if (parseFloat(getComputedStyle(part).fontSize) < 15) faults.push(part.tagName + " too small to read");
    }
  }
  for (const part of section.querySelectorAll("pre, section > div"))
    if (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
      faults.push(part.tagName + " is cut");
  for (const part of section.querySelectorAll("img"))
    if (part.getBoundingClientRect().height < 400) faults.push("a small picture");
  return faults.map(fault => `slide ${number + 1}: ${fault}`);
})"""


@pytest.fixture(scope="module")
def browser():
    pytest.importorskip("playwright")
    if not find_chromium():
        pytest.skip("no Chromium is here to lay slides out")
    with chromium() as running:
        yield running


def faults_of(browser, page, tmp_path):
    path = tmp_path / "slides.html"
    path.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    try:
        tab.goto(path.as_uri())
        return tab.evaluate(_FAULTS)
    finally:
        tab.close()


@pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])
def test_no_slide_overflows(browser, path, tmp_path):
    assert faults_of(browser, as_page(made_from(path), path.stem), tmp_path) == []


def test_a_slide_that_overflows_is_seen(browser, tmp_path):
    long = Slide("frame", "Too long", "\n\n".join(["a line of text that goes on and on and on"] * 60))
    wide = Slide("evidence", "Wide", "```\n" + "x" * 400 + "\n```")
    found = "\n".join(faults_of(browser, as_page([long, wide], "t"), tmp_path))
    assert "slide 1: " in found and "slide 2: PRE too small to read" in found


def test_keys_move_by_one_slide_and_each_prints_on_its_own_sheet(browser, tmp_path):
    path = tmp_path / "slides.html"
    path.write_text(as_page([Slide("frame", f"Slide {n}", "Text.") for n in range(4)], "t"), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.goto(path.as_uri())
    tops = []
    for key in ("ArrowRight", "PageDown", "End", "ArrowLeft", "Home"):
        tab.keyboard.press(key)
        tab.wait_for_timeout(60)
        tops.append(round(tab.evaluate("scrollY") / 720))
    assert tops == [1, 2, 3, 2, 0]
    sheets = tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 4
    tab.close()
