"""The verbs of an ad's words: written, approved, withdrawn."""

from __future__ import annotations

from typing import Any

import click

from deployments.verbs import PERSON, PLATFORMS, checked, verb

creative = click.Group()  # `adflux` takes its commands over


@creative.command()
@click.option(
    "--posting",
    "postings",
    type=int,
    multiple=True,
    help="Its id; may be repeated. All without words by default.",
)
@click.option("--platform", type=click.Choice(PLATFORMS), help="One platform; all by default.")
@click.option("--language", type=click.Choice(["es", "en"]), help="One language; both by default.")
@click.option("--variants", type=click.IntRange(1, 5), default=2, help="Different ads of each; 2 by default.")
@verb
def write(postings: tuple[int, ...], **given: Any) -> Any:
    """Write ads for postings: by Gemini when it has a key, else by template."""
    from flows.generate_creatives import generate_creatives

    return {"written": checked(generate_creatives)(posting_ids=list(postings) or None, **given)}


@creative.command("approve-creative")
@click.argument("creative_id", metavar="CREATIVE", type=int)
@click.option("--as", "user", default=PERSON, help="Who approves it.")
@click.option("--withdraw", is_flag=True, help="Take an approval back.")
@verb
def approve_creative(creative_id: int, user: str, *, withdraw: bool) -> Any:
    """Let plans use these words; without any, they use the template."""
    from adflux_core.creative import reviewing

    (reviewing.withdraw_creative if withdraw else reviewing.approve_creative)(creative_id, user)
    return {"creative": creative_id, "approved": not withdraw}


@creative.command("check-posting")
@click.argument("posting_id", metavar="POSTING", type=int)
@click.option("--follow-link", is_flag=True, help="Also look whether anything answers where people apply.")
@verb
def check_posting(posting_id: int, *, follow_link: bool) -> Any:
    """Say what makes a posting hard to advertise, with a better title where there is one."""
    from adflux_core import reports

    return {"concerns": reports.posting_concerns(posting_id, "en", follow_link=follow_link)}
