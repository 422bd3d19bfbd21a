"""Indeed's XML feed and RSS, read in a stream; entities, document types and bombs are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse

from adflux_core.intake.opening import CleanBytes
from adflux_core.intake.records import Bad, Feed, Found, UnreadableError
from adflux_core.postings.columns import HEADERS
from adflux_core.postings.formats import PostingFormat

ROOTS = {PostingFormat.INDEED_XML: ("source", "job"), PostingFormat.RSS: ("rss", "item")}
DEEPEST = 64
MOST_ELEMENTS = 10_000
# NEOGOV's channel is the employer itself: http://www.neogov.com/namespaces/JobListing
_EMPLOYERS_OWN = "neogov.com/namespaces/JobListing"


def read_xml(stream: CleanBytes, kind: PostingFormat) -> Feed:
    """The postings, with the elements of each matched to our fields by their names, as CSV headers are."""
    return Feed(_postings(stream, kind))


def _postings(stream: CleanBytes, kind: PostingFormat) -> Iterator[Found | Bad]:
    number = 0
    company = ""
    try:
        for item, employer in _items(stream, kind):
            number += 1
            company = employer or company
            yield Found(number, _fields(item, company))
            stream.marked, stream.record = stream.position, number
    except DefusedXmlException as error:
        raise UnreadableError(
            f"declares a document type or an entity ({type(error).__name__}), which is refused: remove the "
            "<!DOCTYPE …> from the feed"
        ) from None
    except ParseError as error:
        line, column = error.position
        raise UnreadableError(
            f"line {line}, column {column + 1}: not well-formed XML ({str(error).partition(':')[0]}), after "
            f"posting {number}: download it again"
        ) from None


def _items(stream: CleanBytes, kind: PostingFormat) -> Iterator[tuple[Element, str]]:
    """Each posting's element, emptied after use, with the employer whose own channel this is, if it is."""
    root, item = ROOTS[kind]
    # The bytes are UTF-8 by now, whatever the declaration says.
    parser = DefusedXMLParser(target=TreeBuilder(), encoding="utf-8", forbid_dtd=True)
    path: list[Element] = []
    inside = elements = 0
    for event, element in _events(stream, parser):
        if event == "start":
            path.append(element)
            elements += 1
            _check(path, elements, root)
            inside = inside or (len(path) if _local(element) == item else 0)
            continue
        path.pop()
        if not path:
            return
        if inside == len(path) + 1:
            yield element, _employer(path[-1], element)
            inside = elements = 0
            element.clear()
            path[-1].remove(element)


def _events(stream: CleanBytes, parser: Any) -> Iterator[tuple[str, Element]]:
    yield from iterparse(stream, events=("start", "end"), parser=parser)


def _check(path: list[Element], elements: int, root: str) -> None:
    if len(path) == 1 and _local(path[0]) != root:
        raise UnreadableError(
            f"has <{_local(path[0])[:40]}> at its root where <{root}> should be: another format?"
        )
    if len(path) > DEEPEST or elements > MOST_ELEMENTS:
        bound = f"{DEEPEST} levels deep" if len(path) > DEEPEST else f"{MOST_ELEMENTS} elements"
        raise UnreadableError(f"one posting in the XML goes beyond {bound}: that is no job posting")


def _fields(item: Element, company: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for child in item:
        name = _local(child)
        # Markup that was not escaped is part of the text.
        text = "".join(child.itertext()) if len(child) else child.text or ""
        if text.strip() and name not in texts:
            texts[name] = text
    fields = {field: texts[name] for field, name in HEADERS.match_names(list(texts)).items()}
    if company and "company" not in fields:
        fields["company"] = company
    return fields


def _employer(channel: Element, item: Element) -> str:
    own = any(_EMPLOYERS_OWN in child.tag for child in item)
    return (channel.findtext("title") or "") if own else ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
