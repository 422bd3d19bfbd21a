"""PostgreSQL restarts, or stays away, between two remote calls: one line, and one tree by the next pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from meta_publications import QUIESCENCE, objects, one_pass, open_posting, published
from meta_settings import configure
from sqlalchemy import make_url
from watched_meta import WatchedSandbox

from adflux_core import database
from adflux_core.errors import DatabaseUnavailableError
from adflux_core.settings import settings
from deployments import embedded_postgres

KINDS = ("campaign", "adset", "adcreative", "ad")


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A server that only these tests use: its data folder and the URL of a migrated database."""
    home = tmp_path_factory.mktemp("private")
    with embedded_postgres.embedded_postgres(home) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADFLUX_DATABASE_URL", url)
        settings.cache_clear()
        database.migrate()
        yield home / "postgres" / "data", url
        database.engine_for(url).dispose()


@pytest.fixture
def data(private: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ADFLUX_DATABASE_URL", private[1])
    settings.cache_clear()
    yield private[0]
    database.engine_for(private[1]).dispose()


def control(data: Path, verb: str) -> None:
    """Stop, start or restart the server, as it is stopped in a hurry; done when it is done."""
    mode = [] if verb == "start" else ["-m", "immediate"]
    log = [] if verb == "stop" else ["-l", str(data.parent / "log")]
    port = make_url(settings().adflux_database_url.get_secret_value()).port
    options = ["-o", f"{embedded_postgres.OPTIONS} -p {port}"] if verb == "start" else []
    embedded_postgres._run("pg_ctl", verb, "-D", str(data), "-w", *mode, *log, *options)


# The calls that make the campaign and the ad, read the first object back, and switch on the last.
@pytest.mark.parametrize("call", [2, 6, 7, 10])
@pytest.mark.parametrize("away", [False, True], ids=["restarts", "stays away"])
def test_one_line_and_then_one_tree(
    data: Path, monkeypatch: pytest.MonkeyPatch, call: int, away: bool
) -> None:
    with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        publication_id = world.publication_id = published(open_posting(f"{call} {away}"))
        world.begin({})
        world.meanwhile[call] = lambda: control(data, "stop" if away else "restart")
        # Even a server that is back at once has lost our lock: this pass has no right to write any more.
        with world.unwatched(), pytest.raises(DatabaseUnavailableError) as failure:
            one_pass(publication_id)
        assert failure.value.retriable
        assert len(str(failure.value).splitlines()) == 1
        # Nothing more is asked for; at most what was written is read back.
        assert world.asked <= call + 1
        if away:
            control(data, "start")
        assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
        assert [len(objects(world, kind)) for kind in KINDS] == [1, 1, 1, 1]
        world.look()
        assert world.violations == []
