"""Settings and doctor: what was found and how to mend it, with no secret's value; asked anew once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from opened_pages import opened, pressed, words_of
from sqlalchemy import func, select, text

from adflux_core import database, reports
from adflux_core.doctor.keeping import examine_and_keep
from adflux_core.schema.examination import Examination
from adflux_core.settings import Settings, settings
from dashboard import reads, runs
from dashboard.run_view import RUN_STATES
from dashboard.runs import Run
from dashboard.setting_words import SETTINGS

SECRETS = {name: f"canary-{name}-0123456789-0123456789" for name in ("META_ACCESS_TOKEN", "GEMINI_API_KEY")}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    reads.forget()
    yield
    reads.forget()


@pytest.fixture
def examined(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a process that has credentials, while Meta does not answer."""
    there = {
        **SECRETS,
        "META_GRAPH_URL": "http://somebody:canary-in-the-address@127.0.0.1:9/?access_token=canary-asked",
        "META_APP_SECRET": "canary-app-secret",
        "META_AD_ACCOUNT_ID": "act_4410022775",
        "META_PAGE_ID": "7",
    }
    with monkeypatch.context() as worker:
        for name, value in there.items():
            worker.setenv(name, value)
        settings.cache_clear()
        for _ in range(2):
            examine_and_keep(datetime.now(UTC))
    settings.cache_clear()


def test_every_setting_has_words() -> None:
    assert set(SETTINGS) == {name.upper() for name in Settings.model_fields}


@pytest.mark.usefixtures("examined")
def test_what_is_ill_comes_first_with_how_to_mend_it_and_no_secret_is_shown(filled_url: str) -> None:
    at = opened("settings")
    assert not at.exception
    words = words_of(at)
    assert "**Cómo remediarlo:** Mira los ajustes que empiezan por META" in words
    assert words.index(":red-badge[Mal] **Meta**") < words.index(":green-badge[Bien] **Base de datos**")
    assert ":gray-badge[Sin configurar] **Google Ads**" in words
    shown = at.dataframe[-1].value.set_index("Ajuste")["Valor"]
    assert shown["META_ACCESS_TOKEN"] == shown["ADFLUX_DATABASE_URL"] == "Puesto"
    assert shown["GOOGLE_ADS_REFRESH_TOKEN"] == "Sin poner"
    assert shown["META_GRAPH_URL"] == "http://127.0.0.1:9/"
    assert shown["ADFLUX_KEPT_PAGES_DAYS"] == "90 (de fábrica)"
    with database.connection() as connected:
        kept = str(connected.execute(text("SELECT * FROM adflux.examination")).all())
    password = filled_url.partition("@")[0].rpartition(":")[2]
    for place in (words, kept, str([frame.value.to_dict() for frame in at.dataframe])):
        assert "canary" not in place
        assert password not in place
    with database.transaction() as there:
        assert there.scalar(select(func.count()).select_from(Examination)) == 1


@pytest.mark.usefixtures("filled_url")
def test_each_accounts_calendar_currency_and_caps_are_shown() -> None:
    (account,) = reports.caps()
    assert (account.day, account.currency, account.time_zone) == (None, "COP", "America/Bogota")
    with database.connection() as connected:
        connected.execute(
            text("""
                INSERT INTO adflux.spending_cap
                    (platform, account_id, currency, campaign_minor, day_minor, month_minor,
                     second_person_above_minor, set_by)
                SELECT platform, external_id, currency, 200000000, 50000000, 900000000, 0, 'luz'
                FROM adflux.ad_account
            """)
        )
    (row,) = opened("settings").dataframe[0].value.to_dict("records")
    assert (row["Moneda"], row["Zona horaria"], row["Fijado por"]) == ("COP", "America/Bogota", "luz")
    assert row["Un día"] == "500.000"


@pytest.mark.usefixtures("examined")
def test_two_clicks_ask_for_one_examination_and_it_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    state = "Running"

    def start(name: str, _: object, key: str) -> UUID:
        asked.append((name, key.rpartition("-")[0]))
        return UUID(int=1)

    def glance(run_id: UUID) -> Run:
        nothing = dict.fromkeys(("message", "url", "flow", "name"), "")
        times = dict.fromkeys(("expected_at", "started_at", "took"))
        return Run(id=run_id, state=state, over=state == "Completed", parameters={}, **nothing, **times)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "start_named", start)
    monkeypatch.setattr(runs, "glance", glance)
    pages = [opened("settings"), opened("settings")]
    for at in pages:
        pressed(at, "Examinar ahora")
        assert not at.exception
        assert "Se está examinando." in words_of(at)
        assert "En curso" in words_of(at)
    assert set(asked) == {("examine-installation/every-hour", "examine-2")}
    state = "Completed"
    assert state in RUN_STATES
    pages[0].run()
    assert "Se está examinando." not in words_of(pages[0])


@pytest.mark.usefixtures("examined")
def test_while_prefect_is_down_the_page_still_says_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_address", lambda: "http://127.0.0.1:9/api")
    at = opened("settings")
    assert ":red-badge[Sin respuesta] **Prefect**" in words_of(at)
    assert "Examinado el" in words_of(at)
    pressed(at, "Examinar ahora")
    assert not at.exception
    assert [one.value.partition(":")[0] for one in at.error] == ["Prefect no responde"]
