"""What each name of a text stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zevrules.diagnostic import Diagnostic
from zevrules.model import errors
from zevrules.model.assembly import Assembly
from zevrules.model.rules import Authority
from zevrules.node import Node, node
from zevrules.source import Span
from zevrules.syntax.tree import Clause, Name, Provision, Sentence, Statement

#: The word for whoever the law binds, when no size class is meant.
EVERYONE = "manufacturer"


@node
class Placed(Node):
    """A statement, with the authority it stands on and the years and readings that an `instead` leaves it.

    ``read_as`` is the reading under which it stands in place of other words; ``read_otherwise`` are those
    under which other words stand in its place.
    """

    sentence: Sentence
    clauses: tuple[Clause, ...]
    authority: Authority
    first: int | None
    last: int | None
    read_as: Name | None
    read_otherwise: tuple[Name, ...]
    source: Any

    def span(self, at: tuple[int, int]) -> Span:
        """A stretch of the file this statement stands in."""
        return Span(self.source, *at)


@node
class Declared(Node):
    """A declaration: what sort of name, where, and the statement that makes it."""

    sort: str
    placed: Placed
    span: Span


@node
class Scope(Node):
    """All names of a text by sort, and its statements in order.

    ``groups`` are the vehicles that one name stands for; ``units`` what credits are counted in, with their kinds.
    """

    names: dict[str, Declared]
    vehicles: dict[str, Span]
    groups: dict[str, tuple[str, ...]]
    statements: tuple[Placed, ...]
    kinds: tuple[str, ...]
    origins: tuple[str, ...]
    units: dict[str, tuple[str, ...]]
    options: dict[int, None]
    readings: dict[str, tuple[str, tuple[str, ...]]]
    by_sorts: dict[tuple[str, ...], dict[str, None]]

    def of_sort(self, *sorts: str) -> dict[str, None]:
        """The names of these sorts, as declared; found once, when all are declared."""
        found = self.by_sorts.get(sorts)
        if found is None:
            found = {name: None for name, declared in self.names.items() if declared.sort in sorts}
            self.by_sorts[sorts] = found
        return found


def placed_statements(assembly: Assembly) -> Iterator[Placed]:
    """Every statement of the text; one that a change replaces stands until the change, then the new words."""
    for authority, provision in assembly.provisions:
        for statement in provision.statements:
            yield from _as_read(statement, authority, provision)


def _as_read(statement: Statement, authority: Authority, provision: Provision) -> Iterator[Placed]:
    """A statement, and beside it the words that stand in its place under another reading."""
    others = [c for c in statement.clauses if c.kind == "instead_reading"]
    if not others:
        yield from _with_changes(statement, authority, provision, None, ())
        return
    own = tuple(c for c in statement.clauses if c.kind != "instead_reading")
    elsewhere = tuple(other.parts[1] for other in others)
    yield from _with_changes(Statement(statement.sentence, own, statement.at), authority, provision, None, elsewhere)
    for other in others:
        _, name, sentence, _, *clauses = other.parts
        said = Statement(sentence, tuple(c for c in clauses if c is not None), other.at)
        yield from _with_changes(said, authority, provision, name, ())


def _with_changes(
    statement: Statement, authority: Authority, provision: Provision, read_as: Name | None, elsewhere: tuple[Name, ...]
) -> Iterator[Placed]:
    changes = sorted(
        (c for c in statement.clauses if c.kind == "instead"), key=lambda change: int(change.parts[1].value)
    )
    starts = [int(change.parts[1].value) for change in changes]
    own = tuple(c for c in statement.clauses if c.kind != "instead")
    ends = [year - 1 for year in starts]
    first_end = ends[0] if ends else None
    yield Placed(statement.sentence, own, authority, None, first_end, read_as, elsewhere, provision.source)
    for number, change in enumerate(changes):
        _, year, sentence, _, *clauses = change.parts
        last = ends[number + 1] if number + 1 < len(ends) else None
        clauses = [c for c in clauses if c is not None]
        start = int(year.value)
        yield Placed(sentence, tuple(clauses), authority, start, last, read_as, elsewhere, provision.source)


def bind(assembly: Assembly, found: list[Diagnostic]) -> Scope:
    """Join every name of *assembly* to its declaration; faults go to *found*."""
    statements = tuple(placed_statements(assembly))
    scope = Scope({}, {}, {}, statements, (), (), {}, {}, {}, {})
    for placed in statements:
        for sort, name in _declarations(placed):
            _declare(scope, sort, name, placed, found)
        if placed.sentence.kind == "choice":
            scope.options.update(dict.fromkeys(placed.sentence.parts[3]))
        elif placed.sentence.kind == "readings":
            question, names = readings_of(placed.sentence)
            scope.readings.update((name.words, (question.words, tuple(n.words for n in names))) for name in names)
        elif placed.sentence.kind == "credits":
            unit, names, _ = placed.sentence.parts
            scope.units[unit.words] = (*scope.units.get(unit.words, ()), *(n.words for n in names))
    scope.kinds, scope.origins = tuple(scope.of_sort("kind")), tuple(scope.of_sort("origin"))
    return scope


#: Sorts that several statements may speak of: each with its own years or class of manufacturer.
_REPEATABLE = frozenset({"quantity", "obligation", "part"})


def _declare(scope: Scope, sort: str, name: Name, placed: Placed, found: list[Diagnostic]) -> None:
    span = placed.span(name.at)
    before = scope.names.get(name.words)
    if before is None:
        scope.names[name.words] = Declared(sort, placed, span)
    elif before.sort != sort or sort not in _REPEATABLE:
        found.append(errors.declared_twice(span, name.words, before.span))


def _declarations(placed: Placed) -> Iterator[tuple[str, Name]]:
    """The names that a statement declares, with their sorts."""
    kind, parts = placed.sentence.kind, placed.sentence.parts
    if kind == "credits":
        yield from (("kind", name) for name in parts[1])
    elif kind == "origins":
        yield from (("origin", name) for name in parts[1])
    elif kind == "fact":
        yield "fact", parts[1]
    elif kind in ("definition", "table", "open"):
        yield "quantity", parts[0]
    elif kind == "readings":
        question, names = readings_of(placed.sentence)
        yield "question of reading", question
        yield from (("reading", name) for name in names)
    elif kind == "sized":
        yield from (("class", c.parts[0]) for c in placed.clauses if c.kind in ("band", "top_band"))
    elif kind == "obligation":
        yield "obligation", parts[3]
        for clause in placed.clauses:
            if clause.kind == "made_of":
                yield from (("part", part[0]) for part in clause.parts[1:] if part is not None)


def readings_of(sentence: Sentence) -> tuple[Name, list[Name]]:
    """The question that a statement of readings declares, and its readings."""
    question, _, *names = sentence.parts
    return question, [name for name in names if name is not None]


def all_vehicles(scope: Scope) -> None:
    """Vehicles are declared by what is said of them; the same name may also be a kind of credit."""
    spoken_of: dict[str, Span] = {}
    for placed in scope.statements:
        parts = placed.sentence.parts
        names: tuple[Name, ...] = ()
        if placed.sentence.kind in ("earning", "adding"):
            names = (parts[1],)
        elif placed.sentence.kind == "group":
            scope.groups[parts[0].words] = tuple(name.words for name in parts[2])
            names = parts[2]
        elif placed.sentence.kind == "table":
            names = tuple(name for c in placed.clauses if c.kind == "vehicle_row" for name in c.parts[2])
        for name in names:
            spoken_of.setdefault(name.words, placed.span(name.at))
    scope.vehicles.update((name, span) for name, span in spoken_of.items() if name not in scope.groups)
