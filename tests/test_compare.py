"""Cases side by side: an agency's own tables worked out again, and what makes a verdict another."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest

import zevrules
from zevrules.cli import main
from zevrules.comparison.findings import Comparison
from zevrules.comparison.printed import Held, hold, place
from zevrules.driver import compare, read_ledger, read_printed
from zevrules.library import copy
from zevrules.report import comparison, tables
from zevrules.report.comparison_records import record, to_json

GOLDEN = Path(__file__).parent / "golden" / "comparisons"
SOURCES = Path(__file__).resolve().parent.parent / "rulesets" / "ledgers" / "sources"
OPTIONS = [f"washington/option-{number}" for number in ("1", "2", "3", "4", "5a", "5b")]
SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "schema"
KINDS = {"ZEV": "zev", "BEVx": "bevx", "TZEV": "tzev", "NEV": "nev", "discount": "discount"}


@pytest.fixture(scope="module")
def options() -> Comparison:
    """The six options of the paper on its inputs."""
    return compare(OPTIONS, read_ledger("ecology-2022"), 2025)


@pytest.fixture(scope="module")
def paper() -> Comparison:
    """Option 1 and the projection, which the paper prints cell by cell."""
    return compare(["washington/option-1", "washington/projection"], read_ledger("ecology-2022"), 2025, 2030)


def source(name: str) -> list[dict[str, str]]:
    """The rows of a published table."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def values(made: Comparison, quantity: str, *, kind: str | None = None) -> list[Fraction]:
    """A quantity of no manufacturer in every case."""
    (figure,) = (f for f in made.figures if (f.quantity, f.account, f.kind) == (quantity, None, kind))
    return [made.value for made in figure.values if made is not None]


# --------------------------------------------------------------------------------- the paper's tables


def test_option_1_is_table_6(options: Comparison) -> None:
    """Every cell of 21 manufacturers and five kinds, as printed."""
    worked_out = {(f.account, f.kind): f.values[0] for f in options.figures if f.quantity == "proportional amount"}
    printed = {
        (row["manufacturer"], kind): row[column]
        for row in source("table6_option1.csv")
        for kind, column in KINDS.items()
    }

    assert len(printed) == len(worked_out) == 105
    assert {key: made.value for key, made in worked_out.items() if made} == {k: Fraction(v) for k, v in printed.items()}


def test_option_2_is_a_part_of_the_amounts_of_option_1(options: Comparison) -> None:
    """0.53 of each printed amount, half up; none lies just between two hundredths, so no rule of halves is used."""
    for figure in options.figures:
        if figure.quantity == "proportional amount":
            one, two = figure.values[0], figure.values[1]
            assert one is not None
            assert two is not None
            hundredths = one.value * 53
            assert hundredths % 1 != Fraction(1, 2)
            assert two.value == Fraction((hundredths + Fraction(1, 2)).__floor__(), 100)


SUMMARY = [
    # quantity, options 1, 2, 3, 4, 5a, 5b; option 5a is 4 and 1, option 5b is 4 and 2
    ("converted grand total", 105467, 55897, 0, 0, 105467, 55897),
    ("early action credits", 0, 0, 0, "258259.2", "258259.2", "258259.2"),
    ("early action vehicles", 0, 0, 0, 80706, 80706, 80706),
    ("total vehicles", 105467, 55897, 0, 80706, 186173, 136603),
    ("projected deficit", 6144, 6144, 6144, 6144, 6144, 6144),
    ("beyond projected deficit", 99323, 49753, -6144, 74562, 180029, 130459),
]


@pytest.mark.parametrize("row", SUMMARY, ids=lambda row: row[0])
def test_the_summary_of_the_options(options: Comparison, row: tuple[str, int]) -> None:
    """What each option comes to, beside the deficit that the projection has in model year 2030."""
    assert values(options, row[0]) == [Fraction(value) for value in row[1:]]


def test_the_converted_row(options: Comparison) -> None:
    """ZEV ÷ 4, every other kind ÷ 1.1, each to whole credits; from printed and from computed totals alike."""
    whole, converted = source("table6_option1_totals.csv")
    for kind, column in KINDS.items():
        assert values(options, "converted total", kind=kind)[0] == Fraction(converted[column])
        by_hand = Fraction(whole[column]) / (4 if kind == "ZEV" else Fraction("1.1"))
        assert (by_hand + Fraction(1, 2)).__floor__() == Fraction(converted[column])


def test_every_printed_cell_is_met_or_its_mismatch_has_a_cause(paper: Comparison) -> None:
    """Five totals of Table 6 and one cell of the projection, off by one vehicle; nothing else."""
    held = hold(paper, read_printed("ecology-2022", read_ledger("ecology-2022")))
    off = [(one.cell.quantity, one.cell.kind, one.cell.year, str(one.difference)) for one in held if one.difference]

    assert len(held) == 169
    assert off == [
        ("column total", "ZEV", None, "-1/50"),
        ("column total", "TZEV", None, "-1/100"),
        ("column total", "NEV", None, "-1/100"),
        ("column total", "discount", None, "1/100"),
        ("grand total", None, None, "-3/100"),
        ("running total", None, 2027, "1"),
    ]
    assert all(one.explained for one in held)
    assert all(
        one.cause.startswith("added up before rounding") for one in held if one.difference and one.cell.year is None
    )


def test_two_cells_differ_if_every_step_is_rounded() -> None:
    """The projection is carried unrounded because that comes nearest to the paper: by hand, the other way is worse."""
    total, off = 0, 0
    for row in source("table5_projection.csv"):
        if not row["all_new_ldv_sales"]:
            total = half_up(Fraction(total) / Fraction("3.2"))
        else:
            sales, share = Fraction(row["all_new_ldv_sales"]), Fraction(row["ev_pct"]) / 100
            electric = half_up(sales * share)
            earned = half_up(electric * (Fraction("3.2") if row["model_year"] == "2025" else 1))
            balance = earned - half_up(sales * Fraction(row["zev_mandate_pct"]) / 100)
            total += balance
            off += (electric != int(row["ev_sales"])) + (earned != int(row["credits_earned"]))
            off += balance != int(row["yearly_over_under"])
        off += total != int(row["running_total"])
    assert off >= 2


def half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


# --------------------------------------------------------------------------------- printed cells


def printed_with(tmp_path: Path, paper: Comparison, **changed: str) -> Held:
    """The cell of BMW's ZEV amount with other words in it, held against what is worked out."""
    row = {
        "table": "Table 6",
        "quantity": "proportional amount",
        "account": "BMW",
        "kind": "ZEV",
        "printed": "2,317.98",
    }
    row.update(changed)
    path = tmp_path / "printed.csv"
    path.write_text(",".join(row) + "\n" + ",".join(f'"{v}"' for v in row.values()) + "\n", encoding="utf-8")
    (held,) = hold(paper, read_printed(str(path), read_ledger("ecology-2022")))
    return held


@pytest.mark.parametrize(
    ("printed", "explained"), [("2,317.98", True), ("2318", True), ("2,317.97", False), ("2,319.00", False)]
)
def test_a_mismatch_needs_a_cause(tmp_path: Path, paper: Comparison, printed: str, explained: bool) -> None:
    """A balance known to a hundredth moves the amount by less than that, so not even a hundredth is forgiven."""
    held = printed_with(tmp_path, paper, printed=printed)

    assert held.explained is explained
    assert held.shown == Fraction("2317.98") if held.cell.place == Fraction(1, 100) else held.shown == 2318


def test_an_unexplained_cell_ends_in_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipeline that reproduces a paper learns of the first cell that nothing accounts for."""
    path = tmp_path / "printed.csv"
    path.write_text("quantity,account,kind,printed\nproportional amount,BMW,ZEV,2400.00\n", encoding="utf-8")
    asked = [
        "compare",
        "washington/option-1",
        "--ledger",
        "ecology-2022",
        "--model-year",
        "2025",
        "--printed",
        str(path),
    ]

    assert main(asked) == 1
    assert "no rounding accounts for it" in capsys.readouterr().out


def test_one_table_of_a_paper_can_be_held_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """The other is named as not held; a name that nobody works out within a table that is held stays an error."""
    asked = ["compare", "washington/option-1", "--ledger", "ecology-2022", "--model-year", "2025", "--printed"]

    assert main([*asked, "ecology-2022"]) == 0
    page = capsys.readouterr().out
    assert "133 of 138 printed cells" in page
    assert page.rstrip().endswith("so it is not held against anything.")


@pytest.mark.parametrize(
    ("text", "last"), [("12,635.57", "1/100"), ("43,773", "1"), ("22.0%", "1/1000"), ("-9,258", "1")]
)
def test_the_last_place_of_a_printed_number(text: str, last: str) -> None:
    assert place(text) == Fraction(last)


# ---------------------------------------------------------------------------- what makes the difference


def flips(made: Comparison, account: str) -> list[tuple[tuple[str, ...], list[str], str]]:
    """The verdicts of an account, and the provisions and words of each cause."""
    (one,) = (verdict for verdict in made.verdicts if verdict.account == account)
    return [
        (one.verdicts, [str(change.authority.citation) for change in cause.changes], cause.words)
        for cause in one.causes
    ]


def test_an_edited_share_makes_the_difference(tmp_path: Path) -> None:
    """BMW complies while BEVx may pay half of the ZEV requirement, and not at two fifths."""
    copy("california/acc1", tmp_path)
    use = tmp_path / "california" / "acc1" / "4-use.zev"
    text = use.read_text(encoding="utf-8")
    use.write_text(text.replace("≤50% of ZEV requirement", "≤40% of ZEV requirement"), encoding="utf-8")
    made = compare(
        ["california/acc1", str(tmp_path / "california/acc1")],
        read_ledger("california-bank"),
        2021,
        2025,
        accounts=["BMW"],
    )

    assert flips(made, "BMW") == [(("compliant", "deficit carried"), ["§ 13 CCR 1962.2(g)(6)(B)"], "")]


def test_a_reading_makes_the_difference() -> None:
    """The other reading of the base of that share gives another verdict, and its provision is named."""
    cases = ["california/acc1", "california/acc1, whole obligation"]
    made = compare(cases, read_ledger("california-bank"), 2021, 2025, accounts=["BMW", "Tesla"])

    assert flips(made, "BMW") == [(("compliant", "deficit carried"), ["§ 13 CCR 1962.2(g)(6)(B)"], "")]
    assert flips(made, "Tesla") == []


ROOM = """
ruleset westland/rule
    title        "A rule with options and texts"
    jurisdiction Westland
    model years  2030 through 2031

§ 13 CCR 1 — Credits
green credits are gold, highest first
origins are early
fact volume in vehicles of each model year
each model year closes on August 31 of the next year
each manufacturer must satisfy duty
    of 10% × volume in credits
gold may satisfy duty
each manufacturer may deposit 50 credits as early credits
    in model year 2030, of each kind

§ 13 CCR 2 — Options
each manufacturer chooses option 1 or option 2
    option 1 unless notice of option 2 is given by 2030-01-01

§ 13 CCR 3 — Option 1
Westland option 1 cap 60%
    of duty
    on early credits

§ 13 CCR 4 — Option 2
Westland option 2 cap 20%
    of duty
    on early credits

§ 13 CCR 5 — Later
    in force from 2032-01-01
cap 10%
    of duty
    on early credits

§ 13 CCR 6 — Two that only work together
    in force from 2033-01-01
lead credits is 0 credits
"""
BOOK = {
    "ledger": {"title": "A book", "complete through": "2035-12-31"},
    "accounts": [{"account": "Ember"}],
    "entries": [
        {"date": "2030-06-01", "account": "Ember", "jurisdiction": "Westland", "entry": "deposit", "kind": "gold",
         "amount": "50", "unit": "green credits", "origin": "early"},
        {"date": "2030-07-01", "account": "Ember", "jurisdiction": "Westland", "entry": "issue", "kind": "gold",
         "amount": "50", "unit": "green credits", "vintage": "2030"},
    ],
    "facts": [{"account": "Ember", "fact": "volume", "model year": "2030", "value": "1000", "unit": "vehicles"}],
}  # fmt: skip


def westland(tmp_path: Path, *cases: str) -> Comparison:
    """Cases of a small rule: 100 owed, 50 earned, 50 early credits that a cap may stop."""
    (tmp_path / "rules.zev").write_text(ROOM, encoding="utf-8")
    (tmp_path / "ledger.json").write_text(json.dumps(BOOK), encoding="utf-8")
    cases = tuple(case.replace("WESTLAND", str(tmp_path / "rules.zev")) for case in cases)
    return compare(cases, read_ledger(str(tmp_path / "ledger.json")), 2030)


def test_an_option_makes_the_difference(tmp_path: Path) -> None:
    made = westland(tmp_path, "WESTLAND, option 1", "WESTLAND, option 2")

    assert flips(made, "Ember") == [(("compliant", "not compliant"), ["§ 13 CCR 4"], "")]


def test_a_later_text_makes_the_difference(tmp_path: Path) -> None:
    made = westland(tmp_path, "WESTLAND", "WESTLAND, as of 2032-06-01")

    assert flips(made, "Ember") == [(("compliant", "not compliant"), ["§ 13 CCR 5"], "")]


def test_a_fact_on_trial_makes_the_difference(tmp_path: Path) -> None:
    made = westland(tmp_path, "WESTLAND", "WESTLAND, volume of model year 2030=2000")

    ((verdicts, provisions, words),) = flips(made, "Ember")
    assert (verdicts, provisions) == (("compliant", "not compliant"), [])
    assert "facts set on trial" in words


def test_provisions_that_only_together_make_the_difference(tmp_path: Path) -> None:
    """Credits that two statements keep out come in only where both are lifted."""
    text = ROOM.replace("cap 10%\n    of duty\n    on early credits\n", "cap 100%\n    of duty\n    on early credits\n")
    strict = (
        text.replace("cap 60%", "cap 20%").replace("cap 100%", "cap 20%").replace("    in force from 2032-01-01\n", "")
    )
    (tmp_path / "strict.zev").write_text(strict, encoding="utf-8")
    loose = strict.replace("option 1 cap 20%", "option 1 cap 60%").replace("\ncap 20%", "\ncap 70%")
    (tmp_path / "loose.zev").write_text(loose, encoding="utf-8")
    made = westland(tmp_path, str(tmp_path / "strict.zev"), str(tmp_path / "loose.zev"))

    assert flips(made, "Ember") == [(("not compliant", "compliant"), ["§ 13 CCR 3", "§ 13 CCR 5"], "")]


def test_verdicts_are_those_of_determine(tmp_path: Path) -> None:
    """A case is a determination, and says what it says."""
    ledger = read_ledger("california-bank")
    made = compare(["california/acc1"], ledger, 2021, accounts=["BMW", "Volvo", "GM"])
    alone = {
        n: zevrules.determine(zevrules.load("california/acc1"), ledger, n, 2021).verdict for n in ("BMW", "Volvo", "GM")
    }

    assert {one.account: one.verdicts[0] for one in made.verdicts} == alone


# ----------------------------------------------------------------------------------------- how it is written

PAGES = {
    "options": [*OPTIONS, "--ledger", "ecology-2022", "--model-year", "2025"],
    "projection": ["washington/projection", "--ledger", "ecology-2022", "--model-year", "2025..2030", "--places", "0"],
    "colorado": ["colorado/zev, option 1", "colorado/zev, option 2", "colorado/zev, option 2, yearly", "--ledger",
                 "colorado-example", "--model-year", "2023..2025"],
    "reading": ["california/acc1", "california/acc1, whole obligation", "--ledger", "california-bank", "--account",
                "BMW", "--account", "VW", "--model-year", "2021..2025"],
    "states": ["nevada/zev", "virginia/zev", "--ledger", "adopting-states", "--model-year", "2025"],
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, expect: Callable[[Path, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """The whole page, within a sheet of paper."""
    assert main(["compare", *PAGES[name]]) == 0
    page = capsys.readouterr().out
    assert max(map(len, page.splitlines())) <= 104
    expect(GOLDEN / f"{name}.txt", page)


def test_printed_page(expect: Callable[[Path, str], None], paper: Comparison) -> None:
    """Computed against printed, with every mismatch and its cause."""
    held = hold(paper, read_printed("ecology-2022", read_ledger("ecology-2022")))
    shown = [table for table in comparison.tables(paper, held) if table.title.startswith("Printed")]

    expect(GOLDEN / "printed.txt", tables.text(shown))


def test_markdown(expect: Callable[[Path, str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Ready for a rulemaking paper."""
    asked = ["compare", *OPTIONS[:2], "--ledger", "ecology-2022", "--model-year", "2025", "--show", "total vehicles",
             "--show", "converted total", "--format", "markdown"]  # fmt: skip

    assert main(asked) == 0
    expect(GOLDEN / "markdown.md", capsys.readouterr().out)


def test_csv_has_every_number_exactly(options: Comparison) -> None:
    """Every cell on a line of its own, as shown and exactly."""
    lines = list(csv.DictReader(StringIO(tables.csv_text(comparison.tables(options, full=True)))))
    bmw = next(row for row in lines if (row["row"], row["column"]) == ("BMW", "BEVx"))

    away = next(
        row for row in lines if row["table"].endswith("option-2, difference from option-1") and row["row"] == "BMW"
    )

    assert (away["column"], away["exact"]) == ("ZEV", "-1089.45")
    assert (bmw["shown"], Fraction(bmw["exact"])) == ("4901.55", Fraction("4901.55"))
    assert len({(row["table"], row["row"], row["column"]) for row in lines}) == len(lines)


def test_json_is_exact_and_the_same_each_time(options: Comparison) -> None:
    """No float anywhere; the same comparison gives the same bytes."""
    said = to_json(options)
    read = json.loads(said, parse_float=lambda text: pytest.fail(f"a float: {text}"))

    assert said == to_json(compare(OPTIONS, read_ledger("ecology-2022"), 2025))
    assert read["schema"] == 1
    assert all(case["proposed"] for case in read["cases"])
    assert {"quantity": "total vehicles", "account": None, "kind": None, "model_year": None, "unit": "vehicles",
            "values": ["105467", "55897", "0", "80706", "186173", "136603"]} in read["figures"]  # fmt: skip


def test_the_record_is_of_the_shape_that_tools_are_promised(options: Comparison, paper: Comparison) -> None:
    """With figures, printed cells, verdicts and their causes."""
    from jsonschema import Draft202012Validator

    schema = json.loads((SCHEMAS / "comparison-1.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    held = hold(paper, read_printed("ecology-2022", read_ledger("ecology-2022")))
    cases = ["california/acc1", "california/acc1, whole obligation"]
    turned = compare(cases, read_ledger("california-bank"), 2021, 2025, accounts=["BMW"])

    for made in (record(options), record(paper, held), record(turned)):
        assert [error.message for error in validator.iter_errors(made)] == []
    assert record(turned)["verdicts"][0]["causes"]


def test_a_workbook_reads_back(options: Comparison, tmp_path: Path) -> None:
    """A sheet for each table, with the numbers of the page; the same bytes each time."""
    from python_calamine import CalamineWorkbook

    made = comparison.tables(options)
    for name in ("one.xlsx", "two.xlsx"):
        tables.write_workbook(made, tmp_path / name)
    book = CalamineWorkbook.from_path(str(tmp_path / "one.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert len(book.sheet_names) == len(made)
    assert ["total vehicles", 105467.0, 55897.0, 0.0, 80706.0, 186173.0, 136603.0] in rows


# ------------------------------------------------------------------------------------------------ refusals

OPTION_1 = ("washington/option-1", "--ledger", "ecology-2022", "--model-year", "2025")
REFUSED = {
    "unreadable-case": ("colorado/zev, option 7", "--ledger", "colorado-example", "--model-year", "2023"),
    "unreadable-cell": (*OPTION_1, "--printed", "bad.csv"),
    "no-such-figure": (*OPTION_1, "--printed", "other.csv"),
    "no-such-quantity": (*OPTION_1, "--show", "total vehicls"),
    "workbook-needs-a-file": (*OPTION_1, "--format", "xlsx"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused(
    code: str,
    expect: Callable[[Path, str], None],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be compared is told with its code and the mend."""
    monkeypatch.chdir(tmp_path)
    Path("bad.csv").write_text("quantity,printed\ngrand total,about 5\n", encoding="utf-8")
    Path("other.csv").write_text("quantity,printed\ngrand totl,5\n", encoding="utf-8")

    assert main(["compare", *REFUSED[code]]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error[{code}]")
    room = "asked" if code.startswith("workbook") else "fitting"
    expect(Path(__file__).parent / "golden" / room / f"{code}.expected", said)


def test_no_workbooks(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    expect: Callable[[Path, str], None],
) -> None:
    """Without the library that writes them, the mend is told."""
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)

    assert main(["compare", *OPTION_1, "--format", "xlsx", "--output", str(tmp_path / "a.xlsx")]) == 2
    expect(Path(__file__).parent / "golden" / "asked" / "no-workbooks.expected", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("colorado/zve", "unknown-ruleset"),
        ("colorado/zev, as of 2024-02-30", "unreadable-case"),
        ("colorado/zev, combind", "unknown-reading"),
        ("washington/option-1, option 1", "unreadable-case"),
    ],
)
def test_a_case_that_cannot_be_read(case: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", case, "--ledger", "colorado-example", "--model-year", "2023"]) == 2
    assert re.match(rf"error\[{told}\]", capsys.readouterr().err)
