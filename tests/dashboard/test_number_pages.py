"""The pages that say how far the numbers can be trusted: sources, health, reports, honesty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from meta_publications import one_pass, published
from opened_pages import opened, words_of
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.applications import import_applications
from adflux_core.metrics.sync import sync_metrics
from adflux_core.settings import settings
from dashboard import reads
from sandbox.server import Sandbox

TILES = ("spend", "impressions", "clicks", "applications", "cost_per_application")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing kept from the test before."""
    reads.forget()
    yield
    reads.forget()


def test_every_number_of_the_overview_opens_its_source(filled_url: str) -> None:
    closed = opened("overview")
    assert not [frame for frame in closed.dataframe if "Recibo" in frame.value.columns]
    assert len(closed.metric) == len(TILES)
    at = opened("overview", **{f"source-{measure}-COP": True for measure in TILES})
    sources = [frame.value for frame in at.dataframe if "Recibo" in frame.value.columns]
    assert len(sources) == len(at.metric) == 5
    assert all(list(one["Recibo"]) == [1] for one in sources)
    words = words_of(at)
    for fact in ("**Período:**", "**Moneda:** COP", "**Leído entre:**", "**Inversión provisional:** 9"):
        assert words.count(fact) == 5, fact


def test_data_health_says_what_is_fresh_missing_and_moving(filled_url: str) -> None:
    with database.connection() as connected:
        connected.execute(text("DELETE FROM adflux.day_reading WHERE date_day = CURRENT_DATE - 9"))
        connected.execute(text("SELECT set_config('adflux.metrics_slice', '1', true)"))
        connected.execute(
            text("""
                UPDATE adflux.ad_metrics SET applications = applications + 1, as_of = adflux.metrics_instant()
                WHERE date_day = CURRENT_DATE - 5
            """)
        )
        connected.execute(text("INSERT INTO adflux.heartbeat (work) VALUES ('sync-metrics')"))
        connected.execute(
            text("""
                INSERT INTO adflux.unknown_shape (platform, account_id, place, name, example, times)
                VALUES ('meta', 'act_1', 'row: ad', 'reach', '608', 1200)
            """)
        )
    (account,) = reports.account_health()
    assert (account.good_slice_id, account.days_unread, account.days_healed) == (1, 1, 0)
    with database.connection() as connected:
        share = connected.execute(  # by Meta's own word, days are settled after 28
            text("""
                SELECT round(sum(spend) FILTER (WHERE read_on - date_day < 28) / sum(spend), 3)
                FROM adflux.ad_metrics, (SELECT read_on FROM adflux.metrics_slice WHERE id = 1) AS reading
                WHERE date_day <> CURRENT_DATE - 9
            """)
        ).scalar_one()
    assert account.unsettled_share == share
    (step,) = [one for one in reports.restatement() if one.applications]
    assert (step.age, step.platform) == (5, "meta")
    at = opened("data_health")
    assert not at.exception
    (told,) = at.dataframe[0].value.to_dict("records")
    assert (told["Recibo"], told["Días que faltan"]) == (1, 1)
    assert (told["Inversión provisional"], told["Última lectura buena"]) == (share, account.good_read_at)
    assert "Nunca leído por completo" in [*at.dataframe[1].value["Por qué"]]
    assert "Inesperado en las respuestas" in [one.value for one in at.subheader]
    (aside,) = at.dataframe[2].value.to_dict("records")
    assert (aside["Campo o palabra"], aside["Ejemplo"], aside["Veces"]) == ("reach", "608", 1200)
    assert "the ads add up to 812" in at.code[0].value
    assert [*at.dataframe[-1].value["Tarea"]] == ["Leer las cifras"]


def test_the_honesty_page_shows_every_day_of_the_world_beside_ours(
    world: Sandbox, posting_id: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one_pass(published(posting_id))
    world.control("POST", "clock", {"advance_days": 6})
    sync_metrics(open_platform(PlatformName.META), since=date(2026, 10, 1), today=date(2026, 10, 7))
    monkeypatch.setenv("ADFLUX_TRUTH_URL", f"{world.meta_graph_url}/_sandbox/truth")
    settings.cache_clear()
    assert "Aún no se ha importado" in opened("honesty").info[0].value
    (tmp_path / "ats.csv").write_text(world.control("GET", "applications")["csv"])
    import_applications(tmp_path / "ats.csv")
    reads.forget()
    equal = opened("honesty")
    assert not equal.exception
    assert len(equal.dataframe[0].value) >= 4
    assert len(equal.success) == 2
    assert equal.dataframe[1].value["Enviadas: verdad"].iloc[0] > 0
    assert any("SIMULADO" in one.value for one in equal.markdown)
    with database.connection() as connected:
        connected.execute(
            text("UPDATE adflux.ad_metrics SET clicks = clicks + 1, as_of = adflux.metrics_instant()")
        )
    reads.forget()
    differing = opened("honesty")
    assert "difieren" in differing.error[0].value
    assert [one.value for one in differing.success] == ["Los 1 anuncios son iguales, paso a paso."]
    with database.connection() as connected:
        connected.execute(text("DELETE FROM adflux.application WHERE furthest = 'submitted'"))
    reads.forget()
    differing = opened("honesty")
    assert not differing.success
    assert "difieren" in differing.error[1].value
    monkeypatch.setenv("ADFLUX_TRUTH_URL", "http://127.0.0.1:9/_sandbox/truth")
    settings.cache_clear()
    assert "no responde" in opened("honesty").error[0].value


def test_a_report_is_downloaded_as_it_was_given_out_and_says_why_it_moved(filled_url: str) -> None:
    at = opened("reports")
    newest, before = reports.kept_reports()
    assert f"Informe {newest.id}" in words_of(at)
    (changes,) = (frame.value for frame in at.dataframe[1:])
    reasons = changes.set_index("Por qué")["Inversión"]
    assert list(reasons.index) == [
        f"Dicho en el informe {before.id}",
        "Corregido por la plataforma",
        "Días nuevos",
        "Días que salieron del período",
        f"Dicho en el informe {newest.id}",
    ]
    assert reasons["Corregido por la plataforma"] == 1500
    assert reasons.iloc[:-1].sum() == reasons.iloc[-1]
    labels = [one.proto.label for one in at.get("download_button")]
    assert [label.partition(" · ")[0] for label in labels] == ["Página web", "Excel", "CSV"]


def test_to_whom_a_campaign_was_shown_is_drawn_once_somebody_asks(filled_url: str) -> None:
    with database.connection() as connected:
        connected.execute(
            text("""INSERT INTO adflux.ad_shown_to (platform, account_id, month, ad_id, age, gender,
                                                    impressions, clicks, spend)
                    SELECT DISTINCT ON (campaign_id) platform, account_id, date '2026-09-01', ad_id, '25-34',
                           'female', 700, 9, 1000 FROM adflux.ad_metrics ORDER BY campaign_id""")
        )
    campaign = next(one for one in reports.campaigns() if reports.campaign_shown_to(one.publication_id))
    closed = opened("campaigns", campaign=campaign.publication_id)
    at = opened("campaigns", campaign=campaign.publication_id, **{"shown-to": True})
    assert not at.exception
    tables = [[frame for frame in page.dataframe if "Sexo" in frame.value.columns] for page in (closed, at)]
    assert [len(shown) for shown in tables] == [0, 1]
    assert tables[1][0].value["Impresiones"].tolist() == [700]


def test_a_campaign_says_how_far_its_applications_came(filled_url: str) -> None:
    found = ((one.publication_id, reports.campaign_funnel(one.publication_id)) for one in reports.campaigns())
    publication, steps = next((number, steps) for number, steps in found if steps)
    assert [one.step for one in steps] == ["started", "submitted", "qualified", "interview", "hired"]
    said = words_of(opened("campaigns", campaign=publication))
    (line,) = [one for one in said.splitlines() if "Postulaciones que trajeron sus anuncios" in one]
    assert line.count("→") == 4
    assert f"Enviadas **{steps[1].applications}**" in line
