"""What a ruleset asks of a ledger: every fact that some determination under it may look up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zevrules.determination.evaluator import in_years
from zevrules.determination.order import ELECTED
from zevrules.ledger.template import Asked, Asks
from zevrules.model import rules
from zevrules.model.rules import Ruleset, Terms
from zevrules.quantity import PLAIN, Unit

#: A fact, its jurisdiction, model year and kind: what one row of a ledger states.
_Key = tuple[str, str, int | None, str]

#: Of law that is not encoded, the effects that could reverse a verdict.
_MATTERS = frozenset({"lower", "add", "raise", "take away"})


def asks(ruleset: Ruleset, first: int | None = None, last: int | None = None) -> Asks:
    """What *ruleset* asks of a ledger, to write a template by.

    Args:
        ruleset: One text, as in force on a day.
        first: The first model year to be determined; by default the first that the ruleset covers. Facts of
            earlier years are asked for where an average reaches back to them.
        last: The last model year to be determined; by default the last that the ruleset covers.
    """
    reading = _Reading(ruleset, first or ruleset.first, last or ruleset.last)
    reading.whole()
    return Asks(
        facts=tuple(reading.rows()),
        vehicle_facts=tuple(fact.name for fact in ruleset.facts.values() if fact.per_vehicle),
        vehicles=ruleset.vehicles,
        kinds=ruleset.kinds,
        unit=ruleset.unit,
        origins=ruleset.origins,
        jurisdiction=ruleset.jurisdiction,
    )


class _Reading:
    """A walk through a text as an evaluator would go, year by year, that notes what it would look up."""

    def __init__(self, ruleset: Ruleset, first: int, last: int) -> None:
        self.ruleset = ruleset
        self.years = range(first, last + 1)
        self.facts: set[_Key] = set()
        self.stated: dict[_Key, str] = {}
        self.elections: dict[int, rules.UseOrder] = {}
        self.notices: dict[tuple[str, int | None], str] = {}
        self._seen: set[tuple[str, int, str]] = set()
        self._owed: set[int] = set()

    # ------------------------------------------------------------------------ statements

    def whole(self) -> None:
        """Read every statement for every model year."""
        self._sizes()
        for deposit in self.ruleset.deposits:
            self._deposit(deposit)
        for conversion in self.ruleset.conversions:
            self._conversion(conversion)
        for year in self.years:
            self._obligations(year)
            self._uses(year)
            for result in self.ruleset.results:
                for kind in self.ruleset.kinds or ("",):
                    self._quantity(result.quantity, year, kind)
            said: tuple[Any, ...] = (*self.ruleset.earnings, *self.ruleset.addings)
            for rule in said:
                if in_years(rule.terms, year):
                    kind = getattr(rule, "kind", "")
                    self._number(rule.expr, year, kind)
                    self._adjustments(rule.adjustments, year, kind)
            for carried in self.ruleset.carried_at:
                if self._applies(carried.terms, year):
                    self._number(carried.share, year)
            for charge in self.ruleset.charges:
                if self._applies(charge.terms, year):
                    self._number(charge.expr, year)
                    self._adjustments(charge.adjustments, year, "")
            for order in self.ruleset.orders:
                if any(step.elected for step in order.steps) and self._applies(order.terms, year):
                    self.elections.setdefault(order.terms.span.start, order)
            for choice in self.ruleset.choices:
                if in_years(choice.terms, year) and choice.unless is not None:
                    self._number(choice.unless, year)
            for law in self.ruleset.not_encoded:
                if law.effect in _MATTERS:
                    self._applies(law.terms, year)

    def _adjustments(self, adjustments: Iterable[rules.Adjustment], year: int, kind: str) -> None:
        for one in adjustments:
            if one.first is None or one.first <= year <= (one.last or year):
                self._numbers((one.expr, one.condition), year, kind)

    def _deposit(self, deposit: rules.Deposit) -> None:
        """What may be deposited is often of model years before the first that is determined."""
        for year in range(deposit.terms.first or self.years[0], (deposit.terms.last or self.years[-1]) + 1):
            self._applies(deposit.terms, year)
            for kind in deposit.kinds if deposit.each_kind else ("",):
                self._number(deposit.expr, year, kind)

    def _conversion(self, conversion: rules.Conversion) -> None:
        for year in range(conversion.terms.first or self.years[0], (conversion.terms.last or self.years[-1]) + 1):
            if self._applies(conversion.terms, year):
                self._number(conversion.ratio, year, conversion.kind)

    def _obligations(self, year: int) -> None:
        if year in self._owed:
            return
        self._owed.add(year)
        for owed in self.ruleset.obligations:
            if self._applies(owed.terms, year):
                self._numbers((owed.size, *(part.size for part in owed.parts)), year)

    def _uses(self, year: int) -> None:
        for permission in self.ruleset.permissions:
            if self._applies(permission.terms, year):
                self._number(permission.share, year)
        for cap in self.ruleset.caps:
            first, last = cap.window or (year, year)
            if self._applies(cap.terms, year) and first <= year <= last:
                self._number(cap.share, year)
                for one in range(first, last + 1):
                    self._number(cap.base, one)
        for cure in self.ruleset.cures:
            self._applies(cure.terms, year)
        for admission in self.ruleset.admissions:
            self._applies(admission.terms, year)
        for gate in self.ruleset.gates:
            if self._applies(gate.terms, year):
                self._number(gate.condition, year)
        for exposure in self.ruleset.exposures:
            if self._applies(exposure.terms, year):
                self._number(exposure.expr, year)

    def _sizes(self) -> None:
        """Averages count from the first model year that any move counts from, up to the one before the last."""
        if self.ruleset.size is None:
            return
        counted = [move.counted_from for move in self.ruleset.moves if move.counted_from is not None]
        since = min([*counted, self.ruleset.first])
        tied = range(since, max(since + 1, self.years[-1]))
        for year in tied:
            self._number(self.ruleset.size, year)
            for move in self.ruleset.moves:
                for claim, first, last in move.not_counting:
                    if first is None or last is None or first <= year <= last:
                        self._number(claim, year)
        for size in self.ruleset.classes:
            self._numbers((size.low, size.high), self.years[0])

    def _applies(self, terms: Terms, year: int) -> bool:
        """Note what decides whether a statement applies in a model year; False if it does not speak of it."""
        if not in_years(terms, year):
            return False
        self._numbers(terms.conditions, year)
        for claim, first, last in terms.exceptions:
            if first is None or last is None or first <= year <= last:
                self._number(claim, year)
        return True

    # ------------------------------------------------------- expressions and conditions

    def _numbers(self, exprs: Iterable[Any], year: int, kind: str = "") -> None:
        for expr in exprs:
            self._number(expr, year, kind)

    def _number(self, expr: Any, year: int, kind: str = "") -> None:
        match expr:
            case rules.FactOf():
                self._fact(expr, year, kind)
            case rules.FactHolds(fact=fact):
                self._fact(fact, year, kind)
            case rules.QuantityOf():
                self._quantity(expr.quantity, year if expr.year is None else expr.year, kind)
            case rules.Owed():
                self._obligations(year if expr.year is None else expr.year)
            case rules.Over(across="kinds"):
                for each in self.ruleset.kinds:
                    self._number(expr.expr, year, each)
            case rules.Over(across="manufacturers"):
                self._number(expr.expr, year, kind)
            case rules.Over(years=years):
                last = year if not years or years[1] is None else years[1]
                for one in range(years[0], last + 1) if years else [year - back for back in expr.prior]:
                    self._number(expr.expr, one, kind)
            case rules.InUnit():
                self._number(expr.expr, year, kind)
            case rules.InSeveral():
                for one in range(expr.first, expr.last + 1):
                    self._number(expr.claim, one, kind)
            case rules.Operation() | rules.Bound() | rules.Comparison() | rules.Junction():
                self._numbers((expr.left, expr.right), year, kind)
            case rules.NoticeGiven():
                once = expr.by is not None and expr.by.date is not None
                self.notices.setdefault((expr.subject, None if once else year), _by(expr.by, year))
            case _:
                pass  # constants, the size class and what vehicles earn or add ask for nothing of their own

    def _fact(self, ref: rules.FactOf, year: int, kind: str) -> None:
        declared = self.ruleset.facts[ref.fact]
        if declared.per_vehicle:
            return
        place = self.ruleset.jurisdiction if ref.place == "here" else ref.place or ""
        when: int | None = year if ref.year is None else ref.year
        if place == "there" or not declared.per_year:
            when = None
        self.facts.add((ref.fact, place, when, kind if declared.per_kind else ""))

    def _quantity(self, name: str, year: int, kind: str) -> None:
        if (name, year, kind) in self._seen:
            return
        self._seen.add((name, year, kind))
        here = [q for q in self.ruleset.quantities[name] if in_years(q.terms, year)]
        # Under each reading another may stand.
        standing = [q for q in here if not q.kinds or kind in q.kinds]
        if not standing:
            self.stated[name, "", year, ""] = "no statement says it for this model year"
        for said in standing:
            self._said(name, said, year, kind)

    def _said(self, name: str, said: rules.Quantity, year: int, kind: str) -> None:
        if said.open:
            self.stated[name, "", year, ""] = f"the ruleset leaves it open: {said.open}"
        elif said.rows:
            row = next((r for r in said.rows if r.first <= year and (r.last is None or year <= r.last)), None)
            if row is None or row.value is None:
                why = f"the ruleset leaves it open: {row.open}" if row else "the table has no row for this model year"
                self.stated[name, "", year, ""] = why
        else:
            self._number(said.expr, year, kind)
            self._adjustments(said.adjustments, year, kind)

    # ------------------------------------------------------------------------------ rows

    def rows(self) -> Iterable[Asked]:
        """A row for each question, in the order in which the ruleset declares what is asked."""
        for size in self.ruleset.classes:
            yield Asked(size.name, note="yes, for the one that it is; or leave all of them blank, to be worked out")
        declared = list(self.ruleset.facts)
        places = ["", *self.ruleset.places, "there"]
        kinds = ["", *self.ruleset.kinds]
        for name, place, year, kind in sorted(
            self.facts, key=lambda k: (declared.index(k[0]), places.index(k[1]), kinds.index(k[3]), k[2] or 0)
        ):
            fact = self.ruleset.facts[name]
            yield Asked(
                name, _unit(fact.unit), "" if place == "there" else place, year, kind, _note(fact, place), fact.together
            )
        quantities = self.ruleset.quantities
        for (name, place, year, kind), why in sorted(
            self.stated.items(), key=lambda pair: (list(quantities).index(pair[0][0]), pair[0][2] or 0)
        ):
            yield Asked(name, _unit(quantities[name][0].unit), place, year, kind, why)
        for (subject, year), by in self.notices.items():
            asked = f"; the law asks for it {by}" if by else ""
            once = "; one row without a model year, if it is given once for all" if year is not None else ""
            yield Asked(f"notice of {subject}", year=year, note=f"`given` with its date, or `not given`{asked}{once}")
        yield from self._choices()

    def _choices(self) -> Iterable[Asked]:
        for choice in self.ruleset.choices:
            if choice.default is None:
                options = ", ".join(f"`option {number}`" for number in choice.options)
                yield Asked("option", note=f"one of {options}")
        for order in self.elections.values():
            named = ", ".join(s.words for step in order.steps if step.elected for s in step.selectors)
            yield Asked(ELECTED, note=f"the order that the manufacturer elects, each named once: {named}")
        laws: dict[str, list[str]] = {}
        for law in self.ruleset.not_encoded:
            if law.effect in _MATTERS:
                laws.setdefault(str(law.terms.authority.citation), []).append(
                    f"{law.reason}; it could {law.effect} {law.subject}"
                )
        for citation, said in laws.items():
            yield Asked(citation, note=f"`not used`, if it was not: {'; '.join(said)}")


def _by(deadline: rules.Deadline | None, year: int) -> str:
    """By when a notice must be given, in words."""
    if deadline is None:
        return ""
    if deadline.open:
        return f"by a day that is left open: {deadline.open}"
    return f"by {deadline.date or date(year + 1, *deadline.each_year)}"  # type: ignore[misc]


def _unit(unit: Unit | None) -> str:
    return "" if unit is None or unit == PLAIN else str(unit)


def _note(fact: rules.Fact, place: str) -> str:
    """What a fact means, and how it is answered."""
    words = []
    if fact.unit is None:
        words.append("yes or no")
    if fact.meaning:
        words.append(fact.meaning)
    if fact.shared_over is not None:
        words.append("a firm under common ownership is an account of its own, with its own rows")
    if place == "there":
        words.append("a row for each other jurisdiction that vehicles were delivered in, and for each model year")
    return "; ".join(words)
