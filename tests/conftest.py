"""What tests share: a real PostgreSQL, and a fresh migrated database for each test that asks."""

from __future__ import annotations

import itertools
import os
import random
import signal
from collections.abc import Iterator
from datetime import date, datetime

import hypothesis
import psycopg
import pytest
from meta_publications import open_posting
from meta_settings import configure
from platform_world import PlatformWorld
from platform_worlds import WORLDS
from real_data import DATA
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.platforms import REGISTRY
from adflux_core.settings import Settings, settings
from deployments.embedded_postgres import embedded_postgres
from sandbox.server import Sandbox

NUMBERS = itertools.count()
# What is tried on real public files is there when they are: nothing is skipped.
collect_ignore_glob = [] if DATA.is_dir() else ["**/test_real_*.py"]
# How long an example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile("whenever", deadline=None)
hypothesis.settings.load_profile("whenever")


@pytest.fixture(autouse=True)
def own_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """No setting of the person running the tests reaches them, and none of one test reaches the next.

    A verb that a test calls in this process shapes the environment, as it does its own.
    """
    before = dict(os.environ)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ADFLUX_HOME", str(tmp_path_factory.getbasetemp() / "home"))
    monkeypatch.chdir(tmp_path_factory.getbasetemp())
    settings.cache_clear()
    yield
    os.environ.clear()
    os.environ.update(before)
    settings.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def own_signals() -> Iterator[None]:
    """Whoever started the tests with nohup does not decide how our programs take a hang-up."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running server, for the whole session.

    It does not wait for the disk: no test takes the machine's power away, and thousands make a database.
    """
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as url:
        with psycopg.connect(url, autocommit=True) as server:
            for guard in ("fsync", "full_page_writes", "synchronous_commit"):
                server.execute(f"ALTER SYSTEM SET {guard} = off")  # type: ignore[call-overload]
            server.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    """The name of a migrated database to copy from."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("CREATE DATABASE template_adflux")
    url = make_url(postgres).set(database="template_adflux")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADFLUX_DATABASE_URL", url.render_as_string(hide_password=False))
        settings.cache_clear()
        database.migrate()
        database.engine().dispose()
    settings.cache_clear()
    return "template_adflux"


@pytest.fixture
def database_url(postgres: str, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh migrated database, set as ADFLUX_DATABASE_URL for the test."""
    name = f"test_{next(NUMBERS)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")  # type: ignore[call-overload]
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("ADFLUX_DATABASE_URL", url)
    settings.cache_clear()
    yield url
    database.engine_for(url).dispose()
    database.engine_for.cache_clear()
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of one's own on 1 October 2026 in Bogotá, configured as the Meta platform."""
    with Sandbox(today=date(2026, 10, 1), seed=7) as running:
        configure(running, monkeypatch)
        yield running


@pytest.fixture(params=REGISTRY)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformWorld]:
    """The world of one platform after the other, which is the configured one."""
    kind = WORLDS[request.param]
    with kind.start() as sandbox:
        world = kind(sandbox)
        for name, value in world.environment().items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield world


@pytest.fixture
def posting_id(database_url: str) -> int:
    """An open posting in Bogotá that may be advertised."""
    return open_posting()


@pytest.fixture(scope="session")
def filled_template(postgres: str, template: str) -> str:
    """The name of a database that holds the sample, to copy from."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE template_filled TEMPLATE {template} STRATEGY file_copy")  # type: ignore[call-overload]
    url = make_url(postgres).set(database="template_filled").render_as_string(hide_password=False)
    # Only what looks at pages needs it, and what it imports.
    from busy_agency import fill_sample, keep_reports
    from busy_agency_campaigns import BOGOTA
    from segment_sample import fill_segments

    with Session(database.engine_for(url)) as session, session.begin():
        fill_sample(session, datetime.now(BOGOTA).date())
        fill_segments(session)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADFLUX_DATABASE_URL", url)
        settings.cache_clear()
        keep_reports(url)
    settings.cache_clear()
    database.engine_for(url).dispose()
    return "template_filled"


@pytest.fixture
def filled_url(postgres: str, filled_template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of its own that holds the sample, set as ADFLUX_DATABASE_URL."""
    name = f"filled_{random.getrandbits(40):x}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {filled_template} STRATEGY file_copy")  # type: ignore[call-overload]
    url = make_url(postgres).set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("ADFLUX_DATABASE_URL", url)
    settings.cache_clear()
    yield url
    database.engine_for(url).dispose()
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
