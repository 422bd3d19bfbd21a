"""What AdFlux needs is examined where the credentials are: one commit keeps what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from adflux_core.doctor import keeping
from adflux_core.doctor.examining import Check
from tasks.kinds import external_call, transaction
from tasks.showing import show_table


@external_call("examine")
def examine_and_keep() -> list[Check]:
    return keeping.examine_and_keep(datetime.now(UTC))


@transaction("show checks")
def show_checks(checks: Sequence[Check]) -> None:
    show_table("checks", "What was examined", [check.model_dump(mode="json") for check in checks])
