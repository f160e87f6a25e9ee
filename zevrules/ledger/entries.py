"""What a ledger holds: accounts, what happened in them, what is known about them, what was delivered."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any

import attrs

#: A day of the calendar, under a name that a field called ``date`` does not hide.
Day = date

#: What a fact may be: a number or share, yes or no, a day, or a name.
Value = Fraction | bool | date | str


@lru_cache(maxsize=4096)  # the same few names stand in most rows
def fold(name: str) -> str:
    """The key under which *name* is found: capitals and the width of spaces make no difference.

    >>> fold("  General   Motors ") == fold("general motors")
    True
    """
    return " ".join(name.split()).casefold()


#: For each class of records, what gets all that a record says.
_SAID: dict[type, attrgetter[Any]] = {}


class Record:
    """Data that is equal when it says the same, wherever it stood.

    One pair of methods for all records: attrs would write them for each class at every start, which
    takes longer than to read a small ledger.
    """

    __slots__ = ()

    #: The fields that say where or how something was written, and not what.
    SAYS_NOTHING = frozenset(("at", "text"))

    def content(self) -> tuple[object, ...]:
        """All that the record says, in the order of its fields."""
        said = _SAID.get(type(self))
        if said is None:
            fields = attrs.fields(type(self))  # type: ignore[arg-type]
            said = _SAID[type(self)] = attrgetter(*(f.name for f in fields if f.name not in self.SAYS_NOTHING))
        return said(self)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.content() == other.content()

    def __hash__(self) -> int:
        return hash(self.content())

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.content()!r}"


@attrs.frozen(eq=False, repr=False)
class Row(Record):
    """Where a record stands: the file or sheet as people see it, and its row; the header is row 1.

    In a JSON file, which has no header, the first item of a list is row 1.

    >>> str(Row("facts.csv", 12))
    'facts.csv row 12'
    """

    sheet: str
    number: int

    def __str__(self) -> str:
        return f"{self.sheet} row {self.number}"


@attrs.frozen(eq=False, repr=False)
class Account(Record):
    """One holder of credits; *share* is how much of it *owner* owns, from 0 to 1."""

    name: str
    aliases: tuple[str, ...]
    owner: str | None
    share: Fraction | None
    note: str
    at: Row


@attrs.frozen(eq=False, repr=False)
class Entry(Record):
    """One event in an account.

    Args:
        date: The day it took effect.
        recorded: The day it was written down.
        account: Whose, by its declared name.
        jurisdiction: Under which jurisdiction's program.
        what: ``opening``, ``issue``, ``deposit``, ``conversion``, ``transfer``, ``surrender``, ``deficit`` or
            ``correction``.
        kind: The kind of credit, after a conversion; none for a deficit.
        amount: How many, in *unit*; below 0 only in a correction.
        unit: What the amount counts, as the ledger words it; units never mix.
        vintage: The model year of the credits, if it is known.
        origin: Where the credits came from, if it is known.
        counterparty: Who received a transfer: an account, or a firm outside this ledger; none for the account itself.
        model_year: The year surrendered for, or in which a deficit arose.
        toward: The part or obligation.
        reference: The paper behind it.
        note: Any remark.
        at: The row it stands in.
        to_jurisdiction: Under which jurisdiction's program a transfer brought the credits, if under another.
        from_kind: What kind of credit a conversion took.
        from_amount: How many of them, in *from_unit*.
        from_unit: What these were counted in.
    """

    date: Day
    recorded: Day
    account: str
    jurisdiction: str
    what: str
    kind: str | None
    amount: Fraction
    unit: str
    vintage: int | None
    origin: str | None
    counterparty: str | None
    model_year: int | None
    toward: str | None
    reference: str
    note: str
    at: Row
    to_jurisdiction: str | None = None
    from_kind: str | None = None
    from_amount: Fraction | None = None
    from_unit: str | None = None

    def content(self) -> tuple[object, ...]:
        """All that the entry says; one without moves elsewhere or conversions says what it always said."""
        said = Record.content(self)
        if self.from_unit is not None:
            return said
        return said[:-3] if self.to_jurisdiction is not None else said[:-4]

    @property
    def taken(self) -> tuple[str | None, Fraction, str]:
        """Of what kind, how many and in what unit the credits are that it takes from the account, if it takes any."""
        if self.what == "conversion":
            return self.from_kind, self.from_amount or Fraction(0), self.from_unit or ""
        return self.kind, abs(self.amount), self.unit

    @property
    def receiver(self) -> str:
        """Who has the credits after a transfer."""
        return self.counterparty or self.account

    @property
    def destination(self) -> str:
        """The jurisdiction under whose program the credits are after a transfer."""
        return self.to_jurisdiction or self.jurisdiction


@attrs.frozen(eq=False, repr=False)
class Fact(Record):
    """Something known, of one account or (*account* is none) of every one.

    *text* is the value as it was written; ``given`` and ``not given`` have the value yes and no, and
    *date* is the day on which it was given. Both are blank where it is not known whether the fact had been
    recorded by the day that a ledger is asked about.
    """

    account: str | None
    name: str
    jurisdiction: str | None
    model_year: int | None
    kind: str | None
    value: Value
    text: str
    unit: str
    date: Day | None
    recorded: Day | None
    reference: str
    note: str
    at: Row

    @property
    def undated(self) -> bool:
        """Whether it may not have been known on the day that the ledger is asked about."""
        return self.value == ""


@attrs.frozen(eq=False, repr=False)
class Delivery(Record):
    """*count* vehicles of one model year and model, and what is known of each of them.

    ``delivered`` is the day on which the first of them was delivered, and ``recorded`` the day on which the row
    was written down, if they are known.
    """

    account: str
    jurisdiction: str
    model_year: int
    vehicle: str
    model: str
    count: int
    facts: tuple[tuple[str, Value], ...]
    delivered: Day | None
    recorded: Day | None
    reference: str
    note: str
    at: Row


@attrs.frozen(eq=False, repr=False)
class Known(Record):
    """The day as of which a ledger is asked, and what its rows without a day are taken for.

    Args:
        day: Nothing that was recorded later is in the ledger.
        presumed: Rows that say nothing of when they were recorded, and count as recorded when their model year ended.
        undated: Rows that do not even name a model year: whether they were known is not known.
    """

    day: Day
    presumed: tuple[Row, ...]
    undated: tuple[Row, ...]


@attrs.frozen(eq=False, repr=False)
class Ledger(Record):
    """All that the records say. Equal to another that says the same, however it was stored.

    Args:
        name: What people call it: the folder's or the file's name, without its ending.
        title: The title it gives itself.
        complete_through: The last day on which the absence of an entry means that nothing happened.
        note: What it says about itself.
        accounts: In the order of their rows, as are all that follow.
        entries: What happened.
        facts: What is known; of two with the same key, the one recorded later counts.
        deliveries: Vehicles delivered for sale.
        complete_at: The row that says so.
        known: The day as of which it is asked, if it holds only what was recorded by then.
        memo: What was already worked out from this ledger, so that no pass does it twice.
    """

    name: str
    title: str
    complete_through: Day | None
    note: str
    accounts: tuple[Account, ...]
    entries: tuple[Entry, ...]
    facts: tuple[Fact, ...]
    deliveries: tuple[Delivery, ...]
    complete_at: Row | None = None
    known: Known | None = None
    memo: dict[str, Any] = attrs.field(init=False, factory=dict)

    SAYS_NOTHING = frozenset(("name", "complete_at", "known", "memo"))

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what the ledger says; the same for every way of storing it."""
        made = self.memo.get("digest")
        if not made:
            from hashlib import sha256

            # `ascii` writes every value in one way that no other value has, the same in every Python.
            made = self.memo["digest"] = sha256(ascii(self.content()).encode()).hexdigest()
        return str(made)
