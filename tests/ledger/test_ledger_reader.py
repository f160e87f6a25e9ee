"""What a stored ledger says, and that it says the same however it is stored."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from zevrules.ledger.columns import IN_ORDER
from zevrules.ledger.entries import Ledger, Row
from zevrules.ledger.queries import deliveries, fact, find_account, group, owned_together
from zevrules.ledger.reader import facts_set, read_ledger
from zevrules.ledger.template import Asked, Asks, write_template

Sheets = dict[str, list[dict[str, str]]]

SMALL: Sheets = {
    "ledger": [{"name": "title", "value": "A small one"}, {"name": "Complete Through", "value": "2024-12-31"}],
    "accounts": [
        {"account": "North Motors", "aliases": "North; NM", "owner": "Holding", "owner share": "60%"},
        {"account": "South Cars", "owner": "North", "owner share": "0.5"},
        {"account": "East Vans", "owner": "holding", "owner share": "1/3"},
        {"account": "West"},
    ],
    "entries": [
        {
            **{"date": "2021-01-01", "account": "nm", "jurisdiction": "Westland", "entry": "Issue", "kind": "A"},
            **{"amount": "1,000.50", "unit": "credits", "vintage": "2020", "origin": "earned"},
        },
        {
            **{"date": "2021-02-01", "recorded": "2021-03-01", "account": "North", "jurisdiction": "Westland"},
            **{"entry": "transfer", "kind": "A", "amount": "1/2", "unit": "credits", "counterparty": "south  cars"},
        },
        {
            **{"date": "2021-02-02", "account": "North", "jurisdiction": "Westland", "entry": "transfer", "kind": "A"},
            **{"amount": "2", "unit": "credits", "to jurisdiction": "Eastland"},
        },
    ],
    "facts": [
        {"account": "North", "fact": "volume", "jurisdiction": "Westland", "model year": "2021", "value": "45,444"},
        {
            **{"account": "North", "fact": "volume", "jurisdiction": "Westland", "model year": "2021"},
            **{"value": "45,445", "recorded": "2023-01-01"},
        },
        {"fact": "volume", "jurisdiction": "Westland", "model year": "2021", "value": "7"},
        {"account": "North", "fact": "notice", "value": "given", "date": "2021-01-31"},
        {"account": "North", "fact": "not known yet", "value": ""},
    ],
    "deliveries": [
        {
            **{"account": "North", "jurisdiction": "Westland", "model year": "2021", "vehicle": "A", "model": "One"},
            **{"count": "1,250", "electric range": "120", "has a heater": "yes", "weight": ""},
        }
    ],
}


def columns(name: str, rows: list[dict[str, str]]) -> list[str]:
    """The documented columns of a sheet and any others that its rows use."""
    return list(dict.fromkeys([*IN_ORDER[name], *(column for row in rows for column in row)]))


def as_csv(folder: Path, sheets: Sheets) -> Path:
    """Store *sheets* as a folder of CSV files."""
    folder.mkdir()
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, columns(name, rows)[::-1])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def as_json(path: Path, sheets: Sheets) -> Path:
    """Store *sheets* as a JSON file, whole numbers and decimals as JSON numbers."""

    def stored(text: str) -> str | int | float:
        if text.isascii() and text.isdigit() and text == str(int(text)) and len(text) < 10:
            return int(text)
        return text

    data = {name: [{k: stored(v) for k, v in row.items()} for row in rows] for name, rows in sheets.items()}
    settings = {row["name"]: row["value"] for row in sheets["ledger"]}
    path.write_text(json.dumps({**data, "ledger": settings}), encoding="utf-8")
    return path


def as_xlsx(path: Path, sheets: Sheets) -> Path:
    """Store *sheets* as a workbook, with real numbers, percentages, booleans and dates where a person would."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False})
    day = book.add_format({"num_format": "d mmm yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name.title())
        header = columns(name, rows)
        sheet.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            for column, text in row.items():
                place = header.index(column)
                if text in ("yes", "no") and column not in ("account", "title"):
                    sheet.write_boolean(number, place, text == "yes")
                elif column in ("date", "recorded") and text:
                    sheet.write_datetime(number, place, date.fromisoformat(text), day)
                elif text.isascii() and text.isdigit() and text == str(int(text)) and len(text) < 10:
                    sheet.write_number(number, place, int(text))
                elif text:
                    sheet.write_string(number, place, text)
    book.close()
    return path


def three_ways(folder: Path, sheets: Sheets) -> tuple[Ledger, Ledger, Ledger]:
    """*sheets* stored in each way, and read."""
    stored = (as_csv(folder / "one", sheets), as_json(folder / "two.json", sheets), as_xlsx(folder / "3.xlsx", sheets))
    by_csv, by_json, by_xlsx = (read_ledger(path) for path in stored)
    return by_csv, by_json, by_xlsx


@pytest.fixture
def small(tmp_path: Path) -> Ledger:
    """The small ledger above."""
    return read_ledger(as_csv(tmp_path / "small", SMALL))


def test_what_a_ledger_says(small: Ledger) -> None:
    """Every cell becomes its value, every name the declared one."""
    assert (small.name, small.title, small.complete_through) == ("small", "A small one", date(2024, 12, 31))
    assert [account.owner for account in small.accounts] == ["Holding", "North Motors", "holding", None]
    assert [account.share for account in small.accounts] == [Fraction(3, 5), Fraction(1, 2), Fraction(1, 3), None]
    issue, transfer, moved = small.entries
    assert (issue.account, issue.what, issue.amount, issue.vintage) == (
        "North Motors",
        "issue",
        Fraction(2001, 2),
        2020,
    )
    assert (issue.recorded, transfer.recorded) == (date(2021, 1, 1), date(2021, 3, 1))
    assert (transfer.counterparty, transfer.amount, transfer.vintage) == ("South Cars", Fraction(1, 2), None)
    assert (transfer.receiver, transfer.destination) == ("South Cars", "Westland")
    assert (moved.counterparty, moved.to_jurisdiction) == (None, "Eastland")
    assert (moved.receiver, moved.destination) == ("North Motors", "Eastland")
    notice = small.facts[-1]
    assert (notice.name, notice.value, notice.date, str(notice.at)) == (
        *("notice", True, date(2021, 1, 31)),
        "facts.csv row 5",
    )
    (delivery,) = small.deliveries
    assert (delivery.count, delivery.facts) == (1250, (("electric range", Fraction(120)), ("has a heater", True)))


def test_three_ways_small(tmp_path: Path) -> None:
    """The same ledger as CSV, JSON and XLSX."""
    by_csv, by_json, by_xlsx = three_ways(tmp_path, SMALL)
    assert by_csv == by_json == by_xlsx
    assert by_csv.digest == by_json.digest == by_xlsx.digest


def test_a_change_changes_the_digest(small: Ledger, tmp_path: Path) -> None:
    """Any word that is different makes another digest."""
    other = {**SMALL, "ledger": [{"name": "title", "value": "A smaller one"}]}
    changed = read_ledger(as_csv(tmp_path / "other", other))
    assert changed != small
    assert changed.digest != small.digest


def test_a_move_to_another_jurisdiction_is_part_of_what_a_ledger_says(small: Ledger, tmp_path: Path) -> None:
    """It changes the digest; without any, the digest is what it was before ledgers could say so."""
    *before, last = SMALL["entries"]
    last = {**last, "counterparty": "South Cars"}
    moved, stayed = ({**SMALL, "entries": [*before, row]} for row in (last, _without(last)))
    first, second = (read_ledger(as_csv(tmp_path / name, s)) for name, s in (("moved", moved), ("stayed", stayed)))

    assert first != second
    assert first.digest != second.digest
    assert "'Eastland'" in ascii(first.entries[-1].content())
    assert second.entries[-1].content()[-1] == second.entries[-1].note


def _without(row: dict[str, str]) -> dict[str, str]:
    return {column: text for column, text in row.items() if column != "to jurisdiction"}


CONVERTED = {
    **{"date": "2022-01-01", "account": "North", "jurisdiction": "Westland", "entry": "conversion", "kind": "B"},
    **{"amount": "250", "unit": "values", "origin": "converted", "model year": "2022"},
    **{"from kind": "A", "from amount": "997.50", "from unit": "credits"},
}


def test_a_conversion_says_what_became_what(tmp_path: Path) -> None:
    """In each way of storing it; and what it takes are the old credits."""
    sheets = {**SMALL, "entries": [*SMALL["entries"], CONVERTED]}
    by_csv, by_json, by_xlsx = three_ways(tmp_path, sheets)
    made = by_csv.entries[-1]

    assert by_csv.digest == by_json.digest == by_xlsx.digest
    assert (made.kind, made.amount, made.unit, made.model_year) == ("B", 250, "values", 2022)
    assert made.taken == ("A", Fraction("997.5"), "credits")


def test_columns_of_conversions_change_no_digest_unless_used(tmp_path: Path) -> None:
    """Ledgers written before they could say so say what they always said; each of the three counts."""
    sheets = {**SMALL, "entries": [*SMALL["entries"], CONVERTED]}
    whole = read_ledger(as_csv(tmp_path / "whole", sheets))
    for column, value in (("from_kind", "Z"), ("from_amount", Fraction(9)), ("from_unit", "marks")):
        other = attrs.evolve(whole.entries[-1], **{column: value})
        assert attrs.evolve(whole, entries=(*whole.entries[:-1], other)).digest != whole.digest, column
    assert len(whole.entries[0].content()) == len(whole.entries[-1].content()) - 4
    assert whole.entries[0].content()[-1] == whole.entries[0].note


# ------------------------------------------------------------------------------------- every ledger

# Words that are read as numbers, days or yes and no, and control characters, are left out: a name is none of these.
letters = st.characters(categories=("Lu", "Ll"), codec="utf-8")
words = st.text(letters, min_size=3, max_size=8).map(lambda word: "n" + word.casefold())
notes = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=12).map(str.strip)
numbers = st.decimals(0, 10**6, places=2).map(str) | st.integers(0, 10**6).map(lambda n: f"{n:,}")
years = st.integers(2010, 2030).map(str)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31)).map(date.isoformat)
values = numbers | words | days | st.sampled_from(["yes", "no", "not given", "12.6%", "1/3", "-4", "not used"])
places = st.sampled_from(["Westland", "Eastland"])
accounts = st.sampled_from(["North", "South", "nm"])
entry_rows = st.fixed_dictionaries(
    {
        **{"date": days, "recorded": days | st.just(""), "account": accounts, "jurisdiction": places},
        **{"entry": st.sampled_from(["opening", "issue", "deposit"]), "kind": st.sampled_from(["A", "B"])},
        **{"amount": numbers, "unit": st.just("credits"), "vintage": years | st.just(""), "note": notes},
    }
)
fact_rows = st.fixed_dictionaries(
    {
        **{"account": accounts | st.just(""), "fact": st.sampled_from(["volume", "size"]), "jurisdiction": places},
        **{"model year": years, "value": values, "recorded": days, "reference": notes},
    }
)
delivery_rows = st.fixed_dictionaries(
    {
        **{"account": accounts, "jurisdiction": places, "model year": years, "vehicle": st.just("A")},
        **{"model": notes, "count": st.integers(0, 10**6).map(str), "range": numbers | st.just("")},
    }
)


def by_key(*names: str) -> object:
    """What tells a row from others, so that none stands twice."""
    aliases = {"nm": "North"}
    return lambda row: tuple(aliases.get(row[name], row[name]) for name in names)


ledgers = st.fixed_dictionaries(
    {
        "ledger": notes.map(lambda title: [{"name": "title", "value": title}]),
        "accounts": st.just([{"account": "North", "aliases": "NM"}, {"account": "South"}]),
        "entries": st.lists(entry_rows, max_size=6, unique_by=by_key("date")),
        "facts": st.lists(fact_rows, max_size=6, unique_by=by_key("fact", "recorded")),
        "deliveries": st.lists(delivery_rows, max_size=4, unique_by=by_key("count")),
    }
)


@given(ledgers)
@example(SMALL)
def test_three_ways(sheets: Sheets) -> None:
    """However a ledger is stored, it says the same and has the same digest."""
    with tempfile.TemporaryDirectory() as folder:
        by_csv, by_json, by_xlsx = three_ways(Path(folder), sheets)
    assert by_csv == by_json
    assert by_csv == by_xlsx
    assert by_csv.digest == by_json.digest == by_xlsx.digest


# ---------------------------------------------------------------------------------------- questions

QUESTIONS = [
    # account, name, model year, answer
    ("North Motors", "volume", 2021, 45445),
    ("north motors", "Volume", 2021, 45445),
    ("North Motors", "volume", 2022, None),
    ("South Cars", "volume", 2021, 7),
    ("South Cars", "size", 2021, None),
]


@pytest.mark.parametrize(("account", "name", "year", "answer"), QUESTIONS)
def test_fact(small: Ledger, account: str, name: str, year: int, answer: int | None) -> None:
    """The account's own fact, the latest recorded; else that of every account."""
    found = fact(small, account, name, jurisdiction="westland", model_year=year)
    assert (found.value if found else None) == answer


def test_a_fact_is_asked_for_exactly(small: Ledger) -> None:
    """A fact of one year or place is none of another's, nor of all."""
    assert fact(small, "North Motors", "volume") is None
    assert fact(small, "North Motors", "volume", jurisdiction="Westland", model_year=2021, kind="A") is None
    assert fact(small, "North Motors", "notice") is not None


GROUPS = [
    ("North Motors", "1/4", ["North Motors", "South Cars", "East Vans"]),
    ("South Cars", "1/4", ["North Motors", "South Cars", "East Vans"]),
    ("North Motors", "1/3", ["North Motors", "South Cars"]),  # a third is not more than a third
    ("North Motors", "1/2", ["North Motors"]),
    ("West", "0", ["West"]),
]


@pytest.mark.parametrize(("account", "over", "members"), GROUPS)
def test_group(small: Ledger, account: str, over: str, members: list[str]) -> None:
    """Common ownership reaches through a parent that is no account, and strictly over the share."""
    assert list(group(small, account, Fraction(over))) == members


def test_deliveries(small: Ledger) -> None:
    """All of an account, or those of one place and year."""
    (delivery,) = deliveries(small, "North Motors")
    assert deliveries(small, "North Motors", jurisdiction="westland", model_year=2021) == (delivery,)
    assert deliveries(small, "North Motors", model_year=2022) == ()
    assert deliveries(small, "South Cars") == ()


def test_find_account(small: Ledger) -> None:
    """By name or alias, however it is written."""
    assert find_account(small, " nm ") == small.accounts[0]


# -------------------------------------------------------------------------------------- facts on trial


def test_facts_set(small: Ledger) -> None:
    """The fact set takes the place of every one it names, and the ledger given stays as it was."""
    before = small.digest
    settings = [("volume in Westland of model year 2021", "50,000"), ("size in Westland", "large")]
    trial = facts_set(small, settings, "NM")

    found = fact(trial, "North Motors", "volume", jurisdiction="Westland", model_year=2021)
    assert found is not None
    assert (found.value, found.at) == (50000, Row("--set", 1))
    assert [f.value for f in trial.facts if f.name == "volume"] == [7, 50000]
    large = fact(trial, "North Motors", "size", jurisdiction="Westland")
    assert large is not None
    assert large.value == "large"
    assert small.digest == before != trial.digest


def test_facts_set_everywhere(small: Ledger) -> None:
    """A setting that names no place or year takes the place of the fact in all of them."""
    trial = facts_set(small, [("volume", "1")], "North")
    assert [(f.account, f.value) for f in trial.facts if f.name == "volume"] == [(None, 7), ("North Motors", 1)]


# ------------------------------------------------------------------------------------------ templates

ASKS = Asks(
    facts=(
        Asked("volume", "vehicles", "Westland", 2020, note="passenger cars, delivered for sale"),
        Asked("volume", "vehicles", "Eastland", 2020),
        Asked("notice of a plan", note="`given` with its date, or `not given`"),
        Asked("balance", "credits", kind="A"),
    ),
    vehicle_facts=("electric range",),
    vehicles=("A",),
    kinds=("A", "B"),
    unit="credits",
    origins=("earned",),
    jurisdiction="Westland",
)


def test_template(tmp_path: Path) -> None:
    """It reads as it is, as a ledger in which nothing is known yet, and has a row for every question."""
    written = write_template(tmp_path / "new", ASKS)
    assert [path.name for path in written] == [f"{name}.csv" for name in IN_ORDER]
    ledger = read_ledger(tmp_path / "new")
    assert (len(ledger.accounts), ledger.facts, ledger.deliveries) == (1, (), ())
    facts = (tmp_path / "new" / "facts.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(facts) == 1 + len(ASKS.facts)
    assert facts[1] == 'Our company,volume,Westland,2020,,,vehicles,,,,"passenger cars, delivered for sale"'
    assert "electric range" in (tmp_path / "new" / "deliveries.csv").read_text(encoding="utf-8-sig")


def test_a_filled_in_template(tmp_path: Path) -> None:
    """A value written into its row is the fact asked for."""
    write_template(tmp_path, ASKS)
    path = tmp_path / "facts.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",,,vehicles", ",,500,vehicles", 1), encoding="utf-8")
    found = fact(read_ledger(tmp_path), "Our company", "volume", jurisdiction="Westland", model_year=2020)
    assert found is not None
    assert found.value == 500


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    """One file in the way, and none is written."""
    (tmp_path / "facts.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_template(tmp_path, ASKS)
    assert [path.name for path in tmp_path.iterdir()] == ["facts.csv"]


def test_records_are_frozen(small: Ledger) -> None:
    """What happened does not change."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        small.entries[0].amount = Fraction(0)  # type: ignore[misc]


def test_firms_are_owned_together_from_the_share_on(small: Ledger) -> None:
    """A chain of holdings, each at least as large; a parent need not be an account, and everyone has itself."""
    half, more = Fraction(1, 2), Fraction(51, 100)
    assert owned_together(small, "South Cars", "holding", half)
    assert owned_together(small, "Holding", "south cars", half)
    assert not owned_together(small, "South Cars", "Holding", more)
    assert not owned_together(small, "South Cars", "East Vans", half)
    assert owned_together(small, "West", "West", more)
