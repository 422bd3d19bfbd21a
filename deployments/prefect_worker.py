"""Prefect's own command for a worker: what it prints is a line of the log where that is JSON."""

import signal

from prefect.cli import app

from deployments.log_lines import log_what_is_printed

if __name__ == "__main__":
    # A script's `&` has it ignore SIGINT, by which Prefect ends itself when it is told to terminate.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    log_what_is_printed()
    app()
