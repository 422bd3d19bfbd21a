"""A plan for a segment pins its version, says what the segment adds, and never whom an ad excludes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from platform_world import PlatformWorld
from segment_sample import fill_segments
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.campaigns.answer import PlanAnswer
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import DatabaseRefusedError, InputError, RefusedError
from adflux_core.money import Money
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from adflux_core.reports import AimRow


def drafted(here: PlatformWorld, posting_id: int, segment: int | None) -> PlanAnswer:
    return draft_plan(
        [posting_id],
        [here.name],
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
        segment=segment,
    )


@pytest.fixture
def segments(database_url: str) -> None:
    with database.transaction() as session:
        fill_segments(session)


@pytest.mark.usefixtures("segments")
def test_a_plan_pins_the_version_and_changes_only_what_is_searched(
    here: PlatformWorld, posting_id: int
) -> None:
    plain, aimed = drafted(here, posting_id, None), drafted(here, posting_id, 1)
    assert plain.segment is None
    assert aimed.segment is not None
    assert (aimed.segment.version_id, aimed.segment.fairness_report, aimed.segment.people) == (2, 2, 2100)
    assert aimed.segment.keywords["es"] == ["empleo auxiliar de bodega"]
    with database.connection() as connected:
        pins = connected.execute(text("SELECT plan_id, segment_id, version_id FROM adflux.segment_pin")).all()
        targets = connected.execute(
            text("SELECT CAST(spec AS jsonb) -> 'targeting' FROM adflux.plan_item ORDER BY plan_id")
        )
        assert len({str(target) for target in targets.scalars()}) == 1
    assert [tuple(row) for row in pins] == [(aimed.plan_id, 1, 2)]
    payloads = str(aimed.campaigns[0].payloads)
    assert ("empleo auxiliar de bodega" in payloads) == (here.name == "google_ads")


def settle(*cities: tuple[str, int]) -> None:
    """So many people of the segment live in each city."""
    with database.connection() as connected:
        for city, people in cities:
            connected.execute(
                text("""WITH came AS (
                            INSERT INTO adflux.candidate (source, external_id, retain_until, city, country)
                            SELECT 'test', :city || number, '2099-01-01', :city, 'CO'
                            FROM generate_series(1, :people) AS number RETURNING id
                        ) INSERT INTO adflux.segment_member SELECT 2, id, 0 FROM came"""),
                {"city": city, "people": people},
            )


def places(answer: PlanAnswer) -> str:
    return str(
        [payload.get("targeting", payload.get("locations")) for payload in answer.campaigns[0].payloads]
    )


@pytest.mark.usefixtures("segments")
def test_a_job_where_the_segment_lives_is_shown_in_its_cities(here: PlatformWorld, posting_id: int) -> None:
    settle(("Bogotá", 60), ("Medellín", 30), ("Pasto", 12), ("Leticia", 9))
    aimed = drafted(here, posting_id, 1)
    assert aimed.segment is not None
    assert [(one.city, one.people) for one in aimed.segment.homes] == [
        ("Bogotá", 60), ("Medellín", 30), ("Pasto", 12),
    ]  # fmt: skip
    # The twins know no Pasto, and the two they know hold 90 of 111 people.
    known = {
        "meta": ["910101", "910201", "'radius': 40, 'distance_unit': 'kilometer'"],
        "google_ads": ["geoTargetConstants/1910101", "geoTargetConstants/1910201"],
    }[here.name]
    assert all(key in places(aimed) for key in known)
    assert "'countries'" not in places(aimed)
    assert "geoTargetConstants/2170" not in places(aimed)
    approve_plan(aimed.plan_id, "luz")
    (publication_id,) = order_publication(aimed.plan_id, "test")
    outcome = converge(publication_id, open_platform, quiescence=timedelta(hours=1))
    assert (outcome.state, outcome.detail) == ("active", "")
    assert (
        converge(publication_id, open_platform, quiescence=timedelta(hours=1)).state == "active"
    )  # what is read back is what was sent


@pytest.mark.parametrize("why", ["remote", "elsewhere", "scattered"])
@pytest.mark.usefixtures("segments")
def test_a_job_that_is_not_where_they_live_is_shown_in_the_country(
    here: PlatformWorld, posting_id: int, why: str
) -> None:
    settle(("Bogotá", 60), ("Pasto", 40 if why == "scattered" else 1))
    changes = {"remote": "remote = true", "elsewhere": "city = 'Cali'", "scattered": "remote = false"}
    with database.connection() as connected:
        connected.execute(text(f"UPDATE adflux.posting SET {changes[why]}"))  # noqa: S608
    plain, aimed = drafted(here, posting_id, None), drafted(here, posting_id, 1)
    assert places(aimed) == places(plain)


@pytest.mark.usefixtures("segments")
def test_a_segment_that_is_not_there_or_has_ended_is_refused(here: PlatformWorld, posting_id: int) -> None:
    with pytest.raises(InputError, match="does not exist"):
        drafted(here, posting_id, 99)
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.segment SET ended_at = now() WHERE id = 1"))
    with pytest.raises(RefusedError, match="has ended"):
        drafted(here, posting_id, 1)


@pytest.mark.usefixtures("segments")
def test_a_plan_without_a_fairness_report_is_refused(here: PlatformWorld, posting_id: int) -> None:
    drafted(here, posting_id, 1)
    with pytest.raises(DatabaseRefusedError), database.connection() as connected:
        connected.execute(text("UPDATE adflux.segment_pin SET fairness_report_id = NULL"))
    with database.connection() as connected:
        connected.execute(text("DELETE FROM adflux.segment_pin"))
        connected.execute(text("DELETE FROM adflux.fairness_report WHERE version_id = 2"))
    with pytest.raises(RefusedError, match="no fairness report"):
        drafted(here, posting_id, 1)


def aim_of(publication_id: int) -> AimRow | None:
    return reports.plan_aim(reports.publication_detail(publication_id).publication.plan_id)


@pytest.mark.usefixtures("segments")
def test_another_budget_leaves_a_campaign_with_its_segment_although_it_ended(
    here: PlatformWorld, posting_id: int
) -> None:
    aimed = drafted(here, posting_id, 1)
    approve_plan(aimed.plan_id, "luz")
    (publication_id,) = order_publication(aimed.plan_id, "test")
    converge(publication_id, open_platform, quiescence=timedelta(hours=1))
    before = aim_of(publication_id)
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.segment SET ended_at = now() WHERE id = 1"))
    changed = draft_budget_change(publication_id, Money.parse("COP 900000"), "ana")
    approve_plan(changed.plan_id, "luz")
    order_publication(changed.plan_id, "test")
    assert before is not None
    assert aim_of(publication_id) == before
    assert (before.segment_id, before.version_id, before.aim["people"]) == (1, 2, 2100)
