"""Simulated data: the same seed, the same bytes; real places and pay; and every row says it is simulated."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import select

from adflux_core import database
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.rules import check
from adflux_core.creative.titles import better_title
from adflux_core.errors import InputError
from adflux_core.postings import import_postings
from adflux_core.schema.postings import Posting
from adflux_core.settings import settings
from adflux_core.simulation.by_model import imagined
from adflux_core.simulation.generating import Order, simulate
from adflux_core.simulation.worlds import COLOMBIA
from sandbox.server import Sandbox

TODAY = date(2026, 10, 1)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        simulate(Order(seed=seed), tmp_path / name, TODAY) for seed, name in ((7, "a"), (7, "b"), (8, "c"))
    )
    assert first.postings.read_bytes() == again.postings.read_bytes()
    assert first.candidates.read_bytes() == again.candidates.read_bytes()
    assert first.postings.read_bytes() != other.postings.read_bytes()


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_row_is_marked_and_lawful_and_comes_in(
    database_url: str, tmp_path: Path, language: Literal["es", "en"]
) -> None:
    files = simulate(Order(language=language, postings=80, candidates=60), tmp_path, TODAY)
    mark = {"es": "(simulada)", "en": "(simulated)"}[language]
    for row in rows(files.candidates):
        assert row["name"].endswith(mark)
    titles = [row["title"] for row in rows(files.postings)]
    assert all(title.endswith(mark) and better_title(title, language) == title for title in titles)
    for row in rows(files.candidates):
        assert row["email"].endswith("@example.com")
        assert "simulated" in row["consent purpose"]
        assert language == "en" or COLOMBIA[row["city"]] == row["region"]
    assert not [row for row in rows(files.postings) if check(row["title"], language)]
    receipt = import_postings(
        files.postings, source="simulated", currency="COP" if language == "es" else "USD"
    )
    assert (receipt.created, receipt.quarantined) == (80, 0)
    with database.transaction() as session:
        postings = list(session.scalars(select(Posting)))
    assert all(one.source == "simulated" and (one.company or "").endswith(mark) for one in postings)
    assert all("SIMULA" in (one.description or "") for one in postings)
    expected = ("CO", "COP", "month") if language == "es" else ("US", "USD", "year")
    assert {(one.country, one.salary_currency, one.salary_period) for one in postings} == {expected}
    assert {(one.place, one.city) for one in postings if not one.city} == set()
    assert {one.description for one in postings if one.language != language} == set()


def test_city_and_sector_are_kept_and_unknown_ones_refused(tmp_path: Path) -> None:
    files = simulate(Order(city="Pasto", sector="health", postings=9, candidates=0), tmp_path, TODAY)
    assert {row["location"] for row in rows(files.postings)} == {"Pasto, Nariño, Colombia"}
    assert {row["title"].removesuffix(" (simulada)") for row in rows(files.postings)} <= {
        "Auxiliar de enfermería",
        "Bacteriólogo",
    }
    for wrong in (Order(city="Macondo"), Order(sector="magic"), Order(postings=-1)):
        with pytest.raises(InputError):
            simulate(wrong, tmp_path, TODAY)


def test_the_model_imagines_jobs_when_there_is_a_key(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as world:
        monkeypatch.setenv("GEMINI_BASE_URL", world.gemini_base_url)
        monkeypatch.setenv("GEMINI_API_KEY", world.gemini_api_key)
        settings.cache_clear()
        order = Order(city="Cali", sector="retail")
        assert imagined(order, Gemini())
        assert world.gemini.project.answered == 1
        world.control("POST", "faults", {"kind": "plain_500"})
        assert imagined(order, Gemini()) == order.trades()
