"""An XLSX workbook becomes sheets of text.

The package that reads the cells is not part of the core and is loaded only here. What it cannot tell,
an empty cell from a formula whose result was never saved, is looked up in the workbook's own XML; that
pass also bounds what the workbook may make the reader do.
"""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from zevrules.diagnostic import Cell, Diagnostic, Rejected
from zevrules.ledger import errors
from zevrules.ledger.columns import REQUIRED
from zevrules.ledger.entries import fold
from zevrules.ledger.sheets import UNREADABLE, RawRow, RawSheet, small_enough

#: How many times smaller than its content a part of a workbook may be; real sheets stay below 50.
MOST_PACKED = 200

#: How many cells the rectangle from A1 to the last cell of a sheet may have: the reader makes all of them.
MOST_CELLS = 4_000_000

#: More decimal places than this are the trace of a binary fraction, not of a number somebody wrote.
MOST_PLACES = 6

#: Beyond this a spreadsheet's numbers skip whole numbers.
_MOST_EXACT = 2**53

_FORMULA, _ERROR = "formula", "error"


def read_workbook(path: Path, problems: list[Diagnostic]) -> list[RawSheet]:
    """The sheets of the workbook at *path*: name, name, rows; what is wrong is added to *problems*.

    Raises:
        Rejected: If it is no workbook, is larger than any ledger, or cannot be read on this machine.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        raise Rejected([errors.missing_package(path.name)]) from None
    parts = _unpacked(path)
    held = {name: part for name, part in _sheet_parts(path, parts).items() if "/chartsheets/" not in part}
    odd = {name: _odd_cells(path, parts[part]) for name, part in held.items() if part in parts}
    try:
        book = calamine.CalamineWorkbook.from_filelike(_packed(parts))
        tables = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in odd]
    except (calamine.CalamineError, ValueError, OSError, RuntimeError) as error:
        raise Rejected([errors.not_a_ledger(path.name, f"its sheets are damaged ({error})", _SAVE_AGAIN)]) from None
    return [(name, name, _rows(name, table, odd[name], problems)) for name, table in tables]


#: How a damaged archive fails: in many ways, which have no common kind.
_DAMAGED = (BadZipFile, zlib.error, struct.error, ValueError, LookupError, OSError, RuntimeError, EOFError)

_SAVE_AGAIN = "open it in a spreadsheet program and save it again as XLSX"


def _unpacked(path: Path) -> dict[str, bytes]:
    """Every part of the workbook, read to at most the size that it declares."""
    try:
        with ZipFile(BytesIO(small_enough(path))) as packed:
            infos = packed.infolist()
            _bounded(path, infos)
            return {info.filename: packed.read(info) for info in infos}
    except Rejected:
        raise
    except _DAMAGED as error:
        reason = f"it is no XLSX workbook, or a damaged or locked one ({error})"
        raise Rejected([errors.not_a_ledger(path.name, reason, _SAVE_AGAIN)]) from None


def _bounded(path: Path, infos: list[ZipInfo]) -> None:
    """Refuse a workbook that unpacks to more than any ledger, or that leans on other files."""
    total = sum(info.file_size for info in infos)
    if total > errors.MOST_BYTES:
        raise Rejected([errors.too_large(path.name, f"unpacked it has {total // 1024**2} MB")])
    for info in infos:
        if info.file_size > max(1, info.compress_size) * MOST_PACKED:
            raise Rejected([errors.too_large(path.name, f"its part {info.filename} is packed too tightly")])
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise Rejected([errors.not_a_ledger(path.name, "two of its parts have one name", _SAVE_AGAIN)])
    links = sorted(name for name in names if name.lower().startswith("xl/externallinks/"))
    if links:
        raise Rejected([errors.external_link(path.name, links[0])])


def _packed(parts: dict[str, bytes]) -> BytesIO:
    """The parts as an archive again: the package then unpacks what was measured, and nothing else."""
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    file.seek(0)
    return file


def _sheet_parts(path: Path, parts: dict[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, in the order of the workbook."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship") and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            sheets[attributes.get("name", "")] = next((v for k, v in attributes.items() if k.endswith(":id")), "")

    for part, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if part not in parts:
            raise Rejected([errors.not_a_ledger(path.name, f"its part {part} is missing", _SAVE_AGAIN)])
        parser = _parser()
        parser.StartElementHandler = start
        _feed(path, parser, parts[part])
    return {name: targets.get(identity, "") for name, identity in sheets.items()}


def _parser() -> Any:
    """A parser of XML that refuses declarations of its own entities, which no workbook has."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _feed(path: Path, parser: Any, content: bytes) -> None:
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise Rejected([errors.not_a_ledger(path.name, f"its sheets are damaged ({error})", _SAVE_AGAIN)]) from None


class _Scan:
    """What one sheet's XML says about cells that read as empty.

    *odd* has, for each row and column from 1, ``formula`` (no result saved) or ``error`` and its words.
    """

    def __init__(self) -> None:
        self.odd: dict[tuple[int, int], tuple[str, str]] = {}
        self.last = (0, 0)
        self._row = self._column = 0
        self._is_error = self._has_formula = self._in_value = False
        self._value = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note where a cell stands, and whether it has a formula."""
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "c":
            self._row, self._column = _place(attributes.get("r", ""), self._row, self._column + 1)
            self._is_error = attributes.get("t") == "e"
            self._has_formula, self._value = False, ""
        elif tag == "f":
            self._has_formula = True
        self._in_value = tag in ("v", "t")

    def words(self, text: str) -> None:
        """Gather the value of a cell."""
        if self._in_value:
            self._value += text

    def end(self, tag: str) -> None:
        """Judge a cell when it is complete."""
        self._in_value = False
        if tag.rpartition(":")[2] != "c":
            return
        if self._is_error:
            self.odd[self._row, self._column] = (_ERROR, self._value)
        elif self._has_formula and not self._value:
            self.odd[self._row, self._column] = (_FORMULA, "")
        if self._value or self._has_formula:
            self.last = (max(self.last[0], self._row), max(self.last[1], self._column))


def _place(reference: str, row: int, column: int) -> tuple[int, int]:
    """Row and column of a reference such as ``AB12``, or those given if there is none."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if not found:
        return row, column
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number


def _odd_cells(path: Path, content: bytes) -> dict[tuple[int, int], tuple[str, str]]:
    """The cells of a sheet that read as empty and are not, after a check of the sheet's extent."""
    scan = _Scan()
    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.words
    _feed(path, parser, content)
    if scan.last[0] * scan.last[1] > MOST_CELLS:
        where = f"one of its sheets reaches to row {scan.last[0]}, column {scan.last[1]}"
        raise Rejected([errors.too_large(path.name, where)])
    return scan.odd


def _rows(
    name: str, table: list[list[Any]], odd: dict[tuple[int, int], tuple[str, str]], problems: list[Diagnostic]
) -> list[RawRow] | None:
    """The rows of one sheet as text, faults told only in sheets that a ledger has."""
    rows: list[RawRow] = []
    for number, cells in enumerate(table, start=1):
        rows.append((number, [_text(value) for value in cells]))
    if fold(name) not in REQUIRED:
        return rows if any(any(cells) for _, cells in rows) else []
    header = rows[0][1] if rows else ()
    for (row, column), (what, words) in sorted(odd.items()):
        heading = header[column - 1] if column <= len(header) else None
        if what == _ERROR:
            problems.append(errors.error_value(Cell(name, row, heading, words)))
        else:
            problems.append(errors.formula_without_value(Cell(name, row, heading)))
        while len(rows) < row:
            rows.append((len(rows) + 1, []))
        cells = list(rows[row - 1][1])
        cells += [""] * (column - len(cells))
        cells[column - 1] = UNREADABLE
        rows[row - 1] = (row, cells)
    for number, values in enumerate(table, start=1):
        for place, value in enumerate(values):
            if isinstance(value, float) and not _exact(value):
                heading = header[place] if place < len(header) else None
                problems.append(errors.binary_fraction(Cell(name, number, heading, repr(value))))
    return rows


def _exact(value: float) -> bool:
    """Whether the shortest text that means *value* is surely what was written."""
    if value == int(value):
        return abs(value) < _MOST_EXACT
    shown = repr(value)
    return "e" not in shown and len(shown.partition(".")[2]) <= MOST_PLACES


def _text(value: Any) -> str:
    """A cell as a person would have written it in a file of text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not _exact(value):
            return UNREADABLE
        return str(Fraction(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
