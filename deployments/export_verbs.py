"""`adflux export`: numbers as files, for people and for other programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adflux_core.errors import InputError
from deployments.verbs import Day, checked, verb

if TYPE_CHECKING:
    from adflux_core.reports import By


class Instant(click.ParamType[datetime]):
    """An instant with its zone."""

    name = "INSTANT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            self.fail(f"{value!r} is not an instant: write it as 2026-10-31T07:00:00-05:00", param, ctx)
        return at


def window(formats: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that every export has."""

    def options(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option("--output", type=click.Path(path_type=Path), help="The file; here by default."),
            click.option(
                "--format", "kind", type=click.Choice(formats), default=formats[0], show_default=True
            ),
            click.option("--as-of", type=Instant(), help="Whose knowledge counts; now by default."),
            click.option("--to", "until", type=Day(), required=True, help="Last day."),
            click.option("--from", "since", type=Day(), required=True, help="First day."),
        ):
            function = option(function)
        return function

    return options


@click.group()
def export() -> None:
    """Write numbers to a file."""


@export.command()
@window(("html", "xlsx", "csv"))
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@verb
def report(
    since: date, until: date, as_of: datetime | None, kind: str, output: Path | None, language: str
) -> Any:
    """The report: totals, campaigns, charts, receipts, and what changed since the last one and why."""
    place = _place(output, since, until, f"report-{since}-{until}.{kind}")
    from adflux_core import reports
    from flows.report_metrics import report_metrics

    receipt = checked(report_metrics)(
        days=(until - since).days + 1, until=until, as_of=as_of, language=language
    )
    _write(place, reports.report_file(receipt.report_id, kind))
    return {
        "path": str(place),
        **receipt.model_dump(include={"rows", "report_id", "previous_id", "as_of", "changed"}),
        "sha256": receipt.sha256[kind],
    }


@export.command()
@window(("csv", "xlsx"))
@verb
def metrics(since: date, until: date, as_of: datetime | None, kind: str, output: Path | None) -> Any:
    """Every ad's day, as it stands or as it was known at an instant."""
    place = _place(output, since, until, f"metrics-{since}-{until}.{kind}")
    from adflux_core import exports, reports

    asked = exports.pin_window(days=(until - since).days + 1, until=until, as_of=as_of)
    rows = reports.ad_delivery(asked)
    sheet = exports.ad_sheet(rows, "en")
    _write(place, exports.write_csv(sheet) if kind == "csv" else exports.write_xlsx([sheet]))
    return {"path": str(place), "rows": len(rows), "as_of": asked.as_of}


@export.command()
@click.option(
    "--by",
    type=click.Choice(["campaign", "posting", "platform", "segment"]),
    default="campaign",
    show_default=True,
    help="What each line is about.",
)
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="The file; here by default.")
@verb
def applications(by: By, kind: str, output: Path | None) -> Any:
    """What an application, a qualified one and a hire cost since each campaign began, as known now."""
    place = _possible(output, f"applications-by-{by}.{kind}")
    from adflux_core import exports, reports

    rows = reports.application_costs(by)
    sheet = exports.cost_sheet(rows, "en")
    _write(place, exports.write_csv(sheet) if kind == "csv" else exports.write_xlsx([sheet]))
    return {"path": str(place), "rows": len(rows)}


def _place(output: Path | None, since: date, until: date, name: str) -> Path:
    """Where the file goes, known to be possible before anything is asked."""
    if since > until:
        raise InputError(f"--from {since} is after --to {until}: swap them")
    return _possible(output, name)


def _possible(output: Path | None, name: str) -> Path:
    place = (output or Path(f"adflux-{name}")).absolute()
    if place.is_dir() or not place.parent.is_dir():
        raise InputError(f"--output {place} cannot be written: name a file in a folder that is there")
    return place


def _write(place: Path, content: bytes) -> None:
    try:
        place.write_bytes(content)
    except OSError as error:
        raise InputError(f"--output {place} cannot be written: {error.strerror}") from None
