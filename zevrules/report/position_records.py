"""A position as records: plain dicts whose shape is fixed, every number exactly, as text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypedDict

from zevrules.determination.findings import UNDETERMINED, Deficit
from zevrules.quantity import write_number
from zevrules.report.records import known_at
from zevrules.report.shapes import DayText, KnownAt, ModelYears, Number, Verdict
from zevrules.standing.findings import Conserved, Move, Position, Program, Standing, Year

#: The version of the shape.
SCHEMA = 1


class PositionLaw(TypedDict):
    """One of the laws, and the model years shown of it; null where the ledger tells of none that it covers.

    *text* is the amendment, or "original", by which its texts were chosen; null for those in force.
    """

    ruleset: str
    title: str
    jurisdiction: str
    unit: str
    model_years: ModelYears | None
    text: str | None
    digests: dict[str, str]


class PositionYear(TypedDict):
    """An account under a law in one model year; null is what is not known."""

    model_year: int
    verdict: Verdict
    closes: DayText
    owed: Number | None
    paid: Number | None
    lacking: Number | None
    made_up: Number | None
    left: Number | None


class OpenDeficit(TypedDict):
    """What is lacking still at the end; null where no statement allows it to be made up."""

    model_year: int
    obligation: str
    amount: Number
    until_model_year: int | None
    until_day: DayText | None


class PositionStanding(TypedDict):
    """Where an account stands under a law, over the model years shown; what an undetermined one hangs on."""

    account: str
    jurisdiction: str
    ruleset: str
    verdict: Verdict
    verdict_hangs_on_reading: bool
    on_unverified_law: bool
    proposed: bool
    years: list[PositionYear]
    deficits: list[OpenDeficit]
    not_known: list[str]


class Moved(TypedDict):
    """Credits that moved between jurisdictions, how many counted where they went, and how many were used there.

    Both are null where it is not known, or where the law or account that they went to is not shown.
    """

    day: DayText
    account: str
    jurisdiction: str
    receiver: str
    to_jurisdiction: str
    kind: str
    unit: str
    amount: Number
    counted: Number | None
    used: Number | None
    shown: bool
    row: str


class AmountOf(TypedDict):
    """How much, of what."""

    what: str
    amount: Number


class ConservedUnit(TypedDict):
    """All credits of a unit: what came, from the ledger's entries, is what became of it, by the account statements."""

    unit: str
    came: list[AmountOf]
    went: list[AmountOf]
    balanced: bool


class PositionRecord(TypedDict):
    """A whole position; *readings* are those that were asked for in place of the default ones."""

    schema: int
    ledger: str
    ledger_digest: str
    complete_through: DayText | None
    known_at: KnownAt | None
    text_in_force_on: DayText | None
    readings: list[str]
    accounts: list[str]
    laws: list[PositionLaw]
    standings: list[PositionStanding]
    moves: list[Moved]
    conserved: list[ConservedUnit]


def to_json(made: Position, *, indent: int | None = None) -> str:
    """The position as JSON; the same position gives the same bytes.

    Args:
        made: The position.
        indent: Spaces for each level; without it all stands on one line, with no spaces.
    """
    from zevrules.report.written import as_json

    return as_json(record(made), indent)


def record(made: Position) -> PositionRecord:
    """The position as plain dicts and lists."""
    complete = made.ledger.complete_through
    return {
        "schema": SCHEMA,
        "ledger": made.ledger.name,
        "ledger_digest": made.ledger.digest,
        "complete_through": complete.isoformat() if complete else None,
        "known_at": known_at(made.ledger),
        "text_in_force_on": made.as_of,
        "readings": list(made.readings),
        "accounts": list(made.accounts),
        "laws": [_law(program) for program in made.programs],
        "standings": [_standing(standing) for standing in made.standings],
        "moves": [_move(move) for move in made.moves],
        "conserved": [_conserved(one) for one in made.conserved],
    }


def _law(program: Program) -> PositionLaw:
    text = program.ruleset
    years: ModelYears | None = None
    if program.years is not None:
        years = {"first": program.years[0], "last": program.years[1]}
    return {
        "ruleset": text.name,
        "title": text.title,
        "jurisdiction": text.jurisdiction,
        "unit": text.unit,
        "model_years": years,
        "text": program.text,
        "digests": dict(text.digests),
    }


def _standing(standing: Standing) -> PositionStanding:
    made = standing.made
    return {
        "account": standing.account,
        "jurisdiction": standing.jurisdiction,
        "ruleset": made.ruleset.name,
        "verdict": made.verdict,  # type: ignore[typeddict-item]
        "verdict_hangs_on_reading": made.hangs_on_reading,
        "on_unverified_law": bool(made.doubts),
        "proposed": made.proposed,
        "years": [_year(year) for year in standing.years],
        "deficits": [_deficit(deficit) for deficit in standing.open],
        "not_known": standing.not_known if made.verdict == UNDETERMINED else [],
    }


def _year(year: Year) -> PositionYear:
    return {
        "model_year": year.year,
        "verdict": year.verdict,  # type: ignore[typeddict-item]
        "closes": year.closes.isoformat(),
        "owed": _number(year.owed),
        "paid": _number(year.paid),
        "lacking": _number(year.lacking),
        "made_up": _number(year.made_up),
        "left": _number(year.left),
    }


def _deficit(deficit: Deficit) -> OpenDeficit:
    return {
        "model_year": deficit.year,
        "obligation": deficit.obligation,
        "amount": write_number(deficit.open),
        "until_model_year": deficit.until,
        "until_day": deficit.until_day.isoformat() if deficit.until_day else None,
    }


def _move(move: Move) -> Moved:
    entry = move.entry
    return {
        "day": entry.date.isoformat(),
        "account": entry.account,
        "jurisdiction": entry.jurisdiction,
        "receiver": entry.receiver,
        "to_jurisdiction": entry.destination,
        "kind": entry.kind or "",
        "unit": entry.unit,
        "amount": write_number(entry.amount),
        "counted": _number(move.counted),
        "used": _number(move.used),
        "shown": move.shown,
        "row": str(entry.at),
    }


def _conserved(one: Conserved) -> ConservedUnit:
    return {"unit": one.unit, "came": _amounts(one.came), "went": _amounts(one.went), "balanced": one.balanced}


def _amounts(amounts: Sequence[tuple[str, Fraction]]) -> list[AmountOf]:
    return [{"what": what, "amount": write_number(amount)} for what, amount in amounts]


def _number(amount: Fraction | None) -> Number | None:
    return None if amount is None else write_number(amount)
