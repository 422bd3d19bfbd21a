"""Each deed of the dashboard, made ready on the sample: what is then one click, or several."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.access import NEEDS, Role
from adflux_core.creative.words import Words
from dashboard import deeds
from dashboard.runs import Deployment

Act = Callable[[], object]

NUMBERS = itertools.count()
STARTS = [deed for deed in NEEDS if deed.startswith("start ")]
LOOKS = [deed for deed in NEEDS if deed.startswith("look")]


def start(deed: str) -> Act:
    flow, key = deed.removeprefix("start "), f"dashboard-{next(NUMBERS)}"
    one = Deployment(UUID(int=1), flow, "on-demand", "", {}, {}, paused=False)
    return lambda: deeds.start(one, {}, key)


def choose_image() -> Act:
    written = BytesIO()
    Image.new("RGB", (1080, 1080), (next(NUMBERS), 57, 84)).save(written, "PNG")
    return lambda: deeds.choose_image(1, written.getvalue())


def edit() -> Act:
    words = Words.model_validate(_one("SELECT words FROM adflux.creative_text WHERE id = 1"))
    there = _one("SELECT count(*) FROM adflux.creative_text WHERE posting_id = 1")
    said = ("Bogotá.", "Colombia.", "Bogotá, Colombia.")[int(str(there)) % 3]
    return lambda: deeds.edit_creative(1, words.model_copy(update={"description": said}))


def _one(sql: str) -> object:
    with database.connection() as connected:
        return connected.execute(text(sql)).scalar_one()


def _run(sql: str) -> None:
    with database.connection() as connected:
        connected.execute(text(sql))


def approve_plan() -> Act:
    plan = int(str(_one(NEW_PLAN)))
    return lambda: deeds.approve_plan(plan)


def refuse_plan() -> Act:
    plan = int(str(_one(NEW_PLAN)))
    return lambda: deeds.refuse_plan(plan, "Too dear.")


def acknowledge() -> Act:
    _run("UPDATE adflux.alert SET ended_at = now()")
    alert = int(str(_one(NEW_ALERT)))
    return lambda: deeds.acknowledge_alert(alert)


def of_campaign(deed: str) -> Act:
    _run("UPDATE adflux.publication SET desired_state = 'active' WHERE id = 1")
    seen = newest_wish(1)
    return lambda: deeds.ask_of_campaign(deed, 1, seen)


def newest_wish(publication_id: int) -> int:
    """As a page that was just opened knows it."""
    audit = reports.publication_detail(publication_id).audit
    return max((line.id for line in audit if line.action in deeds.WISHES), default=0)


def grant() -> Act:
    account = f"new{next(NUMBERS)}@example.com"
    return lambda: deeds.grant_role(account, Role.VIEWER)


def revoke() -> Act:
    _run("""INSERT INTO adflux.person (account, role, granted_by) VALUES ('gone@example.com', 'viewer', 'x')
            ON CONFLICT (account) DO UPDATE SET active = true""")
    return lambda: deeds.revoke_role("gone@example.com")


def rename() -> Act:
    texts = {"name_es": "Bodega", "name_en": f"Store {next(NUMBERS)}"}
    texts |= {"description_es": "Uno", "description_en": "One"}
    return lambda: deeds.rename_segment(1, texts)


def approve_creative() -> Act:
    _run("UPDATE adflux.creative_text SET approved_by = NULL, approved_at = NULL WHERE id = 1")
    return lambda: deeds.approve_creative(1)


def withdraw_creative() -> Act:
    _run("UPDATE adflux.creative_text SET approved_by = 'luz', approved_at = now() WHERE id = 1")
    return lambda: deeds.withdraw_creative(1)


NEW_PLAN = """
    WITH made AS (
        INSERT INTO adflux.plan (spec_hash, author)
        SELECT encode(sha256(convert_to(spec_hash, 'UTF8')), 'hex'), 'laura'
        FROM adflux.plan_item WHERE plan_id = 1
        RETURNING id
    ), item AS (
        INSERT INTO adflux.plan_item (plan_id, posting_id, platform, spec, spec_hash, account_id, currency,
                                      budget_minor, worst_day_minor, first_day, last_day)
        SELECT made.id, posting_id, platform, spec, spec_hash, account_id, currency, budget_minor,
               worst_day_minor, first_day, last_day
        FROM adflux.plan_item, made WHERE plan_id = 1
    )
    SELECT id FROM made
"""
NEW_ALERT = """
    INSERT INTO adflux.alert (kind, platform, subject, detail, first_at, last_at)
    VALUES ('gap', 'meta', '', '', now(), now()) RETURNING id
"""
# A deed that is not here, or one here that needs no role, fails the test of the matrix.
READY: Mapping[str, Callable[[], Act]] = {
    **{deed: partial(start, deed) for deed in STARTS},
    **{deed: partial(of_campaign, deed) for deed in deeds.WANTED},
    "approve plan": approve_plan,
    "refuse plan": refuse_plan,
    "edit creative": edit,
    "choose image": choose_image,
    "approve creative": approve_creative,
    "withdraw creative": withdraw_creative,
    "rename segment": rename,
    "acknowledge alert": acknowledge,
    "grant role": grant,
    "revoke role": revoke,
}
