"""To whom Meta showed an ad: its numbers by month, age and gender. Source: Meta, Insights API, Breakdowns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from adflux_core.advertising import ShownTo
from adflux_core.errors import TooMuchDataError, ValidationError
from adflux_core.platforms.meta.insights import PAGE_SIZE, Pages, ad_days, count_of, number_of
from adflux_core.witness import NOBODY, Witness

FIELDS = "ad_id,impressions,clicks,spend"
# Meta's own words for people. Another one is kept as it is, and somebody is told.
WORDS = {
    "age": {"13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "Unknown", "unknown"},
    "gender": {"female", "male", "unknown"},
}


def read_shown_to(
    pages: Pages, account_id: str, since: date, until: date, seen: Witness = NOBODY
) -> list[ShownTo]:
    """Every ad's months, of [since, until]; a window that is too much is read in halves, and added up.

    Raises ValidationError on a row that lies, TooMuchDataError when one day is too much.
    """
    asked = {
        **ad_days(since, until),
        "time_increment": "monthly",
        "fields": FIELDS,
        "breakdowns": ["age", "gender"],
        "limit": PAGE_SIZE,
    }
    try:
        found = [raw for page in pages((account_id, "insights"), asked) for raw in page]
    except TooMuchDataError:
        if since == until:
            raise
        middle = since + (until - since) // 2
        first = read_shown_to(pages, account_id, since, middle, seen)
        return _added_up([*first, *read_shown_to(pages, account_id, middle + timedelta(1), until, seen)])
    rows = []
    for raw in found:
        try:
            began = date.fromisoformat(raw["date_start"])
            row = ShownTo(
                month=began.replace(day=1),
                ad_id=str(raw["ad_id"]),
                age=str(raw["age"]),
                gender=str(raw["gender"]),
                impressions=count_of(raw, "impressions"),
                clicks=count_of(raw, "clicks"),
                spend=number_of(raw.get("spend", "0")),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise ValidationError(
                f"Meta's delivery of ad {raw.get('ad_id')} from {raw.get('date_start')} is not readable: "
                f"{type(error).__name__}",
                platform="meta",
            ) from None
        if not since <= began <= until:
            raise ValidationError(
                f"Meta answered with ad {row.ad_id} from {began}, outside {since} to {until}",
                platform="meta",
            )
        for name, word in (("age", row.age), ("gender", row.gender)):
            if word not in WORDS[name]:
                seen.wonder("row: shown to", name, word)
        rows.append(row)
    return rows


def _added_up(parts: Sequence[ShownTo]) -> list[ShownTo]:
    """A month whose days were read in two halves is one month."""
    whole: dict[tuple[date, str, str, str], tuple[int, int, Decimal]] = {}
    for part in parts:
        impressions, clicks, spend = whole.get(part[:4], (0, 0, Decimal(0)))
        whole[part[:4]] = (impressions + part.impressions, clicks + part.clicks, spend + part.spend)
    return [ShownTo(*key, *counts) for key, counts in whole.items()]
