"""Claims: each is traced to the posting's words, and what the posting does not say is named."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest
from advertised_postings import FALSE_CLAIMS, POSTINGS, TRUE_ADS

from adflux_core.creative.claims import claims, untraced
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.quantities import quantities
from adflux_core.creative.template import write_creative

EVIDENCE = {name: evidence_of(posting) for name, posting in POSTINGS.items()}
LANGUAGE = {name: posting.language or "es" for name, posting in POSTINGS.items()}


def test_true_ads_pass() -> None:
    texts = [(name, text) for name, written in TRUE_ADS.items() for text in written]
    texts += [
        (name, line)
        for name, posting in POSTINGS.items()
        for creative in [write_creative(posting)]
        for line in (creative.headline, *creative.primary_text.splitlines(), creative.description)
    ]
    refused = [(text, [one.words for one in untraced(text, EVIDENCE[name])]) for name, text in texts]
    refused = [(text, words) for text, words in refused if words]
    sys.stdout.write(f"{len(texts) - len(refused)} of {len(texts)} true texts pass\n")
    assert len(texts) >= 100
    assert len(refused) <= 0.02 * len(texts), refused


def test_a_planted_falsehood_is_refused_and_named() -> None:
    planted = [
        (name, f"{text.rstrip('.')}. {false}", false)
        for name, written in TRUE_ADS.items()
        for text in written[:2]
        for false in FALSE_CLAIMS[LANGUAGE[name]]
    ]
    unnamed = [
        text
        for name, text, false in planted
        if not any(one.words in false for one in untraced(text, EVIDENCE[name]))
    ]
    sys.stdout.write(f"{len(planted) - len(unnamed)} of {len(planted)} falsehoods named\n")
    assert len(planted) >= 200
    assert unnamed == []


def test_a_claim_knows_the_postings_words() -> None:
    found = {claim.words: claim for claim in claims("Contrato indefinido y SQL en Bogotá.", EVIDENCE["data"])}
    assert found["indefinido"].said.startswith("- Contrato indefinido")
    assert found["SQL"].said == "Buscamos analista con 3 años de experiencia en SQL y Python."
    assert (found["Bogotá"].field, found["Bogotá"].said) == ("place", "Bogotá, Colombia")


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("$ 2.500.000", {2_500_000}, "money"),
        ("2'500.000 pesos", {2_500_000}, "money"),
        ("COP 2,500,000", {2_500_000}, "money COP"),
        ("2,5 millones de pesos", {2_500_000}, "money"),
        ("US$ 1.200,50", {Decimal("1200.50")}, "money USD"),
        ("$140k", {140_000}, "money"),
        ("8,5 horas", {Decimal("8.5")}, "hour"),
        ("tres años", {3}, "year"),
        ("15%", {15}, "percent"),
        ("1.500", {1500, Decimal("1.5")}, ""),
        ("1 800 000 COP", {1_800_000}, "money COP"),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, values: set[Decimal], unit: str) -> None:
    (number,) = quantities(text)
    assert (number.values, number.unit) == (frozenset(values), unit)


def test_the_same_number_of_something_else_is_another_claim() -> None:
    assert untraced("20 años de experiencia", EVIDENCE["remote"])[0].words == "20 años"
    assert "4.500.000" in {one.words for one in untraced("Son USD 4.500.000", EVIDENCE["data"])}
