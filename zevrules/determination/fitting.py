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
    yield from _twice(ruleset, ledger, account)
    for entry in _entries(ruleset, ledger, account):
        mine = fold(entry.unit)
        given = units.get(fold(entry.from_unit or ""))
        if given is not None and entry.from_kind is not None and entry.from_kind not in given:
            yield errors.unknown_credit(entry.at, entry.from_kind, given, ruleset.name, "from kind")
        if mine in units:
            if entry.kind is not None and entry.kind not in units[mine]:
                yield errors.unknown_credit(entry.at, entry.kind, units[mine], ruleset.name)
            # A deposit of an origin that no statement speaks of is refused by the law, not by the ledger.
            judged = bool(ruleset.origins) and entry.what != "deposit"
            if judged and entry.origin is not None and entry.origin not in ruleset.origins:
                yield errors.unknown_origin(entry.at, entry.origin, ruleset.origins, ruleset.name)
        elif mine in _BARE_UNITS or mine.rstrip("s") in {unit.rstrip("s") for unit in units}:
            yield errors.unit_mix_up(entry.at, entry.unit, ruleset.unit)


def _twice(ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Diagnostic]:
    """Credits of one kind and origin that come of a stated balance, and also of credits given up for them."""
    own = {fold(unit) for unit, _ in ruleset.units}
    first: dict[tuple[str | None, str | None], dict[str, Entry]] = {}
    for entry in _entries(ruleset, ledger, account):
        if entry.what in ("deposit", "conversion") and entry.account == account and fold(entry.unit) in own:
            ways = first.setdefault((entry.kind, entry.origin or ruleset.default_origin), {})
            ways.setdefault(entry.what, entry)
    for (kind, origin), ways in first.items():
        if len(ways) > 1:
            named = f"{origin} {kind}" if origin else f"{kind}"
            yield errors.converted_and_deposited(ways["deposit"].at, ways["conversion"].at, named)


def strays(ruleset: Ruleset, ledger: Ledger, account: str) -> Iterator[Remark]:
    """Entries that this ruleset does not read though they look as if they were meant for it."""
    if ruleset.barred:
        return
    own = {fold(unit) for unit, _ in ruleset.units}
    mine = _entries(ruleset, ledger, account)
    other = sorted({e.unit for e in mine if fold(e.unit) not in own and fold(e.from_unit or "") not in own})
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
    receivers = {e.receiver for e in ledger.entries if e.what == "transfer" and fold(e.unit) in own}
    for named in dict.fromkeys(gate.receiver for gate in ruleset.gates if gate.receiver is not None):
        near = nearest(named, receivers, alike=_SLIP)
        if near is not None and fold(named) not in map(fold, receivers):
            words = f"no transfer goes to `{named}`, of which {ruleset.name} speaks; is `{near}` meant for it?"
            yield Remark("unread receiver", words, None, None)
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
