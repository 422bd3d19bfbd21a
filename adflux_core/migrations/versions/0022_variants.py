"""Words for a segment, pictures that people bring, and which words a click led from."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.creative_image (
            hash text NOT NULL,
            content bytea NOT NULL,
            format text NOT NULL,
            width bigint NOT NULL,
            height bigint NOT NULL,
            original_hash text NOT NULL,
            added_by text NOT NULL,
            added_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_creative_image PRIMARY KEY (hash),
            CONSTRAINT ck_creative_image_format CHECK (format IN ('PNG', 'JPEG')),
            CONSTRAINT ck_creative_image_size CHECK (width > 0 AND height > 0)
        )
    """)
    op.execute("""
        ALTER TABLE adflux.creative_text
            ADD COLUMN segment_id bigint,
            ADD COLUMN segment_version_id bigint,
            ADD COLUMN image_hash text,
            ADD CONSTRAINT fk_creative_text_segment_id FOREIGN KEY (segment_id) REFERENCES adflux.segment (id),
            ADD CONSTRAINT fk_creative_text_segment_version_id
                FOREIGN KEY (segment_version_id) REFERENCES adflux.segment_version (id),
            ADD CONSTRAINT fk_creative_text_image_hash
                FOREIGN KEY (image_hash) REFERENCES adflux.creative_image (hash),
            ADD CONSTRAINT ck_creative_text_segment
                CHECK ((segment_id IS NULL) = (segment_version_id IS NULL)),
            DROP CONSTRAINT uq_creative_text_posting_id_platform_language_content_hash
    """)
    op.execute("""
        ALTER TABLE adflux.creative_text ADD CONSTRAINT uq_creative_text_variant UNIQUE NULLS NOT DISTINCT
            (posting_id, platform, language, segment_id, image_hash, content_hash)
    """)
    op.execute("""
        ALTER TABLE adflux.apply_link
            ADD COLUMN creative_id bigint,
            ADD CONSTRAINT fk_apply_link_creative_id
                FOREIGN KEY (creative_id) REFERENCES adflux.creative_text (id)
    """)
