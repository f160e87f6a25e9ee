"""Invented histories of two accounts: what came, was put right, was handed over both ways, given away and surrendered.

The books kept here are a second bookkeeping, from what was drawn alone; nothing of the package has a part in them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st
from invented import ORIGINS, UNIT, Case, amount, amounts, cases, closing, table
from invented import write as write_case

ACCOUNTS = ("Maker", "Buyer")
OUTSIDE = "Firm Outside"
BRINGS = ("opening", "issue", "deposit")


@dataclass(frozen=True)
class Event:
    day: str
    account: str
    what: str
    kind: str
    amount: Fraction
    vintage: int | None = None
    origin: str | None = None
    to: str = ""
    year: int | None = None

    @property
    def takes(self) -> bool:
        return self.what == "transfer" or (self.what == "correction" and self.amount < 0)


@dataclass
class Held:
    """Credits of one kind, vintage and origin that one event brought to one account, and what became of them."""

    account: str
    row: int
    kind: str
    vintage: int | None
    origin: str | None
    arrived: str
    what: str
    moves: list[tuple[str, Fraction]] = field(default_factory=list)

    @property
    def left(self) -> Fraction:
        return sum((moved for _, moved in self.moves), Fraction(0))

    def gone_after(self, day: str) -> Fraction:
        """What left the account later."""
        return -sum((moved for when, moved in self.moves if when > day and moved < 0), Fraction(0))


@dataclass(frozen=True)
class History:
    """A law, and events in two accounts under it; of each origin so many credits may be deposited."""

    case: Case
    events: tuple[Event, ...]
    allowed: tuple[tuple[str, Fraction], ...]

    @property
    def end(self) -> str:
        return closing(self.case.years[-1])

    @property
    def start(self) -> str:
        return closing(self.case.years[0] - 1)

    def over(self, held: Held) -> bool:
        """Whether credits were there, and had ended, before the first model year."""
        last = self.case.last(held)
        return held.arrived <= self.start and last is not None and last < self.case.years[0]


# ------------------------------------------------------------------------------------- drawing

FIRST = date(2021, 3, 1)
some = st.integers(1, 48).map(lambda n: Fraction(n, 4))


def days(first: int, last: int):
    """So many days after the first one."""
    return st.integers(first, last).map(lambda n: (FIRST + timedelta(days=n)).isoformat())


@st.composite
def histories(draw) -> History:
    """Events on days that all differ, none of which takes more than there is."""
    case = draw(cases(lots=0, surrenders=False))
    events = draw(st.lists(drawn_events(case), min_size=4, max_size=16, unique_by=lambda event: event.day))
    allowed = [(ORIGINS[0], draw(amounts)), *draw(st.lists(st.tuples(st.just(ORIGINS[1]), amounts), max_size=1))]
    return History(case, possible(events), tuple(allowed))


def drawn_events(case: Case):
    brings = st.builds(
        Event,
        day=days(0, 900),
        account=st.sampled_from(("Maker", "Maker", "Buyer")),
        what=st.sampled_from((*BRINGS, "deposit", "deposit", "issue", "correction")),
        kind=st.sampled_from(case.kinds[:2]),
        amount=some,
        vintage=st.sampled_from((None, 2020, 2021) if not case.lives else (2020, 2021)),
        origin=st.sampled_from((None, ORIGINS[0], ORIGINS[0], ORIGINS[1])),
    )
    takes = st.builds(
        Event,
        day=days(200, 1400),
        account=st.sampled_from(("Maker", "Maker", "Buyer")),
        what=st.sampled_from(("transfer", "transfer", "transfer", "correction", "surrender")),
        kind=st.sampled_from(case.kinds[:2]),
        amount=some,
        vintage=st.sampled_from((None, None, 2020)),
        origin=st.sampled_from((None, None, ORIGINS[0])),
        to=st.sampled_from(("other", OUTSIDE)),
        year=st.sampled_from(case.years),
    )
    return (brings | takes.map(told)).filter(lambda event: event.what != "deposit" or event.origin)


def told(event: Event) -> Event:
    """An event that takes, with the signs and names that its word asks for."""
    to = {"other": "Buyer" if event.account == "Maker" else "Maker", OUTSIDE: OUTSIDE}[event.to]
    if event.what == "transfer":
        return replace(event, to=to, year=None)
    if event.what == "correction":
        return replace(event, amount=-event.amount, to="", year=None)
    return replace(event, to="")


def possible(events: list[Event]) -> tuple[Event, ...]:
    """*events*, each taking no more than there is; one that would take nothing is left out."""
    kept: list[Event] = []
    for event in sorted(events, key=lambda one: one.day):
        if event.takes:
            there = sum((held.left for held in keep(kept) if means(event, held)), Fraction(0))
            most = min(abs(event.amount), there)
            event = replace(event, amount=most if event.what == "transfer" else -most)
            if not most:
                continue
        kept.append(event)
    return tuple(sorted(kept, key=lambda one: events.index(next(e for e in events if e.day == one.day))))


# ------------------------------------------------------------------------------------- the books


def means(event: Event, held: Held) -> bool:
    """Whether an event may take of some credits."""
    return (
        (event.account, event.kind) == (held.account, held.kind)
        and event.vintage in (None, held.vintage)
        and event.origin in (None, held.origin)
    )


def keep(events) -> list[Held]:
    """What every event brought, and what of it is left where: the latest to arrive leave first."""
    books: list[Held] = []
    for row, event in sorted(enumerate(events), key=lambda one: one[1].day):
        if event.what in (*BRINGS, "correction") and not event.takes:
            own = Held(event.account, row, event.kind, event.vintage, event.origin, event.day, event.what)
            own.moves.append((event.day, event.amount))
            books.append(own)
        elif event.takes:
            rest = abs(event.amount)
            received: dict[tuple[int | None, str | None], Held] = {}
            for held in reversed([one for one in books if means(event, one)]):
                part = min(rest, held.left)
                if part:
                    rest -= part
                    held.moves.append((event.day, -part))
                    key = (held.vintage, held.origin)
                    own = received.setdefault(key, Held(event.to, row, held.kind, *key, event.day, event.what))
                    own.moves.append((event.day, part))
            books.extend(received.values() if event.to in ACCOUNTS else ())
    return books


# ------------------------------------------------------------------------------------- writing


def write(history: History, folder: Path) -> tuple[Path, Path]:
    """Write a history as a ruleset and a ledger, and say where."""
    rules, books = write_case(history.case, folder)
    (law,) = rules.glob("*.zev")
    lines = [f"each manufacturer may deposit {float(most):.2f} credits as {origin}" for origin, most in history.allowed]
    if lines:
        text = "\n".join(("§ 13 CCR 9000(d) — Deposits", *lines))
        law.write_text(f"{law.read_text(encoding='utf-8')}{text}\n", encoding="utf-8")
    header = "date,account,jurisdiction,entry,kind,amount,unit,vintage,origin,counterparty,model year,reference"
    table(books / "entries.csv", header, ((*row(e), f"paper {n}") for n, e in enumerate(history.events)))
    return rules, books


def row(event: Event) -> tuple[object, ...]:
    start = (event.day, event.account, "Atlantis", event.what, event.kind, amount(event.amount), UNIT)
    return (*start, event.vintage or "", event.origin or "", event.to, event.year or "")


def by_account(books: list[Held]) -> dict[str, list[Held]]:
    """The credits of each account."""
    found: dict[str, list[Held]] = defaultdict(list)
    for held in books:
        found[held.account].append(held)
    return found
