"""The credits an account may use: its lots, less what no provision let into it, with the last year of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from zevrules.determination import conversions, gates
from zevrules.determination.arrivals import Arrival, arrival
from zevrules.determination.carrying import Worths, as_when_it_came, moves_when_it_came, selects, worths
from zevrules.determination.evaluator import Evaluator, Setting, in_years
from zevrules.determination.trace import Missing, Step, changed, exact, step
from zevrules.ledger import balances
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, Ledger
from zevrules.model import rules
from zevrules.model.rules import Deposit, Ruleset, Selector, Terms, Usable
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
    found: list[Lot] = []
    for unit, kinds in ev.ruleset.units:
        lots = balances.lots(ev.ledger, ev.account, ev.ruleset.jurisdiction, unit)
        found.extend(_of_an_origin(lot, ev.ruleset.default_origin) for lot in lots if lot.kind in kinds)
    return tuple(found)


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
    pools: _Pools = {}
    first_days: dict[str | None, date] = {}
    for lot in lots:
        if lot.entry.what == "deposit":
            first_days[lot.origin] = min(lot.arrived, first_days.get(lot.origin, lot.arrived))
    left = {id(entry): entry.amount for entry in outside}
    deposited = {rule.origin for rule in ev.ruleset.deposits}
    converted = conversions.let_in_to(ev) if any(lot.entry.what == "conversion" for lot in lots) else {}
    made = []
    for lot in lots:
        amount = exact(_named(lot), "fact", lot.amount, unit=CREDITS, rows=tuple(e.at for e, _ in lot.moves),
                       how="the ledger says so")  # fmt: skip
        worth, shares = worths(ev, lot, years)
        moves = moves_when_it_came(ev, lot, shares) if worth else lot.moves
        if worth:
            amount = as_when_it_came(amount, moves, shares)
        came = arrival(ev, lot, amount, years) if lot.came_from is not None else _NOWHERE
        if came is not _NOWHERE:
            amount = came.amount
        elif lot.entry.what == "deposit":
            amount = _let_in(ev, lot, amount, pools, first_days)
        elif lot.entry.what == "conversion":
            amount = conversions.usable(lot, moves, amount, converted[id(lot.entry)])
        elif lot.origin not in deposited:
            amount = _earned_in_time(ev, lot, amount)
        if ev.ruleset.gates and lot.source is not None:
            amount = gates.let_through(ev, lot, amount)
        recorded = Fraction(0)
        for entry in outside:
            if left[id(entry)] and _means(entry, lot, came.origin) and amount.low is not None:
                used = min(left[id(entry)], amount.low - recorded)
                left[id(entry)] -= used
                recorded += used
        if recorded:
            amount = _less(amount, recorded, outside)
        last, amount = _last_year(ev.ruleset, lot, came, amount)
        opens, opened_by = _first_use(ev, lot, came)
        if opened_by is not None:
            how = f"may be used from model year {opens}"
            claim = step(f"first use of the {_named(lot)}", "claim", how=how, truth=True, terms=opened_by)
            amount = changed(amount, inputs=(*amount.inputs, claim))
        refused = lot.amount - (amount.high if amount.high is not None else lot.amount) - recorded
        refused = max(refused, Fraction(0)) if moves == lot.moves else Fraction(0)
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


#: What is left of each statement of deposits, by its place in the ruleset, the kind and the model year it is
#: reckoned for.
_Pools = dict[tuple[int, str | None, int | None], Step]


def _let_in(ev: Evaluator, lot: Lot, amount: Step, pools: _Pools, first_days: Mapping[str | None, date]) -> Step:
    """As much of a deposit as the statements of deposits allow; what one let in already counts against it."""
    inputs: list[Step] = [amount]
    deposited = lot.moves[0][1]
    low = high = Fraction(0)
    terms, late = None, False
    for number, rule in enumerate(ev.ruleset.deposits):
        if rule.origin != lot.origin or lot.kind not in rule.kinds:
            continue
        if rule.one_day and lot.arrived != first_days[lot.origin]:
            late, terms = True, rule.terms
            continue
        year = _deposit_year(rule, lot)
        # A deposit of a model year that the statement does not speak of takes nothing from the others.
        apart = each_year(ev.ruleset, rule.expr) or not in_years(rule.terms, year)
        key = (number, lot.kind if rule.each_kind else None, year if apart else None)
        pool = pools[key] if key in pools else allowance(ev, rule, year, key[1])
        terms = rule.terms
        inputs.append(pool)
        here_low = min(deposited - low, pool.low or Fraction(0))
        here_high = deposited - high if pool.high is None else min(deposited - high, pool.high)
        low, high = low + here_low, high + here_high
        pools[key] = _less_of(pool, here_high)
    if terms is None:
        how = "no provision lets credits of this origin in"
    elif late and len(inputs) == 1:
        how = f"all must be deposited on one day, and the first was on {first_days[lot.origin]}"
    elif low == high == deposited:
        how = f"deposited, within what may be deposited ({_listed(inputs[1:])})"
    elif high == 0:
        how = f"none may be deposited: {'; '.join(dict.fromkeys(pool.how for pool in inputs[1:]))}"
    else:
        how = f"of {display_number(deposited)} deposited, {_listed(inputs[1:])} may be"
    # What has left the account since was of what was let in: nothing else could be given away.
    gone = deposited - lot.amount
    low, high = max(low - gone, Fraction(0)), max(high - gone, Fraction(0))
    return step(amount.what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=terms,
                inputs=tuple(inputs))  # fmt: skip


def _less_of(pool: Step, taken: Fraction) -> Step:
    """What a statement of deposits still lets in."""
    low = None if pool.low is None else max(pool.low - taken, Fraction(0))
    high = None if pool.high is None else max(pool.high - taken, Fraction(0))
    return step(pool.what, "computed", how=f"after {display_number(taken)} let in", unit=CREDITS, low=low, high=high,
                terms=pool.terms, inputs=(pool,))  # fmt: skip


def each_year(ruleset: Ruleset, expr: Any) -> bool:
    """Whether an expression is of the model year in question, so that each has an allowance of its own."""
    match expr:
        case rules.EarnedCredits():
            return expr.first is None
        case rules.FactOf():
            return expr.year is None and ruleset.facts[expr.fact].per_year
        case rules.QuantityOf():
            return expr.year is None and "model year" in ruleset.dimensions[expr.quantity]
        case rules.Owed() | rules.AddedByVehicles():
            return getattr(expr, "year", None) is None
        case rules.Operation() | rules.Bound():
            return each_year(ruleset, expr.left) or each_year(ruleset, expr.right)
        case rules.InUnit():
            return each_year(ruleset, expr.expr)
        case rules.Over():
            fixed = expr.years is not None and expr.years[1] is not None
            return not fixed and (not expr.across or each_year(ruleset, expr.expr))
        case _:
            return False


def _deposit_year(rule: Deposit, lot: Lot) -> int:
    """The model year that a deposit is of: the one it names, else the first that the statement speaks of."""
    vintage = lot.vintage if lot.vintage is not None and in_years(rule.terms, lot.vintage) else None
    return lot.entry.model_year or vintage or rule.terms.first or lot.vintage or lot.arrived.year


def allowance(ev: Evaluator, rule: Deposit, year: int, kind: str | None) -> Step:
    """How many credits a statement of deposits lets into the account, of one kind or of all together."""
    named = f"{rule.origin} {kind}" if kind else rule.origin
    setting = Setting(year, kind)
    binds, reasons, why = ev.applies(rule.terms, year, setting)
    what = f"{named} credits that may be deposited"
    if not binds:
        return exact(what, "computed", Fraction(0), unit=CREDITS, how=why, terms=rule.terms, inputs=reasons)
    made = ev.rounded(ev.number(rule.expr, setting, rule.terms), rule.rounding)
    return step(what, "computed", how=made.how, unit=CREDITS, low=max(made.low or Fraction(0), Fraction(0)),
                high=made.high, terms=rule.terms, inputs=(made, *reasons))  # fmt: skip


def _listed(pools: list[Step]) -> str:
    """What may be deposited, statement by statement."""
    return " and ".join(map(_range, pools))


def _range(pool: Step) -> str:
    if pool.known:
        return display_number(pool.value, places=2)
    ends = [display_number(end, places=2) for end in (pool.low, pool.high) if end is not None]
    return (
        " to ".join(ends) + (" or more" if pool.high is None else "") + ", which is not known," if ends else "unknown"
    )


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
