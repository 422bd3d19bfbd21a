"""All that leaves by screens and by files: every page as a browser gets it, every export with its insides."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from served_dashboard import drawn, served

from adflux_core import reports
from adflux_core.exports import ad_sheet, cost_sheet, keep_report, pin_window, write_csv, write_xlsx
from dashboard.screens import SCREENS


def shown(folder: Path, database_url: str, settings: dict[str, str]) -> dict[str, str]:
    """By page, all that is sent of it to an administrator; and what the dashboard itself wrote down."""
    folder.mkdir()
    with served(folder, database_url, **settings) as at, at.socket() as socket:
        pages = {screen.address: drawn(socket, screen.address)[0] for screen in SCREENS}
    return pages | {"the log": (folder / "dashboard.log").read_text()}


def exported() -> dict[str, str]:
    """By name, each file of the last week that was read."""
    asked = pin_window(days=7)
    receipt = keep_report(asked)
    files = {f"report.{kind}": reports.report_file(receipt.report_id, kind) for kind in receipt.sha256}
    for name, sheet in (
        ("metrics", ad_sheet(reports.ad_delivery(asked), "es")),
        ("costs", cost_sheet(reports.application_costs("campaign"), "es")),
    ):
        files |= {f"{name}.csv": write_csv(sheet), f"{name}.xlsx": write_xlsx([sheet])}
    return {name: _text(content) for name, content in files.items()}


def _text(content: bytes) -> str:
    """A workbook is a folder of files, packed."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())
