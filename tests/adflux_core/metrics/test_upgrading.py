"""A database with numbers from before revisions comes through: the same numbers, their sums and readings."""

from __future__ import annotations

from decimal import Decimal

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from told_platform import out_of_step

from adflux_core import database

ACCOUNT = """
    INSERT INTO adflux.ad_account (platform, external_id, name, currency, time_zone)
    VALUES ('meta', 'a', 'A', 'COP', 'America/Bogota')
"""
SLICES = """
    INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                      rows_deleted, spend, currency, complete, read_at)
    VALUES ('meta', 'a', '2026-10-01', '2026-10-03', 1, 1, 1, 0, 1, 'COP', true, '2026-10-05 03:00+00'),
           ('meta', 'a', '2026-10-03', '2026-10-04', 1, 1, 1, 0, 1, 'COP', true, '2026-10-06 12:00+00'),
           ('meta', 'a', '2026-10-01', '2026-10-04', 1, 1, 1, 0, 1, 'COP', false, '2026-10-07 12:00+00')
"""
NUMBERS = """
    INSERT INTO adflux.ad_metrics (platform, account_id, date_day, ad_id, ad_group_id, campaign_id, currency,
                                   impressions, clicks, link_clicks, spend, applications, slice_id)
    VALUES ('meta', 'a', '2026-10-01', 'x', 'g', 'c', 'COP', 5, 1, 1, 1.5, 0, 1),
           ('meta', 'a', '2026-10-03', 'x', 'g', 'c', 'COP', 7, 1, 1, 2.5, 0, 2)
"""


SHOWN_TO = """
    INSERT INTO adflux.ad_shown_to (platform, account_id, date_day, ad_id, age, gender,
                                    impressions, clicks, spend)
    VALUES ('meta', 'a', '2026-09-30', 'x', '25-34', 'female', 1, 0, 0.5),
           ('meta', 'a', '2026-10-02', 'x', '25-34', 'female', 5, 1, 1.5),
           ('meta', 'a', '2026-10-31', 'x', '25-34', 'female', 7, 2, 2.5),
           ('meta', 'a', '2026-10-31', 'x', '25-34', 'male', 9, 3, 3.5)
"""


def was(revision: str, *statements: str) -> None:
    """The database as that revision left it, with what was written then."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with database.connection() as connected:
        connected.execute(text("DROP SCHEMA adflux, adflux_protected CASCADE"))
        connected.execute(text("CREATE SCHEMA adflux"))
        config.attributes["connection"] = connected
        command.upgrade(config, revision)
        for statement in statements:
            connected.execute(text(statement))


def test_numbers_from_before_are_kept_with_the_slice_that_read_them(database_url: str) -> None:
    was("0003", SLICES, NUMBERS)
    with database.connection() as connected:
        connected.execute(text(ACCOUNT))
    database.migrate()
    with database.connection() as connected:
        assert out_of_step(connected) == []
        rows = connected.execute(
            text("""
                SELECT date_day::text, impressions, row.spend::float, as_of = read_at, read_on::text
                FROM adflux.ad_metrics AS row JOIN adflux.metrics_slice AS slice ON slice.id = slice_id
                ORDER BY 1
            """)
        ).all()
        readings = connected.execute(
            text("SELECT date_day::text, slice_id, digest FROM adflux.day_reading ORDER BY 1")
        ).all()
    assert rows == [("2026-10-01", 5, 1.5, True, "2026-10-04"), ("2026-10-03", 7, 2.5, True, "2026-10-06")]
    assert readings == [
        ("2026-10-01", 1, None), ("2026-10-02", 1, None), ("2026-10-03", 2, None), ("2026-10-04", 2, None),
    ]  # fmt: skip


def test_days_shown_to_somebody_become_their_months(database_url: str) -> None:
    was("0033", SHOWN_TO)
    database.migrate()
    with database.connection() as connected:
        rows = connected.execute(
            text(
                "SELECT month::text, gender, impressions, clicks, spend FROM adflux.ad_shown_to ORDER BY 1, 2"
            )
        ).all()
    assert rows == [
        ("2026-09-01", "female", 1, 0, Decimal("0.5")),
        ("2026-10-01", "female", 12, 3, Decimal(4)),
        ("2026-10-01", "male", 9, 3, Decimal("3.5")),
    ]
