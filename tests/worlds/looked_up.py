"""Whom programs ask for: every name that Python looks up and every address it connects to, written down."""

from __future__ import annotations

import json
import socket
from pathlib import Path

HOOK = """
import os, sys

def heard(event, given):
    if event not in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto"):
        return
    asked = given[0] if isinstance(given[0], (str, bytes)) or given[0] is None else given[1]
    asked = asked[0] if isinstance(asked, tuple) else asked
    asked = asked.decode() if isinstance(asked, bytes) else asked
    line = " ".join(sys.orig_argv[1:4]).replace(chr(10), " ")[:80] + chr(9) + str(asked or "") + chr(10)
    file = os.open(PLACE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)

sys.addaudithook(heard)
"""
HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname()}  # noqa: S104 - heard, not bound

# What Chromium itself asks for when it starts, whatever page is open.
CHROMIUMS_OWN = {"update.googleapis.com", "accounts.google.com", "content-autofill.googleapis.com"}


class LookedUp:
    """`environment` makes a Python program and all its children write down whom they ask for."""

    def __init__(self, folder: Path) -> None:
        self._written = folder / "looked-up"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(f"PLACE = {str(self._written)!r}\n{HOOK}")
        self.environment = {"PYTHONPATH": str(folder)}

    def asked(self) -> set[tuple[str, str]]:
        """Who asked, and for whom."""
        lines = self._written.read_text().splitlines()
        return {(who, whom) for who, _, whom in (line.partition("\t") for line in lines)}

    def strangers(self) -> set[tuple[str, str]]:
        return {(who, whom) for who, whom in self.asked() if whom not in HERE and not whom.startswith("/")}


def names_of(net_log: Path) -> set[str]:
    """The hosts that pages made a browser resolve, by its log (`--log-net-log`); whole once it is closed."""
    told = json.loads(net_log.read_text())
    kinds = told["constants"]["logEventTypes"]
    resolving = {number for name, number in kinds.items() if name.startswith("HOST_RESOLVER")}
    hosts = {
        str(event["params"]["host"]) for event in told["events"]
        if event["type"] in resolving and "host" in event.get("params", {})
    }  # fmt: skip
    return {host.rpartition("://")[2].split(":")[0] for host in hosts} - CHROMIUMS_OWN
