"""Logs: secrets and personal data are taken out before anyone can read them."""

from __future__ import annotations

import logging
import re

from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import secret_values

_TOKEN_SHAPES = re.compile(
    r"(?i)((?:access_token|appsecret_proof|refresh_token|client_secret|api[_-]?key|password)"
    r"[\"']?\s*[=:]\s*[\"']?|bearer\s+)[^\s&\"',}]+"
)
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def redact(text: str) -> str:
    """`text` without known secrets, anything shaped like a token, URL passwords or e-mail addresses."""
    try:
        known = secret_values()
    except ConfigurationError:
        known = set()  # unreadable settings: the shapes below still hold
    for secret in known:
        text = text.replace(secret, "[redacted]")
    text = _TOKEN_SHAPES.sub(r"\1[redacted]", text)
    text = _PASSWORD_IN_URL.sub(r"\1[redacted]@", text)
    return _EMAIL.sub("[e-mail]", text)


class Redact(logging.Filter):
    """For every handler: no secret leaves, and our own errors speak their one line without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], AdfluxError):
            record.exc_info = None
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
