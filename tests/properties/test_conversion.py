"""Balances that change regime: conversions lose nothing on either side, and no more counts than the law makes of it."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from math import floor
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st
from invented import amount, amounts, examples, table

from zevrules.driver import load, position, read_ledger

OLD, NEW = "MRK credits", "MRK values"
KINDS = ("gold", "tin")
DAYS = ("2021-03-01", "2022-08-31", "2022-09-01", "2023-08-31", "2023-09-01", "2024-08-31", "2025-01-01")
YEARS = (2021, 2023)
ACCOUNTS = ("Maker", "Buyer")

LAW = """ruleset westland/{path}
    title        "Drawn by lot"
    jurisdiction Westland
    model years  2020 through 2023
§ 13 CCR 9000(a) — Duty
{unit} are gold and tin, highest first
origins are won and turned
    won by default
each model year closes on August 31 of the next year
each manufacturer must satisfy yearly duty
    of {owed} credits
gold and tin may satisfy yearly duty
a deficit of yearly duty must be made up within 1 model year with gold
"""


def new_law(owed, ratio, place, unit_of_old=OLD):
    rounded = f"    rounded to {amount(place)} credits, half up\n" if place else ""
    into = f"{unit_of_old} may be converted into tin at {amount(ratio)} for 1 as turned values\n    of each kind\n"
    return f"{LAW.format(path='new', unit=NEW, owed=amount(owed))}{into}{rounded}"


@st.composite
def books(draw):
    """Entries in which nobody gives up what was not held; some of what is made is handed on."""
    held = {(account, kind): Fraction(0) for account in ACCOUNTS for kind in KINDS}
    rows = []
    for number, day in enumerate(sorted(draw(st.lists(st.sampled_from(DAYS), max_size=12)))):
        account, kind = key = draw(st.sampled_from(sorted(held)))
        what = draw(st.sampled_from(["issue", "conversion", "conversion", "transfer"]))
        many = draw(amounts) + 1
        blank = {"to": "", "origin": "", "from": ("", "", ""), "number": number}
        if what == "issue" or not held[key]:
            held[key] += many
            rows.append({**blank, "day": day, "account": account, "what": "issue", "kind": kind, "unit": OLD,
                         "amount": many})  # fmt: skip
            continue
        many = min(many, held[key])
        held[key] -= many
        if what == "transfer":
            to = draw(st.sampled_from([*(a for a in ACCOUNTS if a != account), "Stranger"]))
            if (to, kind) in held:
                held[to, kind] += many
            rows.append({**blank, "day": day, "account": account, "what": what, "kind": kind, "unit": OLD,
                         "amount": many, "to": to})  # fmt: skip
            continue
        made = draw(amounts)
        rows.append({**blank, "day": day, "account": account, "what": "conversion", "kind": "tin", "unit": NEW,
                     "amount": made, "origin": "turned", "from": (kind, amount(many), OLD)})  # fmt: skip
        if made and draw(st.booleans()):
            rows.append({**blank, "day": day, "account": account, "what": "transfer", "kind": "tin", "unit": NEW,
                         "amount": made, "to": draw(st.sampled_from(["Stranger", *ACCOUNTS])),
                         "number": number + 1000})  # fmt: skip
            if rows[-1]["to"] == account:
                rows.pop()
    return rows


def write(rows, folder):
    table(folder / "ledger.csv", "name value", [("complete through", "2030-12-31")])
    table(folder / "accounts.csv", "account", [(account,) for account in ACCOUNTS])
    header = (
        "date,account,jurisdiction,entry,kind,amount,unit,origin,counterparty,from kind,from amount,from unit,reference"
    )
    cells = ((r["day"], r["account"], "Westland", r["what"], r["kind"], amount(r["amount"]), r["unit"], r["origin"],
              r["to"], *r["from"], f"paper {r['number']}") for r in rows)  # fmt: skip
    table(folder / "entries.csv", header, cells)


def positioned(rows, law, accounts=ACCOUNTS, laws=("old", "new")):
    """The position under the old law and the new one."""
    texts = {"old": LAW.format(path="old", unit=OLD, owed="3"), "new": law}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in laws:
            (folder / "westland" / path).mkdir(parents=True)
            (folder / "westland" / path / "law.zev").write_text(texts[path], encoding="utf-8")
        (folder / "books").mkdir()
        write(rows, folder / "books")
        loaded = [load(str(folder / "westland" / path)) for path in laws]
        return position(loaded, read_ledger(str(folder / "books")), accounts=accounts, first=YEARS[0], last=YEARS[1])


ratios = st.sampled_from([Fraction(1), Fraction(4), Fraction(11, 10), Fraction(1, 2)])
roundings = st.sampled_from([None, Fraction(1), Fraction(1, 4)])


@given(books(), amounts, ratios, roundings, st.sampled_from([ACCOUNTS, ACCOUNTS[:1]]))
@examples(60)
def test_credits_are_conserved_in_both_units(rows, owed, ratio, place, accounts):
    """What leaves the old books by conversions, and what comes into the new ones, is what the ledger says."""
    made = positioned(rows, new_law(owed, ratio, place), accounts)

    assert [one.unit for one in made.conserved] == [OLD, NEW]
    assert all(one.balanced for one in made.conserved), made.conserved
    shown = [r for r in rows if r["what"] == "conversion" and r["account"] in accounts]
    shown = [r for r in shown if "2021-08-31" < r["day"] <= "2024-08-31"]
    out = dict(made.conserved[0].went).get("converted out", 0)
    into = dict(made.conserved[1].came).get("converted in", 0)
    event("something was converted" if out else "nothing was converted")
    assert out == sum(Fraction(r["from"][1]) for r in shown)
    assert into == sum(r["amount"] for r in shown)


@given(books(), amounts, ratios, roundings)
@examples(60)
def test_no_more_counts_than_the_credits_given_up_come_to(rows, owed, ratio, place):
    """Entry by entry, for each maker and old kind: all of it counts, or as much as all given up so far comes to."""
    made = positioned(rows, new_law(owed, ratio, place), laws=("new",))
    given_up: dict[tuple[str, str], Fraction] = {}
    counted: dict[tuple[str, str], Fraction] = {}
    lots = {str(h.lot.entry.reference): h for s in made.standings for h in s.made.held}
    for row in sorted((r for r in rows if r["what"] == "conversion"), key=lambda r: (r["day"], r["number"])):
        key = row["account"], row["from"][0]
        given_up[key] = given_up.get(key, Fraction(0)) + Fraction(row["from"][1])
        worth = given_up[key] / ratio
        if place:
            worth = floor(worth / place + Fraction(1, 2)) * place
        let_in = min(row["amount"], worth - counted.get(key, Fraction(0)))
        counted[key] = counted.get(key, Fraction(0)) + let_in
        holding = lots[f"paper {row['number']}"]
        # What was not let in leaves first.
        assert holding.amount.value == min(let_in, holding.lot.amount)


@given(books(), amounts, ratios)
@examples(30)
def test_what_no_statement_means_counts_for_nothing(rows, owed, ratio):
    """A statement about credits of another unit lets none of these in, and all of them have left the old books."""
    made = positioned(rows, new_law(owed, ratio, None, "FRN credits"))

    for standing in made.standings:
        for holding in standing.made.held:
            if holding.lot.entry.what == "conversion":
                assert holding.amount.value == 0
    assert all(one.balanced for one in made.conserved)
