"""What applications cost: the sandbox's truth to the last one, each currency apart, and nothing invented."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from application_files import HEADER, ask, link
from meta_publications import one_pass, open_posting, opened, published
from platform_world import PlatformWorld
from segment_sample import fill_segments

from adflux_core import database, reports
from adflux_core.applications import import_applications
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.publication.orders import order_publication
from adflux_core.schema.publication import Publication
from adflux_core.schema.segments import SegmentPin

STEPS = ("started", "submitted", "qualified", "interview", "hired")


def exported(here: PlatformWorld, path: Path) -> dict[str, int]:
    """Write the employer's export; what it truly holds, all ads together."""
    told = here.sandbox.control("GET", "applications")
    path.write_text(told["csv"])
    return {name: sum(row[name] for row in told["truth"]) for name in (*STEPS, "lost", "elsewhere")}


def read_numbers(here: PlatformWorld) -> None:
    today = here.sandbox.clock.today
    sync_metrics(opened(here.name), since=date(2026, 10, 2), today=today)


def test_the_costs_are_the_truth_as_time_goes_on(
    here: PlatformWorld, posting_id: int, tmp_path: Path
) -> None:
    publication = published(posting_id, platform=here.name)
    one_pass(publication)
    for days in (9, 16):
        here.advance(days)
        read_numbers(here)
        truth = exported(here, tmp_path / f"after {days}.csv")
        import_applications(tmp_path / f"after {days}.csv")
        (costs,) = reports.application_costs("campaign")
        assert {step: getattr(costs, step) for step in STEPS} == {step: truth[step] for step in STEPS}
        assert costs.hired is not None
        came = {one.step: one.applications for one in reports.campaign_funnel(publication)}
        assert {step: came[step] for step in STEPS} == {step: truth[step] for step in STEPS}
        told = here.sandbox.control("GET", "truth", {"until": str(here.sandbox.clock.today - timedelta(1))})
        spend = sum((Decimal(row["spend"]) for row in told["reported"]), Decimal(0))
        assert costs.spend == spend > 0
        assert costs.cost_per_submitted == round(spend / truth["submitted"], 3)
        assert costs.cost_per_qualified == round(spend / truth["qualified"], 3)
        assert costs.cost_per_hire == (round(spend / truth["hired"], 3) if truth["hired"] else None)
        assert costs.reported is not None
        assert costs.cost_per_reported == round(spend / costs.reported, 3)
        (ad,) = reports.ad_costs(publication)
        assert (ad.spend, ad.reported, ad.submitted, ad.hired) == (
            *(costs.spend, costs.reported, costs.submitted, costs.hired),
        )
        lost = {
            one.reason: one.applications
            for one in reports.application_funnel()
            if one.reason and one.step == "started"
        }
        found = {"missing": truth["lost"], "foreign": truth["elsewhere"]}
        assert lost == {reason: count for reason, count in found.items() if count}
    (gap,) = reports.application_gaps()
    assert (gap.reported, gap.observed) == (costs.reported, costs.submitted)
    for (again,) in (reports.application_costs("posting"), reports.application_costs("platform")):
        assert (again.spend, again.hired, again.campaigns) == (costs.spend, costs.hired, 1)


def test_what_was_not_read_is_missing_and_what_was_is_zero(
    here: PlatformWorld, posting_id: int, tmp_path: Path
) -> None:
    one_pass(published(posting_id, platform=here.name))
    (nothing,) = reports.application_costs("campaign")
    assert (nothing.spend, nothing.reported, nothing.submitted, nothing.cost_per_hire) == (None,) * 4
    assert reports.application_gaps() == []
    here.advance(5)
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "1,applied,2026-10-03,,\n")
    import_applications(path)
    (ours,) = reports.application_costs("campaign")
    assert (ours.spend, ours.submitted, ours.cost_per_submitted) == (None, 0, None)
    (gap,) = reports.application_gaps()
    assert (gap.reported, gap.observed, gap.unsettled) == (None, 0, None)
    read_numbers(here)
    (both,) = reports.application_costs("campaign")
    assert both.spend is not None
    assert both.spend > 0
    assert (both.submitted, both.cost_per_submitted) == (0, None)
    # A day in the middle that nobody read takes the sum away, rather than make it smaller.
    with_a_hole = date(2026, 10, 3)
    ask("DELETE FROM day_reading WHERE date_day = :day RETURNING 1", day=with_a_hole)
    (holed,) = reports.application_costs("campaign")
    assert (holed.spend, holed.reported, holed.cost_per_reported) == (None, None, None)


def test_the_gap_names_what_came_through_the_links_and_does_not_count(
    here: PlatformWorld, posting_id: int, tmp_path: Path
) -> None:
    one_pass(published(posting_id, platform=here.name))
    ((click_id,),) = ask("SELECT click_id FROM apply_link")
    here.advance(12)
    read_numbers(here)
    rows = [
        ("2026-10-05", link(click_id), ""),
        ("2026-10-05", link(click_id), "2026-10-04"),
        ("2026-10-15", link(click_id), "2026-10-04"),
        ("2026-11-10", link(click_id), "2026-10-04"),
        ("2026-10-01", link(click_id), ""),
        ("2026-10-05", "", ""),
        ("2026-10-05", "LinkedIn", ""),
    ]
    path = tmp_path / "events.csv"
    path.write_text(
        HEADER + "\n".join(f"{n},applied,{at},{page},{clicked}" for n, (at, page, clicked) in enumerate(rows))
    )
    import_applications(path)
    (gap,) = reports.application_gaps()
    late = 1 if here.name == "meta" else 0  # the eleventh day: Meta looks for seven, Google for thirty
    assert (gap.observed, gap.before, gap.outside, gap.late) == (3, 1, 1, late)
    assert gap.unsettled == gap.reported  # none of these days is old enough
    assert reports.applications_known().nobodys == 2


def test_a_segment_costs_what_the_campaigns_that_speak_to_it_cost(
    here: PlatformWorld, posting_id: int, tmp_path: Path
) -> None:
    other = open_posting("2")
    spoken_to, everybodys = (published(one, platform=here.name) for one in (posting_id, other))
    with database.transaction() as session:
        fill_segments(session)
        plan_id = session.get_one(Publication, spoken_to).plan_id
        session.add(SegmentPin(plan_id=plan_id, segment_id=2, version_id=1, fairness_report_id=1, aim={}))
    for publication in (spoken_to, everybodys):
        one_pass(publication)
    here.advance(9)
    read_numbers(here)
    exported(here, tmp_path / "events.csv")
    import_applications(tmp_path / "events.csv")
    campaigns = {one.publication_id: one for one in reports.application_costs("campaign")}

    def by_segment() -> dict[int | None, tuple[object, ...]]:
        rows = reports.application_costs("segment")
        return {
            one.segment_id: (one.name_en, one.campaigns, one.spend, one.submitted, one.cost_per_hire)
            for one in rows
        }

    def costs(publication: int) -> tuple[object, ...]:
        one = campaigns[publication]
        return (1, one.spend, one.submitted, one.cost_per_hire)

    told = by_segment()
    assert told == {
        2: ("Data analyst · *sql* $5", *costs(spoken_to)),
        None: (None, *costs(everybodys)),
    }
    # Another budget is another plan, which speaks to whom the plan before it spoke to.
    changed = draft_budget_change(spoken_to, Money.of("COP", 900_000), "ana").plan_id
    approve_plan(changed, "luz")
    order_publication(changed, "test")
    assert by_segment() == told


def test_before_anything_there_is_nothing(database_url: str) -> None:
    known = reports.applications_known()
    assert (known.files, known.imported_at, known.nobodys) == (0, None, 0)
    assert reports.application_costs("platform") == []
    assert reports.application_funnel() == []
    assert reports.application_gaps() == []
