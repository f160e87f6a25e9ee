"""Which clauses may stand under which statement, and what the common ones say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from zevrules.citation import Citation, MalformedCitation, read_citation
from zevrules.diagnostic import Diagnostic
from zevrules.model import errors, rules
from zevrules.model.expressions import Reader, options_offered
from zevrules.model.scope import EVERYONE, Placed
from zevrules.syntax.tree import Clause, Name

#: Each clause as a reader would call it.
WORDS = {
    "unverified": '`unverified "why"`',
    "note": '`note "…"`',
    "meaning": "words in quotation marks",
    "each_year": "`in each model year`",
    "in_years": "`in model years … through …`",
    "from_year": "`from model year …`",
    "instead": "`from model year …, … instead`",
    "of_kinds": "`of each kind` or `of kinds …`",
    "of": "`of …`",
    "on": "`on … credits`",
    "made_of": "`made of …`",
    "rounded": "`rounded to …`",
    "at_most": "`at most …`",
    "plus": "`plus … when …`",
    "none_when": "`none when …`",
    "none_unless": "`none unless …`",
    "when": "`when …`",
    "unless": "`unless …`",
    "for_each": "`for each …`",
    "under_option": "`under option …`",
    "under_reading": "`under reading …`",
    "instead_reading": "`under reading …, … instead`",
    "default_reading": "`… by default`",
    "one_day": "`all on one day`",
    "from_places": "`from …`, naming jurisdictions",
    "holidays": '`by the holidays of "…"`',
    "default_option": "`option … unless …`",
    "harmless": "`could change no verdict`",
    "could": "`could lower …`",
    "row": "a row of a table",
    "band": "a band (`NAME up to …`)",
    "top_band": "`NAME above that`",
    "counted_from": "`counted from model year …`",
    "not_counting": "`not counting an average when …`",
    "added_up": "`added up over common ownership …`",
    "toward": "`toward …`",
    "earned_in": "`earned in model years … through …`",
    "earned_since": "`earned from model year …`",
    "becomes": "`instead … when …`",
    "vehicle_row": "a row of a table by vehicle (`0.8 for each …`)",
    "use_step": "a step (`1st NAMES toward NAMES`)",
    "soonest_first": "`the soonest to expire first`",
    "leaving_out": "`leaving out …`",
}

#: Each statement as a reader would call it, and the clauses it takes beside those that any takes.
_WHEN = ("each_year", "in_years", "from_year", "for_each", "when", "unless", "under_option")
#: Steps after a formula.
_ADJUSTED = ("at_most", "plus", "becomes", "none_when", "none_unless")
#: What any statement takes.
_ALWAYS = ("unverified", "note", "under_reading")
STATEMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "credits": ("the kinds of credit", ()),
    "origins": ("the origins of credits", ("default_reading",)),
    "fact": ("a fact", ("meaning", "added_up")),
    "definition": ("a definition", ("in_years", "from_year", "of_kinds", *_ADJUSTED, "rounded")),
    "open": ("an open value", ("in_years", "from_year")),
    "table": ("a table", ("row", "vehicle_row", "in_years", "from_year")),
    "sized": ("size classes", ("band", "top_band")),
    "moves": ("a change of size class", ("counted_from", "not_counting")),
    "obligation": ("an obligation", ("of", "made_of", "rounded", *_WHEN)),
    "permission": ("a permission", _WHEN),
    "cap": ("a cap", ("of", "on", "leaving_out", "toward", *_WHEN)),
    "choice": ("a choice", ("default_option",)),
    "deposit": ("a deposit", ("of_kinds", "one_day", "rounded", *_WHEN)),
    "earning": ("what a vehicle earns", (*_ADJUSTED, "in_years", "from_year")),
    "adding": ("what a vehicle adds", (*_ADJUSTED, "in_years", "from_year")),
    "group": ("a group of vehicles", ()),
    "earned_sums": ("the adding up of earned credits", ("rounded",)),
    "carried": ("the carrying of credits", ("earned_in", "earned_since", "leaving_out", *_WHEN)),
    "order": ("the order of use", ("use_step", "soonest_first", *_WHEN)),
    "consequence": ("a consequence", _WHEN),
    "charge": ("a charge on credits left", ("leaving_out", *_ADJUSTED, "rounded", *_WHEN)),
    "carry": ("the keeping of credits", ()),
    "expiry": ("the end of credits", ("earned_in", "earned_since", "leaving_out")),
    "cure": ("the making up of a deficit", _WHEN),
    "exposure": ("an exposure", ("rounded",)),
    "closing": ("the closing day", ("in_years", "from_year")),
    "not_encoded": ("law that is not encoded", ("harmless", "could", *_WHEN)),
    "applies": ("where the law applies", ()),
    "applies_never": ("where the law applies", ()),
    "any_order": ("the order of use", ()),
    "readings": ("a question of reading", ("default_reading",)),
    "usable": ("the first use of credits", ()),
    "deadlines": ("the moving of deadlines", ("holidays",)),
    "earned_from": ("the first earning of credits", ()),
    "results": ("the results", ()),
    "admission": ("what comes from elsewhere", ("from_places", *_WHEN)),
    "conversion": ("a conversion", ("of_kinds", "rounded", *_WHEN)),
    "gate": ("a limit on transfers", _WHEN),
}

#: Statements that act in a model year, so that an adoption for some years limits them; what only says
#: what a word means is needed for earlier years too, as the averages of an obligation are.
_ACTS = frozenset(
    "obligation permission cap choice deposit admission cure exposure not_encoded order consequence charge conversion "
    "gate".split()
)

#: Clauses that may stand more than once under one statement.
_REPEATABLE = frozenset(
    "unverified note row vehicle_row use_step band plus at_most becomes none_when none_unless when unless not_counting "
    "under_reading".split()
)


def check_clauses(placed: Placed, found: list[Diagnostic]) -> None:
    """Report clauses that say nothing of the statement, or stand twice."""
    words, allowed = STATEMENTS[placed.sentence.kind]
    first: dict[str, Clause] = {}
    for clause in placed.clauses:
        span = placed.span(clause.at)
        if clause.kind not in (*allowed, *_ALWAYS):
            choices = [WORDS[kind] for kind in (*allowed, *_ALWAYS)]
            found.append(errors.misplaced_clause(span, WORDS[clause.kind], words, choices))
        elif clause.kind in first and clause.kind not in _REPEATABLE:
            found.append(errors.repeated_clause(span, WORDS[clause.kind], placed.span(first[clause.kind].at)))
        first.setdefault(clause.kind, clause)


def one(placed: Placed, kind: str) -> Clause | None:
    """The clause of that kind, if the statement has it."""
    return next((c for c in placed.clauses if c.kind == kind), None)


def kinds_clause(placed: Placed) -> Clause | None:
    """`of each kind` or `of kinds …`, on a line of its own or after the model years."""
    years = one(placed, "in_years")
    return one(placed, "of_kinds") or (years.parts[3] if years else None)


def citation_of(name: Name | None, placed: Placed, found: list[Diagnostic]) -> Citation | None:
    """The citation at the end of a clause, if it has one."""
    if name is None:
        return None
    try:
        return read_citation(name.words)
    except MalformedCitation as fault:
        found.append(errors.malformed_citation(placed.span(name.at), fault.what, fault.help))
        return None


def rounding(placed: Placed, reader: Reader) -> rules.Rounding | None:
    """What the statement says of rounding."""
    clause = one(placed, "rounded")
    if clause is None:
        return None
    _, place, _, mode, citation = clause.parts
    if place.value <= 0:
        reader.found.append(errors.rounding_to_nothing(placed.span(place.at)))
        place.value = Fraction(1)
    return rules.Rounding(place.value, mode, citation_of(citation, placed, reader.found), placed.span(clause.at))


def terms(placed: Placed, reader: Reader) -> rules.Terms:
    """When, for whom and on what condition the statement applies."""
    first, last = _years(placed, reader)
    for adoption in placed.authority.adoptions if placed.sentence.kind in _ACTS else ():
        first = _later(first, adoption.first)
        last = _earlier(last, adoption.last)
    option = one(placed, "under_option")
    if option is not None and int(option.parts[2].value) not in options_offered(reader.scope):
        number = int(option.parts[2].value)
        reader.found.append(errors.unknown_option(placed.span(option.at), number, options_offered(reader.scope)))
    return rules.Terms(
        placed.authority,
        placed.span(placed.sentence.at),
        first,
        last,
        _classes(placed, reader),
        int(option.parts[2].value) if option else None,
        _readings(placed, reader),
        tuple(reader.condition(c.parts[1], placed) for c in placed.clauses if c.kind == "when"),
        tuple(conditioned(c, placed, reader) for c in placed.clauses if c.kind == "unless"),
        tuple(c.parts[1] for c in placed.clauses if c.kind == "unverified"),
        tuple(c.parts[1] for c in placed.clauses if c.kind == "note"),
    )


def _readings(placed: Placed, reader: Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The questions of reading that the statement hangs on, each with the readings under which it stands."""
    under = [c.parts[1] for c in placed.clauses if c.kind == "under_reading"]
    if placed.read_as is not None:
        under.append(placed.read_as)
    if not under and not placed.read_otherwise:
        return ()
    known = reader.scope.readings
    stands: dict[str, tuple[str, ...]] = {}
    for name in (*under, *placed.read_otherwise):
        if name.words not in known:
            reader.found.append(errors.unknown_name(placed.span(name.at), name.words, known, "a reading"))
            continue
        question, all_of_them = known[name.words]
        left = stands.get(question, all_of_them)
        wanted = (name.words,) if name in under else tuple(n for n in all_of_them if n != name.words)
        stands[question] = tuple(n for n in left if n in wanted)
    return tuple(stands.items())


def conditioned(clause: Clause, placed: Placed, reader: Reader) -> tuple[Any, int | None, int | None]:
    """A condition and the model years it is limited to."""
    years = clause.parts[2]
    condition = reader.condition(clause.parts[1], placed)
    if years and years[0] > years[1]:
        reader.found.append(errors.years_out_of_order(placed.span(clause.at), *years))
    return (condition, *years) if years else (condition, None, None)


def _years(placed: Placed, reader: Reader) -> tuple[int | None, int | None]:
    first, last = placed.first, placed.last
    within = one(placed, "in_years")
    if within is not None:
        start, end = int(within.parts[1].value), int((within.parts[2] or within.parts[1]).value)
        if start > end:
            reader.found.append(errors.years_out_of_order(placed.span(within.at), start, end))
        first, last = _later(first, start), _earlier(last, end)
    since = one(placed, "from_year")
    if since is not None:
        first = _later(first, int(since.parts[1].value))
    return first, last


def _later(a: int | None, b: int | None) -> int | None:
    return max(a, b) if a is not None and b is not None else a if b is None else b


def _earlier(a: int | None, b: int | None) -> int | None:
    return min(a, b) if a is not None and b is not None else a if b is None else b


def _classes(placed: Placed, reader: Reader) -> tuple[str, ...]:
    """The size classes that a statement is limited to; empty for everyone."""
    clause = one(placed, "for_each")
    names = list(clause.parts[1]) if clause else []
    if placed.sentence.kind in ("obligation", "choice", "deposit"):
        names.append(placed.sentence.parts[1])
    wanted = [n for n in names if n.words != EVERYONE]
    known = reader.scope.of_sort("class")
    for name in wanted:
        if name.words not in known:
            span = placed.span(name.at)
            reader.found.append(errors.unknown_name(span, name.words, [*known, EVERYONE], "a size class"))
    return tuple(n.words for n in wanted)
