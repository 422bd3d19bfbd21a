"""The seam to Google: certificates, tokens, proxies, timeouts, errors that can travel. Real client, TLS."""

from __future__ import annotations

import logging
import pickle
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from unhurried import Unhurried

from adflux_core.advertising import DesiredState
from adflux_core.errors import (
    AccountBlockedError,
    AmbiguousError,
    ConfigurationError,
    CredentialsError,
    PlatformError,
    ThrottledError,
    UnavailableError,
    ValidationError,
)
from adflux_core.platforms.google_ads import client as seam
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.settings import secret_values, settings
from sandbox.server import Sandbox

READ = {"method": "GRPC", "path": "GoogleAdsService/SearchStream", "times": 1}
WRITE = {"method": "GRPC", "path": "GoogleAdsService/Mutate", "times": 1}


def opened(monkeypatch: pytest.MonkeyPatch, **changes: str) -> GoogleAdsPlatform:
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return GoogleAdsPlatform(settings(), Unhurried())


def write(platform: GoogleAdsPlatform) -> None:
    """A change of a campaign that is not there: whatever fails before it is looked for, fails first."""
    platform.set_status("campaign", "1", DesiredState.PAUSED)


def test_the_account_is_read_over_tls(platform: GoogleAdsPlatform, google: Sandbox) -> None:
    account = platform.account()
    assert (account.external_id, account.currency) == (google.google_ads_customer_id, "COP")


def test_an_account_that_is_not_ours_is_a_matter_of_permission(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = opened(monkeypatch, GOOGLE_ADS_CUSTOMER_ID="9999999999")
    with pytest.raises(CredentialsError, match="permission") as refused:
        stranger.account()
    assert not refused.value.retriable


def test_a_suspended_account_says_so_and_rests(platform: GoogleAdsPlatform, google: Sandbox) -> None:
    google.control("POST", "google_ads", {"customer_status": "SUSPENDED"})
    with pytest.raises(AccountBlockedError, match="suspended"):
        write(platform)
    assert platform.account().currency == "COP"  # what is known can still be looked at


def test_another_certificate_is_not_trusted(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    stranger = opened(monkeypatch, GOOGLE_ADS_CA_FILE=str(tmp_path / "other.pem"))
    with pytest.raises(UnavailableError, match="certificate is not trusted"):
        stranger.account()
    with pytest.raises(UnavailableError):  # nothing was sent, so nothing is in doubt
        write(stranger)


def test_a_file_of_certificates_that_is_not_there_is_named(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="GOOGLE_ADS_CA_FILE"):
        opened(monkeypatch, GOOGLE_ADS_CA_FILE="nowhere.pem")


def test_nobody_there_is_no_doubt(google: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        write(opened(monkeypatch, GOOGLE_ADS_ENDPOINT="localhost:1"))


def test_a_proxy_of_the_environment_is_not_on_the_way_to_this_machine(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    seam.connect.cache_clear()
    assert opened(monkeypatch).account().currency == "COP"


def test_a_service_account_asks_for_its_token_where_its_key_says(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_ADS_CLIENT_ID", "GOOGLE_ADS_CLIENT_SECRET", "GOOGLE_ADS_REFRESH_TOKEN"):
        monkeypatch.delenv(name)
    by_key = opened(monkeypatch, GOOGLE_ADS_SERVICE_ACCOUNT_FILE=google.google_ads_service_account_file)
    # What it signs carries the time of this machine's clock, which is not this world's.
    with suppress(CredentialsError):
        by_key.account()
    assert google.control("GET", "calls")["calls"][0]["path"] == "token"


def test_a_revoked_token_is_a_matter_of_credentials_and_not_of_patience(
    google: Sandbox, platform: GoogleAdsPlatform
) -> None:
    google.control("POST", "google_ads", {"refresh_token_revoked": True})
    with pytest.raises(CredentialsError, match="GOOGLE_ADS_REFRESH_TOKEN") as refused:
        platform.account()
    assert refused.value.code == "invalid_grant"
    assert not refused.value.retriable


def test_a_token_service_that_breaks_is_asked_again_later(
    google: Sandbox, platform: GoogleAdsPlatform
) -> None:
    google.control("POST", "faults", {"method": "POST", "path": "token", "times": 9, "kind": "plain_500"})
    with pytest.raises(UnavailableError):
        write(platform)


@pytest.mark.parametrize("times", [1, 9])
def test_a_token_that_expired_by_googles_clock_is_renewed_once(
    times: int, google: Sandbox, platform: GoogleAdsPlatform
) -> None:
    expired = {"kind": "google_ads_error", "category": "authentication_error", "name": "OAUTH_TOKEN_EXPIRED"}
    google.control("POST", "faults", READ | expired | {"times": times})
    if times == 1:
        assert platform.account().currency == "COP"
    else:
        with pytest.raises(CredentialsError):
            platform.account()
    called = [call["path"] for call in google.control("GET", "calls")["calls"]]
    assert called == ["token", "GoogleAdsService/SearchStream"] * 2


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_server_that_hangs_ends_in_doubt_after_the_timeout(
    after_commit: bool, google: Sandbox, platform: GoogleAdsPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.account()
    monkeypatch.setattr(seam, "TIMEOUT", 0.5)
    google.control("POST", "faults", WRITE | {"kind": "hung", "after_commit": after_commit})
    with pytest.raises(AmbiguousError):
        write(platform)


def test_a_hung_read_changed_nothing(
    google: Sandbox, platform: GoogleAdsPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seam, "STREAM_TIMEOUT", 0.5)
    google.control("POST", "faults", READ | {"kind": "hung"})
    with pytest.raises(UnavailableError):
        platform.account()


@pytest.mark.parametrize(
    ("fault", "read", "written"),
    [
        ({"kind": "grpc_status"}, UnavailableError, AmbiguousError),
        ({"kind": "google_ads_error"}, UnavailableError, AmbiguousError),
        ({"kind": "quota", "seconds": 7}, ThrottledError, ThrottledError),
        ({"kind": "concurrent_modification"}, UnavailableError, UnavailableError),
        (
            {"kind": "google_ads_error", "category": "authorization_error", "name": "USER_PERMISSION_DENIED"},
            CredentialsError,
            CredentialsError,
        ),
        (
            {"kind": "google_ads_error", "category": "authorization_error", "name": "MISSING_TOS"},
            AccountBlockedError,
            AccountBlockedError,
        ),
        (
            {"kind": "google_ads_error", "category": "string_length_error", "name": "TOO_LONG"},
            ValidationError,
            ValidationError,
        ),
    ],
    ids=lambda value: value.get("name", value["kind"]) if isinstance(value, dict) else "",
)
def test_every_failure_is_one_of_ours_and_can_travel(
    fault: dict[str, object],
    read: type[PlatformError],
    written: type[PlatformError],
    google: Sandbox,
    platform: GoogleAdsPlatform,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for path, kind in ((READ, read), (WRITE, written)):
        google.control("POST", "faults", path | fault)
        with pytest.raises(PlatformError) as raised:
            platform.account() if path is READ else write(platform)
        error = raised.value
        assert type(error) is kind
        assert error.request_id or fault["kind"] == "grpc_status"
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert (type(copy), str(copy), copy.request_id) == (kind, str(error), error.request_id)
        told = "".join(traceback.format_exception(error))
        assert not [secret for secret in secret_values() if secret in told]
    ours = [one for one in caplog.records if not one.name.startswith("sandbox")]
    logged = " ".join(one.getMessage() for one in ours)
    assert not [secret for secret in secret_values() if secret in logged]
    assert not [one for one in ours if one.name.startswith("google.ads")]


def test_a_quota_says_how_long_and_rests_the_account(
    google: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhurried = Unhurried()
    platform = GoogleAdsPlatform(settings(), unhurried)
    google.control("POST", "faults", READ | {"kind": "quota", "seconds": 7})
    with pytest.raises(ThrottledError) as throttled:
        platform.account()
    assert throttled.value.retry_after == 7
    assert unhurried.noted[-1].blocked_for == 7


def test_one_channel_serves_everybody(google: Sandbox) -> None:
    first, second = (GoogleAdsPlatform(settings(), Unhurried()) for _ in range(2))
    assert first._client._connection is second._client._connection
