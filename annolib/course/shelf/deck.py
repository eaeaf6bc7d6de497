"""Slides as files: one HTML page that needs nothing else, and a notebook with slide metadata.

The HTML is our own, 16:9, in the order of reading. reveal.js would come from a network with `nbconvert`, as would its
MathJax; here formulas become MathML, which browsers set themselves, one slide scrolls to the next without any script,
and each prints on a sheet of its own. The notebook holds the same slides for who wants reveal.js, RISE or JupyterLab.
"""

from __future__ import annotations

import base64
import html
import math
import re
import struct

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

_STYLE = """
:root { color-scheme: light dark; }
html { font-size: min(calc(100vw / 64), calc(100vh / 36)); scroll-snap-type: y mandatory; background: #e9ecef; }
body { margin: 0; font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1b1f24; line-height: 1.4; }
section { box-sizing: border-box; width: 64rem; height: 36rem; margin: 0 auto; padding: 2.4rem 4rem 2.6rem;
  background: #fff; scroll-snap-align: center; position: relative; display: flex; flex-direction: column;
  border-bottom: .1rem solid #cfd4da; }
section > div { flex: 1; min-height: 0; display: flex; flex-direction: column; justify-content: center; font-size: var(--size); }
h1, h2 { color: #00568a; line-height: 1.15; margin: 0 0 .8rem; font-weight: 650; }
h1 { font-size: 3.4rem; } h2 { font-size: 2.1rem; }
.kicker { font-size: 1.3rem; color: #4a525b; margin: 0 0 .5rem; }
p, ul, ol { margin: 0 0 .55em; } li { margin-bottom: .3em; }
.result { font-size: 3.6rem; font-weight: 700; color: #9a3d00; margin: .3rem 0 .8rem; line-height: 1.1; }
.prediction h2 { color: #9a3d00; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math, serif; }
figure { margin: 0; min-height: 0; flex: 1; display: flex; justify-content: center; }
figure img { max-width: 100%; max-height: 100%; object-fit: contain; }
.caption { flex: none; font-size: 1.15rem; padding: .4rem 3rem 0 0; }
section.figure { padding: 1.5rem 2.5rem 1.6rem; } .figure h2 { font-size: 1.9rem; margin: 0 0 .4rem; }
.beside { flex: 1; min-height: 0; display: flex; gap: 1.5rem; } .beside .caption { width: 14rem; align-self: center; padding: 0; }
.caption p { margin: 0 0 .2em; }
pre { font-size: var(--code); background: #f3f5f7; padding: .7em 1em; margin: 0 0 .6em; border-left: .25rem solid #0072b2; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; } p code, li code { font-size: .92em; }
.place { position: absolute; right: 1.2rem; bottom: .5rem; margin: 0; font-size: .9rem; color: #59626c; }
table { border-collapse: collapse; } td, th { padding: .2em .8em; border-bottom: 1px solid #cfd4da; }
@media screen and (prefers-color-scheme: dark) {
  html { background: #000; } body { color: #e6e6e6; } section { background: #16181c; border-color: #33383f; }
  h1, h2 { color: #7cc4f0; } .kicker, .place { color: #a9b1ba; } .result, .prediction h2 { color: #ffb074; }
  pre { background: #22262c; border-color: #56b4e9; } td, th { border-color: #33383f; }
  figure img { filter: invert(.92) hue-rotate(180deg) brightness(1.25); }
}
@media print {
  @page { size: 1280px 720px; margin: 0; }
  html { font-size: 20px; background: none; }
  section { border: 0; break-after: page; }
}
"""
_KEYS = """
const slides = [...document.querySelectorAll("section")];
const now = () => slides.reduce((best, s, i) => Math.abs(s.getBoundingClientRect().top) <
  Math.abs(slides[best].getBoundingClientRect().top) ? i : best, 0);
addEventListener("keydown", event => {
  const step = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1}[event.key];
  const to = event.key === "Home" ? 0 : event.key === "End" ? slides.length - 1 : step ? now() + step : null;
  if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  slides[Math.max(0, Math.min(slides.length - 1, to))].scrollIntoView();
});
"""


def as_page(slides, title):
    """Return the slides as the text of one HTML page.

    Parameters
    ----------
    slides : sequence of Slide
    title : str
        The name of the page.

    Examples
    --------
    >>> from annolib.course.shelf.slides import Slide
    >>> page = as_page([Slide("frame", "Lesson 04 · Assess · Measure effort", r"Effort is $\\eta$.")], "Measure effort")
    >>> "<h1>Measure effort</h1>" in page, "<math" in page, "https://" in page.replace("http://www.w3.org/", "")
    (True, True, False)
    """
    shown = "\n".join(_section(slide, n, len(slides)) for n, slide in enumerate(slides, 1))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{shown}\n</main>\n<script>{_KEYS}</script>\n</body>\n</html>\n"
    )


def as_notebook(slides):
    """Return the slides as a notebook of Markdown cells with `slideshow` metadata, one slide a cell.

    >>> from annolib.course.shelf.slides import Slide
    >>> made = as_notebook([Slide("frame", "Recap", "It was short.")])
    >>> made.cells[0].metadata.slideshow.slide_type, made.cells[0].source
    ('slide', '## Recap\\n\\nIt was short.')
    """
    made = new_notebook()
    for number, slide in enumerate(slides, 1):
        body = re.sub(r"(?m)^# ", "### ", slide.body)
        cell = new_markdown_cell(f"## {slide.title}\n\n{body}".strip(), id=f"slide-{number}")
        cell.metadata = nbformat.from_dict({"slideshow": {"slide_type": "slide"}})
        if slide.picture:
            cell.source = f"## {slide.title}\n\n![{_plain(slide.words)}](attachment:figure.png)\n\n{body}"
            cell.attachments = nbformat.from_dict({"figure.png": {"image/png": slide.picture}})
        made.cells.append(cell)
    nbformat.validate(made)
    return made


def _section(slide, number, count):
    place = f'<p class="place">{number} / {count}</p>'
    *kicker, name = slide.title.split(" · ")
    if kicker:
        above = html.escape(" · ".join(kicker))
        head = f'<p class="kicker">{above}</p>\n<h1>{_inline(name)}</h1>'
    else:
        head = f"<h2>{_inline(slide.title)}</h2>"
    body = _marked(slide.body)
    if slide.picture:
        source = f"data:image/png;base64,{slide.picture}"
        parts = (
            f'<figure><img src="{source}" alt="{html.escape(slide.words)}"></figure>\n'
            f'<div class="caption" style="flex:none;display:block">{body}</div>'
        )
        inner = (
            f'{head}\n<div class="beside" style="flex-direction:row">{parts}</div>'
            if _tall(slide)
            else f"{head}\n{parts}"
        )
    elif kicker:
        inner = f"<div>{head}\n{body}</div>"
    else:
        inner = f"{head}\n<div>{body}</div>"
    sizes = f"--size:{size_of(slide):g}rem;--code:{_code_size(slide):.3g}rem"
    return f'<section class="{slide.kind}" style="{sizes}">\n{inner}\n{place}\n</section>'


def size_of(slide):
    """Return the size of a slide's text in rem, 1/64 of its width: smaller where there is more to read.

    >>> from annolib.course.shelf.slides import Slide
    >>> size_of(Slide("frame", "Recap", "Short.")), size_of(Slide("frame", "Recap", "long " * 400)) < 1.3
    (1.8, True)
    """
    for size in (1.8, 1.65, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9):
        if _height(slide.body, size) <= 25:
            return size
    return 0.85


def _tall(slide):
    """Whether the words stand beside a figure: one not much wider than high is larger then."""
    try:
        wide, high = struct.unpack(">II", base64.b64decode(slide.picture)[16:24])  # where a PNG has its size
    except struct.error:
        return False
    return wide < 1.45 * high


def _code_size(slide):
    """Smaller than the text, and so small that the longest line of code fits: a character is 0.62 of its size wide."""
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", slide.body)
    longest = max((len(line) for block in blocks for line in block.splitlines()), default=1)
    return min(0.82 * size_of(slide), 53 / (0.62 * longest))


def _height(body, size):
    """About how high the text is, in rem, when set at that size."""
    wide, lines, code = 56 / (0.52 * size), 0.0, False
    for line in body.splitlines():
        if line.startswith("```"):
            code, lines = not code, lines + 0.8
        elif code:
            lines += 0.85
        elif line.startswith("# "):
            lines += 5.2 / (1.4 * size)
        elif line.startswith("|"):
            lines += 0.5 + math.ceil(sum(len(_plain(cell)) + 4 for cell in line.strip("|").split("|")) / wide)
        elif line.strip():
            tall = 0.5 if re.search(r"\\d?frac|\\sum", line) else 0.0
            lines += math.ceil(len(_plain(line)) / wide) + 0.4 + tall
    return 1.4 * size * lines


def _plain(markdown):
    """Markdown about as long as it is when set."""
    return re.sub(r"\\[a-zA-Z]+|[{}$*`\[\]]", "", markdown)


_STOPPED = re.compile(r'(<math(?:(?!</math>|display="block").)*</math>)([.,;:?!)]+)', re.S)


def _marked(text):
    shown = _markdown()(re.sub(r"(?m)^\$\$(.+?)\$\$$", r"$$\n\1\n$$", text))
    shown = re.sub(r"<h1>(.*?)</h1>", r'<p class="result">\1</p>', shown, flags=re.S)
    shown = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", shown)  # a corner that heads nothing
    return _STOPPED.sub(
        r'<span style="white-space:nowrap">\1\2</span>', shown
    )  # no full stop alone on a line


def _inline(text):
    return re.sub(r"^<p>|</p>\s*$", "", _markdown()(text)).strip()


_NAMED = r"(<mi>(?:log|exp|max|min)</mi>)(?=<(?:mi|mn|mrow|msub|msup|mfrac|msqrt))"


def spaced(mathml):
    """Return MathML with primes that are not raised twice, and a thin space behind the name of a function.

    >>> spaced("<msup><mi>c</mi><mi>&#x02032;</mi></msup>")
    '<mrow><mi>c</mi><mi mathvariant="normal">&#x02032;</mi></mrow>'
    """
    named, prime = "(<mi>[^<]*</mi>)", "<mi>(&#x0203[23];)</mi>"  # whose glyphs are raised already
    upright = r'<mrow>\1<mi mathvariant="normal">\2</mi></mrow>'
    mathml = re.sub(f"<msup>{named}{prime}</msup>", upright, mathml)
    power = f"<msup>{named}<mrow>{prime}(<m[in]>[^<]*</m[in]>)</mrow></msup>"
    mathml = re.sub(power, rf"<msup>{upright}\3</msup>", mathml)
    return re.sub(_NAMED, r'\1<mspace width="0.17em"/>', mathml)


def _markdown():
    """Markdown to HTML, with formulas as MathML."""
    import mistune
    from latex2mathml.converter import convert

    class Renderer(mistune.HTMLRenderer):
        def inline_math(self, text):
            return spaced(convert(text))

        def block_math(self, text):
            return spaced(convert(text, display="block"))

    return mistune.create_markdown(renderer=Renderer(escape=True), plugins=["math", "table"])
