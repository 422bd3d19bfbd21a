"""Read-only questions; SQL in the open. The dashboard, the command and the demo's summary ask the same ones.

Rows are frozen dataclasses. Money stays Decimal, amounts in different currencies are never added, and a
number that was not read is None: absent is zero only inside a window that was read completely.
"""

from adflux_core.reports.attention import Concern, attention
from adflux_core.reports.campaigns import Campaign, campaign_days, campaigns
from adflux_core.reports.performance import (
    Account,
    Day,
    Known,
    PlatformTotals,
    Slice,
    Totals,
    accounts,
    daily_by_platform,
    days_known,
    period_totals,
    pin,
    platform_totals,
    slices,
)
from adflux_core.reports.postings import (
    ImportedFile,
    PostingDetail,
    PostingFilters,
    PostingPage,
    PostingRow,
    Quarantined,
    last_import_receipts,
    posting_detail,
    posting_words,
    postings,
    quarantine,
)
from adflux_core.reports.publications import (
    PlatformPart,
    PublicationDetail,
    PublicationRow,
    publication_detail,
    publications,
)
from adflux_core.reports.segments import (
    SegmentEventRow,
    SegmentRow,
    SegmentVersionRow,
    segment_events,
    segment_versions,
    segments,
)

__all__ = [
    "Account",
    "Campaign",
    "Concern",
    "Day",
    "ImportedFile",
    "Known",
    "PlatformPart",
    "PlatformTotals",
    "PostingDetail",
    "PostingFilters",
    "PostingPage",
    "PostingRow",
    "PublicationDetail",
    "PublicationRow",
    "Quarantined",
    "SegmentEventRow",
    "SegmentRow",
    "SegmentVersionRow",
    "Slice",
    "Totals",
    "accounts",
    "attention",
    "campaign_days",
    "campaigns",
    "daily_by_platform",
    "days_known",
    "last_import_receipts",
    "period_totals",
    "pin",
    "platform_totals",
    "posting_detail",
    "posting_words",
    "postings",
    "publication_detail",
    "publications",
    "quarantine",
    "segment_events",
    "segment_versions",
    "segments",
    "slices",
]
