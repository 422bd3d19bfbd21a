"""Alerts on their way to people: a webhook, Slack or e-mail, by the addresses in ADFLUX_ALERT_URLS."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict

from adflux_core.alerts.causes import TITLES, Cause
from adflux_core.errors import ConfigurationError
from adflux_core.log import redact
from adflux_core.settings import LOOPBACK, settings

MOST_LINES = 20  # the rest is counted; what all of them are, `adflux alerts` says
LONGEST_LINE = 300
SLACK = "https://hooks.slack.com/"
WAYS = f"jsons://HOST/PATH, {SLACK}services/…, mailtos://USER:PASSWORD@HOST?to=…"


class Told(BaseModel):
    """Where a message went and where it did not, as kind and host, such as "webhook hooks.example.com"."""

    model_config = ConfigDict(frozen=True)

    sent: list[str]
    failed: list[str]


def destinations() -> list[tuple[str, Any]]:
    """Name and Apprise plugin of each configured address; none configured: nobody is told.

    Raises ConfigurationError, never with the address itself: it holds a password.
    """
    setting = settings().adflux_alert_urls
    urls = setting.get_secret_value().split() if setting else []
    return [_destination(f"ADFLUX_ALERT_URLS: address {number}", url) for number, url in enumerate(urls, 1)]


def _destination(where: str, url: str) -> tuple[str, Any]:
    # Apprise knows 150 kinds of address, some of which run programs or write to this machine: three are ours,
    # and only these are imported, which takes a tenth of the time.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines hold addresses, ours do not
    from apprise import AppriseAsset

    # A redirect could lead what we say to somebody else, or our request to an inner address.
    asset = AppriseAsset(app_id="AdFlux", app_desc="AdFlux", app_url="", http_redirects=False)
    scheme = url.partition("://")[0]
    try:
        if url.startswith(SLACK):
            plugin = _untyped("apprise.plugins.slack", "NotifySlack")
            return "Slack", plugin(**plugin.parse_native_url(url), asset=asset)
        if scheme in {"json", "jsons"}:
            plugin = _untyped("apprise.plugins.custom_json", "NotifyJSON")
            hook = plugin(**plugin.parse_url(url), asset=asset)
            return f"webhook {_sealed(where, hook.host, 'jsons', open_=not hook.secure)}", hook
        if scheme in {"mailto", "mailtos"}:
            plugin = _untyped("apprise.plugins.email", "NotifyEmail")
            post = plugin(**plugin.parse_url(url), asset=asset)
            return (
                f"e-mail {_sealed(where, post.smtp_host, 'mailtos', open_=post.secure_mode == 'insecure')}",
                post,
            )
    except TypeError:  # unreadable to Apprise, which says so by this
        pass
    raise ConfigurationError(f"{where} is none of {WAYS}")


def _untyped(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def _sealed(where: str, host: str, scheme: str, *, open_: bool) -> str:
    """The host, if what is said on the way there can be read by nobody else."""
    if open_ and host not in LOOPBACK:
        raise ConfigurationError(f"{where} would send to {host} unencrypted: write {scheme}://")
    return host


def tell(causes: Sequence[Cause], to: Sequence[tuple[str, Any]]) -> Told:
    """One message to each. A destination that fails is named, and holds up no other."""
    sent: list[str] = []
    failed: list[str] = []
    if not causes:
        return Told(sent=sent, failed=failed)
    from apprise import NotifyType

    title, body = message(causes)
    for name, one in to:
        try:
            done = one.notify(title=title, body=body, notify_type=NotifyType.WARNING)
        except Exception:  # noqa: BLE001 - whatever a plugin raises may carry its address
            done = False
        (sent if done else failed).append(name)
    return Told(sent=sent, failed=failed)


def message(causes: Sequence[Cause]) -> tuple[str, str]:
    """Title and text, Spanish and then English, without secrets or e-mail addresses."""
    kinds = dict.fromkeys(cause.kind for cause in causes)
    first = TITLES[next(iter(kinds))][0]
    title = f"AdFlux: {first}" + (f" (+{len(causes) - 1})" if len(causes) > 1 else "")
    lines = [redact(_line(cause)) for cause in causes[:MOST_LINES]]
    if len(causes) > MOST_LINES:
        lines.append(f"… y {len(causes) - MOST_LINES} más / and more: adflux alerts")
    return title, "\n".join(lines)


def _line(cause: Cause) -> str:
    spanish, english = TITLES[cause.kind]
    about = ": ".join(part for part in (cause.platform, cause.subject, cause.detail) if part)
    return " ".join(f"{spanish} / {english} — {about}".split())[:LONGEST_LINE]
