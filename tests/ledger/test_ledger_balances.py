"""Lots: what came in is what is left and what went out, and the earliest stays longest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zevrules.diagnostic import Rejected
from zevrules.ledger.balances import check_transfers, deficits, lots, surrenders
from zevrules.ledger.entries import Account, Entry, Ledger, Row

START = date(2020, 1, 1)
HERE = ("Westland", "credits")
PLACES = ("Westland", "Eastland")


def ledger(entries: Sequence[Entry]) -> Ledger:
    """A ledger of two accounts and these entries."""
    accounts = tuple(Account(name, (), None, None, "", Row("accounts", i)) for i, name in enumerate("NS", start=2))
    return Ledger("made", "", None, "", accounts, tuple(entries), (), ())


def entry(day: int, account: str, what: str, amount: str | int, place: str = "Westland", **more: object) -> Entry:
    """An entry of kind A, *day* days after the start."""
    when = START + timedelta(days=day)
    blank = dict.fromkeys(("vintage", "origin", "counterparty", "model_year", "toward"))
    cells = {**blank, "kind": "A", "reference": "", "note": "", **more}
    at = Row("entries", day)
    return Entry(when, when, account, place, what, amount=Fraction(amount), unit="credits", at=at, **cells)


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


def elsewhere(books: Ledger, account: str, place: str) -> list[str]:
    """Each lot of an account as words: what is left, origin, vintage, and where it came from."""
    return [
        f"{lot.amount} {lot.origin} {lot.vintage} {lot.came_from}" for lot in lots(books, account, place, "credits")
    ]


def test_credits_move_between_jurisdictions_in_one_step() -> None:
    """What leaves the one is in the other on that day, of the same vintage and origin, and known to have come in."""
    books = ledger(
        [
            entry(1, "N", "issue", 10, origin="earned", vintage=2020),
            entry(2, "N", "transfer", 4, to_jurisdiction="Eastland"),
            entry(3, "N", "transfer", 1, to_jurisdiction="Eastland", counterparty="S"),
        ]
    )
    assert elsewhere(books, "N", "Westland") == ["5 earned 2020 None"]
    assert elsewhere(books, "N", "Eastland") == ["4 earned 2020 Westland"]
    assert elsewhere(books, "S", "Eastland") == ["1 earned 2020 Westland"]
    assert elsewhere(books, "S", "Westland") == []


def test_where_credits_came_from_is_where_they_were_first() -> None:
    """Through a third jurisdiction, and from hand to hand; what comes home is at home."""
    books = ledger(
        [
            entry(1, "N", "issue", 10),
            entry(2, "N", "transfer", 8, to_jurisdiction="Eastland"),
            entry(3, "N", "transfer", 6, "Eastland", to_jurisdiction="Southland"),
            entry(4, "N", "transfer", 4, "Southland", counterparty="S"),
            entry(5, "S", "transfer", 2, "Southland", to_jurisdiction="WESTLAND"),
        ]
    )
    assert elsewhere(books, "N", "Southland") == ["2 None None Westland"]
    assert elsewhere(books, "S", "Southland") == ["2 None None Westland"]
    assert elsewhere(books, "S", "Westland") == ["2 None None None"]


def test_more_than_held_here_cannot_leave_for_there() -> None:
    """What an account has in another jurisdiction does not help."""
    books = ledger(
        [
            *(entry(1, "N", "issue", 5), entry(1, "N", "issue", 5, "Eastland")),
            entry(2, "N", "transfer", 6, to_jurisdiction="Eastland"),
        ]
    )
    assert [problem.code for problem in check_transfers(books)] == ["transfer-of-more-than-held"]


def test_a_conversion_takes_from_one_unit_and_brings_into_another() -> None:
    """The latest to arrive go first, and what they became has come in on that day as new credits."""
    made = attrs.evolve(
        entry(3, "N", "conversion", 2, kind="B", origin="converted", vintage=2026),
        unit="values", from_kind="A", from_amount=Fraction(8), from_unit="Credits",
    )  # fmt: skip
    books = ledger([entry(1, "N", "issue", 5, vintage=2019), entry(2, "N", "issue", 5, vintage=2020), made])

    assert shown(books, "N") == ["2 A None 2019 day 1", "0 A None 2020 day 2"]
    (new,) = lots(books, "N", "Westland", "values")
    assert (new.kind, new.amount, new.origin, new.vintage, new.arrived) == ("B", 2, "converted", 2026, made.date)
    assert (new.came_from, new.source, new.moves) == (None, None, ((made, Fraction(2)),))


def test_no_more_is_converted_than_was_held() -> None:
    """Credits of another kind or unit do not help, whatever they become."""
    made = attrs.evolve(
        entry(2, "N", "conversion", 1, kind="B"),
        unit="values", from_kind="A", from_amount=Fraction(6), from_unit="credits",
    )  # fmt: skip
    books = ledger([entry(1, "N", "issue", 5), entry(1, "N", "issue", 5, kind="B"), made])

    assert [problem.code for problem in check_transfers(books)] == ["conversion-of-more-than-held"]


def test_a_lot_knows_what_it_was_taken_from() -> None:
    """From hand to hand, back to what first brought the credits."""
    books = ledger([entry(1, "N", "issue", 5), entry(2, "N", "transfer", 3, counterparty="S")])
    (received,) = lots(books, "S", *HERE)
    (given,) = lots(books, "N", *HERE)

    assert received.source == given
    assert given.source is None


# ------------------------------------------------------------------------------------ all books


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries in which nobody gives more than was held, in any order of rows."""
    held = {(account, place): Fraction(0) for account in "NS" for place in PLACES}
    made = []
    for day in range(draw(st.integers(1, 12))):
        account, place = draw(st.sampled_from(sorted(held)))
        amount = draw(st.integers(1, 600)) / Fraction(draw(st.sampled_from([1, 3, 100])))
        what = draw(st.sampled_from(["issue", "opening", "transfer", "transfer", "correction", "give away"]))
        if what in ("issue", "opening"):
            made.append(entry(day, account, what, amount, place, vintage=draw(st.sampled_from([2019, 2020, None]))))
            held[account, place] += amount
        elif amount <= held[account, place]:
            held[account, place] -= amount
            other = "NS".replace(account, "") if what == "transfer" else "somebody else"
            there = draw(st.sampled_from([None, *(p for p in PLACES if p != place)]))
            if there is not None and draw(st.booleans()):
                other = account
            if what == "correction":
                made.append(entry(day, account, what, -amount, place))
            else:
                whom = None if other == account else other
                made.append(entry(day, account, "transfer", amount, place, counterparty=whom, to_jurisdiction=there))
                if (other, there or place) in held:
                    held[other, there or place] += amount
    return draw(st.permutations(made))


@given(histories())
def test_credits_are_conserved(entries: list[Entry]) -> None:
    """What is left is what came in less what went out, and every lot's moves add up to it."""
    books = ledger(entries)
    for side in ((account, place) for account in "NS" for place in PLACES):
        into = [e.amount for e in entries if (e.account, e.jurisdiction) == side and e.what != "transfer"]
        into += [e.amount for e in entries if (e.receiver, e.destination) == side and e.what == "transfer"]
        out = [e.amount for e in entries if (e.account, e.jurisdiction) == side and e.what == "transfer"]
        held = lots(books, *side, "credits")
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
    for transfer in (e for e in entries if e.what == "transfer" and e.receiver in ("N", "S")):
        there = lots(books, transfer.receiver, transfer.destination, "credits")
        here = lots(books, transfer.account, transfer.jurisdiction, "credits")
        made = [lot for lot in there if lot.entry is transfer]
        assert sum(lot.moves[0][1] for lot in made) == transfer.amount
        sent = {lot.vintage for lot in here if transfer in [m[0] for m in lot.moves]}
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
