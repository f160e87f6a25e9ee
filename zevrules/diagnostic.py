"""What is wrong, as data: the words are made where the fault is known, the drawing in `report`."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from zevrules.source import Span


@attrs.frozen
class Cell:
    """A place in a table of a ledger: file or sheet, row (the header is row 1), column, what stands there."""

    sheet: str
    row: int
    column: str | None = None
    text: str | None = None


@attrs.frozen
class Label:
    """A place, and words about it."""

    at: Span | Cell
    words: str = ""


@attrs.frozen
class Diagnostic:
    """One thing that is wrong.

    Args:
        code: The stable name of the fault, which is also its page in the docs.
        message: What is wrong, in one line.
        labels: Where; the first is the place itself, others are what it collides with.
        why: Why it is wrong, for a reader who knows the law and not the program.
        help: How to mend it.
        severity: ``error`` rejects; ``remark`` does not.
    """

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    why: str = ""
    help: str = ""
    severity: str = "error"


class Rejected(Exception):  # noqa: N818 - a pass rejects its input: that is what happened, not an error of ours
    """A pass could not accept its input; *diagnostics* holds everything found wrong."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


def nearest(word: str, known: Iterable[str], *, alike: float = 0.7) -> str | None:
    """The one of *known* that *word* was most likely meant to be, if any is *alike* enough (1: the same).

    >>> nearest("eletric range", ["electric range", "volume"])
    'electric range'
    >>> nearest("BWM", ["BMW", "GM"])
    'BMW'
    """
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    # Letters in the wrong order are the commonest slip in a short word, and weigh most there.
    swapped = [name for name in by_lower if sorted(name) == sorted(word.lower())]
    found = swapped or get_close_matches(word.lower(), by_lower, n=1, cutoff=alike)
    return by_lower[found[0]] if found else None
