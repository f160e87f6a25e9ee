"""From an assembled text to a checked ruleset: one function for each kind of statement."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from zevrules.diagnostic import Diagnostic, Rejected
from zevrules.model import errors, rules
from zevrules.model.assembly import Assembly
from zevrules.model.clauses import (
    check_clauses,
    citation_of,
    conditioned,
    kinds_clause,
    one,
    rounding,
    terms,
)
from zevrules.model.dimensions import dimensions
from zevrules.model.expressions import UNKNOWN, Reader, day_of_each_year, options_offered, several, unit_of
from zevrules.model.scope import Placed, Scope, all_vehicles, bind, readings_of
from zevrules.quantity import CREDITS, PLAIN
from zevrules.syntax.errors import MOST_MISTAKES, bounded
from zevrules.syntax.tree import Name, Number, Open


def check(assembly: Assembly) -> rules.Ruleset:
    """The checked ruleset of an assembled text.

    Raises:
        Rejected: With everything that is wrong in it.
    """
    found: list[Diagnostic] = []
    scope = bind(assembly, found)
    all_vehicles(scope)
    reader = Reader(scope, assembly.places, found)
    made: dict[str, list[Any]] = {}
    for placed in scope.statements:
        check_clauses(placed, found)
        statement = _CHECKS[placed.sentence.kind](placed, reader)
        if statement is not None:
            made.setdefault(placed.sentence.kind, []).append(statement)
        if len(found) > MOST_MISTAKES:
            raise Rejected(_in_order(found))
    _check_whole(assembly, scope, made, found)
    if found:
        raise Rejected(_in_order(found))
    return _ruleset(assembly, scope, made)


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By file and place, each said once."""
    unique = {(d.code, d.message, d.labels[0].at if d.labels else None): d for d in found}
    ordered = sorted(unique.values(), key=_place)
    first: Any = ordered[0].labels[0].at
    return bounded(first.source, ordered)


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    at: Any = diagnostic.labels[0].at
    return at.source.name, at.start


def _ruleset(assembly: Assembly, scope: Scope, made: dict[str, list[Any]]) -> rules.Ruleset:
    quantities: dict[str, tuple[rules.Quantity, ...]] = {}
    for kind in ("definition", "table", "open"):
        for quantity in made.get(kind, ()):
            quantities[quantity.name] = (*quantities.get(quantity.name, ()), quantity)

    def all_of(kind: str) -> tuple[Any, ...]:
        return tuple(made.get(kind, ()))

    sized = all_of("sized")
    own = assembly.draft
    facts = {fact.name: fact for fact in all_of("fact")}
    return rules.Ruleset(
        name=own.path, title=own.title, jurisdiction=own.jurisdiction, first=own.first, last=own.last,
        adoptions=tuple(a.adoption for a in own.adopted),
        units=tuple(scope.units.items()), kinds=scope.kinds, origins=scope.origins,
        default_origin=next((o for o in all_of("origins") if o[2]), (None, None, None))[2], places=assembly.places,
        vehicles=tuple(scope.vehicles), groups=dict(scope.groups),
        facts=facts,
        quantities=quantities,
        classes=tuple(c for classes, _ in sized for c in classes),
        size=sized[0][1] if sized else None,
        moves=all_of("moves"), obligations=all_of("obligation"), permissions=all_of("permission"),
        caps=all_of("cap"), choices=all_of("choice"), deposits=all_of("deposit"), earnings=all_of("earning"),
        admissions=all_of("admission"), conversions=all_of("conversion"), gates=all_of("gate"),
        addings=all_of("adding"), earned_sums=all_of("earned_sums"), carried_at=all_of("carried"),
        orders=all_of("order"), consequences=all_of("consequence"), charges=all_of("charge"),
        expiries=all_of("expiry"), cures=all_of("cure"), exposures=all_of("exposure"),
        closings=all_of("closing"), applies=(*all_of("applies"), *all_of("applies_never")),
        usable=all_of("usable"), deadlines=all_of("deadlines"), readings=all_of("readings"),
        earned_from=all_of("earned_from"), results=tuple(r for some in all_of("results") for r in some),
        not_encoded=all_of("not_encoded"),
        remarks=tuple(r[:2] for kind in ("carry", "any_order", "credits", "origins") for r in all_of(kind)),
        provisions=tuple(authority for authority, _ in assembly.provisions),
        out_of_force=assembly.out_of_force,
        digests=assembly.digests,
        dimensions=dimensions(quantities, facts),
        amendments=assembly.amendments, statuses=assembly.statuses, barred=assembly.barred,
    )  # fmt: skip


# ----------------------------------------------------------------------------- over the whole


def _check_whole(assembly: Assembly, scope: Scope, made: dict[str, list[Any]], found: list[Diagnostic]) -> None:
    head = assembly.draft.header
    opening = Placed(None, (), None, None, None, None, (), head.source).span(head.at)  # type: ignore[arg-type]
    if made.get("obligation") or made.get("permission"):
        if not scope.kinds:
            found.append(errors.no_credits(opening))
        if made.get("obligation") and not made.get("closing"):
            found.append(errors.no_closing(opening))
    _check_overlaps(made, found)


def _check_overlaps(made: dict[str, list[Any]], found: list[Diagnostic]) -> None:
    """Two statements may say one quantity or closing day only for different model years or readings."""
    for sorts in (("definition", "table", "open"), ("closing",)):
        # For each name, reading and kind of credit, years apart from one another, in order.
        said: dict[str, dict[tuple[_Readings, str], list[tuple[int, int, Any]]]] = {}
        for statement, kind in _of_each_kind(s for sort in sorts for s in made.get(sort, ())):
            name, mine = getattr(statement, "name", "the closing day"), statement.terms.readings
            before = said.setdefault(name, {})
            beside = [
                stretches
                for (readings, other), stretches in before.items()
                if _compatible(readings, mine) and (kind == other or "" in (kind, other))
            ]
            if not _overlaps(name, statement, beside, found):
                stretches = before.setdefault((mine, kind), [])
                insort(stretches, (*_stretch(statement), statement), key=lambda stretch: stretch[0])


def _of_each_kind(statements: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Each statement with each kind of credit that it is said of."""
    for statement in statements:
        yield from ((statement, kind) for kind in getattr(statement, "kinds", ()) or ("",))


_Readings = tuple[tuple[str, tuple[str, ...]], ...]


def _compatible(some: _Readings, others: _Readings) -> bool:
    """Whether two statements can stand under one combination of readings."""
    theirs = dict(others)
    return all(set(names) & set(theirs.get(question, names)) for question, names in some)


def _stretch(statement: Any) -> tuple[int, int]:
    return statement.terms.first or _EVER[0], statement.terms.last or _EVER[1]


def _overlaps(name: str, statement: Any, others: list[list[tuple[int, int, Any]]], found: list[Diagnostic]) -> bool:
    first, last = _stretch(statement)
    for stretches in others:
        at = bisect_left(stretches, first, key=lambda stretch: stretch[0])
        other = next((s for s in stretches[max(at - 1, 0) : at + 1] if s[0] <= last and first <= s[1]), None)
        if other is not None:
            years = _years_in_words(max(first, other[0]), min(last, other[1]))
            found.append(errors.overlapping_years(statement.terms.span, name, other[2].terms.span, years))
            return True
    return False


_EVER = (0, 9999)


def _years_in_words(first: int, last: int) -> str:
    if (first, last) == _EVER:
        return "every model year"
    if first == last:
        return f"model year {first}"
    if first == _EVER[0]:
        return f"model years up to {last}"
    return f"model years from {first}" if last == _EVER[1] else f"model years {first} through {last}"


# -------------------------------------------------------------------------------- statements


def _remark(placed: Placed, reader: Reader) -> tuple[str, rules.Terms]:
    return placed.sentence.kind, terms(placed, reader)


def _origins(placed: Placed, reader: Reader) -> tuple[str, rules.Terms, str | None]:
    default = one(placed, "default_reading")
    name = default.parts[0] if default else None
    if name is not None and name.words not in reader.scope.origins:
        found = errors.unknown_name(placed.span(name.at), name.words, reader.scope.origins, "one of these origins")
        reader.found.append(found)
    return placed.sentence.kind, terms(placed, reader), name.words if name is not None else None


def _fact(placed: Placed, reader: Reader) -> rules.Fact:
    name = placed.sentence.parts[1].words
    unit, scopes = reader.fact(name)
    meaning = one(placed, "meaning")
    added = one(placed, "added_up")
    return rules.Fact(
        name,
        unit,
        "of each model year" in scopes,
        "of each vehicle" in scopes,
        "of each kind" in scopes,
        "of all manufacturers together" in scopes,
        meaning.parts[0] if meaning else "",
        added.parts[1].value if added else None,
        citation_of(added.parts[2], placed, reader.found) if added else None,
        terms(placed, reader),
    )


def _definition(placed: Placed, reader: Reader) -> rules.Quantity:
    name = placed.sentence.parts[0].words
    unit, is_several = reader.quantity(name)
    expr = reader.number(placed.sentence.parts[2], placed)
    if unit_of(expr) != unit and UNKNOWN not in (unit_of(expr), unit):
        reader.alike(expr, unit, placed, f"`{name}` is counted in {unit or 'shares'} where it is first defined.")
    mine = terms(placed, reader)
    return rules.Quantity(
        name, expr, (), "", unit, is_several, _of_kinds(placed, reader), rounding(placed, reader), mine,
        adjustments=_adjustments(placed, reader, unit),
    )  # fmt: skip


def _of_kinds(placed: Placed, reader: Reader) -> tuple[str, ...]:
    """The kinds of credit that `of kinds …` names; none for `of each kind` and without a clause."""
    clause = kinds_clause(placed)
    names = clause.parts[0] if clause and not isinstance(clause.parts[0], str) else ()
    return _known_kinds(names, placed, reader)


def _open(placed: Placed, reader: Reader) -> rules.Quantity:
    name = placed.sentence.parts[0].words
    unit, _ = reader.quantity(name)
    return rules.Quantity(name, None, (), placed.sentence.parts[4], unit, False, (), None, terms(placed, reader))


def _table(placed: Placed, reader: Reader) -> rules.Quantity | None:
    by = placed.sentence.parts[1]
    wanted, other = ("row", "vehicle_row") if by == "by model year" else ("vehicle_row", "row")
    for clause in placed.clauses:
        if clause.kind == other:
            reader.found.append(errors.row_of_another_table(placed.span(clause.at), by, _ROWS[by]))
            return None
    return _by_model_year(placed, reader) if wanted == "row" else _by_vehicle(placed, reader)


#: How a row of each sort of table is written.
_ROWS = {"by model year": "`2023   17%`", "by vehicle": "`0.8 for each NAME`"}


def _by_vehicle(placed: Placed, reader: Reader) -> rules.Quantity:
    name = placed.sentence.parts[0].words
    unit, _ = reader.quantity(name)
    rows: list[rules.VehicleRow] = []
    said: dict[str, Any] = {}
    for clause in (c for c in placed.clauses if c.kind == "vehicle_row"):
        cell, _, names, citation = clause.parts
        value = None if isinstance(cell, Open) else reader.read(cell, placed)
        if value is not None:
            reader.alike(value, unit, placed, "All rows of a table are counted alike.")
        vehicles = tuple(v for n in names for v in members(n.words, reader))
        for vehicle in vehicles:
            if vehicle in said:
                reader.found.append(errors.vehicle_said_twice(placed.span(clause.at), vehicle, said[vehicle]))
            said.setdefault(vehicle, placed.span(clause.at))
        reason = cell.reason if isinstance(cell, Open) else ""
        cited = citation_of(citation, placed, reader.found)
        rows.append(rules.VehicleRow(vehicles, value, reason, cited, placed.span(clause.at)))
    if not rows:
        line = "`0.8 for each NAME`"
        reader.found.append(errors.missing_clause(placed.span(placed.sentence.at), "a table by vehicle", line))
    mine = terms(placed, reader)
    return rules.Quantity(name, None, (), "", unit, False, (), None, mine, by_vehicle=tuple(rows))


def members(name: str, reader: Reader) -> tuple[str, ...]:
    """The vehicles that a name stands for: those of a group, or the one."""
    return reader.scope.groups.get(name, (name,))


def _group(placed: Placed, reader: Reader) -> None:
    """A group of vehicles; it is kept by the scope, and only its members are looked at here."""
    for name in placed.sentence.parts[2]:
        if name.words in reader.scope.groups:
            reader.found.append(errors.group_in_a_group(placed.span(name.at), name.words))
    terms(placed, reader)


def _by_model_year(placed: Placed, reader: Reader) -> rules.Quantity:
    name = placed.sentence.parts[0].words
    unit, _ = reader.quantity(name)
    rows = [_row(clause, placed, reader) for clause in placed.clauses if clause.kind == "row"]
    if not rows:
        reader.found.append(errors.missing_clause(placed.span(placed.sentence.at), "a table", "`2023   17%`"))
    percent = [r for r in rows if r.value is not None and r.value.percent]
    for row, clause in zip(rows, (c for c in placed.clauses if c.kind == "row"), strict=True):
        cell = clause.parts[2]
        if row.value is None:
            continue
        if percent and not row.value.percent and row.value.unit == PLAIN:
            reader.found.append(errors.missing_percent(placed.span(cell.at), placed.span(cell.at).text.strip()))
        reader.alike(row.value, unit, placed, "All rows of a table are counted alike.")
    _check_rows(name, rows, placed, reader)
    return rules.Quantity(name, None, tuple(rows), "", unit, False, (), None, terms(placed, reader))


def _row(clause: Any, placed: Placed, reader: Reader) -> rules.Row:
    start, end, cell, citation = clause.parts
    first = _year(start, placed, reader)
    last = None if end == "on" else first if end is None else end
    if last is not None and last < first:
        reader.found.append(errors.years_out_of_order(placed.span(clause.at), first, last))
    value = None if isinstance(cell, Open) else reader.read(cell, placed)
    reason = cell.reason if isinstance(cell, Open) else ""
    return rules.Row(first, last, value, reason, citation_of(citation, placed, reader.found), placed.span(clause.at))


def _year(number: Number, placed: Placed, reader: Reader) -> int:
    return int(number.value)


def _check_rows(name: str, rows: list[rules.Row], placed: Placed, reader: Reader) -> None:
    """Rows may neither overlap nor leave out model years between the first and the last."""
    ordered = sorted(rows, key=lambda r: r.first)
    for before, after in pairwise(ordered):
        if before.last is None or after.first <= before.last:
            shared = after.first
            reader.found.append(errors.overlapping_years(after.span, name, before.span, f"model year {shared}"))
        elif after.first > before.last + 1:
            gap = f"model year {before.last + 1}"
            if after.first > before.last + 2:
                gap = f"model years {before.last + 1} through {after.first - 1}"
            reader.found.append(errors.table_gap(after.span, name, gap))


def _sized(placed: Placed, reader: Reader) -> tuple[tuple[rules.SizeClass, ...], Any] | None:
    name = placed.sentence.parts[1]
    if name.words not in reader.scope.of_sort("quantity"):
        known = reader.scope.of_sort("quantity")
        reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "a quantity"))
        return None
    unit, _ = reader.quantity(name.words)
    mine = terms(placed, reader)
    classes: list[rules.SizeClass] = []
    low: Any = None
    for clause in placed.clauses:
        if clause.kind == "band":
            high = reader.number(clause.parts[2], placed)
            reader.alike(high, unit, placed)
            if _not_above(low, high):
                reader.found.append(errors.bands_out_of_order(placed.span(clause.at), clause.parts[0].words))
            classes.append(rules.SizeClass(clause.parts[0].words, low, high, mine))
            low = high
        elif clause.kind == "top_band":
            classes.append(rules.SizeClass(clause.parts[0].words, low, None, mine))
    if not classes or classes[-1].high is not None:
        reader.found.append(
            errors.missing_clause(placed.span(placed.sentence.at), "a statement of size classes", "`NAME above that`")
        )
    return tuple(classes), rules.QuantityOf(name.words, None, unit, name.at)


def _not_above(low: Any, high: Any) -> bool:
    return isinstance(low, rules.Constant) and isinstance(high, rules.Constant) and high.value <= low.value


def _moves(placed: Placed, reader: Reader) -> rules.Move:
    old, _, new, _, after, _ = placed.sentence.parts
    known = reader.scope.of_sort("class")
    for name in (old, new):
        if name.words not in known:
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "a size class"))
    counted = one(placed, "counted_from")
    skips = tuple(conditioned(c, placed, reader) for c in placed.clauses if c.kind == "not_counting")
    since = int(counted.parts[1].value) if counted else None
    return rules.Move(old.words, new.words, int(after.value), since, skips, terms(placed, reader))


def _obligation(placed: Placed, reader: Reader) -> rules.Obligation | None:
    name = placed.sentence.parts[3]
    of = one(placed, "of")
    if of is None:
        reader.found.append(
            errors.missing_clause(placed.span(placed.sentence.at), "an obligation", "`of RATE × VOLUME in credits`")
        )
        return None
    expr, window = of.parts[0]
    size = reader.number(expr, placed)
    if window is not None:
        words = placed.span(of.at).text
        reader.found.append(
            errors.wrong_base(placed.span(of.at), words, "an obligation is of one model year", "leave the years out")
        )
    reader.alike(size, CREDITS, placed, "An obligation is owed in credits.")
    parts = _parts(placed, reader, size)
    return rules.Obligation(name.words, size, parts, rounding(placed, reader), terms(placed, reader))


def _parts(placed: Placed, reader: Reader, size: Any) -> tuple[rules.Part, ...]:
    clause = one(placed, "made_of")
    if clause is None:
        name = placed.sentence.parts[3]
        return (rules.Part(name.words, None, name.at),)
    written = [p for p in clause.parts[1:] if p is not None]
    made = []
    misplaced = [name for name, expr in written[:-1] if expr is None] or [n for n, e in written[-1:] if e is not None]
    if misplaced:
        reader.found.append(errors.rest_not_last(placed.span(misplaced[0].at)))
    for name, expr in written:
        bound = reader.number(expr, placed) if expr is not None else None
        if bound is not None:
            if isinstance(size, rules.InUnit) and unit_of(bound) == unit_of(size.expr):
                # The law counts the obligation "in credits"; its parts are counted as the whole is.
                bound = rules.InUnit(bound, size.unit, bound.at)
            reader.alike(bound, CREDITS, placed, "A part is counted as the obligation is.")
        made.append(rules.Part(name.words, bound, name.at))
    return tuple(made)


def _known_kinds(names: Iterable[Name], placed: Placed, reader: Reader) -> tuple[str, ...]:
    for name in names:
        if name.words not in reader.scope.kinds:
            reader.found.append(
                errors.unknown_name(placed.span(name.at), name.words, reader.scope.kinds, "a kind of credit")
            )
    return tuple(n.words for n in names)


def _share(share: Any, placed: Placed, reader: Reader) -> Any:
    """A share as written, or a named one; or an amount of credits."""
    if isinstance(share, Name):
        names = reader.scope.of_sort("quantity")
        if share.words not in names:
            reader.found.append(errors.unknown_name(placed.span(share.at), share.words, names, "a share"))
            return None
        unit, _ = reader.quantity(share.words)
        bound = rules.QuantityOf(share.words, None, unit, share.at)
        if unit != CREDITS:
            reader.alike(bound, PLAIN, placed, "A limit of use is a share, or an amount of credits.")
        return bound
    if share.unit is not None:
        bound = reader.read(share, placed)
        reader.alike(bound, CREDITS, placed, "A limit of use is a share, or an amount of credits.")
        return bound
    if not share.percent:
        reader.found.append(errors.missing_percent(placed.span(share.at), placed.span(share.at).text))
    if share.percent and share.value > 1:
        reader.found.append(errors.percent_over_all(placed.span(share.at), placed.span(share.at).text))
    return rules.Constant(share.value, PLAIN, True, share.at)


def _bases(reader: Reader) -> list[str]:
    """What a share of use can be of: parts of obligations, then whole ones."""
    return [*reader.scope.of_sort("part"), *reader.scope.of_sort("obligation")]


def _permission(placed: Placed, reader: Reader) -> rules.Permission | None:
    names, together, _, *rest = placed.sentence.parts
    names = [n for n in names if n is not None]
    kinds = _known_kinds(names, placed, reader)
    share, target = (None, rest[0]) if len(rest) == 1 else rest[1:]
    bound = _share(share, placed, reader) if share is not None else None
    if target is None:
        assert share is not None, "without a target the grammar wants a share"
        span = placed.span(share.at)
        reader.found.append(errors.percentage_without_base(span, f"≤{span.text}", _bases(reader), on_the_line=True))
        return None
    known = reader.scope.of_sort("obligation", "part")
    if target.words not in known:
        span = placed.span(target.at)
        reader.found.append(errors.unknown_name(span, target.words, known, "an obligation or a part of one"))
    return rules.Permission(kinds, together is not None, target.words, bound, terms(placed, reader))


def _cap(placed: Placed, reader: Reader) -> rules.Cap | None:
    place, _, option, _, share = placed.sentence.parts
    bound = _share(share, placed, reader)
    of, on = one(placed, "of"), one(placed, "on")
    amount = bound is not None and unit_of(bound) == CREDITS
    if amount and of is not None:
        words = placed.span(of.at).text
        why = "this cap is an amount of credits and not a share of anything"
        reader.found.append(errors.wrong_base(placed.span(of.at), words, why, "leave the clause out"))
    if of is None and not amount:
        span = placed.span(share.at)
        reader.found.append(errors.percentage_without_base(span, span.text, _bases(reader), on_the_line=False))
    if on is None:
        reader.found.append(errors.missing_clause(placed.span(placed.sentence.at), "a cap", "`on NAME credits`"))
    mine = terms(placed, reader)
    if place is not None:
        mine.option = _option(place, option, placed, reader)
    if on is None or (of is None and not amount):
        return None
    chosen, targets = selector(on.parts[1], placed, reader), _targets(placed, reader)
    if of is None:
        return rules.Cap(bound, None, None, chosen, targets, mine)
    expr, window = of.parts[0]
    base = reader.number(expr, placed)
    reader.alike(base, CREDITS, placed, "A cap on credits is a share of credits.")
    if window is not None and several(base):
        words = placed.span(of.at).text
        why = "it is already of several model years together"
        reader.found.append(errors.wrong_base(placed.span(of.at), words, why, "leave out `of model years … together`"))
    if window is not None and window[0] > window[1]:
        reader.found.append(errors.years_out_of_order(placed.span(of.at), *window))
    if window is None and several(base):
        why = "it is of several model years together, and this cap would be of each one"
        words = placed.span(of.at).text
        help_text = "name the yearly quantity, and after it `of model years … through … together`"
        reader.found.append(errors.wrong_base(placed.span(of.at), words, why, help_text))
    return rules.Cap(bound, base, window, chosen, targets, mine)


def _targets(placed: Placed, reader: Reader) -> tuple[str, ...]:
    """What `toward …` names: obligations and parts of them."""
    clause = one(placed, "toward")
    return _known_targets(clause.parts[1], placed, reader) if clause else ()


def _known_targets(names: Iterable[Name], placed: Placed, reader: Reader) -> tuple[str, ...]:
    known = reader.scope.of_sort("obligation", "part")
    written = [n for n in names if n is not None]
    for name in written:
        if name.words not in known:
            what = "an obligation or a part of one"
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, what))
    return tuple(n.words for n in written)


def _option(place: Name, option: Number, placed: Placed, reader: Reader) -> int:
    """The option that a cap speaks of, which its jurisdiction must offer."""
    own = reader.places[0]
    number = int(option.value)
    if place.words != own:
        reader.found.append(errors.wrong_jurisdiction(placed.span(place.at), place.words, own))
    if number not in options_offered(reader.scope):
        reader.found.append(errors.unknown_option(placed.span(option.at), number, options_offered(reader.scope)))
    return number


def selector(names: Iterable[Name], placed: Placed, reader: Reader) -> rules.Selector:
    """Which credits some names mean, less those that a clause of the statement leaves out."""
    chosen = _named_credits(names, placed, reader)
    first, last = _vintages(placed, reader)
    less = one(placed, "leaving_out")
    but = _named_credits(less.parts[1], placed, reader) if less is not None else None
    words = chosen.words if but is None else f"{chosen.words} other than {but.words}"
    return rules.Selector(chosen.kinds, chosen.origins, words, first, last, but)


def _named_credits(names: Iterable[Name], placed: Placed, reader: Reader) -> rules.Selector:
    """Which credits some names mean: a kind, an origin, or an origin and a kind, with or without `credits`."""
    kinds: list[str] = []
    origins: list[str] = []
    scope = reader.scope
    written = [n for n in names if n is not None]
    for name in written:
        words = without_unit(name.words, scope)
        if words == "all" and len(written) == 1 and words != name.words:
            continue
        if words in scope.kinds:
            kinds.append(words)
        elif words in scope.origins:
            origins.append(words)
        else:
            pair = next(((o, words[len(o) + 1 :]) for o in scope.origins if words.startswith(o + " ")), None)
            if pair is None or pair[1] not in scope.kinds:
                known = [*scope.kinds, *(f"{o} {_noun(scope)}" for o in scope.origins)]
                reader.found.append(
                    errors.unknown_name(placed.span(name.at), name.words, known, "a kind or origin of credits")
                )
            else:
                origins.append(pair[0])
                kinds.append(pair[1])
    return rules.Selector(tuple(kinds), tuple(origins), " and ".join(n.words for n in written))


def without_unit(words: str, scope: Scope) -> str:
    """Words for credits without the noun that they are counted in: ``pooled`` for ``pooled values``."""
    for noun in dict.fromkeys(("credits", "values", *(unit.split()[-1] for unit in scope.units))):
        for ending in (noun, noun.removesuffix("s")):
            if words.endswith(f" {ending}"):
                return words.removesuffix(f" {ending}")
    return words


def _noun(scope: Scope) -> str:
    """What credits are called here: the last word of what they are counted in."""
    return next((unit.split()[-1] for unit in scope.units), "credits")


def _vintages(placed: Placed, reader: Reader) -> tuple[int | None, int | None]:
    """The model years that `earned in …` or `earned from …` limits the credits of a statement to."""
    within, since = one(placed, "earned_in"), one(placed, "earned_since")
    first = last = None
    if within is not None:
        first, last = int(within.parts[1].value), int((within.parts[2] or within.parts[1]).value)
        if first > last:
            reader.found.append(errors.years_out_of_order(placed.span(within.at), first, last))
    if since is not None:
        first = max(first or 0, int(since.parts[1].value))
    return first, last


def _choice(placed: Placed, reader: Reader) -> rules.Choice:
    options = placed.sentence.parts[3]
    default = one(placed, "default_option")
    if default is None:
        return rules.Choice(options, None, None, terms(placed, reader))
    _, number, _, condition, _ = default.parts
    if int(number.value) not in options:
        reader.found.append(errors.unknown_option(placed.span(number.at), int(number.value), options))
    unless = reader.condition(condition, placed)
    return rules.Choice(options, int(number.value), unless, terms(placed, reader))


def _origin(name: Name, placed: Placed, reader: Reader) -> str:
    words = without_unit(name.words, reader.scope)
    if words not in reader.scope.origins:
        known = [f"{origin} {_noun(reader.scope)}" for origin in reader.scope.origins]
        reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "an origin of credits"))
    return words


def _deposit(placed: Placed, reader: Reader) -> rules.Deposit:
    _, _, _, expr, origin = placed.sentence.parts
    bound = reader.number(expr, placed)
    reader.alike(bound, CREDITS, placed, "A deposit is counted in credits.")
    return rules.Deposit(
        bound,
        _origin(origin, placed, reader),
        _of_kinds(placed, reader) or reader.scope.kinds,
        kinds_clause(placed) is not None,
        one(placed, "one_day") is not None,
        rounding(placed, reader),
        terms(placed, reader),
    )


def _admission(placed: Placed, reader: Reader) -> rules.Admission:
    names, _, origin = placed.sentence.parts
    clause = one(placed, "from_places")
    places = [n for n in clause.parts[1] if n is not None] if clause else []
    for place in places:
        if place.words not in reader.places:
            span = placed.span(place.at)
            reader.found.append(errors.unknown_name(span, place.words, reader.places, "a jurisdiction known here"))
    kinds = _known_kinds([n for n in names if n is not None], placed, reader)
    return rules.Admission(
        kinds, _origin(origin, placed, reader), tuple(p.words for p in places), terms(placed, reader)
    )


def _conversion(placed: Placed, reader: Reader) -> rules.Conversion:
    unit, _, kind, _, expr, _, origin = placed.sentence.parts
    clause = kinds_clause(placed)
    names = clause.parts[0] if clause and not isinstance(clause.parts[0], str) else ()
    own = reader.scope.units.get(unit.words, ())
    for name in names if own else ():
        if name.words not in own:
            what = f"a kind of {unit.words}"
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, own, what))
    ratio = reader.number(expr, placed)
    reader.alike(ratio, PLAIN, placed, "It is how many of the old credits are given for 1 new one.")
    if isinstance(ratio, rules.Constant) and ratio.value == 0:
        reader.found.append(errors.converted_for_nothing(placed.span(expr.at)))
    _known_kinds([kind], placed, reader)
    return rules.Conversion(
        unit.words,
        tuple(name.words for name in names),
        kind.words,
        _origin(origin, placed, reader),
        ratio,
        rounding(placed, reader),
        terms(placed, reader),
    )


def _gate(placed: Placed, reader: Reader) -> rules.Gate:
    names, _, receiver, how, limit = placed.sentence.parts
    kinds = _known_kinds([n for n in names if n is not None], placed, reader)
    to = receiver.words if receiver is not None else None
    if how == "only when":
        return rules.Gate(kinds, to, None, reader.condition(limit, placed), terms(placed, reader))
    if limit.value > 1:
        reader.found.append(errors.percent_over_all(placed.span(limit.at), placed.span(limit.at).text))
    return rules.Gate(kinds, to, limit.value, None, terms(placed, reader))


def _earning(placed: Placed, reader: Reader) -> rules.Earning:
    _, vehicle, elsewhere, _, expr, kind = placed.sentence.parts
    bound = reader.number(expr, placed, vehicle=True)
    reader.alike(bound, CREDITS, placed, "What a vehicle earns is counted in credits.")
    what = selector([kind], placed, reader)
    name, origin = next(iter(what.kinds), ""), next(iter(what.origins), None)
    if origin is not None and not name:
        reader.found.append(
            errors.unknown_name(placed.span(kind.at), kind.words, reader.scope.kinds, "a kind of credit")
        )
    adjustments = _adjustments(placed, reader, CREDITS, vehicle=True)
    mine, vehicles = terms(placed, reader), members(vehicle.words, reader)
    return rules.Earning(vehicle.words, vehicles, elsewhere is not None, bound, name, origin, adjustments, mine)


def _adding(placed: Placed, reader: Reader) -> rules.Adding:
    _, vehicle, _, expr, obligation = placed.sentence.parts
    bound = reader.number(expr, placed, vehicle=True)
    reader.alike(bound, CREDITS, placed, "What a vehicle adds is counted in credits.")
    adjustments = _adjustments(placed, reader, CREDITS, vehicle=True)
    name, vehicles = _known_obligation(obligation, placed, reader), members(vehicle.words, reader)
    return rules.Adding(vehicle.words, vehicles, bound, name, adjustments, terms(placed, reader))


def _adjustments(placed: Placed, reader: Reader, unit: Any, *, vehicle: bool = False) -> tuple[rules.Adjustment, ...]:
    kinds = ("at_most", "plus", "becomes", "none_when", "none_unless")
    return tuple(_adjustment(c, placed, reader, unit, vehicle) for c in placed.clauses if c.kind in kinds)


def _adjustment(clause: Any, placed: Placed, reader: Reader, unit: Any, vehicle: bool) -> rules.Adjustment:
    if clause.kind in ("none_when", "none_unless"):
        _, condition, years, citation = clause.parts
        expr, how = None, "none"
    else:
        expr, _, condition, years, citation = clause.parts[-5:]
        how = {"at_most": "at most", "plus": "plus", "becomes": "instead"}[clause.kind]
    bound = reader.number(expr, placed, vehicle=vehicle) if expr is not None else None
    if bound is not None:
        reader.alike(bound, unit, placed)
    claim = reader.condition(condition, placed, vehicle=vehicle) if condition is not None else None
    cited = citation_of(citation, placed, reader.found)
    if years and years[0] > years[1]:
        reader.found.append(errors.years_out_of_order(placed.span(clause.at), *years))
    first, last = years or (None, None)
    denied = clause.kind == "none_unless"
    return rules.Adjustment(how, bound, claim, denied, first, last, cited, placed.span(clause.at))


def _expiry(placed: Placed, reader: Reader) -> rules.Expiry:
    names, _, *end = placed.sentence.parts
    numbers = [int(p.value) for p in end if isinstance(p, Number)]
    chosen = selector(names, placed, reader)
    if isinstance(end[0], Number):
        return rules.Expiry(chosen, None, numbers[0], terms(placed, reader))
    if numbers:
        return rules.Expiry(chosen, numbers[0], None, terms(placed, reader))
    return rules.Expiry(chosen, None, 0, terms(placed, reader))


def _known_obligation(name: Name, placed: Placed, reader: Reader) -> str:
    known = reader.scope.of_sort("obligation")
    if name.words not in known:
        reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "an obligation"))
    return str(name.words)


def _cure(placed: Placed, reader: Reader) -> rules.Cure:
    _, name, _, within, *kinds = placed.sentence.parts
    obligation, mine = _known_obligation(name, placed, reader), terms(placed, reader)
    if not isinstance(within, Number):
        return rules.Cure(obligation, 0, (), kinds[0], mine)
    return rules.Cure(obligation, int(within.value), _known_kinds(kinds[0], placed, reader), "", mine)


def _earned_sums(placed: Placed, reader: Reader) -> rules.EarnedSums:
    return rules.EarnedSums(rounding(placed, reader), terms(placed, reader))


def _carried(placed: Placed, reader: Reader) -> rules.CarriedAt:
    names, _, share = placed.sentence.parts
    chosen, bound = selector(names, placed, reader), _share(share, placed, reader)
    if bound is not None:
        reader.alike(bound, PLAIN, placed, "Credits are carried at a share of what they were.")
    return rules.CarriedAt(chosen, bound, terms(placed, reader))


def _order(placed: Placed, reader: Reader) -> rules.UseOrder:
    steps = tuple(_step(c, placed, reader) for c in placed.clauses if c.kind == "use_step")
    if not steps:
        line = "`1st NAMES toward NAMES`"
        reader.found.append(errors.missing_clause(placed.span(placed.sentence.at), "an order of use", line))
    for number, step in enumerate(steps, start=1):
        if step.number != number:
            reader.found.append(errors.step_out_of_order(step.span, step.number, number))
    return rules.UseOrder(steps, one(placed, "soonest_first") is not None, terms(placed, reader))


def _step(clause: Any, placed: Placed, reader: Reader) -> rules.UseStep:
    number, names, _, targets, elected, citation = clause.parts
    written = [n for n in names if n is not None]
    others = [n for n in written if n.words in (f"other {_noun(reader.scope)}", "other credits")]
    if elected is not None or (len(written) == 1 and others):
        each = [] if others else [[name] for name in written]
    else:
        each = [written]
    return rules.UseStep(
        int(number[:-2]),
        tuple(selector(some, placed, reader) for some in each),
        _known_targets(targets, placed, reader),
        elected is not None,
        citation_of(citation, placed, reader.found),
        placed.span(clause.at),
    )


def _charge(placed: Placed, reader: Reader) -> rules.Charge:
    names, _, expr = placed.sentence.parts
    bound = reader.number(expr, placed)
    adjustments = _adjustments(placed, reader, unit_of(bound))
    return rules.Charge(
        selector(names, placed, reader), bound, adjustments, rounding(placed, reader), terms(placed, reader)
    )


def _consequence(placed: Placed, reader: Reader) -> rules.Consequence:
    _, name, _, what = placed.sentence.parts
    return rules.Consequence(_known_obligation(name, placed, reader), what, terms(placed, reader))


def _exposure(placed: Placed, reader: Reader) -> rules.Exposure:
    _, name, _, expr = placed.sentence.parts
    bound = reader.number(expr, placed)
    obligation = _known_obligation(name, placed, reader)
    return rules.Exposure(obligation, bound, rounding(placed, reader), terms(placed, reader))


def _closing(placed: Placed, reader: Reader) -> rules.Closing:
    _, month, day, _ = placed.sentence.parts
    found = day_of_each_year(month, str(int(day.value)))
    if found is None:
        words = f"{month} {int(day.value)}"
        reader.found.append(errors.not_a_date(placed.span(day.at), words, "name a day that every year has"))
    return rules.Closing(*(found or (1, 1)), terms(placed, reader))


def _applies(placed: Placed, reader: Reader) -> rules.Applies:
    first, last = (int(n.value) for n in placed.sentence.parts[1:3])
    if first > last:
        reader.found.append(errors.years_out_of_order(placed.span(placed.sentence.at), first, last))
    return rules.Applies(first, last, terms(placed, reader))


def _applies_never(placed: Placed, reader: Reader) -> rules.Applies:
    return rules.Applies(1, 0, terms(placed, reader))


def _usable(placed: Placed, reader: Reader) -> rules.Usable:
    names, _, year = placed.sentence.parts
    return rules.Usable(selector(names, placed, reader), int(year.value), terms(placed, reader))


def _earned_from(placed: Placed, reader: Reader) -> rules.EarnedFrom:
    return rules.EarnedFrom(int(placed.sentence.parts[1].value), terms(placed, reader))


def _results(placed: Placed, reader: Reader) -> tuple[rules.Result, ...]:
    known = reader.scope.of_sort("quantity")
    mine = terms(placed, reader)
    for name in placed.sentence.parts[1]:
        if name.words not in known:
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "a quantity"))
        elif reader.of_each_vehicle(name.words):
            reader.found.append(errors.vehicle_fact_outside(placed.span(name.at), name.words))
    return tuple(rules.Result(name.words, mine) for name in placed.sentence.parts[1])


def _deadlines(placed: Placed, reader: Reader) -> rules.MovedDeadlines:
    holidays = one(placed, "holidays")
    if holidays is None:
        what = "the moving of deadlines"
        reader.found.append(
            errors.missing_clause(placed.span(placed.sentence.at), what, '`by the holidays of "US-TX"`')
        )
    return rules.MovedDeadlines(holidays.parts[1] if holidays else "", terms(placed, reader))


def _readings(placed: Placed, reader: Reader) -> rules.Reading:
    question, names = readings_of(placed.sentence)
    words = tuple(name.words for name in names)
    default = one(placed, "default_reading")
    chosen = words[0]
    if default is None:
        what, line = "a question of reading", f"`{chosen} by default`"
        reader.found.append(errors.missing_clause(placed.span(placed.sentence.at), what, line))
    elif default.parts[0].words not in words:
        name = default.parts[0]
        reader.found.append(errors.unknown_name(placed.span(name.at), name.words, words, "one of these readings"))
    else:
        chosen = default.parts[0].words
    return rules.Reading(question.words, words, chosen, terms(placed, reader))


def _not_encoded(placed: Placed, reader: Reader) -> rules.NotEncoded:
    reason = placed.sentence.parts[1]
    clause = one(placed, "could") or one(placed, "harmless")
    if clause is None:
        reader.found.append(
            errors.missing_clause(
                placed.span(placed.sentence.at),
                "law that is not encoded",
                "`could lower NAME`, `could raise NAME`, `could add NAME credits`, or `could change no verdict`",
            )
        )
        return rules.NotEncoded(reason, "nothing", "", terms(placed, reader))
    if clause.kind == "harmless":
        return rules.NotEncoded(reason, "nothing", "", terms(placed, reader))
    effect, name = clause.parts[0].removeprefix("could "), clause.parts[1]
    if effect in ("lower", "raise"):
        known = reader.scope.of_sort("obligation", "part")
        if name.words not in known:
            what = "an obligation or a part of one"
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, what))
    elif name.words not in ("credits", "credit"):
        selector([name], placed, reader)
    return rules.NotEncoded(reason, effect, name.words, terms(placed, reader))


_CHECKS: dict[str, Callable[[Placed, Reader], Any]] = {
    "credits": _remark,
    "origins": _origins,
    "carry": _remark,
    "any_order": _remark,
    "fact": _fact,
    "definition": _definition,
    "open": _open,
    "table": _table,
    "sized": _sized,
    "moves": _moves,
    "obligation": _obligation,
    "permission": _permission,
    "cap": _cap,
    "choice": _choice,
    "deposit": _deposit,
    "earning": _earning,
    "expiry": _expiry,
    "group": _group,
    "adding": _adding,
    "earned_sums": _earned_sums,
    "carried": _carried,
    "order": _order,
    "consequence": _consequence,
    "charge": _charge,
    "cure": _cure,
    "exposure": _exposure,
    "closing": _closing,
    "applies": _applies,
    "applies_never": _applies_never,
    "usable": _usable,
    "deadlines": _deadlines,
    "readings": _readings,
    "earned_from": _earned_from,
    "results": _results,
    "admission": _admission,
    "conversion": _conversion,
    "gate": _gate,
    "not_encoded": _not_encoded,
}
