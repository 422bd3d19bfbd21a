"""What is around AdFlux goes wrong, and it says so in one line: the disk, the right, the schema, the hour."""

from __future__ import annotations

import asyncio
import random
import resource
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from alembic import command
from prefect.server.schemas.schedules import CronSchedule
from sqlalchemy import func, make_url, select, text

from adflux_core import database, reports
from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.metrics.nights import OVER, _began
from adflux_core.postings import import_postings
from adflux_core.schema.postings import Posting
from adflux_core.settings import apply_environment
from deployments.embedded_postgres import embedded_postgres
from deployments.prefect_yaml import read_deployments
from deployments.programs import find_prefect_yaml

# Clocks that leap at two, at midnight and, in one case, by half an hour.
LEAPING = ["Europe/Madrid", "America/New_York", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"]
POSTINGS = 2_000
ROOM = 20 * 2**20  # more than a segment of the write-ahead log


def test_a_full_disk_refuses_the_whole_file_and_later_takes_it(tmp_path: Path) -> None:
    """As a disk of which nothing is left looks from inside the server: no file grows beyond `ROOM`."""
    feed = tmp_path / "feed.csv"
    noise = random.Random(1)  # noqa: S311
    with feed.open("w") as lines:
        lines.write("id;title;company;city;country;url;description\n")
        for number in range(POSTINGS):
            words = b64encode(noise.randbytes(9_000)).decode()  # too odd to compress
            lines.write(f"{number};Cajero;Tienda;Cali;CO;https://jobs.example.com/{number};{words}\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with ExitStack() as exits:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))  # whom we start inherits it
        try:
            url = exits.enter_context(embedded_postgres(tmp_path / "home"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        with using(url):
            database.migrate()
            with pytest.raises(AdfluxError, match=r"could not (extend|write)") as full:
                import_postings(feed, source="feed")
        assert "\n" not in str(full.value)
    with embedded_postgres(tmp_path / "home") as url, using(url):
        with database.connection() as connected:
            assert connected.execute(select(func.count()).select_from(Posting)).scalar_one() == 0
        assert import_postings(feed, source="feed").created == POSTINGS


@contextmanager
def using(url: str) -> Iterator[None]:
    """It is the database of this process for the block."""
    apply_environment({"ADFLUX_DATABASE_URL": url})
    try:
        yield
    finally:
        database.engine().dispose()
        apply_environment({"ADFLUX_DATABASE_URL": ""})


def test_a_newer_schema_says_to_update_and_stays_as_it_is(database_url: str) -> None:
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"its schema is 9999 .* update AdFlux") as newer:
        database.migrate()
    assert "\n" not in str(newer.value)
    assert "9999" in database.schema_gap()


def test_an_older_schema_is_not_read_and_is_brought_up_to_date(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS older")
        server.execute("CREATE DATABASE older")
    url = make_url(postgres).set(database="older").render_as_string(hide_password=False)
    with using(url):
        config = database._migrations()
        with database.connection() as connected:
            connected.execute(text("CREATE SCHEMA adflux"))
            config.attributes["connection"] = connected
            command.upgrade(config, "0020")
        assert "its schema is 0020" in database.schema_gap()
        with pytest.raises(ConfigurationError, match="`adflux up` brings it up to date"):
            reports.people()
        database.migrate()
        assert database.schema_gap() == ""
        assert [one.account for one in reports.people()] == ["local"]


def test_a_user_without_the_right_is_told_which(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS foreign_one")
        server.execute("DROP ROLE IF EXISTS weak")
        server.execute("CREATE ROLE weak LOGIN PASSWORD 'weak password'")
        server.execute("CREATE DATABASE foreign_one")
    weak = make_url(postgres).set(database="foreign_one", username="weak", password="weak password")
    with using(weak.render_as_string(hide_password=False)):
        with pytest.raises(
            ConfigurationError, match=r"permission denied .* must own the database"
        ) as refused:
            database.migrate()
        assert "weak password" not in str(refused.value)


@pytest.mark.parametrize("zone", LEAPING)
def test_where_an_hour_is_missing_each_night_is_over_once(zone: str) -> None:
    here = ZoneInfo(zone)
    start = datetime(2027, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=30 * step) for step in range(2 * 24 * 365)]
    began = [_began(here, now) for now in moments]
    ages = [now - then for now, then in zip(moments, began, strict=True)]
    assert timedelta(0) <= min(ages)
    assert max(ages) < timedelta(hours=25)
    days = list(dict.fromkeys(then.date() for then in began))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(1)}
    assert {then.time() for then in began} == {OVER}


@pytest.mark.parametrize("zone", LEAPING)
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 0 * * *", "30 1 * * *"])
def test_a_schedule_in_the_hour_that_is_missing_or_comes_twice_runs_once_a_day(cron: str, zone: str) -> None:
    start = datetime(2027, 1, 1, 12, tzinfo=ZoneInfo(zone))
    runs = asyncio.run(CronSchedule(cron=cron, timezone=zone).get_dates(n=365, start=start))
    apart = {(later - earlier) / 3600 for earlier, later in pairwise(run.timestamp() for run in runs)}
    assert min(apart) >= 23
    assert max(apart) <= 25


def test_each_schedule_of_ours_says_its_zone_or_means_everywhere() -> None:
    for deployment in read_deployments(find_prefect_yaml()):
        for schedule in deployment.schedules:
            # By the hour or the minute no clock matters; by the day somebody's does.
            by_the_day = schedule.cron is not None and schedule.cron.split()[1] != "*"
            assert (schedule.timezone != "UTC") is by_the_day, (deployment.name, deployment.entrypoint)
