"""What a named quantity is of: each manufacturer, each kind of credit, each model year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zevrules.model import rules

#: For each quantity the words ``manufacturer``, ``kind``, ``model year`` that it has a value for each of.
Dimensions = dict[str, frozenset[str]]

_NOTHING: frozenset[str] = frozenset()


def dimensions(quantities: Mapping[str, tuple[rules.Quantity, ...]], facts: Mapping[str, rules.Fact]) -> Dimensions:
    """Of what each quantity has a value each; definitions that need each other were refused before."""
    found: Dimensions = {}

    def of_name(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = _NOTHING.union(*(_of_quantity(quantity, of) for quantity in quantities[name]))
        return found[name]

    def of(expr: Any) -> frozenset[str]:
        match expr:
            case rules.FactOf():
                return _of_fact(facts[expr.fact], expr)
            case rules.QuantityOf():
                return of_name(expr.quantity) - ({"model year"} if expr.year is not None else _NOTHING)
            case rules.Operation() | rules.Bound() | rules.Comparison() | rules.Junction():
                return of(expr.left) | of(expr.right)
            case rules.FactHolds():
                return of(expr.fact)
            case rules.InSeveral():
                return of(expr.claim) - {"model year"}
            case rules.InClass() | rules.NoticeGiven():
                return frozenset({"manufacturer", "model year"})
            case rules.InUnit():
                return of(expr.expr)
            case rules.Over():
                return _over(expr, of(expr.expr))
            case rules.EarnedCredits():
                return frozenset({"manufacturer", "kind"}) | _year_of(expr.first)
            case rules.Owed():
                return frozenset({"manufacturer"}) | _year_of(expr.year)
            case rules.AddedByVehicles() | rules.CreditsLeft():
                return frozenset({"manufacturer", "model year"})
            case _:
                return _NOTHING

    for name in quantities:
        of_name(name)
    return found


def _of_quantity(quantity: rules.Quantity, of: Any) -> frozenset[str]:
    yearly = bool(quantity.rows) or (quantity.terms.first, quantity.terms.last) != (None, None)
    found: frozenset[str] = of(quantity.expr).union(*map(of, _conditions(quantity)))
    found |= {"vehicle"} if quantity.by_vehicle else _NOTHING
    return found | ({"kind"} if quantity.kinds else _NOTHING) | ({"model year"} if yearly else _NOTHING)


def _conditions(quantity: rules.Quantity) -> Iterator[Any]:
    """What the adjustments of a definition read."""
    for adjustment in quantity.adjustments:
        yield adjustment.expr
        yield adjustment.condition


def _of_fact(fact: rules.Fact, expr: rules.FactOf) -> frozenset[str]:
    yearly = fact.per_year and expr.year is None
    said = (not fact.together, "manufacturer"), (fact.per_kind, "kind"), (yearly, "model year")
    return frozenset(word for holds, word in said if holds)


def _over(expr: rules.Over, inner: frozenset[str]) -> frozenset[str]:
    if expr.across:
        return inner - {expr.across.removesuffix("s")}
    fixed = expr.years is not None and expr.years[1] is not None
    return inner - {"model year"} if fixed else inner | {"model year"}


def _year_of(year: int | None) -> frozenset[str]:
    return frozenset({"model year"}) if year is None else _NOTHING
