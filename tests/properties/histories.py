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
    """Credits of one kind, vintage and origin that one event brought to one account, and what became of them.

    ``moves`` are counted as when they came in, ``faces`` as the events count them; they differ where credits have lost
    of their worth since.
    """

    account: str
    row: int
    kind: str
    vintage: int | None
    origin: str | None
    arrived: str
    what: str
    source: Held | None = None
    moves: list[tuple[str, Fraction]] = field(default_factory=list)
    faces: list[tuple[str, Fraction]] = field(default_factory=list)

    @property
    def left(self) -> Fraction:
        return sum((moved for _, moved in self.moves), Fraction(0))

    @property
    def face(self) -> Fraction:
        return sum((moved for _, moved in self.faces), Fraction(0))

    def move(self, day: str, face: Fraction, worth: Fraction) -> None:
        self.faces.append((day, face))
        self.moves.append((day, face / worth))

    def gone_after(self, day: str) -> Fraction:
        """What left the account later."""
        return -sum((moved for when, moved in self.moves if when > day and moved < 0), Fraction(0))


@dataclass(frozen=True)
class History:
    """A law, and events in two accounts under it; of each origin so many credits may be deposited.

    Credits of the kinds in ``carried`` are worth a share of what they were in each model year after.
    """

    case: Case
    events: tuple[Event, ...]
    allowed: tuple[tuple[str, Fraction], ...]
    carried: tuple[tuple[str, Fraction], ...] = ()

    @property
    def charged(self) -> tuple[str, str]:
        """The kind and the origin of which credits that are left cost something."""
        return self.case.kinds[0], ORIGINS[0]

    def worth(self, held: Held, year: int) -> Fraction:
        """What one of some credits is worth in a model year."""
        return worth(self.carried, held, year)

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


def books_open(day: str) -> int:
    """The first model year that closes on a day or later."""
    return next(year for year in range(2019, 2040) if closing(year) >= day)


def worth(carried, held: Held, year: int) -> Fraction:
    return dict(carried).get(held.kind, Fraction(1)) ** max(year - books_open(held.arrived), 0)


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
    lost = st.tuples(st.sampled_from(case.kinds[:2]), st.sampled_from((Fraction(1, 2), Fraction(4, 5))))
    carried = tuple(draw(st.lists(lost, max_size=1)))
    return History(case, possible(events, carried), tuple(allowed), carried)


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


def possible(events: list[Event], carried=()) -> tuple[Event, ...]:
    """*events*, each taking no more than there is, nor than that is worth; one that would take nothing is left out."""
    kept: list[Event] = []
    for event in sorted(events, key=lambda one: one.day):
        if event.takes:
            most = takes(event, keep(kept, carried), carried)
            event = replace(event, amount=most if event.what == "transfer" else -most)
            if not most:
                continue
        kept.append(event)
    return tuple(sorted(kept, key=lambda one: events.index(next(e for e in events if e.day == one.day))))


def takes(event: Event, books: list[Held], carried) -> Fraction:
    """How much of an event is possible: each of some credits in turn is taken whole before the next, by its number.

    Amounts of a ledger have four places, so what is worth less than one of them is left.
    """
    rest, taken = abs(event.amount), Fraction(0)
    for held in reversed([one for one in books if means(event, one)]):
        part = min(rest, held.face)
        value = held.left * worth(carried, held, books_open(event.day)) * 10000 // 1 / Fraction(10000)
        if part > value:
            return taken + value
        rest, taken = rest - part, taken + part
    return taken


# ------------------------------------------------------------------------------------- the books


def means(event: Event, held: Held) -> bool:
    """Whether an event may take of some credits."""
    return (
        (event.account, event.kind) == (held.account, held.kind)
        and event.vintage in (None, held.vintage)
        and event.origin in (None, held.origin)
    )


def keep(events, carried=()) -> list[Held]:
    """What every event brought, and what of it is left where: the latest to arrive leave first."""
    books: list[Held] = []
    for row, event in sorted(enumerate(events), key=lambda one: one[1].day):
        if event.what in (*BRINGS, "correction") and not event.takes:
            own = Held(event.account, row, event.kind, event.vintage, event.origin, event.day, event.what)
            own.move(event.day, event.amount, Fraction(1))
            books.append(own)
        elif event.takes:
            rest = abs(event.amount)
            received: list[Held] = []
            for held in reversed([one for one in books if means(event, one)]):
                part = min(rest, held.face)
                if part:
                    rest -= part
                    held.move(event.day, -part, worth(carried, held, books_open(event.day)))
                    like = (held.kind, held.vintage, held.origin)
                    received.append(Held(event.to, row, *like, event.day, event.what, held))
                    received[-1].move(event.day, part, Fraction(1))
            books.extend(received if event.to in ACCOUNTS else ())
    return books


def refused(history: History, books: list[Held]) -> dict[int, Fraction]:
    """How much of some credits (by their identity), as when they came in, no statement lets into the account.

    What a deposit may not be leaves an account before the rest of it, and is let in nowhere else.
    """
    let_in: dict[int, Fraction] = {}
    used: dict[tuple[str, str | None], Fraction] = defaultdict(Fraction)
    for held in books:
        came = held.moves[0][1]
        if held.what == "deposit":
            allowed = dict(history.allowed).get(held.origin, Fraction(0)) - used[held.account, held.origin]
            let_in[id(held)] = min(came, allowed)
            used[held.account, held.origin] += let_in[id(held)]
        elif held.source is not None:
            let_in[id(held)] = of_the_taken(let_in[id(held.source)], held)
        else:
            let_in[id(held)] = came
    return {id(held): held.left - min(held.left, let_in[id(held)]) for held in books}


def of_the_taken(let_in: Fraction, held: Held) -> Fraction:
    """How much of what one event took of some credits had been let in."""
    there, day = Fraction(0), held.arrived
    for when, moved in held.source.moves:
        if when == day and moved < 0:
            face = held.moves[0][1] / -moved
            bad = max(there - let_in, Fraction(0))
            return max(-moved - bad, Fraction(0)) * face
        there += moved
        # The refused go first: what is let in is hit only when nothing else is left.
        let_in = min(let_in, there)
    raise AssertionError(held)


# ------------------------------------------------------------------------------------- writing


def write(history: History, folder: Path) -> tuple[Path, Path]:
    """Write a history as a ruleset and a ledger, and say where."""
    rules, books = write_case(history.case, folder)
    (law,) = rules.glob("*.zev")
    lines = [f"each manufacturer may deposit {float(most):.2f} credits as {origin}" for origin, most in history.allowed]
    lines += [f"{kind} is carried into the next model year at {float(at * 100):.0f}%" for kind, at in history.carried]
    kind, origin = history.charged
    lines += [f"{kind} left at the close is a charge of 2 dollars per credit × the credits left"]
    lines += [f"{origin} credits left at the close are a charge of 3 dollars per credit × the credits left"]
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
