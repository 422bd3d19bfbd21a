"""One dashboard with a login, and one without, for all the tests here that knock at either."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from oidc_provider import CLIENT, SECRET, Provider, provider
from served_dashboard import COOKIE_SECRET, METRICS_TOKEN, Served, served
from sqlalchemy import make_url

from adflux_core import access, database
from adflux_core.access import Role
from adflux_core.settings import settings

# Each role by somebody who has it.
PEOPLE = {role: f"{role}@example.com" for role in Role}


@pytest.fixture(scope="session")
def peopled_url(postgres: str, filled_template: str) -> str:
    """The sample, with a person of each role and one whose role was taken."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE peopled TEMPLATE {filled_template}")  # type: ignore[call-overload]
    url = make_url(postgres).set(database="peopled").render_as_string(hide_password=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADFLUX_DATABASE_URL", url)
        settings.cache_clear()
        for role, account in PEOPLE.items():
            access.grant(account, role, "test")
        access.grant("revoked@example.com", Role.APPROVER, "test")
        access.revoke("revoked@example.com", "test")
        database.engine().dispose()
    settings.cache_clear()
    return url


@pytest.fixture(scope="session")
def login_service() -> Iterator[Provider]:
    people = (*PEOPLE.values(), "stranger@example.com", "unconfirmed@example.com")
    with provider(*people, unconfirmed=("unconfirmed@example.com",)) as one:
        yield one


@pytest.fixture(scope="session")
def gated(
    peopled_url: str, login_service: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A dashboard into which people log in."""
    with served(
        tmp_path_factory.mktemp("gated"),
        peopled_url,
        ADFLUX_OIDC_METADATA_URL=login_service.metadata_url,
        ADFLUX_OIDC_CLIENT_ID=CLIENT,
        ADFLUX_OIDC_CLIENT_SECRET=SECRET,
        ADFLUX_COOKIE_SECRET=COOKIE_SECRET,
        ADFLUX_SESSION_HOURS="8",
        ADFLUX_METRICS_TOKEN=METRICS_TOKEN,
    ) as one:
        yield one


@pytest.fixture(scope="session")
def local(peopled_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard without a login."""
    with served(tmp_path_factory.mktemp("local"), peopled_url) as one:
        yield one
