"""Notices: given on a day or not given, in time or late; a last day may move where the law says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from zevrules.determination.trace import Missing, Step, step
from zevrules.diagnostic import Rejected
from zevrules.ledger.entries import Fact
from zevrules.model.rules import Deadline, MovedDeadlines, NoticeGiven, Terms

if TYPE_CHECKING:
    from zevrules.determination.evaluator import Evaluator

#: More days than any run of weekends and holidays has: nothing moves further.
_FURTHEST = timedelta(days=30)


def notice(ev: Evaluator, claim: NoticeGiven, year: int, terms: Terms) -> Step:
    """Whether a notice was given in time; silence means no only as far as the ledger is complete.

    Args:
        ev: Whose notice, in which ledger.
        claim: The notice, and by when it must be given.
        year: The model year in question, which a day "of the next year" counts from.
        terms: The statement that asks for it.
    """
    name = f"notice of {claim.subject}"
    # Unless its last day is one day for all time, a notice may be recorded for a model year of its own.
    once = claim.by is not None and claim.by.date is not None
    entry = (None if once else ev.lookup(name, year=year)) or ev.lookup(name)
    last = _last_day(ev, claim.by, year, entry)
    what = name + (f" by {last.words}" if last else "")
    if entry is not None and entry.undated:
        why = f"{entry.at} does not say when it was recorded"
        return step(what, "claim", how="not known", terms=terms, rows=(entry.at,),
                    missing=(Missing(name, None, None, why),))  # fmt: skip
    if entry is None:
        of = year if claim.by is None else None
        return _unrecorded(ev, name, what, last or _by_the_close(ev, year), terms, of)
    answer: bool | None = entry.value if isinstance(entry.value, bool) else None
    why = f"{entry.at} gives no day"
    if answer and last is not None:
        answer = entry.date <= last.day if entry.date is not None and last.day is not None else None
        why = why if last.day is not None else f"its last day is left open: {last.open}"
    day = f" on {entry.date}" if entry.value is True and entry.date else ""
    how = ("given" if entry.value is True else "not given") + day
    missing = () if answer is not None else (Missing(name, None, None, why),)
    return step(what, "claim", how=how, truth=answer, terms=terms, rows=(entry.at,), missing=missing,
                inputs=last.inputs if last else ())  # fmt: skip


def _unrecorded(ev: Evaluator, name: str, what: str, last: _LastDay, terms: Terms, year: int | None) -> Step:
    complete = ev.ledger.complete_through
    if last.day is not None and complete is not None and complete >= last.day:
        how = f"not given: the ledger is complete through {complete} and has none"
        return step(what, "claim", how=how, truth=False, terms=terms, rows=ev.complete_row(), inputs=last.inputs)
    missing = (Missing(name, year, None, "the ledger does not say whether it was given"),)
    return step(what, "claim", how="not known", terms=terms, missing=missing)


def _by_the_close(ev: Evaluator, year: int) -> _LastDay:
    """A notice that may be given on any day was given for a model year if it was before that closed."""
    from zevrules.determination.evaluator import closing_of

    closes, _ = closing_of(ev.ruleset, year)
    return _LastDay(closes, str(closes), "", ())


class _LastDay:
    """The last day for a notice, in words too; or why it is open, and what moved it."""

    def __init__(self, day: date | None, words: str, why: str, inputs: tuple[Step, ...]) -> None:
        self.day, self.words, self.open, self.inputs = day, words, why, inputs


def _last_day(ev: Evaluator, by: Deadline | None, year: int, entry: Fact | None) -> _LastDay | None:
    if by is None:
        return None
    if by.open:
        return _LastDay(None, "a day that is left open", by.open, ())
    written = date(year + 1, *by.each_year) if by.each_year else date.fromisoformat(by.date or "")
    moving = next((rule for rule in ev.ruleset.deadlines), None)
    if moving is None or not _near(written, entry, ev.ledger.complete_through):
        return _LastDay(written, str(written), "", ())
    day = _working_day(written, moving)
    if day == written:
        return _LastDay(written, str(written), "", ())
    moved = step(f"the last day, {written}", "claim", how=f"moves to {day}, the next working day", truth=True,
                 terms=moving.terms)  # fmt: skip
    return _LastDay(day, f"{day} (moved from {written})", "", (moved,))


def _near(written: date, entry: Fact | None, complete: date | None) -> bool:
    """Whether a move of the last day could matter: only to what happened soon after it."""
    mattering = entry.date if entry is not None else complete
    return mattering is not None and written < mattering <= written + _FURTHEST


def _working_day(day: date, moving: MovedDeadlines) -> date:
    """*day*, or the first after it that is neither on a weekend nor a holiday."""
    holidays = _calendar(moving)
    while day.weekday() >= 5 or day in holidays:
        day += timedelta(days=1)
    return day


def _calendar(moving: MovedDeadlines) -> Any:
    """The holidays of a country or a part of one, as a well-kept library has them.

    Raises:
        Rejected: If the library is not installed, or knows no such calendar.
    """
    from zevrules.determination import errors

    try:
        import holidays
    except ImportError:
        raise Rejected([errors.no_calendar(moving.terms.span, moving.calendar)]) from None
    country, _, part = moving.calendar.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise Rejected([errors.unknown_calendar(moving.terms.span, moving.calendar)]) from None
