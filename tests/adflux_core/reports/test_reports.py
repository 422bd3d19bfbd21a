"""What the screens are told: missing is missing, zero is zero, and currencies stay apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from adflux_core import database, reports
from adflux_core.advertising import CampaignPlan, Creative, PlatformName
from adflux_core.campaigns.drafting import plan_item
from adflux_core.errors import DatabaseRefusedError, InputError
from adflux_core.money import Money
from adflux_core.reports.asking import ask
from adflux_core.schema.metrics import AdMetricsRow, MetricsSlice
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Approval, Plan, PlatformObject, Publication
from adflux_core.targeting import TargetingSpec

pytestmark = pytest.mark.usefixtures("database_url")
FIRST = date(2026, 10, 1)
BOGOTA = "-05:00"


def receipt(
    session: Session,
    since: int,
    until: int,
    *,
    account: str = "act_1",
    currency: str = "COP",
    **other: object,
) -> int:
    """A reading of the days `since` to `until`, counted from FIRST."""
    row = MetricsSlice(
        platform="meta",
        account_id=account,
        currency=currency,
        since=FIRST + timedelta(since),
        until=FIRST + timedelta(until),
        **{"pages": 1, "rows_read": 1, "rows_changed": 1, "rows_deleted": 0, "spend": 0, "complete": True}
        | other,
    )
    session.add(row)
    session.flush()
    return row.id


def numbers(
    session: Session, day: int, slice_id: int, *, spend: str, account: str = "act_1", **other: object
) -> None:
    values = {
        "ad_id": "ad-1", "ad_group_id": "g-1", "campaign_id": "c-1", "currency": "COP", "impressions": 100,
        "clicks": 10, "link_clicks": 8, "applications": Decimal(0),
    }  # fmt: skip
    session.add(
        AdMetricsRow(
            platform="meta",
            account_id=account,
            date_day=FIRST + timedelta(day),
            spend=Decimal(spend),
            slice_id=slice_id,
            **(values | other),
        )
    )
    session.flush()


def publication(session: Session, *, campaign_id: str | None = "c-1", days: int = 10) -> None:
    session.add(
        Posting(id=1, source="s", external_id="1", title="Panadero", content_hash=b"x", place="Bogotá")
    )
    spec = CampaignPlan(
        platform=PlatformName.META, account_id="act_1", posting_id=1, name="Panadero", advertiser=None,
        budget=Money.of("COP", 800_000), targeting=TargetingSpec(countries=("CO",)),
        starts_at=datetime.fromisoformat(f"{FIRST}T00:00:00{BOGOTA}"),
        ends_at=datetime.fromisoformat(f"{FIRST + timedelta(days)}T00:00:00{BOGOTA}"),
        creative=Creative(language="es", headline="h", primary_text="p", description="d",
                          link="https://example.com", image=b"\x89PNG", source="t"),
    )  # fmt: skip
    session.add(Plan(id=1, spec_hash="h", author="a"))
    session.flush()
    session.add(plan_item(1, spec, Decimal("1.75")))
    session.add(Approval(id=1, plan_id=1, spec_hash="h", approved_by="b"))
    session.flush()
    session.add(
        Publication(id=1, posting_id=1, platform="meta", revision=1, plan_id=1, spec_hash="h", approval_id=1,
                    desired_state="active", state="active", effective_status="ACTIVE")
    )  # fmt: skip
    session.flush()
    session.add(
        PlatformObject(publication_id=1, kind="campaign", ordinal=0, token="t", external_id=campaign_id,
                       state="PLANNED" if campaign_id is None else "ACTIVE")
    )  # fmt: skip
    session.flush()


def test_absent_is_zero_inside_a_complete_window_and_missing_outside() -> None:
    with database.transaction() as session:
        whole = receipt(session, 0, 2)
        receipt(session, 3, 4, complete=False, reason="does not add up")
        numbers(session, 1, whole, spend="1200.500")
    days = reports.daily_by_platform(FIRST, FIRST + timedelta(4))
    assert [day.spend for day in days] == [Decimal(0), Decimal("1200.500"), Decimal(0), None, None]
    assert [day.slice_id for day in days] == [whole, whole, whole, None, None]
    assert isinstance(days[1].spend, Decimal)
    (total,) = reports.period_totals(FIRST, FIRST + timedelta(4))
    assert (total.days_read, total.days_asked, total.spend) == (3, 5, Decimal("1200.500"))
    assert total.slice_ids == [whole]


def test_a_period_that_was_never_read_has_no_sum() -> None:
    with database.transaction() as session:
        receipt(session, 0, 2)
    (total,) = reports.period_totals(FIRST + timedelta(20), FIRST + timedelta(25))
    assert (total.spend, total.applications, total.cost_per_application, total.days_read) == (
        None,
        None,
        None,
        0,
    )


def test_currencies_are_never_added() -> None:
    with database.transaction() as session:
        numbers(session, 0, receipt(session, 0, 0), spend="1000")
        other = receipt(session, 0, 0, account="act_2", currency="USD")
        numbers(session, 0, other, spend="3.25", account="act_2", currency="USD", applications=Decimal(2))
    totals = {total.currency: total for total in reports.period_totals(FIRST, FIRST)}
    assert totals["COP"].spend == 1000
    assert totals["USD"].spend == Decimal("3.25")
    assert totals["COP"].cost_per_application is None
    assert totals["USD"].cost_per_application == Decimal("1.625")


def test_the_newest_complete_window_is_the_receipt_of_a_day() -> None:
    with database.transaction() as session:
        old = receipt(session, 0, 5, read_at=datetime(2026, 10, 7, tzinfo=UTC))
        new = receipt(session, 3, 8, read_at=datetime(2026, 10, 10, tzinfo=UTC))
    days = reports.daily_by_platform(FIRST, FIRST + timedelta(8))
    assert [day.slice_id for day in days] == [old] * 3 + [new] * 6
    assert [one.id for one in reports.slices()] == [new]
    assert [one.id for one in reports.slices(latest_only=False)] == [new, old]


def test_a_campaign_without_rows_is_zero_only_when_all_its_days_were_read() -> None:
    with database.transaction() as session:
        publication(session)
        receipt(session, 0, 3)
    (campaign,) = reports.campaigns()
    assert (campaign.spend, campaign.applications, campaign.cost_per_application) == (0, 0, None)
    assert (campaign.days_read, campaign.days_run) == (4, 4)
    with database.transaction() as session:
        receipt(session, 6, 7)  # two days nobody read
    (campaign,) = reports.campaigns()
    assert campaign.spend is None
    assert (campaign.days_read, campaign.days_run) == (6, 8)
    assert [day.slice_id is None for day in reports.campaign_days(1)] == [False] * 4 + [True] * 2 + [
        False
    ] * 2


def test_a_campaign_has_its_own_rows_and_its_cost_only_with_applications() -> None:
    with database.transaction() as session:
        publication(session, days=3)
        window = receipt(session, -2, 9)
        numbers(session, 0, window, spend="1000", applications=Decimal(3))
        numbers(session, 1, window, spend="500.001")
        numbers(session, 1, window, spend="9999", ad_id="ad-2", campaign_id="c-2")
        numbers(session, 1, receipt(session, 0, 9, account="act_2"), spend="7", account="act_2")
    (campaign,) = reports.campaigns()
    assert campaign.spend == Decimal("1500.001")
    assert campaign.cost_per_application == Decimal("500.000")
    assert campaign.budget == 800_000
    assert (campaign.days_read, campaign.days_run) == (3, 3)  # it ended before the reading did
    assert sum(day.spend or 0 for day in reports.campaign_days(1)) == campaign.spend


def test_a_campaign_that_is_not_on_the_platform_has_no_numbers() -> None:
    with database.transaction() as session:
        publication(session, campaign_id=None)
        receipt(session, 0, 3)
    (campaign,) = reports.campaigns()
    assert campaign.spend is None
    assert reports.campaign_days(1) == []


def test_attention_says_what_is_wrong_and_nothing_else() -> None:
    with database.transaction() as session:
        publication(session)
        receipt(session, 0, 3)
    assert reports.attention() == []
    with database.transaction() as session:
        one = session.get_one(Publication, 1)
        one.effective_status = "DISAPPROVED; 1815869: rules"
        session.get_one(MetricsSlice, 1).read_at = datetime.now(UTC) - timedelta(hours=40)
    assert [(concern.kind, concern.detail) for concern in reports.attention()] == [
        ("disapproved", "DISAPPROVED; 1815869: rules"),
        ("stale", ""),
    ]
    with database.transaction() as session:
        session.get_one(Publication, 1).state = "differs"
        session.get_one(Publication, 1).detail = "ad: name"
        receipt(session, 0, 3, complete=False, reason="2026-10-02: no")
    assert [(concern.kind, concern.detail) for concern in reports.attention()] == [
        ("differs", "ad: name"),
        ("incomplete", "2026-10-02: no"),
        ("stale", ""),  # a reading that did not add up made nothing younger
    ]


def test_an_account_of_ours_that_never_said_a_number_is_stale() -> None:
    with database.transaction() as session:
        publication(session)
    assert reports.attention() == []
    with database.transaction() as session:
        session.get_one(Publication, 1).created_at = datetime.now(UTC) - timedelta(hours=40)
    assert [concern.kind for concern in reports.attention()] == ["silent", "silent", "stale"]
    with database.transaction() as session:
        session.get_one(Publication, 1).state = "closed"
    assert reports.attention() == []


def test_a_publication_whole() -> None:
    with database.transaction() as session:
        publication(session)
    detail = reports.publication_detail(1)
    assert detail.plan.budget == Money.of("COP", 800_000)
    assert [part.kind for part in detail.objects] == ["campaign"]
    assert [row.id for row in reports.publications()] == [1]
    with pytest.raises(InputError, match="publication 2 does not exist"):
        reports.publication_detail(2)


def test_postings_are_found_paged_and_counted() -> None:
    with database.transaction() as session:
        for number in range(7):
            session.add(
                Posting(id=number + 1, source="a" if number % 2 else "b", external_id=str(number),
                        title=f"Cocinero {number}%", content_hash=b"x", language="es")
            )  # fmt: skip
    page = reports.postings(limit=3, offset=6)
    assert (len(page.rows), page.total) == (1, 7)
    assert reports.postings(reports.PostingFilters(words="COCINERO", source="a")).total == 3
    assert reports.postings(reports.PostingFilters(words="5%")).total == 1
    assert reports.postings(reports.PostingFilters(words="%5")).total == 0
    assert reports.posting_words() == {"source": ["a", "b"], "language": ["es"]}
    with pytest.raises(InputError, match="posting 99 does not exist"):
        reports.posting_detail(99)


def test_an_empty_database_answers_everything() -> None:
    assert reports.days_known() == reports.Known(first=None, last=None)
    empty = (reports.accounts, reports.slices, reports.attention, reports.campaigns, reports.publications,
             reports.last_import_receipts)  # fmt: skip
    assert [question() for question in empty] == [[]] * len(empty)
    assert reports.period_totals(FIRST, FIRST) == []
    assert reports.postings().total == 0


def test_a_question_cannot_write() -> None:
    with pytest.raises(DatabaseRefusedError, match="read-only transaction"):
        ask(dict[str, str], "DELETE FROM adflux.posting RETURNING title")


@given(st.text(max_size=40).filter(lambda words: "\x00" not in words))
def test_any_words_can_be_looked_for(words: str) -> None:
    assert reports.postings(reports.PostingFilters(words=words)).total == 0
