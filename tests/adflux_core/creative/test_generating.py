"""Ads from a posting through the unmodified client: whatever it does, what is stored may be published."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from random import Random

import pytest
from advertised_postings import POSTINGS
from sqlalchemy import func, select
from written_ads import stored, unpublishable, write

from adflux_core import database
from adflux_core.creative.gemini.client import Gemini
from adflux_core.schema.creative import CreativeText, ModelReply
from adflux_core.settings import settings
from sandbox.server import Sandbox

POSTINGS_WRITTEN = int(os.environ.get("ADFLUX_CREATIVE_POSTINGS", "30"))


def test_a_posting_gets_ads_by_the_model_and_where_they_come_from_is_kept(
    model: Gemini, gemini_world: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_USD_PER_MILLION_INPUT_TOKENS", "0.30")
    monkeypatch.setenv("GEMINI_USD_PER_MILLION_OUTPUT_TOKENS", "2.50")
    settings.cache_clear()
    posting_id = stored(POSTINGS["data"])
    assert write(posting_id, model).model_dump(include={"outcome", "calls", "by_template"}) == {
        "outcome": "ok",
        "calls": 1,
        "by_template": 0,
    }
    assert unpublishable() == []
    with database.transaction() as session:
        reply = session.scalars(select(ModelReply)).one()
        assert (reply.model, reply.model_version) == ("gemini-3.8-flash", "gemini-3.8-flash-001")
        assert reply.prompt_version == "creative/1"
        expected = (reply.prompt_tokens * Decimal("0.30") + reply.output_tokens * Decimal("2.50")) / 10**6
        assert reply.cost_usd == round(expected, 6)
        assert set(session.scalars(select(CreativeText.reply_key))) == {reply.key}
    again = write(posting_id, model)
    assert (again.outcome, again.calls) == ("cached", 0)
    assert gemini_world.gemini.project.answered == 1


def test_a_great_many_postings_with_faults(model: Gemini, gemini_world: Sandbox) -> None:
    random, count = Random(11), POSTINGS_WRITTEN  # noqa: S311
    kinds = list(POSTINGS.values())
    ids = []
    for number in range(count):
        given = kinds[number % len(kinds)]
        given.external_id = f"many-{number}"
        given.title, title = f"{given.title} {number + 2}", given.title
        ids.append(stored(given))
        given.title = title
    faults = (
        {"kind": "gemini_error", "status": "RESOURCE_EXHAUSTED", "retry_seconds": 3},
        {"kind": "gemini_error", "status": "UNAVAILABLE"},
        {"kind": "gemini_finish", "reason": "TRUNCATED"},
        {"kind": "gemini_finish", "reason": "NO_CANDIDATES"},
        {"kind": "drop_before_commit"},
    )
    for ten in range(0, count * 2, 10):  # one call in ten
        script = {**faults[ten // 10 % len(faults)], "skip": ten + random.randrange(10)}
        gemini_world.control("POST", "faults", script)
    calls = sum(write(one, model).calls for one in ids)
    assert unpublishable() == []
    with database.transaction() as session:
        counted = select(CreativeText.source, func.count()).group_by(CreativeText.source)
        by_source = {str(row[0]): row[1] for row in session.execute(counted)}
    sys.stdout.write(f"{count} postings: {calls} calls, {calls / count:.3f} of the least; {by_source}\n")
    assert calls <= 1.15 * count
    assert sum(write(one, model).calls for one in ids) == 0
