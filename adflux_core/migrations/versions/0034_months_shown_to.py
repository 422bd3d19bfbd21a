"""To whom ads were shown is kept by month: the days are added up, and none is lost."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.execute("ALTER TABLE adflux.ad_shown_to RENAME COLUMN date_day TO month")
    op.execute("""
        CREATE TEMP TABLE months ON COMMIT DROP AS
        SELECT platform, account_id, date_trunc('month', month)::date AS month, ad_id, age, gender,
               sum(impressions) AS impressions, sum(clicks) AS clicks, sum(spend) AS spend
        FROM adflux.ad_shown_to GROUP BY 1, 2, 3, 4, 5, 6
    """)
    op.execute("TRUNCATE adflux.ad_shown_to")
    op.execute("INSERT INTO adflux.ad_shown_to SELECT * FROM months")
    op.execute("""
        ALTER TABLE adflux.ad_shown_to
        ADD CONSTRAINT ck_ad_shown_to_whole_months CHECK (extract(day FROM month) = 1)
    """)
