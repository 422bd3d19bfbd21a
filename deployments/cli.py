"""The `adflux` command: the same verbs as the dashboard and the deployments, each running the same flow.

stdout carries the answer, stderr everything else. Exit codes: 0 done, 1 failed, 2 bad usage or input,
3 done in part.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from adflux_core.errors import AdfluxError, InputError
from deployments.access_verbs import letting_in
from deployments.alert_verbs import alerting
from deployments.answers import answer, complain, fail
from deployments.campaign_verbs import campaign
from deployments.creative_verbs import creative
from deployments.export_verbs import export
from deployments.login_verbs import login
from deployments.serving_verbs import serving
from deployments.verbs import PARTLY, PLATFORMS, Day, checked, verb


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def adflux() -> None:
    """Turn job postings into lawful, live job ads, and see what each application cost."""


for command in (
    *campaign.commands.values(),
    *creative.commands.values(),
    *alerting.commands.values(),
    *letting_in.commands.values(),
    *serving.commands.values(),
    export,
    login,
):
    adflux.add_command(command)


@adflux.group(name="import")
def import_() -> None:
    """Bring something in from a file."""


@import_.command("postings")
@click.argument("file", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Whose postings these are.")
@click.option("--format", help="csv, indeed-xml, json-ld, rss, greenhouse, lever or ashby; else detected.")
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file that names the columns.")
@click.option("--currency", help="What a bare $ means in this file, such as COP.")
@click.option("--full", is_flag=True, help="All open postings are in it; absent twice in a row closes.")
@click.option("--force", is_flag=True, help="Accept a full feed that has shrunk by more than half.")
@verb
def import_postings(file: Path, format: str | None, **given: Any) -> tuple[Any, int]:
    """Import job postings; every row ends up in the receipt."""
    from adflux_core.postings import PostingFormat, look_at

    # Starting Prefect takes seconds; that a file is none is known at once.
    known = PostingFormat(format) if format in set(PostingFormat) else None
    look_at(file, known, with_mapping=given["mapping"] is not None)
    from flows.import_postings import import_postings as flow

    receipt = checked(flow)(file=file.absolute(), format=format, **given)
    return receipt, PARTLY if receipt.quarantined else 0


@import_.command("candidates")
@click.argument("file", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--source", default="candidates", help="Where these people come from: their ids hold there.")
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file that names the columns.")
@verb
def import_candidates(file: Path, **given: Any) -> tuple[Any, int]:
    """Import candidates; every row ends up in the receipt."""
    from adflux_core.candidates import look_at

    look_at(file)
    from flows.import_candidates import import_candidates as flow

    receipt = checked(flow)(file=file.absolute(), **given)
    return receipt, PARTLY if receipt.quarantined else 0


@import_.command("applications")
@click.argument("file", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--source", default="ats", help="Whose applications these are: ids hold within it; ats.")
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file that names the columns.")
@verb
def import_applications(file: Path, **given: Any) -> tuple[Any, int]:
    """Import what became of applications: events of an applicant tracking system."""
    from adflux_core.applications import look_at

    look_at(file, with_mapping=given["mapping"] is not None)
    from flows.import_applications import import_applications as flow

    receipt = checked(flow)(file=file.absolute(), **given)
    return receipt, PARTLY if receipt.quarantined else 0


@adflux.command()
@click.option("--platform", type=click.Choice(PLATFORMS), help="One platform; all by default.")
@click.option("--account", help="One ad account, such as act_123; all by default.")
@click.option("--since", type=Day(), help="First day; --days before the last by default.")
@click.option("--until", type=Day(), help="Last day; yesterday by default.")
@click.option("--today", type=Day(), help="The account's day this runs on.")
@click.option("--days", type=click.IntRange(1), default=30, help="How many whole days without --since; 30.")
@verb
def sync(platform: str | None, **window: Any) -> Any:
    """Read daily numbers and make ours equal to them."""
    from flows.sync_metrics import sync_metrics

    return {"slices": checked(sync_metrics)(platform=platform, **window)}


@adflux.command()
@click.argument("receipt", type=click.IntRange(1), required=False)
@click.option("--since", type=Day(), help="First day; the first that was ever read by default.")
@click.option("--until", type=Day(), help="Last day; the last that was read by default.")
@verb
def reparse(receipt: int | None, **window: Any) -> tuple[Any, int]:
    """Parse kept pages again, of a receipt or a window, and make the stored rows equal to them."""
    from adflux_core.accounts import open_platform
    from adflux_core.metrics.reparsing import readings
    from adflux_core.metrics.reparsing import reparse as parse_again

    if not any([receipt, *window.values()]):
        raise InputError("say what to parse again: a receipt's number, --since or --until")
    done = [
        one
        for account, receipts in readings(slice_id=receipt, **window).items()
        for slice_id, days in receipts.items()
        for one in parse_again(open_platform(*account), slice_id, days)
    ]
    return {"reparsed": done}, PARTLY if any(one.reason for one in done) else 0


@adflux.command()
@click.option("--today", type=Day(), help="The day that decides whose data may be kept.")
@click.option("--fewest", type=click.IntRange(2, 40), default=2, help="Smallest number of segments; 2.")
@click.option("--most", type=click.IntRange(2, 40), default=12, help="Largest number of segments; 12.")
@verb
def segment(**given: Any) -> tuple[Any, int]:
    """Find groups among the candidates, or say why there are none."""
    from flows.segment_candidates import segment_candidates

    found = checked(segment_candidates)(**given)
    return found, PARTLY if found.refused else 0


@adflux.command()
@click.option("--segment", required=True, type=click.IntRange(1), help="Whose people; the newest version.")
@click.option("--purpose", required=True, help="The purpose that people agreed to, as in their consent.")
@click.option("--account", help="Meta's ad account, such as act_123; the only one by default.")
@click.option("--as", "person", required=True, metavar="USER", help="Who answers for it.")
@verb
def audience(segment: int, purpose: str, account: str | None, person: str) -> Any:
    """Copy a segment's consented people to Meta as hashes, or send what changed of them since."""
    from adflux_core.audiences.requesting import request_audience

    wanted = request_audience(segment, purpose, person, account_id=account)
    from flows.sync_audiences import sync_audiences

    return {"audiences": checked(sync_audiences)(audience_id=wanted)}


@adflux.command("erase-candidate")
@click.argument("candidates", type=click.IntRange(1), nargs=-1, required=True)
@verb
def erase_candidate(candidates: tuple[int, ...]) -> tuple[Any, int]:
    """Remove people from every table, search them all, and take the people out of every audience."""
    from adflux_core.audiences.sending import sync_audience
    from adflux_core.candidates.erasing import erase_candidates

    erased = erase_candidates(candidates)
    removals, code = [], 0
    for audience in erased.audiences:
        try:
            removals.append(sync_audience(audience))
        except AdfluxError as failure:  # they are erased; what is left to do stays on record
            code = PARTLY
            complain(f"audience {audience}: {failure}; the next pass tries again")
    return {**erased.model_dump(), "removals": removals}, code


LISTS = ["postings", "creatives", "campaigns", "publications", "reports", "segments", "matches", "audiences"]


@adflux.command(name="list")
@click.argument("what", type=click.Choice(LISTS))
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="At most so many; 50 by default.")
@verb
def list_(what: str, limit: int) -> Any:
    """Show what there is."""
    from adflux_core import reports

    if what == "postings":
        page = reports.postings(limit=limit)
        return {"total": page.total, "postings": page.rows}
    if what == "reports":
        return {what: reports.kept_reports(limit=limit)}
    if what == "segments":
        return {what: reports.segments()[:limit]}
    if what == "matches":
        return {what: reports.segment_matches(limit=limit)}
    if what == "audiences":
        return {what: reports.audiences()[:limit]}
    if what == "creatives":
        return {what: reports.creatives(limit=limit)}
    return {what: (reports.campaigns() if what == "campaigns" else reports.publications())[:limit]}


@adflux.command()
@verb
def doctor() -> tuple[Any, int]:
    """Check everything AdFlux needs, and say how to mend what is broken."""
    from adflux_core.doctor.examining import examine

    checks = examine(datetime.now().astimezone())
    return {"checks": checks}, 0 if all(check.ok for check in checks) else 1


@adflux.command()
@click.option("--once", is_flag=True, help="Exit after the run; else everything stays up until Ctrl-C.")
@click.option("--reset", is_flag=True, help="Forget what an earlier demo made.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
def demo(*, once: bool, reset: bool, as_json: bool) -> None:
    """The whole main job on this machine, against the sandbox."""
    from deployments.demo import run_demo

    try:
        run_demo(once=once, reset=reset, show=lambda value: answer(value, as_json=as_json))
    except AdfluxError as error:
        fail(error, as_json=as_json)


@adflux.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
def up(*, as_json: bool) -> None:
    """Database, Prefect, worker and dashboard against the configured platforms, until Ctrl-C."""
    from deployments.demo import run_services

    try:
        run_services(show=lambda value: answer(value, as_json=as_json))
    except AdfluxError as error:
        fail(error, as_json=as_json)


def main() -> None:
    """The entry point: click's own failures become one line, too."""
    try:
        adflux(standalone_mode=False)
    except click.ClickException as error:
        where = (
            f" (see `{error.ctx.command_path} --help`)"
            if isinstance(error, click.UsageError) and error.ctx
            else ""
        )
        complain(f"{error.format_message()}{where}")
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        complain("stopped; whatever was committed stands, the rest never happened")
        sys.exit(130)
