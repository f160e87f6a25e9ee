"""The readings of a text: which combinations there are, and the text as one of them reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations as subsets
from itertools import islice, product
from math import prod
from typing import Any

import attrs

from zevrules.model.rules import Quantity, Reading, Ruleset, Terms

#: How many combinations of readings are evaluated; with more, a determination says so.
MOST_COMBINATIONS = 64

#: For each question the reading that is taken.
Chosen = Mapping[str, str]


def questions(ruleset: Ruleset) -> tuple[Reading, ...]:
    """The questions of reading that some statement of *ruleset* hangs on, in the order of the law."""
    asked = {question for terms in _all_terms(ruleset) for question, _ in terms.readings}
    return tuple(reading for reading in ruleset.readings if reading.name in asked)


def combinations(asked: Iterable[Reading], chosen: Chosen) -> tuple[tuple[dict[str, str], ...], int]:
    """The combinations of the readings of some questions, that of *chosen* (else of the defaults) first.

    Args:
        asked: The questions.
        chosen: The readings taken for the verdict in place of the defaults.

    Returns:
        At most `MOST_COMBINATIONS` of them, those that differ in the fewest readings first, and how many there are.
    """
    asked = tuple(asked)
    own = {reading.name: chosen.get(reading.name, reading.default) for reading in asked}
    count = prod(len(reading.readings) for reading in asked)
    return tuple(islice(_fewest_changes(own, asked), MOST_COMBINATIONS)), count


def _fewest_changes(own: dict[str, str], asked: tuple[Reading, ...]) -> Iterator[dict[str, str]]:
    """*own*, then what differs from it in one reading, then in two, and so on."""
    for number in range(len(asked) + 1):
        for changed in subsets(asked, number):
            others = [[n for n in reading.readings if n != own[reading.name]] for reading in changed]
            for names in product(*others):
                yield {**own, **{reading.name: name for reading, name in zip(changed, names, strict=True)}}


def read_as(ruleset: Ruleset, chosen: Chosen) -> Ruleset:
    """*ruleset* with only the statements that stand under the readings *chosen*; itself if all of them do."""
    changes: dict[str, Any] = {}
    for name in STATEMENTS:
        kept = tuple(s for s in getattr(ruleset, name) if _stands(terms_of(s), chosen))
        if len(kept) != len(getattr(ruleset, name)):
            changes[name] = kept
    quantities = {name: _said(said, chosen) for name, said in ruleset.quantities.items()}
    if any(quantities[name] is not said for name, said in ruleset.quantities.items()):
        changes["quantities"] = quantities
    return attrs.evolve(ruleset, **changes) if changes else ruleset  # type: ignore[misc]


def under_option(ruleset: Ruleset, option: int) -> Ruleset:
    """*ruleset* as it is for one who has chosen *option*: what stands under it always applies, under others never."""
    changes: dict[str, Any] = {}
    for name in STATEMENTS:
        kept = (s for s in getattr(ruleset, name) if terms_of(s).option in (None, option))
        changes[name] = tuple(s if terms_of(s).option is None else _for_all(s) for s in kept)
    return attrs.evolve(ruleset, **changes)  # type: ignore[misc]


def _for_all(statement: Any) -> Any:
    return attrs.evolve(statement, terms=attrs.evolve(statement.terms, option=None))


def _said(said: tuple[Quantity, ...], chosen: Chosen) -> tuple[Quantity, ...]:
    """The definitions of a quantity that stand; if none does, that it is open under these readings."""
    kept = tuple(q for q in said if _stands(q.terms, chosen))
    if len(kept) == len(said):
        return said
    unsaid = "no statement says it under this reading"
    return kept or (attrs.evolve(said[0], expr=None, rows=(), by_vehicle=(), open=unsaid),)  # type: ignore[misc]


#: The fields of a ruleset that are statements and not declarations of names.
STATEMENTS = (
    "moves obligations permissions caps choices deposits earnings addings earned_sums carried_at orders expiries cures "
    "exposures consequences charges closings applies usable deadlines earned_from results admissions not_encoded "
    "conversions gates remarks"
).split()


def terms_of(statement: Any) -> Terms:
    """When, for whom and on whose authority a statement of any sort applies."""
    found: Terms = statement[1] if isinstance(statement, tuple) else statement.terms
    return found


def _all_terms(ruleset: Ruleset) -> Iterator[Terms]:
    for name in STATEMENTS:
        yield from map(terms_of, getattr(ruleset, name))
    for said in ruleset.quantities.values():
        yield from (quantity.terms for quantity in said)


def _stands(terms: Terms, chosen: Chosen) -> bool:
    return all(chosen.get(question) in names for question, names in terms.readings)
