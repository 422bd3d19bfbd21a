"""Alembic runs each migration on the connection `database.migrate` hands it, inside its transaction."""

from __future__ import annotations

from alembic import context

from adflux_core.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=Table.metadata.schema,
)
context.run_migrations()
