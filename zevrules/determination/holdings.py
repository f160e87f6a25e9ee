"""The credits an account may use: its lots, less what no provision let into it, with the last year of each."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from zevrules.determination.arrivals import Arrival, arrival
from zevrules.determination.books import lots_of
from zevrules.determination.carrying import Worths, as_when_it_came, moves_when_it_came, selects, worth_in, worths
from zevrules.determination.deposits import Deposits
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.trace import Missing, Step, changed, exact, step
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, Ledger
from zevrules.model.rules import Ruleset, Selector, Terms, Usable
from zevrules.node import Node, node
from zevrules.quantity import CREDITS, display_number


@node
class Holding(Node):
    """A lot that a determination may draw on.

    Args:
        lot: The lot as the ledger has it.
        amount: How much of it may be used; a range where law or ledger leave it open.
        last: The last model year it may be used in, None for no last one.
        opens: The first model year it may be used in, where a statement names one, and that statement.
        refused: How much no provision lets into the account.
        recorded: How much recorded surrenders of model years outside the run have used.
        worth: For each model year what one credit of the lot is worth then, at least and at most; none where all of
            it is carried from year to year.
        moves: What came into the lot and left it, counted as when it came in.
        counted_as: The origin that a provision gives to what came from another jurisdiction, and that statement.
        barred: The model years of the run in which no provision lets what came from elsewhere be used.
        idle: In each model year the statements that could let it be used and do not, with the reason.
    """

    lot: Lot
    amount: Step
    last: int | None
    opens: int | None
    opened_by: Terms | None
    refused: Fraction
    recorded: Fraction
    worth: Worths
    moves: tuple[tuple[Entry, Fraction], ...]
    counted_as: str | None
    counted_by: Terms | None
    barred: frozenset[int]
    idle: tuple[tuple[int, Terms, str], ...]

    @property
    def origin(self) -> str | None:
        """The origin by which an account lists it: what it counts as here, else where it first came from."""
        return self.counted_as or self.lot.origin

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin by which a rule may mean it."""
        return tuple(origin for origin in (self.counted_as, self.lot.origin) if origin)


def credit_lots(ev: Evaluator) -> tuple[Lot, ...]:
    """The lots of the account, in each unit those of its kinds."""
    return tuple(_of_an_origin(lot, ev.ruleset.default_origin) for lot in lots_of(ev))


def _of_an_origin(lot: Lot, default: str | None) -> Lot:
    """A lot of no origin as one of that which the law takes it to be of, if it says so."""
    return attrs.evolve(lot, origin=default) if lot.origin is None and default is not None else lot


def recorded_entries(ev: Evaluator, read: Callable[[Ledger, str, str, str], tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """The surrenders or deficits of the account in every unit that the text counts in, in order of their days."""
    found = (e for unit, _ in ev.ruleset.units for e in read(ev.ledger, ev.account, ev.ruleset.jurisdiction, unit))
    return tuple(sorted(found, key=lambda entry: entry.date))


def holdings(ev: Evaluator, outside: tuple[Entry, ...], years: tuple[int, ...]) -> tuple[Holding, ...]:
    """What the account holds in a run of model *years*, in the order of arrival.

    Args:
        ev: The text that judges it.
        outside: Recorded surrenders for model years outside the run.
        years: The run.
    """
    lots = credit_lots(ev)
    deposits = Deposits(ev, years)
    left = {id(entry): entry.amount for entry in outside}
    deposited = {rule.origin for rule in ev.ruleset.deposits}
    made = []
    for lot in lots:
        amount = exact(_named(lot), "fact", lot.amount, unit=CREDITS, rows=tuple(e.at for e, _ in lot.moves),
                       how="the ledger says so")  # fmt: skip
        came = arrival(ev, lot, amount, years) if lot.came_from is not None else _NOWHERE
        if came is not _NOWHERE:
            amount = came.amount
        worth, shares = worths(ev, lot, years, outside, came.origin)
        moves = moves_when_it_came(ev, lot, worth) if worth else lot.moves
        if worth:
            amount = as_when_it_came(amount, moves, shares)
        if came is _NOWHERE:
            amount = deposits.usable(lot, moves, amount)
        brought = lot.entry.what not in ("deposit", "conversion") and lot.origin not in deposited
        if came is _NOWHERE and brought:
            amount = _earned_in_time(ev, lot, amount)
        if ev.ruleset.gates and lot.source is not None:
            from zevrules.determination.gates import let_through  # few laws limit transfers

            amount = let_through(ev, lot, amount)
        recorded = Fraction(0)
        for entry in outside:
            if left[id(entry)] and _means(entry, lot, came.origin) and amount.low is not None:
                # What a surrender used of credits that had lost of their worth by then took more of them.
                value = worth_in(worth, entry.model_year or 0)
                used = min(left[id(entry)] / value, amount.low - recorded) if value else Fraction(0)
                left[id(entry)] -= used * value
                recorded += used
        if recorded:
            amount = _less(amount, recorded, outside)
        last, amount = _last_year(ev.ruleset, lot, came, amount)
        opens, opened_by = _first_use(ev, lot, came)
        if opened_by is not None:
            how = f"may be used from model year {opens}"
            claim = step(f"first use of the {_named(lot)}", "claim", how=how, truth=True, terms=opened_by)
            amount = changed(amount, inputs=(*amount.inputs, claim))
        there = sum((moved for _, moved in moves), Fraction(0))
        refused = max(there - (amount.high if amount.high is not None else there) - recorded, Fraction(0))
        made.append(Holding(lot, amount, last, opens, opened_by, refused, recorded, worth, moves, came.origin,
                            came.terms, came.barred, came.idle))  # fmt: skip
    return tuple(made)


#: The arrival of what was never elsewhere.
_NOWHERE = Arrival(exact("nothing", "computed", Fraction(0)), None, None, None, None, None, frozenset(), ())


def _earned_in_time(ev: Evaluator, lot: Lot, amount: Step) -> Step:
    """A lot as far as its model year is one that credits are earned for; an unknown one may be or not."""
    rule = max((r for r in ev.ruleset.earned_from), key=lambda r: r.first, default=None)
    if rule is None or (lot.vintage is not None and lot.vintage >= rule.first):
        return amount
    how = f"credits are earned from model year {rule.first}"
    if lot.vintage is not None:
        return exact(amount.what, "computed", Fraction(0), unit=CREDITS, terms=rule.terms, inputs=(amount,), how=how)
    missing = Missing(f"vintage of the {_named(lot)}", None, None, f"{lot.entry.at} leaves it blank")
    return step(amount.what, "computed", how=how, unit=CREDITS, low=Fraction(0), high=amount.high, terms=rule.terms,
                inputs=(amount,), missing=(missing,))  # fmt: skip


def _first_use(ev: Evaluator, lot: Lot, came: Arrival) -> tuple[int | None, Terms | None]:
    """The first model year that every statement lets a lot be used in, and the one that says so."""
    mine: list[Usable] = [r for r in ev.ruleset.usable if _selects(r.selector, lot, came)]
    latest = max(mine, key=lambda rule: rule.first, default=None)
    if came.opens is not None and (latest is None or latest.first < came.opens):
        return came.opens, came.opened_by
    return (latest.first, latest.terms) if latest is not None else (None, None)


def _selects(selector: Selector, lot: Lot, came: Arrival) -> bool:
    return selects(selector, lot.kind, (came.origin, lot.origin), lot.vintage)


def _named(lot: Lot) -> str:
    origin = f"{lot.origin} " if lot.origin else ""
    vintage = f" of model year {lot.vintage}" if lot.vintage is not None else ""
    place = f" from {lot.came_from}" if lot.came_from is not None else ""
    return f"{origin}{lot.kind} credits{vintage}{place} held since {lot.arrived}"


def _means(entry: Entry, lot: Lot, counted_as: str | None) -> bool:
    return (
        entry.kind == lot.kind
        and entry.vintage in (None, lot.vintage)
        and entry.origin in (None, lot.origin, counted_as)
        and lot.arrived <= entry.date
    )


def _less(amount: Step, used: Fraction, entries: tuple[Entry, ...]) -> Step:
    low = None if amount.low is None else amount.low - used
    high = None if amount.high is None else amount.high - used
    return step(amount.what, "computed", how=f"less {display_number(used)} surrendered for other model years",
                unit=CREDITS, low=low, high=high, inputs=(amount,), rows=tuple(e.at for e in entries))  # fmt: skip


def _last_year(ruleset: Ruleset, lot: Lot, came: Arrival, amount: Step) -> tuple[int | None, Step]:
    """The last model year in which a lot may be used; a life cannot be counted from an unknown vintage."""
    last = came.last
    for expiry in ruleset.expiries:
        if not _selects(expiry.selector, lot, came):
            continue
        hangs = expiry.life is not None or (expiry.selector.first, expiry.selector.last) != (None, None)
        if hangs and lot.vintage is None:
            missing = Missing(f"vintage of the {_named(lot)}", None, None, f"{lot.entry.at} leaves it blank")
            how = "its vintage is not known, so its end is not"
            amount = step(amount.what, "computed", how=how, unit=CREDITS, low=Fraction(0), high=amount.high,
                          terms=expiry.terms, inputs=(amount,), missing=(missing,))  # fmt: skip
            continue
        year = expiry.wall if expiry.wall is not None else (lot.vintage or 0) + (expiry.life or 0)
        last = year if last is None else min(year, last)
    return last, amount
