"""Tables and sentences in HTML that show every sign as it stands: no markup, no mathematics.

Ids come from users' tables. A `<b>` among them is no tag, and two `$` enclose no formula.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

_LITERAL = "tex2jax_ignore mathjax_ignore"  # the classes that MathJax and JupyterLab leave alone


def html_report(words, frame, **options):
    """A sentence above a table, for `_repr_html_`.

    Parameters
    ----------
    words : str
    frame : pandas.DataFrame
    **options
        For `DataFrame.to_html`; numbers are shown with three digits unless they say otherwise.

    Examples
    --------
    >>> import pandas as pd
    >>> shown = html_report("Paid <b>$5</b> or $6.", pd.DataFrame({"n": [1]}, index=["$a$ <i>"]))
    >>> shown.split("</p>")[0]
    '<p class="tex2jax_ignore mathjax_ignore">Paid &lt;b&gt;$5&lt;/b&gt; or $6.'
    >>> "mathjax_ignore" in shown.split("</p>")[1] and "&lt;i&gt;" in shown
    True
    """
    table = html_table(frame, **{"float_format": "{:.3f}".format} | options)
    return f"{html_words(words)}{table}"


def html_words(words):
    """A paragraph of HTML that shows the words sign by sign."""
    return f'<p class="{_LITERAL}">{html.escape(words, quote=False)}</p>'


def html_table(frame, **options):
    """A data frame in HTML without mathematics: as pandas shows it, or by `DataFrame.to_html` with options."""
    import pandas as pd

    with pd.option_context("display.html.use_mathjax", False):
        made = frame.to_html(**options) if options else frame._repr_html_()
    if "mathjax_ignore" in made:
        return made
    return made.replace(
        'class="dataframe', f'class="dataframe {_LITERAL}', 1
    )  # pandas 2 names the older class alone


@dataclass(frozen=True)
class Section:
    """A part of a report in words and tables, without any HTML: whoever writes the page escapes it.

    A result that is to stand in a report of another room has a method `report_section()` that gives one.

    Attributes
    ----------
    title : str
    sentences : tuple of str
        A paragraph each.
    tables : tuple of (str, pandas.DataFrame)
        What a table shows, in a sentence, and the table with its index.

    Examples
    --------
    >>> Section("Pay", ("Pay 4 for every check that passes.",)).tables
    ()
    """

    title: str
    sentences: tuple = ()
    tables: tuple = ()


def shortened(text, most=60):
    """The text, or of a longer one the beginning and the end, `most` signs in all.

    Examples
    --------
    >>> shortened("ann"), shortened("0123456789" * 10, most=12)
    ('ann', '01234567…789')
    """
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end - 1]}…{text[len(text) - end :]}"
