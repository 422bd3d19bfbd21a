"""The registry: one line a platform. Imported when first used, since an SDK can cost a second."""

from __future__ import annotations

from importlib import import_module

from adflux_core.advertising import AdPlatform, Governor, PlatformName
from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings

REGISTRY: dict[PlatformName, str] = {
    PlatformName.META: "adflux_core.platforms.meta.adapter:MetaPlatform",
    PlatformName.GOOGLE_ADS: "adflux_core.platforms.google_ads.adapter:GoogleAdsPlatform",
}
# The setting that names a platform's ad account. Where it is set, the platform is meant, and whatever else
# is missing is an error that says so; where it is not, the platform is none of ours.
ACCOUNT_SETTINGS: dict[PlatformName, str] = {
    PlatformName.META: "meta_ad_account_id",
    PlatformName.GOOGLE_ADS: "google_ads_customer_id",
}


def configured() -> list[PlatformName]:
    """The platforms that have an ad account in the settings. Raises ConfigurationError when none has."""
    found = [name for name, setting in ACCOUNT_SETTINGS.items() if getattr(settings(), setting)]
    if not found:
        accounts = " or ".join(setting.upper() for setting in ACCOUNT_SETTINGS.values())
        raise ConfigurationError(
            f"no ad platform is configured: set {accounts} in the environment or in .env"
        )
    return found


def open_platform(name: PlatformName, governor: Governor) -> AdPlatform:
    """The configured account on that platform. Raises ConfigurationError when it is not configured.

    `adflux_core.accounts.open_platform` is the one that brings its governor along.
    """
    module, _, class_name = REGISTRY[name].partition(":")
    platform: AdPlatform = getattr(import_module(module), class_name)(settings(), governor)
    return platform
