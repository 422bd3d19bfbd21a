"""A plan for a segment pins its version, says what the segment adds, and never whom an ad excludes."""

from __future__ import annotations

from datetime import date

import pytest
from platform_worlds import PlatformWorld
from segment_sample import fill_segments
from sqlalchemy import text

from adflux_core import database
from adflux_core.campaigns.answer import PlanAnswer
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money


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


@pytest.mark.usefixtures("segments")
def test_a_segment_that_is_not_there_or_has_ended_is_refused(here: PlatformWorld, posting_id: int) -> None:
    with pytest.raises(InputError, match="does not exist"):
        drafted(here, posting_id, 99)
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.segment SET ended_at = now() WHERE id = 1"))
    with pytest.raises(RefusedError, match="has ended"):
        drafted(here, posting_id, 1)
