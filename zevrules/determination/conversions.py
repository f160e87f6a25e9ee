"""Balances that change regime: how much of what credits were converted into counts, under the law of the new ones."""

from __future__ import annotations

from fractions import Fraction

from zevrules.determination import trace
from zevrules.determination.books import lots_of
from zevrules.determination.carrying import books_open
from zevrules.determination.evaluator import Evaluator, Setting, in_years
from zevrules.determination.trace import Missing, Range, Step, changed, exact, step
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import Entry, fold
from zevrules.model.rules import Conversion
from zevrules.node import Node, node
from zevrules.quantity import CREDITS, display_number

#: Of more conversions than these the sum is not written out.
_MOST_SHOWN = 4


@node
class _Pool(Node):
    """What one statement has seen of one old kind: what the credits given up come to, entry by entry and not rounded.

    ``low`` and ``high`` are what was let in for them, the two ends of it with the two ends of what they come to.
    """

    worths: tuple[Step, ...]
    low: Fraction
    high: Fraction | None


#: By the place of the statement in the ruleset, and the old kind.
_Pools = dict[tuple[int, str], _Pool]


def let_in_to(ev: Evaluator) -> dict[int, Step]:
    """For each conversion of an account, by its entry, how much of it counts.

    What all of one old kind come to is rounded, and not what each entry does: an entry may count for as much as the
    credits given up by then come to, less what the entries before it counted for.
    """
    pools: _Pools = {}
    return {id(lot.entry): _let_in(ev, lot, pools) for lot in lots_of(ev) if lot.entry.what == "conversion"}


def _let_in(ev: Evaluator, lot: Lot, pools: _Pools) -> Step:
    origin = lot.origin or ev.ruleset.default_origin
    named = f"{origin} {lot.kind}" if origin else lot.kind
    what = f"{named} credits converted by {lot.entry.account} on {lot.arrived} that are let in"
    old, _, unit = lot.entry.taken
    number, year, reasons, why = _rule(ev, lot, origin)
    if number is None or old is None:
        how = why or f"no provision lets {old} of {unit} become {named} credits"
        meant = next((rule for rule in ev.ruleset.conversions if _means(rule, lot, origin)), None)
        return exact(what, "computed", Fraction(0), unit=CREDITS, how=how, terms=meant.terms if meant else None,
                     inputs=reasons, rows=(lot.entry.at,))  # fmt: skip
    rule = ev.ruleset.conversions[number]
    before = pools.get((number, old), _Pool((), Fraction(0), Fraction(0)))
    worths = (*before.worths, _worth(ev, rule, lot.entry, Setting(year, lot.kind)))
    worth = _together(ev, rule, old, named, worths)
    made = lot.entry.amount
    low = min(made, max((worth.low or Fraction(0)) - before.low, Fraction(0)))
    high = made
    if worth.high is not None and before.high is not None:
        high = min(made, max(worth.high - before.high, Fraction(0)))
    pools[number, old] = _Pool(worths, before.low + low, None if before.high is None else before.high + high)
    return step(what, "computed", how=_words(made, low, high, worth, before), unit=CREDITS, low=low, high=high,
                terms=rule.terms, inputs=(worth, *reasons), rows=(lot.entry.at,))  # fmt: skip


def _words(made: Fraction, low: Fraction, high: Fraction, worth: Step, before: _Pool) -> str:
    """How much of a conversion counts, in words."""
    most = display_number(worth.value, places=2) if worth.known else "an amount that is not known"
    rest = f", {display_number(before.low, places=2)} of it converted before" if before.low else ""
    if low == high == made:
        return f"converted, within what the credits given up come to ({most}{rest})"
    return f"of {display_number(made)} converted, the credits given up come to {most}{rest}"


def _rule(ev: Evaluator, lot: Lot, origin: str | None) -> tuple[int | None, int, tuple[Step, ...], str]:
    """The first statement that lets a conversion in, its model year and why; or why none does."""
    whys: dict[str, None] = {}
    because: tuple[Step, ...] = ()
    for number, rule in enumerate(ev.ruleset.conversions):
        if _means(rule, lot, origin):
            year = _year(ev, rule, lot)
            binds, reasons, why = ev.applies(rule.terms, year, Setting(year, lot.kind))
            if binds:
                return number, year, reasons, ""
            whys[why] = None
            because += reasons
    return None, 0, because, "; ".join(whys)


def _means(rule: Conversion, lot: Lot, origin: str | None) -> bool:
    """Whether a statement speaks of a conversion, whenever it was."""
    old, _, unit = lot.entry.taken
    given_up = fold(unit) == fold(rule.unit) and (not rule.old or old in rule.old)
    return given_up and (lot.kind, origin) == (rule.kind, rule.origin)


def _year(ev: Evaluator, rule: Conversion, lot: Lot) -> int:
    """The model year that a conversion is of: the one it names, else the first that the statement speaks of."""
    vintage = lot.vintage if lot.vintage is not None and in_years(rule.terms, lot.vintage) else None
    return lot.entry.model_year or vintage or rule.terms.first or books_open(ev, lot.arrived)


def _worth(ev: Evaluator, rule: Conversion, entry: Entry, setting: Setting) -> Step:
    """What the credits that one entry gives up come to, not rounded."""
    old, amount, _ = entry.taken
    given = exact(f"{old} of {rule.unit} converted", "fact", amount, unit=CREDITS, rows=(entry.at,),
                  how="the ledger says so")  # fmt: skip
    ratio = ev.number(rule.ratio, setting, rule.terms)
    at = display_number(ratio.value) if ratio.known else f"({ratio.what}: not known)"
    ends: Range = trace.divide((amount, amount), (ratio.low, ratio.high))
    missing: tuple[Missing, ...] = ()
    if ratio.known and ratio.value <= 0:
        ends = Fraction(0), None
        missing = (Missing(ratio.what, setting.year, None, f"credits cannot be converted at {at} for 1"),)
    return step(f"what {old} of {rule.unit} converted on {entry.date} come to", "computed",
                how=f"{display_number(amount)} ÷ {at}", unit=CREDITS, low=ends[0], high=ends[1], terms=rule.terms,
                inputs=(given, ratio), missing=missing)  # fmt: skip


def _together(ev: Evaluator, rule: Conversion, old: str, named: str, worths: tuple[Step, ...]) -> Step:
    """What all credits of one old kind given up so far come to: the sum is what is rounded."""
    what = f"what {old} of {rule.unit} come to as {named} credits"
    if len(worths) == 1:
        return ev.rounded(changed(worths[0], what=what), rule.rounding)
    low, high = trace.total(worths)
    how = " + ".join(one.how for one in worths) if len(worths) < _MOST_SHOWN else f"sum over {len(worths)} conversions"
    made = step(what, "computed", how=how, unit=CREDITS, low=low, high=high, terms=rule.terms, inputs=worths)
    return ev.rounded(made, rule.rounding)
