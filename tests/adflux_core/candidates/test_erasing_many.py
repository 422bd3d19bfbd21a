"""Many people erased at once: found in no table by a search of another kind, and out of every audience."""

from __future__ import annotations

import os
import time
from datetime import date
from hashlib import sha256

from consenting_people import PURPOSE, ask, held_by, settle

from adflux_core.audiences.requesting import request_audience
from adflux_core.audiences.sending import sync_audience
from adflux_core.candidates.erasing import erase_candidates
from sandbox.server import Sandbox

ERASED = int(os.environ.get("ADFLUX_ERASED", "100"))
TODAY = date(2026, 10, 1)
LONGEST = 600  # seconds


def everything() -> str:
    """Every row of every table of ours as text; bytes as hexadecimal digits."""
    tables = ask(
        """SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
           WHERE table_schema LIKE 'adflux%' AND table_type = 'BASE TABLE'"""
    )
    assert len(tables) > 30
    rows = (ask(f"SELECT CAST(one AS text) FROM {table} AS one") for (table,) in tables)  # noqa: S608
    return "\n".join(row for found in rows for (row,) in found)


def test_nobody_of_them_is_found_and_the_removals_are_confirmed(world: Sandbox, database_url: str) -> None:
    audience = request_audience(settle(5 * ERASED), PURPOSE, "ana", TODAY)
    external_id = sync_audience(audience, TODAY).external_id
    assert external_id
    ask("UPDATE adflux.candidate SET external_id = 'person-' || external_id || '-'")
    ask("INSERT INTO adflux_protected.candidate_attribute SELECT id, 40 FROM adflux.candidate")
    leaving = range(0, 5 * ERASED, 5)
    people = ask("SELECT id FROM adflux.candidate WHERE split_part(external_id, '-', 2)::int % 5 = 0")
    assert len(people) == ERASED
    values = [f"person-{n}-" for n in leaving]
    values += [f"p{n}@example.com" for n in leaving]
    values += [f"57300{1_000_000 + n}" for n in leaving if n % 2 == 0]
    hashes = {sha256(value.encode()).hexdigest() for value in values}
    before = everything()
    assert all(f'{value}"' in before or f"{value}," in before for value in values)

    began = time.perf_counter()
    receipt = erase_candidates([number for (number,) in people])
    state = sync_audience(audience, TODAY)
    seconds = time.perf_counter() - began

    assert receipt.audiences == [audience]
    assert ask("SELECT count(*) FROM adflux.audience_member WHERE state <> 'held'") == [(0,)]
    assert state.waiting == 0
    held = held_by(world, external_id)
    assert not hashes & (held["EMAIL_SHA256"] | held["PHONE_SHA256"])
    assert len(held["EMAIL_SHA256"]) == 4 * ERASED
    found = everything()
    assert [value for value in values if f'{value}"' in found or f"{value}," in found] == []
    assert [one for one in hashes if one in found] == []
    assert seconds < LONGEST
