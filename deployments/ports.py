"""Which port each service listens on."""

from __future__ import annotations

import socket

from adflux_core.errors import ConfigurationError


def port_for(name: str, wanted: int, *, any_port: bool) -> int:
    """`wanted`, or with `any_port` the next free one above it. Raises ConfigurationError when it is taken."""
    for port in range(wanted, wanted + 100 if any_port else wanted + 1):
        if _free(port):
            return port
    raise ConfigurationError(
        f"port {wanted} for {name} is in use: stop what listens there, or choose another port"
    )


def free_port() -> int:
    """Any free one, for what nobody needs to remember."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers themselves do: a port that only lingers from a closed connection is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
