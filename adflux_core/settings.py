"""Every setting, and the only place that touches the process environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adflux_core.errors import ConfigurationError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Read from the environment, then from `.env`. `.env.example` lists each field; a test keeps it so."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    adflux_home: Path = Field(
        default_factory=lambda: user_data_path("adflux"),
        description="Where the embedded database, Prefect's state and the logs live.",
    )
    adflux_database_url: SecretStr | None = Field(
        default=None, description="Any PostgreSQL 14+; empty: an embedded one is started under ADFLUX_HOME."
    )
    adflux_dask_scheduler: str | None = Field(
        default=None,
        description="Dask scheduler on whose workers numbers of segments are tried; empty: here.",
    )
    adflux_log_format: Literal["text", "json"] = Field(
        default="text", description="json: each line of each log is one JSON object, for machines."
    )
    adflux_live: bool = Field(
        default=False, description="1 allows platforms outside this machine; needs ADFLUX_LIVE_ACCOUNTS too."
    )
    adflux_live_accounts: str = Field(
        default="", description="Comma-separated ad account ids that may be spent from when ADFLUX_LIVE=1."
    )
    adflux_quiescence_seconds: int = Field(
        default=900,
        ge=0,
        description="How long an unanswered create is looked for before it is tried again. Must "
        "exceed client timeout + longest in-flight delay + the platform's index lag.",
    )
    adflux_click_secret: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Signs the click ids of apply links; empty: a secret of this installation's database.",
    )
    adflux_dashboard_url: str | None = Field(
        default=None, description="Where people open the dashboard; `adflux up` and `adflux demo` set it."
    )
    adflux_oidc_metadata_url: str | None = Field(
        default=None,
        description="Where the OpenID Connect provider describes itself; empty: no login, this machine only.",
    )
    adflux_oidc_client_id: str | None = Field(default=None, description="What the provider calls AdFlux.")
    adflux_oidc_client_secret: SecretStr | None = Field(default=None, description="And the secret with it.")
    adflux_cookie_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Signs the sessions of the dashboard; empty: `adflux up` keeps one under ADFLUX_HOME.",
    )
    adflux_session_hours: float = Field(
        default=8, gt=0, le=24 * 30, description="How long a login to the dashboard lasts, in hours."
    )
    adflux_metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Who shows it may read /metrics of the dashboard; empty: nobody may.",
    )
    adflux_truth_url: str | None = Field(
        default=None, description="Where a pretended world tells what really happened; the demo sets it."
    )
    adflux_kept_pages_days: int = Field(
        default=90,
        ge=1,
        description="How long the platforms' replies with daily numbers are kept, to be parsed again.",
    )
    adflux_alert_urls: SecretStr | None = Field(
        default=None,
        description="Where alerts go, separated by blanks: jsons://…, https://hooks.slack.com/…, mailtos://…",
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        default=None, description="Where spans go, by OTLP over HTTP; needs adflux[otel]; empty: nowhere."
    )
    meta_graph_url: str | None = Field(
        default=None, description="Base URL of Meta's Graph API, or of the sandbox."
    )
    meta_access_token: SecretStr | None = Field(default=None, description="Access token of the system user.")
    meta_app_id: str | None = Field(default=None, description="The app's id; `adflux login meta` needs it.")
    meta_app_secret: SecretStr | None = Field(default=None, description="App secret; signs each call.")
    meta_ad_account_id: str | None = Field(
        default=None, description="Ad account, as act_123; several are separated by commas."
    )
    meta_page_id: str | None = Field(default=None, description="Facebook Page the ads speak for.")
    meta_conversion_action: str = Field(
        default="offsite_conversion.fb_pixel_submit_application",
        description="The one action type counted as an application: Meta reports each under several.",
    )
    google_ads_endpoint: str = Field(
        default="googleads.googleapis.com", description="Host of the Google Ads API, or of the sandbox."
    )
    google_ads_auth_uri: str = Field(
        default="https://accounts.google.com/o/oauth2/v2/auth",
        description="Where a person agrees; `adflux login google` leads there.",
    )
    google_ads_token_uri: str = Field(
        default="https://oauth2.googleapis.com/token", description="Where access tokens are renewed."
    )
    google_ads_ca_file: Path | None = Field(
        default=None, description="Certificates to trust instead of the built-in ones, as PEM."
    )
    google_ads_customer_id: str | None = Field(
        default=None, description="The ad account, ten digits, with or without dashes; several by commas."
    )
    google_ads_login_customer_id: str | None = Field(
        default=None, description="The manager account through which it is reached, if any."
    )
    google_ads_client_id: str | None = Field(default=None, description="OAuth client id.")
    google_ads_client_secret: SecretStr | None = Field(default=None, description="OAuth client secret.")
    google_ads_refresh_token: SecretStr | None = Field(
        default=None, description="OAuth refresh token of a user with access to the account."
    )
    google_ads_service_account_file: Path | None = Field(
        default=None, description="Key file of a service account, instead of the three before."
    )
    google_ads_developer_token: SecretStr | None = Field(
        default=None, description="Developer token; Google has not asked for one since September 2026."
    )
    google_ads_daily_operations: int = Field(
        default=2_880,
        ge=1,
        description="Operations Google lets the Cloud project do in 24 hours: 2880 with Explorer access.",
    )

    gemini_base_url: str = Field(
        default="https://generativelanguage.googleapis.com", description="Gemini, or the sandbox."
    )
    gemini_api_key: SecretStr | None = Field(
        default=None, description="Key of a paid Gemini project; without one, ads are written by template."
    )
    gemini_model: str = Field(
        default="gemini-3.8-flash", description="Which model writes; Google retires them after a year or so."
    )
    gemini_requests_per_minute: int = Field(
        default=60, ge=1, description="Calls the project may make in a minute."
    )
    gemini_requests_per_day: int = Field(
        default=1_500, ge=1, description="Calls the project may make from midnight to midnight, Pacific time."
    )
    gemini_usd_per_million_input_tokens: Decimal | None = Field(
        default=None, ge=0, description="What the model's input costs; empty: costs are not reckoned."
    )
    gemini_usd_per_million_output_tokens: Decimal | None = Field(
        default=None, ge=0, description="What its output costs, thoughts included."
    )

    def require(self, *names: str) -> None:
        """Raise ConfigurationError naming the first of the fields that is empty."""
        for name in names:
            if getattr(self, name) is None:
                raise ConfigurationError(f"{name.upper()} is not set: set it in the environment or in .env")

    def check_reach(self, url: str, account: str) -> None:
        """Refuse a platform outside this machine unless it was asked for by name.

        Raises ConfigurationError when `url` is not loopback and ADFLUX_LIVE is off or the account is
        not in ADFLUX_LIVE_ACCOUNTS.
        """
        if urlsplit(url).hostname in LOOPBACK:
            return
        allowed = {name.strip() for name in self.adflux_live_accounts.split(",")}
        if not self.adflux_live or account not in allowed:
            raise ConfigurationError(
                f"{urlsplit(url).hostname} is a live platform: set ADFLUX_LIVE=1 and add {account} to "
                "ADFLUX_LIVE_ACCOUNTS to spend real money"
            )


class ShownSetting(BaseModel):
    """A setting for people to read. `given`: somebody set it. `value` of a secret is always None."""

    model_config = ConfigDict(frozen=True)

    name: str
    secret: bool
    given: bool
    value: str | None


@cache
def settings() -> Settings:
    """The settings of this process. Raises ConfigurationError with the first bad field."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ConfigurationError(f"{str(first['loc'][0]).upper()}: {first['msg']}") from None


def secret_values() -> set[str]:
    """Every secret this process knows, for the log redactor."""
    current = settings()
    fields = (getattr(current, name) for name in type(current).model_fields)
    known = [field.get_secret_value() for field in fields if isinstance(field, SecretStr) and field]
    # One setting may hold several, separated by blanks.
    return {*known, *(part for whole in known for part in whole.split() if len(part) >= 8)}


def shown_settings() -> list[ShownSetting]:
    """Every setting of this process: of a secret whether it is set, of an address where it leads."""
    current = settings()
    shown = []
    for name, field in type(current).model_fields.items():
        value = getattr(current, name)
        secret = "SecretStr" in str(field.annotation)
        said = None if secret or value in {None, ""} else _bare(str(value))
        given = name in current.model_fields_set and value is not None
        shown.append(ShownSetting(name=name.upper(), secret=secret, given=given, value=said))
    return shown


def _bare(value: str) -> str:
    """An address may carry a name, a password or a token."""
    url = urlsplit(value)
    if not url.scheme or not url.netloc:
        return value
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"


def apply_environment(values: Mapping[str, str]) -> None:
    """Set variables for this process and its children, and read the settings anew."""
    os.environ.update(values)
    settings.cache_clear()


def default_environment(name: str, value: str) -> None:
    """Set a variable that a library reads when it is imported, unless somebody has set it."""
    os.environ.setdefault(name, value)


def child_environment(values: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `values` on top, for a process we start."""
    return {**os.environ, **values}
