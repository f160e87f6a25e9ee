"""What is said of a ledger that is asked as of a day: the day, and how its rows without a day were taken."""

from __future__ import annotations

from collections.abc import Iterator

from zevrules.ledger.entries import Ledger, Row
from zevrules.report.lines import rows_of


def told(ledger: Ledger) -> Iterator[str]:
    """The sentences: first the day, then what hangs on a presumption; none if the whole ledger is asked."""
    known = ledger.known
    if known is None:
        return
    yield f"{known.day}: only what had been recorded by then"
    if known.presumed:
        words = "counts as recorded on December 31 of its model year"
        yield f"{_gives(known.presumed)} no day: {'each ' if len(known.presumed) > 1 else ''}{words}"
    if known.undated:
        what = "they say is" if len(known.undated) > 1 else "it says is"
        yield f"{_gives(known.undated)} neither day nor model year: what {what} not known; fill in `recorded`"
    if any(account.owner for account in ledger.accounts):
        yield "who owns the accounts has no day: it counts as the ledger has it"


def _gives(rows: tuple[Row, ...]) -> str:
    return f"{rows_of([str(row) for row in rows])} give{'s' if len(rows) == 1 else ''}"
