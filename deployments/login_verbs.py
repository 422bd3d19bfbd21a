"""`adflux login`: a credential is made and written to where settings are read from. Never shown."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from dotenv import set_key
from pydantic import SecretStr

from adflux_core.errors import AdfluxError, ConfigurationError, InputError
from adflux_core.settings import settings
from deployments.answers import answer, fail

FILE = click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".env"),
    show_default=True,
    help="The file of settings it is written to.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")


@click.group()
def login() -> None:
    """Make a credential for an ad platform and put it into the settings."""


@login.command("google")
@click.option("--no-browser", is_flag=True, help="Only say which address to open.")
@FILE
@AS_JSON
def login_google(*, no_browser: bool, file: Path, as_json: bool) -> None:
    """Agree in a browser; the refresh token becomes GOOGLE_ADS_REFRESH_TOKEN."""
    from adflux_core.platforms.google_ads.login import agree

    try:
        _writable(file)
        token, ends = agree(settings(), browser=not no_browser)
        _keep(file, "GOOGLE_ADS_REFRESH_TOKEN", token, ends, as_json=as_json)
    except AdfluxError as error:
        fail(error, as_json=as_json)


@login.command("meta")
@FILE
@AS_JSON
def login_meta(*, file: Path, as_json: bool) -> None:
    """Exchange a short-lived token, typed or piped in, for a long-lived one: META_ACCESS_TOKEN."""
    from adflux_core.platforms.meta.login import exchange

    try:
        _writable(file)
        token, ends = exchange(settings(), _asked_for())
        _keep(file, "META_ACCESS_TOKEN", token, ends, as_json=as_json)
    except AdfluxError as error:
        fail(error, as_json=as_json)


def _asked_for() -> SecretStr:
    """Never an argument: those stand in the shell's history and in every list of processes."""
    if sys.stdin.isatty():
        typed = click.prompt("Short-lived token", hide_input=True, err=True)
    else:
        typed = sys.stdin.readline()
    if not typed.strip():
        raise InputError("no token was given: type it, or pipe it in")
    return SecretStr(typed.strip())


def _writable(file: Path) -> None:
    """Known before a person has agreed: a token that cannot be kept is lost. Its secrets are its owner's."""
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}: choose another with --file") from None


def _keep(file: Path, setting: str, token: SecretStr, ends: datetime | None, *, as_json: bool) -> None:
    set_key(file, setting, token.get_secret_value())
    answer({"setting": setting, "file": file, "expires_at": ends}, as_json=as_json)
