"""The world of each platform, a database whose wire can be held still, and real processes between the two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from children import Children, End
from held_database import HeldDatabase
from kill_boundaries import Boundary, Standstill
from kill_stories import Stage
from meta_publications import published
from platform_world import PlatformWorld
from running_stack import Stack
from sqlalchemy import func, select
from worker_stories import WorkersStage

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.schema.postings import Posting
from adflux_core.settings import Settings
from deployments.programs import settings_environment

START = Callable[..., Stage]


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    with Children({name.upper(): "" for name in Settings.model_fields}) as started:
        yield started


@pytest.fixture
def wire(database_url: str) -> Iterator[HeldDatabase]:
    with HeldDatabase(database_url) as between:
        yield between


def _posting() -> int:
    with database.transaction() as session:
        number = str(session.scalar(select(func.count()).select_from(Posting)))
        posting = Posting(
            source="kills",
            external_id=number,
            title="Barista",
            company="Cafés del Sur S.A.S.",
            language="es",
            city="Bogotá",
            country="CO",
            apply_url=f"https://empleos.example.com/{number}",
            content_hash=number.encode(),
        )
        session.add(posting)
        session.flush()
        return posting.id


@pytest.fixture
def stage(here: PlatformWorld, wire: HeldDatabase, children: Children) -> START:
    """`stage(defect)`: an ordered publication that nobody has worked on yet."""

    def begun(defect: str = "") -> Stage:
        environment = settings_environment() | {"ADFLUX_DATABASE_URL": wire.url}
        tomorrow = here.sandbox.clock.today + timedelta(days=1)
        publication_id = published(_posting(), start=tomorrow, platform=here.name)
        return Stage(publication_id, Standstill(here, wire), children, environment, defect)

    return begun


FOUND: dict[PlatformName, list[Boundary]] = {}


@pytest.fixture
def boundaries(here: PlatformWorld, stage: START) -> list[Boundary]:
    """Every one that a pass which nobody kills goes by: counted once, on a publication of its own."""
    if here.name not in FOUND:
        undisturbed = stage()
        assert undisturbed.one_pass() == End(0, "active ")
        FOUND[here.name] = undisturbed.standstill.seen()
        assert undisturbed.judged().wrongs == []
    return FOUND[here.name]


@pytest.fixture
def new_posting(database_url: str) -> Callable[[], int]:
    """One more open posting that may be advertised, each time."""
    return _posting


@pytest.fixture
def workers_stage(here: PlatformWorld, wire: HeldDatabase, tmp_path: Path) -> Iterator[WorkersStage]:
    """The shipped deployments on a stack of their own, with nothing running by itself."""
    stack = Stack(tmp_path / "home")
    stack.start(**settings_environment() | {"ADFLUX_DATABASE_URL": wire.url})
    assert stack.alive, stack.wait()[1]
    began = WorkersStage(stack, Standstill(here, wire))
    began.leave_it_to_us()
    yield began
    stack.end()
