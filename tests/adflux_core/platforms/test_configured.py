"""A platform is meant where its ad account is in the settings; none at all is an error."""

from __future__ import annotations

import pytest
from unhurried import Unhurried

from adflux_core.advertising import PlatformName
from adflux_core.errors import ConfigurationError
from adflux_core.platforms import REGISTRY, configured, open_platform
from adflux_core.settings import settings


def test_every_platform_is_registered() -> None:
    assert set(REGISTRY) == set(PlatformName)


@pytest.mark.parametrize(
    "accounts",
    [
        {PlatformName.META: "act_1"},
        {PlatformName.GOOGLE_ADS: "1"},
        {PlatformName.META: "act_1", PlatformName.GOOGLE_ADS: "1"},
    ],
)
def test_the_platforms_with_an_account_are_configured(
    accounts: dict[PlatformName, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, account in accounts.items():
        monkeypatch.setenv(REGISTRY[name].account_setting.upper(), account)
    settings.cache_clear()
    assert configured() == list(accounts)


def test_no_account_at_all_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match="META_AD_ACCOUNT_ID or GOOGLE_ADS_CUSTOMER_ID"):
        configured()


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "GOOGLE_ADS_CUSTOMER_ID is not set"),
        ({"GOOGLE_ADS_CUSTOMER_ID": "123"}, "ADFLUX_LIVE"),
        ({"GOOGLE_ADS_CUSTOMER_ID": "me"}, "not the number of an account"),
        (
            {"GOOGLE_ADS_CUSTOMER_ID": "1", "GOOGLE_ADS_ENDPOINT": "localhost:1"},
            "GOOGLE_ADS_CLIENT_ID is not set",
        ),
        (
            {
                "GOOGLE_ADS_CUSTOMER_ID": "1",
                "GOOGLE_ADS_ENDPOINT": "localhost:1",
                "GOOGLE_ADS_SERVICE_ACCOUNT_FILE": "nowhere.json",
            },
            "GOOGLE_ADS_SERVICE_ACCOUNT_FILE cannot be used",
        ),
    ],
)
def test_a_half_configured_google_says_what_is_missing(
    given: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match=missing):
        open_platform(PlatformName.GOOGLE_ADS, Unhurried())
