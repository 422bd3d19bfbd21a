"""Numbers given out: reports pinned to an instant, kept with their bytes, as CSV, XLSX and HTML.

Whatever is written into a cell passes `cells.neutral`, so that no text becomes a formula.
"""

from adflux_core.exports.contents import ad_sheet, cost_sheet
from adflux_core.exports.csv_file import write_csv
from adflux_core.exports.keeping import REPORTED_DAYS, ReportReceipt, keep_report, pin_window
from adflux_core.exports.words import Language
from adflux_core.exports.xlsx_file import write_xlsx

__all__ = [
    "REPORTED_DAYS",
    "Language",
    "ReportReceipt",
    "ad_sheet",
    "cost_sheet",
    "keep_report",
    "pin_window",
    "write_csv",
    "write_xlsx",
]
