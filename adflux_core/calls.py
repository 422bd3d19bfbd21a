"""A call to a platform as operators see it: one line of the log, with the number its support asks for."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adflux_core.errors import PlatformError

LOG = logging.getLogger("adflux.calls")


@dataclass
class Called:
    """What is heard of a call that went well; of one that did not, its error knows."""

    request_id: str = ""


@contextmanager
def call(platform: str, account_id: str, what: str) -> Iterator[Called]:
    """Around one request. `what` names the operation and holds no value of its own: it is written down."""
    called, failed = Called(), ""
    began = time.monotonic()
    try:
        yield called
    except PlatformError as error:
        called.request_id = error.request_id or called.request_id
        failed = f": {type(error).__name__} {error.code}".rstrip()
        raise
    finally:
        LOG.log(
            logging.WARNING if failed else logging.INFO,
            "%s %s%s",
            platform,
            what,
            failed,
            extra={
                "platform": platform,
                "account_id": account_id,
                "request_id": called.request_id,
                "milliseconds": round((time.monotonic() - began) * 1000),
            },
        )
