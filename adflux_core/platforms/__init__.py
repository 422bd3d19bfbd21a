"""The registry: one line a platform. Imported when first used, since an SDK can cost a second."""

from __future__ import annotations

from importlib import import_module

from adflux_core.advertising import AdPlatform, Governor, PlatformName
from adflux_core.settings import settings

REGISTRY: dict[PlatformName, str] = {
    PlatformName.META: "adflux_core.platforms.meta.adapter:MetaPlatform",
}


def open_platform(name: PlatformName, governor: Governor) -> AdPlatform:
    """The configured account on that platform. Raises ConfigurationError when it is not configured.

    `adflux_core.accounts.open_platform` is the one that brings its governor along.
    """
    module, _, class_name = REGISTRY[name].partition(":")
    platform: AdPlatform = getattr(import_module(module), class_name)(settings(), governor)
    return platform
