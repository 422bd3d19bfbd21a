"""`adflux login`, as a person types it: the credential works, stands in the file and nowhere else."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from dotenv import dotenv_values

from adflux_core.settings import Settings
from sandbox.server import Sandbox

PROGRAM = "from deployments.cli import main; main()"


@dataclass
class Command:
    """`adflux login`, begun."""

    process: subprocess.Popen[str]

    def opened(self) -> str:
        """The address that it asks a person to open."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("http"):
                return line.strip()
        raise AssertionError("it named no address")

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self, typed: str | None = None) -> tuple[int, str, str]:
        said = self.process.communicate(typed, timeout=60)
        return (self.process.returncode, *said)


@pytest.fixture
def both() -> Iterator[Sandbox]:
    with Sandbox(seed=7, google_ads=True) as world:
        yield world


def adflux_login(here: Path, world: Sandbox, *words: str, **more: str) -> Command:
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    settings = {
        "META_GRAPH_URL": world.meta_graph_url,
        "META_APP_ID": world.meta_app_id,
        "META_APP_SECRET": world.meta_app_secret or "",
        "GOOGLE_ADS_AUTH_URI": world.google_ads_auth_uri,
        "GOOGLE_ADS_TOKEN_URI": world.google_ads_token_uri,
        "GOOGLE_ADS_CLIENT_ID": world.google_ads_client_id,
        "GOOGLE_ADS_CLIENT_SECRET": world.google_ads_client_secret,
        "OAUTHLIB_INSECURE_TRANSPORT": "1",  # its library speaks to nothing but https otherwise
        "no_proxy": "127.0.0.1",
    }
    return Command(
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "login", *words, "--json"],
            env={**inherited, "PYTHONPATH": str(Path(__file__).parents[2]), **settings, **more},
            cwd=here,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )


def agree(address: str) -> requests.Response:
    """What a browser does: it follows where Google sends it, back to the waiting command."""
    with requests.Session() as browser:
        browser.trust_env = False
        return browser.get(address, timeout=30)


def test_a_short_token_becomes_a_long_one(both: Sandbox, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# ours\nMETA_ACCESS_TOKEN=older\nMETA_PAGE_ID=1\n")
    with adflux_login(tmp_path, both, "meta") as begun:
        code, out, said = begun.end(both.account.short_lived_token + "\n")
    assert (code, said) == (0, "")
    told = json.loads(out)
    assert (told["setting"], told["file"]) == ("META_ACCESS_TOKEN", ".env")
    assert told["expires_at"] > "2026"
    assert dotenv_values(env) == {"META_ACCESS_TOKEN": both.meta_access_token, "META_PAGE_ID": "1"}
    assert env.read_text().startswith("# ours\n")
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert both.meta_access_token not in out + said


@pytest.mark.parametrize(
    ("typed", "settings", "why"),
    [
        ("", {}, "no token was given"),
        ("wrong", {}, "Error validating access token"),
        ("right", {"META_APP_SECRET": "another"}, "Error validating client secret"),
        ("right", {"META_APP_ID": ""}, "META_APP_ID is not set"),
        ("right", {"META_GRAPH_URL": "http://127.0.0.1:9"}, "does not answer"),
    ],
)
def test_what_meta_refuses_is_one_line(
    both: Sandbox, tmp_path: Path, typed: str, settings: dict[str, str], why: str
) -> None:
    typed = both.account.short_lived_token if typed == "right" else typed
    with adflux_login(tmp_path, both, "meta", **settings) as begun:
        code, out, said = begun.end(f"{typed}\n")
    assert code != 0
    assert out == ""
    assert re.fullmatch(rf"adflux: .*{why}.*\n", said), said
    assert dotenv_values(tmp_path / ".env") == {}
    assert not typed or typed not in said


def test_a_person_who_agrees_gives_a_refresh_token(both: Sandbox, tmp_path: Path) -> None:
    with adflux_login(tmp_path, both, "google", "--no-browser", "--file", "secrets.env") as begun:
        page = agree(begun.opened())
        assert (page.status_code, page.text) == (200, "Done. You may close this window.")
        code, out, said = begun.end()
    assert (code, said) == (0, "")
    assert json.loads(out) == {
        "setting": "GOOGLE_ADS_REFRESH_TOKEN",
        "file": "secrets.env",
        "expires_at": None,
    }
    kept = tmp_path / "secrets.env"
    assert dotenv_values(kept) == {"GOOGLE_ADS_REFRESH_TOKEN": both.google_ads_refresh_token}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_who_does_not_agree_is_told_so(both: Sandbox, tmp_path: Path) -> None:
    assert both.google_ads is not None
    both.google_ads.access.consent.refusing = True
    with adflux_login(tmp_path, both, "google", "--no-browser") as begun:
        agree(begun.opened())
        code, out, said = begun.end()
    assert (code, out) == (1, "")
    assert said == "adflux: Google: access_denied: try again, and agree to what is asked\n"


def test_a_file_that_cannot_be_written_is_known_before_anybody_agrees(both: Sandbox, tmp_path: Path) -> None:
    with adflux_login(tmp_path, both, "google", "--file", "nowhere/x.env") as begun:
        code, _, said = begun.end()
    assert (code, said) == (
        2,
        "adflux: nowhere/x.env: No such file or directory: choose another with --file\n",
    )
