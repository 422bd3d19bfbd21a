"""The words of salaries in Spanish and English (and a few in French): data for `salary`."""

from __future__ import annotations

import re

PERIODS = {
    **dict.fromkeys("hour hours hourly hr hrs hora horas h heure heures".split(), "hour"),
    **dict.fromkeys("day days daily día dia días dias diario diaria diarios jour jours".split(), "day"),
    **dict.fromkeys("week weeks weekly wk semana semanas semanal semanales semaine".split(), "week"),
    **dict.fromkeys(
        "month months monthly mo mes meses mensual mensuales mensualmente mois mensuel".split(), "month"
    ),
    **dict.fromkeys(
        "year years yearly yr yrs annual annually annum anual anuales año años ano pa an annuel".split(),
        "year",
    ),
    **dict.fromkeys("once onetime proyecto project".split(), "once"),
}
# Nouns that make a number a length of time: "40 horas", "12 months".
SPANS = frozenset(
    "hour hours hr hrs hora horas h heure heures day days día dia días dias jour jours week weeks semana "
    "semanas month months mes meses mois year years yr yrs año años ano an".split()
)
SPANISH = frozenset(
    "desde hasta entre mensual mensuales anual anuales por hora mes año día semana millón millones mil "
    "pesos sueldo salario brutos bruto netos neto más al".split()
)
ENGLISH = frozenset(
    "up to from between per hour hourly month monthly year yearly annually annual annum week weekly day "
    "and salary pay starting dollars yr".split()
)
# Words that may stand beside an amount without changing what it means.
KNOWN = frozenset(
    [
        *PERIODS,
        *SPANISH,
        *ENGLISH,
        *"a y o u e de del la el à et par the of or at is an in en least más mas plus range rango gross net "
        "base approx aprox aproximadamente around doe dependiendo según segun más negociable negotiable "
        "remuneración remuneracion wage compensation compensación compensacion sueldos salarial max min "
        "máximo maximo mínimo minimo maximum minimum m/l legales ley prestaciones comisiones comisión "
        "commission benefits beneficios incentivos libres brutto p a".split(),
    ]
)
# What joins the two ends of a range, beside dashes.
JOINS = frozenset("a to y and hasta à al et".split())
# An amount right after one of these is not the salary.
EXTRAS = frozenset(
    "bonus bono bonos bonificación bonificacion commission comisión comision comisiones auxilio subsidio "
    "tel teléfono telefono nit stipend allowance sign relocation reward equity".split()
)
# Units we cannot turn into an amount per period: multiples of a minimum wage, fortnights, percentages.
NEVER = re.compile(
    r"\bs\.?m\.?[lm]?\.?m?\.?l\.?v\b|\bsalarios?\s+m[ií]nimos?\b|\bm[ií]nimo\s+(?:legal|vigente)|\bquincena"
    r"|\bfortnight|\bbi-?weekly|\bbi-?monthly|\bsemi-?monthly|\blpa\b|\blakh|\bcrore|\d\s?%",
    re.IGNORECASE,
)
AT_MOST = re.compile(r"(?:up to|hasta|m[áa]ximo|max|maximum|<|≤)(?:\W*(?:de|of|is))?\W*(?:[a-z$€£]{0,4}\W*)$")
AT_LEAST = re.compile(
    r"(?:from|desde|a partir de|m[íi]nimo|min|minimum|starting at|at least|>|≥)"
    r"(?:\W*(?:de|of|is))?\W*(?:[a-z$€£]{0,4}\W*)$"
)
OR_MORE = re.compile(r"(?:[a-z$€£]{1,4} )?(?:\+\W*(?:$|per\b|por\b|al?\b|an?\b)|o más|o mas|or more|and up)")

# What each writes for a currency. "?" is a sign several countries share.
CURRENCIES = {
    "us$": "USD", "u$s": "USD", "usd$": "USD", "$usd": "USD", "col$": "COP", "cop$": "COP", "$cop": "COP",
    "mx$": "MXN", "mxn$": "MXN", "r$": "BRL", "ca$": "CAD", "cad$": "CAD", "au$": "AUD",
    "s/.": "PEN", "s/": "PEN", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₡": "CRC",
    "¥": "?", "$": "?",
    "pesos colombianos": "COP", "pesos mexicanos": "MXN", "pesos argentinos": "ARS", "pesos chilenos": "CLP",
    "dólares americanos": "USD", "dólares estadounidenses": "USD", "dolares americanos": "USD",
    "us dollars": "USD", "euros": "EUR", "euro": "EUR", "eur": "EUR", "pounds": "GBP",
    "soles": "PEN", "pesos": "?", "dólares": "?", "dolares": "?", "dollars": "?",
    **{code.lower(): code for code in (
        "USD COP MXN ARS CLP PEN BRL UYU PYG BOB VES CRC GTQ HNL NIO PAB DOP GBP CAD AUD NZD JPY CNY INR SGD "
        "HKD KRW CHF SEK NOK DKK PLN CZK HUF BGN ILS AED SAR ZAR IDR"
    ).split()},
}  # fmt: skip
FOREIGN_WORDS = frozenset({"dólares", "dolares", "dollars", "¥"})
_BY_LENGTH = sorted(CURRENCIES, key=len, reverse=True)
CURRENCY_PATTERN = "|".join(
    (r"(?<![^\W\d_])" if code[0].isalpha() else "")
    + re.escape(code)
    + (r"(?![^\W\d_])" if code[-1].isalpha() else "")
    for code in _BY_LENGTH
)
MULTIPLIERS = {
    **dict.fromkeys(("k", "mil", "thousand", "miles"), 10**3),
    **dict.fromkeys(("m", "mm", "millones", "millón", "millon", "million", "millions", "mio"), 10**6),
}


def currency_of(token: str) -> str:
    """An ISO code, or "?" where several countries write it so."""
    return CURRENCIES[token.lower()]


def is_foreign_word(token: str) -> bool:
    """Whether it names money that need not be the file's own: "dólares" in a file of pesos."""
    return token.lower() in FOREIGN_WORDS


def multiplier(word: str) -> int:
    """1000 for "k" and "mil", a million for "millones"; 1 for any other word."""
    return MULTIPLIERS.get(word.lower(), 1)
