"""Which provisions make a verdict another: those of a case that give the first case its verdict too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from zevrules.citation import Citation
from zevrules.comparison.findings import Case, Cause, Change
from zevrules.determination.determiner import TextsByYear, determine_as_read
from zevrules.determination.evaluator import in_years
from zevrules.determination.findings import UNDETERMINED, Determination
from zevrules.model.readings import STATEMENTS, terms_of
from zevrules.model.rules import Ruleset, Terms


def causes(
    account: str, cases: Sequence[Case], read: Sequence[TextsByYear], found: Sequence[Determination | None]
) -> Iterator[Cause]:
    """For each case whose verdict differs from the first one's, why it does."""
    before = found[0]
    for number, after in enumerate(found):
        if before is not None and after is not None and after.verdict != before.verdict:
            cause = _cause(number, account, cases[0], read[0], read[number], after.verdict)
            if not cause.changes:
                cause.words = _in_words(before, after)
            yield cause


def _cause(number: int, account: str, case: Case, old: TextsByYear, new: TextsByYear, wanted: str) -> Cause:
    changed = _changed(old, new)

    def leads_there(some: Iterable[Citation]) -> bool:
        texts = {year: (_swapped(text, new[year][0], set(some)), day) for year, (text, day) in old.items()}
        return determine_as_read(texts, case.ledger, account, case.as_of, choose=False).verdict == wanted

    named = [citation for citation in changed if leads_there([citation])]
    together = not named and bool(changed) and leads_there(changed)
    if together:
        named = list(_needed(list(changed), leads_there))
    return Cause(number, tuple(changed[citation] for citation in named), together, "")


def _in_words(before: Determination, after: Determination) -> str:
    """What else makes the difference, where no provision does."""
    for found in (before, after):
        if found.verdict == UNDETERMINED:
            asked = "; ".join(one.question for one in found.settling) or "law that is not encoded could reverse it"
            return f"not known under {found.ruleset.name}: {asked}"
    days = [found.ledger.known and found.ledger.known.day for found in (before, after)]
    if days[0] != days[1]:
        return "what was recorded later, and no provision, makes the difference"
    if before.ledger != after.ledger:
        return "the facts set on trial, and no provision, make the difference"
    return "the entries and facts of another jurisdiction make the difference as well"


def _needed(changed: list[Citation], leads_there: Any) -> Iterator[Citation]:
    """Of provisions that together lead to the verdict, those that cannot be left out."""
    needed = changed
    for citation in changed:
        without = [one for one in needed if one != citation]
        if leads_there(without):
            needed = without
    yield from needed


# ----------------------------------------------------------------------- statements that differ


def _changed(old: TextsByYear, new: TextsByYear) -> dict[Citation, Change]:
    """What the two texts say differently for some model year, provision by provision in the order of the law."""
    found: dict[Citation, Change] = {}
    for year, (text, _) in old.items():
        mine, theirs = _statements(text), _statements(new[year][0])
        for terms in _only_in(mine, theirs, year):
            change = found.setdefault(terms.authority.citation, Change(terms.authority, (), ()))
            change.before = _each_once((*change.before, terms))
        for terms in _only_in(theirs, mine, year):
            change = found.setdefault(terms.authority.citation, Change(terms.authority, (), ()))
            change.after = _each_once((*change.after, terms))
    return dict(sorted(found.items()))


def _each_once(some: Iterable[Terms]) -> tuple[Terms, ...]:
    """Statements that stand in several texts of a run, each once."""
    return tuple({(terms.span.source.name, terms.span.start): terms for terms in some}.values())


def _only_in(some: list[Any], others: list[Any], year: int) -> Iterator[Terms]:
    """The terms of the statements among *some* that none of the others says too."""
    for statement in some:
        if not any(_same(statement, other, year) for other in others):
            yield terms_of(statement)


def _statements(text: Ruleset) -> list[Any]:
    """All that a text states."""
    stated = [statement for field in STATEMENTS if field != "remarks" for statement in getattr(text, field)]
    return stated + [quantity for said in text.quantities.values() for quantity in said]


def _same(one: Any, other: Any, year: int) -> bool:
    """Whether two statements say the same of a model year under the same words of law."""
    if type(one) is not type(other):
        return False
    mine, theirs = terms_of(one), terms_of(other)
    return (
        mine.authority.citation == theirs.authority.citation
        and _when(mine, year) == _when(theirs, year)
        and attrs.evolve(one, terms=None) == attrs.evolve(other, terms=None)
    )


def _when(terms: Terms, year: int) -> tuple[Any, ...]:
    return in_years(terms, year), terms.classes, terms.option, terms.conditions, terms.exceptions


def _swapped(old: Ruleset, new: Ruleset, citations: set[Citation]) -> Ruleset:
    """*old* with what *new* says under some provisions in place of what it says there itself."""
    changes: dict[str, Any] = {}
    for field in STATEMENTS:
        if field == "remarks":
            continue
        kept = [s for s in getattr(old, field) if terms_of(s).authority.citation not in citations]
        added = [s for s in getattr(new, field) if terms_of(s).authority.citation in citations]
        changes[field] = (*kept, *added)
    quantities = {**new.quantities, **old.quantities}
    for name, said in new.quantities.items():
        if any(q.terms.authority.citation in citations for q in said):
            quantities[name] = said
    return attrs.evolve(  # type: ignore[misc]
        old, **changes, quantities=quantities, facts={**new.facts, **old.facts},
        dimensions={**new.dimensions, **old.dimensions},
        kinds=_both(old.kinds, new.kinds), origins=_both(old.origins, new.origins),
    )  # fmt: skip


def _both(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))
