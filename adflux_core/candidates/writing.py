"""The write: COPY into a temporary table, find who is who, then a few statements about all rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from adflux_core.candidates.rows import COLUMNS, PROTECTED, Line
from adflux_core.errors import DatabaseUnavailableError
from adflux_core.intake.receipts import Counts
from adflux_core.intake.records import Bad

# An address or number that so many rows share is an agency's or a mask, and names nobody.
MOST_SHARING = 10

_VALUES = (*COLUMNS, *PROTECTED)
_NAMES = ", ".join(COLUMNS)
_ALL = ", ".join(_VALUES)
_STAGE = f"""
    CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
    SELECT 0::bigint AS line, ''::text AS reason, ''::text AS content, external_id, {_ALL}
    FROM adflux.candidate LEFT JOIN adflux_protected.candidate_attribute ON candidate_id = id WITH NO DATA
"""  # noqa: S608 — only our own column names
_COPY = f"COPY incoming (line, reason, content, external_id, {_ALL}) FROM STDIN"
# A node is a row of the file (its line) or a stored candidate (its id, negative); a key joins the nodes that
# have it: the id of the source, an e-mail, a phone.
_KEYS = f"""
    CREATE TEMPORARY TABLE node_key ON COMMIT DROP AS
    SELECT line AS node, key FROM incoming, LATERAL (VALUES
        ('i' || external_id), ('e' || email), ('p' || phone)
    ) AS named (key) WHERE reason IS NULL AND key IS NOT NULL;
    DELETE FROM node_key WHERE key !~ '^i' AND key IN (
        SELECT key FROM node_key GROUP BY key HAVING count(*) > {MOST_SHARING}
    );
    CREATE INDEX ON node_key (key);
    ANALYZE node_key;
    INSERT INTO node_key
    SELECT -id, key FROM adflux.candidate, LATERAL (VALUES
        (CASE WHEN source = :source THEN 'i' || external_id END), ('e' || email), ('p' || phone)
    ) AS named (key) WHERE key IN (SELECT key FROM node_key);
    DELETE FROM node_key WHERE key IN (SELECT key FROM node_key GROUP BY key HAVING count(*) = 1);
    CREATE TEMPORARY TABLE person ON COMMIT DROP AS SELECT DISTINCT node, node AS root FROM node_key;
    CREATE UNIQUE INDEX ON person (node);
    ANALYZE person
"""  # noqa: S608
_JOIN = """
    UPDATE person SET root = nearest.root FROM (
        SELECT node, min(least_root) AS root FROM node_key JOIN (
            SELECT key, min(root) AS least_root FROM node_key JOIN person USING (node) GROUP BY key
        ) AS by_key USING (key) GROUP BY node
    ) AS nearest WHERE person.node = nearest.node AND nearest.root < person.root
"""
# Of several stored candidates the oldest stays.
_STORED = """
    CREATE TEMPORARY TABLE stored ON COMMIT DROP AS
    SELECT root, -max(node) AS id FROM person WHERE node < 0 GROUP BY root
"""
_LAST_KNOWN = ", ".join(
    f"bool_and({name}) AS {name}"  # whoever said no once in a file has said no
    if name == "consent"
    else f"(array_agg({name} ORDER BY line DESC) FILTER (WHERE {name} IS NOT NULL))[1] AS {name}"
    for name in _VALUES
    if name not in {"skills", "languages"}
)
_LISTS = ("skills", "languages")
_SCALARS = [name for name in _VALUES if name not in _LISTS]
_FOLD = f"""
    CREATE TEMPORARY TABLE folded ON COMMIT DROP AS
    SELECT root, max(line) AS kept_line, {_LAST_KNOWN}
    FROM incoming JOIN person ON node = line GROUP BY root HAVING count(*) > 1;
    UPDATE incoming SET ({", ".join(_SCALARS)}) = ({", ".join(f"folded.{name}" for name in _SCALARS)})
    FROM folded WHERE line = kept_line;
    CREATE TEMPORARY TABLE given_way ON COMMIT DROP AS
    SELECT line, kept_line, root FROM incoming JOIN person ON node = line JOIN folded USING (root)
    WHERE line < kept_line
"""  # noqa: S608
_MERGE = "DELETE FROM incoming USING given_way WHERE incoming.line = given_way.line"
_MATCH = """
    CREATE TEMPORARY TABLE matched ON COMMIT DROP AS
    SELECT line, stored.id FROM incoming LEFT JOIN person ON node = line LEFT JOIN stored USING (root)
    WHERE reason IS NULL;
    ANALYZE matched
"""
# What a file does not say stays as it was known.
_MERGED_VALUES = ", ".join(f"coalesce(incoming.{name}, candidate.{name})" for name in COLUMNS)
_UPDATE = f"""
    UPDATE adflux.candidate SET ({_NAMES}, updated_at) = ({_MERGED_VALUES}, now())
    FROM matched JOIN incoming USING (line)
    WHERE candidate.id = matched.id
        AND ({", ".join(f"candidate.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({_MERGED_VALUES})
"""  # noqa: S608
_CREATE = f"""
    WITH made AS (
        INSERT INTO adflux.candidate (source, external_id, {_NAMES})
        SELECT :source, external_id, {_NAMES} FROM matched JOIN incoming USING (line) WHERE id IS NULL
        RETURNING id, external_id
    )
    UPDATE matched SET id = made.id FROM made JOIN incoming USING (external_id)
    WHERE incoming.line = matched.line AND matched.id IS NULL
"""  # noqa: S608
_PROTECT = f"""
    INSERT INTO adflux_protected.candidate_attribute AS kept (candidate_id, {", ".join(PROTECTED)})
    SELECT id, {", ".join(PROTECTED)} FROM matched JOIN incoming USING (line)
    WHERE coalesce({", ".join(f"{name}::text" for name in PROTECTED)}) IS NOT NULL
    ON CONFLICT (candidate_id) DO UPDATE SET
        {", ".join(f"{name} = coalesce(excluded.{name}, kept.{name})" for name in PROTECTED)}
"""  # noqa: S608
_REPORT = """
    INSERT INTO adflux.candidate_merge (receipt_id, line, kept_line, candidate_id, merged_candidate_id)
    SELECT CAST(:receipt AS bigint), line, kept_line, stored.id, NULL
    FROM given_way LEFT JOIN stored USING (root)
    UNION ALL
    SELECT :receipt, NULL, NULL, stored.id, -node FROM person JOIN stored USING (root)
    WHERE node < 0 AND -node <> stored.id
"""
# Whoever of two stored candidates said no has said it for both.
_ABSORB = f"""
    UPDATE adflux.candidate SET ({_NAMES}) = ({
    ", ".join(
        "candidate.consent AND coalesce(other.consent, true)"
        if name == "consent"
        else f"coalesce(candidate.{name}, other.{name})"
        for name in COLUMNS
    )
})
    FROM person JOIN stored USING (root) JOIN adflux.candidate AS other ON other.id = -node
    WHERE node < 0 AND -node <> stored.id AND candidate.id = stored.id
"""  # noqa: S608
_DROP = """
    DELETE FROM adflux.candidate USING person JOIN stored USING (root)
    WHERE node < 0 AND -node <> stored.id AND candidate.id = -node
"""


def lock(connected: Connection) -> None:
    """Imports of candidates wait for each other: the same person may stand in both."""
    connected.execute(text("SELECT pg_advisory_xact_lock(hashtext('adflux.candidates'))"))


def stage(connected: Connection, rows: Iterable[Line | Bad]) -> tuple[int, int]:
    """Stream rows into the temporary table. Returns how many were read, and how many of them were bad."""
    for setting in ("jit = off", "work_mem = '64MB'"):
        connected.execute(text(f"SET LOCAL {setting}"))
    connected.execute(text(_STAGE))
    driver = connected.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    read = bad = 0
    nothing = (None,) * (1 + len(_VALUES))
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                read += 1
                if isinstance(row, Bad):
                    bad += 1
                    copy.write_row((row.line, row.reason, row.content, *nothing))
                else:
                    copy.write_row((row.line, None, None, row.external_id, *row.values))
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"the database went away during the import: {error}") from None
    return read, bad


def settle(connected: Connection, source: str, read: int, bad: int) -> Counts:
    """Find who is who, merge, update and create."""
    for statement in _KEYS.split(";"):
        _run(connected, statement, **({"source": source} if ":source" in statement else {}))
    while _run(connected, _JOIN):
        pass
    _run(connected, _STORED)
    for statement in _FOLD.split(";"):
        _run(connected, statement)
    merged = _run(connected, _MERGE)
    for statement in _MATCH.split(";"):
        _run(connected, statement)
    _run(connected, _ABSORB)
    _run(connected, _DROP)
    updated = _run(connected, _UPDATE)
    created = _run(connected, _CREATE, source=source)
    _run(connected, _PROTECT)
    return Counts(read, created, updated, read - bad - merged - updated - created, merged, bad, 0)


def keep_merges(connected: Connection, receipt: int) -> int:
    """Write the report of who gave way to whom; how many lines it has."""
    return _run(connected, _REPORT, receipt=receipt)


def _run(connected: Connection, statement: str, **values: Any) -> int:
    return connected.execute(text(statement), values).rowcount
