"""A prescribed order of use: thirteen steps, ten model years, 200 lots of the shipped truck rule.

Run as ``python benchmarks/order.py [RUNS]``; see docs/benchmarks.md. It prints how long ``zevrules determine`` takes as
a whole process, and how that grows with lots and model years. The law is shipped; the ledger is invented here.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("Class 2b-3 NZEV", "Class 2b-3 ZEV", "Class 4-8 NZEV", "Class 4-8 ZEV", "tractor NZEV", "tractor ZEV")
VEHICLES = (("Class 3 vehicle", 900), ("Class 5 vehicle", 700), ("Class 8 vehicle", 300), ("Class 8 tractor", 450))
ACCOUNT, FIRST = "Example Motors", 2024


def deliveries(years: int) -> Iterator[tuple[object, ...]]:
    """Vehicles of each group in each model year."""
    for year in range(FIRST, FIRST + years):
        for vehicle, count in VEHICLES:
            yield ACCOUNT, "California", year, vehicle, count + 13 * (year - FIRST), "yes"


def entries(years: int, lots: int) -> Iterator[tuple[object, ...]]:
    """So many lots over kinds and model years, somewhat less than is owed in all."""
    for number in range(lots):
        year = FIRST + number // len(KINDS) % years
        amount = Fraction(years * 780 * (60 + number % 70), lots * 100)
        day = f"{year + 1}-0{number % 3 + 1}-{number % 27 + 1:02}"
        yield day, ACCOUNT, "California", "issue", KINDS[number % 6], f"{float(amount):.1f}", year, f"letter {number}"


def write(folder: Path, years: int, lots: int) -> list[str]:
    """Write the ledger; the command that asks for the determination."""
    books = folder / "books"
    books.mkdir()
    _table(books / "ledger.csv", "name,value", [("complete through", "2050-12-31")])
    _table(books / "accounts.csv", "account", [(ACCOUNT,)])
    _table(books / "facts.csv", "account,fact,value,unit", [(ACCOUNT, "average truck volume", 6500, "vehicles")])
    header = "account,jurisdiction,model year,vehicle,count,ultimate sale"
    _table(books / "deliveries.csv", header, deliveries(years))
    header = "date,account,jurisdiction,entry,kind,amount,vintage,reference,unit"
    _table(books / "entries.csv", header, ((*row, "ACT credits") for row in entries(years, lots)))
    span = f"{FIRST}..{FIRST + years - 1}"
    determine = ["determine", "california/act", "--ledger", "books", "--account", ACCOUNT, "--model-year", span]
    return [sys.executable, "-m", "zevrules", *determine]


def _table(path: Path, header: str, rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header.split(","))
        out.writerows(rows)  # type: ignore[arg-type]


def seconds(years: int, lots: int, runs: int) -> float:
    """How long the whole process takes."""
    with tempfile.TemporaryDirectory() as name:
        command = write(Path(name), years, lots)
        took = []
        for _ in range(runs):
            began = time.perf_counter()
            env = {**os.environ, "PYTHONPATH": str(ROOT)}
            run(command, cwd=name, env=env, stdout=DEVNULL, check=True)
            took.append(time.perf_counter() - began)
        return median(took)


def main() -> None:
    """Print the figure, and the curves."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sys.stdout.write(f"thirteen steps, ten model years, 200 lots: {seconds(10, 200, runs):.2f} s\n")
    curves = {
        "lots": [(10, lots) for lots in (50, 100, 200, 400)],
        "model years": [(years, 200) for years in (1, 2, 5, 10)],
    }
    for name, points in curves.items():
        sys.stdout.write(f"\n{name}, with the rest as above\n")
        for years, lots in points:
            many = lots if name == "lots" else years
            sys.stdout.write(f"  {many:>6,}   {seconds(years, lots, runs):6.2f} s\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
