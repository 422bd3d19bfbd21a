"""Postings: find one, see what was read of it, and the receipts of the files they came in."""

from __future__ import annotations

import math
from operator import attrgetter
from pathlib import Path

import streamlit as st

from adflux_core import reports
from adflux_core.reports import PostingDetail, PostingFilters, PostingRow
from dashboard import figures, naming, session
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.tables import Column, table
from dashboard.words import brief, language, many, mark, plain, say

LONG, TALLEST = 2_000, 480  # a longer description, in characters, scrolls within so many pixels
STATUSES = {"open": mark("Open"), "closed": mark("Closed")}
LANGUAGE_NAMES = {"es": mark("Spanish"), "en": mark("English")}
A_PAGE = 25
NEW_CAMPAIGN = Path(__file__).with_name("new_campaign.py")


def show_postings() -> None:
    with sheet(say("Postings"), say("Every job that was imported, and what became of each row.")):
        found, receipts = st.tabs([say("Postings"), say("Imported files")])
        with found:
            show_list()
        with receipts:
            show_receipts()


@part
def show_list() -> None:
    filters = choose_filters()
    page = int(st.session_state.get("postings-page", 1))
    answer = ask(reports.postings, filters, limit=A_PAGE, offset=(page - 1) * A_PAGE)
    if not answer.total:
        if filters == PostingFilters():
            st.info(say("No postings yet. Import a file under Start and follow."))
        else:
            st.info(say("Nothing fits these filters."))
        return
    pages = math.ceil(answer.total / A_PAGE)
    st.caption(many("{count} posting", "{count} postings", answer.total, figures.number(answer.total)))
    chosen = table(answer.rows, columns(), key=f"postings-{filters}-{page}", choose=True)
    if pages > 1:
        st.number_input(
            say("Page (of {pages})", pages=figures.number(pages)),
            min_value=1,
            max_value=pages,
            step=1,
            key="postings-page",
            width=160,
        )
    if chosen is None or chosen >= len(answer.rows):
        st.caption(say("Select a row to see the whole posting."))
        return
    show_posting(ask(reports.posting_detail, answer.rows[chosen].id), answer.rows[chosen])


def choose_filters() -> PostingFilters:
    words = ask(reports.posting_words)
    search, source, status, spoken = st.columns([3, 2, 2, 2])
    return PostingFilters(
        words=search.text_input(
            say("Search"), placeholder=say("Title, company or city"), key="search", on_change=first_page
        ),
        source=source.selectbox(
            say("Source"),
            words["source"],
            index=None,
            placeholder=say("All"),
            key="source",
            on_change=first_page,
        ),
        status=status.selectbox(
            say("Status"),
            list(STATUSES),
            index=None,
            placeholder=say("All"),
            format_func=lambda code: say(STATUSES[code]),
            key="status",
            on_change=first_page,
        ),
        language=spoken.selectbox(
            say("Language"),
            words["language"],
            index=None,
            placeholder=say("All"),
            format_func=language_name,
            key="spoken",
            on_change=first_page,
        ),
    )


def first_page() -> None:
    st.session_state["postings-page"] = 1


def language_name(code: str) -> str:
    return say(LANGUAGE_NAMES[code]) if code in LANGUAGE_NAMES else code


def columns() -> list[Column]:
    return [
        Column(say("Posting"), lambda row: row.title, width=300),
        Column(say("Company"), lambda row: row.company, width=180),
        Column(say("City"), lambda row: row.city),
        Column(say("Status"), lambda row: say(STATUSES[row.status])),
        Column(say("Published on"), lambda row: naming.platforms(row.platforms)),
        Column(say("Salary"), lambda row: row.salary_text),
        Column(say("Expires"), lambda row: row.expires_on, figures.day),
        Column(say("Language"), lambda row: row.language and language_name(row.language)),
        Column(say("Source"), lambda row: row.source),
        Column(say("Number"), lambda row: row.id, about=say("AdFlux's own number, as a plan names it.")),
    ]


def show_posting(posting: PostingDetail, row: PostingRow) -> None:
    with st.container(border=True):
        st.subheader(plain(brief(posting.title)), anchor=False)
        st.caption(" · ".join(plain(brief(part)) for part in (posting.company, posting.place) if part))
        facts, description = st.columns([2, 3])
        with facts:
            for label, value in facts_of(posting, row):
                st.markdown(f"**{label}**  \n{plain(brief(value)) or figures.UNKNOWN}")
            show_concerns(posting.id)
        with description:
            st.markdown(f"**{say('Description')}**")
            told = posting.description or figures.UNKNOWN
            with st.container(height=TALLEST if len(told) > LONG else "content", border=False):
                st.text(told)
            if posting.apply_url and posting.apply_url.startswith(("https://", "http://")):
                st.link_button(say("Apply page"), posting.apply_url)
        if posting.status == "open" and session.may("look at new campaign"):
            offer_campaign(posting.id)


def offer_campaign(posting_id: int) -> None:
    if st.button(say("Advertise it"), key=f"advertise-{posting_id}"):
        st.session_state["plan-postings"] = [posting_id]
        st.switch_page(NEW_CAMPAIGN, query_params={"lang": language()})


def show_concerns(posting_id: int) -> None:
    """What would make it easier to advertise."""
    concerns = ask(reports.posting_concerns, posting_id, language())
    if concerns:
        st.markdown(f"**{say('To mend before advertising')}**")
    for concern in concerns:
        instead = f" → “{plain(brief(concern.suggestion))}”" if concern.suggestion else ""
        detail = f": {plain(brief(concern.detail))}" if concern.detail else ""
        st.markdown(f"- {concern.says}{detail}{instead}")


def facts_of(posting: PostingDetail, row: PostingRow) -> list[tuple[str, str]]:
    read = [
        figures.money(amount, posting.salary_currency)
        for amount in (posting.salary_min, posting.salary_max)
        if amount is not None and posting.salary_currency
    ]
    return [
        (say("Number"), str(posting.id)),
        (say("Source"), f"{posting.source} · {posting.external_id}"),
        (say("Status"), say(STATUSES[posting.status])),
        (say("Salary as written"), posting.salary_text or ""),
        (say("Salary as read"), " – ".join(dict.fromkeys(read))),
        (say("Employment"), naming.employment(posting.employment_type)),
        (say("Posted"), figures.day(posting.posted_on)),
        (say("Expires"), figures.day(posting.expires_on)),
        (say("Campaigns"), figures.number(row.publications)),
        (say("Last change"), figures.moment(posting.updated_at)),
    ]


def show_receipts() -> None:
    receipts = ask(reports.last_import_receipts)
    if not receipts:
        st.info(say("No file was imported yet."))
        return
    counts = {
        "read": mark("Read"),
        "created": mark("New"),
        "updated": mark("Updated"),
        "unchanged": mark("Unchanged"),
        "merged": mark("Merged"),
        "quarantined": mark("Set aside"),
        "closed": mark("Ended"),
    }
    chosen = table(
        receipts,
        [
            Column(say("When"), lambda row: row.finished_at, figures.moment, width=150),
            Column(say("File"), lambda row: row.file_name, width=180),
            Column(say("Source"), lambda row: row.source),
            *(Column(say(label), attrgetter(name), figures.number) for name, label in counts.items()),
            Column(say("Receipt"), lambda row: row.id),
        ],
        key="receipts",
        choose=True,
    )
    st.caption(
        say("Read = new + updated + unchanged + merged + set aside. Select a row to see what was set aside.")
    )
    if chosen is None or chosen >= len(receipts):
        return
    aside = ask(reports.quarantine, receipts[chosen].id)
    if not aside:
        st.success(say("Nothing was set aside from this file."))
        return
    table(
        aside,
        [
            Column(say("Line"), lambda row: row.line),
            Column(say("Why"), lambda row: row.reason, width=280),
            Column(say("Content"), lambda row: row.content, width=480),
        ],
        key="quarantine",
    )


show_postings()
