"""The employer's export tells of each applicant what really happened, and of some not by which ad."""

import csv
import io
from collections import Counter, defaultdict
from typing import Any

from sandbox.applicants import HEADER, STEPS, WORDS
from sandbox.server import Sandbox


def exported(world: Sandbox) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    told = world.control("GET", "applications")
    return list(csv.DictReader(io.StringIO(told["csv"]), delimiter=";")), told["truth"]


def running(world: Sandbox, make_client: Any, days: int) -> str:
    client = make_client(world)
    page = "https://x.example/1?ad={{ad.id}}&campaign={{campaign.id}}"
    creative = client.post("act/adcreatives", name="creative", object_story_spec=client.story(link=page))[
        "id"
    ]
    ad_set_id = client.ad_set(client.campaign(status="ACTIVE"), status="ACTIVE", daily_budget=400_000)
    ad_id: str = client.ad(ad_set_id, status="ACTIVE", creative_id=creative)
    client.days(days)
    return ad_id


def test_the_export_is_the_truth(world: Sandbox, make_client: Any) -> None:
    ad_id = running(world, make_client, 20)
    lines, (truth,) = exported(world)
    assert tuple(lines[0]) == HEADER
    told: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        told[line["id_postulacion"]].append(line)
    reached: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for events in told.values():
        steps = {WORDS.index(event["etapa"]) for event in events}
        assert steps == set(range(len(events)))  # nobody skips a step
        pages = {event["pagina_llegada"] for event in events if event["etapa"] in WORDS[:2]}
        (page,) = pages
        if f"ad={ad_id}&" in page:
            assert "{" not in page
            reached.update(STEPS[step] for step in steps)
        else:
            elsewhere["elsewhere" if page else "lost"] += 1
    assert {name: truth[name] for name in (*STEPS, "lost", "elsewhere")} == {
        **{step: reached[step] for step in STEPS},
        "lost": elsewhere["lost"],
        "elsewhere": elsewhere["elsewhere"],
    }
    assert reached["started"] > reached["submitted"] > reached["qualified"] > reached["interview"] > 0
    assert elsewhere["lost"] > 0 < elsewhere["elsewhere"]


def test_a_later_export_holds_all_of_an_earlier_one(world: Sandbox, make_client: Any) -> None:
    running(world, make_client, 8)
    earlier, _ = exported(world)
    again, _ = exported(world)
    assert again == earlier
    world.control("POST", "clock", {"advance_days": 10})
    later, _ = exported(world)
    assert {tuple(line.values()) for line in earlier} < {tuple(line.values()) for line in later}
    assert all(line["fecha"] <= world.clock.now.isoformat() for line in later)


def test_a_world_without_ads_has_no_applicants(world: Sandbox) -> None:
    assert exported(world) == ([], [])
