"""The words of a search ad: whole, within Google's widths, nothing invented, no amount cut."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.creative.search_words import keywords_of, write_search_ad
from adflux_core.creative.shortening import cut
from adflux_core.platforms.google_ads import limits
from adflux_core.schema.postings import Posting

WORDS = st.text(max_size=120)


def posting(**given: object) -> Posting:
    known: dict[str, object] = {
        "title": "Analista de datos",
        "company": "Cafés del Sur S.A.S.",
        "language": "es",
        "city": "Bogotá",
        "country": "CO",
        "apply_url": "https://empleos.example.com/1",
    }
    return Posting(**(known | given))


def test_an_ad_says_title_company_place_and_the_employers_own_salary() -> None:
    ad = write_search_ad(posting(salary_text="$ 2.500.000 mensuales", salary_min=Decimal(2_500_000)))
    assert ad.headlines == (
        *("Analista de datos", "Analista de datos en Bogotá", "Cafés del Sur S.A.S.", "Empleo en Bogotá"),
        *("Salario: $ 2.500.000 mensuales", "Postúlate en línea", "Oferta de empleo", "Conoce la oferta"),
    )
    assert ad.descriptions == (
        "Cafés del Sur S.A.S. busca: Analista de datos.",
        "Salario: $ 2.500.000 mensuales.",
        "Lugar: Bogotá. Conoce la oferta y postúlate en línea.",
        "Oferta de empleo: Analista de datos.",
    )
    assert ad.image == b""


def test_an_english_posting_is_advertised_in_english() -> None:
    ad = write_search_ad(posting(title="Data analyst", language="en", city="Austin", company=None))
    assert ad.headlines[:3] == ("Data analyst", "Data analyst in Austin", "Job in Austin")
    assert "data analyst jobs in austin" in keywords_of(
        posting(title="Data analyst", language="en", city="Austin")
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Auxiliar de servicio al cliente bilingüe", "Auxiliar de servicio"),
        ("Vendedor con salario de $ 1.500.000 mensuales", "Vendedor con salario"),
        ("Asesor comercial gana 1 500 000 COP", "Asesor comercial"),
        ("Elektroingenieurwissenschaftler gesucht", ""),
        ("データ分析者募集中東京都渋谷区", "データ分析者募集中東京都渋谷区"),
    ],
)
def test_what_does_not_fit_ends_at_a_word_and_never_beside_a_number(text: str, kept: str) -> None:
    assert cut(text, limits.HEADLINE) == kept


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Robot Platform Software Engineer", "Platform Software Engineer"),
        ("Data Scientist, Financial Engineering", "Data Scientist"),
        ("Head of Sales for Latin America and Spain", "Head of Sales"),
        ("Senior AI Software Engineer III", "Senior AI Software Engineer"),
        ("Senior / Staff Product Platform Engineer", "Product Platform Engineer"),
        ("Warehouse worker, $ 1,500 a month and more", "Warehouse worker"),
        ("Chapista de vehículos con inglés en Noruega", "Chapista de vehículos"),
    ],
)
def test_an_english_title_keeps_the_job_it_names_last(title: str, kept: str) -> None:
    assert cut(title, limits.HEADLINE, "en") == kept


@given(WORDS, st.none() | WORDS, st.none() | WORDS, st.none() | WORDS, st.booleans())
def test_whatever_a_posting_says_the_ad_is_one_google_takes(
    title: str, company: str | None, city: str | None, salary: str | None, remote: bool
) -> None:
    given = posting(
        title=title, company=company, city=city, salary_text=salary, salary_min=Decimal(1), remote=remote
    )
    ad = write_search_ad(given)
    for texts, (least, most), width in (
        (ad.headlines, limits.HEADLINES, limits.HEADLINE),
        (ad.descriptions, limits.DESCRIPTIONS, limits.DESCRIPTION),
    ):
        assert least <= len(texts) <= most
        assert all(text.strip() and limits.width(text) <= width for text in texts)
        assert len({limits.same_words(text) for text in texts}) == len(texts)
        assert not any(mark in text for text in texts for mark in "!{}")
    for keyword in keywords_of(given):
        assert len(keyword) <= limits.KEYWORD
        assert len(keyword.split()) <= limits.KEYWORD_WORDS
        assert not set(keyword) & set('!@%,*{}[]()<>^=~`;|\\/"')


def test_people_are_found_by_the_job_and_the_place_with_a_word_that_says_it_is_work() -> None:
    found = keywords_of(posting(title="Vendedor/a de Tienda (H/M) - Turno noche"))
    assert found[0] == "empleo de vendedor de tienda"
    assert "trabajo vendedor de tienda en bogotá" in found
    assert "vendedor de tienda" not in found
    alike = [limits.same_words(keyword) for keyword in found]
    assert len(set(alike)) == len(alike)


def test_a_title_without_words_has_nothing_to_search_for() -> None:
    assert keywords_of(posting(title="★ 2024 !!!")) == ()
