"""An explorer as others meet it: a name and a readable value for every handle, and a picture that is dark on a dark page."""

import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from .lab import chromium, find_chromium, jupyter_lab
from .visit import _KERNEL_READY, _RUN_ALL

pytest.importorskip("playwright.sync_api", reason="no browser test: playwright is not installed")
if find_chromium() is None:
    pytest.skip("no browser test: neither chromium nor google-chrome is on the PATH", allow_module_level=True)

HANDLES = """() => [...document.querySelectorAll('.annolib-explorer [role=slider]')].map(
    handle => [handle.getAttribute('aria-label'), handle.getAttribute('aria-valuetext')])"""
NAMES = ("Share of items on which both groups lean the same way", "Share of the smaller group in the crowd")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """An explorer with two sliders and a menu in JupyterLab."""
    folder = tmp_path_factory.mktemp("names")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cell = nbformat.v4.new_code_cell("import annolib as al\nal.widgets.taste_explorer()")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), folder / "names.ipynb")
    with jupyter_lab(folder) as address, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(address("names.ipynb"))
        page.wait_for_function(_KERNEL_READY)
        page.evaluate(_RUN_ALL)
        page.wait_for_selector(".annolib-picture img")
        page.wait_for_function(
            "document.querySelectorAll('.annolib-explorer [role=slider][aria-label]').length == 2"
        )
        yield page


def brightness(page):
    """Of the picture as the page shows it: its mean, 0 for black and 1 for white, and that of its corner."""
    shot = page.locator(".annolib-picture img").screenshot()
    grey = np.asarray(Image.open(io.BytesIO(shot)).convert("L")) / 255
    return grey.mean(), grey[8:20, 8:20].mean()


def test_on_a_dark_page_the_picture_is_dark_and_does_not_glare(page):
    assert brightness(page)[0] > 0.75 and brightness(page)[1] > 0.98
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    try:
        assert brightness(page)[0] < 0.35 and brightness(page)[1] < 0.15
    finally:
        page.evaluate("document.body.dataset.jpThemeLight = 'true'")


def test_every_handle_has_its_label_and_its_number_as_it_is_read(page):
    assert page.evaluate(HANDLES) == [[NAMES[0], "0.30"], [NAMES[1], "0.40"]]


def test_after_a_move_they_have_them_still(page):
    page.locator(".annolib-explorer [role=slider]").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"({HANDLES})()[1][1] == '0.35'")
    assert page.evaluate(HANDLES) == [[NAMES[0], "0.30"], [NAMES[1], "0.35"]]


def test_axe_finds_nothing_serious_in_the_explorer(page):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: the extra site"
    )
    found = axe.Axe().run(page, context=".annolib-explorer").response["violations"]
    heavy = [(one["id"], len(one["nodes"])) for one in found if one["impact"] in ("serious", "critical")]
    assert not heavy, heavy
