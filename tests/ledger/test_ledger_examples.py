"""The shipped ledgers are what their builder makes of the published figures, and read without fault."""

from __future__ import annotations

import runpy
from fractions import Fraction
from pathlib import Path

import pytest

from zevrules.ledger.balances import lots
from zevrules.ledger.queries import deliveries, fact, find_account
from zevrules.ledger.reader import read_ledger

SHIPPED = Path(__file__).parents[2] / "rulesets" / "ledgers"
BUILDER = Path(__file__).with_name("build_examples.py")


def test_the_shipped_ledgers_are_the_built_ones(tmp_path: Path) -> None:
    """Nobody edited them by hand, and nobody forgot to build them."""
    runpy.run_path(str(BUILDER))["build"](tmp_path / "ledgers")
    built = {path.relative_to(tmp_path): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.csv")}
    root = SHIPPED.parent
    shipped = {path.relative_to(root): path.read_text(encoding="utf-8") for path in root.rglob("*.csv")}
    assert built == {path: text for path, text in shipped.items() if "sources" not in path.parts}


@pytest.mark.parametrize(
    "name", ["california-bank", "colorado-example", "adopting-states", "truck-example", "ecology-2022"]
)
def test_a_shipped_ledger_reads(name: str) -> None:
    """It is a sound ledger under the name of its folder."""
    assert read_ledger(SHIPPED / name).name == name


def test_the_bank() -> None:
    """The totals of each kind are those of the published table."""
    bank = read_ledger(SHIPPED / "california-bank")
    held: dict[str, Fraction] = {}
    for account in bank.accounts:
        for lot in lots(bank, account.name, "California", "ACC I credits"):
            held[lot.kind] = held.get(lot.kind, Fraction(0)) + lot.amount
    assert len(bank.accounts) == 21
    assert held["BEVx"] == Fraction("32460.60")
    assert held["NEV"] == Fraction("14768.55")


FACTS = [
    # account, fact, model year, value
    ("BMW", "volume", 2021, 45444),
    ("BMW", "size volume", 2012, 45444),
    ("Stellantis", "volume", 2017, 166683),
    ("Volvo", "volume", 2023, 13771),
    ("Tesla", "size volume", 2024, 54554),
    ("Zipcar", "volume", 2021, None),
]


@pytest.mark.parametrize(("account", "name", "year", "value"), FACTS)
def test_assumed_volumes(account: str, name: str, year: int, value: int | None) -> None:
    """12.6% of the national figure, in whole vehicles."""
    bank = read_ledger(SHIPPED / "california-bank")
    found = fact(bank, find_account(bank, account).name, name, jurisdiction="California", model_year=year)
    assert (found.value if found else None) == value


SIZES = [("BMW", "large"), ("Volvo", "intermediate"), ("JLR", "intermediate"), ("Mazda", "large"), ("Zipcar", None)]


@pytest.mark.parametrize(("account", "size"), SIZES)
def test_assumed_sizes(account: str, size: str | None) -> None:
    """Each manufacturer that has a volume has one size."""
    bank = read_ledger(SHIPPED / "california-bank")
    name = find_account(bank, account).name
    words = ("small", "intermediate", "large")
    assert [w for w in words if fact(bank, name, f"{w} volume manufacturer", model_year=2018)] == [size] * bool(size)


def test_assumed_deliveries() -> None:
    """Whole vehicles, with the range on the test and none where none is published."""
    bank = read_ledger(SHIPPED / "california-bank")
    cooper = next(d for d in deliveries(bank, "BMW") if d.model == "COOPER SE HARDTOP 2 DOOR")
    assert (cooper.vehicle, cooper.count, dict(cooper.facts)) == ("ZEV", 375, {"UDDS range": 163})
    mirai = next(d for d in deliveries(bank, "Toyota") if d.model == "MIRAI XLE")
    assert (mirai.count, mirai.facts) == (317, ())
    x5 = next(d for d in deliveries(bank, "BMW") if d.model == "X5 XDRIVE45E")
    assert (x5.vehicle, dict(x5.facts)) == ("TZEV", {"EAER": 44, "all-electric range": 44})
