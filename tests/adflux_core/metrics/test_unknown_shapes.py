"""What nobody expected in a reply is set aside and somebody is told, while the known numbers come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import (
    GoogleAdsRow,
    SearchGoogleAdsStreamResponse,
)
from meta_numbers import FIRST, stored
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.advertising import Account, PlatformName
from adflux_core.alerts.causes import TITLES, known_causes
from adflux_core.metrics.evidence import LONGEST_EXAMPLE, Evidence
from adflux_core.metrics.shown_to import sync_shown_to
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.platforms.google_ads.metrics import answered_window
from adflux_core.platforms.meta import shown_to
from adflux_core.platforms.meta.insights import Reading, read_window
from adflux_core.platforms.meta.paging import every_page
from sandbox.server import Sandbox

META = PlatformName.META
ACCOUNT = Account(
    platform=META,
    external_id="act_1",
    name="A",
    currency="COP",
    time_zone="America/Bogota",
    smallest_daily_budget=Money.parse("COP 4000"),
)
ACTION = "submit"
SECOND = date(2026, 10, 2)
GOOD = {
    **dict.fromkeys(("date_start", "date_stop"), "2026-10-02"),
    "campaign_id": "1",
    "adset_id": "2",
    "ad_id": "3",
    "account_currency": "COP",
    "impressions": "10",
    "clicks": "2",
    "spend": "15000",
    "actions": [{"action_type": ACTION, "value": "1"}],
}
TOTAL = {name: GOOD[name] for name in ("date_start", "date_stop", "impressions", "clicks", "spend")}


class Told(Evidence):
    """Remembers what it wondered at, to the letter."""

    def __init__(self) -> None:
        super().__init__()
        self.strange: list[tuple[str, str, object]] = []

    def wonder(self, place: str, name: str, example: object) -> None:
        self.strange.append((place, name, example))


def meta(row: Mapping[str, Any], total: Mapping[str, Any] = TOTAL, **beside: Any) -> tuple[list[Any], Any]:
    """The rows of one reply, and what was strange in it."""

    def get(_path: object, params: Mapping[str, Any], keep: Any) -> dict[str, Any]:
        return {"data": [dict(row if params["level"] == "ad" else total)], "paging": {}, **beside}

    with Told() as seen:
        window = read_window(
            lambda path, params: every_page(get, path, params, seen, params["level"]),
            Reading(ACCOUNT, FIRST, SECOND, ACTION, seen),
        )
        return list(window.rows), seen.strange


ROWS, _NOTHING = meta(GOOD)
MORE = {"action_type": "link_click", "value": "7", "action_device": "desktop"}
WINDOWED = {"action_type": "link_click", "7d_click": "7"}


@pytest.mark.parametrize(
    ("reply", "strange"),
    [
        ({"row": GOOD}, []),
        ({"row": GOOD | {"reach": "9"}}, [("row: ad", "reach", "9")]),
        ({"row": GOOD, "total": TOTAL | {"frequency": "1.5"}}, [("row: account", "frequency", "1.5")]),
        ({"row": GOOD, "warnings": []}, [(f"reply: {level}", "warnings", []) for level in ("ad", "account")]),
        (
            {"row": GOOD | {"actions": [*GOOD["actions"], MORE]}},
            [("row: ad, actions", "action_device", MORE)],
        ),
        (
            {"row": GOOD | {"actions": [*GOOD["actions"], WINDOWED]}},
            [("row: ad, actions", name, WINDOWED) for name in ("7d_click", "value")],
        ),
    ],
)
def test_what_meta_was_not_asked_for_is_set_aside(reply: dict[str, Any], strange: list[Any]) -> None:
    rows, told = meta(**reply)
    assert rows == ROWS
    assert sorted(told, key=str) == sorted(strange, key=str)


def google(**more: Any) -> tuple[list[Any], Any]:
    row = {
        "segments": {"date": "2026-10-02"},
        "campaign": {"id": 1, "resource_name": "customers/1/campaigns/1"},
        "ad_group_ad": {"resource_name": "customers/1/adGroupAds/2~3"},
        "metrics": {"impressions": 10, "clicks": 2, "cost_micros": 1, "conversions": 0.5},
    }
    row |= {name: row.get(name, {}) | fields for name, fields in more.items()}
    plain = SearchGoogleAdsStreamResponse.pb()
    batch = plain(results=[GoogleAdsRow.pb(GoogleAdsRow(row))] * 3, request_id="r")
    batch.field_mask.paths.append("metrics.clicks")
    with Told() as seen:
        window = answered_window(
            lambda question: iter([batch.SerializeToString()] if question == "ad" else []),
            ACCOUNT,
            FIRST,
            SECOND,
            seen,
        )
        return list(window.rows), seen.strange


def test_what_google_was_not_asked_for_is_set_aside() -> None:
    rows, nothing = google()
    assert (len(rows), nothing) == (3, [])
    same, told = google(metrics={"engagements": 4}, customer={"id": 7})
    assert same == rows
    assert {(place, name) for place, name, _ in told} == {
        ("row: ad", "metrics.engagements"),
        ("row: ad", "customer"),
    }
    assert len(told) == 6


def test_a_field_newer_than_the_client_is_known_by_its_number() -> None:
    strange = b"\xba\xf7\x03\x03abc"  # field 8,055 of a batch
    with Told() as seen:
        window = answered_window(
            lambda question: iter([strange] if question == "ad" else []), ACCOUNT, FIRST, SECOND, seen
        )
        assert list(window.rows) == []
        assert seen.strange == [("row: ad", "8055", b"abc")]


def test_it_is_counted_trimmed_and_told_once(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync() -> None:
        assert sync_metrics(open_platform(META), since=FIRST, today=running.clock.today).complete

    sync()
    assert reports.unknown_shapes() == []
    before = stored()
    real = Evidence.keep

    def keep(self: Evidence, question: str, body: bytes) -> None:
        real(self, question, body)
        for number in range(2):
            self.wonder("row: ad", f"field_{number}", f"ana@example.com {'x' * 500}")

    monkeypatch.setattr(Evidence, "keep", keep)
    sync()
    first = reports.unknown_shapes()
    sync()
    assert stored() == before
    again = reports.unknown_shapes()
    assert [one.name for one in again] == ["field_0", "field_1"]
    assert [one.times for one in again] == [2 * one.times for one in first]
    assert all(one.first_at < one.last_at for one in again)
    assert all(len(one.example) == LONGEST_EXAMPLE and "ana" not in one.example for one in again)
    (cause,) = [one for one in known_causes([]) if one.kind == "unknown"]
    assert cause.detail == "row: ad: field_0, row: ad: field_1"
    assert cause.kind in TITLES
    with database.transaction() as session:
        session.execute(text("UPDATE adflux.unknown_shape SET last_at = now() - interval '8 days'"))
    assert [one for one in known_causes([]) if one.kind == "unknown"] == []


def test_a_word_for_people_that_is_new_is_kept_and_told(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = running.clock.today
    monkeypatch.setitem(shown_to.WORDS, "gender", {"male", "unknown"})
    assert sync_shown_to(open_platform(META), FIRST, today, today)
    (shape,) = reports.unknown_shapes()
    assert (shape.place, shape.name, shape.example) == ("row: shown to", "gender", "female")
