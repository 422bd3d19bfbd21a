"""A clean picture for an ad: title, company and place on a plain ground, 4:5 as feeds like it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1080, 1350)  # pixels; Meta's feed takes 4:5 from 600 × 750
MARGIN = 96
GROUND, ACCENT, INK, QUIET = "#0b3954", "#f2b134", "#ffffff", "#bcd4e6"
LINE_HEIGHT = 1.18


def draw_card(*, title: str, company: str | None, place: str | None) -> bytes:
    """PNG bytes; the same words give the same bytes. The title shrinks until every line fits."""
    card = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(card)
    pen.rectangle((MARGIN, MARGIN, MARGIN + 120, MARGIN + 12), fill=ACCENT)
    width, height = SIZE[0] - 2 * MARGIN, SIZE[1] - 6 * MARGIN
    for size in range(112, 36, -4):
        lines = _wrapped(title.split(), _font("Bold", size), width)
        fits = all(_font("Bold", size).getlength(line) <= width for line in lines)
        if fits and len(lines) * size * LINE_HEIGHT <= height:
            break
    else:  # one word longer than the card is wide, even small: it goes on in the next line
        pieces = [word[at : at + 24] for word in title.split() for at in range(0, len(word), 24)]
        lines = _wrapped(pieces, _font("Bold", size), width)
    top = MARGIN + 84.0
    for line in lines:
        pen.text((MARGIN, top), line, font=_font("Bold", size), fill=INK)
        top += size * LINE_HEIGHT
    foot = SIZE[1] - MARGIN - 64
    for words, colour in ((place, QUIET), (company, ACCENT)):
        if words:
            pen.text(
                (MARGIN, foot),
                _cut(words, _font("Semibold", 52), width),
                font=_font("Semibold", 52),
                fill=colour,
            )
            foot -= 80
    written = BytesIO()
    card.save(written, "PNG", optimize=True)
    return written.getvalue()


def _wrapped(words: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    package = find_spec("font_source_sans_pro")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).parent / "files" / f"SourceSansPro-{weight}.ttf"
    # The basic layout engine draws the same pixels on every machine; raqm may or may not be there.
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)
