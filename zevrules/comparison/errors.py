"""What can be wrong with what is to be compared: one function for each fault."""

from __future__ import annotations

from collections.abc import Iterable

from zevrules.diagnostic import Cell, Diagnostic, Label, nearest


def unreadable_cell(at: Cell, why: str) -> Diagnostic:
    """A printed cell that holds no number."""
    return Diagnostic(
        "unreadable-cell",
        f"`{at.text}` is not a number that can be held against anything",
        (Label(at, why),),
        help="write the number as it is printed, with its decimals: 12,635.57 or 43773",
    )


def no_such_figure(at: Cell, known: Iterable[str]) -> Diagnostic:
    """A printed cell of a number that no case works out."""
    names = list(known)
    near = nearest(at.text or "", names)
    return Diagnostic(
        "no-such-figure",
        f"no case works out a `{at.text}` of that account, kind and model year",
        (Label(at),),
        "A printed number is held against the one of the same quantity, account, kind and model year.",
        f"did you mean `{near}`?" if near and near != at.text else f"there are: {', '.join(names)}",
    )


def unreadable_case(words: str, why: str) -> Diagnostic:
    """A case that names something that its ruleset does not have."""
    return Diagnostic(
        "unreadable-case",
        f"the case `{words}` cannot be read: {why}",
        (),
        "A case is a ruleset, and after commas what it takes.",
        "as in `RULESET, option 2`, `RULESET, READING`, `RULESET, as of 2024-12-31`, "
        "`RULESET, known at 2024-12-31` or `RULESET, FACT=VALUE`",
    )


def no_such_quantity(name: str, known: Iterable[str]) -> Diagnostic:
    """A quantity to be shown that no case has."""
    names = list(dict.fromkeys(known))
    near = nearest(name, names)
    return Diagnostic(
        "no-such-quantity",
        f"no case has a number called `{name}`",
        help=f"did you mean `{near}`?" if near else f"there are: {', '.join(names)}",
    )
