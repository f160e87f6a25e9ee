"""A stored ledger becomes sheets of text: a folder of CSV files and a JSON file here, a workbook by its own module."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from zevrules.diagnostic import Cell, Diagnostic, Rejected, nearest
from zevrules.ledger import errors
from zevrules.ledger.columns import NEEDED, OPTIONAL, REQUIRED
from zevrules.ledger.entries import fold

#: A row that is not yet under its headers: its number, and its cells from the left.
RawRow = tuple[int, Sequence[str]]

#: A sheet that is not yet read: its name, the name people see, its rows; no rows if it was unreadable.
RawSheet = tuple[str, str, "list[RawRow] | None"]


#: Stands in a cell whose fault has been told, so that no second fault is told of it.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


#: What no eye sees and no name should have: control characters but those that break a line, marks that
#: turn the direction of writing, spaces of no width, halves of characters.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")


@attrs.frozen(eq=False)
class Sheet:
    """One table of text under its headers.

    Args:
        name: As people see it: ``facts.csv``, or ``facts`` in a workbook.
        columns: The headers, in the documented spelling where they are documented.
        rows: Row number, and the words of each cell that is not blank.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_sheets(path: Path, problems: list[Diagnostic]) -> dict[str, Sheet]:
    """The sheets of the ledger at *path*, by their documented names; what is wrong is added to *problems*.

    A sheet that lacks a column it needs is left out: its rows could not be read.

    Raises:
        Rejected: If there is no ledger at all at *path*.
    """
    if not path.exists():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        raise Rejected([errors.no_such_ledger(str(path), [str(path.with_name(p.name)) for p in beside])])
    if path.is_dir():
        raw = _folder(path, problems)
    elif path.suffix.lower() == ".json":
        raw = _json(path, problems)
    elif path.suffix.lower() == ".xlsx":
        from zevrules.ledger.workbook import read_workbook

        raw = read_workbook(path, problems)
    else:
        mend = "give the folder, not one of its files" if path.suffix.lower() == ".csv" else ""
        raise Rejected([errors.not_a_ledger(str(path), "it is no folder, workbook or JSON file", mend)])
    return _named(path.name, raw, problems)


def small_enough(path: Path) -> bytes:
    """The content of the file at *path*.

    Raises:
        Rejected: If it is larger than any ledger.
    """
    size = path.stat().st_size
    if size > errors.MOST_BYTES:
        raise Rejected([errors.too_large(path.name, f"it has {size // 1024**2} MB")])
    return path.read_bytes()


def _named(ledger: str, raw: Sequence[RawSheet], problems: list[Diagnostic]) -> dict[str, Sheet]:
    """The sheets under their documented names."""
    sheets: dict[str, Sheet] = {}
    first: dict[str, str] = {}
    strange = [shown for name, shown, _ in raw if fold(name) not in REQUIRED]
    missing = sorted(set(NEEDED) - {fold(name) for name, _, _ in raw})
    problems += [errors.missing_sheet(ledger, name, strange) for name in missing]
    # A strange sheet that is the likely misspelling of a missing one was told with it, and is not told again.
    told = {nearest(name, strange) for name in missing}
    for name, shown, rows in raw:
        key = fold(name)
        if key in first:
            problems.append(errors.sheet_twice(shown, first[key]))
        elif rows is None:
            first[key] = shown
        elif not rows and key not in NEEDED:
            continue
        elif key not in REQUIRED:
            problems += [] if shown in told else [errors.unknown_sheet(ledger, shown)]
        else:
            first[key] = shown
            sheet = tabulate(key, shown, rows, problems)
            if sheet:
                sheets[key] = sheet
    return sheets


#: The columns that a table must have, and those it may have.
_Headers = tuple[tuple[str, ...], tuple[str, ...]]


def tabulate(
    key: str, shown: str, rows: Sequence[RawRow], problems: list[Diagnostic], headers: _Headers | None = None
) -> Sheet | None:
    """The sheet *key*, whose first row holds the headers, or none if a column it needs is missing.

    Its columns are those documented for a sheet of a ledger, unless *headers* says which.
    """
    number, header = rows[0] if rows else (1, ())
    required, optional = headers or (REQUIRED[key], OPTIONAL[key])
    columns = _columns(key, shown, number, header, problems, (required, optional))
    missing = [column for column in required if column not in columns]
    others = [column for column in columns if column and column not in (*required, *optional)]
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        missing = missing[:1]  # no column was told from another, which is one fault and not many
    problems += [errors.missing_column(Cell(shown, number), column, others) for column in missing]
    read = []
    for number, cells in rows[1:]:
        row = {}
        for place, text in enumerate(cells):
            text = text.strip()
            if not text:
                continue
            if not text.isprintable() and text != UNREADABLE and _HIDDEN.search(text):
                problems.append(errors.hidden_character(Cell(shown, number, None, ascii(text)[1:-1])))
                text = UNREADABLE
            if place < len(columns) and columns[place]:
                row[columns[place]] = text
            else:
                problems.append(errors.cell_outside(Cell(shown, number, None, text)))
        if row:
            read.append((number, row))
    return None if missing else Sheet(shown, tuple(column for column in columns if column), tuple(read))


def _columns(
    key: str, shown: str, number: int, header: Sequence[str], problems: list[Diagnostic], headers: _Headers
) -> list[str]:
    """The headers, each in its documented spelling; blank where there is none."""
    required, optional = headers
    documented = {fold(column): column for column in (*required, *optional)}
    columns: list[str] = []
    missing = set(required) - {fold(text) for text in header}
    for text in header:
        text = " ".join(text.split())
        column = documented.get(fold(text), text)
        at = Cell(shown, number, None, text)
        if column and fold(column) in (fold(c) for c in columns):
            problems.append(errors.column_twice(at))
        elif column and column not in documented.values() and key != "deliveries" and not missing:
            # While a column is missing, one that is not known is its most likely misspelling: said once, there.
            problems.append(errors.unknown_column(at, list(documented.values())))
        columns.append(column)
    return columns


def read_table(
    path: Path, required: Sequence[str], optional: Sequence[str], problems: list[Diagnostic]
) -> Sheet | None:
    """One CSV file that is a table by itself, with the columns it must and those it may have.

    Raises:
        Rejected: If there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise Rejected([errors.no_such_ledger(str(path), [])])
    return tabulate(path.stem, path.name, _csv_rows(path, problems), problems, (tuple(required), tuple(optional)))


# -------------------------------------------------------------------------------------- a folder of CSV


def _folder(path: Path, problems: list[Diagnostic]) -> list[RawSheet]:
    """Each CSV file of the folder: name, file name, rows. Other files are none of a ledger's business."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        raise Rejected([errors.not_a_ledger(str(path), "the folder holds no CSV files")])
    read: list[RawSheet] = []
    for file in files:
        try:
            read.append((file.stem, file.name, _csv_rows(file, problems)))
        except Rejected as rejected:
            problems += rejected.diagnostics
            read.append((file.stem, file.name, None))
    return read


def _csv_rows(file: Path, problems: list[Diagnostic]) -> list[RawRow]:
    """The rows of one CSV file, numbered as a spreadsheet shows them."""
    import csv
    from io import StringIO

    content = small_enough(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Rejected([errors.bad_text(file.name, line, "it is not UTF-8 text")]) from None
    rows: list[RawRow] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), strict=True):
            rows.append((len(rows) + 1, row))
    except csv.Error as error:
        # The rows before the fault are kept, so that their faults are reported too.
        problems.append(errors.bad_text(file.name, len(rows) + 1, str(error)))
    return rows


# ------------------------------------------------------------------------------------------------- JSON


def _json(path: Path, problems: list[Diagnostic]) -> list[RawSheet]:
    """Each sheet of a JSON file, as rows under a header; the first item of a list is row 1."""
    import json

    content = small_enough(path)
    try:
        # Numbers are kept as they are written: a float would change them.
        data = json.loads(
            content.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError:
        raise Rejected([errors.bad_json(path.name, "it is not UTF-8 text")]) from None
    except RecursionError:
        raise Rejected([errors.bad_json(path.name, "it is nested too deeply")]) from None
    except ValueError as error:
        raise Rejected([errors.bad_json(path.name, str(error))]) from None
    if not isinstance(data, dict):
        raise Rejected([errors.bad_json(path.name, "it is not an object")])
    return [(name, name, _json_rows(path.name, name, items, problems)) for name, items in data.items()]


def _no_number(word: str) -> str:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object each of whose keys stands in it once; JSON itself would keep the last and say nothing."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key `{key}` stands in one object twice")
        found[key] = value
    return found


def _json_rows(file: str, name: str, items: Any, problems: list[Diagnostic]) -> list[RawRow] | None:
    """The items of one sheet as rows: a header of every key met, then the words of each item."""
    if fold(name) == "ledger" and isinstance(items, dict):
        items = [{"name": key, "value": value} for key, value in items.items()]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        problems.append(errors.bad_json(file, f"the sheet `{name}` is not a list of objects"))
        return None
    columns = list(dict.fromkeys(key for item in items for key in item))
    if not items:
        columns = list(REQUIRED.get(fold(name), ()))
    rows: list[RawRow] = [(1, columns)]
    for number, item in enumerate(items, start=1):
        cells = []
        for column in columns:
            value = item.get(column)
            if isinstance(value, bool):
                value = "yes" if value else "no"
            elif value is not None and not isinstance(value, str):
                problems.append(errors.bad_json(file, f"`{column}` in {name} {number} is not a single value"))
                value = None
            cells.append(value or "")
        rows.append((number, cells))
    return rows
