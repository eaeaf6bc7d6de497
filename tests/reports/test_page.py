"""The page of an audit: read back by a parser, it is well formed, says what the numbers say, and runs nothing."""

import datetime
import math
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest

import annolib as al
from annolib.markup import Section
from annolib.reports import page as page_module
from annolib.reports.page import audit_page, condition, number, share, visible

from .conftest import HOSTILE

DATE = datetime.date(2026, 1, 2)
VOID = {"meta", "link", "img", "br", "hr", "input"}
ALONE = {"path", "use", "rect", "circle", "line"}  # of SVG, may close themselves


class Reader(HTMLParser):
    """The tree of a page: text by section, tags with attributes, ids; unbalanced tags are faults."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.faults, self.text, self.rows = [], [], [], "", []
        self.declared = ""
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {tag}" for tag in self.open]

    def handle_decl(self, declared):
        self.declared = declared

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"closed out of place: {tag}")

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
            if self.rows and {"td", "th"} & set(self.open):
                self.rows[-1][-1] += data

    def ids(self):
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.fixture(scope="module")
def twin_page(twin_audit):
    return audit_page(twin_audit, source="twin.csv", date=DATE)


@pytest.fixture(scope="module")
def hostile_page(hostile_audit):
    return audit_page(hostile_audit, source="<b>&{{ x }}.csv", date=DATE)


@pytest.fixture(params=["twin_page", "hostile_page"])
def any_page(request):
    return request.getfixturevalue(request.param)


def test_it_is_well_formed_and_ids_are_its_own(any_page):
    read = Reader(any_page)
    assert not read.faults and read.declared == "DOCTYPE html"
    ids = read.ids()
    assert len(ids) == len(set(ids))
    named = {
        attributes[key]
        for _, attributes in read.tags
        for key in ("aria-labelledby", "aria-describedby")
        if key in attributes
    }
    linked = {
        attributes["href"][1:] for tag, attributes in read.tags if attributes.get("href", "").startswith("#")
    }
    assert named | linked <= set(ids) and len(linked) > 5


def test_it_stands_alone_and_runs_nothing(any_page):
    read = Reader(any_page)
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "link", "base", "audio", "video"}
    for tag, attributes in read.tags:
        assert not [key for key in attributes if key.startswith("on")], (tag, attributes)
        for key in ("href", "src", "action"):
            assert attributes.get(key, "#").startswith("#")
        assert "javascript:" not in str(attributes.get("style", ""))
    assert "default-src 'none'" in any_page and not re.search(r"url\(\s*['\"]?(?!#)", any_page)
    assert "@import" not in any_page


def test_hostile_names_are_shown_sign_by_sign(hostile_page):
    read = Reader(hostile_page)
    cells = {row[0] for row in read.rows if row}
    for worker in HOSTILE:
        assert visible(worker) in cells, worker
    assert "Audit of <b>&{{ x }}.csv" in read.text and "49" not in cells
    assert "<!--" not in hostile_page and "\u202e" not in hostile_page


def test_the_order_is_decision_first_then_evidence(twin_page):
    read = Reader(twin_page)
    parts = [attributes["id"] for tag, attributes in read.tags if tag == "h2"]
    assert parts == ["decision", "talk", "open", "strength", "more", "everybody", "read", "cite"]
    levels = [int(tag[1]) for tag, _ in read.tags if tag in ("h1", "h2", "h3")]
    assert (
        levels[0] == 1
        and levels.count(1) == 1
        and max(b - a for a, b in zip(levels, levels[1:], strict=False)) == 1
    )


def test_it_says_what_the_numbers_say(twin_audit, twin_page):
    read = Reader(twin_page)
    words = " ".join(read.text.split())
    for name, count in twin_audit.counts.items():
        assert count in (0, 9, 115), name
    assert "0 less care than required 9 the required care 115 open" in words
    assert "8,931" in words and "124" in words and "289, of 44 annotators" in words
    assert twin_audit.meaning in words and "2026-01-02" in words and "arXiv:2502.06387" in words
    frame = twin_audit.to_frame()
    rows = {row[0]: row[1:] for row in read.rows if row and row[0] in frame.index}
    assert len(rows) == 50 and "74 more are not shown here" in words
    for worker, (verdict, passed, effort, *_) in rows.items():
        row = frame.loc[worker]
        assert verdict == row.verdict
        assert passed == (f"{row.passes} of {row.checks}" if row.checks else "no checks")
        assert effort == (
            "not known" if math.isnan(row.effort) else f"{row.effort:.2f} ({row.low:.2f} to {row.high:.2f})"
        )


def test_every_figure_has_words(any_page):
    read = Reader(any_page)
    pictures = [attributes for tag, attributes in read.tags if tag == "svg"]
    assert len(pictures) == 3
    for attributes in pictures:
        assert attributes["role"] == "img" and attributes["aria-describedby"] in read.ids()
    assert len([tag for tag, _ in read.tags if tag == "desc"]) == 3 and "nan" not in read.text.lower().split()


def test_it_prints_and_follows_the_screen(twin_page):
    style = twin_page.split("<style>")[1].split("</style>")[0]
    for wanted in (
        "@media print",
        "break-inside: avoid",
        "prefers-color-scheme: dark",
        "@page",
        "table-header-group",
    ):
        assert wanted in style
    variables = set(re.findall(r"var\((--[\w-]+)", twin_page))
    light, dark, printed = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    for where in (light, dark, printed):
        assert variables <= set(re.findall(r"(--[\w-]+):", where))


def test_verdicts_against_people_come_as_cards_with_a_condition(hostile_audit, hostile_page):
    accused = hostile_audit.to_frame().query("verdict == 'careless'")
    assert len(accused) >= 6 and not accused["holds"].str.startswith("for every").all()
    text = " ".join(Reader(hostile_page).text.split())
    assert (
        f"Talk to {len(accused)} annotators first" in text and "A talk comes before any consequence" in text
    )
    for row in accused.itertuples():
        words = condition(hostile_audit, row.verdict, row)
        assert words in text or words == "for all items, however hard"


@pytest.mark.parametrize(
    "monitor, strength", [(al.SelfConsistencyLabels(0.5), 0.4), (al.SelfConsistencyLabels(0.5), (0.2, 0.6))]
)
def test_conditions_are_what_an_audit_with_that_strength_says(twin_audit, monitor, strength):
    audit = al.audit(al.datasets.load("twin"), monitor, 0.8, strength=strength)
    said = 0
    for row in audit.to_frame().itertuples():
        words = condition(audit, row.verdict, row)
        assert bool(words) == (row.verdict != "undecided")
        if words.startswith("if full care passes"):
            end = row.careful_below if row.verdict == "careful" else row.careless_above
            assert (
                words
                == f"if full care passes {'less' if row.verdict == 'careful' else 'more'} than {share(1 / 3 + end)}"
            )
            said += 1
    assert said


def test_conditions_of_a_falling_monitor_are_turned_round():
    row = SimpleNamespace(holds="if rho is above 0.1 in size", careless_above=-0.1, careful_below=math.nan)
    audit = SimpleNamespace(monitor=al.Expert(-0.2))
    assert condition(audit, "careless", row) == "if full care passes less than 30%"


def test_a_plan_stands_where_it_is_given_and_nothing_without(twin_audit, twin_page):
    assert 'id="plan"' not in twin_page
    wages = pd.DataFrame(
        {"pay": [1.5, float("nan")], "note": ["<i>", "=1"]}, index=pd.Index([3, 40000], name="passes")
    )
    section = Section("The <pay> plan", ("Pay $3 & more.",), (("What <b> each", wages),))
    for plan in (section, SimpleNamespace(report_section=lambda: section)):
        read = Reader(audit_page(twin_audit, plan=plan, date=DATE))
        assert not read.faults and "The <pay> plan" in read.text and "Pay $3 & more." in read.text
        assert (
            ["3", "1.5", "<i>"] in read.rows
            and ["40,000", "", "=1"] in read.rows
            and not {"i", "b"} & {tag for tag, _ in read.tags}
        )
    with pytest.raises(TypeError, match="plan must be a Section or have a method report_section"):
        audit_page(twin_audit, plan="<p>pay</p>")


def test_same_audit_same_page(twin_audit, twin_page):
    assert audit_page(twin_audit, source="twin.csv", date=DATE) == twin_page
    assert datetime.date.today().isoformat() in audit_page(twin_audit)


def test_few_checks_and_nobody_to_talk_to_leave_no_hole():
    table = pd.DataFrame({"task": [1, 1], "worker": "ann", "label": "left"})
    text = " ".join(
        Reader(audit_page(al.audit(table, al.SelfConsistency(0.2), strength="range"), date=DATE)).text.split()
    )
    assert "Nobody: no check speaks against anybody" in text and "1 annotator is open" in text
    empty = al.audit(table.head(1), al.SelfConsistency(0.0))
    assert "nan" not in " ".join(Reader(audit_page(empty, date=DATE)).text.split()).lower().split()


def test_bad_most_is_named(twin_audit):
    with pytest.raises(ValueError, match="most must be a whole number of at least 1"):
        audit_page(twin_audit, most=0)
    assert "123 more are not shown here" in audit_page(twin_audit, most=1)


def test_without_jinja_it_says_what_to_install(twin_audit, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    page_module._template.cache_clear()
    with pytest.raises(ModuleNotFoundError, match="pip install jinja2"):
        audit_page(twin_audit)
    page_module._template.cache_clear()


def test_numbers_in_words():
    assert [number(value) for value in (0, 1234.0, math.nan)] == ["0", "1,234", "over 100,000"]
    assert [share(value) for value in (1, 0.995, 0.005, 0.5)] == ["100%", "over 99%", "under 1%", "50%"]


def test_a_very_long_name_leaves_room_for_the_page(recwarn):
    table = al.datasets.load("twin")
    some = table[table["worker"].isin(["t080", "t007", "t012"])].replace({"worker": {"t080": "x" * 100_000}})
    audit = al.audit(some, al.SelfConsistencyLabels(2 / 3), strength="range")
    page = audit.to_html()
    assert "x" * 61 not in page and "x" * 44 + "…" + "x" * 15 in page and not recwarn.list
    assert "x" * 100_000 in audit.to_frame().index


def test_a_table_without_checks_has_a_page_that_counts_nothing():
    table = pd.DataFrame({"task": [1, 2], "worker": ["a", "b"], "label": ["left", "tie"]})
    for some in (table, table.iloc[:0]):
        page = al.audit(some, al.SelfConsistencyLabels(2 / 3), strength="range").to_html()
        assert (
            "Nobody has a check yet" in page
            and "the crowd shows no more" in page
            and "of 0 with checks" not in page
        )
