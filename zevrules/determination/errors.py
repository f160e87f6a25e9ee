"""What can be wrong between a ledger and the ruleset it is read under: one function for each fault."""

from __future__ import annotations

from collections.abc import Iterable

from zevrules.diagnostic import Cell, Diagnostic, Label, nearest
from zevrules.ledger.entries import Row


def unknown_credit(at: Row, kind: str, kinds: Iterable[str], ruleset: str) -> Diagnostic:
    """An entry in credits of a kind that the ruleset does not have."""
    known = list(kinds)
    near = nearest(kind, known)
    return Diagnostic(
        "unknown-credit",
        f"{ruleset} has no credits of kind `{kind}`",
        (Label(Cell(at.sheet, at.number, "kind", kind)),),
        "Credits of a kind that no statement speaks of could pay nothing, and would be lost without a word.",
        f"did you mean `{near}`?" if near else f"its kinds are: {', '.join(known)}",
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
