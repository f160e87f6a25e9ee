"""What the law lets into an account of what was deposited, and of that what is passed on to other accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from zevrules.determination.books import lots_of
from zevrules.determination.carrying import books_open, moves_when_it_came, worths
from zevrules.determination.evaluator import Evaluator, Setting, in_years
from zevrules.determination.trace import Step, exact, step
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, fold
from zevrules.model import rules
from zevrules.model.rules import Deposit, Ruleset
from zevrules.quantity import CREDITS, display_number

#: What is left of each statement of deposits, by its place in the ruleset, the kind and the model year it is
#: reckoned for.
_Pools = dict[tuple[int, str | None, int | None], Step]


#: What the law judges when it is brought in: how much of it counts.
_JUDGED = frozenset(("deposit", "conversion"))


class Deposits:
    """What was let in of every deposit that credits of an account come from, whoever made it.

    Args:
        ev: The text, and the account in question.
        years: The model years of the run.
    """

    def __init__(self, ev: Evaluator, years: tuple[int, ...]) -> None:
        self._ev, self._years = ev, years
        self._let_in: dict[str, dict[int, Step]] = {}

    def usable(self, lot: Lot, moves: tuple[tuple[Entry, Fraction], ...], amount: Step) -> Step:
        """*amount*, which is what is left of a lot after its *moves*, as far as it was let in where it was deposited.

        What was not let in leaves first: see docs/decisions/0026-refused-deposits-passed-on.md.
        """
        let_in = self._of(lot)
        received = lot.entry.what not in _JUDGED
        if let_in is None or (received and let_in.low == let_in.high == moves[0][1]):
            return amount
        left = max(sum((moved for _, moved in moves), Fraction(0)), Fraction(0))
        low = min(let_in.low or Fraction(0), left)
        high = left if let_in.high is None else min(let_in.high, left)
        return step(amount.what, "computed", how=let_in.how, unit=CREDITS, low=low, high=high, terms=let_in.terms,
                    inputs=(amount, let_in))  # fmt: skip

    def _of(self, lot: Lot) -> Step | None:
        """How much was let in of what came into a lot; None where it does not come from a deposit here."""
        if lot.entry.what in _JUDGED:
            return self._brought(lot) if _is_here(lot.entry, self._ev.ruleset) else None
        return None if lot.source is None else self._received(lot, lot.source)

    def _brought(self, lot: Lot) -> Step:
        """How much of a deposit or conversion was let in, by the statements for the account that made it."""
        account = lot.entry.account
        if account not in self._let_in:
            ev = self._ev.other(account)
            self._let_in[account] = _let_in_to(ev)
            if any(entry.what == "conversion" for entry in ev.ledger.entries):
                from zevrules.determination.conversions import let_in_to  # few ledgers hold any

                self._let_in[account].update(let_in_to(ev))
        return self._let_in[account][id(lot.entry)]

    def _received(self, lot: Lot, source: Lot) -> Step | None:
        """How much was let in of what a transfer brought; of what was there before, the refused left first."""
        let_in = self._of(source)
        if let_in is None:
            return None
        before, moved = self._moved(source, lot.entry)
        face = lot.moves[0][1] / moved if moved else Fraction(0)
        low = face * _passed(let_in.low or Fraction(0), before, moved)
        high = face * (moved if let_in.high is None else _passed(let_in.high, before, moved))
        giver, came = lot.entry.account, lot.moves[0][1]
        named = f"{lot.origin} {lot.kind}" if lot.origin else lot.kind
        how = f"of {display_number(came)} received from {giver}, {_amounts(low, high)} had been let in where deposited"
        what = f"{named} credits received on {lot.arrived} that had been let in"
        return step(what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=let_in.terms, inputs=(let_in,),
                    rows=(lot.entry.at,))  # fmt: skip

    def _moved(self, source: Lot, entry: Entry) -> tuple[Fraction, Fraction]:
        """How much was in a lot when an entry took of it, and how much that took; counted as when it came in."""
        moves = source.moves
        if fold(source.place) == fold(self._ev.ruleset.jurisdiction):
            ev = self._ev.other(source.holder)
            default = ev.ruleset.default_origin if source.origin is None else None
            worth, _ = worths(ev, source, self._years, counted_as=default)
            moves = moves_when_it_came(ev, source, worth) if worth else moves
        before = Fraction(0)
        for one, moved in moves:
            if one is entry:
                return before, -moved
            before += moved
        raise AssertionError("a lot that came from another was taken from it")


def _is_here(entry: Entry, ruleset: Ruleset) -> bool:
    return fold(entry.jurisdiction) == fold(ruleset.jurisdiction)


def _passed(let_in: Fraction, before: Fraction, moved: Fraction) -> Fraction:
    """How much of what leaves was let in, if what was not let in leaves first."""
    return min(let_in, before) - min(let_in, before - moved)


def _amounts(low: Fraction, high: Fraction) -> str:
    return display_number(low) if low == high else f"{display_number(low)} to {display_number(high)}"


# ------------------------------------------------------------------------------- what is let in


def _let_in_to(ev: Evaluator) -> dict[int, Step]:
    """For each deposit of an account, by its entry, how much of it was let in; the earlier ones count first."""
    lots = [lot for lot in lots_of(ev) if lot.entry.what == "deposit"]
    first_days: dict[str | None, date] = {}
    for lot in lots:
        origin = lot.origin or ev.ruleset.default_origin
        first_days[origin] = min(lot.arrived, first_days.get(origin, lot.arrived))
    pools: _Pools = {}
    return {id(lot.entry): _let_in(ev, lot, pools, first_days) for lot in lots}


def _let_in(ev: Evaluator, lot: Lot, pools: _Pools, first_days: Mapping[str | None, date]) -> Step:
    """As much of a deposit as the statements of deposits allow; what one let in already counts against it."""
    inputs: list[Step] = []
    deposited = lot.moves[0][1]
    origin = lot.origin or ev.ruleset.default_origin
    low = high = Fraction(0)
    terms, late = None, False
    for number, rule in enumerate(ev.ruleset.deposits):
        if rule.origin != origin or lot.kind not in rule.kinds:
            continue
        if rule.one_day and lot.arrived != first_days[origin]:
            late, terms = True, rule.terms
            continue
        year = _deposit_year(ev, rule, lot)
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
    elif late and not inputs:
        how = f"all must be deposited on one day, and the first was on {first_days[origin]}"
    elif low == high == deposited:
        how = f"deposited, within what may be deposited ({_listed(inputs)})"
    elif high == 0:
        how = f"none may be deposited: {'; '.join(dict.fromkeys(pool.how for pool in inputs))}"
    else:
        how = f"of {display_number(deposited)} deposited, {_listed(inputs)} may be"
    named = f"{origin} {lot.kind}" if origin else lot.kind
    what = f"{named} credits deposited by {lot.entry.account} on {lot.arrived} that are let in"
    return step(what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=terms, inputs=tuple(inputs),
                rows=(lot.entry.at,))  # fmt: skip


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


def _deposit_year(ev: Evaluator, rule: Deposit, lot: Lot) -> int:
    """The model year that a deposit is of: the one it names, else the first that the statement speaks of.

    Of a statement that names none it is the vintage, else the model year whose books were open that day.
    """
    vintage = lot.vintage if lot.vintage is not None and in_years(rule.terms, lot.vintage) else None
    return lot.entry.model_year or vintage or rule.terms.first or lot.vintage or books_open(ev, lot.arrived)


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
