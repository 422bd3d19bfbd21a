"""The registry: one line a platform. Imported when first used, since an SDK can cost a second."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from adflux_core.advertising import AdPlatform, Governor, PlatformName
from adflux_core.errors import ConfigurationError, InputError, UnknownAccountError
from adflux_core.settings import Settings, settings


class AccountKey(NamedTuple):
    """Which ad account; the id as its platform writes it."""

    platform: PlatformName
    account_id: str

    def __str__(self) -> str:
        return f"{self.platform} {self.account_id}"


class Registered(NamedTuple):
    """Where the adapter is, and the setting that names its ad accounts.

    Where that is set, the platform is meant, and whatever else is missing is an error that says so; where it
    is not, the platform is none of ours.
    """

    adapter: str  # module:class
    account_setting: str


REGISTRY: dict[PlatformName, Registered] = {
    PlatformName.META: Registered("adflux_core.platforms.meta.adapter:MetaPlatform", "meta_ad_account_id"),
    PlatformName.GOOGLE_ADS: Registered(
        "adflux_core.platforms.google_ads.adapter:GoogleAdsPlatform", "google_ads_customer_id"
    ),
}


def configured() -> list[PlatformName]:
    """The platforms that have an ad account in the settings. Raises ConfigurationError when none has."""
    return list(dict.fromkeys(one.platform for one in configured_accounts()))


def configured_accounts(name: PlatformName | None = None, account_id: str | None = None) -> list[AccountKey]:
    """The ad accounts in the settings: all, those of a platform, or the one of that id.

    Raises ConfigurationError when there is none; UnknownAccountError when it is not that one.
    """
    names = [name] if name else list(REGISTRY)
    found = [AccountKey(one, each) for one in names for each in _account_ids(one)]
    wanted = " or ".join(REGISTRY[one].account_setting.upper() for one in names)
    if not found:
        raise ConfigurationError(f"no ad account is configured: set {wanted} in the environment or in .env")
    if account_id is None:
        return found
    named = [one for one in found if one.account_id == _plain(account_id)]
    if not named:
        raise UnknownAccountError(f"the settings name no ad account {account_id}: add it to {wanted}")
    return named


def chosen_account(name: PlatformName, account_id: str | None = None) -> AccountKey:
    """That account of the platform, or the only one it has. Raises InputError when one must be chosen."""
    found = configured_accounts(name, account_id)
    if len(found) > 1:
        ids = ", ".join(one.account_id for one in found)
        raise InputError(f"{name} has {len(found)} ad accounts: say which by --account, of {ids}")
    return found[0]


def open_platform(name: PlatformName, governor: Governor, account_id: str | None = None) -> AdPlatform:
    """That ad account on the platform; without an id, the only one. Raises as `chosen_account` does.

    `adflux_core.accounts.open_platform` is the one that brings its governor along.
    """
    module, _, class_name = REGISTRY[name].adapter.partition(":")
    known = settings_of(name, account_id)
    platform: AdPlatform = getattr(import_module(module), class_name)(known, governor)
    return platform


def settings_of(name: PlatformName, account_id: str | None = None) -> Settings:
    """The settings as if that account were the platform's only one: an adapter is of one."""
    if not _account_ids(name):
        return settings()  # the adapter says what is missing
    chosen = chosen_account(name, account_id).account_id
    return settings().model_copy(update={REGISTRY[name].account_setting: chosen})


def _account_ids(name: PlatformName) -> list[str]:
    """As people write them: separated by commas or blanks, each once."""
    named: str = getattr(settings(), REGISTRY[name].account_setting) or ""
    return list(dict.fromkeys(map(_plain, named.replace(",", " ").split())))


def _plain(account_id: str) -> str:
    """Google shows its numbers with dashes, and takes them without."""
    digits = account_id.replace("-", "")
    return digits if digits.isdecimal() else account_id
