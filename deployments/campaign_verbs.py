"""The verbs of a campaign's life: planned, approved, published, changed, stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.money import Money
from deployments.verbs import PARTLY, PERSON, PLATFORMS, Day, checked, verb

campaign = click.Group()  # `adflux` takes its commands over


@campaign.command()
@click.option(
    "--posting", "postings", type=int, multiple=True, required=True, help="Its id; may be repeated."
)
@click.option(
    "--platform",
    "platforms",
    type=click.Choice(PLATFORMS),
    multiple=True,
    help="May be repeated; every configured one by default.",
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    help="Which ad account, where a platform has several; may be repeated, one of each platform.",
)
@click.option("--budget", required=True, help='For the whole life of each campaign, as "COP 800000".')
@click.option("--days", type=int, required=True, help="How many days it runs.")
@click.option("--start", type=Day(), help="First day, in the account's calendar; tomorrow by default.")
@click.option("--segment", type=int, help="Whom they speak to; the plan pins its version.")
@click.option("--as", "author", default=PERSON, help="Who plans it.")
@verb
def plan(postings: tuple[int, ...], platforms: tuple[str, ...], budget: str, **given: Any) -> Any:
    """Show exactly what would be published. Changes nothing outside."""
    from adflux_core.campaigns.drafting import draft_plan
    from adflux_core.platforms import configured

    names = [PlatformName(name) for name in platforms] or configured()
    return draft_plan(postings, names, budget=Money.parse(budget), **given)


@campaign.command()
@click.argument("publication_id", metavar="PUBLICATION", type=int)
@click.option("--budget", required=True, help='The new budget for its whole life, as "COP 900000".')
@click.option("--as", "author", default=PERSON, help="Who plans it.")
@verb
def change(publication_id: int, budget: str, author: str) -> Any:
    """Plan another budget for a campaign that runs; `approve` and `publish` make it count."""
    from adflux_core.campaigns.changing import draft_budget_change

    return draft_budget_change(publication_id, Money.parse(budget), author)


@campaign.command()
@click.option("--platform", type=click.Choice(PLATFORMS), default=PLATFORMS[0], help="Whose account.")
@click.option("--account", help="Which, where the platform has several, such as act_123.")
@click.option("--campaign", help='The most one campaign may cost, as "COP 2000000".')
@click.option("--day", help="The most the account may spend on one of its days.")
@click.option("--month", help="The most it may spend in a month of its calendar.")
@click.option("--second-person-above", help="A plan for more is approved by somebody but its author.")
@click.option("--as", "actor", default=PERSON, help="Who sets them.")
@verb
def cap(platform: str, account: str | None, actor: str, **caps: str | None) -> Any:
    """Show what an ad account may spend at most, or change it."""
    from adflux_core.accounts import open_platform
    from adflux_core.campaigns.caps import caps_answer, set_caps

    opened = open_platform(PlatformName(platform), account).account()
    given = {name: Money.parse(amount) for name, amount in caps.items() if amount is not None}
    return caps_answer(set_caps(opened, actor, **given))


@campaign.command()
@click.argument("plan_id", metavar="PLAN", type=int)
@click.option("--as", "user", required=True, help="Who approves it.")
@verb
def approve(plan_id: int, user: str) -> dict[str, Any]:
    """Approve a plan as it stands."""
    from adflux_core.campaigns.approval import approve_plan

    return {"plan_id": plan_id, "spec_hash": approve_plan(plan_id, user), "approved_by": user}


@campaign.command()
@click.argument("plan_id", metavar="PLAN", type=int)
@verb
def publish(plan_id: int) -> tuple[Any, int]:
    """Publish an approved plan, once."""
    from flows.publish_campaign import publish_campaign

    outcomes = checked(publish_campaign)(plan_id=plan_id)
    return {"publications": outcomes}, _code(outcomes)


def _desire(name: str, state: DesiredState, help_: str) -> None:
    @campaign.command(name, help=help_)
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


@campaign.command("stop-all")
@click.option("--account", help="One ad account, such as act_123; all of them by default.")
@click.option("--release", is_flag=True, help="Take it back: campaigns may be published and resumed again.")
@verb
def stop_all(account: str | None, release: bool) -> tuple[Any, int]:
    """Pause everything that runs, and go on until the platforms confirm it.

    Nothing runs again, and nothing new, until --release; then each campaign by `adflux resume`.
    """
    from adflux_core.accounts import open_platform
    from adflux_core.publication import kill_switch
    from adflux_core.publication.stopping import stop_until_confirmed
    from adflux_core.settings import settings

    if release:
        kill_switch.release(PERSON, account)
        return {"released": account or "every account"}, 0
    # Not through Prefect: it must work, and at once, when that does not.
    quiescence = timedelta(seconds=settings().adflux_quiescence_seconds)
    stopped = stop_until_confirmed(PERSON, open_platform, quiescence=quiescence, account_id=account)
    off = all(one.state in {"paused", "closed"} for one in stopped.publications)
    return stopped, 0 if off and not stopped.still_on else PARTLY


def _code(outcomes: list[Any]) -> int:
    return 0 if all(outcome.state in {"active", "paused", "closed"} for outcome in outcomes) else PARTLY


@campaign.command()
@verb
def converge() -> tuple[Any, int]:
    """One pass over every publication, and a sweep for what belongs to none."""
    from flows.converge_campaigns import converge_campaigns

    passed = checked(converge_campaigns)()
    return passed, PARTLY if passed.doubtful else 0
