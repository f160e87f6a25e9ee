"""A ledger as it stood on a day: what was recorded by then, and nothing of what was recorded later."""

from __future__ import annotations

from datetime import date

import attrs

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.ledger import errors
from zevrules.ledger.balances import Overdrawn, overdrawn
from zevrules.ledger.entries import Delivery, Entry, Fact, Known, Ledger, fold


def as_known(ledger: Ledger, day: date) -> Ledger:
    """*ledger* with the rows that were recorded by *day*; it is complete through no later day.

    An entry says when it was recorded. A fact or delivery that does not counts as recorded on the last day of its
    model year, December 31. A fact without a model year could have been recorded on any day: it stays, and what it
    says is not known. Accounts are those of the ledger.

    Raises:
        Rejected: If an entry recorded by *day* takes credits that were brought by one recorded later.
    """
    key = f"known at {day}"
    if key not in ledger.memo:
        ledger.memo[key] = _as_known(ledger, day)
    known: Ledger = ledger.memo[key]
    return known


def _as_known(ledger: Ledger, day: date) -> Ledger:
    facts = [fact for fact in ledger.facts if (_recorded(fact) or date.min) <= day]
    deliveries = [one for one in ledger.deliveries if _delivery_recorded(one) <= day]
    presumed = [fact.at for fact in facts if fact.recorded is None and fact.model_year is not None]
    presumed += [delivery.at for delivery in deliveries if delivery.recorded is None]
    undated = [fact.at for fact in facts if _recorded(fact) is None]
    through = ledger.complete_through
    known = attrs.evolve(
        ledger,
        complete_through=through and min(through, day),
        complete_at=ledger.complete_at if through and through <= day else None,
        entries=tuple(entry for entry in ledger.entries if entry.recorded <= day),
        facts=tuple(attrs.evolve(f, value="", text="") if _recorded(f) is None else f for f in facts),
        deliveries=tuple(deliveries),
        known=Known(day, tuple(presumed), tuple(undated)),
    )
    problems = [_unexplained(one, ledger, day) for one in overdrawn(known)]
    if problems:
        raise Rejected(problems)
    return known


def _recorded(fact: Fact) -> date | None:
    """The day on which a fact was recorded, or from which it counts as recorded; None if nothing tells it."""
    if fact.recorded is None and fact.model_year is not None:
        return _ends(fact.model_year)
    return fact.recorded


def _delivery_recorded(delivery: Delivery) -> date:
    """The day on which a delivery was recorded; a count of vehicles is not complete before the model year is."""
    return delivery.recorded or max(delivery.delivered or date.min, _ends(delivery.model_year))


def _ends(year: int) -> date:
    """The last day that a model year can have, whenever its account is closed."""
    return date(year, 12, 31)


def _unexplained(one: Overdrawn, ledger: Ledger, day: date) -> Diagnostic:
    """What is wrong with an entry that takes more than was known to be there, beside what was recorded too late."""
    taking = one[0]
    later = [entry for entry in ledger.entries if entry.recorded > day and _could_bring(entry, taking)]
    # The account's own receipts come first; behind them may stand those of the one it received from.
    later.sort(key=lambda entry: fold(taking.account) not in (fold(entry.account), fold(entry.counterparty or "")))
    return errors.taken_before_it_was_known(*one[:3], day, later)


def _could_bring(entry: Entry, taking: Entry) -> bool:
    """Whether *entry* is of the books of *taking*, and took effect by then."""
    kind, _, unit = taking.taken
    theirs = (fold(taking.jurisdiction), fold(unit), kind)
    mine = (fold(entry.jurisdiction), fold(entry.unit), entry.kind)
    return mine == theirs and entry.date <= taking.date and entry.what not in ("surrender", "deficit")
