"""Build the ledgers that are shipped, from the published figures in `rulesets/ledgers/sources`.

Run it after a change here: ``python tests/ledger/build_examples.py``. A test keeps the shipped files
equal to what this writes, so they are never edited by hand. It imports nothing of the package.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

LEDGERS = Path(__file__).parents[2] / "rulesets" / "ledgers"
SOURCES = LEDGERS / "sources"

Row = dict[str, str]
Sheets = dict[str, list[Row]]

COLUMNS = {
    "ledger": ("name", "value"),
    "accounts": ("account", "aliases", "owner", "owner share", "note"),
    "entries": (
        *("date", "account", "jurisdiction", "entry", "kind", "amount", "unit", "vintage", "origin"),
        *("counterparty", "model year", "toward", "reference", "note"),
    ),
    "facts": (
        *("account", "fact", "jurisdiction", "model year", "kind", "value", "unit", "date", "recorded"),
        *("reference", "note"),
    ),
    "ecology-2022": ("table", "quantity", "account", "kind", "model year", "printed"),
    "deliveries": (
        *("account", "jurisdiction", "model year", "vehicle", "model", "count", "delivered"),
        *("UDDS range", "EAER", "all-electric range", "US06 range", "ultimate sale", "zero-emission"),
        *("near-zero-emission", "Omnibus engine", "reference", "note"),
    ),
}

# ------------------------------------------------------------------------------------ california-bank

BANK, FLEET, MODELS = "ca_bank_my2020_derived.csv", "fleet-by-manufacturer.csv", "plugin-models.csv"
CALIFORNIA, UNIT = "California", "ACC I credits"

#: The names that the two publications, and people, use for one manufacturer.
ALIASES = {
    "Fiat Chrysler (Stellantis)": ("Stellantis", "FCA", "Fiat Chrysler"),
    "GM": ("General Motors",),
    "Jaguar Land Rover": ("JLR",),
    "Mercedes Benz": ("Mercedes-Benz", "Mercedes"),
    "Volkswagen": ("VW",),
}

#: The kinds of credit, by the columns of the published bank.
KINDS = {"zev": "ZEV", "bevx": "BEVx", "tzev": "TZEV", "nev_plus": "NEV", "discount_at_pzev_pzev": "discount"}

#: The share of every national figure that the source of the fleet counts in its California region.
CALIFORNIA_SHARE = Fraction("0.126")

#: Label range over this is about the range on the UDDS test.
LABEL_OVER_UDDS = Fraction("0.7")

VOLUME_YEARS, SIZE_YEARS = range(2017, 2024), range(2012, 2025)
SIZES = ((4_500, "small volume manufacturer"), (20_000, "intermediate volume manufacturer"))
LARGEST = "large volume manufacturer"

#: Facts to add by hand, such as that a provision was not used: columns of the sheet `facts`.
MORE_FACTS: tuple[Row, ...] = ()


def half_up(value: Fraction) -> int:
    """*value*, above 0, to the nearest whole number, halves up."""
    return (value + Fraction(1, 2)).__floor__()


def source(name: str) -> list[Row]:
    """The rows of one published table."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def california_bank() -> Sheets:
    """The credits that each manufacturer held in California after model year 2020, and assumed volumes."""
    banked = source(BANK)
    fleet = {row["manufacturer"]: int(row["total"]) for row in source(FLEET)}
    names = {row["manufacturer"]: published(row["manufacturer"], fleet) for row in banked}
    return {
        "ledger": [
            {"name": "title", "value": "California's bank of ZEV credits after model year 2020"},
            {"name": "complete through", "value": "2027-12-31"},
            {
                "name": "note",
                "value": "The balances are derived from a published table; the volumes, sizes, deliveries, ranges and "
                "the day through which the ledger is complete are assumptions, each marked so. No account here is any "
                "manufacturer's compliance record.",
            },
        ],
        "accounts": accounts(banked),
        "entries": [entry for row in banked for entry in openings(row)],
        "facts": [fact for name, other in names.items() if other is not None for fact in assumed(name, fleet[other])]
        + list(MORE_FACTS),
        "deliveries": list(delivered({other: name for name, other in names.items() if other is not None})),
    }


def accounts(banked: Iterable[Row]) -> list[Row]:
    """The manufacturers of the published bank."""
    names = [row["manufacturer"] for row in banked]
    return [{"account": name, "aliases": "; ".join(ALIASES.get(name, ()))} for name in names]


def published(name: str, fleet: Iterable[str]) -> str | None:
    """What the fleet calls the manufacturer *name*, if it is in it."""
    known = set(fleet)
    return next((other for other in (name, *ALIASES.get(name, ())) if other in known), None)


def openings(row: Row) -> Iterable[Row]:
    """The balances of one manufacturer that are not zero."""
    for column, kind in KINDS.items():
        if Fraction(row[column]):
            yield {
                **{"date": "2021-08-31", "account": row["manufacturer"], "jurisdiction": CALIFORNIA},
                **{"entry": "opening", "kind": kind, "amount": row[column], "unit": UNIT},
                "reference": f"{BANK} (Table 6 / 0.151)",
            }


def assumed(name: str, national: int) -> Iterable[Row]:
    """The assumed volumes of one manufacturer, the same every year, and the size they make it."""
    volume = half_up(national * CALIFORNIA_SHARE)
    because = {
        "reference": FLEET,
        "note": f"assumption: 12.6% of the national MY 2022 figure {national:,}, the same every year; "
        "California volumes are not published here",
    }
    for fact, years in (("volume", VOLUME_YEARS), ("size volume", SIZE_YEARS)):
        for year in years:
            yield {
                **{"account": name, "fact": fact, "jurisdiction": CALIFORNIA, "model year": str(year)},
                **{"value": str(volume), "unit": "vehicles", **because},
            }
    size = next((size for most, size in SIZES if volume <= most), LARGEST)
    yield {
        **{"account": name, "fact": size, "model year": "2018", "value": "yes"},
        **{"reference": FLEET, "note": "assumption: by the assumed volume"},
    }


def delivered(names: dict[str, str]) -> Iterable[Row]:
    """The plug-in models of model year 2022, in assumed numbers for California."""
    for row in source(MODELS):
        count = half_up(int(row["us_sales"]) * CALIFORNIA_SHARE)
        if row["manufacturer"] not in names or not count:
            continue
        plug_in = row["powertrain"] == "PHEV"
        label = row["onroad_range_mi"]
        test = str(half_up(Fraction(label) / LABEL_OVER_UDDS)) if label else ""
        ranges = {"EAER": test, "all-electric range": test} if plug_in else {"UDDS range": test}
        note = f"assumption: 12.6% of {int(row['us_sales']):,} sold nationally"
        if label:
            note += f"; test range is the label range of {label} miles / 0.7"
        yield {
            **{"account": names[row["manufacturer"]], "jurisdiction": CALIFORNIA, "model year": "2022"},
            **{"vehicle": "TZEV" if plug_in else "ZEV", "model": row["vehicle_name"], "count": str(count)},
            **ranges,
            **{"reference": MODELS, "note": note},
        }


# ---------------------------------------------------------------------------------- colorado-example

COLORADO, EXAMPLE = "Colorado", "Example Motors"
ILLUSTRATION = "illustration: no such firm, and no such figures"
EXAMPLE_BALANCE = {"ZEV": 60_000, "BEVx": 10_000, "TZEV": 40_000, "NEV": 2_000, "discount": 3_000}
EXAMPLE_VOLUMES = {COLORADO: 100_000, CALIFORNIA: 1_000_000}


def colorado_example() -> Sheets:
    """One invented firm that brings a tenth of its California balance to Colorado."""
    marked = {"note": ILLUSTRATION}
    each_year = [
        {
            **{"account": EXAMPLE, "fact": "volume", "jurisdiction": place, "model year": str(year)},
            **{"value": str(volume), "unit": "vehicles", **marked},
        }
        for place, volume in EXAMPLE_VOLUMES.items()
        for year in range(2019, 2025)
    ]
    balances = [
        {
            **{"account": EXAMPLE, "fact": "California balance", "kind": kind, "value": str(amount)},
            **{"unit": "credits", **marked},
        }
        for kind, amount in EXAMPLE_BALANCE.items()
    ]
    sizes = [
        {
            **{"account": EXAMPLE, "fact": "size volume", "jurisdiction": place, "model year": str(year)},
            **{"value": str(EXAMPLE_VOLUMES[place]), "unit": "vehicles", **marked},
        }
        for place in (CALIFORNIA, COLORADO)
        for year in range(2015, 2025)
    ]
    size = {"account": EXAMPLE, "fact": LARGEST, "model year": "2018", "value": "yes", **marked}
    met = {"account": EXAMPLE, "fact": "California obligations", "model year": "2022", "value": "yes", **marked}
    brought = [
        {
            **{"date": "2023-01-01", "account": EXAMPLE, "jurisdiction": COLORADO, "entry": "deposit"},
            **{"kind": kind, "amount": str(amount // 10), "unit": UNIT, "origin": "proportional"},
            "note": f"{ILLUSTRATION}; {amount:,} × 100,000 / 1,000,000",
        }
        for kind, amount in EXAMPLE_BALANCE.items()
    ]
    earned = [
        {
            **{"date": f"{year + 1}-08-31", "account": EXAMPLE, "jurisdiction": COLORADO, "entry": "issue"},
            **{"kind": kind, "amount": str(amount), "unit": UNIT, "vintage": str(year), "origin": "earned", **marked},
        }
        for year in (2023, 2024, 2025)
        for kind, amount in (("ZEV", 12_000), ("TZEV", 3_000))
    ]
    return {
        "ledger": [
            {"name": "title", "value": "Colorado: an illustration with invented figures"},
            {"name": "complete through", "value": "2027-12-31"},
            {"name": "note", "value": "An illustration: Example Motors is not a firm, and its figures are made up."},
        ],
        "accounts": [{"account": EXAMPLE, **marked}],
        "entries": brought + earned,
        "facts": [*each_year, *sizes, size, met, *balances],
        "deliveries": [],
    }


# ------------------------------------------------------------------------------------ adopting-states

#: The states with one model year of this standard, and what Example Motors is assumed to have sold in each.
ADOPTERS = {"Washington": 40_000, "Minnesota": 30_000, "Nevada": 20_000, "Virginia": 50_000}
BANKED = {"ZEV": 60_000, "TZEV": 40_000}

#: For each state what came into its account: kind and amount, from where, of which model year.
CAME = (
    ("Washington", "deposit", "ZEV", 3_000, "early action", 2023),
    ("Minnesota", "deposit", "ZEV", 1_500, "early action", 2024),
    ("Minnesota", "deposit", "ZEV", 6_600, "allotment", 2025),
    ("Nevada", "deposit", "ZEV", 900, "early action", 2022),
    ("Nevada", "deposit", "ZEV", 1_200, "proportional", 2025),
    ("Virginia", "deposit", "ZEV", 3_000, "proportional", 2025),
    ("Virginia", "deposit", "TZEV", 2_000, "proportional", 2025),
    ("Washington", "issue", "ZEV", 6_500, "earned", 2025),
    ("Minnesota", "issue", "ZEV", 1_000, "earned", 2025),
    ("Nevada", "issue", "ZEV", 3_500, "earned", 2025),
    ("Virginia", "issue", "ZEV", 9_300, "earned", 2025),
)


def adopting_states() -> Sheets:
    """One invented firm in four states, each of which lets in other credits before its one model year."""
    volumes = {**ADOPTERS, CALIFORNIA: 1_000_000}
    facts = [
        _said("volume", str(volume), place=place, year=year, unit="vehicles")
        for place, volume in volumes.items()
        for year in range(2021, 2025)
    ]
    facts += [
        _said("size volume", str(volume), place=place, year=year, unit="vehicles")
        for place, volume in volumes.items()
        for year in range(2015, 2025)
    ]
    facts += [_said("California balance", str(amount), kind=kind, unit="credits") for kind, amount in BANKED.items()]
    facts += [_said("California balance", "0", kind=kind, unit="credits") for kind in ("BEVx", "NEV", "discount")]
    facts += [
        _said(LARGEST, "yes", year=2018),
        _said("California obligations", "yes", year=2024),
        _said("earlier obligations", "yes", year=2024),
        _said("notice of early action credits", "given", day="2024-01-15"),
        _said("notice of account", "given", day="2023-02-20"),
        *(_said("notice of early credit report", "given", year=y, day=f"{y + 1}-04-28") for y in (2022, 2023, 2024)),
        *(_said("notice of delivery report", "given", year=y, day=f"{y + 1}-01-31") for y in (2022, 2023, 2024)),
    ]
    return {
        "ledger": [
            {"name": "title", "value": "Washington, Minnesota, Nevada and Virginia: an illustration, figures invented"},
            {"name": "complete through", "value": "2027-12-31"},
            {"name": "note", "value": "An illustration: Example Motors is not a firm, and its figures are made up."},
        ],
        "accounts": [{"account": EXAMPLE, "note": ILLUSTRATION}],
        "entries": [row for place, *came in CAME for row in _came(place, came)],
        "facts": facts,
        "deliveries": [
            {
                **{"account": EXAMPLE, "jurisdiction": place, "model year": str(year), "vehicle": "ZEV"},
                **{"model": "Example Electric", "count": str(count), "delivered": f"{year}-03-01"},
                **{"UDDS range": "250", "note": ILLUSTRATION},
            }
            for place, year, count in (
                *(("Washington", 2023, 1_000), ("Washington", 2024, 1_500), ("Minnesota", 2024, 500)),
                *(("Nevada", 2022, 300), ("Nevada", 2024, 200), ("Virginia", 2024, 800)),
            )
        ],
    }  # fmt: skip


def _said(fact: str, value: str, **more: object) -> Row:
    """A fact of the invented firm, with *more* columns as they are needed."""
    columns = {"place": "jurisdiction", "year": "model year", "day": "date"}
    row = {columns.get(name, name): str(said) for name, said in more.items()}
    return {"account": EXAMPLE, "fact": fact, "value": value, **row, "note": ILLUSTRATION}


def _came(place: str, came: list[str | int]) -> Iterable[Row]:
    """An entry of the invented firm: what, kind, amount, origin, model year."""
    what, kind, amount, origin, year = map(str, came)
    issued = what == "issue"
    yield {
        **{"date": "2026-05-01" if issued else "2025-06-01", "account": EXAMPLE, "jurisdiction": place},
        **{"entry": what, "kind": kind, "amount": amount, "unit": UNIT, "origin": origin},
        **{"vintage" if issued else "model year": year, "note": ILLUSTRATION},
    }


# -------------------------------------------------------------------------------------- truck-example

TRUCKS = "Example Trucks"


def truck_example() -> Sheets:
    """A maker of trucks whose deficit of model year 2025 is late under the first text and open under the second."""
    shared = {"note": "illustration: no such firm, and no such figures"}
    electric = {"ultimate sale": "yes", "zero-emission": "no", "near-zero-emission": "no", "Omnibus engine": "no"}
    issues = (
        ("2025-11-30", "Class 2b-3 ZEV", 170, 2025),
        ("2026-11-30", "Class 2b-3 ZEV", 18, 2026),
        ("2026-11-30", "Class 2b-3 NZEV", 80, 2026),
    )
    return {
        "ledger": [
            {"name": "title", "value": "Trucks: an illustration with invented figures"},
            {"name": "complete through", "value": "2027-12-31"},
            {"name": "note", "value": "An illustration: Example Trucks is not a firm, and its figures are made up."},
        ],
        "accounts": [{"account": TRUCKS, **shared}],
        "entries": [
            {
                **{"date": day, "account": TRUCKS, "jurisdiction": CALIFORNIA, "entry": "issue", "kind": kind},
                **{"amount": str(amount), "unit": "ACT credits", "vintage": str(year), **shared},
            }
            for day, kind, amount, year in issues
        ],
        "facts": [
            {
                **{"account": TRUCKS, "fact": "truck volume", "jurisdiction": CALIFORNIA, "model year": str(year)},
                **{"value": str(volume), "unit": "vehicles", **shared},
            }
            for year, volume in ((2022, 3_900), (2023, 3_800), (2024, 3_700), (2025, 3_571))
        ],
        "deliveries": [
            {
                **{"account": TRUCKS, "jurisdiction": CALIFORNIA, "model year": str(year)},
                **{"vehicle": "Class 2b vehicle", "model": "Example Van", "count": str(count), **electric, **shared},
            }
            for year, count in ((2025, 3_571), (2026, 1_000))
        ],
    }  # fmt: skip


# --------------------------------------------------------------------------------------- ecology-2022

PAPER = "Ecology 2022"
PROJECTED, INPUTS = "table5_projection.csv", "ecology_conversion_inputs.csv"


def ecology_2022() -> Sheets:
    """What the options paper starts from: balances, sales, shares; nothing that it works out."""
    inputs = {row["name"]: row["value"] for row in source(INPUTS)}
    facts = [
        _printed("all new vehicle sales", inputs[f"{key}_new_vehicle_sales"], "fn. 5", place=place, unit="vehicles")
        for key, place in (("wa", "Washington"), ("ca", CALIFORNIA))
    ]
    for row in source(PROJECTED):
        if row["all_new_ldv_sales"]:
            year = row["model_year"]
            facts.append(_printed("new vehicle sales", row["all_new_ldv_sales"], "Table 5", year=year, unit="vehicles"))
            facts.append(_printed("electric share", f"{row['ev_pct']}%", "Table 5", year=year))
    for year in ("2023", "2024"):
        sales = inputs[f"early_action_ev_sales_my{year}"]
        facts.append(_printed("expected electric vehicle sales", sales, "Option 4", year=year, unit="vehicles"))
    balances = [
        {
            **{"account": row["manufacturer"], "fact": "California balance", "kind": kind, "value": row[column]},
            **{"unit": "credits", "reference": f"{BANK} (Table 6 / 0.151)"},
        }
        for row in source(BANK)
        for column, kind in KINDS.items()
    ]
    return {
        "ledger": [
            {"name": "title", "value": "Inputs of Washington's options paper, April 2022"},
            {"name": "note", "value": "Printed inputs of a paper; the balances are derived from its Table 6."},
        ],
        "accounts": accounts(source(BANK)),
        "entries": [],
        "facts": [*facts, *balances],
        "deliveries": [],
    }  # fmt: skip


def _printed(fact: str, value: str, where: str, *, place: str = "", year: str = "", unit: str = "") -> Row:
    """A figure of the paper, of all manufacturers together."""
    return {
        **{"account": "", "fact": fact, "jurisdiction": place, "model year": year, "value": value, "unit": unit},
        **{"reference": f"{PAPER}, {where}"},
    }


#: The kinds of credit, by the columns of Table 6.
CELLS = {"ZEV": "zev", "BEVx": "bevx", "TZEV": "tzev", "NEV": "nev", "discount": "discount"}


def printed_tables() -> Iterable[Row]:
    """The tables of the paper as it prints them, to hold what is worked out against."""
    for row in source("table6_option1.csv"):
        for kind, column in CELLS.items():
            yield _cell("Table 6", "proportional amount", row[column], account=row["manufacturer"], kind=kind)
        yield _cell("Table 6", "manufacturer total", row["total"], account=row["manufacturer"])
    for row in source("table6_option1_totals.csv"):
        whole = row["row"] == "printed_totals"
        for kind, column in {
            "ZEV": "zev",
            "BEVx": "bevx",
            "TZEV": "tzev",
            "NEV": "nev",
            "discount": "discount",
        }.items():
            yield _cell("Table 6", "column total" if whole else "converted total", row[column], kind=kind)
        yield _cell("Table 6", "grand total" if whole else "converted grand total", row["total"])
    names = {
        **{"electric sales": "ev_sales", "yearly credits": "credits_earned", "yearly requirement": "credits_needed"},
        **{"yearly balance": "yearly_over_under", "running total": "running_total"},
    }
    for row in source(PROJECTED):
        if row["all_new_ldv_sales"]:
            for quantity, column in names.items():
                yield _cell("Table 5", quantity, row[column], year=row["model_year"])
        else:
            yield _cell("Table 5", "converted balance", row["running_total"])


def _cell(table: str, quantity: str, printed: str, *, account: str = "", kind: str = "", year: str = "") -> Row:
    return {
        **{"table": f"{PAPER}, {table}", "quantity": quantity, "account": account, "kind": kind},
        **{"model year": year, "printed": printed},
    }


# ------------------------------------------------------------------------------------------- writing


def write(folder: Path, sheets: Sheets) -> None:
    """Write *sheets* as a folder of CSV files, in place of any that were there; an empty sheet is left out."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, rows in sheets.items():
        if rows:
            asked = "US06 range" if name == "deliveries" else ""  # nothing is published, and the law asks for it
            columns = [column for column in COLUMNS[name] if column == asked or any(column in row for row in rows)]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def build(ledgers: Path) -> None:
    """Write every shipped ledger under the folder *ledgers*."""
    write(ledgers / "california-bank", california_bank())
    write(ledgers / "colorado-example", colorado_example())
    write(ledgers / "adopting-states", adopting_states())
    write(ledgers / "truck-example", truck_example())
    write(ledgers / "ecology-2022", ecology_2022())
    write(ledgers.parent / "printed", {"ecology-2022": list(printed_tables())})


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else LEDGERS)
