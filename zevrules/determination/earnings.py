"""What delivered vehicles earn: a formula for each vehicle, times how many were delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from zevrules.determination import trace
from zevrules.determination.evaluator import Evaluator, Setting, in_years
from zevrules.determination.trace import Missing, Step, changed, step
from zevrules.ledger import queries
from zevrules.ledger.entries import Delivery
from zevrules.model.rules import Adding, Earning
from zevrules.quantity import CREDITS, display_number


def earned_by(
    ev: Evaluator, first: int, last: int, kind: str | None, since: str | None = None, origin: str | None = None
) -> Iterator[Step]:
    """For each row of deliveries that earns credits here (of *kind*, if given), how many it earns.

    Credits that are earned as those of an *origin* are counted for that origin alone. With *since* (a day, ISO) a
    row counts only if its vehicles were delivered on that day or later.
    """
    for delivery in queries.deliveries(ev.ledger, ev.account):
        if not first <= delivery.model_year <= last:
            continue
        for earning in _earnings_for(ev, delivery):
            if kind in (None, earning.kind) and earning.origin == origin:
                made = _row(ev, earning, earning.kind, delivery)
                yield made if since is None else _delivered_since(made, delivery, date.fromisoformat(since))


def added_by(ev: Evaluator, obligation: str, year: int) -> Iterator[Step]:
    """For each row of deliveries of a model year here, how many credits it adds to an obligation."""
    addings = [a for a in ev.ruleset.addings if a.obligation == obligation and in_years(a.terms, year)]
    for delivery in queries.deliveries(ev.ledger, ev.account):
        if delivery.model_year == year and delivery.jurisdiction == ev.ruleset.jurisdiction:
            for adding in addings:
                if delivery.vehicle in adding.vehicles:
                    yield _row(ev, adding, "", delivery)


def _delivered_since(made: Step, delivery: Delivery, since: date) -> Step:
    """*made* if the vehicles were delivered in time to count; a row without a day may count or not."""
    if delivery.delivered is None:
        missing = Missing(f"day of delivery of the {delivery.model or delivery.vehicle}", delivery.model_year, None,
                          f"{delivery.at} leaves it blank")  # fmt: skip
        return changed(made, low=Fraction(0), how=f"{made.how}, if delivered from {since}",
                       missing=(*made.missing, missing))  # fmt: skip
    if delivery.delivered >= since:
        return changed(made, how=f"{made.how}, delivered on {delivery.delivered}")
    nothing = Fraction(0)
    how = f"delivered on {delivery.delivered}, before {since}"
    return changed(made, low=nothing, high=nothing, how=how, missing=())


def _earnings_for(ev: Evaluator, delivery: Delivery) -> Iterator[Earning]:
    """What speaks of such a vehicle in its model year: for each kind of credit the first statement."""
    elsewhere = delivery.jurisdiction != ev.ruleset.jurisdiction
    kinds: set[tuple[str, str | None]] = set()
    for earning in ev.ruleset.earnings:
        mine = delivery.vehicle in earning.vehicles and earning.elsewhere == elsewhere
        key = earning.kind, earning.origin
        if mine and key not in kinds and in_years(earning.terms, delivery.model_year):
            kinds.add(key)
            yield earning


def _row(ev: Evaluator, rule: Earning | Adding, kind: str, delivery: Delivery) -> Step:
    each = per_vehicle(ev, rule, kind, delivery)
    low, high = trace.multiply((each.low, each.high), (Fraction(delivery.count),) * 2)
    what = f"{kind + ' ' if kind else ''}credits of {delivery.count} {delivery.model or delivery.vehicle}"
    return step(what, "computed", how=f"{delivery.count:,} × {_number(each)}", unit=CREDITS, low=low, high=high,
                terms=rule.terms, inputs=(each,), rows=(delivery.at,))  # fmt: skip


def per_vehicle(ev: Evaluator, rule: Earning | Adding, kind: str, delivery: Delivery) -> Step:
    """What one such vehicle earns or adds: the formula, then its adjustments in the order written."""
    setting = Setting(delivery.model_year, kind or None, delivery)
    made = ev.number(rule.expr, setting, rule.terms)
    for adjustment in rule.adjustments:
        made = ev.adjusted(made, adjustment, rule.terms, setting)
    name = delivery.model or delivery.vehicle
    return changed(made, what=f"credit for each {name}", sort="computed", unit=CREDITS, terms=rule.terms,
                   before=None, note="")  # fmt: skip


def _number(made: Step) -> str:
    return display_number(made.value) if made.known else "(not known)"
