"""The command line keeps its contract: one JSON document, exit codes, one line for every mistake."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adflux_core.settings import Settings

pytestmark = pytest.mark.whole

CSV = """id,title,company,location,apply url
1,Barista,Cafés del Sur,"Pasto, Colombia",https://empleos.example.com/1
2,,Cafés del Sur,"Pasto, Colombia",https://empleos.example.com/2
"""
Run = Callable[..., tuple[int, str, str]]


# One process for many verbs, since Prefect takes seconds to import.
ONE_AFTER_ANOTHER = """
import contextlib, io, json, sys
from deployments.cli import main
for line in sys.stdin:
    sys.argv = ["adflux", *json.loads(line)]
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, out.getvalue(), said.getvalue()]), flush=True)
"""


def environment(up: Any) -> dict[str, str]:
    """That of a person beside the running stack."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    return {**inherited, "ADFLUX_HOME": str(up.home)}


@pytest.fixture
def adflux(up: Any) -> Run:
    """Run a verb as a person would, in a process of its own: exit code, stdout, stderr."""

    def run(*words: object, **more: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [
                sys.executable,
                "-W",
                "error",
                "-c",
                "from deployments.cli import main; main()",
                *map(str, words),
            ],
            env={**environment(up), **more},
            cwd=up.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def one_after_another(up: Any) -> Iterator[Run]:
    """As `adflux`, in one process for all verbs of a test."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", ONE_AFTER_ANOTHER],
        env=environment(up),
        cwd=up.home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        questions, answers = process.stdin, process.stdout
        assert questions is not None
        assert answers is not None

        def run(*words: object) -> tuple[int, str, str]:
            questions.write(json.dumps([*map(str, words)]) + "\n")
            questions.flush()
            code, out, said = json.loads(answers.readline())
            return code, out, said

        yield run
        questions.close()


def document(said: tuple[int, str, str], code: int = 0) -> Any:
    assert said[0] == code, said[2]
    return json.loads(said[1])


BUDGETS = {
    "meta": ("ad_group", "lifetime_budget", 800_000),
    "google_ads": ("budget", "total_amount_micros", 8 * 10**11),
}


def numbers_are_given_out(adflux: Run, since: str, until: str) -> None:
    """A report, the same one again to the byte, and the rows behind it."""
    given = ("--from", since, "--to", until, "--json")
    told = document(adflux("export", "report", *given))
    page = Path(told["path"]).read_bytes()
    assert hashlib.sha256(page).hexdigest() == told["sha256"]
    again = document(adflux("export", "report", "--as-of", told["as_of"], "--output", "again.html", *given))
    assert Path(again["path"]).read_bytes() == page
    rows = document(adflux("export", "metrics", *given))
    assert len(Path(rows["path"]).read_text().splitlines()) == rows["rows"] + 1 > 1
    costs = document(adflux("export", "applications", "--by", "segment", "--json"))
    header, *lines = Path(costs["path"]).read_text("utf-8-sig").splitlines()
    assert len(lines) == costs["rows"] == 1  # the plans speak to no segment
    assert header.startswith('"publication_id","posting_id","title","platform","segment_id","name_es"')
    assert told["report_id"] in [
        row["id"] for row in document(adflux("list", "reports", "--json"))["reports"]
    ]


def test_the_whole_main_job_by_hand(up: Any, adflux: Run, tmp_path: Path) -> None:
    main_job("meta", up, adflux, tmp_path)


def test_the_same_on_google_ads(up: Any, one_after_another: Run, tmp_path: Path) -> None:
    main_job("google_ads", up, one_after_another, tmp_path)


def main_job(platform: str, up: Any, adflux: Run, tmp_path: Path) -> None:
    """From a file of postings to a closed campaign, by every verb that a person has."""
    source = f"by-hand-{platform}"
    feed = tmp_path / "feed.csv"
    feed.write_text(CSV)
    receipt = document(adflux("import", "postings", feed, "--source", source, "--json"), code=3)
    assert (receipt["read"], receipt["created"], receipt["quarantined"]) == (2, 1, 1)
    listed = document(adflux("list", "postings", "--json"))
    posting = next(row["id"] for row in listed["postings"] if row["source"] == source)
    clock = httpx.get(f"{up.noted['urls']['sandbox']}/_sandbox/clock", trust_env=False).json()
    plan = document(
        adflux(
            *("plan", "--posting", posting, "--budget", "COP 800000", "--days", 10),
            *("--start", clock["today"], "--as", "ana", "--platform", platform, "--json"),
        )
    )
    assert plan["worst_case"] == {"currency": "COP", "minor": 80_000_000}
    (campaign,) = plan["campaigns"]
    kind, field, units = BUDGETS[platform]
    assert next(one for one in campaign["payloads"] if one["kind"] == kind)[field] == units
    code, _, said = adflux("publish", plan["plan_id"])
    assert (code, said.count("\n")) == (2, 1)
    assert "not approved" in said
    approved = document(adflux("approve", plan["plan_id"], "--as", "luz", "--json"))
    assert approved["spec_hash"] == plan["spec_hash"]
    (published,) = document(adflux("publish", plan["plan_id"], "--json"))["publications"]
    assert published["state"] == "active"
    again = document(adflux("publish", plan["plan_id"], "--json"))["publications"]
    assert again[0]["external_ids"] == published["external_ids"]
    httpx.post(
        f"{up.noted['urls']['sandbox']}/_sandbox/clock", json={"advance_days": 3}, trust_env=False
    ).raise_for_status()
    now = httpx.get(f"{up.noted['urls']['sandbox']}/_sandbox/clock", trust_env=False).json()["today"]
    (window,) = document(
        adflux("sync", "--platform", platform, "--since", clock["today"], "--today", now, "--json")
    )["slices"]
    assert window["complete"]
    assert window["read"] > 0
    numbers_are_given_out(adflux, clock["today"], window["until"])
    number = published["publication_id"]
    caps = document(adflux("cap", "--platform", platform, "--day", "COP 5000000", "--as", "luz", "--json"))
    assert (caps["day"], caps["set_by"]) == ("COP 5,000,000.00", "luz")
    change = document(adflux("change", number, "--budget", "COP 900000", "--as", "ana", "--json"))
    assert change["campaigns"][0]["differs"] == ["budget: COP 800,000.00 → COP 900,000.00"]
    adflux("approve", change["plan_id"], "--as", "luz")
    (changed,) = document(adflux("publish", change["plan_id"], "--json"))["publications"]
    assert (changed["state"], changed["external_ids"]) == ("active", published["external_ids"])
    listed = document(adflux("list", "campaigns", "--json"))["campaigns"]
    assert [row["budget"] for row in listed if row["publication_id"] == number] == ["900000.00"]
    assert document(adflux("stop-all", "--json"))["publications"][0]["state"] == "paused"
    code, _, said = adflux("resume", number)
    assert (code, "adflux stop-all --release" in said) == (2, True)
    assert document(adflux("stop-all", "--release", "--json")) == {"released": "every account"}
    assert document(adflux("resume", number, "--json"))["publications"][0]["state"] == "active"
    assert document(adflux("pause", number, "--json"))["publications"][0]["state"] == "paused"
    assert document(adflux("close", number, "--json"))["publications"][0]["state"] == "closed"
    passed = document(adflux("converge", "--json"))
    assert (passed["doubtful"], passed["orphans"]) == ([], [])
    runs = {run["name"] for run in up.call("POST", "/flow_runs/filter", {})}
    assert {f"import feed.csv as {source}", f"publish plan {plan['plan_id']}", "converge everything"} <= runs


def test_people_get_tables_and_nothing_else_on_stdout(adflux: Run) -> None:
    code, out, said = adflux("doctor")
    assert (code, said) == (0, "")
    assert "PostgreSQL" in out
    assert "COP, America/Bogota" in out


MISTAKES = [
    (["import", "postings", "nowhere.csv", "--source", "x"], "nowhere.csv"),
    (["import", "postings", ".", "--source", "x"], "folder"),
    (["import", "postings", "x.csv", "--source", "two words"], "--source"),
    (["import", "postings", "x.csv", "--source", "x", "--format", "pdf"], "--format"),
    (["import", "postings"], "PATH"),
    (["plan", "--posting", "1", "--budget", "COP 800.000", "--days", "3"], "thousands"),
    (["plan", "--posting", "999999", "--budget", "COP 800000", "--days", "3"], "posting 999999"),
    (["plan", "--posting", "1", "--budget", "COP 800000", "--days", "0"], "--days 0"),
    (["approve", "999999", "--as", "ana"], "plan 999999"),
    (["pause", "999999"], "publication 999999"),
    (["sync", "--since", "yesterday"], "yesterday"),
    (["sync", "--since", "2026-01-02", "--until", "2026-01-01"], "swap"),
    (["export", "report", "--from", "2026-01-02", "--to", "2026-01-01"], "swap"),
    (["export", "metrics", "--from", "2026-01-01", "--to", "2026-01-02", "--as-of", "2026-01-02"], "instant"),
    (["export", "metrics", "--from", "2026-01-01", "--to", "2026-01-02", "--output", "no/x.csv"], "no/x.csv"),
    (
        ["export", "metrics", "--from", "2026-01-01", "--to", "2026-01-02", "--output", "/dev/full"],
        "No space",
    ),
    (["dance"], "dance"),
]


def test_every_mistake_is_one_line_with_exit_code_2(up: Any, one_after_another: Run) -> None:
    (up.home / "x.csv").write_text(CSV)
    for words, named in MISTAKES:
        code, out, said = one_after_another(*words)
        assert (code, out, said.count("\n")) == (2, "", 1), (words, out, said)
        assert said.startswith("adflux: "), words
        assert named in said, words


def test_a_database_that_is_down_is_one_line_with_exit_code_1(adflux: Run) -> None:
    code, out, said = adflux(
        "list", "postings", ADFLUX_DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/none"
    )
    assert (code, out) == (1, "")
    assert said.count("\n") == 1
    assert "127.0.0.1:1" in said
    assert "hunter2" not in said


def test_applications_come_in_by_hand(adflux: Run, tmp_path: Path) -> None:
    events = tmp_path / "eventos.csv"
    events.write_text("id;etapa;fecha;origen\n1;contratada;2026-10-05;\n2;contratada;2026-13-05;\n")
    receipt = document(adflux("import", "applications", events, "--json"), code=3)
    assert (receipt["read"], receipt["created"], receipt["quarantined"]) == (2, 1, 1)
    assert (receipt["attributed"], receipt["unattributed"]) == (0, {"missing": 1})
    events.write_text("id;fecha\n1;2026-10-05\n")
    code, _, said = adflux("import", "applications", events)
    assert (code, len(said.splitlines())) == (2, 1)
    assert "no column can be the step of the application" in said
