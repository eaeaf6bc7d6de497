"""Ids of users in figures: every sign as it stands, no mathematics, no markup, no missing glyph."""

import warnings

import pandas as pd
import pytest
from matplotlib.cbook import is_math_text
from matplotlib.text import Text

import annolib as al
from annolib.figures.style import literal

IDS = [
    "a$\\frac{x$",
    "$5 an hour$",
    "<b>bold</b>",
    "שלום",
    "🦊",
    "😀",
    "two\nlines",
    "a\\$b",
    "100 % & more",
    "x_1^{2}",
]


@pytest.mark.parametrize("identity", IDS)
def test_no_id_is_mathematics(identity):
    shown = literal(identity)
    plain, math = Text()._preprocess_math(shown)
    assert not math and not is_math_text(shown)
    if identity.isprintable() and identity.isascii():
        assert plain == identity
    assert "\n" not in plain


def crowd():
    rows = [
        (f"i{place}", who, "left" if place % 3 else "right")
        for who in IDS
        for place in range(12)
        for _ in range(2)
    ]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])


def test_a_report_on_such_workers_is_drawn_and_written():
    report = al.audit(crowd(), al.SelfConsistencyLabels(0.5))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = al.figures.audit_report(report, most=len(IDS))
        figure.png()
    shown = [label._preprocess_math(label.get_text())[0] for label in figure.axes[0].get_yticklabels()]
    for identity in ("a$\\frac{x$", "$5 an hour$", "<b>bold</b>", "a\\$b"):
        assert any(text.startswith(f"{identity} (") for text in shown)


def test_a_tally_of_such_workers_is_written_sign_by_sign():
    table = crowd()
    html = al.tally(table.assign(**{"<i>turn$": [0, 1] * (len(table) // 2)}))._repr_html_()
    assert "<b>" not in html and "&lt;b&gt;bold&lt;/b&gt;" in html and "<i>" not in html
    assert html.count("mathjax_ignore") == 2  # the paragraph and the table
    for identity in ("שלום", "🦊"):
        assert identity in html


def test_figures_of_workers_take_such_names():
    workers = al.datasets.load("llmfao-workers")
    named = workers.rename(index={worker: f"$\\frac{worker}$" for worker in workers.index})
    for draw in (al.figures.worker_habits, al.figures.same_and_swapped, al.figures.consistency_ladder):
        draw(named).png()
    al.figures.consistency_and_others(named).png()
