"""What the expressions and conditions of a text come to for one account: values with every reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from zevrules.determination import notices, trace
from zevrules.determination.trace import Missing, Step, changed, exact, step
from zevrules.ledger import queries
from zevrules.ledger.entries import Delivery, Fact, Ledger
from zevrules.model import rules
from zevrules.model.rules import Ruleset, Terms
from zevrules.node import Node, node
from zevrules.quantity import CREDITS, PLAIN, VEHICLES, Unit, display_number, round_to


class Unanswered(Exception):  # noqa: N818 - a question, not an error
    """A yes-or-no or a choice that the ledger leaves open and the determination turns on."""

    def __init__(self, question: str, answers: tuple[str, ...], reason: Step) -> None:
        self.question, self.answers, self.reason = question, answers, reason
        super().__init__(question)


@node
class Setting(Node):
    """Where an expression is read: the model year, and the kind of credit or the vehicle in question."""

    year: int
    kind: str | None = None
    delivery: Delivery | None = None
    deficit: Step | None = None
    left: Step | None = None


#: The account of facts that are of all manufacturers together: no one's.
EVERYONE = ""

#: How the note of a rounding begins for which no words of law are cited.
UNFOUNDED = "rounded without authority"

#: Facts counted in these units cannot be below nothing.
_NEVER_NEGATIVE = frozenset({"vehicle", "credit", "mile", "km", "dollar", "day"})


class Evaluator:
    """Evaluates one text for one account; every value is worked out once.

    Args:
        ruleset: The checked text.
        ledger: What happened.
        account: Whose determination it is.
        answers: Answers assumed for questions the ledger leaves open.
    """

    def __init__(self, ruleset: Ruleset, ledger: Ledger, account: str, answers: dict[str, str]) -> None:
        self.ruleset = ruleset
        self.ledger = ledger
        self.account = account
        self.answers = answers
        self._quantities: dict[tuple[str, int, str | None, str | None], Step] = {}
        self._others: dict[str, Evaluator] = {account: self}
        self._of_another = False
        self._classes: dict[int, Step] = {}
        self._owed: dict[tuple[str, int], Step] = {}
        self._obligations: dict[int, tuple[Any, ...]] = {}

    # ------------------------------------------------------------------------- questions

    def decide(self, claim: Step, question: str) -> bool:
        """Whether *claim* holds; if nobody knows, the answer assumed for *question*.

        Raises:
            Unanswered: If it is open and nothing is assumed yet.
        """
        if claim.truth is not None:
            return claim.truth
        answer = self.assumed(question)
        if answer is None:
            raise self.unanswered(question, ("yes", "no"), claim)
        return answer == "yes"

    def assumed(self, question: str) -> str | None:
        """The answer assumed for a question about this account, if one is."""
        return self.answers.get(self._asked(question))

    def unanswered(self, question: str, answers: tuple[str, ...], reason: Step) -> Unanswered:
        """A question about this account, to be raised."""
        return Unanswered(self._asked(question), answers, reason)

    def _asked(self, question: str) -> str:
        """A question in words that tell it from the same one about the account of the determination."""
        return f"{question}, of {self.account}" if self._of_another and question else question

    # ------------------------------------------------------------------------------ facts

    def lookup(self, name: str, *, place: str | None = None, year: int | None = None, kind: str | None = None,
               account: str | None = None) -> Fact | None:  # fmt: skip
        """The entry of the ledger that states a fact, if there is one."""
        holder = self.account if account is None else account
        return queries.fact(self.ledger, holder, name, jurisdiction=place, model_year=year, kind=kind)

    def fact(self, ref: rules.FactOf, setting: Setting) -> Step:
        """A fact in its setting, or that it is missing."""
        declared = self.ruleset.facts[ref.fact]
        if declared.per_vehicle:
            return self._vehicle_fact(declared, setting)
        place = self._place(ref.place, setting)
        year = (ref.year if ref.year is not None else setting.year) if declared.per_year else None
        kind = setting.kind if declared.per_kind else None
        if declared.together:
            return self._one_fact(declared, EVERYONE, place, year, kind)
        accounts: tuple[str, ...] = (self.account,)
        if declared.shared_over is not None:
            accounts = queries.group(self.ledger, self.account, declared.shared_over)
        found = [self._one_fact(declared, account, place, year, kind) for account in accounts]
        if len(found) == 1:
            return found[0]
        low, high = trace.total(found)
        return step(
            _of(ref.fact, place, year), "computed", how=f"added up over {len(found)} firms under common ownership",
            unit=declared.unit or PLAIN, low=low, high=high, terms=declared.terms, citation=declared.shared_by,
            inputs=tuple(found),
        )  # fmt: skip

    def _place(self, place: str | None, setting: Setting) -> str | None:
        if place == "here":
            return self.ruleset.jurisdiction
        if place == "there":
            return setting.delivery.jurisdiction if setting.delivery else self.ruleset.jurisdiction
        return place

    def _one_fact(
        self, declared: rules.Fact, account: str, place: str | None, year: int | None, kind: str | None
    ) -> Step:
        entry = self.lookup(declared.name, place=place, year=year, kind=kind, account=account)
        named = declared.name if kind is None else f"{declared.name} of {kind}"
        if account not in (self.account, EVERYONE):
            named = f"{named} of {account}"
        what = _of(named, place, year)
        if entry is None:
            return self._missing(what, declared, Missing(named, year, place, "the ledger does not say"))
        return self._stated(what, entry, declared.unit, declared.terms, Missing(named, year, place, "not a number"))

    def _missing(self, what: str, declared: rules.Fact, missing: Missing) -> Step:
        unit = declared.unit or PLAIN
        return step(
            what, "missing", unit=unit, low=_least(unit), terms=declared.terms, missing=(missing,), how=missing.why
        )

    def _stated(self, what: str, entry: Fact, unit: Unit | None, terms: Terms | None, missing: Missing) -> Step:
        """A fact as the ledger states it; a value of the wrong sort counts as missing, and says so."""
        value = entry.value
        if entry.undated:
            lost = undated(entry, missing.model_year, missing.place)
            return step(what, "missing", unit=unit or PLAIN, low=_least(unit or PLAIN), rows=(entry.at,),
                        missing=(lost,), how=lost.why, terms=terms)  # fmt: skip
        if unit is None and isinstance(value, bool):
            return step(what, "fact", truth=value, rows=(entry.at,), how="the ledger says so", terms=terms,
                        note=entry.note)  # fmt: skip
        if unit is not None and isinstance(value, Fraction) and not isinstance(value, bool):
            below = value < 0 and _least(unit) is not None
            if not below and not self._wrong_unit(entry.unit, unit):
                return exact(what, "fact", value, unit=unit, rows=(entry.at,), how="the ledger says so", terms=terms,
                             note=entry.note)  # fmt: skip
        why = f"{entry.at} says {entry.text or entry.value}{' ' + entry.unit if entry.unit else ''}"
        why += ", and a yes or no belongs there" if unit is None else f", and {unit or 'a share'} belong there"
        low = _least(unit or PLAIN)
        lost = Missing(missing.name, missing.model_year, missing.place, why)
        return step(
            what, "missing", unit=unit or PLAIN, low=low, rows=(entry.at,), missing=(lost,), how=why, terms=terms
        )

    @staticmethod
    def _wrong_unit(words: str | None, unit: Unit) -> bool:
        if not words:
            return False
        try:
            return Unit.read(words) != unit
        except KeyError:
            # A ledger may name its own kind of credit, as "ACC I credits".
            return not (unit == CREDITS and words.endswith("credits"))

    def _vehicle_fact(self, declared: rules.Fact, setting: Setting) -> Step:
        delivery = setting.delivery
        assert delivery is not None, "the checker lets facts of a vehicle stand only where a vehicle is spoken of"
        what = f"{declared.name} of {delivery.model or delivery.vehicle}"
        value = dict(delivery.facts).get(declared.name)
        if value is None:
            missing = Missing(what, setting.year, None, f"{delivery.at} leaves it blank")
            return self._missing(what, declared, missing)
        if declared.unit is None and isinstance(value, bool):
            return step(what, "fact", truth=value, rows=(delivery.at,), how="the ledger says so", terms=declared.terms)
        if declared.unit is not None and isinstance(value, Fraction):
            return exact(what, "fact", value, unit=declared.unit, rows=(delivery.at,), how="the ledger says so",
                         terms=declared.terms)  # fmt: skip
        return self._missing(what, declared, Missing(what, setting.year, None, f"{delivery.at} says {value}"))

    # ------------------------------------------------------------------------- quantities

    def quantity(self, name: str, year: int, kind: str | None = None, vehicle: str | None = None) -> Step:
        """A named quantity of a model year: as the ledger states it, else as the law defines it.

        Args:
            name: The quantity.
            year: The model year.
            kind: The kind of credit in question, which counts only if the quantity is of each kind.
            vehicle: The vehicle in question, which counts only if the quantity is a table by vehicle.
        """
        of = self.ruleset.dimensions[name]
        key = (name, year, kind if "kind" in of else None, vehicle if "vehicle" in of else None)
        if key not in self._quantities:
            self._quantities[key] = self._quantity(*key)
        return self._quantities[key]

    def _quantity(self, name: str, year: int, kind: str | None, vehicle: str | None) -> Step:
        if vehicle is not None:
            return self._vehicle_row(name, vehicle)
        said = [
            q for q in self.ruleset.quantities[name] if in_years(q.terms, year) and (not q.kinds or kind in q.kinds)
        ]
        what = _of(name if kind is None else f"{kind} {name}", None, year)
        entry = self.lookup(name, year=year, kind=kind) or self.lookup(name, kind=kind)
        unit = self.ruleset.quantities[name][0].unit
        if entry is not None:
            terms = said[0].terms if said else None
            stated = self._stated(what, entry, unit, terms, Missing(name, year, None, ""))
            stated.how = "the ledger states it" if stated.known else stated.how
            return stated
        if not said:
            missing = Missing(name, year, None, "no statement says it for this model year")
            return step(what, "missing", unit=unit, low=None, missing=(missing,), how=missing.why)
        return self._defined(said[0], what, name, Setting(year, kind))

    def _vehicle_row(self, name: str, vehicle: str) -> Step:
        """What a table by vehicle says of a vehicle."""
        what = f"{name} of {vehicle}"
        table = self.ruleset.quantities[name][0]
        row = next((r for r in table.by_vehicle if vehicle in r.vehicles), None)
        if row is not None and row.value is not None:
            return exact(what, "constant", row.value.value, unit=table.unit, terms=table.terms, span=row.span,
                         citation=row.citation, how="table by vehicle")  # fmt: skip
        why = f"left open: {row.open}" if row is not None else "the table has no row for this vehicle"
        missing = Missing(what, None, None, why)
        return step(what, "missing", unit=table.unit, low=Fraction(0), terms=table.terms,
                    span=row.span if row is not None else None, missing=(missing,), how=why)  # fmt: skip

    def _defined(self, quantity: rules.Quantity, what: str, name: str, setting: Setting) -> Step:
        year = setting.year
        terms = quantity.terms
        if quantity.rows:
            return self._row(quantity, what, name, year)
        if quantity.open:
            missing = Missing(name, year, None, f"left open: {quantity.open}")
            return step(what, "missing", unit=quantity.unit, terms=terms, missing=(missing,), how=missing.why)
        inner = self.number(quantity.expr, setting, terms)
        # A name that stands alone is a step of its own; the parts of a formula are those of the quantity.
        alone = _names(quantity.expr) or not inner.inputs
        made = step(what, "computed", how=inner.what if _names(quantity.expr) else inner.how, unit=inner.unit,
                    low=inner.low, high=inner.high, terms=terms, inputs=(inner,) if alone else inner.inputs,
                    rows=() if alone else inner.rows, missing=inner.missing)  # fmt: skip
        for adjustment in quantity.adjustments:
            made = self.adjusted(made, adjustment, terms, setting)
        return self.rounded(made, quantity.rounding)

    def adjusted(self, made: Step, adjustment: rules.Adjustment, terms: Terms, setting: Setting) -> Step:
        """*made* after a step of a formula; where nobody knows whether the step applies, before or after it."""
        if adjustment.first is not None and not adjustment.first <= setting.year <= (adjustment.last or setting.year):
            return made
        claim: Step | None = None
        if adjustment.condition is not None:
            claim = self.truth(adjustment.condition, setting, terms)
            if claim.truth is adjustment.negated:
                return made
        inputs = (made,) + ((claim,) if claim else ())
        before = made.low, made.high
        if adjustment.how == "none":
            after: trace.Range = (Fraction(0), Fraction(0))
            how = f"none: {claim.what if claim else ''}"
        else:
            amount = self.number(adjustment.expr, setting, terms)
            inputs += (amount,)
            after, how = _after(adjustment.how, made, amount)
        if claim is not None and claim.truth is None:
            after = trace.lesser(before, after)[0], trace.greater(before, after)[1]
        return step(made.what, "computed", how=how, unit=made.unit, low=after[0], high=after[1], terms=terms,
                    citation=adjustment.citation, span=adjustment.span, inputs=inputs)  # fmt: skip

    def _row(self, quantity: rules.Quantity, what: str, name: str, year: int) -> Step:
        row = next((r for r in quantity.rows if r.first <= year and (r.last is None or year <= r.last)), None)
        if row is not None and row.value is not None:
            return exact(what, "constant", row.value.value, unit=quantity.unit, terms=quantity.terms, span=row.span,
                         citation=row.citation, how="table by model year")  # fmt: skip
        why = f"left open: {row.open}" if row is not None else "the table has no row for this model year"
        missing = Missing(name, year, None, why)
        span = row.span if row is not None else None
        return step(what, "missing", unit=quantity.unit, low=Fraction(0), terms=quantity.terms, span=span,
                    missing=(missing,), how=why)  # fmt: skip

    def rounded(self, made: Step, rounding: rules.Rounding | None) -> Step:
        """*made* rounded as a statement says, with what it was before."""
        if rounding is None or made.low is None:
            return made
        low = round_to(made.low, rounding.place, rounding.mode)
        high = None if made.high is None else round_to(made.high, rounding.place, rounding.mode)
        how = f"{made.how}, rounded to {display_number(rounding.place)}, {rounding.mode}"
        before = made.low if made.known else None
        note = "" if rounding.citation else f"{UNFOUNDED}: no words of law are cited for it"
        return changed(
            made, how=how, low=low, high=high, citation=rounding.citation, span=None, before=before, note=note
        )

    # ------------------------------------------------------------------------ expressions

    def number(self, expr: Any, setting: Setting, terms: Terms) -> Step:
        """What *expr* comes to, with every reason for it."""
        match expr:
            case rules.Constant():
                text = f"{display_number(expr.value * 100)}%" if expr.percent else display_number(expr.value)
                unit = f" {expr.unit}" if expr.unit != PLAIN else ""
                return exact(f"{text}{unit}", "constant", expr.value, unit=expr.unit, terms=terms,
                             span=_span(terms, expr.at))  # fmt: skip
            case rules.FactOf():
                return self.fact(expr, setting)
            case rules.QuantityOf():
                vehicle = setting.delivery.vehicle if setting.delivery is not None else None
                return self.quantity(expr.quantity, expr.year or setting.year, setting.kind, vehicle)
            case rules.Owed():
                return self.owed(expr.name, expr.year if expr.year is not None else setting.year)
            case rules.Operation():
                left, right = self.number(expr.left, setting, terms), self.number(expr.right, setting, terms)
                return self._operation(expr, left, right, terms)
            case rules.Over():
                return self._across(expr, setting, terms) if expr.across else self._over(expr, setting, terms)
            case rules.Bound():
                left, right = self.number(expr.left, setting, terms), self.number(expr.right, setting, terms)
                choose = trace.lesser if expr.which == "lesser" else trace.greater
                low, high = choose((left.low, left.high), (right.low, right.high))
                return step(f"the {expr.which} of two", "computed", how=f"the {expr.which} of the two", unit=expr.unit,
                            low=low, high=high, terms=terms, inputs=(left, right))  # fmt: skip
            case rules.InUnit():
                return changed(self.number(expr.expr, setting, terms), unit=expr.unit)
            case rules.EarnedCredits():
                return self.earned(expr.first or setting.year, expr.last or setting.year, setting.kind, expr.since)
            case rules.CreditsLeft():
                assert setting.left is not None, "the checker lets it stand only in a charge"
                return setting.left
            case rules.AddedByVehicles():
                return self.added(expr.obligation, setting.year)
            case _:
                assert setting.deficit is not None
                return setting.deficit

    def _operation(self, expr: rules.Operation, left: Step, right: Step, terms: Terms) -> Step:
        work = {"+": trace.add, "-": trace.subtract, "×": trace.multiply, "÷": trace.divide}[expr.op]
        low, high = work((left.low, left.high), (right.low, right.high))
        how = f"{_shown(left)} {expr.op} {_shown(right)}"
        missing: tuple[Missing, ...] = ()
        if expr.op == "÷" and right.known and right.value == 0:
            low = high = None
            missing = (Missing(f"{left.what} ÷ {right.what}", None, None, "nothing can be divided by 0"),)
        return step(how, "computed", how=how, unit=expr.unit, low=low, high=high, terms=terms, inputs=(left, right),
                    missing=missing)  # fmt: skip

    def _over(self, expr: rules.Over, setting: Setting, terms: Terms) -> Step:
        if expr.years:
            years = list(range(expr.years[0], (expr.years[1] or setting.year) + 1))
        else:
            years = sorted(setting.year - back for back in expr.prior)
        inputs = tuple(self.number(expr.expr, Setting(year, setting.kind, setting.delivery), terms) for year in years)
        return self._together(expr, inputs, f"{expr.how} over {_these_years(years)}", terms)

    def _across(self, expr: rules.Over, setting: Setting, terms: Terms) -> Step:
        """A sum or average over all kinds of credit, or over every account of the ledger."""
        if expr.across == "kinds":
            inputs = tuple(self.number(expr.expr, Setting(setting.year, kind), terms) for kind in self.ruleset.kinds)
        else:
            others = (self.other(account.name) for account in self.ledger.accounts)
            inputs = tuple(_told_of(other, other.number(expr.expr, setting, terms)) for other in others)
        return self._together(expr, inputs, f"{expr.how} over {len(inputs)} {expr.across}", terms)

    @staticmethod
    def _together(expr: rules.Over, inputs: tuple[Step, ...], how: str, terms: Terms) -> Step:
        """The sum or average of some steps; of none the sum is nothing, and an average is not known."""
        low, high = trace.total(inputs)
        missing: tuple[Missing, ...] = ()
        if expr.how == "average":
            low = None if low is None or not inputs else low / len(inputs)
            high = None if high is None or not inputs else high / len(inputs)
            missing = () if inputs else (Missing(how, None, None, "there is nothing to take an average of"),)
        return step(how, "computed", how=how, unit=expr.unit, low=low, high=high, terms=terms, inputs=inputs,
                    missing=missing)  # fmt: skip

    def other(self, account: str) -> Evaluator:
        """The evaluator of another account under the same text and answers."""
        if account not in self._others:
            made = self._others[account] = type(self)(self.ruleset, self.ledger, account, self.answers)
            made._others, made._of_another = self._others, True
        return self._others[account]

    def earned(
        self, first: int, last: int, kind: str | None, since: str | None = None, origin: str | None = None
    ) -> Step:
        """The credits that deliveries here earn, of one kind or of all; only of those delivered *since* a day.

        Those that are earned as credits of an *origin* are counted for it alone.
        """
        from zevrules.determination.earnings import earned_by

        rule = next((r for r in self.ruleset.earned_sums if in_years(r.terms, last)), None)
        if rule is not None and (first != last or kind is None) and self.ruleset.kinds:
            return self._sums(first, last, kind, since)
        inputs = tuple(earned_by(self, first, last, kind, since, origin))
        low, high = trace.total(inputs)
        made = step(_earned_in(first, last, kind, since), "computed", how=_sum_over(inputs),
                    unit=CREDITS, low=low, high=high, terms=rule.terms if rule else None, inputs=inputs)  # fmt: skip
        return self.rounded(made, rule.rounding) if rule else made

    def _sums(self, first: int, last: int, kind: str | None, since: str | None) -> Step:
        """What is earned in several model years or of several kinds, where each sum is rounded by itself."""
        kinds = self.ruleset.kinds if kind is None else (kind,)
        inputs = tuple(self.earned(year, year, one, since) for year in range(first, last + 1) for one in kinds)
        low, high = trace.total(inputs)
        return step(_earned_in(first, last, kind, since), "computed", how=f"sum of {len(inputs)} sums", unit=CREDITS,
                    low=low, high=high, inputs=inputs)  # fmt: skip

    def added(self, obligation: str, year: int) -> Step:
        """What the vehicles of a model year delivered here add to an obligation."""
        from zevrules.determination.earnings import added_by

        inputs = tuple(added_by(self, obligation, year))
        low, high = trace.total(inputs)
        what = f"what vehicles add to {obligation} of model year {year}"
        said = (a.terms for a in self.ruleset.addings if a.obligation == obligation and in_years(a.terms, year))
        return step(what, "computed", how=_sum_over(inputs), unit=CREDITS, low=low, high=high,
                    terms=next(said, None), inputs=inputs)  # fmt: skip

    # ------------------------------------------------------------------------- conditions

    def truth(self, claim: Any, setting: Setting, terms: Terms) -> Step:
        """Whether a condition holds, with every reason."""
        match claim:
            case rules.Comparison():
                left, right = self.number(claim.left, setting, terms), self.number(claim.right, setting, terms)
                answer = trace.compare(claim.op, (left.low, left.high), (right.low, right.high))
                what = f"{left.what} {claim.op} {_shown(right)}"
                return self._claim(what, answer, terms, (left, right), how=f"{_shown(left)} {claim.op} {_shown(right)}")
            case rules.FactHolds():
                made = self.fact(claim.fact, setting)
                answer = None if made.truth is None else made.truth != claim.negated
                return self._claim(made.what, answer, terms, (made,))
            case rules.InClass():
                mine = self.size_class(setting.year)
                answer = (mine.words == claim.name) != claim.negated
                return self._claim(f"the manufacturer is a {claim.name}", answer, terms, (mine,))
            case rules.NoticeGiven():
                return notices.notice(self, claim, setting.year, terms)
            case rules.InSeveral():
                return self._in_several(claim, setting, terms)
            case _:
                left, right = self.truth(claim.left, setting, terms), self.truth(claim.right, setting, terms)
                answer = _either(left.truth, right.truth) if claim.op == "or" else _both(left.truth, right.truth)
                return self._claim(f"{left.what} {claim.op} {right.what}", answer, terms, (left, right))

    def _in_several(self, claim: rules.InSeveral, setting: Setting, terms: Terms) -> Step:
        """Whether a condition holds in at least so many of some model years."""
        years = range(claim.first, claim.last + 1)
        each = tuple(self.truth(claim.claim, Setting(year, setting.kind, setting.delivery), terms) for year in years)
        holds, open_still = (sum(one.truth is truth for one in each) for truth in (True, None))
        answer = True if holds >= claim.count else False if holds + open_still < claim.count else None
        what = f"{each[0].what} and so on, in at least {claim.count} of {_these_years(years)}"
        how = f"in {holds} of {len(each)}" + (f", {open_still} not known" if open_still else "")
        return self._claim(what, answer, terms, each, how=how)

    @staticmethod
    def _claim(what: str, answer: bool | None, terms: Terms, inputs: tuple[Step, ...], how: str = "") -> Step:
        missing = () if answer is not None else tuple(dict.fromkeys(m for i in inputs for m in i.missing))
        words = how or {True: "yes", False: "no", None: "not known"}[answer]
        return step(what, "claim", how=words, truth=answer, terms=terms, inputs=inputs, missing=missing)

    def complete_row(self) -> tuple[Any, ...]:
        """The row of the ledger that says how far it is complete."""
        row = self.ledger.complete_at
        return (row,) if row is not None else ()

    # ------------------------------------------------------------------ who, and what is owed

    def size_class(self, year: int) -> Step:
        """The size class of the manufacturer in a model year."""
        from zevrules.determination.sizes import size_class

        if year not in self._classes:
            self._classes[year] = size_class(self, year)
        return self._classes[year]

    def obligations(self, year: int) -> tuple[Any, ...]:
        """What is owed in a model year, with its parts."""
        from zevrules.determination.obligations import obligations

        if year not in self._obligations:
            self._obligations[year] = obligations(self, year)
        return self._obligations[year]

    def owed(self, name: str, year: int) -> Step:
        """The size of an obligation or a part in a model year; nothing, where it is not owed."""
        key = (name, year)
        if key not in self._owed:
            self._owed[key] = self._find_owed(name, year)
        return self._owed[key]

    def _find_owed(self, name: str, year: int) -> Step:
        for owed in self.obligations(year):
            for made in (owed.size, *(part.size for part in owed.parts)):
                if made.what == _of(name, None, year):
                    return made  # type: ignore[no-any-return]
        terms = next(
            (o.terms for o in self.ruleset.obligations if o.name == name or any(p.name == name for p in o.parts)), None
        )
        return exact(_of(name, None, year), "computed", Fraction(0), unit=CREDITS, terms=terms, how="not owed")

    def applies(self, terms: Terms, year: int, setting: Setting | None = None) -> tuple[bool, tuple[Step, ...], str]:
        """Whether a statement applies in a model year, the steps that decided it, and if not, why not."""
        where = setting or Setting(year)
        if not in_years(terms, year):
            return False, (), f"not for model year {year}"
        reasons: list[Step] = []
        if terms.classes:
            mine = self.size_class(year)
            reasons.append(mine)
            if mine.words not in terms.classes:
                return False, tuple(reasons), f"not for a {mine.words}"
        if terms.option is not None:
            chosen = self.option(year)
            reasons.append(chosen)
            if chosen.words != f"option {terms.option}":
                return False, tuple(reasons), f"the option is {chosen.words or 'not chosen'}"
        claims = [(self.truth(condition, where, terms), True, "not met") for condition in terms.conditions]
        claims += [
            (self.truth(condition, where, terms), False, "excepted")
            for condition, first, last in terms.exceptions
            if first is None or last is None or first <= year <= last
        ]
        reasons.extend(claim for claim, _, _ in claims)
        # What is known decides first: a question is asked only if everything else would let the statement apply.
        for claim, wanted, why in sorted(claims, key=lambda one: one[0].truth is None):
            if self.decide(claim, _question(claim, year)) is not wanted:
                return False, tuple(reasons), f"{why}: {claim.what}"
        return True, tuple(reasons), ""

    def option(self, year: int) -> Step:
        """The option that the manufacturer has chosen."""
        for choice in self.ruleset.choices:
            if not in_years(choice.terms, year) or choice.default is None:
                continue
            claim = self.truth(choice.unless, Setting(year), choice.terms)
            changed = self.decide(claim, _question(claim, None))
            other = next((n for n in choice.options if n != choice.default), choice.default)
            chosen = _noticed(choice.unless) or other if changed else choice.default
            return step("the option chosen", "class", how=f"{claim.what}: {claim.how}", words=f"option {chosen}",
                        terms=choice.terms, inputs=(claim,))  # fmt: skip
        for choice in self.ruleset.choices:
            if in_years(choice.terms, year):
                question = "which option is chosen"
                answers = tuple(f"option {n}" for n in choice.options)
                entry = self.lookup("option")
                if entry is not None and not entry.undated:
                    return step("the option chosen", "class", how="the ledger says so", words=str(entry.text),
                                rows=(entry.at,), terms=choice.terms)  # fmt: skip
                assumed = self.assumed(question)
                if assumed is not None:
                    return step("the option chosen", "class", how="assumed", words=assumed, terms=choice.terms)
                missing = Missing("option", None, None, "the ledger does not say which option is chosen")
                missing = undated(entry) if entry is not None else missing
                reason = step("the option chosen", "missing", missing=(missing,))
                raise self.unanswered(question, answers, reason)
        return step("the option chosen", "class", how="no option is offered", words="none")


def _least(unit: Unit) -> Fraction | None:
    """The least that a quantity of *unit* can be: nothing, where less makes no sense; None where it does."""
    return Fraction(0) if any(u in _NEVER_NEGATIVE for u, _ in unit.powers) else None


def closing_of(ruleset: Ruleset, year: int) -> tuple[date, rules.Closing | None]:
    """The day on which a model year closes, and the statement that says so; without one, its last day."""
    closing = next((c for c in reversed(ruleset.closings) if in_years(c.terms, year)), None)
    return (date(year + 1, closing.month, closing.day) if closing else date(year, 12, 31)), closing


def undated(entry: Fact, year: int | None = None, place: str | None = None) -> Missing:
    """What is missing of a fact that may have been recorded only after the day that the ledger is asked about."""
    return Missing(entry.name, year, place, f"{entry.at} does not say when it was recorded")


def in_years(terms: Terms, year: int) -> bool:
    """Whether a statement speaks of a model year."""
    return (terms.first is None or terms.first <= year) and (terms.last is None or year <= terms.last)


def _these_years(years: Sequence[int]) -> str:
    """Model years in words."""
    if not years:
        return "no model year"
    if len(years) == 1:
        return f"model year {years[0]}"
    if years[-1] - years[0] == len(years) - 1:
        return f"model years {years[0]} through {years[-1]}"
    return f"model years {', '.join(map(str, years))}"


def _sum_over(inputs: tuple[Step, ...]) -> str:
    return f"sum over {len(inputs)} row{'' if len(inputs) == 1 else 's'} of deliveries"


def _earned_in(first: int, last: int, kind: str | None, since: str | None) -> str:
    what = f"{kind + ' ' if kind else ''}credits earned in {_these_years(range(first, last + 1))}"
    return f"{what} by vehicles delivered from {since}" if since else what


def _after(how: str, made: Step, amount: Step) -> tuple[trace.Range, str]:
    """A number after a step of a formula, and that in words."""
    if how == "instead":
        return (amount.low, amount.high), f"{_alone(amount)} instead"
    work = trace.lesser if how == "at most" else trace.add
    return work((made.low, made.high), (amount.low, amount.high)), f"{_alone(made)}, {how} {_alone(amount)}"


def _alone(made: Step) -> str:
    return display_number(made.value) if made.known else "(not known)"


def _told_of(ev: Evaluator, made: Step) -> Step:
    """A step of another account, which says whose it is."""
    return changed(made, what=f"{made.what} of {ev.account}")


def _names(expr: Any) -> bool:
    """Whether an expression is a name and nothing more, perhaps counted in another unit."""
    inner = expr.expr if isinstance(expr, rules.InUnit) else expr
    return isinstance(inner, rules.FactOf | rules.QuantityOf | rules.Owed)


def _noticed(condition: Any) -> int | None:
    """The option whose notice a condition asks for."""
    if isinstance(condition, rules.NoticeGiven) and condition.subject.startswith("option "):
        return int(condition.subject.removeprefix("option "))
    return None


def _question(claim: Step, year: int | None) -> str:
    return f"{claim.what}{f' (model year {year})' if year is not None and str(year) not in claim.what else ''}"


def _of(name: str, place: str | None, year: int | None) -> str:
    return f"{name}{f' in {place}' if place else ''}{f' of model year {year}' if year is not None else ''}"


def _span(terms: Terms, at: tuple[int, int]) -> Any:
    return type(terms.span)(terms.span.source, *at)


def _shown(made: Step) -> str:
    """A number as it stands in a formula."""
    if not made.known:
        return f"({made.what}: not known)"
    if made.sort == "constant" and made.unit == PLAIN:
        return (
            f"{display_number(made.value * 100)}%"
            if made.what.endswith("%") or made.value < 1
            else display_number(made.value)
        )
    unit = f" {made.unit}" if made.unit not in (PLAIN, CREDITS, VEHICLES) else ""
    return display_number(made.value) + unit


def _both(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _either(a: bool | None, b: bool | None) -> bool | None:
    return True if a is True or b is True else None if a is None or b is None else False
