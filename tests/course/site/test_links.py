"""Links of Markdown files on their way to a site, and the search for broken ones in a built site."""

import pytest

from annolib.course.site.links import broken_links, relinked

WHERE = "https://github.com/someone/a-course"


@pytest.fixture
def checkout(tmp_path):
    for name in ("LICENSE", "deep/table.md", "deep/plot.png", "lessons/01.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


PAGES = {"README.md": "index.md", "deep/table.md": "deep/table.md", "lessons/01.ipynb": "lessons/01.ipynb"}


@pytest.mark.parametrize(
    "here, link, led",
    [
        ("README.md", "lessons/01.ipynb", "lessons/01.ipynb"),
        ("README.md", f"{WHERE}/blob/main/lessons/01.ipynb", "lessons/01.ipynb"),
        ("README.md", "deep/table.md#rows", "deep/table.md#rows"),
        ("README.md", "LICENSE", f"{WHERE}/blob/main/LICENSE"),
        ("README.md", "deep/", f"{WHERE}/tree/main/deep"),
        ("README.md", "#two-commands", "#two-commands"),
        ("README.md", "https://arxiv.org/abs/2502.06387", "https://arxiv.org/abs/2502.06387"),
        ("README.md", "nowhere.md", "nowhere.md"),
        ("deep/table.md", "../README.md", "../index.md"),
        ("deep/table.md", "../lessons/01.ipynb", "../lessons/01.ipynb"),
        ("deep/table.md", "plot.png", f"{WHERE}/blob/main/deep/plot.png"),
        ("deep/table.md", "../../outside.md", "../../outside.md"),
    ],
)
def test_a_link_leads_to_the_page_else_to_the_repository(checkout, here, link, led):
    assert relinked(f"See [it]({link}).", here, PAGES, WHERE, checkout) == f"See [it]({led})."


def test_code_is_left_alone_and_a_badge_is_two_links(checkout):
    text = "```\n[x](LICENSE)\n```\n[![y](deep/plot.png)](LICENSE)\n"
    led = relinked(text, "README.md", PAGES | {"deep/plot.png": "deep/plot.png"}, WHERE, checkout)
    assert led == f"```\n[x](LICENSE)\n```\n[![y](deep/plot.png)]({WHERE}/blob/main/LICENSE)\n"


GOOD = """<a href="sub/b.html#part">b</a><a href="sub/">b</a><a href="#here">x</a><p id="here"><a href="#">top</a>
<img src="dot.png"><a href="https://example.org/x">away</a><img src="data:image/png;base64,AA">"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "dot.png").touch()
    (tmp_path / "a.html").write_text(GOOD)
    (tmp_path / "sub" / "index.html").write_text('<a href="../a.html">a</a>')
    (tmp_path / "sub" / "b.html").write_text('<h1 id="part">b</h1><a href="../a.html#here">a</a>')
    return tmp_path


def test_a_sound_site_has_no_broken_link(site):
    assert broken_links(site) == []


@pytest.mark.parametrize(
    "html, address",
    [
        ('<a href="gone.html">', "gone.html"),
        ('<a href="sub/b.html#gone">', "sub/b.html#gone"),
        ('<a href="#gone">', "#gone"),
        ('<img src="gone.png">', "gone.png"),
        ('<a href="../outside.html">', "../outside.html"),
        ('<script src="https://cdn.example.org/mathjax.js"></script>', "https://cdn.example.org/mathjax.js"),
        ('<link rel="stylesheet" href="//fonts.example.org/x.css">', "//fonts.example.org/x.css"),
        ('<a href="javascript:void(0)">', "javascript:void(0)"),
    ],
)
def test_every_kind_of_broken_link_is_found(site, html, address):
    (site / "a.html").write_text(GOOD + html)
    assert broken_links(site) == [("a.html", address)]
