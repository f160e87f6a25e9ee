"""What can be wrong with the laws whose position is asked for: one function for each fault."""

from __future__ import annotations

from zevrules.diagnostic import Diagnostic


def same_books(first: str, second: str, jurisdiction: str, unit: str) -> Diagnostic:
    """Two rulesets that judge the same credits."""
    return Diagnostic(
        "same-books",
        f"`{first}` and `{second}` both judge the {unit} of {jurisdiction}",
        why="A position adds up what is held under each law, and these credits would be counted twice.",
        help="name one of them; `zevrules compare` lays two laws for the same credits side by side",
    )


def no_model_year(first: int, last: int, known: str) -> Diagnostic:
    """Model years that none of the rulesets covers."""
    years = f"model year {first}" if first == last else f"model years {first} through {last}"
    return Diagnostic(
        "no-model-year",
        f"none of these rulesets covers {years}",
        why="Each ruleset is shown for the model years that it covers.",
        help=f"they cover: {known}",
    )
