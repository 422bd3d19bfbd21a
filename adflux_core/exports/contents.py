"""What a report holds: its questions asked as of one instant, and the sheets they fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from typing import Any

from adflux_core import reports
from adflux_core.exports.cells import Sheet
from adflux_core.exports.words import WORDS, Language
from adflux_core.reports import (
    AdDelivery,
    ApplicationCosts,
    CampaignDelivery,
    Change,
    Day,
    Pinned,
    PlatformTotals,
    Slice,
    Totals,
)


@dataclass(frozen=True)
class Before:
    """The report that this one says has changed, and what it said in all."""

    number: int
    asked: Pinned
    totals: list[Totals]


@dataclass(frozen=True)
class Contents:
    """Everything in a report; nothing in it can change once its instant is closed."""

    asked: Pinned
    language: Language
    before: Before | None
    totals: list[Totals]
    platforms: list[PlatformTotals]
    days: list[Day]
    campaigns: list[CampaignDelivery]
    changes: list[Change]
    receipts: list[Slice]


def gather(asked: Pinned, language: Language, before: tuple[int, Pinned] | None) -> Contents:
    window: dict[str, Any] = vars(asked)
    # Sorted here, since databases differ in how they sort texts.
    days = sorted(reports.daily_by_platform(**window), key=attrgetter("date_day", "platform", "account_id"))
    used = {day.slice_id for day in days if day.slice_id is not None}
    return Contents(
        asked=asked,
        language=language,
        before=before and Before(*before, totals=reports.period_totals(**vars(before[1]))),
        totals=sorted(reports.period_totals(**window), key=attrgetter("currency")),
        platforms=sorted(reports.platform_totals(**window), key=attrgetter("currency", "platform")),
        days=days,
        campaigns=reports.campaign_delivery(asked),
        changes=reports.changes(before[1], asked) if before else [],
        receipts=reports.receipts(sorted(used)),
    )


def sheets(contents: Contents) -> list[Sheet]:
    """The daily delivery first, which is what a single table can hold; then all the rest."""
    words = WORDS[contents.language]
    changes = [(words[one.why], *astuple(one)) for one in contents.changes]
    return [
        _sheet(words["delivery"], CampaignDelivery, contents.campaigns),
        _sheet(words["totals"], Totals, contents.totals, {"slice_ids"}),
        _sheet(words["platforms"], PlatformTotals, contents.platforms),
        Sheet(words["changes"], ("reason", *(one.name for one in fields(Change))), changes),
        _sheet(words["days"], Day, contents.days, {"account_name"}),
        _sheet(words["receipts"], Slice, contents.receipts),
    ]


def ad_sheet(rows: Sequence[AdDelivery], language: Language) -> Sheet:
    """Every ad's day."""
    return _sheet(WORDS[language]["delivery"], AdDelivery, rows)


def cost_sheet(rows: Sequence[ApplicationCosts], language: Language) -> Sheet:
    """What applications cost, by whatever they were asked by."""
    return _sheet(WORDS[language]["applications"], ApplicationCosts, rows)


def _sheet(title: str, kind: type, rows: Sequence[object], without: set[str] | None = None) -> Sheet:
    names = tuple(one.name for one in fields(kind) if one.name not in (without or set()))
    return Sheet(title, names, [tuple(getattr(row, name) for name in names) for row in rows])
