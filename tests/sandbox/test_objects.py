"""The unmodified SDK builds a whole tree, reads it back, changes it and takes it down."""

from typing import Any

import pytest
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign
from facebook_business.exceptions import FacebookRequestError


def test_the_sdk_builds_a_whole_tree(client: Any, tmp_path: Any) -> None:
    account = client.account
    campaign = account.create_campaign(params=client.campaign_values())
    ad_set = account.create_ad_set(params=client.ad_set_values(campaign["id"]))
    picture = tmp_path / "welder.png"
    picture.write_bytes(client.png)
    image = account.create_ad_image(params={"filename": str(picture)})
    story = client.story(image_hash=image["hash"])
    creative = account.create_ad_creative(params={"name": "c", "object_story_spec": story})
    ad = account.create_ad(
        params={
            "name": "ad [adflux:7f3a]",
            "adset_id": ad_set["id"],
            "creative": {"creative_id": creative["id"]},
            "status": "PAUSED",
        }
    )

    read = ad.api_get(fields=["name", "adset_id", "campaign_id", "creative", "effective_status"])
    assert read["name"] == "ad [adflux:7f3a]"
    assert (read["adset_id"], read["campaign_id"]) == (ad_set["id"], campaign["id"])
    assert read["creative"]["id"] == creative["id"]
    assert read["effective_status"] == "PAUSED"
    budget = AdSet(ad_set["id"], api=client.api).api_get(fields=["daily_budget", "targeting", "start_time"])
    assert budget["daily_budget"] == "50000"  # text, in minor units; COP has none
    assert budget["start_time"] == "2026-10-01T09:00:00-0500"
    assert budget["targeting"]["geo_locations"]["countries"] == ["CO"]


def test_the_same_post_twice_makes_two(client: Any) -> None:
    first, second = client.campaign(), client.campaign()
    assert first != second
    names = [row["name"] for row in client.get("act/campaigns", fields="name")["data"]]
    assert names == ["campaign", "campaign"]


def test_the_same_picture_is_the_same_image(client: Any) -> None:
    one, two = client.story(), client.story()
    assert one["link_data"]["image_hash"] == two["link_data"]["image_hash"]
    assert len(client.get("act/adimages", fields="hash")["data"]) == 1


def test_the_sdk_updates_and_deletes(client: Any) -> None:
    campaign_id, ad_set_id, ad_id = client.tree(status="PAUSED")
    AdSet(ad_set_id, api=client.api).api_update(params={"daily_budget": 60_000, "name": "renamed"})
    assert client.get(ad_set_id, fields="name,daily_budget")["daily_budget"] == "60000"

    campaign = Campaign(campaign_id, api=client.api)
    campaign.api_delete()
    campaign.api_delete()  # a second time does no harm
    assert client.get(ad_id, fields="effective_status,status") == {
        "effective_status": "DELETED",
        "status": "PAUSED",
        "id": ad_id,
    }
    assert client.get("act/ads")["data"] == []


def test_status_deleted_deletes(client: Any) -> None:
    campaign_id = client.campaign()
    client.post(campaign_id, status="DELETED")
    assert client.get("act/campaigns")["data"] == []
    assert client.refused("POST", campaign_id, status="PAUSED")["code"] == 100
    client.post(campaign_id, name="still to be renamed")


def test_an_archived_object_can_only_be_renamed_or_deleted(client: Any) -> None:
    campaign_id = client.campaign()
    client.post(campaign_id, status="ARCHIVED")
    assert client.refused("POST", campaign_id, status="ACTIVE")["code"] == 100
    listed = client.get("act/campaigns", effective_status=["ARCHIVED"])["data"]
    assert [row["id"] for row in listed] == [campaign_id]
    client.post(campaign_id, status="DELETED")


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads", "adcreatives"])
def test_validate_only_makes_nothing(client: Any, edge: str) -> None:
    campaign_id = client.campaign()
    ad_set_id = client.ad_set(campaign_id)
    creative_id = client.creative()
    values = {
        "campaigns": client.campaign_values(),
        "adsets": client.ad_set_values(campaign_id),
        "ads": {"name": "ad", "adset_id": ad_set_id, "creative": {"creative_id": creative_id}},
        "adcreatives": {"name": "c", "object_story_spec": client.story()},
    }[edge]
    before = len(client.world.control("GET", "objects")["objects"])
    assert client.post(f"act/{edge}", **values, execution_options=["validate_only"]) == {"success": True}
    assert client.refused("POST", f"act/{edge}", execution_options=["validate_only"])["code"] == 100
    assert len(client.world.control("GET", "objects")["objects"]) == before


def test_validate_only_changes_nothing(client: Any) -> None:
    _, ad_set_id, _ = client.tree(status="PAUSED")
    client.post(ad_set_id, daily_budget=70_000, execution_options=["validate_only"])
    assert client.get(ad_set_id, fields="daily_budget")["daily_budget"] == "50000"


def test_labels(client: Any) -> None:
    label = client.post("act/adlabels", name="adflux")["id"]
    assert client.post("act/adlabels", name="adflux")["id"] == label
    mine = client.campaign(adlabels=[{"id": label}, {"name": "7f3a"}])
    other = client.campaign(adlabels=[{"name": "7f3a"}])
    client.campaign()
    both = [label, client.post("act/adlabels", name="7f3a")["id"]]
    found = client.get("act/campaignsbylabels", ad_label_ids=both, operator="ALL")["data"]
    assert [row["id"] for row in found] == [mine]
    found = client.get("act/campaignsbylabels", ad_label_ids=both, operator="ANY")["data"]
    assert {row["id"] for row in found} == {mine, other}
    assert client.get(mine, fields="adlabels")["adlabels"][0] == {"id": label, "name": "adflux"}
    assert client.refused("GET", "act/adsbylabels")["code"] == 100


def test_account_and_me(client: Any) -> None:
    fields = ["currency", "timezone_name", "account_status", "amount_spent", "min_daily_budget"]
    account = client.account.api_get(fields=fields)
    assert (account["currency"], account["timezone_name"]) == ("COP", "America/Bogota")
    assert (account["account_status"], account["amount_spent"]) == (1, "0")
    assert account["min_daily_budget"] == 2000
    assert set(client.get("me")) == {"id", "name"}


def test_minimum_budgets_name_their_currency(client: Any) -> None:
    rows = [row for page in client.pages("act/minimum_budgets") for row in page]
    mine = next(row for row in rows if row["currency"] == "COP")
    assert mine["min_daily_budget_imp"] == 2000
    assert mine["min_daily_budget_low_freq"] == 160_000


def test_field_expansion(client: Any) -> None:
    campaign_id, ad_set_id, ad_id = client.tree(status="PAUSED")
    read = client.get(ad_id, fields="adset{name,campaign{name}},creative{title,call_to_action_type}")
    assert read["adset"] == {
        "name": "ad set",
        "campaign": {"name": "campaign", "id": campaign_id},
        "id": ad_set_id,
    }
    assert read["creative"]["call_to_action_type"] == "APPLY_NOW"


def test_the_sdk_batches(client: Any) -> None:
    made, failed = [], []
    batch = client.api.new_batch()
    for number in range(3):
        client.account.create_campaign(
            params=client.campaign_values(name=f"c{number}"),
            batch=batch,
            success=lambda reply: made.append(reply.json()["id"]),
            failure=lambda reply: failed.append(reply.error()),
        )
    client.account.create_campaign(
        params={"name": "wrong"}, batch=batch, failure=lambda reply: failed.append(reply.error())
    )
    assert batch.execute() is None
    assert len(made) == 3
    assert [error.api_error_code() for error in failed] == [100]

    names = []
    batch = client.api.new_batch()
    for campaign_id in made:
        Campaign(campaign_id, api=client.api).api_get(
            fields=["name"], batch=batch, success=lambda reply: names.append(reply.json()["name"])
        )
    batch.execute()
    assert names == ["c0", "c1", "c2"]


def test_a_batch_has_at_most_fifty(client: Any) -> None:
    items = [{"method": "GET", "relative_url": "me"}] * 51
    assert "Maximum batch size is 50" in client.refused("POST", "", batch=items)["message"]
    replies = client.post("", batch=items[:50])
    assert {reply["code"] for reply in replies} == {200}
    assert "X-App-Usage" in {header["name"] for header in replies[0]["headers"]}


def test_the_sdk_reports_what_graph_refuses(client: Any) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        client.account.create_campaign(params=client.campaign_values(objective="LINK_CLICKS"))
    assert caught.value.api_error_code() == 100
    assert caught.value.api_blame_field_specs() == [["objective"]]
    assert caught.value.body()["error"]["error_user_title"] == "Objective Not Available"
