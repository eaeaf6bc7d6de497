"""The report of an audit in a real browser: light and dark, wide and narrow, and in print.

Pictures go to the folder named by ANNOLIB_SHOTS, else to pytest's temporary folder; look at them.
"""

import datetime
import os
from pathlib import Path

import pandas as pd
import pytest

import annolib as al
from annolib.markup import Section

from .lab import chromium, find_chromium

pytest.importorskip("playwright.sync_api", reason="no browser test: playwright is not installed")
if find_chromium() is None:
    pytest.skip("no browser test: neither chromium nor google-chrome is on the PATH", allow_module_level=True)

# every element with text of its own whose colour stands out too little from what is behind it (WCAG 2, 4.5 to 1)
FAINT = """() => {
    const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = element => {
        for (let one = element; one; one = one.parentElement) {
            const colour = numbers(getComputedStyle(one).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const faint = [];
    for (const element of document.querySelectorAll("body *:not(svg *)")) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.getClientRects().length) continue;
        const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 120));
    }
    return faint;
}"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMES = """() => [...document.querySelectorAll("svg")].map(one =>
    document.getElementById(one.getAttribute("aria-labelledby")).textContent.length
    * document.getElementById(one.getAttribute("aria-describedby")).textContent.length)"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """A report with verdicts, a pay plan, and a name that would run if it were markup."""
    table = al.datasets.load("twin")
    table["worker"] = table["worker"].replace("t007", "<script>document.title = 'run'</script>")
    audit = al.audit(table, al.SelfConsistencyLabels(0.6), 0.9, strength=(0.45, 0.6))
    assert audit.counts["careless"]
    pay = pd.DataFrame({"pay": [40.0, 112.5]}, index=pd.Index(["t001", "t002"], name="annotator"))
    plan = Section(
        "The pay plan", ("Pay 4 for every check that passes.",), (("What each would have earned", pay),)
    )
    page = audit.to_html(source="twin.csv", plan=plan, date=datetime.date(2026, 1, 2))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    folder = Path(os.environ.get("ANNOLIB_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 640])
def test_it_is_readable_stands_alone_and_runs_nothing(browser, page_file, shots, scheme, width):
    page, said = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme), []
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("console", lambda message: said.append(message.text))
    page.on(
        "request", lambda request: said.append(request.url) if request.url != page_file.as_uri() else None
    )
    page.goto(page_file.as_uri())
    page.screenshot(path=shots / f"report-{scheme}-{width}.png", full_page=True)
    assert page.title() == "Audit of twin.csv" and said == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(FAINT) == []
    assert len(page.evaluate(NAMES)) == 3 and all(page.evaluate(NAMES))
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(22, 24, 28)") == (scheme == "dark")
    page.close()


def test_faint_text_is_found(browser, page_file):
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.add_style_tag(content=".small { color: #cccccc; }")
    assert page.evaluate(FAINT)
    page.close()


def test_it_prints_in_black_on_white_and_no_figure_is_cut(browser, page_file, shots):
    page = browser.new_page(color_scheme="dark")
    page.goto(page_file.as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("() => getComputedStyle(document.querySelector('nav')).display") == "none"
    for kind in ("figure", "tr", ".people li"):
        assert (
            page.evaluate("kind => getComputedStyle(document.querySelector(kind)).breakInside", kind)
            == "avoid"
        )
    assert page.evaluate(FAINT) == []
    pdf = page.pdf(path=shots / "report.pdf", prefer_css_page_size=True)
    assert (
        pdf.startswith(b"%PDF")
        and 3 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/") < 20
    )
    page.close()
