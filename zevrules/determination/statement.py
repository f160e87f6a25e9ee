"""The account statement: every credit followed from its entry to its end, model year by model year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from zevrules.determination.allocation import Allocation, Use, YearPlan
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.findings import Issued, Line
from zevrules.determination.holdings import Holding
from zevrules.ledger import balances, queries

#: What an entry does to a lot, in the order of the columns of the statement.
_MOVES = ("opening", "issue", "deposit", "received", "transferred", "correction")


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
    since = _year_before(plans[0].closes)
    for plan in plans:
        groups: dict[tuple[str, str | None], list[Holding]] = {}
        for holding in held:
            groups.setdefault((holding.lot.kind, holding.lot.origin), []).append(holding)
        made = [_line(kind, origin, lots, plan, since, spent) for (kind, origin), lots in groups.items()]
        kinds = plan.ev.ruleset.kinds
        origins = (None, *plan.ev.ruleset.origins)
        made.sort(key=lambda line: (_place(line.kind, kinds), _place(line.origin, origins)))
        lines[plan.year] = tuple(line for line in made if line.opening or line.moves or line.closing)
        since = plan.closes
    return lines


def _year_before(day: date) -> date:
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
    opening = later = Fraction(0)
    moves: list[tuple[str, Fraction]] = []
    for entry, amount in holding.lot.moves:
        if entry.date <= since:
            opening += amount
        elif entry.date <= plan.closes:
            what = entry.what
            if what == "transfer":
                what = "received" if amount > 0 else "transferred"
            moves.append((what, amount))
        elif holding.lot.arrived <= plan.closes:
            later -= amount
    arrived_before = holding.lot.arrived <= since
    if arrived_before and holding.last is not None and plan.year > holding.last:
        # It has ended, but for what an entry takes out all the same: that ends where it went, and is not told twice.
        return later - sum((amount for _, amount in moves), Fraction(0)), moves, Fraction(0), Fraction(0)
    taken = [("refused", -holding.refused), ("surrendered before", -holding.recorded)]
    if arrived_before:
        opening += sum((amount for _, amount in taken), Fraction(0))
    elif holding.lot.arrived <= plan.closes:
        moves.extend(pair for pair in taken if pair[1])
    earlier = used = Fraction(0)
    for one in spent.get(id(holding), ()):
        if one.year < plan.year:
            earlier += one.amount
        elif one.year == plan.year:
            used += one.amount
    opening -= earlier
    left = opening + sum((a for _, a in moves), Fraction(0)) - used
    # What arrives after its own end expires on arrival.
    expired = left - later if holding.last is not None and plan.year >= holding.last else Fraction(0)
    return opening, moves, used, expired


def compare_issued(ev: Evaluator, first: int, last: int) -> tuple[Issued, ...]:
    """Credits issued for each model year beside those computed from deliveries; never added together."""
    return tuple(_issued(ev, first, last))


def _issued(ev: Evaluator, first: int, last: int) -> Iterator[Issued]:
    lots = balances.lots(ev.ledger, ev.account, ev.ruleset.jurisdiction, ev.ruleset.unit)
    years = {d.model_year for d in queries.deliveries(ev.ledger, ev.account) if first <= d.model_year <= last}
    for year in sorted(years):
        for kind in ev.ruleset.kinds:
            computed = ev.earned(year, year, kind)
            issued = sum(
                (
                    lot.moves[0][1]
                    for lot in lots
                    if lot.kind == kind and lot.vintage == year and lot.entry.what == "issue"
                ),
                Fraction(0),
            )
            if computed.inputs or issued:
                yield Issued(kind, year, issued, computed)
