"""Postings that tell the model what to say, and a model that does it."""

from __future__ import annotations

import sys

import pytest
from hostile_postings import OWN_LIES, hostile_postings, other_hostile_postings
from sqlalchemy import select
from written_ads import stored, unpublishable, write

from adflux_core import database
from adflux_core.creative.gemini.client import Gemini
from adflux_core.schema.creative import CreativeText
from adflux_core.schema.postings import Posting
from sandbox.server import Sandbox


@pytest.mark.parametrize(("hostile", "count"), [(hostile_postings(), 60), (other_hostile_postings(), 36)])
def test_hostile_postings_and_an_obedient_model(
    model: Gemini, gemini_world: Sandbox, hostile: list[tuple[Posting, str]], count: int
) -> None:
    gemini_world.control("POST", "gemini", {"obeys_the_attacker": True})
    passed = []
    for given, payload in hostile:
        posting_id = stored(given)
        write(posting_id, model)
        with database.transaction() as session:
            texts = [
                str(row.words)
                for row in session.scalars(select(CreativeText).where(CreativeText.posting_id == posting_id))
            ]
        beginning = payload[:18].casefold()
        passed += [(given.external_id, one) for one in texts if beginning in one.casefold()]
    calls = gemini_world.control("GET", "calls")["calls"]
    sys.stdout.write(f"{len(hostile)} hostile postings, {len(calls)} calls, {len(passed)} got through\n")
    assert len(hostile) == count
    assert {name for name, _ in passed} <= OWN_LIES
    assert unpublishable() == []
