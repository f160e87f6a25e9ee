"""What unused credits are worth from one model year to the next, where a text carries them at a share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction

from zevrules.determination import errors
from zevrules.determination.evaluator import Evaluator, Setting, closing_of
from zevrules.determination.trace import Step, changed, step
from zevrules.diagnostic import Rejected
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry
from zevrules.model.rules import CarriedAt, Selector
from zevrules.quantity import CREDITS, display_number

#: For each model year what one credit that came in is worth then, at least and at most.
Worths = tuple[tuple[int, Fraction, Fraction], ...]


def selects(selector: Selector, kind: str, origins: Collection[str | None], vintage: int | None = None) -> bool:
    """Whether a selector means credits of that kind, any of these origins, and that model year or an unknown one."""
    if selector.but is not None and selects(selector.but, kind, origins, vintage):
        return False
    if selector.kinds and kind not in selector.kinds:
        return False
    if selector.origins and not any(origin in selector.origins for origin in origins):
        return False
    if vintage is None:
        return True
    return (selector.first is None or selector.first <= vintage) and (selector.last is None or vintage <= selector.last)


def worths(
    ev: Evaluator, lot: Lot, years: Sequence[int], outside: Sequence[Entry] = (), counted_as: str | None = None
) -> tuple[Worths, tuple[Step, ...]]:
    """What one credit of a lot is worth in each model year of *years* and the one before, and the shares behind it.

    Nothing is returned for a lot that is carried whole, as all are of which no statement says otherwise. Later years,
    in which credits still leave the lot or surrenders from *outside* the run use it, are among those returned.
    *counted_as* is an origin that a provision gives to the lot beside its own.
    """
    mine = [r for r in ev.ruleset.carried_at if selects(r.selector, lot.kind, (counted_as, lot.origin), lot.vintage)]
    if not mine:
        return (), ()
    came = books_open(ev, lot.arrived)
    until = max(*years, *(books_open(ev, entry.date) for entry, _ in lot.moves), *(e.model_year or 0 for e in outside))
    low = high = Fraction(1)
    made = [(year, low, high) for year in range(min(years) - 1, came + 1)]
    shares: list[Step] = []
    for year in range(came, until):
        share = _share(ev, mine, lot, year)
        shares.append(share)
        low *= max(share.low or Fraction(0), Fraction(0))
        high *= Fraction(1) if share.high is None else min(share.high, Fraction(1))
        made.append((year + 1, low, high))
    return tuple(made), tuple(shares)


def books_open(ev: Evaluator, day: date) -> int:
    """The model year whose books are open on a day: the first to close on it or later."""
    year = day.year - 1
    while closing_of(ev.ruleset, year)[0] < day:
        year += 1
    return year


def _share(ev: Evaluator, mine: list[CarriedAt], lot: Lot, year: int) -> Step:
    """The share at which a lot goes from one model year into the next; none, if a statement's condition fails."""
    what = f"{lot.kind} credits carried from model year {year} into {year + 1}"
    why = "no statement carries them"
    reasons: tuple[Step, ...] = ()
    for rule in mine:
        binds, reasons, why = ev.applies(rule.terms, year)
        if binds:
            share = ev.number(rule.share, Setting(year, lot.kind), rule.terms)
            how = f"at {display_number(share.value * 100)}%" if share.known else "at a share that is not known"
            return step(what, "computed", how=how, low=share.low, high=share.high, terms=rule.terms,
                        inputs=(share, *reasons))  # fmt: skip
    nothing = Fraction(0)
    return step(what, "computed", how=f"not carried: {why}", low=nothing, high=nothing, terms=mine[-1].terms,
                inputs=reasons)  # fmt: skip


def moves_when_it_came(ev: Evaluator, lot: Lot, worth: Worths) -> tuple[tuple[Entry, Fraction], ...]:
    """What came into a lot and left it, counted as when it came in: what left later took more than its number.

    Raises:
        Rejected: If more left than there was, at what that was worth by then.
    """
    most = {year: high for year, _, high in worth}
    made: list[tuple[Entry, Fraction]] = []
    left = Fraction(0)
    for entry, moved in lot.moves:
        each = most.get(books_open(ev, entry.date), Fraction(1))
        if left * each + moved < 0:
            named = f"{lot.origin} {lot.kind}" if lot.origin else lot.kind
            raise Rejected([errors.more_than_was_carried(entry, named, left * each, lot.entry)])
        made.append((entry, moved / each))
        left += made[-1][1]
    return tuple(made)


def as_when_it_came(amount: Step, moves: tuple[tuple[Entry, Fraction], ...], shares: tuple[Step, ...]) -> Step:
    """What is left of a lot, counted as when it came in, with the shares at which it is carried."""
    if len(moves) == 1:
        return changed(amount, inputs=(*amount.inputs, *shares))
    left = sum((moved for _, moved in moves), Fraction(0))
    # Of what no provision lets in nothing counts, however it is counted.
    low, high = (left if end else Fraction(0) for end in (amount.low, amount.high))
    return step(amount.what, "computed", how="counted as when it came in", unit=CREDITS, low=low, high=high,
                rows=amount.rows, terms=shares[0].terms if shares else None, inputs=(amount, *shares))  # fmt: skip


def worth_in(worth: Worths, year: int) -> Fraction:
    """What one credit of a lot is worth in a model year, for one who must be sure of it."""
    return next((low for when, low, _ in worth if when == year), Fraction(1))
