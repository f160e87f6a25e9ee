"""What can be wrong between a ledger and the ruleset it is read under: one function for each fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from zevrules.diagnostic import Cell, Diagnostic, Label, nearest
from zevrules.ledger.entries import Entry, Row
from zevrules.quantity import display_number
from zevrules.source import Span


def unknown_credit(at: Row, kind: str, kinds: Iterable[str], ruleset: str, column: str = "kind") -> Diagnostic:
    """An entry in credits of a kind that the ruleset does not have."""
    known = list(kinds)
    near = nearest(kind, known)
    return Diagnostic(
        "unknown-credit",
        f"{ruleset} has no credits of kind `{kind}`",
        (Label(Cell(at.sheet, at.number, column, kind)),),
        "Credits of a kind that no statement speaks of could pay nothing, and would be lost without a word.",
        f"did you mean `{near}`?" if near else f"its kinds are: {', '.join(known)}",
    )


def unknown_origin(at: Row, origin: str, origins: Iterable[str], ruleset: str) -> Diagnostic:
    """An entry of credits of an origin that the ruleset does not have."""
    known = list(origins)
    near = nearest(origin, known)
    return Diagnostic(
        "unknown-origin",
        f"{ruleset} has no credits of origin `{origin}`",
        (Label(Cell(at.sheet, at.number, "origin", origin)),),
        "Limits and ends are said of credits by their origin: of one that no statement names, none would be kept.",
        f"did you mean `{near}`?" if near else f"its origins are: {', '.join(known)}; or leave the cell blank",
    )


def converted_and_deposited(deposit: Row, conversion: Row, credits: str) -> Diagnostic:
    """One balance that comes in by a deposit and by a conversion."""
    return Diagnostic(
        "converted-and-deposited",
        f"{credits} credits come into the account by a deposit and by a conversion",
        (
            Label(Cell(conversion.sheet, conversion.number, "entry", "conversion")),
            Label(Cell(deposit.sheet, deposit.number, "entry", "deposit"), "the deposit"),
        ),
        "A deposit rests on a balance that the ledger states as a fact, a conversion on credits that it holds. Of one "
        "balance both would count.",
        "record all of it in one of the two ways",
    )


def unit_mix_up(at: Row, unit: str, wanted: str) -> Diagnostic:
    """An entry in a unit that is nearly that of the ruleset's credits, or no kind of credit at all."""
    return Diagnostic(
        "unit-mix-up",
        f"this entry is counted in `{unit}`, and credits here are counted in `{wanted}`",
        (Label(Cell(at.sheet, at.number, "unit", unit)),),
        "Units never mix: an entry in another unit belongs to another law, and would not be counted here.",
        f"write `{wanted}` if that is meant",
    )


def more_than_was_carried(entry: Entry, named: str, worth: Fraction, held: Entry) -> Diagnostic:
    """An entry that takes more of some credits than they were worth by its day."""
    took, there = display_number(abs(entry.amount)), display_number(worth)
    return Diagnostic(
        "more-than-was-carried",
        f"{took} {named} credits cannot have gone by this {entry.what}: those it takes were worth {there} by then",
        (
            Label(Cell(entry.at.sheet, entry.at.number, "amount", took)),
            Label(
                Cell(held.at.sheet, held.at.number, "amount", display_number(held.amount)),
                f"what was left of these was worth {there} on {entry.date}",
            ),
        ),
        "Credits that are carried into the next model year at a share are worth less in each; nobody can give more.",
        "name the `vintage` or `origin` of the credits that went, or write the amount as it was then",
    )


def no_calendar(at: Span, calendar: str) -> Diagnostic:
    """A last day may fall on a holiday, and nothing is installed that knows the holidays."""
    return Diagnostic(
        "no-calendar",
        f"whether a notice came in time hangs on the holidays of {calendar}, and no calendar is installed",
        (Label(at),),
        "A last day on a weekend or holiday moves here, so the days of holidays must be known.",
        "install one: `pip install 'zevrules[calendar]'`",
    )


def unknown_calendar(at: Span, calendar: str) -> Diagnostic:
    """A calendar of holidays that the library does not know."""
    return Diagnostic(
        "unknown-calendar",
        f"there is no calendar of holidays called {calendar}",
        (Label(at),),
        help='name a country, or a part of one, by its ISO code: `by the holidays of "US-TX"`',
    )


def unlawful_election(
    at: Row, said: str, unknown: Sequence[str], twice: Sequence[str], missing: Sequence[str], offered: Sequence[str]
) -> Diagnostic:
    """An elected order of use that is not complete, repeats something, or names what has no place in it."""
    faults = [f"`{words}` has no place in it" for words in unknown]
    faults += [f"`{words}` is named twice" for words in twice]
    faults += [f"`{words}` is missing" for words in missing]
    return Diagnostic(
        "unlawful-election",
        f"the order of use that the party elects cannot be followed: {', '.join(faults)}",
        (Label(Cell(at.sheet, at.number, "value", said)),),
        "An order that the law leaves to the party must put each of these credits in its place, once.",
        f"name all of them, in the order in which they are used: {', '.join(offered)}",
    )


def unknown_reading(name: str, known: Sequence[str]) -> Diagnostic:
    """A reading that the ruleset does not hold."""
    near = nearest(name, known)
    there = f"its readings are: {', '.join(known)}" if known else "it holds no question of reading"
    return Diagnostic(
        "unknown-reading",
        f"the ruleset has no reading called `{name}`",
        (),
        help=f"did you mean `{near}`?" if near else there,
    )


def unknown_text(name: str, known: Sequence[str]) -> Diagnostic:
    """An amendment asked for by a name that none has."""
    near = nearest(name, known)
    there = f"there are: {', '.join((*known, 'original'))}" if known else "it has none, so its text is the original"
    return Diagnostic(
        "unknown-text",
        f"the ruleset has no amendment called `{name}`",
        (),
        help=f"did you mean `{near}`?" if near else there,
    )
