"""A figure for a dark page, from the picture that was stored for a light one: nothing is drawn again.

Lightness is turned round, hue and strength of colour stay. In OKLab (Ottosson 2020), white becomes the page, ink
becomes nearly white, and a colour of the palette keeps its lightness or gains some, so that blue still reads as blue.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
from pathlib import Path

import numpy as np

PAGE = (19, 20, 22)  # the dark background of the site, sRGB
_INK, _LEAST = 0.95, 0.6  # lightness of ink, and the least one of a full colour, on the dark page
_DARKEST, _LIFT = 0.25, 0.85  # lightness of ink on paper; below 1, greys gain
_FULL = 0.11  # a pixel of this chroma is all colour: the palest of the palette has that much

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def darkened(colours):
    """Return sRGB colours of a figure on white as they should be on the dark page.

    Parameters
    ----------
    colours : array of uint8, (m, 3)

    Returns
    -------
    array of uint8, (m, 3)

    Examples
    --------
    >>> darkened(np.array([[255, 255, 255]], dtype=np.uint8)).tolist()
    [[19, 20, 22]]
    """
    lab = _lab(np.asarray(colours, dtype=float))
    page = _lab(np.array([PAGE], dtype=float))[0]
    light, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    cover = np.clip(chroma / _FULL, 0, 1)  # how much of the pixel is colour, if the rest of it is paper
    full = np.clip(1 - (1 - light) / np.maximum(cover, 1e-9), 0, 1)
    as_ink = page[0] + (_INK - page[0]) * np.clip((1 - light) / (1 - _DARKEST), 0, 1) ** _LIFT
    as_colour = page[0] + (np.maximum(full, _LEAST) - page[0]) * cover
    turned = (1 - cover) * as_ink + cover * as_colour
    tint = page[1:] * (1 - np.clip((1 - light) + cover, 0, 1))[:, None]
    return _srgb(np.column_stack([turned, lab[:, 1:] + tint]))


def dark_png(png):
    """Return the PNG for a dark page of a PNG on white, as bytes."""
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    different, places = np.unique(packed, return_inverse=True)
    colours = np.column_stack([different >> 16, different >> 8 & 255, different & 255]).astype(np.uint8)
    dark = darkened(colours)[places.reshape(-1)].reshape(pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(dark).save(buffer, format="png", optimize=False)
    return buffer.getvalue()


class Pictures:
    """The pictures of a site, each written once in its light and its dark form.

    Parameters
    ----------
    folder : path
        Where they go; made if missing.
    seen_from : str
        The folder as a page names it.
    """

    def __init__(self, folder, seen_from):
        self.folder, self.seen_from = Path(folder), seen_from
        self.folder.mkdir(parents=True, exist_ok=True)

    def element(self, data, words):
        """Return the HTML that shows the PNG `data` (base64) in the form that suits the page, with its description."""
        png = base64.b64decode(data)
        name = hashlib.sha256(png).hexdigest()[:16]
        for suffix, make in (("", lambda: png), ("-dark", lambda: dark_png(png))):
            path = self.folder / f"{name}{suffix}.png"
            if not path.exists():
                path.write_bytes(make())
        width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
        shared = f'alt="{html.escape(words)}" width="{width}" height="{height}" loading="lazy"'
        return "\n".join(
            f'<img class="annolib-picture only-{scheme}" src="{self.seen_from}/{name}{suffix}.png" {shared}>'
            for scheme, suffix in (("light", ""), ("dark", "-dark"))
        )


def _lab(srgb):
    linear = srgb / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T


def _srgb(lab):
    linear = (lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    linear = np.clip(linear, 0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)
