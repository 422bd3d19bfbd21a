"""Words for a segment: what its people do for work is named where the posting names it, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from advertised_postings import posting
from segment_sample import fill_segments
from sqlalchemy import select, text
from written_ads import stored, unpublishable

from adflux_core import database, reports
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.generating import write_ads
from adflux_core.creative.readers import readers_of, words_of
from adflux_core.creative.reviewing import approve_creative
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.applications import ApplyLink
from adflux_core.schema.creative import CreativeText
from sandbox.server import Sandbox

META = [PlatformName.META]


@pytest.fixture
def warehouse(database_url: str) -> int:
    with database.transaction() as session:
        fill_segments(session)
    return stored(
        posting(title="Operario logístico", company="Andes", city="Cali", description="Auxiliar de bodega.")
    )


def rows(segment: int | None) -> list[CreativeText]:
    with database.transaction() as session:
        found = list(session.scalars(select(CreativeText).where(CreativeText.segment_id == segment)))
        session.expunge_all()
    return found


def test_a_template_names_what_the_posting_and_the_segment_share(warehouse: int) -> None:
    write_ads(warehouse, META, ["es"], 1, None)
    write_ads(warehouse, META, ["es"], 1, None, segment=1)
    assert reports.postings_without_words(5, 1) == reports.postings_without_words(5) == []
    assert reports.postings_without_words(5, 2) == [warehouse]
    (general,), (theirs,) = rows(None), rows(1)
    assert "La oferta habla de: auxiliar de bodega." in theirs.words["primary_text"]
    assert "habla de" not in general.words["primary_text"]
    assert theirs.segment_version_id == 2
    assert all(line.startswith("nothing for") for line in unpublishable(warehouse))


def test_the_model_is_asked_once_for_each_version_of_a_segment(
    model: Gemini, gemini_world: Sandbox, warehouse: int
) -> None:
    outcomes = [
        write_ads(warehouse, META, ["es"], 1, model, segment=segment).outcome
        for segment in (None, 1, 1, None)
    ]
    assert outcomes == ["ok", "ok", "cached", "cached"]
    with database.connection() as connected:
        connected.execute(
            text("""INSERT INTO adflux.segment_version
                        (state, candidates, k, parameters, card, model, model_hash, data_hash)
                    SELECT state, candidates, k, parameters, card, model, model_hash, data_hash
                    FROM adflux.segment_version WHERE id = 2""")
        )
        connected.execute(
            text("""INSERT INTO adflux.segment_in_version (version_id, cluster, segment_id, size, profile)
                    SELECT (SELECT max(id) FROM adflux.segment_version), cluster, segment_id, size, profile
                    FROM adflux.segment_in_version WHERE version_id = 2""")
        )
    assert write_ads(warehouse, META, ["es"], 1, model, segment=1).outcome == "ok"
    assert gemini_world.gemini.project.answered == 3


def test_only_what_people_do_for_work_is_told_and_nothing_unlawful(warehouse: int) -> None:
    with database.transaction() as session:
        assert readers_of(session, 1).words == ("auxiliar de bodega",)
        with pytest.raises(InputError, match="99"):
            readers_of(session, 99)
    protected = [
        {"feature": "occupation", "word": "mujeres"},
        {"feature": "age", "word": "30"},
        {"feature": "region", "word": "Chocó"},
        {"feature": "skills", "word": "sql"},
    ]
    assert words_of({"traits": protected}) == ["sql"]
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.segment SET ended_at = now() WHERE id = 1"))
    with pytest.raises(RefusedError, match="has ended"):
        write_ads(warehouse, META, ["es"], 1, None, segment=1)


def test_a_plan_takes_the_segments_words_and_says_what_changed(world: Sandbox, warehouse: int) -> None:
    def planned(segment: int | None) -> tuple[int | None, list[str]]:
        answer = draft_plan(
            [warehouse],
            META,
            budget=Money.parse("COP 800000"),
            days=20,
            author="ana",
            start=date(2026, 10, 2),
            segment=segment,
        )
        with database.transaction() as session:
            link = session.scalars(select(ApplyLink).where(ApplyLink.plan_id == answer.plan_id)).one()
            return link.creative_id, answer.campaigns[0].by_segment

    write_ads(warehouse, META, ["es"], 1, None)
    write_ads(warehouse, META, ["es"], 1, None, segment=1)
    (general,), (theirs,) = rows(None), rows(1)
    assert planned(1) == (None, [])
    approve_creative(general.id, "luz")
    assert planned(1) == (general.id, [])
    approve_creative(theirs.id, "luz")
    assert planned(None) == (general.id, [])
    assert planned(2) == (general.id, [])
    variant, changed = planned(1)
    assert variant == theirs.id
    with database.connection() as connected:
        connected.execute(
            text("""INSERT INTO adflux.application
                        (source, application, furthest, first_at, submitted_at, click_id, verdict)
                    SELECT 'ats', 'a', 'submitted', now(), now(), click_id, 'signed'
                    FROM adflux.apply_link WHERE creative_id = :variant"""),
            {"variant": variant},
        )
    applied = {row.id: row.applications for row in reports.creatives(warehouse)}
    assert applied == {general.id: 0, theirs.id: 1}
    assert any(line.startswith("creative.primary_text:") and "auxiliar de bodega" in line for line in changed)
