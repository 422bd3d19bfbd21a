"""Prefect's own command for a worker: what it prints is a line of the log where that is JSON."""

from prefect.cli import app

from deployments.log_lines import log_what_is_printed

if __name__ == "__main__":
    log_what_is_printed()
    app()
