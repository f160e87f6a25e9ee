"""Expressions and conditions: names joined to what they stand for, units checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from zevrules.diagnostic import Diagnostic
from zevrules.model import errors, rules
from zevrules.model.scope import Placed, Scope
from zevrules.quantity import CREDITS, PLAIN, Unit
from zevrules.source import Span
from zevrules.syntax import tree

#: Stands for a unit that could not be told, so that one mistake is reported once.
UNKNOWN = Unit((("?", 1),))


#: How long a chain of definitions may be; the longest in law is below ten.
MOST_DEEP = 50
_OF_CHAINS = frozenset({"circular-definition", "definitions-too-deep"})


class Reader:
    """Reads the expressions of one text; units of quantities are found when first needed."""

    def __init__(self, scope: Scope, places: tuple[str, ...], found: list[Diagnostic]) -> None:
        self.scope = scope
        self.places = places
        self.found = found
        self.units: dict[str, tuple[Unit, bool]] = {}
        self.under_way: list[str] = []

    # ------------------------------------------------------------------------------ names

    def fact(self, name: str) -> tuple[Unit | None, tuple[str, ...]]:
        """The unit of a declared fact (None: yes or no) and its scopes."""
        _, _, value, *scopes = self.scope.names[name].placed.sentence.parts
        return (None if value == "yes or no" else Unit.read(value)), tuple(str(s) for s in scopes)

    def quantity(self, name: str) -> tuple[Unit, bool]:
        """The unit of a declared quantity, and whether it is of several model years together."""
        if name in self.units:
            return self.units[name]
        if name in self.under_way:
            self.found.append(
                errors.circular_definition(
                    self.scope.names[name].span, [*self.under_way[self.under_way.index(name) :], name]
                )
            )
            self.units[name] = UNKNOWN, False
            return self.units[name]
        if len(self.under_way) >= MOST_DEEP:
            self.found.append(errors.definitions_too_deep(self.scope.names[self.under_way[0]].span, MOST_DEEP))
            return UNKNOWN, False
        self.under_way.append(name)
        placed = self.scope.names[name].placed
        made = self._owed_type(placed, name) if placed.sentence.kind == "obligation" else self._quantity_type(placed)
        self.under_way.pop()
        return self.units.setdefault(name, made)

    def _quantity_type(self, placed: Placed) -> tuple[Unit, bool]:
        parts = placed.sentence.parts
        if placed.sentence.kind == "definition":
            # The other faults of the expression are reported where the statement itself is read.
            expr = self._quietly(parts[2], placed)
            return unit_of(expr), several(expr)
        if placed.sentence.kind == "open" and parts[3] is not None:
            return Unit.read(parts[3].removeprefix("in ")), False
        cells = [c.parts[2 if c.kind == "row" else 0] for c in placed.clauses if c.kind in ("row", "vehicle_row")]
        for cell in cells:
            if isinstance(cell, tree.Number):
                return self._unit(cell.unit, placed, cell.at), False
            if cell.unit is not None:
                return Unit.read(cell.unit), False
        return PLAIN, False

    def _owed_type(self, placed: Placed, name: str) -> tuple[Unit, bool]:
        """An obligation or a part of one: its unit is known, but what it needs may need it."""
        whole = [c.parts[0][0] for c in placed.clauses if c.kind == "of"]
        parts = [p for c in placed.clauses if c.kind == "made_of" for p in c.parts[1:] if p is not None]
        mine = [expr for part, expr in parts if part.words == name]
        # The last part is what the whole and the others leave.
        needed = mine if mine and mine[0] is not None else whole + [e for _, e in parts if e is not None and mine]
        for expr in needed:
            self._quietly(expr, placed)
        return CREDITS, False

    def _quietly(self, expr: Any, placed: Placed) -> Any:
        quiet = Reader(self.scope, self.places, [])
        quiet.units, quiet.under_way = self.units, self.under_way
        bound = quiet.read(expr, placed)
        self.found.extend(d for d in quiet.found if d.code in _OF_CHAINS)
        return bound

    def _unit(self, words: str | None, placed: Placed, at: tuple[int, int]) -> Unit:
        return Unit.read(words) if words else PLAIN

    # ------------------------------------------------------------------------- expressions

    def read(self, expr: Any, placed: Placed, *, vehicle: bool = False) -> Any:
        """The bound form of *expr*; faults go to `found`. *vehicle*: facts of a vehicle may be used."""
        match expr:
            case tree.Number():
                return rules.Constant(expr.value, self._unit(expr.unit, placed, expr.at), expr.percent, expr.at)
            case tree.Reference():
                return self._reference(expr, placed, vehicle)
            case tree.Binary():
                left = self.read(expr.left, placed, vehicle=vehicle)
                return self._operation(expr, left, self.read(expr.right, placed, vehicle=vehicle), placed)
            case tree.Converted():
                return rules.InUnit(self.read(expr.expr, placed, vehicle=vehicle), Unit.read(expr.unit), expr.at)
            case tree.Aggregate():
                inner = self.read(expr.expr, placed, vehicle=vehicle)
                if expr.years and expr.years[1] is not None and expr.years[0] > expr.years[1]:
                    self.found.append(errors.years_out_of_order(placed.span(expr.at), expr.years[0], expr.years[1]))
                if 0 in expr.prior or len(set(expr.prior)) < len(expr.prior):
                    self.found.append(errors.window_out_of_order(placed.span(expr.at)))
                return rules.Over(expr.how, inner, expr.prior, expr.years, expr.across, unit_of(inner), expr.at)
            case tree.Extreme():
                left = self.read(expr.left, placed, vehicle=vehicle)
                right = self.read(expr.right, placed, vehicle=vehicle)
                self.alike(right, unit_of(left), placed)
                return rules.Bound(expr.which, left, right, unit_of(left), expr.at)
            case tree.Earned():
                first, last = expr.years or (None, None)
                if expr.since is not None:
                    self._day(expr.since, placed.span(expr.at))
                return rules.EarnedCredits(first, last, expr.since, CREDITS, expr.at)
            case tree.TheCreditsLeft():
                return rules.CreditsLeft(CREDITS, expr.at)
            case tree.Added():
                return self._added(expr, placed)
            case _:
                return rules.DeficitInQuestion(CREDITS, expr.at)

    def _added(self, expr: tree.Added, placed: Placed) -> rules.AddedByVehicles:
        known = self.scope.of_sort("obligation")
        if expr.name.words not in known:
            self.found.append(errors.unknown_name(placed.span(expr.name.at), expr.name.words, known, "an obligation"))
        return rules.AddedByVehicles(expr.name.words, CREDITS, expr.at)

    def alike(self, expr: Any, unit: Unit, placed: Placed, why: str = "") -> None:
        """Report *expr* unless it is counted in *unit*."""
        mine = unit_of(expr)
        if mine != unit and UNKNOWN not in (mine, unit):
            self.found.append(errors.unit_mismatch(placed.span(expr.at), mine, unit, why))

    def _operation(self, expr: tree.Binary, left: Any, right: Any, placed: Placed) -> Any:
        a, b = unit_of(left), unit_of(right)
        if UNKNOWN in (a, b):
            unit = UNKNOWN
        elif expr.op == "×":
            unit = a * b
        elif expr.op == "÷":
            unit = a / b
        else:
            unit = a
            self.alike(right, a, placed, "Only quantities of the same unit can be added or taken from one another.")
        if expr.op in "+-" and several(left) != several(right):
            words = placed.span(right.at).text
            why = "one side is of one model year and the other of several together"
            self.found.append(errors.wrong_base(placed.span(right.at), words, why, "bring both to the same years"))
        return rules.Operation(expr.op, left, right, unit, expr.at)

    def _reference(self, ref: tree.Reference, placed: Placed, vehicle: bool) -> Any:
        name = ref.name.words
        declared = self.scope.names.get(name)
        span = placed.span(ref.name.at)
        if declared is None or declared.sort not in ("fact", "quantity", "obligation", "part"):
            known = self.scope.of_sort("fact", "quantity", "obligation", "part")
            self.found.append(errors.unknown_name(span, name, known, "a fact or quantity"))
            return rules.Constant(0, UNKNOWN, False, ref.at)  # type: ignore[arg-type]
        if declared.sort == "fact":
            return self._fact(ref, placed, vehicle)
        if ref.place is not None:
            self.found.append(errors.place_not_wanted(span, name))
        if declared.sort == "quantity":
            unit, _ = self.quantity(name)
            if not vehicle and self.of_each_vehicle(name):
                self.found.append(errors.vehicle_fact_outside(span, name))
            return rules.QuantityOf(name, ref.year, unit, ref.at)
        if ref.year is None:
            self.quantity(name)
        return rules.Owed(name, ref.year, CREDITS, ref.at)

    def of_each_vehicle(self, quantity: str) -> bool:
        """Whether a quantity is a table by vehicle, which has no value where no vehicle is spoken of."""
        return any(clause.kind == "vehicle_row" for clause in self.scope.names[quantity].placed.clauses)

    def _fact(self, ref: tree.Reference, placed: Placed, vehicle: bool) -> rules.FactOf:
        name = ref.name.words
        unit, scopes = self.fact(name)
        span = placed.span(ref.at)
        place = ref.place if isinstance(ref.place, str) or ref.place is None else ref.place.words
        if isinstance(ref.place, tree.Name) and place not in self.places:
            at = placed.span(ref.place.at)
            self.found.append(errors.unknown_name(at, place or "", self.places, "a jurisdiction known here"))
        if "in each jurisdiction" in scopes and place is None:
            self.found.append(errors.place_needed(span, name))
        if "in each jurisdiction" not in scopes and place is not None:
            self.found.append(errors.place_not_wanted(span, name))
        if "of each vehicle" in scopes and not vehicle:
            self.found.append(errors.vehicle_fact_outside(span, name))
        return rules.FactOf(name, place, ref.year, unit, ref.at)

    def number(self, expr: Any, placed: Placed, *, vehicle: bool = False) -> Any:
        """An expression that must be a number."""
        bound = self.read(expr, placed, vehicle=vehicle)
        for fact in facts_in(bound):
            if fact.unit is None:
                self.found.append(errors.not_a_number(placed.span(fact.at), fact.fact))
        return bound

    # -------------------------------------------------------------------------- conditions

    def condition(self, claim: Any, placed: Placed, *, vehicle: bool = False) -> Any:
        """The bound form of a condition."""
        match claim:
            case tree.Joined():
                left = self.condition(claim.left, placed, vehicle=vehicle)
                return rules.Junction(claim.op, left, self.condition(claim.right, placed, vehicle=vehicle), claim.at)
            case tree.Compare():
                left = self.number(claim.left, placed, vehicle=vehicle)
                right = self.number(claim.right, placed, vehicle=vehicle)
                self.alike(right, unit_of(left), placed, "Only quantities of the same unit can be compared.")
                return rules.Comparison(claim.op, left, right, claim.at)
            case tree.InSeveral():
                inner, (first, last) = self.condition(claim.claim, placed, vehicle=vehicle), claim.years
                if first > last:
                    self.found.append(errors.years_out_of_order(placed.span(claim.at), first, last))
                elif not 0 < claim.count <= last - first + 1:
                    self.found.append(errors.more_years_than_named(placed.span(claim.at), claim.count, first, last))
                return rules.InSeveral(inner, claim.count, first, last, claim.at)
            case tree.Given():
                return rules.NoticeGiven(claim.subject, self._deadline(claim, placed), claim.at)
            case _:
                return self._holds(claim, placed, vehicle)

    def _deadline(self, claim: tree.Given, placed: Placed) -> rules.Deadline | None:
        """By when a notice must be given; the option it speaks of must be offered."""
        span = placed.span(claim.at)
        if claim.option is not None:
            known = options_offered(self.scope)
            if claim.option not in known:
                self.found.append(errors.unknown_option(span.find(str(claim.option)), claim.option, known))
        match claim.by:
            case None:
                return None
            case (day,):
                self._day(day, span)
                return rules.Deadline(day, None, "")
            case ("open", why):
                return rules.Deadline(None, None, why)
            case (month, number):
                found = day_of_each_year(month, number)
                if found is None:
                    words = f"{month} {number}"
                    self.found.append(errors.not_a_date(span.find(words), words, "name a day that every year has"))
                return rules.Deadline(None, found, "")
        raise AssertionError(claim.by)

    def _day(self, day: str, span: Span) -> None:
        """Report *day*, which stands within *span*, unless the calendar has it."""
        try:
            date.fromisoformat(day)
        except ValueError:
            self.found.append(errors.not_a_date(span.find(day), day))

    def _holds(self, claim: tree.Holds, placed: Placed, vehicle: bool) -> Any:
        name = claim.reference.name.words
        declared = self.scope.names.get(name)
        if declared is not None and declared.sort == "class":
            return rules.InClass(name, claim.negated, claim.at)
        if declared is None or declared.sort != "fact":
            known = self.scope.of_sort("fact", "class")
            span = placed.span(claim.reference.name.at)
            if declared is not None:
                self.found.append(errors.not_a_yes_or_no(span, name))
            else:
                self.found.append(errors.unknown_name(span, name, known, "a yes-or-no fact or a size class"))
            return rules.InClass(name, claim.negated, claim.at)
        fact = self._fact(claim.reference, placed, vehicle)
        if fact.unit is not None:
            self.found.append(errors.not_a_yes_or_no(placed.span(claim.reference.at), name))
        return rules.FactHolds(fact, claim.negated, claim.at)


_MONTHS = ("January February March April May June July August September October November December").split()


def day_of_each_year(month: str, day: str) -> tuple[int, int] | None:
    """A month and its day as numbers; None if not every year has that day.

    >>> day_of_each_year("March", "1")
    (3, 1)
    """
    number = _MONTHS.index(month) + 1
    longest = 28 if number == 2 else 30 if number in (4, 6, 9, 11) else 31
    return (number, int(day)) if day.isdigit() and 1 <= int(day) <= longest else None


def options_offered(scope: Scope) -> Sequence[int]:
    """The options that any statement offers."""
    return tuple(scope.options)


def unit_of(expr: Any) -> Unit:
    """The unit that *expr* is counted in."""
    return expr.unit if expr.unit is not None else UNKNOWN


def several(expr: Any) -> bool:
    """Whether *expr* is of several model years together."""
    match expr:
        case rules.Over():
            # A running total, through the year in question, is a quantity of that year.
            return expr.how == "sum" and expr.years is not None and expr.years[1] is not None
        case rules.Operation() | rules.Bound():
            return several(expr.left) or several(expr.right)
        case rules.InUnit():
            return several(expr.expr)
        case _:
            return False


def facts_in(expr: Any) -> list[rules.FactOf]:
    """The facts that *expr* reads, in order."""
    match expr:
        case rules.FactOf():
            return [expr]
        case rules.Operation() | rules.Bound() | rules.Comparison() | rules.Junction():
            return facts_in(expr.left) + facts_in(expr.right)
        case rules.InUnit() | rules.Over():
            return facts_in(expr.expr)
        case rules.InSeveral():
            return facts_in(expr.claim)
        case rules.FactHolds():
            return [expr.fact]
        case _:
            return []
