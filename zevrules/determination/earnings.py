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
from zevrules.model.rules import Adjustment, Earning
from zevrules.quantity import CREDITS, display_number


def earned_by(ev: Evaluator, first: int, last: int, kind: str | None, since: str | None = None) -> Iterator[Step]:
    """For each row of deliveries that earns credits here (of *kind*, if given), how many it earns.

    With *since* (a day, ISO) a row counts only if its vehicles were delivered on that day or later.
    """
    for delivery in queries.deliveries(ev.ledger, ev.account):
        if not first <= delivery.model_year <= last:
            continue
        earning = _earning_for(ev, delivery)
        if earning is not None and kind in (None, earning.kind):
            made = _row(ev, earning, delivery)
            yield made if since is None else _delivered_since(made, delivery, date.fromisoformat(since))


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


def _earning_for(ev: Evaluator, delivery: Delivery) -> Earning | None:
    elsewhere = delivery.jurisdiction != ev.ruleset.jurisdiction
    for earning in ev.ruleset.earnings:
        mine = earning.vehicle == delivery.vehicle and earning.elsewhere == elsewhere
        if mine and in_years(earning.terms, delivery.model_year):
            return earning
    return None


def _row(ev: Evaluator, earning: Earning, delivery: Delivery) -> Step:
    each = per_vehicle(ev, earning, delivery)
    low, high = trace.multiply((each.low, each.high), (Fraction(delivery.count),) * 2)
    what = f"{earning.kind} credits of {delivery.count} {delivery.model or delivery.vehicle}"
    return step(what, "computed", how=f"{delivery.count:,} × {_number(each)}", unit=CREDITS, low=low, high=high,
                terms=earning.terms, inputs=(each,), rows=(delivery.at,))  # fmt: skip


def per_vehicle(ev: Evaluator, earning: Earning, delivery: Delivery) -> Step:
    """What one such vehicle earns: the formula, then its adjustments in the order written."""
    setting = Setting(delivery.model_year, earning.kind, delivery)
    made = ev.number(earning.expr, setting, earning.terms)
    for adjustment in earning.adjustments:
        made = _adjusted(ev, made, adjustment, earning, setting)
    name = delivery.model or delivery.vehicle
    return changed(made, what=f"credit for each {name}", sort="computed", unit=CREDITS, terms=earning.terms,
                   before=None, note="")  # fmt: skip


def _adjusted(ev: Evaluator, made: Step, adjustment: Adjustment, earning: Earning, setting: Setting) -> Step:
    claim: Step | None = None
    if adjustment.condition is not None:
        claim = ev.truth(adjustment.condition, setting, earning.terms)
        if claim.truth is adjustment.negated:
            return made
    inputs = (made,) + ((claim,) if claim else ())
    unsure = claim is not None and claim.truth is None
    before = made.low, made.high
    if adjustment.how == "none":
        after: trace.Range = (Fraction(0), Fraction(0))
        how = f"none: {claim.what if claim else ''}"
    else:
        amount = ev.number(adjustment.expr, setting, earning.terms)
        inputs += (amount,)
        work = trace.lesser if adjustment.how == "at most" else trace.add
        after = work(before, (amount.low, amount.high))
        how = f"{_number(made)}, {adjustment.how} {_number(amount)}"
    if unsure:
        after = trace.lesser(before, after)[0], trace.greater(before, after)[1]
    return step(made.what, "computed", how=how, unit=CREDITS, low=after[0], high=after[1], terms=earning.terms,
                citation=adjustment.citation, span=adjustment.span, inputs=inputs)  # fmt: skip


def _number(made: Step) -> str:
    return display_number(made.value) if made.known else "(not known)"
