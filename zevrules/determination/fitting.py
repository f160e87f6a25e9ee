"""Whether a ledger fits the ruleset it is read under: what must be mended, and what a reader should know."""

from __future__ import annotations

from collections.abc import Iterator

from zevrules.determination import errors
from zevrules.determination.findings import Remark
from zevrules.determination.order import ELECTED
from zevrules.diagnostic import Diagnostic, Rejected, nearest
from zevrules.ledger.entries import Entry, Ledger, fold
from zevrules.model.rules import NoticeGiven, Ruleset
from zevrules.quantity import WORDS

#: How alike two names of facts must be for one to be a slip for the other and not a fact of another law.
_SLIP = 0.9
_BARE_UNITS = frozenset(fold(word) for pair in WORDS.values() for word in pair)


def check_fit(ruleset: Ruleset, ledger: Ledger, account: str) -> None:
    """Refuse entries of *account* here that the ruleset could only lose.

    Raises:
        Rejected: With every kind of credit it does not have, and every unit that is nearly its own.
    """
    if ruleset.barred:
        return  # of words that do not stand no entry can be lost
    found = list(_faults(ruleset, ledger, account))
    if found:
        raise Rejected(found)


def _entries(ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Entry]:
    here = (account, fold(ruleset.jurisdiction))
    for entry in ledger.entries:
        sides = (entry.account, fold(entry.jurisdiction)), (entry.receiver, fold(entry.destination))
        if here in sides:
            yield entry


def _faults(ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Diagnostic]:
    units = {fold(unit): kinds for unit, kinds in ruleset.units}
    for entry in _entries(ruleset, ledger, account):
        mine = fold(entry.unit)
        if mine in units:
            if entry.kind is not None and entry.kind not in units[mine]:
                yield errors.unknown_credit(entry.at, entry.kind, units[mine], ruleset.name)
            # A deposit of an origin that no statement speaks of is refused by the law, not by the ledger.
            judged = bool(ruleset.origins) and entry.what != "deposit"
            if judged and entry.origin is not None and entry.origin not in ruleset.origins:
                yield errors.unknown_origin(entry.at, entry.origin, ruleset.origins, ruleset.name)
        elif mine in _BARE_UNITS or mine.rstrip("s") in {unit.rstrip("s") for unit in units}:
            yield errors.unit_mix_up(entry.at, entry.unit, ruleset.unit)


def strays(ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Remark]:
    """Entries that this ruleset does not read though they look as if they were meant for it."""
    if ruleset.barred:
        return
    own = {fold(unit) for unit, _ in ruleset.units}
    other = sorted({e.unit for e in _entries(ruleset, ledger, account) if fold(e.unit) not in own})
    if other:
        words = f"entries counted in {', '.join(other)} belong to another law and are not counted here"
        yield Remark("other unit", words, None, None)
    known = {fold(name) for name in _fact_names(ruleset)}
    told: set[str] = set()
    for fact in ledger.facts:
        name = fold(fact.name)
        if fact.account not in (None, account) or name in known or name in told or fact.name.startswith("§"):
            continue
        told.add(name)
        near = nearest(fact.name, _fact_names(ruleset), alike=_SLIP)
        if near is not None:
            words = f"{fact.at}: no fact is called `{fact.name}` in {ruleset.name}; did you mean `{near}`?"
            yield Remark("unread fact", words, None, None)
    for delivery in ledger.deliveries:
        vehicle = delivery.vehicle
        if delivery.account == account and vehicle not in ruleset.vehicles and vehicle not in told:
            told.add(vehicle)
            near = nearest(vehicle, ruleset.vehicles)
            hint = f"; did you mean `{near}`?" if near else ""
            words = f"{delivery.at}: no statement of {ruleset.name} says what a `{vehicle}` earns{hint}"
            yield Remark("unread delivery", words, None, None)


def _fact_names(ruleset: Ruleset) -> list[str]:
    """Everything that a ledger may state: facts, quantities, size classes, notices, the option chosen."""
    notices = [f"notice of {c.unless.subject}" for c in ruleset.choices if isinstance(c.unless, NoticeGiven)]
    for deposit in ruleset.deposits:
        notices += [f"notice of {c.subject}" for c in deposit.terms.conditions if isinstance(c, NoticeGiven)]
    return [*ruleset.facts, *ruleset.quantities, *(c.name for c in ruleset.classes), *notices, "option", ELECTED]
