"""No credit is made, lost or used twice: over every account, model year by model year, against a second bookkeeping."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from histories import (
    ACCOUNTS,
    BRINGS,
    OUTSIDE,
    Event,
    History,
    books_open,
    by_account,
    histories,
    keep,
    refused,
    write,
)
from hypothesis import event, given
from hypothesis import strategies as st
from invented import Case, Permission, closing, examples, table

from zevrules.driver import determine, load, position, read_ledger

NONE = Fraction(0)


def decide(history: History, change=None):
    """The determination of each account; *change* may write the ledger anew first."""
    with tempfile.TemporaryDirectory() as folder:
        rules, books = write(history, Path(folder))
        if change:
            change(books)
        law, ledger = load(str(rules)), read_ledger(str(books))
        years = history.case.years[0], history.case.years[-1]
        return {account: determine(law, ledger, account, *years) for account in ACCOUNTS}


def moved(line):
    return sum((amount for _, amount in line.moves), NONE)


def lost(line):
    """What credits lost of their worth as they were carried into a model year, below 0."""
    return dict(line.moves).get("not carried", NONE)


def lines_of(made):
    return [line for year in made.years for line in year.account]


# -------------------------------------------------------------------------- of each account and year


@given(histories())
@examples(60)
def test_each_line_adds_up_and_leads_to_the_next(history):
    """Closing is opening with what moved, less what was used and expired; the next year opens with that closing."""
    for account, made in decide(history).items():
        began = opening(history, account)
        for year in made.years:
            lines = {(line.kind, line.origin): line for line in year.account}
            for line in lines.values():
                assert line.opening + moved(line) - line.used - line.expired == line.closing >= 0
            assert {key: line.opening for key, line in lines.items() if line.opening} == began
            began = {key: line.closing for key, line in lines.items() if line.closing}


def opening(history: History, account: str):
    """By kind and origin what was there when the model year before the first one closed, by the second books."""
    found: Counter = Counter()
    books = keep(history.events, history.carried)
    out = refused(history, books)
    for held in by_account(books)[account]:
        if held.arrived <= history.start:
            there = sum((n for day, n in held.moves if day <= history.start), NONE) - out[id(held)]
            there = held.gone_after(history.start) if history.over(held) else there
            found[held.kind, held.origin] += there * history.worth(held, history.case.years[0] - 1)
    return {key: amount for key, amount in found.items() if amount}


@given(histories())
@examples(60)
def test_what_moved_is_what_the_ledger_says(history):
    """Each year's moves are those of the entries since the close before it, and what no statement lets in."""
    books = keep(history.events, history.carried)
    out, books = refused(history, books), by_account(books)
    for account, made in decide(history).items():
        since = history.start
        for year in made.years:
            wanted: Counter = Counter()
            for held in books[account]:
                for day, amount in held.faces:
                    if since < day <= closing(year.year):
                        wanted[held.kind, held.origin] += amount
                if since < held.arrived <= closing(year.year):
                    wanted[held.kind, held.origin] -= out[id(held)]
            shown = {(line.kind, line.origin): moved(line) - lost(line) for line in year.account}
            assert {key: n for key, n in shown.items() if n} == {key: n for key, n in wanted.items() if n}
            since = closing(year.year)


@given(histories())
@examples(60)
def test_what_is_lost_is_the_share_that_is_not_carried(history):
    """Of what a model year opens with, the share that is not carried is lost; of other kinds nothing is."""
    shares = dict(history.carried)
    for made in decide(history).values():
        for line in lines_of(made):
            assert lost(line) == line.opening * (shares.get(line.kind, 1) - 1)
            event("something is lost" if lost(line) else "nothing is lost")


@given(histories())
@examples(60)
def test_a_charge_is_on_what_is_left(history):
    """What credits left cost is reckoned on the closing balances of the lines that it speaks of, and no others."""
    kind, origin = history.charged
    for made in decide(history).values():
        for year in made.years:
            of_kind = sum((line.closing for line in year.account if line.kind == kind), NONE)
            of_origin = sum((line.closing for line in year.account if line.origin == origin), NONE)
            assert [charge.value for charge in year.charges] == [2 * of_kind, 3 * of_origin]


# ------------------------------------------------------------------------------------ of the ledger


@given(histories())
@examples(60)
def test_all_that_came_is_used_ended_left_or_given_away(history):
    """Over both accounts, from the first opening to the last close: what was brought in is what became of it."""
    made = decide(history)
    within = [e for e in history.events if history.start < e.day <= history.end]
    brought = sum((e.amount for e in within if e.what in (*BRINGS, "correction")), NONE)
    outside = sum((e.amount for e in within if e.to == OUTSIDE), NONE)
    books = keep(history.events, history.carried)
    out = refused(history, books)
    refusals = sum((out[id(held)] for held in books if history.start < held.arrived <= history.end), NONE)

    lines = [line for one in made.values() for line in lines_of(one)]
    began = sum((line.opening for one in made.values() for line in one.years[0].account), NONE)
    used = sum((line.used for line in lines), NONE)
    ended = sum((line.expired for line in lines), NONE)
    gone = -sum((lost(line) for line in lines), NONE)
    left = sum((line.closing for one in made.values() for line in one.years[-1].account), NONE)
    assert began + brought == used + ended + gone + refusals + left + outside
    for what, amount in (
        ("used", used),
        ("ended", ended),
        ("refused", refusals),
        ("given away", outside),
        ("lost", gone),
    ):
        event(f"some {what}" if amount else f"none {what}")


@given(histories())
@examples(40)
def test_a_position_is_balanced(history):
    """What a page adds up of the entries, and of the account statements, is the same; whichever accounts are shown."""
    with tempfile.TemporaryDirectory() as folder:
        rules, books = write(history, Path(folder))
        law, ledger = load(str(rules)), read_ledger(str(books))
        for accounts in (ACCOUNTS, ACCOUNTS[:1], ACCOUNTS[1:]):
            made = position([law], ledger, accounts=accounts, first=history.case.years[0], last=history.case.years[-1])
            assert all(one.balanced for one in made.conserved), accounts


@given(histories())
@examples(60)
def test_no_lot_is_overdrawn_nor_used_out_of_its_time(history):
    """A lot is used only between its arrival and its end, and no more of it than was let in and never given away."""
    books = keep(history.events, history.carried)
    out = refused(history, books)
    for account, made in decide(history).items():
        used: Counter = Counter()
        for use in (use for year in made.years for use in year.uses):
            lot = use.holding.lot
            value = dict(history.carried).get(lot.kind, Fraction(1)) ** (use.year - books_open(lot.arrived.isoformat()))
            used[lot.entry.at.number - 2, lot.vintage, lot.origin] += use.amount / value
            assert lot.arrived.isoformat() <= closing(use.year)
            last = history.case.last(lot)
            assert last is None or use.year <= last
        most: Counter = Counter()
        for held in books:
            if held.account == account:
                most[held.row, held.vintage, held.origin] += held.left - out[id(held)]
        assert all(0 < amount <= most[key] for key, amount in used.items())


@given(histories())
@examples(60)
def test_no_more_of_deposits_is_used_anywhere_than_may_be(history):
    """Whoever has them in the end: of all that were deposited no more is used than was let in of each account's."""
    made = decide(history)
    books = keep(history.events, history.carried)
    let_in: Counter = Counter()
    for origin, most in history.allowed:
        for account in ACCOUNTS:
            put = sum(
                (h.moves[0][1] for h in books if (h.account, h.what, h.origin) == (account, "deposit", origin)), NONE
            )
            let_in[origin] += min(put, most)
    used: Counter = Counter()
    for use in (use for one in made.values() for year in one.years for use in year.uses):
        root = use.holding.lot
        while root.source is not None:
            root = root.source
        if root.entry.what == "deposit":
            used[root.origin] += use.amount
    assert all(amount <= let_in[origin] for origin, amount in used.items())


# ------------------------------------------------------------------------------------- of the order


def essence(made):
    """The verdict and the amounts of each year: deficits, and the account by kind of credit.

    Between lots that differ in nothing but their origin, where no rule names it, the earlier row is used first.
    """
    return made.verdict, [
        (
            year.verdict,
            [(deficit.year, deficit.amount, deficit.open, deficit.made_up) for deficit in year.deficits],
            {kind: by_kind(year.account, kind) for kind in {line.kind for line in year.account}},
        )
        for year in made.years
    ]


def by_kind(lines, kind):
    mine = [(n.opening, moved(n), n.used, n.expired, n.closing) for n in lines if n.kind == kind]
    return [sum(column, NONE) for column in zip(*mine, strict=True)]


@given(histories(), st.randoms(use_true_random=False))
@examples(40)
def test_the_order_of_rows_changes_no_amount(history, chance):
    """Entries on days that differ, and accounts, may stand in any order."""

    def shuffle(books: Path) -> None:
        for name in ("entries.csv", "accounts.csv"):
            header, *lines = (books / name).read_text(encoding="utf-8").splitlines()
            chance.shuffle(lines)
            (books / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")

    before, after = decide(history), decide(history, shuffle)
    assert {a: essence(made) for a, made in after.items()} == {a: essence(made) for a, made in before.items()}


@given(histories(), st.randoms(use_true_random=False))
@examples(40)
def test_when_a_row_was_recorded_changes_no_amount(history, chance):
    """The day an entry took effect counts; the day it was recorded counts only for what was known on a day."""

    def record(books: Path) -> None:
        path = books / "entries.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        days = [line[0] for line in lines]
        chance.shuffle(days)
        recorded = zip(lines, days, strict=True)
        table(path, ",".join((*header, "recorded")), ((*line, day) for line, day in recorded))

    before, after = decide(history), decide(history, record)
    assert {a: essence(made) for a, made in after.items()} == {a: essence(made) for a, made in before.items()}


# ------------------------------------------------------------------------------------------ by hand

GOLD = Case(
    years=(2021, 2022),
    kinds=("gold", "tin"),
    parts=("yearly duty",),
    sizes=((Fraction(6),), (Fraction(0),)),
    permissions=(Permission(("gold",), False, "yearly duty", None),),
    caps=(),
    cure=None,
    walls=(("gold", 2021),),
    lives=(),
    lots=(),
)


def test_what_is_handed_over_after_its_end_ends_once():
    """Of 10 that end with 2021, 3 are used by then, 4 handed over and 1 put right later: 2 end here and 4 there."""
    came = Event("2022-01-01", "Maker", "issue", "gold", Fraction(10))
    gone = Event("2022-12-01", "Maker", "transfer", "gold", Fraction(4), to="Buyer")
    less = Event("2022-12-02", "Maker", "correction", "gold", Fraction(-1))
    made = decide(History(replace(GOLD, sizes=((Fraction(3),), (Fraction(0),))), (came, gone, less), ()))

    shown = {a: [(n.opening, moved(n), n.used, n.expired, n.closing) for n in lines_of(m)] for a, m in made.items()}
    assert shown == {"Maker": [(0, 10, 3, 2, 5), (5, -5, 0, 0, 0)], "Buyer": [(0, 4, 0, 4, 0)]}
