"""Salaries: what is certain becomes numbers, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adflux_core.postings.salary import believable, read_bounds, read_period, read_salary

D = Decimal


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("$4,5 a $5,5 millones", "COP", (D(4500000), D(5500000), "COP", None)),
        ("$4,5 a $5,5 millones", None, (D(4500000), D(5500000), None, None)),
        ("$1.400.000", "COP", (D(1400000), D(1400000), "COP", None)),
        ("$1'400.000 mensuales", "COP", (D(1400000), D(1400000), "COP", "month")),
        ("Up to $75,000/year", None, (None, D(75000), None, "year")),
        ("Hasta $3.000.000", "COP", (None, D(3000000), "COP", None)),
        ("Desde 1.200 € al mes", None, (D(1200), None, "EUR", "month")),
        ("$50,000+ per year", None, (D(50000), None, None, "year")),
        ("De 500€ à 1700€ par mois", None, (D(500), D(1700), "EUR", "month")),
        ("20000-28000", None, (D(20000), D(28000), None, None)),
        ("60-80", None, (D(60), D(80), None, None)),
        ("60-80k USD", None, (D(60000), D(80000), "USD", None)),
        ("$81K - $87K", "USD", (D(81000), D(87000), "USD", None)),
        ("$15.50 - $18.25 per hour", "USD", (D("15.5"), D("18.25"), "USD", "hour")),
        ("entre 1.500 y 2.000 euros al mes", None, (D(1500), D(2000), "EUR", "month")),
        ("24.000 € brutos/año", None, (D(24000), D(24000), "EUR", "year")),
        ("S/ 1,500 mensual", None, (D(1500), D(1500), "PEN", "month")),
        ("1 300 000 COP", None, (D(1300000), D(1300000), "COP", None)),
        ("1,423,500 + prestaciones de ley", "COP", (D(1423500), D(1423500), "COP", None)),
        ("US$3,000", "COP", (D(3000), D(3000), "USD", None)),
        ("0-34300", None, (None, D(34300), None, None)),
    ],
)
def test_what_is_certain_is_read(text: str, currency: str | None, expected: tuple[object, ...]) -> None:
    read = read_salary(text, currency=currency)
    assert read[1:] == expected
    assert read.text == text


@pytest.mark.parametrize(
    "text",
    [
        *("0-0", "09-Dec", "120000-15000000", "2 SMMLV", "3 salarios mínimos", "a convenir", "Not Displayed"),
        *("competitive", "12 LPA", "-500", "$2,000 sign-on bonus", "tel. 3001234567", "40 horas", "15%"),
        *(
            "$1.400.000 más auxilio de transporte de $140.000",
            "1000 USD o 900 EUR",
            "500 - 400",
            "3 vacantes",
        ),
        *("quincena de $800.000", "$10 - $20 - $30", "1.2.3", "1,23,456", "9" * 40),
    ],
)
def test_what_is_not_certain_stays_text(text: str) -> None:
    read = read_salary(text, currency="COP")
    assert read == (text, None, None, None, read.period)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1.400", None, None),
        ("75,000", None, None),
        ("1.400", "es", D(1400)),
        ("75,000", "en", D(75000)),
        ("1.400", "en", None),
        ("75,000", "es", None),
        ("1.400 COP", None, D(1400)),
        ("1,400 COP", None, None),
        ("1.400 USD", None, None),
        ("1.400 EUR", None, D(1400)),
        ("1.400 - 1.500,50", None, D(1400)),
    ],
)
def test_a_lone_mark_needs_evidence(text: str, language: str | None, expected: Decimal | None) -> None:
    assert read_salary(text, language=language).minimum == expected


def test_a_bare_sign_is_the_files_currency_and_a_foreign_word_is_not() -> None:
    assert read_salary("$ 2.000.000").currency is None
    assert read_salary("$ 2.000.000", currency="COP").currency == "COP"
    assert read_salary("2.000.000", currency="COP").currency == "COP"
    assert read_salary("3.000.000 pesos mexicanos", currency="COP").currency == "MXN"
    assert read_salary("4000 dólares", currency="COP") == ("4000 dólares", D(4000), D(4000), None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("1 YEAR", "year"), ("per-hour-wage", "hour"), ("per-year-salary", "year"), ("Hour", "hour")),
        *(("1 MONTH", "month"), ("mensual", "month"), ("al día", "day"), ("2 WEEK", None), ("NONE", None)),
        *(("hour or day", None), ("", None), ("MONTH", "month"), ("por proyecto", "once")),
    ],
)
def test_periods(text: str, expected: str | None) -> None:
    assert read_period(text) == expected


def test_two_columns_of_numbers() -> None:
    assert read_bounds("188000.0", "277000.0") == (D(188000), D(277000))
    assert read_bounds("37.33", "51.66") == (D("37.33"), D("51.66"))
    assert read_bounds("Not Displayed", "") == (None, None)
    assert read_bounds("1.400", "1.900") == (None, None)
    assert read_bounds("1.400", "1.900", currency="COP") == (D(1400), D(1900))
    assert believable(D(0), D(5)) == (None, D(5))


AMOUNTS = st.integers(min_value=1, max_value=10**9)
STYLES: dict[str, Callable[[int], str]] = {
    "{a} COP": lambda n: f"{n:,} COP".replace(",", "."),
    "$ a mensuales": lambda n: f"$ {n:,} mensuales".replace(",", "."),
    "$a per year": lambda n: f"${n:,} per year",
    "USD a": lambda n: f"USD {n:,}",
    "a €": lambda n: f"{n:,} €".replace(",", "."),
    "a,00 €": lambda n: f"{n:,}".replace(",", ".") + ",00 €",
    "£a.00": lambda n: f"£{n:,}.00",
    "plain": str,
    "spaces": lambda n: f"{n:,} EUR".replace(",", " "),
    "narrow spaces": lambda n: f"{n:,} EUR".replace(",", "\u202f"),
    "k": lambda n: f"{n}k USD",
    "millones": lambda n: f"{n} millones de pesos colombianos" if n < 10**8 else f"{n} COP",
}


@settings(max_examples=150, deadline=None)
@given(AMOUNTS, st.sampled_from(sorted(STYLES)))
def test_a_known_amount_is_read_back_in_every_style(amount: int, style: str) -> None:
    text = STYLES[style](amount)
    scale = 1000 if style == "k" else 10**6 if "millones" in text else 1
    read = read_salary(text)
    assert (read.minimum, read.maximum) == (D(amount * scale), D(amount * scale)), text


@settings(max_examples=100, deadline=None)
@given(
    AMOUNTS,
    st.decimals("1", "20", places=2),
    st.sampled_from(["{} - {} COP", "de {} a {} COP", "{} – {} COP"]),
)
def test_a_known_range_is_read_back(low: int, factor: Decimal, shape: str) -> None:
    high = int(low * factor)
    text = shape.format(*(f"{each:,}".replace(",", ".") for each in (low, high)))
    read = read_salary(text)
    assert (read.minimum, read.maximum, read.currency) == (D(low), D(high), "COP"), text


WORDS = st.sampled_from(
    ["$", "€", "COP", "USD", "a", "-", "/", "1.400", "75,000", "4,5", "millones", "k", "mes", "por", "hasta",
     "0", "1e999", "NaN", "Infinity", "١٢٣", "¼", "9" * 30, "1'400.000", "+", "%", " ", "\u202f", "bono",
     "SMMLV"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=12).map(" ".join)),
    st.sampled_from([None, "COP"]),
)
def test_no_text_raises_or_yields_nonsense(text: str, currency: str | None) -> None:
    read = read_salary(text, currency=currency)
    for value in (read.minimum, read.maximum):
        assert value is None or (value.is_finite() and 0 < value < 10**15)
    if read.minimum is not None and read.maximum is not None:
        assert read.minimum <= read.maximum
    if read.minimum is None and read.maximum is None:
        assert read.currency is None
