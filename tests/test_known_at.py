"""What was known on a day: rows recorded later are not seen, and what may have been recorded later is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import zevrules
from zevrules.cli import main
from zevrules.diagnostic import Rejected
from zevrules.ledger.entries import Ledger
from zevrules.ledger.known import as_known
from zevrules.report.messages import messages

GOLDEN = Path(__file__).parent / "golden" / "known"
SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "schema"
CLOSES = "2031-08-31"


@pytest.fixture(autouse=True)
def golden(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledgers and the law as they are named on pages, on every machine alike."""
    monkeypatch.chdir(GOLDEN)


def determined(ledger: str | Path, known_at: str | None, first: int = 2030, **more: Any) -> Any:
    """Ember's determination under the text in force when model year 2030 closes, whatever was known."""
    more = {"as_of": CLOSES, **more}
    books = zevrules.read_ledger(str(ledger))
    return zevrules.determine(zevrules.load("rules.zev"), books, "Ember", first, known_at=known_at, **more)


def written(folder: Path, **sheets: list[dict[str, str]]) -> Path:
    """A ledger of Ember and Flint with some rows, complete through 2035."""
    own: dict[str, Any] = {
        "ledger": {"complete through": "2035-12-31"},
        "accounts": [{"account": "Ember"}, {"account": "Flint"}],
    }
    path = folder / "books.json"
    path.write_text(json.dumps({**own, **sheets}), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------- the story

STORY = {
    # what it shows: the ledger, the day, the verdict
    "before-the-notice": ("corrected.json", "2031-09-15", "compliant"),
    "after-the-notice": ("corrected.json", "2031-10-05", "deficit carried"),
    "before-the-close": ("corrected.json", "2031-06-01", "undetermined"),
    "a-fact-without-a-day": ("undated.json", "2031-09-15", "undetermined"),
}


@pytest.mark.parametrize("name", STORY)
def test_page(name: str, expect: Callable[[Path, str], None]) -> None:
    """One law as of one day, one model year: what was known on another day has another verdict."""
    ledger, day, verdict = STORY[name]

    found = determined(ledger, day)

    assert found.verdict == verdict
    # The digest of the ledger is kept: it is of what the ledger held then, and must not change with what came later.
    page = re.sub(r"(ruleset \S+ +)[0-9a-f]{64}", r"\1(digest)", zevrules.page(found))
    expect(GOLDEN / f"{name}.txt", page)


def test_the_whole_ledger_is_asked_unless_a_day_is_named() -> None:
    """The correction counts, however late it was recorded; a fact without a day is a fact."""
    assert determined("corrected.json", None).verdict == "deficit carried"
    assert determined("undated.json", None).verdict == "compliant"


def test_what_was_recorded_later_leaves_no_mark(tmp_path: Path) -> None:
    """A page of an earlier day is the same to the byte, receipt and all, before and after a correction is recorded."""
    books = json.loads(Path("corrected.json").read_text(encoding="utf-8"))
    del books["entries"][1]
    shorter = tmp_path / "corrected.json"
    shorter.write_text(json.dumps(books), encoding="utf-8")

    pages = [zevrules.page(determined(path, "2031-10-04")) for path in ("corrected.json", shorter)]
    records = [zevrules.to_json(determined(path, "2031-10-04")) for path in ("corrected.json", shorter)]
    days = [zevrules.page(determined("corrected.json", day)) for day in ("2031-10-04", "2031-10-05")]

    assert pages[0] == pages[1]
    assert records[0] == records[1]
    assert days[0] != days[1]


def test_the_day_stands_on_page_record_and_receipt() -> None:
    """And the record keeps its schema."""
    made = json.loads(zevrules.to_json(determined("undated.json", "2031-09-15")))
    whole = json.loads(zevrules.to_json(determined("undated.json", None)))
    schema = json.loads((SCHEMAS / "determination-1.json").read_text(encoding="utf-8"))

    assert made["known_at"] == {
        "day": "2031-09-15",
        "presumed_rows": ["facts row 1"],
        "undated_rows": ["facts row 2"],
    }
    assert made["receipt"]["known at"] == "2031-09-15"
    assert whole["known_at"] is None
    assert "known at" not in whole["receipt"]
    for one in (made, whole):
        Draft202012Validator(schema).validate(one)


# ------------------------------------------------------------------------------- which rows are known

FACT = {"account": "Ember", "fact": "volume", "value": "7", "unit": "vehicles"}
HERE = {"account": "Ember", "jurisdiction": "Westland"}
ENTRY = {**HERE, "entry": "issue", "kind": "gold", "amount": "7", "unit": "green credits"}
CARS = {**HERE, "vehicle": "car", "count": "7", "model year": "2030"}

ROWS = [
    # sheet, row, and the first day on which it is known (None: on no day can that be told)
    ("entries", {**ENTRY, "date": "2031-03-01"}, "2031-03-01"),
    ("entries", {**ENTRY, "date": "2031-03-01", "recorded": "2031-06-01"}, "2031-06-01"),
    ("entries", {**ENTRY, "date": "2031-03-01", "recorded": "2031-01-01"}, "2031-01-01"),
    ("facts", {**FACT, "recorded": "2031-06-01"}, "2031-06-01"),
    ("facts", {**FACT, "model year": "2030", "recorded": "2031-06-01"}, "2031-06-01"),
    ("facts", {**FACT, "model year": "2030"}, "2030-12-31"),
    ("facts", {**FACT, "fact": "notice of leave", "value": "given", "date": "2031-02-01", "unit": ""}, "2031-02-01"),
    ("facts", {**FACT, "fact": "notice of leave", "value": "given", "date": "2031-02-01", "recorded": "2031-03-01"},
     "2031-03-01"),
    ("facts", FACT, None),
    ("deliveries", CARS, "2030-12-31"),
    ("deliveries", {**CARS, "recorded": "2030-04-01"}, "2030-04-01"),
    ("deliveries", {**CARS, "delivered": "2029-11-02"}, "2030-12-31"),
    ("deliveries", {**CARS, "delivered": "2031-01-05"}, "2031-01-05"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "first"), ROWS, ids=lambda value: str(value)[-40:])
def test_a_row_is_known_from_its_day(tmp_path: Path, sheet: str, row: dict[str, str], first: str | None) -> None:
    """Not the day before; and a fact that nothing dates is there without its value, so that it hides no other."""
    books = zevrules.read_ledger(str(written(tmp_path, **{sheet: [row]})))

    def known(day: date) -> list[Any]:
        return [one for one in getattr(as_known(books, day), sheet) if not getattr(one, "undated", False)]

    if first is None:
        assert known(date(2099, 1, 1)) == []
        assert as_known(books, date(1999, 1, 1)).facts[0].undated
    else:
        day = date.fromisoformat(first)
        assert known(day) == list(getattr(books, sheet))
        assert known(date.fromordinal(day.toordinal() - 1)) == []


def test_the_value_known_then_is_the_value_then(tmp_path: Path) -> None:
    """A fact recorded later does not take the place of an earlier one before it was recorded."""
    year = {**FACT, "model year": "2030"}
    path = written(tmp_path, facts=[year, {**year, "value": "8", "recorded": "2032-02-01"}])
    books = zevrules.read_ledger(str(path))

    def volume(day: str) -> Any:
        found = zevrules.determine(zevrules.load("rules.zev"), books, "Ember", 2030, known_at=day)
        return found.years[0].obligations[0].size.value

    assert volume("2032-01-31") == Fraction(7, 10)
    assert volume("2032-02-01") == Fraction(8, 10)


def test_no_later_day_is_complete(tmp_path: Path) -> None:
    """A ledger that says it is complete is so through the day it is asked about, and no further than it says."""
    books = zevrules.read_ledger(str(written(tmp_path)))

    assert as_known(books, date(2031, 8, 30)).complete_through == date(2031, 8, 30)
    assert as_known(books, date(2040, 8, 30)).complete_through == date(2035, 12, 31)


@pytest.mark.parametrize("day", ["2031-08-30", "2031-08-31"])
def test_a_model_year_that_has_not_closed_is_undetermined(day: str) -> None:
    """On its closing day it can be told; the day before it cannot, and the page names completeness."""
    found = determined("corrected.json", day)

    assert found.verdict == ("undetermined" if day == "2031-08-30" else "compliant")
    assert [m.name for one in found.settling for m in one.missing] == ["complete through"] * (day == "2031-08-30")


def test_a_fact_on_trial_is_known_on_every_day() -> None:
    """Whoever tries it knows it."""
    found = determined("undated.json", "2031-09-15", settings=[("old balance", "80")])

    assert found.verdict == "undetermined", "it is of no kind, so it does not take the place of the fact of gold"
    tried = determined("corrected.json", "2031-09-15", settings=[("volume of model year 2030", "1100")])
    assert tried.verdict == "deficit carried"


# --------------------------------------------------------------- what is not dated is never taken as told

#: A law whose every question of yes or no, choice and class can be settled by a fact of no model year.
OPEN_LAW = """ruleset westland/credits
    title        "An invented law"
    jurisdiction Westland
    model years  2030 through 2034

§ 13 CCR 1 — Kinds of credit
green credits are gold and silver, highest first
each model year closes on August 31 of the next year
fact volume in vehicles of each model year
average volume is volume
manufacturers are sized by average volume
    small maker up to 500 vehicles
    large maker above that
fact released is yes or no

§ 13 CCR 2 — What is owed
each large maker must satisfy yearly duty
    of 10% × average volume in credits
    unless released is met
gold may satisfy yearly duty

§ 13 CCR 3 — Choice
each manufacturer chooses option 1 or option 2
silver may satisfy yearly duty
    under option 2
    when notice of silver is given by 2030-05-01
a deficit of yearly duty must be made up within 1 model year with gold

§ 13 CCR 4 — Not encoded
not encoded "nobody has written it"
    could raise yearly duty
"""
SILVER = {**ENTRY, "kind": "silver", "date": "2031-03-01", "amount": "100"}
UNUSED = {"fact": "§ 13 CCR 4", "value": "not used"}
YEAR = {**FACT, "model year": "2030", "value": "1000"}


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [
        ({"fact": "option", "value": "option 2"}, "compliant"),
        ({"fact": "small maker", "value": "yes"}, "not applicable"),
        ({"fact": "released", "value": "yes"}, "not applicable"),
        ({"fact": "average volume", "value": "0"}, "not applicable"),
        ({"fact": "notice of silver", "value": "not given"}, "deficit carried"),
        (UNUSED, "compliant"),
    ],
    ids=lambda value: value["fact"] if isinstance(value, dict) else value,
)
def test_what_could_have_been_recorded_later_decides_nothing(
    tmp_path: Path, fact: dict[str, str], verdict: str
) -> None:
    """With the day of its recording the fact gives the verdict; without, the verdict is undetermined and names it."""
    others = [YEAR, {**UNUSED, "recorded": "2030-01-01"}, {"fact": "released", "value": "no", "recorded": "2029-01-01"}]
    others.append({"fact": "option", "value": "option 2", "recorded": "2029-01-01"})
    others.append({"fact": "notice of silver", "value": "given", "date": "2030-04-01"})
    others = [other for other in others if other["fact"] != fact["fact"]]
    (tmp_path / "law.zev").write_text(OPEN_LAW, encoding="utf-8")
    law = zevrules.load(str(tmp_path / "law.zev"))

    def found(row: dict[str, str], known_at: str | None) -> Any:
        books = zevrules.read_ledger(str(written(tmp_path, entries=[SILVER], facts=[*others, row])))
        return zevrules.determine(law, books, "Ember", 2030, known_at=known_at)

    assert found(fact, None).verdict == verdict
    assert found({**fact, "recorded": "2031-01-01"}, "2031-09-15").verdict == verdict
    undated = found(fact, "2031-09-15")
    assert undated.verdict == "undetermined"
    page = " ".join(zevrules.page(undated).split())
    assert "gives neither day nor model year" in page
    assert "does not say when it was recorded" in page or fact is UNUSED


# --------------------------------------------------------------------------- what cannot have been so


def test_taken_before_it_was_known(expect: Callable[[Path, str], None]) -> None:
    """A transfer recorded on time, of credits recorded late: a proper message, which names both rows."""
    books = zevrules.read_ledger("taken.json")
    with pytest.raises(Rejected) as caught:
        as_known(books, date(2031, 10, 4))

    expect(GOLDEN.parent / "asked" / "taken-before-it-was-known.expected", messages(caught.value.diagnostics))
    assert as_known(books, date(2031, 10, 5)).entries == books.entries


def test_corrected_away_before_it_was_known(tmp_path: Path) -> None:
    """A correction below zero takes like a transfer; what another received late is named too."""
    rows = [
        {**ENTRY, "date": "2031-01-01", "account": "Flint"},
        {**ENTRY, "date": "2031-01-02", "recorded": "2031-07-01", "entry": "transfer", "account": "Flint",
         "counterparty": "Ember"},
        {**ENTRY, "date": "2031-01-03", "entry": "correction", "amount": "-7"},
    ]  # fmt: skip
    books = zevrules.read_ledger(str(written(tmp_path, entries=rows)))
    with pytest.raises(Rejected) as caught:
        as_known(books, date(2031, 6, 30))

    (problem,) = caught.value.diagnostics
    assert problem.message.startswith("Ember corrects away 7 gold on 2031-01-03, and by 2031-06-30 none of them")
    assert [label.at.row for label in problem.labels] == [3, 2]  # type: ignore[union-attr]


def test_converted_before_it_was_known(tmp_path: Path) -> None:
    """Of the entries recorded later, those of the old unit and kind are shown, and none of the new."""
    old = {"account": "Ember", "jurisdiction": "Westland", "entry": "issue", "kind": "gold", "unit": "old marks"}
    rows = [
        {**old, "date": "2031-01-02", "recorded": "2031-09-01", "amount": "8"},
        {**old, "date": "2031-01-02", "recorded": "2031-09-01", "amount": "8", "unit": "new marks"},
        {
            **{**old, "entry": "conversion", "date": "2031-01-03", "amount": "2", "unit": "new marks", "kind": "tin"},
            **{"from kind": "gold", "from amount": "8", "from unit": "old marks"},
        },
    ]
    books = zevrules.read_ledger(str(written(tmp_path, entries=rows)))

    with pytest.raises(Rejected) as caught:
        as_known(books, date(2031, 6, 30))

    (problem,) = caught.value.diagnostics
    assert problem.message.startswith("Ember converts 8 gold on 2031-01-03, and by 2031-06-30 none of them")
    assert [label.at.row for label in problem.labels] == [3, 1]  # type: ignore[union-attr]


# --------------------------------------------------------------------------------- on the command line


def asked(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = main(args)
    said = capsys.readouterr()
    return status, said.out, said.err


ONE = ("rules.zev", "--ledger", "corrected.json", "--account", "Ember", "--model-year", "2030")


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """`determine`, `explain` and `compare` take the day, and each says it."""
    _, page, _ = asked(capsys, "determine", *ONE, "--as-of", CLOSES, "--known-at", "2031-09-15")
    _, traced, _ = asked(capsys, "explain", *ONE, "--known-at", "2031-10-05", "gold credits")
    rest = ("rules.zev", "--ledger", "corrected.json", "--model-year", "2030", "--known-at", "2031-09-15")
    _, compared, _ = asked(capsys, "compare", "rules.zev, known at 2031-10-05", *rest)

    assert page.startswith("COMPLIANT\n")
    assert "  known at  2031-09-15: only what had been recorded by then" in page
    assert traced.startswith("As known at 2031-10-05:\n")
    assert " is 70.00 credits" in traced
    assert "Ember, known at 2031-10-05: deficit carried, 30.00 lacking" in compared
    assert "Ember, as it is: compliant" in compared
    assert "known at 2031-10-05: only what had been recorded by then" in compared
    assert "known at 2031-09-15: only what had been recorded by then" in compared
    assert "what was recorded later, and no provision, makes the difference" in compared


def test_commands_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    """A day that is none, and a ledger that cannot have been so, end with 2 and their words."""
    taken = ("determine", "rules.zev", "--ledger", "taken.json", "--account", "Ember", "--model-year", "2030")
    status, _, error = asked(capsys, *taken, "--known-at", "2031-09-15")
    other, _, unread = asked(capsys, "compare", "rules.zev, known at 2031-02-30", *ONE[1:3], "--model-year", "2030")

    assert (status, other) == (2, 2)
    assert "error[taken-before-it-was-known]" in error
    assert "`2031-02-30` is not a day of the calendar" in unread


def test_compared_as_records(capsys: pytest.CaptureFixture[str]) -> None:
    """Each case has its day and the digest of what its ledger held."""
    cases = ("rules.zev", "rules.zev, known at 2031-09-15", "rules.zev, known at 2031-10-05")
    _, out, _ = asked(capsys, "compare", *cases, *ONE[1:3], "--model-year", "2030", "--format", "json")
    made = json.loads(out)

    Draft202012Validator(json.loads((SCHEMAS / "comparison-1.json").read_text(encoding="utf-8"))).validate(made)
    assert [case["known_at"] and case["known_at"]["day"] for case in made["cases"]] == [
        *(None, "2031-09-15", "2031-10-05")
    ]
    digests = [case["ledger_digest"] for case in made["cases"]]
    assert len(set(digests)) == 3
    assert made["ledger_digest"] == digests[0]


# ------------------------------------------------------------------------------------- every ledger

days = st.dates(date(2030, 1, 1), date(2034, 12, 31)).map(date.isoformat)
entries = st.lists(
    st.tuples(days, days, st.sampled_from(["issue", "issue", "surrender", "correction"]), st.integers(0, 90)),
    max_size=8,
    unique=True,
)
volumes = st.lists(st.tuples(days | st.just(""), st.integers(0, 2000)), max_size=4, unique_by=lambda one: one[0])


def books(folder: Path, rows: list[tuple[str, str, str, int]], facts: list[tuple[str, int]]) -> Ledger:
    """A ledger with entries of some days and days of recording, and volumes of model year 2031."""
    made = [
        {**ENTRY, "date": day, "recorded": recorded, "entry": what, "amount": str(amount), "note": str(number),
         **({"model year": "2031"} if what == "surrender" else {})}
        for number, (day, recorded, what, amount) in enumerate(rows)
    ]  # fmt: skip
    told = [{**FACT, "model year": "2031", "value": str(value), "recorded": day} for day, value in facts]
    return zevrules.read_ledger(str(written(folder, entries=made, facts=told)))


@given(entries, volumes, days)
@settings(max_examples=60)
def test_hindsight_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], facts: list[Any], day: str
) -> None:
    """What was recorded later can be taken out of the ledger: the page of the day is the same to the byte."""
    folder = tmp_path_factory.mktemp("books")
    # Rows recorded later stand below the others, as in a ledger that is only ever added to.
    rows, facts = sorted(rows, key=lambda one: one[1] > day), sorted(facts, key=lambda one: one[0] > day)
    law = zevrules.load("rules.zev")

    def page(rows: list[Any], facts: list[Any]) -> str:
        made = zevrules.determine(law, books(folder, rows, facts), "Ember", 2030, 2032, known_at=day)
        return zevrules.page(made)

    then = [one for one in rows if one[1] <= day], [one for one in facts if one[0] <= day]
    assert page(rows, facts) == page(*then)


@given(entries, volumes)
@settings(max_examples=40)
def test_in_the_end_everything_is_known(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], facts: list[Any]
) -> None:
    """Asked about a day after every record, a ledger that is dated throughout is the whole ledger."""
    ledger = books(tmp_path_factory.mktemp("books"), rows, facts)

    assert as_known(ledger, date(2099, 12, 31)) == ledger
    assert as_known(ledger, date(2099, 12, 31)).digest == ledger.digest
