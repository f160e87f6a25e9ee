"""Uses of credits against an independent oracle, over invented rulesets and ledgers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import z3
from hypothesis import event, given
from hypothesis import strategies as st
from invented import (
    DUTY,
    Case,
    Lot,
    Permission,
    Surrender,
    cases,
    decide,
    examples,
    lot_fields,
    surrendered,
    write,
)
from oracle import Oracle, q

from zevrules.driver import determine, load, read_ledger
from zevrules.quantity import display_number


def shortfalls(made):
    """For each model year what is lacking at its close, and what of it is open at the end of the run."""
    short = {year.year: Fraction(0) for year in made.years}
    left = dict(short)
    for year in made.years:
        for deficit in year.deficits:
            if deficit.year not in short:
                continue  # brought in from before the run
            short[deficit.year] += deficit.amount
            left[deficit.year] += deficit.open
    return short, left


def uses_by_lot(made):
    """What was used, by (lot, model year, part or "", deficit's year or None); the lot by its row."""
    found = {}
    for year in made.years:
        for use in year.uses:
            assert use.year == year.year and use.obligation == DUTY and use.amount > 0
            key = (use.holding.lot.entry.at.number - 2, use.year, use.part, use.deficit_of)
            found[key] = found.get(key, Fraction(0)) + use.amount
    return found


def refused(made):
    """Of each surrender that is not wholly lawful, by its row, how the remark begins: how much of it is refused."""
    remarks = [remark for remark in made.remarks if remark.sort == "refused surrender"]
    return {remark.entry.at.number: remark.words.split(" credits")[0] for remark in remarks}


@given(cases())
@examples(120)
def test_least_shortfall_year_by_year(case):
    """What is lacking, what is carried and what is open are exactly what the oracle finds; and so is the verdict."""
    made = decide(case)
    oracle = Oracle(case)
    short, left, _ = oracle.settle()

    assert shortfalls(made) == (short, {year: left[year] for year in case.years})
    assert made.verdict == oracle.verdict(short, left)
    event(made.verdict)


@given(cases())
@examples(80)
def test_every_use_is_lawful(case):
    """Each use is permitted; no lot is overdrawn, no part overpaid, and every cap and limit holds."""
    made = decide(case)
    oracle = Oracle(case)
    uses = uses_by_lot(made)

    assert uses.keys() <= oracle.uses.keys()
    for key, pays in oracle.uses.items():
        oracle.solver.add(pays == q(uses.get(key, Fraction(0))))
    assert oracle.solver.check() == z3.sat
    for year in made.years:
        owed = year.obligations[0]
        assert sum(part.size.value for part in owed.parts) == owed.size.value == case.size(year.year, DUTY)
        paid = sum((use.amount for use in year.uses if use.deficit_of is None), Fraction(0))
        assert owed.size.value - paid == sum((d.amount for d in year.deficits if d.year == year.year), Fraction(0))


@given(cases(years=2, lots=6))
@examples(50)
def test_among_equals_the_stated_rule_chooses(case):
    """Soonest end, lowest kind, capped origins, vintage, row; parts in the order named: lot by lot."""
    made = decide(case)
    oracle = Oracle(case)
    oracle.settle()

    assert uses_by_lot(made) == {key: amount for key, amount in oracle.choice().items() if amount}


@given(cases(years=2, lots=8), st.data())
@examples(80)
def test_recorded_surrenders_are_fixed(case, data):
    """A lawful surrender is part of the use, whatever else the use is; of an unlawful one only the rest is refused."""
    records = data.draw(surrendered(case.years, case.kinds, case.parts, least=1))
    case = replace(case, surrenders=tuple(records))
    made = decide(case)
    oracle = Oracle(case)
    _, _, out = oracle.settle()

    first = 2 + len(case.lots) + len(case.brought)
    wanted = {
        first + n: f"{display_number(amount)} of {display_number(one.amount)} {one.kind}"
        for n, (amount, one) in enumerate(zip(out, case.surrenders, strict=True))
        if amount
    }
    assert refused(made) == wanted


# ------------------------------------------------------------------------------------ monotone


@given(cases(surrenders=False), st.data())
@examples(60)
def test_more_credits_never_hurt_the_earliest_year(case, data):
    """Another lot, or a looser cap, never leaves more lacking in the first model year."""
    first = case.years[0]
    before = shortfalls(decide(case))[0][first]
    lot = data.draw(st.builds(Lot, *lot_fields(case.kinds)))

    assert shortfalls(decide(replace(case, lots=(*case.lots, lot))))[0][first] <= before
    loose = tuple(replace(cap, share=min(cap.share * 2, Fraction(1))) for cap in case.caps)
    assert shortfalls(decide(replace(case, caps=loose)))[0][first] <= before


# ---------------------------------------------------------------------------------- by hand

TWO_YEARS = Case(
    years=(2021, 2022),
    kinds=("gold", "tin"),
    parts=("first part", "last part"),
    sizes=((Fraction(6), Fraction(4)), (Fraction(6), Fraction(4))),
    permissions=(Permission(("gold",), False, DUTY, None), Permission(("tin",), False, "last part", None)),
    caps=(),
    cure=(1, ("gold",)),
    walls=(),
    lives=(),
    lots=(),
)


def lot(kind, amount, *, origin=None, vintage=2020, day="2021-03-01"):
    return Lot(kind, origin, vintage, Fraction(amount), day)


BY_HAND = [
    ("all paid", [lot("gold", 12), lot("tin", 8)], [0, 0], [0, 0], "compliant"),
    ("tin pays no first part", [lot("gold", 4), lot("tin", 99)], [2, 6], [2, 6], "not compliant"),
    ("gold that is late makes up", [lot("tin", 8), lot("gold", 12, day="2022-09-01")], [6, 0], [0, 0], "compliant"),
    ("the deficit comes before the next year's own", [lot("tin", 8), lot("gold", 9, day="2022-09-01")], [6, 3], [0, 3],
     "deficit carried"),
    ("on the closing day is in time", [lot("gold", 10, day="2022-08-31"), lot("gold", 10, day="2023-08-31")], [0, 0],
     [0, 0], "compliant"),
    ("a day later is not", [lot("gold", 20, day="2023-09-01")], [10, 10], [10, 10], "not compliant"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lots", "short", "left", "verdict"), [row[1:] for row in BY_HAND], ids=[r[0] for r in BY_HAND]
)
def test_by_hand(lots, short, left, verdict):
    """Two model years of 10 owed, 6 of it in gold, by sums that can be done in the head."""
    made = decide(replace(TWO_YEARS, lots=tuple(lots)))

    found = shortfalls(made)
    assert [list(one.values()) for one in found] == [short, left]
    assert made.verdict == verdict


ONE_YEAR = replace(
    TWO_YEARS, years=(2021,), sizes=((Fraction(6), Fraction(4)),), lots=(lot("gold", 20), lot("tin", 20))
)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(("together", "lacking"), [(True, 5), (False, 0)], ids=["together", "each"])
def test_a_share_together_and_a_share_each(together, lacking):
    """Half of 10 from two kinds together leaves 5; half from each of them leaves nothing."""
    case = replace(ONE_YEAR, permissions=(Permission(("gold", "tin"), together, DUTY, HALF),))

    assert shortfalls(decide(case))[0] == {2021: lacking}


def test_every_limit_holds_though_permissions_add():
    """Tin may pay all of the last part, and half of the whole: both let it pay, and the half is a limit on both."""
    limited = (Permission(("tin",), False, "last part", None), Permission(("tin",), False, DUTY, Fraction(3, 10)))

    assert shortfalls(decide(replace(ONE_YEAR, permissions=limited)))[0] == {2021: 7}


@pytest.mark.parametrize(
    ("walls", "lives", "lacking"),
    [((), (), 0), ((("gold", 2021),), (), 0), ((("gold", 2020),), (), 6), ((), (("gold", 0),), 6),
     ((("gold", 2022),), (("gold", 0),), 6), ((("gold", 2020),), (("gold", 5),), 6)],
)  # fmt: skip
def test_the_soonest_of_several_ends_counts(walls, lives, lacking):
    """Gold of 2020, by a last model year, by a life in model years, and by both."""
    assert shortfalls(decide(replace(ONE_YEAR, walls=walls, lives=lives)))[0] == {2021: lacking}


def test_a_surrender_cannot_use_what_came_later():
    """Gold that came after the day of the surrender is not what was surrendered."""
    lots = (lot("gold", 5, day="2021-03-01"), lot("gold", 20, day="2022-08-31"), lot("tin", 20))
    surrender = Surrender("2022-03-01", 2021, "gold", Fraction(8))
    made = decide(replace(ONE_YEAR, lots=lots, surrenders=(surrender,)))

    assert list(refused(made).values()) == ["3 of 8 gold"]


def test_two_surrenders_of_one_kind_are_both_fixed():
    """4 and 4 surrendered are 8 used, though 4 would be part of each of them."""
    surrenders = tuple(Surrender("2022-08-31", 2021, "gold", Fraction(4)) for _ in range(2))
    case = replace(TWO_YEARS, lots=(lot("gold", 20), lot("tin", 8)), surrenders=surrenders)

    used = uses_by_lot(decide(case))
    assert sum(amount for key, amount in used.items() if key[:2] == (0, 2021)) == 8


def test_deficits_brought_in_add_up():
    """Two entries of a deficit of one model year are one deficit."""
    case = replace(TWO_YEARS, lots=(lot("gold", 24), lot("tin", 8)), brought=((2020, Fraction(5)), (2020, Fraction(6))))

    made = decide(case)
    assert sum(a for k, a in uses_by_lot(made).items() if k[3] == 2020) == 11
    assert shortfalls(made)[0] == {2021: 0, 2022: 0}


ODD_SIZES = """ruleset atlantis/duty
    title        "Odd sizes"
    jurisdiction Atlantis
    model years  2021 through 2021

§ 13 CCR 9000(a) — What is owed
MRK credits are gold and tin, highest first
fact fleet in vehicles of each model year
each manufacturer must satisfy yearly duty
    in each model year
    of (fleet - 100 vehicles) in credits
    made of first part, 60 credits, and last part, the rest
gold may satisfy yearly duty
unused credits stay in the account
each model year closes on August 31 of the next year
"""


@pytest.mark.parametrize(
    ("fleet", "owed", "parts"), [(250, 150, [60, 90]), (140, 40, [40, 0]), (100, 0, [0, 0]), (30, 0, [0, 0])]
)
def test_parts_never_exceed_what_is_owed(tmp_path, fleet, owed, parts):
    """The parts add up to the obligation, however small it is; and what comes to less than nothing is nothing."""
    rules, books = write(replace(TWO_YEARS, years=(2021,), sizes=((Fraction(6), Fraction(4)),)), tmp_path)
    (rules / "duty.zev").write_text(ODD_SIZES, encoding="utf-8")
    made = determine(
        load(str(rules)), read_ledger(str(books)), "Maker", 2021, settings=[("fleet of model year 2021", str(fleet))]
    )

    (year,) = made.years
    assert year.obligations[0].size.value == owed
    assert [part.size.value for part in year.obligations[0].parts] == parts
    assert sum(deficit.amount for deficit in year.deficits) == owed
