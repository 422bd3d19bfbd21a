"""Google's numbers come back whole, exact and once, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import (
    GoogleAdsRow,
    SearchGoogleAdsStreamResponse,
)
from google_publications import GOOGLE, bound, google_pass, google_published
from hypothesis import given
from hypothesis import strategies as st
from meta_publications import opened
from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import Account, DesiredState
from adflux_core.errors import UnavailableError, ValidationError
from adflux_core.metrics.reparsing import Reparsed, readings, reparse
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.platforms.google_ads.metrics import read_window
from adflux_core.publication.pacing import hold_to_caps
from sandbox.server import Sandbox

FIRST = date(2026, 10, 1)
STREAM = {"method": "GRPC", "path": "GoogleAdsService/SearchStream", "times": 1}
ACCOUNT = Account(
    platform=GOOGLE,
    external_id="1",
    name="A",
    currency="COP",
    time_zone="America/Bogota",
    smallest_daily_budget=Money.parse("COP 2000"),
)


@pytest.fixture
def running(google: Sandbox, posting_id: int) -> Sandbox:
    """A campaign that has run for a week."""
    google_pass(google_published(posting_id))
    google.control("POST", "clock", {"advance_days": 7})
    return google


def stored() -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        rows = session.execute(
            text("""
                SELECT date_day::text, ad_id, impressions, clicks, spend, applications
                FROM adflux.ad_metrics ORDER BY date_day, ad_id
            """)
        )
        return [tuple(row) for row in rows]


def truth(world: Sandbox, until: date) -> list[tuple[Any, ...]]:
    window = {"since": str(FIRST), "until": str(until)}
    rows = world.control("GET", "truth", window)["reported"]
    return [
        (
            *(row["date_day"], f"{row['ad_group_id']}~{row['ad_id']}", row["impressions"], row["clicks"]),
            *(Decimal(row["cost_micros"]) / 1_000_000, Decimal(str(row["conversions"]))),
        )
        for row in sorted(rows, key=lambda row: (row["date_day"], row["ad_id"]))
        if row["impressions"] or row["clicks"] or row["cost_micros"] or row["conversions"]
    ]


def test_every_day_of_a_restating_fortnight_equals_the_truth(running: Sandbox) -> None:
    written = 0
    for _ in range(14):
        today = running.clock.today
        receipt = sync_metrics(opened(GOOGLE), since=FIRST, today=today)
        assert receipt.complete, receipt.reason
        assert stored() == truth(running, today - timedelta(days=1)) != []
        written += receipt.changed
        assert sync_metrics(opened(GOOGLE), since=FIRST, today=today).changed == 0
        running.control("POST", "clock", {"advance_days": 1})
    assert written > len(stored())  # days were restated, so some were written more than once


def test_an_ad_that_was_removed_keeps_the_numbers_it_had(
    running: Sandbox, platform: GoogleAdsPlatform
) -> None:
    platform.set_status("ad", bound(1)["ad"], DesiredState.CLOSED)
    receipt = sync_metrics(opened(GOOGLE), since=FIRST, today=running.clock.today)
    assert receipt.complete, receipt.reason
    assert stored() == truth(running, running.clock.today - timedelta(days=1)) != []


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("skip", [1, 2], ids=["ads", "totals"])
def test_a_stream_that_breaks_gives_nothing(running: Sandbox, rows: int, skip: int) -> None:
    today = running.clock.today
    opened(GOOGLE).account()  # a fresh token: a call for one is not counted
    running.control("POST", "faults", STREAM | {"kind": "stream_break", "rows": rows, "skip": skip})
    with pytest.raises(UnavailableError) as broken:
        sync_metrics(opened(GOOGLE), since=FIRST, today=today)
    assert broken.value.retriable
    assert stored() == []
    assert sync_metrics(opened(GOOGLE), since=FIRST, today=today).complete


def test_the_batches_are_kept_and_parsed_again_to_the_same_rows(running: Sandbox) -> None:
    receipt = sync_metrics(opened(GOOGLE), since=FIRST, today=running.clock.today)
    with database.transaction() as session:
        counted = (
            "SELECT count(*), min(pages) FROM adflux.metrics_page JOIN adflux.metrics_slice ON id = slice_id"
        )
        kept, pages = session.execute(text(counted)).one()
    assert kept == pages > 1
    before = stored()

    def again() -> Reparsed:
        (found,) = readings().values()
        (done,) = reparse(opened(GOOGLE), receipt.slice_id, found[receipt.slice_id])
        assert (done.read, done.deleted, done.reason) == (receipt.read, 0, "")
        return done

    assert again().changed == 0
    with database.transaction() as session:
        wrong = "UPDATE adflux.ad_metrics SET clicks = clicks + 1, as_of = adflux.metrics_instant()"
        session.execute(text(wrong))
    assert again().changed == len(before)
    assert stored() == before


def test_what_was_spent_is_held_to_the_budget(running: Sandbox) -> None:
    assert hold_to_caps(opened(GOOGLE), running.clock.now) == []


def row(**given: Any) -> Any:
    known: dict[str, Any] = {
        "segments": {"date": "2026-10-02"},
        "campaign": {"id": 1},
        "ad_group_ad": {"resource_name": "customers/1/adGroupAds/2~3"},
        "metrics": {"impressions": 10, "clicks": 2, "cost_micros": 1, "conversions": 0.5},
    }
    return GoogleAdsRow.pb(GoogleAdsRow({**known, **given}))


def window(*rows: Any) -> Any:
    """What a perfect stream of these rows comes to."""
    batch = SearchGoogleAdsStreamResponse.pb()(results=rows).SerializeToString()
    read = read_window(
        lambda gaql: iter([batch] if "FROM ad_group_ad" in gaql else []), ACCOUNT, FIRST, date(2026, 10, 5)
    )
    return replace(read, rows=list(read.rows))


def test_a_millionth_and_half_an_application_are_exact() -> None:
    (read,) = window(row()).rows
    assert (read.spend, read.applications) == (Decimal("0.000001"), Decimal("0.5"))
    assert (read.ad_id, read.link_clicks) == ("2~3", 2)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"segments": {"date": "2026-10-06"}}, "outside"),
        ({"segments": {"date": ""}}, "no day"),
        ({"metrics": {"cost_micros": -1}}, "spend"),
        ({"metrics": {"conversions": float("nan")}}, "applications"),
        ({"metrics": {"conversions": float("inf")}}, "applications"),
    ],
)
def test_a_row_that_lies_fails_its_window_by_name(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as refused:
        window(row(**wrong))
    assert "ad 2~3" in str(refused.value)


@given(st.integers(0, 10**15), st.floats(0, 10**6))
def test_no_cost_and_no_conversion_is_rounded(micros: int, conversions: float) -> None:
    (read,) = window(row(metrics={"cost_micros": micros, "conversions": conversions})).rows
    assert read.spend * 1_000_000 == micros
    assert float(read.applications) == conversions


OPTIONAL = st.fixed_dictionaries(
    {},
    optional={
        "impressions": st.integers(0, 10**9),
        "clicks": st.integers(0, 10**9),
        "cost_micros": st.integers(0, 10**15),
        "conversions": st.floats(0, 10**6),
    },
)


@given(st.lists(OPTIONAL, max_size=8), st.booleans())
def test_a_field_that_is_left_out_is_zero_and_moves_no_other_row(
    numbers: list[dict[str, Any]], whole: bool
) -> None:
    if whole:  # the common case: every row has every field
        numbers = [dict.fromkeys(("impressions", "clicks", "cost_micros"), 0) | one for one in numbers]
        numbers = [{"conversions": 0.0} | one for one in numbers]
    given = [
        row(metrics=one, ad_group_ad={"resource_name": f"customers/1/adGroupAds/2~{at}"})
        for at, one in enumerate(numbers)
    ]
    assert [
        (one.ad_id, one.impressions, one.clicks, one.spend * 1_000_000, float(one.applications))
        for one in window(*given).rows
    ] == [
        (
            *(f"2~{at}", one.get("impressions", 0), one.get("clicks", 0), one.get("cost_micros", 0)),
            one.get("conversions", 0.0),
        )
        for at, one in enumerate(numbers)
    ]


def test_a_row_without_its_numbers_is_no_row_less() -> None:
    bare = GoogleAdsRow.pb(GoogleAdsRow(segments={"date": "2026-10-02"}, campaign={"id": 7}))
    assert [(one.campaign_id, one.impressions) for one in window(row(), bare).rows] == [("1", 10), ("7", 0)]
