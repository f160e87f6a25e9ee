"""What a user waits for, as ratios: one determination, 10,000 lines of rules, a ledger of 50,000 rows.

Run as ``python benchmarks/run.py [RUNS]``; see docs/benchmarks.md. Needs nothing but Zevrules itself.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BARE = [sys.executable, "-c", "import lark, attrs, cattrs"]
ONE = [
    *(sys.executable, "-m", "zevrules", "determine", "california/acc1", "--ledger", "california-bank"),
    *("--account", "BMW", "--model-year", "2021..2025"),
]
#: The six options of a paper for its 21 manufacturers.
OPTIONS = [
    *(sys.executable, "-m", "zevrules", "compare", "--ledger", "ecology-2022", "--model-year", "2025"),
    *(f"washington/option-{number}" for number in ("1", "2", "3", "4", "5a", "5b")),
]
LINES, ROWS = 10_000, 50_000


def run(command: list[str]) -> tuple[float, int]:
    """Seconds that the whole process of *command* takes, and the most memory it had (0 where that cannot be told)."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    if hasattr(os, "wait4"):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode, peak = os.waitstatus_to_exitcode(status), used.ru_maxrss
    else:
        process.wait()
        peak = 0
    took = time.perf_counter() - began
    assert process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}"
    return took, peak


def compare(name: str, command: list[str], against: list[str], runs: int, words: str) -> None:
    """Run both in turn and print how many times as long, and as large, *command* is as *against*."""
    run(command), run(against)
    pairs = [(run(command), run(against)) for _ in range(runs)]
    mine, other = median(a[0] for a, _ in pairs), median(b[0] for _, b in pairs)
    line = f"{name:<44} {mine / other:6.2f} × the time of {words} ({1000 * mine:,.0f} ms / {1000 * other:,.0f} ms)"
    memory = median(a[1] for a, _ in pairs), median(b[1] for _, b in pairs)
    if all(memory):
        line += f", {memory[0] / memory[1]:.2f} × its memory"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def rules(folder: Path) -> Path:
    """A ruleset of so many lines: provisions with tables, definitions, permissions and caps, every name its own."""
    lines = [
        'ruleset example/long\n    title "Many provisions"\n    jurisdiction Example',
        "    model years 2018 through 2025\n",
        "§ 13 CCR 9999(a) — Base\nfact volume in vehicles of each model year in each jurisdiction",
        "Example credits are ZEV and TZEV, highest first\norigins are earned",
        "each manufacturer must satisfy obligation\n    of 10% × volume here in credits",
        "each model year closes on August 31 of the next year\n",
    ]
    number = 0
    while sum(text.count("\n") + 1 for text in lines) < LINES:
        number += 1
        lines.append(
            f"§ 13 CCR {number + 1}(b)(1)(A) — Provision {number}\n"
            f"share {_word(number)} by model year\n"
            + "".join(f"    {year}   {number % 90 + 1}.{year % 10}%\n" for year in range(2018, 2026))
            + f"quantity {_word(number)} is share {_word(number)} × the average of volume here over the 1st and 2nd"
            " prior model years in credits\n    rounded to 0.01 credit, half up   § 13 CCR 2(c)\n"
            "ZEV may satisfy obligation\n    in model years 2018 through 2020\n"
            f"cap 50%\n    of quantity {_word(number)} of model years 2023 through 2025 together\n"
            "    on earned credits\n"
        )
    path = folder / "long.zev"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _word(number: int) -> str:
    """A word of letters for a number: names are made of words."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05}")


def ledger(folder: Path) -> Path:
    """A ledger of so many rows of entries, over a hundred accounts."""
    folder.mkdir()
    (folder / "ledger.csv").write_text("name,value\ncomplete through,2030-12-31\n", encoding="utf-8")
    accounts = [f"Account {number}" for number in range(100)]
    (folder / "accounts.csv").write_text("\n".join(["account", *accounts]) + "\n", encoding="utf-8")
    with (folder / "entries.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow("date account jurisdiction entry kind amount unit vintage origin reference".split())
        for number in range(ROWS):
            day = f"20{15 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
            rows.writerow(
                [day, accounts[number % 100], "California", "issue", ("ZEV", "TZEV")[number % 2],
                 f"{number % 997}.{number % 100:02}", "ACC I credits", 2015 + number % 10, "earned", f"letter {number}"]
            )  # fmt: skip
    return folder


def _shipped() -> list[str]:
    """The shipped rulesets, by name."""
    folders = {path.parent for path in (ROOT / "rulesets").glob("*/*/*.zev")}
    return sorted(folder.relative_to(ROOT / "rulesets").as_posix() for folder in folders)


def main() -> None:
    """Print each figure."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    few = max(3, runs // 4)
    compare("one determination, five model years", ONE, BARE, runs, "importing the libraries")
    compare("six options, 21 manufacturers, side by side", OPTIONS, BARE, few, "importing the libraries")
    every = [sys.executable, "-m", "zevrules", "check", *_shipped()]
    compare("all shipped rulesets, checked", every, BARE, few, "importing the libraries")
    with tempfile.TemporaryDirectory() as name:
        text, books = rules(Path(name)), ledger(Path(name) / "ledger")
        check = [sys.executable, "-m", "zevrules", "check", str(text)]
        compare(f"{LINES:,} lines of rules, checked", check, BARE, few, "importing the libraries")
        read = [sys.executable, "-c", f"import zevrules; zevrules.read_ledger({str(books)!r})"]
        entries = str(books / "entries.csv")
        plain = [sys.executable, "-c", f"import csv; list(csv.reader(open({entries!r}, newline='')))"]
        compare(f"a ledger of {ROWS:,} rows, read", read, plain, few, "reading it with csv")


if __name__ == "__main__":
    main()
