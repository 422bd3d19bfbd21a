"""The registry: one line a platform. Imported when first used, since an SDK can cost a second."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from adflux_core.advertising import AdPlatform, Governor, PlatformName
from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings


class Registered(NamedTuple):
    """Where the adapter is, and the setting that names its ad account.

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
    found = [name for name, one in REGISTRY.items() if getattr(settings(), one.account_setting)]
    if not found:
        accounts = " or ".join(one.account_setting.upper() for one in REGISTRY.values())
        raise ConfigurationError(
            f"no ad platform is configured: set {accounts} in the environment or in .env"
        )
    return found


def open_platform(name: PlatformName, governor: Governor) -> AdPlatform:
    """The configured account on that platform. Raises ConfigurationError when it is not configured.

    `adflux_core.accounts.open_platform` is the one that brings its governor along.
    """
    module, _, class_name = REGISTRY[name].adapter.partition(":")
    platform: AdPlatform = getattr(import_module(module), class_name)(settings(), governor)
    return platform
