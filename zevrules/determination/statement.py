"""The account statement: every credit followed from its entry to its end, model year by model year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import product

from zevrules.determination.allocation import Allocation, Use, YearPlan
from zevrules.determination.carrying import worth_in
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.findings import Issued, Line
from zevrules.determination.holdings import Holding, credit_lots
from zevrules.ledger import queries

#: What an entry does to a lot, in the order of the columns of the statement.
_MOVES = ("not carried", "opening", "issue", "deposit", "converted", "received", "transferred", "correction")


#: The uses of each lot, by the identity of its holding.
_Spent = dict[int, list[Use]]


def account_lines(
    plans: tuple[YearPlan, ...], held: tuple[Holding, ...], use: Allocation | None
) -> dict[int, tuple[Line, ...]]:
    """For each model year the lines of the statement, by kind and origin in the order of the ruleset.

    Without a certain *use* nothing counts as used, and the balance is that before use.
    """
    lines: dict[int, tuple[Line, ...]] = {}
    spent: _Spent = {}
    for one in use.uses if use is not None else ():
        spent.setdefault(id(one.holding), []).append(one)
    since = year_before(plans[0].closes)
    for plan in plans:
        groups: dict[tuple[str, str | None], list[Holding]] = {}
        for holding in held:
            groups.setdefault((holding.lot.kind, holding.origin), []).append(holding)
        made = [_line(kind, origin, lots, plan, since, spent) for (kind, origin), lots in groups.items()]
        kinds = plan.ev.ruleset.kinds
        origins = (None, *plan.ev.ruleset.origins)
        made.sort(key=lambda line: (_place(line.kind, kinds), _place(line.origin, origins)))
        lines[plan.year] = tuple(line for line in made if line.opening or line.moves or line.closing)
        since = plan.closes
    return lines


def year_before(day: date) -> date:
    """The same day a year earlier; of February 29 the day before."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _place(name: str | None, names: tuple[str | None, ...]) -> int:
    return names.index(name) if name in names else len(names)


def _line(kind: str, origin: str | None, lots: list[Holding], plan: YearPlan, since: date, spent: _Spent) -> Line:
    opening = used = expired = Fraction(0)
    moves: dict[str, Fraction] = {}
    for holding in lots:
        before, mine, here, gone = _one(holding, plan, since, spent)
        opening += before
        used += here
        expired += gone
        for what, amount in mine:
            moves[what] = moves.get(what, Fraction(0)) + amount
    closing = opening + sum(moves.values(), Fraction(0)) - used - expired
    order = tuple((what, moves[what]) for what in (*_MOVES, "refused", "surrendered before") if moves.get(what))
    return Line(kind, origin, opening, order, used, expired, closing)


def _one(
    holding: Holding, plan: YearPlan, since: date, spent: _Spent
) -> tuple[Fraction, list[tuple[str, Fraction]], Fraction, Fraction]:
    """A lot in one model year: what it began with, how it moved, what was used of it and what ended."""
    if holding.lot.arrived > plan.closes:
        return Fraction(0), [], Fraction(0), Fraction(0)
    before, worth = _worth(holding, plan.year - 1), _worth(holding, plan.year)
    there = Fraction(0)
    moves: list[tuple[str, Fraction]] = []
    for entry, amount in holding.moves:
        if entry.date <= since:
            there += amount
        elif entry.date <= plan.closes:
            what = entry.what
            if what == "transfer":
                what = "received" if amount > 0 else "transferred"
            elif what == "conversion":
                what = "converted"
            moves.append((what, amount * worth))
    arrived_before = holding.lot.arrived <= since
    taken = [("refused", -holding.refused), ("surrendered before", -holding.recorded)]
    if arrived_before:
        there += sum((amount for _, amount in taken), Fraction(0))
    else:
        moves.extend((what, amount * worth) for what, amount in taken if amount)
    uses = spent.get(id(holding), ())
    used = sum((one.amount for one in uses if one.year == plan.year), Fraction(0))
    there -= sum((one.amount / _worth(holding, one.year) for one in uses if one.year < plan.year), Fraction(0))
    if holding.last is None or plan.year < holding.last:
        return there * before, _carried(there, before, worth) + moves, used, Fraction(0)
    # Of what is given away later nothing ends here: it leaves the account by its own entry, and is no credit twice.
    ends = _ends(holding, uses)
    if arrived_before and plan.year > holding.last:
        there -= ends
        return there * before, _carried(there, before, worth) + moves, used, Fraction(0)
    # What arrives after its own end expires on arrival.
    return there * before, _carried(there, before, worth) + moves, used, ends * worth


def _carried(there: Fraction, before: Fraction, worth: Fraction) -> list[tuple[str, Fraction]]:
    """What is lost of credits as they are carried into a model year."""
    return [("not carried", there * (worth - before))] if worth != before and there else []


def left_of(holding: Holding, plan: YearPlan, use: Allocation) -> Fraction:
    """What is left of a lot when a model year closes: its part of the closing balance."""
    if holding.lot.arrived > plan.closes:
        return Fraction(0)
    there = sum((moved for entry, moved in holding.moves if entry.date <= plan.closes), Fraction(0))
    there -= holding.refused + holding.recorded
    mine = [one for one in use.uses if one.holding is holding]
    there -= sum((one.amount / _worth(holding, one.year) for one in mine if one.year <= plan.year), Fraction(0))
    if holding.last is not None and plan.year >= holding.last:
        there -= _ends(holding, mine)
    return there * _worth(holding, plan.year)


def _ends(holding: Holding, uses: Sequence[Use]) -> Fraction:
    """What ends with the last model year of a lot: what was neither used nor given away, not even later."""
    there = sum((moved for _, moved in holding.moves), Fraction(0)) - holding.refused - holding.recorded
    return there - sum((one.amount / _worth(holding, one.year) for one in uses), Fraction(0))


def _worth(holding: Holding, year: int) -> Fraction:
    return worth_in(holding.worth, year)


def compare_issued(ev: Evaluator, first: int, last: int) -> tuple[Issued, ...]:
    """Credits issued for each model year beside those computed from deliveries; never added together."""
    return tuple(_issued(ev, first, last))


def _issued(ev: Evaluator, first: int, last: int) -> Iterator[Issued]:
    lots = credit_lots(ev)
    apart = tuple(dict.fromkeys(rule.origin for rule in ev.ruleset.earnings if rule.origin is not None))
    years = {d.model_year for d in queries.deliveries(ev.ledger, ev.account) if first <= d.model_year <= last}
    for year in sorted(years):
        mine = [lot for lot in lots if lot.vintage == year and lot.entry.what == "issue"]
        for kind, origin in product(ev.ruleset.kinds, (None, *apart)):
            computed = ev.earned(year, year, kind, origin=origin)
            same = (lot for lot in mine if lot.kind == kind and (lot.origin if lot.origin in apart else None) == origin)
            issued = sum((lot.moves[0][1] for lot in same), Fraction(0))
            if computed.inputs or issued:
                yield Issued(f"{origin} {kind}" if origin else kind, year, issued, computed)
