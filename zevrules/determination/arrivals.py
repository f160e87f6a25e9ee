"""Credits that came from another jurisdiction: whether a provision lets them in, as what, and for which model years."""

from __future__ import annotations

from fractions import Fraction

from zevrules.determination.evaluator import Evaluator
from zevrules.determination.trace import Step, exact, step
from zevrules.ledger.balances import Lot
from zevrules.ledger.entries import fold
from zevrules.model.rules import Admission, Terms
from zevrules.node import Node, node
from zevrules.quantity import CREDITS


@node
class Arrival(Node):
    """How credits from another jurisdiction count here.

    Args:
        amount: How many of them do.
        origin: The origin they count under, None if no provision lets them in; and the statement that says so.
        opens: The first model year that a provision lets them be used in, None for any; and its words.
        last: The last one, None for any.
        barred: The model years of the run in which no provision does.
        idle: In each model year the statements that could let them in and do not, with the reason.
    """

    amount: Step
    origin: str | None
    terms: Terms | None
    opens: int | None
    opened_by: Terms | None
    last: int | None
    barred: frozenset[int]
    idle: tuple[tuple[int, Terms, str], ...]


def arrival(ev: Evaluator, lot: Lot, amount: Step, years: tuple[int, ...]) -> Arrival:
    """How a lot that came from elsewhere counts, in a run of model *years*.

    Statements are tried year by year. The first that lets the lot in, in the order of the law, gives it its origin;
    others that would count it under the same one let it in as well.
    """
    meant = [rule for rule in ev.ruleset.admissions if _means(rule, lot)]
    idle: list[tuple[int, Terms, str]] = []
    applied: dict[int, set[int]] = {}
    because: list[Step] = []
    for number, rule in enumerate(meant):
        for year in years:
            binds, reasons, why = ev.applies(rule.terms, year)
            because.extend(reasons)
            if binds:
                applied.setdefault(number, set()).add(year)
            else:
                idle.append((year, rule.terms, why))
    standing = [number for number, rule in enumerate(meant) if number in applied or _of_other_years(rule, years)]
    if not standing:
        made = _refused(lot, amount, meant, because, idle)
        return Arrival(made, None, None, None, None, None, frozenset(), tuple(idle))
    first = meant[next((n for n in standing if n in applied), standing[0])]
    mine = [number for number in standing if meant[number].origin == first.origin]
    used = set().union(*(applied.get(number, set()) for number in mine))
    starts = [meant[number].terms.first for number in mine]
    ends = [meant[number].terms.last for number in mine]
    opens = None if None in starts else min(start for start in starts if start is not None)
    last = None if None in ends else max(end for end in ends if end is not None)
    made = step(
        amount.what, "computed", how=f"received from {lot.came_from} as {first.origin} credits", unit=CREDITS,
        low=amount.low, high=amount.high, terms=first.terms, inputs=(amount, *_once(because)),
    )  # fmt: skip
    opened_by = next((meant[n].terms for n in mine if meant[n].terms.first == opens), None)
    barred = frozenset(years) - used
    return Arrival(made, first.origin, first.terms, opens, opened_by, last, barred, tuple(idle))


def _means(rule: Admission, lot: Lot) -> bool:
    places = [fold(place) for place in rule.places]
    return lot.kind in rule.kinds and (not places or fold(lot.came_from or "") in places)


def _of_other_years(rule: Admission, years: tuple[int, ...]) -> bool:
    """Whether a statement speaks only of model years before the run or after it."""
    first, last = rule.terms.first, rule.terms.last
    return (first is not None and first > years[-1]) or (last is not None and last < years[0])


def _refused(
    lot: Lot, amount: Step, meant: list[Admission], because: list[Step], idle: list[tuple[int, Terms, str]]
) -> Step:
    """That nothing of a lot counts, and why."""
    how = f"no provision lets in {lot.kind} credits from {lot.came_from}"
    if meant:
        how = "; ".join(dict.fromkeys(why for _, _, why in idle))
    return exact(amount.what, "computed", Fraction(0), unit=CREDITS, how=how, terms=meant[0].terms if meant else None,
                 inputs=(amount, *_once(because)))  # fmt: skip


def _once(steps: list[Step]) -> tuple[Step, ...]:
    return tuple({id(one): one for one in steps}.values())
