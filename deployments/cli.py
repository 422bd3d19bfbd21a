"""The `adflux` command: the same verbs as the dashboard and the deployments, each running the same flow.

stdout carries the answer, stderr everything else. Exit codes: 0 done, 1 failed, 2 bad usage or input,
3 done in part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.errors import AdfluxError, InputError
from adflux_core.money import Money
from deployments.answers import answer, fail
from deployments.workplace import workplace

PARTLY = 3
STOP_ROUNDS = 5
PLATFORMS = [name.value for name in PlatformName]
PERSON = "adflux command"


class Day(click.ParamType[date]):
    """A day as 2026-10-31."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day: write it as 2026-10-31", param, ctx)


def verb(function: Callable[..., Any]) -> Callable[..., None]:
    """A verb works in the workplace, answers with what it returns, and fails in one line.

    A verb that did its work in part returns (answer, 3).
    """

    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
    @wraps(function)
    def run(*, as_json: bool, **given: Any) -> None:
        try:
            with workplace():
                value = function(**given)
        except AdfluxError as error:
            fail(error, as_json=as_json)
        code = 0
        if isinstance(value, tuple):
            value, code = value
        answer(value, as_json=as_json)
        sys.exit(code)

    return run


def checked(flow: Any) -> Callable[..., Any]:
    """The flow, whose own refusal of a parameter becomes an InputError in one line."""

    def run(**given: Any) -> Any:
        from prefect.exceptions import ParameterTypeError

        try:
            if sys.stderr.isatty():
                Console(stderr=True).print(
                    "[dim]Prefect takes a few seconds; beside `adflux up` it is quicker"
                )
            return flow(**given)
        except ParameterTypeError as error:
            _, _, first = str(error).partition(" - ")
            name, _, why = first.partition("\n")[0].partition(": ")
            raise InputError(f"--{name} {given.get(name)}: {why[:1].lower()}{why[1:]}") from None

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def adflux() -> None:
    """Turn job postings into lawful, live job ads, and see what each application cost."""


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


@adflux.command()
@click.option(
    "--posting", "postings", type=int, multiple=True, required=True, help="Its id; may be repeated."
)
@click.option("--platform", "platforms", type=click.Choice(PLATFORMS), multiple=True, default=PLATFORMS)
@click.option("--budget", required=True, help='For the whole life of each campaign, as "COP 800000".')
@click.option("--days", type=int, required=True, help="How many days it runs.")
@click.option("--start", type=Day(), help="First day, in the account's calendar; tomorrow by default.")
@click.option("--as", "author", default=PERSON, help="Who plans it.")
@verb
def plan(postings: tuple[int, ...], platforms: tuple[str, ...], budget: str, **given: Any) -> Any:
    """Show exactly what would be published. Changes nothing outside."""
    from adflux_core.campaigns.drafting import draft_plan

    names = [PlatformName(name) for name in platforms]
    return draft_plan(postings, names, budget=Money.parse(budget), **given)


@adflux.command()
@click.argument("publication_id", metavar="PUBLICATION", type=int)
@click.option("--budget", required=True, help='The new budget for its whole life, as "COP 900000".')
@click.option("--as", "author", default=PERSON, help="Who plans it.")
@verb
def change(publication_id: int, budget: str, author: str) -> Any:
    """Plan another budget for a campaign that runs; `approve` and `publish` make it count."""
    from adflux_core.campaigns.changing import draft_budget_change

    return draft_budget_change(publication_id, Money.parse(budget), author)


@adflux.command()
@click.option("--platform", type=click.Choice(PLATFORMS), default=PLATFORMS[0], help="Whose account.")
@click.option("--campaign", help='The most one campaign may cost, as "COP 2000000".')
@click.option("--day", help="The most the account may spend on one of its days.")
@click.option("--month", help="The most it may spend in a month of its calendar.")
@click.option("--second-person-above", help="A plan for more is approved by somebody but its author.")
@click.option("--as", "actor", default=PERSON, help="Who sets them.")
@verb
def cap(platform: str, actor: str, **caps: str | None) -> Any:
    """Show what an ad account may spend at most, or change it."""
    from adflux_core.campaigns.caps import caps_answer, set_caps
    from adflux_core.platforms import open_platform

    account = open_platform(PlatformName(platform)).account()
    given = {name: Money.parse(amount) for name, amount in caps.items() if amount is not None}
    return caps_answer(set_caps(account, actor, **given))


@adflux.command()
@click.argument("plan_id", metavar="PLAN", type=int)
@click.option("--as", "user", required=True, help="Who approves it.")
@verb
def approve(plan_id: int, user: str) -> dict[str, Any]:
    """Approve a plan as it stands."""
    from adflux_core.campaigns.approval import approve_plan

    return {"plan_id": plan_id, "spec_hash": approve_plan(plan_id, user), "approved_by": user}


@adflux.command()
@click.argument("plan_id", metavar="PLAN", type=int)
@verb
def publish(plan_id: int) -> tuple[Any, int]:
    """Publish an approved plan, once."""
    from flows.publish_campaign import publish_campaign

    outcomes = checked(publish_campaign)(plan_id=plan_id)
    return {"publications": outcomes}, _code(outcomes)


def _desire(name: str, state: DesiredState, help_: str) -> None:
    @adflux.command(name, help=help_)
    @click.argument("publication_id", metavar="PUBLICATION", type=int)
    @verb
    def command(publication_id: int) -> tuple[Any, int]:
        from adflux_core.publication.orders import desire
        from flows.converge_campaigns import converge_campaigns

        desire(publication_id, state, PERSON)
        passed = checked(converge_campaigns)(publication_id=publication_id)
        outcomes = [*passed.converged, *passed.doubtful]
        return {"publications": outcomes}, _code(outcomes)


_desire("pause", DesiredState.PAUSED, "Stop a publication; `resume` runs it again.")
_desire("resume", DesiredState.ACTIVE, "Run a paused publication again.")
_desire("close", DesiredState.CLOSED, "End a publication for good.")


@adflux.command("stop-all")
@click.option("--account", help="One ad account, such as act_123; all of them by default.")
@verb
def stop_all(account: str | None) -> tuple[Any, int]:
    """Pause everything that runs, and go on until the platforms confirm it."""
    from adflux_core.publication import orders
    from flows.converge_campaigns import converge_campaigns

    wanted = set(orders.stop_all(PERSON, account))
    stopped: dict[int, Any] = {}
    failure: AdfluxError | None = None
    for _ in range(STOP_ROUNDS):
        try:
            passed = checked(converge_campaigns)()
        except AdfluxError as error:
            failure = error
            continue
        outcomes = {one.publication_id: one for one in [*passed.converged, *passed.doubtful]}
        stopped |= {one: outcomes[one] for one in wanted & outcomes.keys()}
        if all(one.state == "paused" for one in stopped.values()):
            return {"publications": list(stopped.values())}, 0
    if failure is not None and not stopped:
        raise failure
    return {"publications": list(stopped.values())}, PARTLY


def _code(outcomes: list[Any]) -> int:
    return 0 if all(outcome.state in {"active", "paused", "closed"} for outcome in outcomes) else PARTLY


@adflux.command()
@verb
def converge() -> tuple[Any, int]:
    """One pass over every publication, and a sweep for what belongs to none."""
    from flows.converge_campaigns import converge_campaigns

    passed = checked(converge_campaigns)()
    return passed, PARTLY if passed.doubtful else 0


@adflux.command()
@click.option("--platform", type=click.Choice(PLATFORMS), help="One platform; all by default.")
@click.option("--since", type=Day(), help="First day; 28 days before the last by default.")
@click.option("--until", type=Day(), help="Last day; yesterday by default.")
@click.option("--today", type=Day(), help="The account's day this runs on.")
@verb
def sync(platform: str | None, **window: date | None) -> Any:
    """Read daily numbers and make ours equal to them."""
    from flows.sync_metrics import sync_metrics

    return {"slices": checked(sync_metrics)(platform=platform, **window)}


@adflux.command(name="list")
@click.argument("what", type=click.Choice(["postings", "campaigns", "publications"]))
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="At most so many; 50 by default.")
@verb
def list_(what: str, limit: int) -> Any:
    """Show what there is."""
    from adflux_core import reports

    if what == "postings":
        page = reports.postings(limit=limit)
        return {"total": page.total, "postings": page.rows}
    return {what: (reports.campaigns() if what == "campaigns" else reports.publications())[:limit]}


@adflux.command()
@verb
def doctor() -> tuple[Any, int]:
    """Check everything AdFlux needs, and say how to mend what is broken."""
    from deployments.doctor import examine

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
        click.echo(f"adflux: {error.format_message()}{where}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("adflux: stopped; whatever was committed stands, the rest never happened", err=True)
        sys.exit(130)
