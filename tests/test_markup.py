"""Words and tables in HTML: read back by a parser, every sign is the one that was given."""

from html.parser import HTMLParser

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from annolib.markup import Section, html_report, html_table, html_words


class Reader(HTMLParser):
    """The text and the tags, with their classes."""

    def __init__(self, text):
        super().__init__()
        self.text, self.tags = "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs).get("class", "")))

    def handle_data(self, data):
        self.text += data


@given(
    st.text(st.characters(exclude_categories=("C",)), max_size=40)
    | st.sampled_from(["<b>$x$</b>", "&lt;", '"&"'])
)
def test_words_are_shown_sign_by_sign(words):
    read = Reader(html_words(words))
    assert read.text == words
    assert read.tags == [("p", "tex2jax_ignore mathjax_ignore")]


def test_a_table_holds_its_ids_and_no_mathematics():
    frame = pd.DataFrame({"<i>$n$": [0.12345]}, index=["$a$ & <b>"])
    for shown in (html_table(frame), html_table(frame, float_format="{:.3f}".format)):
        read = Reader(shown)
        assert "<i>$n$" in read.text and "$a$ & <b>" in read.text
        assert not {"i", "b"} & {tag for tag, _ in read.tags}
        assert any(tag == "table" and "mathjax_ignore" in kind for tag, kind in read.tags)


def test_a_report_rounds_unless_told():
    frame = pd.DataFrame({"n": [0.123456]})
    assert "0.123<" in html_report("w", frame) and html_report("w", frame).startswith("<p ")
    assert "0.12<" in html_report("w", frame, float_format="{:.2f}".format)


def test_a_section_holds_words_and_tables_as_they_are_given():
    frame = pd.DataFrame({"n": [1]})
    section = Section("Pay <b>", ("One.",), (("What", frame),))
    assert section.title == "Pay <b>" and section.sentences == ("One.",) and section.tables[0][1] is frame
    assert Section("Pay") == Section("Pay", (), ())
