"""A manufacturer's whole position: several states, all model years, and what moved between them."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

import zevrules
from zevrules.cli import main
from zevrules.report.position import page
from zevrules.report.position_records import record, to_json
from zevrules.standing.findings import Position
from zevrules.standing.positioner import default_years

GOLDEN = Path(__file__).parent / "golden"
STATES = GOLDEN / "positions" / "two-states"
SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "schema" / "position-1.json"
BENCHMARK = Path(__file__).resolve().parent.parent / "benchmarks" / "position.py"
EAST, WEST = "eastland/credits", "westland/credits"
BOTH = [EAST, WEST]


@pytest.fixture(autouse=True)
def states(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two invented states as they are named on pages, on every machine alike."""
    monkeypatch.chdir(STATES)


def positioned(rulesets: list[str] = BOTH, **more: Any) -> Position:
    """The position under some of the two laws."""
    ledger = more.pop("ledger", None) or zevrules.read_ledger("ledger.json")
    return zevrules.position([zevrules.load(one) for one in rulesets], ledger, **more)


def with_entries(tmp_path: Path, **settings: Any) -> zevrules.Ledger:
    """The ledger of the two states with other settings, or without some of its entries or facts."""
    written = json.loads((STATES / "ledger.json").read_text(encoding="utf-8"))
    written["ledger"].update(settings.pop("ledger", {}))
    for sheet, kept in settings.items():
        written[sheet] = [row for row in written[sheet] if kept(row)]
    path = tmp_path / "ledger.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    return zevrules.read_ledger(str(path))


# --------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize(
    ("name", "args"),
    {
        "expected": (*BOTH, "--model-year", "2030..2032"),
        "one-account": (*BOTH, "--account", "Ember Works", "--model-year", "2031"),
        "one-state": (WEST, "--account", "Ember", "--model-year", "2030..2031"),
        "as-of": (EAST, "--account", "Ember", "--model-year", "2030", "--as-of", "2031-01-01"),
    }.items(),
)
def test_page(
    name: str, args: tuple[str, ...], expect: Callable[[Path, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command prints, within a sheet of paper."""
    assert main(["position", *args, "--ledger", "ledger.json"]) == 0
    said = capsys.readouterr().out

    assert max(map(len, said.splitlines())) <= 100
    expect(STATES / f"{name}.txt", said)


REGIMES = GOLDEN / "positions" / "two-regimes"
OLD, NEW = "westland/old", "westland/new"


@pytest.mark.parametrize(
    ("name", "args"),
    {
        "expected": (),
        "as-asked": ("--text", "third round", "--reading", "kind A alone", "--known-at", "2032-10-01"),
        "original": ("--text", "original", "--reading", "every kind"),
    }.items(),
)
def test_page_of_two_regimes(
    name: str,
    args: tuple[str, ...],
    expect: Callable[[Path, str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An old law and a new one of one jurisdiction: the balance leaves the books of the one by a conversion."""
    monkeypatch.chdir(REGIMES)
    assert main(["position", OLD, NEW, "--ledger", "ledger.json", *args]) == 0
    said = capsys.readouterr().out

    assert max(map(len, said.splitlines())) <= 100
    expect(REGIMES / f"{name}.txt", said)


def test_a_position_takes_what_a_determination_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text, reading and day of knowledge: each for the laws that have it, with the answers of determinations."""
    monkeypatch.chdir(REGIMES)
    ledger, new = zevrules.read_ledger("ledger.json"), zevrules.load(NEW)
    for more in ({"text": "third round"}, {"readings": ("kind A alone",)}, {"known_at": "2032-10-01"}):
        made = positioned([OLD, NEW], ledger=ledger, **more)
        alone = zevrules.determine(new, ledger, "Ember", 2031, **more)
        (year,) = (s.years[0] for s in made.standings if s.made.ruleset.name == NEW)

        assert (year.verdict, year.lacking) == (alone.verdict, sum(d.amount for d in alone.years[0].deficits))
        assert year.left == sum(line.closing for line in alone.years[0].account)
        assert all(one.balanced for one in made.conserved)
    told = record(positioned([OLD, NEW], ledger=ledger, text="third round", readings=("kind A alone",)))
    assert [law["text"] for law in told["laws"]] == [None, "third round"]
    assert (told["readings"], told["known_at"]) == (["kind A alone"], None)
    known = record(positioned([OLD, NEW], ledger=ledger, known_at="2032-10-01"))
    assert (known["known_at"] or {})["day"] == "2032-10-01"
    assert known["ledger_digest"] != told["ledger_digest"]
    assert not list(Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).iter_errors(known))


@pytest.mark.parametrize(
    ("option", "code"), [(("--text", "fourth round"), "unknown-text"), (("--reading", "gold alone"), "unknown-reading")]
)
def test_what_no_law_of_a_position_has(
    option: tuple[str, str], code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that none of the rulesets has is refused, with the names that there are."""
    monkeypatch.chdir(REGIMES)
    assert main(["position", OLD, NEW, "--ledger", "ledger.json", *option]) == 2
    said = capsys.readouterr().err

    assert said.startswith(f"error[{code}]")
    assert "third round" in said or "kind A alone" in said


def test_a_compliant_position_and_an_undetermined_one_both_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A position is an answer whatever it says."""
    assert main(["position", *BOTH, "--ledger", "ledger.json", "--account", "Flint"]) == 0
    assert "Westland is undetermined. Not known: volume in Westland of model year 2032." in capsys.readouterr().out


# ------------------------------------------------------------------------------------ the numbers


def test_each_year_is_that_of_the_determination() -> None:
    """A position adds nothing up that the determination does not say."""
    ledger = zevrules.read_ledger("ledger.json")
    for standing in positioned(ledger=ledger, accounts=["Ember"]).standings:
        place = {"Eastland": EAST, "Westland": WEST}[standing.jurisdiction]
        alone = zevrules.determine(zevrules.load(place), ledger, "Ember", 2030, 2032)
        for mine, year in zip(standing.years, alone.years, strict=True):
            assert (mine.year, mine.verdict, mine.closes) == (year.year, year.verdict, year.closes)
            assert mine.owed == sum(owed.size.value for owed in year.obligations)
            assert mine.left == sum(line.closing for line in year.account)
            assert (mine.paid or 0) + (mine.made_up or 0) == sum(line.used for line in year.account)
            assert (mine.owed or 0) == (mine.paid or 0) + (mine.lacking or 0)


def test_what_moved_is_what_arrived() -> None:
    """The sender's account loses, and the receiver's gains, just what the entry says; on the same day."""
    made = positioned(accounts=["Ember"])
    east, west = made.standings
    sent = {m.entry.kind: m.entry.amount for m in made.moves if m.entry.receiver == "Ember" and m.shown}
    received = {
        line.kind: amount for line in west.made.years[0].account for what, amount in line.moves if what == "received"
    }
    gone: dict[str, Fraction] = {}
    for holding in east.made.held:
        for entry, amount in holding.lot.moves:
            if entry.destination == "Westland" and entry.receiver == "Ember" and entry.what == "transfer":
                gone[holding.lot.kind] = gone.get(holding.lot.kind, Fraction(0)) - amount

    assert sent == received == gone == {"gold": 80, "silver": 10}


def test_what_counted_and_what_was_used_there() -> None:
    """Silver is not let in; of the gold that is, the cap and what is owed decide how much is used."""
    moves = {(m.entry.kind, m.entry.receiver, m.entry.destination): m for m in positioned().moves}
    found = {key: (m.counted, m.used, m.shown) for key, m in moves.items()}

    assert found == {
        ("gold", "Ember", "Westland"): (80, 72, True),
        ("silver", "Ember", "Westland"): (0, 0, True),
        ("gold", "Flint", "Westland"): (20, None, True),
        ("gold", "Ember", "Southland"): (None, None, False),
    }


def test_credits_are_conserved_whatever_is_shown() -> None:
    """With one state or account left out, what moved across the edge is sent away or received."""
    for rulesets in (BOTH, [EAST], [WEST]):
        for accounts in ((), ("Ember",), ("Flint",)):
            (sum_of,) = positioned(rulesets, accounts=accounts).conserved
            assert sum_of.balanced, (rulesets, accounts)
    (west,) = positioned([WEST], accounts=["Ember"]).conserved
    assert dict(west.came)["received from elsewhere"] == 90


def test_a_statement_that_loses_credits_is_seen() -> None:
    """The two sides are worked out apart, so that they can disagree; and the page says it."""
    made = positioned(accounts=["Ember"])
    line = made.standings[0].made.years[0].account[0]
    line.used -= 1
    from zevrules.standing.conservation import conserved

    made.conserved = conserved(made.ledger, made.standings)
    assert not made.conserved[0].balanced
    assert "Credits do not add up" in page(made)


# --------------------------------------------------------------------------------------- the years


def test_default_years_are_those_that_the_ledger_tells_of(tmp_path: Path) -> None:
    """From the first to the last that it names, up to the day through which it is complete."""
    rules = zevrules.load(WEST)
    text = rules.on("2031-01-01")

    def years(**settings: Any) -> tuple[int, int] | None:
        return default_years(rules.on, text, with_entries(tmp_path, **settings))

    assert years() == (2030, 2032)
    assert years(ledger={"complete through": "2033-08-31"}) == (2030, 2032)
    assert years(ledger={"complete through": "2033-08-30"}) == (2030, 2031)
    assert years(ledger={"complete through": "2031-08-30"}) is None
    assert years(ledger={"complete through": ""}) == (2030, 2032)
    assert years(facts=lambda row: row["jurisdiction"] == "Eastland") == (2030, 2031)  # those that entries name


def test_opening_balances_stand_for_all_before_them(tmp_path: Path) -> None:
    """A model year that closed by the day of the opening balance is not asked for."""
    rules = zevrules.load(EAST)
    ledger = with_entries(tmp_path)
    opening = attrs.evolve(ledger.entries[0], what="opening", date=day("2031-08-31"))
    ledger = attrs.evolve(ledger, entries=(opening, *ledger.entries[2:]))

    assert default_years(rules.on, rules.on("2031-01-01"), ledger) == (2031, 2032)


def day(text: str) -> Any:
    """A day of the calendar."""
    from datetime import date

    return date.fromisoformat(text)


def test_a_ruleset_without_a_year_to_show_says_so(tmp_path: Path) -> None:
    """It stays on the page, and the rest is shown."""
    ledger = with_entries(tmp_path, ledger={"complete through": "2031-01-01"})
    made = positioned(ledger=ledger)

    assert made.standings == ()
    assert "no model year: the ledger names none of those it covers" in " ".join(page(made).split())
    assert "No model year is shown." in page(made)


# ----------------------------------------------------------------------------------- the benchmark


def test_the_benchmark_measures_a_sound_position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some years lack credits, and pooled ones are used; a small one of its kind is looked at here."""
    written = runpy.run_path(str(BENCHMARK))["write"]
    written(tmp_path, 2, 10, 320)
    monkeypatch.chdir(tmp_path)
    made = positioned(["northland/duty", "southland/duty"], ledger=zevrules.read_ledger("books"))

    assert [one.balanced for one in made.conserved] == [True]
    assert {"compliant", "deficit carried"} <= {year.verdict for s in made.standings for year in s.years}
    assert any(move.used for move in made.moves)
    assert any(standing.open for standing in made.standings)


# ---------------------------------------------------------------------------------------- refusals

REFUSED = {
    "same-books": (EAST, EAST),
    "no-model-year": (*BOTH, "--model-year", "2020..2021"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused(code: str, expect: Callable[[Path, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """What no position can be made of is told with its code and the mend."""
    assert main(["position", *REFUSED[code], "--ledger", "ledger.json"]) == 2
    said = capsys.readouterr().err

    assert said.startswith(f"error[{code}]")
    expect(GOLDEN / "fitting" / f"{code}.expected", said)


# -------------------------------------------------------------------------------------------- JSON


def test_the_record_is_of_the_shape_that_tools_are_promised(capsys: pytest.CaptureFixture[str]) -> None:
    """By the committed schema; exact, and the same each time."""
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    made = positioned()
    said = to_json(made)

    assert [error.message for error in validator.iter_errors(record(made))] == []
    assert said == to_json(positioned())
    assert json.loads(said, parse_float=lambda text: pytest.fail(f"a float: {text}")) == record(made)
    assert main(["position", *BOTH, "--ledger", "ledger.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == record(made)


def test_the_record_says_what_the_page_says() -> None:
    """Deficits, what is not known, moves and sums."""
    told = record(positioned())
    west = [s for s in told["standings"] if s["jurisdiction"] == "Westland"]

    assert [d["amount"] for d in west[0]["deficits"]] == ["108", "120"]
    assert west[1]["not_known"] == ["volume in Westland of model year 2032"]
    assert next((m["amount"], m["counted"], m["used"]) for m in told["moves"]) == ("80", "80", "72")
    assert told["conserved"][0]["balanced"]
