"""A clean picture for an ad: title, company and place on a plain ground, in the sizes platforms ask for.

Text is measured before it is drawn and never cut at an edge: it shrinks, wraps, and breaks only a word that
is longer than the card is wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

# Pixels. Source: Meta, Image Ad Design Recommendations; Google Ads, image asset requirements.
SIZES: Mapping[str, tuple[int, int]] = {
    "meta feed": (1080, 1350),
    "meta square": (1080, 1080),
    "meta story": (1080, 1920),
    "google landscape": (1200, 628),
    "google square": (1200, 1200),
    "google portrait": (960, 1200),
}
SIZE = SIZES["meta feed"]
GROUND, ACCENT, INK, QUIET = "#0b3954", "#f2b134", "#ffffff", "#bcd4e6"
INKS = (INK, QUIET, ACCENT)
SHADES = 16
LINE_HEIGHT = 1.18
LARGEST, SMALLEST, STEP = 112, 20, 4


class Line(NamedTuple):
    """A line of text where it is drawn: its top left corner, and the size and weight of its letters."""

    x: float
    y: float
    text: str
    weight: str
    size: int
    colour: str

    @property
    def right(self) -> float:
        return self.x + _font(self.weight, self.size).getlength(self.text)

    @property
    def bottom(self) -> float:
        return self.y + self.size * LINE_HEIGHT


def draw_card(
    *, title: str, company: str | None, place: str | None, size: tuple[int, int] = SIZE, ground: str = GROUND
) -> bytes:
    """PNG bytes; the same words give the same bytes."""
    margin = margin_of(size)
    lines = layout(title, company, place, size)
    # Coverage first, colours after: one channel draws and compresses in a fraction of the time of three.
    coverage = Image.new("L", size)
    pen = ImageDraw.Draw(coverage)
    for line in lines:
        pen.text((line.x, line.y), line.text, font=_font(line.weight, line.size), fill=255)
    card = coverage.point([level * (SHADES - 1) // 255 for level in range(256)])
    for line in lines:
        if line.colour != INK:
            box = (0, int(line.y), size[0], min(size[1], int(line.bottom) + 1))
            shift = SHADES * INKS.index(line.colour)
            card.paste(card.crop(box).point([(level % SHADES) + shift for level in range(256)]), box)
    bar = (margin, margin, margin + margin * 5 // 4, margin + margin // 8)
    card.paste(SHADES * INKS.index(ACCENT) + SHADES - 1, bar)
    coloured = Image.frombytes("P", size, card.tobytes())
    coloured.putpalette(_palette(ground))
    written = BytesIO()
    coloured.save(written, "PNG", compress_level=2)
    return written.getvalue()


@cache
def _palette(ground: str) -> list[int]:
    """From the ground to each ink in a few shades."""
    base = ImageColor.getrgb(ground)
    return [
        base[channel] + (ImageColor.getrgb(ink)[channel] - base[channel]) * shade // (SHADES - 1)
        for ink in INKS
        for shade in range(SHADES)
        for channel in range(3)
    ]


@cache
def card_for(title: str, company: str | None, place: str | None) -> bytes:
    """The card of the feed, kept: a page shows it again and again."""
    return draw_card(title=title, company=company, place=place)


def margin_of(size: tuple[int, int]) -> int:
    return round(min(size) * 0.089)


def layout(title: str, company: str | None, place: str | None, size: tuple[int, int]) -> list[Line]:
    """Every line of the card; all of them lie within its margins."""
    margin = margin_of(size)
    width, bottom = size[0] - 2 * margin, size[1] - margin
    foot: list[Line] = []
    for words, colour in ((place, QUIET), (company, ACCENT)):
        shown = " ".join((words or "").split())
        if shown:
            letters, lines = _fitted(shown, "Semibold", width, size[1] // 6, largest=52)
            bottom -= round(len(lines) * letters * LINE_HEIGHT)
            rows = enumerate(lines)
            foot += [
                Line(margin, bottom + row * letters * LINE_HEIGHT, text, "Semibold", letters, colour)
                for row, text in rows
            ]
            bottom -= margin // 8
    top = margin + margin // 2
    letters, lines = _fitted(" ".join(title.split()), "Bold", width, bottom - top - margin // 8)
    rows = enumerate(lines)
    return [
        Line(margin, top + row * letters * LINE_HEIGHT, text, "Bold", letters, INK) for row, text in rows
    ] + foot


def _fitted(text: str, weight: str, width: int, height: int, largest: int = LARGEST) -> tuple[int, list[str]]:
    """The largest letters in which all of it fits, and its lines; else what fits, to the end of a word."""
    for size in range(largest, SMALLEST - 1, -STEP):
        font = _font(weight, size)
        lines = _wrapped(text.split(), font, width)
        if len(lines) * size * LINE_HEIGHT <= height and all(font.getlength(line) <= width for line in lines):
            return size, lines
    font = _font(weight, SMALLEST)
    lines = _wrapped(_broken(text.split(), font, width), font, width)
    fitting = lines[: max(1, int(height / (SMALLEST * LINE_HEIGHT)))]
    if len(fitting) < len(lines):
        words = fitting[-1].split()
        while words and font.getlength(" ".join(words) + "…") > width:
            words.pop()
        fitting[-1] = " ".join(words) + "…"
    return SMALLEST, fitting


def _broken(words: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Words, those that are wider than the card in pieces that are not."""
    pieces = []
    for word in words:
        rest = word
        while font.getlength(rest) > width:
            most = next(end for end in range(len(rest) - 1, 0, -1) if font.getlength(rest[:end]) <= width)
            pieces.append(rest[:most])
            rest = rest[most:]
        pieces.append(rest)
    return pieces


def _wrapped(words: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    package = find_spec("font_source_sans_pro")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "files" / f"SourceSansPro-{weight}.ttf"
    # The basic layout engine draws the same pixels on every machine; raqm may or may not be there.
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
