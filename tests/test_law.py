"""The figures of the law that is shipped, as tables that a lawyer can check."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from zevrules.driver import determine, load, read_ledger
from zevrules.library import copy, shipped_ledgers

ACC1 = load("california/acc1")
COLORADO = load("colorado/zev")
BANK = read_ledger("california-bank")
UNIT = "ACC I credits"


def rows(table: str) -> list[list[str]]:
    """The cells of a table whose first line names its columns."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:] if line.strip()]


def books(folder: Path, *, facts=(), entries=(), deliveries=(), accounts=("Maker",)):
    """A ledger of a few rows."""
    sheets = {
        "ledger": ["name,value", ("complete through", "2030-12-31")],
        "accounts": ["account", *((name,) for name in accounts)],
        "facts": ["account,fact,jurisdiction,model year,kind,value,unit,date", *facts],
        "entries": ["date,account,jurisdiction,entry,kind,amount,unit,vintage,origin,model year,toward", *entries],
        "deliveries": [
            "account,jurisdiction,model year,vehicle,count,UDDS range,EAER,all-electric range,US06 range,total range,"
            "APU range,TZEV certification,BEVx certification,NEV certification",
            *deliveries,
        ],
    }
    for name, (header, *lines) in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *lines])
    return read_ledger(str(folder))


def fact(name, value, *, year="", place="", kind="", unit="", date="", account=""):
    return (account, name, place, year, kind, value, unit, date)


def issue(kind, amount, day, *, vintage="", origin="earned", what="issue", place="California"):
    return (day, "Maker", place, what, kind, amount, UNIT, vintage, origin, "", "")


def parts(year):
    """The parts of the one obligation of a model year."""
    (owed,) = year.obligations
    return owed.size.value, {part.name: part.size.value for part in owed.parts}


def most(year, *kinds):
    """What some kinds may pay at most, part by part."""
    return {
        tuple(part for _, part in limit.targets): limit.step.value
        for limit in year.limits
        if limit.targets and limit.kinds == kinds
    }


# -------------------------------------------------------------------- what is owed, and who may pay


def owing(folder, size_class):
    facts = [fact("average volume", "100,000", year=2020, unit="vehicles"), fact(size_class, "yes")]
    (year,) = determine(ACC1, books(folder, facts=facts), "Maker", 2020).years
    return year


def test_a_large_volume_manufacturer_in_2020(tmp_path):
    """Average volume 100,000: 9,500 owed, 6,000 with ZEV credits, at most half of that with BEVx."""
    year = owing(tmp_path, "large volume manufacturer")

    assert parts(year) == (9500, {"ZEV requirement": 6000, "TZEV portion": 3500})
    assert most(year, "BEVx") == {("ZEV requirement",): 3000}
    assert most(year, "NEV", "discount") == {("TZEV portion",): 875}
    assert most(year, "TZEV") == {}


def test_an_intermediate_volume_manufacturer_in_2020(tmp_path):
    """The same 9,500 may all be paid with TZEV credits, and a quarter of it with NEV and discount together."""
    year = owing(tmp_path, "intermediate volume manufacturer")

    assert parts(year) == (9500, {"TZEV portion": 9500})
    assert most(year, "NEV", "discount") == {("TZEV portion",): 2375}


@pytest.mark.parametrize(
    ("size_class", "kind", "lacking"),
    [
        ("large volume manufacturer", "ZEV", 0),
        ("large volume manufacturer", "BEVx", 3000),
        ("large volume manufacturer", "TZEV", 6000),
        ("large volume manufacturer", "NEV", 9500 - 875),
        ("large volume manufacturer", "discount", 9500 - 875),
        ("intermediate volume manufacturer", "ZEV", 0),
        ("intermediate volume manufacturer", "BEVx", 0),
        ("intermediate volume manufacturer", "TZEV", 0),
        ("intermediate volume manufacturer", "NEV", 9500 - 2375),
    ],
)
def test_an_account_of_one_kind_alone(tmp_path, size_class, kind, lacking):
    """What is lacking of 9,500 when there are more credits of one kind than are owed, and no others."""
    facts = [fact("average volume", "100,000", year=2020, unit="vehicles"), fact(size_class, "yes")]
    ledger = books(tmp_path, facts=facts, entries=[issue(kind, "20,000", "2021-08-31")])

    (year,) = determine(ACC1, ledger, "Maker", 2020).years
    assert sum(deficit.amount for deficit in year.deficits) == lacking


# ------------------------------------------------------------------------------------------ Colorado

OWED = {2023: 17_000, 2024: 19_500, 2025: 22_000}


def colorado(folder, *, notice=(), deposit="30,000", earned=(("ZEV", "99,000", "2024-08-31"),)):
    facts = [fact("average volume", "100,000", year=year, unit="vehicles") for year in OWED]
    for year in (2019, 2020, 2021):
        facts.append(fact("volume", "100,000", year=year, place="Colorado", unit="vehicles"))
        facts.append(fact("volume", "1,000,000", year=year, place="California", unit="vehicles"))
    facts.append(fact("large volume manufacturer", "yes"))
    facts.append(fact("California obligations", "yes", year=2022))
    facts += [fact("California balance", "400,000", kind=kind, unit="credits") for kind in ("ZEV", "BEVx", "TZEV")]
    facts += [fact("notice of option 2", "given", date=day) for day in notice]
    entries = [issue("ZEV", deposit, "2023-01-01", origin="proportional", what="deposit", place="Colorado")]
    entries += [issue(kind, amount, day, place="Colorado") for kind, amount, day in earned]
    return determine(COLORADO, books(folder, facts=facts, entries=entries), "Maker", 2023, 2025)


@pytest.mark.parametrize(
    ("notice", "limit"),
    [((), 21_060), (("2020-12-15",), 13_455), (("2021-01-01",), 13_455), (("2021-01-02",), 21_060)],
    ids=["no notice", "notice in time", "notice on the last day", "notice a day late"],
)
def test_proportional_credits_over_three_years_together(tmp_path, notice, limit):
    """Of 17,000 + 19,500 + 22,000 = 58,500, at most 36% under option 1 and 23% under option 2."""
    made = colorado(tmp_path, notice=notice)

    assert {year.year: year.obligations[0].size.value for year in made.years} == OWED
    for year in made.years:
        (cap,) = [one for one in year.limits if one.targets is None and one.selector.origins == ("proportional",)]
        assert cap.step.value == limit
    assert sum(used(made, "proportional").values()) == limit
    assert made.verdict == "compliant"


def used(made, origin):
    """What was used of credits of an origin, by model year, where it was anything."""
    totals = {}
    for year in made.years:
        for use in year.uses:
            if use.holding.lot.origin == origin:
                totals[year.year] = totals.get(year.year, 0) + use.amount
    return totals


def test_one_year_may_exceed_its_own_share(tmp_path):
    """8,000 of 17,000 in 2023 is 47%, and lawful: the limit is of three years together."""
    earned = (("ZEV", "9,000", "2024-08-31"), ("ZEV", "41,500", "2025-08-31"))
    made = colorado(tmp_path, deposit="8,000", earned=earned)

    assert made.verdict == "compliant"
    assert used(made, "proportional") == {2023: 8000}
    assert Fraction(8000, 17_000) > Fraction(47, 100)


def test_more_than_the_limit_of_three_years_is_never_used(tmp_path):
    """With nothing but proportional credits, all that can be paid over three years is 21,060."""
    made = colorado(tmp_path, deposit="40,000", earned=())

    assert sum(used(made, "proportional").values()) == 21_060
    assert made.verdict == "not compliant"


# ------------------------------------------------------------------------------------------------ BMW


@pytest.fixture(scope="module")
def at_40_percent(tmp_path_factory):
    """The ruleset with one figure of it changed."""
    folder = tmp_path_factory.mktemp("edited")
    copy("california/acc1", folder)
    path = folder / "california" / "acc1" / "4-use.zev"
    words = path.read_text(encoding="utf-8")
    assert words.count("BEVx may satisfy ≤50% of ZEV requirement") == 1
    path.write_text(words.replace("BEVx may satisfy ≤50%", "BEVx may satisfy ≤40%"), encoding="utf-8")
    return load(str(folder / "california" / "acc1"))


def bmw(ruleset, volume):
    """The verdict on 2021 through 2025; without a volume, on that of the ledger, 45,444."""
    settings = [("average volume", str(volume))] if volume else []
    return determine(ruleset, BANK, "BMW", 2021, 2025, settings=settings).verdict


def test_bmw_complies_at_50_percent_and_falls_short_at_40(at_40_percent):
    """What BEVx credits may pay decides it."""
    assert bmw(ACC1, None) == "compliant"
    assert bmw(at_40_percent, None) != "compliant"


# A larger volume owes more of every part, and only limits that grow in step: whoever complies at a volume complies
# at every smaller one. So the four ends decide for all volumes between; those between are looked at all the same.
@pytest.mark.parametrize(
    ("volume", "at_50", "at_40"),
    [
        (42_641, True, True),
        (42_642, True, False),
        (45_444, True, False),
        (48_000, True, False),
        (51_169, True, False),
        (51_170, False, False),
    ],
)
def test_for_which_volumes_bmw_turns_on_that_figure(at_40_percent, volume, at_50, at_40):
    """From 42,642 through 51,169, and for no other volume."""
    assert (bmw(ACC1, volume) == "compliant") is at_50
    assert (bmw(at_40_percent, volume) == "compliant") is at_40


# ------------------------------------------------------------------------- credits of a vehicle (D1-D11)

VEHICLES = """
what                         |vehicle                    |UDDS|EAER|AER|US06|total|APU|certified|kind|each
D1 ZEV                       |ZEV                        |200 |    |   |    |     |   |         |ZEV |2.5
D2 below 50 miles            |ZEV                        |49.9|    |   |    |     |   |         |ZEV |0
D2 50 miles                  |ZEV                        |50  |    |   |    |     |   |         |ZEV |1
D3 350 miles                 |ZEV                        |350 |    |   |    |     |   |         |ZEV |4
D3 above 350 miles           |ZEV                        |480 |    |   |    |     |   |         |ZEV |4
D3 fuel-cell vehicle         |fuel-cell vehicle          |400 |    |   |    |     |   |         |ZEV |4
D4 TZEV                      |TZEV                       |    |33  |33 |0   |     |   |yes      |TZEV|0.63
D5 below 10 miles            |TZEV                       |    |12  |9.9|0   |     |   |yes      |TZEV|0
D5 10 miles                  |TZEV                       |    |10  |10 |0   |     |   |yes      |TZEV|0.4
D5 AER is tested, EAER counts|TZEV                       |    |9   |10 |0   |     |   |yes      |TZEV|0.39
D6 80 miles                  |TZEV                       |    |80  |80 |0   |     |   |yes      |TZEV|1.1
D6 above 80 miles            |TZEV                       |    |120 |120|9.9 |     |   |yes      |TZEV|1.1
D7 10 miles of US06          |TZEV                       |    |120 |120|10  |     |   |yes      |TZEV|1.3
D7 a small one               |TZEV                       |    |20  |20 |12  |     |   |yes      |TZEV|0.7
D8 hydrogen combustion       |hydrogen combustion vehicle|    |0   |0  |    |250  |   |         |TZEV|0.75
D8 below 250 miles           |hydrogen combustion vehicle|    |0   |0  |    |249  |   |         |TZEV|0
D8 with electric range       |hydrogen combustion vehicle|    |15  |15 |    |300  |   |         |TZEV|1.2
D8 and no more than 1.25     |hydrogen combustion vehicle|    |60  |60 |    |300  |   |         |TZEV|1.25
D9 not certified             |TZEV                       |    |33  |33 |0   |     |   |no       |TZEV|0
D10 BEVx                     |BEVx                       |97  |    |   |    |     |90 |yes      |BEVx|1.47
D10 below 75 miles           |BEVx                       |74  |    |   |    |     |60 |yes      |BEVx|0
D10 75 miles                 |BEVx                       |75  |    |   |    |     |75 |yes      |BEVx|1.25
D10 APU range is longer      |BEVx                       |97  |    |   |    |     |98 |yes      |BEVx|0
D10 not certified            |BEVx                       |97  |    |   |    |     |90 |no       |BEVx|0
D11 NEV                      |NEV                        |    |    |   |    |     |   |yes      |NEV |0.15
D11 not certified            |NEV                        |    |    |   |    |     |   |no       |NEV |0
"""


def test_credits_of_a_vehicle(tmp_path):
    """Each row is 100 vehicles of one kind, computed as the trace shows it; no rounding for each vehicle (E1)."""
    table = rows(VEHICLES)
    deliveries = []
    for what, vehicle, udds, eaer, aer, us06, total, apu, certified, kind, _ in table:
        said = [certified if kind == of else "" for of in ("TZEV", "BEVx", "NEV")]
        deliveries.append((what, "California", 2021, vehicle, 100, udds, eaer, aer, us06, total, apu, *said))
    facts = [fact("average volume", "1000", unit="vehicles"), fact("small volume manufacturer", "yes")]
    ledger = books(tmp_path, facts=facts, deliveries=deliveries, accounts=[row[0] for row in table])

    found = {row[0]: earned(ledger, row[0]) for row in table}
    assert found == {row[0]: {row[-2]: Fraction(row[-1]) * 100} for row in table}


def earned(ledger, account):
    return {pair.kind: pair.computed.value for pair in determine(ACC1, ledger, account, 2021).issued}


def test_a_fuel_cell_vehicle_placed_elsewhere_counts_in_proportion(tmp_path):
    """D14: 100 of them in a state with a quarter of the volume; at most 4 credits, and then the ratio."""
    facts = [fact("average volume", "1000", unit="vehicles"), fact("small volume manufacturer", "yes")]
    facts.append(fact("volume", "40,000", year=2021, place="California", unit="vehicles"))
    facts.append(fact("volume", "10,000", year=2021, place="Oregon", unit="vehicles"))
    deliveries = [("Maker", "Oregon", 2021, vehicle, 100, 400, *[""] * 8) for vehicle in ("fuel-cell vehicle", "ZEV")]

    assert earned(books(tmp_path, facts=facts, deliveries=deliveries), "Maker") == {"ZEV": 100 * 4 * 4}


# ------------------------------------------------------------------------------- size classes (A7-A10)

# What was delivered in 2015 and each year after, in thousands; revenue in fiscal years 2018, 2019 and 2020, in
# billions; the class of 2018 where the ledger states it; and the class of 2018 and each year after: S, I or L.
SIZES = """
what                                  |volumes from 2015 on                     |revenue    |2018|classes from 2018 on
A3 exactly 4,500 is small             |4.5 4.5 4.5 4.5 4.5 4.5 4.5 4.5 4.5 4.5  |50 50 50   |    |S S S S S S S S
A3 a little more is intermediate      |4.501 4.5 4.5 4.5 4.5 4.5 4.5 4.5 4.5 4.5|50 50 50   |    |I I I I S S S S
A3 exactly 20,000 is intermediate     |20 20 20 20 20 20 20 20 20 20            |50 50 50   |    |I I I I I I I I
A4 more is large                      |21 21 21 21 21 21 21 21 21 21            |50 50 50   |    |L L L L L L L L
A7 as the text has it: large from 2024|17 21 21 21 21 21 21 21 21 21            |50 50 50   |    |I I I I I I L L
A7 the first that counts is 2015-2017 |21 21 21 21 21 21 21 21 21 21            |50 50 50   |I   |I I I I I L L L
A7 one average of 20,000 begins anew  |21 21 21 21 18 21 21 21 21 21            |50 50 50   |I   |I I I I I I I I
A8 revenue of 2018 at most 40 billion |21 21 21 21 21 21 21 21 21 21            |40 50 50   |I   |I I I I I I L L
A8 revenue of all three               |21 21 21 21 21 21 21 21 21 21            |30 30 30   |I   |I I I I I I I I
A8 revenue just above                 |21 21 21 21 21 21 21 21 21 21            |40.01 50 50|I   |I I I I I L L L
A9 three averages above 4,500         |4 4 4 6 6 6 6 6 6 6                      |50 50 50   |    |S S S S I I I I
A9 not after two                      |4 4 4 6 4 3 3 3 3 3                      |50 50 50   |    |S S S S S S S S
A9 and back after three below         |4 4 4 6 6 4 1 1 1 1                      |50 50 50   |    |S S S S I I I S
A10 large to intermediate after three |30 30 30 3 20 30 9 9 9 9                 |50 50 50   |    |L L L L L I I I
A10 intermediate to small after three |9 9 9 1 1 1 1 1 1 1                      |50 50 50   |    |I I I I I S S S
"""
CLASSES = {
    "S": "small volume manufacturer",
    "I": "intermediate volume manufacturer",
    "L": "large volume manufacturer",
}


@pytest.mark.parametrize("row", rows(SIZES), ids=lambda row: row[0])
def test_size_classes(tmp_path, row):
    """Whose class it is in each model year, from averages of the three years before it."""
    _, volumes, revenue, stated, expected = row
    facts = [
        fact("size volume", f"{Fraction(v) * 1000}", year=2015 + n, place="California", unit="vehicles")
        for n, v in enumerate(volumes.split())
    ]
    facts += [
        fact("average global revenue", f"{Fraction(v) * 10**9}", year=2018 + n, unit="dollars")
        for n, v in enumerate(revenue.split())
    ]
    facts.append(fact("average volume", "0", unit="vehicles"))
    facts += [fact(CLASSES[stated], "yes", year=2018)] if stated else []

    made = determine(ACC1, books(tmp_path, facts=facts), "Maker", 2018, 2025)
    assert [year.size.words for year in made.years] == [CLASSES[letter] for letter in expected.split()]


# ----------------------------------------------------------------------------------------- every trace

RULESETS = {
    "california-bank": (ACC1, 2021),
    "colorado-example": (COLORADO, 2023),
    "adopting-states": (load("virginia/zev"), 2025),
    "truck-example": (load("california/act"), 2025),
    "ecology-2022": (load("washington/option-5b"), 2025),
}


def test_every_shipped_ledger_is_looked_at():
    assert set(shipped_ledgers()) == set(RULESETS)


@pytest.mark.parametrize("name", RULESETS)
def test_every_number_ends_at_an_entry_or_a_statement(name):
    """Walk every trace of every account down: each leaf has a row of the ledger, or words of law with a citation."""
    ruleset, first = RULESETS[name]
    ledger = read_ledger(name)
    for account in ledger.accounts:
        made = determine(ruleset, ledger, account.name, first, 2025)
        for step in {id(s): s for top in made.steps() for s in top.walk()}.values():
            if not step.inputs:
                assert step.rows or step.terms is not None, f"{account.name}: {step.what}, {step.how}"
            assert step.terms is None or str(step.terms.authority.citation)


# -------------------------------------------------------------------------------- a fact that is missing

FURTHER = [("large volume manufacturer", "yes"), ("California obligations of model year 2022", "yes")]


def sample(account):
    """A ruleset, a ledger whose verdict is settled, an account of it and the first model year."""
    if account != "Example Motors":
        return ACC1, BANK, account, 2021
    return COLORADO, read_ledger("colorado-example"), account, 2023


def verdict_of(ruleset, ledger, account, first):
    further = FURTHER if account == "Example Motors" else []
    return determine(ruleset, ledger, account, first, 2025, settings=further)


@pytest.mark.parametrize("account", ["BMW", "Toyota", "Example Motors"])
def test_without_a_fact_a_verdict_stands_only_if_every_value_gives_it(account):
    """Take away each fact that a trace reads: the verdict is open, naming it, or is the same for any value."""
    ruleset, ledger, account, first = sample(account)
    whole = verdict_of(ruleset, ledger, account, first)
    read = {row.number for top in whole.steps() for step in top.walk() for row in step.rows if row.sheet == "facts.csv"}
    assert read and whole.verdict != "undetermined"
    for place, gone in enumerate(ledger.facts):
        if gone.at.number not in read:
            continue
        rest = (*ledger.facts[:place], *ledger.facts[place + 1 :])
        for facts in (rest, (*rest, attrs.evolve(gone, name=f"{gone.name}s"))):
            made = verdict_of(ruleset, attrs.evolve(ledger, facts=facts), account, first)
            if made.verdict == "undetermined":
                named = {missing.name for one in made.settling for missing in one.missing}
                assert any(name.startswith(gone.name) for name in named), gone
            else:
                for value in values(gone):
                    tried = attrs.evolve(ledger, facts=(*rest, attrs.evolve(gone, value=value)))
                    assert verdict_of(ruleset, tried, account, first).verdict == made.verdict, (gone, value)


def test_an_account_of_which_no_fact_is_known():
    """Zipcar holds credits, and its volumes are not in the ledger: what would settle it is named."""
    made = determine(ACC1, BANK, "Zipcar", 2021, 2025)

    assert made.verdict == "undetermined"
    assert {"size volume"} <= {missing.name for one in made.settling for missing in one.missing}


def values(gone):
    """Values that a fact may have: none, little, what it is, twice that and very much; or yes and no."""
    if isinstance(gone.value, bool):
        return True, False
    return Fraction(0), Fraction(1), gone.value, gone.value * 2, Fraction(10**12)
