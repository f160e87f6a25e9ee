"""Every fault of a ledger has an example, and its whole message is kept."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from zevrules.diagnostic import Cell, Diagnostic, Rejected
from zevrules.ledger import errors
from zevrules.ledger.queries import find_account
from zevrules.ledger.reader import facts_set, read_ledger

GOLDEN = Path(__file__).parents[1] / "golden" / "ledger"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())


def shown(diagnostics: tuple[Diagnostic, ...]) -> str:
    """The diagnostics as plain text, each with its places."""
    blocks = []
    for problem in diagnostics:
        lines = [f"{problem.severity}[{problem.code}]: {problem.message}"]
        for label in problem.labels:
            assert isinstance(label.at, Cell)
            place = f"{label.at.sheet} row {label.at.row}"
            place += f", {label.at.column}" if label.at.column else ""
            place += f": `{label.at.text}`" if label.at.text is not None else ""
            lines.append(f"  --> {place}" + (f" ({label.words})" if label.words else ""))
        lines += [f"  {problem.why}"] if problem.why else []
        lines += [f"  help: {problem.help}"] if problem.help else []
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def rejection(path: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with the ledger at *path*."""
    with pytest.raises(Rejected) as caught:
        read_ledger(path)
    return caught.value.diagnostics


def stored(folder: Path) -> Path:
    """The ledger of a golden case: its JSON file, or the folder itself."""
    return next(folder.glob("*.json"), folder)


@pytest.mark.parametrize("case", CASES)
def test_message(case: str, expect: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of each golden ledger, to the byte."""
    monkeypatch.chdir(GOLDEN)  # so that a message that names the path is the same on every machine
    said = shown(rejection(stored(Path(case))))
    expect(GOLDEN / case / "expected.txt", said)
    code = next(code for code in (case, case.rpartition("-")[0]) if f"[{code}]" in said)
    assert hasattr(errors, code.replace("-", "_"))


# -------------------------------------------------- faults that only a workbook, or a strange file, can have


def book(path: Path, fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> Path:
    """A sound workbook but for what *fill* writes into the row 2 of the facts."""
    workbook = xlsxwriter.Workbook(str(path))
    for name, rows in {"ledger": [["name", "value"]], "accounts": [["account"], ["North"]]}.items():
        sheet = workbook.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    facts = workbook.add_worksheet("facts")
    facts.write_row(0, 0, ["account", "fact", "value"])
    facts.write_row(1, 0, ["North", "volume"])
    fill(workbook, facts)
    workbook.close()
    return path


BOOKS: dict[str, tuple[str, Callable[..., object]]] = {
    "formula-without-value": ("facts row 2, value", lambda _, s: s.write_formula("C2", "=1+1", None, "")),
    "error-value": ("facts row 2, value: `#DIV/0!`", lambda _, s: s.write_formula("C2", "=1/0", None, "#DIV/0!")),
    "binary-fraction": ("facts row 2, value: `0.3333333333333333`", lambda _, s: s.write("C2", 1 / 3)),
    "unknown-sheet": ("notes row 1", lambda b, _: b.add_worksheet("notes").write("A1", "hello")),
    "too-large": ("row 1048576, column 16384", lambda _, s: s.write(1048575, 16383, "far")),
    "cell-outside": ("facts row 2: `stray`", lambda _, s: s.write("F2", "stray")),
}


@pytest.mark.parametrize("code", BOOKS)
def test_workbook(code: str, tmp_path: Path) -> None:
    """The faults of a workbook, each told once and nothing else."""
    place, fill = BOOKS[code]
    found = rejection(book(tmp_path / "book.xlsx", fill))
    assert [problem.code for problem in found] == [code]
    assert place in shown(found)


def test_a_formula_with_a_saved_result_is_its_result(tmp_path: Path) -> None:
    """Only a result that was never saved is a fault."""
    ledger = read_ledger(book(tmp_path / "book.xlsx", lambda _, s: s.write_formula("C2", "=1+1", None, 2)))
    assert ledger.facts[0].value == 2


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """A part that is packed too tightly is refused before it is unpacked."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 40_000_000)
    (problem,) = rejection(path)
    assert problem.code == "too-large"
    assert "xl/workbook.xml" in problem.message


def test_a_workbook_with_links(tmp_path: Path) -> None:
    """A value fetched from another file is no record."""
    path = book(tmp_path / "book.xlsx", lambda _, s: s.write("C2", 1))
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    (problem,) = rejection(path)
    assert problem.code == "external-link"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", b"not a workbook at all"])
def test_a_damaged_workbook(content: bytes, tmp_path: Path) -> None:
    """Whatever is called a workbook and is none is refused in words."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    (problem,) = rejection(path)
    assert problem.code == "not-a-ledger"


def test_a_workbook_that_declares_entities(tmp_path: Path) -> None:
    """No spreadsheet program writes a document type; it is the way to make a small file grow."""
    path = book(tmp_path / "book.xlsx", lambda _, s: s.write("C2", 1))
    grown = tmp_path / "grown.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(grown, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/workbook.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1)
            new.writestr(info.filename, content)
    (problem,) = rejection(grown)
    assert problem.code == "not-a-ledger"
    assert "document type" in problem.message


def test_without_the_package_for_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message, which says what to install."""
    path = book(tmp_path / "book.xlsx", lambda _, s: s.write("C2", 1))
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    (problem,) = rejection(path)
    assert problem.code == "missing-package"
    assert 'pip install "zevrules[xlsx]"' in problem.help


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is not even opened."""
    monkeypatch.setattr(errors, "MOST_BYTES", 10)
    path = tmp_path / "ledger.json"
    path.write_text('{"ledger": {"title": "more than ten"}}', encoding="utf-8")
    (problem,) = rejection(path)
    assert problem.code == "too-large"


def test_no_such_ledger(tmp_path: Path) -> None:
    """The nearest name beside it is proposed."""
    (tmp_path / "california-bank").mkdir()
    (problem,) = rejection(tmp_path / "california-bnak")
    assert problem.code == "no-such-ledger"
    assert str(tmp_path / "california-bank") in problem.help


def test_one_sheet_is_not_the_ledger(tmp_path: Path) -> None:
    """The help for the likeliest mistake."""
    path = tmp_path / "facts.csv"
    path.write_text("account,fact,value\n", encoding="utf-8")
    (problem,) = rejection(path)
    assert (problem.code, problem.help) == ("not-a-ledger", "give the folder, not one of its files")


def test_two_files_for_one_sheet(tmp_path: Path) -> None:
    """Capitals make no difference, so two files can be one sheet."""
    for name in ("ledger.csv", "Ledger.csv"):
        (tmp_path / name).write_text("name,value\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("account\nNorth\n", encoding="utf-8")
    assert [problem.code for problem in rejection(tmp_path)] == ["sheet-twice"]


# ----------------------------------------------------------------------------- questions that cannot be answered

SETTINGS = [
    ("volume", "45,44", "bad-number"),
    ("volume", "", "missing-cell"),
    ("last day", "2021-02-30", "bad-date"),
    ("volume of model year 21", "5", "bad-model-year"),
    (" in Westland", "5", "bad-setting"),
]


@pytest.mark.parametrize(("name", "value", "code"), SETTINGS)
def test_facts_set_that_cannot_be_read(name: str, value: str, code: str) -> None:
    """A trial names its fault, and the number of the setting."""
    ledger = read_ledger(GOLDEN.parents[2] / "rulesets" / "ledgers" / "california-bank")
    with pytest.raises(Rejected) as caught:
        facts_set(ledger, [("volume", "1"), (name, value)], "BMW")
    assert [problem.code for problem in caught.value.diagnostics] == [code]


def test_an_account_asked_for_that_is_none() -> None:
    """The nearest account or alias is proposed."""
    ledger = read_ledger(GOLDEN.parents[2] / "rulesets" / "ledgers" / "california-bank")
    with pytest.raises(Rejected) as caught:
        find_account(ledger, "Stelantis")
    assert caught.value.diagnostics[0].help == "did you mean `Stellantis`?"


ELSEWHERE = {
    *(*BOOKS, "external-link", "missing-package", "no-such-ledger", "sheet-twice", "bad-setting"),
    "taken-before-it-was-known",  # of a day that is asked about: tests/test_known_at.py
}


def test_every_fault_has_an_example() -> None:
    """A new function in errors.py needs a golden ledger, or a test here."""
    functions = {
        name.replace("_", "-")
        for name, value in vars(errors).items()
        if callable(value) and not name.startswith("_") and value.__module__ == errors.__name__
    }
    assert functions - set(CASES) - ELSEWHERE == set()
