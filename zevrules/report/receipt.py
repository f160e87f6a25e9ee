"""The receipt: digests of everything a determination was made from; the same receipt gives the same bytes again."""

from __future__ import annotations

from zevrules.determination.findings import Determination
from zevrules.version import VERSION


def receipt(made: Determination) -> dict[str, str]:
    """What was used, by name: the engine, the rulesets and the ledger with their SHA-256, the question asked."""
    lines = {"zevrules": VERSION}
    for name, digest in made.ruleset.digests:
        lines[f"ruleset {name}"] = digest
    lines[f"ledger {made.ledger.name}"] = made.ledger.digest
    lines["account"] = made.account
    lines["model years"] = f"{made.first}..{made.last}"
    lines["text as of"] = made.as_of or "each closing day"
    if made.ledger.known is not None:
        lines["known at"] = made.ledger.known.day.isoformat()
    if made.text is not None:
        lines["text with"] = made.text
    if made.readings:
        lines["read as"] = ", ".join(name for _, name in made.readings[0].chosen)
    for name, value in made.settings:
        lines[f"on trial: {name}"] = value
    return lines
