"""HTML: one file that needs nothing else, calls nothing, runs no script, and prints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from adflux_core.exports.bars import COLOURS, Bar, bars, legend
from adflux_core.exports.contents import Contents
from adflux_core.exports.words import WORDS, Language
from adflux_core.reports import Change, Day, Moved, Totals, moved

LOCALES: dict[Language, Locale] = {"es": Locale("es", "CO"), "en": Locale("en", "US")}
MEASURES = ("spend", "impressions", "clicks", "link_clicks", "applications", "cost_per_application")
CHARTS = ("spend", "applications")
PLATFORMS = {"meta": "Meta", "google_ads": "Google Ads"}
BIGGEST = 15  # changes that are shown one by one; the other files have all
UNKNOWN = "—"
STYLE = Path(__file__).with_name("report.css").read_text() + "".join(
    f".s{n} {{ fill: {one}; }} .b{n} {{ background: {one}; }}\n" for n, one in enumerate(COLOURS)
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_html(contents: Contents) -> bytes:
    return _Page(contents).write().encode()


class Signed(str):
    """A difference, written with its sign."""

    __slots__ = ()


class _Page:
    """One report being written in its language."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.words = WORDS[contents.language]
        self.locale = LOCALES[contents.language]

    def write(self) -> str:
        asked, words = self.contents.asked, self.words
        pinned = f"{asked.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        window = self.say("from_to", since=self.day(asked.since), until=self.day(asked.until))
        parts = [
            f"<h1>{words['report']}</h1><p>{window}</p>",
            f'<p class="soft">{self.say("as_of", as_of=pinned)}</p>',
            *(self.totals(total) for total in self.contents.totals),
            *([] if self.contents.totals else [f"<p>{words['nothing']}</p>"]),
            self.changes(),
            self.campaigns(),
            self.receipts(),
        ]
        return (
            f'<!doctype html><html lang="{self.contents.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f"<title>{words['report']} · {window}</title><style>{STYLE}</style></head>"
            f"<body>{''.join(parts)}</body></html>\n"
        )

    def totals(self, total: Totals) -> str:
        words = self.words
        tiles = "".join(
            f'<div class="tile">{words[name]}<b>{self.number(getattr(total, name))}</b></div>'
            for name in MEASURES
        )
        share = total.unsettled_share
        notes = [
            words["claimed"],
            self.say("missing_days", read=self.number(total.days_read), asked=self.number(total.days_asked)),
        ]
        if share is not None:
            notes.append(
                self.say("unsettled", share=format_percent(share, "#,##0.0 %", locale=self.locale))
                if share
                else words["settled"]
            )
        rows = [
            [
                PLATFORMS.get(one.platform, one.platform),
                *(getattr(one, name) for name in MEASURES if name != "link_clicks"),
            ]
            for one in self.contents.platforms
            if one.currency == total.currency
        ]
        head = [words["platform"], *(words[name] for name in MEASURES if name != "link_clicks")]
        return (
            f'<h2>{words["totals"]} · {total.currency}</h2><div class="tiles">{tiles}</div>'
            f'<p class="soft">{" ".join(notes)}</p>{self.table(head, rows)}{self.charts(total.currency)}'
        )

    def charts(self, currency: str) -> str:
        days = [day for day in self.contents.days if day.currency == currency]
        drawn = []
        for measure in CHARTS:
            label = self.say("by_day", measure=self.words[measure])
            given = [
                Bar(day.date_day, self.series(day), getattr(day, measure), self.told(day, measure))
                for day in days
            ]
            drawn.append(
                f"<h3>{label}{f' · {currency}' if measure == 'spend' else ''}</h3>"
                + legend(sorted({bar.series for bar in given}))
                + bars(given, label=label, write=self.short, write_day=self.short_day)
            )
        if any(day.slice_id is None for day in days):
            drawn.append(f'<p class="soft">{self.words["missing"]}</p>')
        return "".join(drawn)

    def changes(self) -> str:
        words, before = self.words, self.contents.before
        if before is None:
            return f"<h2>{words['changes']}</h2><p>{words['first']}</p>"
        asked = before.asked
        title = self.say(
            "since_last", number=before.number, since=self.day(asked.since), until=self.day(asked.until)
        )
        parts = [f"<h2>{title}</h2>"]
        sums = moved(self.contents.changes)
        if not sums:
            parts.append(f"<p>{words['unchanged']}</p>")
        parts += [
            self.ledger(currency, [one for one in sums if one.currency == currency])
            for currency in sorted({one.currency for one in sums})
        ]
        inside = [one for one in self.contents.changes if one.why not in {"new_day", "left_window"}]
        if inside:
            parts.append(self.biggest(inside))
        return "".join(parts)

    def ledger(self, currency: str, sums: Sequence[Moved]) -> str:
        """From what was said then to what is said now, reason by reason."""
        words, before = self.words, self.contents.before
        assert before is not None
        names = ("impressions", "clicks", "spend", "applications")
        head = [f"{words['why']} · {currency}", words["days"], *(words[name] for name in names)]

        def said(label: str, totals: Sequence[Totals]) -> list[object]:
            found = [one for one in totals if one.currency == currency]
            return [words[label], None, *(getattr(found[0], name) if found else None for name in names)]

        rows = [
            [words[one.why], one.days, *(self.signed(getattr(one, name)) for name in names)] for one in sums
        ]
        return self.table(
            head,
            [said("told_then", before.totals), *rows, said("told_now", self.contents.totals)],
            sums={0, len(rows) + 1},
        )

    def biggest(self, changes: Sequence[Change]) -> str:
        words = self.words
        names = {(one.platform, one.campaign_id): one.campaign_name for one in self.contents.campaigns}
        weighed = sorted(
            changes, key=lambda one: (-abs(one.spend), -abs(one.applications), -abs(one.impressions))
        )
        head = [
            words[name]
            for name in ("day", "campaign", "why", "impressions", "clicks", "spend", "applications")
        ]
        rows = [
            [
                self.day(one.date_day),
                names.get((one.platform, one.campaign_id)) or one.campaign_id,
                words[one.why],
                *(
                    self.signed(getattr(one, name))
                    for name in ("impressions", "clicks", "spend", "applications")
                ),
            ]
            for one in weighed[:BIGGEST]
        ]
        return f"<h3>{words['biggest']}</h3>{self.table(head, rows)}"

    def campaigns(self) -> str:
        if not self.contents.campaigns:
            return ""
        words = self.words
        head = [
            words[name]
            for name in ("campaign", "platform", "currency", "impressions", "clicks", "spend", "applications")
        ]
        groups: dict[tuple[str, str, str, str], list[Decimal]] = {}
        for one in self.contents.campaigns:
            key = (one.campaign_name or one.campaign_id, one.platform, one.currency, one.campaign_id)
            counts = (Decimal(one.impressions), Decimal(one.clicks), one.spend, one.applications)
            groups[key] = [a + b for a, b in zip(groups.get(key, [Decimal(0)] * 4), counts, strict=True)]
        rows = [
            [name, PLATFORMS.get(platform, platform), currency, *counts]
            for (name, platform, currency, _), counts in sorted(
                groups.items(), key=lambda one: (one[0][2], -one[1][2], one[0])
            )
        ]
        return f"<h2>{words['campaigns']}</h2>{self.table(head, rows)}"

    def receipts(self) -> str:
        words = self.words
        head = [
            words[name] for name in ("receipt", "platform", "account", "window", "read_at", "pages", "rows")
        ]
        rows = [
            [
                str(one.id),
                PLATFORMS.get(one.platform, one.platform),
                one.account_id,
                f"{self.day(one.since)} – {self.day(one.until)}",
                self.moment(one.read_at),
                one.pages,
                one.rows_read,
            ]
            for one in self.contents.receipts
        ]
        return f"<h2>{words['receipts']}</h2>{self.table(head, rows)}" if rows else ""

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[object]], *, sums: Collection[int] = ()
    ) -> str:
        """Numbers stand to the right, by the first row that has any; the rows `sums` are bold."""
        right = [any(_is_number(row[place]) for row in rows) for place in range(len(head))]
        lines = [self.row("th", head, right)]
        for place, row in enumerate(rows):
            lines.append(self.row("td", row, right, kind=" class=sum" if place in sums else ""))
        return f'<div class="wide"><table>{"".join(lines)}</table></div>'

    def row(self, cell: str, row: Sequence[object], right: Sequence[bool], *, kind: str = "") -> str:
        cells = (
            f"<{cell}{' class=n' if n else ''}>{escape(self.number(one))}</{cell}>"
            for one, n in zip(row, right, strict=True)
        )
        return f"<tr{kind}>{''.join(cells)}</tr>"

    def say(self, name: str, **values: str | int) -> str:
        return self.words[name].format(**values)

    def series(self, day: Day) -> str:
        name = PLATFORMS.get(day.platform, day.platform)
        several = len({one.account_id for one in self.contents.days if one.platform == day.platform}) > 1
        return f"{name} · {day.account_id}" if several else name

    def told(self, day: Day, measure: str) -> str:
        return f"{self.day(day.date_day)} · {self.series(day)}: {self.number(getattr(day, measure))}"

    def number(self, value: object) -> str:
        match value:
            case None:
                return UNKNOWN
            case str():
                return value
        return str(format_decimal(value, "#,##0.##", locale=self.locale))  # type: ignore[arg-type]

    def signed(self, value: Decimal) -> Signed:
        return Signed(format_decimal(value, "+#,##0.##;−#,##0.##", locale=self.locale) if value else "0")

    def short(self, value: Decimal) -> str:
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=1))

    def day(self, value: date) -> str:
        return str(
            format_date(
                value, "d MMM y" if self.contents.language == "es" else "MMM d, y", locale=self.locale
            )
        )

    def short_day(self, value: date) -> str:
        return str(
            format_date(value, "d MMM" if self.contents.language == "es" else "MMM d", locale=self.locale)
        )

    def moment(self, value: datetime) -> str:
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _is_number(value: object) -> bool:
    return isinstance(value, Signed | int | Decimal)
