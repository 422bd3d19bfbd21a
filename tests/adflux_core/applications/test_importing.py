"""Events become applications; each counts for its ad or under its reason, and names nobody."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from application_files import HEADER, Take, applications, ask, link
from meta_publications import one_pass, published
from sqlalchemy import update

from adflux_core import database
from adflux_core.applications import import_applications
from adflux_core.campaigns.links import new_click_id, signing_secrets
from adflux_core.errors import InputError
from adflux_core.schema.publication import Publication
from sandbox.server import Sandbox


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def reasons() -> dict[str | None, int]:
    found = ask("SELECT reason, count(*) FROM attributed_application GROUP BY reason")
    return dict(found)


def test_a_funnel_is_told_event_by_event(take: Take, click_id: str) -> None:
    rows = [
        f"1,started,2026-10-05T10:00:00-05:00,{link(click_id)},",
        f"1,submitted,2026-10-05T10:20:00-05:00,{link(click_id)},",
        "1,interview,2026-10-20T09:00:00Z,,",
        "1,hired,2026-11-02,,",
        f"2,started,2026-10-06T08:00:00-05:00,{link(click_id)},2026-10-06T07:55:00-05:00",
    ]
    receipt = take(HEADER + "\n".join(rows))
    assert (receipt.read, receipt.created, receipt.attributed, receipt.unattributed) == (5, 5, 2, {})
    assert ask(
        "SELECT furthest, first_at, submitted_at, platform, days_after_click FROM attributed_application "
        "ORDER BY furthest"
    ) == [
        ("hired", at(5, 15), at(5, 15, 20), "meta", None),
        ("started", at(6, 13), None, "meta", 0),
    ]


def test_the_same_file_twice_writes_no_row(take: Take, click_id: str) -> None:
    content = HEADER + "".join(
        f"{number},submitted,2026-10-05 10:00,{link(click_id)},\n" for number in range(300)
    )
    take(content)
    stand = "SELECT ctid::text, xmin::text, xmax::text FROM {} ORDER BY 1"
    before = [ask(stand.format(table)) for table in ("application_event", "application")]
    again = take(content)
    assert (again.created, again.unchanged, again.attributed) == (0, 300, 300)
    assert [ask(stand.format(table)) for table in ("application_event", "application")] == before


def test_a_row_repeated_in_one_file_counts_once(take: Take) -> None:
    receipt = take(HEADER + "1,applied,2026-10-05,,\n1,Submitted,2026-10-05,,\n1,applied,2026-10-05,,\n")
    assert (receipt.read, receipt.created, receipt.merged) == (3, 1, 2)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("ID postulación;Etapa;Fecha;Enlace\n7;Entrevista;05/10/2026 14:30;{link}\n", {}),
        ("Application ID\tStage\tTimestamp\tClick ID\n7.0\tInterview\t2026-10-05T19:30:00+00:00\t{id}\n", {}),
        ('{"application_id": 7, "event": "Onsite", "occurredAt": 1791228600000, "click_id": "{id}"}\n', {}),
        (
            '{"id": "7", "stage": "interview", "at": "2026-10-05 19:30 UTC", "gh_src": "{ID}"}',
            {},
        ),
    ],
    ids=["spanish", "english", "json lines", "json lines of a board"],
)
def test_what_systems_write_means_the_same(
    take: Take, click_id: str, content: str, options: dict[str, str]
) -> None:
    for mark, value in (("{link}", link(click_id)), ("{id}", click_id), ("{ID}", click_id.upper())):
        content = content.replace(mark, value)
    assert take(content, **options).attributed == 1
    assert applications() == [("interview", at(5, 19, 30), at(5, 19, 30), click_id, "signed", None)]


def test_a_mapping_names_the_columns(take: Take, tmp_path: Path) -> None:
    mapping = tmp_path / "acme.toml"
    mapping.write_text('[columns]\nstep = "Pipeline"\napplication_id = "Ficha"\nat = "Cuándo"\n')
    assert take("Ficha,Pipeline,Cuándo\n1,Hired,2026-10-05\n", mapping=mapping).created == 1


def test_each_reason_is_counted_and_nothing_is_refused(take: Take, click_id: str) -> None:
    with database.transaction() as session:
        elsewhere = new_click_id(signing_secrets(session)[0])
    forged = new_click_id(b"somebody else's secret")
    cases = [
        (None, "2026-10-05", link(click_id), ""),
        (None, "2026-10-02 00:10", link(click_id), ""),
        (None, "2026-11-20", link(click_id), ""),
        ("before", "2026-10-01 23:50", link(click_id), ""),
        ("before", "2026-10-09", link(click_id), "2026-10-10"),
        ("outside", "2026-11-21", link(click_id), ""),
        ("outside", "2026-11-11", link(click_id), "2026-10-11"),
        ("missing", "2026-10-05", "", ""),
        ("missing", "2026-10-05", "https://empleos.example.com/1", ""),
        ("foreign", "2026-10-05", "LinkedIn", ""),
        ("foreign", "2026-10-05", "https://empleos.example.com/1?utm_source=portal", ""),
        ("invalid", "2026-10-05", link(forged), ""),
        ("unknown", "2026-10-05", link(elsewhere), ""),
    ]
    rows = [f"{number},applied,{at},{page},{clicked}" for number, (_, at, page, clicked) in enumerate(cases)]
    receipt = take(HEADER + "\n".join(rows))
    expected: dict[str | None, int] = {}
    for reason, *_ in cases:
        expected[reason] = expected.get(reason, 0) + 1
    assert reasons() == expected
    assert receipt.attributed == expected.pop(None)
    assert receipt.unattributed == expected
    assert receipt.quarantined == 0


def test_an_application_before_its_click_counts_once_its_start_is_known(take: Take, click_id: str) -> None:
    take(HEADER + f"1,submitted,2026-10-09,{link(click_id)},2026-10-10\n")
    assert reasons() == {"before": 1}
    take(HEADER + f"1,started,2026-10-09,{link(click_id)},2026-10-08\n")
    assert reasons() == {None: 1}


def test_a_click_told_late_reaches_the_application(take: Take, click_id: str) -> None:
    take(HEADER + "1,hired,2026-10-20,,\n1,applied,2026-10-05,LinkedIn,\n")
    assert reasons() == {"foreign": 1}
    take(HEADER + f"1,qualified,2026-10-06,{link(new_click_id(b'somebody else'))},\n")
    assert reasons() == {"invalid": 1}
    take(HEADER + f"1,interview,2026-10-07,{link(click_id)},\n")
    assert reasons() == {None: 1}  # ours counts before an earlier one of somebody else's


def test_no_person_is_kept(take: Take, click_id: str, database_url: str) -> None:
    people = "nombre,correo,vacante,etapa,fecha,enlace\n"
    rows = [
        f"Zoraida,Zoraida@example.com,31,postulada,2026-10-05,{link(click_id)}&mail=zoraida@x.example",
        f"Zoraida Quintana,zoraida@example.com,31,entrevista,2026-10-06,{link(click_id)}",
        "Zoraida Quintana,zoraida@example.com,32,postulada,2026-10-05,referida por Zoraida Quintana",
        "Zoraida Quintana,zoraida@example.com,33,Zoraida,2026-10-05,",
        "Zoraida Quintana,zoraida@example.com,33,postulada,ayer con Zoraida,",
        "Zoraida Quintana,zoraida@example.com",
        "Zoraida Quintana,,33,postulada,2026-10-05,",
    ]
    receipt = take(people + "\n".join(rows), name="events.csv")
    assert (receipt.created, receipt.quarantined) == (3, 4)
    assert len(applications()) == 2
    tables = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'adflux'")
    kept = "".join(str(ask(f"SELECT t::text FROM adflux.{table} AS t")) for (table,) in tables)  # noqa: S608
    assert "zoraida" not in kept.lower()
    assert "zoraida" not in receipt.model_dump_json().lower()
    assert b"zoraida".hex() not in kept


def test_sources_are_apart(take: Take) -> None:
    content = HEADER + "1,hired,2026-10-05,,\n"
    take(content, source="acme")
    assert take(content, source="other").created == 1
    assert len({application for (application,) in ask("SELECT application FROM application")}) == 2


def test_two_imports_at_once_keep_each_event_once(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [{"id": n % 40, "step": "applied", "at": f"2026-10-{n % 27 + 1:02}"} for n in range(400)]
    path.write_text("\n".join(map(json.dumps, lines)))
    created: list[int] = []
    threads = [
        threading.Thread(target=lambda: created.append(import_applications(path).created)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(created) == [0, 0, 0, len({(line["id"], line["at"]) for line in lines})]
    assert ask("SELECT count(*) FROM application_event") == [(max(created),)]


def test_a_closed_campaign_and_its_successor_keep_their_applications_apart(
    take: Take, click_id: str, world: Sandbox, posting_id: int
) -> None:
    with database.transaction() as session:
        session.execute(update(Publication).values(desired_state="closed"))
    second = published(posting_id)
    one_pass(second)
    ((other,),) = ask("SELECT click_id FROM apply_link WHERE click_id <> :first", first=click_id)
    take(HEADER + f"1,applied,2026-10-05,{link(click_id)},\n2,applied,2026-10-05,{link(other)},\n")
    assert len(ask("SELECT DISTINCT publication_id FROM attributed_application")) == 2


@pytest.mark.parametrize("source", ["", " ", "x" * 201, "a\nb"])
def test_a_source_is_a_short_name(take: Take, source: str) -> None:
    with pytest.raises(InputError, match="source"):
        take(HEADER, source=source)
