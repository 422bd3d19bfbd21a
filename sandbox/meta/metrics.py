"""From counts to what an insights row says: everything is text, and what is nothing is left out."""

from decimal import Decimal
from typing import Any

from sandbox.meta.currencies import Currency
from sandbox.meta.errors import bad_parameter, refused
from sandbox.traffic import Outcome

ATTRIBUTION_SETTING = "7d_click_1d_view"
REMOVED_WINDOWS = ("7d_view", "28d_view")
# Which part of what the default setting counts happened within each window.
WINDOWS = {"1d_click": 0.74, "7d_click": 0.92, "28d_click": 0.97, "1d_view": 0.08, "1d_ev": 0.02}
SUBMITTED = "submit_application_total"
CLICK_ACTIONS = ("link_click", "landing_page_view")
HUNDRED, THOUSAND = 100, 1000


def actions_of(outcome: Outcome) -> dict[str, int]:
    """By action type. They overlap: one application stands under up to three of them."""
    counts = {
        "link_click": outcome.link_clicks,
        "landing_page_view": outcome.page_views,
        "post_engagement": outcome.link_clicks,
        "page_engagement": outcome.link_clicks,
        "offsite_conversion.fb_pixel_custom": outcome.apply_clicks,
        SUBMITTED: outcome.applications,
        "offsite_conversion.fb_pixel_submit_application": outcome.applications,
        "onsite_web_submit_application": outcome.in_app_applications,
    }
    return {name: count for name, count in counts.items() if count}


def check_windows(windows: list[str]) -> None:
    for window in windows:
        if window in REMOVED_WINDOWS:
            raise refused(
                "Attribution Window Not Available",
                f"{window} is no longer available.",
                blame=("action_attribution_windows",),
            )
        if window != "default" and window not in WINDOWS:
            raise bad_parameter(
                f"This sandbox does not know the window {window}.", "action_attribution_windows"
            )


def measured(outcome: Outcome, currency: Currency, windows: list[str]) -> dict[str, Any]:
    spend = Decimal(outcome.spend) / currency.offset
    row: dict[str, Any] = {
        "impressions": str(outcome.impressions),
        "reach": str(outcome.reach),
        "clicks": str(outcome.clicks),
        "spend": currency.spell(outcome.spend),
        "frequency": _ratio(outcome.impressions, outcome.reach),
        "cpm": _ratio(spend * THOUSAND, outcome.impressions),
        "cpp": _ratio(spend * THOUSAND, outcome.reach),
        "ctr": _ratio(outcome.clicks * HUNDRED, outcome.impressions),
        "cpc": _ratio(spend, outcome.clicks),
        "inline_link_clicks": str(outcome.link_clicks) if outcome.link_clicks else None,
        "inline_link_click_ctr": _ratio(outcome.link_clicks * HUNDRED, outcome.impressions),
        "cost_per_inline_link_click": _ratio(spend, outcome.link_clicks),
    }
    counts = actions_of(outcome)
    row["actions"] = [_action(name, count, windows) for name, count in counts.items()]
    row["cost_per_action_type"] = [
        {"action_type": name, "value": _ratio(spend, count)} for name, count in counts.items()
    ]
    row["conversions"] = [
        _action(name, count, windows) for name, count in counts.items() if name == SUBMITTED
    ]
    return {name: value for name, value in row.items() if value}


def _action(name: str, count: int, windows: list[str]) -> dict[str, str]:
    action = {"action_type": name, "value": str(count)}
    for window in windows:
        share = 1.0 if window == "default" or name in CLICK_ACTIONS else WINDOWS[window]
        if int(count * share + 0.5) and not (name in CLICK_ACTIONS and window in ("1d_view", "1d_ev")):
            action[window] = str(int(count * share + 0.5))
    return action


def _ratio(part: Decimal | int, whole: int) -> str | None:
    if not whole:
        return None
    text = f"{Decimal(part) / whole:.6f}"
    return text.rstrip("0").rstrip(".") or "0"
