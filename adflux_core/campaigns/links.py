"""Apply links: where an ad leads, and the click id by which an application tells which ad that was.

The click id belongs to the link and not to a click: it is known before anything is published, so that it is
part of what is approved and read back. What a platform knows of each click it adds by itself.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlencode, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from adflux_core.advertising import CampaignPlan
from adflux_core.errors import RefusedError
from adflux_core.schema.applications import ApplyLink
from adflux_core.schema.publication import Installation
from adflux_core.settings import settings

LONGEST_LINK = 2048  # what Google takes; Meta states no limit
# Which parameter an applicant tracking system files an application under: by its hosts, and by the
# parameter that names the job where its form is embedded in a page of the employer's own.
SYSTEMS = {
    "gh_src": ("greenhouse.io", "gh_jid"),
    "lever-source": ("lever.co", ""),
    "src": ("ashbyhq.com", "ashby_jid"),
}
_HALF = 10  # bytes: 16 letters and digits that survive any change of case
_CLICK_ID = re.compile(r"(?<![a-z0-9])af-([a-z2-7]{16})-([a-z2-7]{16})(?![a-z0-9])")


def signing_secrets(session: Session) -> tuple[bytes, ...]:
    """The secret that signs, and then those that count as well: the setting's, and the installation's own."""
    chosen = settings().adflux_click_secret
    own = installation_secret(session)
    return (chosen.get_secret_value().encode(), own) if chosen else (own,)


def installation_secret(session: Session) -> bytes:
    """What this installation alone knows, and never changes."""
    return session.scalars(select(Installation.secret)).one().encode()


def new_click_id(secret: bytes) -> str:
    """A random name for one ad's link, and its signature: af-abcdefghij234567-abcdefghij234567."""
    name = _letters(secrets.token_bytes(_HALF))
    return f"af-{name}-{_signature(name, secret)}"


def find_click_id(text: str) -> str | None:
    """The first click id in a link, or in whatever else a system kept of one.

    Neither its case counts nor whether the link stood inside another.
    """
    found = _CLICK_ID.search(unquote(text).lower())
    return found[0] if found else None


def is_signed(click_id: str, known: Sequence[bytes]) -> bool:
    """Whether one of these secrets signed it. It must be a click id."""
    _, name, signature = click_id.split("-")
    return any(hmac.compare_digest(signature, _signature(name, secret)) for secret in known)


def without_click_id(text: str) -> str:
    """The text with an ellipsis for each click id: what two plans of the same ad have in common."""
    return _CLICK_ID.sub("…", text)


def with_apply_link(
    draft: CampaignPlan, platform_parameters: Mapping[str, str], secret: bytes
) -> CampaignPlan:
    """The plan whose ad leads to the same page and says which ad it is. Raises RefusedError: too long."""
    click_id = new_click_id(secret)
    parameters = {
        **platform_parameters,
        "utm_campaign": f"adflux-{draft.posting_id}",
        "utm_content": click_id,
    }
    system = system_parameter(draft.creative.link)
    link = tagged(draft.creative.link, parameters | ({system: click_id} if system else {}))
    if len(link) > LONGEST_LINK:
        raise RefusedError(
            f"posting {draft.posting_id}: its apply link has {len(link)} characters with what tells the ad, "
            f"and an ad takes {LONGEST_LINK}: shorten it in the feed"
        )
    return draft.model_copy(update={"creative": draft.creative.model_copy(update={"link": link})})


def links_of(plan_id: int, draft: CampaignPlan) -> list[ApplyLink]:
    """The rows by which a click id leads to its plan."""
    click_id = find_click_id(draft.creative.link)
    if click_id is None:  # planned before links had any
        return []
    return [
        ApplyLink(
            plan_id=plan_id,
            posting_id=draft.posting_id,
            platform=draft.platform,
            ordinal=0,
            click_id=click_id,
            creative_id=draft.creative.variant,
        )
    ]


def system_parameter(link: str) -> str | None:
    """The parameter of the applicant tracking system that this link belongs to, where it is a known one."""
    address = urlsplit(link)
    host = (address.hostname or "").lower()
    given = {name.lower() for name, _ in parse_qsl(address.query, keep_blank_values=True)}
    for parameter, (home, embedded) in SYSTEMS.items():
        if host == home or host.endswith(f".{home}") or embedded in given:
            return parameter
    return None


def tagged(link: str, parameters: Mapping[str, str]) -> str:
    """The link with these parameters; what had the same names is replaced, the rest stays to the byte."""
    address, mark, fragment = link.partition("#")
    page, _, query = address.partition("?")
    kept = [part for part in query.split("&") if query and _name(part) not in parameters]
    # A macro's braces must reach the platform as they are.
    added = urlencode(parameters, quote_via=quote, safe="{}.")
    return f"{page}?{'&'.join([*kept, added])}{mark}{fragment}"


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0]).lower()


@lru_cache(maxsize=4096)  # a file names the same few ads over and over
def _signature(name: str, secret: bytes) -> str:
    return _letters(hmac.digest(secret, f"adflux click {name}".encode(), sha256)[:_HALF])


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode().lower()
