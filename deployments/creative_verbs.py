"""The verbs of an ad's words: written, approved, withdrawn."""

from __future__ import annotations

from pathlib import Path
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
@click.option("--segment", type=int, help="For whom: a segment by its id; for everybody by default.")
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


@creative.command("add-image")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "user", default=PERSON, help="Who brings it.")
@verb
def add_image(file: Path, user: str) -> Any:
    """Keep a picture for ads: looked into, and drawn anew without what was hidden in it."""
    from adflux_core.creative.images import add_image

    return {"image": add_image(_bytes_of(file), user)}


@creative.command("choose-image")
@click.argument("creative_id", metavar="CREATIVE", type=int)
@click.argument("image")
@click.option("--as", "user", default=PERSON, help="Who chooses it.")
@verb
def choose_image(creative_id: int, image: str, user: str) -> Any:
    """Make a new version of a creative with that picture; it is approved like any other."""
    from adflux_core.creative import reviewing

    return {"creative": reviewing.choose_image(creative_id, image, user)}


def _bytes_of(file: Path) -> bytes:
    """No more than what may be a picture. Raises InputError."""
    from adflux_core.creative.images import LARGEST
    from adflux_core.errors import InputError

    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}") from None


@creative.command("check-posting")
@click.argument("posting_id", metavar="POSTING", type=int)
@click.option("--follow-link", is_flag=True, help="Also look whether anything answers where people apply.")
@verb
def check_posting(posting_id: int, *, follow_link: bool) -> Any:
    """Say what makes a posting hard to advertise, with a better title where there is one."""
    from adflux_core import reports

    return {"concerns": reports.posting_concerns(posting_id, "en", follow_link=follow_link)}


@creative.command()
@click.option(
    "--language", type=click.Choice(["es", "en"]), default="es", help="es: Colombia; en: United States."
)
@click.option("--city", default="", help="One of the country's; any by default.")
@click.option("--sector", default="", help="retail, logistics, health or technology; any by default.")
@click.option("--postings", "postings_count", type=int, default=50, help="How many; 50 by default.")
@click.option("--candidates", "candidates_count", type=int, default=200, help="How many; 200 by default.")
@click.option("--seed", type=click.IntRange(0), default=1, help="The same seed makes the same world.")
@verb
def simulate(**given: Any) -> Any:
    """Make a world to try things on: postings and candidates, each marked as simulated."""
    from adflux_core.simulation.generating import Order

    # Starting Prefect takes seconds; that a city is unknown is known at once.
    order = Order(language=given["language"], city=given["city"], sector=given["sector"])
    order.cities()
    order.trades()
    from flows.simulate_data import simulate_data

    return checked(simulate_data)(**given)
