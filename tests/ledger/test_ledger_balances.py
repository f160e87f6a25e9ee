"""Lots: what came in is what is left and what went out, and the earliest stays longest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zevrules.diagnostic import Rejected
from zevrules.ledger.balances import check_transfers, deficits, lots, surrenders
from zevrules.ledger.entries import Account, Entry, Ledger, Row

START = date(2020, 1, 1)
HERE = ("Westland", "credits")


def ledger(entries: Sequence[Entry]) -> Ledger:
    """A ledger of two accounts and these entries."""
    accounts = tuple(Account(name, (), None, None, "", Row("accounts", i)) for i, name in enumerate("NS", start=2))
    return Ledger("made", "", None, "", accounts, tuple(entries), (), ())


def entry(day: int, account: str, what: str, amount: str | int, **more: object) -> Entry:
    """An entry of kind A, *day* days after the start."""
    when = START + timedelta(days=day)
    blank = dict.fromkeys(("vintage", "origin", "counterparty", "model_year", "toward"))
    cells = {**blank, "kind": "A", "reference": "", "note": "", **more}
    at = Row("entries", day)
    return Entry(when, when, account, "Westland", what, amount=Fraction(amount), unit="credits", at=at, **cells)


def shown(books: Ledger, account: str) -> list[str]:
    """Each lot as words: what is left, kind, origin, vintage, and the day it arrived."""
    return [
        f"{lot.amount} {lot.kind} {lot.origin} {lot.vintage} day {(lot.arrived - START).days}"
        for lot in lots(books, account, *HERE)
    ]


CASES = {
    "the latest to arrive leaves first": (
        [entry(1, "N", "issue", 10), entry(2, "N", "issue", 10), entry(3, "N", "transfer", 12, counterparty="S")],
        ["8 A None None day 1", "0 A None None day 2"],
        ["10 A None None day 3", "2 A None None day 3"],
    ),
    "only what had arrived can leave": (
        [entry(1, "N", "issue", 10), entry(9, "N", "issue", 10), entry(3, "N", "transfer", 4, counterparty="S")],
        ["6 A None None day 1", "10 A None None day 9"],
        ["4 A None None day 3"],
    ),
    "a received lot keeps kind, origin and vintage, though the transfer names none": (
        [
            entry(1, "N", "deposit", 5, origin="proportional", vintage=2019),
            entry(2, "N", "issue", 5, origin="earned", vintage=2020),
            entry(3, "N", "transfer", 7, counterparty="S"),
        ],
        ["3 A proportional 2019 day 1", "0 A earned 2020 day 2"],
        ["5 A earned 2020 day 3", "2 A proportional 2019 day 3"],
    ),
    "a transfer that names vintage and origin takes those alone": (
        [
            entry(1, "N", "issue", 5, origin="earned", vintage=2019),
            entry(2, "N", "issue", 5, origin="earned", vintage=2020),
            entry(2, "N", "issue", 5, origin="early", vintage=2019),
            entry(3, "N", "transfer", 4, counterparty="S", vintage=2019, origin="earned"),
        ],
        ["1 A earned 2019 day 1", "5 A earned 2020 day 2", "5 A early 2019 day 2"],
        ["4 A earned 2019 day 3"],
    ),
    "what is received can be passed on": (
        [
            entry(1, "N", "issue", 5, vintage=2019),
            entry(2, "N", "transfer", 5, counterparty="S"),
            entry(3, "S", "transfer", 2, counterparty="N"),
        ],
        ["0 A None 2019 day 1", "2 A None 2019 day 3"],
        ["3 A None 2019 day 2"],
    ),
    "within a day credits come before they go, whatever the order of rows": (
        [entry(1, "N", "transfer", 5, counterparty="S"), entry(1, "N", "issue", 5)],
        ["0 A None None day 1"],
        ["5 A None None day 1"],
    ),
    "a correction is a lot or takes from one": (
        [
            entry(1, "N", "opening", 5),
            entry(2, "N", "correction", "1/3"),
            entry(3, "N", "correction", "-4/3"),
        ],
        ["4 A None None day 1", "0 A None None day 2"],
        [],
    ),
    "kinds never mix": (
        [
            *(entry(1, "N", "issue", 5), entry(2, "N", "issue", 5, kind="B")),
            entry(3, "N", "transfer", 4, counterparty="S"),
        ],
        ["1 A None None day 1", "5 B None None day 2"],
        ["4 A None None day 3"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lots(case: str) -> None:
    """What is left in each account, lot by lot."""
    entries, north, south = CASES[case]
    books = ledger(entries)
    assert (shown(books, "N"), shown(books, "S")) == (north, south)


def test_a_use_is_not_applied_but_told() -> None:
    """Which lots a surrender uses is decided under the law."""
    books = ledger(
        [
            *(entry(1, "N", "issue", 5), entry(4, "N", "surrender", 5, model_year=2021)),
            *(entry(3, "N", "surrender", 1, model_year=2020), entry(2, "N", "deficit", 9, kind=None, model_year=2019)),
        ]
    )
    assert shown(books, "N") == ["5 A None None day 1"]
    assert [use.amount for use in surrenders(books, "n", "westland", "Credits")] == [1, 5]
    assert [lack.amount for lack in deficits(books, "N", *HERE)] == [9]
    assert surrenders(books, "S", *HERE) == ()


def test_other_units_and_places_are_other_books() -> None:
    """Units never mix, nor do jurisdictions."""
    books = ledger([entry(1, "N", "issue", 5)])
    assert lots(books, "N", "Westland", "vehicle values") == ()
    assert lots(books, "N", "Eastland", "credits") == ()


def test_more_than_held_makes_no_lots() -> None:
    """No balance is told of books that cannot be true."""
    books = ledger([entry(1, "N", "issue", 5), entry(2, "N", "transfer", 6, counterparty="S")])
    assert [problem.code for problem in check_transfers(books)] == ["transfer-of-more-than-held"]
    with pytest.raises(Rejected):
        lots(books, "S", *HERE)


# ------------------------------------------------------------------------------------ all books


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries in which nobody gives more than was held, in any order of rows."""
    held = {"N": Fraction(0), "S": Fraction(0)}
    made = []
    for day in range(draw(st.integers(1, 12))):
        account = draw(st.sampled_from("NS"))
        amount = draw(st.integers(1, 600)) / Fraction(draw(st.sampled_from([1, 3, 100])))
        what = draw(st.sampled_from(["issue", "opening", "transfer", "transfer", "correction", "give away"]))
        if what in ("issue", "opening"):
            made.append(entry(day, account, what, amount, vintage=draw(st.sampled_from([2019, 2020, None]))))
            held[account] += amount
        elif amount <= held[account]:
            held[account] -= amount
            other = "NS".replace(account, "") if what == "transfer" else "somebody else"
            if what == "correction":
                made.append(entry(day, account, what, -amount))
            else:
                made.append(entry(day, account, "transfer", amount, counterparty=other))
            if what == "transfer":
                held[other] += amount
    return draw(st.permutations(made))


@given(histories())
def test_credits_are_conserved(entries: list[Entry]) -> None:
    """What is left is what came in less what went out, and every lot's moves add up to it."""
    books = ledger(entries)
    for account in "NS":
        into = [e.amount for e in entries if e.account == account and e.what != "transfer"]
        into += [e.amount for e in entries if e.counterparty == account]
        out = [e.amount for e in entries if e.account == account and e.what == "transfer"]
        held = lots(books, account, *HERE)
        assert sum(lot.amount for lot in held) == sum(into) - sum(out)
        for lot in held:
            assert lot.amount >= 0
            assert sum(amount for _, amount in lot.moves) == lot.amount
            assert lot.moves[0][0] is lot.entry
            assert lot.arrived == lot.entry.date


@given(histories())
def test_every_transfer_reaches_its_receiver_whole(entries: list[Entry]) -> None:
    """The lots that a transfer made add up to it, and each has a vintage that its sender held."""
    books = ledger(entries)
    for transfer in (e for e in entries if e.what == "transfer" and e.counterparty in ("N", "S")):
        made = [lot for lot in lots(books, transfer.counterparty or "", *HERE) if lot.entry is transfer]
        assert sum(lot.moves[0][1] for lot in made) == transfer.amount
        sent = {lot.vintage for lot in lots(books, transfer.account, *HERE) if transfer in [m[0] for m in lot.moves]}
        assert {lot.vintage for lot in made} == sent


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.data())
def test_the_earliest_stay(amounts: list[int], data: st.DataObject) -> None:
    """After any transfer, no way of choosing lots could have left more of the earliest ones."""
    given_away = data.draw(st.integers(0, sum(amounts)))
    entries = [entry(day, "N", "issue", amount) for day, amount in enumerate(amounts)]
    entries.append(entry(99, "N", "transfer", given_away, counterparty="S"))
    left = [lot.amount for lot in lots(ledger(entries), "N", *HERE)]
    for first in range(1, len(amounts) + 1):
        assert sum(left[:first]) == min(sum(amounts[:first]), sum(amounts) - given_away)
