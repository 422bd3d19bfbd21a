"""Read-only questions; SQL in the open. The dashboard, the command and the demo's summary ask the same ones.

Rows are frozen dataclasses. Money stays Decimal, amounts in different currencies are never added, and a
number that was not read is None: absent is zero only inside a window that was read completely.
"""

from adflux_core.reports.attention import Concern, attention
from adflux_core.reports.campaigns import Campaign, campaign_days, campaigns
from adflux_core.reports.creatives import (
    CreativeRow,
    WrittenFor,
    creative_examined,
    creatives,
    posting_concerns,
    postings_without_words,
    postings_written_for,
)
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

__all__ = [
    "Account",
    "Campaign",
    "Concern",
    "CreativeRow",
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
    "Slice",
    "Totals",
    "WrittenFor",
    "accounts",
    "attention",
    "campaign_days",
    "campaigns",
    "creative_examined",
    "creatives",
    "daily_by_platform",
    "days_known",
    "last_import_receipts",
    "period_totals",
    "pin",
    "platform_totals",
    "posting_concerns",
    "posting_detail",
    "posting_words",
    "postings",
    "postings_without_words",
    "postings_written_for",
    "publication_detail",
    "publications",
    "quarantine",
    "slices",
]
