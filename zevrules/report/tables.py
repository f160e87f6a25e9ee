"""Tables as text, Markdown, CSV and workbooks: the same cells in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from zevrules.node import Node, node
from zevrules.quantity import display_number, round_to, write_number
from zevrules.report.lines import WIDTH, ruled, wrap


@node
class Shown(Node):
    """A number in a cell: its exact value, and the places it is shown to, half up."""

    value: Fraction
    places: int

    @property
    def rounded(self) -> Fraction:
        """The value as it is shown."""
        return round_to(self.value, Fraction(1, 10**self.places), "half up")

    def __str__(self) -> str:
        return display_number(self.rounded, places=self.places)


#: What a cell holds: a number, words, or nothing.
Cell = Shown | str | None


@node
class Table(Node):
    """Rows of cells under columns.

    Args:
        title: What it shows.
        names: What the cells before the numbers are: ``("manufacturer",)``.
        columns: The heads of the other columns.
        rows: For each row its names and its cells.
        notes: What a reader should know, below it.
        prose: Whether its last column is words, too long for a column in a text.
    """

    title: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Cell, ...]], ...]
    notes: tuple[str, ...] = ()
    prose: bool = False


def hides(table: Table) -> bool:
    """Whether a number of it is shown to fewer places than it has."""
    numbers = (cell for _, cells in table.rows for cell in cells if isinstance(cell, Shown))
    return any(number.rounded != number.value for number in numbers)


ROUNDED_HERE = "Figures are shown rounded half up; they are carried on unrounded."


def _notes(table: Table) -> tuple[str, ...]:
    return (*table.notes, ROUNDED_HERE) if hides(table) else table.notes


def _words(cell: Cell) -> str:
    return "–" if cell is None else str(cell)


# ------------------------------------------------------------------------------------------ text


def text(tables: Iterable[Table]) -> str:
    """The tables one below the other, each within the width of a page."""
    return "\n\n".join("\n".join(_text(table)) for table in tables) + "\n"


def _text(table: Table) -> Iterator[str]:
    yield ruled(table.title)
    yield from _listed(table) if table.prose else _grid(table)
    for note in _notes(table):
        yield from wrap(note, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _listed(table: Table) -> Iterator[str]:
    """A table of words: the names and short cells of a row on one line, its last cell hanging below them."""
    for names, (*cells, last) in table.rows:
        named = len(cells) > 1  # several numbers need the heads of their columns
        short = [f"{head} {_words(c)}" if named else _words(c) for head, c in zip(table.columns, cells, strict=False)]
        line = f"{', '.join(names)}: {', '.join(short) if cells else _words(last)}"
        yield from wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
        if cells and last:
            yield from wrap(_words(last), WIDTH, initial_indent="    ", subsequent_indent="    ")


def _grid(table: Table) -> Iterator[str]:
    names = [" · ".join(filter(None, row)) for row, _ in table.rows]
    left = min(max([len(n) for n in (*names, ", ".join(table.names))], default=0), 40) + 2
    widths = _widths(table, WIDTH - left)
    heads = [wrap(head, width - 1) or [""] for head, width in zip(table.columns, widths, strict=True)]
    tallest = max((len(head) for head in heads), default=0)
    for line in range(tallest):
        words = [["", *head][max(line - (tallest - len(head)) + 1, 0)] for head in heads]
        yield f"{'':{left}}{_aligned(words, widths)}".rstrip()
    for name, (_, row) in zip(names, table.rows, strict=True):
        *above, last = wrap(name, left - 2) or [""]
        yield from (f"  {part}" for part in above)
        yield f"{'  ' + last:<{left}}{_aligned(map(_words, row), widths)}".rstrip()


def _widths(table: Table, room: int) -> list[int]:
    """As wide as each column needs to be for its longest number and word, and all alike where there is room."""
    needed = []
    for number, head in enumerate(table.columns):
        cells = [_words(cells[number]) for _, cells in table.rows]
        needed.append(max(len(word) for word in (*head.split(), *cells)) + 2)
    alike = max(needed, default=0)
    if alike * len(needed) <= room:
        return [max(alike, 12)] * len(needed) if max(alike, 12) * len(needed) <= room else [alike] * len(needed)
    return needed


def _aligned(words: Iterable[str], widths: Sequence[int]) -> str:
    return "".join(f"{word:>{width}}" for word, width in zip(words, widths, strict=True))


# -------------------------------------------------------------------------------------- Markdown


def markdown(tables: Iterable[Table]) -> str:
    """The tables ready for a paper: numbers to the right, titles as headings."""
    return "\n\n".join("\n".join(_markdown(table)) for table in tables) + "\n"


def _markdown(table: Table) -> Iterator[str]:
    yield f"### {table.title}\n"
    numeric = [any(isinstance(cells[n], Shown) for _, cells in table.rows) for n in range(len(table.columns))]
    yield _md_row([*table.names, *table.columns])
    yield _md_row(["---"] * len(table.names) + ["---:" if right else "---" for right in numeric])
    for names, cells in table.rows:
        yield _md_row([*names, *map(_words, cells)])
    for note in _notes(table):
        yield f"\n{note}"


def _md_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


# ------------------------------------------------------------------------------------------- CSV


def csv_text(tables: Iterable[Table]) -> str:
    """One line for each cell: table, names of its row, column, as shown, and exactly."""
    import csv
    from io import StringIO

    out = StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["table", "row", "column", "shown", "exact"])
    for table in tables:
        for names, cells in table.rows:
            for column, cell in zip(table.columns, cells, strict=True):
                shown, exact = cell or "", ""
                if isinstance(cell, Shown):
                    shown, exact = write_number(cell.rounded), write_number(cell.value)
                write.writerow([table.title, " · ".join(names), column, shown, exact])
    return out.getvalue()


# -------------------------------------------------------------------------------------- workbook

#: The most digits that a workbook keeps of a number; one with more is written as text.
_DIGITS = 15
_SHEET_NAME = 31


def write_workbook(tables: Sequence[Table], path: Path) -> None:
    """The tables as a workbook, a sheet for each; numbers as they are shown."""
    from datetime import datetime

    from xlsxwriter import Workbook

    book = Workbook(str(path), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The day stands in the file; without one it would be today's, and the same tables would be other bytes.
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats: dict[str, object] = {}
    for number, table in enumerate(tables, start=1):
        sheet = book.add_worksheet(_sheet_name(number, table.title))
        sheet.write_string(0, 0, table.title, bold)
        for column, head in enumerate((*table.names, *table.columns)):
            sheet.write_string(2, column, head, bold)
        for line, (names, cells) in enumerate(table.rows, start=3):
            for column, cell in enumerate((*names, *cells)):
                _write_cell(book, sheet, line, column, cell, formats)
        for line, note in enumerate(_notes(table), start=len(table.rows) + 4):
            sheet.write_string(line, 0, note)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(table.names) + len(table.columns), 16)
        sheet.freeze_panes(3, len(table.names))
    book.close()


def _write_cell(book: object, sheet: object, line: int, column: int, cell: Cell, formats: dict[str, object]) -> None:
    if not isinstance(cell, Shown):
        sheet.write_string(line, column, cell or "")  # type: ignore[attr-defined]
        return
    if len(write_number(cell.rounded).replace(".", "").lstrip("-0")) > _DIGITS:
        sheet.write_string(line, column, str(cell))  # type: ignore[attr-defined]
        return
    form = "#,##0" + ("." + "0" * cell.places if cell.places else "")
    if form not in formats:
        formats[form] = book.add_format({"num_format": form})  # type: ignore[attr-defined]
    # A workbook holds binary numbers only; of so few digits each comes back as it was written.
    sheet.write_number(line, column, float(cell.rounded), formats[form])  # type: ignore[attr-defined]


def _sheet_name(number: int, title: str) -> str:
    kept = "".join(char for char in title if char not in "[]:*?/\\'")
    return f"{number} {kept}"[:_SHEET_NAME].strip()
