"""One row of a sheet, read cell by cell; what is wrong is noted and reading goes on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from zevrules.diagnostic import Cell, Diagnostic
from zevrules.ledger import errors
from zevrules.ledger.cells import day_like, mended_date, number_like, read_date, read_share, read_value, read_year
from zevrules.ledger.entries import Row, Value, fold
from zevrules.ledger.sheets import UNREADABLE
from zevrules.quantity import read_number


class Found:
    """What reading has met so far: faults, and the first spelling of each name."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.spellings: dict[tuple[str, str], tuple[str, Row]] = {}


class Line:
    """The cells of one row by their columns; a blank cell is not among them.

    Each method reads one cell and answers none where it is blank or cannot be read; in the second case
    the fault is noted in *found*.
    """

    __slots__ = ("at", "cells", "found", "sound")

    def __init__(self, at: Row, cells: dict[str, str], found: Found) -> None:
        self.at = at
        self.cells = cells
        self.found = found
        self.sound = UNREADABLE not in cells.values()

    def cell(self, column: str) -> Cell:
        """Where the cell stands, for a diagnostic."""
        return Cell(self.at.sheet, self.at.number, column, self.cells.get(column))

    def note(self, problem: Diagnostic) -> None:
        """Add *problem* to what was found; the row is then not sound, and makes no record."""
        self.sound = False
        self.found.problems.append(problem)

    def text(self, column: str) -> str:
        """The words of a cell; empty where it is blank."""
        return self.cells.get(column, "")

    def need(self, column: str, because: str) -> str:
        """The words of a cell that may not be blank."""
        text = self.cells.get(column, "")
        if not text:
            self.note(errors.missing_cell(self.cell(column), because))
        return text

    def name(self, column: str, family: str | None = None) -> str | None:
        """A name, its spaces made single; it must be spelled as it was the first time in its *family*."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        return self.spelled(column, " ".join(text.split()), family or column)

    def spelled(self, column: str, name: str, family: str) -> str:
        """*name*, after a check that its family has no other spelling of it."""
        first, row = self.found.spellings.setdefault((family, fold(name)), (name, self.at))
        if first != name:
            self.note(errors.two_spellings(Cell(self.at.sheet, self.at.number, column, name), first, row))
        return name

    def day(self, column: str) -> date | None:
        """A day."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        try:
            return read_date(text)
        except ValueError as error:
            self.note(errors.bad_date(self.cell(column), str(error), mended_date(text)))
            return None

    def year(self, column: str) -> int | None:
        """A model year."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        try:
            return read_year(text)
        except ValueError as error:
            self.note(errors.bad_model_year(self.cell(column), str(error)))
            return None

    def number(self, column: str) -> Fraction | None:
        """A number."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        try:
            return read_number(text)
        except ValueError as error:
            self.note(errors.bad_number(self.cell(column), str(error)))
            return None

    def share(self, column: str) -> Fraction | None:
        """A share, from none to the whole."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        try:
            share = read_share(text)
        except ValueError as error:
            self.note(errors.bad_number(self.cell(column), str(error)))
            return None
        if not 0 <= share <= 1:
            self.note(errors.bad_share(self.cell(column)))
            return None
        return share

    def value(self, column: str) -> Value | None:
        """A number, share, yes or no, day, or name: whichever it looks like."""
        text = self.cells.get(column)
        if not text or text == UNREADABLE:
            return None
        try:
            return read_value(text)
        except ValueError as error:
            if day_like(text) or not number_like(text):
                self.note(errors.bad_date(self.cell(column), str(error), mended_date(text)))
            else:
                self.note(errors.bad_number(self.cell(column), str(error)))
            return None
