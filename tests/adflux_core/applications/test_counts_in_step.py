"""Whatever is imported, published, replanned or removed, in whatever order: the counts are those of the rows.

A sample here; ADFLUX_APPLICATION_HISTORIES=500 runs the whole (`make torture`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from application_files import HEADER, Take, ask, link
from counted_applications import out_of_step, plan, publication
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adflux_core import database
from adflux_core.applications import import_applications
from adflux_core.campaigns.links import new_click_id, signing_secrets
from adflux_core.candidates.erasing import erase_candidates
from adflux_core.errors import DatabaseRefusedError
from adflux_core.schema.publication import Publication

HISTORIES = int(os.environ.get("ADFLUX_APPLICATION_HISTORIES", "8"))
FIRST = date(2026, 10, 2)
START = datetime(2026, 10, 1, 3, tzinfo=UTC)  # the day before in Bogotá
RUNS = count()

moments = st.integers(0, 60 * 24).map(lambda hours: (START + timedelta(hours=hours)).isoformat())
events = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["started", "submitted", "qualified", "interview", "hired"]),
        moments,
        st.sampled_from(["ours-0", "ours-1", "ours-2", "ours-3", "signed", "forged", "theirs", ""]),
        st.just("") | moments,
    ),
    min_size=1,
    max_size=8,
)
which = st.integers(0, 3)


class Histories(RuleBasedStateMachine):
    """Two postings, two plans each; a plan's link is repeated by the plan that replaces it."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.run = next(RUNS)
        self.planned: set[int] = set()
        self.live: dict[int, int] = {}  # publication by posting, of this history
        with database.transaction() as session:
            secret = signing_secrets(session)[0]
        self.clicks = {f"ours-{number}": new_click_id(secret) for number in range(4)}
        self.clicks |= {"signed": new_click_id(secret), "forged": new_click_id(b"not our sixteen letters")}
        self.clicks |= {"theirs": "LinkedIn", "": ""}

    def posting(self, side: int) -> int:
        return self.run * 10 + side + 1

    def plan_id(self, number: int) -> int:
        return self.run * 10 + number + 1

    @rule(rows=events, source=st.sampled_from(["one", "another"]))
    def take(self, rows: list[tuple[int, str, str, str, str]], source: str) -> None:
        path = self.folder / "events.csv"
        pages = {
            name: link(click) if name.startswith("ours") else click for name, click in self.clicks.items()
        }
        lines = [
            f"{self.run}-{who},{step},{at},{pages[click]},{clicked}" for who, step, at, click, clicked in rows
        ]
        path.write_text(HEADER + "\n".join(lines))
        import_applications(path, source=source)

    @rule(number=which)
    def plan_one(self, number: int) -> None:
        """Plans 0 and 1 are of the first posting and have the same first link, as a budget change has."""
        if number not in self.planned:
            side = number // 2
            clicks = [self.clicks[f"ours-{2 * side}"], *([self.clicks["ours-1"]] if number == 1 else [])]
            last = FIRST + timedelta(5 + number)
            plan(self.plan_id(number), self.posting(side), clicks, FIRST + timedelta(number), last)
            self.planned.add(number)

    @rule(number=which)
    def publish(self, number: int) -> None:
        side = number // 2
        if number in self.planned and side not in self.live:
            self.live[side] = self.plan_id(number)
            with database.transaction() as session:
                session.add(publication(self.live[side], self.plan_id(number), self.posting(side)))

    @precondition(lambda self: self.live)
    @rule(number=which)
    def replan(self, number: int) -> None:
        side = number // 2
        if number in self.planned and side in self.live:
            with database.transaction() as session:
                session.get_one(Publication, self.live[side]).plan_id = self.plan_id(number)

    @precondition(lambda self: self.live)
    @rule(side=st.integers(0, 1))
    def unpublish(self, side: int) -> None:
        if side in self.live:
            ask("DELETE FROM publication WHERE id = :id RETURNING 1", id=self.live.pop(side))

    @rule(zone=st.sampled_from(["America/Bogota", "Asia/Tokyo", None]))
    def read_the_account(self, zone: str | None) -> None:
        if zone is None:
            ask("DELETE FROM ad_account RETURNING 1")
        else:
            ask(
                "INSERT INTO ad_account (platform, external_id, name, currency, time_zone) "
                "VALUES ('meta', 'act_1', 'n', 'COP', :zone) "
                "ON CONFLICT (platform, external_id) DO UPDATE SET time_zone = :zone RETURNING 1",
                zone=zone,
            )

    @rule(far=st.integers(0, 255))
    def remove_some(self, far: int) -> None:
        ask("DELETE FROM application WHERE get_byte(application, 0) > :far RETURNING 1", far=far)

    @rule()
    def erase(self) -> None:
        """An application names nobody: whoever is erased, it goes on counting."""
        before = ask("SELECT count(*) FROM application")
        ((candidate,),) = ask(
            "INSERT INTO candidate (source, external_id, retain_until) "
            "VALUES ('s', 'somebody else', '2027-01-01') RETURNING id"
        )
        erase_candidates([candidate])
        assert ask("SELECT count(*) FROM application") == before

    @rule(zone=st.sampled_from(["America/Bogota", "Asia/Tokyo"]), number=which, rows=events)
    def all_at_once(self, zone: str, number: int, rows: list[Any]) -> None:
        """In one transaction links and applications change, some before and some after."""
        side = number // 2
        with database.transaction() as session:
            session.execute(text("UPDATE application SET furthest = 'hired' WHERE furthest = 'started'"))
            if number in self.planned and side in self.live:
                session.get_one(Publication, self.live[side]).plan_id = self.plan_id(number)
            session.execute(text("UPDATE ad_account SET time_zone = :zone"), {"zone": zone})
            session.flush()
            session.execute(
                text("UPDATE application SET first_at = first_at + :by"), {"by": timedelta(days=len(rows))}
            )

    @invariant()
    def counts_are_in_step(self) -> None:
        with database.connection() as connected:
            assert out_of_step(connected) == []


def test_every_history(database_url: str, tmp_path: Path) -> None:
    Histories.folder = tmp_path
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=25,
            phases=[Phase.generate] if HISTORIES < 100 else [Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Let it run in a thread, which ends by the end of the block."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    thread = threading.Thread(target=run)
    yield thread
    thread.join()
    assert failures == []


def waits(thread: threading.Thread) -> None:
    while not ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")[0][0]:
        assert thread.is_alive(), "it did not wait"


def test_an_import_and_a_publication_at_once_miss_nothing_of_each_other(take: Take, tmp_path: Path) -> None:
    with database.transaction() as session:
        clicks = [new_click_id(signing_secrets(session)[0]) for _ in range(2)]
    for number, click in enumerate(clicks, start=1):
        plan(number, number, [click], FIRST, FIRST + timedelta(9))

    def file(number: int) -> str:
        return HEADER + f"{number},submitted,2026-10-05,{link(clicks[number - 1])},\n"

    # The publication begins first and commits last.
    with beside(lambda: take(file(1))) as importing, database.transaction() as session:
        session.add(publication(1, 1, 1))
        session.flush()
        importing.start()
        importing.join()
    # The import begins first and commits last.
    (tmp_path / "held").write_text(file(2))

    def publish() -> None:
        with database.transaction() as session:
            session.add(publication(2, 2, 2))

    with beside(publish) as publishing, database.connection() as connected:
        connected.execute(
            text("""
                INSERT INTO application
                    (source, application, furthest, first_at, submitted_at, click_id, verdict)
                VALUES ('held', 'x', 'submitted', '2026-10-05', '2026-10-05', :click, 'signed')
            """),
            {"click": clicks[1]},
        )
        publishing.start()
        waits(publishing)
    with database.connection() as connected:
        assert out_of_step(connected) == []
    counted = ask("SELECT publication_id, applications FROM application_count WHERE reason = ''")
    assert sorted(counted) == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE application_count SET applications = 9", "kept by triggers"),
        ("TRUNCATE application", "never emptied"),
    ],
)
def test_nobody_changes_a_count_past_its_rows(take: Take, statement: str, refusal: str) -> None:
    take(HEADER + "1,submitted,2026-10-05,,\n")
    with pytest.raises(DatabaseRefusedError, match=refusal):
        ask(statement)
    with database.connection() as connected:
        assert out_of_step(connected) == []
        assert ask("SELECT sum(applications) FROM application_count") == [(1,)]


def test_nobody_counts_by_a_snapshot_that_misses_what_others_did(take: Take) -> None:
    take(HEADER + "1,submitted,2026-10-05,,\n")
    engine = database.engine().execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connected, pytest.raises(DBAPIError, match="READ COMMITTED"):
        connected.execute(text("DELETE FROM application"))
