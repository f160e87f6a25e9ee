"""Invented rulesets that use the whole of the language of use: several duties and units of credit, prescribed orders,
credits that lose of their worth, limits in amounts, ends by the year of earning.

As in `invented`, what is drawn is plain data, and what the oracle reads; nothing of the package stands between the two.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from pathlib import Path

from hypothesis import strategies as st
from invented import ORIGINS, amount, amounts, closing, decimal, listed, percent, shares, table

from zevrules.driver import determine, load, read_ledger

ACCOUNT = "Maker"
TESTS = ("first test", "second test")
#: The units of credit, each with its kinds; credits of one may be let pay what is owed in the other.
UNITS = (("MRK credits", ("gold", "silver mark", "tin")), ("BLU values", ("cobalt", "azure")))
UNIT_OF = {kind: unit for unit, kinds in UNITS for kind in kinds}
DUTIES = (("van duty", ("heavy part", "light part")), ("truck duty", ("truck duty",)), ("bus duty", ("bus duty",)))
YEARS = (2021, 2022, 2023, 2024)
VINTAGES = (2019, 2020, 2021, 2022)
DAYS = ("2021-03-01", "2022-08-31", "2022-09-01", "2023-08-31", "2024-03-01", "2025-08-31")


@dataclass(frozen=True)
class Meant:
    """Which credits are meant: of one kind, of one origin, or of both; of model years from one through another."""

    kind: str | None
    origin: str | None
    first: int | None = None
    last: int | None = None

    @property
    def words(self) -> str:
        if self.kind is None:
            return f"{self.origin} credits"
        return f"{self.origin} {self.kind}" if self.origin else self.kind

    @property
    def earned(self) -> list[str]:
        """The clause that names the model years."""
        if self.first is None:
            return []
        through = f"in model years {self.first} through {self.last}" if self.last else f"from model year {self.first}"
        return [f"    earned {through}"]

    def means(self, lot: Lot) -> bool:
        alike = self.kind in (None, lot.kind) and self.origin in (None, lot.origin)
        return alike and (self.first is None or self.first <= lot.vintage <= (self.last or 9999))


@dataclass(frozen=True)
class Lot:
    kind: str
    origin: str | None
    vintage: int
    amount: Fraction
    day: str


@dataclass(frozen=True)
class Duty:
    """What is owed: for each model year the size of each part; how its deficits are made up."""

    name: str
    parts: tuple[str, ...]
    sizes: tuple[tuple[Fraction, ...], ...]
    cure: tuple[int, tuple[str, ...]] | None


@dataclass(frozen=True)
class Permission:
    kinds: tuple[str, ...]
    together: bool
    target: str
    share: Fraction | None
    most: Fraction | None


@dataclass(frozen=True)
class Cap:
    """At most a share of a base, or an amount; on some credits; where targets are named, only toward these."""

    share: Fraction | None
    most: Fraction | None
    base: str
    years: tuple[int, int] | None
    meant: Meant
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A step of the order of use; without credits it is for all others."""

    meant: tuple[Meant, ...]
    targets: tuple[str, ...]
    elected: bool


@dataclass(frozen=True)
class Carried:
    """The share at which some credits go on; ``when`` says in which model years a condition was met, if it has one."""

    meant: Meant
    share: Fraction
    years: tuple[int, int] | None
    when: tuple[int, ...] | None


@dataclass(frozen=True)
class Surrender:
    day: str
    year: int
    kind: str
    amount: Fraction
    toward: str | None


@dataclass(frozen=True)
class Case:
    """A ruleset of several duties and a ledger of one maker."""

    years: tuple[int, ...]
    kinds: tuple[str, ...]
    duties: tuple[Duty, ...]
    permissions: tuple[Permission, ...]
    caps: tuple[Cap, ...]
    steps: tuple[Step, ...]
    soonest: bool
    #: For a model year, or for None, the order that the ledger says is elected, as places among the credits offered.
    elected: tuple[tuple[int | None, tuple[Meant, ...]], ...]
    walls: tuple[tuple[Meant, int], ...]
    lives: tuple[tuple[Meant, int], ...]
    carried: tuple[Carried, ...]
    lots: tuple[Lot, ...]
    brought: tuple[tuple[int, str, Fraction], ...]
    surrenders: tuple[Surrender, ...]

    def last(self, lot: Lot) -> int | None:
        """The last model year in which a lot may be used."""
        ends = [year for meant, year in self.walls if meant.means(lot)]
        ends += [lot.vintage + life for meant, life in self.lives if meant.means(lot)]
        return min(ends, default=None)

    def worth(self, lot: Lot, year: int) -> Fraction:
        """What one credit of a lot is worth in a model year: all of it in the one in which it came, then less."""
        mine = [one for one in self.carried if one.meant.means(lot)]
        worth = Fraction(1)
        for before in range(2020, year) if mine else ():
            if lot.day <= closing(before):
                worth *= next((one.share for one in mine if carries(one, before)), Fraction(0))
        return worth

    def parts(self, name: str) -> list[str]:
        """The parts that a name means: those of a duty, or the one."""
        return [p for duty in self.duties for p in duty.parts if name in (duty.name, p)]

    def size(self, year: int, name: str) -> Fraction:
        """What is owed of a duty or of a part of it."""
        at = self.years.index(year)
        sizes = {p: size for d in self.duties for p, size in zip(d.parts, d.sizes[at], strict=True)}
        return sum((sizes[part] for part in self.parts(name)), Fraction(0))


def carries(one: Carried, year: int) -> bool:
    in_years = one.years is None or one.years[0] <= year <= one.years[1]
    return in_years and (one.when is None or year in one.when)


# ------------------------------------------------------------------------------------- drawing

#: Enough to be worth an order, and seldom enough for all that is owed.
owing = st.integers(0, 16).map(lambda n: Fraction(11 * n % 17 * 3 + 1, 4))
having = st.integers(0, 16).map(lambda n: Fraction(7 * n % 17 * 4 + 3, 4))


@st.composite
def cases(draw, years=4, lots=9) -> Case:
    run = YEARS[: draw(st.sampled_from([n for n in (2, 1, 3, 4) if n <= years]))]
    mine = draw(st.sampled_from([UNITS[0][1][:2], UNITS[0][1], UNITS[0][1] + UNITS[1][1][:1]]))
    kinds = draw(st.sampled_from([mine, UNITS[0][1][:2] + UNITS[1][1]]))
    some_kinds = st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True).map(tuple)
    duties = tuple(draw(duty(name, parts, run, some_kinds)) for name, parts in DUTIES[: draw(st.integers(1, 3))])
    targets = st.sampled_from(list(dict.fromkeys(name for d in duties for name in (d.name, *d.parts))))
    toward = st.lists(targets, max_size=2, unique=True).map(tuple)
    open_to_all = [Permission(kinds, False, one.name, None, None) for one in duties]
    permissions = draw(st.sampled_from([open_to_all, open_to_all, []]))
    permissions = permissions + draw(st.lists(permission(some_kinds, targets), min_size=1, max_size=4))
    steps = tuple(draw(order(kinds, targets)))
    carried = tuple(draw(st.lists(carrying(kinds, run), min_size=draw(st.integers(0, 1)), max_size=2)))
    ends = st.sampled_from(run)
    return Case(
        years=run,
        kinds=kinds,
        duties=duties,
        permissions=tuple(permissions),
        caps=tuple(draw(st.lists(cap(kinds, targets, toward, run), max_size=2))),
        steps=steps,
        soonest=draw(st.booleans()),
        elected=tuple(draw(election(steps, run))),
        walls=tuple(draw(st.lists(st.tuples(meant(kinds, earned=True), ends), max_size=1))),
        lives=tuple(draw(st.lists(st.tuples(meant(kinds, earned=True), st.integers(0, 3)), max_size=2))),
        carried=carried,
        lots=tuple(draw(st.lists(st.builds(Lot, *lot_fields(kinds)), min_size=3, max_size=lots))),
        brought=tuple(draw(brought_in(duties))),
        surrenders=tuple(draw(surrendered(run, kinds, targets))),
    )


@st.composite
def duty(draw, name, parts, run, some_kinds):
    parts = draw(st.sampled_from([parts, (name,)]))
    sizes = tuple(tuple(draw(owing) for _ in parts) for _ in run)
    cures = st.tuples(st.sampled_from((2, 1)), some_kinds)
    return Duty(name, parts, sizes, draw(cures | cures | st.none()))


@st.composite
def meant(draw, kinds, earned=False):
    kind, origin = draw(st.none() | st.sampled_from(kinds)), draw(st.none() | st.sampled_from(ORIGINS))
    if kind is None and origin is None:
        kind = kinds[0]
    span = draw(st.sampled_from([(None, None), (2020, 2021), (2021, None)])) if earned else (None, None)
    return Meant(kind, origin, *span)


@st.composite
def permission(draw, some_kinds, targets):
    kinds = draw(some_kinds)
    share = draw(st.none() | shares)
    most = draw(st.none() | amounts) if share is None else None
    limited = share is not None or most is not None
    return Permission(kinds, limited and len(kinds) > 1 and draw(st.booleans()), draw(targets), share, most)


@st.composite
def cap(draw, kinds, targets, toward, run):
    windows = st.none() | st.sampled_from([(a, b) for a in run for b in run if a < b] or [None])
    share = draw(st.none() | shares)
    most = draw(amounts) if share is None else None
    return Cap(share, most, draw(targets), draw(windows) if most is None else None, draw(meant(kinds)), draw(toward))


@st.composite
def order(draw, kinds, targets):
    """Steps in an order; at most one of them is for all other credits, and they may overlap."""
    made = []
    for _ in range(draw(st.sampled_from([2, 1, 3, 0, 5]))):
        some = tuple(draw(st.lists(meant(kinds), min_size=2, max_size=3, unique=True)))
        elected = draw(st.sampled_from((True, True, False)))
        if not elected:
            # One statement names either kinds or origins: of both together it means their pairs.
            alike = draw(st.sampled_from([(one.kind is None, one.origin is None) for one in some]))
            some = tuple(one for one in some if (one.kind is None, one.origin is None) == alike)
            some = some[:1] if alike == (False, False) else some
        if draw(st.integers(0, 2)) == 1:
            some, elected = (), False
        made.append(Step(some, tuple(draw(st.lists(targets, min_size=1, max_size=2, unique=True))), elected))
    return made


@st.composite
def election(draw, steps, run):
    offered = list(dict.fromkeys(one for step in steps if step.elected for one in step.meant))
    if not offered or len(offered) > 5:
        return []
    orders = st.sampled_from(list(permutations(offered)))
    years = draw(st.sampled_from([[None], list(run), [None, run[0]], [run[-1]], []]))
    return [(year, draw(orders)) for year in years]


@st.composite
def carrying(draw, kinds, run):
    span = draw(st.sampled_from([None, None, (run[0], run[-1]), (2020, run[0])]))
    when = draw(st.none() | st.lists(st.sampled_from((2020, *YEARS)), min_size=3, unique=True).map(tuple))
    share = draw(st.sampled_from([Fraction(n, 10) for n in (5, 5, 8, 9, 10, 0)]))
    return Carried(draw(meant(kinds, earned=True)), share, span, when)


def lot_fields(kinds):
    origins, days = st.sampled_from((None, *ORIGINS)), st.sampled_from((*DAYS[:3], *DAYS))
    return st.sampled_from(kinds), origins, st.sampled_from(VINTAGES), having, days


def brought_in(duties):
    names = st.sampled_from([d.name for d in duties])
    one = st.tuples(st.sampled_from((2020, 2020, 2019)), names, having)
    return st.lists(one, min_size=len(duties) - 1, max_size=2, unique_by=lambda b: b[:2])


def surrendered(run, kinds, targets):
    day, year, kind = st.sampled_from(DAYS[1:]), st.sampled_from(run), st.sampled_from(kinds)
    return st.lists(st.builds(Surrender, day, year, kind, amounts, st.none() | targets), max_size=1)


# ------------------------------------------------------------------------------------- writing


def ordinal(number: int) -> str:
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def rules_text(case: Case) -> str:
    lines = [
        "ruleset atlantis/duty",
        '    title        "An invented duty"',
        "    jurisdiction Atlantis",
        f"    model years  {case.years[0]} through {case.years[-1]}",
        "",
        "§ 13 CCR 9000(a) — Kinds",
    ]
    for unit, kinds in UNITS:
        mine = [kind for kind in kinds if kind in case.kinds]
        lines += [f"{unit} are {listed(mine)}, highest first"] if mine else []
    lines += [f"origins are {listed(ORIGINS)}", "§ 13 CCR 9000(b) — What is owed"]
    for duty in case.duties:
        lines += owed(case, duty)
    lines += ["§ 13 CCR 9000(c) — Use", *(line for one in case.permissions for line in may(one))]
    lines += [line for one in case.caps for line in capped(one)]
    if case.steps:
        lines += ["credits are used in this order", *map(step, case.steps, range(1, len(case.steps) + 1))]
        lines += ["    the soonest to expire first"] if case.soonest else []
    lines += ["§ 13 CCR 9000(d) — Keeping", "unused credits stay in the account"]
    for meant, year in case.walls:
        lines += [f"{meant.words} expire at the end of model year {year}", *meant.earned]
    for meant, life in case.lives:
        lines += [f"{meant.words} expire {life} model years after they are earned", *meant.earned]
    for number, one in enumerate(case.carried):
        lines += kept(one, f"{TESTS[number]} kept")
    for duty in case.duties:
        if duty.cure:
            within, kinds = duty.cure
            lines.append(f"a deficit of {duty.name} must be made up within {within} model years with {listed(kinds)}")
    lines.append("each model year closes on August 31 of the next year")
    return "\n".join(lines) + "\n"


def owed(case: Case, duty: Duty) -> list[str]:
    named = duty.parts[:-1]
    lines = []
    for name in (duty.name, *named):
        lines.append(f"{name} amount by model year")
        lines.extend(f"    {year}   {decimal(case.size(year, name))} credits" for year in case.years)
    lines += [f"each manufacturer must satisfy {duty.name}", f"    of {duty.name} amount"]
    if named:
        sized = "".join(f"{name}, {name} amount " for name in named)
        lines.append(f"    made of {sized}and {duty.parts[-1]}, the rest")
    return lines


def may(one: Permission) -> list[str]:
    limit = f"≤ {percent(one.share)} of " if one.share is not None else ""
    limit = f"≤ {decimal(one.most)} credits of " if one.most is not None else limit
    return [f"{listed(one.kinds)}{' together' if one.together else ''} may satisfy {limit}{one.target}"]


def capped(one: Cap) -> list[str]:
    window = f" of model years {one.years[0]} through {one.years[1]} together" if one.years else ""
    lines = [f"cap {percent(one.share)}", f"    of {one.base}{window}"] if one.share is not None else []
    lines = lines or [f"cap {decimal(one.most)} credits"]
    return [*lines, f"    on {one.meant.words}", *([f"    toward {listed(one.targets)}"] if one.targets else [])]


def step(one: Step, number: int) -> str:
    credit = listed([meant.words for meant in one.meant]) or "other credits"
    elected = " in the order the manufacturer elects" if one.elected else ""
    return f"    {ordinal(number)}  {credit} toward {listed(one.targets)}{elected}"


def kept(one: Carried, test: str) -> list[str]:
    lines = [f"{one.meant.words} are carried into the next model year at {percent(one.share)}", *one.meant.earned]
    if one.years:
        lines.append(f"    in model years {one.years[0]} through {one.years[1]}")
    if one.when is not None:
        lines = [f"fact {test} is yes or no of each model year", *lines, f"    when {test}"]
    return lines


def write(case: Case, folder: Path) -> tuple[Path, Path]:
    """Write a case as a ruleset and a ledger, and say where."""
    rules, ledger = folder / "atlantis" / "duty", folder / "books"
    rules.mkdir(parents=True)
    ledger.mkdir()
    (rules / "duty.zev").write_text(rules_text(case), encoding="utf-8")
    table(ledger / "ledger.csv", "name value", [("complete through", "2030-12-31")])
    table(ledger / "accounts.csv", "account", [(ACCOUNT,)])
    table(ledger / "facts.csv", "account,fact,model year,value", facts(case))
    header = "date,account,jurisdiction,entry,kind,amount,unit,vintage,origin,model year,toward,reference"
    table(ledger / "entries.csv", header, ((*row, f"paper {n}") for n, row in enumerate(entries(case))))
    return rules, ledger


def facts(case: Case):
    for year, chosen in case.elected:
        yield ACCOUNT, "order of use", year or "", ", ".join(one.words for one in chosen)
    for number, one in enumerate(case.carried):
        for year in range(2018, 2026) if one.when is not None else ():
            yield ACCOUNT, f"{TESTS[number]} kept", year, "yes" if year in one.when else "no"


def entries(case: Case):
    """Rows in the order of the case: lots, then what was brought in and surrendered."""
    for lot in case.lots:
        start = (lot.day, ACCOUNT, "Atlantis", "issue", lot.kind, amount(lot.amount), UNIT_OF[lot.kind])
        yield (*start, lot.vintage, lot.origin or "", "", "")
    for year, name, given in case.brought:
        yield ("2021-08-31", ACCOUNT, "Atlantis", "deficit", "", amount(given), UNITS[0][0], "", "", year, name)
    for one in case.surrenders:
        start = (one.day, ACCOUNT, "Atlantis", "surrender", one.kind, amount(one.amount), UNIT_OF[one.kind])
        yield (*start, "", "", one.year, one.toward or "")


def decide(case: Case):
    """The determination of a case, by way of the files it is written to."""
    with tempfile.TemporaryDirectory() as folder:
        rules, ledger = write(case, Path(folder))
        return determine(load(str(rules)), read_ledger(str(ledger)), ACCOUNT, case.years[0], case.years[-1])
