"""Google Ads: search campaigns, through the Google Ads API."""

from __future__ import annotations

from adflux_core.settings import default_environment

# gRPC writes to stderr by itself, for example that a server has closed a connection nobody was using.
default_environment("GRPC_VERBOSITY", "ERROR")
