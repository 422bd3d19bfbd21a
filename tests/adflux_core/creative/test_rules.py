"""The rule pack against sentences written for it: those it was written against, and those it was not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adflux_core.creative.rules import KINDS, check, pack

CORPUS = Path(__file__).parent / "corpus"


def say(figures: str) -> None:
    sys.stdout.write(f"{figures}\n")


def sentences(name: str) -> list[tuple[str, str]]:
    lines = (CORPUS / f"{name}.txt").read_text().splitlines()
    return [(kind, text) for kind, _, text in (line.partition("\t") for line in lines)]


def measured(language: str, name: str) -> tuple[int, list[str], int, list[str]]:
    """Violations and those not found; clean sentences and false alarms."""
    labelled = sentences(name)
    bad = [text for kind, text in labelled if kind != "-"]
    good = [text for kind, text in labelled if kind == "-"]
    missed = [text for text in bad if not check(text, language)]
    alarms = [f"{text} ← {check(text, language)[0].rule}" for text in good if check(text, language)]
    return len(bad), missed, len(good), alarms


@pytest.mark.parametrize("language", ["es", "en"])
def test_violations_are_found_and_clean_sentences_left_alone(language: str) -> None:
    bad, missed, good, alarms = measured(language, language)
    say(f"{language}: {1 - len(missed) / bad:.1%} of {bad} found, {len(alarms) / good:.1%} of {good} alarms")
    assert bad + good >= 300
    assert len(missed) <= 0.01 * bad, missed
    assert len(alarms) <= 0.02 * good, alarms


# What the rules found of sentences nobody looked at while writing them. A rule is never written for one of
# these: a sentence that has taught something moves to the corpus above, and new ones take its place.
@pytest.mark.parametrize(("language", "found"), [("es", 0.65), ("en", 0.79)])
def test_sentences_the_rules_were_not_written_against(language: str, found: float) -> None:
    bad, missed, good, alarms = measured(language, f"{language}_held_out")
    say(f"{language}, held out: {bad - len(missed)} of {bad} found, {len(alarms)} of {good} alarms")
    assert len(missed) <= (1 - found) * bad, missed
    assert len(alarms) <= 5, alarms


def test_a_finding_says_what_why_and_what_instead() -> None:
    (finding,) = check("Se busca persona joven para ventas en Cali.", "es")
    assert (finding.kind, finding.words) == ("age", "persona joven")
    assert finding.rewrite == "Se busca personas para ventas en Cali."
    assert "edad" in finding.explanation
    assert "Ley 931" in finding.source
    assert "age" in check("Buscamos joven.", "es", say_in="en")[0].explanation


def test_disguises_do_not_help() -> None:
    assert check("Se busca s\u200be\u00f1o\u200brita", "es")[0].rule == "gender-only"
    assert check("buscamos jоven", "es")[0].rule == "age-word"  # the o is Cyrillic


def test_the_postings_own_number_and_link_may_stand() -> None:
    own = ("https://empleos.example.com/1", "3001234567")
    assert check("Postúlate en https://empleos.example.com/1", "es", own=own) == []
    assert check("WhatsApp 300 123 4567", "es", own=own) == []
    assert check("Postúlate en https://otro.example.com/1", "es", own=own)[0].kind == "contact"


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_rule_is_explained_sourced_and_found_at_least_once(language: str) -> None:
    found = {finding.rule for _, text in sentences(language) for finding in check(text, language)}
    rules = pack(language)
    assert {rule.id for rule in rules} <= found
    assert {rule.kind for rule in rules} == set(KINDS)
    assert all(rule.source and rule.es and rule.en for rule in rules)
