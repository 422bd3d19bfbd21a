"""How a line of the log looks, by ADFLUX_LOG_FORMAT: Prefect's words for people, or JSON for machines."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from prefect.logging.formatters import PrefectFormatter

from adflux_core.log import JsonLines, Said, json_wanted


def lines(**as_text: Any) -> logging.Formatter:
    """Asked for by logging.yml. With JSON, warnings and the error that ends a process are lines, too."""
    if not json_wanted():
        return PrefectFormatter(**as_text)
    logging.captureWarnings(True)
    sys.excepthook = _last_words
    return _OfRuns()


def log_what_is_printed() -> None:
    """For a program whose stdout is no answer, such as Prefect's own: what it prints is logged."""
    if json_wanted():
        sys.stdout = Said("prefect.said")


class _OfRuns(JsonLines):
    def run_ids(self) -> Mapping[str, object]:
        # Asked for when a line is written: this module is imported while Prefect still is.
        from prefect.runtime import flow_run, task_run

        return {"flow_run_id": flow_run.id, "task_run_id": task_run.id}


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("adflux").critical("ended by an error", exc_info=(kind, error, trace))
