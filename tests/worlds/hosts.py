"""Hosts of their own, as network namespaces behind one bridge: each has an address, and a link to be cut."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BRIDGE = "adflux-bridge"
NETWORK = "10.213.77"
HERE = f"{NETWORK}.1"  # this machine, as the hosts see it


class Host:
    """`with` a name and a number: `host.address` reaches HERE and nothing else."""

    def __init__(self, number: int) -> None:
        self.name = f"adflux-host-{number}"
        self.address = f"{NETWORK}.{number + 1}"
        self.enter = ("ip", "netns", "exec", self.name)
        self._link = f"adflux-link-{number}"

    def make(self) -> None:
        _ip("netns", "add", self.name)
        _ip("link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _ip("link", "set", self._link, "master", BRIDGE, "up")
        for words in (
            ("address", "add", f"{self.address}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", self.name, *words)

    def cut(self) -> None:
        _ip("link", "set", self._link, "down")

    def join(self) -> None:
        _ip("link", "set", self._link, "up")

    def remove(self) -> None:
        _ip("link", "delete", self._link, check=False)
        _ip("netns", "delete", self.name, check=False)


@contextmanager
def hosts(how_many: int) -> Iterator[list[Host]]:
    """Fails where namespaces may not be made. What a killed test left goes first."""
    found = [Host(number) for number in range(1, how_many + 1)]
    _remove(found)
    try:
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("address", "add", f"{HERE}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for host in found:
            host.make()
        yield found
    finally:
        _remove(found)


class Relay:
    """A port of this machine's loopback, reached by the hosts at HERE and the same port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server((HERE, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in [self._listening, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                there, _ = self._listening.accept()
            except OSError:
                return
            here = socket.create_connection(("127.0.0.1", self._port))
            self._open |= {there, here}
            for source, target in ((there, here), (here, there)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _remove(found: list[Host]) -> None:
    for host in found:
        host.remove()
    _ip("link", "delete", BRIDGE, check=False)


def _ip(*words: str, check: bool = True) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert not check or not done.returncode, (
        f"ip {' '.join(words)}: {done.stderr.strip()}; hosts of their own need iproute2 and root, "
        f"and this is user {os.geteuid()}"
    )
