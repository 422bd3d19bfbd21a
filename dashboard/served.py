"""The dashboard as it is shipped: Streamlit's application behind the gate. `python -m dashboard.served`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.middleware import Middleware
from streamlit.starlette import App

from adflux_core.errors import ConfigurationError
from adflux_core.log import JsonLines, Said, json_wanted
from adflux_core.settings import LOOPBACK, settings
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
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    try:
        served = application()
        if asked.address not in LOOPBACK and not login.with_login(settings()):
            settings().require("adflux_oidc_metadata_url")  # without a login nobody elsewhere is let in
    except ConfigurationError as error:
        raise SystemExit(f"adflux: {error}") from None
    if json_wanted():
        _log_as_json()
    origins = [login.origin(settings())] if settings().adflux_dashboard_url else []
    lines = {"logger.messageFormat": "%(json)s"} if json_wanted() else {}
    where = {"server.address": asked.address, "server.port": asked.port}
    served.run(config={**SHIPPED, **lines, **where, "server.corsAllowedOrigins": origins})


def _log_as_json() -> None:
    """Streamlit makes each logger's own handler and takes a format from us, but no formatter."""
    logging.setLogRecordFactory(_JsonRecord)
    logging.captureWarnings(True)
    sys.stdout = Said("adflux.dashboard")


class _JsonRecord(logging.LogRecord):
    """Knows its own line, with the traceback in it, which a format would put below."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.json = JsonLines().format(self)
        self.exc_info = None


if __name__ == "__main__":
    main()
