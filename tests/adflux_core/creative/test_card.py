"""Cards: in every size, whatever the words, no text is cut; and pictures people bring are checked."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adflux_core.creative.card import SIZES, draw_card, layout, margin_of

LONG = "Analista " * 9 + "Electroencefalografista" * 6
NAMES = st.text(max_size=160).filter(str.strip)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_each_size_is_drawn_with_all_its_words(size: tuple[int, int]) -> None:
    drawn = Image.open(
        BytesIO(draw_card(title="Analista de datos", company="Cafés", place="Bogotá", size=size))
    )
    assert (drawn.size, drawn.format) == (size, "PNG")
    said = " ".join(line.text for line in layout("Analista de datos", "Cafés", "Bogotá", size))
    assert said == "Analista de datos Bogotá Cafés"
    # What is drawn ends where it was measured to end: beyond the margin there is only ground.
    margin, picture = margin_of(size), drawn.convert("RGB")
    edge = picture.crop((size[0] - margin + 1, 0, size[0], size[1]))
    assert edge.getcolors() == [(edge.size[0] * edge.size[1], picture.getpixel((0, 0)))]


@given(NAMES, st.none() | NAMES, st.none() | NAMES, st.sampled_from(list(SIZES.values())))
def test_no_words_leave_the_card_or_lie_on_others(
    title: str, company: str | None, place: str | None, size: tuple[int, int]
) -> None:
    lines = layout(title, company, place, size)
    margin = margin_of(size)
    assert all(line.right <= size[0] - margin + 0.01 for line in lines)
    assert all(margin <= line.y and line.bottom <= size[1] - margin + 1 for line in lines)
    for one, other in zip(
        sorted(lines, key=lambda line: line.y), sorted(lines, key=lambda line: line.y)[1:], strict=False
    ):
        assert one.bottom <= other.y + 1


def test_a_word_wider_than_the_card_goes_on_in_the_next_line() -> None:
    for size in SIZES.values():
        said = "".join(line.text for line in layout(LONG, None, None, size))
        assert said.replace(" ", "") == LONG.replace(" ", "")


def test_the_same_words_are_the_same_bytes() -> None:
    assert draw_card(title="A", company=None, place=None) == draw_card(title="A", company=None, place=None)
