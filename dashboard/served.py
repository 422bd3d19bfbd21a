"""The dashboard as it is shipped: Streamlit's application behind the gate. `python -m dashboard.served`."""

from __future__ import annotations

import argparse
from pathlib import Path
from types import MappingProxyType

from starlette.middleware import Middleware
from streamlit.starlette import App

from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings
from dashboard import login
from dashboard.gate import Gate

# Given in code: neither a file nor a variable of whoever starts it opens any of this again.
SHIPPED = MappingProxyType(
    {
        "server.address": "127.0.0.1",
        "server.headless": True,
        "server.enableCORS": True,  # in Streamlit's words: other origins are refused
        "server.enableXsrfProtection": True,
        "server.enableStaticServing": False,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        # It collects after every run while all sessions wait, on what is kept here a quarter of a second.
        "runner.postScriptGC": False,
        "runner.magicEnabled": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        # Not theme.primaryColor: that one would switch the automatic dark mode off.
        # Each at 4.5:1 or more with what Streamlit mixes of it. In the dark no colour is that both as words
        # and under the white words of a button of type "primary", so there is none.
        "theme.light.primaryColor": "#1d5fae",
        "theme.light.textColor": "#0e1016",
        "theme.dark.primaryColor": "#6aa8f0",
        "theme.metricValueFontSize": "1.75rem",
    }
)


def application() -> App:
    """Raises ConfigurationError when a login is set up in part."""
    known = login.secrets_of(settings()) if login.with_login(settings()) else None
    return App(Path(__file__).with_name("app.py").resolve(), secrets=known, middleware=[Middleware(Gate)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dashboard.served")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    try:
        served = application()
    except ConfigurationError as error:
        raise SystemExit(f"adflux: {error}") from None
    origins = [login.origin(settings())] if settings().adflux_dashboard_url else []
    served.run(config={**SHIPPED, "server.port": port, "server.corsAllowedOrigins": origins})


if __name__ == "__main__":
    main()
