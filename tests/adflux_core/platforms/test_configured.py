"""A platform is meant where its ad account is in the settings; none at all is an error."""

from __future__ import annotations

import pytest
from unhurried import Unhurried

from adflux_core.advertising import PlatformName
from adflux_core.errors import ConfigurationError, InputError, UnknownAccountError
from adflux_core.platforms import (
    REGISTRY,
    AccountKey,
    chosen_account,
    configured,
    configured_accounts,
    open_platform,
)
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


@pytest.mark.parametrize(
    "written", ["123-456-7890,1234567891", " 1234567890 , 1234567891 ", "1234567890 1234567891,1234567890"]
)
def test_several_accounts_are_named_by_one_setting(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_AD_ACCOUNT_ID", "act_1")
    monkeypatch.setenv("GOOGLE_ADS_CUSTOMER_ID", written)
    settings.cache_clear()
    ads = [AccountKey(PlatformName.GOOGLE_ADS, number) for number in ("1234567890", "1234567891")]
    meta = AccountKey(PlatformName.META, "act_1")
    assert configured_accounts() == [meta, *ads]
    assert configured_accounts(account_id="123-456-7891") == ads[1:]
    assert chosen_account(PlatformName.META) == meta
    with pytest.raises(InputError, match="by --account, of 1234567890, 1234567891"):
        chosen_account(PlatformName.GOOGLE_ADS)
    with pytest.raises(UnknownAccountError, match="no ad account 7: add it to GOOGLE_ADS_CUSTOMER_ID"):
        chosen_account(PlatformName.GOOGLE_ADS, "7")
