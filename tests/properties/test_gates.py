"""Transfers that the law gates: what it does not allow counts nowhere, and no credit is lost or found by that."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st
from invented import amount, amounts, examples, table

from zevrules.driver import load, position, read_ledger

UNIT = "MRK credits"
ACCOUNTS = ("Ash", "Birch", "Cedar")
OUTSIDE = "Stranger"
DAYS = ("2021-03-01", "2022-08-31", "2022-09-01", "2023-08-31", "2023-09-01", "2024-08-31")
YEARS = (2021, 2023)

LAW = """ruleset westland/duty
    title        "Drawn by lot"
    jurisdiction Westland
    model years  2020 through 2023
§ 13 CCR 9000(a) — Duty
MRK credits are gold and tin, highest first
each model year closes on August 31 of the next year
each manufacturer must satisfy yearly duty
    of 5 credits
gold and tin may satisfy yearly duty
a deficit of yearly duty must be made up within 1 model year with gold
gold may be transferred only within common ownership of at least 25%
tin may be transferred to Birch only when market is more than 2
    in model years 2021 through 2022
fact market in numbers of each model year of all manufacturers together
"""


@st.composite
def worlds(draw):
    """Who owns how much of whom, the market of each model year, and entries that give no more than was held."""
    firms = (*ACCOUNTS, OUTSIDE)
    owners = {a: (draw(st.sampled_from([f for f in firms if f != a])), draw(st.sampled_from([24, 25, 26, 0])))
              for a in ACCOUNTS}  # fmt: skip
    market = {year: draw(st.sampled_from([1, 2, 3])) for year in range(2020, 2024)}
    held = {(account, kind): Fraction(0) for account in ACCOUNTS for kind in ("gold", "tin")}
    rows = []
    for number, day in enumerate(sorted(draw(st.lists(st.sampled_from(DAYS), max_size=14)))):
        account, kind = key = draw(st.sampled_from(sorted(held)))
        many = draw(amounts) + 1
        if not held[key] or draw(st.integers(0, 3)) == 0:
            held[key] += many
            rows.append((day, account, "issue", kind, many, "", number))
        else:
            to = draw(st.sampled_from([f for f in firms if f != account]))
            many = min(many, held[key])
            held[key] -= many
            if to != OUTSIDE:
                held[to, kind] += many
            rows.append((day, account, "transfer", kind, many, to, number))
    return owners, market, rows


def positioned(world):
    owners, market, rows = world
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "westland" / "duty").mkdir(parents=True)
        (folder / "westland" / "duty" / "law.zev").write_text(LAW, encoding="utf-8")
        books = folder / "books"
        books.mkdir()
        table(books / "ledger.csv", "name value", [("complete through", "2030-12-31")])
        table(books / "accounts.csv", "account,owner,owner share", ((a, o, f"{s}%") for a, (o, s) in owners.items()))
        table(books / "facts.csv", "account,fact,model year,value", (("", "market", *one) for one in market.items()))
        header = "date,account,jurisdiction,entry,kind,amount,unit,counterparty,reference"
        cells = ((d, a, "Westland", what, k, amount(n), UNIT, to, f"paper {i}") for d, a, what, k, n, to, i in rows)
        table(books / "entries.csv", header, cells)
        ledger = read_ledger(str(books))
        return position([load(str(folder / "westland" / "duty"))], ledger, first=YEARS[0], last=YEARS[1])


def allowed(world, row) -> bool:
    """Whether the law allows a transfer, found again from what was drawn."""
    owners, market, _ = world
    day, account, _, kind, _, to, _ = row
    year = next(y for y in range(2019, 2030) if day <= f"{y + 1}-08-31")
    if kind == "tin":
        return to != "Birch" or year not in (2021, 2022) or market[year] > 2
    together = {firm: firm for firm in (*ACCOUNTS, OUTSIDE)}
    for owned, (owner, share) in owners.items():
        if share >= 25:
            joined = together[owned]
            together = {f: together[owner] if group == joined else group for f, group in together.items()}
    return together[account] == together[to]


@given(worlds())
@examples(60)
def test_what_is_not_allowed_counts_nowhere_and_nothing_is_lost(world):
    """Wherever credits are, they count in full, or not at all if any hand-over on their way was not allowed."""
    made = positioned(world)
    rows = {f"paper {row[-1]}": row for row in world[2]}

    assert all(one.balanced for one in made.conserved), made.conserved
    for standing in made.standings:
        for holding in standing.made.held:
            at, lawful = holding.lot, True
            while at is not None:
                row = rows[at.entry.reference]
                lawful = lawful and (row[2] != "transfer" or allowed(world, row))
                at = at.source
            event("let in" if lawful else "refused")
            assert holding.amount.value == (holding.lot.amount if lawful else 0)
            assert holding.refused == (0 if lawful else holding.lot.amount)


@given(worlds())
@examples(40)
def test_each_giver_is_told(world):
    """Of every transfer that was not allowed, once, and of no other."""
    told = sorted(
        remark.entry.reference
        for standing in positioned(world).standings
        for remark in standing.made.remarks
        if remark.sort == "refused transfer" and remark.entry.account == standing.account
    )
    refused = [row for row in world[2] if row[2] == "transfer" and not allowed(world, row)]

    assert told == sorted(f"paper {row[-1]}" for row in refused if "2021-08-31" < row[0] <= "2024-08-31")
