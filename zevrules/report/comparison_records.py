"""A comparison as records: plain dicts whose shape is fixed, every number exactly, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from zevrules.comparison.findings import Case, Change, Comparison, Figure, Verdict
from zevrules.comparison.printed import Held
from zevrules.determination.determiner import governing
from zevrules.quantity import write_number
from zevrules.report.notes import quoted
from zevrules.report.records import known_at
from zevrules.report.shapes import DayText, KnownAt, ModelYears, Number

#: The version of the shape.
SCHEMA = 1


class ComparedCase(TypedDict):
    """A case: what it is called, and the text that it reads the ledger under."""

    label: str
    ruleset: str
    title: str
    jurisdiction: str
    text_in_force_on: DayText
    known_at: KnownAt | None
    ledger_digest: str
    amendments: list[str]
    proposed: bool
    option: int | None
    readings: dict[str, str]
    digests: dict[str, str]


class TurningWords(TypedDict):
    """A statement as it is written, and where."""

    words: str
    place: str


class TurningProvision(TypedDict):
    """A provision that makes a verdict another: what the first text says under it alone, and what the other does."""

    citation: str
    title: str
    before: list[TurningWords]
    after: list[TurningWords]


class TurnedVerdict(TypedDict):
    """Why a case, by its number from 0, has another verdict than the first.

    Each of the provisions does it alone, or all of them ``together``.
    """

    case: int
    provisions: list[TurningProvision]
    together: bool
    words: str


class ComparedVerdict(TypedDict):
    """The verdict on an account in each case, and what is lacking at the closes of its model years."""

    account: str
    verdicts: list[str]
    lacking: list[Number | None]
    causes: list[TurnedVerdict]


class ComparedFigure(TypedDict):
    """A number in each case; null in a case that has none, or does not know it."""

    quantity: str
    account: str | None
    kind: str | None
    model_year: int | None
    unit: str
    values: list[Number | None]


class HeldCell(TypedDict):
    """A printed cell against what is worked out: rounded half up to its place, and exactly."""

    table: str
    quantity: str
    account: str | None
    kind: str | None
    model_year: int | None
    printed: Number
    worked_out: Number
    exact: Number | None
    explained: bool
    cause: str
    row: str


class ComparisonRecord(TypedDict):
    """A whole comparison; every list of values has one for each case, in their order."""

    schema: int
    ledger: str
    ledger_digest: str
    model_years: ModelYears
    accounts: list[str]
    cases: list[ComparedCase]
    verdicts: list[ComparedVerdict]
    figures: list[ComparedFigure]
    printed: list[HeldCell]


def to_json(made: Comparison, held: Sequence[Held] = (), *, indent: int | None = None) -> str:
    """The comparison as JSON; the same comparison gives the same bytes.

    Args:
        made: The comparison.
        held: Printed cells that were held against it.
        indent: Spaces for each level; without it all stands on one line, with no spaces.
    """
    from zevrules.report.written import as_json

    return as_json(record(made, held), indent)


def record(made: Comparison, held: Sequence[Held] = ()) -> ComparisonRecord:
    """The comparison as plain dicts and lists."""
    ledger = made.cases[0].ledger
    return {
        "schema": SCHEMA,
        "ledger": ledger.name,
        "ledger_digest": ledger.digest,
        "model_years": {"first": made.first, "last": made.last},
        "accounts": list(made.accounts),
        "cases": [_case(case, made.last) for case in made.cases],
        "verdicts": [_verdict(one) for one in made.verdicts],
        "figures": [_figure(figure) for figure in made.figures],
        "printed": [_held(one) for one in held],
    }


def _case(case: Case, year: int) -> ComparedCase:
    text, day = governing(case.texts, year, case.as_of)
    return {
        "label": case.label,
        "ruleset": text.name,
        "title": text.title,
        "jurisdiction": text.jurisdiction,
        "text_in_force_on": day,
        "known_at": known_at(case.ledger),
        "ledger_digest": case.ledger.digest,
        "amendments": [amendment.name for amendment in text.amendments],
        "proposed": text.proposal is not None,
        "option": case.option,
        "readings": dict(case.readings),
        "digests": dict(text.digests),
    }


def _verdict(one: Verdict) -> ComparedVerdict:
    return {
        "account": one.account,
        "verdicts": list(one.verdicts),
        "lacking": [None if lacking is None else write_number(lacking) for lacking in one.lacking],
        "causes": [
            {
                "case": cause.case,
                "provisions": [_provision(change) for change in cause.changes],
                "together": cause.together,
                "words": cause.words,
            }
            for cause in one.causes
        ],
    }


def _provision(change: Change) -> TurningProvision:
    return {
        "citation": str(change.authority.citation),
        "title": change.authority.title,
        "before": [{"words": quoted(terms, terms.span), "place": terms.span.place} for terms in change.before],
        "after": [{"words": quoted(terms, terms.span), "place": terms.span.place} for terms in change.after],
    }


def _figure(figure: Figure) -> ComparedFigure:
    return {
        "quantity": figure.quantity,
        "account": figure.account,
        "kind": figure.kind,
        "model_year": figure.year,
        "unit": next((str(value.unit) for value in figure.values if value is not None), ""),
        "values": [write_number(v.value) if v is not None and v.known else None for v in figure.values],
    }


def _held(one: Held) -> HeldCell:
    cell = one.cell
    return {
        "table": cell.table,
        "quantity": cell.quantity,
        "account": cell.account,
        "kind": cell.kind,
        "model_year": cell.year,
        "printed": write_number(cell.value),
        "worked_out": write_number(one.shown),
        "exact": write_number(one.computed.value) if one.computed.known else None,
        "explained": one.explained,
        "cause": one.cause,
        "row": str(cell.at),
    }
