"""Deposits: what of them was let in, whoever has it in the end; and credits counted at what they are worth."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import zevrules
from zevrules.determination.trace import walk

HEADER = """ruleset westland/duty
    title        "An invented law"
    jurisdiction Westland
    speaks of    Eastland
    model years  2030 through 2032

§ 13 CCR 1 — Kinds of credit and the closing day
green credits are gold, highest first
origins are early
each model year closes on August 31 of the next year

§ 13 CCR 2 — What is owed
each manufacturer must satisfy duty
    of 100 credits
gold may satisfy duty

§ 13 CCR 3 — More
"""
TEN = "each manufacturer may deposit 10 credits as early\n"
#: 40 are deposited, of which 10 may be.
FORTY = "2030-05-01,Ember,deposit,40,early,,,"


def decide(
    folder: Path, rules: str, entries: list[str], account: str = "Ember", years: tuple[int, int] = (2030, 2030),
    facts: tuple[str, ...] = (), law: str = HEADER,
) -> zevrules.Determination:  # fmt: skip
    """A determination under a few statements; entries are date, account, what, amount, origin, to, there and year."""
    home, books = folder / "westland" / "duty", folder / "books"
    for path in (home, books):
        path.mkdir(parents=True, exist_ok=True)
    (home / "duty.zev").write_text(law + rules, encoding="utf-8")
    (books / "ledger.csv").write_text("name,value\ntitle,Books\ncomplete through,2040-01-01\n", encoding="utf-8")
    (books / "accounts.csv").write_text("account\nEmber\nFlint\nSlate\n", encoding="utf-8")
    (books / "facts.csv").write_text("\n".join(("account,fact,model year,value", *facts)) + "\n", encoding="utf-8")
    rows = ["date,account,entry,amount,origin,counterparty,to jurisdiction,model year,kind,unit,jurisdiction"]
    for entry in entries:
        # What follows a move to another jurisdiction and comes from there begins there.
        place = "Eastland" if entry.endswith("!") else "Westland"
        rows.append(f"{entry.removesuffix('!')},gold,green credits,{place}")
    (books / "entries.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    ledger = zevrules.read_ledger(str(books))
    return zevrules.determine(zevrules.load(str(home)), ledger, account, *years)


def used(made: zevrules.Determination) -> Fraction:
    return sum((use.amount for year in made.years for use in year.uses), Fraction(0))


@pytest.mark.parametrize(
    ("moves", "counts"),
    [
        ([], {"Ember": 10}),
        (["2030-06-01,Ember,transfer,20,early,Flint,,"], {"Ember": 10, "Flint": 0}),
        (["2030-06-01,Ember,transfer,35,early,Flint,,"], {"Ember": 5, "Flint": 5}),
        (["2030-06-01,Ember,transfer,40,early,Flint,,"], {"Ember": 0, "Flint": 10}),
        (
            ["2030-06-01,Ember,transfer,40,early,Flint,,", "2030-06-02,Flint,transfer,40,early,Ember,,"],
            {"Ember": 10, "Flint": 0},
        ),
        (
            ["2030-06-01,Ember,transfer,38,early,Flint,,", "2030-06-02,Flint,transfer,33,early,Slate,,"],
            {"Ember": 2, "Flint": 5, "Slate": 3},
        ),
        (
            ["2030-06-01,Ember,transfer,40,early,,Eastland,", "2030-06-02,Ember,transfer,40,early,Flint,Westland,!"],
            {"Ember": 0, "Flint": 10},
        ),
        (["2030-06-01,Ember,correction,-30,early,,,"], {"Ember": 10}),
        (["2030-06-01,Ember,correction,-35,early,,,"], {"Ember": 5}),
    ],
    ids=["it stays", "part of what was refused goes", "some of the rest goes too", "all of it goes", "out and back",
         "on and on", "by way of another jurisdiction", "a correction of what was too much", "and of more"],
)  # fmt: skip
def test_what_was_not_let_in_leaves_first(tmp_path: Path, moves: list[str], counts: dict[str, int]) -> None:
    """Of 40 deposited 10 are let in; wherever they go, no more than 10 are used."""
    found = {account: used(decide(tmp_path, TEN, [FORTY, *moves], account)) for account in counts}

    assert found == counts
    assert sum(counts.values()) <= 10


def test_the_receiver_is_told_why(tmp_path: Path) -> None:
    """The remark names the giver and rests on the statement of deposits and on both entries."""
    made = decide(tmp_path, TEN, [FORTY, "2030-06-01,Ember,transfer,35,early,Flint,,"], "Flint")

    (remark,) = (one for one in made.remarks if one.sort == "refused transfer")
    assert remark.words.startswith("30 of 35 early gold credits held since 2030-06-01 are not let into the account")
    assert remark.words.endswith("of 35 received from Ember, 5 had been let in where deposited")
    assert remark.terms is not None
    assert "may deposit 10 credits as early" in remark.terms.span.text
    (holding,) = made.held
    assert {row.number for one in walk((holding.amount,)) for row in one.rows} == {2, 3}


def test_what_is_let_in_is_that_of_the_depositor(tmp_path: Path) -> None:
    """The statement is worked out for the account that made the deposit, not for the one that has the credits."""
    rules = "fact allowance in credits\neach manufacturer may deposit allowance as early\n"
    entries = [FORTY, "2030-06-01,Ember,transfer,40,early,Flint,,"]

    assert used(decide(tmp_path, rules, entries, "Flint", facts=("Ember,allowance,,10", "Flint,allowance,,99"))) == 10


def test_a_question_about_the_depositor_is_asked_for_it(tmp_path: Path) -> None:
    """What is not known of the giver is not taken to be as it is for the receiver."""
    rules = f"fact waiver is yes or no\n{TEN}    when waiver\n"
    entries = [FORTY, "2030-06-01,Ember,transfer,40,early,Flint,,", "2030-06-01,Flint,deposit,10,early,,,"]
    made = decide(tmp_path, rules, [*entries, "2030-06-01,Flint,issue,80,,,,"], "Flint", facts=("Flint,waiver,,yes",))

    assert made.verdict == "undetermined"
    ((question, answers),) = [(one.question, dict(one.answers)) for one in made.settling]
    assert question.endswith(", of Ember")
    assert answers == {"yes": "compliant", "no": "not compliant"}


def test_a_deposit_that_names_no_year_is_of_the_one_whose_books_are_open(tmp_path: Path) -> None:
    """On 1 May 2031 those of model year 2030 are, which closes on August 31."""
    rules = "allowance by model year\n    2030   7 credits\n    2031   3 credits\n    2032   1 credit\n"
    rules += "each manufacturer may deposit allowance as early\n"

    assert used(decide(tmp_path / "a", rules, ["2031-05-01,Ember,deposit,40,early,,,"])) == 7
    assert used(decide(tmp_path / "b", rules, ["2031-09-01,Ember,deposit,40,early,,,"], years=(2030, 2031))) == 3


# --------------------------------------------------------------------------------- at what they are worth

HALVED = "gold is carried into the next model year at 50%\n"
#: Worth 100 in model year 2030, 50 in 2031, 25 in 2032.
HUNDRED = "2031-01-01,Ember,issue,100,,,,"


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        ("2032-01-01,Ember,transfer,10,,Flint,,", 80),
        ("2033-01-01,Ember,transfer,10,,Flint,,", 60),
        ("2032-01-01,Ember,surrender,10,,,,2031", 80),
        ("2033-01-01,Ember,surrender,10,,,,2032", 60),
    ],
    ids=["handed over after the run", "and a year later", "surrendered after the run", "and a year later"],
)
def test_what_is_taken_later_takes_more(tmp_path: Path, entry: str, left: int) -> None:
    """Ten credits that are worth half of what they were take 20 of those of before, and 40 a year later."""
    assert used(decide(tmp_path, HALVED, [HUNDRED, entry])) == left


def test_what_is_left_after_its_end_loses_of_its_worth(tmp_path: Path) -> None:
    """Of 100 that end with 2030, 5 are handed over in 2032, for which 20 must be kept: they dwindle to 5, and go."""
    rules = f"{HALVED}gold expires at the end of model year 2030\n"
    made = decide(tmp_path, rules, [HUNDRED, "2033-01-01,Ember,transfer,5,,Flint,,"], years=(2030, 2032))

    lines = [(y.year, n.opening, dict(n.moves), n.used, n.expired, n.closing) for y in made.years for n in y.account]
    assert lines == [
        (2030, 0, {"issue": 100}, 80, 0, 20),
        (2031, 20, {"not carried": -10}, 0, 0, 10),
        (2032, 10, {"not carried": -5, "transferred": -5}, 0, 0, 0),
    ]


@pytest.mark.parametrize(("said_of", "left"), [("pooled credits", 50), ("early credits", 50), ("silver", 100)])
def test_what_came_from_elsewhere_is_carried_as_what_it_counts_as(tmp_path: Path, said_of: str, left: int) -> None:
    """By the origin that a provision gives it, and by its own."""
    rules = "gold may be received from other jurisdictions as pooled\n"
    rules += f"{said_of} are carried into the next model year at 50%\n"
    law = HEADER.replace("are gold,", "are gold and silver,").replace("early", "early and pooled")
    entries = ["2031-01-01,Ember,issue,100,early,,,!", "2031-01-02,Ember,transfer,100,,,Westland,!"]
    made = decide(
        tmp_path,
        rules,
        entries,
        years=(2030, 2031),
        law=law.replace("of 100 credits", "of 100 credits\n    from model year 2031"),
    )

    assert used(made) == left


# -------------------------------------------------------------------------------------- what is rested on


def test_a_notice_that_was_not_given_rests_on_the_row_that_says_how_far_the_ledger_is_complete(tmp_path: Path) -> None:
    """Silence means no because of one row, and the trace ends there."""
    rules = f"{TEN}    unless notice of relief is given by 2031-01-01\n"
    made = decide(tmp_path, rules, [FORTY])

    (claim,) = [one for one in walk((made.held[0].amount,)) if one.what.startswith("notice of relief")]
    assert [(row.sheet, row.number) for row in claim.rows] == [("ledger.csv", 3)]
