"""Salaries and spend that are no numbers, or less than nothing, are refused.

PostgreSQL's NaN is greater than every number, so `>= 0` lets it in.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE adflux.posting
            DROP CONSTRAINT ck_posting_salary,
            ADD CONSTRAINT ck_posting_salary CHECK (
                salary_min >= 0 AND salary_max >= 0 AND salary_max >= salary_min
                AND salary_min < 'NaN' AND salary_max < 'NaN'
            )
    """)
    op.execute("""
        ALTER TABLE adflux.ad_metrics
            ADD CONSTRAINT ck_ad_metrics_numbers CHECK (spend < 'NaN' AND applications < 'NaN')
    """)
