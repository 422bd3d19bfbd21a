"""Replies that Meta really gave are paged to their end, and what is kept of them holds no token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from real_data import DATA

from adflux_core.platforms.meta.paging import decoded, every_page, harmless
from adflux_core.platforms.meta.reading import object_of

LISTS = "meta_ads_adsets_campaigns_paged_v2.9.jsonl"


def recorded(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "api" / name).read_text().splitlines()]


def listings(name: str) -> dict[str, dict[str | None, Any]]:
    """By account and edge, the reply to each `after`; the first page was asked for by ids."""
    found: dict[str, dict[str | None, Any]] = {}
    for call in recorded(name):
        url = urlsplit(call["url"])
        edge = url.path.rpartition("/")[2]
        after = parse_qs(url.query).get("after", [None])[0]
        if "data" in call["body"]:
            found.setdefault(f"{url.path.split('/')[-2]} {edge}", {})[after] = call["body"]
        else:
            for account, body in call["body"].items():
                found.setdefault(f"{account} {edge}", {})[None] = body
    return found


@pytest.mark.parametrize("edge", ["ads", "adsets", "campaigns"])
def test_recorded_lists_are_read_to_their_last_page(edge: str) -> None:
    for name, replies in listings(LISTS).items():
        if not name.endswith(f" {edge}"):
            continue

        def get(_path: object, params: Mapping[str, Any], _keep: object, known: Any = replies) -> Any:
            return known[params.get("after")]

        pages = list(every_page(get, ("act", edge), {}))
        ids = [one["id"] for page in pages for one in page]
        assert len(pages) == len(replies) > 1
        assert len(ids) == len(set(ids)) == sum(len(one["data"]) for one in replies.values())


@pytest.mark.parametrize("path", sorted((DATA / "api").glob("meta_*.jsonl")), ids=lambda path: path.stem)
def test_what_is_kept_of_a_recorded_reply_says_the_same_without_its_token(path: Any) -> None:
    links = 0
    for call in recorded(path.name):
        body = json.dumps(call["body"])
        kept = harmless(body.encode())
        assert b"XXTOKENXX" not in kept
        assert b"<access_token>" not in kept
        links += body.count("access_token=")
        without = body.replace("XXTOKENXX", "-").replace("<access_token>", "-")
        assert decoded(kept) == json.loads(without.replace("<appsecret_proof>", "-"))
    assert links or "write" in path.name or "async" in path.name


def test_recorded_campaigns_and_ad_sets_are_objects() -> None:
    (listed,) = [call["body"]["data"] for call in recorded("meta_write_list_campaigns_2017.jsonl")]
    (ad_set,) = [
        call["body"] for call in recorded("meta_write_create_ad_set_2017.jsonl") if call["method"] == "GET"
    ]
    for kind, raw in [*(("campaign", one) for one in listed), ("ad_group", ad_set)]:
        seen = object_of(kind, raw)
        assert (seen.external_id, seen.name) == (raw["id"], raw["name"])
