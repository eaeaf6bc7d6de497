"""JupyterLite is built and opened in a headless browser, as far as a machine without Pyodide's address allows.

The kernel is loaded from that address. Where it cannot be reached, the notebook is seen, and its code is not run.
"""

import functools
import http.server
import json
import re
import threading
import urllib.request

import pytest

from annolib.course.notebook_files import ROOT, notebooks
from annolib.course.site import lite
from tests.browser.lab import chromium, find_chromium

LESSON = "00_open_course.ipynb"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite") / "site"
    assert lite.build(ROOT, folder) == len(notebooks("solutions"))
    return folder


def test_the_site_holds_every_lesson_and_the_wheel(site):
    names = {path.name for path in (site / "files").glob("*.ipynb")}
    assert names == {path.name for path in notebooks("lessons")}
    (wheel,) = (site / "pypi").glob("annolib-*.whl")
    index = json.loads((site / "pypi" / "all.json").read_text(encoding="utf-8"))
    assert wheel.name in json.dumps(index["annolib"])
    assert "piplite.install" in (site / "files" / LESSON).read_text(encoding="utf-8")
    assert (site / "files" / "images").is_dir()


def test_widgets_are_part_of_the_site(site):
    assert list(site.glob("extensions/@jupyter-widgets/jupyterlab-manager/package.json"))


def test_a_second_build_takes_the_place_of_the_first(site):
    (site / "old").write_text("")
    lite.build(ROOT, site)
    assert not (site / "old").exists()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def page(address):
    if find_chromium() is None:
        pytest.skip("neither chromium nor google-chrome is on the PATH")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"{address}/notebooks/index.html?path={LESSON}")
        page.wait_for_selector(".jp-Notebook .jp-Cell h1")
        yield page


def test_a_browser_shows_the_lesson(page):
    assert "Open the course" in page.locator(".jp-Notebook h1").first.inner_text()
    page.wait_for_function("document.querySelectorAll('.jp-CodeCell').length > 2")


def test_the_lesson_runs_in_the_browser(page, site):
    text = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in site.glob("extensions/@jupyterlite/pyodide-kernel-extension/static/*.js")
    )
    (kernel, *_) = re.findall(r"https://[^\"'`]+/pyodide\.(?:m?js)", text)
    try:
        urllib.request.urlopen(kernel, timeout=10).close()
    except OSError:
        pytest.skip("Pyodide cannot be loaded here: the kernel in the browser was not seen")
    page.keyboard.press("Control+Home")
    page.evaluate("document.querySelector('.jp-Notebook').focus()")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector(".annolib-explorer .annolib-picture img", timeout=300_000)
