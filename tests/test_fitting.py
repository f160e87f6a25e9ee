"""A ledger held against the ruleset it is read under: what is refused, and what a reader is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import zevrules

GOLDEN = Path(__file__).parent / "golden"
RULES = GOLDEN / "determinations" / "silver-binds" / "rules.zev"


def ledger_with(folder: Path, sheet: str, **changed: str) -> zevrules.Ledger:
    """The ledger of a small sound case, with the first row of *sheet* changed."""
    written: dict[str, Any] = json.loads((RULES.parent / "ledger.json").read_text(encoding="utf-8"))
    rows = written.setdefault(sheet, [])
    if not rows:
        rows.append({})
    rows[0].update({name.replace("_", " "): value for name, value in changed.items()})
    path = folder / "ledger.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return zevrules.read_ledger(str(path))


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("unknown-credit", {"kind": "silvr"}),
        ("unit-mix-up", {"unit": "credits"}),
        ("unit-mix-up-by-a-letter", {"unit": "green credit"}),
    ],
)
def test_refused(code: str, changed: dict[str, str], expect: Callable[[Path, str], None], tmp_path: Path) -> None:
    """Entries that the ruleset could only lose are not read past."""
    ledger = ledger_with(tmp_path, "entries", **changed)

    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.determine(zevrules.load(str(RULES)), ledger, "Ember", 2030)

    expect(GOLDEN / "fitting" / f"{code}.expected", zevrules.messages(caught.value.diagnostics))


CONVERTED = GOLDEN / "determinations" / "balances-converted"


def converted_ledger(folder: Path, **changed: str) -> zevrules.Ledger:
    """The ledger of a case with conversions, and one row more: its first conversion with some cells changed."""
    written: dict[str, Any] = json.loads((CONVERTED / "ledger.json").read_text(encoding="utf-8"))
    first = next(row for row in written["entries"] if row["entry"] == "conversion")
    row = {**first, **{name.replace("_", " "): value for name, value in changed.items()}}
    written["entries"].append({name: value for name, value in row.items() if value})
    path = folder / "ledger.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return zevrules.read_ledger(str(path))


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("converted-and-deposited", {"entry": "deposit", "from_kind": "", "from_amount": "", "from_unit": ""}),
        (
            "unknown-credit-converted",
            {"from_unit": "green values", "from_kind": "golden", "from_amount": "0", "kind": "silver", "amount": "1"},
        ),
    ],
)
def test_refused_conversion(
    code: str, changed: dict[str, str], expect: Callable[[Path, str], None], tmp_path: Path
) -> None:
    """One balance in two ways, and old credits of a kind that this very law does not have."""
    ledger = converted_ledger(tmp_path, **changed)

    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.determine(zevrules.load(str(CONVERTED / "rules.zev")), ledger, "Ember", 2030)

    expect(GOLDEN / "fitting" / f"{code}.expected", zevrules.messages(caught.value.diagnostics))


def test_a_deposit_of_another_kind_or_origin_stands_beside_a_conversion(tmp_path: Path) -> None:
    """Only credits of one kind and origin can be one balance."""
    blank = {"from_kind": "", "from_amount": "", "from_unit": ""}
    ledger = converted_ledger(tmp_path, entry="deposit", origin="earned", **blank)

    made = zevrules.determine(zevrules.load(str(CONVERTED / "rules.zev")), ledger, "Ember", 2030)

    assert "refused deposit" in [remark.sort for remark in made.remarks]
    assert "refused conversion" in [remark.sort for remark in made.remarks]


def test_a_receiver_that_is_nearly_the_one_the_law_names(tmp_path: Path) -> None:
    """The law would pass over what went to it, and the reader is told."""
    case = GOLDEN / "determinations" / "transfers-remarked-on-at-the-giver"
    text = (case / "ledger.json").read_text(encoding="utf-8")
    told = []
    for name in ("Clearing House", "clearing  house", "Clearing Hause"):
        path = tmp_path / "ledger.json"
        path.write_text(text.replace("Clearing House", name), encoding="utf-8")
        made = zevrules.determine(
            zevrules.load(str(case / "rules.zev")), zevrules.read_ledger(str(path)), "Ember", 2030
        )
        told.append([remark.words for remark in made.remarks if remark.sort == "unread receiver"])

    words = "no transfer goes to `Clearing House`, of which westland/green speaks; is `Clearing Hause` meant for it?"
    assert told == [[], [], [words]]


@pytest.mark.parametrize(
    ("sheet", "changed", "told"),
    [
        (
            "facts",
            {"fact": "volumme"},
            "facts row 1: no fact is called `volumme` in westland/credits; did you mean `volume`?",
        ),
        (
            "entries",
            {"unit": "blue credits"},
            "entries counted in blue credits belong to another law and are not counted here",
        ),
        (
            "deliveries",
            {"account": "Ember", "jurisdiction": "Westland", "model_year": "2030", "vehicle": "Van", "count": "1"},
            "deliveries row 1: no statement of westland/credits says what a `Van` earns",
        ),
    ],
)
def test_told(sheet: str, changed: dict[str, str], told: str, tmp_path: Path) -> None:
    """What is not read for this law though it looks as if it were meant for it."""
    ledger = ledger_with(tmp_path, sheet, **changed)

    found = zevrules.determine(zevrules.load(str(RULES)), ledger, "Ember", 2030)

    assert told in [remark.words for remark in found.remarks]


def test_a_misspelt_fact_is_missing_and_named(tmp_path: Path) -> None:
    """What is owed turns on it, so the verdict does too."""
    ledger = ledger_with(tmp_path, "facts", fact="volumme")

    found = zevrules.determine(zevrules.load(str(RULES)), ledger, "Ember", 2030)

    assert found.verdict == "undetermined"
    assert [missing.words for one in found.settling for missing in one.missing] == ["volume of model year 2030"]


def test_an_election_that_cannot_be_followed(expect: Callable[[Path, str], None], tmp_path: Path) -> None:
    """An order that the law leaves to the party puts each of the credits in its place, once."""
    case = GOLDEN / "determinations" / "elected-order"
    written = json.loads((case / "ledger.json").read_text(encoding="utf-8"))
    written["facts"][0]["value"] = "pooled, silvr, pooled credits"
    (tmp_path / "ledger.json").write_text(json.dumps(written), encoding="utf-8")
    ledger = zevrules.read_ledger(str(tmp_path / "ledger.json"))

    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.determine(zevrules.load(str(case / "rules.zev")), ledger, "Ember", 2030)

    expect(GOLDEN / "fitting" / "unlawful-election.expected", zevrules.messages(caught.value.diagnostics))


def test_more_given_away_than_was_carried(expect: Callable[[Path, str], None], tmp_path: Path) -> None:
    """Of 1,000 that lose a tenth with each model year nobody can give 820 in the third, nor let another have them."""
    case = GOLDEN / "determinations" / "carried-at-a-discount"
    written = json.loads((case / "ledger.json").read_text(encoding="utf-8"))
    written["entries"][2]["amount"] = "820"
    (tmp_path / "ledger.json").write_text(json.dumps(written), encoding="utf-8")
    ledger = zevrules.read_ledger(str(tmp_path / "ledger.json"))

    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.determine(zevrules.load(str(case / "rules.zev")), ledger, "Ember", 2030, 2033)

    expect(GOLDEN / "fitting" / "more-than-was-carried.expected", zevrules.messages(caught.value.diagnostics))


# ----------------------------------------------------------------------------- readings and calendars

SUNDAY = GOLDEN / "determinations" / "last-day-on-a-sunday-before-a-holiday"


def refusal(ruleset: Path, **more: Any) -> str:
    """Why a determination under *ruleset* of the ledger beside it is refused."""
    rules, ledger = zevrules.load(str(ruleset)), zevrules.read_ledger(str(SUNDAY / "ledger.json"))
    with pytest.raises(zevrules.Rejected) as caught:
        zevrules.determine(rules, ledger, "Ember", 2030, **more)
    return zevrules.messages(caught.value.diagnostics)


def test_an_unknown_reading(expect: Callable[[Path, str], None]) -> None:
    """A reading that nobody holds would leave the default in force without a word."""
    rules = GOLDEN / "determinations" / "readings-that-differ" / "rules.zev"

    expect(GOLDEN / "fitting" / "unknown-reading.expected", refusal(rules, readings=("yearli",)))


def test_an_unknown_calendar(
    expect: Callable[[Path, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holidays of a place that has no calendar."""
    text = (SUNDAY / "rules.zev").read_text(encoding="utf-8")
    (tmp_path / "rules.zev").write_text(text.replace("US-TX", "US-QQ"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    expect(GOLDEN / "fitting" / "unknown-calendar.expected", refusal(Path("rules.zev")))


def test_no_calendar_installed(expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library nobody knows whether the day after a Sunday is a working day."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    monkeypatch.chdir(SUNDAY)

    expect(GOLDEN / "fitting" / "no-calendar.expected", refusal(Path("rules.zev")))


def test_a_notice_in_time_needs_no_calendar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came before the last day came in time, wherever that day moves."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    text = (SUNDAY / "ledger.json").read_text(encoding="utf-8")
    (tmp_path / "ledger.json").write_text(text.replace("2030-05-28", "2030-05-26"), encoding="utf-8")
    ledger = zevrules.read_ledger(str(tmp_path / "ledger.json"))

    found = zevrules.determine(zevrules.load(str(SUNDAY / "rules.zev")), ledger, "Ember", 2030)

    assert found.verdict == "compliant"
