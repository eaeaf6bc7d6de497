"""The whole site is built once and read: pages, links, mathematics, figures, search, and what a screen reader meets."""

import functools
import http.server
import re
import threading

import pytest

from annolib.course.notebook_files import ROOT, notebooks
from annolib.course.site import build, reference
from tests.browser.lab import chromium, find_chromium

NEEDED = ("sphinx", "myst_nb", "furo", "sphinx_copybutton", "sphinx-mathjax-offline")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(build.SiteError, match="is not empty and holds no site"):
        build.build(ROOT, tmp_path)
    assert (tmp_path / "precious.txt").read_text() == "mine"
    assert build.command(ROOT, tmp_path) == 1


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    for name in NEEDED:
        pytest.importorskip(name, reason="no site is built: pip install -e '.[site]' brings what that needs")
    folder = tmp_path_factory.mktemp("site")
    build.build(ROOT, folder)  # raises for a warning, a broken link, a page that loads from another host
    return folder


def page(site, name):
    return (site / f"{name}.html").read_text(encoding="utf-8")


def test_every_lesson_has_its_two_pages(site):
    for path in notebooks("solutions"):
        for shelf in ("lessons", "solutions"):
            text = page(site, f"{shelf}/{path.stem}")
            assert '<span class="math notranslate' in text or path.stem.startswith("00")
            assert text.count("only-light") == text.count("only-dark")
        assert f'href="../slides/{path.stem}.html"' in page(site, f"solutions/{path.stem}")
        assert (site / "slides" / f"{path.stem}.html").read_text(encoding="utf-8").count("<section") >= 15


def test_every_public_name_is_described_on_the_page_of_its_room(site):
    lacking = []
    for room, names in reference.rooms().items():
        text = page(site, f"reference/{room}")
        lacking += [name for name in names if f'id="{name}"' not in text]
    assert not lacking
    assert '<span class="math notranslate nohighlight">\\(\\mathcal{I}\\)</span>' in page(
        site, "reference/contracts"
    )


def test_no_formula_is_left_as_text(site):
    for path in notebooks("solutions"):
        text = re.sub(
            r"<(pre|code|script|style)\b.*?</\1>", "", page(site, f"lessons/{path.stem}"), flags=re.S
        )
        text = re.sub(r"<[^>]+>", "", re.sub(r'<(span|div) class="math.*?</\1>', "", text, flags=re.S))
        assert not re.search(r"\$[^$\n]*[\\_^][^$\n]*\$|\\frac|\\eta", text), path.stem


def test_names_in_a_lesson_lead_to_the_reference(site):
    assert 'href="../reference/monitors.html#annolib.Monitor.effort"' in page(
        site, "lessons/04_measure_effort"
    )


def test_the_search_knows_lessons_and_names(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "lessons/04_measure_effort" in index and '"second_best"' in index


def test_a_warning_is_an_error(site, tmp_path, monkeypatch):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "conf.py").write_text("extensions = []\n")
    (sources / "index.rst").write_text("Title\n=====\n\n:doc:`nowhere`\n")
    with pytest.raises(build.SiteError, match=r"index.rst:4: WARNING: unknown document"):
        build._sphinx(sources, tmp_path / "out")


KINDS = (  # a page of every kind, the largest of its kind
    "index.html",
    "lessons/04_measure_effort.html",
    "lessons/13_design_scheme.html",
    "solutions/10_pay_agreements.html",
    "slides/13_design_scheme.html",
    "reference/index.html",
    "reference/contracts.html",
    "reference/course.html",
    "genindex.html",
    "py-modindex.html",
    "search.html?q=effort",
    "docs/platforms.html",
    "datasets/llmfao.html",
    "solutions/theorems.html",
    "solutions/shelf/lesson_12.html",
    "tests/benchmarks/results/contracts.html",
    "CHANGELOG.html",
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def served(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(served):
    pytest.importorskip("playwright.sync_api", reason="pages are not looked at: playwright is not installed")
    if find_chromium() is None:
        pytest.skip("pages are not looked at: neither chromium nor google-chrome is on the PATH")
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("scheme, width", [("light", 1300), ("dark", 390)])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(served, browser, scheme, width):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is lacking"
    )
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    view, failed, faults = context.new_page(), [], []
    view.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    view.on(
        "request", lambda asked: None if asked.url.startswith((served, "data:")) else failed.append(asked.url)
    )
    for name in KINDS:
        view.goto(served + name, wait_until="networkidle")
        found = axe.Axe().run(view).response["violations"]
        faults += [(name, each["id"], each["impact"]) for each in found]
        wide = view.evaluate("document.documentElement.scrollWidth")
        faults += [(name, "wider than the screen", wide)] if wide > width else []
    assert not faults and not failed


def test_mathematics_is_set_and_one_form_of_each_figure_shows(served, browser):
    for scheme, other in (("light", "dark"), ("dark", "light")):
        view = browser.new_context(color_scheme=scheme).new_page()
        view.goto(f"{served}lessons/04_measure_effort.html", wait_until="networkidle")
        view.wait_for_selector("mjx-container")
        formulas = view.locator("article .math").count()
        assert view.locator("article mjx-container").count() == formulas > 30
        assert view.locator("mjx-merror").count() == 0
        assert (
            view.locator(f"img.only-{scheme}:visible").count() == view.locator("img.only-light").count() > 3
        )
        assert view.locator(f"img.only-{other}:visible").count() == 0


def test_a_search_finds_a_lesson(served, browser):
    view = browser.new_page()
    view.goto(f"{served}search.html?q=self-consistency")
    view.wait_for_selector("ul.search li a")
    assert "Lesson 04" in view.locator("ul.search").inner_text()


@pytest.fixture
def command(load_file, monkeypatch):
    """`python3 solutions`, which neither installs nor builds; what it was asked to build is returned by it."""
    monkeypatch.setattr("annolib.course.setup.ensuring.ensure", lambda *extras: asked.append(extras))
    monkeypatch.setattr(build, "command", lambda *given: given)
    asked = []
    return load_file(ROOT / "solutions" / "__main__.py", "solutions_site_command"), asked


@pytest.mark.parametrize("words, folder", [(["--site"], "build/site"), (["--site", "pages"], "pages")])
def test_the_command_asks_for_the_extra_and_builds(command, words, folder):
    solutions, asked = command
    assert solutions.main(words) == (ROOT, folder)
    assert asked == [("site",)]


def test_the_theme_leaves_out_what_the_labels_bring(site):
    text = page(site, "reference/contracts")
    assert 'role="heading" aria-level="2"' in text and 'role="heading">' not in text
    assert "Variables<span" not in text and "Attributes<span" in text
    assert "<h1>Search</h1>" in page(site, "search")
    assert '<th class="head"><p></p></th>' not in page(site, "datasets/llmfao")
