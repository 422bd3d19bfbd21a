"""Creatives: the words of ads side by side, why each sentence is allowed, and the approval of a person."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from adflux_core import reports
from adflux_core.creative.card import card_for
from adflux_core.creative.gate import Examination, Examined
from adflux_core.creative.words import Words
from adflux_core.errors import AdfluxError, NotAllowedError
from adflux_core.reports import CreativeRow, WrittenFor
from dashboard import deeds, figures, naming, session
from dashboard.reads import ask
from dashboard.session import SessionEndedError
from dashboard.sheet import explain, sheet
from dashboard.words import brief, language, many, mark, plain, say

CLAIMS = {
    "number": mark("Number"),
    "benefit": mark("Benefit"),
    "skill": mark("Skill"),
    "name": mark("Name or place"),
    "subject": mark("Subject"),
}
FIELDS = {
    "title": mark("title"),
    "company": mark("company"),
    "place": mark("place"),
    "salary": mark("salary"),
    "employment": mark("kind of employment"),
    "description": mark("description"),
}
PARTS = {
    "primary_text": mark("Text"),
    "headline": mark("Headline"),
    "description": mark("Description"),
    "headlines": mark("Headline"),
    "descriptions": mark("Description"),
}
SPOKEN = {"es": mark("Spanish"), "en": mark("English")}


def show_creatives() -> None:
    with sheet(
        say("Ads"), say("Words for each platform, and why each sentence may stand. A person approves them.")
    ):
        written = ask(reports.postings_written_for)
        if not written:
            st.info(say("No ads yet. Write some under Start and follow."))
            return
        posting, spoken = choose(written)
        rows = [row for row in ask(reports.creatives, posting.id) if row.language == spoken]
        if not rows:
            st.info(say("Nothing is written in this language."))
            return
        platforms = sorted({row.platform for row in rows}, reverse=True)
        for column, platform in zip(st.columns(len(platforms)), platforms, strict=True):
            with column:
                show_platform([row for row in rows if row.platform == platform])


def choose(written: list[WrittenFor]) -> tuple[WrittenFor, str]:
    which, spoken = st.columns([2, 1])
    posting = which.selectbox(
        say("Posting"), written, format_func=lambda one: f"{one.id} · {brief(one.title)}", key="written-for"
    )
    asked = spoken.selectbox(
        say("Language of the ad"), list(SPOKEN), format_func=lambda code: say(SPOKEN[code]), key="ad-language"
    )
    return posting, asked


def show_platform(rows: list[CreativeRow]) -> None:
    platform = rows[0].platform
    st.subheader(naming.platform(platform), anchor=False)
    row = st.selectbox(
        many("{count} version", "{count} versions", len(rows), figures.number(len(rows))),
        rows,
        format_func=lambda one: (
            f"{one.id} · {naming.writer(one.source)}"
            + (f" · {segment_of(one)}" if one.segment_id else "")
            + (f" · {say('approved')}" if one.approved_by else "")
        ),
        key=f"version-{platform}-{rows[0].posting_id}-{rows[0].language}",
    )
    words, examined = ask(reports.creative_examined, row.id, language())
    with st.container(border=True):
        if row.simulated:
            st.caption(say("SIMULATED: this job does not exist."))
        # Streamlit shows the value of an expression that stands alone.
        if words.headlines:
            show_search_ad(row, words)
        else:
            show_feed_ad(row, words)
    show_verdict(row, examined)
    with st.expander(say("Why each sentence is allowed")):
        for one in examined.texts:
            show_reasons(one)
    with st.expander(say("Where it comes from")):
        for label, value in provenance(row):
            st.markdown(f"**{label}**  \n{plain(value) or figures.UNKNOWN}")
    with st.expander(say("Edit")):
        edit(row, words)
        if not words.headlines:
            bring_picture(row)


def show_feed_ad(row: CreativeRow, words: Words) -> None:
    st.markdown(f"**{plain(brief(row.company or row.title))}**")
    st.text(words.primary_text)
    shown = (
        ask(reports.creative_image, row.image_hash)
        if row.image_hash
        else card_for(row.title, row.company, row.place)
    )
    st.image(shown, width="stretch", alt=say("The ad's picture"))
    st.markdown(f"**{plain(words.headline)}**  \n{plain(words.description)}")


def show_search_ad(row: CreativeRow, words: Words) -> None:
    st.caption(f"{say('Sponsored')} · {plain(urlsplit(row.apply_url or '').hostname or '')}")
    st.markdown(f"**{plain(' | '.join(words.headlines[:3]))}**")
    st.text(" ".join(words.descriptions[:2]))
    st.caption(say("Google puts these together:"))
    for text in (*words.headlines, *words.descriptions):
        st.text(f"· {text}")


def show_verdict(row: CreativeRow, examined: Examination) -> None:
    if row.approved_by and row.approved_at:
        st.success(
            say(
                "Approved by {who}, {when}.", who=plain(row.approved_by), when=figures.moment(row.approved_at)
            )
        )
        if st.button(
            say("Withdraw"), key=f"withdraw-{row.id}", disabled=not session.may("withdraw creative")
        ):
            act(lambda: deeds.withdraw_creative(row.id))
    elif examined.publishable:
        allowed = session.may("approve creative")
        if st.button(say("Approve"), key=f"approve-{row.id}", disabled=not allowed):
            act(lambda: deeds.approve_creative(row.id))
        if not allowed:
            st.caption(say("An approver decides whether these words run."))
    else:
        st.error(say("These words cannot run: {why}", why=plain("; ".join(examined.problems()))))
    for one in examined.texts:
        if one.note:
            st.caption(say("People see only a part: {what}", what=plain(one.note)))


def show_reasons(one: Examined) -> None:
    st.markdown(f"{':green' if one.passes else ':red'}-badge[{plain(part_of(one.part))}] {plain(one.text)}")
    reasons = [
        f"- {say(CLAIMS[claim.kind])} “{plain(claim.words)}” ← "
        + (
            f"{say(FIELDS[claim.field])}: “{plain(claim.said[:160])}”"
            if claim.traced
            else say("the posting does not say it")
        )
        for claim in one.claims
    ]
    rules = [
        f"- {plain(finding.words)}: {plain(finding.explanation)} ({plain(finding.source)})"
        for finding in one.findings
    ]
    rewrites = [f"- {say('Instead')}: {plain(finding.rewrite)}" for finding in one.findings]
    told = reasons + rules + rewrites
    st.markdown(
        "\n".join(told) if told else f"- {say('It claims nothing of the job, and no rule is against it.')}"
    )


def part_of(name: str) -> str:
    """headlines 2: Titular 2."""
    kind, _, number = name.partition(" ")
    return f"{say(PARTS[kind])} {number}".strip() if kind in PARTS else name


def provenance(row: CreativeRow) -> list[tuple[str, str]]:
    facts = [(say("Source"), naming.writer(row.source)), (say("When"), figures.moment(row.created_at))]
    if row.segment_id:
        facts.append((say("Segment"), segment_of(row)))
    if row.image_hash:
        facts.append((say("Picture"), row.image_hash[:16]))
    facts.append((say("Applications by ads with these words"), figures.number(row.applications)))
    if row.edited_from:
        facts.append((say("Edited from"), f"{row.edited_from} · {row.author}"))
    if row.model:
        tokens = f"{figures.number(row.prompt_tokens)} + {figures.number(row.output_tokens)}"
        facts += [
            (say("Prompt"), row.prompt_version or ""),
            (say("Model"), f"{row.model} · {row.model_version}"),
            (say("Tokens, in and out"), tokens),
            (say("Calls"), figures.number(row.calls)),
            (say("Cost"), f"USD {row.cost_usd}" if row.cost_usd is not None else ""),
            (say("Reply"), row.response_id or ""),
        ]
    return [
        *facts,
        (say("Hash of the words"), row.content_hash[:16]),
        (say("Hash of the posting"), row.posting_hash[:16]),
    ]


def segment_of(row: CreativeRow) -> str:
    return (row.segment_en if language() == "en" else row.segment_es) or ""


def edit(row: CreativeRow, words: Words) -> None:
    with st.form(f"edit-{row.id}"):
        if words.headlines:
            headlines = st.text_area(say("Headlines, one a line"), "\n".join(words.headlines), height=160)
            descriptions = st.text_area(say("Descriptions, one a line"), "\n".join(words.descriptions))
            changed = Words(
                headlines=tuple(lines(headlines)[:15]), descriptions=tuple(lines(descriptions)[:4])
            )
        else:
            changed = Words(
                primary_text=st.text_area(say("Text"), words.primary_text).strip(),
                headline=st.text_input(say("Headline"), words.headline).strip(),
                description=st.text_input(say("Description"), words.description).strip(),
            )
        if st.form_submit_button(say("Save as a new version"), disabled=not session.may("edit creative")):
            act(lambda: deeds.edit_creative(row.id, changed))


def bring_picture(row: CreativeRow) -> None:
    """Another picture than the card: looked into, drawn anew, and a new version to approve."""
    given = st.file_uploader(
        say("Picture instead of the card"), help=deeds.PICTURE_ASKED, key=f"picture-{row.id}"
    )
    allowed = session.may("choose image")
    if st.button(say("Use this picture"), key=f"use-{row.id}", disabled=not (given and allowed)) and given:
        content = given.getvalue()
        act(lambda: deeds.choose_image(row.id, content))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def act(deed: object) -> None:
    """Do it and look again, or say in one line why not."""
    assert callable(deed)
    try:
        deed()
    except AdfluxError as error:
        headline = None
        if not isinstance(error, NotAllowedError | SessionEndedError):
            headline = say("These words cannot run: {why}", why=plain(str(error)))
        explain(error, headline)
        return
    st.rerun()


show_creatives()
