"""That no credit is lost or found: the entries of a ledger against the account statements, over all books shown.

What came is read from the ledger, entry by entry; what became of it from the account statements. The two are worked out
apart from one another, so that they can disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from zevrules.determination.statement import year_before
from zevrules.ledger.entries import Entry, Ledger, fold
from zevrules.standing.findings import Conserved, Standing

#: Whose books, where: an account and a jurisdiction.
_Side = tuple[str, str]

#: For each side the day of its opening balance, and the last closing day.
_Spans = dict[_Side, tuple[date, date]]

_START, _ISSUED, _DEPOSITED = "at the start", "issued", "deposited"
_CORRECTED, _RECEIVED = "corrected", "received from elsewhere"
_CONVERTED_IN, _CONVERTED_OUT = "converted in", "converted out"
_USED, _EXPIRED, _REFUSED, _LOST = "used", "expired", "not let in", "not carried"
_SENT, _LEFT = "sent elsewhere", "left"
_BRINGS = {
    "opening": _START,
    "issue": _ISSUED,
    "deposit": _DEPOSITED,
    "conversion": _CONVERTED_IN,
    "correction": _CORRECTED,
}


def conserved(ledger: Ledger, standings: Sequence[Standing]) -> tuple[Conserved, ...]:
    """For each unit what came, and what became of it, over the books of all *standings*."""
    by_unit: dict[str, list[Standing]] = {}
    for standing in standings:
        if standing.made.years:
            by_unit.setdefault(standing.made.ruleset.unit, []).append(standing)
    return tuple(_of_unit(unit, ledger, some) for unit, some in by_unit.items())


def _of_unit(unit: str, ledger: Ledger, standings: Sequence[Standing]) -> Conserved:
    spans: _Spans = {}
    went = dict.fromkeys((_USED, _EXPIRED, _LOST, _REFUSED, _CONVERTED_OUT, _SENT, _LEFT), Fraction(0))
    came = dict.fromkeys((_START, _ISSUED, _DEPOSITED, _CONVERTED_IN, _CORRECTED, _RECEIVED), Fraction(0))
    for standing in standings:
        years = standing.made.years
        side = (standing.account, fold(standing.jurisdiction))
        spans[side] = (year_before(years[0].closes), years[-1].closes)
        came[_START] += sum((line.opening for line in years[0].account), Fraction(0))
        for what, amount in _became(standing):
            went[what] += amount
    for entry in ledger.entries:
        if entry.what == "conversion" and _within(entry, (entry.account, fold(entry.jurisdiction)), spans):
            _, amount, old = entry.taken
            went[_CONVERTED_OUT] += amount if fold(old) == fold(unit) else Fraction(0)
        if fold(entry.unit) == fold(unit):
            for what, amount in _brought(entry, spans):
                (came if what in came else went)[what] += amount
    return Conserved(unit, _told(came, _START), _told(went, _LEFT))


def _told(amounts: dict[str, Fraction], always: str) -> tuple[tuple[str, Fraction], ...]:
    """What there is to tell; *always* is told even where there is nothing."""
    return tuple((what, amount) for what, amount in amounts.items() if amount or what == always)


def _became(standing: Standing) -> Iterator[tuple[str, Fraction]]:
    """What the account statement says became of credits."""
    years = standing.made.years
    for year in years:
        for line in year.account:
            yield _USED, line.used
            yield _EXPIRED, line.expired
            for what, amount in line.moves:
                if what == "not carried":
                    yield _LOST, -amount
                elif what == "refused":
                    yield _REFUSED, -amount
                elif what == "surrendered before":
                    yield _USED, -amount
    for line in years[-1].account:
        yield _LEFT, line.closing


def _brought(entry: Entry, spans: _Spans) -> Iterator[tuple[str, Fraction]]:
    """What an entry brought into, or sent out of, all books together."""
    here = _within(entry, (entry.account, fold(entry.jurisdiction)), spans)
    if entry.what == "transfer":
        there = _within(entry, (entry.receiver, fold(entry.destination)), spans)
        if here and not there:
            yield _SENT, entry.amount
        elif there and not here:
            yield _RECEIVED, entry.amount
    elif here and entry.what in _BRINGS:
        yield _BRINGS[entry.what], entry.amount


def _within(entry: Entry, side: _Side, spans: _Spans) -> bool:
    """Whether books of that side are shown, and for the day of the entry."""
    span = spans.get(side)
    return span is not None and span[0] < entry.date <= span[1]
