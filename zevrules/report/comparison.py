"""A comparison as tables: verdicts, what makes them differ, figures, and what somebody printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from zevrules.comparison.findings import Case, Change, Comparison, Figure
from zevrules.comparison.printed import Held
from zevrules.determination.determiner import governing
from zevrules.determination.trace import Step, added_up
from zevrules.model.layers import the
from zevrules.model.rules import Ruleset
from zevrules.model.standing import barred, concerns
from zevrules.quantity import CREDITS, PLAIN, VEHICLES, Unit, write_number
from zevrules.report import known
from zevrules.report.force import under
from zevrules.report.lines import WIDTH, wrap
from zevrules.report.notes import cited, quoted
from zevrules.report.tables import Cell, Shown, Table


def opening(made: Comparison, *, markdown: bool = False) -> str:
    """What is compared, on which ledger, and how each text stands in law."""
    years = f"model year {made.first}" if made.first == made.last else f"model years {made.first} through {made.last}"
    accounts = f"{len(made.accounts)} manufacturers" if len(made.accounts) > 1 else made.accounts[0]
    ledgers = {id(case.ledger.known): case.ledger for case in made.cases}
    ledger = made.cases[0].ledger.name
    what = f"{len(made.cases)} cases side by side" if len(made.cases) > 1 else made.cases[0].label
    standing: dict[str, list[str]] = {}
    lines = []
    for case, name in zip(made.cases, _names(made.cases), strict=True):
        text, day = governing(case.texts, made.last, case.as_of)
        words = text.proposal
        stands = f"text as in force on {day}" if words is None else f"PROPOSED text: {words}"
        stands += _amended(text, day, made.last)
        standing.setdefault(stands, []).append(name)
        # Cases of one ruleset differ by what stands in their names.
        told = f"  {name}: {text.title}" if case.label.startswith(text.name) else f"  {name}: {text.name}, {text.title}"
        lines.append(told)
    proposed = ", under PROPOSED text" if any(said.startswith("PROPOSED") for said in standing) else ""
    first = f"{what}{proposed}: {accounts}, {years}, ledger {ledger}"
    for said, names in standing.items():
        lines.append(f"  {said}" if len(standing) == 1 else f"  {', '.join(names)}: {said}")
    for asked in ledgers.values():
        lines.extend(f"  {'known at ' if number == 0 else ''}{words}" for number, words in enumerate(known.told(asked)))
    if markdown:
        return "\n".join([first, "", *(f"* {line.strip()}" for line in lines)]) + "\n"
    wrapped = (wrap(line, WIDTH, subsequent_indent="      ") for line in (first, *lines))
    return "\n".join(line for some in wrapped for line in some) + "\n"


def tables(
    made: Comparison,
    held: Sequence[Held] = (),
    *,
    left_out: Sequence[str] = (),
    places: int | None = None,
    full: bool = False,
) -> list[Table]:
    """The comparison as tables.

    Args:
        made: The comparison.
        held: Printed cells that were held against it.
        left_out: Printed tables of which it works out nothing.
        places: To how many places credits and vehicles are shown; by default credits to two and vehicles to none.
        full: Whether to show what a page has no room for: differences by manufacturer and kind, and the printed cells
            that agree.
    """
    return [
        *_verdicts(made),
        *_causes(made),
        *_Figures(made, places, full).tables(),
        *_printed(held, full),
        *_left_out(left_out),
    ]


def _amended(text: Ruleset, day: str, year: int) -> str:
    """The amendments that a text holds, and what must be said of its force."""
    names = f", with {' and '.join(the(a.name) for a in text.amendments)}" if text.amendments else ""
    if text.barred:
        return f"; {barred(text.barred)}"
    # Of a proposal it is told already.
    others = (one for one in text.statuses if one.line[0] != "proposed" and concerns(one.line, year))
    return names + "".join(under(others, text.name, day))


def _names(cases: Sequence[Case]) -> list[str]:
    """Short names of the cases: what all share, the folder or the whole ruleset, is left out."""
    labels = [case.label for case in cases]
    rulesets = {label.partition(",")[0] for label in labels}
    if len(labels) > 1 and len(rulesets) == 1:
        return [label.partition(",")[2].strip() or "as it is" for label in labels]
    folders = {ruleset.rpartition("/")[0] for ruleset in rulesets}
    cut = len(folders.pop()) + 1 if len(folders) == 1 else 0
    return [label[cut:] for label in labels]


# ------------------------------------------------------------------------------------- verdicts


def _verdicts(made: Comparison) -> Iterator[Table]:
    if not made.verdicts:
        return
    rows: list[tuple[tuple[str, ...], tuple[Cell, ...]]] = []
    for one in made.verdicts:
        told = list(map(_said, one.verdicts, one.lacking))
        alike = len(told) > 1 and len(set(told)) == 1
        cases = [("every case", told[0])] if alike else zip(_names(made.cases), told, strict=True)
        rows.extend(((one.account, name), (words,)) for name, words in cases)
    changing = [one.account for one in made.verdicts if one.changes]
    note = f"The verdict changes for {', '.join(changing)}." if changing else "No verdict changes."
    notes = (note,) if len(made.cases) > 1 else ()
    # Verdicts are words, too long for columns: a line for each account and case.
    yield Table("Verdicts", ("manufacturer", "case"), ("verdict",), tuple(rows), notes, prose=True)


def _said(verdict: str, lacking: Fraction | None) -> str:
    return verdict + (f", {Shown(lacking, 2)} lacking" if lacking else "")


def _causes(made: Comparison) -> Iterator[Table]:
    names = _names(made.cases)
    rows = []
    for one in made.verdicts:
        for cause in one.causes:
            before, after = one.verdicts[0], one.verdicts[cause.case]
            joint = "; and with it " if cause.together else "; alone as well "
            why = cause.words or joint.join(map(_change, cause.changes))
            rows.append(((one.account, f"{names[cause.case]} instead of {names[0]}"), (f"{before} → {after}", why)))
    if rows:
        tried = any(cause.changes for one in made.verdicts for cause in one.causes)
        words = "put into the first in place of its own words, and the verdict became the other one"
        note = f"Tried: what the other text says under a provision was {words}."
        columns = ("verdict", "provision")
        yield Table(
            "What makes the difference",
            ("manufacturer", "case"),
            columns,
            tuple(rows),
            (note,) if tried else (),
            prose=True,
        )


def _change(change: Change) -> str:
    """A provision, with the words of the first text and those of the other."""
    before, after = (" ".join(f"“{quoted(t, t.span)}” ({t.span.place})" for t in some) or "nothing"
                     for some in (change.before, change.after))  # fmt: skip
    return f"{cited(change.authority)}: {after} instead of {before}"


# -------------------------------------------------------------------------------------- figures

#: A row while it is made: its names, and a number for each column.
_Row = tuple[tuple[str, ...], list[Step | None]]


class _Figures:
    """The figures of a comparison, gathered into tables by what they are of."""

    def __init__(self, made: Comparison, places: int | None, full: bool) -> None:
        self.made, self.places, self.full = made, places, full
        self.names = tuple(_names(made.cases))

    def tables(self) -> Iterator[Table]:
        """What is of no one first, then by model year, by kind, and by manufacturer."""
        groups: dict[frozenset[str], dict[str, list[Figure]]] = {}
        for name, some in self._by_quantity().items():
            groups.setdefault(_dimensions(some), {})[name] = some
        for of, quantities in sorted(groups.items(), key=lambda group: [word in group[0] for word in _WORDS]):
            if not of:
                rows: list[_Row] = [((one,), list(some[0].values)) for one, some in quantities.items()]
                yield from self._by_case("Totals", ("quantity",), rows, add_up=False)
            elif of == {"model year"} and not (len(quantities) == 1 and len(self.names) > 1):
                yield from self._by_year(quantities)
            else:
                for name, some in quantities.items():
                    yield from self._one(name, some, of)

    def _by_quantity(self) -> dict[str, list[Figure]]:
        found: dict[str, list[Figure]] = {}
        for figure in self.made.figures:
            found.setdefault(figure.quantity, []).append(figure)
        return found

    def _by_year(self, yearly: dict[str, list[Figure]]) -> Iterator[Table]:
        """For each case a line for each model year, a column for each quantity."""
        for case, name in enumerate(self.names):
            columns = [q for q, some in yearly.items() if any(f.values[case] is not None for f in some)]
            cells: dict[int, dict[str, Step | None]] = {}
            for quantity in columns:
                for figure in yearly[quantity]:
                    cells.setdefault(figure.year or 0, {})[quantity] = figure.values[case]
            rows = tuple(
                ((str(year),), tuple(self._cell(row.get(q)) for q in columns)) for year, row in sorted(cells.items())
            )
            if rows:
                title = "By model year" if len(self.names) == 1 else f"By model year: {name}"
                yield Table(title, ("model year",), tuple(columns), rows)

    def _one(self, name: str, some: list[Figure], of: frozenset[str]) -> Iterator[Table]:
        if {"manufacturer", "kind"} <= of:
            alone = len(self.made.accounts) == 1
            yield from self._one_account(name, some) if alone else self._matrices(name, some)
            return
        used = [word for word in _WORDS if word in of]
        rows: list[_Row] = []
        for figure in some:
            mine = {"manufacturer": figure.account, "kind": figure.kind, "model year": figure.year}
            rows.append((tuple(str(mine[word]) for word in used), list(figure.values)))
        yield from self._by_case(_title(name), tuple(used), rows, add_up=True)

    def _one_account(self, name: str, some: list[Figure]) -> Iterator[Table]:
        """Of one manufacturer a line for each case and a column for each kind."""
        rows = []
        for case, label in enumerate(self.names):
            line = [figure.values[case] for figure in some]
            rows.append(((label,), tuple(map(self._cell, [*line, _sum(line)]))))
        if _says_anything(cells for _, cells in rows):
            yield Table(_title(name), ("case",), (*(f.kind or "" for f in some), "together"), tuple(rows))

    def _matrices(self, name: str, some: list[Figure]) -> Iterator[Table]:
        """A line for each manufacturer and a column for each kind; cases that have the same numbers share a table."""
        kinds = list(dict.fromkeys(f.kind for f in some if f.kind))
        accounts = [a for a in self.made.accounts if any(f.account == a for f in some)]
        alike: dict[tuple[tuple[Cell, ...], ...], list[str]] = {}
        totals: list[list[Step | None]] = [[] for _ in accounts]
        for case, label in enumerate(self.names):
            cells = {(f.account, f.kind): f.values[case] for f in some}
            lines = [[cells.get((account, kind)) for kind in kinds] for account in accounts]
            lines = [[*line, _sum(line)] for line in lines]
            for sums, line in zip(totals, lines, strict=True):
                sums.append(line[-1])
            if len(accounts) > 1:
                lines.append([_sum(column) for column in zip(*lines, strict=True)])
            alike.setdefault(tuple(tuple(map(self._cell, line)) for line in lines), []).append(label)
        nothing = [n for grid, labels in alike.items() if not _says_anything(grid) for n in labels]
        note = (f"Nothing in {' and '.join(nothing)}.",) if nothing else ()
        for grid, labels in alike.items():
            if _says_anything(grid):
                title = _title(name) if len(self.names) == 1 else f"{_title(name)}: {' and '.join(labels)}"
                rows = tuple(zip([(account,) for account in (*accounts, "all")], grid, strict=False))
                yield Table(title, ("manufacturer",), (*kinds, "together"), rows, note)
        if len(nothing) == len(self.names):
            return
        if self.full:
            yield from self._apart(name, some, accounts, kinds)
        told = any(_is_told(self.made.figures, one, sums) for one, sums in zip(accounts, totals, strict=True))
        if len(self.names) > 1 and not told:
            by_case: list[_Row] = [((one,), sums) for one, sums in zip(accounts, totals, strict=True)]
            yield from self._by_case(f"{_title(name)}, all kinds together", ("manufacturer",), by_case, add_up=True)

    def _apart(self, name: str, some: list[Figure], accounts: list[str], kinds: list[str]) -> Iterator[Table]:
        """For each case but the first how far it is from it, by manufacturer and kind."""
        values = {(figure.account, figure.kind): figure.values for figure in some}
        away = {key: self._away(list(figures)) for key, figures in values.items()}
        for case, label in enumerate(self.names[1:]):
            rows = tuple(
                ((account,), tuple(away[account, kind][case] if (account, kind) in away else None for kind in kinds))
                for account in accounts
            )
            if _says_anything(cells for _, cells in rows):
                yield Table(
                    f"{_title(name)}: {label}, difference from {self.names[0]}", ("manufacturer",), tuple(kinds), rows
                )

    def _by_case(self, title: str, of: tuple[str, ...], rows: list[_Row], *, add_up: bool) -> Iterator[Table]:
        """A column for each case; and, of more than one, how far each is from the first."""
        units = {s.unit for _, values in rows for s in values if s is not None}
        if add_up and len(rows) > 1 and units <= {CREDITS, VEHICLES}:
            sums = [_sum(values[n] for _, values in rows) for n in range(len(self.names))]
            rows = [*rows, (("all", *[""] * (len(of) - 1)), sums)]
        cells = tuple((names, tuple(map(self._cell, values))) for names, values in rows)
        yield Table(title, of, self.names, cells)
        if len(self.names) > 1:
            away = tuple((names, self._away(values)) for names, values in rows)
            if any(isinstance(cell, Shown) and cell.value for _, row in away for cell in row):
                yield Table(f"{title}: difference from {self.names[0]}", of, self.names[1:], away)

    def _away(self, values: list[Step | None]) -> tuple[Cell, ...]:
        first, *others = values
        made: list[Cell] = []
        for other in others:
            if first is None or other is None or not (first.known and other.known):
                made.append(None)
            else:
                made.append(self._number(other.value - first.value, other.unit))
        return tuple(made)

    def _cell(self, made: Step | None) -> Cell:
        if made is None:
            return None
        return self._number(made.value, made.unit) if made.known else "not known"

    def _number(self, value: Fraction, unit: Unit) -> Shown:
        if unit == PLAIN:
            return Shown(value, 4)
        usual = 0 if unit == VEHICLES else 2
        return Shown(value, self.places if self.places is not None else usual)


#: What figures may be of, in the order in which their tables come.
_WORDS = ("manufacturer", "kind", "model year")


def _dimensions(some: list[Figure]) -> frozenset[str]:
    """What the figures of one quantity are of."""
    said = {"manufacturer": "account", "kind": "kind", "model year": "year"}
    return frozenset(word for word, field in said.items() if any(getattr(f, field) is not None for f in some))


def _says_anything(grid: Iterable[Iterable[Cell]]) -> bool:
    """Whether some number in it is known and not zero."""
    return any(isinstance(cell, Shown) and cell.value for line in grid for cell in line)


def _is_told(figures: Sequence[Figure], account: str, total: list[Step | None]) -> bool:
    """Whether some quantity of the manufacturer is the total over all kinds already."""
    numbers = [None if step is None else (step.low, step.high) for step in total]
    return any(numbers) and any(
        [None if s is None else (s.low, s.high) for s in figure.values] == numbers
        for figure in figures
        if (figure.account, figure.kind, figure.year) == (account, None, None)
    )


def _title(name: str) -> str:
    return name[0].upper() + name[1:]


def _sum(values: Iterable[Step | None]) -> Step | None:
    """The sum of some numbers as a step; None if there are none."""
    some = [value for value in values if value is not None]
    if not some:
        return None
    return added_up("all", some, some[0].unit)


# -------------------------------------------------------------------------------------- printed


def _printed(held: Sequence[Held], full: bool) -> Iterator[Table]:
    for title in dict.fromkeys(one.cell.table for one in held):
        mine = [one for one in held if one.cell.table == title]
        off = [one for one in mine if one.difference or not one.explained]
        rows = tuple(_printed_row(one) for one in (mine if full else off))
        unexplained = sum(not one.explained for one in off)
        counted = f"{len(mine) - len(off)} of {len(mine)} printed cells are what is worked out"
        left = (
            f"{len(off)} differ{'s' if len(off) == 1 else ''}, each for the cause named"
            if not unexplained
            else f"{unexplained} without a cause"
        )
        note = f"{counted}{f'; {left}' if off else ''}."
        yield Table(
            f"Printed in {title}", ("number",), ("printed", "worked out", "exactly", "cause"), rows, (note,), prose=True
        )


def _left_out(titles: Sequence[str]) -> Iterator[Table]:
    for title in titles:
        note = "These cases work out none of its numbers, so it is not held against anything."
        yield Table(f"Printed in {title}", (), (), (), (note,), prose=True)


def _printed_row(one: Held) -> tuple[tuple[str, ...], tuple[Cell, ...]]:
    cell = one.cell
    of = [cell.quantity, cell.account, cell.kind, f"model year {cell.year}" if cell.year is not None else None]
    exactly = write_number(one.computed.value) if one.computed.known else "not known"
    return (", ".join(x for x in of if x),), (
        *(Shown(cell.value, cell.places), Shown(one.shown, cell.places), exactly, one.cause),
    )
