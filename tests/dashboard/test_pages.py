"""Each page, in both languages: with nothing, with everything, with the database and with Prefect down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from opened_pages import PAGES, opened, words_of
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from adflux_core import database
from adflux_core.settings import settings
from dashboard import reads, runs
from dashboard.words import LANGUAGES, catalogue

FROM_DATABASE = (
    *("overview", "postings", "creatives", "campaigns", "applications"),
    *("data_health", "reports", "segments", "settings", "approvals", "people", "new_campaign"),
)
NAMES = (*FROM_DATABASE, "start_and_follow")
NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing kept from the test before, and Prefect where nobody listens."""
    monkeypatch.setattr(runs, "_address", lambda: NOWHERE)
    reads.forget()
    yield
    reads.forget()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", NAMES)
def test_an_empty_database_is_an_invitation(database_url: str, page: str, language: str) -> None:
    at = opened(page, language)
    assert not at.exception
    assert at.info or page == "people"  # who is there is at least whoever sits at this machine


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", NAMES)
def test_a_full_database_is_shown(filled_url: str, page: str, language: str) -> None:
    at = opened(page, language)
    assert not at.exception
    assert not (at.error and page in FROM_DATABASE)


@pytest.mark.parametrize("page", NAMES)
def test_no_english_is_left_on_the_spanish_page(filled_url: str, page: str) -> None:
    shown = words_of(opened(page))
    english = {text for text, words in catalogue("es").items() if text != words and len(text) > 12}
    assert [text for text in english if text in shown] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", FROM_DATABASE)
def test_a_database_that_is_down_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, page: str, language: str
) -> None:
    monkeypatch.setenv("ADFLUX_DATABASE_URL", "postgresql://someone:hidden@127.0.0.1:9/adflux")
    settings.cache_clear()
    at = opened(page, language)
    assert not at.exception
    assert len(at.error) == 1
    assert "127.0.0.1:9" in at.code[0].value
    assert "hidden" not in words_of(at) + at.code[0].value
    database.engine_for.cache_clear()


@pytest.mark.parametrize("page", FROM_DATABASE)
def test_while_it_is_down_the_last_answers_stay_with_their_age(
    filled_url: str, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    assert not opened(page).warning
    monkeypatch.setattr(reads, "FRESH_SECONDS", -1.0)

    def silent(*_: object) -> Iterator[object]:
        raise database.DatabaseUnavailableError("database at 127.0.0.1:1: gone")

    monkeypatch.setattr(database, "connection", silent)
    at = opened(page)
    assert not at.exception
    assert not at.error
    assert "no responde" in at.warning[0].value
    assert {"overview": at.metric, "creatives": at.selectbox, "new_campaign": at.multiselect}.get(
        page, at.dataframe
    )


def test_a_database_of_another_version_is_a_setting_to_mend(database_url: str) -> None:
    with database.connection() as connected:
        connected.execute(text("DROP SCHEMA adflux CASCADE"))
    at = opened("overview")
    assert not at.exception
    assert len(at.error) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_prefect_down_is_said_in_one_line(database_url: str, language: str) -> None:
    at = opened("start_and_follow", language)
    assert not at.exception
    assert len(at.error) == 1
    assert "127.0.0.1:9" in at.code[0].value


def test_the_account_is_named_as_its_platform_names_it(filled_url: str) -> None:
    shown = words_of(opened("overview"))
    assert "AdFlux Sandbox Bogotá" in shown
    assert "act\\_4410022775" in shown


def test_every_number_says_its_window_age_and_receipt(filled_url: str) -> None:
    at = opened("overview")
    assert any(re.search(r"28 de 28 días .* recibo 1$", caption.value) for caption in at.caption)
    assert [metric.label for metric in at.metric][-1] == "Costo por postulación"


def test_concerns_come_gravest_first(filled_url: str) -> None:
    badges = re.findall(r"-badge\[(.+?)\]", words_of(opened("overview")))
    assert badges == ["Difiere", "Falló", "En duda", "Cambiada por fuera", "Rechazada", "Datos incompletos"]


def test_postings_are_searched_and_filtered(filled_url: str) -> None:
    at = opened("postings")
    assert "75 vacantes" in words_of(at)
    at.text_input(key="search").set_value("enfermera").run()
    assert "7 vacantes" in words_of(at)
    at.text_input(key="search").set_value("bogotá").run()
    at.selectbox(key="status").set_value("closed").run()
    assert not at.exception
    assert "1 vacante\n" in words_of(at)
    at.text_input(key="search").set_value("100%_").run()
    assert at.info


def test_a_campaign_whole(filled_url: str) -> None:
    at = opened("campaigns", campaign=8)
    shown = words_of(at)
    assert "Difiere" in shown
    assert "lifetime\\_budget" in shown or "lifetime_budget" in at.code[0].value
    assert "Mercados Éxito Rural busca" in shown
    assert "huella" in shown


def test_all_campaigns_are_drawn_once_somebody_asks(filled_url: str) -> None:
    def currencies(**state: Any) -> int:
        return words_of(opened("campaigns", campaign=8, **state)).count("Montos en ")

    assert currencies() == 0
    assert currencies(**{"all-campaigns": True}) > 0


class Prefect:
    """Stands in for Prefect's client: what was started, by key."""

    def __init__(self) -> None:
        self.started: dict[str, tuple[UUID, dict[str, Any]]] = {}

    def deployments(self) -> list[runs.Deployment]:
        schema = {
            "properties": {
                "plan_id": {"type": "integer", "minimum": 1, "position": 0, "title": "plan_id"},
                "platform": {
                    "anyOf": [{"$ref": "#/definitions/P"}, {"type": "null"}],
                    "default": None,
                    "position": 1,
                },
                "since": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "position": 2},
                "currency": {"anyOf": [{"type": "string", "pattern": "^[A-Z]{3}$"}, {"type": "null"}]},
                "full": {"type": "boolean", "default": False, "position": 3},
            },
            "required": ["plan_id"],
            "definitions": {"P": {"enum": ["meta"], "type": "string"}},
        }
        return [runs.Deployment(UUID(int=1), "publish-campaign", "on-demand", "", schema, {}, paused=False)]

    def start(self, _: UUID, parameters: dict[str, Any], key: str) -> UUID:
        return self.started.setdefault(key, (uuid4(), parameters))[0]


@pytest.fixture
def prefect(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Prefect:
    stand_in = Prefect()
    monkeypatch.setattr(runs, "deployments", stand_in.deployments)
    monkeypatch.setattr(runs, "start", stand_in.start)
    monkeypatch.setattr(runs, "recent", list)
    return stand_in


def test_the_form_asks_what_the_schema_asks(prefect: Prefect) -> None:
    at = opened("start_and_follow")
    assert not at.exception
    assert at.number_input[0].label == "Plan *"
    assert at.selectbox[1].options == ["meta"]
    assert at.date_input[0].label == "Primer día"
    at.button[0].click().run()
    assert "Falta Plan." in words_of(at)
    assert prefect.started == {}


def test_two_clicks_on_one_form_start_one_run(prefect: Prefect) -> None:
    for _ in range(2):
        at = opened("start_and_follow", form="the-same-form")
        at.number_input[0].set_value(7)
        at.button[0].click().run()
        assert not at.exception
    assert [parameters for _, parameters in prefect.started.values()] == [{"plan_id": 7, "full": False}]


def test_a_value_against_its_pattern_is_not_sent(prefect: Prefect) -> None:
    at = opened("start_and_follow")
    at.number_input[0].set_value(7)
    at.text_input[0].set_value("pesos")
    at.button[0].click().run()
    assert "Moneda no está escrito como debe." in words_of(at)
    assert prefect.started == {}


def test_the_app_opens_in_spanish_and_changes_language(filled_url: str) -> None:
    at = AppTest.from_file(str(PAGES.parent / "app.py"), default_timeout=30).run()
    assert not at.exception
    assert at.title[0].value == "Resumen"
    at.query_params["lang"] = "en"
    at.session_state["language"] = "en"
    assert at.run().title[0].value == "Overview"


def test_a_search_ad_is_shown_as_its_texts_and_searches() -> None:
    def page() -> None:
        from google_plans import plan

        from dashboard.planned_ad import show_creative

        show_creative(plan())

    shown = AppTest.from_function(page, default_timeout=30).run()
    assert not shown.exception
    said = " ".join(str(one.value) for one in [*shown.markdown, *shown.text, *shown.caption])
    for words in ("Empleo en Bogotá", "Conoce la oferta.", "empleo de analista · analista bogotá"):
        assert words in said


def test_a_segment_is_renamed_in_both_languages(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.tables.table", lambda *_, **__: 0)  # the first row is chosen
    at = opened("segments")
    fields = {field.label: field for field in at.text_input}
    fields["Nombre en español"].set_value("Bodega")
    fields["Nombre en inglés"].set_value("Warehouse")
    at.button[0].click().run()
    assert not at.exception
    with database.connection() as connected:
        named = connected.execute(
            text("SELECT name_es, name_en, renamed_by FROM adflux.segment WHERE id = 1")
        )
        assert [tuple(row) for row in named] == [("Bodega", "Warehouse", "local")]
