"""position(): every account determined once under every law, and their books laid together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from zevrules.determination import findings as found
from zevrules.determination.determiner import Texts, determine, governing
from zevrules.determination.findings import Deficit, Determination, YearFinding
from zevrules.diagnostic import Rejected
from zevrules.ledger.entries import Entry, Ledger, fold
from zevrules.model.readings import Chosen
from zevrules.model.rules import Ruleset
from zevrules.node import Node, node
from zevrules.standing import errors
from zevrules.standing.conservation import conserved
from zevrules.standing.findings import Move, Position, Program, Standing, Year

#: Later than any text: the day of the newest one.
_LATEST = "9999-12-31"


@node
class Law(Node):
    """A law as it is asked about.

    Args:
        texts: The checked text of a day.
        usual: The same without regard to *text*.
        text: The amendment, or ``original``, by which *texts* were chosen; None for those in force.
        readings: For each question of reading, the one that the verdict is given by in place of the default.
    """

    texts: Texts
    usual: Texts
    text: str | None
    readings: Chosen


def position(
    laws: Sequence[Law],
    ledger: Ledger,
    accounts: Sequence[str],
    *,
    years: tuple[int, int] | None = None,
    as_of: str | None = None,
) -> Position:
    """The position of some accounts under several laws.

    Args:
        laws: The laws.
        ledger: What happened.
        accounts: Declared names.
        years: The first and the last model year; by default, for each ruleset, as `default_years` says.
        as_of: The day whose texts are applied; by default, for each model year its closing day.

    Raises:
        Rejected: If two rulesets judge the same credits, or none covers the model years, or an entry does not fit one.
    """
    newest = [law.texts(as_of or _LATEST) for law in laws]
    _apart(newest)
    covered = [_covered(text, years) if years else default_years(law.texts, text, ledger)
               for law, text in zip(laws, newest, strict=True)]  # fmt: skip
    if years and not any(covered):
        known = ", ".join(f"{text.name} {text.first} through {text.last}" for text in newest)
        raise Rejected([errors.no_model_year(*years, known)])
    standings = tuple(
        _standing(account, _determined(law, ledger, account, run, as_of))
        for account in accounts
        for law, run in zip(laws, covered, strict=True)
        if run is not None
    )
    programs = tuple(Program(text, run, law.text) for text, run, law in zip(newest, covered, laws, strict=True))
    moves = tuple(_moves(ledger, accounts, newest, standings))
    readings = tuple(dict.fromkeys(name for law in laws for name in law.readings.values()))
    return Position(ledger, tuple(accounts), programs, standings, moves, conserved(ledger, standings), as_of, readings)


def _determined(law: Law, ledger: Ledger, account: str, run: tuple[int, int], as_of: str | None) -> Determination:
    return determine(law.texts, ledger, account, *run, as_of=as_of, readings=law.readings, usual=law.usual,
                     text=law.text)  # fmt: skip


def _apart(texts: Sequence[Ruleset]) -> None:
    """Refuse two rulesets for the same credits."""
    first: dict[tuple[str, str], Ruleset] = {}
    for text in texts:
        other = first.setdefault((fold(text.jurisdiction), fold(text.unit)), text)
        if other is not text:
            raise Rejected([errors.same_books(other.name, text.name, text.jurisdiction, text.unit)])


def _covered(text: Ruleset, years: tuple[int, int]) -> tuple[int, int] | None:
    """Those of the *years* that a ruleset covers."""
    first, last = max(years[0], text.first), min(years[1], text.last)
    return (first, last) if first <= last else None


def default_years(texts: Texts, text: Ruleset, ledger: Ledger) -> tuple[int, int] | None:
    """The model years of a ruleset that a ledger can tell something of, None if there are none.

    They are those that the ruleset covers, from the first to the last that the ledger names in a fact, a delivery or an
    entry there; but none that closed before the ledger's opening balances there, which stand for all that went before,
    and none that closes after the day through which the ledger is complete.
    """
    here = fold(text.jurisdiction)
    named = [year for year in _named(ledger, here) if text.first <= year <= text.last]
    opened = [e.date for e in ledger.entries if e.what == "opening" and fold(e.jurisdiction) == here]
    since, through = min(opened, default=date.min), ledger.complete_through or date.max
    if not named:
        return None
    closing = {year: date.fromisoformat(governing(texts, year, None)[1]) for year in range(min(named), max(named) + 1)}
    kept = [year for year, day in closing.items() if since < day <= through]
    return (min(kept), max(kept)) if kept else None


def _named(ledger: Ledger, here: str) -> Iterator[int]:
    """The model years that facts, deliveries and entries of a jurisdiction name."""
    for fact in ledger.facts:
        if fact.model_year is not None and (fact.jurisdiction is None or fold(fact.jurisdiction) == here):
            yield fact.model_year
    for delivery in ledger.deliveries:
        if fold(delivery.jurisdiction) == here:
            yield delivery.model_year
    for entry in ledger.entries:
        if here in (fold(entry.jurisdiction), fold(entry.destination)):
            yield from (year for year in (entry.model_year, entry.vintage) if year is not None)


# ----------------------------------------------------------------------------------- standings


def _standing(account: str, made: Determination) -> Standing:
    years = tuple(_year(year) for year in made.years)
    return Standing(account, made.ruleset.jurisdiction, made, years, tuple(_open(made)))


def _open(made: Determination) -> Iterator[Deficit]:
    for deficit in (*made.brought, *(d for year in made.years for d in year.deficits)):
        if deficit.open:
            yield deficit


def _year(year: YearFinding) -> Year:
    sizes = [owed.size for owed in year.obligations]
    owed = sum((size.value for size in sizes), Fraction(0)) if all(size.known for size in sizes) else None
    left = sum((line.closing for line in year.account), Fraction(0))
    if year.verdict == found.UNDETERMINED:
        # How much is used, and so how much is left, hangs on what is not known.
        return Year(year.year, year.verdict, year.closes, owed, None, None, None, None)
    paid = sum((use.amount for use in year.uses if use.deficit_of is None), Fraction(0))
    made_up = sum((use.amount for use in year.uses if use.deficit_of is not None), Fraction(0))
    lacking = sum((deficit.amount for deficit in year.deficits), Fraction(0))
    return Year(year.year, year.verdict, year.closes, owed, paid, lacking, made_up, left)


# --------------------------------------------------------------------------------------- moves


def _moves(
    ledger: Ledger, accounts: Sequence[str], texts: Sequence[Ruleset], standings: Sequence[Standing]
) -> Iterator[Move]:
    """What moved out of or into what is shown, in the order of the days."""
    books = {(fold(text.jurisdiction), fold(text.unit)) for text in texts}
    by_books = {(s.account, fold(s.jurisdiction), fold(s.made.ruleset.unit)): s for s in standings}
    for entry in sorted((e for e in ledger.entries if e.to_jurisdiction is not None), key=lambda e: e.date):
        unit = fold(entry.unit)
        sent = entry.account in accounts and (fold(entry.jurisdiction), unit) in books
        received = entry.receiver in accounts and (fold(entry.destination), unit) in books
        if sent or received:
            there = by_books.get((entry.receiver, fold(entry.destination), unit))
            yield _move(entry, there) if there is not None else Move(entry, None, None, received)


def _move(entry: Entry, there: Standing) -> Move:
    """What became of a move where it went."""
    made = there.made
    mine = [holding for holding in made.held if holding.lot.entry is entry]
    known = all(holding.amount.known for holding in mine) and bool(made.held)
    counted = sum((h.lot.moves[0][1] - h.refused for h in mine), Fraction(0)) if known else None
    undetermined = any(year.verdict == found.UNDETERMINED for year in made.years) or not made.years
    uses = (use.amount for year in made.years for use in year.uses if use.holding.lot.entry is entry)
    used = None if undetermined else sum((*uses, *(holding.recorded for holding in mine)), Fraction(0))
    return Move(entry, counted, used, True)
