"""Applications: the links that lead to them, and what an applicant tracking system said of each.

Only opaque ids are kept: an application is the keyed hash of what the file called it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.creative import CreativeText
from adflux_core.schema.postings import ImportReceipt


class ApplyLink(Table):
    """The click id in the link of one ad of a plan; a plan that changes a budget repeats it. Append-only."""

    __tablename__ = "apply_link"

    plan_id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)  # the ad's, among the publication's objects
    click_id: Mapped[str]
    creative_id: Mapped[int | None] = mapped_column(ForeignKey(CreativeText.id))  # whose words the ad has

    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "posting_id", "platform"],
            ["adflux.plan_item.plan_id", "adflux.plan_item.posting_id", "adflux.plan_item.platform"],
        ),
        Index(None, "click_id"),
    )


class ApplicationEvent(Table):
    """One thing a file said of one application, each once; never changed.

    `click_id` is "" and `clicked_at` infinite where the file said nothing. `verdict` on the click id: signed
    by us, forged (our shape, not our signature), foreign (somebody else's, kept as a hash), none.
    """

    __tablename__ = "application_event"

    source: Mapped[str] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    click_id: Mapped[str] = mapped_column(primary_key=True)
    clicked_at: Mapped[datetime] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    receipt_id: Mapped[int] = mapped_column(ForeignKey(ImportReceipt.id))

    __table_args__ = (
        CheckConstraint("step IN ('started', 'submitted', 'qualified', 'interview', 'hired')", name="step"),
        CheckConstraint("verdict IN ('signed', 'forged', 'foreign', 'none')", name="verdict"),
        Index(None, "at"),
    )


class Application(Table):
    """What follows from all events of one application; worked out anew whenever one is added.

    `click_id` is the one told with the earliest event that has any. The view `attributed_application` says
    which publication it leads to, or the reason why to none.
    """

    __tablename__ = "application"

    source: Mapped[str] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    furthest: Mapped[str]
    first_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # when it had come at least so far
    click_id: Mapped[str]
    verdict: Mapped[str]
    clicked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "click_id"), Index(None, "first_at"))


class ApplicationCount(Table):
    """How many applications count alike. Kept by the database's own triggers, in the rows' transaction.

    "" and 0 where there is none; `reason` is "" for those that count for an ad. Those without a click id of
    ours are counted under none.
    """

    __tablename__ = "application_count"

    click_id: Mapped[str] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    platform: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    furthest: Mapped[str] = mapped_column(primary_key=True)
    submitted: Mapped[bool] = mapped_column(primary_key=True)
    late: Mapped[bool] = mapped_column(primary_key=True)  # longer after its click than the platform looks
    applications: Mapped[int]

    __table_args__ = (
        Index(None, "publication_id"),
        Index(None, "applications", postgresql_where=text("applications = 0")),
    )
