"""Logs: secrets and personal data are taken out before anyone can read them."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import secret_values, settings

_TOKEN_SHAPES = re.compile(
    r"(?i)((?:access_token|appsecret_proof|refresh_token|client_secret|api[_-]?key|password)"
    r"[\"']?\s*[=:]\s*[\"']?|bearer\s+)[^\s&\"',}]+"
)
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@")
_IDS = (
    "flow_run_id",
    "task_run_id",
    "publication_id",
    "platform",
    "account_id",
    "request_id",
    "milliseconds",
)
_ABOUT: ContextVar[Mapping[str, object]] = ContextVar("about", default={})  # noqa: B039  (nobody changes it)
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


def json_wanted() -> bool:
    """By ADFLUX_LOG_FORMAT. Where settings cannot be read, whoever started this is told so in plain words."""
    try:
        return settings().adflux_log_format == "json"
    except ConfigurationError:
        return False


def plain_or_json(text: str, level: int) -> str:
    """A line that a program says of itself outside of any logger, as ADFLUX_LOG_FORMAT wants it."""
    if not json_wanted():
        return redact(text)
    told = {"name": "adflux", "levelname": logging.getLevelName(level), "msg": text.removeprefix("adflux: ")}
    return JsonLines().format(logging.makeLogRecord(told))


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Every JSON line of the block says what it is about, such as `publication_id=7`."""
    token = _ABOUT.set({**_ABOUT.get(), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def spoken_of() -> Mapping[str, object]:
    """What the blocks around this place are about."""
    return _ABOUT.get()


class JsonLines(logging.Formatter):
    """A record as one JSON object: time (UTC), level, logger, message, and of `_IDS` what is known.

    Nothing else of a record is written, and each text of it is redacted.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info:
            message += f"\n{self.formatException(record.exc_info)}"
        elif record.exc_text:
            message += f"\n{record.exc_text}"
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(message),
        }
        known = {**self.run_ids(), **_ABOUT.get(), **record.__dict__}
        line |= {name: known[name] for name in _IDS if known.get(name) not in {None, ""}}
        return json.dumps(line, ensure_ascii=False, default=str)

    def run_ids(self) -> Mapping[str, object]:
        """The ids of the run that speaks; the core knows of none."""
        return {}


class Said(io.TextIOBase):
    """In the place of a stream: each line that a program prints becomes a record of the log."""

    def __init__(self, logger: str) -> None:
        self._logger = logging.getLogger(logger)
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, lines):
            self._logger.info("%s", line.rstrip())
        return len(text)
