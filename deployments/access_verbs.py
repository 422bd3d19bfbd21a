"""`adflux grant`, `revoke`, `people`: who may use the dashboard, and as what."""

from __future__ import annotations

from typing import Any

import click

from adflux_core.access import Role
from adflux_core.schema.access import Person
from deployments.verbs import PERSON, verb

letting_in = click.Group()  # `adflux` takes its commands over


@letting_in.command()
@click.argument("account", metavar="EMAIL")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--as", "by", default=PERSON, help="Who grants it.")
@verb
def grant(account: str, role: str, by: str) -> Any:
    """Let somebody into the dashboard, or give them another role.

    A viewer looks; an analyst also brings in, writes and reports; an approver also decides what runs and is
    spent; an admin also lets people in.
    """
    from adflux_core import access

    return _shown(access.grant(account, Role(role), by))


@letting_in.command()
@click.argument("account", metavar="EMAIL")
@click.option("--as", "by", default=PERSON, help="Who takes it.")
@verb
def revoke(account: str, by: str) -> Any:
    """Take somebody's role; they can do nothing from then on, logged in or not."""
    from adflux_core import access

    return _shown(access.revoke(account, by))


@letting_in.command()
@verb
def people() -> Any:
    """Who may use the dashboard, as what, since when, and who said so."""
    from adflux_core import access

    return {"people": [_shown(one) for one in access.people()]}


def _shown(person: Person) -> dict[str, Any]:
    return {column.name: getattr(person, column.name) for column in Person.__table__.columns}
