"""Figures for a dark page: paper becomes the page, ink light, and the colours of the palette stay what they are."""

import base64
import colorsys
import io
import re

import numpy as np
import pytest

from annolib.course.site.pictures import PAGE, Pictures, dark_png, darkened
from annolib.figures import style

PALETTE = ("BLUE", "ORANGE", "GREEN", "RED", "SKY", "PURPLE")


def rgb(code):
    return tuple(int(code[at : at + 2], 16) for at in (1, 3, 5))


def luminance(colour):
    part = np.asarray(colour) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


def contrast(one, two):
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)  # WCAG 2.2


def turned(*colours):
    return darkened(np.array(colours, dtype=np.uint8))


def test_paper_becomes_the_page_and_ink_is_easy_to_read():
    paper, ink = turned((255, 255, 255), rgb(style.INK))
    assert tuple(paper) == PAGE
    assert contrast(ink, PAGE) > 12


@pytest.mark.parametrize("name", PALETTE)
def test_a_colour_keeps_its_hue_and_stands_out_on_the_page(name):
    before = rgb(getattr(style, name))
    (after,) = turned(before)
    assert contrast(after, PAGE) > 4.5
    hues = [colorsys.rgb_to_hsv(*(part / 255 for part in colour))[0] for colour in (before, tuple(after))]
    assert abs((hues[0] - hues[1] + 0.5) % 1 - 0.5) < 0.03


def test_the_colours_of_the_palette_stay_apart():
    after = turned(*(rgb(getattr(style, name)) for name in PALETTE)).astype(float)
    gaps = np.linalg.norm(after[:, None] - after[None], axis=2)[~np.eye(len(after), dtype=bool)]
    assert gaps.min() > 30


def test_greys_are_turned_round_in_their_order():
    greys = turned(*((level,) * 3 for level in range(34, 256, 17)))[:, 1].astype(int)
    assert (np.diff(greys) < 0).all()


def test_a_tint_stays_a_tint_of_its_colour():
    red, green, blue = map(int, turned((217, 234, 246))[0])
    assert blue > green > red and luminance((red, green, blue)) < 0.06


def test_each_picture_is_written_once_in_two_schemes(tmp_path):
    from PIL import Image

    figure, axes = style.canvas(width=2, height=1)
    axes.plot([0, 1], [0, 1], color=style.BLUE)
    png = base64.b64encode(figure.png()).decode()
    pictures = Pictures(tmp_path / "figures", "../_static/figures")
    shown = pictures.element(png, 'A "line" & more.')
    assert pictures.element(png, "again").count("<img") == shown.count("<img") == 2
    assert len(list((tmp_path / "figures").iterdir())) == 2
    assert re.findall(r"only-(\w+)", shown) == ["light", "dark"]
    assert shown.count('alt="A &quot;line&quot; &amp; more."') == 2
    dark = Image.open(io.BytesIO(dark_png(base64.b64decode(png))))
    assert f'width="{dark.width}" height="{dark.height}"' in shown
    assert dark.getpixel((0, 0)) == PAGE
