"""Values of the law that nobody could find: what hangs on one is undetermined, and it names itself.

An author fills one in, in a copy of the ruleset, and the verdict appears.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import zevrules
from zevrules.shipped import rulesets_folder

ACT = rulesets_folder() / "california" / "act"
TEXT = "2025 amendments"
MAKER = "Spruce Motors"

#: A row of the ledger in few words: what came, when, its model year; of deliveries the year, the vehicle, the count.
Issue = tuple[str, str, int, str]

#: For each open value: the model years asked about, deliveries, credits, the line that is open, what an author might
#: write instead, and the verdict then.
CASES: dict[str, tuple[tuple[int, int], list[tuple[int, str, int]], list[Issue], str, dict[str, str]]] = {
    # Credits that end with 2030 are there, but step by step those that live on are used before them.
    "freed steps": (
        (2030, 2031),
        [(2030, "Class 2b vehicle", 1_000), (2031, "Class 2b vehicle", 857)],
        [
            ("2024-01-01", "Class 2b-3 ZEV", 240, "2023"),
            ("2030-01-01", "Class 2b-3 NZEV", 120, "2029"),
            ("2031-01-01", "Class 2b-3 ZEV", 120, "2030"),
        ],
        "freed steps is open",
        {"freed steps is 0": "deficit carried", "freed steps is 13": "compliant"},
    ),
    # 50 tractor deficits, 45 tractor credits, and enough of another group.
    "tractor offset share": (
        (2026, 2026),
        [(2026, "Class 8 tractor", 200)],
        [("2026-01-01", "tractor ZEV", 45, "2025"), ("2026-01-01", "Class 4-8 ZEV", 10, "2025")],
        "    2024 and after   open",
        {"    2024 and after   10%": "compliant", "    2024 and after   9%": "deficit carried"},
    ),
    # 80 deficits, 70 credits of one's own, and 10 that came from another state.
    "pool share": (
        (2026, 2026),
        [(2026, "Class 2b vehicle", 1_000)],
        [("2026-01-01", "Class 2b-3 ZEV", 70, "2025"), ("2026-02-01", "pooled", 10, "2025")],
        "    2024 and after   open",
        {"    2024 and after   12.5%": "compliant", "    2024 and after   12.4%": "deficit carried"},
    ),
}


def ledger(folder: Path, deliveries: list[tuple[int, str, int]], issues: list[Issue]) -> zevrules.Ledger:
    """The ledger of a maker of trucks in California that also holds credits in Oregon."""
    entries: list[dict[str, str]] = []
    for day, kind, amount, vintage in issues:
        row = {"date": day, "account": MAKER, "jurisdiction": "California", "unit": "ACT credits", "vintage": vintage}
        if kind == "pooled":
            came = row | {"jurisdiction": "Oregon", "kind": "Class 2b-3 ZEV", "amount": str(amount)}
            entries.append(came | {"entry": "issue"})
            entries.append(came | {"entry": "transfer", "to jurisdiction": "California"})
        else:
            entries.append(row | {"entry": "issue", "kind": kind, "amount": str(amount)})
    sold = {"account": MAKER, "jurisdiction": "California", "Omnibus engine": "no", "ultimate sale": "yes"}
    written: dict[str, Any] = {
        "ledger": {"title": "invented", "complete through": "2040-12-31"},
        "accounts": [{"account": MAKER}],
        "facts": [{"account": MAKER, "fact": "average truck volume", "value": "6500", "unit": "vehicles"}],
        "entries": entries,
        "deliveries": [
            {**sold, "model year": str(year), "vehicle": vehicle, "count": str(count)}
            for year, vehicle, count in deliveries
        ],
    }
    path = folder / "ledger.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return zevrules.read_ledger(str(path))


def filled(folder: Path, name: str, line: str, instead: str) -> zevrules.Rules:
    """A copy of the ruleset in which an author has written something in place of the open line of *name*."""
    copied = shutil.copytree(ACT, folder / "california" / "act")
    for path in copied.glob("*.zev"):
        before, found, after = path.read_text(encoding="utf-8").partition(name)
        start = after.find(line.removeprefix(name)) if line.startswith(name) else after.find(line)
        if not found or start < 0 or TEXT not in before:
            continue
        start = start - len(name) if line.startswith(name) else start
        text = found + after
        start += len(name)
        end = text.index("\n", start)
        path.write_text(before + text[:start] + instead + text[end:], encoding="utf-8")
        return zevrules.load(str(copied))
    raise AssertionError(f"nothing is open of {name}")


@pytest.mark.parametrize("name", CASES)
def test_an_open_value_names_itself(name: str, tmp_path: Path) -> None:
    """Under the text as it is shipped the verdict hangs on the value, and nothing else is in doubt."""
    (first, last), deliveries, issues, _, _ = CASES[name]

    found = zevrules.determine(
        zevrules.load("california/act"), ledger(tmp_path, deliveries, issues), MAKER, first, last, text=TEXT
    )

    assert found.verdict == "undetermined"
    assert {lost.name for one in found.settling for lost in one.missing} == {name}
    assert all(lost.why.startswith("left open: ") for one in found.settling for lost in one.missing)


@pytest.mark.parametrize(("name", "instead"), [(name, instead) for name, case in CASES.items() for instead in case[-1]])
def test_an_author_fills_it_in_and_the_verdict_appears(name: str, instead: str, tmp_path: Path) -> None:
    """In a copy of the ruleset; the text stays that of amendments whose day nobody found."""
    (first, last), deliveries, issues, line, verdicts = CASES[name]
    rules = filled(tmp_path, name, line, instead)

    found = zevrules.determine(rules, ledger(tmp_path, deliveries, issues), MAKER, first, last, text=TEXT)

    assert found.verdict == verdicts[instead]
