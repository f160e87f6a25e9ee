"""Invented rulesets and ledgers: drawn as plain data, then written as a lawyer and a bookkeeper would write them.

What is drawn here is what the oracle reads; nothing of the package stands between the two.
"""

from __future__ import annotations

import csv
import os
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from zevrules.driver import determine, load, read_ledger

KINDS = ("gold", "silver mark", "tin", "lead 2b-3")
ORIGINS = ("won", "sworn")
PARTS = ("first part", "second part", "last part")
DUTY = "yearly duty"
YEARS = (2021, 2022, 2023)
UNIT = "MRK credits"

#: Before the first model year closes, on its closing day, and the day after; and so on.
DAYS = ("2021-03-01", "2022-08-31", "2022-09-01", "2023-08-31", "2023-09-01", "2024-08-31", "2025-01-01")


@dataclass(frozen=True)
class Permission:
    kinds: tuple[str, ...]
    together: bool
    target: str
    share: Fraction | None


@dataclass(frozen=True)
class Cap:
    share: Fraction
    base: str
    years: tuple[int, int] | None
    kinds: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Lot:
    kind: str
    origin: str | None
    vintage: int | None
    amount: Fraction
    day: str


@dataclass(frozen=True)
class Surrender:
    day: str
    year: int
    kind: str
    amount: Fraction
    vintage: int | None = None
    origin: str | None = None
    toward: str | None = None


@dataclass(frozen=True)
class Case:
    """A ruleset of one duty and a ledger of one maker."""

    years: tuple[int, ...]
    kinds: tuple[str, ...]
    parts: tuple[str, ...]
    #: What is owed: for each model year the size of each part.
    sizes: tuple[tuple[Fraction, ...], ...]
    permissions: tuple[Permission, ...]
    caps: tuple[Cap, ...]
    cure: tuple[int, tuple[str, ...]] | None
    walls: tuple[tuple[str, int], ...]
    lives: tuple[tuple[str, int], ...]
    lots: tuple[Lot, ...]
    brought: tuple[tuple[int, Fraction], ...] = ()
    surrenders: tuple[Surrender, ...] = ()
    transfers: tuple[tuple[str, str, str, Fraction], ...] = ()

    def last(self, lot: Lot) -> int | None:
        """The last model year in which a lot may be used."""
        ends = [year for kind, year in self.walls if kind == lot.kind]
        ends += [lot.vintage + life for kind, life in self.lives if kind == lot.kind and lot.vintage is not None]
        return min(ends, default=None)

    def size(self, year: int, name: str) -> Fraction:
        """What is owed of the duty or of a part of it."""
        sizes = dict(zip(self.parts, self.sizes[self.years.index(year)], strict=True))
        return sum(sizes.values(), Fraction(0)) if name == DUTY else sizes[name]


def examples(number: int) -> settings:
    """So many examples in every run; ten times as many in a search."""
    return settings(max_examples=number * (10 if os.environ.get("HYPOTHESIS_PROFILE") == "search" else 1))


def closing(year: int) -> str:
    return f"{year + 1}-08-31"


# ------------------------------------------------------------------------------------- drawing

amounts = st.integers(0, 48).map(lambda n: Fraction(n, 4))
shares = st.sampled_from([Fraction(n, 1000) for n in (0, 100, 250, 333, 500, 500, 750, 1000)])


@st.composite
def cases(draw, years=3, lots=12, surrenders=True, transfers=False):
    run = YEARS[: draw(st.integers(1, years))]
    kinds = KINDS[: draw(st.integers(2, 4))]
    parts = draw(st.sampled_from([(DUTY,), PARTS[:2], PARTS[:1] + PARTS[2:], PARTS]))
    some_kinds = st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True).map(tuple)
    targets = st.sampled_from((DUTY, *parts))
    permissions = draw(
        st.lists(st.builds(permission, some_kinds, st.booleans(), targets, st.none() | shares), min_size=1, max_size=5)
    )
    windows = st.none() | st.sampled_from([(a, b) for a in run for b in run if a < b] or [None])
    capped = st.tuples(st.sampled_from([(), (kinds[-1],), kinds[:2]]), st.sampled_from([(), (ORIGINS[0],)])).filter(any)
    caps = draw(st.lists(st.builds(cap, shares, targets, windows, capped), max_size=2))
    drawn = draw(st.lists(st.builds(Lot, *lot_fields(kinds)), max_size=lots))
    return Case(
        years=run,
        kinds=kinds,
        parts=parts,
        sizes=tuple(tuple(draw(amounts) for _ in parts) for _ in run),
        permissions=tuple(permissions),
        caps=tuple(caps),
        cure=draw(st.none() | st.tuples(st.integers(1, 3), some_kinds)),
        walls=tuple(draw(st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from(run)), max_size=1))),
        lives=tuple(draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 2)), max_size=1))),
        lots=tuple(drawn),
        brought=tuple(draw(st.lists(st.tuples(st.sampled_from((2019, 2020)), amounts), max_size=2))),
        surrenders=tuple(draw(surrendered(run, kinds, parts)) if surrenders else ()),
        transfers=tuple(draw(given_away(drawn)) if transfers else ()),
    )


def permission(kinds, together, target, share):
    return Permission(kinds, together and share is not None and len(kinds) > 1, target, share)


def cap(share, base, years, selected):
    return Cap(share, base, years, *selected)


def lot_fields(kinds):
    vintages = st.sampled_from((2019, 2020, 2021))
    return st.sampled_from(kinds), st.sampled_from((None, *ORIGINS)), vintages, amounts, st.sampled_from(DAYS)


def surrendered(run, kinds, parts, least=0):
    return st.lists(
        st.builds(
            Surrender,
            day=st.sampled_from(DAYS[1:]),
            year=st.sampled_from(run),
            kind=st.sampled_from(kinds),
            amount=amounts,
            vintage=st.none() | st.just(2020),
            origin=st.none() | st.just(ORIGINS[0]),
            toward=st.none() | st.sampled_from((DUTY, *parts)),
        ),
        min_size=least,
        max_size=2 + least,
    )


@st.composite
def given_away(draw, lots):
    """Transfers to another account, none of more than has arrived by its day."""
    made = []
    for lot in draw(st.lists(st.sampled_from(lots), max_size=2, unique_by=id)) if lots else ():
        part = draw(st.sampled_from((Fraction(0), Fraction(1, 2), Fraction(1))))
        day = draw(st.sampled_from([d for d in DAYS if d >= lot.day]))
        # Each takes at most half of its lot, so that two together never take more than there is.
        made.append((day, lot.kind, lot.origin or "", lot.amount * part / 2))
    return made


# ------------------------------------------------------------------------------------- writing


def rules_text(case: Case) -> str:
    lines = [
        "ruleset atlantis/duty",
        '    title        "An invented duty"',
        "    jurisdiction Atlantis",
        f"    model years  {case.years[0]} through {case.years[-1]}",
        "",
        "§ 13 CCR 9000(a) — Kinds",
        f"{UNIT} are {listed(case.kinds)}, highest first",
        f"origins are {listed(ORIGINS)}",
        "§ 13 CCR 9000(b) — What is owed",
    ]
    named = case.parts[:-1]
    for name in (DUTY, *named):
        lines.append(f"{name} amount by model year")
        lines.extend(f"    {year}   {decimal(case.size(year, name))} credits" for year in case.years)
    lines += [f"each manufacturer must satisfy {DUTY}", "    in each model year", f"    of {DUTY} amount"]
    if case.parts != (DUTY,):
        sized = "".join(f"{name}, {name} amount{',' if named[1:] else ''} " for name in named)
        lines.append(f"    made of {sized}and {case.parts[-1]}, the rest")
    lines.append("§ 13 CCR 9000(c) — Use")
    for one in case.permissions:
        share = f"≤ {percent(one.share)} of " if one.share is not None else ""
        lines.append(f"{listed(one.kinds)}{' together' if one.together else ''} may satisfy {share}{one.target}")
    for one in case.caps:
        window = f" of model years {one.years[0]} through {one.years[1]} together" if one.years else ""
        chosen = " ".join((*one.origins, listed(one.kinds))).strip()
        lines += [f"cap {percent(one.share)}", f"    of {one.base}{window}", f"    on {chosen} credits"]
    lines.append("unused credits stay in the account")
    lines.extend(f"{kind} expires at the end of model year {year}" for kind, year in case.walls)
    lines.extend(f"{kind} expires {life} model years after they are earned" for kind, life in case.lives)
    if case.cure:
        within, kinds = case.cure
        lines.append(f"a deficit of {DUTY} must be made up within {within} model years with {listed(kinds)}")
    lines.append("each model year closes on August 31 of the next year")
    return "\n".join(lines) + "\n"


def listed(names) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def decimal(number: Fraction) -> str:
    return f"{float(number):,.2f}"


def percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}%"


def write(case: Case, folder: Path) -> tuple[Path, Path]:
    """Write a case as a ruleset and a ledger, and say where."""
    rules, ledger = folder / "atlantis" / "duty", folder / "books"
    rules.mkdir(parents=True)
    ledger.mkdir()
    (rules / "duty.zev").write_text(rules_text(case), encoding="utf-8")
    table(ledger / "ledger.csv", "name value", [("complete through", "2030-12-31")])
    table(ledger / "accounts.csv", "account", [("Maker",), ("Buyer",)])
    header = "date,account,jurisdiction,entry,kind,amount,unit,vintage,origin,counterparty,model year,toward,reference"
    # Two entries may be alike in all but the paper behind them.
    table(ledger / "entries.csv", header, ((*row, f"paper {n}") for n, row in enumerate(entries(case))))
    return rules, ledger


def entries(case: Case):
    """Rows in the order of the case: lots, then what was given away, brought in and surrendered."""
    for lot in case.lots:
        start = (lot.day, "Maker", "Atlantis", "issue", lot.kind, amount(lot.amount), UNIT)
        yield (*start, lot.vintage or "", lot.origin or "", "", "", "")
    for day, kind, origin, given in case.transfers:
        yield (day, "Maker", "Atlantis", "transfer", kind, amount(given), UNIT, "", origin, "Buyer", "", "")
    for year, given in case.brought:
        yield ("2021-08-31", "Maker", "Atlantis", "deficit", "", amount(given), UNIT, "", "", "", year, DUTY)
    for one in case.surrenders:
        start = (one.day, "Maker", "Atlantis", "surrender", one.kind, amount(one.amount), UNIT)
        yield (*start, one.vintage or "", one.origin or "", "", one.year, one.toward or "")


def amount(number: Fraction) -> str:
    return f"{float(number):.4f}"


def table(path: Path, header: str, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split("," if "," in header else " "))
        writer.writerows(rows)


def decide(case: Case, account: str = "Maker", settings=()):
    """The determination of a case, by way of the files it is written to."""
    with tempfile.TemporaryDirectory() as folder:
        rules, ledger = write(case, Path(folder))
        return determine(
            load(str(rules)), read_ledger(str(ledger)), account, case.years[0], case.years[-1], settings=settings
        )
