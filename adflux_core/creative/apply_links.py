"""Where people apply: whether a link is safe and, only when asked to, whether anything answers there.

Every address the name resolves to must be public, and the connection goes to one of those just looked at: a
name that resolves anew to an inner address in between gains nothing. Redirects follow the same rule.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

TIMEOUT = 5.0  # seconds
REDIRECTS = 3
DEAD = {404, 410}

Allowed = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    read = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(read, "ipv4_mapped", None) or getattr(read, "sixtofour", None)
    return read.is_global and not read.is_multicast and (inner is None or inner.is_global)


def unsafe(url: str) -> str:
    """Why a link may not stand in an ad, as far as its letters tell; empty: nothing. No network call."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "unreadable"
    if parts.scheme != "https":
        return "not https"
    if parts.username or parts.password:
        return "carries a name or password"
    try:
        return "" if is_public(host) else "leads to an inner address"
    except ValueError:
        pass
    # 2130706433 and 0x7f.1 are 127.0.0.1 to whoever resolves them.
    last = host.rpartition(".")[2]
    if "." not in host or last.isdigit() or last.startswith("0x") or host.endswith((".local", ".internal")):
        return "leads to an inner address"
    return ""


def dead(url: str, allowed: Allowed = is_public) -> str:
    """Why nobody can apply there now; empty: somebody answers. Asks the network."""
    for _ in range(REDIRECTS + 1):
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except (OSError, UnicodeError):
            return f"{host} is unknown"
        if not found or not all(map(allowed, found)):
            return "leads to an inner address"
        status, onward = _look(parts.scheme, host, min(found), port, parts.path or "/", parts.query)
        if onward and 300 <= status < 400:
            url = urljoin(url, onward)
            if urlsplit(url).scheme not in {"http", "https"}:
                return "leads elsewhere"
            continue
        if not status:
            return f"{host} does not answer"
        return f"answers {status}" if status in DEAD or status >= 500 else ""
    return "redirects without end"


def _look(scheme: str, host: str, address: str, port: int, path: str, query: str) -> tuple[int, str]:
    """Status and Location of a HEAD to exactly this address; status 0 when nothing answers."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        plain = socket.create_connection((address, port), timeout=TIMEOUT)
        tls = ssl.create_default_context()
        connection.sock = tls.wrap_socket(plain, server_hostname=host) if scheme == "https" else plain
        connection.request("HEAD", f"{path}?{query}" if query else path, headers={"User-Agent": "AdFlux"})
        reply = connection.getresponse()
        return reply.status, reply.headers.get("Location", "")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
