"""Positions over invented states and ledgers: credits move between them, are corrected later, and none is lost."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import event, given
from hypothesis import strategies as st
from invented import UNIT, amount, amounts, examples, table

from zevrules.driver import determine, load, position, read_ledger
from zevrules.report.position import page

PLACES = ("Atlantis", "Lemuria", "Mu")
ACCOUNTS = ("Maker", "Buyer")
KINDS = ("gold", "tin")
YEARS = (2021, 2022, 2023)
#: From before the first model year opens to after the last closes.
DAYS = ("2020-03-01", "2021-08-31", "2021-09-01", "2022-08-31", "2022-09-01", "2023-08-31", "2024-08-31", "2025-01-01")


def law(place, owed, admission, share, life):
    """The text of one state's ruleset."""
    others = [other for other in PLACES if other != place]
    lines = [
        f"ruleset {place.lower()}/duty",
        '    title        "An invented duty"',
        f"    jurisdiction {place}",
        f"    speaks of    {' and '.join(others)}",
        f"    model years  {YEARS[0]} through {YEARS[-1]}",
        "§ 13 CCR 9000(a) — All",
        f"{UNIT} are gold and tin, highest first",
        "origins are won and pooled",
        "each manufacturer must satisfy duty",
        f"    of {amount(owed)} credits",
        "gold and tin may satisfy duty",
        "a deficit of duty must be made up within 1 model years with gold",
        "each model year closes on August 31 of the next year",
    ]
    if life is not None:
        lines.append(f"tin expires {life} model years after they are earned")
    if admission is not None:
        kinds, years, source = admission
        lines.append(f"{' and '.join(kinds)} may be received from other jurisdictions as pooled values")
        lines += [f"    in model years {years[0]} through {years[1]}"] if years else []
        lines += [f"    from {others[0]}"] if source else []
        lines += [f"cap {share}%", "    of duty", "    on pooled values"]
    return "\n".join(lines) + "\n"


some_kinds = st.sampled_from([KINDS, KINDS[:1], KINDS[1:]])
some_years = st.none() | st.sampled_from([(a, b) for a in YEARS for b in YEARS if a <= b])
admissions = st.none() | st.tuples(some_kinds, some_years, st.booleans())
laws = st.tuples(amounts, admissions, st.sampled_from([0, 50, 100]), st.none() | st.integers(0, 1))


@st.composite
def books(draw):
    """Entries in the order of their days, in which nobody gives away or corrects away what was not held."""
    held = {(account, place, kind): Fraction(0) for account in ACCOUNTS for place in PLACES for kind in KINDS}
    made = []
    for number, day in enumerate(sorted(draw(st.lists(st.sampled_from(DAYS), max_size=14)))):
        key = account, place, kind = draw(st.sampled_from(sorted(held)))
        what = draw(st.sampled_from(["issue", "opening", "correction", "less", "transfer", "transfer", "transfer"]))
        many = draw(amounts) + 1
        to, there = "", ""
        if what in ("less", "transfer"):
            keys = [k for k, left in sorted(held.items()) if left]
            if not keys:
                continue
            key = account, place, kind = draw(st.sampled_from(keys))
            many = min(many, held[key])
        if what == "transfer":
            there = draw(st.sampled_from(["", *(p for p in PLACES if p != place)]))
            others = [other for other in (*ACCOUNTS, "Stranger") if other != account]
            to = draw(st.sampled_from(others + [""] * bool(there)))
            target = (to or account, there or place, kind)
            if target in held:
                held[target] += many
        held[key] += -many if what in ("less", "transfer") else many
        word, sign = ("correction", -1) if what == "less" else (what, 1)
        vintage = draw(st.sampled_from(["", "2020", "2021"])) if what in ("issue", "opening", "correction") else ""
        origin = "won" if vintage else ""
        made.append((day, account, place, word, kind, amount(sign * many), UNIT, vintage, origin, to, there, number))
    # Rows may stand in any order of days, as corrections written down later do.
    return sorted(made, key=lambda row: (row[0], row[-1] % 2 if row[3] in ("issue", "opening") else 2, row[-1]))


@st.composite
def worlds(draw):
    return {place: draw(laws) for place in PLACES}, draw(books())


def positioned(world, places=PLACES, accounts=ACCOUNTS):
    """The position in a world, and the ledger and rulesets it was made of."""
    rules, rows = world
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place in places:
            path = folder / place.lower() / "duty" / "duty.zev"
            path.parent.mkdir(parents=True)
            path.write_text(law(place, *rules[place]), encoding="utf-8")
        ledger = folder / "books"
        ledger.mkdir()
        table(ledger / "ledger.csv", "name value", [("complete through", "2030-12-31")])
        table(ledger / "accounts.csv", "account", [(account,) for account in ACCOUNTS])
        header = (
            "date,account,jurisdiction,entry,kind,amount,unit,vintage,origin,counterparty,to jurisdiction,reference"
        )
        table(ledger / "entries.csv", header, ((*row[:-1], f"paper {row[-1]}") for row in rows))
        read = read_ledger(str(ledger))
        loaded = [load(str(folder / place.lower() / "duty")) for place in places]
        made = position(loaded, read, accounts=accounts, first=YEARS[0], last=YEARS[-1])
        return made, read, loaded


@given(worlds(), st.sampled_from([PLACES, PLACES[:2], PLACES[1:2]]), st.sampled_from([ACCOUNTS, ACCOUNTS[:1]]))
@examples(60)
def test_credits_are_conserved(world, places, accounts):
    """What the entries bring is what the account statements of all accounts and states make of it."""
    made, _, _ = positioned(world, places, accounts)

    for one in made.conserved:
        event("something was moved" if made.moves else "nothing was moved")
        assert one.balanced, one
        assert all(amount >= 0 for _, amount in one.went)
    assert max(map(len, page(made).splitlines())) <= 100


@given(worlds())
@examples(60)
def test_both_sides_of_a_move_are_equal(world):
    """All that is received within what is shown was transferred within it, and the rest went to strangers."""
    made, ledger, _ = positioned(world)
    first, last = "2021-08-31", f"{YEARS[-1] + 1}-08-31"
    moved = {"received": Fraction(0), "transferred": Fraction(0)}
    for standing in made.standings:
        for year in standing.made.years:
            for line in year.account:
                for what, many in line.moves:
                    moved[what] = moved.get(what, Fraction(0)) + many
    strangers = sum(
        (e.amount for e in ledger.entries if e.counterparty == "Stranger" and first < str(e.date) <= last), Fraction(0)
    )

    assert moved["received"] + moved["transferred"] == -strangers


@given(worlds())
@examples(40)
def test_no_more_is_used_than_counts_and_no_more_counts_than_was_sent(world):
    """And what no provision of the other state lets in does not count there."""
    rules, _ = world
    made, _, _ = positioned(world)

    for move in made.moves:
        if move.shown and move.counted is not None and move.used is not None:
            assert 0 <= move.used <= move.counted <= move.entry.amount
            admission = rules[move.entry.destination][1]
            if admission is None or move.entry.kind not in admission[0]:
                # What comes home did not come from elsewhere.
                here = [s for s in made.standings if (s.account, s.jurisdiction) == _side(move)]
                foreign = [h for s in here for h in s.made.held if h.lot.entry is move.entry and h.lot.came_from]
                assert all(holding.refused == holding.lot.amount for holding in foreign)


def _side(move):
    return move.entry.receiver, move.entry.destination


@given(worlds())
@examples(25)
def test_a_position_is_the_determinations_side_by_side(world):
    """Each account under each law is what a determination by itself says."""
    made, ledger, loaded = positioned(world)
    for standing in made.standings:
        rules = loaded[PLACES.index(standing.jurisdiction)]
        alone = determine(rules, ledger, standing.account, YEARS[0], YEARS[-1])

        assert alone.verdict == standing.made.verdict
        assert [year.verdict for year in alone.years] == [year.verdict for year in standing.years]
        assert [sum(line.closing for line in y.account) for y in alone.years] == [
            y.left or 0 for y in standing.years
        ] or ("undetermined" in {year.verdict for year in alone.years})
