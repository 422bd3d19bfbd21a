"""The template says what the posting says, in its language, and cuts at words."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adflux_core.creative.card import SIZE, draw_card
from adflux_core.creative.shortening import shorten
from adflux_core.creative.template import HEADLINE_WIDTH, salary_of, write_creative
from adflux_core.schema.postings import Posting


def posting(**values: object) -> Posting:
    return Posting(
        **{"title": "Analista de datos", "apply_url": "https://empleos.example.com/1", "language": "es"}
        | values
    )


def test_a_full_spanish_posting() -> None:
    creative = write_creative(
        posting(
            company="Cafés del Sur",
            city="Pasto",
            salary_text="$4,5 a $5,5 millones",
            salary_min=Decimal(4_500_000),
            salary_max=Decimal(5_500_000),
        )
    )
    assert creative.headline == "Analista de datos"
    assert creative.primary_text.splitlines() == [
        "Cafés del Sur busca: Analista de datos.",
        "Lugar: Pasto.",
        "Salario: $4,5 a $5,5 millones.",
        "Conoce la oferta y postúlate en línea.",
    ]
    assert creative.link == "https://empleos.example.com/1"


def test_what_is_missing_is_left_out_and_english_stays_english() -> None:
    creative = write_creative(posting(title="Data analyst", language="en", salary_text="Not displayed"))
    assert creative.primary_text.splitlines() == [
        "Job opening: Data analyst.",
        "See the details and apply online.",
    ]


def test_long_numbers_are_grouped_as_people_read_them() -> None:
    given = posting(salary_text="188000 – 277000 USD / year", salary_min=Decimal(188_000))
    assert salary_of(given, "en") == "188,000 – 277,000 USD / year"
    assert salary_of(given, "es") == "188.000 – 277.000 USD / year"


def test_the_same_posting_gives_the_same_bytes() -> None:
    assert write_creative(posting()) == write_creative(posting())


@given(st.text(min_size=1, max_size=300), st.integers(5, 120))
def test_a_cut_text_fits_and_ends_at_a_word(text: str, width: int) -> None:
    cut = shorten(text, width)
    whole = " ".join(text.split())
    assert len(cut) <= width
    if cut != whole:
        kept = cut.removesuffix("…")
        assert cut.endswith("…")
        assert whole.startswith(kept)


def test_a_long_title_is_cut_between_words() -> None:
    title = "Técnico o técnica de mantenimiento industrial con experiencia en refrigeración"
    headline = write_creative(posting(title=title)).headline
    assert len(headline) <= HEADLINE_WIDTH
    assert headline == "Técnico o técnica de mantenimiento"


@pytest.mark.parametrize(
    "title", ["A", "Electromecánico " * 8, "Donaudampfschifffahrtsgesellschaftskapitän" * 2]
)
def test_every_card_has_the_size_the_feed_takes_and_nothing_runs_off_it(title: str) -> None:
    drawn = Image.open(BytesIO(draw_card(title=title, company="C" * 200, place="Bogotá")))
    assert drawn.size == SIZE
    margin = drawn.crop((SIZE[0] - 90, 0, *SIZE)).convert("RGB")
    assert margin.getcolors() == [(90 * SIZE[1], (0x0B, 0x39, 0x54))]
