"""The page of a new campaign: asked step by step, planned once, and nothing beyond a cap or by one alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from deed_doings import NEW_PLAN
from opened_pages import opened, pressed, words_of
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from adflux_core import access, database, reports
from adflux_core.access import LOCAL, Role
from dashboard import reads, runs, session
from dashboard.runs import Run

PLAN, PUBLISH = "plan-campaign/on-demand", "publish-campaign/on-demand"
RUN, PUBLISHING = UUID(int=7), UUID(int=8)


class Prefect:
    """What was asked of it, and how its run of a plan is; one that publishes ends when it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.state, self.message, self.published = "Running", "", False

    def start_named(self, name: str, parameters: dict[str, Any], key: str) -> UUID:
        self.asked.append((name, dict(parameters), key))
        return RUN if name == PLAN else PUBLISHING

    def glance(self, run_id: UUID) -> Run:
        nothing = dict.fromkeys(("url", "flow", "name"), "")
        times = dict.fromkeys(("expected_at", "started_at", "took"))
        state = self.state if run_id == RUN else "Completed" if self.published else "Running"
        told = {"state": state, "over": state != "Running", "message": self.message}
        return Run(id=run_id, parameters={}, **told, **nothing, **times)  # type: ignore[arg-type]


@pytest.fixture
def prefect(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefect]:
    world = Prefect()
    monkeypatch.setattr(runs, "start_named", world.start_named)
    monkeypatch.setattr(runs, "glance", world.glance)
    reads.forget()
    yield world
    reads.forget()


def do(sql: str, **values: object) -> None:
    with database.connection() as connected:
        connected.execute(text(sql), values)
    reads.forget()


def one(sql: str) -> Any:
    with database.connection() as connected:
        return connected.execute(text(sql)).scalar_one()


def free_posting() -> int:
    """An open posting that nothing advertises yet."""
    return int(
        one("""SELECT min(id) FROM adflux.posting AS p WHERE status = 'open' AND apply_url LIKE 'https%'
               AND NOT EXISTS (SELECT FROM adflux.publication WHERE posting_id = p.id)""")
    )


def cap(campaign: int = 2_000_000, alone: int = 2_000_000) -> None:
    """What one campaign may cost, and an author approve alone, in pesos."""
    do(
        """INSERT INTO adflux.spending_cap (platform, account_id, currency, campaign_minor, day_minor,
                                            month_minor, second_person_above_minor, set_by)
           SELECT platform, external_id, 'COP', :campaign, 10000000000, 10000000000, :alone, 'test'
           FROM adflux.ad_account""",
        campaign=campaign * 100,
        alone=alone * 100,
    )


def filled(budget: int | None = 800_000, language: str = "es") -> AppTest:
    """As it opens from the page of a posting."""
    at = opened("new_campaign", language, **{"plan-postings": [free_posting()]})
    if budget is not None:
        at.number_input(key="plan-budget").set_value(budget).run()
    assert not at.exception
    return at


def made_by_the_run() -> int:
    """The plan that the run would have stored."""
    number = int(one(NEW_PLAN))
    # Plans are never changed; this one is only told which run it came from.
    do("ALTER TABLE adflux.plan DISABLE TRIGGER append_only")
    do("UPDATE adflux.plan SET run_id = :run, author = :who WHERE id = :id", run=RUN, who=LOCAL, id=number)
    do("ALTER TABLE adflux.plan ENABLE TRIGGER append_only")
    return number


def test_two_clicks_ask_for_one_plan_of_exactly_what_was_filled_in(prefect: Prefect) -> None:
    posting = free_posting()
    at = filled()
    assert "1 campaña · como máximo **COP\u00a0800.000** en total" in words_of(at)
    pressed(at, "Hacer el plan")
    again = filled()
    again.session_state["plan-form"] = at.session_state["plan-form"]
    pressed(again, "Hacer el plan")
    (name, parameters, key), (_, _, other) = prefect.asked
    account = one("SELECT external_id FROM adflux.ad_account")
    assert (name, key) == (PLAN, other)
    assert parameters == {
        "postings": [posting],
        "budget": "COP 800000",
        "duration_days": 14,
        "start": None,
        "accounts": [account],
        "segment": None,
    }
    assert "En curso" in words_of(at)
    assert one("SELECT count(*) FROM adflux.audit WHERE action = 'start' AND actor = 'local'") == 1


def test_the_plan_is_shown_approved_and_published_on_the_same_page(prefect: Prefect) -> None:
    at = filled()
    pressed(at, "Hacer el plan")
    number, prefect.state = made_by_the_run(), "Completed"
    cap()
    do("UPDATE adflux.publication SET desired_state = 'closed'")
    at.run()
    for words in ("Cuesta como máximo", "Planeado por local"):
        assert words in words_of(at)
    pressed(at, "Aprobar")
    assert reports.plan_decision(number).decided_by == LOCAL
    pressed(at, "Publicar ahora")
    assert not at.exception
    assert prefect.asked[-1][:2] == (PUBLISH, {"plan_id": number})
    assert f"Se está publicando el plan {number}" in words_of(at)
    prefect.published = True
    at.run()
    assert "Publicado. Sus campañas dicen cómo van." in words_of(at)


def test_a_large_plan_is_not_approved_by_whoever_made_it(prefect: Prefect) -> None:
    at = filled()
    pressed(at, "Hacer el plan")
    made_by_the_run()
    prefect.state = "Completed"
    cap(alone=1)
    at.run()
    assert "un plan lo aprueba alguien distinto de quien lo hizo" in words_of(at)
    assert [one.disabled for one in at.button if one.label == "Aprobar"] == [True]


def test_what_already_runs_is_not_published_again(prefect: Prefect) -> None:
    at = opened("new_campaign", **{"plan-postings": [1]})
    assert "La vacante 1 ya se anuncia en Meta: cierra antes la campaña 1" in words_of(at)
    at.number_input(key="plan-budget").set_value(800_000).run()
    pressed(at, "Hacer el plan")
    number, prefect.state = made_by_the_run(), "Completed"
    cap()
    at.run()
    pressed(at, "Aprobar")
    assert reports.plan_decision(number).decision == "approved"
    assert "Ya se anuncia: cierra antes la campaña 1" in words_of(at)
    assert [one.disabled for one in at.button if one.label == "Publicar ahora"] == [True]


def test_a_run_that_made_no_plan_says_why_and_can_be_asked_anew(prefect: Prefect) -> None:
    at = filled()
    pressed(at, "Hacer el plan")
    prefect.state, prefect.message = "Failed", "posting 3 expires on 2026-10-02"
    at.run()
    assert "No se hizo ningún plan y no se publicó nada" in words_of(at)
    assert at.code[0].value == "posting 3 expires on 2026-10-02"
    pressed(at, "Hacer el plan")
    assert len({key for _, _, key in prefect.asked}) == 2


def test_other_answers_after_a_plan_are_another_plan(prefect: Prefect) -> None:
    at = filled()
    pressed(at, "Hacer el plan")
    made_by_the_run()
    prefect.state = "Completed"
    at.number_input(key="plan-days").set_value(20).run()
    assert "Algo es distinto de lo que se planeó antes" in words_of(at)
    assert "Cuesta como máximo" not in words_of(at)
    pressed(at, "Hacer el plan")
    assert prefect.asked[1][1]["duration_days"] == 20
    assert prefect.asked[1][2] != prefect.asked[0][2]


def test_a_budget_beyond_the_cap_is_never_asked_for(prefect: Prefect) -> None:
    cap(campaign=500_000)
    at = filled(500_001)
    assert "una campaña puede costar como máximo COP\u00a0500.000" in words_of(at)
    assert "Hacer el plan" not in words_of(at)


def test_nothing_is_asked_for_as_long_as_something_is_missing(prefect: Prefect) -> None:
    assert "2 · Audiencia" not in words_of(opened("new_campaign"))
    assert "Hacer el plan" not in words_of(filled(None))
    do("DELETE FROM adflux.spending_cap")
    do("DELETE FROM adflux.ad_account")
    assert "Aún no se conoce ninguna cuenta publicitaria" in words_of(filled(None))
    assert prefect.asked == []


@pytest.mark.parametrize(
    ("platform", "currency", "why"),
    [("meta", "COP", "haz dos planes"), ("google_ads", "USD", "un plan para cada una")],
)
def test_one_account_of_each_platform_and_one_currency(
    prefect: Prefect, platform: str, currency: str, why: str
) -> None:
    do(
        """INSERT INTO adflux.ad_account (platform, external_id, name, currency, time_zone)
           VALUES (:platform, '99', 'Otra', :currency, 'America/Bogota')""",
        platform=platform,
        currency=currency,
    )
    at = filled(None)
    first = one("SELECT platform || ' ' || external_id FROM adflux.ad_account WHERE external_id <> '99'")
    at.multiselect(key="plan-accounts").set_value([first, f"{platform} 99"]).run()
    assert why in words_of(at)
    assert "3 · El anuncio" not in words_of(at)


def test_a_viewer_makes_no_plan(prefect: Prefect, monkeypatch: pytest.MonkeyPatch) -> None:
    access.grant("ana@example.com", Role.VIEWER, "test")
    monkeypatch.setattr(session, "told", lambda name: "ana@example.com" if name == session.ACCOUNT else "")
    at = filled(language="en")
    assert [one.disabled for one in at.button if one.label == "Make the plan"] == [True]
    assert "An analyst makes plans." in words_of(at)


def test_no_posting_at_all(database_url: str) -> None:
    reads.forget()
    at = opened("new_campaign")
    assert not at.exception
    assert "Aún no hay vacantes abiertas" in words_of(at)
