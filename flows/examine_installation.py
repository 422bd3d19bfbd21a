"""The doctor's round: everything AdFlux needs is examined by the worker, who alone can ask the platforms."""

from __future__ import annotations

from prefect import flow

from adflux_core.doctor.examining import Check
from tasks import examining


@flow(name="examine-installation", flow_run_name="examine everything")
def examine_installation() -> list[Check]:
    """What is well, and how to mend what is not. What it finds ill is no failure of the round."""
    checks = examining.examine_and_keep()
    examining.show_checks(checks)
    return checks
