"""The use of credits: a lawful use with the least shortfall, year by year, found by exact arithmetic.

Every permission, cap, part, lot and carried deficit of the run is a row of one linear program, so that no
lawful use is missed. Among equal uses the rule stated in docs/semantics.md chooses, the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

import attrs

from zevrules.determination.carrying import selects
from zevrules.determination.evaluator import Evaluator, Setting
from zevrules.determination.holdings import Holding
from zevrules.determination.linear import Program
from zevrules.determination.obligations import OwedObligation, parts_of
from zevrules.determination.order import Turn
from zevrules.determination.trace import Missing, Step, multiply, step, total
from zevrules.ledger.entries import Entry
from zevrules.model.rules import Cap, Cure, Permission, Terms
from zevrules.node import Node, node
from zevrules.quantity import CREDITS, display_number


@node
class Limit(Node):
    """A cap on the sum of some uses: how much, and by which statement.

    It counts the uses in ``years`` of the credits that ``selector`` means, or of ``kinds`` where it is None; with
    ``targets`` only those that pay these parts, and none that makes up a deficit.
    """

    step: Step
    terms: Terms
    words: str
    kinds: tuple[str, ...]
    targets: tuple[tuple[int, str], ...] | None
    years: tuple[int, ...]
    selector: Any
    spent: Fraction

    def means(self, kind: str, origins: tuple[str, ...], vintage: int | None) -> bool:
        """Whether the limit is about credits of that kind, of any of these origins, and of that model year."""
        return kind in self.kinds if self.selector is None else selects(self.selector, kind, origins, vintage)

    def bears_on(self, holding: Holding) -> bool:
        """Whether the limit is about credits of a lot."""
        return self.means(holding.lot.kind, holding.origins, holding.lot.vintage)


@node
class YearPlan(Node):
    """A model year of the run: what it owes, who may pay it, and the day it closes."""

    year: int
    ev: Evaluator
    closes: date
    closing: Terms
    obligations: tuple[OwedObligation, ...]
    permitted: tuple[tuple[str, str, Permission], ...]
    limits: tuple[Limit, ...]
    cures: tuple[tuple[str, Cure], ...]
    turns: tuple[Turn, ...]
    idle: tuple[tuple[Terms, str], ...]


@node
class Carried(Node):
    """A deficit that the ledger brings in from before the run."""

    year: int
    obligation: str
    amount: Fraction
    entries: tuple[Entry, ...]
    cure: Cure | None


@node
class Use(Node):
    """Credits of one lot that pay a part of an obligation, or make up a deficit of an earlier model year."""

    year: int
    holding: Holding
    amount: Fraction
    obligation: str
    part: str
    deficit_of: int | None
    terms: Terms


@node
class Weight(Node):
    """A row of the arithmetic that shows why no use does better: so many times so much."""

    factor: Fraction
    amount: Fraction
    words: str
    sort: str
    year: int | None
    terms: Terms | None
    step: Step | None


@node
class Allocation(Node):
    """A lawful use for a run of years.

    Args:
        uses: Which lot pays what.
        short: For each year and obligation, how much is lacking at its close.
        open: For each year and obligation, how much of that is still lacking at the end of the run.
        cured: How much of a year's deficit each later year made up.
        reasons: For each year with a shortfall, the weights that show that it is the least.
        refused: Recorded surrenders, with how much of each the law does not permit.
        brought: For each deficit from before the run that stays open, the weights that show that it must.
    """

    uses: tuple[Use, ...]
    short: dict[tuple[int, str], Fraction]
    open: dict[tuple[int, str], Fraction]
    cured: dict[tuple[int, str, int], Fraction]
    reasons: dict[int, tuple[Weight, ...]]
    refused: tuple[tuple[Entry, Fraction], ...]
    brought: dict[tuple[int, str], tuple[Weight, ...]]


# ---------------------------------------------------------------------------- what may be done


def permissions(
    ev: Evaluator, year: int, owed: tuple[OwedObligation, ...]
) -> tuple[tuple[tuple[str, str, Permission], ...], tuple[Limit, ...], tuple[tuple[Terms, str], ...]]:
    """Who may pay what in *year* (kind, part, permission), the limits on it, and what did not apply and why."""
    allowed: list[tuple[str, str, Permission]] = []
    limits: list[Limit] = []
    idle: list[tuple[Terms, str]] = []
    for permission in ev.ruleset.permissions:
        binds, reasons, why = ev.applies(permission.terms, year)
        targets = parts_of(owed, permission.target)
        if not binds or not targets:
            idle.append((permission.terms, why or f"nobody owes {permission.target} in model year {year}"))
            continue
        allowed.extend((kind, part, permission) for kind in permission.kinds for part in targets)
        if permission.share is not None:
            limits.extend(_shares(ev, permission, year, targets, reasons))
    for cap in ev.ruleset.caps:
        binds, _, why = ev.applies(cap.terms, year)
        if not binds:
            idle.append((cap.terms, why))
    return tuple(allowed), tuple(limits), tuple(idle)


def _shares(
    ev: Evaluator, permission: Permission, year: int, targets: tuple[str, ...], reasons: tuple[Step, ...]
) -> Iterator[Limit]:
    groups = [permission.kinds] if permission.together else [(kind,) for kind in permission.kinds]
    base = ev.owed(permission.target, year)
    for kinds in groups:
        named = " and ".join(kinds) + (" together" if len(kinds) > 1 else "")
        what = f"{named} toward {permission.target} of model year {year}, at most"
        made = _share_of(ev, permission.share, base, what, permission.terms, year, reasons)
        yield Limit(made, permission.terms, f"{named} may give at most", kinds,
                    tuple((year, t) for t in targets), (year,), None, Fraction(0))  # fmt: skip


def _share_of(
    ev: Evaluator, share: Any, base: Step | None, what: str, terms: Terms, year: int, reasons: tuple[Step, ...]
) -> Step:
    """A share of a base, or an amount of credits, as a limit; the *reasons* are why the statement applies."""
    part = ev.number(share, Setting(year), terms)
    if base is None or part.unit == CREDITS:
        return step(what, "limit", how=f"at most {_amount(part)}", unit=CREDITS, low=part.low, high=part.high,
                    terms=terms, inputs=(part, *reasons))  # fmt: skip
    low, high = multiply((part.low, part.high), (base.low, base.high))
    how = f"{display_number(part.value * 100) + '%' if part.known else '(not known)'} × {_amount(base)}"
    return step(what, "limit", how=how, unit=CREDITS, low=low, high=high, terms=terms,
                inputs=(part, base, *reasons))  # fmt: skip


def caps(plans: tuple[YearPlan, ...], recorded: tuple[Entry, ...]) -> Iterator[Limit]:
    """The caps on the use of some credits, each with the years of the run it spans."""
    seen: set[tuple[str, int, int | None]] = set()
    for plan in plans:
        for cap in plan.ev.ruleset.caps:
            key = (cap.terms.span.source.name, cap.terms.span.start, plan.year if cap.window is None else None)
            if key in seen:
                continue
            binds, reasons, _ = plan.ev.applies(cap.terms, plan.year)
            if not binds:
                continue
            if cap.window is not None and not cap.window[0] <= plan.year <= cap.window[1]:
                continue
            seen.add(key)
            yield _cap_limit(cap, plan, plans, recorded, reasons)


def _cap_limit(
    cap: Cap,
    plan: YearPlan,
    plans: tuple[YearPlan, ...],
    recorded: tuple[Entry, ...],
    reasons: tuple[Step, ...],
) -> Limit:
    ev = plan.ev
    if cap.window is None:
        years: tuple[int, ...] = (plan.year,)
        base = None if cap.base is None else ev.number(cap.base, Setting(plan.year), cap.terms)
        span = f"model year {plan.year}"
    else:
        years = tuple(range(cap.window[0], cap.window[1] + 1))
        base = _together(ev, cap, years)
        span = f"model years {years[0]} through {years[-1]} together"
    toward = f" toward {' and '.join(cap.targets)}" if cap.targets else ""
    what = f"{cap.selector.words} used{toward} in {span}, at most"
    made = _share_of(ev, cap.share, base, what, cap.terms, plan.year, reasons)
    spent = Fraction(0)
    in_run = {p.year for p in plans}
    for entry in recorded:
        outside = entry.model_year in years and entry.model_year not in in_run
        toward_it = not cap.targets or entry.toward is None or entry.toward in cap.targets
        if outside and toward_it and selects(cap.selector, entry.kind or "", (entry.origin,), entry.vintage):
            spent += entry.amount
    applied = tuple(p.year for p in plans if p.year in years and p.ev.applies(cap.terms, p.year)[0])
    targets = tuple(
        (p.year, part)
        for p in plans
        if p.year in applied
        for name in cap.targets
        for part in parts_of(p.obligations, name)
    )
    return Limit(made, cap.terms, f"{cap.selector.words} may give at most", (), targets if cap.targets else None,
                 applied, cap.selector, spent)  # fmt: skip


def _together(ev: Evaluator, cap: Cap, years: tuple[int, ...]) -> Step:
    yearly = tuple(ev.number(cap.base, Setting(year), cap.terms) for year in years)
    low, high = total(yearly)
    how = " + ".join(_amount(one) for one in yearly)
    name = yearly[0].what.split(" of model year")[0]
    return step(f"{name} of model years {years[0]} through {years[-1]} together", "computed", how=how, unit=CREDITS,
                low=low, high=high, terms=cap.terms, inputs=yearly)  # fmt: skip


def cures_of(ev: Evaluator, year: int, obligation: str) -> Cure | None:
    """The statement under which a deficit of *year* may be made up, if there is one."""
    for cure in ev.ruleset.cures:
        if cure.obligation == obligation and ev.applies(cure.terms, year)[0]:
            return _as_assumed(ev, cure) if cure.open else cure
    return None


#: More model years than any law lets a deficit be carried.
_EVER = 60
#: Later than the end of any credit.
_NEVER = 9999


def _as_assumed(ev: Evaluator, cure: Cure) -> Cure | None:
    """A cure whose terms are open, at the end that is worse for the account, or the one that is better.

    Raises:
        Unanswered: If neither is assumed yet.
    """
    question = f"whether a deficit of {cure.obligation} may be made up later"
    missing = Missing(question, None, None, f"left open: {cure.open}")
    claim = step(question, "claim", how="not known", terms=cure.terms, missing=(missing,))
    if not ev.decide(claim, question):
        return None
    return attrs.evolve(cure, within=_EVER, kinds=ev.ruleset.kinds, open="")  # type: ignore[misc]


def _amount(made: Step) -> str:
    return display_number(made.value, places=2) if made.known else "(not known)"


# ------------------------------------------------------------------------------- the program


@node
class _Class(Node):
    """Lots that are alike in every way that a rule can see; ``surrendered`` are the surrenders they can be part of."""

    holdings: tuple[Holding, ...]
    amount: Fraction
    kind: str
    origins: tuple[str, ...]
    vintage: int | None
    last: int | None
    first: int
    barred: frozenset[int]
    surrendered: tuple[int, ...]
    worth: tuple[tuple[int, Fraction], ...]

    def takes(self, year: int) -> int | Fraction:
        """How much of the lot a credit paid in a model year takes."""
        worth = dict(self.worth).get(year, 1)
        return 1 if worth == 1 else 1 / Fraction(worth)


class _Builder:
    """The linear program of a run, and what each of its variables and rows stands for."""

    def __init__(
        self,
        plans: tuple[YearPlan, ...],
        held: tuple[Holding, ...],
        carried: tuple[Carried, ...],
        limits: tuple[Limit, ...],
        surrenders: tuple[Entry, ...],
        worst: bool,
    ) -> None:
        self.plans, self.carried, self.limits, self.surrenders, self.worst = plans, carried, limits, surrenders, worst
        self._capped = {o for limit in limits if limit.selector is not None for o in limit.selector.origins}
        self.classes = self._classes(held)
        self.all = sum((c.amount for c in self.classes), Fraction(0))
        self.program = Program()
        #: (class, year, obligation, part or "", deficit year or None) of each use.
        self.uses: dict[tuple[int, int, str, str, int | None], int] = {}
        self.rows: list[tuple[Fraction, str, str, int | None, Terms | None, Step | None]] = []
        self.short: dict[tuple[int, str], list[int]] = {}
        self.left: dict[tuple[int, str], int] = {}
        self.unmet: list[tuple[Entry, int]] = []
        #: The row of the whole obligation that the row of a part belongs to.
        self.owner: dict[str, str] = {}
        self._variables()
        self._lots()
        self._parts()
        self._deficits()
        self._limits()
        self._surrenders()

    def size(self, made: Step, *, demand: bool) -> Fraction:
        """A number at the end of its range that is worse (or better) for the account."""
        bound = made.high if demand == self.worst else made.low
        # With no bound, more than everything held is as bad as any amount, and no limit as good as that.
        return self.all + 1 if bound is None and demand == self.worst else bound or Fraction(0)

    def _classes(self, held: tuple[Holding, ...]) -> tuple[_Class, ...]:
        """Lots by soonest end, lowest kind, capped origins first, vintage and row; neighbours that are alike as one."""
        usable = (h for h in held if self._usable(h) and h.lot.arrived <= self.plans[-1].closes)
        made = []
        for alike, group in groupby(sorted(usable, key=self._rank), key=self._likeness):
            lots = tuple(group)
            amount = sum(map(self._usable, lots), Fraction(0))
            made.append(_Class(lots, amount, *alike))
        return tuple(made)

    def _likeness(self, holding: Holding) -> tuple[Any, ...]:
        """All that a rule can see of a lot, in the order of the fields of its class."""
        lot = holding.lot
        never = self.plans[-1].year + 1
        first = next((p.year for p in self.plans if lot.arrived <= p.closes and p.year >= (holding.opens or 0)), never)
        surrendered = tuple(n for n, entry in enumerate(self.surrenders) if lot.arrived <= entry.date)
        worth = tuple((year, low if self.worst else high) for year, low, high in holding.worth)
        return lot.kind, holding.origins, lot.vintage, holding.last, first, holding.barred, surrendered, worth

    def _rank(self, holding: Holding) -> tuple[Any, ...]:
        lot, kinds = holding.lot, self.plans[0].ev.ruleset.kinds
        capped = any(origin in self._capped for origin in holding.origins)
        return (
            (holding.last is None, holding.last or 0),
            -kinds.index(lot.kind) if lot.kind in kinds else 0,
            not capped,
            lot.vintage or 0,
            lot.entry.at.number,
        )

    def _variables(self) -> None:
        for number, lots in enumerate(self.classes):
            for plan in self.plans:
                ended = lots.last is not None and plan.year > lots.last
                if plan.year < lots.first or ended or plan.year in lots.barred:
                    continue
                if (plan.year, Fraction(0)) in lots.worth:
                    continue
                for kind, part, _ in plan.permitted:
                    if kind == lots.kind:
                        for owed in plan.obligations:
                            if any(p.name == part for p in owed.parts):
                                key = (number, plan.year, owed.rule.name, part, None)
                                self.uses.setdefault(key, -1)
                for year, obligation, cure in self._curable(plan.year):
                    if lots.kind in cure.kinds:
                        self.uses.setdefault((number, plan.year, obligation, "", year), -1)
        self.uses = {key: self.program.variable() for key in self.uses}

    def _curable(self, year: int) -> Iterator[tuple[int, str, Cure]]:
        """The deficits of earlier years that credits may make up in *year*, oldest first."""
        for brought in self.carried:
            if brought.cure is not None and brought.year < year <= brought.year + brought.cure.within:
                yield brought.year, brought.obligation, brought.cure
        for plan in self.plans:
            for obligation, cure in plan.cures:
                if plan.year < year <= plan.year + cure.within:
                    yield plan.year, obligation, cure

    def _row(
        self, words: str, sort: str, year: int | None, amount: Fraction, terms: Terms | None, made: Step | None
    ) -> None:
        self.rows.append((amount, words, sort, year, terms, made))

    def _sum(self, wanted: Any) -> dict[int, int]:
        return {variable: 1 for key, variable in self.uses.items() if wanted(key)}

    def _lots(self) -> None:
        for number, lots in enumerate(self.classes):
            # What a lot pays in a model year takes more of it, the less of its worth was carried so far.
            drawn = {v: lots.takes(key[1]) for key, v in self.uses.items() if key[0] == number}
            self.program.at_most(drawn, lots.amount)
            origin = f"{lots.origins[0]} " if lots.origins else ""
            vintage = f" of model year {lots.vintage}" if lots.vintage is not None else ""
            words = f"{origin}{lots.kind}{vintage} held"
            self._row(words, "held", None, lots.amount, None, _held_together(words, lots))

    def _parts(self) -> None:
        for plan in self.plans:
            for owed in plan.obligations:
                for part in owed.parts:
                    lacking = self.program.variable()
                    self.short.setdefault((plan.year, owed.rule.name), []).append(lacking)
                    paid = self._sum(lambda k, y=plan.year, o=owed.rule.name, p=part.name: k[1:] == (y, o, p, None))
                    amount = self.size(part.size, demand=True)
                    self.program.exactly(paid, amount, basic=lacking)
                    self.owner[part.size.what] = f"{owed.rule.name} of model year {plan.year}"
                    self._row(part.size.what, "owed", plan.year, amount, owed.rule.terms, part.size)

    def _deficits(self) -> None:
        """What is made up later, what is lacking still and what was paid in time add up to what was owed."""
        for plan in self.plans:
            for owed in plan.obligations:
                key = (plan.year, owed.rule.name)
                paid = self._sum(
                    lambda k, y=plan.year, o=owed.rule.name: k[2] == o and (k[4] == y or (k[4] is None and k[1] == y))
                )
                total = sum((self.size(p.size, demand=True) for p in owed.parts), Fraction(0))
                self.left[key] = self.program.variable()
                self.program.exactly(paid, total, basic=self.left[key])
                self._row(
                    f"{owed.rule.name} of model year {plan.year}", "whole", plan.year, total, owed.rule.terms, owed.size
                )
        for brought in self.carried:
            key = (brought.year, brought.obligation)
            paid = self._sum(lambda k, b=brought: k[2] == b.obligation and k[4] == b.year)
            self.left[key] = self.program.variable()
            self.program.exactly(paid, brought.amount, basic=self.left[key])
            self._row(f"deficit of model year {brought.year}", "owed", brought.year, brought.amount, None, None)

    def _limits(self) -> None:
        for limit in self.limits:
            terms = self._sum(lambda k, limit=limit: self._counts(k, limit))
            amount = max(self.size(limit.step, demand=False) - limit.spent, Fraction(0))
            self.program.at_most(terms, amount)
            year = limit.years[0] if len(limit.years) == 1 else None
            self._row(limit.step.what.removesuffix(", at most"), "limit", year, amount, limit.terms, limit.step)

    def _counts(self, key: tuple[int, int, str, str, int | None], limit: Limit) -> bool:
        number, year, _, part, deficit = key
        lots = self.classes[number]
        if limit.targets is not None and (deficit is not None or (year, part) not in limit.targets):
            return False
        return year in limit.years and limit.means(lots.kind, lots.origins, lots.vintage)

    def _surrenders(self) -> None:
        """Each recorded surrender is a share of the uses it may mean; no use is shared out twice."""
        shared: dict[int, dict[int, int]] = {}
        for number, entry in enumerate(self.surrenders):
            mine: dict[int, int] = {}
            for key, use in self.uses.items():
                if self._is_recorded(key, number, entry):
                    share = self.program.variable()
                    mine[share] = 1
                    shared.setdefault(use, {})[share] = 1
            unmet = self.program.variable()
            self.program.exactly(mine, entry.amount, basic=unmet)
            self._row(f"surrender of {entry.date}, on record", "recorded", entry.model_year, entry.amount, None, None)
            self.unmet.append((entry, unmet))
        for use, shares in shared.items():
            self.program.at_most({**shares, use: -1}, Fraction(0))
            self._row("a surrender is a use", "recorded", None, Fraction(0), None, None)

    def _is_recorded(self, key: tuple[int, int, str, str, int | None], number: int, entry: Entry) -> bool:
        place, year, obligation, part, deficit = key
        lots = self.classes[place]
        mine = (
            lots.kind == entry.kind
            and number in lots.surrendered
            and entry.vintage in (None, lots.vintage)
            and entry.origin in (None, *lots.origins)
            and (year == entry.model_year or deficit == entry.model_year)
        )
        return mine and entry.toward in (None, obligation, part)

    # ------------------------------------------------------------------------ in order

    def solve(self, choose: bool) -> Allocation:
        """Least shortfall in the earliest year, then the next; then, if wanted, the choice among equals."""
        short: dict[tuple[int, str], Fraction] = {}
        reasons: dict[int, tuple[Weight, ...]] = {}
        for _, unmet in self.unmet:
            self.program.minimise({unmet: 1})
        brought: dict[tuple[int, str], tuple[Weight, ...]] = {}
        for plan in self.plans:
            for year, obligation, _ in self._curable(plan.year):
                made_up = [v for k, v in self.uses.items() if k[2] == obligation and k[4] == year and k[1] <= plan.year]
                aim = dict.fromkeys(made_up, -1)
                made = -self.program.minimise(aim)
                owed = next((b.amount for b in self.carried if (b.year, b.obligation) == (year, obligation)), None)
                if owed is not None:
                    brought[year, obligation] = self._weights(aim, brought=year) if made < owed else ()
            self._take_turns(plan)
            lacking = {v: 1 for (year, _), some in self.short.items() if year == plan.year for v in some}
            if self.program.minimise(lacking) > 0:
                reasons[plan.year] = self._weights(lacking)
        for key in self._preference() if choose else ():
            self.program.maximise(self.uses[key])
        value = self.program.value
        for which, some in self.short.items():
            short[which] = sum((value(v) for v in some), Fraction(0))
        left = {key: value(v) for key, v in self.left.items()}
        cured: dict[tuple[int, str, int], Fraction] = {}
        for (_, year, obligation, _, deficit), variable in self.uses.items():
            if deficit is not None and value(variable):
                cured[deficit, obligation, year] = cured.get((deficit, obligation, year), Fraction(0)) + value(variable)
        refused = tuple((entry, value(v)) for entry, v in self.unmet if value(v))
        return Allocation(tuple(self._lot_by_lot()), short, left, cured, reasons, refused, brought)

    def _take_turns(self, plan: YearPlan) -> None:
        """Where law or the party's choice puts uses in an order, each turn takes all that it can before the next."""
        for turn in plan.turns:
            mine = [key for key in self.uses if key[1] == plan.year and key[4] is None and self._in_turn(key, turn)]
            self.program.minimise({self.uses[key]: -1 for key in mine})
            ends = sorted({self.classes[key[0]].last or _NEVER for key in mine}) if turn.soonest else ()
            for end in ends:
                soon = [key for key in mine if (self.classes[key[0]].last or _NEVER) == end]
                self.program.minimise({self.uses[key]: -1 for key in soon})

    def _in_turn(self, key: tuple[int, int, str, str, int | None], turn: Turn) -> bool:
        lots = self.classes[key[0]]
        return key[3] in turn.parts and turn.means(lots.kind, lots.origins, lots.vintage)

    def _weights(self, aim: dict[int, int], *, brought: int | None = None) -> tuple[Weight, ...]:
        """The rows that matter; a whole obligation is written as its parts, so that they cancel where they can.

        With *brought* the aim was to make up the deficit of that year, and what is left of it is shown.
        """
        factors = self.program.weights(aim)
        wholes = {(r[3], r[1]): f for f, r in zip(factors, self.rows, strict=True) if r[2] == "whole"}
        made = []
        for factor, row in zip(factors, self.rows, strict=True):
            if row[2] == "whole":
                continue
            if row[2] == "owed" and row[4] is not None:
                factor += wholes.get((row[3], self.owner[row[1]]), Fraction(0))
            if brought is not None and row[2] == "owed" and row[4] is None and row[3] == brought:
                factor += 1
            if factor and row[0]:
                made.append(Weight(factor, *row))
        return tuple(made)

    def _preference(self) -> list[tuple[int, int, str, str, int | None]]:
        """Year by year, lot by lot in their order; each makes up deficits, then pays in the order named."""
        order: dict[tuple[int, str, str], int] = {}
        for plan in self.plans:
            for owed in plan.obligations:
                for part in owed.parts:
                    order[plan.year, owed.rule.name, part.name] = len(order)

        turns = {plan.year: plan.turns for plan in self.plans}

        def rank(key: tuple[int, int, str, str, int | None]) -> tuple[Any, ...]:
            number, year, obligation, part, deficit = key
            turn = 0
            if deficit is None:
                turn = next((n for n, t in enumerate(turns[year]) if self._in_turn(key, t)), len(turns[year]))
            return year, turn, number, deficit is None, deficit or 0, order.get((year, obligation, part), 0)

        return sorted(self.uses, key=rank)

    def _lot_by_lot(self) -> Iterator[Use]:
        """What a class of lots pays, shared out among its lots in the order of their rows."""
        left = {id(h): self._usable(h) for lots in self.classes for h in lots.holdings}
        plans = {plan.year: plan for plan in self.plans}
        for key in self._preference():
            amount = self.program.value(self.uses[key])
            number, year, obligation, part, deficit = key
            for holding in self.classes[number].holdings:
                takes = self.classes[number].takes(year)
                used = min(amount, left[id(holding)] / takes)
                if used:
                    left[id(holding)] -= used * takes
                    amount -= used
                    terms = self._terms(plans[year], holding, obligation, part, deficit)
                    yield Use(year, holding, used, obligation, part, deficit, terms)

    def _usable(self, holding: Holding) -> Fraction:
        return (holding.amount.low if self.worst else holding.amount.high) or Fraction(0)

    def _terms(self, plan: YearPlan, holding: Holding, obligation: str, part: str, deficit: int | None) -> Terms:
        if deficit is not None:
            return next(c for y, o, c in self._curable(plan.year) if (y, o) == (deficit, obligation)).terms
        return next(p for kind, to, p in plan.permitted if (kind, to) == (holding.lot.kind, part)).terms


def _held_together(words: str, lots: _Class) -> Step:
    """The lots of a class as one step, so that each row they come from is shown."""
    if len(lots.holdings) == 1:
        return lots.holdings[0].amount
    inputs = tuple(holding.amount for holding in lots.holdings)
    return step(words, "computed", how=f"{len(inputs)} lots", unit=CREDITS, low=lots.amount, high=lots.amount,
                inputs=inputs)  # fmt: skip


def allocate(
    plans: tuple[YearPlan, ...],
    held: tuple[Holding, ...],
    carried: tuple[Carried, ...],
    recorded: tuple[Entry, ...],
    spanning: tuple[Limit, ...],
    *,
    worst: bool = True,
    choose: bool = True,
) -> Allocation:
    """A lawful use with the least shortfall in the earliest model year, then the next, and so on.

    Args:
        plans: The model years of the run, in order.
        held: What the account holds.
        carried: Deficits from before the run.
        recorded: All surrenders on record; those for years of the run are fixed as far as they are lawful.
        spanning: The caps, as `caps` gives them.
        worst: Where something is not known, whether to take it at the end that is worse for the account.
        choose: Whether to choose among equal uses by the stated rule; without, any of them is given.
    """
    in_run = {plan.year for plan in plans}
    limits = (*(limit for plan in plans for limit in plan.limits), *spanning)
    fixed = tuple(e for e in recorded if e.model_year in in_run)
    return _Builder(plans, held, carried, limits, fixed, worst).solve(choose)
