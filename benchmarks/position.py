"""A manufacturer's whole position: ten model years, five states, eight kinds of credit, 1,000 lots.

Run as ``python benchmarks/position.py [RUNS]``; see docs/benchmarks.md. It prints how long ``zevrules position`` takes
as a whole process, full determinations with their traces, and how that grows with lots, model years and states. The
law and the ledger are invented here.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run

ROOT = Path(__file__).resolve().parent.parent
STATES = ("Northland", "Southland", "Eastland", "Westland", "Midland", "Highland", "Lowland", "Farland")
KINDS = tuple("gold silver copper iron tin lead zinc nickel".split())
FIRST = 2026
UNIT = "benchmark values"


def listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def law(state: str, places: tuple[str, ...], years: int) -> str:
    """A ruleset with parts, shares, caps of a year and of several together, ends of credits, deficits and pooling."""
    last = FIRST + years - 1
    others = [place for place in places if place != state]
    pooling = (
        f"""
§ 13 CCR 9999(e) — Pooling
gold, silver and copper may be received from other jurisdictions as pooled values
    in model years {FIRST} through {last}
cap 15%
    of yearly duty
    on pooled values
"""
        if others
        else ""
    )
    return f"""ruleset {state.lower()}/duty
    title        "An invented law of some size"
    jurisdiction {state}
    speaks of    {listed(others or ["Elsewhere"])}
    model years  {FIRST} through {last}

§ 13 CCR 9999(a) — What is owed
{UNIT} are {", ".join(KINDS[:-1])} and {KINDS[-1]}, highest first
origins are earned, early and pooled
fact volume in vehicles of each model year in each jurisdiction
average volume is the average of volume here over the 1st, 2nd and 3rd prior model years
duty share by model year
{"".join(f"    {FIRST + n}   {35 + 3 * n}%{chr(10)}" for n in range(years))}
whole duty is duty share × average volume
each manufacturer must satisfy yearly duty
    of whole duty in credits
    made of first part, 50% × whole duty, second part, 30% × whole duty, and third part, the rest
    rounded to 0.01 credit, half up

§ 13 CCR 9999(b) — Use
gold, silver, copper and iron may satisfy yearly duty
tin may satisfy ≤40% of first part
tin and lead together may satisfy ≤50% of second part
lead, zinc and nickel may satisfy third part
cap 20%
    of yearly duty
    on early values
cap 25%
    of yearly duty of model years {FIRST} through {min(FIRST + 2, last)} together
    on zinc

§ 13 CCR 9999(c) — Ends
lead, zinc and nickel expire 3 model years after they are earned
tin expires 5 model years after they are earned

§ 13 CCR 9999(d) — Deficits
a deficit of yearly duty must be made up within 3 model years with gold, silver and copper
each model year closes on August 31 of the next year
{pooling}"""


def entries(places: tuple[str, ...], years: int, lots: int) -> Iterator[tuple[object, ...]]:
    """So many lots, spread over states, kinds and model years; of every tenth some move to another state."""
    for number in range(lots):
        state, kind = places[number % len(places)], KINDS[(number // len(places)) % len(KINDS)]
        year = FIRST + (number // (len(places) * len(KINDS))) % years
        day = f"{year + 1}-{number % 6 + 1:02}-{number % 27 + 1:02}"
        # Somewhat less than is owed in all, so that some model years lack credits and limits bind.
        amount = f"{len(places) * years * 45 * (70 + number % 50) // lots}.{number % 100:02}"
        origin = "early" if number % 11 == 0 else "earned"
        yield day, state, "issue", kind, amount, year, origin, "", f"letter {number}"
        if number % 10 == 0 and len(places) > 1:
            there = places[(number // 10 + 1 + number % len(places)) % len(places)]
            if there != state:
                moved = f"{day[:5]}07{day[7:]}"
                yield moved, state, "transfer", kind, f"{number % 13}.5", "", "", there, f"move {number}"


def write(folder: Path, states: int, years: int, lots: int) -> list[str]:
    """Write laws and ledger; the command that asks for the position."""
    places = STATES[:states]
    for state in places:
        home = folder / state.lower() / "duty"
        home.mkdir(parents=True)
        (home / "duty.zev").write_text(law(state, places, years), encoding="utf-8")
    books = folder / "books"
    books.mkdir()
    _table(books / "ledger.csv", ["name", "value"], [("complete through", f"{FIRST + years}-12-31")])
    _table(books / "accounts.csv", ["account"], [("Example Motors",)])
    facts = (
        ("Example Motors", "volume", state, year, 9_000 + 311 * place + 7 * (year - FIRST))
        for place, state in enumerate(places)
        for year in range(FIRST - 3, FIRST + years)
    )
    _table(books / "facts.csv", ["account", "fact", "jurisdiction", "model year", "value"], facts)
    header = ["date", "jurisdiction", "entry", "kind", "amount", "vintage", "origin", "to jurisdiction", "reference"]
    rows = ((*row, "Example Motors", UNIT) for row in entries(places, years, lots))
    _table(books / "entries.csv", [*header, "account", "unit"], rows)
    command = [sys.executable, "-m", "zevrules", "position", *(f"{state.lower()}/duty" for state in places)]
    return [*command, "--ledger", "books"]


def _table(path: Path, header: list[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)  # type: ignore[arg-type]


def seconds(states: int, years: int, lots: int, runs: int) -> float:
    """How long the whole process takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = write(folder, states, years, lots)
        took = []
        for _ in range(runs):
            began = time.perf_counter()
            env = {**os.environ, "PYTHONPATH": str(ROOT)}
            run(command, cwd=folder, env=env, stdout=DEVNULL, check=True)
            took.append(time.perf_counter() - began)
        return median(took)


def main() -> None:
    """Print the figure, and the curves."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    whole = seconds(5, 10, 1000, runs)
    sys.stdout.write(f"five states, ten model years, eight kinds, 1,000 lots: {whole:.2f} s\n")
    curves = {
        "lots": [(5, 10, lots) for lots in (250, 500, 1000, 2000, 4000)],
        "model years": [(5, years, 1000) for years in (2, 4, 6, 8, 10)],
        "states": [(states, 10, 200 * states) for states in (1, 2, 4, 8)],
    }
    for name, points in curves.items():
        sys.stdout.write(f"\n{name}, with the rest as above\n")
        for states, years, lots in points:
            many = {"lots": lots, "model years": years, "states": states}[name]
            sys.stdout.write(f"  {many:>6,}   {seconds(states, years, lots, runs):6.2f} s\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
