"""Real public files: every row is accounted for and reads as a person would read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from real_data import DATA
from sqlalchemy import text

from adflux_core import database
from adflux_core.postings import Receipt, import_postings

JOBS = DATA / "jobs"

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def ask(database_url: str) -> Ask:
    """Rows of a query on the imported postings."""

    def run(columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        with database.connection() as connected:
            rows = connected.execute(text(f"SELECT {columns} FROM adflux.posting WHERE {where}"))  # noqa: S608
            return [tuple(row) for row in rows]

    return run


def take(name: str, **options: Any) -> Receipt:
    """Import a real file, and once more: the second time must change nothing."""
    receipt = import_postings(JOBS / name, source="real", **options)
    again = import_postings(JOBS / name, source="real", **options)
    assert (again.created, again.updated, again.unchanged) == (0, 0, receipt.created)
    assert receipt.quarantined == 0
    return receipt


def test_castilla_y_leon(ask: Ask) -> None:
    receipt = take("jcyl_ofertas_empleo_2023-10.csv")
    assert (receipt.format.value, receipt.read, receipt.created) == ("csv", 701, 701)
    assert ask("count(*)", "language = 'es'")[0][0] > 640
    assert ask("count(*)", "description ~ '<[a-z/]' OR title ~ '[<>]|&[a-z]+;'") == [(0,)]
    assert ask("count(*)", "title ~ '[[:cntrl:]]' OR description ~ '[\\x01-\\x08\\x0b-\\x1f]'") == [(0,)]
    assert ask("count(*)", "apply_url LIKE 'https://%' AND posted_on > '2017-01-01'") == [(701,)]
    assert ask("count(*)", "'Otra' IN (city, region, place) OR salary_text IS NOT NULL") == [(0,)]
    assert ask("title, place, city, region, posted_on", "external_id = '1285327199895'") == [
        ("JEFES DE EQUIPO EN TALLER ELECTROMECÁNICO", "Fabero, León", "Fabero", "León", date(2023, 10, 26))
    ]
    assert ask("DISTINCT city, country", "city LIKE '%Bañeza%'") == [("La Bañeza", None)]


def test_emscad(ask: Ask) -> None:
    receipt = take("emscad_500_plus_blank_rows.csv")
    assert (receipt.read, receipt.created) == (500, 500)

    def salary(said: str) -> list[tuple[Any, ...]]:
        return ask("DISTINCT salary_min, salary_max", f"salary_text = '{said}'")

    assert salary("20000-28000") == [(Decimal(20000), Decimal(28000))]
    assert salary("60-80") == [(Decimal(60), Decimal(80))]
    for unreadable in ("0-0", "09-Dec", "120000-15000000"):
        assert salary(unreadable) == [(None, None)]
    assert ask("count(*)", "salary_currency IS NOT NULL OR company IS NOT NULL") == [(0,)]
    assert ask("city, region, country, count(*)", "place = 'US, NY, New York' GROUP BY 1, 2, 3") == [
        ("New York", "NY", "US", 30)
    ]
    assert ask("count(*)", "remote") == [(12,)]
    assert ask("count(*)", "language = 'en'")[0][0] >= 495


def test_open_jobs(ask: Ask) -> None:
    receipt = take("ats_open_jobs_2026-07-19.csv")
    assert (receipt.read, receipt.created) == (6469, 6469)
    assert ask("count(*)", "employment_type = 'full_time'")[0][0] > 2000
    periods: dict[Any, Any] = dict(ask("salary_period, count(*)", "salary_min IS NOT NULL GROUP BY 1"))
    assert set(periods) == {"year", "hour", "month"}
    assert periods["hour"] == 10
    assert ask("count(*)", "salary_max > 20 * salary_min OR salary_min > salary_max") == [(0,)]
    assert len(ask("DISTINCT salary_currency", "salary_currency IS NOT NULL")) >= 8
    assert ask("DISTINCT city, region, country, remote", "place = 'Remote - United States'") == [
        (None, None, "US", True)
    ]
    assert ask("DISTINCT city, country", "place IN ('Madrid, Spain', 'Spain, Madrid')") == [("Madrid", "ES")]
    assert ask("count(*)", "city ~* 'remot|hybrid|office|n/a|[0-9]' OR city = region || 'x'") == [(0,)]
    assert ask("count(*)", "language = 'es'")[0][0] < 10


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ats_ashby_board.json", "ashby"),
        ("ats_greenhouse_board.json", "greenhouse"),
        ("ats_lever_board.json", "lever"),
    ],
)
def test_boards(ask: Ask, name: str, kind: str) -> None:
    receipt = take(name)
    assert (receipt.format.value, receipt.read, receipt.created) == (kind, 2, 2)
    assert ask("count(*)", "description !~ '<[a-z/]|&[a-z]+;' AND length(description) > 500") == [(2,)]
    assert ask("count(*)", "apply_url LIKE 'https://%' AND posted_on > '2020-01-01'") == [(2,)]
    if kind == "lever":
        assert ask("salary_min, salary_max, salary_currency, salary_period", "country = 'US'") == [
            (Decimal(150000), Decimal(180000), "USD", "year")
        ]


def test_neogov(ask: Ask) -> None:
    receipt = take("neogov_michigan.rss")
    assert (receipt.format.value, receipt.read, receipt.created) == ("rss", 5, 5)
    assert ask("salary_text, salary_min", "external_id = '634789'") == [("Not Displayed", None)]
    assert ask("salary_min, salary_max, salary_currency, salary_period", "external_id = '282662'") == [
        (Decimal("37.33"), Decimal("51.66"), "USD", "hour")
    ]
    assert ask("posted_on, expires_on, region, country", "external_id = '631517'") == [
        (date(2013, 4, 8), date(2022, 1, 31), "Michigan", "US")
    ]
    assert ask("posted_on, expires_on", "external_id = '234176'") == [(None, None)]


def test_schema_org_examples(ask: Ask) -> None:
    receipt = take("schemaorg_jobposting_examples.json")
    # Three examples have nothing but a title that another has too: without an id they are one posting.
    assert (receipt.format.value, receipt.read, receipt.created, receipt.merged) == ("json-ld", 12, 9, 3)
    assert ask("salary_min, salary_currency, city, region", "salary_text IS NOT NULL") == [
        (Decimal(100000), "USD", "Kirkland", "WA")
    ]
    assert ask("company", "title = 'Mobile App Developer'") == [("ACME Software",)]
