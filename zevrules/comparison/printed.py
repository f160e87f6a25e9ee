"""What is worked out beside what somebody printed, cell by cell, with the cause of every mismatch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from zevrules.comparison import errors
from zevrules.comparison.comparer import texts_of
from zevrules.comparison.findings import Case, Comparison, Figure
from zevrules.determination.evaluator import Evaluator
from zevrules.determination.trace import Missing, Step, changed, walk
from zevrules.diagnostic import Cell, Diagnostic, Rejected
from zevrules.ledger.entries import Fact, Ledger, Row
from zevrules.ledger.queries import find_account
from zevrules.ledger.sheets import read_table
from zevrules.model import rules
from zevrules.model.rules import Terms
from zevrules.node import Node, node
from zevrules.quantity import PLAIN, Unit, display_number, read_number, round_to

COLUMNS = ("quantity", "printed")
MORE = ("table", "account", "kind", "model year", "note")


#: How the note of a step begins whose value may be half of its last place more or less.
ROUNDED, PRINTED = "rounded in print", "printed input"


@node
class Printed(Node):
    """A printed cell: which number it is, as it was printed, and to what place."""

    table: str
    quantity: str
    account: str | None
    kind: str | None
    year: int | None
    value: Fraction
    place: Fraction
    at: Row

    @property
    def places(self) -> int:
        """How many decimals are printed."""
        return len(str(self.place.denominator)) - 1


@node
class Held(Node):
    """A printed cell against what is worked out.

    Args:
        cell: The cell.
        computed: The number worked out, exactly.
        shown: It, rounded half up to the place of the cell.
        explained: Whether the two agree, or the mismatch has a cause that accounts for all of it.
        cause: The cause of a mismatch, in words; empty where there is none.
    """

    cell: Printed
    computed: Step
    shown: Fraction
    explained: bool
    cause: str

    @property
    def difference(self) -> Fraction:
        """How far the printed number is from the one worked out."""
        return self.cell.value - self.shown


def read_printed(path: Path, ledger: Ledger) -> tuple[Printed, ...]:
    """The printed cells in the CSV file at *path*.

    Raises:
        Rejected: With everything wrong in it.
    """
    problems: list[Diagnostic] = []
    sheet = read_table(path, COLUMNS, MORE, problems)
    cells = []
    for number, row in sheet.rows if sheet else ():
        try:
            cells.append(_cell(Row(sheet.name, number), row, ledger))  # type: ignore[union-attr]
        except ValueError as fault:
            at = Cell(path.name, number, "printed", row.get("printed", ""))
            problems.append(errors.unreadable_cell(at, str(fault)))
        except Rejected as rejected:
            problems.extend(rejected.diagnostics)
    if problems:
        raise Rejected(problems)
    return tuple(cells)


def _cell(at: Row, row: dict[str, str], ledger: Ledger) -> Printed:
    text = row.get("printed", "")
    account = find_account(ledger, row["account"]).name if row.get("account") else None
    year = int(row["model year"]) if row.get("model year") else None
    table, quantity = row.get("table", ""), row.get("quantity", "")
    return Printed(table, quantity, account, row.get("kind"), year, read_number(text), place(text), at)


def place(text: str) -> Fraction:
    """The last place that a number is printed to.

    >>> place("12,635.57"), place("43,773"), place("22.0%")
    (Fraction(1, 100), Fraction(1, 1), Fraction(1, 1000))
    """
    percent = text.strip().endswith("%")
    _, _, decimals = text.strip().rstrip("% ").partition(".")
    return Fraction(1, 10 ** len(decimals)) / (100 if percent else 1)


def hold(comparison: Comparison, printed: Sequence[Printed]) -> tuple[Held, ...]:
    """Every printed cell beside the figure of the first case that has it; `left_out` tells which tables are not held.

    Raises:
        Rejected: If a cell of any other table is of a number that no case works out.
    """
    figures = {(f.quantity, f.account, f.kind, f.year): f for f in comparison.figures}
    without = left_out(comparison, printed)
    missing: dict[str, Printed] = {}
    held: list[Held] = []
    for cell in printed:
        figure = figures.get((cell.quantity, cell.account, cell.kind, cell.year))
        if figure is not None:
            held.append(_held(comparison, figure, cell))
        elif cell.table not in without:
            missing.setdefault(cell.quantity, cell)
    if missing:
        names = dict.fromkeys(f.quantity for f in comparison.figures)
        cells = (Cell(c.at.sheet, c.at.number, "quantity", c.quantity) for c in missing.values())
        raise Rejected([errors.no_such_figure(cell, names) for cell in cells])
    return tuple(held)


def left_out(comparison: Comparison, printed: Sequence[Printed]) -> tuple[str, ...]:
    """The tables of which these cases work out nothing, while they do of another table of the same paper."""
    names = {figure.quantity for figure in comparison.figures}
    met = {cell.table for cell in printed if cell.quantity in names}
    return tuple(dict.fromkeys(cell.table for cell in printed if cell.table not in met)) if met else ()


def _held(comparison: Comparison, figure: Figure, cell: Printed) -> Held:
    number, computed = next((n, value) for n, value in enumerate(figure.values) if value is not None)
    if not computed.known:
        return Held(cell, computed, Fraction(0), False, "the number is not known")
    shown = round_to(computed.value, cell.place, "half up")
    if shown == cell.value:
        return Held(cell, computed, shown, True, "")
    for undone in (ROUNDED, PRINTED):
        made, kinds = _unrounded(comparison, comparison.cases[number], cell, undone)
        cause = _cause(cell, made, undone, kinds)
        if cause:
            return Held(cell, computed, shown, True, cause)
    return Held(cell, computed, shown, False, "no rounding accounts for it")


def _unrounded(comparison: Comparison, case: Case, cell: Printed, undone: str) -> tuple[Step, tuple[str, ...]]:
    """The number of a cell as the range that it could have been printed as, and the kinds of credit of its text."""
    year = cell.year if cell.year is not None else comparison.first
    text, _ = texts_of(case, year, year)[year]
    ev = Unrounded(text, case.ledger, cell.account or comparison.accounts[0], {})
    ev.undone, ev.unit = undone, text.quantities[cell.quantity][0].unit
    return ev.quantity(cell.quantity, year, cell.kind), text.kinds


def _cause(cell: Printed, made: Step, undone: str, kinds: Sequence[str]) -> str:
    """What accounts for a mismatch, if what some roundings hide is enough for it."""
    if made.low is None or made.high is None:
        return ""
    low, high = (round_to(end, cell.place, "half up") for end in (made.low, made.high))
    if not low <= cell.value <= high:
        return ""
    loose = [step for step in walk([made]) if step.note == undone]
    names = " and ".join(dict.fromkeys(_plain(step.what, kinds) for step in loose))
    least, most = (display_number(end, places=cell.places) for end in (low, high))
    reach = f"so it could be anything from {least} to {most}"
    if undone == ROUNDED:
        return f"added up before rounding: {len(loose)} rounded amounts ({names}) lie beneath, {reach}"
    return f"worked out from inputs before they were rounded for print: {names}, {reach}"


def _plain(what: str, kinds: Sequence[str]) -> str:
    """The name of a quantity without its kind, model year and account."""
    name = what.split(" of model year")[0]
    kind = next((kind for kind in kinds if name.startswith(f"{kind} ")), None)
    return name if kind is None else name.removeprefix(f"{kind} ")


class Unrounded(Evaluator):
    """An evaluator that undoes roundings, so that what is asked for comes out as a range.

    Either each rounded amount below it, of the same unit, may be half its last place off; or each fact may be, as
    far as the ledger writes it. Nothing at all stays nothing.
    """

    #: Which are undone, `ROUNDED` or `PRINTED`; and the unit of what is asked for.
    undone = ROUNDED
    unit = PLAIN

    #: How many quantities are being worked out, one for the sake of the other.
    _depth = 0

    def quantity(self, name: str, year: int, kind: str | None = None, vehicle: str | None = None) -> Step:
        """The range of a named quantity."""
        self._depth += 1
        try:
            return super().quantity(name, year, kind, vehicle)
        finally:
            self._depth -= 1

    def rounded(self, made: Step, rounding: rules.Rounding | None) -> Step:
        """What the number asked for is rounded to; the range of any other that is rounded to what it is."""
        done = super().rounded(made, rounding)
        if rounding is None or self._depth == 1 or (self.undone, self.unit) != (ROUNDED, made.unit):
            return done
        return _loose(done, rounding.place, ROUNDED)

    def _stated(self, what: str, entry: Fact, unit: Unit | None, terms: Terms | None, missing: Missing) -> Step:
        made = super()._stated(what, entry, unit, terms, missing)
        undo = self.undone == PRINTED and made.sort == "fact" and made.known
        return _loose(made, place(entry.text), PRINTED) if undo else made

    def other(self, account: str) -> Evaluator:
        """The evaluator of another account, which undoes roundings as well: nothing of it is asked for by itself."""
        made = super().other(account)
        if isinstance(made, Unrounded):
            made._depth = max(made._depth, 1)
            made.undone, made.unit = self.undone, self.unit
        return made


def _loose(made: Step, last: Fraction, note: str) -> Step:
    """*made* as a range of half its last place to each side."""
    if not made.low and not made.high:
        return made
    low = None if made.low is None else made.low - last / 2
    high = None if made.high is None else made.high + last / 2
    return changed(made, low=low, high=high, note=note)


def unexplained(held: Sequence[Held]) -> Iterator[Held]:
    """The cells whose mismatch nothing accounts for."""
    return (one for one in held if not one.explained)
