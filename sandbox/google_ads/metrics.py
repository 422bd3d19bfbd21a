"""Numbers: what is reported of an ad and a day, as of the sandbox's now."""

from datetime import date

from sandbox.google_ads.counts import Numbers
from sandbox.google_ads.kinds import ROW, Pb
from sandbox.google_ads.state import Customer, Resource
from sandbox.traffic import NOTHING, Outcome, delivered, reported

RESTATED_FOR_DAYS = 90
CREDIT_ELSEWHERE = 0.35  # of the days: half of a conversion is credited to another channel
METRICS = ROW.DESCRIPTOR.fields_by_name["metrics"].message_type._concrete_class


def written(numbers: Numbers) -> Pb:
    clicks, impressions = numbers.clicks, numbers.impressions
    return METRICS(
        impressions=impressions,
        clicks=clicks,
        cost_micros=numbers.cost_micros,
        conversions=numbers.conversions,
        all_conversions=numbers.all_conversions,
        ctr=clicks / impressions if impressions else 0.0,
        average_cpc=numbers.cost_micros / clicks if clicks else 0.0,
    )


def numbers_of(customer: Customer, ad: Resource, day: date) -> Numbers:
    """As of now."""
    spent, age = customer.ledger.on(ad.name, day), (customer.clock.today - day).days
    known = customer.told.get((ad.name, day))
    if known is None or known[:2] != (spent, age):
        known = (spent, age, numbers_at(customer, ad, day, age))
        customer.told[ad.name, day] = known
    return known[2]


def numbers_at(customer: Customer, ad: Resource, day: date, age: int) -> Numbers:
    dice = customer.dice(ad, day)
    spent = customer.ledger.on(ad.name, day)
    outcome = reported(dice, delivered(dice, spent, customer.cost_per_thousand), age, RESTATED_FOR_DAYS)
    if outcome is NOTHING or outcome.is_nothing:
        return Numbers()
    return _told(customer, outcome, credited_elsewhere=dice("credit") < CREDIT_ELSEWHERE)


def _told(customer: Customer, outcome: Outcome, *, credited_elsewhere: bool) -> Numbers:
    conversions = float(outcome.applications)
    if conversions and credited_elsewhere:
        conversions -= 0.5
    return Numbers(
        outcome.impressions,
        outcome.clicks,
        outcome.spend * customer.unit,
        conversions,
        conversions + outcome.apply_clicks,
        outcome.applications,
        outcome.apply_clicks,
    )
